"""Publishing agreed minutes: what is withheld and why, perhaps over days; then a row that never changes."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from governance import minutes_blocks
from governance.models import Meeting, MinutesPublication, PublicationDraft
from governance.rules import withholding
from governance.selectors.minutes_publication import choices_of, keys_of, looks_of, things_of, values_of
from governance.services import writing
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.rules.canonical import canonical, digest
from svd_portal.kit.services.keys import already

SCHEMA = 1


@dataclass(frozen=True)
class Withheld:
    """What is not published: items, interests, points, outcomes and actions by id, with reasons; and names.

    `words` say what the reason "other" is.
    """

    things: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    names_reason: str = "personal"
    words: str = ""

    def gap(self, reason: str) -> str:
        return withholding.gap(reason, self.words)

    def as_choices(self) -> dict[str, Any]:
        return {
            "things": self.things,
            "names": list(self.names),
            "names_reason": self.names_reason,
            "words": self.words,
        }


def content_of(meeting: Meeting, withheld: Withheld) -> dict[str, Any]:
    """All that is published, as a snapshot keeps it.

    Restricted items are not read at all, so that neither their number nor their titles can be told; comments
    and corrections may name what is withheld, so what came of them stands in the text alone.
    """
    gaps = {UUID(key): withheld.gap(reason) for key, reason in withheld.things.items()}
    shown = replace(_open(meeting), gaps=gaps)
    clean = withholding.cleaner(withheld.names, withheld.gap(withheld.names_reason))
    blocks = withholding.without_names(minutes_blocks.text_of_minutes(shown), clean)
    return {
        "schema": SCHEMA,
        "title": clean(minutes_blocks.minutes_title(shown)),
        "about": clean(minutes_blocks.about(meeting)),
        "partnership": meeting.partnership_name,
        "marking": meeting.get_marking_display(),
        "illustrative": meeting.illustrative,
        "blocks": [withholding.plain(block) for block in blocks],
    }


def _open(meeting: Meeting) -> minutes_blocks.Content:
    whole = minutes_blocks.read(meeting, with_restricted=False)
    return replace(whole, round=minutes_blocks.Round(), corrections=[])


def unfound(meeting: Meeting, withheld: Withheld) -> list[str]:
    """Names to withhold that stand nowhere in what every reader sees of the minutes: perhaps mistyped."""
    if not withheld.names:
        return []
    shown = _open(meeting)
    texts = minutes_blocks.minutes_title(shown), minutes_blocks.about(meeting)
    return withholding.unfound(withheld.names, texts, minutes_blocks.text_of_minutes(shown))


def check(meeting: Meeting, withheld: Withheld) -> None:
    """Refuse what cannot be published so.

    Raises:
        DomainError: the minutes are not agreed, something is not part of them, or a reason has no words.
    """
    _check_parts(meeting, withheld)
    reasons = [*withheld.things.values(), *([withheld.names_reason] if withheld.names else [])]
    if withholding.OTHER in reasons and not withheld.words.strip():
        raise DomainError(_("Say what the other reason is."), "words")


def _check_parts(meeting: Meeting, withheld: Withheld) -> None:
    if not meeting.body.run_here:
        raise DomainError(_("%(body)s keeps its own minutes.") % {"body": meeting.body})
    if meeting.status != Meeting.Status.AGREED:
        raise DomainError(_("Only minutes that were agreed are published."))
    if set(withheld.things) - keys_of(things_of(meeting)):
        raise DomainError(_("Part of the minutes changed meanwhile. Open the page again."))


@transaction.atomic
def keep(
    *, meeting_id: UUID, version: int, withheld: Withheld, url: str = "", today: date, by: Any
) -> PublicationDraft:
    """Keep the choices as they are so far, to go on with later or by somebody else; nothing is published.

    Args:
        version: of the draft that was read; 0 where there was none.

    Raises:
        PermissionDenied: `by` may not write the body's minutes.
        Stale: somebody kept a draft or published since `version` was read.
        DomainError: the minutes are not agreed, or something is not part of them.
    """
    meeting = writing.lock_meeting(meeting_id, by=by)
    draft = _draft(meeting, version)
    _check_parts(meeting, withheld)
    return _put(draft, withheld, url, pending=True, today=today, by=by)


def _draft(meeting: Meeting, version: int | None) -> PublicationDraft:
    """The meeting's draft, begun if there is none; the meeting is locked, so nobody else does either."""
    draft = PublicationDraft.objects.filter(meeting=meeting).first()
    draft = draft or PublicationDraft(partnership=meeting.partnership, meeting=meeting, version=0)
    if version is not None and version != draft.version:
        published = {f"thing-{key}": "" for key in keys_of(things_of(meeting))}
        raise Stale(published | values_of(draft), draft.version)
    return draft


def _put(
    draft: PublicationDraft, withheld: Withheld, url: str, *, pending: bool, today: date, by: Any
) -> PublicationDraft:
    draft.things, draft.names = withheld.things, "\n".join(withheld.names)
    draft.names_reason, draft.words, draft.url = withheld.names_reason, withheld.words, url
    draft.known, draft.pending = looks_of(things_of(draft.meeting)), pending
    draft.kept_on, draft.kept_by = today, writing.person(by)
    if draft._state.adding:
        draft.version = 1
    return draft.save_by(by)


@transaction.atomic
def publish(
    *,
    meeting_id: UUID,
    withheld: Withheld,
    published_on: date,
    url: str = "",
    version: int | None = None,
    key: UUID | None = None,
    today: date,
    by: Any,
) -> MinutesPublication:
    """Freeze what is published of agreed minutes; it takes the place of an earlier edition.

    The same form sent again publishes once. Sent again with other choices, by whoever went back to it, it
    publishes the next edition.

    Args:
        version: of the draft that was read; 0 where there was none.

    Raises:
        PermissionDenied: `by` may not write the body's minutes.
        Stale: somebody kept a draft or published since `version` was read.
        DomainError: as `check` says, or the day does not fit.
    """
    meeting = writing.lock_meeting(meeting_id, by=by)
    made, free = _sent_before(meeting, key)
    if made and (made.choices, made.published_on, made.url) == (withheld.as_choices(), published_on, url):
        return made
    draft = _draft(meeting, None if made and _stands(made) else version)
    check(meeting, withheld)
    if meeting.agreed_on and not meeting.agreed_on <= published_on <= today:
        raise DomainError(_("Enter a day from that of the agreement up to today."), "published_on")
    spelling = canonical(content_of(meeting, withheld))
    _put(draft, withheld, url, pending=False, today=today, by=by)
    last = meeting.publications.order_by("-edition").first()
    return MinutesPublication.objects.create(
        partnership=meeting.partnership,
        meeting=meeting,
        edition=last.edition + 1 if last else 1,
        published_on=published_on,
        url=url,
        canonical=spelling,
        sha256=digest(spelling),
        choices=withheld.as_choices(),
        by=writing.person(by),
        **({"id": free} if free else {}),
    )


def _sent_before(meeting: Meeting, key: UUID | None) -> tuple[MinutesPublication | None, UUID | None]:
    """What this form published last, and the id of what it publishes next."""
    made: MinutesPublication | None = None
    free, found = key, already(MinutesPublication, key, meeting_id=meeting.pk)
    while key and found:
        made, free = found, uuid5(key, str(found.edition))
        found = MinutesPublication.objects.filter(pk=free).first()
    return made, free


def _stands(made: MinutesPublication) -> bool:
    """Whether nobody published or kept a draft since: what there is to read is what this person chose."""
    draft = PublicationDraft.objects.filter(meeting=made.meeting_id, pending=False).first()
    last = MinutesPublication.objects.filter(meeting=made.meeting_id).order_by("-edition").first()
    return made == last and draft is not None and (choices_of(draft), draft.url) == (made.choices, made.url)

"""What is published of minutes, and what of them can be withheld."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db.models import UUIDField
from django.utils.translation import gettext as _

from governance.models import AgendaItem, Interest, Meeting, MinutesPublication, PublicationDraft
from governance.selectors import minutes
from governance.selectors.interests import interests_of
from svd_portal.kit.statements import Given, Statement


@dataclass
class Thing:
    """A part of the minutes that can be withheld; those under an item are `within` it."""

    key: str
    label: str
    within: list["Thing"] = field(default_factory=list)


def latest_of(meeting: Meeting) -> MinutesPublication | None:
    """What is published now; a draft has nothing."""
    return _latest.first(meeting=meeting.pk) if meeting.status == Meeting.Status.AGREED else None


_latest: Statement[MinutesPublication] = Statement(
    lambda: MinutesPublication.objects.filter(meeting=Given("meeting", UUIDField())).order_by("-edition")[:1]
)


def things_of(meeting: Meeting) -> list[Thing]:
    """Items that every reader sees, with their points, outcomes and actions; and what was declared.

    Declarations stand under their own item, or before the others where the agenda has none.
    """
    declared = [_interest(each) for each in interests_of(meeting, with_restricted=False)]
    views = minutes.items_of(meeting, with_restricted=False)
    items = [_item(view) for view in views]
    for view, item in zip(views, items, strict=True):
        if view.item.kind == AgendaItem.Kind.INTERESTS:
            item.within, declared = [*declared, *item.within], []
    return [*declared, *items]


def _interest(interest: Interest) -> Thing:
    words = _("Interest declared by %(who)s: %(what)s") % {"who": interest.declared_by, "what": interest.text}
    return Thing(str(interest.pk), words)


def _item(view: minutes.ItemView) -> Thing:
    inner = [Thing(str(each.point.pk), f"{each.label} {each.point.text}") for each in view.points]
    inner += [
        Thing(str(each.pk), f"{each.reference} {each.text}")
        for each in view.outcomes
        if not each.withdrawn_reason
    ]
    inner += [Thing(str(each.pk), f"{each.reference} {each.text}") for each in view.actions]
    return Thing(str(view.item.pk), f"{view.number}. {view.item.title}", inner)


def keys_of(things: list[Thing]) -> set[str]:
    return {each.key for thing in things for each in (thing, *thing.within)}


def looks_of(things: list[Thing]) -> dict[str, str]:
    """How each part reads, as a hash: what was looked at is known again, and what changed since is not."""
    every = (each for thing in things for each in (thing, *thing.within))
    return {each.key: sha256(each.label.encode()).hexdigest()[:16] for each in every}


@dataclass(frozen=True)
class Begun:
    """Where the form for publishing begins: the draft, else what the last edition withheld, else nothing.

    Args:
        known: how the parts read when somebody last looked; empty where nobody kept that.
        version: of the draft; 0 where there is none.
    """

    choices: dict[str, Any]
    url: str = ""
    known: dict[str, str] = field(default_factory=dict)
    draft: PublicationDraft | None = None
    version: int = 0

    def fresh(self, things: list[Thing]) -> set[str]:
        """Parts that came or changed since somebody last looked."""
        looks = looks_of(things).items() if self.known else ()
        return {key for key, look in looks if self.known.get(key) != look}


def begun(meeting: Meeting) -> Begun:
    """For whoever may write the minutes: ask that first."""
    kept = PublicationDraft.objects.filter(meeting=meeting).select_related("kept_by").first()
    if kept is not None:
        waits = kept if kept.pending else None
        return Begun(choices_of(kept), kept.url, kept.known, waits, kept.version)
    last = latest_of(meeting)
    return Begun(dict(last.choices), last.url) if last else Begun({"things": {}, "names": []})


def choices_of(kept: PublicationDraft) -> dict[str, Any]:
    return {
        "things": kept.things,
        "names": kept.names.splitlines(),
        "names_reason": kept.names_reason,
        "words": kept.words,
    }


def values_at(meeting: Meeting, version: int) -> dict[str, str]:
    """What the form said to whoever read this version of the draft, by the names of its fields.

    Parts that were to be published are not in it.
    """
    kept: Any = PublicationDraft.history.model.objects.filter(meeting=meeting, version=version).first()
    if kept is not None:
        return values_of(kept)
    begun = PublicationDraft.objects.filter(meeting=meeting).values("created_at")
    last = meeting.publications.filter(created_at__lt=begun[:1]).order_by("-edition").first()
    choices = last.choices if last else {}
    given = {f"thing-{key}": reason for key, reason in choices.get("things", {}).items()}
    return given | {
        "names": "\n".join(choices.get("names", [])),
        "names_reason": choices.get("names_reason", "personal"),
        "words": choices.get("words", ""),
        "url": last.url if last else "",
    }


def values_of(kept: Any) -> dict[str, str]:
    """A draft's choices, or those of an earlier version of it, by the names of the form's fields."""
    given = {f"thing-{key}": reason for key, reason in kept.things.items()}
    return given | {name: getattr(kept, name) for name in ("names", "names_reason", "words", "url")}


def draft_of(meeting: Meeting) -> PublicationDraft | None:
    """What waits to be published; ask first who may write the minutes."""
    return _draft.first(meeting=meeting.pk)


_draft: Statement[PublicationDraft] = Statement(
    lambda: PublicationDraft.objects.filter(
        meeting=Given("meeting", UUIDField()), pending=True
    ).select_related("kept_by")
)

"""Minutes and agenda packs as PDFs, made by the worker.

Of each there is one for every reader, and one with restricted items for those who may read them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery, UUIDField, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from governance import packs, presenters
from governance.models import AgendaItem, Meeting, MinutesCorrection, Paper, Recommendation
from governance.selectors import agreed, minutes
from governance.selectors.agenda import timings_of
from governance.selectors.circulation import round_of
from governance.selectors.escalations import origins_of
from governance.selectors.quorum import quorum_of
from partners import access
from partners.roles import Permission
from svd_portal.kit import clock
from svd_portal.kit.format import long_date
from svd_portal.kit.models import Document
from svd_portal.kit.services.documents import BuiltDocument, register_document
from svd_portal.kit.statements import Given, Statement

OPEN, WHOLE = "minutes", "minutes-with-restricted"
PACK, WHOLE_PACK = "agenda-pack", "agenda-pack-with-restricted"
KINDS = {
    "minutes": OPEN,
    "minutes-with-restricted-items": WHOLE,
    "agenda-pack": PACK,
    "agenda-pack-with-restricted-items": WHOLE_PACK,
}
"""Kinds of document by the name in their address."""
RESTRICTED = frozenset({WHOLE, WHOLE_PACK})
PACKS = frozenset({PACK, WHOLE_PACK})
NAMES = {kind: name for name, kind in KINDS.items()}


def register() -> None:
    """Called once, when the app is ready."""
    for kind in KINDS.values():
        reader = may_read_whole if kind in RESTRICTED else may_read
        register_document(kind, build=build_pack if kind in PACKS else build, may_read=reader)


def _meeting(document: Document) -> Meeting:
    return Meeting.objects.select_related("body", "partnership").get(pk=document.subject)


def may_read(user: Any, document: Document) -> bool:
    return access.holds(user, Permission.PARTNERSHIP_VIEW, _meeting(document).partnership)


def may_read_whole(user: Any, document: Document) -> bool:
    meeting = _meeting(document)
    return may_read(user, document) and (
        access.holds(user, Permission.PARTNERSHIP_READ_RESTRICTED, meeting.partnership)
        or access.holds(user, Permission.BODY_READ_RESTRICTED, meeting.body)
    )


def filename(meeting: Meeting, kind: str) -> str:
    """Such as "surrey-exec-2024-01-30-minutes.pdf"; while there are no minutes it is the agenda."""
    name = NAMES[kind]
    if meeting.status in (Meeting.Status.PLANNED, Meeting.Status.CANCELLED):
        name = name.replace("minutes", "agenda", 1)
    return f"{meeting.partnership.slug}-{meeting.body.code.lower()}-{meeting.day.isoformat()}-{name}.pdf"


def title_of(meeting: Meeting) -> str:
    """What the text is, by how far the meeting has come."""
    draft = meeting.body.run_here and meeting.agenda_published_at is None
    what = {
        Meeting.Status.PLANNED: _("Draft agenda") if draft else _("Agenda"),
        Meeting.Status.HELD: _("Draft minutes"),
        Meeting.Status.AGREED: _("Minutes"),
        Meeting.Status.CANCELLED: _("Agenda of a cancelled meeting"),
    }
    return f"{what[Meeting.Status(meeting.status)]}: {meeting}"


def build(document: Document) -> BuiltDocument:
    """The minutes as they stand when the worker comes to them."""
    from svd_portal.kit import pdf  # slow to load, and only a worker makes documents

    meeting = _meeting(document)
    whole = document.kind in RESTRICTED
    facts = context(meeting, with_restricted=whole)
    content = pdf.render_template(
        "governance/minutes_pdf.html",
        facts | {"made_on": long_date(clock.today())},
        title=title_of(meeting),
        identifier=document.pk.bytes,
        created=document.created_at,
    )
    holds = partial(_still_shown, agreed.items_of, meeting, facts["items"], with_restricted=whole)
    return BuiltDocument(filename(meeting, document.kind), content, holds=holds)


def build_pack(document: Document) -> BuiltDocument:
    """Agenda and papers in one file."""
    meeting = _meeting(document)
    title = f"{_('Agenda pack')}: {meeting}"
    whole = document.kind in RESTRICTED
    items = minutes.items_of(meeting, with_restricted=whole)
    facts = about_pack(meeting, with_restricted=whole)
    content = packs.build(items, document, title=title, about=facts)
    holds = partial(_still_shown, minutes.items_of, meeting, items, with_restricted=whole)
    return BuiltDocument(filename(meeting, document.kind), content, holds=holds)


def _shown(items: list[minutes.ItemView]) -> set[UUID]:
    """The items and papers that a document holds."""
    return {view.item.pk for view in items} | {paper.pk for view in items for paper in view.papers}


def _still_shown(
    read: Callable[..., list[minutes.ItemView]],
    meeting: Meeting,
    held: list[minutes.ItemView],
    *,
    with_restricted: bool,
) -> bool:
    """Whether nothing of what a document holds was taken back or restricted while it was made.

    Whoever takes something back holds the meeting's lock: this waits until they have said so.
    """
    now = Meeting.objects.lock(meeting.pk)
    return _shown(held) <= _shown(read(now, with_restricted=with_restricted))


def _is_of_a_draft(document: Document, meeting: Meeting) -> bool:
    """Whether the meeting was held, its minutes agreed or corrected, after the document was asked for."""
    reached = _reached.ask(meeting=meeting.pk)[0]
    return any(moment and moment > document.created_at for moment in reached)


def context(meeting: Meeting, *, with_restricted: bool) -> dict[str, Any]:
    """What the template of the PDF reads."""
    rows = agreed.attendance_of(meeting)
    items = agreed.items_of(meeting, with_restricted=with_restricted)
    approval, approved_here = agreed.approvals_of(meeting)
    comments = round_of(meeting, with_restricted=with_restricted)
    return about(meeting) | {
        "approval": approval,
        "approved_here": approved_here,
        "origins": agreed.origins_of(meeting, with_restricted=with_restricted),
        "asked_for": comments.accepted if approval else [],
        "items": items,
        "timings": timings_of(meeting, items),
        "rows": rows,
        "quorum": quorum_of(meeting, rows),
        "interests": agreed.interests_of(meeting, with_restricted=with_restricted),
        "following": agreed.following(meeting),
        "corrections": minutes.corrections_of(meeting, with_restricted=with_restricted),
    }


def about(meeting: Meeting) -> dict[str, Any]:
    """What every document of a meeting says of it."""
    return {
        "meeting": meeting,
        "owner": meeting.partnership_name,
        "marking": meeting.get_marking_display(),
        "illustrative": meeting.illustrative,
        "present": presenters,
    }


def about_pack(meeting: Meeting, *, with_restricted: bool) -> dict[str, Any]:
    """What an agenda pack says of its meeting: where items came from, and when the next one is."""
    return about(meeting) | {
        "origins": origins_of(meeting, with_restricted=with_restricted),
        "following": minutes.following(meeting),
    }


@dataclass(frozen=True)
class Offer:
    """A PDF that a page offers: the last one made, whether it is behind, and the request on its way."""

    kind: str
    name: str
    whole: bool
    request: Document | None
    made: Document | None
    behind: bool = False


_MEETING = Given("meeting", UUIDField())
_ITEMS = AgendaItem.objects.filter(meeting=_MEETING).order_by().values("pk")


def _newest(rows: Any, moment: str = "history_date") -> Subquery:
    """The last moment in some rows; in the order of the field, where the first is asked for."""
    return Subquery(rows.order_by(f"-{moment}").values(moment)[:1])


def _once_open() -> Any:
    return AgendaItem.history.filter(meeting=_MEETING, restricted=False).values("id")


_taken_back: Statement[Any] = Statement(
    lambda: Meeting.objects.filter(pk=_MEETING).values(
        closed=_newest(AgendaItem.history.filter(meeting=_MEETING, restricted=True, id__in=_once_open())),
        withdrawn=_newest(AgendaItem.history.filter(meeting=_MEETING, withdrawn=True)),
        paper=_newest(Paper.history.filter(item__in=_ITEMS, withdrawn=True)),
    )
)
"""When items were last restricted that had been open, and when items and papers were last taken back."""
_changed: Statement[Any] = Statement(
    lambda: Meeting.objects.filter(pk=_MEETING).values_list(
        _newest(Meeting.history.filter(id=_MEETING)),
        _newest(AgendaItem.history.filter(meeting=_MEETING)),
        _newest(Recommendation.history.filter(item__in=_ITEMS)),
        _newest(Paper.history.filter(item__in=_ITEMS)),
    )
)
"""When the meeting, its agenda and papers changed last."""
_reached: Statement[Any] = Statement(
    lambda: Meeting.objects.filter(pk=_MEETING).values_list(
        _first(Meeting.history.filter(id=_MEETING, status=Meeting.Status.HELD)),
        _first(Meeting.history.filter(id=_MEETING, status=Meeting.Status.AGREED)),
        _newest(MinutesCorrection.objects.filter(meeting=_MEETING), "created_at"),
    )
)
"""When the meeting was held, when its minutes were agreed, and last corrected."""
LOOKED_THROUGH = 10
_requests: Statement[Document] = Statement(
    lambda: (
        Document.objects.filter(kind__in=list(KINDS.values()), subject=_MEETING)
        .annotate(place=Window(RowNumber(), partition_by="kind", order_by=("-created_at", "-id")))
        .filter(place__lte=LOOKED_THROUGH)
        .select_related("file")
        .order_by("-created_at", "-id")
    )
)
"""The latest requests of every kind, the newest first."""


def _first(rows: Any) -> Subquery:
    return Subquery(rows.order_by("history_date").values("history_date")[:1])


def _since(kind: str, meeting: Meeting) -> datetime | None:
    """The moment since when a document that is finished holds nothing that was restricted or taken back."""
    return _last_of(kind, _taken_back.ask(meeting=meeting.pk)[0])


def _last_of(kind: str, moments: dict[str, datetime | None]) -> datetime | None:
    closed = None if kind in RESTRICTED else moments["closed"]
    paper = moments["paper"] if kind in PACKS else None
    return max(filter(None, (closed, moments["withdrawn"], paper)), default=None)


def safe(kind: str, meeting: Meeting) -> QuerySet[Document]:
    """Requests, the newest first, whose document holds nothing that was restricted or taken back since.

    What a document holds is looked at once more when it is finished, so one that is on its way is safe.
    """
    found: QuerySet[Document] = Document.objects.about(kind, meeting.pk).select_related("file")
    since = _since(kind, meeting)
    return found.filter(Q(finished_at=None) | Q(finished_at__gt=since)) if since else found


def _is_safe(document: Document, since: datetime | None) -> bool:
    return since is None or document.finished_at is None or document.finished_at > since


def offers(kinds: Iterable[str], meeting: Meeting) -> list[Offer]:
    """Of each kind of document the newest request, and the newest one that has a file."""
    requests = _requests.ask(meeting=meeting.pk)
    moments = _taken_back.ask(meeting=meeting.pk)[0] if requests else {}
    return [_offer(kind, meeting, requests, moments) for kind in kinds]


def _offer(
    kind: str, meeting: Meeting, requests: list[Document], moments: dict[str, datetime | None]
) -> Offer:
    since = _last_of(kind, moments) if requests else None
    of_kind = [each for each in requests if each.kind == kind and _is_safe(each, since)]
    made, newest = _made(kind, meeting, of_kind), of_kind[0] if of_kind else None
    return Offer(
        kind,
        NAMES[kind],
        kind in RESTRICTED,
        newest if newest is not made else None,
        made,
        behind=bool(made and kind in PACKS and _is_behind(made, meeting)),
    )


def made(kind: str, meeting: Meeting) -> Document | None:
    """The newest document that is offered; minutes that were a draft when it was made are not."""
    return _made(kind, meeting, list(safe(kind, meeting)[:LOOKED_THROUGH]))


def _made(kind: str, meeting: Meeting, requests: list[Document]) -> Document | None:
    found = (each for each in requests if each.file_id)
    return next((each for each in found if kind in PACKS or not _is_of_a_draft(each, meeting)), None)


def _is_behind(pack: Document, meeting: Meeting) -> bool:
    """Whether the meeting, its agenda or papers changed since the pack was last queued."""
    return any(moment and moment > pack.queued_at for moment in _changed.ask(meeting=meeting.pk)[0])

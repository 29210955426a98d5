"""Minutes as a PDF, made by the worker: one for every reader, one with restricted items for those who may."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.models import AgendaItem, Meeting
from governance.selectors import minutes
from governance.selectors.quorum import quorum_of
from partners import access
from partners.roles import Permission
from svd_portal.kit import clock
from svd_portal.kit.format import long_date
from svd_portal.kit.models import Document
from svd_portal.kit.services.documents import BuiltDocument, register_document

OPEN, WHOLE = "minutes", "minutes-with-restricted"
KINDS = {"minutes": OPEN, "minutes-with-restricted-items": WHOLE}
"""Kinds of document by the name in their address."""
NAMES = {kind: name for name, kind in KINDS.items()}


def register() -> None:
    """Called once, when the app is ready."""
    register_document(OPEN, build=build, may_read=may_read)
    register_document(WHOLE, build=build, may_read=may_read_whole)


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
    """Such as "surrey-exec-2024-01-30-minutes.pdf"."""
    return (
        f"{meeting.partnership.slug}-{meeting.body.code.lower()}-{meeting.day.isoformat()}-{NAMES[kind]}.pdf"
    )


def title_of(meeting: Meeting) -> str:
    """What the text is, by how far the meeting has come."""
    what = {
        Meeting.Status.PLANNED: _("Agenda"),
        Meeting.Status.HELD: _("Draft minutes"),
        Meeting.Status.AGREED: _("Minutes"),
        Meeting.Status.CANCELLED: _("Agenda of a cancelled meeting"),
    }
    return f"{what[Meeting.Status(meeting.status)]}: {meeting}"


def build(document: Document) -> BuiltDocument:
    """The minutes as they stand when the worker comes to them."""
    from svd_portal.kit import pdf  # slow to load, and only a worker makes documents

    meeting = _meeting(document)
    content = pdf.render_template(
        "governance/minutes_pdf.html",
        context(meeting, with_restricted=document.kind == WHOLE) | {"made_on": long_date(clock.today())},
        title=title_of(meeting),
        identifier=document.pk.bytes,
        created=document.created_at,
    )
    return BuiltDocument(filename(meeting, document.kind), content)


def _is_of_a_draft(document: Document, meeting: Meeting) -> bool:
    """Whether the meeting was held, its minutes agreed or corrected, after the document was asked for."""
    reached = meeting.history.aggregate(
        held=Min("history_date", filter=Q(status=Meeting.Status.HELD)),
        agreed=Min("history_date", filter=Q(status=Meeting.Status.AGREED)),
    )
    corrected = meeting.corrections.aggregate(at=Max("created_at"))["at"]
    return any(moment and moment > document.created_at for moment in (*reached.values(), corrected))


def context(meeting: Meeting, *, with_restricted: bool) -> dict[str, Any]:
    """What the template of the PDF reads."""
    rows = minutes.attendance_of(meeting)
    return {
        "meeting": meeting,
        "owner": meeting.partnership.name,
        "marking": meeting.get_marking_display(),
        "illustrative": meeting.illustrative,
        "items": minutes.items_of(meeting, with_restricted=with_restricted),
        "rows": rows,
        "quorum": quorum_of(meeting, rows),
        "following": minutes.following(meeting),
        "corrections": minutes.corrections_of(meeting, with_restricted=with_restricted),
        "present": presenters,
    }


@dataclass(frozen=True)
class Offer:
    """A PDF that a page offers: the last one made, and the request on its way."""

    name: str
    whole: bool
    request: Document | None
    made: Document | None


def safe(kind: str, meeting: Meeting) -> QuerySet[Document]:
    """Requests, the newest first, whose document holds nothing that was restricted since it was made."""
    found: QuerySet[Document] = Document.objects.about(kind, meeting.pk).select_related("file")
    if kind == WHOLE:
        return found
    history = AgendaItem.history.filter(meeting=meeting)
    once_open = history.filter(restricted=False).values("id")
    restricted_at = history.filter(restricted=True, id__in=once_open).aggregate(at=Max("history_date"))["at"]
    return found.filter(created_at__gt=restricted_at) if restricted_at else found


def latest(kind: str, meeting: Meeting) -> Offer:
    """The newest request for a kind of document, and the newest one that has a file."""
    requests = list(safe(kind, meeting)[:10])
    made = next((each for each in requests if each.file_id and not _is_of_a_draft(each, meeting)), None)
    newest = requests[0] if requests else None
    return Offer(NAMES[kind], kind == WHOLE, newest if newest is not made else None, made)

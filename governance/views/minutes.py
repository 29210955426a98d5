"""Minutes to read, to print and to download as a PDF."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.views.generic import View

from governance import documents, presenters
from governance.models import Meeting
from governance.selectors import agreed, escalations, minutes, papers
from governance.selectors.agenda import changed_since_published, timings_of
from governance.selectors.bodies import InForce
from governance.selectors.quorum import quorum_of
from governance.views import circulated, texts
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import files
from svd_portal.kit.addresses import reverse
from svd_portal.kit.models import Document
from svd_portal.kit.services import documents as requests


class MinutesPage(PartnershipDetail):
    """The agenda before the meeting, the minutes afterwards, as this person may read them."""

    model = Meeting
    template_name = "governance/minutes.html"
    context_object_name = "meeting"
    one = minutes.one_meeting

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        meeting: Meeting = self.object
        whole = presenters.may_read_restricted(self.rights, meeting.body_id)
        items = agreed.items_of(meeting, with_restricted=whole)
        hidden = any(view.item.restricted for view in items)
        kinds = [documents.OPEN, documents.WHOLE] if hidden else [documents.OPEN]
        packs = [documents.PACK, documents.WHOLE_PACK] if hidden else [documents.PACK]
        offers = documents.offers([*kinds, *(packs if items else [])], meeting)
        rows = agreed.attendance_of(meeting)
        beside = minutes.around(self.request.user, meeting)
        on = InForce(meeting)
        return super().get_context_data(
            items=items,
            touched=escalations.by_item(self.request.user, meeting),
            timings=timings_of(meeting, items),
            agenda_changed=changed_since_published(meeting, items, with_restricted=whole),
            rows=rows,
            quorum=quorum_of(meeting, rows, on=on),
            interests=agreed.interests_of(meeting, with_restricted=whole),
            corrections=minutes.corrections_of(meeting, with_restricted=whole),
            files=[each for each in offers if each.kind not in documents.PACKS],
            texts=texts.offered(meeting, hidden=hidden) if meeting.body.run_here else [],
            packs=[each for each in offers if each.kind in documents.PACKS],
            before=beside.before,
            after=beside.after,
            preceding=agreed.preceding(meeting) if meeting.as_agreed else beside.before,
            following=agreed.following(meeting) if meeting.as_agreed else beside.after,
            present=presenters,
            **papers_of(self.request.user, meeting, items, on),
            **circulated.of_minutes(self, meeting, with_restricted=whole),
            **context,
        )


def papers_of(user: Any, meeting: Meeting, items: list[minutes.ItemView], on: InForce) -> dict[str, Any]:
    """What a page says of the papers among its items: when they were due, what is new for its reader."""
    found = [paper for view in items for paper in (*view.papers, *view.papers_since)]
    due = papers.due_on(meeting, on) if found or meeting.status == Meeting.Status.PLANNED else None
    return {
        "news": papers.news_for(user, found),
        "papers_due": due,
        "late": lambda paper: papers.late(paper, due),
    }


class OfMeeting(PartnershipGate, View):
    """An address about the PDF of a meeting's minutes: `name` says for which readers it is.

    Where there is nothing restricted to read, or for those who may not, there is no such address.
    """

    @cached_property
    def meeting(self) -> Meeting:
        found: Meeting = self.readable_or_404(Meeting, pk=self.kwargs["pk"])
        return found

    @cached_property
    def kind(self) -> str:
        kind = documents.KINDS.get(self.kwargs["name"])
        if kind is None or (kind in documents.RESTRICTED and not self._whole_exists()):
            raise Http404("No such page.")
        return kind

    def _whole_exists(self) -> bool:
        return (
            presenters.may_read_restricted(self.rights, self.meeting.body_id)
            and self.meeting.items.standing().filter(restricted=True).exists()
        )

    def latest(self) -> Document:
        document = documents.safe(self.kind, self.meeting).first()
        if document is None:
            raise Http404("No such page.")
        return document


class RequestPdf(OfMeeting):
    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        requests.request(
            kind=self.kind, subject=self.meeting.pk, partnership_id=self.partnership.pk, by=request.user
        )
        page = reverse("governance:minutes", args=[self.partnership.slug, self.meeting.pk])
        return HttpResponseRedirect(f"{page}#{'pack' if self.kind in documents.PACKS else 'pdf'}")


class PdfState(OfMeeting):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse({"state": self.latest().state})


class Pdf(OfMeeting):
    """The latest PDF that was made."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        document = documents.made(self.kind, self.meeting)
        if document is None or document.file is None:
            raise Http404("No such page.")
        return files.response(document.file)

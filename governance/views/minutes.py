"""Minutes to read, to print and to download as a PDF."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.views.generic import View

from governance import documents, presenters
from governance.models import Meeting
from governance.selectors import minutes
from governance.services.attendance import quorum_of
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
        items = minutes.items_of(meeting, with_restricted=whole)
        kinds = [documents.OPEN]
        if any(view.item.restricted for view in items):
            kinds.append(documents.WHOLE)
        rows = minutes.attendance_of(meeting)
        before, after = minutes.around(self.request.user, meeting)
        return super().get_context_data(
            items=items,
            rows=rows,
            quorum=quorum_of(meeting, rows),
            corrections=minutes.corrections_of(meeting, with_restricted=whole),
            files=[documents.latest(kind, meeting) for kind in kinds],
            before=before,
            after=after,
            present=presenters,
            **context,
        )


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
        if kind is None or (kind == documents.WHOLE and not self._whole_exists()):
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
        return HttpResponseRedirect(f"{page}#pdf")


class PdfState(OfMeeting):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse({"state": self.latest().state})


class Pdf(OfMeeting):
    """The latest PDF that was made."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        document = documents.safe(self.kind, self.meeting).filter(file__isnull=False).first()
        if document is None or document.file is None:
            raise Http404("No such page.")
        return files.response(document.file)

"""The files of a certified return: asked for, watched, downloaded."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.functional import cached_property
from django.views.generic import View

from funding.models import QuarterlyReturn
from funding.selectors import return_outputs as selectors
from funding.selectors import return_page
from funding.services import return_outputs as services
from funding.views.returns import OfReturn
from partners.views.base import PartnershipGate
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError


class ReturnFile(OfReturn, View):
    """A file of the certified return as it was made by the worker, by its own name."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        name = self.kwargs["name"]
        edition = name.rpartition("-v")[2]
        found = self.find(int(edition)) if edition.isdecimal() and len(edition) < 5 else None
        if found is None or name != return_page.file_name(found):
            raise Http404("No such file.")
        file = selectors.files(found, self.default).get(self.kwargs["ending"])
        if file is None or file.document is None:
            raise Http404("No such file was asked for.")
        if file.document.file is None:  # being made, or failed: the return's page says which
            return HttpResponseRedirect(f"{return_page.address(found, self.default)}#files")
        return files.response(file.document.file)


class FilesRequest(PartnershipGate, View):
    """How the making of a return's files stands; and a new request for those that are missing or failed."""

    @cached_property
    def object(self) -> QuarterlyReturn:
        found: QuarterlyReturn = self.readable_or_404(QuarterlyReturn, pk=self.kwargs["pk"])
        return found

    @cached_property
    def default(self) -> Any:
        return return_page.default_grant(self.partnership)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        state = selectors.files(self.object, self.default).state
        if not state:
            raise Http404("No file was asked for.")
        return JsonResponse({"state": state})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            services.request_files(return_id=self.object.pk, by=request.user)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        return HttpResponseRedirect(f"{return_page.address(self.object, self.default)}#files")

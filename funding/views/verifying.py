"""Where anybody, signed in or not, asks whether a return is genuine."""

from typing import Any

from allauth.decorators import rate_limit
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from funding.forms.verifying import VerifyForm
from funding.selectors import verifying
from svd_portal.kit.errors import DomainError


@method_decorator(rate_limit(action="verify"), name="dispatch")
class Verify(TemplateView):
    """A PDF or the code in it: genuine or not, current or replaced. Nothing that is handed in is kept."""

    template_name = "funding/verify.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(VerifyForm({"code": request.GET["code"]} if "code" in request.GET else None))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer(VerifyForm(request.POST, request.FILES))

    def answer(self, form: VerifyForm) -> HttpResponse:
        if not form.is_bound or not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        if form.cleaned_data["code"]:
            told = {"asked": "code", "standing": verifying.by_digits(form.cleaned_data["code"])}
        else:
            try:
                outcome, standing = verifying.by_file(form.cleaned_data["file"].read())
            except DomainError as busy:
                form.add_error("file", busy.message)
                return self.render_to_response(self.get_context_data(form=form), status=503)
            told = {"asked": "file", "outcome": outcome, "standing": standing}
        return self.render_to_response(self.get_context_data(form=VerifyForm(), **told))

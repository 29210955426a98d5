"""A person's choice of the e-mails they get."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from partners.forms.notices import NoticesForm
from partners.models import NoticePreference
from partners.services import notices


class OwnNotices(LoginRequiredMixin, FormView):
    form_class = NoticesForm
    template_name = "kit/form_page.html"
    success_url = reverse_lazy("own_notices")

    def get_initial(self) -> dict[str, Any]:
        own = NoticePreference.objects.of(self.request.user)
        refused = set(own.filter(wanted=False).values_list("kind", flat=True))
        return {"wanted": [kind for kind in NoticePreference.Kind.values if kind not in refused]}

    def form_valid(self, form: NoticesForm) -> HttpResponse:
        notices.choose(by=self.request.user, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(self.request, _("Your choice is saved."))
        return super().form_valid(form)

    def form_invalid(self, form: NoticesForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=_("E-mails you get"),
            intro=_(
                "An e-mail names the body, the date and what to do. It never says what an item is about."
            ),
            cancel_href=reverse_lazy("your_account"),
            **context,
        )

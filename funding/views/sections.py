"""Which sections a grant's quarterly returns have, and in which order."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.forms.sections import SectionsForm
from funding.models import Grant
from funding.selectors import sections as selectors
from funding.services import sections as services
from funding.views.base import Crumb, MoneyForm
from svd_portal.kit.addresses import reverse


class LayOut(MoneyForm):
    model = Grant
    form_class = SectionsForm
    template_name = "funding/sections.html"
    title, submit = _("Sections of the quarterly return"), _("Save sections")
    done_message = _("The sections are saved. Returns that are being prepared have them now.")

    def back(self) -> Crumb:
        return self.object.title, reverse("funding:grant", args=[self.partnership.slug, self.object.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"sections": selectors.of_grant(self.object.pk)}

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.object.version}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(being_read=selectors.being_read(self.object.pk), **context)

    def perform(self, form: SectionsForm) -> Grant:
        return services.lay_out(
            grant_id=self.object.pk,
            version=form.cleaned_data["version"],
            sections=form.laid_out(),
            by=self.request.user,
        )

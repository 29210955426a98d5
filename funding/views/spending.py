"""What a grant asks of spend reports."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.forms.spending import DAYS, SpendingForm
from funding.models import Grant
from funding.rules.timetable import Days
from funding.services import spending as services
from funding.views.base import Crumb, MoneyForm
from svd_portal.kit.addresses import reverse


class SetSpending(MoneyForm):
    model = Grant
    form_class = SpendingForm
    title, submit = _("Reasons and timetable"), _("Save")
    done_message = _("It applies from now on.")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in ("explain_from", *DAYS, "version")}

    def back(self) -> Crumb:
        return self.object.title, reverse("funding:grant", args=[self.partnership.slug, self.object.pk])

    def perform(self, form: SpendingForm) -> Grant:
        given = dict(form.cleaned_data)
        days = Days(*(given.pop(name) for name in DAYS))
        return services.set_spending(grant_id=self.object.pk, days=days, by=self.request.user, **given)

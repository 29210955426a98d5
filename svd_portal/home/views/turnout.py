"""Who comes to a body's meetings, as a map of seats and meetings."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.views.base import PartnershipPage
from svd_portal.home.selectors import turnout
from svd_portal.kit.addresses import reverse
from svd_portal.kit.forms import DateField, PortalForm


class PeriodForm(PortalForm):
    body = forms.ModelChoiceField(label=_("Body"), queryset=None, required=False, empty_label=None)
    first = DateField(label=_("From"), required=False)
    last = DateField(label=_("To"), required=False)

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("Enter a day after the first one, or the same"))
        return given


class Turnout(PartnershipPage):
    template_name = "home/reports/turnout.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        bodies = turnout.bodies_that_meet(self.request.user, self.partnership)
        year = {"first": _year_before(self.today), "last": self.today}
        form = PeriodForm(self.request.GET or None, bodies=bodies, initial=year)
        given: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
        body = given.get("body") or bodies.first()
        last: date = given.get("last") or self.today
        first: date = given.get("first") or _year_before(last)
        found = (
            turnout.turnout(self.request.user, self.partnership, body, first=first, last=last)
            if body and not form.errors
            else None
        )
        return super().get_context_data(
            form=form,
            body=body,
            found=found,
            first=first,
            last=last,
            words=turnout.WORDS,
            breadcrumbs=[
                (_("Reports"), reverse("home:reports", args=[self.partnership.slug])),
                (_("Who comes to meetings"), ""),
            ],
            **context,
        )


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28))

"""Money from other schemes, recorded beside an award."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding.forms.base import ReasonForm
from funding.forms.other_money import OtherMoneyForm
from funding.models import Award, OtherMoney
from funding.services import other_money as services
from funding.views.base import Crumb, MoneyForm, years_until
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear

NOT_COUNTED = _(
    "It is shown beside the award and counted nowhere: not in what is awarded, spent or returned."
)


class BesideAward(MoneyForm):
    model: Any = OtherMoney
    intro: Any = NOT_COUNTED

    @property
    def award(self) -> Award:
        award: Award = self.object if isinstance(self.object, Award) else self.object.award
        return award

    def back(self) -> Crumb:
        return self.award.reference, reverse("funding:award", args=[self.partnership.slug, self.award.pk])


class RecordOtherMoney(BesideAward):
    model = Award
    form_class = OtherMoneyForm
    title, submit = _("Record money from another scheme"), _("Record it")
    done_message = _("The money from another scheme is recorded. It is not counted here.")

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.award.year.slug}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"years": years_until(FinancialYear.of(self.today).start + 2)}

    def perform(self, form: OtherMoneyForm) -> OtherMoney:
        return services.record_other_money(
            award=self.award, said=form.said(), key=form.cleaned_data["key"], by=self.request.user
        )


class OfOtherMoney(BesideAward):
    @property
    def record(self) -> OtherMoney:
        record: OtherMoney = self.object
        if record.withdrawn_reason:
            raise Http404("No such page.")
        return record


class ChangeOtherMoney(OfOtherMoney):
    form_class = OtherMoneyForm
    title, submit = _("Change money from another scheme"), _("Save")
    done_message = _("The money from another scheme is changed. It is not counted here.")

    def get_initial(self) -> dict[str, Any]:
        record = self.record
        names = ("funder", "scheme", "amount", "source")
        return {"year": record.year.slug, **{name: getattr(record, name) for name in names}}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "years": years_until(max(FinancialYear.of(self.today).start + 2, self.record.financial_year)),
            "version": self.record.version,
            "changing": True,
        }

    def perform(self, form: OtherMoneyForm) -> OtherMoney:
        return services.change_other_money(
            record_id=self.record.pk,
            version=form.cleaned_data["version"],
            said=form.said(),
            by=self.request.user,
        )


class WithdrawOtherMoney(OfOtherMoney):
    form_class = ReasonForm
    title, submit, danger = _("Withdraw money from another scheme"), _("Withdraw it"), True
    done_message = _("It is withdrawn, and stays on record.")

    @property
    def intro(self) -> str:  # type: ignore[override]
        return str(self.record)

    def perform(self, form: ReasonForm) -> OtherMoney:
        return services.withdraw_other_money(
            record_id=self.record.pk, by=self.request.user, **form.cleaned_data
        )

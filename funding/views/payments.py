"""Payments received from funders and made from awards: two registers, and their forms."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding.forms.base import ReasonForm
from funding.forms.payments import PaymentFilter, PaymentForm, ReceivedForm
from funding.models import Award, Grant, PaymentMade, PaymentReceived
from funding.selectors import payments as selectors
from funding.services import payments as services
from funding.views.base import Crumb, MoneyForm, crumbs, years_until
from partners.readings import Opening
from partners.views.base import PartnershipGate
from svd_portal.kit import clock
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.register import Column, Register, RegisterView, Tag


class PaymentRegister(Register):
    """What both registers share. Those withdrawn are listed too, with the reason."""

    filter_form = PaymentFilter
    year_field = "financial_year"

    def filter_kwargs(self) -> dict[str, Any]:
        return {"years": years_until(FinancialYear.of(clock.today()).start)}

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if year := chosen.get("year"):
            queryset = queryset.filter(**{self.year_field: FinancialYear.parse(year).start})
        return queryset

    def state_of(self, payment: Any) -> Tag:
        return (_("Withdrawn"), "bad") if payment.withdrawn_reason else (_("Recorded"), "good")

    def why(self, payment: Any) -> str:
        return payment.withdrawn_reason

    def empty_action(self) -> tuple[str, str] | None:
        return reverse("funding:home", args=[self.partnership.slug]), str(_("Go to grants and awards"))


class ReceivedRegister(PaymentRegister):
    title = _("Payments received")
    order = "-on"
    empty_text = _("Nothing is recorded as received. The finance officer records it on the grant's page.")
    columns = (
        Column("on", _("Received on"), value="received_on", kind="date", sort="received_on"),
        Column("grant", _("Grant"), value="grant.title", link="address_of"),
        Column("year", _("Year"), kind="short"),
        Column("quarter", _("Quarter"), kind="number"),
        Column("reference", _("Reference")),
        Column("amount", _("Amount"), kind="money", sort="amount"),
        Column("state", _("State"), kind="tag", value="state_of", note="why"),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
    )

    def address_of(self, payment: PaymentReceived) -> str:
        return reverse("funding:grant", args=[self.partnership.slug, payment.grant_id])


class MadeRegister(PaymentRegister):
    title = _("Payments made")
    order = "-on"
    year_field = "award__financial_year"
    empty_text = _("Nothing is recorded as paid. The finance officer records it on the award's page.")
    columns = (
        Column("on", _("Paid on"), value="paid_on", kind="date", sort="paid_on"),
        Column("award", _("Award"), value="award.reference", link="address_of", note="title_of"),
        Column("recipient", _("Recipient"), value="award.recipient.name"),
        Column("reference", _("Reference")),
        Column("amount", _("Amount"), kind="money", sort="amount"),
        Column("state", _("State"), kind="tag", value="state_of", note="why"),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
    )

    def address_of(self, payment: PaymentMade) -> str:
        return reverse("funding:award", args=[self.partnership.slug, payment.award_id])

    def title_of(self, payment: PaymentMade) -> str:
        return payment.award.title


class _Payments(PartnershipGate, RegisterView):
    other: Any = None

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        name, title = self.other
        return super().get_context_data(
            breadcrumbs=crumbs(slug, (self.register_class.title, "")),
            actions=[(reverse(name, args=[slug]), title)],
            intro=_("A payment that was recorded wrongly is withdrawn, and stays here."),
            **context,
        )


class Received(_Payments):
    register_class = ReceivedRegister
    opening = Opening(selectors.received)
    other = ("funding:payments_made", _("Payments made"))

    def get_queryset(self) -> Any:
        return selectors.received(self.request.user, self.partnership)


class Made(_Payments):
    register_class = MadeRegister
    opening = Opening(selectors.made)
    other = ("funding:payments_received", _("Payments received"))

    def get_queryset(self) -> Any:
        return selectors.made(self.request.user, self.partnership)


class RecordReceived(MoneyForm):
    model = Grant
    form_class = ReceivedForm
    title, submit = _("Record a payment received"), _("Record it")
    done_message = _("The payment is recorded.")

    def back(self) -> Crumb:
        return self.object.title, reverse("funding:grant", args=[self.partnership.slug, self.object.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"years": years_until(FinancialYear.of(self.today).start + 1)}

    def get_initial(self) -> dict[str, Any]:
        return {"year": FinancialYear.of(self.today).slug}

    def perform(self, form: ReceivedForm) -> PaymentReceived:
        return services.record_received(
            grant_id=self.object.pk,
            said=form.said(),
            year=form.cleaned_data["year"],
            quarter=form.cleaned_data["quarter"],
            key=form.cleaned_data["key"],
            today=self.today,
            by=self.request.user,
        )


class RecordMade(MoneyForm):
    model = Award
    form_class = PaymentForm
    title, submit = _("Record a payment made"), _("Record it")
    done_message = _("The payment is recorded.")

    def back(self) -> Crumb:
        return self.object.reference, reverse("funding:award", args=[self.partnership.slug, self.object.pk])

    def perform(self, form: PaymentForm) -> PaymentMade:
        return services.record_made(
            award_id=self.object.pk,
            said=form.said(),
            key=form.cleaned_data["key"],
            today=self.today,
            by=self.request.user,
        )


class _Withdraw(MoneyForm):
    form_class = ReasonForm
    title, submit, danger = _("Withdraw a payment"), _("Withdraw it"), True
    done_message = _("It is withdrawn, and stays on record.")

    @property
    def payment(self) -> Any:
        if self.object.withdrawn_reason:
            raise Http404("No such page.")
        return self.object

    @property
    def intro(self) -> str:  # type: ignore[override]
        return str(self.payment)

    def perform(self, form: ReasonForm) -> Any:
        return services.withdraw(payment=self.payment, by=self.request.user, **form.cleaned_data)


class WithdrawReceived(_Withdraw):
    model = PaymentReceived

    def back(self) -> Crumb:
        grant = self.object.grant
        return grant.title, reverse("funding:grant", args=[self.partnership.slug, grant.pk])


class WithdrawMade(_Withdraw):
    model = PaymentMade

    def back(self) -> Crumb:
        award = self.object.award
        return award.reference, reverse("funding:award", args=[self.partnership.slug, award.pk])

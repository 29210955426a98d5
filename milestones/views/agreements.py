"""Forms of the partnership agreement: drafted, adopted, signed."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.models import Decision, Terms
from governance.rules.verbs import ASSENTING
from governance.views.body_forms import partners_to_seat
from milestones.forms import (
    AdoptAgreementForm,
    AgreementForm,
    AgreementWordsForm,
    AppendixForm,
    CommitmentForm,
    PartyForm,
    SignatureForm,
    WithdrawalForm,
)
from milestones.models import AgreementAppendix, AgreementParty, Product
from milestones.services import agreements as services
from milestones.views.priorities import PlanForm
from svd_portal.kit.forms import PortalForm

LATELY = timedelta(days=730)
"""How far back a decision may lie that is offered as the one that adopted."""


class AgreementForms(PlanForm):
    """A form about an agreement, or about a thing of one; afterwards the agreement's page."""

    model: Any = Product

    @property
    def agreement(self) -> Product:
        found: Product = self.object if isinstance(self.object, Product) else self.object.agreement
        return found

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(str(self.agreement), self.at("product", self.agreement.pk))]

    def readable(self, model: Any) -> Any:
        found = super().readable(model)
        return found.filter(kind=Product.Kind.AGREEMENT) if model is Product else found


class DraftAgreement(PlanForm):
    form_class = AgreementForm
    title, submit = _("Draft an agreement"), _("Begin the draft")
    intro = _(
        "A new version begins with what the last one says each partner commits to, and with its appendices;"
        " nobody has signed it. Where a draft was begun before, you go on with that."
    )

    def crumbs(self) -> list[tuple[Any, str]]:
        return []

    def back(self) -> str:
        return self.at("home") + "#products"

    def get_initial(self) -> dict[str, Any]:
        last = self.readable(Product).filter(kind=Product.Kind.AGREEMENT).order_by("created_at").last()
        return {"title": last.title if last else _("Partnership agreement")}

    def perform(self, form: Any) -> Product:
        return services.draft(
            partnership=self.partnership, today=self.today, by=self.request.user, **form.cleaned_data
        )

    def get_done_url(self, result: Any) -> str:
        return self.at("product", result.pk)


class ChangeAgreement(AgreementForms):
    form_class = AgreementWordsForm
    title = _("Change the draft")

    def get_initial(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.object.shown_values()
        return stored

    def perform(self, form: Any) -> Product:
        return services.change(agreement_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class AdoptAgreement(AgreementForms):
    form_class = AdoptAgreementForm
    title, submit = _("Adopt the agreement"), _("Adopt it")
    intro = _("From then on its texts stay as they are, and signatures are recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        decisions = self.readable(Decision).filter(
            verb__in=ASSENTING, withdrawn_reason="", taken_on__gte=self.today - LATELY
        )
        return super().get_form_kwargs() | {"decisions": decisions.order_by("-taken_on", "-reference")}

    def get_initial(self) -> dict[str, Any]:
        return {"adopted_on": self.today}

    def perform(self, form: Any) -> Product:
        return services.adopt(
            agreement_id=self.object.pk, today=self.today, by=self.request.user, **form.facts()
        )


class AddTo(AgreementForms):
    """A form that adds something to the draft: it changes nothing of what was read."""

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["version"]
        return kwargs


class AddParty(AddTo):
    form_class = PartyForm
    title, submit = _("Add a partner"), _("Add partner")

    def get_form_kwargs(self) -> dict[str, Any]:
        there = self.object.parties.standing().values("partner")
        return super().get_form_kwargs() | {"partners": partners_to_seat(self).exclude(pk__in=there)}

    def perform(self, form: Any) -> AgreementParty:
        return services.add_party(agreement_id=self.object.pk, by=self.request.user, **form.facts())


class AddAppendix(AddTo):
    form_class = AppendixForm
    title, submit = _("Add an appendix"), _("Add appendix")

    def get_form_kwargs(self) -> dict[str, Any]:
        terms = self.readable(Terms).select_related("body").order_by("body__name", "-edition")
        return super().get_form_kwargs() | {"terms": terms}

    def perform(self, form: Any) -> AgreementAppendix:
        return services.add_appendix(agreement_id=self.object.pk, by=self.request.user, **form.facts())


class TakeOut(AgreementForms):
    """Asks once more: nothing is typed."""

    form_class = PortalForm
    submit = _("Take it out")

    @property
    def intro(self) -> str:  # type: ignore[override]
        return f"{self.object.partner if isinstance(self.object, AgreementParty) else self.object}."


class TakeOutAppendix(TakeOut):
    model = AgreementAppendix
    title = _("Take the appendix out of the draft")

    def perform(self, form: Any) -> AgreementAppendix:
        return services.withdraw_appendix(
            appendix_id=self.object.pk, by=self.request.user, **form.cleaned_data
        )


class PartyForms(AgreementForms):
    model = AgreementParty

    @property
    def intro(self) -> str:  # type: ignore[override]
        return f"{self.object.partner}."


class ChangeParty(PartyForms):
    form_class = CommitmentForm
    title = _("Change what a partner commits to")

    def get_initial(self) -> dict[str, Any]:
        return {"commits": self.object.commits}

    def perform(self, form: Any) -> AgreementParty:
        return services.change_party(party_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class Sign(PartyForms):
    form_class = SignatureForm
    title, submit = _("Record a signature"), _("Record it")

    def get_form_kwargs(self) -> dict[str, Any]:
        party: AgreementParty = self.object
        return super().get_form_kwargs() | {"again": bool(party.signed_on or party.withdrawn_on)}

    def get_initial(self) -> dict[str, Any]:
        return {"role": self.object.signed_role, "signed_on": self.object.signed_on}

    def perform(self, form: Any) -> AgreementParty:
        return services.sign(
            party_id=self.object.pk, today=self.today, by=self.request.user, **form.cleaned_data
        )


class TakeOutParty(TakeOut):
    model = AgreementParty
    title = _("Take the partner out of the draft")

    def perform(self, form: Any) -> AgreementParty:
        return services.take_out(
            party_id=self.object.pk, today=self.today, by=self.request.user, **form.cleaned_data
        )


class WithdrawParty(PartyForms):
    form_class = WithdrawalForm
    title, submit = _("A partner withdraws"), _("Record it")

    def get_initial(self) -> dict[str, Any]:
        return {"on": self.today}

    def perform(self, form: Any) -> AgreementParty:
        return services.withdraw_party(
            party_id=self.object.pk, today=self.today, by=self.request.user, **form.cleaned_data
        )

"""The check against what the grant does not pay for, and the list of items."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from funding.forms.eligibility import CheckItemsForm, ItemListForm
from funding.models import Award, EligibilityCheck, Proposal
from funding.selectors import eligibility as selectors
from funding.services import eligibility as services
from funding.views.awards import AwardForms
from funding.views.base import Crumb, MoneyForm
from funding.views.proposals import ProposalForms
from partners.roles import Permission
from svd_portal.kit.addresses import reverse

INTRO = _("What the grant usually does not pay for. Tick an item only where something of it is in this.")


class CheckProposal(ProposalForms):
    model: Any = Proposal
    form_class = CheckItemsForm
    template_name = "funding/check_items.html"
    title, submit, intro = _("Check for ineligible items"), _("Save the check"), INTRO
    done_message = _("The check is kept. Those who decide see it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        last = selectors.of_proposal(self.object)
        return super().get_form_kwargs() | {"items": selectors.items(self.partnership), "last": last}

    def perform(self, form: CheckItemsForm) -> EligibilityCheck:
        return services.check_proposal(
            proposal_id=self.object.pk,
            answers=form.answers(),
            none_applies=form.cleaned_data["none_applies"],
            by=self.request.user,
            today=self.today,
        )

    def get_done_url(self, result: Any) -> str:
        return self.back()[1]


class CheckAward(AwardForms):
    model: Any = Award
    form_class = CheckItemsForm
    template_name = "funding/check_items.html"
    title, submit, intro = _("Check for ineligible items"), _("Save the check"), INTRO
    done_message = _("The check is kept. Those who decide see it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        last = selectors.of_award(self.object)
        return super().get_form_kwargs() | {"items": selectors.items(self.partnership), "last": last}

    def perform(self, form: CheckItemsForm) -> EligibilityCheck:
        return services.check_award(
            award_id=self.object.pk,
            answers=form.answers(),
            none_applies=form.cleaned_data["none_applies"],
            by=self.request.user,
            today=self.today,
        )


class ItemList(MoneyForm):
    """The list that every check asks about."""

    permission = Permission.PARTNERSHIP_MANAGE_FUNDING
    form_class = ItemListForm
    title, submit = _("What the grant does not pay for"), _("Save the list")
    done_message = _("The list is saved.")

    def back(self) -> Crumb:
        return _("Proposals"), reverse("funding:proposals", args=[self.partnership.slug])

    def get_initial(self) -> dict[str, Any]:
        return {"items": "\n".join(selectors.items(self.partnership))}

    def perform(self, form: ItemListForm) -> list[str]:
        return services.list_items(
            partnership=self.partnership, wanted=form.cleaned_data["items"], by=self.request.user
        )

"""The register of awards."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from funding import presenters
from funding.forms.awards import NO_PRIORITY, AwardFilter
from funding.models import Award
from funding.rules.costs import CostType
from funding.rules.stages import Stage
from funding.selectors import awards as selectors
from funding.selectors import over_commitment
from funding.views.base import crumbs, filter_choices
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipGate
from svd_portal.kit.addresses import reverse
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.register import Column, Register, RegisterView


class AwardRegister(Register):
    title = _("Awards")
    order = "reference"
    filter_form = AwardFilter
    template_name = "funding/awards.html"
    empty_text = _("No award yet. The PCC's finance officer proposes the first.")
    columns = (
        Column("reference", _("Award"), sort="reference", link="address_of", note="title_of"),
        Column("project", _("Project"), value="title", sheet_only=True),
        Column("recipient", _("Recipient"), value="recipient.name", sheet_only=True),
        Column("partner", _("Partner"), value="partner.organisation.name"),
        Column("year", _("Year"), kind="short", value="year"),
        Column("cost_type", _("Cost type"), kind="short", value="cost_label"),
        Column("purpose", _("Purpose"), value="purpose_of", sheet_only=True),
        Column("first_day", _("First day"), kind="date", sheet_only=True),
        Column("last_day", _("Last day"), kind="date", sheet_only=True),
        Column("amount", _("Amount"), kind="money", sort="amount"),
        Column("spent", _("Spent, year to date"), kind="money", value="spent"),
        Column("left", _("Left"), kind="money", sheet_only=True),
        Column("stage", _("Stage"), kind="tag", value="stage_of"),
        Column("value_for_money", _("Value for money"), sheet_only=True),
        Column("over_reason", _("Why the year is over-committed"), sheet_only=True),
        Column("ended_on", _("Ended early on"), kind="date", sheet_only=True),
        Column("amount_before", _("Amount before it ended early"), kind="money", sheet_only=True),
        Column("supersedes", _("Takes the place of"), value="supersedes.reference", sheet_only=True),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
    )

    def filter_kwargs(self) -> dict[str, Any]:
        asked = {"user": self.user, "partnership": self.partnership}
        return filter_choices(**asked) | {
            "priorities": selectors.priorities_offered(**asked),
            "grants": selectors.grants_offered(**asked),
        }

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if year := chosen.get("year"):
            queryset = queryset.filter(financial_year=FinancialYear.parse(year).start)
        if cost_type := chosen.get("cost_type"):
            queryset = queryset.filter(cost_type=cost_type)
        if partner := chosen.get("partner"):
            queryset = queryset.filter(partner=partner)
        if priority := chosen.get("priority"):
            named = None if priority == NO_PRIORITY[0] else priority
            queryset = queryset.filter(delivery_action__priority=named)
        if grant := chosen.get("grant"):
            queryset = queryset.filter(grant=grant)
        if stage := chosen.get("stage"):
            queryset = queryset.at_stage(Stage[stage.upper()])
        return queryset

    def address_of(self, award: Award) -> str:
        return reverse("funding:award", args=[self.partnership.slug, award.pk])

    def title_of(self, award: Award) -> str:
        return f"{award.title} ({_('illustrative')})" if award.illustrative else award.title

    def cost_label(self, award: Award) -> str:
        return CostType(award.cost_type).label

    def purpose_of(self, award: Award) -> str:
        return presenters.purpose(award)

    def stage_of(self, award: Award) -> presenters.Tag:
        return presenters.stage_tag(award)

    def spent(self, award: Any) -> Any:
        return award.spent

    def left(self, award: Any) -> Any:
        return award.amount - award.spent

    @cached_property
    def sums(self) -> dict[str, Any] | None:
        """What the filtered awards of one year come to; over all years a sum says nothing."""
        if "year" not in self.chosen:
            return None
        return selectors.sums_of(self.queryset)

    @cached_property
    def over(self) -> list[over_commitment.Over]:
        """Where the chosen year is over-committed, and why."""
        if "year" not in self.chosen:
            return []
        return over_commitment.of_year(self.user, self.partnership, FinancialYear.parse(self.chosen["year"]))


class Awards(PartnershipGate, RegisterView):
    register_class = AwardRegister
    opening = Opening(selectors.register)

    def get_queryset(self) -> Any:
        return selectors.register(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        actions = [
            (reverse("funding:propose", args=[slug]), _("Propose an award")),
            (reverse("funding:import_awards", args=[slug]), _("Bring in from a sheet")),
        ]
        return super().get_context_data(
            breadcrumbs=crumbs(slug, (_("Awards"), "")),
            actions=actions if self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING) else [],
            **context,
        )

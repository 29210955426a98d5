"""Partners: the register, one partner, and the roles that may be given."""

from typing import Any

from django.contrib.postgres.lookups import Unaccent
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from partners import selectors
from partners.forms.partners import PartnerFilter
from partners.models import Partner
from partners.readings import Opening
from partners.roles import Permission
from partners.rules.duties import CAPACITIES, Standing
from partners.views.base import PartnershipDetail, PartnershipGate, PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.register import Column, Register, RegisterView

_TONES = {Standing.SPECIFIED: "good", Standing.POLICING_BODY: "info", Standing.RELEVANT: "warn"}


def standing_tag(standing: str) -> tuple[str, str]:
    return standing, _TONES.get(Standing(standing), "")


class PartnerRegister(Register):
    title = _("Partners")
    order = "name"
    filter_form = PartnerFilter
    empty_text = _("No partner is recorded yet.")
    columns = (
        Column("name", _("Partner"), sort=Lower(Unaccent("organisation__name")), link="address_of"),
        Column("capacities", _("Capacities"), "capacities"),
        Column("standing", _("Standing"), "standing", kind="tag"),
        Column("areas", _("Areas"), "areas"),
        Column("since", _("Since"), "first_day", kind="date", sort="first_day"),
    )

    def filter_kwargs(self) -> dict[str, Any]:
        return {"areas": selectors.areas_served(self.user, self.partnership)}

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        matching = Q()
        if text := chosen.get("text"):
            matching &= Q(organisation__name__icontains=text) | Q(organisation__short_name__icontains=text)
        if standing := chosen.get("standing"):
            having = [capacity for capacity, facts in CAPACITIES.items() if facts.standing == standing]
            matching &= Q(capacities__capacity__in=having)
        if area := chosen.get("area"):
            matching &= Q(capacities__served__area=area)
        return queryset.filter(pk__in=Partner.objects.filter(matching).values("pk"))

    def gather(self, rows: list[Partner]) -> None:
        self.parts = selectors.parts_of(self.user, self.partnership, rows)

    def address_of(self, partner: Partner) -> str:
        return reverse("partners:partner", args=[self.partnership.slug, partner.pk])

    def capacities(self, partner: Partner) -> str:
        return "; ".join(part.capacity.label for part in self.parts.get(partner.pk, []))

    def standing(self, partner: Partner) -> tuple[str, str]:
        return standing_tag(selectors.standing_of(self.parts.get(partner.pk, [])))

    def areas(self, partner: Partner) -> str:
        return ", ".join(selectors.areas_of(self.parts.get(partner.pk, [])))


class Partners(PartnershipGate, RegisterView):
    register_class = PartnerRegister
    opening = Opening(selectors.partners)

    def get_queryset(self) -> Any:
        return selectors.partners(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        actions = [(reverse("partners:roles", args=[slug]), _("Roles and what they allow"))]
        if self.rights.on(Permission.PARTNERSHIP_ADMINISTER):
            actions.insert(0, (reverse("partners:people", args=[slug]), _("People")))
        return super().get_context_data(actions=actions, **context)


class PartnerPage(PartnershipDetail):
    """One partner: why it takes part, who speaks for it, and what hangs on it in the other apps."""

    model = Partner
    template_name = "partners/partner.html"
    one = selectors.one_partner

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        found = selectors.parts_of(self.request.user, self.partnership, [self.object])
        parts = found.get(self.object.pk, [])
        return super().get_context_data(
            parts=parts,
            standing=standing_tag(selectors.standing_of(parts)),
            people=selectors.people_at(self.request.user, self.object, self.today),
            **context,
        )


class Roles(PartnershipPage):
    """Every role with its sentences, for a policy officer to review."""

    template_name = "partners/roles.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(roles=selectors.role_sheets(), **context)

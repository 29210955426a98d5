"""Pages of interventions: the register and one intervention. Forms: `intervention_forms`."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from funding.forms.interventions import InterventionFilter
from funding.models import Intervention, InterventionPaper
from funding.selectors import interventions as selectors
from funding.selectors.managing import may_manage
from funding.views.base import crumbs, filter_choices
from milestones.models import Priority
from partners.access import Rights
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import files
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import NOTHING
from svd_portal.kit.quarters import FinancialYear, Quarter
from svd_portal.kit.register import Column, Register, RegisterView


def may_report(rights: Rights, intervention: Intervention) -> bool:
    return may_manage(rights) or rights.on(Permission.PARTNER_REPORT_SPEND, intervention.partner_id)


class InterventionRegister(Register):
    """Small numbers are withheld from everyone here: lists are downloaded, and downloads travel."""

    title = _("Interventions")
    template_name = "funding/interventions.html"
    order = "-first_day"
    filter_form = InterventionFilter
    empty_text = _("Nothing yet. Services that were commissioned are recorded here, with whom they reached.")
    columns: Sequence[Column] = (
        Column("title", _("Service"), link="page_of", note="marks"),
        Column("provider", _("Provider"), value="provider.name"),
        Column("partner", _("Partner"), value="partner.organisation.name", sheet_only=True),
        Column("priority", _("Priority"), value="priority_of", sheet_only=True),
        Column("cohort", _("Whom it is for")),
        Column("areas", _("Areas"), value="areas_in_words", sheet_only=True),
        Column("first_day", _("First day"), kind="date", sort="first_day"),
        Column("last_day", _("Last day"), kind="date", sheet_only=True),
        Column("under_25", _("Under 25 reached"), value="under_25_of", kind="short"),
        Column("professionals", _("Professionals reached"), value="professionals_of", kind="short"),
        Column("spent", _("Spent since it began"), value="spent_of", kind="money"),
        Column("cost", _("Cost a person"), value="cost_of", kind="money"),
        Column("other_funders", _("Other funders"), sheet_only=True),
        Column("outputs", _("Expected outputs"), sheet_only=True),
        Column("outcomes", _("Expected outcomes"), sheet_only=True),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
        Column("withdrawn_reason", _("Withdrawn because"), sheet_only=True),
    )

    def page_of(self, intervention: Intervention) -> str:
        return reverse("funding:intervention", args=[self.partnership.slug, intervention.pk])

    def marks(self, intervention: Intervention) -> str:
        marks = [
            (intervention.withdrawn_reason, _("Withdrawn")),
            (intervention.illustrative, _("Illustrative")),
        ]
        return " · ".join(str(word) for holds, word in marks if holds)

    def priority_of(self, intervention: Intervention) -> str:
        return str(intervention.priority or NOTHING)

    def gather(self, rows: list[Any]) -> None:
        self.areas = selectors.areas_of(rows)
        self.reach = selectors.reach_of(rows, below=self.partnership.suppression_threshold)

    def areas_in_words(self, intervention: Intervention) -> str:
        return ", ".join(self.areas.get(intervention.pk, [])) or NOTHING

    def under_25_of(self, intervention: Intervention) -> str:
        return str(self.reach[intervention.pk].under_25)

    def professionals_of(self, intervention: Intervention) -> str:
        return str(self.reach[intervention.pk].professionals)

    def spent_of(self, intervention: Intervention) -> Any:
        return self.reach[intervention.pk].spent

    def cost_of(self, intervention: Intervention) -> Any:
        return self.reach[intervention.pk].cost

    def filter_kwargs(self) -> dict[str, Any]:
        priorities = Priority.objects.for_user(self.user, self.partnership)
        return filter_choices(self.user, self.partnership) | {"priorities": priorities}

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if year := chosen.get("year"):
            asked = FinancialYear.parse(year)
            running = Q(last_day__isnull=True) | Q(last_day__gte=asked.first_day)
            queryset = queryset.filter(running, first_day__lte=asked.last_day)
        for name in ("partner", "priority"):
            if name in chosen:
                queryset = queryset.filter(**{name: chosen[name]})
        return queryset

    def totals(self) -> list[dict[str, Any]]:
        """Whom all that is filtered reached, as it may be said."""
        under_25, professionals = selectors.together(
            self.queryset, below=self.partnership.suppression_threshold
        )
        return [
            {"label": _("People under 25 reached"), "figure": str(under_25)},
            {"label": _("Professionals reached"), "figure": str(professionals)},
        ]


class Interventions(PartnershipGate, RegisterView):
    register_class = InterventionRegister
    opening = Opening(selectors.register)

    def get_queryset(self) -> Any:
        return selectors.register(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        actions = [(reverse("funding:new_intervention", args=[slug]), _("Record an intervention"))]
        return super().get_context_data(
            breadcrumbs=crumbs(slug, (_("Interventions"), "")),
            actions=actions if may_manage(self.rights) else [],
            intro=_("Services that were commissioned: who provides them, and whom they reached."),
            below=self.partnership.suppression_threshold,
            **context,
        )


class InterventionPage(PartnershipDetail):
    model = Intervention
    template_name = "funding/intervention.html"
    context_object_name = "intervention"

    def get_queryset(self) -> Any:
        return selectors.register(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        intervention: Intervention = self.object
        user, slug = self.request.user, self.partnership.slug
        exact = selectors.reads_exact(self.rights, intervention)
        below = 0 if exact else self.partnership.suppression_threshold
        links = list(selectors.awards_of(user, intervention))
        reach, rows = selectors.told(intervention, Quarter.of(self.today), below=below)
        standing = not intervention.withdrawn_reason
        return super().get_context_data(
            breadcrumbs=crumbs(
                slug,
                (_("Interventions"), reverse("funding:interventions", args=[slug])),
                (intervention.title, ""),
            ),
            exact=exact,
            below=self.partnership.suppression_threshold,
            areas=selectors.areas_of([intervention]).get(intervention.pk, []),
            reach=reach,
            rows=rows,
            measures=selectors.measures_of(user, intervention),
            links=links,
            funders=sorted({str(link.award.grant.funder) for link in links}),
            beside=selectors.others_paying(user, links, self.partnership),
            papers=selectors.papers_of(user, intervention),
            may_write=standing and may_manage(self.rights),
            may_report=standing and may_report(self.rights, intervention),
            **context,
        )


class InterventionPaperOf(PartnershipGate, View):
    """An evaluation: its file, or where it is published."""

    model = InterventionPaper

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        paper = self.readable_or_404(InterventionPaper, pk=kwargs["pk"], withdrawn=False)
        return files.response(paper.file) if paper.file else HttpResponseRedirect(paper.url)

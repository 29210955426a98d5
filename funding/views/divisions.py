"""Dividing an allocation among partners: asked for, looked at first, then saved as planned shares."""

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding.forms.divisions import DivideForm, DivisionForm, DivisionSheetForm
from funding.models import Allocation, Division, Grant
from funding.rules import division as rules
from funding.rules import division_sheet
from funding.rules.division import Method, Parts, Place
from funding.rules.division_sheet import Row, Sheet
from funding.selectors import awards as award_selectors
from funding.selectors import divisions as selectors
from funding.services import divisions as services
from funding.services.divisions import Plan, Wanted
from funding.views.base import Crumb, Previewed, crumbs, partners_of
from partners.models import Partner, Partnership
from partners.views.base import PartnershipDetail
from svd_portal.kit.addresses import reverse
from svd_portal.kit.errors import DomainError


class Dividing(Previewed):
    """Shows the parts before they are saved."""

    preview_template = "funding/division_preview.html"

    def plans(self, form: Any) -> list[Plan]:
        """What the form asks for.

        Raises:
            DomainError: a rule says no.
        """
        raise NotImplementedError

    def look(self, form: Any) -> dict[str, Any]:
        plans = self.plans(form)
        divided = [(plan, services.parts_of(plan.allocation.amount, plan.wanted)) for plan in plans]
        allocations = [plan.allocation for plan in plans]
        services.check_reason(allocations, form.cleaned_data["reason"])
        return {
            "columns": divided,
            "rows": _by_partner([parts for _plan, parts in divided]),
            "said": [list(rules.sentences(parts, _receiver(parts))) for _plan, parts in divided],
            "replaced": services.standing(allocations),
            "seen": services.seen(allocations),
        }

    def perform(self, form: DivisionForm) -> list[Division]:
        given = form.cleaned_data
        return services.divide(
            plans=self.plans(form),
            as_seen=given["seen"],
            reason=given["reason"],
            decision=given["decision"],
            key=given["key"],
            divided_on=self.today,
            by=self.request.user,
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        decisions = award_selectors.assenting(self.request.user, self.partnership)
        return super().get_form_kwargs() | {"decisions": decisions}


def _sharing(user: Any, partnership: Partnership) -> Any:
    """Partners with their names and days."""
    names = ("organisation__name", "organisation__short_name")
    return partners_of(user, partnership).only("partnership_id", "first_day", "last_day", *names)


def _receiver(parts: Parts[Partner]) -> str:
    return parts.leftover_to.name if parts.leftover_to else ""


def _by_partner(columns: list[Parts[Partner]]) -> list[tuple[Partner, list[Any]]]:
    """Each partner with its part of every allocation; None where it has none."""
    found = [{part.key: part for part in parts.parts} for parts in columns]
    partners = dict.fromkeys(partner for column in found for partner in column)
    return [(partner, [column.get(partner) for column in found]) for partner in partners]


class Divide(Dividing):
    """One allocation."""

    model = Allocation
    form_class = DivideForm
    template_name = "funding/divide.html"
    submit = _("Show the parts")
    done_message = _("The planned shares are saved.")

    @cached_property
    def method(self) -> Method:
        try:
            return Method(self.request.GET.get("by", Method.EQUALLY))
        except ValueError:
            raise Http404("No such page.") from None

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(_("Divide the allocation %(name)s")) % {"name": self.object}

    def back(self) -> Crumb:
        grant = self.object.grant
        return grant.title, reverse("funding:grant", args=[self.partnership.slug, grant.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        partners = _sharing(self.request.user, self.partnership)
        return super().get_form_kwargs() | {
            "method": self.method,
            "partners": partners,
            "today": self.today,
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            method=self.method,
            methods=[
                {"text": each.label, "href": f"?by={each.value}", "current": each == self.method}
                for each in Method
            ],
            **context,
        )

    def plans(self, form: DivideForm) -> list[Plan]:
        return [Plan(self.object, form.wanted())]


class DivideFromSheet(Dividing):
    """Every allocation that a sheet names, all or none."""

    model = Grant
    form_class = DivisionSheetForm
    template_name = "funding/divide_sheet.html"
    title, submit = _("Divide allocations from a sheet"), _("Show the parts")
    done_message = _("The planned shares are saved.")
    sheet: Sheet[Partner] | None = None

    def back(self) -> Crumb:
        return self.object.title, reverse("funding:grant", args=[self.partnership.slug, self.object.pk])

    def plans(self, form: DivisionSheetForm) -> list[Plan]:
        allocations = selectors.allocations_of(self.request.user, self.object)
        partners = _sharing(self.request.user, self.partnership)
        self.sheet = division_sheet.read(
            form.cells,
            partners=selectors.names_of(partners),
            allocations={place: each.amount for place, each in allocations.items()},
        )
        if not self.sheet.sound:
            raise DomainError(_wrong(self.sheet), "rows")
        place = Place(form.cleaned_data["place"])
        return [
            Plan(allocations[where], _wanted(rows, place)) for where, rows in self.sheet.by_place().items()
        ]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(sheet=self.sheet, **context)


def _wanted(rows: list[Row[Partner]], place: Place) -> Wanted:
    figures = tuple((row.partner, row.figure) for row in rows if row.partner and row.figure is not None)
    return Wanted(rows[0].method or Method.AMOUNTS, figures, place)


def _wrong(sheet: Sheet[Partner]) -> str:
    """One sentence for the summary; what is wrong stands beside each row."""
    wrong = sum(bool(row.errors) for row in sheet.rows)
    if wrong:
        return str(_("%(wrong)s of %(all)s rows must be put right. Nothing is saved.")) % {
            "wrong": f"{wrong:,}",
            "all": f"{len(sheet.rows):,}",
        }
    return " ".join(sheet.errors)


class DivisionPage(PartnershipDetail):
    """How an allocation was divided on one occasion, and what came before and after."""

    model = Division
    template_name = "funding/division.html"
    context_object_name = "division"

    def get_queryset(self) -> Any:
        return selectors.full(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        division, slug = self.object, self.partnership.slug
        grant = division.allocation.grant
        return super().get_context_data(
            breadcrumbs=crumbs(
                slug,
                (grant.title, reverse("funding:grant", args=[slug, grant.pk])),
                (_("Division"), ""),
            ),
            divided=selectors.Divided(division),
            decision=selectors.decision_of(self.request.user, division),
            all=selectors.earlier(self.request.user, division.allocation),
            replaced=getattr(division, "replaced_by", None),
            **context,
        )

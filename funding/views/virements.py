"""Moving money: asked for, looked at first, then moved; the register of what was moved; moving it back."""

from functools import cached_property
from typing import Any

from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from funding.forms.virements import ControlForm, GroundsForm, Groups, VirementFilter, VirementForm
from funding.models import Grant, GrantDocument, Virement
from funding.rules.costs import CostType
from funding.selectors import sums
from funding.selectors import virements as selectors
from funding.selectors.virements import Side, key_of
from funding.services import control
from funding.services import virements as services
from funding.services.virements import Wanted
from funding.views.base import Crumb, MoneyForm, Previewed, crumbs, years_until
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import clock
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import money
from svd_portal.kit.quarters import FinancialYear
from svd_portal.kit.register import Column, Register, RegisterView, Tag


def side_words(virement: Virement, name: str) -> str:
    """One side of a virement: the award's reference, or that it was not awarded."""
    award = getattr(virement, f"{name}_award")
    return award.reference if award else str(_("Not yet awarded"))


class VirementRegister(Register):
    title = _("Money moved")
    order = "-moved_on"
    filter_form = VirementFilter
    empty_text = _("No money was moved within a year yet.")
    columns = (
        Column("moved_on", _("Moved on"), kind="date", sort="moved_on", link="address_of"),
        Column("year", _("Year"), kind="short"),
        Column("grant", _("Grant"), value="grant.title", sheet_only=True),
        Column("from", _("From"), value="source", note="source_kind"),
        Column("from_cost_type", _("From cost type"), value="source_kind", sheet_only=True),
        Column("to", _("To"), value="target", note="target_kind"),
        Column("to_cost_type", _("To cost type"), value="target_kind", sheet_only=True),
        Column("amount", _("Amount"), kind="money", sort="amount"),
        Column("from_left", _("Left there"), kind="money", sheet_only=True),
        Column("to_makes", _("Makes there"), kind="money", sheet_only=True),
        Column("decision", _("Decision"), value="decision_of"),
        Column("reason", _("Reason"), sheet_only=True),
        Column("consent_on", _("Funder consented on"), kind="date", sheet_only=True),
        Column("state", _("State"), kind="tag", value="state_of"),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
    )

    def filter_kwargs(self) -> dict[str, Any]:
        return {"years": years_until(FinancialYear.of(clock.today()).start + 1)}

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if year := chosen.get("year"):
            queryset = queryset.filter(financial_year=FinancialYear.parse(year).start)
        if kind := chosen.get("kind"):
            same = {"from_cost_type": F("to_cost_type")}
            queryset = queryset.filter(**same) if kind == "within" else queryset.exclude(**same)
        return queryset

    def gather(self, rows: list[Any]) -> None:
        self.decisions = selectors.readable_decisions(self.user, self.partnership, rows)

    def empty_action(self) -> tuple[str, str] | None:
        return reverse("funding:home", args=[self.partnership.slug]), str(_("See what was awarded and spent"))

    def address_of(self, virement: Virement) -> str:
        return reverse("funding:virement", args=[self.partnership.slug, virement.pk])

    def source(self, virement: Virement) -> str:
        return side_words(virement, "from")

    def target(self, virement: Virement) -> str:
        return side_words(virement, "to")

    def source_kind(self, virement: Virement) -> str:
        return CostType(virement.from_cost_type).label

    def target_kind(self, virement: Virement) -> str:
        return CostType(virement.to_cost_type).label

    def decision_of(self, virement: Virement) -> str:
        return self.decisions.get(virement.decision_id, "")

    def state_of(self, virement: Virement) -> Tag:
        return state_tag(virement)


def state_tag(virement: Virement) -> Tag:
    if getattr(virement, "undone_by", None):
        return _("Moved back"), "warn"
    return (_("Moves back"), "info") if virement.undoes_id else (_("Stands"), "good")


class Virements(PartnershipGate, RegisterView):
    register_class = VirementRegister
    opening = Opening(selectors.register)

    def get_queryset(self) -> Any:
        return selectors.register(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        actions = [(reverse("funding:move_money", args=[slug]), _("Move money"))]
        return super().get_context_data(
            breadcrumbs=crumbs(slug, (_("Money moved"), "")),
            actions=actions if self.rights.on(Permission.PARTNERSHIP_MANAGE_FUNDING) else [],
            intro=_("Within a year and a grant, by a decision. All places together hold the same as before."),
            **context,
        )


class VirementPage(PartnershipDetail):
    model = Virement
    template_name = "funding/virement.html"
    context_object_name = "virement"

    def get_queryset(self) -> Any:
        return selectors.full(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        virement, slug = self.object, self.partnership.slug
        return super().get_context_data(
            breadcrumbs=crumbs(
                slug,
                (_("Money moved"), reverse("funding:virements", args=[slug])),
                (money(virement.amount), ""),
            ),
            state=state_tag(virement),
            sides=[side_words(virement, name) for name in ("from", "to")],
            kinds=[CostType(kind).label for kind in (virement.from_cost_type, virement.to_cost_type)],
            decision=selectors.decision_of(self.request.user, virement),
            undone_by=getattr(virement, "undone_by", None),
            **context,
        )


class Moving(Previewed):
    """Both sides before and after, looked at before the money moves."""

    preview_template = "funding/virement_preview.html"
    submit = _("Show what would move")
    done_message = _("The money is moved.")

    def wanted(self, form: Any) -> Wanted:
        raise NotImplementedError

    def look(self, form: Any) -> dict[str, Any]:
        shown = services.preview(wanted=self.wanted(form), today=self.today)
        rows = list(zip(shown.before, shown.after, strict=True))
        given = form.cleaned_data
        before = selectors.register(self.request.user, self.partnership).filter(decision=given["decision"])
        return {
            "rows": rows,
            "warnings": shown.warnings,
            "seen": shown.seen,
            "given": given,
            "moved_before": sums.total_of(before.filter(undoes=None, undone_by=None)),
        }

    def undoes(self) -> Virement | None:
        return None

    def perform(self, form: GroundsForm) -> Virement:
        return services.move_money(
            wanted=self.wanted(form),
            as_seen=form.cleaned_data["seen"],
            key=form.cleaned_data["key"],
            undoes=self.undoes(),
            today=self.today,
            by=self.request.user,
        )

    def get_done_url(self, result: Virement) -> str:
        return reverse("funding:virement", args=[self.partnership.slug, result.pk])

    def get_form_kwargs(self) -> dict[str, Any]:
        letters = self.readable(GrantDocument).live().select_related("grant").order_by("title")
        return super().get_form_kwargs() | {
            "decisions": selectors.deciding(self.request.user, self.partnership),
            "letters": letters,
        }


class MoveMoney(Moving):
    form_class = VirementForm
    title = _("Move money")
    intro = _(
        "From an award, or from what is not yet awarded, to another place of the same grant and year. What"
        " was spent stays where it is."
    )

    def back(self) -> Crumb:
        return _("Money moved"), reverse("funding:virements", args=[self.partnership.slug])

    @cached_property
    def sides(self) -> tuple[dict[str, Side], Groups]:
        """Every place, by its key, and grouped by grant, year and cost type as the form offers them."""
        start = FinancialYear.of(self.today).start
        who = (self.request.user, self.partnership)
        years = [FinancialYear(start + step) for step in (-1, 0, 1)]
        awards = list(selectors.awards_of(*who, years))
        found: dict[str, Side] = {}
        groups: Groups = []
        for allocation in selectors.allocations_of(*who, years):
            place = (allocation.grant_id, allocation.financial_year, allocation.cost_type)
            here = [each for each in awards if (each.grant_id, each.financial_year, each.cost_type) == place]
            rest = allocation.amount - sum(each.amount for each in here)
            offered = [(key_of(allocation), str(_("Not yet awarded: %(rest)s")) % {"rest": money(rest)})]
            running = [each for each in here if not each.ended_on]
            offered += [(key_of(each), _award_words(each)) for each in running]
            found |= {key_of(each): each for each in (allocation, *running)}
            groups.append((f"{allocation}, {allocation.grant.title}", offered))
        return found, groups

    def get_form_kwargs(self) -> dict[str, Any]:
        sides, groups = self.sides
        return super().get_form_kwargs() | {"sides": sides, "groups": groups}

    def get_initial(self) -> dict[str, Any]:
        """What the address names: the page it was opened from, or a proposal."""
        asked = self.request.GET
        names = {"source": "from", "target": "to", "amount": "amount", "reason": "reason"}
        return {field: asked[name] for field, name in names.items() if name in asked}

    def wanted(self, form: VirementForm) -> Wanted:
        return form.wanted()


def _award_words(award: Any) -> str:
    sentence = _("%(award)s, %(partner)s: %(amount)s, %(spent)s spent")
    return str(sentence) % {
        "award": award,
        "partner": award.partner.organisation.name,
        "amount": money(award.amount),
        "spent": money(award.spent),
    }


class MoveBack(Moving):
    """The opposite of a virement, which stays on record."""

    model = Virement
    form_class = GroundsForm
    title = _("Move it back")
    done_message = _("The money is moved back. Both virements stay on record.")

    @property
    def virement(self) -> Virement:
        virement: Virement = self.object
        if virement.undoes_id or Virement.objects.filter(undoes=virement).exists():
            if "save" in self.request.POST:
                return virement  # the second press of one form is answered as the first
            raise Http404("No such page.")
        return virement

    @property
    def intro(self) -> str:  # type: ignore[override]
        sentence = _("%(amount)s from %(source)s back to %(target)s.")
        return str(sentence) % {
            "amount": money(self.virement.amount),
            "source": side_words(self.virement, "to"),
            "target": side_words(self.virement, "from"),
        }

    def back(self) -> Crumb:
        name = money(self.object.amount)
        return name, reverse("funding:virement", args=[self.partnership.slug, self.object.pk])

    def undoes(self) -> Virement:
        return self.virement

    def wanted(self, form: GroundsForm) -> Wanted:
        source, target = services.opposite(self.virement)
        return Wanted(source=source, target=target, amount=self.virement.amount, **form.grounds())


class SetControl(MoneyForm):
    model = Grant
    form_class = ControlForm
    title, submit = _("Moving money and underspend"), _("Save")
    done_message = _("It applies from now on.")

    def get_initial(self) -> dict[str, Any]:
        names = ("consent_to_move", "underspend_from", "version")
        return {name: getattr(self.object, name) for name in names}

    def back(self) -> Crumb:
        return self.object.title, reverse("funding:grant", args=[self.partnership.slug, self.object.pk])

    def perform(self, form: ControlForm) -> Grant:
        return control.set_control(grant_id=self.object.pk, by=self.request.user, **form.cleaned_data)

"""Pages of decisions and of the PCC's notices."""

from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.forms.base import ReasonForm
from governance.forms.decisions import ChangeOutcomeForm, DecisionFilter, NoticeForm
from governance.models import Decision, Meeting, Position
from governance.selectors import beside, lists
from governance.selectors.decisions import with_recognition, years_of
from governance.selectors.lists import body_names
from governance.services import decisions
from governance.views.base import GovernanceForm
from partners.access import Rights
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit.addresses import reverse
from svd_portal.kit.format import long_date, lower_first
from svd_portal.kit.register import Column, Register, RegisterView


class DecisionRegister(Register):
    title = _("Decisions")
    order = "-taken_on"
    filter_form = DecisionFilter
    empty_text = _("No decision yet. Outcomes recorded at meetings and the PCC's notices are listed here.")
    columns = [
        Column("reference", _("Reference"), kind="short", sort="reference", link="page_of"),
        Column("title", _("Decision"), note="words"),
        Column("text", _("Text"), sheet_only=True),
        Column("body", _("Taken by"), value="taken_by"),
        Column("taken_on", _("Taken on"), kind="date", sort="taken_on", tie="reference"),
        Column("verb", _("Outcome"), kind="tag", value="verb_tag", note="superseded"),
        Column("assent", _("PCC's notice"), kind="short"),
        Column("quorum", _("Quorum"), value="get_quorum_display", sheet_only=True),
        Column("recognised", _("Recognises"), sheet_only=True),
        Column("noticed_by", _("Recognised by notice"), sheet_only=True),
        Column("superseded", _("Superseded"), sheet_only=True),
        Column("positions", _("Positions"), value="positions_of", sheet_only=True),
        Column("published", _("Published"), value="published_of", sheet_only=True),
        Column("readers", _("Who may read it"), sheet_only=True),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
    ]

    def page_of(self, decision: Decision) -> str:
        return reverse("governance:decision", args=[self.partnership.slug, decision.pk])

    def words(self, decision: Decision) -> str:
        text = decision.text
        return text if len(text) <= 160 else f"{text[:157].rstrip()}…"

    def verb_tag(self, decision: Decision) -> presenters.Tag:
        return presenters.decision_tag(decision)

    def noticed_by(self, decision: Any) -> str:
        return ", ".join(decision.notice_numbers)

    def gather(self, rows: list[Any]) -> None:
        self.assents = beside.of_rows(self.user, self.partnership, rows)

    def assent(self, decision: Decision) -> str:
        """The two stages: the partnership agreed, the PCC is awaited or has recognised it."""
        if numbers := self.assents.notices.get(decision.pk):
            return ", ".join(numbers)
        return str(_("Awaited")) if decision.pk in self.assents.awaited else ""

    def superseded(self, decision: Decision) -> str:
        later = ", ".join(self.assents.later.get(decision.pk, ()))
        return str(_("superseded by %(later)s") % {"later": later}) if later else ""

    def positions_of(self, decision: Any) -> str:
        stood = (each for each in decision.positions.all() if each.stand)
        return "; ".join(f"{each.seat.title}: {lower_first(each.get_stand_display())}" for each in stood)

    def published_of(self, decision: Any) -> str:
        told = (f"{long_date(each.published_on)}, {each.where}" for each in decision.publications.all())
        return "; ".join(told)

    def readers(self, decision: Decision) -> Any:
        """Not yes or no to "restricted": whom items are kept from does not learn that there are any."""
        return _("Readers of restricted items") if decision.restricted else _("All members")

    def filter_kwargs(self) -> dict[str, Any]:
        return {
            "bodies": body_names.offered(self.user, self.partnership),
            "years": years_of(self.user, self.partnership),
        }

    def for_sheet(self, queryset: Any) -> Any:
        seated = Position.objects.select_related("seat").order_by("seat__position", "seat__title")
        return with_recognition(queryset, self.user, self.partnership).prefetch_related(
            Prefetch("positions", seated), "publications"
        )

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if words := chosen.get("text"):
            queryset = queryset.filter(
                Q(reference__icontains=words) | Q(title__icontains=words) | Q(text__icontains=words)
            )
        if year := chosen.get("year"):
            queryset = queryset.filter(taken_on__year=int(year))
        if chosen.get("unratified"):
            queryset = queryset.filter(
                quorum=Decision.Quorum.INQUORATE, ratification=None, withdrawn_reason=""
            )
        if chosen.get("awaiting"):
            queryset = beside.awaiting_notice(queryset)
        if chosen.get("unpublished"):
            queryset = queryset.filter(publications=None, restricted=False, withdrawn_reason="")
        return queryset.filter(**{name: chosen[name] for name in ("body", "kind") if name in chosen})


class Decisions(PartnershipGate, RegisterView):
    register_class = DecisionRegister
    opening = Opening(lists.decisions)

    def get_queryset(self) -> Any:
        return lists.decisions(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        record = []
        if self.rights.may_manage_governance or self.rights.on(Permission.BODY_RUN_MEETINGS):
            record.append(
                (reverse("governance:correspondence", args=[slug]), _("Record one in correspondence"))
            )
        if self.rights.may_issue_notice:
            record.append((reverse("governance:notice", args=[slug]), _("Record a PCC notice")))
        return super().get_context_data(
            actions=record,
            breadcrumbs=[(_("Governance"), reverse("governance:home", args=[slug])), (_("Decisions"), "")],
            **context,
        )


class DecisionPage(PartnershipDetail):
    model = Decision
    template_name = "governance/decision.html"
    context_object_name = "decision"

    def get_queryset(self) -> Any:
        return (
            super()
            .get_queryset()
            .select_related(
                "body", "item__meeting__body", "recommendation", "recognises__body", "ratification"
            )
        )

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        decision: Decision = self.object
        readable = self.readable(Decision)
        recognised = readable.filter(pk=decision.recognises_id).first() if decision.recognises_id else None
        return super().get_context_data(
            recognised=recognised,
            notices=readable.filter(recognises=decision).order_by("taken_on", "reference"),
            may_change=may_change(self.rights, decision),
            ratification=getattr(decision, "ratification", None),
            correcting=bool(decision.item and decision.item.meeting.status == Meeting.Status.AGREED),
            tag_of=presenters.decision_tag(decision),
            **beside.of_one(self.request.user, decision),
            **context,
        )


def may_change(rights: Rights, decision: Decision) -> bool:
    """Whether the person may withdraw the decision, or change the words of an outcome."""
    if decision.withdrawn_reason:
        return False
    if decision.kind == Decision.Kind.NOTICE:
        return rights.on(Permission.PARTNERSHIP_ISSUE_NOTICE)
    return decision.body_id is not None and presenters.may_write(rights, decision.body_id)


class DecisionForms(GovernanceForm):
    model: Any = Decision

    def allowed(self, rights: Rights) -> bool:
        return rights.on(Permission.PARTNERSHIP_VIEW) and may_change(rights, self.object)

    def crumbs(self) -> list[tuple[Any, str]]:
        return [
            (_("Decisions"), self.at("decisions")),
            (self.object.reference, self.at("decision", self.object.pk)),
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def facts(self) -> dict[str, Any]:
        return {"decision_id": self.object.pk, "by": self.request.user}


class ChangeOutcome(DecisionForms):
    form_class = ChangeOutcomeForm
    title = _("Change the outcome")

    def get_form_kwargs(self) -> dict[str, Any]:
        item = self.object.item
        correcting = bool(item and item.meeting.status == Meeting.Status.AGREED)
        return super().get_form_kwargs() | {"correcting": correcting}

    def get_initial(self) -> dict[str, Any]:
        return {"verb": self.object.verb, "text": self.object.text, "reasons": self.object.reasons}

    def perform(self, form: Any) -> Decision:
        return decisions.change_outcome(**self.facts(), **form.cleaned_data)


class WithdrawDecision(DecisionForms):
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the decision"), _("Withdraw it"), True
    intro = _("It stays in the register, marked as withdrawn. Its reference is not given again.")

    def perform(self, form: Any) -> Decision:
        return decisions.withdraw(**self.facts(), **form.cleaned_data)


class RecordNotice(GovernanceForm):
    permission = Permission.PARTNERSHIP_ISSUE_NOTICE
    form_class = NoticeForm
    title, submit = _("Record a PCC decision notice"), _("Record notice")
    done_message = _("The notice is recorded.")

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Decisions"), self.at("decisions"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        standing = self.readable(Decision).exclude(kind=Decision.Kind.NOTICE).filter(withdrawn_reason="")
        return super().get_form_kwargs() | {"decisions": standing.order_by("-taken_on", "-reference")}

    def get_initial(self) -> dict[str, Any]:
        return {"recognises": self.request.GET.get("recognises")}

    def perform(self, form: Any) -> Decision:
        return decisions.record_notice(
            partnership=self.partnership, today=self.today, by=self.request.user, **form.facts()
        )

    def get_done_url(self, result: Any) -> str:
        return self.at("decision", result.pk)

"""Pages of escalations: the register, one issue through its tiers, and the steps."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.forms.escalations import (
    AcceptForm,
    AnswerForm,
    CloseForm,
    DeclineForm,
    EscalationFilter,
    RaiseForm,
    TakeBackForm,
)
from governance.models import AgendaItem, Body, Decision, Escalation, Meeting
from governance.models.escalations import TURN
from governance.rules import escalating
from governance.selectors import escalations as selectors
from governance.selectors import lists
from governance.selectors.lists import body_names
from governance.services import escalations
from governance.views.base import BodyForm, GovernanceForm, bodies_to_write
from partners.access import Rights
from partners.models.organisations import running_on
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipGate, PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.register import Column, Register, RegisterView

LATELY = timedelta(days=120)
"""How far back a meeting may lie whose items are offered."""
DECIDED_LATELY = timedelta(days=365)


class EscalationRegister(Register):
    title = _("Escalations")
    order = "state"
    filter_form = EscalationFilter
    empty_text = _("No escalation yet. A body raises an issue with a body above it from its page or an item.")
    columns = [
        Column("reference", _("Reference"), kind="short", sort="reference", link="page_of"),
        Column("title", _("Issue"), note="asked_of"),
        Column("asked", _("What is asked"), sheet_only=True),
        Column("raised_by", _("From"), value="raised_by.name"),
        Column("to", _("To"), value="to.name"),
        Column("raised_on", _("Raised on"), kind="date", sort="raised_on", tie="reference"),
        Column(
            "state",
            _("State"),
            kind="tag",
            value="state_tag",
            sort=TURN,
            tie="reference",
        ),
        Column("readers", _("Who may read it"), sheet_only=True),
        Column("illustrative", _("Illustrative"), kind="flag", sheet_only=True),
    ]

    def page_of(self, escalation: Escalation) -> str:
        return reverse("governance:escalation", args=[self.partnership.slug, escalation.pk])

    def asked_of(self, escalation: Escalation) -> str:
        text = escalation.asked
        return text if len(text) <= 160 else f"{text[:157].rstrip()}…"

    def state_tag(self, escalation: Escalation) -> presenters.Tag:
        return presenters.escalation_tag(escalation)

    def readers(self, escalation: Escalation) -> Any:
        """In the words of the decisions' sheet, and for its reason."""
        return _("Readers of restricted items") if escalation.restricted else _("All members")

    def filter_kwargs(self) -> dict[str, Any]:
        return {"bodies": body_names.offered(self.user, self.partnership)}

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if chosen.get("open"):
            queryset = queryset.open()
        return queryset.filter(
            **{name: chosen[name] for name in ("raised_by", "to", "state") if name in chosen}
        )


class Escalations(PartnershipGate, RegisterView):
    register_class = EscalationRegister
    opening = Opening(lists.escalations)

    def get_queryset(self) -> Any:
        return lists.escalations(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        writes = self.rights.may_manage_governance or self.rights.on(Permission.BODY_RUN_MEETINGS)
        start = [(reverse("governance:escalate_from", args=[slug]), _("Raise an issue"))]
        crumbs = [(_("Governance"), reverse("governance:home", args=[slug])), (_("Escalations"), "")]
        intro = _("Issues that one body raised with a body above it: those that wait for an answer first.")
        return super().get_context_data(
            actions=start if writes else [], breadcrumbs=crumbs, intro=intro, **context
        )


class EscalationPage(PartnershipDetail):
    """One issue through all its tiers: how it went up, and the answer coming back."""

    model = Escalation
    template_name = "governance/escalation.html"
    context_object_name = "escalation"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("raised_by", "to", "partnership")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        escalation: Escalation = self.object
        ladder = selectors.ladder_of(self.request.user, escalation)
        return super().get_context_data(
            ladder=ladder,
            above=ladder.above(escalation),
            answers_above=ladder.answers_above(escalation),
            may=steps_for(self.rights, escalation, ladder),
            tag_of=presenters.escalation_tag(escalation),
            present=presenters,
            **context,
        )


def steps_for(rights: Rights, escalation: Escalation, ladder: selectors.Ladder) -> set[str]:
    """The steps that the person may take now; the services ask again."""
    may: set[str] = set()
    above = ladder.above(escalation)
    passed = above is not None and above.state not in escalating.GONE
    held_up = above is not None and above.waits
    taken = {step.value for step in escalating.FOLLOWS[escalating.Step(escalation.state)]}
    if presenters.may_write(rights, escalation.to_id):
        may |= taken & {"accepted", "declined"}
        if not held_up:
            may |= taken & {"answered"}
        if escalation.state == Escalation.State.ACCEPTED:
            if not _lost_its_item(escalation, ladder):
                may.discard("accepted")
            if not passed:
                may.add("passed_on")
    if presenters.may_write(rights, escalation.raised_by_id):
        may |= taken & ({"closed"} if held_up else {"closed", "withdrawn"})
    return may


def _lost_its_item(escalation: Escalation, ladder: selectors.Ladder) -> bool:
    """Whether the item it became went from the agenda, or was never named."""
    taken = [each for tier in ladder.tiers for each in tier.up if each.escalation.pk == escalation.pk]
    items = [each.item for each in taken if each.step.kind == "accepted"]
    item = items[-1] if items else None
    if item is None:
        return not any(each.step.item_id for each in taken if each.step.kind == "accepted")
    return item.withdrawn or item.meeting.status == Meeting.Status.CANCELLED


class EscalateFrom(PartnershipPage):
    """Which body raises the issue."""

    any_of = (Permission.PARTNERSHIP_MANAGE_GOVERNANCE, Permission.BODY_RUN_MEETINGS)
    template_name = "governance/escalate_from.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        bodies = self.readable(Body).filter(running_on(self.today)).order_by("-run_here", "name")
        return super().get_context_data(bodies=bodies_to_write(self.rights, bodies), **context)


class Escalate(BodyForm):
    """A body raises an issue with a body above it."""

    model: Any = Body
    form_class = RaiseForm
    title, submit = _("Raise an issue with the body above"), _("Raise it")
    done_message = _("The issue is raised. The body above accepts it, or says why not.")

    @property
    def body(self) -> Body:
        found: Body = self.object
        return found

    @property
    def body_id(self) -> Any:
        return self.body.pk

    @property
    def intro(self) -> str:  # type: ignore[override]
        return str(_("From: %(body)s.") % {"body": self.body})

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Escalations"), self.at("escalations")), (str(self.body), self.at("body", self.body.pk))]

    def get_form_kwargs(self) -> dict[str, Any]:
        above, others = selectors.bodies_above(self.request.user, self.body, self.today)
        return super().get_form_kwargs() | {
            "above": above,
            "others": others,
            "items": self.items(),
            "may_restrict": self.may_restrict,
        }

    def items(self) -> Any:
        return items_of(self, self.body)

    def get_initial(self) -> dict[str, Any]:
        item = self.items().filter(pk=item_asked(self)).first() if item_asked(self) else None
        above = selectors.bodies_above(self.request.user, self.body, self.today)[0]
        given = {"raised_on": self.today, "to": above[0].pk if len(above) == 1 else None}
        if item:
            given |= {"item": item.pk, "title": item.title, "restricted": item.restricted}
        return given

    def perform(self, form: Any) -> Escalation:
        return escalations.raise_up(
            body_id=self.body.pk, today=self.today, by=self.request.user, **form.facts()
        )

    def get_done_url(self, result: Any) -> str:
        return self.at("escalation", result.pk)


def item_asked(view: Any) -> str:
    """The id of the item in the address, if it is one."""
    try:
        return str(UUID(view.request.GET.get("item", "")))
    except ValueError:
        return ""


def items_of(view: Any, body: Body) -> Any:
    """Items of the body's meetings lately and to come, the latest first."""
    return (
        view.readable(AgendaItem)
        .filter(
            meeting__body=body,
            withdrawn=False,
            kind=AgendaItem.Kind.ITEM,
            meeting__starts_at__date__gte=view.today - LATELY,
        )
        .exclude(meeting__status=Meeting.Status.CANCELLED)
        .select_related("meeting")
        .order_by("-meeting__starts_at", "position")
    )


class StepView(GovernanceForm):
    """A step of an escalation, for those who write the minutes of the body that takes it."""

    model: Any = Escalation
    side = "to"
    told = True  # of a body that is run elsewhere we say where it comes from

    def allowed(self, rights: Rights) -> bool:
        body = getattr(self.object, f"{self.side}_id")
        return rights.on(Permission.PARTNERSHIP_VIEW) and presenters.may_write(rights, body)

    def crumbs(self) -> list[tuple[Any, str]]:
        return [
            (_("Escalations"), self.at("escalations")),
            (self.object.reference, self.at("escalation", self.object.pk)),
        ]

    @property
    def intro(self) -> str:  # type: ignore[override]
        return f"{self.object.reference}: {self.object.title}. {self.object.asked}"

    def get_form_kwargs(self) -> dict[str, Any]:
        elsewhere = self.told and not self.object.to.run_here
        return super().get_form_kwargs() | {"version": self.object.version, "elsewhere": elsewhere}

    def get_initial(self) -> dict[str, Any]:
        return {"on": self.today}

    def facts(self) -> dict[str, Any]:
        return {"escalation_id": self.object.pk, "today": self.today, "by": self.request.user}


class Accept(StepView):
    form_class = AcceptForm
    title, submit = _("Accept the issue"), _("Accept it")
    done_message = _("The issue is accepted.")

    def get_form_kwargs(self) -> dict[str, Any]:
        to = self.object.to
        planned = self.readable(Meeting).filter(
            body=to, status=Meeting.Status.PLANNED, starts_at__date__gte=self.today
        )
        items = items_of(self, to).filter(restricted=self.object.restricted)
        return super().get_form_kwargs() | {
            "meetings": planned.select_related("body").order_by("starts_at"),
            "items": items,
        }

    def perform(self, form: Any) -> Escalation:
        return escalations.accept(**self.facts(), **form.facts())


class Decline(StepView):
    form_class = DeclineForm
    title, submit, danger = _("Decline the issue"), _("Decline it"), True
    done_message = _("The issue is declined.")

    def perform(self, form: Any) -> Escalation:
        return escalations.decline(**self.facts(), **form.cleaned_data)


class Answer(StepView):
    form_class = AnswerForm
    title, submit = _("Answer"), _("Send the answer back")
    done_message = _("The answer is sent back.")

    def get_form_kwargs(self) -> dict[str, Any]:
        decisions = (
            self.readable(Decision)
            .filter(body=self.object.to, withdrawn_reason="", taken_on__gte=self.today - DECIDED_LATELY)
            .exclude(kind=Decision.Kind.NOTICE)
        )
        return super().get_form_kwargs() | {"decisions": decisions.order_by("-taken_on", "-reference")}

    def get_initial(self) -> dict[str, Any]:
        """Where it was answered further up, that answer is what is passed down."""
        answers = selectors.ladder_of(self.request.user, self.object).answers_above(self.object)
        return super().get_initial() | ({"text": answers[-1].step.text} if answers else {})

    def perform(self, form: Any) -> Escalation:
        return escalations.answer(**self.facts(), **form.facts())


class Close(StepView):
    form_class = CloseForm
    side, told = "raised_by", False
    title, submit = _("Acknowledge the answer and close"), _("Acknowledge and close")
    done_message = _("The answer is acknowledged and the issue closed.")

    def perform(self, form: Any) -> Escalation:
        return escalations.close(**self.facts(), **form.cleaned_data)


class TakeBack(StepView):
    form_class = TakeBackForm
    side, told = "raised_by", False
    title, submit, danger = _("Withdraw the issue"), _("Withdraw it"), True
    done_message = _("The issue is withdrawn.")

    def perform(self, form: Any) -> Escalation:
        return escalations.withdraw(**self.facts(), **form.cleaned_data)


class PassOn(StepView):
    """The body above raises the issue with a body further up."""

    form_class = RaiseForm
    title, submit = _("Pass the issue on, further up"), _("Pass it on")
    done_message = _("The issue is passed on.")

    @property
    def intro(self) -> str:  # type: ignore[override]
        return str(_("From: %(body)s.") % {"body": self.object.to})

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        del given["version"], given["elsewhere"]
        above, others = selectors.bodies_above(self.request.user, self.object.to, self.today)
        items = items_of(self, self.object.to)
        if not self.object.restricted:
            items = items.filter(restricted=False)
        return given | {"above": above, "others": others, "items": items, "may_restrict": False}

    def get_initial(self) -> dict[str, Any]:
        escalation: Escalation = self.object
        words = {name: getattr(escalation, name) for name in ("title", "asked", "why_now", "background")}
        became = escalations.item_became(escalation)
        above = selectors.bodies_above(self.request.user, escalation.to, self.today)[0]
        return words | {
            "raised_on": self.today,
            "item": became.pk if became else None,
            "to": above[0].pk if len(above) == 1 else None,
        }

    def perform(self, form: Any) -> Escalation:
        return escalations.pass_on(**self.facts(), **form.facts())

    def get_done_url(self, result: Any) -> str:
        return self.at("escalation", result.pk)

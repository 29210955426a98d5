"""Pages of actions: the register, one action, and what is reported on it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.forms.base import ReasonForm
from governance.forms.decisions import ActionFilter, ChangeActionForm, UpdateForm
from governance.forms.items import DoneForm
from governance.models import Action
from governance.selectors import lists
from governance.services import actions
from governance.views.base import GovernanceForm
from governance.views.items import owners
from partners.access import Rights
from partners.readings import Opening
from partners.roles import Permission
from partners.selectors import partner_names
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import clock
from svd_portal.kit.addresses import reverse
from svd_portal.kit.register import Column, Register, RegisterView

REMINDERS = 5  # the latest, on an action's page


class ActionRegister(Register):
    title = _("Actions")
    order = "due"
    filter_form = ActionFilter
    empty_text = _("No action yet. Actions are recorded under the items of a meeting.")
    columns = [
        Column("reference", _("Reference"), kind="short", sort="reference", link="page_of"),
        Column("text", _("What is to be done"), note="from_body"),
        Column("body", _("Body"), value="body.name", sheet_only=True),
        Column("meeting", _("Meeting"), value="item.meeting.day", kind="date", sheet_only=True),
        Column("owner", _("Owner"), value="owner_of"),
        Column("owner_partner", _("Owner's organisation"), sheet_only=True),
        Column("owner_person", _("Owner's name or role"), sheet_only=True),
        Column("due", _("Due"), kind="date", sort="due", tie="reference"),
        Column("status", _("Status"), kind="tag", value="status_tag"),
        Column("gaps", _("Gaps"), value="gaps_in_words", sheet_only=True),
    ]

    def page_of(self, action: Action) -> str:
        return reverse("governance:action", args=[self.partnership.slug, action.pk])

    def from_body(self, action: Action) -> str:
        return action.body.name

    def owner_of(self, action: Action) -> Any:
        return action.owned_by or _("No owner")

    def owner_person(self, action: Action) -> str:
        return str(action.owner) if action.owner else action.owner_role

    def gaps_in_words(self, action: Action) -> str:
        return ", ".join(action.gaps)

    def status_tag(self, action: Action) -> presenters.Tag:
        return presenters.action_tag(action, clock.today())

    def filter_kwargs(self) -> dict[str, Any]:
        return {"partners": partner_names.offered(self.user, self.partnership)}

    def for_sheet(self, queryset: Any) -> Any:
        return queryset.select_related("item__meeting")

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if partner := chosen.get("partner"):
            queryset = queryset.filter(owner_partner=partner)
        if status := chosen.get("status"):
            queryset = queryset.filter(status=status)
        if chosen.get("overdue"):
            queryset = queryset.overdue(clock.today())
        return queryset.with_gaps() if chosen.get("gaps") else queryset


class Actions(PartnershipGate, RegisterView):
    register_class = ActionRegister
    opening = Opening(lists.actions)

    def get_queryset(self) -> Any:
        return lists.actions(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        crumbs = [(_("Governance"), reverse("governance:home", args=[slug])), (_("Actions"), "")]
        writes = self.rights.may_manage_governance or self.rights.on(Permission.BODY_RUN_MEETINGS)
        waiting = [(reverse("governance:waiting", args=[slug]), _("Who are we waiting for?"))]
        return super().get_context_data(breadcrumbs=crumbs, actions=waiting if writes else [], **context)


class ActionPage(PartnershipDetail):
    model = Action
    template_name = "governance/action.html"
    context_object_name = "action"

    def get_queryset(self) -> Any:
        related = ("body", "item__meeting__body", "owner", "owner_partner__organisation")
        return super().get_queryset().select_related(*related)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        action: Action = self.object
        return super().get_context_data(
            updates=action.updates.select_related("by").order_by("-created_at"),
            reminders=action.reminders.select_related("to").order_by("-created_at")[:REMINDERS],
            may_report=may_report(self.rights, self.request.user, action),
            may_write=presenters.may_write(self.rights, action.body_id),
            tag_of=presenters.action_tag(action, self.today),
            **context,
        )


def may_report(rights: Rights, user: Any, action: Action) -> bool:
    """What the service asks, from the rights read for this page."""
    return (
        presenters.may_write(rights, action.body_id)
        or action.owner_id == user.pk
        or rights.on(Permission.PARTNER_UPDATE_ACTIONS, action.owner_partner_id)
    )


class ActionForms(GovernanceForm):
    """Forms of whoever writes the minutes of the body the action came from."""

    model: Any = Action

    def allowed(self, rights: Rights) -> bool:
        return rights.on(Permission.PARTNERSHIP_VIEW) and presenters.may_write(rights, self.object.body_id)

    def crumbs(self) -> list[tuple[Any, str]]:
        page = self.at("action", self.object.pk)
        return [(_("Actions"), self.at("actions")), (self.object.reference, page)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def facts(self) -> dict[str, Any]:
        return {"action_id": self.object.pk, "by": self.request.user}


class ChangeAction(ActionForms):
    form_class = ChangeActionForm
    title = _("Change the action")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | owners(self)

    def get_initial(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.object.shown_values()
        return stored

    def perform(self, form: Any) -> Action:
        return actions.change(**self.facts(), **form.facts())


class ReopenAction(ActionForms):
    form_class = ReasonForm
    title, submit = _("Open the action again"), _("Open again")

    def perform(self, form: Any) -> Action:
        return actions.reopen(**self.facts(), **form.cleaned_data)


class WithdrawAction(ActionForms):
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the action"), _("Withdraw it"), True

    def perform(self, form: Any) -> Action:
        return actions.withdraw(**self.facts(), **form.cleaned_data)


class ReportingForms(ActionForms):
    """Forms of the owner too, and of whoever speaks for the partner that owns the action."""

    def allowed(self, rights: Rights) -> bool:
        view = rights.on(Permission.PARTNERSHIP_VIEW)
        return view and may_report(rights, self.request.user, self.object)


class ReportAction(ReportingForms):
    form_class = UpdateForm
    title, submit = _("Report progress"), _("Report progress")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["version"]
        return kwargs | {"told": presenters.may_write(self.rights, self.object.body_id)}

    def perform(self, form: Any) -> Any:
        return actions.report(**self.facts(), **form.cleaned_data)


class CompleteAction(ReportingForms):
    form_class = DoneForm
    title, submit = _("The action is done"), _("Record as done")

    def get_initial(self) -> dict[str, Any]:
        return {"completed_on": self.today}

    def perform(self, form: Any) -> Action:
        return actions.complete(**self.facts(), today=self.today, **form.cleaned_data)

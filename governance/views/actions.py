"""Pages of actions: the register, one action, and what is reported on it."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from markupsafe import escape

from governance import presenters
from governance.forms.base import ReasonForm
from governance.forms.decisions import ActionFilter, ChangeActionForm, UpdateForm
from governance.forms.items import DoneForm
from governance.models import Action, ActionEvidence, Meeting
from governance.models.tracking import Turn
from governance.selectors import lists, tracker
from governance.selectors.lists import body_names
from governance.services import actions
from governance.views.base import GovernanceForm
from governance.views.items import owners
from partners.access import Rights
from partners.readings import Opening
from partners.roles import Permission
from partners.selectors import partner_names
from partners.views.base import PartnershipDetail, PartnershipGate
from svd_portal.kit import clock, files
from svd_portal.kit.addresses import reverse
from svd_portal.kit.register import Column, Register, RegisterView

REMINDERS = 5  # the latest, on an action's page


class ActionRegister(Register):
    title = _("Actions")
    order = "rag"
    template_name = "governance/actions.html"
    ticks = False
    """Whether rows can be ticked, to be changed together."""
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
        Column("rag", _("RAG"), kind="tag", value="rag_tag", sort=Turn(), tie="reference"),
        Column("status", _("Status"), kind="tag", value="status_tag"),
        Column("completed_on", _("Done on"), kind="date", sheet_only=True),
        Column("done_by", _("Done by"), sheet_only=True),
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

    @property
    def rows(self) -> list[SafeString]:
        """With a box to tick before each open action, where rows can be ticked."""
        written = super().rows
        if not self.ticks:
            return written
        return [
            SafeString(f'<td class="is-short">{_box(action)}</td>{cells}')
            for action, cells in zip(self.page.rows, written, strict=True)
        ]

    def heads(self) -> list[dict[str, Any]]:
        tick = {"text": _("Tick"), "number": False, "kind": "short", "sort": "", "href": ""}
        return [tick, *super().heads()] if self.ticks else super().heads()

    def gaps_in_words(self, action: Action) -> str:
        return ", ".join(action.gaps)

    def done_by(self, action: Action) -> str:
        return presenters.done_by(action)

    def gather(self, rows: list[Any]) -> None:
        self.heard = tracker.heard_of(self.user, self.partnership, rows)

    def rag_tag(self, action: Action) -> presenters.Tag:
        return presenters.rag_tag(tracker.stands(action, self.heard.get(action.pk), clock.today()))

    def status_tag(self, action: Action) -> presenters.Tag:
        return presenters.action_tag(action, clock.today())

    def filter_kwargs(self) -> dict[str, Any]:
        return {
            "bodies": body_names.offered(self.user, self.partnership),
            "partners": partner_names.offered(self.user, self.partnership),
        }

    def for_sheet(self, queryset: Any) -> Any:
        return queryset.select_related("item__meeting")

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if body := chosen.get("body"):
            queryset = queryset.filter(body=body)
        if partner := chosen.get("partner"):
            queryset = queryset.filter(owner_partner=partner)
        if status := chosen.get("status"):
            queryset = queryset.filter(status=status)
        if rag := chosen.get("rag"):
            queryset = tracker.standing(queryset, rag, clock.today())
        if days := chosen.get("due"):
            today = clock.today()
            queryset = queryset.filter(
                status=Action.Status.OPEN, due__range=(today, today + timedelta(days=days))
            )
        if chosen.get("mine"):
            queryset = queryset.filter(owner=self.user)
        if chosen.get("overdue"):
            queryset = queryset.overdue(clock.today())
        return queryset.with_gaps() if chosen.get("gaps") else queryset


def _box(action: Action) -> str:
    """A box that belongs to the form below the table."""
    if action.status != Action.Status.OPEN:
        return ""
    return (
        f'<input type="checkbox" class="tick" name="action" form="together"'
        f' value="{action.pk}:{action.version}" aria-label="{escape(action.reference)}">'
    )


class TickedRegister(ActionRegister):
    ticks = True


class Actions(PartnershipGate, RegisterView):
    opening = Opening(lists.actions)

    @property
    def register_class(self) -> type[Register]:  # type: ignore[override]
        """Those who write minutes can tick rows."""
        return TickedRegister if self.writes else ActionRegister

    @property
    def writes(self) -> bool:
        return self.rights.may_manage_governance or self.rights.on(Permission.BODY_RUN_MEETINGS)

    def get_queryset(self) -> Any:
        return lists.actions(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        crumbs = [(_("Governance"), reverse("governance:home", args=[slug])), (_("Actions"), "")]
        waiting = [
            (reverse("governance:waiting", args=[slug]), _("Who are we waiting for?")),
            (reverse("governance:owners_who_left", args=[slug]), _("Owners who have left")),
        ]
        return super().get_context_data(breadcrumbs=crumbs, actions=waiting if self.writes else [], **context)


class ActionPage(PartnershipDetail):
    model = Action
    template_name = "governance/action.html"
    context_object_name = "action"

    def get_queryset(self) -> Any:
        owners = ("owner", "owner_partner__organisation")
        minuted = ("minuted_owner", "minuted_owner_partner__organisation")
        related = ("body", "item__meeting__body", *owners, *minuted, "completed_by")
        return super().get_queryset().select_related(*related)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        action: Action = self.object
        kept = ActionEvidence.objects.filter(withdrawn=False).select_related("file").order_by("created_at")
        told = action.updates.select_related("by", "passed_from", "passed_to").prefetch_related(
            Prefetch("evidence", kept)
        )
        updates = list(told.order_by("-created_at"))
        heard = timezone.localtime(updates[0].created_at).date() if updates else None
        item = action.item
        if item and item.restricted:
            body_id = item.meeting.body_id
            # An action that was passed on is read where its item may not be.
            item = item if presenters.may_read_restricted(self.rights, body_id) else None
        return super().get_context_data(
            item=item,
            updates=updates,
            done_by=presenters.done_by(action),
            rag=presenters.rag_tag(tracker.stands(action, heard, self.today)),
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
    done_message = _("The action is changed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        item = self.object.item
        agreed = item is not None and item.meeting.status == Meeting.Status.AGREED
        return super().get_form_kwargs() | owners(self) | {"agreed": agreed}

    def get_initial(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.object.shown_values()
        return stored

    def perform(self, form: Any) -> Action:
        return actions.change(**self.facts(), **form.facts())


class ReopenAction(ActionForms):
    form_class = ReasonForm
    title, submit = _("Open the action again"), _("Open again")
    done_message = _("The action is open again.")

    def perform(self, form: Any) -> Action:
        return actions.reopen(**self.facts(), **form.cleaned_data)


class WithdrawAction(ActionForms):
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the action"), _("Withdraw it"), True
    done_message = _("The action is withdrawn.")

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
    done_message = _("Your report is recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["version"]
        return kwargs | {"told": presenters.may_write(self.rights, self.object.body_id)}

    def perform(self, form: Any) -> Any:
        return actions.report(**self.facts(), **form.facts())


class CompleteAction(ReportingForms):
    form_class = DoneForm
    title, submit = _("The action is done"), _("Record as done")
    done_message = _("The action is recorded as done.")

    def get_initial(self) -> dict[str, Any]:
        return {"completed_on": self.today}

    def perform(self, form: Any) -> Action:
        return actions.complete(**self.facts(), today=self.today, **form.cleaned_data)


class EvidenceFile(PartnershipGate, View):
    """Evidence, for whoever may read the action: its file, or where it is."""

    model = ActionEvidence

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        evidence = self.readable_or_404(ActionEvidence, pk=kwargs["pk"], withdrawn=False)
        return files.response(evidence.file) if evidence.file else HttpResponseRedirect(evidence.url)


class WithdrawEvidence(ReportingForms):
    model = ActionEvidence
    form_class = ReasonForm
    title, submit, danger = _("Withdraw the evidence"), _("Withdraw it"), True

    @property
    def action(self) -> Action:
        found: Action = self.object.update.action
        return found

    def allowed(self, rights: Rights) -> bool:
        view = rights.on(Permission.PARTNERSHIP_VIEW)
        return view and may_report(rights, self.request.user, self.action)

    def crumbs(self) -> list[tuple[Any, str]]:
        page = self.at("action", self.action.pk)
        return [(_("Actions"), self.at("actions")), (self.action.reference, page)]

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["version"]
        return kwargs

    def perform(self, form: Any) -> ActionEvidence:
        return actions.withdraw_evidence(
            evidence_id=self.object.pk, by=self.request.user, **form.cleaned_data
        )

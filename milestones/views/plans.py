"""Pages of the delivery plan: reading it, changing it, reporting on it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from milestones import selectors
from milestones.forms import DeliveryActionChangeForm, DeliveryActionForm, ProgressForm
from milestones.models import DeliveryAction, Priority
from milestones.presenters import rag_tag
from milestones.services import plans as services
from partners.access import Rights
from partners.models import Partner
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipFormView, PartnershipPage
from svd_portal.kit.addresses import reverse


class Plan(PartnershipPage):
    template_name = "milestones/plan.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        priorities = list(selectors.plan(self.request.user, self.partnership))
        return super().get_context_data(groups=selectors.in_tiers(priorities), rag_tag=rag_tag, **context)


class ActionDetail(PartnershipDetail):
    model = DeliveryAction
    template_name = "milestones/action.html"
    context_object_name = "action"
    one = selectors.one_action

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            moves=selectors.moves_of(self.object),
            updates=selectors.updates_of(self.object),
            may_report=_may_report(self.rights, self.object),
            rag_tag=rag_tag,
            **context,
        )


def _may_report(rights: Rights, action: DeliveryAction) -> bool:
    return rights.on(Permission.PARTNERSHIP_MANAGE_PROGRAMME) or rights.on(
        Permission.PARTNER_UPDATE_ACTIONS, action.lead_partner_id
    )


class ActionForms(PartnershipFormView):
    permission = Permission.PARTNERSHIP_MANAGE_PROGRAMME
    model = DeliveryAction
    template_name = "kit/form_page.html"
    title = ""
    submit = ""

    def get_done_url(self, result: Any) -> str:
        return reverse("milestones:action", args=[self.partnership.slug, result.pk])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        plan = reverse("milestones:plan", args=[slug])
        here = (
            [(str(self.object), reverse("milestones:action", args=[slug, self.object.pk]))]
            if self.object
            else []
        )
        return super().get_context_data(
            title=self.title,
            submit=self.submit,
            breadcrumbs=[
                (_("Milestones"), reverse("milestones:home", args=[slug])),
                (_("Delivery plan"), plan),
                *here,
                (self.title, None),
            ],
            cancel_href=here[0][1] if here else plan,
            **context,
        )

    def partners(self) -> Any:
        return self.readable(Partner).select_related("organisation").order_by("organisation__name")


class AddAction(ActionForms):
    model = None
    form_class = DeliveryActionForm
    title, submit = _("Add an action"), _("Add action")

    def get_form_kwargs(self) -> dict[str, Any]:
        priorities = self.readable(Priority).order_by("number")
        return super().get_form_kwargs() | {"priorities": priorities, "partners": self.partners()}

    def perform(self, form: Any) -> DeliveryAction:
        return services.add_action(by=self.request.user, **form.cleaned_data)


class ChangeAction(ActionForms):
    form_class = DeliveryActionChangeForm
    title, submit = _("Change the action"), _("Save")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"partners": self.partners(), "version": self.object.version}

    def get_initial(self) -> dict[str, Any]:
        return DeliveryActionChangeForm.initial_of(self.object)

    def perform(self, form: Any) -> DeliveryAction:
        return services.change_action(action_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class Report(ActionForms):
    """Progress, by the lead partner's people or the programme lead; the service asks which."""

    permission = Permission.PARTNERSHIP_VIEW
    form_class = ProgressForm
    title, submit = _("Report progress"), _("Report")

    def allowed(self, rights: Rights) -> bool:
        return rights.on(Permission.PARTNERSHIP_MANAGE_PROGRAMME) or rights.on(
            Permission.PARTNER_UPDATE_ACTIONS
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}

    def get_initial(self) -> dict[str, Any]:
        return {"rag": self.object.rag}

    def perform(self, form: Any) -> DeliveryAction:
        return services.report_progress(
            action_id=self.object.pk, today=self.today, by=self.request.user, **form.cleaned_data
        )

"""Pages of priorities and of the tiers they stand in."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.models import Body
from governance.views.base import PressMixin
from milestones import selectors
from milestones.forms import NewPriorityForm, PriorityFields, TierChangeForm, TierForm
from milestones.models import Priority, PriorityTier
from milestones.presenters import rag_tag
from milestones.services import priorities as services
from partners.models.organisations import running_on
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipFormView, PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.forms import PortalForm


class PriorityPage(PartnershipDetail):
    """A priority: the need, who set and who coordinates it, and the actions that serve it."""

    model = Priority
    template_name = "milestones/priority.html"
    context_object_name = "priority"

    def get_queryset(self) -> Any:
        return selectors.plan(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(rag_tag=rag_tag, **context)


class PlanForm(PartnershipFormView):
    """A form on a page of its own, under the delivery plan. Cancel goes to the last of `crumbs`."""

    permission = Permission.PARTNERSHIP_MANAGE_PROGRAMME
    template_name = "kit/form_page.html"
    title: Any = ""
    submit: Any = _("Save")
    intro: Any = ""

    def at(self, name: str, *args: Any) -> str:
        return reverse(f"milestones:{name}", args=[self.partnership.slug, *args])

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Delivery plan"), self.at("plan"))]

    def back(self) -> str:
        return self.crumbs()[-1][1]

    def get_done_url(self, result: Any) -> str:
        return self.back()

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs | {"version": self.object.version} if self.object else kwargs

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        facts = {
            "title": self.title,
            "submit": self.submit,
            "intro": self.intro,
            "cancel_href": self.back(),
            "breadcrumbs": [(_("Milestones"), self.at("home")), *self.crumbs(), (self.title, "")],
        }
        return super().get_context_data(**facts | context)


class PriorityForms(PlanForm):
    """What a priority may name: our products, tiers that are offered, bodies that run; and what it names."""

    def get_form_kwargs(self) -> dict[str, Any]:
        named: Any = self.object or Priority()
        bodies = Q(pk__in=[pk for pk in (named.set_by_id, named.coordinated_by_id) if pk])
        return super().get_form_kwargs() | {
            "products": selectors.products(self.request.user, self.partnership),
            "tiers": self.readable(PriorityTier).filter(Q(retired=False) | Q(pk=named.tier_id)),
            "bodies": self.readable(Body).filter(running_on(self.today) | bodies).order_by("name"),
        }

    def get_done_url(self, result: Any) -> str:
        return self.at("priority", result.pk)


class AddPriority(PriorityForms):
    form_class = NewPriorityForm
    title, submit = _("Add a priority"), _("Add priority")
    intro = _("It gets the next number, and keeps it: the actions that serve it are numbered after it.")

    def perform(self, form: Any) -> Priority:
        return services.add(partnership=self.partnership, by=self.request.user, **form.facts())


class ChangePriority(PriorityForms):
    model = Priority
    form_class = PriorityFields
    title = _("Change the priority")

    def crumbs(self) -> list[tuple[Any, str]]:
        return [*super().crumbs(), (str(self.object), self.at("priority", self.object.pk))]

    def get_initial(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.object.shown_values()
        return stored

    def perform(self, form: Any) -> Priority:
        return services.change(priority_id=self.object.pk, by=self.request.user, **form.facts())


class Tiers(PartnershipPage):
    """The tiers of a partnership, for whoever sets them."""

    permission = Permission.PARTNERSHIP_MANAGE_PROGRAMME
    template_name = "milestones/tiers.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        tiers = selectors.tiers(self.request.user, self.partnership)
        return super().get_context_data(tiers=tiers, usual=services.USUAL_TIERS, **context)


class TierForms(PlanForm):
    def crumbs(self) -> list[tuple[Any, str]]:
        return [*super().crumbs(), (_("Tiers"), self.at("tiers"))]


class UseUsualTiers(PressMixin, TierForms):
    form_class = PortalForm

    def perform(self, form: Any) -> None:
        services.use_usual_tiers(partnership=self.partnership, by=self.request.user)


class AddTier(TierForms):
    form_class = TierForm
    title, submit = _("Add a tier"), _("Add tier")

    def perform(self, form: Any) -> PriorityTier:
        return services.add_tier(partnership=self.partnership, by=self.request.user, **form.cleaned_data)


class ChangeTier(TierForms):
    model = PriorityTier
    form_class = TierChangeForm
    title = _("Change the tier")

    def get_initial(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.object.shown_values()
        return stored

    def perform(self, form: Any) -> PriorityTier:
        return services.change_tier(tier_id=self.object.pk, by=self.request.user, **form.cleaned_data)

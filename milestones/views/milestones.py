"""Pages of milestones: the timeline, one milestone, moving and reaching it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from milestones import selectors
from milestones.forms import AchieveForm, MilestoneForm, MilestoneWordsForm, MoveForm, ReasonForm
from milestones.models import Milestone
from milestones.presenters import rag_tag, status_tag
from milestones.services import milestones as services
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipFormView, PartnershipPage
from svd_portal.kit.addresses import reverse


class Home(PartnershipPage):
    """What must be delivered, by when: milestones, products and the way into the delivery plan."""

    template_name = "milestones/home.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, partnership = self.request.user, self.partnership
        timeline = [
            {"milestone": m, "tag": status_tag(m.status_on(self.today))}
            for m in selectors.timeline(user, partnership)
        ]
        return super().get_context_data(
            timeline=timeline,
            products=selectors.products(user, partnership),
            priorities=selectors.plan(user, partnership),
            rag_tag=rag_tag,
            **context,
        )


class Detail(PartnershipDetail):
    model = Milestone
    template_name = "milestones/milestone.html"

    def get_queryset(self) -> Any:
        return selectors.timeline(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(tag_of=status_tag(self.object.status_on(self.today)), **context)


class MilestoneForms(PartnershipFormView):
    """What the forms of one milestone share."""

    permission = Permission.PARTNERSHIP_MANAGE_PROGRAMME
    model = Milestone
    template_name = "kit/form_page.html"
    title = ""
    submit = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | ({"version": self.object.version} if self.object else {})

    def get_done_url(self, result: Any) -> str:
        return reverse("milestones:milestone", args=[self.partnership.slug, result.pk])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        home = reverse("milestones:home", args=[self.partnership.slug])
        here = (
            [
                (
                    self.object.title,
                    reverse("milestones:milestone", args=[self.partnership.slug, self.object.pk]),
                )
            ]
            if self.object
            else []
        )
        return super().get_context_data(
            title=self.title,
            submit=self.submit,
            breadcrumbs=[(_("Milestones"), home), *here, (self.title, None)],
            cancel_href=here[0][1] if here else home,
            **context,
        )


class Add(MilestoneForms):
    model = None
    form_class = MilestoneForm
    title, submit = _("Add a milestone"), _("Add milestone")

    def get_form_kwargs(self) -> dict[str, Any]:
        products = selectors.products(self.request.user, self.partnership)
        return super().get_form_kwargs() | {"products": products}

    def perform(self, form: Any) -> Milestone:
        return services.add(partnership=self.partnership, by=self.request.user, **form.cleaned_data)


class Change(MilestoneForms):
    form_class = MilestoneWordsForm
    title, submit = _("Change the milestone"), _("Save")

    def get_initial(self) -> dict[str, Any]:
        return {"title": self.object.title, "source": self.object.source}

    def perform(self, form: Any) -> Milestone:
        return services.change(milestone_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class Move(MilestoneForms):
    form_class = MoveForm
    title, submit = _("Move the date"), _("Move date")

    def get_initial(self) -> dict[str, Any]:
        return {"to": self.object.due, "month_only": self.object.month_only}

    def perform(self, form: Any) -> Milestone:
        return services.move(milestone_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class Achieve(MilestoneForms):
    form_class = AchieveForm
    title, submit = _("Record that it was reached"), _("Record")

    def get_initial(self) -> dict[str, Any]:
        return {"achieved_on": self.today, "evidence": self.object.evidence}

    def perform(self, form: Any) -> Milestone:
        return services.achieve(
            milestone_id=self.object.pk, today=self.today, by=self.request.user, **form.cleaned_data
        )


class Reopen(MilestoneForms):
    form_class = ReasonForm
    title, submit = _("Open the milestone again"), _("Open again")

    def perform(self, form: Any) -> Milestone:
        return services.reopen(milestone_id=self.object.pk, by=self.request.user, **form.cleaned_data)

"""The start page of governance, and the pages of bodies."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from governance import presenters
from governance.models import Action, Body, Escalation, Seat
from governance.rules import quorum
from governance.selectors import bodies, decisions, handover, lists
from governance.selectors.agenda import standing_items
from partners.readings import Opening
from partners.roles import Permission
from partners.views.base import PartnershipDetail, PartnershipGate, PartnershipPage
from svd_portal.kit.addresses import reverse
from svd_portal.kit.register import Column, Register, RegisterView

SHOWN = 5


class Home(PartnershipPage):
    """How the partnership decides: what comes next, what was decided, what is still to be done."""

    template_name = "governance/home.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, partnership, today = self.request.user, self.partnership, self.today
        return super().get_context_data(
            next_meetings=decisions.next_meetings(user, partnership, today)[:SHOWN],
            latest=decisions.latest_decisions(user, partnership)[:SHOWN],
            bodies=decisions.bodies_on(user, partnership, today),
            actions=decisions.open_actions(user, partnership)[:SHOWN],
            counts=self.readable(Action).counted(today),
            escalations=self.readable(Escalation).waiting().count(),
            may_call=self.rights.may_manage_governance or self.rights.on(Permission.BODY_RUN_MEETINGS),
            present=presenters,
            **context,
        )


class BodyRegister(Register):
    title = _("Bodies")
    order = "name"
    empty_text = _("No body yet. Whoever manages governance sets one up, or an import brings them.")
    columns = [
        Column("name", _("Body"), sort="name", link="page_of"),
        Column("kind", _("Kind"), value="get_kind_display"),
        Column("code", _("Code in references"), kind="short", sort="code"),
        Column("run_here", _("Run"), kind="tag", value="where"),
    ]

    def page_of(self, body: Body) -> str:
        return reverse("governance:body", args=[self.partnership.slug, body.pk])

    def where(self, body: Body) -> presenters.Tag:
        return (_("Run here"), "good") if body.run_here else (_("Run elsewhere"), "")


class Bodies(PartnershipGate, RegisterView):
    register_class = BodyRegister
    opening = Opening(lists.bodies)

    def get_queryset(self) -> Any:
        return lists.bodies(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        crumbs = [(_("Governance"), reverse("governance:home", args=[slug])), (_("Bodies"), "")]
        set_up = [(reverse("governance:new_body", args=[slug]), _("Set up a body"))]
        return super().get_context_data(
            breadcrumbs=crumbs, actions=set_up if self.rights.may_manage_governance else [], **context
        )


class BodyPage(PartnershipDetail):
    model = Body
    template_name = "governance/body.html"
    context_object_name = "body"
    one = bodies.one_body

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        body: Body = self.object
        user = self.request.user
        up, down = bodies.lines_from(user, body, self.today)
        terms = bodies.in_force(body, self.today) if body.run_here else None
        return super().get_context_data(
            terms=terms,
            quorum=quorum.described(terms.needed if terms else quorum.NONE),
            latest_terms=bodies.latest_terms(user, body) if body.run_here else None,
            seats=bodies.seats_from(body, self.today),
            standing=standing_items.ask(user, self.partnership, body=body.pk) if body.run_here else [],
            lines_up=up,
            lines_down=down,
            meetings=bodies.latest_meetings.ask(user, self.partnership, body=body.pk),
            latest=bodies.latest_decisions.ask(user, self.partnership, body=body.pk),
            may_write=presenters.may_write(self.rights, body.pk),
            may_manage=self.rights.may_manage_governance,
            present=presenters,
            **context,
        )


class SeatPage(PartnershipDetail):
    """A seat: whose it is, and who sat, sits and will sit in it."""

    model = Seat
    template_name = "governance/seat.html"
    context_object_name = "seat"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("body", "partner__organisation", "partnership")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            holders=bodies.holders_of(self.request.user, self.object, self.today),
            may_manage=self.rights.may_manage_governance,
            **context,
        )


class Handover(PartnershipDetail):
    """The pack for whoever takes the seat, to read and to print."""

    model = Seat
    template_name = "governance/handover.html"
    context_object_name = "seat"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("body", "partner__organisation", "partnership")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        pack = handover.pack_of(self.request.user, self.object, self.today)
        return super().get_context_data(pack=pack, present=presenters, **context)

"""People of a partnership, for its administrator: who they are, what they may do, and their sign-ins."""

from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.models import Authenticator
from django.contrib.postgres.lookups import Unaccent
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from partners import access, selectors
from partners.forms.people import ConfirmForm, EndForm, InviteForm, PersonFilter, ReasonForm, RoleForm
from partners.models import Appointment, User
from partners.readings import Opening
from partners.roles import Permission, Role
from partners.services import appointments as appointing
from partners.services import people as services
from partners.views.base import PartnershipDetail, PartnershipFormView, PartnershipGate
from svd_portal.kit import clock, format
from svd_portal.kit.addresses import reverse
from svd_portal.kit.register import Column, Register, RegisterView

_STATES = {"now": (_("Now"), "good"), "later": (_("Later"), "info"), "ended": (_("Ended"), "")}


def sign_in_tag(person: User) -> tuple[Any, str]:
    if not person.is_active:
        return _("Closed"), "bad"
    return (_("Open"), "good") if person.has_usable_password() else (_("Invited"), "warn")


class PeopleRegister(Register):
    title = _("People")
    order = "name"
    filter_form = PersonFilter
    empty_text = _("Nobody has a role here yet.")
    columns = (
        Column("name", _("Name"), "name_of", sort=Lower(Unaccent("name")), link="address_of", note="job_of"),
        Column("email", _("E-mail address"), sort="email"),
        Column("roles", _("Roles now"), "roles_now"),
        Column("sign_in", _("Sign-in"), "sign_in", kind="tag"),
        Column("joined", _("Since"), "joined_at", kind="date", sort="joined_at"),
    )

    @cached_property
    def roles(self) -> dict[Any, list[selectors.HeldRole]]:
        """Everybody's, as a filter needs them."""
        return selectors.roles_by_person(self.partnership, clock.today())

    def gather(self, rows: list[User]) -> None:
        if "roles" not in vars(self):
            self.roles = selectors.roles_by_person(self.partnership, clock.today(), rows)

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if text := chosen.get("text"):
            queryset = queryset.filter(Q(name__icontains=text) | Q(email__icontains=text))
        if role := chosen.get("role"):
            holders = [
                pk for pk, held in self.roles.items() if any(h.label == Role(role).label for h in held)
            ]
            queryset = queryset.filter(pk__in=holders)
        if sign_in := chosen.get("sign_in"):
            unusable = Q(password__startswith="!")
            queryset = queryset.filter(is_active=sign_in != "closed")
            queryset = {"open": queryset.exclude(unusable), "invited": queryset.filter(unusable)}.get(
                sign_in, queryset
            )
        return queryset

    def name_of(self, person: User) -> str:
        return str(person)

    def job_of(self, person: User) -> str:
        return person.job_title

    def address_of(self, person: User) -> str:
        return reverse("partners:person", args=[self.partnership.slug, person.pk])

    def roles_now(self, person: User) -> str:
        held = self.roles.get(person.pk, [])
        return "; ".join(role.sentence for role in held if role.state == "now")

    def sign_in(self, person: User) -> tuple[Any, str]:
        return sign_in_tag(person)


class People(PartnershipGate, RegisterView):
    permission = Permission.PARTNERSHIP_ADMINISTER
    register_class = PeopleRegister
    opening = Opening(selectors.people_of)

    def get_queryset(self) -> Any:
        return selectors.people_of(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        slug = self.partnership.slug
        return super().get_context_data(
            actions=[(reverse("partners:invite", args=[slug]), _("Invite a person"))],
            breadcrumbs=[*_crumbs(slug)[:1], (_("People"), "")],
            **context,
        )


class Person(PartnershipDetail):
    permission = Permission.PARTNERSHIP_ADMINISTER
    template_name = "partners/person.html"
    context_object_name = "subject"

    def get_queryset(self) -> Any:
        return selectors.people_of(self.request.user, self.partnership)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        person: User = self.object
        roles = selectors.roles_by_person(self.partnership, self.today, [person]).get(person.pk, [])
        events = selectors.events_of(person, self.partnership)
        return super().get_context_data(
            sign_in=sign_in_tag(person),
            second_factor=Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists(),
            elsewhere=selectors.serves_elsewhere(person, self.partnership, from_day=self.today),
            itself=person == self.request.user,
            roles=[(role, _STATES[role.state]) for role in roles],
            events=[
                {
                    "at": event.created_at,
                    "when": format.long_datetime(event.created_at),
                    "title": event.get_kind_display(),
                    "by": event.by or event.doing,
                    "text": event.reason,
                }
                for event in events
            ],
            **context,
        )


class PersonForm(PartnershipFormView):
    """What the administrator's forms share: they ask for the password again unless it was given lately."""

    permission = Permission.PARTNERSHIP_ADMINISTER
    template_name = "kit/form_page.html"
    form_class: Any = ReasonForm
    title: Any = ""
    submit: Any = ""
    intro: Any = ""
    danger = False

    @cached_property
    def object(self) -> Any:
        try:
            return selectors.people_of(self.request.user, self.partnership).get(pk=self.kwargs["pk"])
        except User.DoesNotExist:
            raise Http404("No such page.") from None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise_if_reauthentication_required(request, app="partners")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise_if_reauthentication_required(request, app="partners")
        _ = self.object
        return super().post(request, *args, **kwargs)

    def get_done_url(self, result: Any) -> str:
        return self.back

    @property
    def back(self) -> str:
        return reverse("partners:person", args=[self.partnership.slug, self.object.pk])

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        trail = [(str(self.object), self.back)] if self.object else []
        return super().get_context_data(
            title=self.title,
            submit=self.submit,
            intro=self.intro,
            danger=self.danger,
            cancel_href=self.back,
            breadcrumbs=_crumbs(self.partnership.slug, *trail, (self.title, "")),
            **context,
        )

    def whose(self) -> dict[str, Any]:
        return {"user_id": self.object.pk, "partnership": self.partnership, "by": self.request.user}


class Invite(PersonForm):
    form_class = InviteForm
    title, submit = _("Invite a person"), _("Send the invitation")
    intro = _(
        "They get a link by e-mail to choose a password, and set up two-step sign-in when they first come."
    )
    done_message = _("The invitation is on its way.")
    object = None

    @property
    def back(self) -> str:
        return reverse("partners:people", args=[self.partnership.slug])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "partnership": self.partnership}

    def get_initial(self) -> dict[str, Any]:
        return {"first_day": self.today}

    def perform(self, form: InviteForm) -> User:
        return services.invite(partnership=self.partnership, by=self.request.user, **form.service_arguments())

    def get_done_url(self, result: User) -> str:
        return reverse("partners:person", args=[self.partnership.slug, result.pk])


class InviteAgain(PersonForm):
    form_class = ConfirmForm
    title, submit = _("Send the invitation again"), _("Send it again")
    intro = _("Links sent before still work until they run out.")
    done_message = _("The invitation is on its way.")

    def perform(self, form: ConfirmForm) -> User:
        return services.invite_again(**self.whose())


class GiveRole(PersonForm):
    form_class = RoleForm
    title, submit = _("Give a role"), _("Give the role")
    done_message = _("The role is given.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user, "partnership": self.partnership}

    def get_initial(self) -> dict[str, Any]:
        return {"first_day": self.today}

    def perform(self, form: RoleForm) -> Appointment:
        return appointing.appoint(user_id=self.object.pk, by=self.request.user, **form.service_arguments())


class AppointmentForm(PersonForm):
    """A form about one role a person holds."""

    @cached_property
    def appointment(self) -> Any:
        scope = next((s for s in access.every_scope() if s.name == self.kwargs["scope"]), None)
        if scope is None:
            raise Http404("No such page.")
        return self.readable_or_404(
            scope.appointments, pk=self.kwargs["appointment"], user=self.object, withdrawn_at=None
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.appointment.version}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        held = selectors.HeldRole(self.appointment, "")
        return super().get_context_data(**context) | {"intro": f"{self.object}: {held.sentence}"}


class EndRole(AppointmentForm):
    form_class = EndForm
    title, submit = _("End a role"), _("Save the last day")
    done_message = _("The last day is saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": self.appointment.last_day or self.today}

    def perform(self, form: EndForm) -> Appointment:
        return appointing.end_appointment(
            appointment=self.appointment, by=self.request.user, **form.cleaned_data
        )


class WithdrawRole(AppointmentForm):
    title, submit, danger = _("Withdraw a role"), _("Withdraw it now"), True
    done_message = _("The role is withdrawn.")

    def perform(self, form: ReasonForm) -> Appointment:
        return appointing.withdraw_appointment(
            appointment=self.appointment,
            today=self.today,
            at=timezone.now(),
            by=self.request.user,
            **form.cleaned_data,
        )


class Recover(PersonForm):
    title, submit, danger = _("Recover a sign-in"), _("Recover the sign-in"), True
    intro = _(
        "For somebody who lost their phone or password. Make sure by telephone that it is really them. "
        "Password, authenticator app and remembered devices stop working; a link to begin again goes to "
        "their e-mail."
    )
    done_message = _("The sign-in is recovered and a link is on its way.")

    def perform(self, form: ReasonForm) -> User:
        return services.recover(**self.whose(), today=self.today, **form.cleaned_data)


class Deactivate(PersonForm):
    title, submit, danger = _("Close a sign-in"), _("Close the sign-in"), True
    intro = _("All sessions end at once and the roles give nothing until the sign-in is reopened.")
    done_message = _("The sign-in is closed.")

    def perform(self, form: ReasonForm) -> User:
        return services.deactivate(**self.whose(), today=self.today, **form.cleaned_data)


class Reactivate(PersonForm):
    title, submit = _("Reopen a sign-in"), _("Reopen the sign-in")
    intro = _("A link to choose a new password goes to their e-mail.")
    done_message = _("The sign-in is open again.")

    def perform(self, form: ReasonForm) -> User:
        return services.reactivate(**self.whose(), today=self.today, **form.cleaned_data)


class Erase(PersonForm):
    title, submit, danger = _("Erase a person’s details"), _("Erase for good"), True
    intro = _(
        "Name, e-mail address and job title are blanked for good, the roles end and the sign-in closes. "
        "What the person did stays in the record, as done by a former user."
    )
    done_message = _("The details are erased.")

    def perform(self, form: ReasonForm) -> User:
        return services.erase_details(
            **self.whose(), today=self.today, at=timezone.now(), **form.cleaned_data
        )


def _crumbs(slug: str, *last: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [
        (_("Partners"), reverse("partners:partners", args=[slug])),
        (_("People"), reverse("partners:people", args=[slug])),
        *last,
    ]

"""Setting up bodies: what they are, how they report, their seats and who sits in them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.forms.bodies import (
    BodyFields,
    HolderForm,
    LastDayForm,
    LineForm,
    NewBodyForm,
    NewSeatForm,
    SeatForm,
)
from governance.models import Body, ReportingLine, Seat, SeatHolder
from governance.selectors.people import people_of
from governance.services import bodies, seats
from governance.views.base import GovernanceForm
from partners.models import Partner
from partners.models.organisations import running_on


class NewBody(GovernanceForm):
    form_class = NewBodyForm
    title, submit = _("Set up a body"), _("Set it up")
    done_message = _("The body is set up. Give it seats and say to whom it reports.")

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Bodies"), self.at("bodies"))]

    def get_initial(self) -> dict[str, Any]:
        return {"first_day": self.today}

    def perform(self, form: Any) -> Body:
        return bodies.create(partnership=self.partnership, by=self.request.user, **form.cleaned_data)

    def get_done_url(self, result: Any) -> str:
        return self.at("body", result.pk)


class OfBody(GovernanceForm):
    """A form about a body, or about a thing of one; afterwards the body's page."""

    model: Any = Body

    @property
    def body(self) -> Body:
        found: Body = self.object if isinstance(self.object, Body) else self.object.body
        return found

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Bodies"), self.at("bodies")), (str(self.body), self.at("body", self.body.pk))]

    def get_initial(self) -> dict[str, Any]:
        return {"first_day": max(self.today, self.body.first_day)}


class VersionedMixin:
    """A form that changes a record, and knows which version of it was read."""

    object: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": self.object.version}  # type: ignore[misc]


class ChangeBody(VersionedMixin, OfBody):
    form_class = BodyFields
    title = _("Change the body")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.body, name) for name in BodyFields.base_fields}

    def perform(self, form: Any) -> Body:
        return bodies.change(body_id=self.body.pk, by=self.request.user, **form.cleaned_data)


class AddLine(OfBody):
    form_class = LineForm
    title, submit = _("Add a reporting line"), _("Add the line")

    def get_form_kwargs(self) -> dict[str, Any]:
        others = self.readable(Body).filter(running_on(self.today)).exclude(pk=self.body.pk).order_by("name")
        return super().get_form_kwargs() | {"bodies": others}

    def perform(self, form: Any) -> ReportingLine:
        return bodies.add_line(body_id=self.body.pk, by=self.request.user, **form.facts())


class EndLine(VersionedMixin, OfBody):
    model = ReportingLine
    form_class = LastDayForm
    title, submit = _("End the reporting line"), _("Set its last day")

    @property
    def intro(self) -> str:  # type: ignore[override]
        return f"{self.object}."

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": self.object.last_day or self.today}

    def perform(self, form: Any) -> ReportingLine:
        return bodies.end_line(line_id=self.object.pk, by=self.request.user, **form.cleaned_data)


class AddSeat(OfBody):
    form_class = NewSeatForm
    title, submit = _("Add a seat"), _("Add the seat")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"partners": partners_to_seat(self)}

    def perform(self, form: Any) -> Seat:
        return seats.add(body_id=self.body.pk, by=self.request.user, **form.facts())

    def get_done_url(self, result: Any) -> str:
        return self.at("seat", result.pk)


class OfSeat(OfBody):
    """A form about a seat, or about somebody in one; afterwards the seat's page."""

    model = Seat

    @property
    def seat(self) -> Seat:
        found: Seat = self.object if isinstance(self.object, Seat) else self.object.seat
        return found

    @property
    def body(self) -> Body:
        return self.seat.body

    def crumbs(self) -> list[tuple[Any, str]]:
        return [*super().crumbs(), (str(self.seat), self.at("seat", self.seat.pk))]


class ChangeSeat(VersionedMixin, OfSeat):
    form_class = SeatForm
    title = _("Change the seat")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"partners": partners_to_seat(self)}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.seat, name) for name in SeatForm.base_fields}

    def perform(self, form: Any) -> Seat:
        return seats.change(seat_id=self.seat.pk, by=self.request.user, **form.facts())


class EndSeat(VersionedMixin, OfSeat):
    form_class = LastDayForm
    title, submit, danger = _("End the seat"), _("Set its last day"), True
    intro = _("Whoever sits in it leaves it on that day. Past attendance stays.")

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": self.seat.last_day or self.today}

    def perform(self, form: Any) -> Seat:
        return seats.end(seat_id=self.seat.pk, by=self.request.user, **form.cleaned_data)


class Appoint(OfSeat):
    form_class = HolderForm
    title, submit = _("Put a person in the seat"), _("Save")
    intro = _("A seat gives no right by itself: an administrator gives roles, such as body member.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"people": people_of(self.partnership).filter(is_active=True)}

    def perform(self, form: Any) -> SeatHolder:
        return seats.appoint(seat_id=self.seat.pk, by=self.request.user, **form.facts())


class Leave(VersionedMixin, OfSeat):
    model = SeatHolder
    form_class = LastDayForm
    title, submit = _("Leave the seat"), _("Set the last day")

    @property
    def intro(self) -> str:  # type: ignore[override]
        return f"{self.object}."

    def get_initial(self) -> dict[str, Any]:
        return {"last_day": self.object.last_day or self.today}

    def perform(self, form: Any) -> SeatHolder:
        return seats.leave(holder_id=self.object.pk, by=self.request.user, **form.cleaned_data)


def partners_to_seat(view: Any, kept: Iterable[Any] = ()) -> Any:
    """Partners that take part today, and `kept`, which are named already, by name."""
    return (
        view.readable(Partner)
        .filter(running_on(view.today) | Q(pk__in=[pk for pk in kept if pk]))
        .select_related("organisation")
        .order_by("organisation__name")
    )

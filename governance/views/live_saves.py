"""What the live page saves as it is typed: JSON in, one service called, JSON out.

Answers: 200 with the version that stands now; 409 with what somebody else wrote meanwhile; 410 when they took
the row back; 422 with a sentence for each field. What is not one's to read is not found.
"""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from governance.forms import live as forms
from governance.forms.items import PERSON, spoken_of
from governance.models import (
    Action,
    AgendaItem,
    Attendance,
    Decision,
    Interest,
    KeyPoint,
    Seat,
)
from governance.selectors import live, minutes
from governance.selectors.interests import may_declare
from governance.selectors.people import people_of
from governance.services import actions, attendance, decisions, interests, points
from governance.services.interests import Declared
from governance.services.points import Place, Spoken
from governance.views.live import LiveGate
from svd_portal.kit.errors import DomainError, Stale

MISTAKE = gettext_lazy("Taken back while the minutes were written")
WRITTEN = gettext_lazy("Put right while the minutes were written")


class Conflict(Exception):
    """Somebody else wrote this row: the page shows both texts."""

    def __init__(self, row: dict[str, Any]) -> None:
        super().__init__("Both texts are shown.")
        self.row = row


class LiveSave(LiveGate, View):
    form_class: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            data = json.loads(request.body)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            return JsonResponse({"errors": {"": _("Open the page again.")}}, status=400)
        form = self.form_class({name: "" if value is None else str(value) for name, value in data.items()})
        if not form.is_valid():
            errors = {name: " ".join(map(str, found)) for name, found in form.errors.items()}
            return JsonResponse({"errors": errors}, status=422)
        try:
            return JsonResponse(self.perform(form))
        except Conflict as conflict:
            return JsonResponse(conflict.row, status=409)
        except DomainError as refusal:
            return JsonResponse({"errors": {self.field(refusal): refusal.message}}, status=422)

    def perform(self, form: Any) -> dict[str, Any]:
        raise NotImplementedError("Call one service and return what the page needs to know.")

    def field(self, refusal: DomainError) -> str:
        """The page's name for the field that a refusal is about."""
        return refusal.field or ""

    def of_meeting(self, model: Any, pk: UUID, **within: Any) -> Any:
        """A row of this meeting that the person may read."""
        return self.readable_or_404(model, pk=pk, **(within or {"item__meeting": self.meeting.pk}))


class LiveRows(LiveSave):
    """Rows the browser gave an id: added the first time, changed from then on.

    An answer that never arrived leaves the page without a version, and it sends the row as new once more:
    then it changes what it added.
    """

    row_model: Any
    within = "item__meeting"

    def perform(self, form: Any) -> dict[str, Any]:
        facts = dict(form.cleaned_data)
        pk, version = facts.pop("id"), facts.pop("version") or 1
        found = self.readable(self.row_model).filter(pk=pk, **{self.within: self.meeting.pk}).first()
        if item := None if found else facts.get("item"):
            self.of_meeting(AgendaItem, item, meeting=self.meeting.pk)
        if found is None:
            if form.cleaned_data["version"]:
                raise Http404("No such page.")
            saved = self.add(pk, facts)
        else:
            saved = self.changed(found, version, facts)
        return {"id": str(saved.pk), "version": saved.version, **self.told(saved)}

    def changed(self, found: Any, version: int, facts: dict[str, Any]) -> Any:
        try:
            return self.change(found, version, facts)
        except Stale as stale:
            now = self.readable_or_404(self.row_model, pk=found.pk)
            raise Conflict(self.row(now) | {"gone": gone(stale.current)}) from None
        except DomainError:
            if found.version == version and gone(found.shown_values()):
                raise Conflict(self.row(found) | {"gone": True}) from None
            raise

    def add(self, key: UUID, facts: dict[str, Any]) -> Any:
        raise NotImplementedError

    def change(self, found: Any, version: int, facts: dict[str, Any]) -> Any:
        raise NotImplementedError

    def row(self, found: Any) -> dict[str, Any]:
        """The row as the page reads it."""
        raise NotImplementedError

    def told(self, saved: Any) -> dict[str, Any]:
        return {}


def gone(values: Any) -> bool:
    """Whether a row was taken back."""
    withdrawn = values.get("withdrawn") or values.get("withdrawn_reason")
    return bool(withdrawn or values.get("status") == Action.Status.WITHDRAWN)


class SavePoint(LiveRows):
    form_class, row = forms.LivePoint, staticmethod(live.point_row)
    row_model = KeyPoint

    def add(self, key: UUID, facts: dict[str, Any]) -> KeyPoint:
        return points.add(
            item_id=facts["item"],
            parent_id=facts["parent"],
            after_id=facts["after"],
            text=facts["text"],
            kind=facts["kind"],
            spoken=self.spoken(facts["speaker"]),
            key=key,
            by=self.request.user,
        )

    def change(self, found: KeyPoint, version: int, facts: dict[str, Any]) -> KeyPoint:
        same = facts["speaker"] == found.said_by
        spoken = Spoken(found.speaker_kind, found.speaker_role, found.speaker_id)
        return points.change(
            point_id=found.pk,
            version=version,
            text=facts["text"],
            kind=facts["kind"],
            spoken=spoken if same else self.spoken(facts["speaker"]),
            by=self.request.user,
        )

    def spoken(self, said_by: str) -> Spoken:
        """Who is meant by what was typed: nobody, "a member", somebody at the meeting, or else a role."""
        if not said_by:
            return Spoken()
        if said_by.casefold() == str(_("A member")).casefold():
            return Spoken(KeyPoint.Speaker.MEMBER)
        here = minutes.people_who_came(minutes.attendance_of(self.meeting))
        known = next((key for key, name in here if name.casefold() == said_by.casefold()), None)
        return spoken_of(f"{PERSON}{known}", "") if known else Spoken(KeyPoint.Speaker.ROLE, role=said_by)

    def field(self, refusal: DomainError) -> str:
        return "speaker" if refusal.field == "speaker_role" else super().field(refusal)


class PlacePoint(LiveSave):
    form_class = forms.LivePlace

    def perform(self, form: Any) -> dict[str, Any]:
        point = self.of_meeting(KeyPoint, form.cleaned_data["id"])
        moved = points.place(point_id=point.pk, to=Place(form.cleaned_data["to"]), by=self.request.user)
        return {"id": str(moved.pk), "version": moved.version}


class SaveOutcome(LiveRows):
    form_class, row = forms.LiveOutcome, staticmethod(live.outcome_row)
    row_model = Decision

    def add(self, key: UUID, facts: dict[str, Any]) -> Decision:
        return decisions.record_outcome(
            item_id=facts["item"],
            recommendation_id=facts["recommendation"],
            verb=facts["verb"],
            text=facts["text"],
            today=self.today,
            at=live.now_in(self.meeting, self.today, facts["at"] or timezone.localtime().time()),
            key=key,
            by=self.request.user,
        )

    def change(self, found: Decision, version: int, facts: dict[str, Any]) -> Decision:
        return decisions.change_outcome(
            decision_id=found.pk,
            version=version,
            verb=facts["verb"],
            text=facts["text"],
            reasons=found.reasons,
            by=self.request.user,
        )

    def told(self, saved: Decision) -> dict[str, Any]:
        return {"label": saved.reference}


class SaveAction(LiveRows):
    form_class, row = forms.LiveAction, staticmethod(live.action_row)
    row_model = Action

    def add(self, key: UUID, facts: dict[str, Any]) -> Action:
        return actions.create(item_id=facts["item"], **self.owned(facts), key=key, by=self.request.user)

    def change(self, found: Action, version: int, facts: dict[str, Any]) -> Action:
        moved = found.due and found.due != facts["due"]
        return actions.change(
            action_id=found.pk,
            version=version,
            **self.owned(facts),
            reason=str(WRITTEN) if moved else "",
            by=self.request.user,
        )

    def owned(self, facts: dict[str, Any]) -> dict[str, Any]:
        who = facts["who"]
        person = people_of(self.partnership).filter(name__iexact=who).first() if who else None
        return {
            "text": facts["text"],
            "due": facts["due"],
            "owner_partner_id": facts["partner"],
            "owner_id": person.pk if person else None,
            "owner_role": "" if person else who,
        }

    def field(self, refusal: DomainError) -> str:
        names = {"owner": "who", "owner_partner": "partner"}
        return names.get(refusal.field or "", super().field(refusal))

    def told(self, saved: Action) -> dict[str, Any]:
        return {"label": saved.reference}


class SaveInterest(LiveRows):
    form_class, row = forms.LiveInterest, staticmethod(live.interest_row)
    row_model, within = Interest, "meeting"

    def add(self, key: UUID, facts: dict[str, Any]) -> Interest:
        return interests.declare(
            meeting_id=self.meeting.pk, declared=self.declared(facts), key=key, by=self.request.user
        )

    def change(self, found: Interest, version: int, facts: dict[str, Any]) -> Interest:
        declared = self.declared(facts)
        return interests.change(
            interest_id=found.pk, version=version, declared=declared, by=self.request.user
        )

    def declared(self, facts: dict[str, Any]) -> Declared:
        named = {name: key for key, name in may_declare(minutes.attendance_of(self.meeting))}
        known = named.get(facts["who"])
        return Declared(
            text=facts["text"],
            attendance_id=UUID(known) if known else None,
            role="" if known else facts["who"][:120],
            item_id=facts["item"],
            kind=facts["kind"],
            conduct=facts["conduct"],
        )


class SaveSeat(LiveSave):
    form_class = forms.LiveSeat

    def perform(self, form: Any) -> dict[str, Any]:
        entry = form.entry()
        seat = self.of_meeting(Seat, entry.seat_id, body=self.meeting.body_id)
        before = self.row_of(seat)
        if live.said_of(before) not in (entry.seen, entry.said):
            seat.sitting = []
            raise Conflict(live.seat_row(seat, before))
        attendance.record(meeting_id=self.meeting.pk, entries=[entry], today=self.today, by=self.request.user)
        return {"id": str(seat.pk), "version": entry.said}

    def row_of(self, seat: Seat) -> Attendance | None:
        rows = Attendance.objects.filter(meeting=self.meeting.pk, seat=seat).select_related("user")
        return rows.first()

    def field(self, refusal: DomainError) -> str:
        name = (refusal.field or "").partition("-")[0]
        return name if name in ("", "left") else "who"


class SaveGuest(LiveSave):
    form_class = forms.LiveGuest

    def perform(self, form: Any) -> dict[str, Any]:
        facts = form.cleaned_data
        guest = attendance.add_guest(
            meeting_id=self.meeting.pk,
            name_or_role=facts["who"],
            remote=facts["remote"],
            today=self.today,
            key=facts["id"],
            by=self.request.user,
        )
        return {"id": str(guest.pk)}

    def field(self, refusal: DomainError) -> str:
        return "who"


class SaveNone(LiveSave):
    form_class = forms.LiveNone

    def perform(self, form: Any) -> dict[str, Any]:
        meeting = interests.none_declared(
            meeting_id=self.meeting.pk, none=form.cleaned_data["none"], by=self.request.user
        )
        return {"none": meeting.none_declared}


class TakeBack(LiveSave):
    """A row that should not be there: a point, an outcome, an action, an interest or a guest."""

    form_class = forms.LiveId

    def perform(self, form: Any) -> dict[str, Any]:
        kind, pk, by = self.kwargs["kind"], form.cleaned_data["id"], self.request.user
        if kind == "points":
            points.withdraw(point_id=self.of_meeting(KeyPoint, pk).pk, by=by)
        elif kind == "outcomes":
            decisions.withdraw(decision_id=self.of_meeting(Decision, pk).pk, reason=str(MISTAKE), by=by)
        elif kind == "actions":
            action = self.of_meeting(Action, pk)
            actions.withdraw(action_id=pk, version=action.version, reason=str(MISTAKE), by=by)
        elif kind == "interests":
            interests.withdraw(interest_id=self.of_meeting(Interest, pk, meeting=self.meeting.pk).pk, by=by)
        elif kind == "guests":
            guest = self.of_meeting(Attendance, pk, meeting=self.meeting.pk)
            attendance.withdraw_guest(attendance_id=guest.pk, by=by)
        else:
            raise Http404("No such page.")
        return {"id": str(pk)}

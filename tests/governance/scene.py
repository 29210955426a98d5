"""A meeting of the Surrey Executive on 15 January 2024, for the tests of this folder to act in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from governance.models import AgendaItem, Body, KeyPoint, Meeting, Recommendation, Seat, SeatHolder, Terms
from governance.services import agenda, meetings, points
from tests.cast import SINCE, Cast, save

TODAY = date(2024, 1, 15)
TEN = datetime(2024, 1, 15, 10, tzinfo=UTC)
SignedIn = Callable[[Any], Client]


def seat(body: Body, title: str, *holders: Any, **facts: Any) -> Seat:
    """A seat of `body`; the first of `holders` holds it, the others are deputies."""
    made = save(
        Seat(
            partnership=body.partnership,
            body=body,
            title=title,
            **({"kind": Seat.Kind.PARTNER, "first_day": SINCE, "position": body.seats.count() + 1} | facts),
        )
    )
    for position, user in enumerate(holders):
        save(
            SeatHolder(
                partnership=body.partnership, seat=made, user=user, deputy=position > 0, first_day=SINCE
            )
        )
    return made


def elsewhere(cast: Cast, name: str = "Health and Wellbeing Board", code: str = "HWB") -> Body:
    """A body of Surrey that is run elsewhere."""
    return save(
        Body(
            partnership=cast.surrey,
            name=name,
            code=code,
            kind=Body.Kind.STATUTORY,
            run_here=False,
            first_day=SINCE,
            minutes_url="https://hwb.example/minutes",
        )
    )


@dataclass
class Scene:
    cast: Cast
    chair_seat: Seat
    police_seat: Seat
    woking_seat: Seat
    observer_seat: Seat
    meeting: Meeting
    item: AgendaItem

    def fresh(self) -> Meeting:
        return Meeting.objects.get(pk=self.meeting.pk)

    def secret(self, title: str = "A named family") -> AgendaItem:
        return agenda.add(meeting_id=self.meeting.pk, title=title, restricted=True, by=self.cast.lead)

    def recommend(self, text: str = "the delivery plan", verb: str = "approved") -> Recommendation:
        return agenda.recommend(item_id=self.item.pk, verb=verb, text=text, by=self.cast.lead)

    def point(self, text: str, parent: KeyPoint | None = None) -> KeyPoint:
        return points.add(
            item_id=self.item.pk, parent_id=parent.pk if parent else None, text=text, by=self.cast.lead
        )

    def terms(self, first_day: date = SINCE, **content: Any) -> Terms:
        """Terms of reference of the Executive, in force."""
        executive = self.cast.executive
        edition = executive.terms.count() + 1
        return save(  # type: ignore[no-any-return]
            Terms(
                partnership=executive.partnership,
                body=executive,
                edition=edition,
                first_day=first_day,
                **content,
            )
        )

    def hold(self) -> Meeting:
        return meetings.record_held(
            meeting_id=self.meeting.pk, version=self.fresh().version, today=TODAY, by=self.cast.lead
        )

    def agree(self) -> Meeting:
        held = self.hold()
        return meetings.agree_minutes(
            meeting_id=held.pk, version=held.version, agreed_on=TODAY, today=TODAY, by=self.cast.lead
        )


def set_scene(cast: Cast) -> Scene:
    executive = cast.executive
    seats = {
        "chair_seat": seat(executive, "Chair", cast.chair, kind=Seat.Kind.CHAIR),
        "police_seat": seat(executive, "Surrey Police", cast.police_rep, cast.officer, partner=cast.police),
        "woking_seat": seat(executive, "Woking Borough Council", cast.woking_rep, partner=cast.woking),
        "observer_seat": seat(executive, "Observer", cast.observer, kind=Seat.Kind.OBSERVER, voting=False),
    }
    meeting = meetings.call(body_id=executive.pk, starts_at=TEN, place="Guildford", by=cast.lead)
    item = agenda.add(
        meeting_id=meeting.pk, title="Delivery plan", purpose=AgendaItem.Purpose.DECIDE, by=cast.lead
    )
    return Scene(cast=cast, meeting=meeting, item=item, **seats)


def at(name: str, *args: Any) -> str:
    """An address of governance in Surrey."""
    return reverse(f"governance:{name}", args=["surrey", *args])


def text(response: Any) -> str:
    return str(response.content.decode())


def fresh(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)

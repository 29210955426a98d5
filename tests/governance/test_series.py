"""Series of meetings: their days, called all at once, changed and cancelled together, kept in order."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from governance.models import Meeting, MeetingSeries
from governance.rules import bank_holidays
from governance.rules.series import Pattern, days
from governance.selectors.series import remarks, state_of
from governance.services import decisions, meetings, series
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.governance.scene import TODAY, Scene
from tests.governance.series import APRIL, called, changed, moved


@pytest.mark.parametrize(
    ("first", "pattern", "every", "found"),
    [
        ("2024-01-16", Pattern.WEEKS, 2, "2024-01-16 2024-01-30 2024-02-13 2024-02-27"),
        ("2024-01-09", Pattern.WEEKDAY, 1, "2024-01-09 2024-02-13 2024-03-12 2024-04-09"),
        ("2024-01-30", Pattern.WEEKDAY, 1, "2024-01-30 2024-02-27 2024-03-26 2024-04-30"),
        ("2024-01-26", Pattern.LAST_WEEKDAY, 1, "2024-01-26 2024-02-23 2024-03-29 2024-04-26"),
        ("2024-01-31", Pattern.MONTHS, 1, "2024-01-31 2024-02-29 2024-03-31 2024-04-30"),
        ("2024-01-15", Pattern.MONTHS, 2, "2024-01-15 2024-03-15 2024-05-15 2024-07-15"),
        ("2024-01-09", Pattern.QUARTERLY, 7, "2024-01-09 2024-04-09 2024-07-09 2024-10-08"),
    ],
)
def test_the_days_of_each_pattern(first: str, pattern: Pattern, every: int, found: str) -> None:
    made = days(first=date.fromisoformat(first), pattern=pattern, every=every, count=4)
    assert [day.isoformat() for day in made] == found.split()


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2021-12-27", "Christmas Day"),
        ("2021-12-28", "Boxing Day"),
        ("2022-12-26", "Boxing Day"),
        ("2022-12-27", "Christmas Day"),
        ("2020-12-28", "Boxing Day"),
        ("2022-01-03", "New Year’s Day"),
        ("2024-03-29", "Good Friday"),
        ("2024-04-01", "Easter Monday"),
        ("2020-05-08", "Early May bank holiday"),
        ("2020-05-04", ""),
        ("2022-06-02", "Spring bank holiday"),
        ("2023-05-08", "Bank holiday for the coronation of King Charles III"),
        ("2024-08-26", "Summer bank holiday"),
        ("2024-08-27", ""),
    ],
)
def test_bank_holidays(day: str, name: str) -> None:
    assert bank_holidays.name_of(date.fromisoformat(day)) == name


def test_what_speaks_against_a_day(scene: Scene) -> None:
    asked = [TODAY, date(2024, 3, 29), date(2024, 3, 30), date(2019, 1, 1), None, date(2024, 4, 9)]
    found = [
        [(remark.sentence, remark.refused) for remark in each]
        for each in remarks(scene.cast.executive, asked, time(10))
    ]
    assert found == [
        [("The body already meets on this day, at 10am.", True)],
        [("Good Friday.", False)],
        [("A Saturday.", False)],
        [("The body does not exist on this day.", True), ("New Year’s Day.", False)],
        [],
        [],
    ]
    assert [each.refused for each in remarks(scene.cast.executive, [TODAY], time(14))[0]] == [False]


def test_all_meetings_of_a_series_are_called_at_once_in_london_time(scene: Scene) -> None:
    made = called(scene, [date(2024, 3, 12), *APRIL])
    assert [(m.series_position, m.day.isoformat(), m.place) for m in made] == [
        (1, "2024-03-12", "Guildford"),
        (2, "2024-04-09", "Guildford"),
        (3, "2024-05-14", "Guildford"),
        (4, "2024-06-11", "Guildford"),
    ]
    assert [timezone.localtime(m.starts_at).hour for m in made] == [10, 10, 10, 10]  # winter and summer
    assert {m.ends_at - m.starts_at for m in made if m.ends_at} == {timedelta(minutes=90)}
    assert {(m.items.count(), m.attendances.count()) for m in made} == {(6, 4)}


def test_of_a_series_all_meetings_are_called_or_none(scene: Scene) -> None:
    with pytest.raises(DomainError, match="already has a meeting at that time") as refusal:
        called(scene, [date(2024, 1, 8), TODAY, date(2024, 1, 22)])
    assert refusal.value.field == "day-1"
    assert (Meeting.objects.count(), MeetingSeries.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("on", "sentence", "field"),
    [
        (APRIL[:1], "A series has 2 to 24 meetings.", None),
        ([date(2024, 4, 1) + timedelta(days=n) for n in range(25)], "A series has 2 to 24 meetings.", None),
        (APRIL[::-1], "Enter a day after 11 June 2024, the one before it.", "day-1"),
        ([APRIL[0], APRIL[0]], "Enter a day after 9 April 2024, the one before it.", "day-1"),
    ],
)
def test_a_series_that_is_none_is_refused(
    scene: Scene, on: list[date], sentence: str, field: str | None
) -> None:
    with pytest.raises(DomainError) as refusal:
        called(scene, on)
    assert (refusal.value.message, refusal.value.field) == (sentence, field)


def test_two_presses_call_one_series(scene: Scene) -> None:
    key = uuid4()
    assert called(scene, key=key) == called(scene, key=key)
    assert Meeting.objects.count() == 4


def test_no_meeting_of_a_series_passes_another(scene: Scene) -> None:
    first, second, third = called(scene)
    for to, sentence in (
        (datetime(2024, 6, 11, 9, tzinfo=UTC), "The next one in the series is on 11 June 2024 at 10am."),
        (datetime(2024, 6, 12, 9, tzinfo=UTC), "The next one in the series is on 11 June 2024 at 10am."),
        (datetime(2024, 4, 9, 9, tzinfo=UTC), "The one before it in the series is on 9 April 2024 at 10am."),
        (datetime(2024, 4, 1, 9, tzinfo=UTC), "The one before it in the series is on 9 April 2024 at 10am."),
    ):
        if to.day in (9, 11):
            with pytest.raises(DomainError, match="already has a meeting"):
                moved(scene, second, to)
            continue
        with pytest.raises(DomainError) as refusal:
            moved(scene, second, to)
        assert refusal.value.message.startswith(sentence)
        assert refusal.value.field == "day"
    meetings.cancel(meeting_id=third.pk, version=1, reason="Elections", by=scene.cast.lead)
    assert moved(scene, second, datetime(2024, 6, 12, 9, tzinfo=UTC)).day == date(2024, 6, 12)
    assert moved(scene, first, datetime(2024, 6, 12, 8, tzinfo=UTC)).day == date(2024, 6, 12)


def times(of: MeetingSeries) -> list[tuple[str, int | None, str]]:
    return [
        (
            f"{timezone.localtime(m.starts_at):%d %b %H:%M}",
            m.ends_at and round((m.ends_at - m.starts_at).total_seconds() / 60),
            m.place,
        )
        for m in of.meetings.order_by("series_position")
    ]


def test_those_that_follow_change_together_and_keep_what_was_theirs(scene: Scene) -> None:
    first, second, third = called(scene)
    third = moved(scene, third, datetime(2024, 6, 13, 9, tzinfo=UTC))
    assert third.series is not None
    changed(scene, second, starts=time(14))
    assert times(third.series) == [
        ("09 Apr 10:00", 90, "Guildford"),
        ("14 May 14:00", 90, "Guildford"),
        ("13 Jun 14:00", None, ""),
    ]
    changed(scene, first, place="Woking", minutes=60)
    assert times(third.series) == [
        ("09 Apr 10:00", 60, "Woking"),
        ("14 May 14:00", 60, "Woking"),
        ("13 Jun 14:00", 60, "Woking"),
    ]
    before = [m.version for m in third.series.meetings.all()]
    changed(scene, Meeting.objects.get(pk=first.pk))
    assert [m.version for m in third.series.meetings.all()] == before


def test_a_change_to_one_of_them_meanwhile_is_not_lost(scene: Scene) -> None:
    first, second, third = called(scene)
    read = state_of(second)
    moved(scene, third, datetime(2024, 6, 13, 9, tzinfo=UTC))
    facts: dict[str, Any] = {"meeting_id": second.pk, "version": read, "by": scene.cast.lead}
    with pytest.raises(Stale) as refusal:
        series.change_following(**facts, starts=time(14), minutes=90, place="Woking")
    assert refusal.value.version == state_of(second)
    assert refusal.value.current["place"] == "Guildford"
    with pytest.raises(Stale):
        series.cancel_following(**facts, reason="Elections")
    moved(scene, first, datetime(2024, 4, 10, 9, tzinfo=UTC))  # one before it is none of them
    assert state_of(second) == refusal.value.version


def test_times_that_are_taken_are_refused_with_their_day(scene: Scene) -> None:
    first, _second, _third = called(scene)
    meetings.call(
        body_id=scene.cast.executive.pk, starts_at=datetime(2024, 5, 14, 13, tzinfo=UTC), by=scene.cast.lead
    )
    with pytest.raises(DomainError, match=r"14 May 2024: Surrey .* already has a meeting") as refusal:
        changed(scene, first, starts=time(14))
    assert refusal.value.field == "starts"
    assert first.series is not None
    assert times(first.series)[0] == ("09 Apr 10:00", 90, "Guildford")


def test_those_that_follow_are_cancelled_together_and_held_ones_stay(scene: Scene) -> None:
    first, second, third = called(scene, [TODAY + timedelta(days=n) for n in (-1, 1, 2)])
    meetings.record_held(meeting_id=first.pk, version=1, today=TODAY, by=scene.cast.lead)
    facts = {"by": scene.cast.lead, "reason": "Elections"}
    with pytest.raises(DomainError, match="This meeting was held"):
        series.cancel_following(meeting_id=first.pk, version=state_of(first), **facts)
    with pytest.raises(ReasonRequired):
        series.cancel_following(meeting_id=second.pk, version=state_of(second), **facts | {"reason": " "})
    made = series.cancel_following(meeting_id=second.pk, version=state_of(second), **facts)
    assert {m.pk for m in made} == {second.pk, third.pk}
    assert first.series is not None
    assert list(first.series.meetings.order_by("series_position").values_list("status", flat=True)) == [
        "held",
        "cancelled",
        "cancelled",
    ]


def test_meetings_with_outcomes_are_not_cancelled_with_others(scene: Scene) -> None:
    first, second, _third = called(scene)
    item = second.items.standing().first()
    decisions.record_outcome(
        item_id=item.pk, verb="noted", text="x", today=date(2024, 5, 14), by=scene.cast.lead
    )
    with pytest.raises(DomainError, match="Outcomes were recorded at the meeting of 14 May 2024"):
        series.cancel_following(
            meeting_id=first.pk, version=state_of(first), reason="Elections", by=scene.cast.lead
        )
    assert set(Meeting.objects.values_list("status", flat=True)) == {"planned"}


def test_a_meeting_called_alone_has_none_that_follow(scene: Scene) -> None:
    for change in (
        lambda: series.cancel_following(
            meeting_id=scene.meeting.pk, version=1, reason="x", by=scene.cast.lead
        ),
        lambda: series.change_following(
            meeting_id=scene.meeting.pk,
            version=1,
            starts=time(9),
            minutes=None,
            place="",
            by=scene.cast.lead,
        ),
    ):
        with pytest.raises(DomainError, match="called alone"):
            change()


WRITERS = {"lead", "chair"}


def test_who_may_call_change_and_cancel_a_series(scene: Scene) -> None:
    first, second, _third = called(scene)
    people = scene.cast.members | {"outsider": scene.cast.outsider, "nobody": scene.cast.nobody}
    later = [date(2024, 9, 10), date(2024, 10, 8)]
    may: dict[str, set[str]] = {"call": set(), "change": set(), "cancel": set()}
    for part, by in people.items():
        for name, call in (
            ("call", lambda by=by: called(scene, later, by=by)),
            ("change", lambda by=by: changed(scene, first, place=f"Room {by}", by=by)),
            (
                "cancel",
                lambda by=by: series.cancel_following(
                    meeting_id=second.pk, version=state_of(second), reason="x", by=by
                ),
            ),
        ):
            with transaction.atomic():
                try:
                    call()
                    may[name].add(part)
                except PermissionDenied:
                    pass
                transaction.set_rollback(True)
    assert may == {"call": WRITERS, "change": WRITERS, "cancel": WRITERS}

"""The calendar's page, and the secret addresses at which calendar programs read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.test import Client
from icalendar import Calendar

from governance.models import CalendarFeed, Meeting
from governance.services import feeds, meetings
from partners.models import Partnership, User
from partners.roles import Role
from svd_portal.kit.errors import DomainError
from svd_portal.kit.logs import discreet
from tests.cast import appoint, save
from tests.governance.scene import TEN, TODAY, Scene, at, elsewhere, text

Which = CalendarFeed.Which


def call(scene: Scene, starts_at: datetime, **facts: Any) -> Meeting:
    given = {"body_id": scene.cast.executive.pk, "by": scene.cast.lead}
    return meetings.call(**given | facts, starts_at=starts_at)


def cancel(scene: Scene, meeting: Meeting) -> None:
    meetings.cancel(meeting_id=meeting.pk, version=meeting.version, reason="Snow", by=scene.cast.lead)


# The page


def test_a_month_shows_its_meetings_as_a_table_and_as_a_list(scene: Scene, lead: Client) -> None:
    later = call(scene, datetime(2024, 1, 30, 14, 30, tzinfo=UTC))
    cancel(scene, later)
    call(scene, datetime(2024, 3, 31, 9, tzinfo=UTC))
    page = text(lead.get(at("calendar")))
    assert page.count(at("meeting", scene.meeting.pk)) == 2
    assert page.count("<s>2:30pm Surrey Serious Violence Reduction Executive</s> <span>cancelled</span>") == 2
    assert "January 2024</h1>" in page
    assert "month=2023-12" in page
    assert "month=2024-02" in page
    march = text(lead.get(at("calendar"), {"month": "2024-03"}))
    assert "10am Surrey Serious Violence Reduction Executive" in march  # summer time began that day
    assert "No meeting in this month" in text(lead.get(at("calendar"), {"month": "2024-02"}))
    for odd in ("2024-13", "x", "9999-12", ""):
        assert "January 2024</h1>" in text(lead.get(at("calendar"), {"month": odd}))


def test_a_calendar_of_one_body(scene: Scene, lead: Client) -> None:
    board = elsewhere(scene.cast)
    other = call(scene, TEN, body_id=board.pk)
    page = text(lead.get(at("calendar"), {"body": str(board.pk)}))
    assert at("meeting", other.pk) in page
    assert at("meeting", scene.meeting.pk) not in page
    assert f"month=2024-02&amp;body={board.pk}" in page
    every = text(lead.get(at("calendar"), {"body": str(scene.cast.their_executive.pk)}))
    assert at("meeting", scene.meeting.pk) in every


def test_a_day_leads_those_who_may_to_calling_a_meeting(scene: Scene, signed_in: Any) -> None:
    link = f"{at('call')}?day=2024-01-16"
    for part, may in (("lead", True), ("chair", True), ("woking_rep", False), ("observer", False)):
        page = text(signed_in(getattr(scene.cast, part)).get(at("calendar")))
        assert (link in page) is may, part
        assert "day=2024-01-14" not in page  # it is over
    form = text(signed_in(scene.cast.lead).get(at("call"), {"day": "2024-01-16"}))
    assert 'name="day_day" type="text" value="16"' in form
    assert signed_in(scene.cast.lead).get(at("call"), {"day": "x"}).status_code == 200
    assert signed_in(scene.cast.outsider).get(at("calendar")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_month_takes_the_same_queries_for_one_meeting_and_for_three(
    scene: Scene, lead: Client, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(1, count):
        call(scene, TEN + timedelta(days=number))
    lead.get(at("calendar"))
    with django_assert_num_queries(6):
        lead.get(at("calendar"))


# Addresses


def make(scene: Scene, which: str = Which.ALL, by: Any = None, **facts: Any) -> tuple[CalendarFeed, str]:
    return feeds.make(partnership=scene.cast.surrey, which=which, by=by or scene.cast.lead, **facts)


def read(secret: str, **headers: str) -> Any:
    return Client().get(f"/calendar/{secret}.ics", headers=headers)


def events(secret: str) -> list[Any]:
    answer = read(secret)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.fixture(autouse=True)
def demo_day(settings: Any) -> None:
    settings.DEMO, settings.BUSINESS_DATE = True, "2024-01-15"
    settings.PORTAL_URL = "https://portal.example"


def test_a_calendar_program_reads_when_and_where_and_nothing_of_the_agenda(scene: Scene) -> None:
    meeting = call(
        scene,
        datetime(2024, 7, 2, 9, tzinfo=UTC),
        ends_at=datetime(2024, 7, 2, 10, 30, tzinfo=UTC),
        place="Reigate, Room 2; north",
    )
    scene.secret("Zebra")
    _feed, secret = make(scene)
    answer = read(secret)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"Zebra" not in answer.content
    assert b"Delivery plan" not in answer.content
    by_uid = {event["UID"]: event for event in events(secret)}
    event = by_uid[f"{meeting.pk}@serious-violence-duty"]
    assert event["SUMMARY"] == "Surrey Serious Violence Reduction Executive: meeting"
    assert event["LOCATION"] == "Reigate, Room 2; north"
    assert event.decoded("DTSTART") == meeting.starts_at
    assert event.decoded("DTEND") == meeting.ends_at
    assert event["URL"] == f"https://portal.example{at('meeting', meeting.pk)}"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    assert event.decoded("LAST-MODIFIED") == event.decoded("DTSTAMP")


def test_a_change_is_told_by_a_higher_sequence_and_a_cancelled_meeting_stays_as_such(scene: Scene) -> None:
    _feed, secret = make(scene)
    before = events(secret)[0]
    etag = read(secret)["ETag"]
    assert read(secret)["ETag"] == etag
    same = read(secret, **{"if-none-match": etag})
    assert (same.status_code, same.content) == (304, b"")
    cancel(scene, scene.meeting)
    assert read(secret, **{"if-none-match": etag}).status_code == 200
    after = events(secret)[0]
    assert after["UID"] == before["UID"]
    assert (after["SEQUENCE"], after["STATUS"]) == (before["SEQUENCE"] + 1, "CANCELLED")
    assert after.decoded("LAST-MODIFIED") >= before.decoded("LAST-MODIFIED")
    assert read(secret)["Cache-Control"] == "private, max-age=900"


def test_each_kind_of_address_shows_its_meetings(scene: Scene) -> None:
    board = elsewhere(scene.cast)
    other = call(scene, TEN, body_id=board.pk)
    call(scene, TEN - timedelta(days=400))
    executive, both = {scene.meeting.pk}, {scene.meeting.pk, other.pk}
    cast = scene.cast
    for who, which, body, expected in (
        (cast.lead, Which.ALL, None, both),
        (cast.lead, Which.MINE, None, set()),
        (cast.woking_rep, Which.MINE, None, executive),  # a seat
        (cast.officer, Which.MINE, None, executive),  # a deputy
        (cast.chair, Which.MINE, None, executive),  # a role and a seat
        (cast.lead, Which.BODY, board.pk, {other.pk}),
    ):
        _feed, secret = make(scene, which, by=who, body_id=body)
        found = {event["UID"].partition("@")[0] for event in events(secret)}
        assert found == {str(pk) for pk in expected}, (who, which)
    holder = scene.woking_seat.holders.get()
    holder.last_day = TODAY - timedelta(days=1)
    save(holder)
    _feed, secret = make(scene, Which.MINE, by=cast.woking_rep)
    assert events(secret) == []


def test_a_new_address_stops_the_old_one_at_once_and_one_may_be_stopped(scene: Scene) -> None:
    _first, old = make(scene)
    second, new = make(scene)
    other, mine = make(scene, Which.MINE)
    assert [read(secret).status_code for secret in (old, new, mine)] == [404, 200, 200]
    with pytest.raises(PermissionDenied):
        feeds.stop(feed_id=second.pk, by=scene.cast.chair)
    feeds.stop(feed_id=second.pk, by=scene.cast.lead)
    feeds.stop(feed_id=second.pk, by=scene.cast.lead)
    assert [read(secret).status_code for secret in (old, new, mine)] == [404, 404, 200]
    assert other.ended_at is None


def test_only_a_hash_of_the_secret_is_stored(scene: Scene) -> None:
    feed, secret = make(scene)
    assert len(secret) == 43
    with connection.cursor() as cursor:
        for table in ("governance_calendarfeed", "governance_calendarfeedhistory"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            assert secret not in cursor.fetchone()[0]
    assert len(feed.secret_hash) == 64


def test_an_address_ends_the_day_its_persons_access_does(scene: Scene, settings: Any) -> None:
    guest = User.objects.create_user("guest@surrey.example", "Guest")
    appointment = appoint(guest, Role.OBSERVER, scene.cast.executive, last_day=TODAY)
    secrets = [
        make(scene, which, by=guest, body_id=body)[1]
        for which, body in (
            (Which.ALL, None),
            (Which.MINE, None),
            (Which.BODY, scene.cast.executive.pk),
        )
    ]
    assert [read(secret).status_code for secret in secrets] == [200, 200, 200]
    settings.BUSINESS_DATE = "2024-01-16"
    assert [read(secret).status_code for secret in secrets] == [404, 404, 404]
    appointment.last_day = None
    save(appointment)
    assert [read(secret).status_code for secret in secrets] == [200, 200, 200]
    guest.is_active = False
    guest.save()
    assert [read(secret).status_code for secret in secrets] == [404, 404, 404]


def test_whatever_is_wrong_the_answer_is_the_same_and_as_much_is_asked(
    scene: Scene, django_assert_num_queries: Any
) -> None:
    guest = User.objects.create_user("guest@surrey.example", "Guest")
    appointment = appoint(guest, Role.OBSERVER, scene.cast.executive)
    _feed, ended = make(scene, by=guest)
    appointment.last_day = TODAY - timedelta(days=1)
    save(appointment)
    _old, renewed = make(scene)
    make(scene)
    answers = []
    for secret in (ended, renewed, "x" * 43, "x", "%00"):
        with django_assert_num_queries(2):
            answers.append(read(secret))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert Client().post(f"/calendar/{renewed}.ics").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_takes_the_same_queries_for_one_meeting_and_for_three(
    scene: Scene, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(1, count):
        call(scene, TEN + timedelta(days=number))
    _feed, secret = make(scene, Which.MINE, by=scene.cast.chair)
    with django_assert_num_queries(4):
        assert len(events(secret)) == count


def test_who_may_make_an_address(scene: Scene) -> None:
    for part, user in scene.cast.members.items():
        assert make(scene, by=user)[0].user == user, part
    for stranger in (scene.cast.outsider, scene.cast.nobody):
        with pytest.raises(PermissionDenied):
            make(scene, by=stranger)
    for which, body in (
        (Which.BODY, scene.cast.their_executive.pk),
        (Which.BODY, None),
        (Which.ALL, scene.cast.executive.pk),
    ):
        with pytest.raises(DomainError, match="Choose a body of this partnership"):
            make(scene, which, body_id=body)


def test_an_address_is_shown_once_on_its_page_and_listed_to_its_person_alone(
    scene: Scene, lead: Client, signed_in: Any
) -> None:
    made = lead.post(at("make_feed"), {"which": "mine"})
    assert made["Cache-Control"] == "no-store"
    page = text(made)
    secret = page.partition("https://portal.example/calendar/")[2].partition(".ics")[0]
    assert read(secret).status_code == 200
    assert "Outlook" in page
    mine = text(lead.get(at("feeds")))
    assert secret not in mine
    assert mine.count("Make a new address") == 1
    feed = CalendarFeed.objects.get()
    chair = signed_in(scene.cast.chair)
    assert "Make a new address" not in text(chair.get(at("feeds")))
    assert chair.post(at("stop_feed", feed.pk)).status_code == 404
    assert read(secret).status_code == 200
    assert "The address is stopped." in text(lead.post(at("stop_feed", feed.pk), follow=True))
    assert read(secret).status_code == 404
    for which, body in (("", ""), ("x", ""), ("body", ""), ("body", "x"), ("all", "1")):
        assert lead.post(at("make_feed"), {"which": which, "body": body}).status_code == 404
    theirs = {"which": "body", "body": str(scene.cast.their_executive.pk)}
    assert lead.post(at("make_feed"), theirs).status_code == 404
    assert lead.get(at("make_feed")).status_code == 404
    outsider = signed_in(scene.cast.outsider)
    assert outsider.post(at("make_feed"), {"which": "all"}).status_code == 404


def test_one_meeting_is_added_to_a_calendar_by_members_alone(scene: Scene, signed_in: Any) -> None:
    address = at("meeting_file", scene.meeting.pk)
    answer = signed_in(scene.cast.woking_rep).get(address)
    assert answer["Content-Disposition"] == 'attachment; filename="surrey-exec-2024-01-15.ics"'
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["UID"] == f"{scene.meeting.pk}@serious-violence-duty"
    assert signed_in(scene.cast.outsider).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    foreign = meetings.call(body_id=scene.cast.their_executive.pk, starts_at=TEN, by=scene.cast.outsider)
    assert signed_in(scene.cast.lead).get(at("meeting_file", foreign.pk)).status_code == 404


@pytest.mark.parametrize("where", ["", "https://portal.example", "http://127.0.0.1:8000"])
def test_the_log_keeps_no_secret(scene: Scene, where: str) -> None:
    _feed, secret = make(scene)
    written = discreet(f'Not Found: {where}/calendar/{secret}.ics "GET"')
    assert written == f'Not Found: {where}/calendar/… "GET"'
    page = "/surrey/governance/calendar/addresses/make/"
    assert discreet(f"Not Found: {page}") == f"Not Found: {page}"


def test_no_partnership_takes_the_calendars_address(scene: Scene) -> None:
    surrey = scene.cast.surrey
    with pytest.raises(IntegrityError, match="partnership_slug_free"):
        save(Partnership(slug="calendar", name="x", convener=surrey.convener, area=surrey.area))


def test_other_peoples_addresses_are_in_nobodys_record_of_changes(scene: Scene, signed_in: Any) -> None:
    feed, _secret = make(scene, by=scene.cast.chair)
    address = f"/surrey/history/governance.calendarfeed/{feed.pk}/"
    assert signed_in(scene.cast.lead).get(address).status_code == 404
    assert "Calendar address" not in text(signed_in(scene.cast.auditor).get("/surrey/history/"))

"""A quarter's days counted back from the funder's, who is waited for, and asking them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from funding.models import SpendReminder
from funding.rules.timetable import Days, Stop, check, lateness, timetable
from funding.selectors.owing import owing
from funding.services import chasing, claim_checks, spending
from funding.services.refusals import Refused
from governance.models import CalendarFeed
from governance.services import feeds
from svd_portal.kit.errors import DomainError
from tests.cast import TODAY, save, signed_in
from tests.funding.makers import PARTS, Q2, Q3, award, quarterly_return, report
from tests.funding.pages import errors, look, queries, send, words

DUE = date(2024, 1, 31)
WAITING = "/surrey/funding/waiting/"


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def owed(cast, money):
    """Woking owes a report of quarter 3; its return is due on 31 January 2024."""
    quarterly_return(money, Q3)
    return award(money, cast.woking)


def test_days_are_counted_back_from_the_funders():
    assert [(each.stop, each.day) for each in timetable(DUE, Days())] == [
        (Stop.REPORTS, date(2024, 1, 17)),
        (Stop.CHECK, date(2024, 1, 21)),
        (Stop.COMMENTS, date(2024, 1, 24)),
        (Stop.CERTIFY, date(2024, 1, 28)),
        (Stop.SEND, DUE),
    ]


@pytest.mark.parametrize(
    ("days", "fields"),
    [
        (Days(), []),
        (Days(3, 3, 3, 0), []),
        (Days(9, 10, 7, 3), ["reports_days"]),
        (Days(14, 5, 7, 8), ["check_days", "comments_days"]),
    ],
)
def test_no_step_comes_after_the_next(days, fields):
    assert [each.field for each in check(days)] == fields


@pytest.mark.parametrize(
    ("day", "late", "said"),
    [(DUE, 0, ""), (date(2024, 2, 1), 1, "1 day late"), (date(2024, 2, 3), 3, "3 days late")],
)
def test_lateness_begins_the_day_after(day, late, said):
    last = timetable(DUE, Days())[-1]
    assert (last.late(day), lateness(last.late(day))) == (late, said)


def test_a_grant_has_its_own_days(cast, money):
    given = {"grant_id": money.grant.pk, "version": 1, "explain_from": Decimal(1), "reason": "Agreed"}
    with pytest.raises(Refused) as refusal:
        spending.set_spending(**given, days=Days(1, 2, 0, 0), by=cast.finance)
    assert refusal.value.field == "reports_days"
    changed = spending.set_spending(**given, days=Days(20, 15, 10, 5), by=cast.finance)
    assert changed.timetable_days == Days(20, 15, 10, 5)
    changed.reports_days = 1
    with pytest.raises(IntegrityError, match="grant_timetable_in_order"), transaction.atomic():
        save(changed)


def test_the_grants_page_leads_to_its_days(cast, money):
    address = f"/surrey/funding/grants/{money.grant.pk}/spending/"
    fields = {"explain_from": "5", "check_days": 10, "comments_days": 7, "certify_days": 3, "version": 1}
    answer = send(cast.finance, address, **fields, reports_days=9, reason="Why")
    assert errors(answer) == [
        "“Finance has checked the reports” is 10 days before the funder's day, "
        "so this comes at least as many days before."
    ]
    send(cast.finance, address, **fields, reports_days=21, reason="Why")
    money.grant.refresh_from_db()
    assert money.grant.reports_days == 21
    assert signed_in(cast.lead).get(address).status_code == 403


# Who is waited for


def waited(cast, today=TODAY):
    found = owing(cast.finance, cast.surrey, Q3, today)
    return [(each.partner, each.count, each.late, each.people) for each in found]


def test_a_partner_is_waited_for_until_it_has_reported_and_answered(cast, owed):
    assert waited(cast) == [(cast.woking, 1, 0, [cast.woking_rep])]
    assert waited(cast, DUE) == [(cast.woking, 1, 14, [cast.woking_rep])]
    made = report(owed, cast.woking_rep)
    assert waited(cast) == []
    claim_checks.send_back(claim_id=made.pk, version=1, comment="Why?", by=cast.finance, today=TODAY)
    assert waited(cast) == [(cast.woking, 1, 0, [cast.woking_rep])]


def test_nobody_is_waited_for_once_the_quarter_is_locked(cast, money):
    award(money, cast.woking)
    quarterly_return(money, Q3, status="checking")
    assert waited(cast) == []


def ask(cast, by=None, partners=None, today=TODAY):
    return chasing.chase(
        partnership=cast.surrey,
        quarter=Q3,
        partner_ids=[cast.woking.pk] if partners is None else partners,
        today=today,
        by=by or cast.finance,
    )


def test_one_press_asks_each_person_once_a_day(cast, money, owed, django_capture_on_commit_callbacks):
    award(money, cast.woking, reference="SV/2023/02")
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(cast) == 1
    with pytest.raises(DomainError, match="asked today already"):
        ask(cast)
    assert ask(cast, today=TODAY + timedelta(days=1)) == 1
    assert [(each.to, each.by, each.day) for each in SpendReminder.objects.all()] == [
        (cast.woking_rep, cast.finance, TODAY),
        (cast.woking_rep, cast.finance, TODAY + timedelta(days=1)),
    ]


def test_who_owes_nothing_is_not_asked(cast, owed):
    with pytest.raises(DomainError, match="owe nothing"):
        ask(cast, partners=[cast.police.pk])
    with pytest.raises(DomainError, match="owe nothing"):
        ask(cast, partners=[cast.their_police.pk])
    assert mail.outbox == []


@pytest.mark.parametrize("part", PARTS)
def test_who_may_ask(cast, owed, part):
    if part == "finance":
        assert ask(cast) == 1
        return
    with pytest.raises(PermissionDenied):
        ask(cast, getattr(cast, part))


def test_the_page_says_who_is_late_and_since_when(cast, owed, settings):
    settings.BUSINESS_DATE = "2024-01-20"
    page = look(cast.lead, WAITING)
    assert "Woking Borough Council 3 days late SV/2023/01" in page
    assert "17 January 2024 Partners report their spend 3 days late" in page
    assert "21 January 2024 Finance has checked the reports Next" in page
    assert "Ask all of them" not in page
    assert "Ask all of them" in look(cast.finance, WAITING)
    sent = {"partner": str(cast.woking.pk), "year": "2023-24", "quarter": "q3"}
    answer = signed_in(cast.finance).post(f"{WAITING}ask/", sent, follow=True)
    assert "1 person was asked." in words(answer)
    assert "Last asked" in words(answer)
    assert signed_in(cast.lead).post(f"{WAITING}ask/", sent).status_code == 403
    for address in ("/surrey/funding/", "/surrey/funding/returns/2023-24/q3/"):
        assert "17 January 2024 Partners report their spend 3 days late" in look(cast.lead, address)


def test_the_page_takes_as_many_queries_for_three_as_for_one(cast, money, owed):
    one = queries(cast.finance, WAITING)
    award(money, cast.police, reference="SV/2023/02")
    award(money, cast.woking, reference="SV/2023/03")
    assert queries(cast.finance, WAITING) == one == 11


# In everyone's calendar


def test_the_days_are_in_every_calendar_but_a_bodys(cast, owed):
    _feed, secret = feeds.make(partnership=cast.surrey, which=CalendarFeed.Which.MINE, by=cast.woking_rep)
    page = Client().get(f"/calendar/{secret}.ics").content.decode().replace("\r\n ", "")
    assert page.count("BEGIN:VEVENT") == 5
    assert "SUMMARY:2023/24 quarter 3: partners report their spend" in page
    assert "DTSTART;VALUE=DATE:20240117" in page
    assert "/surrey/funding/returns/2023-24/q3/" in page
    which = {"which": CalendarFeed.Which.BODY, "body_id": cast.executive.pk}
    _feed, secret = feeds.make(partnership=cast.surrey, **which, by=cast.woking_rep)
    assert b"VEVENT" not in Client().get(f"/calendar/{secret}.ics").content
    _feed, secret = feeds.make(partnership=cast.west_midlands, which=CalendarFeed.Which.ALL, by=cast.outsider)
    assert b"VEVENT" not in Client().get(f"/calendar/{secret}.ics").content


def test_a_quarter_without_a_return_has_no_days(cast, money):
    quarterly_return(money, Q2)
    assert "The days follow from the funder’s day" in look(cast.lead, WAITING)

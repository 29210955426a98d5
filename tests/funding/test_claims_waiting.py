"""What the home page reads from funding."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from funding.models import Claim
from funding.selectors import awards, overview, recent, waiting
from funding.selectors.claims import reporting_quarter
from partners import access
from svd_portal.kit.quarters import FinancialYear, Quarter
from tests.cast import TODAY
from tests.funding.makers import Q2, Q3, award, entered, quarterly_return, report
from tests.funding.pages import look


def owed(cast, user):
    found = waiting.spend_reports_for(user, cast.surrey, access.rights(user, cast.surrey), TODAY)
    return [(each.award.reference, each.quarter, each.due) for each in found]


@pytest.mark.parametrize(
    ("today", "year", "number"),
    [("2024-01-15", 2023, 3), ("2023-12-31", 2023, 2), ("2024-04-01", 2023, 4), ("2024-03-31", 2023, 3)],
)
def test_reports_are_due_for_the_last_quarter_that_ended(today, year, number):
    day = datetime.fromisoformat(today).date()
    assert reporting_quarter(day) == Quarter(FinancialYear(year), number)


def test_a_report_waits_for_its_own_partner_until_it_is_made(cast, money):
    made = award(money, cast.woking)
    due = quarterly_return(money, Q3).due
    assert owed(cast, cast.woking_rep) == [("SV/2023/01", Q3, due - timedelta(days=14))]
    for other in (cast.police_rep, cast.finance, cast.lead, cast.observer, cast.outsider):
        assert owed(cast, other) == []
    report(made, cast.woking_rep, Q3)
    assert owed(cast, cast.woking_rep) == []


def test_an_estimate_of_finance_s_is_no_report_of_the_partner_s(cast, money):
    made = award(money, cast.woking)
    entered(made, cast.finance)
    assert [reference for reference, _quarter, _due in owed(cast, cast.woking_rep)] == ["SV/2023/01"]
    seen = look(cast.woking_rep, "/surrey/")
    assert "SV/2023/01: £1,000.00 in 2023/24 quarter 3, an estimate" in seen


def test_no_report_waits_for_what_cannot_be_claimed(cast, money):
    award(money, cast.woking, decided=False)
    award(money, cast.woking, reference="SV/2023/02", last_day=Q2.last_day)
    award(money, cast.woking, reference="SV/2023/03", withdrawn_reason="Cancelled")
    assert owed(cast, cast.woking_rep) == []


def test_no_report_waits_once_the_quarter_is_locked(cast, money):
    award(money, cast.woking)
    quarterly_return(money, Q3, status="checking")
    assert owed(cast, cast.woking_rep) == []


def test_without_a_return_a_report_waits_without_a_date(cast, money):
    award(money, cast.woking)
    assert owed(cast, cast.woking_rep) == [("SV/2023/01", Q3, None)]


def test_what_is_new_since_a_moment(cast, money):
    before = datetime.now(UTC)
    made = award(money, cast.woking)
    claim = report(made, cast.woking_rep, Q3)
    assert list(recent.awards(cast.lead, cast.surrey, before)) == [made]
    assert list(recent.claims(cast.lead, cast.surrey, before)) == [claim]
    assert list(recent.claims(cast.outsider, cast.surrey, before)) == []
    later = Claim.objects.get().reported_at + timedelta(seconds=1)
    assert (
        list(recent.awards(cast.lead, cast.surrey, later)),
        list(recent.claims(cast.lead, cast.surrey, later)),
    ) == (
        [],
        [],
    )


def test_what_is_spent_by_year(cast, money):
    made = award(money, cast.woking)
    report(made, cast.woking_rep, Q3, "1000.00")
    award(money, cast.woking, reference="SV/2022/01", financial_year=2022)
    sums = overview.year_sums(overview.sums_by_year(awards.register(cast.lead, cast.surrey)))
    assert [(str(each.year), each.awarded, each.spent) for each in sums] == [
        ("2023/24", Decimal("4200.00"), Decimal("1000.00")),
        ("2022/23", Decimal("4200.00"), Decimal("0.00")),
    ]

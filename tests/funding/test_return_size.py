"""How a return grows: with 2,000 awards, and with the meetings behind them, it asks no more questions."""

import cProfile
import pstats
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from funding.models import Award, AwardDecision, Claim, QuarterlyReturn
from funding.rules import snapshots
from funding.selectors import returns as selectors
from governance.models import AgendaItem, Meeting
from tests.cast import SETUP, TODAY, Cast, save
from tests.funding import makers
from tests.funding.makers import Q3, YEAR, Money
from tests.funding.pages import look, queries
from tests.funding.return_story import award as return_award
from tests.funding.return_story import begin


def add(cast: Cast, money: Money, numbers: range) -> None:
    """Awards of £10.00, each with its decisions and a report of £2.50."""
    of = {"partnership": cast.surrey}
    awards = [
        Award(
            **of,
            grant=money.grant,
            reference=f"SV/2023/{number:04d}",
            financial_year=YEAR.start,
            title=f"Project {number}",
            purpose="intervention",
            cost_type="non_labour",
            recipient=cast.woking.organisation,
            partner=cast.woking,
            amount=Decimal("10.00"),
            first_day=YEAR.first_day,
            last_day=YEAR.last_day,
        )
        for number in numbers
    ]
    Award.objects.add_all(awards, by=SETUP)
    links = [
        AwardDecision(**of, award=award, decision=decision)
        for award in awards
        for decision in (money.agreed, money.notice)
    ]
    AwardDecision.objects.add_all(links, by=SETUP)
    claims = [
        Claim(
            **of,
            award=award,
            financial_year=YEAR.start,
            quarter=Q3.number,
            amount=Decimal("2.50"),
            forecast=Decimal("7.50"),
            forecast_next=Decimal("7.50"),
            reason="It began late.",
            reported_by=cast.woking_rep,
            reported_at=timezone.now(),
        )
        for award in awards
    ]
    Claim.objects.add_all(claims, by=SETUP)


def compiled(quarterly_return: QuarterlyReturn) -> dict[str, Any]:
    """The content as it is frozen."""
    found = QuarterlyReturn.objects.select_related("partnership", "grant__partnership").get(
        pk=quarterly_return.pk
    )
    content = selectors.content(found, known=selectors.facts(found), today=TODAY)
    return snapshots.read(snapshots.canonical(content))


def cost(quarterly_return: QuarterlyReturn) -> tuple[int, int]:
    """Questions, and calls of functions: what does not drift with the machine."""
    with CaptureQueriesContext(connection) as asked:
        compiled(quarterly_return)
    profile = cProfile.Profile()
    profile.runcall(compiled, quarterly_return)
    return len(asked), pstats.Stats(profile).total_calls  # type: ignore[attr-defined]


@pytest.mark.slow
def test_two_thousand_awards_take_twice_the_work_of_a_thousand_and_no_more_questions(
    cast: Cast, money: Money
) -> None:
    current = makers.quarterly_return(money)
    add(cast, money, range(1, 1001))
    questions, calls = cost(current)
    add(cast, money, range(1001, 2001))
    more_questions, more_calls = cost(current)
    assert (questions, more_questions) == (16, 16)
    assert more_calls / calls < 2.05
    lines = [line for group in compiled(current)["cost_types"] for line in group["lines"]]
    assert len(lines) == 2000
    assert sum(Decimal(line["actual"]) for line in lines) == Decimal("5000.00")


def test_the_page_asks_the_same_of_one_meeting_and_of_three(cast: Cast, settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()
    story = begin(cast)

    def rests_on_a_meeting(number: int) -> None:
        meeting = save(
            Meeting(
                partnership=cast.surrey,
                body=cast.executive,
                starts_at=datetime(2023, 6, number, 10, tzinfo=UTC),
            )
        )
        item = save(AgendaItem(partnership=cast.surrey, meeting=meeting, position=1, title="Spending"))
        agreed = makers.decision(cast, f"EXEC/2023/1{number}", item=item)
        return_award(cast, story.grant, f"SV/2023/1{number}", (agreed, story.notice))

    rests_on_a_meeting(1)
    address = "/surrey/funding/returns/2023-24/q3/"
    one = queries(cast.finance, address)
    rests_on_a_meeting(2)
    rests_on_a_meeting(3)
    assert "3 June 2023" in look(cast.finance, address)
    assert (one, queries(cast.finance, address)) == (23, 23)

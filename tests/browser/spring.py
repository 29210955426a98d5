"""Quarter 3 of the demonstration taken to its end by the services, and a portal in which it is April."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from funding.models import Award, Claim, QuarterlyReturn
from funding.services import claims, return_comments, returns
from partners.models import Partner, User
from svd_portal.kit.quarters import FinancialYear, Quarter
from tests.funding.return_story import Story, act, explain

ASKED, CLOSES, CLOSED = date(2024, 1, 16), date(2024, 1, 24), date(2024, 1, 25)
TODAY = date(2024, 4, 15)
YEAR = FinancialYear(2023)
WINTER = {
    "SV/2023/03": ("11900", "11900", ""),
    "SV/2023/07": ("7350", "7350", ""),
    "SV/2023/08": ("1000", "1800", "Two evenings fell out in the December storms."),
}
SPRING = {
    "SV/2023/01": "17149.52",
    "SV/2023/02": "12062.50",
    "SV/2023/03": "11900.00",
    "SV/2023/04": "6141.05",
    "SV/2023/05": "6900.00",
    "SV/2023/06": "10884.75",
    "SV/2023/07": "7350.00",
    "SV/2023/08": "1800.00",
    "SV/2023/09": "6562.50",
}


def person(name: str) -> Any:
    return User.objects.get(email=f"{name}@surrey.example")


def third() -> Story:
    """The open return of quarter 3, with the people who take it on."""
    found = QuarterlyReturn.objects.get(partnership__slug="surrey", quarter=3)
    people = SimpleNamespace(**{name: person(name) for name in ("finance", "checker", "cfo", "officer")})
    nobody: Any = None
    return Story(people, found.grant, nobody, nobody, nobody, nobody, found)  # type: ignore[arg-type]


def winter() -> None:
    """Three reports and an estimate; Woking comments, every other partner is silent; certified and sent."""
    story = third()
    finance = story.cast.finance
    for reference, (spent, left, reason) in WINTER.items():
        enter(reference, YEAR.quarters[2], spent, left, reason=reason)
    enter("SV/2023/10", YEAR.quarters[2], "6200", "6200", basis=Claim.Basis.ESTIMATE)
    for narrative in story.quarterly_return.narratives.filter(text=""):
        text = "As planned, but for the storms of December."
        returns.write_narrative(narrative_id=narrative.pk, version=narrative.version, text=text, by=finance)
    explain(story)
    act(story, "ask_for_comments", finance, closes_on=CLOSES, today=ASKED)
    return_comments.comment(
        return_id=story.quarterly_return.pk,
        partner=Partner.objects.get(partnership__slug="surrey", organisation__name="Woking Borough Council"),
        text="Our storms are told rightly.",
        by=person("woking"),
        today=ASKED,
    )
    act(story, "submit_for_check", finance, today=CLOSED)
    act(story, "pass_check", story.cast.checker, today=CLOSED)
    act(story, "certify", story.cast.cfo, capacity="cfo", today=CLOSED)
    act(story, "certify", story.cast.officer, capacity="lead", today=CLOSED)
    act(story, "mark_sent", finance, sent_on=CLOSED, today=CLOSED)


def spring() -> None:
    """What nine awards spent in quarter 4, as forecast; Guildford's is still to come."""
    for reference, spent in SPRING.items():
        enter(reference, YEAR.quarters[3], spent, "0")


def enter(
    reference: str,
    quarter: Quarter,
    spent: str,
    left: str,
    *,
    reason: str = "",
    basis: str = Claim.Basis.ON_BEHALF,
) -> None:
    claims.report_for_partner(
        award_id=Award.objects.get(partnership__slug="surrey", reference=reference).pk,
        quarter=quarter,
        basis=basis,
        amount=Decimal(spent),
        forecast_next=Decimal(left),
        forecast=Decimal(left),
        source="E-mail of the partner",
        reason=reason,
        by=person("finance"),
        today=TODAY if quarter.number == 4 else ASKED,
    )

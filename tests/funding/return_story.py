"""A small grant for tests of the return: two awards, a decision and a notice behind each, three quarters."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from funding.models import (
    Award,
    AwardDecision,
    Claim,
    FunderQuery,
    Grant,
    QuarterlyReturn,
    ReturnSection,
)
from funding.rules import snapshots
from funding.rules.costs import Purpose
from funding.selectors import returns as selectors
from funding.services import return_comments, return_funder, return_words, returns
from governance.models import Decision
from tests.cast import TODAY, Cast, organisation, save
from tests.funding.makers import allocation

DUE = date(2024, 1, 31)
REPORTED = datetime(2024, 1, 8, 9, 30, tzinfo=ZoneInfo("Europe/London"))


@dataclass
class Story:
    cast: Cast
    grant: Grant
    agreed: Decision
    notice: Decision
    analyst: Award
    mentoring: Award
    quarterly_return: QuarterlyReturn

    def reload(self) -> QuarterlyReturn:
        self.quarterly_return = QuarterlyReturn.objects.select_related("snapshot", "grant").get(
            pk=self.quarterly_return.pk
        )
        return self.quarterly_return


def grant(cast: Cast) -> Grant:
    made = save(
        Grant(
            partnership=cast.surrey,
            title="Serious Violence Duty grant",
            funder=organisation("Home Office"),
            recipient=cast.surrey.convener,
            agreement_signed_on=date(2023, 2, 2),
        )
    )
    for cost_type, amount in {"labour": "222555.91", "non_labour": "119212.44"}.items():
        allocation(made, cost_type, Decimal(amount))
    for position, heading in enumerate(["Milestones", "Interventions", "Risks"], 1):
        save(ReturnSection(partnership=cast.surrey, grant=made, position=position, heading=heading))
    return made


def decisions(cast: Cast) -> tuple[Decision, Decision]:
    """The Executive's decision and the PCC's notice that recognises it."""
    agreed = save(
        Decision(
            partnership=cast.surrey,
            kind="meeting",
            reference="EXEC/2023/02",
            body=cast.executive,
            verb="agreed",
            title="Spending plan for 2023/24",
            text="the spending plan for 2023/24.",
            taken_on=date(2023, 6, 14),
        )
    )
    notice = save(
        Decision(
            partnership=cast.surrey,
            kind="notice",
            reference="12/2023",
            recognises=agreed,
            verb="approved",
            title="Serious Violence Duty spending 2023/24",
            text="the awards agreed by the Executive.",
            taken_on=date(2023, 6, 30),
        )
    )
    return agreed, notice


def award(cast: Cast, made: Grant, reference: str, backing: tuple[Decision, ...], **facts: Any) -> Award:
    facts = {
        "title": "Public health analyst",
        "purpose": Purpose.ANALYSIS,
        "partner": cast.police,
        "amount": Decimal("60000.00"),
        "first_day": date(2023, 7, 1),
        "last_day": date(2024, 3, 31),
        **facts,
    }
    new = save(
        Award(
            partnership=cast.surrey,
            grant=made,
            reference=reference,
            financial_year=2023,
            cost_type=Purpose(facts["purpose"]).cost_type,
            recipient=facts["partner"].organisation,
            **facts,
        )
    )
    for decision in backing:
        save(AwardDecision(partnership=cast.surrey, award=new, decision=decision))
    return new


def report(
    on: Award, quarter: int, amount: str, forecast: str, next_quarter: str = "0", **more: Any
) -> Claim:
    """A spend report as the partner made it."""
    return save(
        Claim(
            partnership=on.partnership,
            award=on,
            financial_year=2023,
            quarter=quarter,
            amount=Decimal(amount),
            forecast=Decimal(forecast),
            forecast_next=Decimal(next_quarter),
            reported_at=REPORTED,
            **more,
        )
    )


def change_claim(on: Award, amount: str, quarter: int = 3) -> Claim:
    """Correct what was reported; the rest of the award is forecast."""
    claim = Claim.objects.get(award=on, quarter=quarter)
    claim.amount = Decimal(amount)
    return save(claim)


def begin(cast: Cast) -> Story:
    """Quarter 3 open; Surrey Police has reported on both quarters, Woking on none of its one."""
    made = grant(cast)
    agreed, notice = decisions(cast)
    analyst = award(cast, made, "SV/2023/01", (agreed, notice))
    mentoring = award(
        cast,
        made,
        "SV/2023/02",
        (agreed, notice),
        title="Mentoring in the town centre",
        purpose=Purpose.INTERVENTION,
        partner=cast.woking,
        amount=Decimal("4200.00"),
        first_day=date(2023, 10, 1),
    )
    report(analyst, 2, "20000.00", "40000.00", "20000.00")
    report(analyst, 3, "19600.00", "20400.00", "20400.00", reason="A vacancy in October.")
    opened = returns.open_return(grant=made, year=2023, quarter=3, due=DUE, by=cast.finance)
    return Story(cast, made, agreed, notice, analyst, mentoring, opened)


def complete(story: Story) -> Story:
    """Woking reports too, and every heading has a text."""
    report(story.mentoring, 3, "2100.50", "2099.50", "2099.50")
    for narrative in story.quarterly_return.narratives.select_related("section"):
        returns.write_narrative(
            narrative_id=narrative.pk,
            version=narrative.version,
            text=f"{narrative.section} are on course.",
            by=story.cast.finance,
        )
    explain(story)
    return story


SERVICES = {
    each.__name__: each
    for each in (
        returns.submit_for_check,
        returns.pass_check,
        returns.certify,
        returns.send_back,
        return_comments.ask_for_comments,
        return_comments.give_more_time,
        return_funder.mark_sent,
        return_funder.record_acceptance,
    )
}


def act(story: Story, step: str, by: Any, **facts: Any) -> QuarterlyReturn:
    """Take a step on the return as it now stands; submitted without asking partners unless they were."""
    current = story.reload()
    if step == "submit_for_check" and current.status == "preparing":
        facts.setdefault("reason", "All of them saw the figures at the Executive.")
    if step == "certify":
        facts.setdefault("sha256", current.snapshot.sha256 if current.snapshot else "0" * 64)
    if step == "pass_check":
        facts.setdefault("sha256", snapshots.digest_read(selectors.shown(current, today=TODAY)[1]))
    if step == "mark_sent":
        facts.setdefault("channel", "email")
    SERVICES[step](**{"return_id": current.pk, "version": current.version, "by": by, "today": TODAY, **facts})
    return story.reload()


def explain(story: Story, text: str = "Known, and in hand.") -> None:
    """A sentence of the preparer to every warning that has none."""
    current = story.reload()
    for warning in selectors.facts(current).unexplained:
        return_words.explain(return_id=current.pk, warning=warning.sentence, text=text, by=story.cast.finance)


def lock(story: Story) -> QuarterlyReturn:
    explain(story)
    act(story, "submit_for_check", story.cast.finance)
    return act(story, "pass_check", story.cast.checker)


def certify(story: Story) -> QuarterlyReturn:
    lock(story)
    act(story, "certify", story.cast.cfo, capacity="cfo")
    return act(story, "certify", story.cast.officer, capacity="lead")


def sent(story: Story) -> QuarterlyReturn:
    certify(story)
    return act(story, "mark_sent", story.cast.finance, sent_on=TODAY, reference=" SVD-77 ")


def query(story: Story, text: str = "Why is labour low?", **more: Any) -> FunderQuery:
    return return_funder.record_query(
        **{
            "return_id": story.quarterly_return.pk,
            "asked_on": date(2024, 1, 18),
            "asked_by": "The grants team",
            "text": text,
            "due": date(2024, 1, 25),
            "by": story.cast.finance,
            "today": date(2024, 1, 18),
            **more,
        }
    )


def reply(story: Story, asked: FunderQuery, **more: Any) -> FunderQuery:
    return return_funder.answer_query(
        **{
            "query_id": asked.pk,
            "version": asked.version,
            "answer": "A vacancy in October.",
            "by": story.cast.finance,
            "today": date(2024, 1, 22),
            **more,
        }
    )

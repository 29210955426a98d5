"""Contents of returns for looking at: as long as one may get, ordinary, and empty."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from funding.documents import Frozen
from funding.rules import findings as find
from funding.rules import returns as rules
from funding.rules import sections, snapshots
from funding.rules.costs import CostType
from funding.rules.sections import Kind, Section

CREATED = datetime(2024, 1, 29, 10, 0, tzinfo=UTC)
ALLOCATIONS = {CostType.LABOUR: Decimal("222555.91"), CostType.NON_LABOUR: Decimal("119212.44")}
COVER = {
    "partnership": "Surrey",
    "slug": "surrey",
    "grant": "Serious Violence Duty grant",
    "funder": "Home Office",
    "grant_recipient": "Office of the Police and Crime Commissioner for Surrey",
    "agreement_signed_on": date(2023, 2, 2),
    "year": "2023/24",
    "year_slug": "2023-24",
    "quarter": 3,
    "months": "October to December",
    "first_day": date(2023, 10, 1),
    "last_day": date(2023, 12, 31),
    "version": 1,
    "corrects": "",
    "round": 1,
    "due": date(2024, 1, 31),
    "final": False,
    "illustrative": True,
    "certifiers": ["cfo", "lead"],
    "figures_as_on": date(2024, 1, 22),
}
MILESTONES = [
    snapshots.MilestoneFacts(
        "Partnership identified, with a partnership agreement",
        date(2023, 3, 31),
        False,
        "Met",
        date(2023, 3, 30),
        "Grant agreement",
    ),
    snapshots.MilestoneFacts(
        "Delivery plan", date(2023, 9, 30), True, "Met late", date(2023, 10, 12), "Grant agreement"
    ),
    snapshots.MilestoneFacts("Strategic needs assessment", date(2024, 1, 31), False, "Due soon"),
    snapshots.MilestoneFacts("Strategy", date(2024, 1, 31), False, "Due soon"),
]
AGREED = rules.Basis(
    "a", "EXEC/2023/02", "Taken at a meeting", "Surrey Serious Violence Reduction Executive", "agreed",
    date(2023, 6, 14), "the spending plan for 2023/24",
)  # fmt: skip
NOTICE = rules.Basis(
    "b", "12/2023", "PCC decision notice", "", "approved", date(2023, 6, 30), "Serious Violence Duty spending"
)
TEXTS = {
    "Milestones": "The needs assessment and the strategy are drafted and are due on 31 January.\n\n"
    "The delivery plan was adopted in October, two weeks late: the districts asked for a second reading.",
    "Interventions": "Mentoring in two towns reached 46 young people this quarter.",
    "People reached": "",
    "Risks": "Problem profiles for town centre violence are missing until the second analyst starts.",
}


@dataclass(frozen=True)
class Signature:
    step: str
    label: str
    by: str
    role: str
    taken_on: date

    def get_step_display(self) -> str:
        return self.label


SIGNATURES = [
    Signature("prepared", "Prepared", "P. Reparer", "PCC finance officer", date(2024, 1, 19)),
    Signature("checked", "Finance check passed", "C. Hecker", "PCC finance checker", date(2024, 1, 22)),
    Signature(
        "certified_cfo",
        "Certified by the chief finance officer",
        "C. Fo",
        "Chief finance officer",
        date(2024, 1, 24),
    ),
    Signature(
        "certified_lead",
        "Certified by the PCC lead officer",
        "L. Officer",
        "PCC lead officer",
        date(2024, 1, 29),
    ),
]


def award(number: int, *, labour: bool = False, reason: str = "", **facts: Any) -> rules.AwardFacts:
    """The `number`th award: runs all year, reported in every quarter so far."""
    spent = Decimal("1234.56")
    reports = {
        quarter: rules.Report(
            quarter,
            spent,
            spent * (4 - quarter),
            spent if quarter < 4 else Decimal(0),
            reason=reason if quarter == 3 else "",
            evidence=number % 2,
        )
        for quarter in (1, 2, 3)
    }
    return rules.AwardFacts(
        **{
            "key": str(number),
            "reference": f"SV/2023/{number:02d}",
            "title": "Mentoring in the town centre",
            "recipient": "Woking Borough Council",
            "partner": "Woking Borough Council",
            "purpose": "Intervention",
            "cost_type": CostType.LABOUR if labour else CostType.NON_LABOUR,
            "amount": spent * 4,
            "runs": frozenset({1, 2, 3, 4}),
            "delivery_action": "P4.1 Mentoring for young people at risk",
            "priority": "4. Focused prevention",
            "reports": reports,
            "decisions": (AGREED, NOTICE),
            **facts,
        }
    )


def content(
    awards: list[rules.AwardFacts],
    narrative: dict[str, str],
    milestones: list[snapshots.MilestoneFacts],
    allocations: dict[CostType, Decimal] = ALLOCATIONS,
    *,
    laid_out: list[Section] | None = None,
    reached: list[snapshots.ReachFacts] | None = None,
    **cover: Any,
) -> dict[str, Any]:
    from svd_portal.kit.quarters import FinancialYear, Quarter

    figures = rules.figures(quarter=Quarter(FinancialYear(2023), 3), allocations=allocations, awards=awards)
    return snapshots.content(
        cover=COVER | cover,
        figures=figures,
        findings=find.findings(figures=figures, awards=awards, narrative=narrative),
        narrative=narrative,
        milestones=milestones,
        sections=laid_out or sections.laid_out(Section(name, Kind.TEXT, name) for name in narrative),
        reached=reached or [],
    )


def ordinary() -> dict[str, Any]:
    estimate = rules.Report(3, Decimal("900.00"), Decimal("1100.00"), basis="estimate", source="its ledger")
    awards = [
        award(1, labour=True, title="Public health analyst", recipient="Surrey County Council",
              partner="Surrey County Council", amount=Decimal("60000.00"),
              reports={2: rules.Report(2, Decimal("20000.00"), Decimal("40000.00"), Decimal("20000.00")),
                       3: rules.Report(3, Decimal("19600.00"), Decimal("20000.00"), Decimal("20000.00"),
                                       reason="The post was vacant for six days in October.", evidence=1)}),
        award(2, labour=True, title="Police analyst", recipient="Surrey Police", partner="Surrey Police",
              amount=Decimal("48000.00"),
              reports={3: rules.Report(3, Decimal("31250.75"), Decimal("16749.25"), Decimal("16749.25"))}),
        award(3),
        award(4, title="Outreach after dark", reports={3: estimate}, amount=Decimal("2000.00")),
        award(5, title="Cameras at the station", runs=frozenset({4}), reports={}, amount=Decimal("18500.00")),
        award(6, title="Evaluation", reports={}, noticed=False),
    ]  # fmt: skip
    return content(awards, TEXTS, MILESTONES)


def talked_about() -> dict[str, Any]:
    """What its preparer and its partners say of it, and how it differs from the version before."""
    plain = ordinary()
    warning = next(each for each in plain["findings"] if each["severity"] == "warning")
    comment = {"partner": "Woking Borough Council", "text": "The evenings were cut by storms."}
    answer = {"answer": "It is in the narrative now.", "answered_on": "2024-01-20"}
    heard = {
        "opened_on": "2024-01-15",
        "closes_on": "2024-01-29",
        "later": {
            "on": "2024-01-22",
            "first": "2024-01-24",
            "reason": "The councils met on 25 January.",
            "by": "the PCC finance officer",
        },
        "skipped": "",
        "silent": ["Surrey Probation Service"],
        "comments": [{**comment, "made_on": "2024-01-18", "in_window": True, **answer}],
    }
    was_and_is = {"was": "4500.00", "now": "0.00", "in_words": "£4,500.00 less"}
    differs = {"what": "SV/2023/03", "award_id": "x", "figure": "This quarter", **was_and_is}
    return plain | {
        "findings": [
            each | {"explanation": "Known, and in hand."} if each is warning else each
            for each in plain["findings"]
        ],
        "partner_comments": heard,
        "changes": {"since_version": 1, "figures": [differs], "words": [], "findings_gone": []},
    }


def several(count: int) -> dict[str, Any]:
    """So many awards, every third of labour costs, every fourth with a reason."""
    reason = "Sessions planned for October were moved to February."
    awards = [
        award(number, labour=number % 3 == 0, reason=reason if number % 4 == 0 else "")
        for number in range(1, count + 1)
    ]
    return content(awards, TEXTS, MILESTONES)


def long() -> dict[str, Any]:
    reason = (
        "The provider could not recruit until November because references took longer than expected; "
        "sessions that were planned for October will now be held in February and March, in the same places. "
    ) * 4
    awards = [
        award(
            number,
            labour=number % 3 == 0,
            reason=reason,
            title="Mentoring, outreach and family support in the town centres of the north-east " * 2,
            recipient="A Community Interest Company With a Very Long Registered Name Limited",
            decisions=(AGREED, NOTICE, AGREED),
        )
        for number in range(1, 41)
    ]
    narrative = {f"Heading {number}": "\n\n".join([reason * 3] * 3) for number in range(1, 6)}
    return content(awards, narrative, MILESTONES * 10, version=2, corrects=reason)


def empty() -> dict[str, Any]:
    return content([], {}, [], {}, agreement_signed_on=None, illustrative=False)


def frozen(content: dict[str, Any]) -> Frozen:
    """The content as it is certified, with four signatures."""
    return Frozen(content, snapshots.canonical(content), SIGNATURES, CREATED)

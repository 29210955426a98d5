"""Small true stories to test with: a grant, its allocations, awards with decisions, claims."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from funding.models import (
    Allocation,
    Award,
    AwardDecision,
    Claim,
    Grant,
    Proposal,
    QuarterlyReturn,
    ReturnStep,
)
from funding.rules.costs import Purpose
from funding.rules.stages import Stage
from funding.services import awards as award_services
from funding.services import claims as claim_services
from funding.services import proposals as proposal_services
from funding.services.award_content import Content
from funding.services.grants import enter_difference
from funding.services.proposals import Asked
from governance.models import Decision
from partners.models import Partner, User
from svd_portal.kit.files import ValidatedUpload, validate_upload
from svd_portal.kit.quarters import FinancialYear, Quarter
from tests.cast import SETUP, TODAY, Cast, organisation, save

YEAR = FinancialYear(2023)
Q1, Q2, Q3, Q4 = YEAR.quarters
LABOUR, NON_LABOUR = Decimal("222555.91"), Decimal("119212.44")
PARTS = (
    *("lead", "finance", "checker", "officer", "cfo", "auditor", "admin"),
    *("police_rep", "woking_rep", "chair", "observer", "outsider", "nobody"),
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass
class Money:
    """Surrey's grant of 2023/24 with both decisions that awards rest on."""

    grant: Grant
    agreed: Decision
    notice: Decision


def decision(
    cast: Cast, reference: str, *, kind: str = "meeting", verb: str = "agreed", **more: Any
) -> Decision:
    return save(
        Decision(
            **{
                "partnership": cast.surrey,
                "kind": kind,
                "reference": reference,
                "body": None if kind == "notice" else cast.executive,
                "verb": verb,
                "title": f"Decision {reference}",
                "text": "Agreed to fund the project.",
                "taken_on": date(2023, 5, 1),
                **more,
            }
        )
    )


def money(cast: Cast, **amounts: Decimal) -> Money:
    grant = save(
        Grant(
            partnership=cast.surrey,
            title="Serious Violence Duty grant",
            funder=organisation("Home Office"),
            recipient=cast.surrey.convener,
        )
    )
    for cost_type, amount in ({"labour": LABOUR, "non_labour": NON_LABOUR} | amounts).items():
        allocation(grant, cost_type, amount)
    return Money(
        grant, decision(cast, "EXEC/2023/01"), decision(cast, "12/2023", kind="notice", verb="approved")
    )


@transaction.atomic
def allocation(grant: Grant, cost_type: str, amount: Decimal, year: int = 2023) -> Allocation:
    """What the grant gives, with the entry that it is the sum of."""
    made: Allocation = save(
        Allocation(
            partnership=grant.partnership,
            grant=grant,
            financial_year=year,
            cost_type=cost_type,
            amount=amount,
        )
    )
    enter_difference(made, given_on=date(2023, 2, 2), reason="", by=SETUP)
    return made


def content(ours: Partner, /, **changes: Any) -> Content:
    return Content(
        **{
            "year": YEAR,
            "title": "Detached youth work",
            "purpose": Purpose.INTERVENTION,
            "recipient": ours.organisation,
            "partner": ours,
            "amount": Decimal("4200.00"),
            "first_day": YEAR.first_day,
            "last_day": YEAR.last_day,
            **changes,
        }
    )


def award(
    money: Money, partner: Partner, *, reference: str = "SV/2023/01", decided: bool = True, **changes: Any
) -> Award:
    made = save(
        Award(
            **{
                "partnership": money.grant.partnership,
                "grant": money.grant,
                "reference": reference,
                "financial_year": 2023,
                "title": "Detached youth work",
                "purpose": "intervention",
                "cost_type": "non_labour",
                "recipient": partner.organisation,
                "partner": partner,
                "amount": Decimal("4200.00"),
                "first_day": YEAR.first_day,
                "last_day": YEAR.last_day,
                **changes,
            }
        )
    )
    if decided:
        for each in (money.agreed, money.notice):
            link(made, each)
    return made


def propose(cast: Cast, money: Money, **changes: Any) -> Award:
    return award_services.propose_award(
        grant=money.grant, content=content(cast.woking, **changes), by=cast.finance
    )


def stage(made: Award) -> Stage:
    return Award.objects.with_stage().get(pk=made.pk).stage


def link(award: Award, decision: Decision) -> AwardDecision:
    return save(AwardDecision(partnership=award.partnership, award=award, decision=decision))


def report(award: Award, by: Any, quarter: Quarter = Q3, amount: str = "1000.00", **changes: Any) -> Claim:
    return claim_services.report_spend(
        **{
            "award_id": award.pk,
            "quarter": quarter,
            "amount": Decimal(amount),
            "forecast_next": Decimal(0),
            "forecast": Decimal(0),
            "by": by,
            "today": TODAY,
            **changes,
        }
    )


def entered(award: Award, by: Any, quarter: Quarter = Q3, amount: str = "1000.00", **changes: Any) -> Claim:
    """What finance enters for a partner, an estimate unless told otherwise."""
    return claim_services.report_for_partner(
        **{
            "award_id": award.pk,
            "quarter": quarter,
            "basis": "estimate",
            "amount": Decimal(amount),
            "forecast_next": Decimal(0),
            "forecast": Decimal(0),
            "source": "Last year's pattern",
            "by": by,
            "today": TODAY,
            **changes,
        }
    )


def quarterly_return(
    money: Money, quarter: Quarter = Q3, *, status: str = "preparing", **changes: Any
) -> QuarterlyReturn:
    made: QuarterlyReturn = save(
        QuarterlyReturn(
            **{
                "partnership": money.grant.partnership,
                "grant": money.grant,
                "financial_year": quarter.year.start,
                "quarter": quarter.number,
                "due": date(2024, 1, 31),
                **changes,
            }
        )
    )
    if made.status == status:
        return made
    for step in ("comments_skipped", "prepared"):
        ReturnStep.objects.create(
            partnership=made.partnership,
            quarterly_return=made,
            round=made.round,
            step=step,
            by=User.objects.get(email="finance@surrey.example"),
            role="PCC finance officer",
            taken_on=TODAY,
            note="Seen at the Executive.",
        )
    made.status = status
    return save(made)


def upload(name: str = "payroll.pdf", content: bytes = PDF) -> ValidatedUpload:
    return validate_upload(SimpleUploadedFile(name, content))


def asked(ours: Partner, /, **changes: Any) -> Asked:
    """What Woking proposes for 2024/25."""
    year = FinancialYear(2024)
    return Asked(
        **{
            "year": year,
            "title": "Evenings in town",
            "purpose": Purpose.INTERVENTION,
            "recipient": ours.organisation,
            "partner": ours,
            "amount": Decimal("6000.00"),
            "first_day": year.first_day,
            "last_day": year.last_day,
            "reasons": "A trusted adult keeps young people from harm.",
            "value_for_money": "One worker meets forty young people.",
            **changes,
        }
    )


def propose_spend(
    cast: Cast, money: Money, *, by: Any = None, proposal_id: Any = None, **changes: Any
) -> Proposal:
    return proposal_services.propose(
        grant=money.grant,
        asked=asked(cast.woking, **changes),
        by=by or cast.woking_rep,
        today=TODAY,
        proposal_id=proposal_id,
    )

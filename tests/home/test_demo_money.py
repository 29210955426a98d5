"""The demonstration's money: allocations, awards, claims and returns to the penny."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Sum

from funding.models import Allocation, Award, Claim, Division, Grant, QuarterlyReturn, Virement
from funding.rules.stages import Stage
from funding.selectors import ledger
from partners.models import Partnership
from svd_portal.home.importing.layout import PARTNERSHIP
from svd_portal.home.importing.loading import load
from svd_portal.home.importing.problems import ImportRefused
from svd_portal.home.management.commands.load_demo import FOLDER
from svd_portal.kit.models.documents import Document
from svd_portal.kit.quarters import FinancialYear

pytestmark = pytest.mark.usefixtures("demonstration")


def test_surreys_allocations_to_the_penny(surrey: Partnership) -> None:
    rows = Allocation.objects.filter(partnership=surrey).order_by("financial_year", "cost_type")
    assert list(rows.values_list("financial_year", "cost_type", "amount")) == [
        (2022, "labour", Decimal("47417.32")),
        (2022, "non_labour", Decimal("0.00")),
        (2023, "labour", Decimal("222555.91")),
        (2023, "non_labour", Decimal("119212.44")),
        (2024, "labour", Decimal("211864.69")),
        (2024, "non_labour", Decimal("334965.78")),
    ]
    totals = rows.order_by("financial_year").values_list("financial_year").annotate(Sum("amount"))
    assert list(totals) == [
        (2022, Decimal("47417.32")),
        (2023, Decimal("341768.35")),
        (2024, Decimal("546830.47")),
    ]


def test_awards_and_claims_add_up(surrey: Partnership) -> None:
    awards = Award.objects.filter(partnership=surrey, financial_year=2023)
    by_cost_type = awards.order_by("cost_type").values_list("cost_type").annotate(Sum("amount"))
    assert list(by_cost_type) == [("labour", Decimal("219555.91")), ("non_labour", Decimal("113450.00"))]

    claims = Claim.objects.filter(partnership=surrey)
    by_quarter = (
        claims.order_by("financial_year", "quarter", "award__cost_type")
        .values_list("financial_year", "quarter", "award__cost_type")
        .annotate(Sum("amount"))
    )
    assert list(by_quarter) == [
        (2022, 4, "labour", Decimal("47417.32")),
        (2023, 1, "labour", Decimal("42203.25")),
        (2023, 1, "non_labour", Decimal("9870.40")),
        (2023, 2, "labour", Decimal("55101.06")),
        (2023, 2, "non_labour", Decimal("24882.35")),
        (2023, 3, "labour", Decimal("41948.53")),
        (2023, 3, "non_labour", Decimal("16750.00")),
    ]
    assert Award.objects.get(reference="SV/2023/08").amount == Decimal("4200.00")
    assert not Award.objects.filter(illustrative=False).exists()


def test_money_was_moved_by_a_decision_that_the_pcc_recognised(surrey: Partnership) -> None:
    moved = Virement.objects.get(partnership=surrey)
    assert (str(moved), moved.decision.reference, moved.crosses) == (
        "£2,400.00, 2023-12-21",
        "EXEC/2023/14",
        False,
    )
    assert (moved.from_award.reference, moved.from_left) == ("SV/2023/02", Decimal("45850.00"))
    assert (moved.to_award.reference, moved.to_makes) == ("SV/2023/05", Decimal("15005.91"))
    assert (moved.from_award.amount, moved.to_award.amount) == (moved.from_left, moved.to_makes)
    assert moved.illustrative


def test_the_ledger_of_quarter_two_agrees_but_for_one_line_that_is_explained(surrey: Partnership) -> None:
    grant, quarter = Grant.objects.get(partnership=surrey), FinancialYear(2023).quarters[1]
    state = ledger.state(grant.pk, quarter)
    assert state is not None
    assert state.found.sentence == "Reconciled: 9 items matched, 1 without a match explained."
    assert [(each.words, each.amount) for each in state.found.open] == [
        ("JNL 2217, Room hire, victims’ services conference", Decimal("310.00"))
    ]
    assert ledger.state(grant.pk, FinancialYear(2023).quarters[2]) is None


def test_award_stages(surrey: Partnership) -> None:
    awards = Award.objects.filter(partnership=surrey).with_stage().order_by("reference")
    stages = {award.reference: award.stage for award in awards}
    assert stages.pop("SV/2024/01") == Stage.AWAITING_PCC
    assert {stages.pop("SV/2023/11"), stages.pop("SV/2023/12")} == {Stage.AWAITING_PCC, Stage.PROPOSED}
    assert set(stages.values()) == {Stage.AWARDED}
    capital = Award.objects.get(partnership=surrey, capital=True)
    assert (capital.reference, capital.capital_reason[:20]) == ("SV/2023/10", "The streets concerne")


def test_quarter_three_waits_for_four_reports(surrey: Partnership) -> None:
    quarter = (date(2023, 10, 1), date(2023, 12, 31))
    running = Award.objects.filter(partnership=surrey).for_quarter(*quarter)
    missing = running.exclude(claims__quarter=3).order_by("reference")
    assert [(award.reference, award.partner.name) for award in missing] == [
        ("SV/2023/03", "Surrey Police"),
        ("SV/2023/07", "Surrey Police"),
        ("SV/2023/08", "Woking Borough Council"),
        ("SV/2023/10", "Guildford Borough Council"),
    ]
    third = QuarterlyReturn.objects.get(partnership=surrey, quarter=3)
    assert (third.status, third.due) == ("preparing", date(2024, 1, 31))
    assert sorted(len(n.text) > 0 for n in third.narratives.all()) == [False, False, False, True]


@pytest.mark.parametrize(
    ("quarter", "spent", "days"),
    [
        (1, "52073.65", [date(2023, 7, day) for day in (18, 20, 25, 26, 28)]),
        (2, "79983.41", [date(2023, 10, day) for day in (18, 20, 25, 26, 30)]),
    ],
)
def test_sent_returns_are_frozen(surrey: Partnership, quarter: int, spent: str, days: list[date]) -> None:
    sent = QuarterlyReturn.objects.get(partnership=surrey, quarter=quarter)
    assert sent.status == {1: "accepted", 2: "queried"}[quarter]
    steps = (
        sent.steps.exclude(step__in=["comments_asked", "accepted"])
        .order_by("taken_on")
        .values_list("step", "by__email", "taken_on")
    )
    assert list(steps) == [
        ("prepared", "finance@surrey.example", days[0]),
        ("checked", "checker@surrey.example", days[1]),
        ("certified_cfo", "cfo@surrey.example", days[2]),
        ("certified_lead", "officer@surrey.example", days[3]),
        ("sent", "finance@surrey.example", days[4]),
    ]
    claimed = Claim.objects.filter(partnership=surrey, financial_year=2023, quarter=quarter)
    assert claimed.aggregate(total=Sum("amount"))["total"] == Decimal(spent)
    assert f'"{spent}"' in sent.snapshot.canonical
    assert sent.windows.get().silences.count() == 20
    request = Document.objects.get(kind="quarterly-return", subject=sent.snapshot_id)
    assert request.state == "queued"


def test_a_sent_return_knows_nothing_of_what_came_later(surrey: Partnership) -> None:
    july, october = (
        QuarterlyReturn.objects.get(partnership=surrey, quarter=quarter).snapshot.canonical
        for quarter in (1, 2)
    )
    assert "SV/2023/09" in july
    assert "SV/2023/10" not in july
    assert "SV/2023/10" in october
    assert "SV/2023/11" not in october
    assert ("2023-09-14" in july, "2023-09-14" in october) == (False, True)


def test_west_midlands_needs_one_certificate(west_midlands: Partnership) -> None:
    sent = QuarterlyReturn.objects.get(partnership=west_midlands)
    assert list(sent.steps.order_by("taken_on").values_list("step", flat=True)) == [
        "prepared",
        "checked",
        "certified_cfo",
        "sent",
    ]
    assert (
        "21,727 people under 25 and 1,898 professionals" in sent.narratives.get(section__heading="Reach").text
    )


def test_west_midlands_shares_equally(west_midlands: Partnership) -> None:
    shares = Award.objects.filter(partnership=west_midlands, cost_type="non_labour")
    assert sorted(shares.values_list("amount", flat=True)) == [Decimal("57142.85")] * 7
    allocation = Allocation.objects.get(partnership=west_midlands, cost_type="non_labour")
    assert allocation.amount - shares.aggregate(total=Sum("amount"))["total"] == Decimal("0.05")


def test_west_midlands_plans_equal_shares_and_says_where_five_pence_went(west_midlands: Partnership) -> None:
    division = Division.objects.get(partnership=west_midlands)
    shares = [share.amount for share in division.shares.all()]
    assert shares == [Decimal("57142.85")] * 6 + [Decimal("57142.90")]
    assert (division.amount, division.illustrative) == (Decimal("400000.00"), True)


def test_a_sent_quarter_refuses_a_changed_claim(tmp_path: Path) -> None:
    first = FOLDER / "surrey" / "1-july-2023"
    shutil.copy(first / "partnership.csv", tmp_path)
    text = (first / "claims.csv").read_text("utf-8")
    assert text.count("SV/2023/02,1,7412.50,") == 1
    (tmp_path / "claims.csv").write_text(
        text.replace("SV/2023/02,1,7412.50,", "SV/2023/02,1,7412.49,"), "utf-8"
    )

    with transaction.atomic(), pytest.raises(ImportRefused) as refusal:
        load(tmp_path, PARTNERSHIP)

    assert [str(problem) for problem in refusal.value.problems] == [
        "claims.csv, row 4, column quarter: the figures of this quarter are locked "
        "and can no longer be changed"
    ]

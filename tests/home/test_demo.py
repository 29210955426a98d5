"""The demonstration: its figures to the penny, its gaps, and a second run that changes nothing."""

import shutil
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum
from django.test import override_settings

from funding.models import Allocation, Award, Claim, QuarterlyReturn
from funding.rules.stages import Stage
from governance.models import Action, AgendaItem, Attendance, Body, Decision, Meeting, Seat
from governance.services import references
from milestones.models import DeliveryAction, Milestone, Priority, Product
from partners import access, demo
from partners.models import Partner, PartnerCapacity, Partnership, Succession, User
from partners.roles import Permission
from svd_portal.home.importing.layout import PARTNERSHIP
from svd_portal.home.importing.loading import load
from svd_portal.home.importing.problems import ImportRefused
from svd_portal.home.management.commands.load_demo import ALSO, FOLDER
from svd_portal.kit.models.documents import Document

GRANT = "Serious Violence Duty grant"


pytestmark = pytest.mark.usefixtures("demonstration")


@pytest.fixture
def surrey() -> Partnership:
    return Partnership.objects.get(slug="surrey")


@pytest.fixture
def west_midlands() -> Partnership:
    return Partnership.objects.get(slug="west-midlands")


def person(address: str) -> User:
    return User.objects.get(email=address)


def everything() -> dict[str, int]:
    return {m._meta.db_table: m._base_manager.count() for m in apps.get_models()}


def test_it_refuses_outside_demo_mode() -> None:
    with override_settings(DEMO=False), pytest.raises(CommandError) as refusal:
        call_command("load_demo", stdout=StringIO())
    assert str(refusal.value) == "load_demo runs only with SVD_DEMO=1: its passwords are public."


def test_a_second_run_writes_nothing() -> None:
    before = everything()
    out = StringIO()

    call_command("load_demo", stdout=out)

    assert everything() == before
    told = [line for line in out.getvalue().splitlines() if ".csv" in line]
    assert len(told) == 35
    assert all(" 0 created, 0 changed, " in line for line in told)


@pytest.mark.parametrize(
    ("model", "in_surrey", "in_west_midlands"),
    [
        (Partner, 21, 14),
        (PartnerCapacity, 23, 28),
        (Body, 9, 12),
        (Seat, 43, 15),
        (Meeting, 7, 3),
        (Attendance, 113, 30),
        (Decision, 22, 5),
        (Action, 10, 2),
        (Milestone, 9, 8),
        (Priority, 4, 3),
        (DeliveryAction, 10, 4),
        (Award, 13, 8),
        (Claim, 22, 8),
        (QuarterlyReturn, 3, 1),
    ],
)
def test_counts(
    model: Any, in_surrey: int, in_west_midlands: int, surrey: Partnership, west_midlands: Partnership
) -> None:
    found = [model.objects.filter(partnership=each).count() for each in (surrey, west_midlands)]
    assert found == [in_surrey, in_west_midlands]


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


def test_award_stages(surrey: Partnership) -> None:
    awards = Award.objects.filter(partnership=surrey).with_stage().order_by("reference")
    stages = {award.reference: award.stage for award in awards}
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
    assert sent.status == "sent"
    steps = sent.steps.order_by("taken_on").values_list("step", "by__email", "taken_on")
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


def test_the_record_shows_what_changed(surrey: Partnership) -> None:
    moved = Milestone.objects.get(partnership=surrey, moves__isnull=False)
    assert list(moved.history.order_by("history_id").values_list("version", "due")) == [
        (1, date(2023, 12, 15)),
        (2, date(2024, 2, 29)),
    ]


def test_west_midlands_needs_one_certificate(west_midlands: Partnership) -> None:
    sent = QuarterlyReturn.objects.get(partnership=west_midlands)
    assert list(sent.steps.order_by("taken_on").values_list("step", flat=True)) == [
        "prepared",
        "checked",
        "certified_cfo",
        "sent",
    ]
    assert (
        "21,727 people under 25 and 1,898 professionals" in sent.narratives.get(heading__heading="Reach").text
    )


def test_west_midlands_shares_equally(west_midlands: Partnership) -> None:
    shares = Award.objects.filter(partnership=west_midlands, cost_type="non_labour")
    assert sorted(shares.values_list("amount", flat=True)) == [Decimal("57142.85")] * 7
    allocation = Allocation.objects.get(partnership=west_midlands, cost_type="non_labour")
    assert allocation.amount - shares.aggregate(total=Sum("amount"))["total"] == Decimal("0.05")


def test_the_december_item(surrey: Partnership) -> None:
    item = AgendaItem.objects.get(partnership=surrey, meeting__body__code="HWB")
    assert item.witnesses == "The Police and Crime Commissioner; the Serious Violence Programme Lead"
    top = list(item.points.filter(parent=None).order_by("position"))
    assert [point.position for point in top] == list(range(1, 12))
    assert [point.children.count() for point in top] == [0, 7, 1, 0, 0, 1, 1, 0, 1, 0, 0]
    assert [point.position for point in top if point.kind == "question"] == [3, 6, 7, 9]
    assert {point.said_by for point in item.points.all()} == {
        "Police and Crime Commissioner",
        "Serious Violence Programme Lead",
        "Chair",
        "A member",
    }
    outcomes = item.decisions.order_by("reference")
    assert [(each.verb, each.recommendation.verb) for each in outcomes] == [
        ("considered", "considered"),
        ("endorsed", "endorsed"),
        ("supported", "supported"),
    ]
    actions = item.actions.order_by("reference")
    assert [(action.due, action.has_owner) for action in actions] == [
        (None, True),
        (None, False),
        (None, True),
    ]


def test_milestones(surrey: Partnership) -> None:
    of_agreement = Milestone.objects.filter(partnership=surrey, source="Home Office grant agreement")
    assert list(of_agreement.order_by("due", "title").values_list("due", "month_only")) == [
        (date(2023, 3, 31), False),
        (date(2023, 4, 30), True),
        (date(2023, 9, 30), True),
        (date(2024, 1, 31), False),
        (date(2024, 1, 31), False),
        (date(2025, 1, 31), False),
        (date(2026, 1, 31), False),
    ]
    moved = Milestone.objects.get(partnership=surrey, moves__isnull=False)
    move = moved.moves.get()
    assert (move.was_due, move.now_due, moved.due) == (
        date(2023, 12, 15),
        date(2024, 2, 29),
        date(2024, 2, 29),
    )
    products = Product.objects.filter(partnership=surrey).order_by("kind")
    assert list(products.values_list("kind", "status")) == [
        ("agreement", "adopted"),
        ("delivery_plan", "adopted"),
        ("needs_assessment", "drafting"),
        ("strategy", "drafting"),
    ]


def test_twelve_councils_have_their_successors() -> None:
    heirs: dict[str, set[str]] = {}
    for each in Succession.objects.all():
        heirs.setdefault(each.predecessor.name, set()).add(each.successor.name)
        assert each.on == date(2027, 4, 1)
        assert each.predecessor.last_day == date(2027, 3, 31)
    assert len(heirs) == 12
    assert heirs["Surrey County Council"] == {"East Surrey Council", "West Surrey Council"}
    assert heirs["Woking Borough Council"] == {"West Surrey Council"}
    assert heirs["Tandridge District Council"] == {"East Surrey Council"}


def test_only_the_demo_sign_ins_have_the_password() -> None:
    wanted = {sign_in.email for sign_in in demo.SIGN_INS} | set(ALSO)
    able = {user.email for user in User.objects.all() if user.has_usable_password()}
    assert able == wanted
    assert all(user.check_password(demo.PASSWORD) for user in User.objects.filter(email__in=wanted))


def test_roles(surrey: Partnership, west_midlands: Partnership) -> None:
    auditor, lead = person("auditor@surrey.example"), person("lead@surrey.example")
    for partnership in (surrey, west_midlands):
        assert access.holds(auditor, Permission.PARTNERSHIP_READ_EVIDENCE, partnership)
    assert access.holds(lead, Permission.PARTNERSHIP_MANAGE_GOVERNANCE, surrey)
    assert not access.holds(lead, Permission.PARTNERSHIP_VIEW, west_midlands)
    woking = Partner.objects.get(organisation__name="Woking Borough Council")
    assert access.holds(person("woking@surrey.example"), Permission.PARTNER_REPORT_SPEND, woking)
    executive = Body.objects.get(partnership=surrey, code="EXEC")
    assert access.holds(person("chair@surrey.example"), Permission.BODY_RUN_MEETINGS, executive)
    assert not access.holds(person("observer@surrey.example"), Permission.BODY_READ_RESTRICTED, executive)
    admin = person("admin@west-midlands.example")
    assert access.holds(admin, Permission.PARTNERSHIP_ADMINISTER, west_midlands)
    assert not access.holds(admin, Permission.PARTNERSHIP_ADMINISTER, surrey)


def test_numbering_goes_on(surrey: Partnership) -> None:
    executive = Body.objects.get(partnership=surrey, code="EXEC")
    with transaction.atomic():
        assert references.next_decision(executive, 2023) == "EXEC/2023/14"
        assert references.next_action(executive, 2023) == "EXEC/2023/A06"
        assert references.next_decision(executive, 2024) == "EXEC/2024/01"
        transaction.set_rollback(True)


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

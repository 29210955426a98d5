"""The demonstration: what it holds and what it leaves open, and a second run that changes nothing."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from funding.models import (
    Award,
    Claim,
    Grant,
    Intervention,
    LedgerExplanation,
    LedgerExtract,
    LedgerLine,
    PaymentMade,
    PaymentReceived,
    Publication,
    PublicationEntry,
    PublicationRelease,
    QuarterlyReturn,
    Result,
    Virement,
)
from governance.models import (
    Action,
    AgendaItem,
    Attendance,
    Body,
    Decision,
    DecisionPublication,
    Engagement,
    Escalation,
    Interest,
    Meeting,
    MinutesPublication,
    RegisterNote,
    Review,
    ReviewRecommendation,
    ReviewTheme,
    Seat,
    StandingItem,
    Supersession,
)
from governance.services import references
from milestones.models import AgreementParty, DeliveryAction, Milestone, Priority, PriorityTier, Product
from milestones.selectors import specified_without
from partners import access, demo
from partners.models import Partner, PartnerCapacity, Partnership, Succession, User
from partners.roles import Permission
from svd_portal.home.management.commands.load_demo import ALSO, FOLDER
from tests.cast import organisation, save

pytestmark = pytest.mark.usefixtures("demonstration")


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
    told = out.getvalue().splitlines()
    assert [line for line in told if line.endswith("loaded before")] == [
        "surrey, 1-july-2023: loaded before",
        "surrey, 2-october-2023: loaded before",
        "surrey, 3-january-2024: loaded before",
        "west-midlands, 1-july-2023: loaded before",
        "west-midlands, 2-january-2024: loaded before",
    ]
    assert all(" 0 created, 0 changed, " in line for line in told if ".csv" in line)


def test_a_folder_that_is_imported_again_changes_nothing() -> None:
    before, out = everything(), StringIO()
    for stage in ("surrey/3-january-2024", "west-midlands/2-january-2024"):
        call_command("import_partnership", str(FOLDER / stage), stdout=out)
    assert everything() == before
    told = [line for line in out.getvalue().splitlines() if ".csv" in line]
    assert len(told) == 70
    assert all(" 0 created, 0 changed, " in line for line in told)


def test_what_people_did_since_stays() -> None:
    """A server that is started again loads nothing over it."""
    action = Action.objects.filter(partnership__slug="surrey").latest("created_at")
    action.text = "Told in other words."
    save(action)
    home_office = organisation("Home Office")
    save(Grant(partnership=action.partnership, title="Another", funder=home_office, recipient=home_office))
    call_command("load_demo", stdout=StringIO())
    action.refresh_from_db()
    assert action.text == "Told in other words."


@pytest.mark.parametrize(
    ("model", "in_surrey", "in_west_midlands"),
    [
        (Partner, 21, 14),
        (PartnerCapacity, 23, 28),
        (Body, 11, 12),
        (Seat, 43, 15),
        (Meeting, 7, 3),
        (Attendance, 113, 30),
        (Decision, 25, 9),
        (Action, 10, 2),
        (StandingItem, 3, 0),
        (Interest, 3, 0),
        (Supersession, 1, 0),
        (DecisionPublication, 2, 0),
        (MinutesPublication, 1, 0),
        (Review, 16, 0),
        (ReviewRecommendation, 6, 0),
        (ReviewTheme, 5, 5),
        (Engagement, 6, 1),
        (Intervention, 4, 1),
        (Result, 5, 1),
        (Milestone, 9, 8),
        (AgreementParty, 18, 0),
        (PriorityTier, 2, 0),
        (Priority, 14, 3),
        (DeliveryAction, 10, 4),
        (Award, 14, 11),
        (Claim, 22, 8),
        (QuarterlyReturn, 3, 1),
        (PaymentMade, 3, 0),
        (PaymentReceived, 2, 0),
        (Publication, 4, 0),
        (PublicationEntry, 6, 0),
        (PublicationRelease, 3, 0),
        (Virement, 1, 0),
        (LedgerExtract, 1, 0),
        (LedgerLine, 12, 0),
        (LedgerExplanation, 1, 0),
    ],
)
def test_counts(
    model: Any, in_surrey: int, in_west_midlands: int, surrey: Partnership, west_midlands: Partnership
) -> None:
    found = [model.objects.filter(partnership=each).count() for each in (surrey, west_midlands)]
    assert found == [in_surrey, in_west_midlands]


def test_the_fourteen_domestic_homicide_reviews_say_what_is_known_and_no_more(surrey: Partnership) -> None:
    found = Review.objects.filter(partnership=surrey, kind="dhr").order_by("event_month", "place")
    assert [(each.place, f"{each.event_month:%b %Y}") for each in found] == [
        ("Surrey Heath", "Aug 2011"),
        ("Waverley", "Oct 2011"),
        ("Guildford", "Mar 2012"),
        ("Surrey Heath", "Dec 2012"),
        ("Guildford", "Aug 2013"),
        ("Waverley", "Feb 2014"),
        ("Waverley", "Feb 2015"),
        ("Elmbridge", "Jun 2015"),
        ("Reigate and Banstead", "Jun 2015"),
        ("Waverley", "Oct 2015"),
        ("Elmbridge", "May 2016"),
        ("Reigate and Banstead", "Jun 2016"),
        ("Reigate and Banstead", "Jan 2017"),
        ("Waverley", "Oct 2017"),
    ]
    known = {(each.status, each.publication, each.victims, each.illustrative) for each in found}
    assert known == {("not_recorded", "not_recorded", None, False)}
    assert not ReviewRecommendation.objects.filter(review__in=found).exists()
    assert not ReviewRecommendation.objects.filter(illustrative=False).exists()
    note = RegisterNote.objects.get(partnership=surrey, register="reviews").text
    assert "16 victims in all, and six are published" in note


def test_the_strategys_four_priorities_come_first_and_the_assemblys_ten_stand_in_two_tiers(
    surrey: Partnership,
) -> None:
    found = list(Priority.objects.filter(partnership=surrey).select_related("tier", "set_by"))
    assert [(each.title, each.set_by, each.tier) for each in found[:4]] == [
        (title, None, None)
        for title in (
            "Leadership",
            "Evidence-based response",
            "Community connections",
            "Focused prevention",
        )
    ]
    assert [each.tier.position for each in found[4:]] == [1] * 3 + [2] * 7
    assert {each.set_by.code for each in found[4:]} == {"CSA"}
    assert {each.illustrative for each in found if each.coordinated_by_id} == {True}


def test_every_specified_authority_is_party_to_the_agreement_and_one_has_not_signed(
    surrey: Partnership,
) -> None:
    parties = AgreementParty.objects.filter(partnership=surrey)
    assert [each.partner.name for each in parties if not each.signed_on] == ["Waverley Borough Council"]
    assert {each.illustrative for each in parties} == {True}
    lead = User.objects.get(email="lead@surrey.example")
    assert specified_without(lead, surrey, parties, date(2024, 1, 15)) == []


def test_the_record_shows_what_changed(surrey: Partnership) -> None:
    moved = Milestone.objects.get(partnership=surrey, moves__isnull=False)
    assert list(moved.history.order_by("history_id").values_list("version", "due")) == [
        (1, date(2023, 12, 15)),
        (2, date(2024, 2, 29)),
    ]


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
        assert references.next_decision(executive, 2023) == "EXEC/2023/15"
        assert references.next_action(executive, 2023) == "EXEC/2023/A06"
        assert references.next_decision(executive, 2024) == "EXEC/2024/02"
        transaction.set_rollback(True)


def test_one_issue_passes_three_tiers_both_ways(surrey: Partnership) -> None:
    found = Escalation.objects.filter(partnership=surrey).order_by("reference")
    assert {each.reference: (each.raised_by.code, each.to.code, each.state) for each in found} == {
        "ESC/2023/01": ("OPG", "EXEC", "closed"),
        "ESC/2023/02": ("OPG", "EXEC", "answered"),
        "ESC/2023/03": ("EXEC", "HWB", "answered"),
        "ESC/2023/04": ("EXEC", "CSA", "declined"),
        "ESC/2024/01": ("ES-CSP", "EXEC", "raised"),
    }
    assert found[1].ladder == found[2].ladder
    assert all(each.illustrative for each in found)


def test_what_stands_beside_minutes_and_decisions(surrey: Partnership) -> None:
    december = Meeting.objects.get(partnership=surrey, body__code="EXEC", starts_at__date=date(2023, 12, 12))
    assert [
        (each.item.position if each.item else None, each.declared_by.rpartition(", ")[2], each.conduct)
        for each in december.interests.order_by("item__position")
    ] == [
        (5, "Frimley Integrated Care Board", "aside"),
        (6, "Surrey County Council", "left"),
        (None, "lead analyst", "took_part"),
    ]
    deferred = Decision.objects.get(partnership=surrey, reference="EXEC/2023/11")
    assert deferred.quorum_note == "16 of 20 voting seats filled"
    plan = Supersession.objects.get(partnership=surrey)
    assert (plan.later.reference, plan.earlier.reference) == ("EXEC/2023/07", "EXEC/2023/06")
    published = MinutesPublication.objects.get(partnership=surrey)
    assert (published.edition, published.published_on) == (1, date(2023, 12, 20))
    assert published.canonical.count("[withheld: danger to safety]") == 1
    assert "four streets" not in published.canonical
    assert '"illustrative":true' in published.canonical
    for meeting in Meeting.objects.filter(partnership=surrey, none_declared=True):
        assert not meeting.interests.exists()
        assert meeting.illustrative
    publications = DecisionPublication.objects.filter(partnership=surrey)
    assert {each.decision.illustrative for each in publications} == {True}

"""Milestones and the delivery plan: rules, services and pages."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied

from milestones import selectors
from milestones.models import DeliveryAction, DeliveryActionMove, Milestone, MilestoneMove, Priority
from milestones.rules.status import Status, status
from milestones.services import milestones, plans
from partners import access
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import TODAY, Cast, save, signed_in

DUE = date(2024, 1, 31)


@pytest.mark.parametrize(
    ("due", "achieved", "expected"),
    [
        (date(2024, 1, 31), date(2024, 1, 31), Status.MET),
        (date(2024, 1, 31), date(2024, 2, 1), Status.LATE),
        (date(2024, 1, 14), None, Status.MISSED),
        (date(2024, 1, 15), None, Status.AT_RISK),
        (date(2024, 2, 12), None, Status.AT_RISK),
        (date(2024, 2, 13), None, Status.ON_TRACK),
    ],
)
def test_status_follows_from_the_dates(due: date, achieved: date | None, expected: Status) -> None:
    assert status(due=due, achieved=achieved, today=TODAY) is expected


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2023, 4, 1), date(2023, 4, 30)),
        (date(2023, 12, 25), date(2023, 12, 31)),
        (date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_a_milestone_of_a_month_falls_due_on_its_last_day(cast: Cast, day: date, last: date) -> None:
    made = milestones.add(partnership=cast.surrey, title="Plan", due=day, month_only=True, by=cast.lead)
    assert (made.due, made.month_only) == (last, True)


@pytest.fixture
def strategy(cast: Cast) -> Milestone:
    return milestones.add(
        partnership=cast.surrey, title="Strategy published", due=DUE, source="Grant agreement", by=cast.lead
    )


@pytest.fixture
def action(cast: Cast) -> DeliveryAction:
    priority = save(Priority(partnership=cast.surrey, number=2, title="Evidence-based response"))
    return plans.add_action(
        priority=priority,
        objective="Know where harm falls",
        title="Join hospital and police data",
        lead_partner=cast.woking,
        by=cast.lead,
    )


def test_a_moved_date_keeps_the_old_one_and_the_reason(cast: Cast, strategy: Milestone) -> None:
    milestones.move(
        milestone_id=strategy.pk, version=1, to=date(2024, 3, 31), reason=" Purdah ", by=cast.lead
    )
    move = MilestoneMove.objects.get()
    assert (move.was_due, move.now_due, move.reason, move.by) == (DUE, date(2024, 3, 31), "Purdah", cast.lead)
    assert strategy.history.first().history_change_reason == "Purdah"


def test_a_move_without_a_reason_or_to_the_same_day_is_refused(cast: Cast, strategy: Milestone) -> None:
    with pytest.raises(ReasonRequired, match="Say why the date moves"):
        milestones.move(milestone_id=strategy.pk, version=1, to=TODAY, reason="  ", by=cast.lead)
    with pytest.raises(DomainError, match="This is the date it has now"):
        milestones.move(milestone_id=strategy.pk, version=1, to=DUE, reason="Why", by=cast.lead)
    assert MilestoneMove.objects.count() == 0


def test_it_cannot_be_reached_tomorrow_nor_moved_once_reached(cast: Cast, strategy: Milestone) -> None:
    with pytest.raises(DomainError, match="Enter today or an earlier day") as caught:
        milestones.achieve(
            milestone_id=strategy.pk,
            version=1,
            achieved_on=date(2024, 1, 16),
            evidence="",
            today=TODAY,
            by=cast.lead,
        )
    assert caught.value.field == "achieved_on"
    milestones.achieve(
        milestone_id=strategy.pk, version=1, achieved_on=TODAY, evidence="Web page", today=TODAY, by=cast.lead
    )
    with pytest.raises(DomainError, match="its date no longer moves"):
        milestones.move(milestone_id=strategy.pk, version=2, to=TODAY, reason="Why", by=cast.lead)
    opened = milestones.reopen(
        milestone_id=strategy.pk, version=2, reason="Withdrawn from the web", by=cast.lead
    )
    assert opened.achieved_on is None


@pytest.mark.parametrize(
    "part",
    ["finance", "officer", "auditor", "admin", "police_rep", "chair", "observer", "outsider", "nobody"],
)
def test_only_the_programme_lead_changes_milestones(cast: Cast, strategy: Milestone, part: str) -> None:
    by = getattr(cast, part)
    calls: list[tuple[Any, dict[str, Any]]] = [
        (milestones.add, {"partnership": cast.surrey, "title": "x", "due": DUE}),
        (milestones.change, {"milestone_id": strategy.pk, "version": 1, "title": "x", "source": ""}),
        (milestones.move, {"milestone_id": strategy.pk, "version": 1, "to": TODAY, "reason": "x"}),
        (
            milestones.achieve,
            {"milestone_id": strategy.pk, "version": 1, "achieved_on": TODAY, "evidence": "", "today": TODAY},
        ),
        (milestones.reopen, {"milestone_id": strategy.pk, "version": 1, "reason": "x"}),
    ]
    for service, arguments in calls:
        with pytest.raises(PermissionDenied, match="Change milestones, products and the delivery plan"):
            service(by=by, **arguments)
    assert Milestone.objects.get().version == 1


def test_actions_are_numbered_within_their_priority(cast: Cast, action: DeliveryAction) -> None:
    second = plans.add_action(priority=action.priority, objective="o", title="t", by=cast.lead)
    assert (action.reference, second.reference) == ("2.1", "2.2")


def test_the_next_number_follows_the_highest_and_ten_comes_after_nine(
    cast: Cast, action: DeliveryAction
) -> None:
    priority = action.priority
    imported = {"partnership": cast.surrey, "objective": "o", "title": "t"}
    save(DeliveryAction(priority=priority, reference="2.9", **imported))
    other = save(Priority(partnership=cast.surrey, number=3, title="Prevention"))
    save(DeliveryAction(priority=other, reference="2.10", **imported))
    made = plans.add_action(priority=priority, objective="o", title="t", by=cast.lead)
    assert made.reference == "2.11"
    [shown, _other] = selectors.plan(cast.lead, cast.surrey)
    assert [one.reference for one in shown.actions.all()] == ["2.1", "2.9", "2.11"]


def test_a_moved_due_date_of_an_action_needs_a_reason_and_stays_in_view(
    cast: Cast, action: DeliveryAction
) -> None:
    facts = {"action_id": action.pk, "by": cast.lead}
    plans.change_action(**facts, version=1, due=DUE)
    plans.change_action(**facts, version=2, due=DUE, title="Join the data")
    for due in (date(2024, 3, 31), None):
        with pytest.raises(ReasonRequired, match="Say why the date moves") as refusal:
            plans.change_action(**facts, version=3, due=due, reason=" ")
        assert refusal.value.field == "reason"
    plans.change_action(**facts, version=3, due=date(2024, 3, 31), reason=" Data late ")
    move = DeliveryActionMove.objects.get()
    assert (move.was_due, move.now_due, move.reason, move.by) == (
        DUE,
        date(2024, 3, 31),
        "Data late",
        cast.lead,
    )
    reader = signed_in(cast.observer)
    for address in (f"/surrey/milestones/plan/{action.pk}/", "/surrey/milestones/plan/"):
        assert (
            "<del>31 January 2024</del> moved because: Data late" in reader.get(address).content.decode()
        ), address


def test_a_stale_version_tells_nothing_to_who_may_not_change(
    cast: Cast, action: DeliveryAction, strategy: Milestone
) -> None:
    calls: list[tuple[Any, dict[str, Any]]] = [
        (plans.change_action, {"action_id": action.pk, "title": "x"}),
        (plans.report_progress, {"action_id": action.pk, "rag": "red", "text": "x", "today": TODAY}),
        (milestones.change, {"milestone_id": strategy.pk, "title": "x", "source": ""}),
    ]
    for service, facts in calls:
        with pytest.raises(PermissionDenied):
            service(**facts, version=9, by=cast.observer)
        with pytest.raises(Stale):
            service(**facts, version=9, by=cast.lead)


def test_two_presses_of_one_form_make_one_record(cast: Cast, action: DeliveryAction) -> None:
    client, key = signed_in(cast.lead), str(uuid4())
    due = {"due_day": "31", "due_month": "1", "due_year": "2024"}
    for _press in range(2):
        made = {"title": "Strategy", "key": key, **due}
        assert client.post("/surrey/milestones/add/", made).status_code == 302
    assert [str(one.pk) for one in Milestone.objects.all()] == [key]
    typed = {"priority": str(action.priority_id), "objective": "o", "title": "t", "key": key}
    for _press in range(2):
        assert client.post("/surrey/milestones/plan/add/", typed).status_code == 302
    assert [one.reference for one in DeliveryAction.objects.all()] == ["2.1", "2.2"]
    page = client.get("/surrey/milestones/plan/add/").content.decode()
    assert 'name="key"' in page
    with pytest.raises(DomainError, match="This form was sent before"):
        milestones.add(partnership=cast.west_midlands, title="x", due=DUE, key=UUID(key), by=cast.outsider)


def test_an_action_waits_to_be_reported_each_quarter_of_the_portal_s_calendar(
    cast: Cast, action: DeliveryAction
) -> None:
    def waiting() -> list[DeliveryAction]:
        rights = access.rights(cast.woking_rep, cast.surrey)
        return list(selectors.actions_to_report(cast.woking_rep, cast.surrey, rights, date(2024, 1, 1)))

    facts = {"action_id": action.pk, "rag": "green", "text": "Data flows", "by": cast.lead}
    plans.report_progress(**facts, version=1, today=date(2023, 12, 31))
    assert waiting() == [action]
    plans.report_progress(**facts, version=2, today=date(2024, 1, 1))
    assert waiting() == []
    page = signed_in(cast.observer).get(f"/surrey/milestones/plan/{action.pk}/").content.decode()
    assert page.index("1 January 2024") < page.index("31 December 2023")


@pytest.mark.parametrize(
    ("part", "allowed"),
    [
        ("lead", True),
        ("woking_rep", True),
        ("police_rep", False),
        ("finance", False),
        ("observer", False),
        ("outsider", False),
    ],
)
def test_progress_is_reported_by_the_lead_partner_or_the_lead(
    cast: Cast, action: DeliveryAction, part: str, allowed: bool
) -> None:
    def report() -> DeliveryAction:
        return plans.report_progress(
            action_id=action.pk,
            version=1,
            rag="green",
            text="Data flows",
            today=TODAY,
            by=getattr(cast, part),
        )

    if not allowed:
        with pytest.raises(PermissionDenied):
            report()
        assert action.updates.count() == 0
        return
    assert report().rag == "green"
    assert [(u.rag, u.text, u.reported_on, u.by) for u in action.updates.all()] == [
        ("green", "Data flows", TODAY, getattr(cast, part))
    ]


def test_two_reports_on_one_version_lose_nothing(cast: Cast, action: DeliveryAction) -> None:
    facts = {"action_id": action.pk, "version": 1, "today": TODAY}
    plans.report_progress(**facts, rag="green", text="First", by=cast.lead)
    with pytest.raises(Stale):
        plans.report_progress(**facts, rag="red", text="Second", by=cast.woking_rep)
    assert [u.text for u in action.updates.all()] == ["First"]


# Pages


def test_the_home_page_shows_a_moved_month_with_the_old_one(cast: Cast, strategy: Milestone) -> None:
    milestones.move(
        milestone_id=strategy.pk,
        version=1,
        to=date(2024, 3, 1),
        month_only=True,
        reason="Data late",
        by=cast.lead,
    )
    page = signed_in(cast.observer).get("/surrey/milestones/").content.decode()
    assert "<del>31 January 2024</del> moved because: Data late" in page
    assert "March 2024" in page
    assert "31 March 2024" not in page
    assert "Add a milestone" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_reading_costs_the_same_for_one_and_three(
    cast: Cast, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        milestones.add(partnership=cast.surrey, title=f"M{number}", due=DUE, by=cast.lead)
        priority = save(Priority(partnership=cast.surrey, number=number + 1, title=f"P{number}"))
        plans.add_action(priority=priority, objective="o", title="t", lead_partner=cast.police, by=cast.lead)
    client = signed_in(cast.lead)
    with django_assert_num_queries(7):
        assert client.get("/surrey/milestones/").status_code == 200
    with django_assert_num_queries(7):
        assert client.get("/surrey/milestones/plan/").status_code == 200


def test_a_move_by_form_asks_for_the_reason_and_keeps_what_was_typed(cast: Cast, strategy: Milestone) -> None:
    client = signed_in(cast.lead)
    address = f"/surrey/milestones/{strategy.pk}/move/"
    typed = {"to_day": "30", "to_month": "2", "to_year": "2024", "reason": "", "version": "1"}
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "New date must be a real date" in page
    assert "Fill in “Why the date moves”" in page
    assert 'value="30"' in page
    done = client.post(address, typed | {"to_day": "29", "reason": "Data late"})
    assert done.status_code == 302
    strategy.refresh_from_db()
    assert strategy.due == date(2024, 2, 29)


def test_a_stale_form_shows_both_texts(cast: Cast, strategy: Milestone) -> None:
    milestones.change(milestone_id=strategy.pk, version=1, title="Theirs", source="", by=cast.lead)
    answer = signed_in(cast.lead).post(
        f"/surrey/milestones/{strategy.pk}/change/", {"title": "Mine", "source": "", "version": "1"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Someone changed this while you were editing" in page
    assert "Theirs" in page
    assert 'value="Mine"' in page

"""The record of changes: of one record, and of the partnership; nobody learns of what is not theirs."""

from typing import Any

import pytest

from governance.models import AgendaItem, Meeting
from milestones.models import Milestone
from milestones.services import milestones
from svd_portal.home.selectors import history
from tests.cast import TODAY, Cast, save, signed_in
from tests.funding.makers import decision


@pytest.fixture
def milestone(cast: Cast) -> Milestone:
    made = milestones.add(partnership=cast.surrey, title="Strategy", due=TODAY, by=cast.lead)
    return milestones.change(
        milestone_id=made.pk, version=1, title="Strategy, sent", source="Agreement", by=cast.lead
    )


def test_each_version_says_who_and_what_field_by_field(cast: Cast, milestone: Milestone) -> None:
    newest, first = history.of_record(cast.observer, milestone)
    assert (newest.kind, newest.by) == ("Changed", "Lead (surrey)")
    assert [(c.field, c.was, c.now) for c in newest.changes] == [
        ("Title", "Strategy", "Strategy, sent"),
        ("Set by", "–", "Agreement"),
    ]
    assert (first.kind, [(c.field, c.now) for c in first.changes]) == (
        "Added",
        [("Title", "Strategy"), ("Due", "15 January 2024")],
    )


def test_the_page_shows_a_moved_date_and_its_reason(cast: Cast, milestone: Milestone) -> None:
    milestones.achieve(
        milestone_id=milestone.pk, version=2, achieved_on=TODAY, evidence="Sent", today=TODAY, by=cast.lead
    )
    page = signed_in(cast.observer).get(f"/surrey/history/milestones.milestone/{milestone.pk}/")
    assert '<td class="kept-lines">15 January 2024</td>' in page.content.decode()


def test_the_feed_is_for_those_with_the_right(cast: Cast, milestone: Milestone) -> None:
    statuses = {
        part: signed_in(user).get("/surrey/history/").status_code for part, user in cast.members.items()
    }
    assert {part for part, status in statuses.items() if status == 200} == {
        "lead",
        "finance",
        "checker",
        "officer",
        "cfo",
        "auditor",
    }
    assert {status for status in statuses.values() if status != 200} == {403}


def test_the_feed_hides_what_its_reader_may_not_see(cast: Cast) -> None:
    """A restricted item's title and history: the finance officer may read the feed, not the item."""
    meeting = save(
        Meeting(partnership=cast.surrey, body=cast.executive, starts_at="2024-01-30T10:00:00+00:00")
    )
    item = save(
        AgendaItem(
            partnership=cast.surrey, meeting=meeting, position=1, title="Named victim", restricted=True
        )
    )
    shown = {
        part: "Named victim" in signed_in(getattr(cast, part)).get("/surrey/history/").content.decode()
        for part in ("lead", "auditor", "officer", "finance", "checker", "cfo")
    }
    assert shown == {
        "lead": True,
        "auditor": True,
        "officer": True,
        "finance": False,
        "checker": False,
        "cfo": False,
    }
    address = f"/surrey/history/governance.agendaitem/{item.pk}/"
    assert signed_in(cast.finance).get(address).status_code == 404
    assert signed_in(cast.chair).get(address).status_code == 200


@pytest.mark.parametrize("label", ["funding.nothing", "auth.permission", "partners.user", "kit.storedfile"])
def test_only_records_of_a_partnership_have_a_history_page(cast: Cast, label: str) -> None:
    assert signed_in(cast.lead).get(f"/surrey/history/{label}/{cast.police.pk}/").status_code == 404


@pytest.mark.parametrize("before", ["yesterday", "2024-01-15", "2024-01-15T10:00:00", "%00"])
def test_a_made_up_place_in_the_feed_is_not_found(cast: Cast, before: str) -> None:
    assert signed_in(cast.lead).get(f"/surrey/history/?before={before}").status_code == 404


def test_older_changes_continue_where_the_page_ended(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    for number in range(5):
        milestones.add(partnership=cast.surrey, title=f"M{number}", due=TODAY, by=cast.lead)
    first = history.feed(cast.lead, cast.surrey)
    second = history.feed(cast.lead, cast.surrey, first[1].at)
    assert [entry.record for entry in first] == ["M4", "M3", "M2"]
    assert [entry.record for entry in second] == ["M2", "M1", "M0"]


@pytest.mark.parametrize("rows", [1, 3])
def test_reading_the_feed_costs_the_same_for_one_and_three(
    cast: Cast, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        milestones.add(partnership=cast.surrey, title=f"M{number}", due=TODAY, by=cast.lead)
    client = signed_in(cast.lead)
    with django_assert_num_queries(6):
        client.get("/surrey/history/")


def test_an_offset_that_no_clock_has_is_read_as_a_moment(cast: Cast) -> None:
    address = "/surrey/history/?before=2024-01-01T00:00:00%2B23:59"
    assert signed_in(cast.lead).get(address).status_code == 200


def test_what_an_item_held_while_restricted_stays_with_its_readers(cast: Cast) -> None:
    meeting = save(
        Meeting(partnership=cast.surrey, body=cast.executive, starts_at="2024-01-30T10:00:00+00:00")
    )
    item = save(
        AgendaItem(
            partnership=cast.surrey, meeting=meeting, position=1, title="Named victim", restricted=True
        )
    )
    item.title, item.restricted = "A case", False
    save(item)
    address = f"/surrey/history/governance.agendaitem/{item.pk}/"
    told = {
        part: "Named victim" in signed_in(getattr(cast, part)).get(address).content.decode()
        for part in ("lead", "chair", "observer", "woking_rep")
    }
    assert told == {"lead": True, "chair": True, "observer": False, "woking_rep": False}


def test_a_record_that_may_not_be_read_is_not_named_in_the_changes_of_another(cast: Cast) -> None:
    first, later = (
        save(Meeting(partnership=cast.surrey, body=cast.executive, starts_at=f"2024-01-{day}T10:00:00+00:00"))
        for day in (10, 30)
    )
    facts: dict[str, Any] = {"partnership": cast.surrey, "position": 1}
    secret = save(AgendaItem(**facts, meeting=first, title="Named victim", restricted=True))
    item = save(AgendaItem(**facts, meeting=later, title="A case", carried_from=secret))
    address = f"/surrey/history/governance.agendaitem/{item.pk}/"
    pages = {
        part: signed_in(getattr(cast, part)).get(address).content.decode() for part in ("lead", "observer")
    }
    assert "Named victim" in pages["lead"]
    assert "Named victim" not in pages["observer"]
    assert "Not shown to you" in pages["observer"]


def test_a_decision_under_no_item_has_its_record_for_everyone_who_may_see_it(cast: Cast) -> None:
    for made in (
        decision(cast, "EXEC/2023/09", kind="correspondence"),
        decision(cast, "12/2023", kind="notice", verb="approved"),
    ):
        for user in (cast.finance, cast.woking_rep, cast.lead):
            page = signed_in(user).get(f"/surrey/history/governance.decision/{made.pk}/")
            assert page.status_code == 200
            assert made.reference in page.content.decode()

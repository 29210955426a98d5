"""First words of a report: whose decisions they count, and that they say so when the record moved since."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from governance.models import Action, Decision
from governance.services import actions, decisions
from svd_portal.home.services import reports
from tests.cast import TODAY, Cast, signed_in
from tests.home.test_reports import at, begun, frozen, record, text, written


@pytest.fixture(autouse=True)
def demonstration_day(settings: Any) -> None:
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


def notice(cast: Cast, **facts: Any) -> Decision:
    given = {
        "number": "PCC-2023-40",
        "title": "Plan recognised",
        "text": "That the PCC recognises it.",
        "author_role": "Policy Lead",
        "signed_on": date(2023, 12, 4),
        "today": TODAY,
        "by": cast.finance,
    }
    return decisions.record_notice(partnership=cast.surrey, **given | facts)


def test_a_notice_is_the_commissioner_s_even_where_it_recognises_a_body_s_decision(cast: Cast) -> None:
    record(cast)
    notice(cast, recognises_id=Decision.objects.get(text="the Plan").pk)
    report = begun(cast)
    assert report.decided == f"1 decision in this period: {cast.executive} 1; and 1 PCC decision notice."
    page = text(signed_in(cast.lead).get(at("report", report.pk)))
    assert "The PCC approved: That the PCC recognises it." in page
    assert f"{cast.executive} approved That" not in page
    frozen(cast, last_day=date(2023, 12, 30))
    alone = begun(cast, first_day=date(2023, 12, 1))
    assert alone.decided == "1 PCC decision notice in this period."


def test_what_the_receiver_decided_itself_is_counted_apart(cast: Cast) -> None:
    record(cast)
    notice(cast, recognises_id=Decision.objects.get(text="the Plan").pk)
    report = begun(cast, to_id=cast.executive.pk)
    assert report.decided == f"1 PCC decision notice in this period. By {cast.executive} itself: 1."
    page = text(signed_in(cast.lead).get(at("report", report.pk)))
    assert ("approved the Plan" in page, "That the PCC recognises it." in page) == (False, True)
    early = begun(cast, to_id=cast.executive.pk, last_day=date(2023, 11, 30))
    assert early.decided == f"No other decision was taken in this period. By {cast.executive} itself: 1."


MOVED = "The record moved since these words were drafted"


def test_a_draft_says_where_the_record_left_its_first_words_behind(cast: Cast) -> None:
    record(cast)
    report = written(begun(cast), cast)
    lead = signed_in(cast.lead)
    assert MOVED not in text(lead.get(at("report", report.pk)))
    action = Action.objects.get(text="Send Plan")
    actions.complete(
        action_id=action.pk, version=action.version, completed_on=TODAY, today=TODAY, by=cast.lead
    )
    page = text(lead.get(at("report", report.pk)))
    now = "1 action agreed and 0 completed in this period; 0 actions open now. None is overdue."
    assert (page.count(MOVED), f"Today the words would be: “{now}”" in page) == (1, True)
    assert page.count("Today the words would be") == 1
    report.refresh_from_db()
    assert report.done.endswith("1 is overdue.")
    worded = written(report, cast, texts={"done": "We sent it, late."})
    assert MOVED not in text(lead.get(at("report", worded.pk)))


def test_a_frozen_report_says_nothing_of_a_record_that_moved(cast: Cast) -> None:
    record(cast)
    report = written(begun(cast), cast)
    action = Action.objects.get(text="Send Plan")
    actions.complete(
        action_id=action.pk, version=action.version, completed_on=TODAY, today=TODAY, by=cast.lead
    )
    reports.freeze(report_id=report.pk, version=report.version, today=TODAY, by=cast.lead)
    page = text(signed_in(cast.lead).get(at("report", report.pk)))
    assert (MOVED in page, "1 is overdue." in page) == (False, True)


def test_a_decision_without_a_quorum_is_marked_in_the_report(cast: Cast) -> None:
    record(cast)
    taken = Decision.objects.get(restricted=False)
    taken.quorum, taken.quorum_note = "inquorate", "Not quorate: 1 seat represented, 2 needed"
    taken.save_by(cast.lead)
    page = text(signed_in(cast.lead).get(at("report", begun(cast).pk)))
    assert "the Plan (Not quorate)" in page


def test_what_a_draft_said_before_it_was_frozen_stays_with_those_who_write_reports(cast: Cast) -> None:
    report = written(begun(cast), cast, summary="A rumour")
    report = written(report, cast, summary="What is known")
    reports.freeze(report_id=report.pk, version=report.version, today=TODAY, by=cast.lead)
    told = {}
    for part in ("lead", "observer", "woking_rep"):
        page = text(signed_in(getattr(cast, part)).get(f"/surrey/history/home.report/{report.pk}/"))
        told[part] = ("What is known" in page, "A rumour" in page)
    assert told == {"lead": (True, True), "observer": (True, False), "woking_rep": (True, False)}

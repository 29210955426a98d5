"""Reports upwards: drafted from the record, frozen with their figures, read by all, changed by nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.models import Action, Body, Decision, Meeting
from governance.services import actions, agenda, decisions, escalations, meetings
from milestones.models import DeliveryAction, Milestone, Priority
from svd_portal.home.models import Report, ReportSnapshot
from svd_portal.home.rules import reports as rules
from svd_portal.home.services import reports
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.models import Document
from svd_portal.kit.rules.canonical import digest, read
from svd_portal.kit.services import documents as requests
from tests.cast import TODAY, Cast, save, signed_in
from tests.governance.scene import elsewhere

FIRST, LAST = date(2023, 10, 1), date(2023, 12, 31)


@pytest.fixture(autouse=True)
def demonstration_day(settings: Any) -> None:
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


def at(name: str, *args: Any) -> str:
    return reverse(f"home:{name}", args=["surrey", *args])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def record(cast: Cast) -> Meeting:
    """A quarter's record: a decision, an action, a restricted one of each, a milestone, a delivery action."""
    held = meetings.call(
        body_id=cast.executive.pk, starts_at=datetime(2023, 11, 20, 10, tzinfo=UTC), by=cast.lead
    )
    for title, secret in (("Plan", False), ("A named family", True)):
        item = agenda.add(meeting_id=held.pk, title=title, restricted=secret, by=cast.lead)
        decisions.record_outcome(
            item_id=item.pk, verb="approved", text=f"the {title}", today=TODAY, by=cast.lead
        )
        actions.create(item_id=item.pk, text=f"Send {title}", due=date(2024, 1, 1), by=cast.lead)
    of: dict[str, Any] = {"partnership": cast.surrey}
    save(Milestone(**of, title="Needs assessment", due=date(2024, 1, 31)))
    first = save(Priority(**of, number=1, title="Leadership"))
    save(DeliveryAction(**of, priority=first, reference="1.1", objective="x", title="Train", due=TODAY))
    return held


def board(cast: Cast) -> Body:
    """A body run elsewhere that our reports go to."""
    return Body.objects.filter(code="HWB").first() or elsewhere(cast, "The Board")


def begun(cast: Cast, **facts: Any) -> Report:
    given = {
        "partnership": cast.surrey,
        "kind": Report.Kind.HIGHLIGHT,
        "to_id": board(cast).pk,
        "title": "Highlights of quarter 3",
        "first_day": FIRST,
        "last_day": LAST,
        "today": TODAY,
        "by": cast.lead,
    }
    return reports.begin(**given | facts)


def written(report: Report, cast: Cast, summary: str = "A good quarter.", **facts: Any) -> Report:
    given = {
        "report_id": report.pk,
        "version": report.version,
        "title": report.title,
        "heading": report.heading,
        "first_day": report.first_day,
        "last_day": report.last_day,
        "texts": {"summary": summary},
        "today": TODAY,
        "by": cast.lead,
    }
    return reports.change(**given | facts)


def frozen(cast: Cast, **facts: Any) -> Report:
    report = written(begun(cast, **facts), cast)
    reports.freeze(report_id=report.pk, version=report.version, today=TODAY, by=cast.lead)
    return Report.objects.get(pk=report.pk)


def test_a_report_begins_with_what_the_record_says_and_nothing_restricted(cast: Cast) -> None:
    record(cast)
    report = begun(cast)
    assert report.decided == f"1 decision in this period: {cast.executive} 1."
    assert report.done == "1 action agreed and 0 completed in this period; 1 action open now. 1 is overdue."
    assert report.delivered == "No milestone was reached in this period."
    assert report.escalated == "Nothing was escalated."
    page = text(signed_in(cast.lead).get(at("report", report.pk)))
    assert "approved the Plan" in page
    assert "Needs assessment" in page
    assert "named family" not in page


def test_escalations_of_the_period_and_those_that_wait(cast: Cast) -> None:
    above = board(cast)
    for title, day, secret in (
        ("Data", date(2023, 11, 1), False),
        ("A named family", date(2023, 11, 2), True),
        ("Earlier", date(2023, 5, 1), False),
        ("Later", date(2024, 1, 3), False),
    ):
        escalations.raise_up(
            body_id=cast.executive.pk,
            to_id=above.pk,
            issue=escalations.Issue(title=title, asked="Help", why_now="Now"),
            other_reason="No line yet",
            restricted=secret,
            raised_on=day,
            today=TODAY,
            by=cast.lead,
        )
    report = begun(cast)
    assert report.escalated == (
        "2 issues raised, answered or still open. Waiting for an answer: ESC/2023/02 and ESC/2023/01."
    )
    page = text(signed_in(cast.lead).get(at("report", report.pk)))
    assert [word in page for word in ("Data", "Earlier", "Later", "named family")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_draft_is_for_those_who_write_reports(cast: Cast) -> None:
    report = begun(cast)
    listed = {
        part: report.title in text(signed_in(user).get(at("reports"))) for part, user in cast.members.items()
    }
    assert [part for part, seen in listed.items() if seen] == ["lead"]
    answers = {
        part: [
            signed_in(user).get(at(name, report.pk)).status_code
            for name in ("report", "write_report", "freeze_report", "report_word", "report_pdf")
        ]
        for part, user in {"lead": cast.lead, "woking": cast.woking_rep, "outsider": cast.outsider}.items()
    }
    assert answers == {
        "lead": [200, 200, 200, 404, 404],
        "woking": [404, 403, 403, 404, 404],
        "outsider": [404] * 5,
    }
    assert report.title not in text(signed_in(cast.chair).get("/surrey/search/?q=highlights"))


def test_only_the_programme_writes(cast: Cast) -> None:
    for person in (cast.finance, cast.chair, cast.woking_rep, cast.outsider):
        with pytest.raises(PermissionDenied):
            begun(cast, by=person)
    assert Report.objects.count() == 0


def test_postgresql_refuses_a_snapshot_whose_hash_is_another_s(cast: Cast) -> None:
    kept = ReportSnapshot.objects.get(report=frozen(cast))
    facts = {"partnership": cast.surrey, "report": begun(cast, title="Another"), "sha256": kept.sha256}
    with pytest.raises(IntegrityError, match="report_snapshot_as_hashed"), transaction.atomic():
        ReportSnapshot.objects.create(**facts, canonical=kept.canonical + " ")
    assert ReportSnapshot.objects.create(**facts, canonical=kept.canonical).sha256 == kept.sha256


def test_freezing_keeps_words_and_figures_for_everybody(cast: Cast) -> None:
    record(cast)
    report = frozen(cast)
    snapshot = ReportSnapshot.objects.get()
    content = read(snapshot.canonical)
    assert snapshot.sha256 == digest(snapshot.canonical)
    assert (content["texts"]["summary"], content["figures_as_on"]) == ("A good quarter.", "2024-01-15")
    assert content["facts"]["actions"] == {
        "opened": 1,
        "done": 0,
        "open": 1,
        "overdue": 1,
        "late": [
            {"reference": "EXEC/2023/A01", "text": "Send Plan", "owner": "no owner", "due": "2024-01-01"}
        ],
    }
    action = Action.objects.get(text="Send Plan")
    actions.complete(
        action_id=action.pk, version=action.version, completed_on=TODAY, today=TODAY, by=cast.lead
    )
    page = text(signed_in(cast.woking_rep).get(at("report", report.pk)))
    assert "A good quarter." in page
    assert "EXEC/2023/A01" in page
    assert "Figures as on 15 January 2024." in page
    assert signed_in(cast.outsider).get(at("report", report.pk)).status_code == 404


def test_a_frozen_report_is_never_changed(cast: Cast) -> None:
    report = frozen(cast)
    with pytest.raises(DomainError, match="This report is frozen"):
        written(report, cast)
    for sql in (
        "UPDATE home_report SET title = 'x'",
        "UPDATE home_reportsnapshot SET sha256 = repeat('0', 64)",
    ):
        with (
            pytest.raises(Exception, match=r"never changed|permission denied|Cannot update"),
            transaction.atomic(),
        ):
            connection.cursor().execute(sql)


def test_no_report_is_frozen_without_its_figures(cast: Cast) -> None:
    begun(cast)
    with pytest.raises(IntegrityError, match="frozen with its figures"), transaction.atomic():
        connection.cursor().execute("UPDATE home_report SET frozen_on = '2024-01-15'")


def test_what_cannot_be_frozen_says_why(cast: Cast) -> None:
    report = begun(cast)
    with pytest.raises(DomainError, match="Write the summary first"):
        reports.freeze(report_id=report.pk, version=report.version, today=TODAY, by=cast.lead)
    later = written(begun(cast, last_day=date(2024, 3, 31)), cast)
    with pytest.raises(DomainError, match="Its period has not ended yet"):
        reports.freeze(report_id=later.pk, version=later.version, today=TODAY, by=cast.lead)
    with pytest.raises(Stale):
        written(report, cast, version=report.version + 1)
    assert ReportSnapshot.objects.count() == 0


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"last_day": date(2023, 9, 1)}, "Enter a day after the first one"),
        ({"first_day": date(2024, 2, 1), "last_day": date(2024, 3, 1)}, "The period has not begun"),
        ({"kind": Report.Kind.SCRUTINY}, "Choose a topic for a scrutiny report"),
    ],
)
def test_a_wrong_beginning_says_what_to_do(cast: Cast, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        begun(cast, **facts)


def test_the_next_report_says_what_moved(cast: Cast) -> None:
    record(cast)
    frozen(cast, first_day=date(2023, 7, 1), last_day=date(2023, 9, 30))
    action = Action.objects.get(text="Send Plan")
    actions.complete(
        action_id=action.pk, version=action.version, completed_on=TODAY, today=TODAY, by=cast.lead
    )
    page = text(signed_in(cast.lead).get(at("report", begun(cast).pk)))
    assert "Since the report up to 30 September 2023:" in page
    assert "Actions open: 0, 1 in the last report." in page
    assert "Actions overdue: 0, 1 in the last report." in page


def test_what_moved_is_said_in_words() -> None:
    def facts(rag: str, spent: str, year: str = "2023/24") -> dict[str, Any]:
        return {
            "actions": {"open": 1, "overdue": 0},
            "milestones": [{"title": "Strategy", "status": rag}],
            "delivery": [],
            "escalations": [],
            "spend": {"year": year, "lines": [{"label": "Labour", "spent": spent}]},
        }

    before, now = facts("On track", "10.00"), facts("Due soon", "12.50")
    assert rules.moved(before, before) == []
    assert rules.moved(before, now) == [
        "Strategy: now “Due soon”, was “On track”.",
        "Labour: £2.50 more spent than in the last report.",
    ]
    assert rules.moved(now, before)[-1] == "Labour: £2.50 less spent than in the last report."
    assert rules.moved(before, facts("On track", "1.00", "2024/25")) == [
        "Money: the figures are of 2024/25, those of the last report of 2023/24."
    ]
    assert Decimal("2.50") == Decimal(now["spend"]["lines"][0]["spent"]) - 10


def test_a_scrutiny_report_looks_at_one_priority(cast: Cast) -> None:
    record(cast)
    topic = Priority.objects.get()
    other = save(Priority(partnership=cast.surrey, number=2, title="Other"))
    plan = {"reference": "2.1", "objective": "x", "title": "Elsewhere", "due": TODAY}
    save(DeliveryAction(partnership=cast.surrey, priority=other, **plan))
    report = begun(cast, kind=Report.Kind.SCRUTINY, topic_id=topic.pk)
    page = text(signed_in(cast.lead).get(at("report", report.pk)))
    assert "1. Leadership" in page
    assert "1.1 Train" in page
    assert "Elsewhere" not in page
    assert Decision.objects.count() == 2


def test_one_in_its_place_leaves_the_old_one_readable(cast: Cast, client: Client) -> None:
    old = frozen(cast)
    lead = signed_in(cast.lead)
    form = lead.get(f"{at('begin_report')}?replaces={old.pk}")
    assert f'value="{old.pk}"' in text(form)
    newer = begun(cast, replaces_id=old.pk, title="Corrected highlights")
    with pytest.raises(DomainError, match="Another report takes its place already"):
        begun(cast, replaces_id=old.pk)
    member = signed_in(cast.woking_rep)
    assert "Corrected highlights" not in text(member.get(at("report", old.pk)))
    newer = written(newer, cast)
    reports.freeze(report_id=newer.pk, version=newer.version, today=TODAY, by=cast.lead)
    assert "A later report stands in its place" in text(member.get(at("report", old.pk)))
    assert "It stands in place of" in text(member.get(at("report", newer.pk)))


def test_two_reports_never_take_one_place(cast: Cast) -> None:
    old = frozen(cast)
    newer = begun(cast, replaces_id=old.pk)
    twin = Report.objects.get(pk=newer.pk)
    twin.pk, twin.title = None, "Twin"
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        Report(
            partnership=cast.surrey,
            kind="highlight",
            to=cast.executive,
            title="Twin",
            first_day=FIRST,
            last_day=LAST,
            replaces=old,
        ).save_by(cast.lead)


def test_word_pdf_and_text_say_the_same(cast: Cast) -> None:
    record(cast)
    report = frozen(cast)
    member = signed_in(cast.woking_rep)
    download = member.get(at("report_word", report.pk))
    assert download["Content-Disposition"] == 'attachment; filename="surrey-highlight-2023-12-31.docx"'
    opened = docx.Document(BytesIO(download.content))
    headings = [each.text for each in opened.paragraphs if each.style.name == "Heading 1"]
    assert headings == ["Summary", "Decisions", "Actions", "Milestones and delivery", "Escalations"]
    assert opened.core_properties.title == "Highlights of quarter 3"
    assert opened.tables[0].rows[1].cells[0].text == "EXEC/2023/01"
    assert member.post(at("make_report_pdf", report.pk)).status_code == 302
    assert member.get(at("report_pdf_state", report.pk)).json() == {"state": "queued"}
    requests.make(document_id=Document.objects.get().pk)
    assert b"".join(member.get(at("report_pdf", report.pk)))[:5] == b"%PDF-"
    assert "- EXEC/2023/01; Decision:" in text(member.get(at("report", report.pk)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(cast: Cast, count: int) -> None:
    for number in range(count):
        frozen(cast, last_day=date(2023, 12, 1 + number))
    member = signed_in(cast.woking_rep)
    member.get(at("reports"))
    with CaptureQueriesContext(connection) as asked:
        member.get(at("reports"))
    assert len(asked) == 5


def test_the_form_begins_writes_and_freezes(cast: Cast) -> None:
    record(cast)
    lead = signed_in(cast.lead)
    assert "No report yet." in text(lead.get(at("reports")))
    days = {
        f"{name}_{part}": value
        for name, day in (("first_day", FIRST), ("last_day", LAST))
        for part, value in (("day", day.day), ("month", day.month), ("year", day.year))
    }
    given = {
        "kind": "contribution",
        "to": board(cast).pk,
        "title": "Our part",
        "heading": "Priority Three",
    }
    answer = lead.post(at("begin_report"), given | days)
    report = Report.objects.get()
    assert answer.headers["Location"] == at("write_report", report.pk)
    form = text(lead.get(at("write_report", report.pk)))
    assert "The record today: 1 decision in this period" in form
    words = {
        "title": "Our part",
        "heading": "Priority Three",
        "summary": "Done well",
        "version": report.version,
    }
    assert lead.post(at("write_report", report.pk), words | days).status_code == 302
    stale = lead.post(at("write_report", report.pk), words | days | {"summary": "Mine"})
    assert (stale.status_code, "Mine" in text(stale), "Done well" in text(stale)) == (422, True, True)
    version = Report.objects.get().version
    assert lead.post(at("freeze_report", report.pk), {"version": version}).status_code == 302
    assert "Under the heading:" in text(signed_in(cast.woking_rep).get(at("report", report.pk)))

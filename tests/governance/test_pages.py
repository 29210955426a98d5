"""The pages of governance: who may see them, what they refuse and keep, and how many queries they take."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from governance.models import Action, AgendaItem, Decision, Meeting, Paper
from governance.services import actions, agenda, attendance, decisions, meetings, points
from tests.cast import save
from tests.governance.scene import TEN, TODAY, Scene, SignedIn, at, elsewhere, text


def test_strangers_sign_in_outsiders_find_nothing_members_without_the_right_are_told(
    scene: Scene, signed_in: SignedIn
) -> None:
    page, write = at("meeting", scene.meeting.pk), at("add_item", scene.meeting.pk)
    assert Client().get(page).headers["Location"].startswith("/accounts/login/?next=")
    outsider, woking = signed_in(scene.cast.outsider), signed_in(scene.cast.woking_rep)
    assert [outsider.get(address).status_code for address in (page, write)] == [404, 404]
    assert [woking.get(address).status_code for address in (page, write)] == [200, 403]
    foreign = meetings.call(body_id=scene.cast.their_executive.pk, starts_at=TEN, by=scene.cast.outsider)
    assert woking.get(at("meeting", foreign.pk)).status_code == 404
    assert signed_in(scene.cast.lead).post(at("add_item", foreign.pk), {"title": "x"}).status_code == 404


def test_the_working_page_shows_the_tools_to_its_writers_only(scene: Scene, signed_in: SignedIn) -> None:
    point = scene.point("Asked about the boroughs")
    for part, writes in (("lead", True), ("chair", True), ("woking_rep", False), ("finance", False)):
        page = text(signed_in(getattr(scene.cast, part)).get(at("meeting", scene.meeting.pk)))
        assert "Asked about the boroughs" in page
        assert ("Save attendance" in page) is writes, part
        assert (at("change_point", point.pk) in page) is writes, part


def test_the_start_page_counts_every_open_action(scene: Scene, lead: Client) -> None:
    for number in range(203):
        due = TODAY - timedelta(days=1) if number < 2 else None
        save(
            Action(
                partnership=scene.cast.surrey,
                body=scene.cast.executive,
                reference=f"A{number}",
                text="x",
                due=due,
                owner_role="Analyst",
            )
        )
    assert Action.objects.counted(TODAY) == {"open": 203, "overdue": 2, "gaps": 201}
    page = text(lead.get(at("home")))
    assert re.search(r">\s*203\s*<", page)
    assert re.search(r">\s*201\s*<", page)


def test_calling_a_meeting(scene: Scene, lead: Client) -> None:
    given = {
        "key": str(uuid4()),
        "body": str(scene.cast.executive.pk),
        "day_day": "12",
        "day_month": "2",
        "day_year": "2024",
        "starts": "2.30 pm",
        "ends": "16:00",
        "place": "Woking",
        "marking": "official",
    }
    first, second = lead.post(at("call"), given), lead.post(at("call"), given)
    called = Meeting.objects.get(place="Woking")
    assert first.headers["Location"] == second.headers["Location"] == at("meeting", called.pk)
    assert called.starts_at == datetime(2024, 2, 12, 14, 30, tzinfo=UTC)
    again = lead.post(at("call"), given | {"key": str(uuid4())})
    assert again.status_code == 422
    assert "Executive already has a meeting at that time." in text(again)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Choose an option for “Body”"),
        ({"day_day": "31", "day_month": "2", "day_year": "2024"}, "Date must be a real date"),
        ({"day_day": "1"}, "Date must include a month and a year"),
        ({"starts": "half past"}, "Enter a time, like 10:00 or 2:30pm"),
        ({"starts": "25:00"}, "Enter a time, like 10:00 or 2:30pm"),
        ({"place": "x" * 201}, "Use 200 characters or fewer; you have used 201"),
        ({"marking": "secret"}, "Choose one of the options listed"),
        ({"minutes_url": "javascript:alert(1)"}, "Enter a web address, like https://example.org/page"),
        ({"key": "not-a-key"}, "This form was damaged on its way. Open the page again"),
        ({"body": "not-an-id"}, "Choose one of the options listed"),
    ],
)
def test_a_meeting_called_wrongly_keeps_what_was_typed(
    scene: Scene, lead: Client, given: dict[str, str], sentence: str
) -> None:
    before = Meeting.objects.count()
    response = lead.post(at("call"), {"starts": "10:07", **given})
    assert response.status_code == 422
    assert sentence in text(response)
    assert given.get("starts", "10:07") in text(response)
    assert "Error: Call a meeting" in text(response)
    assert Meeting.objects.count() == before


def test_another_partnership_s_body_cannot_be_chosen(scene: Scene, lead: Client) -> None:
    theirs = {"body": str(scene.cast.their_executive.pk)}
    assert "Choose one of the options listed" in text(lead.post(at("call"), theirs))


def test_an_action_with_gaps_is_flagged_everywhere(scene: Scene, lead: Client) -> None:
    lead.post(at("add_action", scene.item.pk), {"text": "Send the plan"})
    action = Action.objects.get()
    for address in (at("actions"), at("action", action.pk), at("home"), at("meeting", scene.meeting.pk)):
        assert "No owner · No date" in text(lead.get(address)), address
    page = text(lead.get(at("action", action.pk)))
    assert "Nobody can be reminded of this action as it stands." in page
    assert "Name an owner and a date" in page


def test_the_owner_s_partner_reports_on_its_action(scene: Scene, signed_in: SignedIn) -> None:
    action = actions.create(
        item_id=scene.item.pk, text="Send", owner_partner_id=scene.cast.woking.pk, by=scene.cast.lead
    )
    woking, police = signed_in(scene.cast.woking_rep), signed_in(scene.cast.police_rep)
    report, done = at("report_action", action.pk), at("complete_action", action.pk)
    assert [police.get(report).status_code, police.post(report, {"text": "x"}).status_code] == [403, 403]
    assert woking.post(report, {"text": "Sent to all", "source": "a rumour"}).status_code == 302
    assert "Where it came from" not in text(woking.get(report))
    lead = signed_in(scene.cast.lead)
    assert "Where it came from" in text(lead.get(report))
    lead.post(report, {"text": "Half done", "source": "an e-mail of 3 January"})
    given = {"completed_on_day": "15", "completed_on_month": "1", "completed_on_year": "2024", "version": "1"}
    assert woking.post(done, given).status_code == 302
    page = text(police.get(at("action", action.pk)))
    assert "Sent to all" in page
    assert "a rumour" not in page
    assert "From an e-mail of 3 January" in page
    assert "Report progress" not in page
    assert woking.get(at("change_action", action.pk)).status_code == 403


def test_the_registers_filter(scene: Scene, lead: Client) -> None:
    facts: dict[str, Any] = {"item_id": scene.item.pk, "by": scene.cast.lead}
    actions.create(**facts, text="Owned one", owner_partner_id=scene.cast.woking.pk, due=TODAY)
    actions.create(**facts, text="Loose one")
    decisions.record_outcome(**facts, verb="noted", text="Apples", today=TODAY)
    decisions.record_outcome(**facts, verb="noted", text="Pears", today=TODAY)

    def has(address: str, *words: str) -> list[bool]:
        page = text(lead.get(address))
        return [word in page for word in words]

    assert has(at("actions"), "Owned one", "Loose one") == [True, True]
    assert has(f"{at('actions')}?gaps=on", "Owned one", "Loose one") == [False, True]
    assert has(f"{at('actions')}?partner={scene.cast.woking.pk}", "Owned one", "Loose one") == [True, False]
    assert has(f"{at('actions')}?overdue=on", "Nothing matches this filter") == [True]
    assert has(f"{at('actions')}?status=done", "Nothing matches this filter") == [True]
    assert has(f"{at('decisions')}?text=apple", "Apples", "Pears", "row match") == [True, False, True]
    assert has(f"{at('decisions')}?year=2024&kind=meeting", "Apples", "Pears") == [True, True]
    assert has(f"{at('decisions')}?kind=notice", "Apples") == [False]
    assert has(f"{at('decisions')}?body={scene.cast.executive.pk}", "Apples") == [True]
    assert has(f"{at('decisions')}?body={scene.cast.their_executive.pk}", "Choose one of the options") == [
        True
    ]
    assert has(f"{at('meetings')}?status=cancelled", "Nothing matches this filter") == [True]


def test_a_notice_is_recorded_and_seen_from_the_decision(scene: Scene, signed_in: SignedIn) -> None:
    decision = decisions.record_outcome(
        item_id=scene.item.pk, verb="agreed", text="the awards", today=TODAY, by=scene.cast.lead
    )
    finance = signed_in(scene.cast.finance)
    given = {
        "key": str(uuid4()),
        "number": "12/2024-25",
        "title": "Grants to partners",
        "recognises": str(decision.pk),
        "verb": "approved",
        "text": "The awards in the annex.",
        "author_role": "Head of performance",
        "marking": "official",
        "signed_on_day": "15",
        "signed_on_month": "1",
        "signed_on_year": "2024",
    }
    made = finance.post(at("notice"), given)
    assert made.headers["Location"] == finance.post(at("notice"), given).headers["Location"]
    notice = Decision.objects.get(kind="notice")
    assert "12/2024-25" in text(finance.get(at("decision", decision.pk)))
    assert "EXEC/2024/01" in text(finance.get(at("decision", notice.pk)))
    taken = finance.post(at("notice"), given | {"key": str(uuid4())})
    held = "12/2024-25 is the notice “Grants to partners”, signed on 15 January 2024. If yours is another,"
    assert held in text(taken)
    of_a_body = finance.post(at("notice"), given | {"key": str(uuid4()), "number": "EXEC/2024/01"})
    assert "EXEC/2024/01 is “" in text(of_a_body)
    to_come = finance.post(at("notice"), given | {"key": str(uuid4()), "number": "exec/2024/77"})
    assert "EXEC/… are numbers of a body" in text(to_come)
    assert signed_in(scene.cast.lead).get(at("notice")).status_code == 403


def test_a_body_run_elsewhere_has_our_item_and_no_attendance(scene: Scene, lead: Client) -> None:
    board = elsewhere(scene.cast)
    meeting = meetings.call(body_id=board.pk, starts_at=TEN, by=scene.cast.lead)
    given = {
        "title": "Serious Violence Duty",
        "purpose": "decide",
        "sent": "A progress report",
        "witnesses": "The PCC; the programme lead",
    }
    lead.post(at("add_item", meeting.pk), given)
    page = text(lead.get(at("meeting", meeting.pk)))
    for words in ("is run elsewhere", "A progress report", "The PCC; the programme lead", board.minutes_url):
        assert words in page
    assert "Attendance" not in page
    assert "uorum" not in page
    item = AgendaItem.objects.get(meeting=meeting)
    form = text(lead.get(at("change_item", item.pk)))
    assert "A progress report" in form


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("plan.exe", b"MZ", "Choose a PDF, Word, Excel, OpenDocument, CSV, PNG or JPG file."),
        ("plan.pdf", b"not a pdf", "The file is not what its name says"),
        ("plan.csv", b"", "The file is empty. Choose another file."),
    ],
)
def test_a_wrong_paper_is_refused(
    scene: Scene, lead: Client, name: str, content: bytes, sentence: str
) -> None:
    given = {"title": "Plan", "marking": "official", "file": SimpleUploadedFile(name, content)}
    response = lead.post(at("add_paper", scene.item.pk), given)
    assert (response.status_code, sentence in text(response), Paper.objects.count()) == (422, True, 0)


def test_a_paper_is_read_by_every_member(scene: Scene, lead: Client, signed_in: SignedIn) -> None:
    given = {"title": "Plan", "marking": "official", "file": SimpleUploadedFile("plan.csv", b"a,b\n")}
    assert lead.post(at("add_paper", scene.item.pk), given).status_code == 302
    address = at("paper_file", Paper.objects.get().pk)
    download = signed_in(scene.cast.woking_rep).get(address)
    assert download.headers["Content-Disposition"] == 'attachment; filename="plan.csv"'
    assert b"".join(download) == b"a,b\n"
    assert signed_in(scene.cast.outsider).get(address).status_code == 404


def fill(scene: Scene, rows: int) -> None:
    """As many meetings, items, points, outcomes and actions more as asked for."""
    by = scene.cast.lead
    for number in range(rows):
        day = datetime(2023, 6, 1 + number, 10, tzinfo=UTC)
        meeting = meetings.call(body_id=scene.cast.executive.pk, starts_at=day, by=by)
        item = agenda.add(meeting_id=scene.meeting.pk, title=f"Item {number}", by=by)
        rec = agenda.recommend(item_id=item.pk, verb="noted", text="x", by=by)
        point = points.add(item_id=item.pk, text="x", spoken=points.Spoken("person", user_id=by.pk), by=by)
        points.add(item_id=item.pk, parent_id=point.pk, text="below", by=by)
        decisions.record_outcome(item_id=item.pk, recommendation_id=rec.pk, today=TODAY, by=by)
        actions.create(item_id=item.pk, text="x", owner_partner_id=scene.cast.woking.pk, by=by)
        attendance.add_guest(meeting_id=scene.meeting.pk, name_or_role=f"Guest {number}", today=TODAY, by=by)
        assert meeting.pk


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("home", 10),
        ("bodies", 5),
        ("body", 16),
        ("meetings", 6),
        ("meeting", 21),
        ("minutes", 19),
        ("decisions", 9),
        ("actions", 8),
    ],
)
def test_pages_take_the_same_queries_for_one_row_and_for_three(  # noqa: PLR0917
    scene: Scene, lead: Client, django_assert_num_queries: Any, name: str, queries: int, rows: int
) -> None:
    fill(scene, rows)
    subject = {"body": [scene.cast.executive.pk]}.get(
        name, [scene.meeting.pk] * (name in ("meeting", "minutes"))
    )
    with django_assert_num_queries(queries):
        lead.get(at(name, *subject))

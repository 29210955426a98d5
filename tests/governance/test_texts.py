"""Agenda, minutes and actions as Word files and as plain text, as each reader may read them."""

from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from django.test import Client

from governance import documents
from governance.services import actions, attendance, decisions, interests
from governance.services.attendance import SeatEntry
from governance.services.interests import Declared
from tests.governance.agendas import call
from tests.governance.scene import TODAY, Scene, at, text
from tests.governance.test_circulation import agree, answer, circulate, comment
from tests.governance.test_correspondence import inquorate, ratify
from tests.governance.test_pdf import made
from tests.governance.test_publication import publish
from tests.governance.test_publication import said as published

SECRET = "A named family"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def fill(scene: Scene) -> None:
    by = scene.cast.lead
    scene.recommend()
    scene.point("The deputy spoke", scene.point("We heard the plan"))
    decisions.record_outcome(item_id=scene.item.pk, verb="approved", text="the plan", today=TODAY, by=by)
    actions.create(item_id=scene.item.pk, text="Send the plan", owner_partner_id=scene.cast.woking.pk, by=by)
    attendance.record(
        meeting_id=scene.meeting.pk,
        entries=[SeatEntry(scene.chair_seat.pk, "present", user_id=scene.cast.chair.pk)],
        today=TODAY,
        by=by,
    )
    interests.declare(meeting_id=scene.meeting.pk, declared=Declared("Trustee", role="Chair"), by=by)


def plain(browser: Client, scene: Scene, name: str) -> str:
    answered = browser.get(at("minutes_text", scene.meeting.pk, name))
    assert answered.status_code == 200
    assert answered["Content-Type"] == "text/plain; charset=utf-8"
    return text(answered)


def test_the_agenda_is_there_before_the_meeting_and_the_minutes_after_it(scene: Scene, lead: Client) -> None:
    said = plain(lead, scene, "agenda")
    assert said.startswith("Agenda: Surrey Serious Violence Reduction Executive, 15 January 2024\nOFFICIAL\n")
    assert "5. DELIVERY PLAN\n\nTo decide." in said
    for name in ("minutes", "actions"):
        for form in ("minutes_text", "minutes_word"):
            assert lead.get(at(form, scene.meeting.pk, name)).status_code == 404
    scene.hold()
    assert plain(lead, scene, "minutes").startswith("Draft minutes: ")
    assert "No action was agreed." in plain(lead, scene, "actions")


def test_the_minutes_say_all_that_was_recorded(scene: Scene, lead: Client) -> None:
    fill(scene)
    scene.hold()
    said = plain(lead, scene, "minutes")
    for each in (
        "Draft. It stands when the body has agreed it.",
        "- Chair; Who: Chair (surrey); Attendance: Present",
        "- Chair (surrey), Chair: Trustee (other; The whole meeting; stayed and did not take part)",
        "Recommendations:",
        "1. To approve the delivery plan",
        "1 We heard the plan",
        "1a The deputy spoke",
        "EXEC/2024/01: Surrey Serious Violence Reduction Executive approved the plan",
        "- EXEC/2024/A01; What is to be done: Send the plan; Owner: Woking Borough Council; Due: No date",
    ):
        assert each in said
    assert "Send the plan" in plain(lead, scene, "actions")
    circulate(scene)
    answer(comment(scene, item_id=scene.item.pk), scene, text="The deputy is named")
    agree(scene, in_correspondence=True, agreed_on=TODAY)
    said = plain(lead, scene, "minutes")
    assert said.startswith("Minutes: ")
    assert "Approved in correspondence on 15 January 2024, subject to corrections." in said
    assert "CORRECTIONS THEY WERE APPROVED SUBJECT TO\n\n- Delivery plan: The deputy is named" in said


def test_the_texts_say_where_an_item_came_from_and_went_on_to(
    scene: Scene, lead: Client, tmp_path: Path
) -> None:
    scene.hold()
    february = call(scene)
    agree(scene, in_correspondence=True, agreed_on=TODAY)
    went, came = "Carried forward to 12 February 2024.", "Carried forward from 15 January 2024."
    assert f"DELIVERY PLAN\n\n{went}" in plain(lead, scene, "minutes")
    assert went in made(scene.fresh(), documents.OPEN, tmp_path)[2]
    answered = lead.get(at("minutes_word", scene.meeting.pk, "minutes"))
    assert went in [each.text for each in docx.Document(BytesIO(answered.content)).paragraphs]
    assert went in published(publish(scene))
    assert came in text(lead.get(at("minutes_text", february.pk, "agenda")))


def test_what_is_published_says_that_it_was_approved_subject_to_corrections(scene: Scene) -> None:
    scene.hold()
    circulate(scene)
    answer(comment(scene, item_id=scene.item.pk), scene, text="The deputy is named")
    agree(scene, in_correspondence=True, agreed_on=TODAY)
    said = published(publish(scene))
    assert "Approved in correspondence on 15 January 2024, subject to corrections." in said
    assert "The deputy is named" not in said


def test_every_form_of_the_minutes_marks_what_was_not_quorate(
    scene: Scene, lead: Client, tmp_path: Path
) -> None:
    decision = inquorate(scene)
    scene.hold()

    def forms() -> list[str]:
        page = text(lead.get(at("minutes", scene.meeting.pk)))
        pdf = made(scene.fresh(), documents.OPEN, tmp_path)[2]
        return [" ".join(each.split()) for each in (page, pdf, plain(lead, scene, "minutes"))]

    assert ["(Not quorate)" in each for each in forms()] == [True] * 3
    ratify(scene, decision)
    ratified = "(Not quorate; ratified on 20 January 2024 in correspondence)"
    assert [ratified in each for each in forms()] == [True] * 3
    agree(scene, in_correspondence=True, agreed_on=TODAY)
    assert ratified in published(publish(scene))


def test_what_was_quorate_is_not_marked(scene: Scene, lead: Client) -> None:
    fill(scene)
    scene.hold()
    assert "(Not quorate" not in plain(lead, scene, "minutes")


def test_a_word_file_has_headings_tables_with_heads_and_a_title(scene: Scene, lead: Client) -> None:
    fill(scene)
    scene.hold()
    answered = lead.get(at("minutes_word", scene.meeting.pk, "minutes"))
    assert answered["Content-Type"] == WORD
    assert answered["Content-Disposition"] == 'attachment; filename="surrey-exec-2024-01-15-minutes.docx"'
    document: Any = docx.Document(BytesIO(answered.content))
    assert document.core_properties.title.startswith("Draft minutes: ")
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings[:2] == ["Attendance", "1. Apologies and substitutes"]
    assert [table.cell(0, 0).text for table in document.tables] == ["Seat", "Reference"]
    assert all(table.rows[0]._tr.trPr.xpath("w:tblHeader") for table in document.tables)
    assert document.sections[0].header.paragraphs[0].text == "Surrey · OFFICIAL"


@pytest.mark.parametrize("name", ["agenda", "minutes", "actions"])
def test_restricted_items_are_in_a_text_of_their_own_for_their_readers(
    scene: Scene, signed_in: Any, name: str
) -> None:
    secret = scene.secret(SECRET)
    actions.create(item_id=secret.pk, text=f"{SECRET} is visited", by=scene.cast.lead)
    scene.hold()
    whole = f"{name}-with-restricted-items"
    for who, reads in ((scene.cast.chair, True), (scene.cast.auditor, True), (scene.cast.police_rep, False)):
        browser = signed_in(who)
        assert SECRET.lower() not in plain(browser, scene, name).lower()
        page = text(browser.get(at("minutes", scene.meeting.pk)))
        assert (at("minutes_word", scene.meeting.pk, whole) in page) is reads
        for form in ("minutes_text", "minutes_word"):
            status = browser.get(at(form, scene.meeting.pk, whole)).status_code
            assert status == (200 if reads else 404)
        if reads:
            assert SECRET.lower() in plain(browser, scene, whole).lower()


def test_there_is_no_other_text(scene: Scene, lead: Client) -> None:
    scene.hold()
    for name in ("agenda-with-restricted-items", "nothing", "minutes-pdf"):
        assert lead.get(at("minutes_word", scene.meeting.pk, name)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_minutes_ask_as_much_for_three_outcomes_without_a_quorum_as_for_one(
    scene: Scene, lead: Client, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        ratify(scene, inquorate(scene))
    scene.hold()
    plain(lead, scene, "minutes")
    with django_assert_num_queries(19):
        assert plain(lead, scene, "minutes").count("(Not quorate; ratified") == rows

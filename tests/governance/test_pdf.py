"""Minutes as a PDF: made by the worker's code, conforming, and downloaded by those who may."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import page as page_validation
import pytest

from governance import documents, minutes_blocks
from governance.models import Meeting
from governance.services import actions, circulation, decisions, meetings
from svd_portal.kit.blocks import Paragraph
from svd_portal.kit.models import Document
from svd_portal.kit.services import documents as requests
from tests.governance.scene import TEN, TODAY, Scene, SignedIn, at


@pytest.fixture
def written(scene: Scene) -> Meeting:
    """Minutes with a bit of everything, and a restricted item."""
    point = scene.point("Asked <when> the plan starts & ends")
    scene.point("In April", point)
    recommendation = scene.recommend("the delivery plan")
    decisions.record_outcome(
        item_id=scene.item.pk, recommendation_id=recommendation.pk, today=TODAY, by=scene.cast.lead
    )
    actions.create(item_id=scene.item.pk, text="Send the plan", by=scene.cast.lead)
    scene.secret("A named family")
    return scene.hold()


def made(meeting: Meeting, kind: str, tmp_path: Path) -> tuple[str, bytes, str]:
    """File name, bytes and text of a document of the meeting, built as the worker builds it."""
    document = Document(id=UUID(int=1), partnership_id=meeting.partnership_id, kind=kind, subject=meeting.pk)
    document.created_at = datetime(2024, 1, 15, 12, tzinfo=UTC)
    built = documents.build(document)
    path = tmp_path / "minutes.pdf"
    path.write_bytes(built.content)
    read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return built.filename, built.content, read.stdout.decode()


def test_the_open_minutes_say_all_but_the_restricted_item(written: Meeting, tmp_path: Path) -> None:
    name, _, text = made(written, documents.OPEN, tmp_path)
    assert name == "surrey-exec-2024-01-15-minutes.pdf"
    for words in (
        "Draft minutes: Surrey Serious Violence Reduction",
        "15 January 2024 at 10am",
        "5. Delivery plan",
        "Asked <when> the plan starts & ends",
        "1a",
        "In April",
        "EXEC/2024/01",
        "approved the delivery plan",
        "EXEC/2024/A01",
        "No owner",
        "No quorum set",
        "7. Date of next meeting",
    ):
        assert words in text
    assert "A named family" not in text
    assert "estricted" not in text


def test_the_whole_minutes_hold_the_restricted_item(written: Meeting, tmp_path: Path) -> None:
    name, _, text = made(written, documents.WHOLE, tmp_path)
    assert name == "surrey-exec-2024-01-15-minutes-with-restricted-items.pdf"
    assert "R1. A named family (restricted)" in text


def test_agreed_minutes_say_where_they_were_approved_and_subject_to_what(
    written: Meeting, scene: Scene, tmp_path: Path
) -> None:
    later = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=TEN + timedelta(hours=3), by=scene.cast.lead
    )
    facts = {"meeting_id": written.pk, "today": TODAY}
    circulation.circulate(**facts, closes_on=TODAY, by=scene.cast.lead)
    asked = circulation.comment(**facts, text="It was the deputy", by=scene.cast.police_rep)
    circulation.answer(
        comment_id=asked.pk, accepted=True, text="The deputy is named", today=TODAY, by=scene.cast.lead
    )
    version = scene.fresh().version
    meetings.agree_minutes(**facts, version=version, at_id=later.pk, by=scene.cast.lead)
    text = " ".join(made(scene.fresh(), documents.OPEN, tmp_path)[2].split())
    assert "Approved at the meeting of 15 January 2024, subject to corrections." in text
    assert "Corrections they were approved subject to" in text
    assert "The whole minutes: The deputy is named" in text
    blocks = minutes_blocks.text_of_minutes(minutes_blocks.read(later, with_restricted=False))
    assert "The minutes of 15 January 2024 were approved." in " ".join(
        block.text for block in blocks if isinstance(block, Paragraph)
    )
    meetings.record_held(meeting_id=later.pk, version=later.version, today=TODAY, by=scene.cast.lead)
    there = " ".join(made(Meeting.objects.get(pk=later.pk), documents.OPEN, tmp_path)[2].split())
    assert "Minutes of the last meeting The minutes of 15 January 2024 were approved." in there


def test_the_pdf_conforms_to_pdf_ua_1(written: Meeting, tmp_path: Path) -> None:
    _, content, _ = made(written, documents.OPEN, tmp_path)
    profile = page_validation.ValidationProfile.PDF_UA_1
    found = page_validation.validate_pdf_bytes(content, profile=profile).failures
    assert [failure.message for failure in found] == []


def test_asking_making_and_downloading(written: Meeting, scene: Scene, signed_in: SignedIn) -> None:
    client = signed_in(scene.cast.woking_rep)
    address = at("minutes_pdf", written.pk, "minutes")
    assert client.get(address).status_code == 404
    assert "Make the PDF" in client.get(at("minutes", written.pk)).content.decode()
    asked = client.post(at("make_minutes", written.pk, "minutes"))
    assert asked.headers["Location"] == f"{at('minutes', written.pk)}#pdf"
    client.post(at("make_minutes", written.pk, "minutes"))
    document = Document.objects.get()
    assert client.get(at("minutes_state", written.pk, "minutes")).json() == {"state": "queued"}
    assert "The document is waiting its turn." in client.get(at("minutes", written.pk)).content.decode()
    requests.make(document_id=document.pk)
    assert client.get(at("minutes_state", written.pk, "minutes")).json() == {"state": "done"}
    page = client.get(at("minutes", written.pk)).content.decode()
    assert "surrey-exec-2024-01-15-minutes.pdf" in page
    download = client.get(address)
    assert download.headers["Content-Type"] == "application/pdf"
    assert b"".join(download)[:5] == b"%PDF-"
    assert signed_in(scene.cast.outsider).get(address).status_code == 404
    assert client.get(at("minutes_pdf", written.pk, "other")).status_code == 404


def test_readers_of_restricted_items_are_offered_both(
    written: Meeting, scene: Scene, signed_in: SignedIn
) -> None:
    whole = at("make_minutes", written.pk, "minutes-with-restricted-items")
    chair, woking = (
        signed_in(user).get(at("minutes", written.pk)).content.decode()
        for user in (scene.cast.chair, scene.cast.woking_rep)
    )
    assert "Without restricted items, to circulate" in chair
    assert whole in chair
    assert whole not in woking


def test_a_draft_is_no_longer_handed_out_once_the_minutes_are_agreed(
    written: Meeting, scene: Scene, signed_in: SignedIn
) -> None:
    client = signed_in(scene.cast.woking_rep)
    client.post(at("make_minutes", written.pk, "minutes"))
    requests.make(document_id=Document.objects.get().pk)
    assert b"".join(client.get(at("minutes_pdf", written.pk, "minutes")))[:5] == b"%PDF-"
    meetings.agree_minutes(
        meeting_id=written.pk, version=scene.fresh().version, agreed_on=TODAY, today=TODAY, by=scene.cast.lead
    )
    assert client.get(at("minutes_pdf", written.pk, "minutes")).status_code == 404


def test_a_file_is_named_after_what_it_is(scene: Scene) -> None:
    def names() -> list[str]:
        return [documents.filename(scene.fresh(), kind) for kind in documents.KINDS.values()]

    head = "surrey-exec-2024-01-15"
    packs = [f"{head}-agenda-pack.pdf", f"{head}-agenda-pack-with-restricted-items.pdf"]
    assert names() == [f"{head}-agenda.pdf", f"{head}-agenda-with-restricted-items.pdf", *packs]
    scene.hold()
    assert names() == [f"{head}-minutes.pdf", f"{head}-minutes-with-restricted-items.pdf", *packs]

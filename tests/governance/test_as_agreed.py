"""Agreed minutes go on saying what they said, to the letter, whatever becomes of what stands beside them."""

import re
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import docx
import pytest
from django.test import Client

from governance import documents
from governance.models import AgendaItem, Meeting, Paper, Seat
from governance.services import agenda, bodies, meetings, papers, seats
from svd_portal.home.selectors import history
from tests.cast import save
from tests.funding.test_returns_frozen import refusal
from tests.governance.agendas import FEBRUARY, call
from tests.governance.scene import TODAY, Scene, SignedIn, at, text
from tests.governance.test_circulation import agree
from tests.governance.test_correspondence import inquorate, ratify
from tests.governance.test_pdf import made
from tests.governance.test_publication import publish, said
from tests.governance.tiers import Tiers

SINCE_AGREED = re.compile(r"<h3>Papers added after the minutes were agreed</h3>.*?</ul>", re.DOTALL)


def page_of(client: Client, meeting: Meeting) -> str:
    """The minutes on their page, without what came after they were agreed and what is new to the reader."""
    page = text(client.get(at("minutes", meeting.pk)))
    article = page.split('<article class="minutes">')[1].split("</article>", maxsplit=1)[0]
    kept = re.sub(
        r'<strong class="govuk-tag[^>]*>\s*New( version)?\s*</strong>', "", SINCE_AGREED.sub("", article)
    )
    return " ".join(kept.split())


def word_of(client: Client, meeting: Meeting, name: str) -> list[str]:
    document: Any = docx.Document(BytesIO(client.get(at("minutes_word", meeting.pk, name)).content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    heads = [
        each.text for part in document.sections for each in (*part.header.paragraphs, *part.footer.paragraphs)
    ]
    return [*(each.text for each in document.paragraphs), *cells, *heads]


def everywhere(client: Client, meeting: Meeting, tmp_path: Path, *, whole: bool = False) -> dict[str, Any]:
    """The minutes as this reader finds them."""
    meeting = Meeting.objects.get(pk=meeting.pk)
    names = ["minutes", "actions", *(["minutes-with-restricted-items"] if whole else [])]
    kinds = [documents.OPEN, *([documents.WHOLE] if whole else [])]
    return {
        "page": page_of(client, meeting),
        "texts": [text(client.get(at("minutes_text", meeting.pk, name))) for name in names],
        "word": [word_of(client, meeting, name) for name in names],
        "pdf": [made(meeting, kind, tmp_path)[2] for kind in kinds],
    }


@pytest.fixture
def agreed(scene: Scene) -> Scene:
    """Minutes with a paper under each of two items, one of them restricted; the next meeting is in March."""
    secret = scene.secret()
    agenda.add(meeting_id=scene.meeting.pk, title="Plan for 2025", purpose="decide", by=scene.cast.lead)
    for item, title in ((scene.item, "Data paper"), (secret, "Named children")):
        papers.add(item_id=item.pk, title=title, url="https://surrey.example/1", by=scene.cast.lead)
    call(scene, datetime(2024, 3, 12, 10, tzinfo=UTC), place="Dorking")
    inquorate(scene)
    scene.agree()
    return scene


def rename(scene: Scene, lead: Client, tmp_path: Path) -> None:
    body = scene.cast.executive
    body.refresh_from_db()
    given = {"name": "Renamed Board XYZ", "kind": body.kind, "version": body.version}
    assert lead.post(at("change_body", body.pk), given).status_code == 302


def call_another(scene: Scene, lead: Client, tmp_path: Path) -> None:
    day = {"day_day": 12, "day_month": 2, "day_year": 2024}
    given = {
        "key": str(uuid4()),
        "body": str(scene.cast.executive.pk),
        "starts": "10:00",
        "marking": "official",
    }
    assert lead.post(at("call"), given | day | {"place": "Inserted place"}).status_code == 302
    assert Meeting.objects.filter(place="Inserted place").exists()


def add_paper(scene: Scene, lead: Client, tmp_path: Path) -> None:
    given = {"title": "Late paper", "marking": "official", "url": "https://surrey.example/2"}
    assert lead.post(at("add_paper", scene.item.pk), given).status_code == 302


def add_version(scene: Scene, lead: Client, tmp_path: Path) -> None:
    first = Paper.objects.get(item=scene.item, title="Data paper")
    given = {
        "title": "Other data",
        "marking": "official",
        "url": "https://surrey.example/3",
        "changed": "Figures",
    }
    assert lead.post(at("add_paper_version", first.pk), given).status_code == 302


def rename_paper(scene: Scene, lead: Client, tmp_path: Path) -> None:
    for paper in Paper.objects.all():
        paper.title = "Another title"
        paper.save_by(scene.cast.lead)


def move_next(scene: Scene, lead: Client, tmp_path: Path) -> None:
    """The next meeting, to which an item was carried on, comes on another day at another place."""
    march = Meeting.objects.get(place="Dorking")
    day = {"day_day": 19, "day_month": 3, "day_year": 2024}
    given = {"starts": "14:00", "place": "Epsom", "marking": "official", "version": march.version}
    assert lead.post(at("change_meeting", march.pk), given | day).status_code == 302


def take_off(scene: Scene, lead: Client, tmp_path: Path) -> None:
    """What was carried on is taken off the next agenda."""
    onward = AgendaItem.objects.get(carried_from__title="Plan for 2025")
    assert lead.post(at("withdraw_item", onward.pk)).status_code == 302


def ratify_it(scene: Scene, lead: Client, tmp_path: Path) -> None:
    ratify(scene, scene.item.decisions.get())


def rename_seats(scene: Scene, lead: Client, tmp_path: Path) -> None:
    """Seats that nobody was recorded in may still be renamed."""
    seat = Seat.objects.get(pk=scene.police_seat.pk)
    seats.change(
        seat_id=seat.pk,
        version=seat.version,
        title="Chief constable",
        kind=seat.kind,
        partner_id=seat.partner_id,
        voting=True,
        by=scene.cast.lead,
    )


def rename_partnership(scene: Scene, lead: Client, tmp_path: Path) -> None:
    scene.cast.surrey.name = "Surrey and beyond"
    save(scene.cast.surrey)


def approve_earlier_here(scene: Scene, lead: Client, tmp_path: Path) -> None:
    """Minutes of November are said, after those of January were agreed, to have been approved in January."""
    november = call(scene, datetime(2023, 11, 14, 10, tzinfo=UTC))
    held = meetings.record_held(meeting_id=november.pk, version=1, today=TODAY, by=scene.cast.lead)
    facts = {"meeting_id": held.pk, "version": held.version, "today": TODAY, "by": scene.cast.lead}
    meetings.agree_minutes(**facts, at_id=scene.meeting.pk)


FORMS = [
    rename,
    call_another,
    add_paper,
    add_version,
    rename_paper,
    move_next,
    take_off,
    ratify_it,
    rename_seats,
    rename_partnership,
    approve_earlier_here,
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_no_form_changes_agreed_minutes(agreed: Scene, lead: Client, tmp_path: Path, form: Any) -> None:
    published = said(publish(agreed))
    before = everywhere(lead, agreed.meeting, tmp_path, whole=True)
    assert "Data paper" in before["texts"][0]
    assert "12 March 2024 at 10am, Dorking" in before["texts"][0]
    assert "Carried forward to 12 March 2024" in before["texts"][0]
    form(agreed, lead, tmp_path)
    assert everywhere(lead, agreed.meeting, tmp_path, whole=True) == before
    assert said(publish(agreed, version=None)) == published
    assert agreed.meeting.corrections.count() == 0


def test_nor_do_all_of_them_for_any_reader(
    agreed: Scene, lead: Client, signed_in: SignedIn, tmp_path: Path
) -> None:
    observer = signed_in(agreed.cast.observer)
    before = everywhere(observer, agreed.meeting, tmp_path)
    for form in FORMS:
        form(agreed, lead, tmp_path)
    assert Meeting.objects.filter(place__in=["Epsom", "Inserted place"]).count() == 2
    assert everywhere(observer, agreed.meeting, tmp_path) == before


def test_nor_does_what_is_carried_on_afterwards(scene: Scene, lead: Client, tmp_path: Path) -> None:
    scene.secret()
    scene.agree()
    before = everywhere(lead, scene.meeting, tmp_path)
    assert "Carried forward" not in str(before)
    february = call(scene, place="Inserted place")
    assert february.items.filter(carried_from=scene.item).exists()
    assert everywhere(lead, scene.meeting, tmp_path) == before
    assert "Inserted place" not in said(publish(scene))
    assert "Carried forward to" in text(lead.get(at("meeting", scene.meeting.pk)))


def test_who_escalated_an_item_is_told_as_it_was_called_then(
    tiers: Tiers, lead: Client, tmp_path: Path
) -> None:
    scene = tiers.scene
    tiers.step("accept", tiers.raise_up(), meeting_id=scene.meeting.pk)
    scene.agree()
    before = everywhere(lead, scene.meeting, tmp_path)
    assert "Escalated from Operational Group, ESC/2024/01." in before["texts"][0]
    tiers.group.name = "Delivery Group"
    save(tiers.group)
    after = everywhere(lead, scene.meeting, tmp_path)
    assert (after["texts"], after["pdf"], after["word"]) == (before["texts"], before["pdf"], before["word"])


def test_in_draft_minutes_what_is_now_stands(scene: Scene, lead: Client) -> None:
    scene.hold()
    rename(scene, lead, Path())
    add_paper(scene, lead, Path())
    words = text(lead.get(at("minutes_text", scene.meeting.pk, "minutes")))
    assert "Renamed Board XYZ" in words
    assert "Papers: Late paper." in words
    assert scene.fresh().as_agreed is None


def test_papers_that_came_after_are_there_and_said_to_be_so(agreed: Scene, lead: Client) -> None:
    add_paper(agreed, lead, Path())
    add_version(agreed, lead, Path())
    page = text(lead.get(at("minutes", agreed.meeting.pk)))
    (since,) = SINCE_AGREED.findall(page)
    late, second = Paper.objects.get(title="Late paper"), Paper.objects.get(title="Other data")
    assert [at("paper_file", each.pk) in since for each in (late, second)] == [True, True]
    first = Paper.objects.get(title="Data paper")
    assert at("paper_file", first.pk) in SINCE_AGREED.sub("", page)
    assert lead.get(at("paper", first.pk)).status_code == 200
    assert "Late paper" in text(lead.get(at("meeting", agreed.meeting.pk)))


def test_a_paper_withdrawn_since_is_still_named_and_no_longer_offered(
    agreed: Scene, lead: Client, tmp_path: Path
) -> None:
    before = everywhere(lead, agreed.meeting, tmp_path)
    paper = Paper.objects.get(title="Data paper")
    papers.withdraw(paper_id=paper.pk, reason="Superseded", by=agreed.cast.lead)
    after = everywhere(lead, agreed.meeting, tmp_path)
    assert {name: after[name] == before[name] for name in after} == {
        "page": False,
        "texts": True,
        "word": True,
        "pdf": True,
    }
    assert "Data paper" in after["page"]
    assert "withdrawn since" in after["page"]
    assert at("paper_file", paper.pk) not in after["page"]


def test_what_is_kept_of_restricted_items_is_for_their_readers(
    agreed: Scene, lead: Client, signed_in: SignedIn, tmp_path: Path
) -> None:
    kept = agreed.fresh().as_agreed
    assert "Named children" in str(kept)
    observer = signed_in(agreed.cast.observer)
    for place, words in everywhere(observer, agreed.meeting, tmp_path).items():
        assert "Named children" not in str(words), place
    assert (
        observer.get(at("minutes_text", agreed.meeting.pk, "minutes-with-restricted-items")).status_code
        == 404
    )
    assert "Named children" in page_of(lead, agreed.meeting)
    changes = [
        vars(change)
        for entry in history.of_record(agreed.cast.lead, agreed.fresh())
        for change in entry.changes
    ]
    assert "Named children" not in str(changes)
    assert "Minutes agreed" in str(changes)
    assert "as_agreed" not in agreed.fresh().shown_values()


def test_where_an_item_was_carried_to_is_kept_from_those_who_may_not_read_it_there(
    scene: Scene, lead: Client
) -> None:
    scene.hold()
    call(scene)
    onward = scene.item.carried_to.get()
    onward.restricted = True
    onward.save_by(scene.cast.lead)
    agree(scene, in_correspondence=True, agreed_on=TODAY)
    assert "Carried forward to" not in text(lead.get(at("minutes_text", scene.meeting.pk, "minutes")))
    assert "Carried forward to" in page_of(lead, scene.meeting)


def test_what_a_correction_changes_shows(agreed: Scene, lead: Client, tmp_path: Path) -> None:
    agreed.item.refresh_from_db()
    agenda.change(
        item_id=agreed.item.pk,
        version=agreed.item.version,
        title="Corrected title",
        purpose=agreed.item.purpose,
        presenter="",
        summary="",
        sent="",
        witnesses="",
        restricted=False,
        reason="Misheard",
        by=agreed.cast.lead,
    )
    added = agenda.add(
        meeting_id=agreed.meeting.pk, title="Left out", reason="Forgotten", by=agreed.cast.lead
    )
    papers.add(item_id=added.pk, title="Its paper", url="https://surrey.example/4", by=agreed.cast.lead)
    found = everywhere(lead, agreed.meeting, tmp_path)
    for place, words in found.items():
        for title in ("corrected title", "left out", "data paper"):
            if place != "texts" or title != "":
                assert title in str(words).lower(), (place, title)
        assert "Its paper" not in str(words), place


def test_postgresql_keeps_what_was_agreed_and_asks_for_it(agreed: Scene, scene: Scene) -> None:
    stays = "minutes that were agreed stay agreed"
    for change in (
        "as_agreed = NULL",
        """as_agreed = '{"body": "x"}'""",
        'as_agreed = as_agreed || \'{"body": "x"}\'',
    ):
        assert refusal(f"UPDATE governance_meeting SET {change} WHERE id = '{scene.meeting.pk}'") == stays
    without = "UPDATE governance_meeting SET status = 'agreed' WHERE place = 'Dorking'"
    assert "meeting_agreed_in_full" in refusal(without)


def test_a_correction_does_not_rewrite_what_was_kept(agreed: Scene) -> None:
    now = agreed.fresh()
    meetings.change(
        meeting_id=now.pk,
        version=now.version,
        starts_at=now.starts_at,
        ends_at=None,
        place="Woking",
        marking=now.marking,
        minutes_url="",
        reason="It was there",
        today=TODAY,
        by=agreed.cast.lead,
    )
    assert agreed.fresh().as_agreed == now.as_agreed
    assert refusal("UPDATE governance_meeting SET as_agreed = '{}' WHERE status = 'agreed'") == (
        "minutes that were agreed stay agreed"
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_queries_for_one_paper_and_for_three(
    scene: Scene, lead: Client, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        papers.add(
            item_id=scene.item.pk, title=f"P{number}", url="https://surrey.example/", by=scene.cast.lead
        )
    call(scene, FEBRUARY)
    scene.agree()
    add_paper(scene, lead, Path())
    address = at("minutes_text", scene.meeting.pk, "minutes")
    lead.get(address)
    with django_assert_num_queries(17):
        lead.get(address)


def test_titles_say_the_name_of_then(agreed: Scene, lead: Client) -> None:
    bodies.change(
        body_id=agreed.cast.executive.pk,
        version=agreed.cast.executive.version,
        name="Renamed Board XYZ",
        kind=agreed.cast.executive.kind,
        purpose="",
        minutes_url="",
        by=agreed.cast.lead,
    )
    name = "Surrey Serious Violence Reduction Executive"
    assert str(agreed.fresh()) == f"{name}, 15 January 2024"
    assert documents.title_of(agreed.fresh()) == f"Minutes: {name}, 15 January 2024"
    assert str(Meeting.objects.get(place="Dorking")) == "Renamed Board XYZ, 12 March 2024"
    assert date(2024, 1, 15) == agreed.fresh().agreed_on

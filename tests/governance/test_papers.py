"""Papers: who they wait for, and until when."""

import re
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from weasyprint import HTML

from governance.models import Paper, PaperPage, PaperReading
from governance.services import agenda, meetings, papers
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError
from tests.cast import save
from tests.governance.scene import TODAY, Scene, SignedIn, at, text


def pdf(words: str) -> bytes:
    stream = BytesIO()
    HTML(string=f"<p>{words}</p>").write_pdf(stream)
    return stream.getvalue()


def plain(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text(response)).split())


def tags(response: Any) -> list[str]:
    """What a page says is new among its papers."""
    return re.findall(r'<strong class="[^"]*tag[^"]*">\s*(New(?: version)?)\s*</strong>', text(response))


def test_a_paper_waits_for_each_person_until_they_open_it(scene: Scene, signed_in: SignedIn) -> None:
    later = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=datetime(2024, 2, 12, 10, tzinfo=UTC), by=scene.cast.lead
    )
    item = agenda.add(meeting_id=later.pk, title="Plan", by=scene.cast.lead)
    link = papers.add(item_id=item.pk, title="Data paper", url="https://example.org/x", by=scene.cast.lead)
    woking, chair = signed_in(scene.cast.woking_rep), signed_in(scene.cast.chair)
    for client in (woking, chair):
        assert at("paper_file", link.pk) in text(client.get("/surrey/"))
    for _again in range(2):
        assert woking.get(at("paper_file", link.pk)).headers["Location"] == "https://example.org/x"
    assert "Data paper" not in text(woking.get("/surrey/"))
    assert "Data paper" in text(chair.get("/surrey/"))
    assert signed_in(scene.cast.outsider).get(at("paper_file", link.pk)).status_code == 404
    assert list(PaperReading.objects.values_list("user", flat=True)) == [scene.cast.woking_rep.pk]


def put(scene: Scene, content: bytes, name: str = "paper.pdf", **facts: Any) -> Paper:
    """A paper with a file, as the form hands it over."""
    upload = files.validate_upload(SimpleUploadedFile(name, content))
    given = {"title": "Data paper", "today": TODAY, "by": scene.cast.lead} | facts
    if "paper_id" in given:
        return papers.add_version(upload=upload, **given)
    return papers.add(item_id=scene.item.pk, upload=upload, **given)


def test_a_new_version_is_offered_in_place_of_the_earlier_one(scene: Scene, signed_in: SignedIn) -> None:
    first = put(scene, pdf("Old words"))
    woking = signed_in(scene.cast.woking_rep)
    meeting = at("meeting", scene.meeting.pk)
    assert tags(woking.get(meeting)) == ["New"]
    assert b"".join(woking.get(at("paper_file", first.pk)))[:5] == b"%PDF-"
    assert tags(woking.get(meeting)) == []
    second = put(scene, pdf("New words"), paper_id=first.pk, changed="Two figures corrected")
    assert (second.edition, second.replaces, second.added_on) == (2, first, TODAY)
    page = woking.get(meeting)
    assert tags(page) == ["New version"]
    assert "Changed: Two figures corrected" in plain(page)
    assert at("paper_file", second.pk) in text(page)
    assert at("paper_file", first.pk) not in text(page)
    assert tags(signed_in(scene.cast.chair).get(meeting)) == ["New"]
    about = woking.get(at("paper", first.pk))
    assert "You came to an earlier version of this paper." in text(about)
    assert [at("paper_file", each.pk) in text(about) for each in (first, second)] == [True, True]
    assert b"".join(woking.get(at("paper_file", first.pk)))[:5] == b"%PDF-"
    assert signed_in(scene.cast.outsider).get(at("paper", first.pk)).status_code == 404


def test_a_new_version_says_what_changed_and_follows_the_newest(scene: Scene, lead: Client) -> None:
    first = put(scene, pdf("One"))
    form = at("add_paper_version", first.pk)
    sent = {"title": "Data paper", "marking": "official", "url": "https://example.org/2"}
    refused = lead.post(form, sent)
    assert (refused.status_code, "Fill in “What changed”" in text(refused)) == (422, True)
    assert lead.post(form, sent | {"changed": "Figures"}).status_code == 302
    again = lead.post(form, sent | {"changed": "Figures again"})
    assert (again.status_code, "A newer version was added meanwhile." in text(again)) == (422, True)
    assert Paper.objects.count() == 2


def test_two_versions_at_once_never_follow_one_paper(scene: Scene) -> None:
    first = put(scene, pdf("One"))
    put(scene, pdf("Two"), paper_id=first.pk, changed="Figures")
    twin = Paper(
        partnership=scene.cast.surrey, item=scene.item, title="x", url="https://x.example", replaces=first
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        save(twin)


def test_withdrawing_takes_every_version_back(scene: Scene, lead: Client, signed_in: SignedIn) -> None:
    first = put(scene, pdf("One"))
    second = put(scene, pdf("Two"), paper_id=first.pk, changed="Figures")
    with pytest.raises(DomainError, match="Withdraw that one"):
        papers.withdraw(paper_id=first.pk, by=scene.cast.lead)
    assert lead.post(at("withdraw_paper", second.pk)).status_code == 302
    woking = signed_in(scene.cast.woking_rep)
    for paper in (first, second):
        assert woking.get(at("paper_file", paper.pk)).status_code == 404
        assert woking.get(at("paper", paper.pk)).status_code == 404


def test_a_paper_after_its_deadline_is_marked_late(scene: Scene, lead: Client) -> None:
    scene.terms(papers_days=5)
    put(scene, pdf("One"), today=date(2024, 1, 10))
    page = lead.get(at("meeting", scene.meeting.pk))
    assert "Papers due 10 January 2024" in plain(page)
    assert "days late" not in plain(page)
    put(scene, pdf("Two"), title="Other", today=date(2024, 1, 12))
    assert "2 days late" in plain(lead.get(at("meeting", scene.meeting.pk)))


@pytest.mark.parametrize(("count", "versions"), [(1, 1), (3, 3)])
def test_papers_cost_a_meeting_one_question(scene: Scene, lead: Client, count: int, versions: int) -> None:
    address = at("meeting", scene.meeting.pk)
    lead.get(address)
    with CaptureQueriesContext(connection) as without:
        lead.get(address)
    for number in range(count):
        paper = put(scene, pdf("One"), title=f"Paper {number}")
        for version in range(versions):
            paper = put(scene, pdf("More"), paper_id=paper.pk, changed=f"Change {version}")
    lead.get(address)
    with CaptureQueriesContext(connection) as within:
        lead.get(address)
    assert len(within) - len(without) == 1


def test_search_finds_the_words_in_a_papers_file(scene: Scene, signed_in: SignedIn) -> None:
    first = put(scene, pdf("The zebra crossing"))
    assert papers.unread() == [first.pk]
    assert papers.read_words(paper_id=first.pk) == 1
    assert (papers.unread(), papers.read_words(paper_id=first.pk)) == ([], 0)
    woking = signed_in(scene.cast.woking_rep)
    found = text(woking.get("/surrey/search/?q=zebra"))
    assert "<mark>zebra</mark> crossing" in found
    assert at("paper", first.pk) in found
    newer = put(scene, pdf("The crossing"), paper_id=first.pk, changed="No zebra")
    papers.read_words(paper_id=newer.pk)
    assert at("paper", first.pk) not in text(woking.get("/surrey/search/?q=zebra"))
    secret = scene.secret()
    hidden = papers.add(
        item_id=secret.pk,
        title="Hidden",
        upload=files.validate_upload(SimpleUploadedFile("h.csv", b"wolverine,1\n")),
        by=scene.cast.lead,
    )
    papers.read_words(paper_id=hidden.pk)
    assert "Hidden" in text(signed_in(scene.cast.chair).get("/surrey/search/?q=wolverine"))
    assert "Hidden" not in text(woking.get("/surrey/search/?q=wolverine"))


def test_a_file_without_words_is_looked_at_once(scene: Scene) -> None:
    paper = put(scene, pdf(""))
    assert papers.read_words(paper_id=paper.pk) == 0
    assert papers.unread() == []
    assert list(PaperPage.objects.values_list("number", "text")) == [(0, "")]

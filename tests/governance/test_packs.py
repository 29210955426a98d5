"""The agenda pack: agenda and papers in one PDF, its numbers, links and gaps, and who gets which."""

import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from weasyprint import HTML

from governance import documents
from governance.models import Meeting, Paper
from governance.services import agenda, meetings, papers
from governance.services.escalations import Issue
from svd_portal.kit import files
from svd_portal.kit.models import Document
from svd_portal.kit.services import documents as requests
from tests.governance.scene import TEN, TODAY, Scene, SignedIn, at, text
from tests.governance.tiers import set_tiers


def pages(*words: str, style: str = "") -> bytes:
    sheets = "".join(f"<p style='break-after: page'>{each}</p>" for each in words)
    return bytes(HTML(string=f"<style>{style}</style>{sheets}").write_pdf())


def put(scene: Scene, title: str, content: bytes, name: str = "paper.pdf", **facts: Any) -> Paper:
    upload = files.validate_upload(SimpleUploadedFile(name, content))
    given = {"item_id": scene.item.pk, "today": TODAY, "by": scene.cast.lead} | facts
    return papers.add(title=title, upload=upload, **given)


def made(meeting: Meeting, kind: str = documents.PACK) -> pikepdf.Pdf:
    """The pack as the worker makes it."""
    document = Document(id=UUID(int=1), partnership_id=meeting.partnership_id, kind=kind, subject=meeting.pk)
    document.created_at = datetime(2024, 1, 15, 12, tzinfo=UTC)
    return pikepdf.open(BytesIO(documents.build_pack(document).content))


def read(pack: pikepdf.Pdf, tmp_path: Path) -> list[str]:
    """The words of each page, one space apart."""
    path = tmp_path / "pack.pdf"
    pack.save(path)
    found = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout
    return [" ".join(page.split()) for page in found.decode().split("\f")[:-1]]


def test_papers_stand_behind_their_sheets_and_every_page_has_its_number(scene: Scene, tmp_path: Path) -> None:
    put(scene, "Data paper", pages("Alpha one", "Alpha two"))
    put(scene, "Plan", pages("Beta one"))
    pack = made(scene.meeting)
    found = read(pack, tmp_path)
    front = len(found) - 5
    for number, words in (
        (1, "5.1 Data paper"),
        (2, f"Alpha one 5.1 / 1 of 2 Pack page {front + 2} of {front + 5}"),
        (3, f"Alpha two 5.1 / 2 of 2 Pack page {front + 3} of {front + 5}"),
        (4, "5.2 Plan"),
        (5, f"Beta one 5.2 / 1 of 1 Pack page {front + 5} of {front + 5}"),
    ):
        assert words in found[front + number - 1]
    contents = " ".join(found[:front])
    assert f"5.1 Data paper page {front + 1}, 2 pages" in contents
    assert f"5.2 Plan page {front + 4}, 1 page" in contents
    assert f"Pack page 1 of {front + 5}" in found[0]


def test_contents_and_bookmarks_lead_to_the_sheets(scene: Scene) -> None:
    put(scene, "Data paper", pages("Alpha one", "Alpha two"))
    second = put(scene, "Plan", pages("Beta one"))
    pack = made(scene.meeting)
    numbers = {page.objgen: number for number, page in enumerate(pack.pages, start=1)}
    target = pikepdf.NameTree(pack.Root.Names.Dests)[f"paper-{second.pk}"][0]
    assert numbers[target.objgen] == len(pack.pages) - 1
    links = [link for page in pack.pages for link in page.get("/Annots", []) if link.Subtype == "/Link"]
    assert len(links) == 2
    with pack.open_outline() as outline:
        titles = [child.title for entry in outline.root for child in entry.children]
    assert titles[0] == "Agenda and contents"
    assert titles[-2:] == ["5.1 Data paper", "5.2 Plan"]


def test_a_pack_claims_no_standard_it_does_not_keep(scene: Scene) -> None:
    put(scene, "Data paper", pages("Alpha"))
    pack = made(scene.meeting)
    title = str(pack.docinfo["/Title"])
    assert title == "Agenda pack: Surrey Serious Violence Reduction Executive, 15 January 2024"
    with pack.open_metadata() as metadata:
        assert metadata.pdfa_status == ""
    assert pack.Root.MarkInfo.Marked


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_numbers_stand_upright_at_the_foot_of_turned_pages(scene: Scene, tmp_path: Path, turned: int) -> None:
    stream = BytesIO()
    with pikepdf.open(BytesIO(pages("Turned"))) as paper:
        paper.pages[0].rotate(turned, relative=False)
        paper.save(stream)
    put(scene, "Map", stream.getvalue())
    pack = made(scene.meeting)
    last = pikepdf.Pdf.new()
    last.pages.append(pack.pages[-1])
    path = tmp_path / "last.pdf"
    last.save(path)
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True).stdout.decode()
    height = 595.3 if turned in (90, 270) else 841.9
    line = next(line for line in boxes.splitlines() if ">Pack<" in line)
    bottom = float(line.split('yMax="')[1].split('"')[0])
    assert height - 12 < bottom < height


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("note.docx", "docx", "It is not a PDF or a picture, so it is attached to this pack as a file"),
        ("scan.pdf", "damaged", "It is damaged, so it is attached to this pack as a file"),
    ],
)
def test_one_paper_that_fails_leaves_a_gap_that_is_named(
    scene: Scene, tmp_path: Path, name: str, content: str, why: str
) -> None:
    put(scene, "Odd one", _word() if content == "docx" else b"%PDF-1.7\nnothing more", name)
    put(scene, "Plan", pages("Beta one"))
    pack = made(scene.meeting)
    found = read(pack, tmp_path)
    assert "Papers that are not in this pack • 5.1 Odd one." in " ".join(found)
    assert why in found[-3]
    assert "Beta one" in found[-1]
    assert list(pack.attachments) == [f"5.1 {name}"]


def _word() -> bytes:
    import docx

    stream = BytesIO()
    docx.Document().save(stream)
    return stream.getvalue()


def test_a_link_and_a_lost_file_are_named_too(scene: Scene, tmp_path: Path) -> None:
    papers.add(item_id=scene.item.pk, title="Abroad", url="https://example.org/x", by=scene.cast.lead)
    lost = put(scene, "Lost", pages("Gone"))
    assert lost.file is not None
    default_storage.delete(lost.file.path)
    found = " ".join(read(made(scene.meeting), tmp_path))
    assert "It is published elsewhere: see the link." in found
    assert "Its file is not as it was put in." in found
    assert "https://example.org/x" in found


def test_a_picture_becomes_a_page(scene: Scene) -> None:
    stream = BytesIO()
    Image.new("RGB", (300, 200), "navy").save(stream, format="PNG")
    put(scene, "Map", stream.getvalue(), "map.png")
    pack = made(scene.meeting)
    assert [round(float(each)) for each in pack.pages[-1].mediabox[2:]] == [842, 595]


def test_a_long_paper_and_a_long_agenda_keep_their_numbers(scene: Scene, tmp_path: Path) -> None:
    for number in range(40):
        agenda.add(
            meeting_id=scene.meeting.pk, title=f"Item {number}", summary="Words. " * 80, by=scene.cast.lead
        )
    put(scene, "Long", pages(*["x"] * 200))
    found = read(made(scene.meeting), tmp_path)
    total = len(found)
    sheet = 1 + next(number for number, page in enumerate(found) if "File paper.pdf" in page)
    assert total - sheet == 200
    assert f"page {sheet}, 200 pages" in " ".join(found)
    assert f"{total} pages, made on" in found[0]


def test_restricted_items_are_in_the_whole_pack_alone(scene: Scene, tmp_path: Path) -> None:
    secret = scene.secret()
    put(scene, "Hidden paper", pages("Zebra"), item_id=secret.pk, marking="official_sensitive")
    put(scene, "Plan", pages("Beta one"))
    everybody = " ".join(read(made(scene.meeting), tmp_path))
    assert ["Zebra" in everybody, "Hidden" in everybody, "A named family" in everybody] == [False] * 3
    assert "OFFICIAL-SENSITIVE" not in everybody
    whole = " ".join(read(made(scene.meeting, documents.WHOLE_PACK), tmp_path))
    assert ["Zebra" in whole, "R1.1 Hidden paper" in whole, "OFFICIAL-SENSITIVE" in whole] == [True] * 3


def ask(client: Client, meeting: Meeting, name: str) -> int:
    answer = client.post(at("make_minutes", meeting.pk, name))
    for waiting in Document.objects.unfinished():
        requests.make(document_id=waiting.pk)
    return answer.status_code


def test_who_may_ask_for_which_pack(scene: Scene, signed_in: SignedIn) -> None:
    scene.secret()
    put(scene, "Plan", pages("Beta one"))
    whole, everybody = "agenda-pack-with-restricted-items", "agenda-pack"
    for person, answers in (
        (scene.cast.lead, (302, 302)),
        (scene.cast.chair, (302, 302)),
        (scene.cast.woking_rep, (302, 404)),
        (scene.cast.outsider, (404, 404)),
    ):
        client = signed_in(person)
        assert tuple(ask(client, scene.meeting, name) for name in (everybody, whole)) == answers
        opened = [client.get(at("minutes_pdf", scene.meeting.pk, name)) for name in (everybody, whole)]
        assert [each.status_code for each in opened] == [200 if each == 302 else 404 for each in answers]
        for each in opened:
            b"".join(each)


def test_a_pack_says_when_it_is_behind_and_goes_when_a_paper_is_taken_back(
    scene: Scene, lead: Client, signed_in: SignedIn
) -> None:
    paper = put(scene, "Plan", pages("Beta one"))
    page = at("minutes", scene.meeting.pk)
    assert "Make the pack" in text(lead.get(page))
    ask(lead, scene.meeting, "agenda-pack")
    assert "surrey-exec-2024-01-15-agenda-pack.pdf" in text(lead.get(page))
    assert "changed since" not in text(lead.get(page))
    other = put(scene, "More", pages("Gamma"))
    assert "The agenda or its papers changed since." in text(lead.get(page))
    papers.withdraw(paper_id=other.pk, by=scene.cast.lead)
    assert "agenda-pack.pdf</a>" not in text(lead.get(page))
    woking = signed_in(scene.cast.woking_rep)
    assert woking.get(at("minutes_pdf", scene.meeting.pk, "agenda-pack")).status_code == 404
    assert paper.pk


def test_a_pack_without_papers_is_the_agenda(scene: Scene, tmp_path: Path) -> None:
    found = read(made(scene.meeting), tmp_path)
    assert "Agenda and contents" in found[0]
    assert f"Pack page 1 of {len(found)}" in found[0]


def test_the_agenda_of_a_pack_says_where_its_items_come_from(scene: Scene, tmp_path: Path) -> None:
    lead, tiers = scene.cast.lead, set_tiers(scene)
    first = tiers.step("accept", tiers.raise_up())
    hidden = tiers.step(
        "accept", tiers.raise_up(issue=Issue(title="A family", asked="x", why_now="y"), restricted=True)
    )
    later = meetings.call(
        body_id=scene.cast.executive.pk, starts_at=TEN + timedelta(days=7), place="Town hall", by=lead
    )
    found = " ".join(read(made(scene.meeting), tmp_path))
    assert f"Escalated from Operational Group, {first.reference}." in found
    assert hidden.reference not in found
    assert "22 January 2024 at 10am, Town hall." in found
    whole = " ".join(read(made(scene.meeting, documents.WHOLE_PACK), tmp_path))
    assert f"Escalated from Operational Group, {hidden.reference}." in whole
    carried = agenda.add(meeting_id=later.pk, title="Old matter", by=lead)
    carried.carried_from = scene.item
    carried.save_by(lead)
    assert "Carried forward from 15 January 2024." in " ".join(read(made(later), tmp_path))


def test_a_page_that_is_not_as_pages_are_leaves_a_gap(scene: Scene, tmp_path: Path) -> None:
    stream = BytesIO()
    with pikepdf.open(BytesIO(pages("Odd"))) as paper:
        paper.pages[0].obj.Rotate = pikepdf.Name.Sideways
        paper.save(stream)
    put(scene, "Odd one", stream.getvalue())
    put(scene, "Plan", pages("Beta one"))
    found = read(made(scene.meeting), tmp_path)
    assert "It has pages that cannot be read" in " ".join(found)
    assert "Beta one" in found[-1]


def test_a_pack_goes_when_one_of_its_items_is_taken_off(
    scene: Scene, lead: Client, signed_in: SignedIn
) -> None:
    extra = agenda.add(meeting_id=scene.meeting.pk, title="Taken off", by=scene.cast.lead)
    put(scene, "Paper", pages("Words"), item_id=extra.pk)
    ask(lead, scene.meeting, "agenda-pack")
    agenda.withdraw(item_id=extra.pk, by=scene.cast.lead)
    woking = signed_in(scene.cast.woking_rep)
    assert woking.get(at("minutes_pdf", scene.meeting.pk, "agenda-pack")).status_code == 404

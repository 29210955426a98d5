"""An agenda pack of 300 pages by the portal, against the libraries that do the same work alone.

python -m tests.bench.packing    prints seconds of each way as JSON; the papers must be there
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from typing import Any, BinaryIO, cast
from uuid import UUID

import django

PAPERS, PAGES = 15, 20
"""So many papers of so many pages each: 300 pages."""
TIMES = 5
WHOLE, ALONE, BINDING, MERGE = (
    "The portal: the whole pack",
    "WeasyPrint and pikepdf alone: the front part laid out once, all merged",
    "The portal: the papers read, tried out, bound, numbered",
    "pikepdf alone: the papers merged",
)


def prepare(slug: str) -> UUID:
    """A meeting that comes, with an item for each paper; its id."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from governance.models import AgendaItem, Meeting
    from governance.services import papers
    from svd_portal.kit import clock, files
    from tests.bench.filling import key
    from tests.bench.population import SETUP

    meeting = Meeting.objects.get(pk=key(slug, "next-meeting", 1))
    for number in range(1, PAPERS + 1):
        item = AgendaItem(partnership=meeting.partnership, meeting=meeting, position=number)
        item.title = f"Item {number}"
        item.save_by(SETUP)
        upload = files.validate_upload(SimpleUploadedFile(f"paper-{number}.pdf", _paper(number)))
        papers.add(
            item_id=item.pk, title=f"Paper {number}", upload=upload, today=clock.today(), by=_lead(slug)
        )
    return meeting.pk


def _lead(slug: str) -> Any:
    from partners.models import User

    return User.objects.get(email=f"lead@{slug}.example")


def _paper(number: int) -> bytes:
    """Print on every page, a table on each fifth: as papers of a board are."""
    from weasyprint import HTML

    words = "What was considered, and why it reduces serious violence. " * 30
    rows = "".join(f"<tr><td>District {n}</td><td>{n * 7 + number}</td><td>{n}%</td></tr>" for n in range(20))
    sheets = (
        f"<section style='break-after: page'><h2>Paper {number}, page {page}</h2>"
        + (f"<table>{rows}</table>" if page % 5 == 0 else f"<p>{words}</p>")
        + "</section>"
        for page in range(1, PAGES + 1)
    )
    return bytes(HTML(string="".join(sheets)).write_pdf())


def costs(meeting: UUID, rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, in a process of its own that takes all of them in turn."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        command = [sys.executable, "-m", "tests.bench.packing", str(meeting)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for way, seconds in json.loads(said).items():
            found.setdefault(way, []).extend(seconds)
    return found


def _measure(meeting_id: UUID) -> dict[str, list[float]]:
    import pikepdf
    from django.template.loader import render_to_string

    from governance import documents, packs
    from governance.models import Meeting
    from governance.selectors import minutes
    from svd_portal.kit.models import Document
    from tests.bench.documents import weasyprint_alone

    meeting = Meeting.objects.select_related("body", "partnership").get(pk=meeting_id)
    document = Document(
        id=UUID(int=1),
        partnership_id=meeting.partnership_id,
        kind=documents.PACK,
        subject=meeting.pk,
        created_at=meeting.created_at,
    )
    items = minutes.items_of(meeting, with_restricted=False)
    with ExitStack() as opened:
        papers = [packs._open(each, opened) for each in packs._papers(items)]
        assert sum(len(each.pages.pages) for each in papers) == PAPERS * PAGES
        about = documents.about_pack(meeting, with_restricted=False)
        pack = packs._Pack(items, papers, document, "Agenda pack", about)
        front = packs._front(pack)
        stored = [each.paper.file for each in papers]
        total = len(pikepdf.open(BytesIO(front)).pages) + PAPERS * PAGES
        facts = packs._facts(pack, total=total) | {"title": pack.title}
        html = render_to_string(packs.TEMPLATE, facts, using="jinja2")
        laid_out = weasyprint_alone(html)
        ways: dict[str, Callable[[], bytes]] = {
            WHOLE: lambda: documents.build_pack(document).content,
            ALONE: lambda: _merged(stored, laid_out()),
            BINDING: lambda: _bound(items, front),
            MERGE: lambda: _merged(stored),
        }
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(TIMES + 1):
            for way, make in ways.items():
                before = time.perf_counter()
                make()
                if turn:  # the first of a process is left out
                    taken[way].append(time.perf_counter() - before)
    return taken


def _bound(items: Any, front: bytes) -> bytes:
    """As the portal does it, but for the front part, which is there."""
    import pikepdf

    from governance import packs
    from svd_portal.kit import binding

    with ExitStack() as opened:
        papers = [packs._open(each, opened) for each in packs._papers(items)]
        parts = [binding.Part(each.anchor, each.label, each.pages) for each in papers]
        return binding.bind(pikepdf.open(BytesIO(front)), parts, page_word="Pack page {number} of {total}")


def _merged(stored: list[Any], front: bytes = b"") -> bytes:
    """As pikepdf's own documentation merges files; written as the portal writes."""
    import pikepdf
    from django.core.files.storage import default_storage

    whole, stream = pikepdf.Pdf.new(), BytesIO()
    with ExitStack() as opened:
        if front:
            whole.pages.extend(opened.enter_context(pikepdf.open(BytesIO(front))).pages)
        for each in stored:
            file = opened.enter_context(default_storage.open(each.path, "rb"))
            whole.pages.extend(opened.enter_context(pikepdf.open(cast(BinaryIO, file))).pages)
        whole.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


if __name__ == "__main__":
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    django.setup()
    print(json.dumps(_measure(UUID(sys.argv[1]))))

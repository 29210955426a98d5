"""The agenda pack: agenda and papers in one PDF, made by the worker.

One is for every reader; another holds the restricted items too, for those who may read them. A paper that
cannot be put in does not stop the pack: its sheet says why, and where the paper is.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _

from governance.models import Marking, Paper
from governance.selectors import minutes
from governance.selectors.agenda import timings_of
from svd_portal.kit import clock, files
from svd_portal.kit.format import long_date
from svd_portal.kit.models import Document

TEMPLATE = "governance/pack_pdf.html"
HEAD, ITEM, PAPER, RECOMMENDATION, LETTER = 0.2, 0.085, 0.02, 0.03, 0.0003
"""What parts of a page the head of an agenda takes, each item, and what hangs on it: as seen, roughly."""


@dataclass
class Bound:
    """A paper in its place: what it is called in the pack, its pages, or why it has none there.

    Args:
        label: the item's number and the paper's under it, such as "5.1".
        page: where its sheet stands in the pack, once that is known.
    """

    paper: Paper
    label: str
    item: str
    pages: Any = None
    gap: str = ""
    attached: bytes | None = None
    page: int | None = None

    @property
    def anchor(self) -> str:
        return f"paper-{self.paper.pk}"


@dataclass(frozen=True)
class _Pack:
    """What the front part is laid out from."""

    items: list[minutes.ItemView]
    papers: list[Bound]
    document: Document
    title: str
    about: dict[str, Any]


def build(items: list[minutes.ItemView], document: Document, *, title: str, about: dict[str, Any]) -> bytes:
    """The pack of these items and their papers.

    Args:
        about: what every document of the meeting says of it.
    """
    import pikepdf

    from svd_portal.kit import binding

    with ExitStack() as opened:
        papers = [_open(each, opened) for each in _papers(items)]
        front = pikepdf.open(BytesIO(_front(_Pack(items, papers, document, title, about))))
        for each in papers:
            if each.attached is not None and each.paper.file is not None:
                _attach(front, f"{each.label} {each.paper.file.name}", each.paper, each.attached)
        parts = [binding.Part(each.anchor, each.label, each.pages) for each in papers if each.pages]
        return binding.bind(front, parts, page_word=str(_("Pack page {number} of {total}")))


def _attach(front: Any, name: str, paper: Paper, content: bytes) -> None:
    import pikepdf

    front.attachments[name] = pikepdf.AttachedFileSpec(
        front,
        content,
        filename=name,
        description=paper.title,
        mime_type=paper.file.content_type if paper.file else "",
        creation_date="",
        mod_date="",
    )


def _papers(items: list[minutes.ItemView]) -> Iterator[Bound]:
    for view in items:
        for number, paper in enumerate(view.papers, start=1):
            yield Bound(paper, f"{view.number}.{number}", f"{view.number}. {view.item.title}")


def _open(bound: Bound, opened: ExitStack) -> Bound:
    from svd_portal.kit import binding

    stored = bound.paper.file
    if stored is None:
        bound.gap = _("It is published elsewhere: see the link.")
        return bound
    try:
        file = opened.enter_context(files.open_recorded(stored))
    except (FileNotFoundError, files.NotAsRecorded):
        bound.gap = _("Its file is not as it was put in. Ask whoever runs the meeting to add it again.")
        return bound
    try:
        bound.pages = binding.as_pages(stored, cast(BinaryIO, file), opened)
    except binding.CannotBind as refusal:
        file.seek(0)
        bound.attached = file.read()
        bound.gap = _("It %(why)s, so it is attached to this pack as a file, and open on the portal.") % {
            "why": refusal
        }
    return bound


def _front(pack: _Pack) -> bytes:
    """Agenda, contents and a sheet before each paper; again where the contents were longer than thought."""
    content, front_pages = b"", _thought(pack)
    for _again in range(3):
        page = front_pages + 1
        for each in pack.papers:
            each.page = page
            page += 1 + (len(each.pages.pages) if each.pages else 0)
        content = _render(pack, total=page - 1)
        found = _pages_of_front(content, pack.papers)
        if found == front_pages:
            break
        front_pages = found
    return content


def _thought(pack: _Pack) -> int:
    """How many pages agenda and contents will take: where that is right, they are laid out once."""
    asked = [each for view in pack.items for each in view.recommendations]
    letters = sum(len(view.item.summary) for view in pack.items) + sum(len(each.text) for each in asked)
    parts = ITEM * len(pack.items) + PAPER * len(pack.papers) + RECOMMENDATION * len(asked)
    return ceil(HEAD + parts + LETTER * letters)


def _pages_of_front(content: bytes, papers: list[Bound]) -> int:
    import pikepdf

    from svd_portal.kit import binding

    with pikepdf.open(BytesIO(content)) as front:
        if not papers:
            return len(front.pages)
        return binding.pages_before(front, [papers[0].anchor])[papers[0].anchor] - 1


def _facts(pack: _Pack, *, total: int) -> dict[str, Any]:
    """What the template of the front part reads."""
    marked = {pack.about["marking"], *(each.paper.get_marking_display() for each in pack.papers)}
    highest = Marking.OFFICIAL_SENSITIVE.label
    return pack.about | {
        "marking": highest if highest in marked else Marking.OFFICIAL.label,
        "items": pack.items,
        "papers": pack.papers,
        "by_item": {
            view.item.pk: [each for each in pack.papers if each.paper.item_id == view.item.pk]
            for view in pack.items
        },
        "timings": timings_of(pack.about["meeting"], pack.items),
        "total": total,
        "made_on": long_date(clock.today()),
    }


def _render(pack: _Pack, *, total: int) -> bytes:
    from svd_portal.kit import pdf

    return pdf.render_template(
        TEMPLATE,
        _facts(pack, total=total),
        title=pack.title,
        identifier=pack.document.pk.bytes,
        created=pack.document.created_at,
        to_bind=True,
    )

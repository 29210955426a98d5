"""The files of a certified return: built from the frozen content and its signatures, nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from funding.models import FilledForm, ReturnSnapshot, ReturnStep
from funding.rules import form_figures, return_sheets, snapshots, verifying
from funding.rules.outputs import FUNDER_FORM, KINDS, LONGEST
from partners import access
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit import exports, files, filling
from svd_portal.kit.errors import DomainError
from svd_portal.kit.format import long_date
from svd_portal.kit.models.documents import Document
from svd_portal.kit.services.documents import BuiltDocument, CannotBuild, register_document

TEMPLATE = "documents/return.html"
SIGNATURES = (
    ReturnStep.Step.PREPARED,
    ReturnStep.Step.CHECKED,
    ReturnStep.Step.CERTIFIED_CFO,
    ReturnStep.Step.CERTIFIED_LEAD,
)


@dataclass(frozen=True)
class Frozen:
    """All that a file of a return is made from.

    Args:
        steps: the signatures, as `signatures` gives them.
        created: when the last of them was given.
    """

    content: dict[str, Any]
    canonical: str
    steps: Sequence[Any]
    created: datetime

    @property
    def sha256(self) -> str:
        return snapshots.digest(self.canonical)

    @property
    def signed(self) -> list[return_sheets.Signed]:
        return [
            return_sheets.Signed(str(step.get_step_display()), str(step.by), step.role, step.taken_on)
            for step in self.steps
        ]


def register() -> None:
    """Called once, when the app is ready."""
    for kind in KINDS.values():
        register_document(kind, build=build, may_read=may_read)
    register_document(FUNDER_FORM, build=build_form, may_read=may_read)


def may_read(user: Any, document: Document) -> bool:
    """Everyone in the partnership reads every return."""
    partnership = Partnership.objects.get(pk=document.partnership_id)
    return access.holds(user, Permission.PARTNERSHIP_VIEW, partnership)


def filename(content: dict[str, Any], ending: str = "pdf") -> str:
    """Such as "surrey-2023-24-q3-v1.pdf"."""
    cover = content["cover"]
    return f"{cover['slug']}-{cover['year_slug']}-q{cover['quarter']}-v{cover['version']}.{ending}"


def build(document: Document) -> BuiltDocument:
    """The file for a request whose subject is a snapshot.

    Raises:
        CannotBuild: the stored content no longer has the hash it was certified under.
    """
    frozen = read(ReturnSnapshot.objects.get(pk=document.subject))
    ending = next(each for each, kind in KINDS.items() if kind == document.kind)
    make, content_type = MAKERS[ending]
    content = make(frozen)
    return BuiltDocument(
        filename(frozen.content, ending), sealed(content) if ending == "pdf" else content, content_type
    )


def sealed(content: bytes) -> bytes:
    """A PDF with this portal's seal.

    Raises:
        CannotBuild: the key it was given cannot be read.
    """
    from svd_portal.kit.services import seals  # slow to load, as the writer of PDFs is

    try:
        return seals.seal(content)
    except (OSError, ValueError) as problem:
        raise CannotBuild(_("The key of the seal cannot be read. Tell your administrator.")) from problem


def read(snapshot: ReturnSnapshot) -> Frozen:
    """What was certified.

    Raises:
        CannotBuild: it no longer has the hash it was certified under.
    """
    if snapshots.digest(snapshot.canonical) != snapshot.sha256:
        raise CannotBuild(_("The stored return differs from what was certified. Tell your administrator."))
    steps = signatures(snapshot)
    created = max(step.created_at for step in steps)
    return Frozen(snapshots.read(snapshot.canonical), snapshot.canonical, steps, created)


def build_form(document: Document) -> BuiltDocument:
    """A copy of the funder's own form, filled from what was certified.

    Raises:
        CannotBuild: the stored content no longer has its hash, or the cells cannot take these figures.
    """
    found = FilledForm.objects.select_related("snapshot", "mapping__form__file").get(pk=document.subject)
    frozen, mapping = read(found.snapshot), found.mapping
    with files.open_recorded(mapping.form.file) as file:
        content = file.read()
    try:
        form = filling.opened(content)
        values = form_cells(frozen.content, mapping.cells, form)
        copy = filling.filled(content, values, made=frozen.created)
    except DomainError as refusal:
        raise CannotBuild(refusal.message) from refusal
    name = f"{filename(frozen.content).removesuffix('.pdf')}-form.xlsx"
    return BuiltDocument(name, copy, exports.XLSX_TYPE)


def form_cells(
    content: dict[str, Any], cells: Sequence[dict[str, str]], form: filling.Form
) -> dict[filling.Place, Any]:
    """What goes into each cell; a figure of every award goes on downwards.

    Raises:
        DomainError: two figures meet in one cell, or a list comes to what the form prints.
    """
    placed: dict[filling.Place, Any] = {}
    for each in cells:
        for below, value in enumerate(form_figures.values(content, each["figure"])):
            place = (each["sheet"], filling.below(each["cell"], below))
            printed = form.sheets[each["sheet"]].words_in(place[1]) if below else ""
            if place in placed or printed:
                raise DomainError(
                    _("%(cell)s is taken: there are more awards than rows for them in the form.")
                    % {"cell": place[1]}
                )
            placed[place] = value
    return placed


def pdf(frozen: Frozen) -> bytes:
    """The document's bytes: the same for the same content and signatures.

    They conform to PDF/A-3a and PDF/UA-1. The seal comes last, on top of them, and is never the same twice.
    """
    from svd_portal.kit import pdf as writer  # slow to load, and only a worker makes documents

    return writer.render_template(
        TEMPLATE,
        context(frozen),
        title=title(frozen.content),
        identifier=UUID(hex=frozen.sha256[:32]).bytes,
        created=frozen.created,
        attachments=[
            writer.PdfAttachment(
                name=filename(frozen.content, "json"),
                content=frozen.canonical.encode(),
                description="The certified content; its SHA-256 is printed in the document.",
            ),
            writer.PdfAttachment(
                name=filename(frozen.content, "csv"),
                content=csv(frozen),
                description="One row for every award, made from the certified content.",
            ),
        ],
    )


def csv(frozen: Frozen) -> bytes:
    """One row for every award, without sums."""
    rows = return_sheets.award_rows(frozen.content)
    return "".join(exports.csv_lines(return_sheets.AWARD_HEADINGS, rows)).encode()


def xlsx(frozen: Frozen) -> bytes:
    from svd_portal.kit import workbooks

    sheets = return_sheets.workbook(frozen.content, frozen.signed, frozen.sha256)
    return workbooks.xlsx_book(sheets, title=title(frozen.content), made=frozen.created)


def ods(frozen: Frozen) -> bytes:
    from svd_portal.kit import workbooks

    sheets = return_sheets.workbook(frozen.content, frozen.signed, frozen.sha256)
    return workbooks.ods_book(sheets, made=frozen.created)


MAKERS: dict[str, tuple[Callable[[Frozen], bytes], str]] = {
    "pdf": (pdf, "application/pdf"),
    "xlsx": (xlsx, exports.XLSX_TYPE),
    "ods": (ods, exports.ODS_TYPE),
    "csv": (csv, exports.CSV_TYPE),
}
"""How a file is made and what it is, by its ending."""


def context(frozen: Frozen) -> dict[str, Any]:
    """What the template shows."""
    content, cover = frozen.content, frozen.content["cover"]
    awards = sum(len(group["lines"]) for group in content["cost_types"])
    return {
        "content": content,
        "cover": cover,
        "day": snapshots.day,
        "about": about(content),
        "made_on": long_date(max(step.taken_on for step in frozen.steps)),
        "signatures": frozen.steps,
        "sha256": frozen.sha256,
        "owner": cover["partnership"],
        "reference": reference(content, frozen.sha256),
        "code": verifying.code_of(frozen.sha256),
        "verify": f"{settings.PORTAL_URL}{reverse('verify')}",
        "marking": "OFFICIAL",
        "illustrative": cover["illustrative"],
        "long": {"awards": awards, "csv": filename(content, "csv"), "xlsx": filename(content, "xlsx")}
        if awards > LONGEST
        else None,
    }


def title(content: dict[str, Any]) -> str:
    cover = content["cover"]
    return f"Quarterly return, {cover['year']} quarter {cover['quarter']}"


def about(content: dict[str, Any]) -> str:
    """The line under the title: what period, which grant, to whom."""
    cover = content["cover"]
    first, last = snapshots.day(cover["first_day"]), snapshots.day(cover["last_day"])
    return f"{first.rsplit(' ', 1)[0]} to {last} · {cover['grant']} · to the {cover['funder']}"


def reference(content: dict[str, Any], sha256: str) -> str:
    """Such as "surrey-2023-24-q3-v1 · 3fa2c1d09b7e": what the foot of every page shows."""
    return f"{filename(content).removesuffix('.pdf')} · {sha256[:12]}"


def signatures(snapshot: ReturnSnapshot) -> list[ReturnStep]:
    """Who prepared, checked and certified exactly this content, in that order."""
    steps = ReturnStep.objects.filter(
        quarterly_return=snapshot.quarterly_return_id, round=snapshot.round, step__in=SIGNATURES
    ).select_related("by")
    return sorted(steps, key=lambda step: SIGNATURES.index(ReturnStep.Step(step.step)))

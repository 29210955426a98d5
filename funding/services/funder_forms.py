"""A funder's own form: uploaded for a grant, its cells given figures, filled from certified returns."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import FilledForm, FormMapping, FunderForm, Grant, QuarterlyReturn
from funding.rules import form_figures
from funding.rules.outputs import FUNDER_FORM
from funding.selectors import sections
from partners import access
from partners.roles import Permission
from svd_portal.kit import files, filling
from svd_portal.kit.errors import DomainError
from svd_portal.kit.files import ValidatedUpload
from svd_portal.kit.models import Document
from svd_portal.kit.services import documents

Places = Mapping[str, Sequence[filling.Place]]
"""By the key of a figure, the cells it goes into."""


class WrongCells(DomainError):
    """Cells that cannot be filled: by the key of their figure, why."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@transaction.atomic
def upload(*, grant_id: UUID, upload: ValidatedUpload, by: Any) -> FunderForm:
    """Keep the funder's form as the next version; the same file again is the one that is there.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: it is no workbook that can be filled in; the sentence says why.
    """
    grant = Grant.objects.select_related("partnership").get(pk=grant_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    Grant.objects.lock(grant_id)
    upload.file.seek(0)
    content = upload.file.read()
    filling.opened(content)
    latest = FunderForm.objects.filter(grant=grant_id).select_related("file").first()
    if latest and latest.file.sha256 == sha256(content).hexdigest():
        return latest
    stored = files.store(upload=upload, partnership_id=grant.partnership_id, by=by)
    return FunderForm.objects.create(
        partnership_id=grant.partnership_id,
        grant=grant,
        number=latest.number + 1 if latest else 1,
        file=stored,
        by=by,
    )


@transaction.atomic
def map_cells(*, form_id: UUID, places: Places, seen: int, by: Any) -> FormMapping:
    """Keep which figure goes into which cells, as the next version.

    Args:
        seen: the version that the editor saw; 0 where there was none.

    Raises:
        PermissionDenied: `by` may not manage funding.
        DomainError: somebody saved other cells meanwhile, or no cell is named.
        WrongCells: some cell cannot be filled, or is named twice.
    """
    form = FunderForm.objects.select_related("partnership", "file", "grant").get(pk=form_id)
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, form.partnership)
    Grant.objects.lock(form.grant_id)
    latest = FormMapping.objects.filter(form=form_id).first()
    cells = _checked(form, places)
    if latest and latest.cells == cells:
        return latest
    if (latest.number if latest else 0) != seen:
        raise DomainError(_("Somebody saved other cells meanwhile. Open the page again and look at theirs."))
    return FormMapping.objects.create(
        partnership_id=form.partnership_id,
        form=form,
        number=seen + 1,
        cells=cells,
        by=by,
    )


def _checked(form: FunderForm, places: Places) -> list[dict[str, str]]:
    """The cells to be kept."""
    with files.open_recorded(form.file) as file:
        workbook = filling.opened(file.read())
    known = {each.key: each for each in form_figures.figures(sections.headings(form.grant_id))}
    taken: dict[filling.Place, str] = {}
    problems: dict[str, str] = {}
    for figure, wanted in places.items():
        for sheet, cell in wanted:
            problem = workbook.problem(sheet, cell) if figure in known else _("There is no such figure.")
            if not problem and known[figure].runs_down:
                problem = _of_list(workbook.sheets[sheet], cell)
            if not problem and taken.setdefault((sheet, cell), figure) != figure:
                problem = _("%(cell)s is filled with another figure already.") % {"cell": cell}
            if problem:
                problems.setdefault(figure, problem)
    if problems:
        raise WrongCells(problems)
    if not taken:
        raise DomainError(_("Name a cell for at least one figure."))
    return [{"sheet": sheet, "cell": cell, "figure": figure} for (sheet, cell), figure in taken.items()]


def _of_list(sheet: filling.FormSheet, cell: str) -> str:
    """Why a list of awards cannot begin there, in words; empty where it can."""
    if words := sheet.words_in(cell):
        sentence = _("%(cell)s holds “%(words)s”. Name the empty cell in which the first award stands.")
        return sentence % {"cell": cell, "words": words}
    if sheet.rows_of(cell) > 1:
        return _("%(cell)s is as high as several rows. A list has an award in each row.") % {"cell": cell}
    return ""


@transaction.atomic
def request_filled(*, return_id: UUID, by: Any) -> Document:
    """Ask the worker for the funder's form filled from a certified return, by its latest version.

    Raises:
        PermissionDenied: `by` may not see the partnership.
        DomainError: the return is not certified, or the grant has no form whose cells were given figures.
    """
    found = QuarterlyReturn.objects.select_related("partnership").get(pk=return_id)
    access.require(by, Permission.PARTNERSHIP_VIEW, found.partnership)
    if found.status not in QuarterlyReturn.FINISHED:
        raise DomainError(_("The form is filled once the return is certified."))
    mapping = (
        FormMapping.objects.filter(form__grant=found.grant_id).order_by("-form__number", "-number").first()
    )
    if mapping is None:
        raise DomainError(_("No form of the funder's is set up for this grant."))
    filled, _made = FilledForm.objects.get_or_create(
        snapshot_id=found.snapshot_id, mapping=mapping, defaults={"partnership_id": found.partnership_id}
    )
    made = Document.objects.about(FUNDER_FORM, filled.pk).filter(file__isnull=False).first()
    return made or documents.request(
        kind=FUNDER_FORM, subject=filled.pk, partnership_id=found.partnership_id, by=by
    )

"""The finance system's extract of a quarter, brought in; and what does not match, explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from funding.models import Grant, LedgerColumns, LedgerExplanation, LedgerExtract, LedgerLine
from funding.rules import ledger_sheet
from funding.rules.ledger import Side
from funding.rules.ledger_sheet import Sheet
from funding.selectors import ledger as selectors
from partners import access
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit.actors import System
from svd_portal.kit.errors import DomainError, ReasonRequired
from svd_portal.kit.format import long_date
from svd_portal.kit.quarters import Quarter
from svd_portal.kit.services.keys import already


@dataclass(frozen=True)
class Extract:
    """An extract to be brought in: its cells, and which column holds what."""

    cells: Sequence[Sequence[str]]
    mapping: Mapping[str, str]
    name: str = ""


def read(*, grant: Grant, quarter: Quarter, extract: Extract) -> Sheet:
    """The extract's lines of the quarter; writes nothing.

    Raises:
        DomainError: rows must be put right, or the same lines were brought in before.
    """
    sheet = ledger_sheet.read(extract.cells, mapping=extract.mapping, quarter=quarter)
    if not sheet.sound:
        raise Unsound(sheet)
    before = selectors.latest(grant.pk, quarter)
    if before and before.content == ledger_sheet.content_of(sheet.lines):
        sentence = _("These lines were brought in already, on %(day)s. Nothing would change.")
        raise DomainError(sentence % {"day": long_date(before.imported_on)}, "sheet")
    return sheet


class Unsound(DomainError):
    """Rows of an extract must be put right first; `sheet` says which."""

    def __init__(self, sheet: Sheet) -> None:
        wrong = len(sheet.wrong)
        sentence = _("%(wrong)s of %(all)s rows must be put right. Nothing is saved.") % {
            "wrong": f"{wrong:,}",
            "all": f"{len(sheet.rows):,}",
        }
        super().__init__(" ".join(sheet.errors) or sentence, "rows")
        self.sheet = sheet


@transaction.atomic
def bring_in(
    *,
    grant: Grant,
    quarter: Quarter,
    extract: Extract,
    today: date,
    by: Any,
    key: UUID | None = None,
    illustrative: bool = False,
) -> LedgerExtract:
    """Keep the extract's lines of the quarter; it takes the place of an earlier one, which stays on record.

    Args:
        key: chosen when the form was opened, so that the same form sent twice brings it in once.

    Raises:
        PermissionDenied: `by` does not manage funding.
        DomainError: as `read`.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    Grant.objects.lock(grant.pk)  # of two extracts at once the later one counts
    period = {"financial_year": quarter.year.start, "quarter": quarter.number}
    if made := already(LedgerExtract, key, grant_id=grant.pk, **period):
        return made
    sheet = read(grant=grant, quarter=quarter, extract=extract)
    _keep_columns(grant.partnership, extract.mapping, by)
    kept = LedgerExtract.objects.create(
        id=key or uuid4(),
        partnership_id=grant.partnership_id,
        grant=grant,
        name=extract.name,
        content=ledger_sheet.content_of(sheet.lines),
        imported_on=today,
        by=None if isinstance(by, System) else by,
        illustrative=illustrative,
        **period,
    )
    LedgerLine.objects.bulk_create(
        LedgerLine(partnership_id=grant.partnership_id, extract=kept, position=position, **vars(line))
        for position, line in enumerate(sheet.lines, start=1)
    )
    return kept


def _keep_columns(partnership: Partnership, mapping: Mapping[str, str], by: Any) -> None:
    Partnership.objects.lock(partnership.pk)
    columns = selectors.columns_of(partnership) or LedgerColumns(partnership=partnership)
    wanted = {name: mapping.get(name, "") for name in ledger_sheet.COLUMNS}
    if columns._state.adding or columns.mapping != wanted:
        for name, heading in wanted.items():
            setattr(columns, name, heading)
        columns.save_by(by)


@transaction.atomic
def explain(
    *, grant: Grant, quarter: Quarter, side: Side, mark: str, text: str, by: Any, illustrative: bool = False
) -> LedgerExplanation:
    """Say why something has no match. It is kept for the same line of a later extract.

    Raises:
        PermissionDenied: `by` does not manage funding.
        ReasonRequired: `text` is blank.
        DomainError: it has a match by now.
    """
    access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    Grant.objects.lock(grant.pk)
    if not text.strip():
        raise ReasonRequired(_("Say in a sentence why it has no match."), "text")
    state = selectors.state(grant.pk, quarter)
    found = next((each for each in state.found.of(side) if each.mark == mark), None) if state else None
    if found is None:
        raise DomainError(_("This has a match by now. Nothing is left to explain."))
    key = {
        "grant": grant,
        "financial_year": quarter.year.start,
        "quarter": quarter.number,
        "side": side.value,
        "mark": mark,
    }
    record = LedgerExplanation.objects.filter(**key).first() or LedgerExplanation(
        partnership_id=grant.partnership_id, about=found.words[:500], illustrative=illustrative, **key
    )
    if record.text == text:
        return record
    record.text = text
    return record.save_by(by)

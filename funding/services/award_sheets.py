"""Many proposals or awards brought in from a sheet: all of them, or none."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from funding.models import Award, Grant, Proposal
from funding.rules.award_sheet import Fault, Row
from funding.selectors.managing import MANAGERS
from funding.services import awards, proposals
from funding.services.award_content import Content
from funding.services.proposals import Asked
from funding.services.refusals import Refused
from partners import access
from partners.roles import Permission
from svd_portal.kit.errors import DomainError

Made = Proposal | Award
COLUMNS = {
    "recipient": "recipient",
    "partner": "partner",
    "year": "year",
    "amount": "amount",
    "first_day": "first day",
    "last_day": "last day",
    "capital_reason": "capital reason",
    "over_reason": "over-commitment reason",
    "areas": "areas",
    "provider_kind": "provider kind",
    "provider_number": "provider number",
    "post_host": "post host",
    "post_sharers": "post shared by",
    "post_until": "post until",
    "post_afterwards": "post afterwards",
}
"""The column in which stands what a form's field holds."""


class Kind(StrEnum):
    PROPOSALS = "proposals"
    AWARDS = "awards"


class SheetRefused(DomainError):
    """What is wrong with a sheet, row by row."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("Nothing was saved. Put the rows right."), "rows")
        self.faults = faults


@transaction.atomic
def bring_in(
    *,
    kind: Kind,
    grant: Grant,
    rows: Sequence[Row[Any]],
    key: UUID,
    by: Any,
    today: date,
    trial: bool = False,
) -> list[Made]:
    """Add every row as a proposal or an award, by the rules of their own forms.

    What is wrong with a row as it was read and what the rules say of the rest of it are told together.

    Args:
        key: chosen when the form was opened; each row's id follows from it, so the same sheet sent twice is
            brought in once.
        trial: look only: nothing is kept.

    Raises:
        PermissionDenied: `by` may not record proposals for partners, or awards.
        SheetRefused: what is wrong with which rows; then nothing is saved.
    """
    _require(kind, grant, by)
    faults: list[Fault] = []
    made: list[Made] = []
    Grant.objects.lock(grant.pk)
    for row in rows:
        faults += row.faults
        tried = row.stood_in() if row.faults else row
        if tried is None:
            continue
        try:
            with transaction.atomic():
                added = _add(kind, grant, tried, uuid5(key, str(row.number)), by=by, today=today)
                if row.faults:  # what stood in counts for no other row
                    transaction.set_rollback(True)
            made.append(added)
        except DomainError as refusal:
            known = {each.column for each in row.faults}
            faults += [each for each in _faults(row, refusal) if each.column not in known]
    faults.sort(key=lambda each: each.row)
    if faults:
        raise SheetRefused(faults)
    if trial:
        transaction.set_rollback(True)
    return made


def _require(kind: Kind, grant: Grant, by: Any) -> None:
    if kind == Kind.AWARDS:
        access.require(by, Permission.PARTNERSHIP_MANAGE_FUNDING, grant.partnership)
    else:
        access.require_any(by, *((right, grant.partnership) for right in MANAGERS))


def _faults(row: Row[Any], refusal: DomainError) -> list[Fault]:
    others = refusal.others if isinstance(refusal, Refused) else []
    return [
        Fault(row.number, COLUMNS.get(each.field or "", each.field or ""), each.message)
        for each in (refusal, *others)
    ]


def _add(kind: Kind, grant: Grant, row: Row[Any], row_id: UUID, *, by: Any, today: date) -> Made:
    _refuse_said(kind, grant, row, row_id)
    partner: Any = row.partner
    action: Any = row.action
    given: dict[str, Any] = {
        "year": row.year,
        "title": row.text("project"),
        "purpose": row.purpose,
        "recipient": row.text("recipient") or partner.organisation,
        "partner": partner,
        "amount": row.amount,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "delivery_action": action,
        "reasons": row.text("reasons"),
        "value_for_money": row.text("value for money"),
        "capital": bool(row.text("capital reason")),
        "capital_reason": row.text("capital reason"),
    }
    if kind == Kind.PROPOSALS:
        return proposals.propose(grant=grant, asked=Asked(**given), proposal_id=row_id, by=by, today=today)
    content = Content(
        conditions=row.text("conditions"),
        over_reason=row.text("over-commitment reason"),
        areas=row.areas,
        provider_kind=row.provider_kind,
        provider_number=row.text("provider number"),
        post=row.post_host is not None,
        post_host=row.post_host,
        post_sharers=row.post_sharers,
        post_until=row.post_until,
        post_afterwards=row.text("post afterwards"),
        **given,
    )
    return awards.propose_award(grant=grant, content=content, award_id=row_id, by=by)


def _refuse_said(kind: Kind, grant: Grant, row: Row[Any], row_id: UUID) -> None:
    """Refuse what is recorded already under another key: the same partner, project and year."""
    model: Any = Proposal if kind == Kind.PROPOSALS else Award
    same = model.objects.filter(
        grant=grant.pk,
        partner=row.partner,
        financial_year=row.year.start if row.year else 0,
        title__iexact=row.text("project"),
    )
    same = same.exclude(progress="withdrawn") if kind == Kind.PROPOSALS else same.live()
    if found := same.exclude(pk=row_id).first():
        raise DomainError(
            _("%(reference)s is the same project of this partner and year.") % {"reference": found.reference},
            "project",
        )

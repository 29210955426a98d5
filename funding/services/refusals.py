"""How a rule's "no", and PostgreSQL's, become a sentence beside a field."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError
from django.utils.translation import gettext as _

from funding.models.claims import FROZEN, OUTSIDE, OVER_ALLOCATION, OVER_AWARD
from funding.models.frozen import NO_DECISION
from funding.models.standing import ACCRUED
from funding.rules.authority import FieldFinding, refusals
from svd_portal.kit.errors import DomainError
from svd_portal.kit.quarters import Quarter

OTHERS_FIRST = "Someone else's report was saved a moment before yours. Look at what is left and try again."


class Refused(DomainError):
    """One or more rules said no; `others` are the refusals after the first."""

    def __init__(self, found: list[FieldFinding]) -> None:
        super().__init__(found[0].sentence, found[0].field)
        self.others = [DomainError(finding.sentence, finding.field) for finding in found[1:]]
        self.rules = [finding.rule for finding in found]


def refuse(found: Iterable[FieldFinding]) -> None:
    """Stop if any finding blocks.

    Raises:
        Refused: with every blocking finding.
    """
    blocking = refusals(found)
    if blocking:
        raise Refused(blocking)


def locked_sentence(quarter: Quarter) -> str:
    return _(
        "The figures of %(quarter)s are locked in the quarterly return. Until it is certified the PCC's"
        " office can send it back; afterwards a mistake is put right in a later return or in a new"
        " version of it."
    ) % {"quarter": quarter}


@contextmanager
def database_refusals(quarter: Quarter) -> Iterator[None]:
    """Turn the claim trigger's refusals, met only when two people write at once, into sentences.

    Raises:
        DomainError: beside the field it concerns.
    """
    try:
        yield
    except DatabaseError as fault:
        refusal = _sentences(quarter).get(getattr(fault.__cause__, "sqlstate", None) or "")
        if refusal is None:
            raise
        raise refusal from fault


def _sentences(quarter: Quarter) -> dict[str, DomainError]:
    return {
        FROZEN: DomainError(locked_sentence(quarter)),
        OVER_AWARD: DomainError(
            _("This is more than is left of the award. %(others)s") % {"others": OTHERS_FIRST}, "amount"
        ),
        OVER_ALLOCATION: DomainError(
            _("This is more than is left of the allocation. %(others)s") % {"others": OTHERS_FIRST}, "amount"
        ),
        ACCRUED: DomainError(
            _("The accrual of another quarter changed a moment before yours was saved. Try again."), "accrual"
        ),
        NO_DECISION: DomainError(
            _(
                "A decision that the award rests on lapsed a moment before yours was saved. There is no spend"
                " without a decision."
            )
        ),
        OUTSIDE: DomainError(
            _("The award does not run in %(quarter)s, or was withdrawn.") % {"quarter": quarter}
        ),
    }

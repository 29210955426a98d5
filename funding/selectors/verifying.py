"""What anybody is told of a return they hold: whether it is genuine, and whether it still stands.

No figure of it, and nothing of a return that is not certified.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Exists, OuterRef, Q

from funding import documents
from funding.models import QuarterlyReturn, ReturnSnapshot
from funding.rules import snapshots
from funding.rules.outputs import KINDS
from svd_portal.kit.models import Document
from svd_portal.kit.sealing import Outcome
from svd_portal.kit.services import seals


@dataclass(frozen=True)
class Standing:
    """A certified return: `replaced_by` is the version that stands now, where that is another."""

    title: str
    about: str
    partnership: str
    version: int
    certified_on: date
    illustrative: bool
    sha256: str
    replaced_by: int | None


def by_file(content: bytes) -> tuple[Outcome, Standing | None]:
    """What a file is. With `OURS` and without a standing: sealed here, but no certified return.

    What the worker filed is known by its bytes; else the seal is asked.
    """
    filed = Document.objects.filter(kind=KINDS["pdf"], file__sha256=sha256(content).hexdigest()).first()
    if filed:
        return Outcome.OURS, _standing(Q(pk=filed.subject))
    look = seals.look(content)
    if look.outcome is not Outcome.OURS:
        return look.outcome, None
    inside = [digest for name, digest in look.attached.items() if name.endswith(".json")]
    return Outcome.OURS, _standing(Q(sha256__in=inside))


def by_digits(digits: str) -> Standing | None:
    """The certified return whose content's SHA-256 begins so."""
    return _standing(Q(sha256__startswith=digits))


def _standing(which: Q) -> Standing | None:
    certified = QuarterlyReturn.objects.filter(snapshot=OuterRef("pk"), status__in=QuarterlyReturn.FINISHED)
    found = ReturnSnapshot.objects.filter(which, Exists(certified)).select_related("quarterly_return").first()
    if found is None:
        return None
    content = snapshots.read(found.canonical)
    return Standing(
        title=documents.title(content),
        about=documents.about(content),
        partnership=content["cover"]["partnership"],
        version=content["cover"]["version"],
        certified_on=_certified_on(found),
        illustrative=content["cover"]["illustrative"],
        sha256=found.sha256,
        replaced_by=_replaced_by(found.quarterly_return),
    )


def _certified_on(snapshot: ReturnSnapshot) -> date:
    return max(step.taken_on for step in documents.signatures(snapshot))


def _replaced_by(old: QuarterlyReturn) -> int | None:
    newest = (
        QuarterlyReturn.objects.filter(
            grant=old.grant_id,
            financial_year=old.financial_year,
            quarter=old.quarter,
            edition__gt=old.edition,
            status__in=QuarterlyReturn.FINISHED,
        )
        .order_by("-edition")
        .first()
    )
    return newest.edition if newest else None

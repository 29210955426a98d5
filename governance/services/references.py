"""References of decisions, actions and escalations: allocated under a lock, never given twice."""

from django.db.models import F

from governance.models import Action, Body, Decision, Escalation, ReferenceCounter, Review
from partners.models import Partnership

ESCALATIONS = "escalations"
"""Their series, one for the partnership; small letters, as no body's code is."""
Numbered = type[Decision | Action | Escalation | Review]


def next_decision(body: Body, year: int, *, restricted: bool = False) -> str:
    """The next reference of a body's decision: EXEC/2024/07, or EXEC/2024/R07 for a restricted one."""
    return _next(Decision, body.partnership, f"{body.code}/{year}/{'R' if restricted else ''}")


def next_action(body: Body, year: int, *, restricted: bool = False) -> str:
    """The next reference of a body's action: EXEC/2024/A03, or EXEC/2024/RA03 for a restricted one."""
    return _next(Action, body.partnership, f"{body.code}/{year}/{'RA' if restricted else 'A'}")


def next_review(partnership: Partnership, kind: str, year: int, *, restricted: bool = False) -> str:
    """The next reference of a kind of review in a year: DHR/2016/02, or DHR/2016/R01 for a restricted one."""
    code = kind.upper()
    return _next(Review, partnership, f"{code}/{year}/{'R' if restricted else ''}", series=f"review/{code}")


def next_escalation(partnership: Partnership, year: int, *, restricted: bool = False) -> str:
    """The partnership's next: ESC/2024/03, or ESC/2024/R03 for a restricted one."""
    return _next(Escalation, partnership, f"ESC/{year}/{'R' if restricted else ''}", series=ESCALATIONS)


def _next(model: Numbered, partnership: Partnership, prefix: str, *, series: str = "") -> str:
    """The series' next reference that no record has: one may have come with an import.

    Restricted records have a series of their own: a gap in the open one would betray them.

    Args:
        prefix: what stands before the number: a code, the year, and perhaps letters.
        series: the counter's, where it is not the code's.
    """
    code, year, letter = prefix.split("/")
    series = series or code
    counter, _made = ReferenceCounter.objects.get_or_create(
        partnership=partnership, series=f"{series}/{letter}" if letter else series, year=int(year)
    )
    while True:
        ReferenceCounter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
        counter.refresh_from_db()
        reference = f"{prefix}{counter.last:02d}"
        if not model.objects.filter(partnership=partnership, reference__iexact=reference).exists():
            return reference

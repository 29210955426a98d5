"""References of decisions and actions: allocated under a lock, never given twice."""

from django.db.models import F

from governance.models import Action, Body, Decision, ReferenceCounter


def next_decision(body: Body, year: int, *, restricted: bool = False) -> str:
    """The next reference of a body's decision: EXEC/2024/07, or EXEC/2024/R07 for a restricted one."""
    return _next(Decision, body, year, "R" if restricted else "")


def next_action(body: Body, year: int, *, restricted: bool = False) -> str:
    """The next reference of a body's action: EXEC/2024/A03, or EXEC/2024/RA03 for a restricted one."""
    return _next(Action, body, year, "RA" if restricted else "A")


def _next(model: type[Decision | Action], body: Body, year: int, letter: str) -> str:
    """The series' next reference that no record has: one may have come with an import.

    Restricted records have a series of their own: a gap in the open one would betray them.
    """
    series = f"{body.code}/{letter}" if letter else body.code
    counter, _made = ReferenceCounter.objects.get_or_create(
        partnership=body.partnership, series=series, year=year
    )
    while True:
        ReferenceCounter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
        counter.refresh_from_db()
        reference = f"{body.code}/{year}/{letter}{counter.last:02d}"
        if not model.objects.filter(partnership=body.partnership, reference__iexact=reference).exists():
            return reference

"""What follows from the rows of an import: rights, and where numbering goes on."""

import re
from collections.abc import Sequence

from django.db import models

from governance.models import Action, Decision, ReferenceCounter
from partners import access
from partners.models.appointments import Appointment

_NUMBERED = re.compile(r"(.+)/(\d{4})/([A-Z]*)(\d+)")


def finish(saved: Sequence[models.Model]) -> None:
    """Bring rights and reference counters up to what was saved."""
    _project_rights(saved)
    _advance_counters(saved)


def _project_rights(saved: Sequence[models.Model]) -> None:
    appointed = {(each.user, each.partnership) for each in saved if isinstance(each, Appointment)}
    for user, partnership in appointed:
        access.project(user, partnership)


def _advance_counters(saved: Sequence[models.Model]) -> None:
    """References such as EXEC/2023/04 were given elsewhere; the portal goes on after the highest."""
    for record in saved:
        match = _NUMBERED.fullmatch(record.reference) if isinstance(record, Decision | Action) else None
        if match:
            code, year, letter, number = match[1], int(match[2]), match[3], int(match[4])
            counter, _new = ReferenceCounter.objects.select_for_update().get_or_create(
                partnership=record.partnership,  # type: ignore[union-attr]
                series=f"{code}/{letter}" if letter else code,
                year=year,
                defaults={"last": number},
            )
            if counter.last < number:
                counter.last = number
                counter.save()

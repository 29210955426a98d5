"""What follows from the rows of a file: rights, and where numbering goes on."""

import re
from collections.abc import Sequence

from governance.models import Action, Decision, ReferenceCounter
from partners import access
from partners.models.appointments import Appointment

_NUMBERED = re.compile(r"(.+)/(\d{4})/([A-Z]*)(\d+)")


def project_rights(saved: Sequence[Appointment]) -> None:
    """Bring the rights of everybody with a new or changed appointment up to it."""
    for user, partnership in {(each.user, each.partnership) for each in saved}:
        access.project(user, partnership)


def advance_counters(saved: Sequence[Decision | Action]) -> None:
    """References such as EXEC/2023/04 were given elsewhere; the portal goes on after the highest."""
    for record in saved:
        match = _NUMBERED.fullmatch(record.reference)
        if match:
            code, year, letter, number = match[1], int(match[2]), match[3], int(match[4])
            counter, _new = ReferenceCounter.objects.select_for_update().get_or_create(
                partnership=record.partnership,
                series=f"{code}/{letter}" if letter else code,
                year=year,
                defaults={"last": number},
            )
            if counter.last < number:
                counter.last = number
                counter.save()

"""What the demonstration shows beyond what a folder brings: money that was moved, a ledger that agrees."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from funding.models import Award, Grant
from funding.rules import ledger_sheet
from funding.selectors import ledger as ledgers
from funding.services import ledger, virements
from funding.services.ledger import Extract
from funding.services.virements import Wanted
from governance.models import Decision
from partners.models import Partnership, User
from svd_portal.kit.quarters import FinancialYear

_KEYS = UUID("6f1b3c9e-52a4-4c55-9a3e-0d8c7c1f2b10")
MOVED, BROUGHT = uuid5(_KEYS, "virement"), uuid5(_KEYS, "ledger")
"""Ours, so that a second run finds what the first one made."""


@transaction.atomic
def move_money(*, partnership: Partnership, by: User) -> None:
    """What the public health analyst does not need pays for a further training day."""
    decision = Decision.objects.get(partnership=partnership, reference="EXEC/2023/14")
    source, target = (
        Award.objects.get(partnership=partnership, reference=reference)
        for reference in ("SV/2023/02", "SV/2023/05")
    )
    wanted = Wanted(source, target, Decimal("2400.00"), decision, decision.reasons)
    day = date(2023, 12, 21)
    seen = virements.preview(wanted=wanted, today=day).seen
    virements.move_money(wanted=wanted, as_seen=seen, today=day, by=by, key=MOVED, illustrative=True)


@transaction.atomic
def reconcile(*, partnership: Partnership, file: Path, by: User) -> None:
    """The ledger of quarter 2: all but one line match, and that one is explained."""
    grant, quarter = Grant.objects.get(partnership=partnership), FinancialYear(2023).quarters[1]
    with file.open(encoding="utf-8", newline="") as lines:
        cells = list(csv.reader(lines))
    extract = Extract(cells, ledger_sheet.guess(cells), file.name)
    given: dict[str, Any] = {"grant": grant, "quarter": quarter, "by": by, "illustrative": True}
    ledger.bring_in(**given, extract=extract, today=date(2023, 10, 17), key=BROUGHT)
    state = ledgers.state(grant.pk, quarter)
    for each in state.found.unexplained if state else ():
        text = (
            "Booked to this cost centre by mistake; the journal of 17 October moves it to victims’ services."
        )
        ledger.explain(**given, side=each.side, mark=each.mark, text=text)

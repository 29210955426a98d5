"""References such as "SV/2023/04", never given twice."""

from typing import Any

from governance.models import ReferenceCounter
from partners.models import Partnership
from svd_portal.kit.quarters import FinancialYear


def next_reference(model: Any, series: str, partnership: Partnership, year: FinancialYear) -> str:
    """The next free one of `model`; numbers are never given twice, and imported ones are passed over."""
    counter, _created = ReferenceCounter.objects.select_for_update().get_or_create(
        partnership=partnership, series=series, year=year.start
    )
    while True:
        counter.last += 1
        reference = f"{series}/{year.start}/{counter.last:02d}"
        if not model.objects.filter(partnership=partnership, reference=reference).exists():
            counter.save()
            return reference

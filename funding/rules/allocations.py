"""What a grant gives: entries that sum to an allocation, and totals stated beside their parts. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from funding.rules.authority import AGREEMENT, PORTAL, FieldFinding, blocking
from svd_portal.kit.format import money
from svd_portal.kit.money import total
from svd_portal.kit.quarters import FinancialYear


def check_allocation(*, amount: Decimal, claimed: Decimal, changes: bool, reason: str) -> list[FieldFinding]:
    """Findings about an allocation's new amount, of which `claimed` is claimed already."""
    found = []
    if amount < claimed:
        found.append(
            blocking(
                "allocation_below_claims",
                "amount",
                f"{money(claimed)} is already claimed from this allocation. It cannot be less.",
            )
        )
    if changes and not reason.strip():
        found.append(blocking("allocation_reason", "reason", "Say why the allocation changes.", PORTAL))
    return found


@dataclass(frozen=True)
class Stated:
    """A total as the agreement states it, beside what the allocations of that year come to."""

    year: FinancialYear
    stated: Decimal
    parts: Decimal
    source: str = ""

    @property
    def difference(self) -> Decimal:
        """What the total states beyond its parts; below nothing where the parts are more."""
        return self.stated - self.parts

    @property
    def sentence(self) -> str:
        """Both figures and what lies between them. Neither is adjusted to the other."""
        known = f"The agreement states {money(self.stated)} for {self.year}"
        if not self.difference:
            return f"{known}; the allocations recorded for it come to the same."
        beside = "less" if self.difference > 0 else "more"
        return (
            f"{known}; the allocations recorded for it come to {money(self.parts)},"
            f" which is {money(abs(self.difference))} {beside}. Neither figure has been adjusted."
        )


def stated(
    year: FinancialYear, total_stated: Decimal, parts: Iterable[Decimal | None], source: str = ""
) -> Stated:
    """The stated total of a year beside the sum of its parts; a part that is not recorded counts nothing."""
    return Stated(year, total_stated, total(parts), source)


def check_stated(*, changes: bool, reason: str) -> list[FieldFinding]:
    """Findings about recording a total that the agreement states."""
    if changes and not reason.strip():
        return [blocking("stated_reason", "reason", "Say why the stated total changes.", AGREEMENT)]
    return []

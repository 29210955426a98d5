"""An award that ends before its time, gives way to another, or pays for a post. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from funding.rules.authority import AGREEMENT, JOINT, PORTAL, FieldFinding, blocking
from funding.rules.awards import Terms
from svd_portal.kit.format import long_date, money
from svd_portal.kit.quarters import Quarter

Key = TypeVar("Key")


def check_end(
    terms: Terms,
    *,
    on: date,
    kept: Decimal,
    spent: Decimal,
    claimed: Iterable[Quarter],
    reason: str,
) -> list[FieldFinding]:
    """Findings about ending an award on `on` with `kept` of its amount.

    Args:
        spent: everything claimed from it so far, for the quarters `claimed`.
    """
    found = []
    if not terms.first_day <= on < terms.last_day:
        found.append(
            blocking(
                "ends_within",
                "on",
                f"It runs from {long_date(terms.first_day)} to {long_date(terms.last_day)}. "
                "Give a day before its last.",
                PORTAL,
            )
        )
    later = [quarter for quarter in claimed if quarter.first_day > on]
    if later:
        found.append(
            blocking("ends_after_spend", "on", f"Spend is reported for {max(later)}, after that day.")
        )
    if kept < spent:
        found.append(
            blocking(
                "not_below_spend",
                "kept",
                f"{money(spent)} is already claimed from this award. It keeps at least that.",
            )
        )
    elif kept > terms.amount:
        found.append(
            blocking(
                "ends_with_more", "kept", f"The award is {money(terms.amount)}. It keeps no more.", PORTAL
            )
        )
    if not reason.strip():
        found.append(blocking("end_reason", "reason", "Say why it ends early.", PORTAL))
    return found


def check_superseding(
    later: Key,
    earlier: Key,
    *,
    same_allocation: bool,
    over: bool,
    by_another: str,
    supersedes: Mapping[Key, Key],
) -> list[FieldFinding]:
    """Findings about `later` taking the place of `earlier`.

    Args:
        same_allocation: both are of the same grant, year and cost type.
        over: `earlier` was withdrawn or has ended.
        by_another: the award that supersedes `earlier` already, if any.
        supersedes: what each award supersedes already.
    """
    if later == earlier or _leads_to(later, earlier, supersedes):
        sentence = "An award cannot take the place of itself, nor of one that takes its own place."
        return [blocking("supersedes_in_a_circle", "supersedes", sentence, PORTAL)]
    if by_another:
        sentence = f"{by_another} takes its place already."
        return [blocking("superseded_once", "supersedes", sentence, JOINT)]
    if over:
        sentence = "That award was withdrawn or has ended: nothing of it is left to take over."
        return [blocking("supersedes_what_runs", "supersedes", sentence, PORTAL)]
    if not same_allocation:
        sentence = (
            "An award takes the place of one of the same grant, year and cost type. "
            "Money never crosses a financial year."
        )
        return [blocking("supersedes_within_allocation", "supersedes", sentence, AGREEMENT)]
    return []


def _leads_to(sought: Key, begin: Key, supersedes: Mapping[Key, Key]) -> bool:
    """Whether following `supersedes` from `begin` comes to `sought`."""
    seen = {begin}
    here = supersedes.get(begin)
    while here is not None and here not in seen:
        if here == sought:
            return True
        seen.add(here)
        here = supersedes.get(here)
    return False


def check_post(
    terms: Terms, *, post: bool, hosted: bool, until: date | None, afterwards: str
) -> list[FieldFinding]:
    """Findings about the post an award pays for.

    Args:
        hosted: a partner that hosts it is named.
        until: its last day.
        afterwards: how it is paid for once the award has ended.
    """
    if not post:
        return []
    found = []
    if not hosted:
        found.append(blocking("post_host", "post_host", "Say which partner hosts the post.", PORTAL))
    if until and until < terms.first_day:
        found.append(
            blocking("post_dates", "post_until", "The post must not end before the award begins.", PORTAL)
        )
    if until and until > terms.year.last_day and not afterwards.strip():
        found.append(
            blocking(
                "post_beyond_year",
                "post_afterwards",
                f"The post lasts until {long_date(until)}, the award pays until "
                f"{long_date(terms.year.last_day)}. Say how it is paid for afterwards.",
            )
        )
    return found

"""The finance system's lines beside what the portal holds: what matches, and what is to be explained. Pure.

A line and an item match where reference and amount agree. Several lines of one reference may together be one
item. Nothing matches twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from funding.rules.ledger_sheet import Line
from svd_portal.kit.format import money, plural, short_money
from svd_portal.kit.money import ZERO, total


class Side(StrEnum):
    """On which side something is not matched."""

    LEDGER = "ledger"
    PORTAL = "portal"


@dataclass(frozen=True)
class Item:
    """A report of spend, or a payment, that the ledger should hold.

    Args:
        mark: what it is known by from one comparison to the next.
        references: by any of which the ledger may know it, the best first.
        covers: the report that a payment pays for, by its mark; empty for what is none.
    """

    mark: str
    words: str
    references: tuple[str, ...]
    amount: Decimal
    covers: str = ""


@dataclass(frozen=True)
class Open:
    """Something without a match: what it is, a hint where to look, and how a person explained it.

    Attributes:
        explained_with: what the explanation was given of, where that is a payment of the report, or the
            report of the payment.
        paid_together: it is a report with open payments, or a payment for an open report.
        counted: pounds of it that are matched, or stand in the sum of the report that it is paid for.
    """

    side: Side
    mark: str
    words: str
    amount: Decimal
    hint: str = ""
    explanation: str = ""
    explained_with: str = ""
    paid_together: bool = False
    counted: Decimal = ZERO


@dataclass(frozen=True)
class Match:
    lines: tuple[Line, ...]
    item: Item


@dataclass(frozen=True)
class Reconciliation:
    """A quarter's state."""

    matches: tuple[Match, ...]
    open: tuple[Open, ...]

    @property
    def unexplained(self) -> tuple[Open, ...]:
        return tuple(each for each in self.open if not each.explanation)

    @property
    def reconciled(self) -> bool:
        return not self.unexplained

    def of(self, side: Side) -> tuple[Open, ...]:
        return tuple(each for each in self.open if each.side == side)

    @property
    def sentence(self) -> str:
        """How far it is, with counts and sums."""
        matched = f"{plural(len(self.matches), 'item')} matched"
        if not self.open:
            return f"Everything agrees: {matched}."
        if self.reconciled:
            return f"Reconciled: {matched}, {len(self.open)} without a match explained."
        parts = []
        for side, name in ((Side.LEDGER, "line of the ledger"), (Side.PORTAL, "item of the portal")):
            left = [each for each in self.unexplained if each.side == side]
            if left:
                many = name.replace("line", "lines").replace("item", "items")
                parts.append(f"{plural(len(left), name, many)} ({short_money(_each_pound_once(left))})")
        return f"{' and '.join(parts)} without a match and not explained; {matched}."


def summary(found: Reconciliation) -> dict[str, Any]:
    """Counts and sums for a return's content, and no line of the ledger: every partner reads a return."""
    sides = {}
    for side in Side:
        there = found.of(side)
        left = [each for each in there if not each.explanation]
        sides[side.value] = {
            "unmatched": len(there),
            "unmatched_sum": _each_pound_once(there),
            "unexplained": len(left),
            "unexplained_sum": _each_pound_once(left),
        }
    return {"sentence": found.sentence, "matched": len(found.matches), **sides}


def _each_pound_once(items: Iterable[Open]) -> Decimal:
    """What has no match; a report and the payments for it are the same money."""
    return total(each.amount - each.counted for each in items)


def plain(reference: str) -> str:
    """A reference as it is compared: letters and digits alone."""
    return "".join(letter for letter in reference.casefold() if letter.isalnum())


def reconcile(
    lines: Iterable[Line], items: Sequence[Item], explanations: Mapping[tuple[str, str], str]
) -> Reconciliation:
    """Match lines and items: first one to one, then all lines of a reference together.

    Args:
        explanations: by side and mark; one for what matches by now says nothing.
    """
    left: dict[str, list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda each: (each.booked_on, each.reference, each.amount, each.nth)):
        left[plain(line.reference)].append(line)
    matches: list[Match] = []
    for whole in (False, True):
        for item in items:
            if not any(match.item is item for match in matches):
                taken = _take(item, left, whole=whole)
                if taken:
                    matches.append(Match(taken, item))
    matched = {match.item.mark for match in matches}
    unpaid = {item.covers for item in items if item.covers and item.mark not in matched}
    paid = {item.covers for item in items if item.covers} - unpaid
    open_lines = [_open_line(line, items, matched, explanations) for each in left.values() for line in each]
    together = _together(items, matched, explanations)
    open_items = [
        replace(_open_item(item, left, explanations), **together.get(item.mark, {}))
        for item in items
        if item.mark not in matched and item.mark not in paid
    ]
    return Reconciliation(
        tuple(matches), (*sorted(open_lines, key=lambda each: (-abs(each.amount), each.words)), *open_items)
    )


def _take(item: Item, left: dict[str, list[Line]], *, whole: bool) -> tuple[Line, ...]:
    for reference in item.references:
        lines = left.get(plain(reference), [])
        if whole and len(lines) > 1 and total(line.amount for line in lines) == item.amount:
            left[plain(reference)] = []
            return tuple(lines)
        same = None if whole else next((line for line in lines if line.amount == item.amount), None)
        if same:
            lines.remove(same)
            return (same,)
    return ()


def _open_line(
    line: Line,
    items: Sequence[Item],
    matched: set[str],
    explanations: Mapping[tuple[str, str], str],
) -> Open:
    known = [item for item in items if plain(line.reference) in {plain(each) for each in item.references}]
    hint = ""
    if line.nth > 1:
        hint = "The extract holds this line twice. Was it booked twice?"
    elif any(item.mark in matched for item in known):
        hint = "What has this reference is matched already. Was it booked twice?"
    elif known:
        hint = f"{known[0].words} has this reference, and is {money(known[0].amount)}."
    return Open(
        Side.LEDGER,
        line.mark,
        f"{line.reference}{f', {line.text}' if line.text else ''}",
        line.amount,
        hint,
        explanations.get((Side.LEDGER, line.mark), ""),
    )


def _together(
    items: Sequence[Item], matched: set[str], explanations: Mapping[tuple[str, str], str]
) -> dict[str, dict[str, Any]]:
    """By its mark, what is said of a report, or of a payment for one, by what is said of the other.

    They are the same money: what is said of the report counts for its payments, and what is said of all its
    open payments counts for the report.
    """
    own = {item.mark: explanations.get((Side.PORTAL, item.mark), "") for item in items}
    found: dict[str, dict[str, Any]] = {}
    for report in items:
        payments = [each for each in items if each.covers == report.mark and each.mark not in matched]
        if not payments or report.mark in matched:
            continue
        for payment in payments:
            said = _said(own[payment.mark], own[report.mark], report.words)
            found[payment.mark] = said | {"counted": payment.amount}
        texts = [own[each.mark] for each in payments]
        others = " ".join(dict.fromkeys(texts)) if all(texts) else ""
        words = ", ".join(each.words for each in payments)
        sent = total(each.amount for each in items if each.covers == report.mark and each.mark in matched)
        found[report.mark] = _said(own[report.mark], others, words) | {"counted": sent}
    return found


def _said(own: str, other: str, words: str) -> dict[str, Any]:
    """An explanation of its own, or the other's with what that is."""
    with_ = words if other and not own else ""
    return {"explanation": own or other, "explained_with": with_, "paid_together": True}


def _open_item(
    item: Item, left: Mapping[str, list[Line]], explanations: Mapping[tuple[str, str], str]
) -> Open:
    there = [line for reference in item.references for line in left.get(plain(reference), ())]
    if there:
        hint = f"The ledger has {money(total(line.amount for line in there))} under this reference."
    elif not any(item.references):
        hint = "It names no reference of the ledger."
    else:
        hint = "The ledger has no line with its reference."
    return Open(
        Side.PORTAL,
        item.mark,
        item.words,
        item.amount,
        hint,
        explanations.get((Side.PORTAL, item.mark), ""),
    )

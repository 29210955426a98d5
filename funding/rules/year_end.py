"""A year's statement, added up from the certified returns of its quarters and nothing else. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from funding.rules.costs import CostType
from svd_portal.kit.format import money
from svd_portal.kit.money import ZERO, total
from svd_portal.kit.quarters import QUARTERS

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """An award, or a cost type's sum. `quarters` holds what was spent on each quarter's own account.

    A quarter without a certified return is None. What a return put right of earlier quarters is in
    `adjustments`, so that the quarters and the adjustments come to the total.
    """

    name: str
    given: Decimal
    quarters: tuple[Decimal | None, ...]
    adjustments: Decimal
    award_id: str = ""
    recipient: str = ""

    @property
    def total(self) -> Decimal:
        return total(self.quarters) + self.adjustments

    @property
    def unspent(self) -> Decimal:
        return self.given - self.total


@dataclass(frozen=True)
class Group:
    """A cost type: `given` of its sum is the allocation, of a row the award."""

    cost_type: CostType
    rows: tuple[Row, ...]
    sum: Row


@dataclass(frozen=True)
class Statement:
    """The year; it is final once all four quarters are certified."""

    groups: tuple[Group, ...]
    whole: Row
    missing: tuple[int, ...]
    differences: tuple[str, ...]

    @property
    def final(self) -> bool:
        return not self.missing


def statement(contents: Mapping[int, Content]) -> Statement:
    """The year of these certified contents, by quarter; what an award or allocation is, the latest says."""
    groups = tuple(_group(cost_type, contents) for cost_type in CostType)
    whole = _sum("Total", total(group.sum.given for group in groups), [group.sum for group in groups])
    missing = tuple(number for number in QUARTERS if number not in contents)
    return Statement(groups, whole, missing, tuple(_differences(contents, whole)))


def _group(cost_type: CostType, contents: Mapping[int, Content]) -> Group:
    said = {
        number: next(each for each in content["cost_types"] if each["key"] == cost_type.value)
        for number, content in contents.items()
    }
    lines: dict[str, dict[int, Content]] = {}
    for number, group in said.items():
        for line in group["lines"]:
            lines.setdefault(line["award_id"], {})[number] = line
    rows = tuple(sorted((_row(of, contents) for of in lines.values()), key=lambda row: row.name))
    given = Decimal(said[max(said)]["allocation"]) if said else ZERO
    return Group(cost_type, rows, _sum(cost_type.label, given, list(rows), contents))


def _row(lines: Mapping[int, Content], contents: Mapping[int, Content]) -> Row:
    latest = lines[max(lines)]
    return Row(
        name=f"{latest['reference']} {latest['title']}",
        given=Decimal(latest["award"]),
        quarters=tuple(_own(lines, number) if number in contents else None for number in QUARTERS),
        adjustments=total(_adjusted(line) for line in lines.values()),
        award_id=latest["award_id"],
        recipient=latest["recipient"],
    )


def _own(lines: Mapping[int, Content], number: int) -> Decimal:
    line = lines.get(number)
    return Decimal(line["actual"] or 0) - _adjusted(line) if line else ZERO


def _adjusted(line: Content) -> Decimal:
    """What a line puts right of earlier quarters; contents of old do not say, and count it in the quarter."""
    return Decimal(line.get("adjustment", 0))


def _sum(name: str, given: Decimal, rows: list[Row], contents: Mapping[int, Content] | None = None) -> Row:
    known = contents if contents is not None else {n: {} for n in QUARTERS if _is_known(rows, n)}
    return Row(
        name=name,
        given=given,
        quarters=tuple(
            total(row.quarters[number - 1] for row in rows) if number in known else None
            for number in QUARTERS
        ),
        adjustments=total(row.adjustments for row in rows),
    )


def _is_known(rows: list[Row], number: int) -> bool:
    return any(row.quarters[number - 1] is not None for row in rows)


def _differences(contents: Mapping[int, Content], whole: Row) -> Iterator[str]:
    """A quarter certified anew after a later one: the year to date that one says is no more the sum."""
    for number in QUARTERS:
        known = [n for n in QUARTERS if n <= number]
        if number in contents and all(n in contents for n in known):
            said = Decimal(contents[number]["total"]["year_to_date"])
            comes_to = total(Decimal(contents[n]["total"]["actual"]) for n in known)
            if said != comes_to:
                yield (
                    f"The return of quarter {number} says {money(said)} for the year to date; the quarters' "
                    f"own returns come to {money(comes_to)}. One of them was replaced after it."
                )

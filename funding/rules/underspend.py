"""Money that the last forecasts leave unspent, and a proposal of what could move where. Pure.

What is not spent by the year's end cannot be claimed later, so it is told while it can still be moved: from
quarter 3 on. The proposal is made from the figures alone, in one order, and says of each line why.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from funding.rules.costs import CostType
from svd_portal.kit.format import money
from svd_portal.kit.money import PENNY, ZERO, total
from svd_portal.kit.quarters import Quarter

TOLD_FROM = 3
"""The quarter from which on an underspend is told."""


@dataclass(frozen=True)
class AwardYear:
    """An award and what its last report says.

    Args:
        expected: spent so far and the last forecast together; None before any report.
        reported: the last quarter that was reported; 0 before any.
        decided: whether both have decided on it.
        last_quarter: in which it ends.
    """

    key: str
    reference: str
    title: str
    partner: str
    cost_type: CostType
    amount: Decimal
    spent: Decimal
    expected: Decimal | None
    reported: int = 0
    decided: bool = True
    last_quarter: int = 4

    @property
    def unspent(self) -> Decimal:
        """What it is expected to leave; below nothing where it expects more than it is."""
        return ZERO if self.expected is None else self.amount - self.expected


@dataclass(frozen=True)
class Group:
    """A cost type of a year: what it gives, and its awards."""

    key: str
    cost_type: CostType
    allocation: Decimal
    awards: tuple[AwardYear, ...]

    @property
    def committed(self) -> Decimal:
        return total(award.amount for award in self.awards)

    @property
    def rest(self) -> Decimal:
        """What is not yet awarded; below nothing where the year is over-committed."""
        return self.allocation - self.committed

    @property
    def expected(self) -> Decimal:
        """What the year is expected to come to; an award without a report counts in full."""
        counted = [award for award in self.awards if award.decided or award.expected is not None]
        return total(award.amount if award.expected is None else award.expected for award in counted)

    @property
    def unspent(self) -> Decimal:
        return self.allocation - self.expected

    @property
    def name(self) -> str:
        return self.cost_type.label.lower()


@dataclass(frozen=True)
class Step:
    """One line of the proposal: `amount` from one place to another, and why."""

    source: str
    target: str
    amount: Decimal
    sentence: str
    reason: str
    crosses: bool


@dataclass(frozen=True)
class Underspend:
    """What a grant's year is expected to leave, and what could be done about it."""

    groups: tuple[Group, ...]
    awards: tuple[AwardYear, ...]
    silent: tuple[AwardYear, ...]
    steps: tuple[Step, ...]
    ask: tuple[AwardYear, ...]

    @property
    def of_awards(self) -> Decimal:
        return total(award.unspent for award in self.awards)


@dataclass(frozen=True)
class _Side:
    key: str
    words: str
    why: str
    cost_type: CostType
    amount: Decimal


def told(today: date) -> bool:
    """Whether the year has come so far that an underspend is told."""
    return Quarter.of(today).number >= TOLD_FROM


def underspend(groups: Iterable[Group], *, threshold: Decimal, today: date) -> Underspend:
    """What is expected to be left of each award, from `threshold` pounds on, and a proposal.

    The largest comes first, and of equal ones the lower reference.
    """
    groups = tuple(groups)
    awards = [award for group in groups for award in group.awards]
    told_of = sorted(
        (each for each in awards if each.decided and each.unspent >= threshold),
        key=lambda each: (-each.unspent, each.reference),
    )
    silent = [each for each in awards if each.decided and each.expected is None]
    return Underspend(
        groups,
        tuple(told_of),
        tuple(silent),
        tuple(_steps([*_rests(groups), *_sources(told_of)], list(_targets(groups)))),
        tuple(_could_take_more(awards, Quarter.of(today).number)),
    )


def _rests(groups: Iterable[Group]) -> Iterator[_Side]:
    """Money that nobody was awarded moves first: it takes nothing from anyone."""
    for group in groups:
        if group.rest > 0:
            why = f"{money(group.rest)} of {group.name} is not yet awarded"
            yield _Side(
                group.key, f"what is not yet awarded of {group.name}", why, group.cost_type, group.rest
            )


def _sources(awards: Iterable[AwardYear]) -> Iterator[_Side]:
    for award in awards:
        why = f"{award.reference} expects to leave {money(award.unspent)} of {money(award.amount)}"
        movable = min(award.unspent, award.amount - PENNY)
        yield _Side(award.key, award.reference, why, award.cost_type, movable)


def _targets(groups: Sequence[Group]) -> Iterator[_Side]:
    """Awards that expect more than they are, then years that are over-committed; the largest first."""
    short = sorted(
        (each for group in groups for each in group.awards if each.decided and each.unspent < 0),
        key=lambda each: (each.unspent, each.reference),
    )
    for award in short:
        why = f"{award.reference} expects to need {money(-award.unspent)} more than it is"
        yield _Side(award.key, award.reference, why, award.cost_type, -award.unspent)
    for group in sorted(groups, key=lambda each: (each.rest, each.cost_type)):
        if group.rest < 0:
            yield _Side(group.key, f"the {group.name} allocation", _over(group), group.cost_type, -group.rest)


def _over(group: Group) -> str:
    waiting = sorted(award.reference for award in group.awards if not award.decided)
    proposed = f", with {', '.join(waiting)} proposed and not decided" if waiting else ""
    return f"{group.name} awards are {money(-group.rest)} more than the allocation{proposed}"


def _steps(sources: list[_Side], targets: list[_Side]) -> Iterator[Step]:
    """Each need in turn takes from money of its own cost type first, and then from the other."""
    left = {side.key: side for side in sources}
    for target in targets:
        need = target.amount
        own_first = sorted(left.values(), key=lambda side: side.cost_type != target.cost_type)
        for source in own_first:
            amount = min(need, source.amount)
            if amount <= 0 or source.key == target.key:
                continue
            left[source.key] = replace(source, amount=source.amount - amount)
            need -= amount
            yield _step(source, target, amount)


def _step(source: _Side, target: _Side, amount: Decimal) -> Step:
    crosses = source.cost_type != target.cost_type
    consent = " It needs the funder's written consent." if crosses else ""
    reason = f"{source.why}; {target.why}."
    return Step(
        source.key,
        target.key,
        amount,
        f"{money(amount)} from {source.words} to {target.words}: {reason}{consent}",
        reason,
        crosses,
    )


def _could_take_more(awards: Iterable[AwardYear], quarter: int) -> Iterator[AwardYear]:
    """Awards spent in full that still run: their partners may know what more would do."""
    return (
        award
        for award in sorted(awards, key=lambda each: each.reference)
        if award.decided and award.spent == award.amount and award.last_quarter >= quarter
    )

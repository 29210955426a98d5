"""Moving money between awards, or between an award and what is not awarded, within one year of a grant. Pure.

Money of a grant's year stands in places: in each award, and in what is not yet awarded of each cost type. A
virement takes from one place what it gives to another, so all places together hold the same before and after.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from funding.rules.authority import AGREEMENT, JOINT, PORTAL, FieldFinding, blocking, warning
from funding.rules.costs import CostType
from svd_portal.kit.format import long_date, money
from svd_portal.kit.money import PENNY, ZERO
from svd_portal.kit.quarters import FinancialYear


@dataclass(frozen=True)
class Place:
    """Where money stands.

    Args:
        name: the award's reference; empty for what is not yet awarded.
        amount: what was awarded, or is not yet awarded.
        kept: what cannot leave it: an award's claims.
        expected: what the award is expected to come to by its last report; None without one.
    """

    key: str
    name: str
    grant: str
    year: FinancialYear
    cost_type: CostType
    amount: Decimal
    kept: Decimal = ZERO
    expected: Decimal | None = None

    @property
    def is_award(self) -> bool:
        return bool(self.name)

    @property
    def movable(self) -> Decimal:
        """What may leave it; an award keeps a penny, for one of nothing is withdrawn instead."""
        return max(self.amount - max(self.kept, PENNY if self.is_award else ZERO), ZERO)

    @property
    def words(self) -> str:
        return self.name or f"what is not yet awarded of {self.year} {self.cost_type.label.lower()}"


@dataclass(frozen=True)
class Consent:
    """What a grant asks before money moves between labour and non-labour, and what is recorded of it."""

    needed: bool = True
    given_on: date | None = None
    document: bool = False


@dataclass(frozen=True)
class Move:
    """What is to be moved, and what it rests on.

    Args:
        allocation: of the place it leaves; `claimed` from all awards of that allocation.
        decided: whether a decision of the partnership was named.
    """

    source: Place
    target: Place
    amount: Decimal
    allocation: Decimal
    claimed: Decimal
    decided: bool
    reason: str
    consent: Consent = Consent()

    @property
    def crosses(self) -> bool:
        """Whether it moves between labour and non-labour."""
        return self.source.cost_type != self.target.cost_type


def check(move: Move, *, today: date) -> list[FieldFinding]:
    """Findings about a virement; those that concern where it goes come first."""
    astray = list(_where(move))
    return [
        *astray,
        *([] if astray else [*_amount(move), *_consent(move, today)]),
        *_grounds(move),
    ]


def _where(move: Move) -> Iterator[FieldFinding]:
    source, target = move.source, move.target
    if source.key == target.key:
        yield blocking("virement_two_sides", "target", "Choose another place to move the money to.", PORTAL)
    elif source.grant != target.grant:
        yield blocking(
            "virement_one_grant",
            "target",
            "These belong to two grants. A grant's money is spent under its own agreement:"
            " move money within one grant.",
        )
    elif source.year != target.year:
        yield blocking(
            "within_year",
            "target",
            f"The first is money of {source.year}, the second of {target.year}. Money never crosses a"
            " financial year: what is not spent cannot be claimed later.",
        )


def _amount(move: Move) -> Iterator[FieldFinding]:
    source, amount = move.source, move.amount
    if amount <= 0:
        yield blocking("virement_positive", "amount", "Move more than £0.00.", PORTAL)
    elif source.is_award and amount > source.amount - source.kept:
        yield blocking(
            "not_below_spend",
            "amount",
            f"{money(max(source.amount - source.kept, ZERO))} can leave {source.name}: it is"
            f" {money(source.amount)}, and {money(source.kept)} of it is used. Move no more than that.",
        )
    elif source.is_award and amount == source.amount:
        yield blocking(
            "award_positive",
            "amount",
            f"That is all of {source.name}, and an award is more than £0.00. Withdraw the award: its money is"
            " then not awarded, and can be moved from there.",
            PORTAL,
        )
    elif not source.is_award and amount > source.amount:
        yield blocking(
            "not_below_awards",
            "amount",
            f"{money(max(source.amount, ZERO))} of the {source.year} {source.cost_type.label.lower()}"
            " allocation is not yet awarded. Move no more than that.",
        )
    elif move.crosses and amount > move.allocation - move.claimed:
        yield blocking(
            "allocation_below_claims",
            "amount",
            f"{money(move.claimed)} is already claimed from the {source.year}"
            f" {source.cost_type.label.lower()} allocation of {money(move.allocation)}."
            f" Move no more than {money(max(move.allocation - move.claimed, ZERO))} out of it.",
        )
    elif source.expected is not None and source.expected > source.amount - amount:
        over = source.expected - (source.amount - amount)
        yield warning(
            "virement_below_forecast",
            "amount",
            f"The last report on {source.name} expects it to come to {money(source.expected)}, {money(over)}"
            " more than would be left of it. Ask its partner for a new forecast.",
        )


def _consent(move: Move, today: date) -> Iterator[FieldFinding]:
    consent = move.consent
    if not move.crosses:
        return
    if consent.needed and not consent.document:
        yield blocking(
            "funder_consents",
            "consent",
            "Moving money between labour and non-labour needs the funder's written consent. Add the letter to"
            " the documents of the grant, and choose it here.",
        )
    if consent.document and consent.given_on is None:
        yield blocking("consent_day", "consent_on", "Say on which day the funder consented.")
    if consent.given_on and consent.given_on > today:
        yield blocking(
            "consent_day", "consent_on", f"{long_date(consent.given_on)} has not come yet.", PORTAL
        )


def _grounds(move: Move) -> Iterator[FieldFinding]:
    if not move.decided:
        yield blocking(
            "virement_decided",
            "decision",
            "Money is moved by a decision of the partnership. Choose the one that moves it.",
            JOINT,
        )
    if not move.reason.strip():
        yield blocking("virement_reason", "reason", "Say why the money moves.", AGREEMENT)


def moved(move: Move) -> tuple[Place, Place]:
    """Both places as they are afterwards."""
    source, target = move.source, move.target
    return (
        replace(source, amount=source.amount - move.amount),
        replace(target, amount=target.amount + move.amount),
    )

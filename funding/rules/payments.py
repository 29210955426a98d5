"""Money received from a funder and paid to recipients, beside what was claimed and spent. Pure."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from funding.rules.authority import AGREEMENT, PORTAL, FieldFinding, blocking
from svd_portal.kit.format import long_date, money, short_money


def check_received(*, amount: Decimal, received_on: date, today: date) -> list[FieldFinding]:
    """Findings about a payment that a funder made."""
    return [*_amount(amount), *_day("received_on", received_on, today)]


def check_made(
    *, award: str, awarded: Decimal, paid: Decimal, amount: Decimal, paid_on: date, today: date
) -> list[FieldFinding]:
    """Findings about a payment from an award of which `paid` was paid before."""
    found = [*_amount(amount), *_day("paid_on", paid_on, today)]
    if amount > awarded - paid:
        left = max(awarded - paid, Decimal(0))
        found.append(
            blocking(
                "over_paid",
                "amount",
                f"{money(left)} of {award} is left to pay: it is {money(awarded)}, and {money(paid)} is paid."
                " Pay no more than was awarded.",
            )
        )
    return found


def _amount(amount: Decimal) -> Iterator[FieldFinding]:
    if amount <= 0:
        yield blocking("payment_positive", "amount", "A payment is more than £0.00.", PORTAL)


def _day(field: str, day: date, today: date) -> Iterator[FieldFinding]:
    if day > today:
        yield blocking("payment_day", field, f"{long_date(day)} has not come yet.", PORTAL)


def check_below_payments(*, amount: Decimal, paid: Decimal) -> list[FieldFinding]:
    """Findings about an award's new amount, of which `paid` is paid already."""
    if amount >= paid:
        return []
    sentence = f"{money(paid)} is already paid from this award. It cannot be less."
    return [blocking("not_below_payments", "amount", sentence, AGREEMENT)]


def received_words(received: Decimal, settled: Decimal, further: Decimal) -> str:
    """What the funder paid beside the spend that it pays for.

    Args:
        settled: spend that finance accepted, or that a certified return reports.
        further: what else partners reported; it is not compared.
    """
    said = _beside(
        received, settled, "received", "the spend that finance accepted or a certified return reports"
    )
    if not further:
        return said
    what = f"A further {money(further)} is" if further > 0 else f"Corrections of {money(further)} are"
    return f"{said} {what} reported, not accepted and in no certified return yet: not compared."


def paid_words(paid: Decimal, accepted: Decimal) -> str:
    """What was paid from an award beside its spend that finance accepted."""
    return _beside(paid, accepted, "paid", "the spend that finance accepted")


def _beside(one: Decimal, other: Decimal, did: str, what: str) -> str:
    if one == other:
        return f"{money(one)} is {did}, as much as {what}."
    beside = "more" if one > other else "less"
    return f"{money(one)} is {did}, {short_money(abs(one - other))} {beside} than {what}: {money(other)}."

"""What a policing body publishes each month: every award, and other spend over £500. Pure.

The content of a list is plain values with one canonical spelling, so that what was released is what is
shown. Nothing in it says who prepared or released it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from funding.rules.authority import PORTAL, FieldFinding, blocking
from svd_portal.kit.format import long_date, money, month

SCHEMA = "publication/1"
LISTS = ("awards", "spending")
OVER = Decimal("500.00")
LONGEST_TITLE = 140
ORDER = "Elected Local Policing Bodies (Specified Information) Order 2011"
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_ADDRESS = re.compile(r"[\w.+-]+ ?@ ?[\w-]+(\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w/-])((\+|00)44 ?\(?0?\)?|\(?0)(\d[ ().-]{0,2}){8,9}\d(?![\w/])", re.ASCII)
_DASHES = re.compile("[\u2010-\u2015\u2212]")


# Months


def first_of(day: date) -> date:
    """The month a day lies in, as its first day."""
    return day.replace(day=1)


def last_of(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return following(first) - timedelta(days=1)


def following(first: date) -> date:
    return first_of(first + timedelta(days=31))


def before(day: date) -> date:
    """The month before the one `day` lies in."""
    return first_of(first_of(day) - timedelta(days=1))


def slug_of(first: date) -> str:
    """ "2023-10", as addresses name a month."""
    return f"{first:%Y-%m}"


def parse_month(slug: str) -> date | None:
    """The month an address names, or None where it names none."""
    match = _MONTH.fullmatch(slug)
    if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < 2000:
        return None
    return date(int(match[1]), int(match[2]), 1)


def check_over(first: date, today: date) -> list[FieldFinding]:
    """Findings about preparing the list of a month that may not be over."""
    if today > last_of(first):
        return []
    sentence = f"{month(first)} is not over: prepare its list from {long_date(following(first))} on."
    return [blocking("month_over", "month", sentence, PORTAL)]


# What the public reads


@dataclass(frozen=True)
class AwardWords:
    """What the public reads of an award, in words fit for it.

    Args:
        identifier: the recipient's, as org-id.guide gives it; empty where it has none.
        changed: what changed since the award was published before.
    """

    title: str
    description: str
    recipient: str
    identifier: str
    purpose: str
    amount: Decimal
    conditions: str
    reasons: str
    changed: str = ""


@dataclass(frozen=True)
class SpendingWords:
    """What the public reads of another item of spending."""

    on: date
    payee: str
    amount: Decimal
    purpose: str
    value_for_money: str


def check_award(words: AwardWords, *, published_before: bool) -> list[FieldFinding]:
    """Findings about an award's words; no minimum amount applies to awards."""
    found = [*_given(words, "title", "description", "recipient", "purpose"), *_private(vars(words))]
    if not words.reasons.strip():
        sentence = "Say why the award reduces crime and disorder: that is published with every award."
        found.append(blocking("award_reasons", "reasons", sentence, ORDER))
    if len(words.title) > LONGEST_TITLE:
        sentence = f"The title has {len(words.title)} characters. Shorten it to {LONGEST_TITLE}."
        found.append(blocking("title_length", "title", sentence, "360Giving Data Standard: title"))
    if words.identifier and not is_identifier(words.identifier):
        sentence = "Enter the identifier with its list, like GB-CHC-1234567, or leave it empty."
        found.append(blocking("identifier", "identifier", sentence, "org-id.guide"))
    if words.amount < 0:
        found.append(blocking("amount", "amount", "An award is not below £0.00.", PORTAL))
    if published_before and not words.changed.strip():
        sentence = "It was published before. Say what changed since."
        found.append(blocking("award_changed", "changed", sentence, PORTAL))
    return found


def check_spending(words: SpendingWords, first: date) -> list[FieldFinding]:
    """Findings about an item of spending in the list of a month."""
    found = [*_given(words, "payee", "purpose", "value_for_money"), *_private(vars(words))]
    if words.amount <= OVER:
        sentence = f"Only items over {money(OVER)} are listed; this is {money(words.amount)}."
        found.append(blocking("spending_over", "amount", sentence, ORDER))
    if first_of(words.on) != first:
        sentence = f"Enter a day of {month(first)}: the list is of that month."
        found.append(blocking("spending_month", "on", sentence, PORTAL))
    return found


def check_reason(reason: str, field: str = "reason") -> list[FieldFinding]:
    """Findings about a reason that the public reads."""
    return list(_private({field: reason}))


def is_identifier(text: str) -> bool:
    """Whether it has the shape of an organisation identifier: a list's code, then the number in it."""
    return bool(re.fullmatch(r"[A-Z]{2,3}-[A-Z0-9]{2,}-[A-Za-z0-9._-]+", text))


def register_identifier(kind: str, number: str) -> str:
    """A provider's identifier, where its kind and the form of its number leave one register only."""
    number = number.strip().upper()
    if kind == "charity" and re.fullmatch(r"\d{6,7}", number):
        return f"GB-CHC-{number}"
    if kind in {"company", "community"} and re.fullmatch(r"\d{8}", number):
        return f"GB-COH-{number}"
    return ""


_ASKED = {
    "title": "Enter a title",
    "description": "Describe the award in a sentence",
    "recipient": "Enter who receives the award",
    "payee": "Enter the organisation that was paid",
    "purpose": "Say what the money is for",
    "value_for_money": "Say why it is value for money",
}


def _given(words: Any, *names: str) -> Iterator[FieldFinding]:
    for name in names:
        if not getattr(words, name).strip():
            yield blocking("words_given", name, _ASKED[name], ORDER)


def _private(words: Mapping[str, Any]) -> Iterator[FieldFinding]:
    for name, text in words.items():
        if isinstance(text, str) and (what := private_in(text)):
            sentence = f"This holds {what}. Take it out: everybody reads this list."
            yield blocking("private", name, sentence, "UK General Data Protection Regulation, article 5")


def private_in(text: str) -> str:
    """What of a text can be nobody's business, in words; empty where nothing was found."""
    plain = " ".join(_DASHES.sub("-", normalize("NFKC", text)).split())
    if _ADDRESS.search(plain):
        return "an e-mail address"
    return "a telephone number" if _NUMBER.search(plain) else ""


def named_in(text: str, names: Iterable[str]) -> list[str]:
    """Which of the names stand in a text, whatever their capitals."""
    within = text.casefold()
    return [name for name in names if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", within)]


def changes(was: Mapping[str, Any], now: AwardWords, *, withdrawn: bool = False) -> str:
    """A first draft of what changed in an award since it was published."""
    if withdrawn:
        return f"The award was withdrawn. It was {money(Decimal(was['amount']))}."
    found = []
    if Decimal(was["amount"]) != now.amount:
        found.append(f"The amount is {money(now.amount)}; it was {money(Decimal(was['amount']))}.")
    if was["recipient"] != now.recipient:
        found.append(f"The recipient is {now.recipient}; it was {was['recipient']}.")
    if was["conditions"] != now.conditions:
        found.append("The conditions changed.")
    return " ".join(found)


def content(
    *,
    cover: Mapping[str, Any],
    awards: Sequence[Mapping[str, Any]],
    spending: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """All that is released of a month.

    Args:
        cover: partnership, month, edition, what it corrects, who publishes.
    """
    return {"schema": SCHEMA, **cover, "awards": list(awards), "spending": list(spending)}


def without(content: Mapping[str, Any], withdrawn: Iterable[str]) -> dict[str, Any]:
    """The content without the entries that were taken off."""
    gone = set(withdrawn)
    kept = {name: [each for each in content[name] if each["key"] not in gone] for name in LISTS}
    return {**content, **kept}


def readable(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with its days as days, for a page."""
    days = ("awarded_on", "first_day", "last_day", "paid_on")
    lists = {
        name: [
            {key: _day(value) if key in days else value for key, value in each.items()}
            for each in content[name]
        ]
        for name in LISTS
    }
    return {**content, "month": _day(content["month"]), **lists}


# Sheets

AWARD_HEADINGS = (
    *("Month", "Reference", "Awarded on", "Recipient", "Organisation identifier", "Title", "Description"),
    *("Purpose", "Amount", "Conditions", "Why it reduces crime and disorder", "First day", "Last day"),
    *("What changed since it was published", "Illustrative"),
)
SPENDING_HEADINGS = ("Month", "Paid on", "Paid to", "Amount", "Purpose", "Value for money", "Illustrative")


def award_rows(contents: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """Rows under `AWARD_HEADINGS`."""
    for each in contents:
        for award in each["awards"]:
            yield [
                month(_day(each["month"])),
                award["reference"],
                _day(award["awarded_on"]),
                award["recipient"],
                award["recipient_identifier"],
                *(award[name] for name in ("title", "description", "purpose")),
                Decimal(award["amount"]),
                *(award[name] for name in ("conditions", "reasons")),
                _day(award["first_day"]),
                _day(award["last_day"]),
                award["changed"],
                award["illustrative"],
            ]


def spending_rows(contents: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """Rows under `SPENDING_HEADINGS`."""
    for each in contents:
        for item in each["spending"]:
            yield [
                month(_day(each["month"])),
                _day(item["paid_on"]),
                item["payee"],
                Decimal(item["amount"]),
                *(item[name] for name in ("purpose", "value_for_money")),
                item["illustrative"],
            ]


def _day(spelling: str) -> date:
    return date.fromisoformat(spelling)

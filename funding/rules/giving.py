"""Released awards by the 360Giving Data Standard: its ten core fields, and the planned dates. Pure.

A grant's identifier is the publisher's prefix and the award's reference; an organisation's is the one of
org-id.guide or, for one that has none, the publisher's prefix and a key of our own, as the standard allows.
Without a prefix nothing is made up: the award is left out of these files.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from funding.rules.authority import FieldFinding, blocking

CURRENCY = "GBP"
STANDARD = "360Giving Data Standard: identifiers"
HEADINGS = (
    *("Identifier", "Title", "Description", "Currency", "Amount Awarded", "Award Date"),
    *("Recipient Org:Identifier", "Recipient Org:Name", "Funding Org:Identifier", "Funding Org:Name"),
    *("Planned Dates:Start Date", "Planned Dates:End Date"),
)
_PREFIX = re.compile(r"360G-[A-Za-z0-9_-]+")


def check_prefix(prefix: str) -> list[FieldFinding]:
    """Findings about a publisher's prefix; none may be given."""
    if not prefix or _PREFIX.fullmatch(prefix):
        return []
    sentence = "Enter the prefix as 360Giving gave it, like 360G-surreypcc."
    return [blocking("prefix", "prefix", sentence, STANDARD)]


def grant_identifier(prefix: str, reference: str) -> str:
    """The prefix and the reference; strokes and spaces, which trouble some programs, become "_"."""
    return f"{prefix}-{re.sub(r'[^A-Za-z0-9._-]', '_', reference)}" if prefix else ""


def organisation_identifier(given: str, prefix: str, key: Any) -> str:
    """The organisation's own identifier or, without one, ours; empty where there is no prefix either."""
    if given:
        return given
    return f"{prefix}-ORG-{key}" if prefix else ""


def grants(contents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The grants of released lists, oldest month first; an award that was published again stands once, as it
    was published last."""
    found: dict[str, dict[str, Any]] = {}
    for each in contents:
        publisher = each["publisher"]
        for award in each["awards"] if publisher["prefix"] else ():
            found[award["identifier"]] = _grant(award, publisher)
    return list(found.values())


def _grant(award: Mapping[str, Any], publisher: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": award["identifier"],
        "title": award["title"],
        "description": award["description"],
        "currency": CURRENCY,
        "amountAwarded": _number(award["amount"]),
        "awardDate": award["awarded_on"],
        "recipientOrganization": [{"id": award["organisation"], "name": award["recipient"]}],
        "fundingOrganization": [{"id": publisher["organisation"], "name": publisher["name"]}],
        "plannedDates": [{"startDate": award["first_day"], "endDate": award["last_day"]}],
    }


def _number(amount: str) -> int | float:
    """Pounds as JSON writes them: 4200 or 4200.5, which is how the amount reads when it is read back."""
    exact = Decimal(amount)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def rows(found: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """Rows under `HEADINGS`."""
    for grant in found:
        recipient, funder = grant["recipientOrganization"][0], grant["fundingOrganization"][0]
        dates = grant["plannedDates"][0]
        yield [
            *(grant[name] for name in ("id", "title", "description", "currency")),
            Decimal(str(grant["amountAwarded"])),
            grant["awardDate"],
            recipient["id"],
            recipient["name"],
            funder["id"],
            funder["name"],
            dates["startDate"],
            dates["endDate"],
        ]

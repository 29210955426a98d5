"""What a grant's agreement must say to make sense: dates in order, signatures that were given. Pure."""

from datetime import date

from funding.rules.authority import PORTAL, FieldFinding, blocking
from svd_portal.kit.format import long_date


def check_dates(first_day: date | None, last_day: date | None) -> list[FieldFinding]:
    """Findings about the days between which a grant runs."""
    if first_day and last_day and last_day < first_day:
        sentence = f"The last day comes before the first, {long_date(first_day)}."
        return [blocking("grant_dates", "last_day", sentence, PORTAL)]
    return []


def check_signature(signed_on: date, today: date) -> list[FieldFinding]:
    """Findings about when an agreement was signed."""
    if signed_on > today:
        sentence = f"{long_date(signed_on)} has not come yet. Record a signature once it is given."
        return [blocking("signature_given", "signed_on", sentence, PORTAL)]
    return []

"""The one spelling of plain values, and its hash: what is frozen is this text. Pure."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from svd_portal.kit.money import pounds


def canonical(value: Mapping[str, Any]) -> str:
    """Keys sorted, no idle space, money as "1234.56", days as "2024-01-31".

    Raises:
        TypeError: a value that has no agreed spelling, such as a float's close relative or a model.
    """
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
    )


def read(spelling: str) -> dict[str, Any]:
    """What `canonical` wrote; amounts stay text, so that none is ever rounded by a machine."""
    found: dict[str, Any] = json.loads(spelling)
    return found


def digest(spelling: str) -> str:
    """SHA-256 of the canonical spelling in UTF-8, as 64 hexadecimal digits."""
    return sha256(spelling.encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{pounds(value):.2f}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical spelling")

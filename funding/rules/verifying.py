"""The code by which anybody may ask whether a return is genuine."""

import re

LENGTH = 20
"""Hexadecimal digits of the content's SHA-256: 80 bits, which nobody guesses."""
_GROUPS = 4


def code_of(sha256: str) -> str:
    """Such as "801d-6d1c-d787-847c-8acb"."""
    return "-".join(sha256[start : start + _GROUPS] for start in range(0, LENGTH, _GROUPS))


def digits_of(typed: str) -> str | None:
    """The digits of a code, however it was typed; None where it is no code.

    The whole SHA-256 does as well.
    """
    digits = re.sub(r"[\s\u2010-\u2015-]+", "", typed).lower()
    return digits if re.fullmatch(rf"[0-9a-f]{{{LENGTH},64}}", digits) else None

"""Names that people mistype: which known one they may have meant. Pure."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

NEAR = 0.75
"""How alike two names are, of 1, for the one to be meant by the other."""
LONGEST = 200
"""Letters of a name; what is longer is a text."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question about the nearest names, with a space before it; empty where none is near.

    Names with other numbers in them are other names: SV/2023/03 is no slip for SV/2023/02.

    Args:
        known: names that the person may see, and no others.
    """
    if len(name) > LONGEST:
        return ""
    by_plain = {each.casefold(): each for each in known if _numbers(each) == _numbers(name)}
    near = get_close_matches(name.casefold(), by_plain, n=2, cutoff=NEAR)
    meant = " or ".join(f"“{by_plain[each]}”" for each in near)
    return f" Did you mean {meant}?" if meant else ""


def _numbers(name: str) -> list[str]:
    return [each.lstrip("0") for each in re.findall(r"[0-9]+", name)]

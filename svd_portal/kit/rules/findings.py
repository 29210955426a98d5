"""What a rule finds: shown word for word, so that a "no" always says why and on what authority."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    BLOCKING = "blocking"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True)
class Finding:
    """One sentence about one rule.

    `rule` is a code for tests and filters; `section` the authority: an Act's section, an agreement, terms of
    reference, or a setting of the portal.
    """

    rule: str
    severity: Severity
    sentence: str
    section: str = ""
    href: str = ""

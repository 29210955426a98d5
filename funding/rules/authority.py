"""On what authority money rules rest, and findings that belong beside a field of a form. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from svd_portal.kit.rules.findings import Finding, Severity

AGREEMENT = "Home Office grant agreement"
JOINT = "Home Office grant agreement: the authorities decide together on any spend"
PORTAL = "Rule of this portal"
SECTIONS = "Sections that the grant asks for"


@dataclass(frozen=True)
class FieldFinding(Finding):
    """A finding and the form field it belongs beside; None means the whole form."""

    field: str | None = None


def blocking(rule: str, field: str | None, sentence: str, section: str = AGREEMENT) -> FieldFinding:
    return FieldFinding(rule, Severity.BLOCKING, sentence, section, field=field)


def warning(rule: str, field: str | None, sentence: str, section: str = AGREEMENT) -> FieldFinding:
    return FieldFinding(rule, Severity.WARNING, sentence, section, field=field)


def refusals(found: Iterable[FieldFinding]) -> list[FieldFinding]:
    """Those that stop what was asked for."""
    return [finding for finding in found if finding.severity == Severity.BLOCKING]


def warnings(found: Iterable[FieldFinding]) -> list[FieldFinding]:
    """Those that only ask to be looked at."""
    return [finding for finding in found if finding.severity == Severity.WARNING]

"""A return's whole content as plain values, its one canonical spelling, and the hash of that. Pure.

Page and PDF read this content alone, so what was certified is what is shown. People's names are not in it:
a name can be erased, a snapshot cannot.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from funding.rules.returns import AwardFacts, CostTypeFigures, Figures, Line
from svd_portal.kit.format import long_date, month
from svd_portal.kit.money import pounds
from svd_portal.kit.rules.findings import Finding

SCHEMA = "quarterly-return/1"
_BASES = {"on_behalf": "Entered by the PCC's finance for the partner", "estimate": "Estimate"}


@dataclass(frozen=True)
class MilestoneFacts:
    """A milestone of the funding agreement as it stood on the day of the check."""

    title: str
    due: date
    month_only: bool
    status: str
    achieved_on: date | None = None
    source: str = ""


def content(
    *,
    cover: Mapping[str, Any],
    figures: Figures,
    findings: Iterable[Finding],
    narrative: Mapping[str, str],
    milestones: Iterable[MilestoneFacts],
) -> dict[str, Any]:
    """Everything a return says, as it would be after a journey through `canonical`: text, lists and mappings.

    Args:
        cover: what identifies the return: partnership, grant, period, version, dates.
    """
    whole = {
        "schema": SCHEMA,
        "cover": dict(cover),
        "cost_types": [_cost_type(group) for group in figures.cost_types],
        "total": _sums(figures),
        "narrative": [{"heading": heading, "text": text} for heading, text in narrative.items()],
        "milestones": [vars(milestone) for milestone in milestones],
        "findings": [_finding(finding) for finding in findings],
    }
    return read(canonical(whole))


def canonical(value: Mapping[str, Any]) -> str:
    """The one spelling: keys sorted, no idle space, money as "1234.56", days as "2024-01-31".

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


def digest_read(content: Mapping[str, Any]) -> str:
    """The hash of what is read in `content`, the day on which it is read left out."""
    cover = {name: value for name, value in content["cover"].items() if name != "figures_as_on"}
    return digest(canonical({**content, "cover": cover}))


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{pounds(value):.2f}"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical spelling")


def _sums(of: CostTypeFigures | Figures) -> dict[str, Any]:
    return {
        "allocation": of.allocation,
        "awarded": of.awarded,
        "actual": of.actual,
        "year_to_date": of.year_to_date,
        "forecast": of.forecast,
        "variance": of.variance,
        "missing": of.missing,
    }


def _cost_type(group: CostTypeFigures) -> dict[str, Any]:
    return {
        "key": group.cost_type.value,
        "label": group.cost_type.label,
        "meaning": group.cost_type.meaning,
        "lines": [_line(line) for line in group.lines],
        **_sums(group),
    }


def _line(line: Line) -> dict[str, Any]:
    report = line.report
    return {
        **_award(line.award),
        "actual": line.actual,
        "year_to_date": line.year_to_date,
        "forecast": line.forecast,
        "variance": line.variance,
        "difference": line.difference,
        "runs": bool(report) or line.actual is None,
        "reason": report.reason if report else "",
        "basis": _BASES.get(report.basis, "") if report else "",
        "source": report.source if report else "",
    }


def _award(award: AwardFacts) -> dict[str, Any]:
    return {
        "award_id": award.key,
        "reference": award.reference,
        "title": award.title,
        "recipient": award.recipient,
        "partner": award.partner,
        "purpose": award.purpose,
        "award": award.amount,
        "illustrative": award.illustrative,
        "delivery_action": award.delivery_action,
        "priority": award.priority,
        "decisions": [vars(decision) for decision in award.decisions],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "section": finding.section,
    }


def day(spelling: str | None, *, month_only: bool = False) -> str:
    """A day of the content as people read it: "31 January 2024", or "January 2024"; "–" for none."""
    found = date.fromisoformat(spelling) if spelling else None
    return month(found) if month_only else long_date(found)

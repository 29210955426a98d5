"""A return's whole content as plain values, its one canonical spelling, and the hash of that. Pure.

Page and PDF read this content alone, so what was certified is what is shown. People's names are not in it:
a name can be erased, a snapshot cannot.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from funding.rules.differences import changes
from funding.rules.returns import AwardFacts, CostTypeFigures, Figures, Line
from funding.rules.sections import Section
from svd_portal.kit.format import long_date, month
from svd_portal.kit.money import ZERO
from svd_portal.kit.rules.canonical import canonical, digest, read
from svd_portal.kit.rules.findings import Finding, Severity

__all__ = [
    "SCHEMA",
    "MilestoneFacts",
    "ReachFacts",
    "canonical",
    "content",
    "day",
    "digest",
    "digest_read",
    "read",
]

SCHEMA = "quarterly-return/1"
_BASES = {"on_behalf": "Entered by the PCC's finance for the partner", "estimate": "Estimate"}


@dataclass(frozen=True)
class ReachFacts:
    """Whom an intervention reached in the quarter, as it may be shared: small numbers are withheld in words.

    `measured` is what it counts of itself, such as "Sessions held: 12; Referrals: fewer than 5".
    """

    service: str
    provider: str
    under_25: str
    professionals: str
    measured: str = ""
    narrative: str = ""
    illustrative: bool = False


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
    sections: Iterable[Section],
    reached: Iterable[ReachFacts] = (),
    said: Mapping[str, str] | None = None,
    heard: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
    ledger: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything a return says, as it would be after a journey through `canonical`: text, lists and mappings.

    Args:
        cover: what identifies the return: partnership, grant, period, version, dates.
        sections: those that the grant asks for, in their order.
        said: what the preparer says to a warning, by its words.
        heard: what partners said of it, as `rules.comments.heard` gives it.
        before: the content of the version that this one replaces.
        ledger: how the quarter stands to the finance system's extract; not said without one, as in contents
            frozen before there was any.
    """
    whole = {
        "schema": SCHEMA,
        "cover": dict(cover),
        "cost_types": [_cost_type(group) for group in figures.cost_types],
        "total": _sums(figures),
        "narrative": [{"heading": heading, "text": text} for heading, text in narrative.items()],
        "sections": [{"kind": each.kind.value, "heading": each.title} for each in sections],
        "milestones": [vars(milestone) for milestone in milestones],
        "reached": [vars(each) for each in reached],
        "findings": [_finding(finding, said or {}) for finding in findings],
        **({"partner_comments": heard} if heard else {}),
    }
    if ledger is not None:
        whole["ledger"] = dict(ledger)
    if before:
        whole["changes"] = changes(before, read(canonical(whole)))
    return read(canonical(whole))


def digest_read(content: Mapping[str, Any]) -> str:
    """The hash of what is read in `content`; the day on which it is read and partners' comments left out.

    A comment that comes late holds nothing up.
    """
    cover = {name: value for name, value in content["cover"].items() if name != "figures_as_on"}
    rest = {name: value for name, value in content.items() if name != "partner_comments"}
    return digest(canonical({**rest, "cover": cover}))


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
        "adjustment": report.adjustment if report else ZERO,
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


def _finding(finding: Finding, said: Mapping[str, str]) -> dict[str, str]:
    """What the preparer says to it is in it: certifiers read both."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "section": finding.section,
        **({"explanation": said[finding.sentence]} if _is_said(finding, said) else {}),
    }


def _is_said(finding: Finding, said: Mapping[str, str]) -> bool:
    return finding.severity == Severity.WARNING and finding.sentence in said


def day(spelling: str | None, *, month_only: bool = False) -> str:
    """A day of the content as people read it: "31 January 2024", or "January 2024"; "–" for none."""
    found = date.fromisoformat(spelling) if spelling else None
    return month(found) if month_only else long_date(found)

"""A certified return as sheets: what was reported stands as figures, every sum of it as a formula. Pure.

Made from the frozen content and its signatures alone, as the PDF is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from funding.rules.sections import Kind
from funding.rules.snapshots import day
from svd_portal.kit.rules.tables import Formula, Sheet

NOT_REPORTED, DOES_NOT_RUN = "Not reported", "Does not run"
AWARD_HEADINGS = (
    *("Cost type", "Reference", "Award", "Recipient", "Reported by", "Purpose"),
    *("Award (£)", "This quarter (£)", "Year to date (£)", "Forecast for the year (£)"),
    *("Forecast less award (£)", "Forecast against the award", "Quarter against its forecast"),
    *("Reason", "Figure", "Where the figure came from", "Delivers", "Priority", "Rests on", "Illustrative"),
)
_AWARD_WIDTHS = (14, 16, 36, 30, 30, 18, 15, 15, 15, 15, 15, 18, 18, 48, 20, 26, 30, 26, 26, 12)
SUMMED = {"awarded": "G", "actual": "H", "year_to_date": "I", "forecast": "J"}
"""The columns of awards that are summed, by the name of the sum in the content."""


@dataclass(frozen=True)
class Signed:
    """A signature as it is written: the step, who, in what role, on which day."""

    step: str
    by: str
    role: str
    on: date


@dataclass(frozen=True)
class _Awards:
    """The sheet of awards, with the rows on which the sums of each cost type and of all stand."""

    sheet: Sheet
    sums: Mapping[str, int]
    total: int


def workbook(content: Mapping[str, Any], signed: Iterable[Signed], sha256: str) -> list[Sheet]:
    """Every sheet of a return: the summary, its sections with all texts on one, the signatures."""
    awards = _awards(content["cost_types"])
    makers: dict[str, Callable[[], Sheet]] = {
        Kind.AWARDS: lambda: awards.sheet,
        Kind.TEXT: lambda: _narrative(content["narrative"]),
        Kind.REACHED: lambda: _reached(content["reached"]),
        Kind.MILESTONES: lambda: _milestones(content["milestones"]),
        Kind.DECISIONS: lambda: _decisions(content["cost_types"]),
        Kind.FINDINGS: lambda: _findings(content["findings"]),
        Kind.COMMENTS: lambda: _comments(content.get("partner_comments") or {}),
    }
    kinds = dict.fromkeys(each["kind"] for each in content["sections"])
    return [_summary(content, awards, sha256), *(makers[kind]() for kind in kinds), _signatures(signed)]


def award_rows(content: Mapping[str, Any]) -> list[list[Any]]:
    """One row for every award under `AWARD_HEADINGS`, without sums: for a CSV."""
    return [_award(group, line) for group in content["cost_types"] for line in group["lines"]]


def _award(group: Mapping[str, Any], line: Mapping[str, Any]) -> list[Any]:
    award, forecast = Decimal(line["award"]), Decimal(line["forecast"])
    actual = Decimal(line["actual"]) if line["actual"] is not None else NOT_REPORTED
    return [
        *(group["label"], line["reference"], line["title"], line["recipient"], line["partner"]),
        *(line["purpose"], award, actual if line["runs"] else DOES_NOT_RUN, Decimal(line["year_to_date"])),
        *(forecast, forecast - award, line["variance"], line["difference"], line["reason"]),
        *(line["basis"] or "Reported by the partner" if line["actual"] is not None else "", line["source"]),
        *(line["delivery_action"], line["priority"]),
        "; ".join(decision["reference"] for decision in line["decisions"]),
        "Yes" if line["illustrative"] else "",
    ]


def _awards(groups: Sequence[Mapping[str, Any]]) -> _Awards:
    rows: list[list[Any]] = [list(AWARD_HEADINGS)]
    sums: dict[str, int] = {}
    for group in groups:
        first = len(rows) + 1
        for line in group["lines"]:
            row = _award(group, line)
            row[10] = Formula(f"J{len(rows) + 1}-G{len(rows) + 1}", row[10])
            rows.append(row)
        rows.append(_sum(f"{group['label']}, in all", group, first, len(rows)))
        sums[group["key"]] = len(rows)
    whole = {name: sum((Decimal(group[name]) for group in groups), Decimal(0)) for name in SUMMED}
    parts = ",".join("{0}" + str(number) for number in sums.values())
    rows.append(
        [
            "All awards",
            *[None] * 5,
            *(_formula(parts, column, whole[name]) for name, column in SUMMED.items()),
        ]
    )
    total = len(rows)
    sheet = Sheet(
        "Awards", rows, _AWARD_WIDTHS, heads=frozenset({1}), sums=frozenset({*sums.values(), total})
    )
    return _Awards(sheet, sums, total)


def _sum(label: str, group: Mapping[str, Any], first: int, last: int) -> list[Any]:
    """The row of sums over the rows `first` to `last`; of no row at all the sum is nothing."""
    cells = f"{{0}}{first}:{{0}}{last}" if last >= first else ""
    return [
        *(label, *[None] * 5),
        *(_formula(cells, column, Decimal(group[name])) for name, column in SUMMED.items()),
    ]


def _formula(cells: str, column: str, value: Decimal) -> Formula | Decimal:
    return Formula(f"SUM({cells.format(column)})", value) if cells else Decimal("0.00")


def _summary(content: Mapping[str, Any], awards: _Awards, sha256: str) -> Sheet:
    cover, total = content["cover"], content["total"]
    rows: list[list[Any]] = [
        ["Quarterly return", f"{cover['year']} quarter {cover['quarter']}, {cover['months']}"],
        ["Partnership", cover["partnership"]],
        ["Grant", cover["grant"]],
        ["From", cover["grant_recipient"]],
        ["To", cover["funder"]],
        ["Version", cover["version"]],
        ["What it corrects", cover["corrects"]],
        ["Due", _date(cover["due"])],
        ["Figures as on", _date(cover["figures_as_on"])],
        ["SHA-256 of the certified content", sha256],
    ]
    if cover["illustrative"]:
        rows.append(["Illustrative", "Some figures were made up for demonstration."])
    rows.append([])
    rows.append(
        [
            *("Cost type", "Allocation (£)", "Awarded (£)", "This quarter (£)", "Year to date (£)"),
            *("Forecast for the year (£)", "Forecast less allocation (£)", "In words", "Reports missing"),
        ]
    )
    head = len(rows)
    for group in content["cost_types"]:
        rows.append(_of_cost_type(group, len(rows) + 1, awards.sums[group["key"]]))
    rows.append(_total(total, head + 1, len(rows)))
    return Sheet(
        "Summary",
        rows,
        (36, 30, 18, 18, 18, 18, 18, 20, 12),
        heads=frozenset({head}),
        sums=frozenset({len(rows)}),
    )


def _of_cost_type(group: Mapping[str, Any], row: int, awards: int) -> list[Any]:
    sums = [Formula(f"Awards!{column}{awards}", Decimal(group[name])) for name, column in SUMMED.items()]
    return [group["meaning"], Decimal(group["allocation"]), *sums, *_against(group, row)]


def _total(total: Mapping[str, Any], first: int, last: int) -> list[Any]:
    names = ("allocation", *SUMMED)
    sums = [
        Formula(f"SUM({column}{first}:{column}{last})", Decimal(total[name]))
        for name, column in zip(names, "BCDEF", strict=True)
    ]
    return ["Total", *sums, *_against(total, last + 1)]


def _against(figures: Mapping[str, Any], row: int) -> list[Any]:
    less = Decimal(figures["forecast"]) - Decimal(figures["allocation"])
    return [Formula(f"F{row}-B{row}", less), figures["variance"], figures["missing"]]


def _narrative(parts: Iterable[Mapping[str, str]]) -> Sheet:
    return _table(
        "Narrative", ("Heading", "Text"), ([part["heading"], part["text"]] for part in parts), (30, 110)
    )


def _reached(told: Iterable[Mapping[str, Any]]) -> Sheet:
    rows = (
        [
            *(each["service"], each["provider"], each["under_25"], each["professionals"]),
            *(each["measured"], each["narrative"], "Yes" if each["illustrative"] else ""),
        ]
        for each in told
    )
    headings = (
        *("Service", "Provider", "Under 25 reached", "Professionals reached"),
        *("What it counts of itself", "What happened", "Illustrative"),
    )
    return _table("Interventions", headings, rows, (36, 34, 20, 22, 40, 70, 12))


def _milestones(milestones: Iterable[Mapping[str, Any]]) -> Sheet:
    rows = (
        [
            each["title"],
            day(each["due"], month_only=each["month_only"]),
            each["status"],
            _date(each["achieved_on"]),
            each["source"],
        ]
        for each in milestones
    )
    return _table(
        "Milestones", ("Milestone", "Due", "Status", "Achieved", "Source"), rows, (60, 20, 16, 20, 40)
    )


def _decisions(groups: Iterable[Mapping[str, Any]]) -> Sheet:
    rows = (
        [
            *(line["reference"], line["title"], decision["reference"], decision["body"] or decision["kind"]),
            *(_date(decision["taken_on"]), decision["verb"], decision["title"]),
        ]
        for group in groups
        for line in group["lines"]
        for decision in line["decisions"]
    )
    headings = ("Award", "Title", "Decision", "Taken by", "On", "Outcome", "What was decided")
    return _table("Decisions", headings, rows, (16, 40, 18, 44, 18, 14, 60))


def _findings(findings: Iterable[Mapping[str, str]]) -> Sheet:
    rows = (
        [each["severity"].capitalize(), each["sentence"], each["section"], each.get("explanation", "")]
        for each in findings
    )
    headings = ("Severity", "What the checks found", "Source", "What the preparer says")
    return _table("Findings", headings, rows, (16, 90, 50, 60))


def _comments(heard: Mapping[str, Any]) -> Sheet:
    said = [
        [
            *(each["partner"], _date(each["made_on"]), each["text"]),
            *(each["answer"], _date(each["answered_on"])),
        ]
        for each in heard.get("comments", [])
    ]
    silent = [[name, None, "Nothing was said", "", None] for name in heard.get("silent", [])]
    later = [
        [f"By {each['by']}", _date(each["on"]), f"More time was given: {each['reason']}", "", None]
        for each in [heard.get("later")]
        if each
    ]
    headings = ("Partner", "On", "Comment", "Answer", "Answered on")
    return _table("Comments", headings, [*said, *silent, *later], (40, 18, 70, 60, 18))


def _signatures(signed: Iterable[Signed]) -> Sheet:
    rows = ([each.step, each.by, each.role, each.on] for each in signed)
    return _table("Signatures", ("Step", "Signed by", "As", "On"), rows, (40, 34, 34, 20))


def _table(name: str, headings: Sequence[str], rows: Iterable[list[Any]], widths: Sequence[int]) -> Sheet:
    return Sheet(name, [list(headings), *rows], widths, heads=frozenset({1}))


def _date(spelling: str | None) -> date | None:
    return date.fromisoformat(spelling) if spelling else None

"""The figures of a return that a funder's own form may ask for, by name. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from funding.rules.costs import CostType
from funding.rules.return_sheets import DOES_NOT_RUN, NOT_REPORTED
from funding.rules.snapshots import day

_COVER = {
    "partnership": "Partnership",
    "grant": "Grant",
    "grant_recipient": "Who returns it",
    "funder": "Funder",
    "year": "Financial year",
    "quarter": "Quarter, as a number",
    "months": "Months of the quarter",
    "first_day": "First day of the quarter",
    "last_day": "Last day of the quarter",
    "version": "Version of the return",
}
_DAYS = ("first_day", "last_day")
_SUMS = {
    "allocation": "allocation",
    "awarded": "awarded",
    "actual": "this quarter",
    "year_to_date": "year to date",
    "forecast": "forecast for the year",
    "less": "forecast less allocation",
    "variance": "forecast against the allocation, in words",
}
_LINES = {
    "reference": "reference",
    "title": "title",
    "recipient": "recipient",
    "cost_type": "cost type",
    "award": "amount awarded",
    "actual": "this quarter",
    "year_to_date": "year to date",
    "forecast": "forecast for the year",
    "variance": "forecast against the award, in words",
    "reason": "reason for a difference",
}
_AMOUNTS = ("award", "actual", "year_to_date", "forecast")


@dataclass(frozen=True)
class Figure:
    """A figure by its key; one that `runs_down` has a value for every award, one below another."""

    key: str
    label: str
    runs_down: bool = False


def figures(headings: Iterable[str]) -> list[Figure]:
    """Every figure there is, in the order of the return; `headings` are those of its narrative."""
    groups = {"total": "Total", **{each.value: each.label for each in CostType}}
    return [
        *(Figure(f"cover.{key}", label) for key, label in _COVER.items()),
        *(
            Figure(f"{group}.{key}", f"{name}: {label}")
            for group, name in groups.items()
            for key, label in _SUMS.items()
        ),
        *(Figure(f"awards.{key}", f"Each award: {label}", True) for key, label in _LINES.items()),
        *(Figure(f"narrative.{heading}", f"Narrative: {heading}") for heading in headings),
    ]


def values(content: Mapping[str, Any], key: str) -> list[Any]:
    """What a figure is in this return: one value, or one for each award; amounts as Decimal, days in words.

    A heading or a cost type that the return does not have is empty.
    """
    group, _dot, name = key.partition(".")
    if group == "cover":
        found = content["cover"][name]
        return [day(found) if name in _DAYS else found]
    if group == "narrative":
        return [next((each["text"] for each in content["narrative"] if each["heading"] == name), "")]
    if group == "awards":
        return [_of_line(each, line, name) for each in content["cost_types"] for line in each["lines"]]
    sums = content["total"] if group == "total" else _cost_type(content, group)
    return [_sum(sums, name) if sums else ""]


def _cost_type(content: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    return next((each for each in content["cost_types"] if each["key"] == key), None)


def _sum(sums: Mapping[str, Any], name: str) -> Decimal | str:
    if name == "variance":
        return str(sums[name])
    if name == "less":
        return Decimal(sums["forecast"]) - Decimal(sums["allocation"])
    return Decimal(sums[name])


def _of_line(group: Mapping[str, Any], line: Mapping[str, Any], name: str) -> Any:
    if name == "cost_type":
        return group["label"]
    if name == "actual" and line["actual"] is None:
        return NOT_REPORTED
    if name == "actual" and not line["runs"]:
        return DOES_NOT_RUN
    return Decimal(line[name]) if name in _AMOUNTS else line[name]

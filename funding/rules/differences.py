"""What differs between two versions of a return, figure by figure, from their frozen contents. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from svd_portal.kit.format import money
from svd_portal.kit.money import ZERO

FIGURES = {
    "allocation": "Allocation",
    "award": "Award",
    "awarded": "Awarded",
    "actual": "This quarter",
    "year_to_date": "Year to date",
    "forecast": "Forecast for the year",
}
_OF_LINE = ("award", "actual", "year_to_date", "forecast")
_OF_SUM = ("allocation", "awarded", "actual", "year_to_date", "forecast")
_WORDS_OF_LINE = {"reason": "Reason", "basis": "Entered by", "source": "Source", "recipient": "Recipient"}

_WORDS_OF_REACH = {
    "under_25": "under 25 reached",
    "professionals": "professionals reached",
    "measured": "what it counts of itself",
    "narrative": "what happened",
}


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What `new` says otherwise than `old`; amounts are as the contents spell them, and None is none."""
    return {
        "since_version": old["cover"].get("version"),
        "figures": [*_figures(old, new)],
        "words": [*_words(old, new)],
        "findings_gone": _only_in(old, new),
        "findings_new": _only_in(new, old),
    }


def _figures(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    before, after = _lines(old), _lines(new)
    for key in sorted({*before, *after}, key=lambda key: _name(before, after, key)):
        what = _name(before, after, key)
        yield from _rows(what, before.get(key, {}), after.get(key, {}), _OF_LINE, award_id=key)
    sums_before, sums_after = _sums(old), _sums(new)
    for name, sums in sums_after.items():
        yield from _rows(name, sums_before.get(name, {}), sums, _OF_SUM)


def _rows(
    what: str, old: Mapping[str, Any], new: Mapping[str, Any], names: tuple[str, ...], award_id: str = ""
) -> Iterator[dict[str, Any]]:
    for name in names:
        was, now = old.get(name), new.get(name)
        if was != now:
            yield {
                "what": what,
                "award_id": award_id,
                "figure": FIGURES[name],
                "was": was,
                "now": now,
                "in_words": _in_words(_amount(now) - _amount(was)),
            }


def _in_words(difference: Decimal) -> str:
    """ "£4,500.00 less": never a sign alone; a figure that was not said and is £0.00 now differs by £0.00."""
    return f"{money(abs(difference))} {'less' if difference < 0 else 'more'}"


def _amount(spelling: Any) -> Decimal:
    return Decimal(spelling) if spelling is not None else ZERO


def _lines(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {line["award_id"]: line for group in content["cost_types"] for line in group["lines"]}


def _name(before: Mapping[str, Any], after: Mapping[str, Any], key: str) -> str:
    line = after.get(key) or before[key]
    return f"{line['reference']} {line['title']}"


def _sums(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {**{group["label"]: group for group in content["cost_types"]}, "Total": content["total"]}


def _words(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    before, after = _lines(old), _lines(new)
    for key, line in after.items():
        for name, label in _WORDS_OF_LINE.items():
            if key in before and before[key].get(name, "") != line.get(name, ""):
                what = f"{line['reference']}: {label.lower()}"
                yield {"what": what, "was": before[key].get(name, ""), "now": line.get(name, "")}
    was, now = _texts(old), _texts(new)
    for what in {**was, **now}:
        if was.get(what, "") != now.get(what, ""):
            yield {"what": what, "was": was.get(what, ""), "now": now.get(what, "")}


def _texts(content: Mapping[str, Any]) -> dict[str, str]:
    """What is told of each intervention, and written under each heading."""
    told = {
        f"{each['service']}: {label}": each[name]
        for each in content["reached"]
        for name, label in _WORDS_OF_REACH.items()
    }
    return told | {each["heading"]: each["text"] for each in content["narrative"]}


def _only_in(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    there = {each["sentence"] for each in other["findings"]}
    return [each["sentence"] for each in one["findings"] if each["sentence"] not in there]

"""What a report says, from facts: first words for its author, and what moved since the last one. Pure.

Facts are plain values, as they are after a journey through `canonical`: days and amounts are text.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from svd_portal.kit.format import long_date, money, plural

SCHEMA = "report/1"
Facts = Mapping[str, Any]


def day(spelling: str | None) -> str:
    return long_date(date.fromisoformat(spelling)) if spelling else "–"


def pounds(spelling: str | None) -> str:
    return "not recorded" if spelling is None else money(Decimal(spelling))


def words(facts: Facts) -> dict[str, str]:
    """First words for each part, which the author changes at will."""
    return {
        "decided": _decided(facts),
        "done": _done(facts["actions"]),
        "delivered": _delivered(facts["milestones"], facts["delivery"]),
        "spent": _spent(facts["spend"]),
        "escalated": _escalated(facts["escalations"]),
    }


def outdated(texts: Mapping[str, str], drafted: Mapping[str, str], facts: Facts) -> dict[str, str]:
    """Today's words for each part that nobody worded since it was drafted, where the record moved since."""
    return {
        name: now
        for name, now in words(facts).items()
        if texts[name] == drafted.get(name) and texts[name] != now
    }


def _decided(facts: Facts) -> str:
    """The PCC's notices, and what the body that reads the report decided itself, are counted apart."""
    counts, notices, receiver = facts["decided"], facts["notices"], facts["receiver"]
    noticed = plural(notices, "PCC decision notice") if notices else ""
    own = f" By {receiver['body']} itself: {receiver['count']}." if receiver["count"] else ""
    if not counts:
        nothing = "No other decision was taken" if own else "No decision was taken"
        return f"{noticed or nothing} in this period.{own}"
    each = _list(f"{body} {count}" for body, count in counts.items())
    taken = plural(sum(counts.values()), "decision")
    return f"{taken} in this period: {each}{f'; and {noticed}' if noticed else ''}.{own}"


def _done(actions: Facts) -> str:
    late = (
        f" {plural(actions['overdue'], 'is', 'are')} overdue." if actions["overdue"] else " None is overdue."
    )
    return (
        f"{plural(actions['opened'], 'action')} agreed and {actions['done']} completed in this period;"
        f" {plural(actions['open'], 'action')} open now.{late}"
    )


def _delivered(milestones: list[Facts], delivery: list[Facts]) -> str:
    reached = [each["title"] for each in milestones if each["reached_now"]]
    missed = [each["title"] for each in milestones if each["status"] == "Overdue"]
    said = [f"Reached: {_list(reached)}." if reached else "No milestone was reached in this period."]
    if missed:
        said.append(f"Past their date: {_list(missed)}.")
    off = [each["reference"] for each in delivery if each["rag"].startswith("Red")]
    if off:
        said.append(f"Delivery actions off track: {_list(off)}.")
    return " ".join(said)


def _spent(spend: Facts) -> str:
    return " ".join(
        f"{line['label']}: {pounds(line['spent'])} spent of {pounds(line['allocation'])} in {spend['year']}."
        for line in spend["lines"]
    )


def _escalated(escalations: list[Facts]) -> str:
    if not escalations:
        return "Nothing was escalated."
    waiting = [each["reference"] for each in escalations if each["waits"]]
    said = f"{plural(len(escalations), 'issue')} raised, answered or still open."
    return f"{said} Waiting for an answer: {_list(waiting)}." if waiting else said


def _list(items: Iterable[str]) -> str:
    """ "one", "one and two", "one, two and three"."""
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last


def moved(before: Facts, now: Facts) -> list[str]:
    """What moved between the facts of two reports, a sentence for each."""
    return [
        *_moved_numbers(before["actions"], now["actions"]),
        *_moved_states(
            {each["title"]: each["status"] for each in before["milestones"]},
            {each["title"]: each["status"] for each in now["milestones"]},
        ),
        *_moved_states(
            {_named(each): each["rag"] for each in before["delivery"]},
            {_named(each): each["rag"] for each in now["delivery"]},
        ),
        *_moved_states(
            {_named(each): each["state"] for each in before["escalations"]},
            {_named(each): each["state"] for each in now["escalations"]},
        ),
        *_moved_spend(before["spend"], now["spend"]),
    ]


def _moved_numbers(before: Facts, now: Facts) -> list[str]:
    names = {"open": "Actions open", "overdue": "Actions overdue"}
    return [
        f"{name}: {now[key]}, {before[key]} in the last report."
        for key, name in names.items()
        if now[key] != before[key]
    ]


def _named(row: Facts) -> str:
    return f"{row['reference']} {row['title']}"


def _moved_states(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    changed = [
        f"{name}: now “{state}”, was “{before[name]}”."
        for name, state in now.items()
        if name in before and before[name] != state
    ]
    return changed + [f"{name}: new, “{state}”." for name, state in now.items() if name not in before]


def _moved_spend(before: Facts, now: Facts) -> list[str]:
    if before["year"] != now["year"]:
        return [f"Money: the figures are of {now['year']}, those of the last report of {before['year']}."]
    earlier = {line["label"]: Decimal(line["spent"]) for line in before["lines"]}
    changes = (
        (line["label"], Decimal(line["spent"]) - earlier.get(line["label"], Decimal(0)))
        for line in now["lines"]
    )
    return [
        f"{label}: {money(abs(change))} {'more' if change > 0 else 'less'} spent than in the last report."
        for label, change in changes
        if change
    ]

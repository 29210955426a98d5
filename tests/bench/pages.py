"""Which pages are measured, who looks at them, and what each should cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from funding.models import QuarterlyReturn
from svd_portal.kit.quarters import Quarter
from tests.bench.filling import key
from tests.bench.sizes import Size


@dataclass(frozen=True)
class Kind:
    """A kind of page and its target: how many times the floor, how much growth, how many queries."""

    name: str
    floor: float
    growth: float | None = None
    queries: int | None = None


REGISTER = Kind("Register", floor=2, growth=1.2, queries=10)
DETAIL = Kind("Detail", floor=2)
HOME = Kind("Home", floor=4)
ORDER = Kind("Register in another order", floor=2, growth=1.2, queries=10)


@dataclass(frozen=True)
class Page:
    """A page: `address` gives its path below the partnership for one size."""

    name: str
    kind: Kind
    address: Callable[[Size], str]
    by: str = "lead"

    def path(self, size: Size) -> str:
        return f"/{size.slug}/{self.address(size)}"


def _register(name: str, address: str, by: str = "lead") -> Page:
    return Page(name, REGISTER, lambda size: address, by)


def _detail(name: str, address: str, kind: str, number: Callable[[Size], int], by: str = "lead") -> Page:
    return Page(name, DETAIL, lambda size: f"{address}/{key(size.slug, kind, number(size))}/", by)


def _ordered(name: str, address: str, *columns: str) -> list[Page]:
    return [
        Page(f"{name} by {column.removeprefix('-').replace('_', ' ')}", ORDER, _sorted(address, column))
        for column in columns
    ]


def _sorted(address: str, column: str) -> Callable[[Size], str]:
    return lambda size: f"{address}?sort={column}"


def _return(*, preparing: bool) -> Callable[[Size], str]:
    def address(size: Size) -> str:
        found = QuarterlyReturn.objects.filter(partnership__slug=size.slug, grant__title="Grant 001")
        newest = found.filter(status="preparing" if preparing else "sent").latest("financial_year", "quarter")
        period: Quarter = newest.period
        return f"funding/returns/{period.year.slug}/{period.slug}/?grant={newest.grant_id}"

    return address


PAGES = [
    Page("Home, programme lead", HOME, lambda size: ""),
    Page("Home, PCC finance officer", HOME, lambda size: "", "finance"),
    Page("Home, a partner", HOME, lambda size: "", "partner"),
    _register("Partners", "partners/"),
    _register("People", "partners/people/", "admin"),
    _register("Bodies", "governance/bodies/"),
    _register("Meetings", "governance/meetings/"),
    _register("Decisions", "governance/decisions/"),
    _register("Actions", "governance/actions/"),
    _register("Awards", "funding/awards/"),
    _register("Claims", "funding/claims/"),
    _register("Claims, a partner", "funding/claims/", "partner"),
    _register("Returns", "funding/returns/"),
    _register("History", "history/"),
    _detail("Partner", "partners", "partner", lambda size: 3),
    _detail("Body", "governance/bodies", "body", lambda size: 3),
    _detail("Meeting", "governance/meetings", "meeting", lambda size: 5),
    _detail("Decision", "governance/decisions", "decision", lambda size: 9),
    _detail("Action", "governance/actions", "action", lambda size: 9),
    _detail("Award", "funding/awards", "award", lambda size: size.awards - size.grants * 25 - 3),
    _detail("Claim", "funding/claims", "claim", lambda size: size.grants * 90 * size.years),
    Page("Return, certified", DETAIL, _return(preparing=False)),
    Page("Return, being prepared", DETAIL, _return(preparing=True)),
    _detail("Milestone", "milestones", "milestone", lambda size: 21),
    _detail("Delivery action", "milestones/plan", "delivery", lambda size: 7),
]

ORDERS = [
    *_ordered("Awards", "funding/awards/", "-reference", "amount", "-amount"),
    *_ordered("Claims", "funding/claims/", "amount", "-amount", "reported", "-reported"),
    *_ordered("Decisions", "governance/decisions/", "reference", "taken_on"),
    *_ordered("Meetings", "governance/meetings/", "starts_at"),
    *_ordered("Actions", "governance/actions/", "reference", "-due"),
    *_ordered("Returns", "funding/returns/", "due", "-due"),
]

"""Which pages are measured, who looks at them, and what each should cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from funding.models import QuarterlyReturn
from governance.models import KeyPoint
from svd_portal.kit import clock
from svd_portal.kit.quarters import FinancialYear, Quarter
from tests.bench.filling import key
from tests.bench.governing import ITEMS
from tests.bench.keeping import COMMON, LOOKED_AT, RARE, SOME
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
OVERVIEW = Kind("Overview of a year", floor=4)
LIVE = Kind("Live page", floor=3)
SEARCH = Kind("Search", floor=3)
HOME = Kind("Home", floor=4)
ORDER = Kind("Register in another order", floor=2, growth=1.2, queries=10)


@dataclass(frozen=True)
class Page:
    """A page: `address` gives its path below the partnership for one size.

    `sends` makes what is posted there as JSON, each time it is asked.
    """

    name: str
    kind: Kind
    address: Callable[[Size], str]
    by: str = "lead"
    sends: Callable[[Size], dict[str, object]] | None = None

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


def _found(word: str) -> Callable[[Size], str]:
    return lambda size: f"search/?q={word}"


def _live_changes(size: Size) -> str:
    """All there is of a meeting, as a page that has seen none of it asks."""
    return f"governance/meetings/{key(size.slug, 'meeting', 5)}/live/changes"


def _live_points(size: Size) -> str:
    """Where the points of a meeting are saved whose minutes are still a draft."""
    return f"governance/meetings/{key(size.slug, 'meeting', LOOKED_AT)}/live/points/"


def _changed_point(size: Size) -> dict[str, object]:
    """A point with other words, as somebody sends it who has seen its last version."""
    number = (LOOKED_AT - 1) * ITEMS + 1
    point = KeyPoint.objects.get(pk=key(size.slug, "point", number))
    return {
        "id": str(point.pk),
        "version": point.version,
        "item": str(point.item_id),
        "kind": point.kind,
        "speaker": "",
        "text": f"What was said, heard once more: {point.version}",
    }


def _return(*, preparing: bool) -> Callable[[Size], str]:
    def address(size: Size) -> str:
        found = QuarterlyReturn.objects.filter(partnership__slug=size.slug, grant__title="Grant 001")
        newest = found.filter(status="preparing" if preparing else "sent").latest("financial_year", "quarter")
        period: Quarter = newest.period
        return f"funding/returns/{period.year.slug}/{period.slug}/?grant={newest.grant_id}"

    return address


def _reported_award(size: Size) -> int:
    """One of the last year that ended, for which every quarter is reported."""
    return size.awards - size.grants * 25 - 3


def _thread(size: Size) -> str:
    return f"funding/thread/awards/{key(size.slug, 'award', _reported_award(size))}/"


def _year_of_partner(size: Size) -> str:
    year = FinancialYear.of(clock.today())
    return f"funding/partners/{key(size.slug, 'partner', 3)}/{year.slug}/"


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
    _register("Escalations", "governance/escalations/"),
    _register("Reviews", "governance/reviews/"),
    _register("Awards", "funding/awards/"),
    _register("Claims", "funding/claims/"),
    _register("Claims, a partner", "funding/claims/", "partner"),
    _register("Returns", "funding/returns/"),
    _register("Payments made", "funding/payments/made/", "finance"),
    _register("History", "history/"),
    _detail("Partner", "partners", "partner", lambda size: 3),
    _detail("Body", "governance/bodies", "body", lambda size: 3),
    _detail("Meeting", "governance/meetings", "meeting", lambda size: 5),
    _detail("Meeting, minutes in draft", "governance/meetings", "meeting", lambda size: LOOKED_AT),
    Page("Minutes", DETAIL, lambda size: f"governance/meetings/{key(size.slug, 'meeting', 5)}/minutes/"),
    _detail("Decision", "governance/decisions", "decision", lambda size: 9),
    _detail("Action", "governance/actions", "action", lambda size: 9),
    _detail("Award", "funding/awards", "award", _reported_award),
    _detail("Claim", "funding/claims", "claim", lambda size: size.grants * 90 * size.years),
    Page("Return, certified", DETAIL, _return(preparing=False)),
    Page("Return, being prepared", DETAIL, _return(preparing=True)),
    Page("Funding, one grant's year", OVERVIEW, lambda size: f"funding/?grant={key(size.slug, 'grant', 1)}"),
    Page("Funding, all grants", OVERVIEW, lambda size: "funding/"),
    Page("A partner's year", OVERVIEW, _year_of_partner),
    Page("Thread of an award", OVERVIEW, _thread),
    Page("Spend of several awards in a grid", OVERVIEW, lambda size: "funding/report/several/", "partner"),
    _detail("Milestone", "milestones", "milestone", lambda size: 21),
    _detail("Delivery action", "milestones/plan", "delivery", lambda size: 7),
    Page("What is new on the live page", LIVE, _live_changes),
    Page("A point is saved as it is typed", LIVE, _live_points, sends=_changed_point),
    Page("A word in every text", SEARCH, _found(COMMON)),
    Page("A word in one text of a hundred", SEARCH, _found(SOME)),
    Page("A word in a few texts", SEARCH, _found(RARE)),
]

ORDERS = [
    *_ordered("Awards", "funding/awards/", "-reference", "amount", "-amount"),
    *_ordered("Claims", "funding/claims/", "amount", "-amount", "reported", "-reported"),
    *_ordered("Decisions", "governance/decisions/", "reference", "taken_on"),
    *_ordered("Meetings", "governance/meetings/", "starts_at"),
    *_ordered("Actions", "governance/actions/", "reference", "due", "-due"),
    *_ordered("Returns", "funding/returns/", "due", "-due"),
]

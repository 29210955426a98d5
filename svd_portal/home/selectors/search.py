"""Full-text search of one partnership: each kind of record through its own `for_user`, newest first.

Three statements, whatever is asked: how many there are of each kind, which of them stand on the page, and
what is shown of these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateField, F, Q, QuerySet, TextField, UUIDField, Value
from markupsafe import Markup

from partners.models import Partnership
from partners.readings import Reading
from svd_portal.home.selectors.searched import BY_KEY, KINDS, Kind
from svd_portal.kit.pages import COUNTED_TO, ROWS
from svd_portal.kit.statements import Given, GivenIds
from svd_portal.kit.words import Asked, CountUpTo, Excerpt, Match, as_typed, marked

_ASKED = Asked(Given("asked", TextField()))


@dataclass(frozen=True)
class Place:
    """Where a page ended: the next begins with what is older."""

    day: date
    key: UUID


@dataclass(frozen=True)
class Result:
    """One record that was found; title and snippet are HTML with the found words marked."""

    kind: Kind
    key: UUID
    title: Markup
    snippet: Markup
    within: str
    state: str
    day: date
    href: str


@dataclass(frozen=True)
class Found:
    """How many there are of each kind, none counted beyond `COUNTED_TO` and one; and a page of them."""

    counts: dict[str, int]
    results: list[Result]
    older: Place | None

    @property
    def total(self) -> int:
        return min(sum(self.counts.values()), COUNTED_TO + 1)


def find(
    user: Any, partnership: Partnership, asked: str, *, kind: str = "", after: Place | None = None
) -> Found:
    """What answers `asked`, of one kind or of all; `after` continues where a page ended."""
    asked = as_typed(asked)
    counted = _counts().ask(user, partnership, asked=asked)
    given = {} if after is None else {"day": after.day, "key": after.key}
    rows = _page(kind, opening=after is None).ask(user, partnership, asked=asked, **given)
    shown, more = rows[:ROWS], len(rows) > ROWS
    return Found(
        counts=dict(counted[0]) if counted else {each.key: 0 for each in KINDS},
        results=_shown(user, partnership, asked, shown),
        older=Place(shown[-1]["found_on"], shown[-1]["found_key"]) if more else None,
    )


def _matching(kind: Kind, user: Any, partnership: Any) -> QuerySet[Any]:
    answers: Any = Match(kind.words, _ASKED)
    if kind.also is not None:
        answers = Q(answers) | kind.also(user, partnership, _ASKED)
    return kind.readable(user, partnership).filter(answers).order_by()


@cache
def _counts() -> Reading[Any]:
    def compose(user: Any, partnership: Any) -> Any:
        counts = {
            kind.key: CountUpTo(_matching(kind, user, partnership).values("pk")[: COUNTED_TO + 1])
            for kind in KINDS
        }
        own = Partnership.objects.filter(pk=getattr(partnership, "pk", partnership))
        return own.order_by().values(**counts)

    return Reading(compose)


@cache
def _page(kind: str, *, opening: bool) -> Reading[Any]:
    """A page and one more of one kind or of all: the newest, or those older than a place."""
    kinds = [BY_KEY[kind]] if kind else KINDS

    def compose(user: Any, partnership: Any) -> Any:
        first, *rest = (_part(each, user, partnership, opening=opening) for each in kinds)
        if not rest:
            return first
        return first.union(*rest, all=True).order_by("-found_on", "-found_key")[: ROWS + 1]

    return Reading(compose)


def _part(kind: Kind, user: Any, partnership: Any, *, opening: bool) -> Any:
    rows: Any = _matching(kind, user, partnership).annotate(
        found_kind=Value(kind.key, output_field=CharField()), found_key=F("pk"), found_on=kind.day
    )
    if not opening:
        day, key = Given("day", DateField()), Given("key", UUIDField())
        rows = rows.filter(Q(found_on__lt=day) | Q(found_on=day, pk__lt=key))
    rows = rows.values("found_kind", "found_key", "found_on")
    return rows.order_by("-found_on", "-found_key")[: ROWS + 1]


@cache
def _details() -> Reading[Any]:
    def compose(user: Any, partnership: Any) -> Any:
        first, *rest = (_detail(kind, user, partnership) for kind in KINDS)
        return first.union(*rest, all=True)

    return Reading(compose)


def _detail(kind: Kind, user: Any, partnership: Any) -> Any:
    rows = kind.readable(user, partnership).filter(pk__in=GivenIds(kind.key)).order_by()
    return rows.annotate(
        found_key=F("pk"),
        found_title=Excerpt(kind.title, _ASKED, whole=True),
        found_text=Excerpt(kind.text, _ASKED),
        found_in=kind.within,
        found_page=F(kind.page),
        found_state=kind.state,
    ).values("found_key", "found_title", "found_text", "found_in", "found_page", "found_state")


def _shown(user: Any, partnership: Partnership, asked: str, rows: Iterable[dict[str, Any]]) -> list[Result]:
    found = list(rows)
    keys: dict[str, list[UUID]] = {kind.key: [] for kind in KINDS}
    for row in found:
        keys[row["found_kind"]].append(row["found_key"])
    details = {row["found_key"]: row for row in _details().ask(user, partnership, asked=asked, **keys)}
    return [
        _result(BY_KEY[row["found_kind"]], row["found_on"], details[row["found_key"]], partnership.slug)
        for row in found
        if row["found_key"] in details  # withdrawn or restricted a moment ago
    ]


def _result(kind: Kind, day: date, row: dict[str, Any], slug: str) -> Result:
    return Result(
        kind=kind,
        key=row["found_key"],
        title=marked(row["found_title"]),
        snippet=marked(row["found_text"].strip()),
        within=row["found_in"],
        state=row["found_state"],
        day=day,
        href=kind.address(slug, row["found_page"], row["found_key"]),
    )

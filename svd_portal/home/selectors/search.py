"""Full-text search of one partnership: what is found, as its page shows it, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from inspect import isfunction
from typing import Any
from uuid import UUID

from django.db.models import F
from markupsafe import Markup

from partners.models import Partnership
from partners.readings import Reading
from svd_portal.home.selectors.gathering import ASKED, Place, Question, Row
from svd_portal.home.selectors.kinds import Kind
from svd_portal.home.selectors.searched import BY_KEY, KINDS
from svd_portal.kit.pages import COUNTED_TO, ROWS
from svd_portal.kit.statements import GivenIds
from svd_portal.kit.words import Excerpt, as_typed, marked


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
    question = Question(user, partnership, as_typed(asked), kind, after)
    counts, rows = question.gathered()
    many = [each for each in KINDS if counts[each.key] > COUNTED_TO and kind in ("", each.key)]
    rows += question.newest(many) if many else []
    rows = sorted(rows, key=lambda row: (row.day, row.key), reverse=True)
    shown = rows[:ROWS]
    return Found(
        counts=counts,
        results=_shown(user, partnership, question.asked, shown),
        older=Place(shown[-1].day, shown[-1].key) if len(rows) > ROWS else None,
    )


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
        found_title=Excerpt(kind.title, ASKED, whole=True),
        found_text=Excerpt(kind.text(ASKED) if isfunction(kind.text) else kind.text, ASKED),
        found_in=kind.within,
        found_page=F(kind.page),
        found_state=kind.state,
    ).values("found_key", "found_title", "found_text", "found_in", "found_page", "found_state")


def _shown(user: Any, partnership: Partnership, asked: str, found: Sequence[Row]) -> list[Result]:
    keys: dict[str, list[UUID]] = {kind.key: [] for kind in KINDS}
    for row in found:
        keys[row.kind].append(row.key)
    details = {row["found_key"]: row for row in _details().ask(user, partnership, asked=asked, **keys)}
    return [
        _result(BY_KEY[row.kind], row.day, details[row.key], partnership.slug)
        for row in found
        if row.key in details  # withdrawn or restricted a moment ago
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

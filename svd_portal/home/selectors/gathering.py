"""Where what was asked for is found: how many of each kind there are, and which stand on a page.

A statement gathers, by the indexes of words, up to one more of each kind than are counted: it tells how many
there are, and finds the newest of the kinds that it counts out. Of a kind of which there are more, another
finds the newest: where PostgreSQL expects a few thousand by sorting them all, where it expects more by
walking from the newest on until a page is full. Each kind is read through its own `for_user`, whichever way.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    F,
    Func,
    Q,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)

from governance.models import Meeting
from partners.models import Partnership
from partners.readings import Reading
from svd_portal.home.selectors.kinds import Kind, Walk
from svd_portal.home.selectors.searched import BY_KEY, KINDS
from svd_portal.kit.pages import COUNTED_TO, ROWS
from svd_portal.kit.queries import DayOf
from svd_portal.kit.statements import Given
from svd_portal.kit.words import Asked, Match, MatchInTurn

ASKED = Asked(Given("asked", TextField()))
WALKED_FROM = 5000
"""So many are sorted in the time in which a walk reads the texts that it passes to find a page of them."""


@dataclass(frozen=True)
class Place:
    """Where a page ended: the next begins with what is older."""

    day: date
    key: UUID


@dataclass(frozen=True)
class Row:
    """A record that was found: enough to put it in its place."""

    kind: str
    key: UUID
    day: date


@dataclass(frozen=True)
class Question:
    """Who asks what, of which kind, and where its page begins."""

    user: Any
    partnership: Partnership
    asked: str
    kind: str
    after: Place | None

    def gathered(self) -> tuple[dict[str, int], list[Row]]:
        """How many there are of each kind, none counted beyond `COUNTED_TO` and one; and a page and one more
        of those kinds that are counted out."""
        before, after = _GATHER
        told = _gathering().within(
            before,
            after.format(older=self._older("found_on")),
            self.user,
            self.partnership,
            last=[COUNTED_TO + 1, COUNTED_TO, self.kind, self.kind, *self._place],
            asked=self.asked,
        )
        counts = {kind.key: 0 for kind in KINDS} | {row[0]: row[3] for row in told if row[1] is None}
        return counts, [Row(*row[:3]) for row in told if row[1] is not None]

    def newest(self, kinds: list[Kind]) -> list[Row]:
        """A page and one more of each of some kinds of which there are many."""
        walked = {kind.key for kind in kinds if kind.walks and self._foreseen(kind) > WALKED_FROM}
        found = [row for kind in kinds if kind.key not in walked for row in self._sorted(kind)]
        met = {_walks(kind, walk): kind.key in walked for kind, walk in _by_meeting()}
        found += self._walked_by_meeting(met) if any(met.values()) else []
        return found + [row for key in sorted(walked) for row in self._walked_by_day(BY_KEY[key])]

    def _sorted(self, kind: Kind) -> list[Row]:
        return self._asked(_sorting(kind.key, opening=self.after is None))

    def _walked_by_day(self, kind: Kind) -> list[Row]:
        walks = [number for number, walk in enumerate(kind.walks) if not walk.meeting]
        readings = (_walking(kind.key, number, opening=self.after is None) for number in walks)
        return [row for reading in readings for row in self._asked(reading)]

    def _walked_by_meeting(self, met: dict[str, bool]) -> list[Row]:
        """Of all kinds in `met` that are to be, a page and one more together."""
        before, after = _WALK
        told = _walking_by_meeting().within(
            before,
            after.format(older=self._older("met.day")),
            self.user,
            self.partnership,
            first=[self.partnership.pk],
            last=self._place,
            asked=self.asked,
            **met,
        )
        return [Row(*row) for row in told]

    def _asked(self, reading: Reading[Any]) -> list[Row]:
        given = {} if self.after is None else {"day": self.after.day, "key": self.after.key}
        found = reading.ask(self.user, self.partnership, asked=self.asked, **given)
        return [Row(row["found_kind"], row["found_key"], row["found_on"]) for row in found]

    def _older(self, day: str) -> str:
        return "true" if self.after is None else f"{day} <= %s AND ({day}, found_key) < (%s, %s)"

    @property
    def _place(self) -> list[Any]:
        return [] if self.after is None else [self.after.day, self.after.day, self.after.key]

    def _foreseen(self, kind: Kind) -> int:
        """How many PostgreSQL expects to find, from what it knows of everybody's texts.

        Nothing that is shown depends on it, only the way to the answer.
        """
        plan = "EXPLAIN (FORMAT JSON) "
        told = _foreseeing(kind.key).within(plan, "", self.user, self.partnership, asked=self.asked)
        return int(told[0][0][0]["Plan"]["Plan Rows"]) if told else 0


_PAGE = f"found_key DESC LIMIT {ROWS + 1}"
_GATHER = (
    "WITH found AS MATERIALIZED (",
    f"""), counted AS (SELECT found_kind, count(*) AS number FROM found GROUP BY found_kind)
    SELECT found_kind, NULL::uuid, NULL::date, least(number, %s) FROM counted
    UNION ALL (SELECT found_kind, found_key, found_on, NULL FROM found JOIN counted USING (found_kind)
    WHERE number <= %s AND (%s::text = '' OR found_kind = %s::text) AND {{older}}
    ORDER BY found_on DESC, {_PAGE})""",
)
_DAY_OF_MEETING = DayOf.template % {"expressions": "starts_at"}
# OFFSET keeps the walk: PostgreSQL would join all there is, and sort it.
_WALK = (
    f"""SELECT found_kind, found_key, met.day FROM (SELECT id, {_DAY_OF_MEETING} AS day
    FROM {Meeting._meta.db_table} WHERE partnership_id = %s ORDER BY day DESC OFFSET 0) AS met, LATERAL (""",
    f" OFFSET 0) AS found WHERE {{older}} ORDER BY met.day DESC, {_PAGE}",
)
_MET = Func(template="met.id", output_field=UUIDField())


class _NotLookedUp(Given):
    """A value that PostgreSQL compares and never looks up in an index: for all it knows it may change.

    What hangs on a meeting is found by the meeting; to gather the whole partnership beside it takes longer.
    """

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "coalesce(%s, gen_random_uuid())", (self,)


def _placed(kind: Kind, rows: Any, day: Any) -> Any:
    named = rows.annotate(found_kind=Value(kind.key, output_field=CharField()), found_key=F("pk"))
    return named.annotate(found_on=day).values("found_kind", "found_key", "found_on")


def _page_of(rows: Any, *, opening: bool) -> Any:
    if not opening:
        day, key = Given("day", DateField()), Given("key", UUIDField())
        # Says the same twice, the first time in words that PostgreSQL can look up in an index.
        rows = rows.filter(Q(found_on__lte=day), Q(found_on__lt=day) | Q(found_on=day, pk__lt=key))
    return rows.order_by("-found_on", "-found_key")[: ROWS + 1]


def _matching(kind: Kind, user: Any, partnership: Any) -> list[QuerySet[Any]]:
    """The rows that answer by their own words, and those that answer in the kind's further way.

    Apart, because each has an index and "one or the other" has none; a row may be in both.
    """
    rows = kind.readable(user, partnership).order_by()
    further = [kind.also(user, partnership, ASKED)] if kind.also else []
    own: Any = Match(kind.words, ASKED)
    return [rows.filter(answers) for answers in (own, *further)]


def _each_once(kind: Kind, user: Any, partnership: Any) -> Any:
    first, *rest = (
        _placed(kind, rows, kind.day)[: COUNTED_TO + 1] for rows in _matching(kind, user, partnership)
    )
    return first.union(*rest) if rest else first


@cache
def _gathering() -> Reading[Any]:
    """Of each kind those that answer, in no order, one more than are counted."""

    def compose(user: Any, partnership: Any) -> Any:
        first, *rest = (_each_once(kind, user, partnership) for kind in KINDS)
        return first.union(*rest, all=True)

    return Reading(compose)


@cache
def _foreseeing(key: str) -> Reading[Any]:
    model, words = BY_KEY[key].told_by or (BY_KEY[key].model, BY_KEY[key].words)
    answers: Any = Match(words, ASKED)
    return Reading(
        lambda user, partnership: model.objects.filter(answers, partnership=partnership).order_by()
    )


@cache
def _sorting(key: str, *, opening: bool) -> Reading[Any]:
    """A page and one more of a kind, of all that answer: the newest, or those older than a place."""
    kind = BY_KEY[key]

    def compose(user: Any, partnership: Any) -> Any:
        parts = (_placed(kind, rows, kind.day) for rows in _matching(kind, user, partnership))
        first, *rest = (_page_of(rows, opening=opening) for rows in parts)
        if not rest:
            return first
        return first.union(*rest).order_by("-found_on", "-found_key")[: ROWS + 1]

    return Reading(compose)


def _met(kind: Kind, walk: Walk, user: Any, partnership: Any) -> QuerySet[Any]:
    """The rows that a walk meets, each asked in its turn."""
    rows = kind.readable(user, partnership).order_by()
    answers: Any = MatchInTurn(kind.words, ASKED)
    found = rows.filter(answers | walk.also(ASKED) if walk.also else answers)
    return found.filter(walk.only) if walk.only else found


@cache
def _walking(key: str, number: int, *, opening: bool) -> Reading[Any]:
    """A page and one more along an index of a kind's own."""
    kind = BY_KEY[key]
    walk = kind.walks[number]
    return Reading(lambda *who: _page_of(_placed(kind, _met(kind, walk, *who), walk.day), opening=opening))


def _by_meeting() -> list[tuple[Kind, Walk]]:
    return [(kind, walk) for kind in KINDS for walk in kind.walks if walk.meeting]


def _walks(kind: Kind, walk: Walk) -> str:
    """The name of the value that says whether a kind is to be met."""
    return f"walks_{kind.key}_{kind.walks.index(walk)}"


@cache
def _walking_by_meeting() -> Reading[Any]:
    """What answers of one meeting, `met`, of each kind that is to be met."""

    def compose(user: Any, partnership: Any) -> Any:
        given = isinstance(partnership, Given)
        within = _NotLookedUp(partnership.name, Partnership._meta.pk) if given else partnership
        first, *rest = (
            _placed(
                kind,
                _met(kind, walk, user, within).filter(
                    Given(_walks(kind, walk), BooleanField()), **{walk.meeting: _MET}
                ),
                Value(None, output_field=DateField()),
            )
            for kind, walk in _by_meeting()
        )
        return first.union(*rest, all=True)

    return Reading(compose)

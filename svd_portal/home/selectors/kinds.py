"""What a kind of record must say of itself to be searched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Q, QuerySet, TextField, Value, When

from svd_portal.kit.addresses import reverse
from svd_portal.kit.words import WordsOf

NOTHING = Value("", output_field=TextField())
WITHDRAWN, CANCELLED = "withdrawn", "cancelled"


def state_of(condition: Q, word: str) -> Case:
    """The word that warns of a row, where the condition holds."""
    return Case(
        When(condition, then=Value(word, output_field=CharField())),
        default=Value("", output_field=CharField()),
        output_field=CharField(),
    )


STATE_WITHDRAWN = state_of(~Q(withdrawn_reason=""), WITHDRAWN)


@dataclass(frozen=True)
class Walk:
    """How rows of a kind are met newest first, along an index: quick where almost every one is found.

    Args:
        day: their date, which an index has after the partnership; none where it is their meeting's.
        meeting: the way to their meeting, where the date is its.
        only: which of the kind's rows; its walks together meet all of them.
        also: the kind's further way to be found, asked of one row.
    """

    day: Any = None
    meeting: str = ""
    only: Q | None = None
    also: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of record that is searched.

    Args:
        key, name, plural: in addresses, for one and for many.
        model: read through its `for_user`, then by `standing`: what its pages leave out is not found.
        words: as the table's index has them, field by field.
        day: its date; `day_is` says what that is.
        title, text, within: shown of it, `text` perhaps by what was asked; the body it belongs to.
        page, route, anchor: whose page shows it.
        also: a further way to be found, by words that are not its own.
        walks: for kinds of which there may be many thousands.
        told_by: whose words say how many are found, where these are not its own.
        state: a word that warns.
    """

    key: str
    name: Any
    plural: Any
    model: Any
    words: WordsOf
    day: Any
    title: Any
    text: Any = NOTHING
    within: Any = NOTHING
    page: str = "pk"
    route: str = ""
    anchor: str = ""
    standing: Q | None = None
    also: Callable[[Any, Any, Any], Q] | None = None
    state: Any = NOTHING
    day_is: Any = ""
    walks: Sequence[Walk] = ()
    told_by: tuple[Any, WordsOf] | None = None

    def readable(self, user: Any, partnership: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = self.model.objects.for_user(user, partnership)
        return found.filter(self.standing) if self.standing else found

    def address(self, slug: str, page: UUID, key: UUID) -> str:
        return reverse(self.route, args=[slug, page]) + self.anchor.format(key)

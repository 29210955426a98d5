"""Questions about one partnership, composed once for whoever asks and asked with each one's own rights.

The selectors compose them as they do for a person: `for_user` and every rule of access are in the SQL, where
a `Reader` stands for the person. What changes from one asking to the next are values, never the shape.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet, UUIDField

from partners.access import Reader, known_rights
from partners.models import Partnership
from partners.roles import Permission
from svd_portal.kit import pages
from svd_portal.kit.choices import Offered
from svd_portal.kit.statements import Given, Statement

Row = TypeVar("Row", bound=Model)
Within = Partnership | UUID
_RIGHTS = frozenset(permission.value for permission in Permission)


class Reading(Generic[Row]):
    """A question of which only the person, the partnership and the values named by `Given` change.

    Args:
        compose: makes the queryset from who reads and the partnership; called once.
    """

    def __init__(self, compose: Callable[[Any, Any], QuerySet[Row]]) -> None:
        partnership = Given("partnership", Partnership._meta.pk)
        self.compose = compose
        self._statement: Statement[Row] = Statement(lambda: compose(Reader(), partnership))

    def ask(self, user: Any, partnership: Within, **values: Any) -> list[Row]:
        """The rows that `user` may read today; for those who may not see the partnership none, unasked."""
        given = self._values(user, partnership, values)
        return [] if given is None else self._statement.ask(**given)

    def count(self, user: Any, partnership: Within, **values: Any) -> int:
        given = self._values(user, partnership, values)
        return 0 if given is None else self._statement.count(**given)

    def within(
        self,
        before: str,
        after: str,
        user: Any,
        partnership: Within,
        *,
        first: Sequence[Any] = (),
        last: Sequence[Any] = (),
        **values: Any,
    ) -> list[Any]:
        """What SQL around the question answers (`Statement.within`), with the rights of `user`."""
        given = self._values(user, partnership, values)
        return [] if given is None else self._statement.within(before, after, first=first, last=last, **given)

    def _values(self, user: Any, partnership: Within, values: dict[str, Any]) -> dict[str, Any] | None:
        held = known_rights(user, partnership)
        if not held.on(Permission.PARTNERSHIP_VIEW):
            return None
        rights = self._statement.names & _RIGHTS
        ids = {name: list(held.ids(Permission(name))) for name in rights}
        return {"user": user.pk, "partnership": getattr(partnership, "pk", partnership), **ids, **values}


class Opening(Generic[Row]):
    """The first page of a list that nobody has filtered: readings for each of its orders."""

    def __init__(self, compose: Callable[[Any, Any], QuerySet[Row]]) -> None:
        self._compose = compose
        self._rows: dict[str, Reading[Row]] = {}
        self._counts: dict[str, Reading[Any]] = {}

    def page(self, user: Any, partnership: Within, order: pages.Order, key: str) -> pages.Page[Row]:
        """The page in `order`; `key` is the order's name in this list."""
        if key not in self._rows:
            self._rows[key] = Reading(
                lambda *who: pages.sorted_by(self._compose(*who), order)[: pages.ROWS + 1]
            )
        return pages.opening(self._rows[key].ask(user, partnership), order)

    def count(self, user: Any, partnership: Within, order: pages.Order, key: str) -> int:
        """How many there are, as far as is counted: along the same index as the page."""
        if key not in self._counts:
            self._counts[key] = Reading(lambda *who: pages.counted(self._compose(*who), order))
        return self._counts[key].count(user, partnership)


class One(Generic[Row]):
    """One record of those that a person may read, by its key."""

    def __init__(self, compose: Callable[[Any, Any], QuerySet[Row]]) -> None:
        key = Given("pk", UUIDField())
        self._compose = compose
        self._reading: Reading[Row] = Reading(lambda *who: compose(*who).filter(pk=key).order_by())

    def find(self, user: Any, partnership: Within, pk: UUID) -> Row | None:
        return next(iter(self._reading.ask(user, partnership, pk=pk)), None)


class Names(Generic[Row]):
    """Records to choose from in a list, by name: keys and names are read by a reading."""

    def __init__(self, compose: Callable[[Any, Any], QuerySet[Row]], named_by: str = "name") -> None:
        self._compose = compose
        self._named: Reading[Any] = Reading(
            lambda *who: compose(*who).order_by(named_by).values_list("pk", named_by)
        )

    def offered(self, user: Any, partnership: Partnership) -> Offered:
        return Offered(self._compose(user, partnership), lambda: self._named.ask(user, partnership))

"""One record for two presses of the same form."""

from typing import Any, TypeVar
from uuid import UUID

from svd_portal.kit.errors import DomainError
from svd_portal.kit.models.base import InsertOnly, Record

Row = TypeVar("Row", bound=Record | InsertOnly)


def already(model: type[Row], key: UUID | None, **within: Any) -> Row | None:
    """The record a first press of the same form made; None when this is the first press.

    `key` comes from a hidden field and becomes the record's id, so a double submit finds it.

    Raises:
        DomainError: the key is that of a record somewhere else.
    """
    if key is None:
        return None
    found: Any = model._default_manager.filter(pk=key).first()
    if found is None:
        return None
    if any(getattr(found, name) != value for name, value in within.items()):
        raise DomainError("This form was used before. Open the page again and start afresh.")
    return found

"""One record for two presses of the same form."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from svd_portal.kit.errors import DomainError
from svd_portal.kit.models.base import InsertOnly, Record

Row = TypeVar("Row", bound=Record | InsertOnly)


def already(model: type[Row], key: UUID | None, **same: Any) -> Row | None:
    """The record a first press of the same form made; None when this is the first press.

    `key` comes from a hidden field and becomes the record's id, so a double submit finds it. Ask within the
    transaction that adds the record: whoever brings the same key meanwhile waits until that is done.

    Args:
        same: where the record stands and what it says, for a second press says the same in the same place.

    Raises:
        DomainError: the key is that of a record elsewhere, or of one that says something else.
    """
    if key is None:
        return None
    _wait_for(f"{model._meta.db_table} {key}")
    found: Any = model._default_manager.filter(pk=key).first()
    if found is None:
        return None
    if any(getattr(found, name) != value for name, value in same.items()):
        raise sent_before()
    return found


def sent_before() -> DomainError:
    """The refusal of a form that comes a second time and says something else."""
    return DomainError(
        _(
            "This form was sent before, and what it added then is there. Change that one, or open the page"
            " again to add another."
        )
    )


def _wait_for(key: str) -> None:
    """Two presses may hold locks of different records, even in two partnerships; of one key there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])

"""Small parts the layouts share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from svd_portal.home.importing.cells import DATE, YES
from svd_portal.home.importing.tables import Column

ILLUSTRATIVE = Column("illustrative", YES, help="yes for invented figures and events")


def by(*attributes: str) -> Callable[[Any], tuple[Any, ...]]:
    """A key made of these attributes."""
    return lambda instance: tuple(getattr(instance, attribute) for attribute in attributes)


def dated() -> tuple[Column, Column]:
    """First and last day, both inclusive."""
    return (
        Column("first_day", DATE, needed=True),
        Column("last_day", DATE, help="empty until further notice"),
    )


def local_day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}"

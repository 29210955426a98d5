"""Organisations that a record names for the first time."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from partners.models import Organisation


@transaction.atomic
def known_as(*, name: str, since: date, by: Any) -> Organisation:
    """The organisation of that name, capitals aside; a new one, first known `since`, where there is none.

    The right to record it is that of the record which names it, and asked by its service.
    """
    found = Organisation.objects.filter(name__iexact=name.strip())
    if known := found.first():
        return known
    try:
        with transaction.atomic():
            return Organisation(name=name.strip(), first_day=since).save_by(by)
    except IntegrityError:  # someone else named it a moment ago
        return found.get()

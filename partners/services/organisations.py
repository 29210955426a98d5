"""Organisations that a record names for the first time."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from partners.models import Organisation


@transaction.atomic
def known_as(*, name: str, since: date, by: Any) -> Organisation:
    """The organisation of that name, capitals and spaces aside; where there is none a new one, from `since`.

    The right to record it is that of the record which names it, and asked by its service.
    """
    name = " ".join(name.split())
    found = Organisation.objects.filter(name__iexact=name)
    if known := found.first():
        return known
    try:
        with transaction.atomic():
            return Organisation(name=name, first_day=since).save_by(by)
    except IntegrityError:  # someone else named it a moment ago
        return found.get()

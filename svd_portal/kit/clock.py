"""The business date. Only views, tasks, commands and the access gate ask for it; everything else is told."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The date in London, or the demonstration's fixed business date."""
    if settings.BUSINESS_DATE:
        return date.fromisoformat(settings.BUSINESS_DATE)
    return timezone.localdate()


def day_of(moment: datetime) -> date:
    """The business date that stood at a moment of the past."""
    if settings.BUSINESS_DATE:
        return date.fromisoformat(settings.BUSINESS_DATE)
    return timezone.localdate(moment)

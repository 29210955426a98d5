"""What the worker does for funding by the clock."""

from celery import shared_task

from funding.services import return_comments
from partners.models import Partnership
from svd_portal.kit import clock


@shared_task(name="funding.close_comments")
def close_comments() -> None:
    """Record who said nothing in the windows that closed; a day on which nobody ran this is made up for."""
    for partnership in Partnership.objects.order_by("slug"):
        return_comments.close_windows(partnership=partnership, today=clock.today())

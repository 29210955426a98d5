"""What the worker does for governance by the clock."""

from celery import shared_task

from governance.services import reminders
from partners.models import Partnership
from svd_portal.kit import clock


@shared_task(name="governance.remind_of_actions")
def remind_of_actions() -> None:
    for partnership in Partnership.objects.order_by("slug"):
        reminders.remind_by_date(partnership=partnership, today=clock.today())

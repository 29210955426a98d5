"""What the worker does for governance by the clock."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from governance.services import notices, paper_notices, papers, reminders
from partners.models import Partnership
from svd_portal.kit import clock


@shared_task(name="governance.remind_of_actions")
def remind_of_actions() -> None:
    for partnership in Partnership.objects.order_by("slug"):
        reminders.remind_by_date(partnership=partnership, today=clock.today())


@shared_task(name="governance.remind_of_comments")
def remind_of_comments() -> None:
    for partnership in Partnership.objects.order_by("slug"):
        notices.remind_of_closing(partnership=partnership, today=clock.today())


@shared_task(name="governance.tell_of_papers")
def tell_of_papers() -> None:
    for partnership in Partnership.objects.order_by("slug"):
        paper_notices.tell(partnership=partnership, today=clock.today(), now=timezone.now())


@shared_task(name="governance.read_paper", soft_time_limit=240, time_limit=270)
def read_paper(paper_id: str) -> None:
    papers.read_words(paper_id=UUID(paper_id))


@shared_task(name="governance.sweep_papers", soft_time_limit=240, time_limit=270)
def sweep_papers() -> None:
    """What the broker never passed on, and what a dead worker left."""
    for paper_id in papers.unread():
        papers.read_words(paper_id=paper_id)

"""Queuing by name, so that a service never imports a task."""

import logging
from functools import partial

from celery.exceptions import OperationalError
from django.db import transaction

from svd_portal.celery import app

log = logging.getLogger(__name__)


def enqueue(task: str, *args: str, countdown: float = 0) -> None:
    """Hand a task to a worker once the transaction has committed; at once where there is none.

    A broker that does not answer loses nothing: what is to be done is a row, and a sweep finds it.
    """
    transaction.on_commit(partial(_send, task, args, countdown), robust=True)


def _send(task: str, args: tuple[str, ...], countdown: float) -> None:
    try:
        app.send_task(task, args=args, countdown=countdown)
    except (OperationalError, OSError) as fault:
        log.warning("The broker did not take %s: %s", task, fault)

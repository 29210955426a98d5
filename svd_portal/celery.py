"""The Celery application: `celery --app svd_portal.celery:app worker` and `… beat`."""

import gc
import importlib
import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svd_portal.settings")

app = Celery("svd_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def load_what_makes_documents(**_: Any) -> None:
    """Once for all processes of a worker: before they are forked, and before a document is asked for.

    Out of the garbage collector's sight what is loaded stays shared by them: half the memory of each.
    """
    for name in ("svd_portal.kit.pdf", "svd_portal.kit.sealing", "svd_portal.kit.workbooks"):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()

"""`GET /health/`: whether the portal can do its work, for a load balancer and for the operator."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from svd_portal.celery import app

# A question asked before a worker listens is lost, so it is asked again and again.
WORKER_WAIT_SECONDS, WORKER_QUESTIONS = 0.5, 6
KEPT_SECONDS = 5  # how long a costly answer stands, however often the page is asked

OK = "ok"
Check = Callable[[], str]


def database() -> str:
    """`ok` when the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return OK


def migrations() -> str:
    """`ok` when the database has every migration this release has."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "cannot be read"
    return f"{len(waiting)} not applied" if waiting else OK


def broker() -> str:
    """`ok` when the broker answers."""
    try:
        cache.get("health")
    except RedisError:
        return "does not answer"
    return OK


def worker() -> str:
    """`ok` when at least one worker answers one of the questions."""
    if broker() != OK:
        return "cannot be asked"
    try:
        answers = any(app.control.ping(timeout=WORKER_WAIT_SECONDS, limit=1) for _ in range(WORKER_QUESTIONS))
    except (RedisError, OperationalError):
        return "cannot be asked"
    return OK if answers else "none answers"


def kept(check: Check) -> Check:
    """`check`, asked by one thread at a time and at most once in `KEPT_SECONDS`."""
    lock = threading.Lock()

    @lru_cache(maxsize=1)
    def during(period: int) -> str:
        return check()

    def answer() -> str:
        with lock:
            return during(int(time.monotonic() // KEPT_SECONDS))

    return answer


CHECKS: dict[str, Check] = {
    "database": database,
    "migrations": kept(migrations),
    "broker": broker,
    "worker": kept(worker),
}


@require_safe
@never_cache
def view(request: HttpRequest) -> JsonResponse:
    """Each check by name, `ok` or what fails; 503 when any fails. Needs no sign-in, sets no cookie."""
    checks = {name: check() for name, check in CHECKS.items()}
    healthy = all(answer == OK for answer in checks.values())
    body = {"status": OK if healthy else "failing", "checks": checks}
    return JsonResponse(body, status=200 if healthy else 503)

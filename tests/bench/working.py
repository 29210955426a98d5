"""The returns of all partnerships at once, sealed, by real workers: one process against two."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import psutil

from svd_portal.embedded import places, processes, serve

DONE_SECONDS = 300
PAUSE = 0.05


@dataclass(frozen=True)
class Run:
    """Seconds from the first request to the last file; bytes of the largest process on the way.

    Attributes:
        peak: its own memory and its part of what the processes share, since they are forked from one.
        resident: all that it touches, what is shared counted whole.
    """

    seconds: float
    peak: int
    resident: int


def costs(rounds: int) -> dict[int, list[Run]]:
    """By how many processes, each in turn with a worker of its own that is warm."""
    asked = _newest()
    found: dict[int, list[Run]] = {1: [], 2: []}
    for _ in range(rounds):
        for count, into in found.items():
            with _worker(count) as worker:
                _make(asked[: count * 2] * 2, worker)
                into.append(_make(asked, worker))
    return found


def _newest() -> list[tuple[UUID, UUID]]:
    """The newest sent return of each partnership: its snapshot, and whose it is."""
    from funding.models import QuarterlyReturn

    sent = QuarterlyReturn.objects.filter(status="sent").order_by("partnership", "-due", "pk")
    return list(sent.distinct("partnership").values_list("snapshot", "partnership"))


@contextlib.contextmanager
def _worker(count: int) -> Iterator[psutil.Process]:
    command = [*serve._commands(0)["worker"], "--concurrency", str(count)]  # the last one counts
    with tempfile.TemporaryFile() as log:
        child = processes.spawn(
            command,
            environment=dict(os.environ),
            cwd=places.CHECKOUT,
            output=log,
            stdin=subprocess.DEVNULL,
        )
        worker = psutil.Process(child.pid)
        try:
            yield worker
        finally:
            processes.end([worker], within=10)
            child.wait()


def _make(asked: list[tuple[UUID, UUID]], worker: psutil.Process) -> Run:
    """Ask for all of them, and wait until the last is made."""
    from funding.rules.outputs import KINDS
    from svd_portal.kit.models import Document
    from svd_portal.kit.services import documents
    from tests.bench.population import SETUP

    before, peak, resident = time.perf_counter(), 0, 0
    wanted = {
        documents.request(kind=KINDS["pdf"], subject=subject, partnership_id=partnership, by=SETUP).pk
        for subject, partnership in asked
    }
    waiting = Document.objects.filter(pk__in=wanted, finished_at=None)
    while waiting.exists():
        if time.perf_counter() - before > DONE_SECONDS:
            raise RuntimeError(f"{waiting.count()} of {len(wanted)} returns were not made")
        with contextlib.suppress(psutil.NoSuchProcess):
            making = [each for each in worker.children(recursive=True) if not each.children()]
            for each in making:
                taken = each.memory_full_info()
                peak = max(peak, getattr(taken, "pss", taken.uss))
                resident = max(resident, taken.rss)
        time.sleep(PAUSE)
    failed = Document.objects.filter(pk__in=wanted, file=None).values_list("error", flat=True)
    if failed:
        raise RuntimeError(f"Not made: {', '.join(failed)}")
    return Run(time.perf_counter() - before, peak, resident)

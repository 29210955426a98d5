"""The portal's own processes, as it runs them, on a test's database and broker."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import sync_playwright

from svd_portal.embedded import places, processes
from tests.support.databases import CHECKOUT, named, one_at_a_time

START_SECONDS = 30.0
CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def environment(database: str, broker_url: str) -> dict[str, str]:
    """The demo's settings on one clone and one broker, files in the data folder of the run."""
    urls = {name: named(os.environ[name], database) for name in ("DATABASE_URL", "OWNER_DATABASE_URL")}
    demo = {"SVD_DEMO": "1", "SVD_TODAY": "2024-01-15"}
    return {**os.environ, **urls, **demo, "REDIS_URL": broker_url}


@contextlib.contextmanager
def _running(command: list[str], given: dict[str, str], ready: Any) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        child = processes.spawn(command, environment=given, cwd=CHECKOUT, output=log)
        try:
            up = processes.wait_for(lambda: child.poll() is not None or ready(), seconds=START_SECONDS)
            if not up or child.poll() is not None:
                log.seek(0)
                raise RuntimeError(f"{command} did not start:\n{log.read().decode()}")
            yield
        finally:
            if child.poll() is None:
                processes.end([psutil.Process(child.pid)], within=5)
            child.wait()


@contextlib.contextmanager
def worker(given: dict[str, str]) -> Iterator[None]:
    """A Celery worker that answers."""
    name = f"test-{os.getpid()}@localhost"
    alone = ["--without-mingle", "--without-gossip"]
    options = ["--concurrency", "1", *alone, "--loglevel", "WARNING", "--hostname", name]
    command = [sys.executable, "-m", "celery", "--app", "svd_portal.celery:app", "worker", *options]

    def answers() -> bool:
        from svd_portal.celery import app

        return bool(app.control.ping(destination=[name], timeout=0.5, limit=1))

    with _running(command, given, answers):
        yield


@contextlib.contextmanager
def server(given: dict[str, str]) -> Iterator[str]:
    """gunicorn on a free loopback port, with the static files built; yields its address."""
    with one_at_a_time():
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(command, cwd=CHECKOUT, env={**given, "COVERAGE_PROCESS_CONFIG": ""}, check=True)
    port = places.free_port(None)
    bind = ["--bind", f"127.0.0.1:{port}", "--threads", "4", "--worker-tmp-dir", tempfile.gettempdir()]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "svd_portal.wsgi:application",
        *bind,
        "--log-level",
        "warning",
    ]
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=5):
                return True
        except OSError as problem:
            return getattr(problem, "code", None) == 503  # up, and saying what it waits for

    with _running(command, given, answers):
        yield address


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium, or the one named by CHROMIUM."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the test
    flags = [*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    program = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()

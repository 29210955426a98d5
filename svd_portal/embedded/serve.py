"""`script/server`: prepares the portal, runs its web server, worker and beat, and stops them together.

A process that ends by itself stops the whole portal with its last words and exit code 1: the web
server and the worker already replace their own children, so whatever ends one of them needs a person.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

import psutil

from . import places, processes
from .keeper import environment
from .places import CannotRun

OWNER = "OWNER_DATABASE_URL"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_SECONDS = 120.0
STOP_SECONDS = 4.0
LOG_BYTES = 5_000_000
# Both commands in one process: starting Django twice would take longer than they do.
DEMO = """
import io
import django
from django.core.management import call_command
django.setup()
call_command("load_demo", stdout=io.StringIO())
call_command("demo_sign_ins")
"""


class _Stop(Exception):
    """Somebody asked the portal to stop."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stop


def serve(data: Path) -> int:
    """Run the portal on 127.0.0.1:$PORT until SIGINT or SIGTERM; the exit code.

    Raises:
        CannotRun: a step fails, the port is taken, or one of the processes ends by itself.
    """
    for number in SIGNALS:
        signal.signal(number, _stop)
    data = places.prepare_data(data)
    port = int(os.environ.get("PORT") or 8000)
    try:
        with _only_one(data):
            processes.sweep(places.read_state(data / "run/serve.json").get("processes", []))
            _require_free(port)
            _say("Database and broker")
            with environment(data) as given:
                _prepare(given)
                with _Children(data, given, port) as children:
                    children.start("web")
                    children.start("worker")
                    sign_ins = _load_demo(given)  # while those two start
                    _await_health(port, children)
                    children.start("beat")
                    _announce(port, sign_ins)
                    _watch(children)
    except _Stop:
        _ignore_signals()
        _say("Stopped.")
    return 0


def _ignore_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _say(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def _only_one(data: Path) -> Iterator[None]:
    with places.open_private(data / "run/serve") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"The portal already runs on {data}.") from None
        yield


def _require_free(port: int) -> None:
    if places.free_port(port) != port:
        raise CannotRun(f"Port {port} is in use: choose another, for instance PORT={port + 1} script/server")


class _Step:
    """A Python command, running beside others until it is waited for."""

    def __init__(self, title: str, given: Mapping[str, str], *command: str) -> None:
        self.title, self.before = title, time.monotonic()
        self.output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the step
        arguments = [sys.executable, *command]
        self.process = processes.spawn(
            arguments,
            environment={**given, "DJANGO_SETTINGS_MODULE": "svd_portal.settings"},
            cwd=places.CHECKOUT,
            output=self.output,
            stdin=subprocess.DEVNULL,
        )

    def __enter__(self) -> _Step:
        return self

    def __exit__(self, *problem: object) -> None:
        self.process.kill()
        self.process.wait()
        self.output.close()

    def finish(self) -> str:
        """What the command printed, once it has succeeded."""
        self.process.wait()
        self.output.seek(0)
        said = self.output.read().decode(errors="replace").strip()
        if self.process.returncode != 0:
            raise CannotRun(f"{self.title} failed:\n{said}")
        _say(f"{self.title} ({time.monotonic() - self.before:.1f} s)")
        return said


def _prepare(given: Mapping[str, str]) -> None:
    quiet = ("--noinput", "--verbosity", "0")
    with (
        _Step("Tables", given, "manage.py", "migrate", *quiet) as tables,
        _Step("Styles and pictures", given, "manage.py", "collectstatic", *quiet) as styles,
    ):
        tables.finish()
        styles.finish()


def _load_demo(given: Mapping[str, str]) -> str:
    """The demonstration's data, loaded once; returns its sign-ins, to be shown."""
    if given.get("SVD_DEMO") != "1":
        return ""
    with _Step("Demonstration data", given, "-c", DEMO) as data:
        return data.finish()


def _commands(port: int) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--app", "svd_portal.celery:app"]
    web = "--workers 2 --threads 4 --preload --no-control-socket --graceful-timeout 2"
    worker = "worker --concurrency 2 --without-mingle --without-gossip --loglevel INFO"
    return {
        "web": [
            *python,
            "gunicorn",
            "svd_portal.wsgi:application",
            "--bind",
            f"127.0.0.1:{port}",
            *web.split(),
        ],
        "worker": [*celery, *worker.split()],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""],
    }


class _Children:
    """The portal's processes by name, started one by one and ended together."""

    def __init__(self, data: Path, given: Mapping[str, str], port: int) -> None:
        self.data, self.commands = data, _commands(port)
        # They work as the portal's role; only what migrates is the owner.
        self.given = {name: value for name, value in given.items() if name != OWNER}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        (data / "log").mkdir(exist_ok=True, mode=0o700)

    def start(self, name: str) -> None:
        """Start one, its output appended to its log."""
        path = self._log(name)
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".old"))
        with places.open_private(path) as log:
            self.running[name] = processes.spawn(
                self.commands[name],
                environment=self.given,
                cwd=places.CHECKOUT,
                output=log,
                stdin=subprocess.DEVNULL,
            )
        records = [processes.identity(child.pid) for child in self.running.values()]
        places.write_private(self.data / "run/serve.json", json.dumps({"processes": records}))

    def require_alive(self) -> None:
        """Raises CannotRun with the last words of one that has ended by itself."""
        for name, child in self.running.items():
            if child.poll() is not None:
                tail = "\n".join(self._log(name).read_text(errors="replace").splitlines()[-15:])
                raise CannotRun(
                    f"{name} ended with exit code {child.returncode}. The end of {self._log(name)}:\n{tail}"
                )

    def _log(self, name: str) -> Path:
        return self.data / "log" / f"{name}.log"

    def __enter__(self) -> _Children:
        return self

    def __exit__(self, *problem: object) -> None:
        _ignore_signals()
        _say("Stopping …")
        alive = [psutil.Process(child.pid) for child in self.running.values() if child.poll() is None]
        processes.end(alive, within=STOP_SECONDS)
        for child in self.running.values():
            child.wait()
        (self.data / "run/serve.json").unlink(missing_ok=True)


def _await_health(port: int, children: _Children) -> None:
    said = "no answer"

    def healthy() -> bool:
        nonlocal said
        children.require_alive()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5):
                return True
        except urllib.error.HTTPError as problem:
            said = problem.read().decode(errors="replace")[:500]
        except OSError as problem:
            said = str(problem)
        return False

    if not processes.wait_for(healthy, seconds=READY_SECONDS, pause=0.2):
        raise CannotRun(f"The portal is not healthy after {READY_SECONDS:.0f} s: {said}")


def _announce(port: int, sign_ins: str) -> None:
    _say(f"\nReady: http://127.0.0.1:{port}/")
    if sign_ins:
        _say(f"\n{sign_ins}")
    _say("\nCtrl-C stops everything.")


def _watch(children: _Children) -> None:
    while True:
        children.require_alive()
        time.sleep(0.5)

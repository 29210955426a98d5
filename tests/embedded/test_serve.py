"""The whole portal as `script/server` runs it, without the demonstration: one data folder for all of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from svd_portal.embedded import places
from tests.support.launching import CHECKOUT, EMBEDDED, OWN, belonging_to, lives

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve")]


OWNED = {"DATABASE_URL", "OWNER_DATABASE_URL"}


class Portal:
    """`serve`, its output read as it comes."""

    def __init__(self, data: Path, port: int) -> None:
        bare = {name: value for name, value in os.environ.items() if name not in OWN}
        demo_off = {"SVD_DEMO": "0", "SVD_HTTPS": "0", "PORT": str(port), "PYTHONUNBUFFERED": "1"}
        self.data, self.port = data, port
        self.process = subprocess.Popen(
            [*EMBEDDED, "serve", "--data", str(data)],
            cwd=CHECKOUT,
            env={**bare, **demo_off},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> "Portal":
        return self

    def __exit__(self, *problem: object) -> None:
        self.end(signal.SIGTERM)

    def await_ready(self) -> "Portal":
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Ready: "):
                assert line == f"Ready: http://127.0.0.1:{self.port}/\n"
                return self
        raise AssertionError("".join(said))

    def end(self, ending: int) -> tuple[int, str]:
        self.process.send_signal(ending)
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said

    def processes(self) -> list[psutil.Process]:
        launcher = psutil.Process(self.process.pid)
        return [*launcher.children(recursive=True), *belonging_to(self.data)]

    def health(self) -> dict[str, object]:
        """What it says of itself; a worker that is busy with its first PDFs may let one asking pass."""
        address, give_up = f"http://127.0.0.1:{self.port}/health/", time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(address, timeout=30) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.5)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="svd-serve-"))
    yield parent / "data"
    linked = {link.resolve().parent for link in parent.glob("data/*") if link.is_symlink()}
    for folder in (parent, *linked):
        shutil.rmtree(folder)


@pytest.fixture
def portal(home: Path) -> Iterator[Portal]:
    with Portal(home, places.free_port(None)) as running:
        yield running.await_ready()


def test_it_is_healthy_and_stops_within_ten_seconds(portal: Portal) -> None:
    assert portal.health()["status"] == "ok"
    everything = portal.processes()
    assert len(everything) >= 8
    before = time.monotonic()

    code, said = portal.end(signal.SIGTERM)

    assert time.monotonic() - before < 10
    assert (code, said.strip().splitlines()[-1]) == (0, "Stopped.")
    assert [process for process in everything if lives(process)] == []


def test_after_kill_9_the_next_start_finds_nothing_in_its_way(portal: Portal) -> None:
    everything = portal.processes()
    portal.end(signal.SIGKILL)

    with Portal(portal.data, portal.port).await_ready() as again:
        assert again.health()["status"] == "ok"
        assert [process for process in everything if lives(process)] == []


def test_a_process_that_ends_by_itself_stops_the_portal_and_is_named(portal: Portal) -> None:
    everything = portal.processes()
    worker = next(p for p in everything if "worker" in p.cmdline() and "celery" in p.cmdline())
    worker.kill()

    said, _ = portal.process.communicate(timeout=60)

    assert portal.process.returncode == 1
    assert "worker ended with exit code -9." in said
    assert [process for process in everything if lives(process)] == []


def test_what_serves_pages_and_works_does_not_know_how_to_be_the_owner(portal: Portal) -> None:
    works = [p for p in portal.processes() if {"gunicorn", "celery"} & set(p.cmdline())]
    assert len(works) >= 5
    known = [OWNED & set(process.environ()) for process in works]
    assert known == [{"DATABASE_URL"}] * len(works)


def test_a_second_portal_on_the_same_data_is_refused(portal: Portal) -> None:
    second = Portal(portal.data, places.free_port(None))
    said, _ = second.process.communicate(timeout=60)

    assert (second.process.returncode, said) == (1, f"The portal already runs on {portal.data}.\n")
    assert portal.health()["status"] == "ok"


def test_a_port_in_use_is_said_before_anything_starts(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = Portal(home, port)
        said, _ = refused.process.communicate(timeout=60)

    assert refused.process.returncode == 1
    assert said == f"Port {port} is in use: choose another, for instance PORT={port + 1} script/server\n"

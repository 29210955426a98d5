"""One keeper per service: starts it, stays while somebody uses it, stops it after the last.

Three files in `<data>/run/` per service, all locked with flock, which ends with its holder:
`users` (shared by everyone who uses the service), `keeper` (held by the keeper), `starting` (one
start at a time). `<service>.json` says how to reach the service and which processes belong to it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType, ModuleType
from typing import IO

from . import places, postgres, processes, valkey
from .places import CannotRun

SERVICES: dict[str, ModuleType] = {postgres.NAME: postgres, valkey.NAME: valkey}
START_SECONDS = 60.0
STOP_SECONDS = 5.0
LOOK_SECONDS = 0.2
LOG_BYTES = 5_000_000


def _open(run: Path, service: str, lock: str) -> IO[bytes]:
    return places.open_private(run / f"{service}.{lock}")


def _try(file: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_kept(run: Path, service: str) -> bool:
    with _open(run, service, "keeper") as lock:
        return not _try(lock, fcntl.LOCK_SH)


# --- the keeper's side


class _Told(Exception):
    """The keeper was told to stop."""


def _told(number: int, frame: FrameType | None) -> None:
    raise _Told


def keep(data: Path, service: str, *, temporary: bool) -> int:
    """Run `service` until nobody uses it or the keeper is told to stop; the process's exit code."""
    run, module = data / "run", SERVICES[service]
    lock = _open(run, service, "keeper")
    if not _try(lock, fcntl.LOCK_EX):
        return 0
    state = run / f"{service}.json"
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _told)
    child: subprocess.Popen[bytes] | None = None
    try:
        before = places.read_state(state)
        processes.sweep(before.get("processes", []))
        child = _start(data, service, state, port=before.get("port"), temporary=temporary)
        return _stay(child, _open(run, service, "users"))
    except _Told:
        return 0
    except (CannotRun, OSError, subprocess.SubprocessError) as problem:
        places.write_private(state, json.dumps({"failed": str(problem)}))
        return 1
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if child is not None:
            _stop(child, module.ENDING)


def _start(
    data: Path, service: str, state: Path, *, port: int | None, temporary: bool
) -> subprocess.Popen[bytes]:
    module, secrets = SERVICES[service], places.kept_secrets(data)
    home = places.home(data, service)
    log = home.path / "log"
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old"))
    for _ in range(3):  # a port found free may be taken by the time the service binds it
        port = places.free_port(port)
        given = module.command(home, port, secrets, temporary=temporary)
        with places.open_private(log) as output:
            child = processes.spawn(
                given,
                ending=module.ENDING,
                account=home.account,
                environment=postgres.CLEAN,
                cwd=Path("/"),
                output=output,
                stdin=subprocess.PIPE,
            )
        records = [processes.identity(os.getpid()), processes.identity(child.pid)]
        places.write_private(state, json.dumps({"port": port, "processes": records}))
        assert child.stdin is not None
        with contextlib.suppress(BrokenPipeError), child.stdin as stdin:
            if service == valkey.NAME:
                stdin.write(valkey.settings(home, port, secrets, temporary=temporary).encode())
        if _became_ready(child, module, home, port, secrets):
            ready = {"port": port, "processes": records, "ready": True}
            places.write_private(state, json.dumps(ready))
            return child
        _stop(child, module.ENDING)
        port = None
    tail = log.read_text(errors="replace").strip().splitlines()[-8:]
    raise CannotRun(f"{service} does not start. The end of {log}:\n" + "\n".join(tail))


def _became_ready(
    child: subprocess.Popen[bytes], module: ModuleType, home: places.Home, port: int, secrets: dict[str, str]
) -> bool:
    def settled() -> bool:
        return child.poll() is not None or module.is_ready(home, port, secrets)

    return processes.wait_for(settled, seconds=START_SECONDS / 2) and child.poll() is None


def _stay(child: subprocess.Popen[bytes], users: IO[bytes]) -> int:
    while child.poll() is None:
        if _try(users, fcntl.LOCK_EX):  # held until this process ends: newcomers wait for a clean start
            return 0
        time.sleep(LOOK_SECONDS)
    raise CannotRun(f"The service ended by itself, with exit code {child.returncode}.")


def _stop(child: subprocess.Popen[bytes], ending: int) -> None:
    child.send_signal(ending)
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGQUIT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(1)
        child.kill()
        child.wait()


# --- the user's side


@contextlib.contextmanager
def using(data: Path, services: list[str], *, temporary: bool = False) -> Iterator[dict[str, str]]:
    """Have `services` running, started here or already there; yields their environment.

    Raises:
        CannotRun: one of them does not start.
    """
    run = data / "run"
    keepers: list[subprocess.Popen[bytes]] = []
    with contextlib.ExitStack() as stack:
        users = {service: stack.enter_context(_open(run, service, "users")) for service in services}
        stack.callback(_leave, run, users)
        for lock in users.values():
            fcntl.flock(lock, fcntl.LOCK_SH)
        with places.open_private(run / "starting") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            secrets = places.kept_secrets(data)
            keepers += [_begin(data, s, temporary=temporary) for s in services if not _is_kept(run, s)]
            environment: dict[str, str] = {"SECRET_KEY": secrets["secret_key"]}
            for service in services:
                port = _wait_until_ready(run / f"{service}.json", service)
                environment |= SERVICES[service].urls(port, secrets)
        yield environment
    for keeper in keepers:
        keeper.poll()


@contextlib.contextmanager
def environment(data: Path, *, temporary: bool = False) -> Iterator[dict[str, str]]:
    """This process's environment with the services' addresses added, services running.

    DATABASE_URL and REDIS_URL, where already set, are kept and nothing is started in their place.
    """
    data = places.prepare_data(data)
    wanted = {postgres.NAME: "DATABASE_URL", valkey.NAME: "REDIS_URL"}
    services = [service for service, name in wanted.items() if not os.environ.get(name)]
    with using(data, services, temporary=temporary) as found:
        programs = str(Path(sys.executable).parent)
        path = os.pathsep.join((programs, os.environ.get("PATH", "/usr/bin:/bin")))
        yield {**os.environ, "SVD_DATA": str(data), "PATH": path, **_unset(found)}


def _unset(found: dict[str, str]) -> dict[str, str]:
    if os.environ.get("SECRET_KEY"):
        found = {name: value for name, value in found.items() if name != "SECRET_KEY"}
    return found


def _begin(data: Path, service: str, *, temporary: bool) -> subprocess.Popen[bytes]:
    state = data / "run" / f"{service}.json"
    before = places.read_state(state)
    kept = {name: before[name] for name in ("port", "processes") if name in before}
    places.write_private(state, json.dumps(kept))
    arguments = ["keep", "--data", str(data), service, *(["--temporary"] if temporary else [])]
    with places.open_private(data / "run" / f"{service}.log", afresh=True) as output:
        return subprocess.Popen(
            [sys.executable, "-m", "svd_portal.embedded", *arguments],
            cwd=places.CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _wait_until_ready(state: Path, service: str) -> int:
    def settled() -> bool:
        said = places.read_state(state)
        return "ready" in said or "failed" in said

    in_time = processes.wait_for(settled, seconds=START_SECONDS)
    said = places.read_state(state)
    if "ready" in said:
        return int(said["port"])
    log = state.with_suffix(".log").read_text().strip()
    late = "" if in_time else f"{service} was not ready after {START_SECONDS:.0f} s."
    reason = said.get("failed") or late
    raise CannotRun("\n".join(part for part in (reason, log) if part))


def _leave(run: Path, users: Mapping[str, IO[bytes]]) -> None:
    """Stop the services that no other command uses, all at once, and wait until they have stopped."""
    last = [service for service, lock in users.items() if _try(lock, fcntl.LOCK_EX)]
    states = {service: places.read_state(run / f"{service}.json") for service in last}
    records = {service: next(iter(said.get("processes", [])), None) for service, said in states.items()}
    for record in records.values():
        keeper = processes.find(record)
        if keeper is not None:
            keeper.terminate()

    def stopped() -> bool:
        return all(
            processes.find(record) is None and not _is_kept(run, service)
            for service, record in records.items()
        )

    processes.wait_for(stopped, seconds=STOP_SECONDS + 4, pause=0.02)


# --- temporary data folders


@contextlib.contextmanager
def temporary_data() -> Iterator[Path]:
    """A data folder for one run, removed afterwards with what killed runs left."""
    folder = places.temporary_data()
    for other in folder.parent.iterdir():
        if other != folder and not _in_use(other):
            shutil.rmtree(other, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    young = time.time() - folder.stat().st_mtime < START_SECONDS
    run = folder / "run"
    return young or (run.exists() and any(_is_kept(run, service) for service in SERVICES))

"""Processes that die with their parent, and the ending of those that did not."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import psutil

PR_SET_PDEATHSIG = 1
SAME_START_SECONDS = 5.0  # the clock may have been set since; a number is not reused that fast
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent(ending: int) -> Callable[[], None]:
    parent = os.getpid()

    def in_child() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, ending, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return in_child


def spawn(
    command: Sequence[str | Path],
    *,
    ending: int = signal.SIGTERM,
    account: pwd.struct_passwd | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[Any] | int | None = None,
    stdin: IO[Any] | int | None = None,
    own_session: bool = True,
) -> subprocess.Popen[bytes]:
    """Start `command`; Linux sends it `ending` when this process dies, however it dies.

    `account` is the user to run as, for a launcher that is root. Call from the main thread: Linux
    counts the death of the thread that started a child as the death of its parent.
    """
    drop: dict[str, Any] = {}
    if account is not None:
        drop = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return subprocess.Popen(
        [str(part) for part in command],
        preexec_fn=_end_with_parent(ending),  # noqa: PLW1509 - this process has one thread
        start_new_session=own_session,
        env=None if environment is None else dict(environment),
        cwd=cwd,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        **drop,
    )


def identity(pid: int) -> dict[str, float]:
    """What tells this process from a later one that is given the same number."""
    return {"pid": pid, "started": psutil.Process(pid).create_time()}


def find(record: Mapping[str, float] | None) -> psutil.Process | None:
    """The live process that `record` (from `identity`) names, or None if it is gone."""
    if not record:
        return None
    try:
        process = psutil.Process(int(record["pid"]))
        same = abs(process.create_time() - record["started"]) < SAME_START_SECONDS
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def group_of(leader: int) -> list[psutil.Process]:
    """Live members of the process group that `leader` began.

    The number of a group is not given out again while the group has a member, so this finds
    children even when the leader itself is gone.
    """
    members = []
    for process in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, PermissionError, psutil.NoSuchProcess):
            if os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
    return members


def end(processes: Iterable[psutil.Process], *, ending: int = signal.SIGTERM, within: float) -> None:
    """Ask each process and its descendants to end; kill what is left after `within` seconds."""
    tree: dict[int, psutil.Process] = {}
    asked = list(processes)
    for process in asked:
        with contextlib.suppress(psutil.NoSuchProcess):
            tree |= {child.pid: child for child in (process, *process.children(recursive=True))}
    for process in asked:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(ending)
    _, left = psutil.wait_procs(tree.values(), timeout=within)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=2)


def sweep(records: Iterable[Mapping[str, float]], *, within: float = 5) -> None:
    """End what an earlier, killed launcher left behind, by number and start time together."""
    leaders = [(record, find(record)) for record in records]
    left = [process for _, process in leaders if process is not None]
    for record, leader in leaders:
        if leader is None:
            left += [p for p in group_of(int(record["pid"])) if p.create_time() >= record["started"] - 1]
    end(left, within=within)


def wait_for(condition: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
    """Whether `condition` came true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True

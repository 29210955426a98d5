"""Command line: `serve` the portal, `backup` and `restore` it, `exec` a command with its services.

`keep` is how a service's keeper is started.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from . import keeper, places, processes
from .places import CannotRun


def run(command: list[str], data: Path, *, temporary: bool) -> int:
    """Run `command` with the services up; its exit code, or 128 + the signal that ended it."""
    with keeper.environment(data, temporary=temporary) as given:
        try:
            child = processes.spawn(command, environment=given, own_session=False)
        except OSError as problem:
            raise CannotRun(f"{command[0]}: {problem.strerror}") from problem

        def forward(number: int, frame: FrameType | None) -> None:
            if number == signal.SIGINT and _at_terminal():
                return  # the terminal has sent it to the command already
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(number)

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, forward)
        code = child.wait()
        return 128 - code if code < 0 else code


def _at_terminal() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line; everything after `exec`'s options is the command."""
    parser = argparse.ArgumentParser(prog="python -m svd_portal.embedded", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind in ("exec", "serve", "keep", "backup", "restore"):
        each = kinds.add_parser(kind)
        each.add_argument("--data", type=Path, default=places.default_data(), help="the data folder")
        if kind == "backup":
            each.add_argument("file", type=Path, nargs="?")
        if kind == "restore":
            each.add_argument("file", type=Path)
        if kind in ("exec", "keep"):
            each.add_argument("--temporary", action="store_true", help="throw the data away afterwards")
        if kind == "exec":
            each.add_argument("command", nargs=argparse.REMAINDER)
        if kind == "keep":
            each.add_argument("service", choices=sorted(keeper.SERVICES))
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Carry out one command line; returns the exit code."""
    given = parse(arguments)
    if given.kind == "keep":
        return keeper.keep(given.data, given.service, temporary=given.temporary)
    if given.kind == "serve":
        from .serve import serve

        return serve(given.data)
    if given.kind in ("backup", "restore"):
        from . import backup

        return {"backup": backup.back_up, "restore": backup.restore}[given.kind](given.data, given.file)
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    if not command:
        print("exec: which command?", file=sys.stderr)
        return 2
    if not given.temporary:
        return run(command, given.data, temporary=False)
    with keeper.temporary_data() as data:
        return run(command, data, temporary=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotRun as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)

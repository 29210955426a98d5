"""The embedded services' command line, started and signalled as an operator would."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from svd_portal.embedded import places, processes

CHECKOUT = Path(__file__).resolve().parents[2]
EMBEDDED = [sys.executable, "-m", "svd_portal.embedded"]
SHOW = "import json, os; print(json.dumps(dict(os.environ)), flush=True)"
WAIT = (
    f"import signal, time; signal.signal(signal.SIGINT, signal.default_int_handler); {SHOW}; time.sleep(600)"
)
"""Hears an interrupt where whoever started the tests does not: a shell's command in the background."""
OWN = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SVD_DATA")


def run(bare: dict[str, str], data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    arguments = [*EMBEDDED, "exec", "--data", str(data), "--", *command]
    return subprocess.run(arguments, cwd=CHECKOUT, env=bare, capture_output=True, text=True, timeout=240)


class Launcher:
    """`exec` with a command that shows its environment and waits; stopped at the end of the block."""

    def __init__(self, bare: dict[str, str], data: Path) -> None:
        arguments = [*EMBEDDED, "exec", "--data", str(data), "--", "python", "-c", WAIT]
        self.process = subprocess.Popen(
            arguments, cwd=CHECKOUT, env=bare, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.given = json.loads(self.process.stdout.readline())

    def __enter__(self) -> "Launcher":
        return self

    def __exit__(self, *problem: object) -> None:
        self.end(signal.SIGTERM)

    def end(self, ending: int) -> None:
        self.process.send_signal(ending)
        self.process.communicate(timeout=60)


def belonging_to(data: Path) -> list[psutil.Process]:
    """Every live process of this data folder's services, its keepers, and the servers' own children."""
    found: set[psutil.Process] = set()
    for name in ("postgres", "valkey"):
        for record in places.read_state(data / "run" / f"{name}.json").get("processes", []):
            process = processes.find(record)
            if process is not None:
                found |= {process, *process.children(recursive=True)}
    return list(found)


def lives(process: psutil.Process) -> bool:
    """Whether it runs; one that has ended and waits to be counted by the system does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

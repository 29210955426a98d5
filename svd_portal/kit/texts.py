"""Files that came from outside, read by a process of its own that may take only so much memory and time."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from svd_portal.kit.models.documents import StoredFile
from svd_portal.kit.readers import LOCKED

READER = Path(__file__).with_name("readers.py")
PATIENCE = 120
"""Seconds; the reader's own limit is one of processor time."""

log = logging.getLogger(__name__)


def pages_of(stored: StoredFile) -> list[str]:
    """The words of every page, empty where a page has none; an empty list where the file cannot be read."""
    from svd_portal.kit import files

    try:
        with files.open_recorded(stored) as file:
            answer = _read("words", stored.content_type, file)
    except (OSError, files.NotAsRecorded, subprocess.TimeoutExpired):
        log.warning("The words of stored file %s could not be read", stored.pk, exc_info=True)
        return []
    if answer.returncode:
        log.warning("The words of stored file %s could not be read: %s", stored.pk, answer.stderr[-500:])
        return []
    found: list[str] = json.loads(answer.stdout)
    return found


def opens(file: IO[bytes], content_type: str) -> bool | None:
    """Whether a file opens without a password; None where nobody can tell, for it takes too much to open."""
    try:
        answer = _read("opens", content_type, file)
    except subprocess.TimeoutExpired:
        return None
    return {0: True, LOCKED: False}.get(answer.returncode)


def _read(task: str, content_type: str, file: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, str(READER), task, content_type],
        input=file.read(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        env={},
    )

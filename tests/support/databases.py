"""One migrated template database per state of the schema; each test process works on a clone of it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

CHECKOUT = Path(__file__).resolve().parents[2]
SCHEMA_FILES = (
    "*/migrations/*.py",
    "svd_portal/kit/**/*.py",
    "**/apps.py",
    "**/signals.py",
    "**/roles.py",
    "svd_portal/settings.py",
    "requirements.txt",
)
APPS = ("svd_portal", "partners", "governance", "milestones", "funding")


def named(url: str, database: str) -> str:
    """`url` with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def owner_url(database: str = "postgres") -> str:
    """Where the owner of the databases connects."""
    return named(os.environ["OWNER_DATABASE_URL"], database)


def unmeasured() -> dict[str, str]:
    """The environment without coverage's instruction to measure children: migrating is slow enough."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Among all test processes of this user, on this database server."""
    server = hashlib.sha256(os.environ["OWNER_DATABASE_URL"].encode()).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"svd-tests-{os.getuid()}-{server}.lock"
    with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def schema_digest() -> str:
    """Changes when anything that decides the schema, its triggers or its grants changes."""
    digest = hashlib.sha256()
    files = {path for pattern in SCHEMA_FILES for path in CHECKOUT.glob(pattern)}
    for path in sorted(files):
        parts = path.relative_to(CHECKOUT).parts
        if parts[0] in APPS or len(parts) == 1:
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:10]


class Clone:
    """A database of this process's own, made from the template."""

    def __init__(self, worker: str) -> None:
        self.template = f"svd_template_{schema_digest()}"
        self.name = f"{self.template.replace('template', 'test')}_{os.getpid()}_{worker}"

    def make(self) -> None:
        """Migrate the template if no other process has, and clone it."""
        with one_at_a_time(), psycopg.connect(owner_url(), autocommit=True) as owner:
            _drop_abandoned(owner, keep=self.template)
            if self.template not in _databases(owner):
                _make_template(owner, self.template)
            self._clone(owner)

    def renew(self) -> None:
        """Put a fresh clone in place of this one, ending whoever is connected to it."""
        with one_at_a_time(), psycopg.connect(owner_url(), autocommit=True) as owner:
            self._clone(owner)

    def drop(self) -> None:
        """Remove the clone; the template stays for the next run."""
        with one_at_a_time(), psycopg.connect(owner_url(), autocommit=True) as owner:
            drop(owner, self.name)

    def _clone(self, owner: psycopg.Connection) -> None:
        drop(owner, self.name)
        owner.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')


def drop(owner: psycopg.Connection, name: str) -> None:
    """Drop a database and end whoever is connected to it.

    FORCE would also end an autovacuum worker, which PostgreSQL lets only its own role do; a plain DROP has it
    give way.
    """
    clients = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND usename <> ''"
    )
    owner.execute(clients, [name])
    try:
        owner.execute(f'DROP DATABASE IF EXISTS "{name}"')
    except psycopg.errors.ObjectInUse:  # somebody connected again in between
        owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _databases(owner: psycopg.Connection) -> set[str]:
    return {name for (name,) in owner.execute("SELECT datname FROM pg_database").fetchall()}


def _make_template(owner: psycopg.Connection, template: str) -> None:
    """Under another name until it is whole, so that a killed migration leaves no half template."""
    part = f"{template}_part"
    drop(owner, part)
    owner.execute(f'CREATE DATABASE "{part}"')
    urls = {name: named(os.environ[name], part) for name in ("DATABASE_URL", "OWNER_DATABASE_URL")}
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=CHECKOUT,
        env={**unmeasured(), **urls},
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The test database could not be migrated:\n{done.stdout}{done.stderr}")
    owner.execute(f'ALTER DATABASE "{part}" RENAME TO "{template}"')


def _drop_abandoned(owner: psycopg.Connection, *, keep: str) -> None:
    """Clones whose process is gone, and templates of other states of the schema that no clone uses."""
    names = {name for name in _databases(owner) if name.startswith(("svd_test_", "svd_template_"))}
    alive = {name for name in names if name.startswith("svd_test_") and _process_lives(name)}
    used = {name.split("_")[2] for name in alive}
    for name in names - alive - {keep}:
        if name.startswith("svd_test_") or name.split("_")[2] not in used:
            drop(owner, name)


def _process_lives(clone: str) -> bool:
    try:
        os.kill(int(clone.split("_")[3]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

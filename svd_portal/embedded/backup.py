"""One file that holds the database and the private files, and the way back from it.

The signing key is not in it: kept apart, so that whoever finds a backup cannot read the secrets of
the authenticator apps.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo, sql

from . import places
from .keeper import environment
from .places import CannotRun

DUMP = "database.dump"
FILES = "files"
# Refuses paths that lead out of the folder. Debian 12's Python is older than the filter.
SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def back_up(data: Path, target: Path | None) -> int:
    """Write database and files to `target`, by default `<data>/backups/svd-<time>.tar`.

    Raises:
        CannotRun: the target exists, or PostgreSQL's `pg_dump` fails.
    """
    with environment(data) as given:
        data = Path(given["SVD_DATA"])
        target = (target or data / "backups" / f"svd-{_now()}.tar").absolute()
        if target.exists():
            raise CannotRun(f"{target} exists already.")
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _beside(target) as part:
            dump = part / DUMP
            # The database first: a file is on disk before its row is, so no row lacks its file.
            _postgres(given, "pg_dump", "--format=custom", f"--file={dump}")
            with places.open_private(part / "tar") as out, tarfile.open(fileobj=out, mode="w|") as tar:
                tar.add(dump, DUMP)
                if (data / FILES).is_dir():
                    tar.add(data / FILES, FILES)
                out.flush()
            with open(part / "tar", "rb") as whole:
                os.fsync(whole.fileno())
            (part / "tar").rename(target)
    print(f"Backed up to {target}. The signing key (SECRET_KEY) is not in it: keep it apart.")
    return 0


def restore(data: Path, source: Path) -> int:
    """Put the database and files of `source` in place; what was there is kept under another name.

    Raises:
        CannotRun: the portal runs on this data folder, or PostgreSQL refuses; nothing has changed then.
    """
    data = places.prepare_data(data)
    with _portal_stopped(data), environment(data) as given, _beside(data / FILES) as part:
        _unpack(source, part)
        database = _restore_database(given, part / DUMP)
        kept = [f"database {database}"]
        if (data / FILES).exists():
            former = data / f"{FILES}-before-{_now()}"
            (data / FILES).rename(former)
            kept.append(f"folder {former}")
        if (part / FILES).exists():
            (part / FILES).rename(data / FILES)
        _migrate(given)
    print(f"Restored {source}. What was there is kept as {' and '.join(kept)}.")
    return 0


def _unpack(source: Path, part: Path) -> None:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(part, **SAFELY)
    except (tarfile.TarError, OSError) as problem:
        raise CannotRun(f"{source} is not a backup of the portal.") from problem
    if not (part / DUMP).is_file():
        raise CannotRun(f"{source} is not a backup of the portal.")


def _now() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ").lower()


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A private folder on the same disk as `target`, removed afterwards."""
    part = target.with_name(f".{target.name}-{os.getpid()}")
    part.mkdir(mode=0o700)
    try:
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextlib.contextmanager
def _portal_stopped(data: Path) -> Iterator[None]:
    with places.open_private(data / "run/serve") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun("Stop the portal first.") from None
        yield


def _owner_url(given: Mapping[str, str]) -> str:
    try:
        return given["OWNER_DATABASE_URL"]
    except KeyError:
        raise CannotRun("Set OWNER_DATABASE_URL beside DATABASE_URL.") from None


def _postgres(given: Mapping[str, str], program: str, *arguments: str, database: str | None = None) -> None:
    """Run one of PostgreSQL's programs as the owner; the password travels in the environment only."""
    wanted = conninfo.conninfo_to_dict(_owner_url(given))
    password = str(wanted.pop("password", ""))
    if database is not None:
        wanted["dbname"] = database
    # The wheel's programs cannot speak TLS; the system's can, but may be older than the server.
    elsewhere = shutil.which(program) if "sslmode" in wanted else None
    command = [elsewhere or str(places.postgres_programs() / program), *arguments]
    done = subprocess.run(
        [*command, "--dbname", conninfo.make_conninfo(**wanted)],  # type: ignore[arg-type]
        env={**given, "PGPASSWORD": password},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotRun(f"{program} failed: {done.stderr.strip()}")


def _restore_database(given: Mapping[str, str], dump: Path) -> str:
    """Fill a new database and give it the name of the former one; returns the former one's new name."""
    url = _owner_url(given)
    name = str(conninfo.conninfo_to_dict(url)["dbname"])
    new, former = f"{name}_new_{_now()}", f"{name}_before_{_now()}"
    with psycopg.connect(url, dbname="postgres", autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(new)))
        try:
            options = [
                "--no-owner",
                "--no-privileges",
                "--no-comments",
                "--exit-on-error",
                "--single-transaction",
            ]
            _postgres(given, "pg_restore", *options, str(dump), database=new)
        except CannotRun:
            owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(new)))
            raise
        owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        owner.execute(rename.format(sql.Identifier(name), sql.Identifier(former)))
        owner.execute(rename.format(sql.Identifier(new), sql.Identifier(name)))
    return former


def _migrate(given: Mapping[str, str]) -> None:
    """Bring an older backup to this release, and give the app's role its rights again."""
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
    if subprocess.run(command, cwd=places.CHECKOUT, env=dict(given), check=False).returncode != 0:
        raise CannotRun("The restored database could not be brought to this release; see above.")

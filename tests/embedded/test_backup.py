"""A backup brings back the database and the files, and what it replaces is kept."""

import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.support.launching import CHECKOUT, Launcher, run

pytestmark = pytest.mark.slow


def script(bare: dict[str, str], data: Path, name: str, file: str) -> subprocess.CompletedProcess[str]:
    """The operator's command, run from elsewhere, with a file named as seen from there."""
    return subprocess.run(
        [CHECKOUT / "script" / name, file],
        cwd=data.parent,
        env={**bare, "SVD_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=240,
    )


def owner_of(launcher: Launcher) -> psycopg.Connection:
    return psycopg.connect(launcher.given["OWNER_DATABASE_URL"], autocommit=True)


@pytest.fixture
def stocked(bare, data) -> Path:
    """A data folder with a migrated database, one remembered word and one private file."""
    assert run(bare, data, "python", "manage.py", "migrate", "--verbosity", "0").returncode == 0
    with Launcher(bare, data) as launcher, owner_of(launcher) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 'before' AS word")
    (data / "files" / "surrey").mkdir(parents=True)
    (data / "files" / "surrey" / "evidence").write_text("invoice")
    return data


def test_the_portal_of_the_day_of_the_backup_comes_back(bare, stocked) -> None:
    saved = script(bare, stocked, "backup", "saved.tar")
    assert (saved.returncode, saved.stderr) == (0, "")
    archive = stocked.parent / "saved.tar"
    assert archive.stat().st_mode & 0o777 == 0o600
    assert (stocked / "secrets.json").read_text() not in archive.read_bytes().decode(errors="replace")
    with Launcher(bare, stocked) as launcher, owner_of(launcher) as owner:
        owner.execute("UPDATE kept SET word = 'after'")
    (stocked / "files" / "surrey" / "evidence").write_text("overwritten")

    restored = script(bare, stocked, "restore", "saved.tar")

    assert (restored.returncode, restored.stderr) == (0, "")
    assert (stocked / "files" / "surrey" / "evidence").read_text() == "invoice"
    [former_files] = stocked.glob("files-before-*")
    assert (former_files / "surrey" / "evidence").read_text() == "overwritten"
    with Launcher(bare, stocked) as launcher, owner_of(launcher) as owner:
        assert owner.execute("SELECT word FROM kept").fetchall() == [("before",)]
        formers = "SELECT datname FROM pg_database WHERE datname LIKE 'svd_before_%'"
        assert len(owner.execute(formers).fetchall()) == 1
        with psycopg.connect(launcher.given["DATABASE_URL"]) as app:
            assert app.execute("SELECT count(*) FROM partners_organisation").fetchone() == (0,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("TRUNCATE partners_organisation CASCADE")


def test_a_file_that_is_no_backup_changes_nothing(bare, data) -> None:
    data.mkdir(parents=True)
    with Launcher(bare, data) as launcher, owner_of(launcher) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 'before' AS word")
    (data.parent / "other.tar").write_text("not a backup")

    refused = script(bare, data, "restore", "other.tar")

    assert (refused.returncode, refused.stderr) == (1, "other.tar is not a backup of the portal.\n")
    with Launcher(bare, data) as launcher, owner_of(launcher) as owner:
        assert owner.execute("SELECT word FROM kept").fetchall() == [("before",)]


def test_a_backup_never_replaces_a_file(bare, data) -> None:
    data.mkdir(parents=True)
    (data.parent / "saved.tar").write_text("yesterday's")

    refused = script(bare, data, "backup", "saved.tar")

    assert refused.returncode == 1
    assert refused.stderr == f"{data.parent / 'saved.tar'} exists already.\n"
    assert (data.parent / "saved.tar").read_text() == "yesterday's"

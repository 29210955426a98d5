"""The embedded services, run as an operator runs them: real processes, real signals."""

import json
import os
import shutil
import signal
import time
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import redis

from svd_portal.embedded import places
from tests.support.launching import OWN, SHOW, Launcher, belonging_to, lives, run

pytestmark = pytest.mark.slow


def remember(given: dict[str, str], word: str) -> None:
    with psycopg.connect(given["OWNER_DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE kept (word text)")
        owner.execute("INSERT INTO kept VALUES (%s)", [word])
    with redis.Redis.from_url(given["REDIS_URL"]) as broker:
        broker.set("kept", word)


def remembered(given: dict[str, str]) -> tuple[str, str]:
    with psycopg.connect(given["OWNER_DATABASE_URL"]) as owner:
        row = owner.execute("SELECT word FROM kept").fetchone()
    with redis.Redis.from_url(given["REDIS_URL"], decode_responses=True) as broker:
        return row[0], broker.get("kept")


def test_the_command_s_exit_code_and_its_services(bare, data) -> None:
    ask = (
        "import os, psycopg, redis, sys;"
        "print(psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT current_user').fetchone()[0]);"
        "print(redis.Redis.from_url(os.environ['REDIS_URL']).ping()); sys.exit(7)"
    )

    done = run(bare, data, "python", "-c", ask)

    assert (done.returncode, done.stdout) == (7, "svd_app\nTrue\n")
    assert belonging_to(data) == []


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_and_the_data_stays(bare, data, ending) -> None:
    with Launcher(bare, data) as launcher:
        remember(launcher.given, "until tomorrow")
        before = time.monotonic()
        launcher.end(ending)
        assert time.monotonic() - before < 10
    assert belonging_to(data) == []
    with Launcher(bare, data) as launcher:
        assert remembered(launcher.given) == ("until tomorrow", "until tomorrow")


def test_after_kill_9_nothing_survives_the_next_start(bare, data) -> None:
    with Launcher(bare, data) as launcher:
        remember(launcher.given, "written")
        first = belonging_to(data)
        assert len(first) >= 4
        launcher.end(signal.SIGKILL)
    _, left = psutil.wait_procs(first, timeout=10)
    assert left == []

    before = time.monotonic()
    with Launcher(bare, data) as launcher:
        assert time.monotonic() - before < 10
        assert remembered(launcher.given) == ("written", "written")


def test_killing_the_keepers_too_leaves_nothing_to_the_next_start(bare, data) -> None:
    with Launcher(bare, data) as launcher:
        remember(launcher.given, "written")
        first = belonging_to(data)
        for name in ("postgres", "valkey"):
            state = places.read_state(data / "run" / f"{name}.json")
            os.kill(state["processes"][0]["pid"], signal.SIGKILL)
        launcher.end(signal.SIGKILL)

    with Launcher(bare, data) as launcher:
        assert [process for process in first if lives(process)] == []
        assert remembered(launcher.given) == ("written", "written")


def test_a_second_command_joins_and_the_services_outlive_the_first(bare, data) -> None:
    with Launcher(bare, data) as first, Launcher(bare, data) as second:
        assert {name: second.given[name] for name in OWN} == {name: first.given[name] for name in OWN}
        first.end(signal.SIGTERM)
        remember(second.given, "still here")
        assert remembered(second.given) == ("still here", "still here")
    assert belonging_to(data) == []


def test_two_copies_side_by_side(bare, data, other_data) -> None:
    with Launcher(bare, data) as first, Launcher(bare, other_data) as second:
        remember(first.given, "one")
        remember(second.given, "two")
        assert remembered(first.given) == ("one", "one")
        assert remembered(second.given) == ("two", "two")
    assert belonging_to(data) + belonging_to(other_data) == []


def test_nobody_s_folder_is_opened_and_no_server_runs_as_root(bare, data) -> None:
    with Launcher(bare, data):
        servers = [
            process for process in belonging_to(data) if "svd_portal.embedded" not in process.cmdline()
        ]
        assert len(servers) >= 2
        assert "root" not in {process.username() for process in servers}
        modes = {folder: folder.stat().st_mode & 0o777 for folder in (data.parent.parent, data)}
        assert set(modes.values()) == {0o700}
        private = [data / "secrets.json", *data.glob("run/*")]
        assert [path for path in private if path.stat().st_mode & 0o077] == []


def test_no_other_user_gets_in(bare, data) -> None:
    with Launcher(bare, data) as launcher:
        address = launcher.given["DATABASE_URL"].split("@")[1]
        for role in ("postgres", "svd_owner", "svd_app"):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(f"postgres://{role}:{role}@{address}", connect_timeout=5)
        port = urlsplit(launcher.given["REDIS_URL"]).port
        with redis.Redis(port=port) as broker, pytest.raises(redis.AuthenticationError):
            broker.ping()
        shown = " ".join(" ".join(process.cmdline()) for process in belonging_to(data))
    words = json.loads((data / "secrets.json").read_text()).values()
    assert [word for word in words if word in shown] == []


def test_a_copied_data_folder_does_not_share_the_database(bare, data, other_data) -> None:
    """As root the data folder holds a link; a copy of it must not lead to the first one's database."""
    with Launcher(bare, data) as launcher:
        remember(launcher.given, "one")
    shutil.copytree(data, other_data, symlinks=True)
    asked = (
        "import os, psycopg; psycopg.connect(os.environ['OWNER_DATABASE_URL']).execute('DELETE FROM kept')"
    )

    done = run(bare, other_data, "python", "-c", f"{asked}.connection.commit()")

    if os.geteuid() == 0:
        assert done.returncode == 1
        assert f"was copied from {data}, which still uses the same database" in done.stderr
    else:
        assert done.returncode == 0
    with Launcher(bare, data) as launcher:
        assert remembered(launcher.given) == ("one", "one")


def test_given_addresses_replace_the_services(bare, data) -> None:
    elsewhere = {"DATABASE_URL": "postgres://a:b@db.example/c", "REDIS_URL": "redis://cache.example/0"}

    done = run({**bare, **elsewhere}, data, "python", "-c", SHOW)

    given = json.loads(done.stdout)
    assert {name: given[name] for name in elsewhere} == elsewhere
    assert not (data / "postgres").exists()
    assert not (data / "valkey").exists()


def test_a_command_that_is_not_there(bare, data) -> None:
    done = run(bare, data, "no-such-command")

    assert (done.returncode, done.stderr) == (1, "no-such-command: No such file or directory\n")
    assert belonging_to(data) == []

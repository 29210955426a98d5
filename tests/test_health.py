import pytest
from django.test import Client

from svd_portal import health


@pytest.fixture(autouse=True)
def unkept(monkeypatch):
    """Each test asks anew; that answers are kept is a test of its own."""
    checks = {"migrations": health.migrations, "worker": health.worker}
    for name, check in checks.items():
        monkeypatch.setitem(health.CHECKS, name, check)


def test_all_is_well_with_a_worker(client: Client, worker: None) -> None:
    answer = client.get("/health/")

    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok"},
    }
    assert answer.status_code == 200
    assert answer.cookies == {}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_names_a_broker_that_does_not_answer(client: Client, settings) -> None:
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }

    answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "failing",
        "checks": {
            "database": "ok",
            "migrations": "ok",
            "broker": "does not answer",
            "worker": "cannot be asked",
        },
    }


def test_names_migrations_that_are_not_applied(client: Client, worker: None, owner_connection) -> None:
    owner_connection.execute("DELETE FROM django_migrations WHERE app = 'partners'")

    answer = client.get("/health/")

    assert answer.status_code == 503
    waiting = answer.json()["checks"]["migrations"]
    assert waiting.endswith(" not applied")
    assert int(waiting.split()[0]) >= 1


def test_a_costly_check_is_asked_once_in_a_while() -> None:
    asked = []

    def check() -> str:
        asked.append(1)
        return f"answer {len(asked)}"

    keep = health.kept(check)

    assert keep() == keep()
    assert len(asked) <= 2  # two only if the period turned between the questions

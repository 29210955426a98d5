"""The services every test stands on: a database clone, a broker, a worker, a server, a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.test import TransactionTestCase, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.support import broker, databases, portal
from tests.support.databases import Clone
from tests.support.keeping import Kept

# A busy machine is slow, not wrong.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "master")


def pytest_configure(config: pytest.Config) -> None:
    """Settle the few settings that differ under test, before Django reads them."""
    settings.PASSWORD_HASHERS = ["tests.support.hashers.FastHasher"]
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise looks for it
    url = broker.url_for(WORKER)
    settings.REDIS_URL = settings.CELERY_BROKER_URL = url
    settings.CACHES["default"]["LOCATION"] = url


@pytest.fixture(scope="session")
def own_broker() -> Iterator[str]:
    """The address of this test process's own broker and cache, empty."""
    url = settings.REDIS_URL
    broker.empty(url)
    yield url
    broker.empty(url)


@pytest.fixture(autouse=True)
def forgetful_cache(request: pytest.FixtureRequest) -> None:
    """A test that uses the database starts with no rate limit and no cached answer from another."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        broker.empty(request.getfixturevalue("own_broker"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[Clone]:
    """A clone of the migrated template, used as the app's lesser role; nobody may TRUNCATE, so a
    test that commits leaves a clone to be replaced, not tables to be emptied."""
    clone = Clone(WORKER)
    clone.make()
    before = settings.DATABASES["default"]["NAME"]
    _connect_to(clone.name)
    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: _renew(clone)  # type: ignore[method-assign]
    yield clone
    TransactionTestCase._fixture_teardown = original  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        connections.close_all()
    _connect_to(before)
    clone.drop()


def _connect_to(name: str) -> None:
    connections["default"].close()
    settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = name


def _renew(clone: Clone) -> None:
    connections.close_all()
    clone.renew()


@pytest.fixture(scope="session")
def service_environment(django_db_setup: Clone, own_broker: str) -> dict[str, str]:
    """What a process of the portal needs to work on this test process's database and broker."""
    return portal.environment(django_db_setup.name, own_broker)


@pytest.fixture
def owner_connection(transactional_db: None, django_db_setup: Clone) -> Iterator[psycopg.Connection]:
    """A connection as the owner of the database, outside Django, each statement committed."""
    with psycopg.connect(databases.owner_url(django_db_setup.name), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def _worker_process(service_environment: dict[str, str]) -> Iterator[None]:
    with portal.worker(service_environment):
        yield


@pytest.fixture
def worker(transactional_db: None, _worker_process: None) -> None:
    """A real Celery worker on the test's database and broker; what the test commits, it sees."""


@pytest.fixture(scope="session")
def _portal_process(service_environment: dict[str, str]) -> Iterator[str]:
    with portal.server(service_environment) as address:
        yield address


@pytest.fixture
def live_portal(worker: None, _portal_process: str) -> str:
    """The address of the portal itself, `http://127.0.0.1:<port>`: gunicorn, demo mode, and a worker."""
    return _portal_process


@pytest.fixture(scope="session")
def _browser() -> Iterator[Any]:
    with portal.chromium() as browser:
        yield browser


@pytest.fixture
def new_page(_browser: Any, live_portal: str) -> Iterator[Callable[..., Any]]:
    """Opens a page for another person: each call is a browser of its own, with its own cookies."""
    contexts = []

    def open_page(**options: Any) -> Any:
        contexts.append(_browser.new_context(base_url=live_portal, locale="en-GB", **options))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """A page of a real Chromium, addresses relative to the live portal."""
    return new_page()


@pytest.fixture(scope="session")
def _kept_cast() -> Kept:
    from tests.cast import assemble

    return Kept(assemble)


@pytest.fixture
def cast(db: None, _kept_cast: Kept) -> Any:
    """The fixed cast of `tests/cast.py`, in the database."""
    return _kept_cast.put()


@pytest.fixture(scope="module")
def demonstration(django_db_setup: Clone, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration's two partnerships, loaded once for a file of tests and undone after it."""
    demo_day = override_settings(DEMO=True, BUSINESS_DATE="2024-01-15")
    with django_db_blocker.unblock(), demo_day, transaction.atomic():
        call_command("load_demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)

"""The demonstration, people who are signed in, and the checks that every page must pass."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from partners import demo
from tests.browser import demonstration, pictures
from tests.browser.checking import WIDE, Nu, Watched, nu_checker
from tests.browser.steps import PATIENCE
from tests.support.databases import CHECKOUT, Clone


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser against what the portal committed."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def _demonstration(django_db_setup: Clone, own_broker: str) -> str:
    return demonstration.prepare(django_db_setup, own_broker)


@pytest.fixture
def demo_portal(live_portal: str, django_db_setup: Clone, _demonstration: str) -> str:
    """The portal's address, with the demonstration as it is on its first day."""
    demonstration.put_in_place(django_db_setup, _demonstration)
    return live_portal


@pytest.fixture
def open_page(_browser: Any, demo_portal: str) -> Iterator[Callable[..., Any]]:
    """Opens a page in a browser of its own, watched, at the portal."""
    contexts = []

    def open_(**options: Any) -> Any:
        given = {"base_url": demo_portal, "locale": "en-GB", "viewport": WIDE, "reduced_motion": "reduce"}
        context = _browser.new_context(**given | options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.watched = Watched(page)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def as_person(open_page: Callable[..., Any]) -> Callable[..., Any]:
    """Signs in through the form, once per person and test; gives that person's page."""
    signed_in: dict[str, Any] = {}

    def page_of(address: str, **options: Any) -> Any:
        page = open_page(storage_state=signed_in.get(address), **options)
        if address not in signed_in:
            page.goto("/accounts/login/")
            page.get_by_label("E-mail address").fill(address)
            page.get_by_label("Password", exact=True).fill(demo.PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            expect(page.get_by_role("heading", name="Your work")).to_be_visible()
            signed_in[address] = page.context.storage_state()
        return page

    return page_of


@pytest.fixture(scope="session")
def _nu() -> Iterator[Nu]:
    with nu_checker() as checker:
        yield checker


@pytest.fixture
def faults(_nu: Nu) -> Callable[[Any], list[str]]:
    """Lists the faults of the page that is open: axe, Nu, console, sideways scrolling."""
    return lambda page: page.watched.faults(_nu)


@pytest.fixture
def check(faults: Callable[[Any], list[str]]) -> Callable[[Any], None]:
    """Fails the test with every fault of the page that is open."""

    def check_(page: Any) -> None:
        assert "\n".join(faults(page)) == ""

    return check_


@pytest.fixture
def picture() -> Callable[..., None]:
    """Keeps a picture for the documentation, where SVD_PICTURES=1 asks for it."""
    wanted = os.environ.get("SVD_PICTURES") == "1"

    folder = CHECKOUT / "docs/pictures"

    def keep(shown: Any, name: str, **options: Any) -> None:
        """Of a page, or of the first pages of a PDF given as bytes."""
        if wanted and isinstance(shown, bytes):
            pictures.save_pdf(shown, folder, name, **options)
        elif wanted:
            pictures.save(shown, folder / f"{name}.png", **options)

    return keep

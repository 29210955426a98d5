from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.governance.scene import Scene, set_scene


@pytest.fixture
def scene(cast: Any) -> Scene:
    return set_scene(cast)


@pytest.fixture
def signed_in(settings: Any) -> Callable[[Any], Client]:
    """A browser of a person who is signed in, on 15 January 2024."""
    settings.DEMO, settings.BUSINESS_DATE = True, "2024-01-15"

    def client_of(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of


@pytest.fixture
def lead(scene: Scene, signed_in: Callable[[Any], Client]) -> Client:
    """The programme lead's browser."""
    return signed_in(scene.cast.lead)

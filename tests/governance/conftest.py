"""The scene, browsers of who is signed in, and the tiers of escalations."""

from typing import Any

import pytest
from django.test import Client

from tests.governance.scene import Scene, SignedIn, set_scene
from tests.governance.tiers import Tiers, set_tiers


@pytest.fixture
def scene(cast: Any) -> Scene:
    return set_scene(cast)


@pytest.fixture
def signed_in(settings: Any) -> SignedIn:
    """A browser of a person who is signed in, on 15 January 2024."""
    settings.DEMO, settings.BUSINESS_DATE = True, "2024-01-15"

    def client_of(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of


@pytest.fixture
def lead(scene: Scene, signed_in: SignedIn) -> Client:
    """The programme lead's browser."""
    return signed_in(scene.cast.lead)


@pytest.fixture
def tiers(scene: Scene) -> Tiers:
    return set_tiers(scene)

"""What the tests of people and sign-ins share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from svd_portal.kit.models import OutgoingMail


@pytest.fixture(autouse=True)
def outbox(settings: Any) -> None:
    """E-mails are rows here, as in the portal, and their links begin with its address."""
    settings.EMAIL_BACKEND = "svd_portal.kit.mail.OutboxBackend"
    settings.PORTAL_URL = "https://portal.example"


@pytest.fixture
def demo(settings: Any) -> None:
    """The demonstration: no second factor is asked for."""
    settings.DEMO = True


@pytest.fixture
def letters() -> Callable[[str], list[OutgoingMail]]:
    """The e-mails that wait for an address, oldest first."""
    return lambda address: list(OutgoingMail.objects.filter(to__contains=[address]).order_by("created_at"))

"""The two partnerships of the demonstration."""

import pytest

from partners.models import Partnership


@pytest.fixture
def surrey() -> Partnership:
    return Partnership.objects.get(slug="surrey")


@pytest.fixture
def west_midlands() -> Partnership:
    return Partnership.objects.get(slug="west-midlands")

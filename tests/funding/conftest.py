"""What the tests of money share."""

import pytest

from tests.cast import Cast
from tests.funding import makers


@pytest.fixture
def money(cast: Cast) -> makers.Money:
    return makers.money(cast)

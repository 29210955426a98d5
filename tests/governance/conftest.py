from typing import Any

import pytest

from tests.governance.scene import Scene, set_scene


@pytest.fixture
def scene(cast: Any) -> Scene:
    return set_scene(cast)

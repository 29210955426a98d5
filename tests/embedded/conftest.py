"""An operator's bare environment, and data folders of a test's own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.launching import OWN


@pytest.fixture
def bare() -> dict[str, str]:
    """The environment of an operator who has set nothing."""
    return {name: value for name, value in os.environ.items() if name not in OWN}


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder below one that only its owner may enter."""
    parent = Path(tempfile.mkdtemp(prefix="svd-embedded-"))
    yield parent / "a folder" / "data"
    linked = {link.resolve().parent for link in parent.glob("a folder/*/*") if link.is_symlink()}
    for folder in (parent, *linked):
        shutil.rmtree(folder)


@pytest.fixture
def other_data(data: Path) -> Path:
    """A second data folder beside the first."""
    return data.with_name("other")

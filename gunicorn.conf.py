"""Read by gunicorn from the folder it starts in; everything else is on its command line."""

import gc
from typing import Any


def when_ready(server: Any) -> None:
    """The loaded portal is left out of every search for garbage, and a page rarely meets one."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

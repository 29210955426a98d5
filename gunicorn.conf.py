"""Read by gunicorn from the folder it starts in; everything else is on its command line."""

import gc
from typing import Any

from gunicorn.glogging import Logger

from svd_portal.kit.logs import DiscreetFormatter, RequestIdFilter


class DiscreetLogger(Logger):
    """gunicorn's own words, written as the portal writes its own."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(DiscreetFormatter())
            handler.addFilter(RequestIdFilter())


logger_class = DiscreetLogger


def when_ready(server: Any) -> None:
    """The loaded portal is left out of every search for garbage, and a page rarely meets one."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

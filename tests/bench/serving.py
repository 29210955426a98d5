"""The two servers that are compared, with the same options, on loopback ports."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator

import psutil

from svd_portal.embedded import places, processes, serve

PORTAL, FLOOR = "svd_portal.wsgi:application", "tests.bench.floor:application"
START_SECONDS = 60
IDLE_SECONDS = 1.0
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@contextlib.contextmanager
def serving(application: str) -> Iterator[int]:
    """`application` behind gunicorn as `script/server` starts it; yields its port."""
    port = places.free_port(None)
    given = serve._commands(port)["web"]
    command = [application if part == PORTAL else part for part in given]
    assert application in command, f"{given} does not name {PORTAL}"
    with tempfile.TemporaryFile() as log:
        child = processes.spawn(
            command,
            environment=dict(os.environ),
            cwd=places.CHECKOUT,
            output=log,
            stdin=subprocess.DEVNULL,
        )
        try:
            if not processes.wait_for(lambda: _answers(port), seconds=START_SECONDS, pause=0.2):
                log.seek(0)
                raise RuntimeError(f"{application} did not start:\n{log.read().decode()}")
            yield port
        finally:
            processes.end([psutil.Process(child.pid)], within=5)
            child.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError, http.client.HTTPException):
        Browser(port, "").get("/accounts/login/", expected=None)
        return True
    return False


class Browser:
    """Somebody signed in, on one connection that stays open."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {"sessionid": session}
        self.used = 0.0
        self.token = ""

    def get(self, path: str, expected: int | None = 200) -> tuple[float, bytes]:
        """Milliseconds until the whole page was there, and the page."""
        return self._ask("GET", path, b"", {}, expected)

    def post(self, path: str, form: bytes, expected: int) -> tuple[float, bytes]:
        """Send a form as a browser does."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, form, kind, expected)

    def save(self, path: str, row: dict[str, object], *, token_from: str) -> tuple[float, bytes]:
        """Send a row as the live page does; the token is read once."""
        if not self.token:
            found = TOKEN.search(self.get(token_from)[1])
            assert found, f"{token_from} has a form with a token"
            self.token = found[1].decode()
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        return self._ask("POST", path, json.dumps(row).encode(), headers, 200)

    def _ask(
        self, method: str, path: str, body: bytes, headers: dict[str, str], expected: int | None
    ) -> tuple[float, bytes]:
        if time.perf_counter() - self.used > IDLE_SECONDS:
            self.connection.close()  # the server is about to, and would do so in the middle of a request
            self.connection.connect()
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        before = time.perf_counter()
        self.connection.request(method, path, body, {"Cookie": cookies, **headers})
        answer = self.connection.getresponse()
        content = answer.read()
        elapsed = (time.perf_counter() - before) * 1000
        self.used = time.perf_counter()
        for given in answer.headers.get_all("Set-Cookie", []):
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        if expected is not None and answer.status != expected:
            raise RuntimeError(f"{method} {path} answered {answer.status}, not {expected}: {content[:500]!r}")
        return elapsed, content

"""What every page must pass: axe, the Nu HTML checker, a quiet console, no sideways scrolling at 320 px."""

from __future__ import annotations

import contextlib
import json
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from svd_portal.embedded import places, processes
from tests.support.databases import CHECKOUT

AXE = CHECKOUT / "node_modules/axe-core/axe.min.js"
NU = CHECKOUT / "node_modules/vnu-jar/build/dist/vnu.jar"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
PATIENCE = 60.0

RUN_AXE = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})
  .then(found => found.violations.map(v => `${v.id}: ${v.help}: ` + v.nodes.map(n => n.html).join(' | ')))"""
SIDEWAYS = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  const beyond = [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 120));
  return [`${wide} px too wide at 320 px: ${beyond.slice(-3).join(' | ')}`];
}"""


class Nu:
    """The Nu HTML checker as a service: one Java for all pages of a run."""

    def __init__(self, address: str) -> None:
        self.address = address

    def errors(self, html: str) -> list[str]:
        """What the checker calls an error in a page as the portal sent it."""
        request = urllib.request.Request(
            f"{self.address}?out=json",
            data=html.encode(),
            headers={"Content-Type": "text/html; charset=utf-8"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            messages = json.load(answer)["messages"]
        return [
            f"Nu: {m['message']} ({m.get('extract', '').strip()})" for m in messages if m["type"] != "info"
        ]


@contextlib.contextmanager
def nu_checker() -> Iterator[Nu]:
    """Starts the checker on a free loopback port."""
    port = places.free_port(None)
    bind = ["-Dnu.validator.servlet.bind-address=127.0.0.1", "-Xss1m", "-Xmx512m"]
    command = ["java", *bind, "-cp", str(NU), "nu.validator.servlet.Main", str(port)]
    checker = Nu(f"http://127.0.0.1:{port}/")

    def answers() -> bool:
        try:
            with urllib.request.urlopen(checker.address, timeout=5):
                return True
        except OSError:
            return False

    with tempfile.TemporaryFile() as log:
        child = processes.spawn(command, environment={"PATH": "/usr/bin:/bin"}, cwd=CHECKOUT, output=log)
        try:
            if not processes.wait_for(lambda: child.poll() is not None or answers(), seconds=PATIENCE):
                log.seek(0)
                raise RuntimeError(f"The Nu HTML checker did not start:\n{log.read().decode()}")
            yield checker
        finally:
            if child.poll() is None:
                processes.end([psutil.Process(child.pid)], within=5)
            child.wait()


class Watched:
    """A page that keeps what its console said and the documents it was sent."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[tuple[str, str]] = []
        self.refused: set[str] = set()
        self.document: Any = None
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append((page.url, str(error))))
        page.on("response", self._keep)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append((message.location["url"], message.text))

    def _keep(self, response: Any) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            self.document = response
            if response.status >= 400:
                self.refused.add(
                    response.url
                )  # Chromium's console complains of it; the test says what it wants

    def faults(self, nu: Nu) -> list[str]:
        """Everything wrong with the page that is open now; leaves it open, 1280 px wide."""
        found = [
            said
            for url, said in self.complaints
            if not (url in self.refused and said.startswith("Failed to load resource"))
        ]
        self.complaints.clear()
        found += nu.errors(self.document.text())
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(_axe())
        found += self.page.evaluate(RUN_AXE, TAGS)
        self.page.set_viewport_size(NARROW)
        found += self.page.evaluate(SIDEWAYS)
        self.page.set_viewport_size(WIDE)
        return [f"{self.page.url}: {fault}" for fault in found]


def _axe() -> str:
    return Path(AXE).read_text(encoding="utf-8")

"""A return's sealed PDF by the portal against WeasyPrint alone: time, memory, and the request that asks for it.

python -m tests.bench.documents portal|weasyprint    prints seconds and bytes of one process as JSON
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import django

TIMES = 5


@dataclass(frozen=True)
class Cost:
    """Seconds of each document, the first of the process left out; bytes of memory at the worst moment."""

    seconds: list[float]
    peak: int
    length: int


def costs(rounds: int) -> dict[str, Cost]:
    """Both ways in turn, each time in a process of its own, so that memory is counted for one alone."""
    found: dict[str, list[Cost]] = {"portal": [], "weasyprint": []}
    for _ in range(rounds):
        for way, into in found.items():
            command = [sys.executable, "-m", "tests.bench.documents", way]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            into.append(Cost(**json.loads(said)))
    return {
        way: Cost([s for cost in each for s in cost.seconds], max(c.peak for c in each), each[0].length)
        for way, each in found.items()
    }


def ask(browser: object, slug: str, times: int) -> list[float]:
    """Milliseconds of the requests that ask for a certified return's PDF, each for another return."""
    from funding.models import QuarterlyReturn
    from tests.bench.serving import TOKEN, Browser

    assert isinstance(browser, Browser)
    page = browser.get(f"/{slug}/funding/returns/open/")[1]
    match = TOKEN.search(page)
    assert match, "The page has a form with a token"
    form = urlencode({"csrfmiddlewaretoken": match[1].decode()}).encode()
    newest = QuarterlyReturn.objects.filter(partnership__slug=slug, status="sent").order_by("-due", "pk")
    paths = [
        f"/{slug}/funding/returns/{pk}/files/" for pk in newest.values_list("pk", flat=True)[: times + 2]
    ]
    return [browser.post(path, form, expected=302)[0] for path in paths][2:]


def _measure(way: str) -> Cost:
    from django.template.loader import render_to_string

    from funding import documents
    from funding.models import ReturnSnapshot

    newest = ReturnSnapshot.objects.filter(partnership__slug="large").order_by(
        "-quarterly_return__due", "pk"
    )[0]
    frozen = documents.read(newest)
    if way == "portal":
        make = lambda: documents.sealed(documents.pdf(documents.read(newest)))  # noqa: E731
    else:
        html = render_to_string(documents.TEMPLATE, documents.context(frozen), using="jinja2")
        make = weasyprint_alone(html)
    seconds = []
    for _ in range(TIMES + 1):
        before = time.perf_counter()
        made = make()
        seconds.append(time.perf_counter() - before)
    return Cost(seconds[1:], _peak(), len(made))


def _peak() -> int:
    """The most memory this process had. On Linux `getrusage` counts that of the process it came from, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def weasyprint_alone(html: str):  # type: ignore[no-untyped-def]
    """The library as its own documentation uses it: same HTML, style sheet, fonts and variant."""
    from django.conf import settings
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    folder = Path(settings.BASE_DIR) / "static" / "build"
    fonts = FontConfiguration()
    style = CSS(filename=folder / "document.css", font_config=fonts)

    def make() -> bytes:
        page = HTML(string=html, base_url=str(folder))
        made: bytes = page.write_pdf(font_config=fonts, stylesheets=[style], pdf_variant="pdf/a-3a")
        return made

    return make


if __name__ == "__main__":
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    django.setup()
    print(json.dumps(vars(_measure(sys.argv[1]))))

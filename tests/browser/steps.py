"""What people do on many pages, in the words of the pages."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from datetime import date
from typing import Any

import psutil
from playwright.sync_api import expect

PATIENCE = 30_000  # milliseconds; a busy machine is slow, not wrong
MADE_WITHIN = 90_000  # a PDF on a busy machine

expect.set_options(timeout=PATIENCE)


def says(page: Any, words: str) -> None:
    """The portal confirms with these words."""
    expect(page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def shows(page: Any, *texts: str) -> None:
    """Each text is to be read on the page."""
    for text in texts:
        expect(page.get_by_text(text).first).to_be_visible()


def press(page: Any, name: str, *, within: Any = None) -> None:
    """A button, by its whole name; what looks like a button may be a link."""
    (within or page).get_by_role("button", name=name, exact=True).click()


def follow(page: Any, name: str, *, within: Any = None) -> None:
    (within or page).get_by_role("link", name=name).first.click()


def fill_date(page: Any, name: str, day: date) -> None:
    box = page.get_by_role("group", name=name).first
    for part, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        box.get_by_label(part).fill(str(number))


def fact(page: Any, key: str) -> Any:
    """What stands beside `key` in a list of facts."""
    return page.locator("dt", has_text=key).first.locator("xpath=following-sibling::dd[1]")


def row(page: Any, words: str) -> Any:
    """The row of a table, or the entry of a list, that holds the words."""
    return page.get_by_role("row").filter(has_text=words)


def downloaded(page: Any, link: Any) -> bytes:
    """The file behind a link, fetched as this person."""
    answer = page.context.request.get(link.get_attribute("href"))
    assert answer.status == 200
    return bytes(answer.body())


def text_of(pdf: bytes) -> str:
    """The words of a PDF as a person would copy them."""
    found = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def _words_of(process: psutil.Process) -> list[str]:
    """What a process was started with; nothing for one that has just ended, such as a part of a browser."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.cmdline()
    return []


@contextlib.contextmanager
def worker_at_rest() -> Iterator[None]:
    """This test run's own worker does nothing meanwhile, so that what waits for it can be seen waiting."""
    mine = psutil.Process().children(recursive=True)
    celery = [process for process in mine if "svd_portal.celery:app" in _words_of(process)]
    assert celery
    for process in celery:
        process.suspend()
    try:
        yield
    finally:
        for process in celery:
            process.resume()


def small_pdf(title: str) -> dict[str, Any]:
    """A file to give as evidence."""
    from weasyprint import HTML

    return {
        "name": f"{title}.pdf",
        "mimeType": "application/pdf",
        "buffer": HTML(string=f"<title>{title}</title><p>{title}").write_pdf(),
    }

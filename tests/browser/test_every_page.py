"""Walks the portal's links as each person of the demonstration: every page opens and passes every check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from partners import demo

PCC_OFFICE = {"finance", "checker", "officer", "cfo"}
PROGRAMME = {"lead", "admin", "chair"}
OF_EACH_KIND = 2  # a planned and a held meeting, an award that is spent and one that is not
NOT_FOLLOWED = {"format", "next", "after", "before", "open"}  # files, and pages met without it

Shape = tuple[str, frozenset[str]]


class Outline(HTMLParser):
    """Where a page leads, and where its forms go."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag == "form" and given.get("method") == "post":
            self.forms.append(given.get("action") or "")


def kind_of(address: str) -> str:
    """The route of an address of the portal, and on whose word it asks for a figure."""
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    if asked.keys() & NOT_FOLLOWED:
        return ""
    try:
        route = resolve(parts.path).route
    except Resolver404:
        return ""
    return " ".join([route, *asked.get("basis", [])])


class Walk:
    """Everything reachable by links from one address, a few addresses of each kind."""

    def __init__(self, page: Any, home: str) -> None:
        self.page = page
        self.home = home
        self.met: dict[str, int] = {}

    def steps(self) -> Iterator[tuple[str, str, Any]]:
        """Kind, address and answer of each page, in the order in which they are met."""
        waiting, known = [self.home], {self.home}
        while waiting:
            address = waiting.pop(0)
            kind = kind_of(address)
            if not kind or self.met.get(kind, 0) == OF_EACH_KIND:
                continue
            self.met[kind] = self.met.get(kind, 0) + 1
            answer = self.page.context.request.get(address, max_redirects=0)
            if (leads_to := answer.headers.get("location")) is not None:
                if not urljoin(answer.url, leads_to).startswith(urljoin(answer.url, "/")):
                    continue  # a paper that is published elsewhere
                answer = self.page.context.request.get(address)
            yield kind, address, answer
            if answer.ok and "html" in answer.headers["content-type"]:
                for link in Outline(answer.text()).links:
                    found = urlsplit(urljoin(address, link))._replace(fragment="").geturl()
                    if found.startswith("/") and found not in known:
                        known.add(found)
                        waiting.append(found)


@pytest.fixture(scope="session")
def looked_at() -> set[Shape]:
    """What was checked in this run, by any person: the same page with the same forms is checked once."""
    return set()


def group_of(address: str) -> str:
    """People are walked with in three groups, so that two processes share the way."""
    part = address.partition("@")[0]
    return "PCC's office" if part in PCC_OFFICE else "programme" if part in PROGRAMME else "partners"


@pytest.mark.parametrize("group", ["programme", "PCC's office", "partners"])
def test_every_page_a_person_can_reach(
    group: str, as_person: Callable[..., Any], faults: Callable[[Any], list[str]], looked_at: set[Shape]
) -> None:
    found = []
    for address in (each.email for each in demo.SIGN_INS if group_of(each.email) == group):
        page = as_person(address)
        walk = Walk(page, f"/{address.partition('@')[2].removesuffix('.example')}/")
        for kind, at, answer in walk.steps():
            if answer.status != 200:
                found.append(f"{address} {at}: {answer.status}")
            elif "html" in answer.headers["content-type"]:
                forms = Outline(answer.text()).forms
                shape = kind, frozenset(kind_of(urljoin(at, form)) for form in forms)
                if shape not in looked_at:
                    looked_at.add(shape)
                    page.goto(at)
                    page.locator("#live[hidden]").wait_for(state="detached")  # it comes by script
                    found += faults(page)
        assert len(walk.met) > 20
    assert found == []

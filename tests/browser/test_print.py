"""Pages as they come out of a printer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.steps import text_of


def test_a_printed_page_holds_its_content_and_no_navigation(as_person: Callable[..., Any]) -> None:
    page = as_person("woking@surrey.example")
    for address, kept in (
        ("/surrey/funding/returns/2023-24/q2/", "Programme lead and partnership support"),
        ("/surrey/governance/meetings/", "Serious Violence Reduction Executive"),
    ):
        page.goto(address)
        shown = page.get_by_role("navigation", name="Main").inner_text().split()
        assert shown == ["Home", "Partners", "Governance", "Milestones", "Funding", "Reports"]
        words = text_of(page.pdf(format="A4"))
        assert kept in words
        assert "Home Partners Governance Milestones Funding Reports" not in words
        assert "Skip to main content" not in words
        assert "Sign out" not in words

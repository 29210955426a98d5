"""Pages as they come out of a printer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.steps import text_of

RETURN = "/surrey/funding/returns/2023-24/q2/"
MEETINGS = "/surrey/governance/meetings/"


@pytest.mark.parametrize(
    ("address", "kept"),
    [(RETURN, "Programme lead and partnership support"), (MEETINGS, "Serious Violence Reduction Executive")],
)
def test_a_printed_page_holds_its_content_and_no_navigation(
    as_person: Callable[..., Any], address: str, kept: str
) -> None:
    page = as_person("woking@surrey.example")
    page.goto(address)
    shown = page.get_by_role("navigation", name="Main").inner_text().split()
    assert shown == ["Home", "Partners", "Governance", "Milestones", "Funding"]
    words = text_of(page.pdf(format="A4"))
    assert kept in words
    assert "Home Partners Governance Milestones Funding" not in words
    assert "Skip to main content" not in words
    assert "Sign out" not in words

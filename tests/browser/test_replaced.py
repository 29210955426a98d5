"""A certified return is found wrong: a new version replaces it, and holders of the old one learn it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from svd_portal.kit.services import documents
from tests.browser.returning import RETURNS, explain, pdf_of, take
from tests.browser.steps import follow, press, row, says, shows, text_of

Person = Callable[..., Any]
Check = Callable[[Any], None]
RETURN, FIRST = f"{RETURNS}q2/", f"{RETURNS}q2/version/1/"
WRONG = "One evening of Woking’s sessions was counted twice."


def test_a_new_version_replaces_a_certified_return(
    as_person: Person, open_page: Callable[..., Any], check: Check, picture: Any
) -> None:
    documents.sweep(now=timezone.now() + documents.OVERLOOKED)
    finance, woking = as_person("finance@surrey.example"), as_person("woking@surrey.example")
    woking.goto(RETURN)
    old = pdf_of(woking, "surrey-2023-24-q2-v1")
    anybody = open_page()
    expect(verified(anybody, old)).to_contain_text("Genuine and current")
    begin(finance, check)
    put_right(woking)
    certify(finance, as_person)
    new = see_what_differs(woking, check, picture)
    expect(verified(anybody, old)).to_contain_text("Version 2 of this return was certified later")
    check(anybody)
    picture(anybody, "verify-replaced", height=1150)
    expect(verified(anybody, new)).to_contain_text("Genuine and current")
    by_code(anybody, old, check)
    assert keep_the_old_one(woking, check) == old


def begin(finance: Any, check: Check) -> None:
    """It begins with the words of the old one, which stands meanwhile."""
    finance.goto(RETURN)
    press(finance, "Correct it by a new version")
    press(finance, "Correct it by a new version")
    shows(finance, "There is a problem", "Fill in “What the new version corrects”")
    finance.get_by_label("What the new version corrects").fill(WRONG)
    check(finance)
    press(finance, "Correct it by a new version")
    says(finance, "The new version is open.")
    shows(finance, WRONG)
    finance.goto(FIRST)
    shows(finance, "Until that is certified, this one stands.")
    check(finance)


def put_right(woking: Any) -> None:
    """The partner's own report of the quarter is open again."""
    woking.goto("/surrey/funding/claims/?quarter=2&year=2023-24")
    follow(woking, "SV/2023/08")
    press(woking, "Correct this report")
    woking.get_by_label("Spent, July to September 2023").fill("1,233.34")
    woking.get_by_label("Expected, October to December 2023").fill("1,400")
    woking.get_by_label("Expected, January to March 2024").fill("1,566.66")
    press(woking, "Save report")
    says(woking, "is reported for July to September 2023.")


def certify(finance: Any, as_person: Person) -> None:
    explain(finance, RETURN, "Agreed with Woking.")
    take(finance, RETURN, "Submit without asking partners", reason="Only Woking's figure changed.")
    people = {
        "checker": "Pass the finance check",
        "cfo": "Certify as chief finance officer",
        "officer": "Certify as PCC lead officer",
    }
    for name, step in people.items():
        take(as_person(f"{name}@surrey.example"), RETURN, step)


def see_what_differs(woking: Any, check: Check, picture: Any) -> bytes:
    """Figure by figure, on the page and in the document."""
    woking.goto(RETURN)
    new = pdf_of(woking, "surrey-2023-24-q2-v2")
    changes = woking.locator("#changes")
    expect(changes.get_by_role("heading")).to_have_text("What differs from version 1")
    expect(row(changes, "£1,400.00").first).to_contain_text("£1,233.34")
    check(woking)
    picture(woking, "return-differs", of=changes)
    words = text_of(new)
    assert "What differs from version 1" in words
    assert "1,233.34" in words
    return new


def verified(anybody: Any, pdf: bytes) -> Any:
    """What the portal says of a file to whoever asks."""
    anybody.goto("/verify/")
    file = {"name": "return.pdf", "mimeType": "application/pdf", "buffer": pdf}
    anybody.get_by_label("The PDF of a return").set_input_files(file)
    press(anybody, "Check")
    return anybody.locator("main").get_by_role("status")


def by_code(anybody: Any, old: bytes, check: Check) -> None:
    """As somebody types it from a printed copy; a code that is none is told apart."""
    found = re.search(r"(?:[0-9a-f]{4}-){4}[0-9a-f]{4}", text_of(old))
    assert found
    for typed, told in (
        (found[0].upper().replace("-", " "), "Genuine, and replaced"),
        ("0000-0000-0000-0000-0000", "No certified return has this code"),
    ):
        anybody.goto("/verify/")
        anybody.get_by_label("Or the code printed in it").fill(typed)
        press(anybody, "Check")
        expect(anybody.locator("main").get_by_role("status")).to_contain_text(told)
    check(anybody)


def keep_the_old_one(woking: Any, check: Check) -> bytes:
    woking.goto(FIRST)
    shows(woking, "This version was replaced", "It is kept as it was certified.")
    expect(woking.locator(".page-head")).to_contain_text("Replaced")
    check(woking)
    return pdf_of(woking, "surrey-2023-24-q2-v1")

"""Signing in, and working by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from partners import demo
from tests.browser.steps import says, shows

Check = Callable[[Any], None]


def sign_in(page: Any, address: str, password: str) -> None:
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_wrong_password_is_said_and_then_locks_out(open_page: Callable[..., Any], check: Check) -> None:
    page = open_page()
    page.goto("/surrey/funding/")
    expect(page).to_have_title("Sign in – Serious Violence Duty")
    for each in demo.SIGN_INS:
        shows(page, each.email, str(each.part))
    check(page)

    for _attempt in range(5):
        sign_in(page, "woking@surrey.example", "not-the-password")
        expect(page.get_by_role("alert")).to_contain_text(
            "The e-mail address or the password is not right. Try again."
        )
        expect(page.get_by_label("E-mail address")).to_have_value("woking@surrey.example")
    check(page)
    sign_in(page, "woking@surrey.example", demo.PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("Too many attempts. Wait 5 minutes and try again")
    check(page)

    sign_in(page, "police@surrey.example", demo.PASSWORD)
    expect(page).to_have_url("/surrey/funding/")
    page.locator("summary", has_text="Surrey Police representative").click()
    page.get_by_role("button", name="Sign out").click()
    says(page, "You are signed out.")
    page.go_back()
    expect(page).to_have_title("Sign in – Serious Violence Duty")
    page.goto("/surrey/")
    expect(page).to_have_title("Sign in – Serious Violence Duty")


def test_a_forgotten_password(open_page: Callable[..., Any], check: Check) -> None:
    page = open_page()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgotten your password?").click()
    check(page)
    page.get_by_label("E-mail address").fill("nobody-here@surrey.example")
    page.get_by_role("button").last.click()
    expect(page).to_have_url("/accounts/password/reset/done/")
    check(page)


def test_a_person_works_by_keyboard_alone(as_person: Callable[..., Any], check: Check) -> None:
    page = as_person("woking@surrey.example")

    def focused() -> str:
        return str(page.evaluate("() => document.activeElement.textContent.trim()"))

    def to(words: str) -> None:
        """Press Tab until what has the focus is called `words`, as somebody without a mouse would."""
        for _press in range(60):
            page.keyboard.press("Tab")
            if focused() == words:
                return
        raise AssertionError(f"Tab never reached “{words}”; the focus is on “{focused()}”")

    page.goto("/surrey/")
    page.keyboard.press("Tab")
    assert focused() == "Skip to main content"
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main-content"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")

    page.goto("/surrey/")
    to("Funding")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/surrey/funding/")
    page.goto("/surrey/funding/report/")
    to("Report SV/2023/08")
    page.keyboard.press("Enter")
    amount = page.get_by_label("Spent, October to December 2023")
    expect(amount).to_be_visible()
    while not amount.evaluate("box => box === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.type("1400")
    page.keyboard.press("Tab")
    page.keyboard.type("1400")
    page.keyboard.press("Enter")
    says(page, "£1,400.00 is reported for October to December 2023.")
    check(page)

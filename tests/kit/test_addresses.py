"""The portal's addresses are Django's, found quicker."""

from uuid import UUID

import pytest
from django.urls import NoReverseMatch
from django.urls import reverse as resolve

from svd_portal.kit.addresses import reverse

KEY = UUID("6f1f0c1e-9d7e-4c6b-8a51-0a6f5a0f3b11")


@pytest.mark.parametrize(
    ("name", "args", "address"),
    [
        ("start", [], "/"),
        ("funding:home", ["surrey"], "/surrey/funding/"),
        ("funding:award", ["surrey", KEY], f"/surrey/funding/awards/{KEY}/"),
        ("funding:award", ["surrey", str(KEY)], f"/surrey/funding/awards/{KEY}/"),
        ("funding:return", ["surrey", "2023-24", "q3"], "/surrey/funding/returns/2023-24/q3/"),
        (
            "funding:return_version",
            ["surrey", "2023-24", "q3", 2],
            "/surrey/funding/returns/2023-24/q3/version/2/",
        ),
        (
            "home:record_history",
            ["surrey", "funding.award", KEY],
            f"/surrey/history/funding.award/{KEY}/",
        ),
        ("funding:home", ["under_score"], "/under_score/funding/"),
    ],
)
def test_an_address_is_the_one_django_finds(name: str, args: list[object], address: str) -> None:
    assert [reverse(name, args=args), reverse(name, args=args)] == [address, address]
    assert resolve(name, args=args) == address


def test_arguments_may_be_named() -> None:
    assert reverse("funding:home", kwargs={"slug": "surrey"}) == "/surrey/funding/"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("funding:award", ["surrey", "not-an-id"]),
        ("funding:home", ["dotted.slug"]),
        ("funding:home", [""]),
        ("funding:home", ["a/b"]),
        ("funding:nowhere", ["surrey"]),
    ],
)
def test_what_django_refuses_is_refused(name: str, args: list[object]) -> None:
    for _ in range(2):
        with pytest.raises(NoReverseMatch):
            reverse(name, args=args)

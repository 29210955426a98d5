"""Walks every address of the portal as everyone who must not get in, by GET and by POST, and lists every leak."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from partners.models import Partnership
from partners.models.base import PartnershipFact, PartnershipRecord
from svd_portal.home.selectors.history import tracked_models
from tests.cast import Cast, signed_in

OPEN = {"health", "account_login", "account_reset_password", "account_reset_password_done"}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every (address with its parameters, view name) of the project."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield "/" + route, entry.name or ""


TENANT = sorted({route for route, _name in patterns() if route.startswith("/<slug:slug>/")})
SAMPLES = {"year": "2023-24", "quarter": "q3", "q": "q3", "label": "partners.partner", "name": "x.pdf"}


def filled(route: str, slug: str, pk: Any) -> str:
    def value(match: re.Match[str]) -> str:
        kind, name = match.groups()
        if name == "slug":
            return slug
        return str(pk) if kind == "uuid" else SAMPLES.get(name, "x")

    return PARAMETER.sub(value, route)


def everything_of(partnership: Partnership) -> list[Any]:
    """The id of every record the partnership has, of every kind."""
    kinds = [
        m
        for m in apps.get_models()
        if issubclass(m, PartnershipRecord | PartnershipFact) and isinstance(m, type(models.Model))
    ]
    return [
        pk
        for kind in kinds
        for pk in kind._base_manager.filter(partnership=partnership).values_list("pk", flat=True)
    ]


def test_there_are_addresses_to_walk() -> None:
    assert len(TENANT) > 25
    assert "/<slug:slug>/milestones/<uuid:pk>/move/" in TENANT


@pytest.mark.parametrize("slug", ["surrey", "nowhere"])
def test_a_stranger_is_asked_to_sign_in_everywhere(cast: Cast, slug: str) -> None:
    """For real and unreal partnerships alike, so that nobody learns which exist."""
    leaks = []
    for route in TENANT:
        address = filled(route, slug, cast.police.pk)
        for answer in (Client().get(address), Client().post(address)):
            if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/?next="):
                leaks.append(f"{answer.wsgi_request.method} {address}: {answer.status_code}")
    assert leaks == []


@pytest.mark.parametrize("part", ["outsider", "nobody"])
def test_an_outsider_finds_nothing_anywhere(cast: Cast, part: str) -> None:
    client = signed_in(getattr(cast, part))
    leaks = []
    for route in TENANT:
        address = filled(route, "surrey", cast.police.pk)
        for answer in (client.get(address), client.post(address)):
            if answer.status_code != 404:
                leaks.append(f"{answer.wsgi_request.method} {address}: {answer.status_code}")
    assert leaks == []


@pytest.mark.parametrize("part", ["lead", "finance", "officer", "police_rep", "chair", "admin", "auditor"])
def test_a_member_finds_no_record_of_the_other_partnership(cast: Cast, part: str) -> None:
    """With our own slug and their ids: not found, or not allowed; never shown, never a fault."""
    client = signed_in(getattr(cast, part))
    leaks = []
    theirs = everything_of(cast.west_midlands)
    assert len(theirs) > 5
    for route in (r for r in TENANT if "<uuid:" in r):
        for pk in [*theirs, uuid4()]:
            address = filled(route, "surrey", pk)
            for answer in (client.get(address), client.post(address)):
                if answer.status_code not in (403, 404, 405):
                    leaks.append(f"{answer.wsgi_request.method} {address}: {answer.status_code}")
    assert leaks == []


def test_every_member_can_open_or_is_refused_and_nothing_breaks(cast: Cast) -> None:
    faults = []
    for part, user in cast.members.items():
        client = signed_in(user)
        for route in TENANT:
            for pk in [cast.police.pk, cast.executive.pk]:
                address = filled(route, "surrey", pk)
                answer = client.get(address)
                if answer.status_code not in (200, 302, 403, 404, 405):
                    faults.append(f"{part} GET {address}: {answer.status_code}")
                if "<uuid:" not in route:
                    break
    assert faults == []


def test_each_tracked_record_has_a_history_page(cast: Cast) -> None:
    client = signed_in(cast.auditor)
    missing = []
    for model in tracked_models():
        for pk in model.objects.for_user(cast.auditor, cast.surrey).values_list("pk", flat=True)[:1]:
            address = f"/surrey/history/{model._meta.label_lower}/{pk}/"
            if client.get(address).status_code != 200:
                missing.append(address)
    assert missing == []

"""Walks every address as everyone who must not get in, by GET and by POST, and lists every leak."""

import re
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from funding.models import Claim, QuarterlyReturn
from governance.models import Body, Decision, Meeting
from partners.demo import SIGN_INS
from partners.models import Partner, Partnership, User
from partners.views.people import PersonForm
from svd_portal.home.selectors.history import tracked_models

pytestmark = pytest.mark.usefixtures("demonstration")

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
SAMPLES = {"year": "2023-24", "quarter": "q3", "label": "partners.partner", "name": "x"}
MAIN_KINDS = (Partner, Body, Meeting, Decision, Claim, QuarterlyReturn)
OURS = [sign_in.email for sign_in in SIGN_INS if sign_in.email.endswith("@surrey.example")]


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every (address with its parameters, view) of the project."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield "/" + route, entry.callback


TENANT = {route: view for route, view in patterns() if route.startswith("/<slug:slug>/")}


def filled(route: str, slug: str, pk: Any) -> str:
    def value(match: re.Match[str]) -> str:
        kind, name = match.groups()
        if name == "slug":
            return slug
        return str(pk) if kind == "uuid" else "1" if kind == "int" else SAMPLES.get(name, "x")

    return PARAMETER.sub(value, route)


def subjects(view: Any, slug: str) -> list[Any]:
    """Ids in partnership `slug` of what the view is about; of the main kinds where it does not say."""
    if issubclass(getattr(view, "view_class", object), PersonForm):
        return [User.objects.get(email=f"lead@{slug}.example").pk]
    model = getattr(getattr(view, "view_class", None), "model", None)
    kinds = [model] if model is not None and hasattr(model, "partnership") else MAIN_KINDS
    found = [
        k._base_manager.filter(partnership__slug=slug).values_list("pk", flat=True).first() for k in kinds
    ]
    return [pk for pk in found if pk is not None] or [uuid4()]


def answers(client: Client, address: str) -> Iterator[tuple[str, Any]]:
    """What GET and POST are answered; whatever a POST wrote is undone."""
    yield f"GET {address}", client.get(address)
    with transaction.atomic():
        yield f"POST {address}", client.post(address)
        transaction.set_rollback(True)


def browser_of(email: str) -> Client:
    """Signed in a moment ago, so that no page asks for the password again."""
    client, user = Client(), User.objects.get(email=email)
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def walk(client: Client, *, slug: str, ids_of: str, allowed: set[int]) -> list[str]:
    """Every address of `slug` with ids of partnership `ids_of`; those answered otherwise than `allowed`."""
    leaks = []
    for route, view in TENANT.items():
        for pk in subjects(view, ids_of) if "<uuid:" in route else [None]:
            for what, answer in answers(client, filled(route, slug, pk)):
                if answer.status_code not in allowed:
                    leaks.append(f"{what}: {answer.status_code}")
    return leaks


def test_there_are_addresses_to_walk() -> None:
    assert len(TENANT) > 90
    assert "/<slug:slug>/milestones/<uuid:pk>/move/" in TENANT


@pytest.mark.parametrize("slug", ["surrey", "nowhere"])
def test_a_stranger_is_asked_to_sign_in_everywhere(slug: str) -> None:
    """For real and unreal partnerships alike, so that nobody learns which exist."""
    leaks = []
    for route, view in TENANT.items():
        for what, answer in answers(Client(), filled(route, slug, subjects(view, "surrey")[0])):
            if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/?next="):
                leaks.append(f"{what}: {answer.status_code}")
    assert leaks == []


def test_an_outsider_finds_nothing_anywhere() -> None:
    outsider = browser_of("lead@west-midlands.example")
    assert walk(outsider, slug="surrey", ids_of="surrey", allowed={404}) == []


def test_a_person_without_a_role_finds_nothing_anywhere() -> None:
    nobody = User.objects.create_user("nobody@surrey.example", "Nobody", "serious-violence-duty")
    client = Client()
    client.force_login(nobody)
    assert walk(client, slug="surrey", ids_of="surrey", allowed={404}) == []


@pytest.mark.parametrize("email", OURS)
def test_a_member_finds_no_record_of_the_other_partnership(email: str) -> None:
    """With our slug and their ids: not found or not allowed; never shown, never changed, never a fault."""
    client = browser_of(email)
    leaks = []
    for route, view in TENANT.items():
        if "<uuid:" not in route:
            continue
        for pk in subjects(view, "west-midlands"):
            for what, answer in answers(client, filled(route, "surrey", pk)):
                if answer.status_code not in (403, 404, 405):
                    leaks.append(f"{what}: {answer.status_code}")
    assert leaks == []


@pytest.mark.parametrize("email", OURS)
def test_a_member_is_served_or_refused_and_nothing_breaks(email: str) -> None:
    """Our own records, an empty POST: a page, a way on, an error beside the field, or a plain no."""
    allowed = {200, 302, 400, 403, 404, 405, 409, 422}
    assert walk(browser_of(email), slug="surrey", ids_of="surrey", allowed=allowed) == []


def test_each_kind_of_record_has_a_history_page() -> None:
    auditor, surrey = User.objects.get(email="auditor@surrey.example"), Partnership.objects.get(slug="surrey")
    client = browser_of(auditor.email)
    found = {
        model._meta.label_lower: model.objects.for_user(auditor, surrey).values_list("pk", flat=True).first()
        for model in tracked_models()
    }
    answered = {
        label: client.get(f"/surrey/history/{label}/{pk}/").status_code for label, pk in found.items() if pk
    }
    assert len(answered) > 25
    assert {label for label, status in answered.items() if status != 200} == set()

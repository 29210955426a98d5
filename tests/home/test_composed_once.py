"""Questions composed once for all answer each person as if they had been composed for that person alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.test import Client

from governance.models import Meeting
from governance.services import actions, agenda, decisions
from partners import access, demo
from partners.models import Partnership, User
from partners.readings import Reading
from svd_portal.kit.statements import Statement
from tests.cast import TODAY

pytestmark = pytest.mark.usefixtures("demonstration")
SECRET = "zebra"
PAGES = (
    "",
    "history/",
    "partners/",
    "governance/",
    "governance/meetings/",
    "governance/decisions/",
    "governance/actions/",
    "milestones/",
    "milestones/plan/",
    "funding/",
    "funding/awards/",
    "funding/claims/",
    "funding/returns/",
    "funding/report/",
)


@pytest.fixture
def restricted(settings: Any) -> None:
    """An item of the Executive that its members and the programme lead alone may read, with an outcome."""
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)
    lead = User.objects.get(email="lead@surrey.example")
    held = Meeting.objects.filter(body__code="EXEC", partnership__slug="surrey", status=Meeting.Status.HELD)
    item = agenda.add(meeting_id=held[0].pk, title=f"{SECRET} item", restricted=True, by=lead)
    decisions.record_outcome(item_id=item.pk, verb="agreed", text=f"{SECRET} text", today=TODAY, by=lead)
    actions.create(item_id=item.pk, text=f"{SECRET} action", by=lead)


def browser_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def seen(people: list[User]) -> dict[tuple[str, str], tuple[int, str]]:
    """What each of the people sees on each page of both partnerships."""
    browsers = {person.email: browser_of(person) for person in people}
    found = {}
    for page in (f"/{slug}/{page}" for slug in ("surrey", "west-midlands") for page in PAGES):
        for address, browser in browsers.items():
            answer = browser.get(page)
            words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
            found[str(address), page] = (answer.status_code, words)
    return found


def composed_for(reading: Reading[Any], user: Any, partnership: Any) -> Statement[Any]:
    """The reading's question, composed for nobody else."""
    within = partnership if isinstance(partnership, Partnership) else Partnership.objects.get(pk=partnership)
    user.ids = access.rights(user, within).ids  # a selector takes a reader for a person's rights too
    return Statement(lambda: reading.compose(user, within))


def test_no_page_shows_a_person_what_another_may_read(
    restricted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = list(User.objects.filter(email__in=[each.email for each in demo.SIGN_INS]).order_by("email"))
    first, again = seen(people), seen(people[::-1])
    assert [where for where in first if first[where] != again[where]] == []

    def ask(reading: Reading[Any], user: Any, partnership: Any, **values: Any) -> list[Any]:
        try:
            return composed_for(reading, user, partnership).ask(**values)
        except EmptyResultSet:
            return []

    def count(reading: Reading[Any], user: Any, partnership: Any, **values: Any) -> int:
        try:
            return composed_for(reading, user, partnership).count(**values)
        except EmptyResultSet:
            return 0

    monkeypatch.setattr(Reading, "ask", ask)
    monkeypatch.setattr(Reading, "count", count)
    alone = seen(people)
    assert [where for where in first if first[where] != alone[where]] == []
    told = {who.partition("@")[0] for (who, _page), (_status, words) in first.items() if SECRET in words}
    assert told == {"lead", "officer", "police", "woking", "chair"}
    elsewhere = [
        status
        for (who, page), (status, _words) in first.items()
        if who.rpartition("@")[2].removesuffix(".example") != page.split("/")[1]
    ]
    assert set(elsewhere) == {404}

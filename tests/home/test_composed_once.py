"""Questions composed once for all answer each person as if they had been composed for that person alone."""

from __future__ import annotations

import gc
import re
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import EmptyResultSet
from django.db.models.functions import Now
from django.test import Client

from funding.models import (
    Allocation,
    Award,
    Claim,
    Division,
    Grant,
    Intervention,
    Proposal,
    Publication,
    QuarterlyReturn,
)
from governance.models import Action, Body, Decision, Escalation, Meeting, MinutesPublication, Review
from governance.services import actions, agenda, decisions, escalations, reviews, series
from governance.services import minutes_publication as publication
from milestones.models import DeliveryAction, Milestone, Priority, Product
from partners import access, demo
from partners.models import Partner, Partnership, User
from partners.readings import Names, One, Opening, Reading
from svd_portal.home.models import Report
from svd_portal.home.selectors import gathering
from svd_portal.home.selectors.gathering import KINDS, Place, Question
from svd_portal.kit.models import Document
from svd_portal.kit.statements import Statement
from tests.cast import TODAY

pytestmark = pytest.mark.usefixtures("demonstration")
SECRET = "zebra"
FRESH = r'name="(csrfmiddlewaretoken|key)" value="[\w-]+"'
"""What a form carries anew each time."""
PAGES = (
    "",
    "history/",
    "partners/",
    "partners/people/",
    "governance/",
    "governance/meetings/",
    "governance/calendar/",
    "governance/calendar/addresses/",
    "governance/decisions/",
    "governance/actions/",
    "governance/reviews/",
    "governance/reviews/themes/",
    "governance/engagement/",
    "governance/escalations/",
    "governance/bodies/",
    "governance/structure/",
    "governance/actions/waiting/",
    "reports/",
    "search/?q=plan",
    "search/?q=5000",
    "milestones/",
    "milestones/plan/",
    "funding/",
    "funding/awards/",
    "funding/proposals/",
    "funding/claims/",
    "funding/returns/",
    "funding/report/",
    "funding/report/several/",
    "funding/check/",
    "funding/waiting/",
    "funding/virements/",
    "funding/underspend/",
    "funding/ledger/",
    "funding/payments/made/",
    "funding/payments/received/",
    "funding/interventions/",
    "funding/publications/",
)
DETAILS = (
    ("governance/bodies/{0.pk}/", Body, {"code": "EXEC"}),
    ("governance/calendar/?body={0.pk}", Body, {"code": "EXEC"}),
    ("governance/meetings/{0.pk}/", Meeting, {"items__restricted": True}),
    ("governance/meetings/{0.pk}/", Meeting, {"series_position": 2}),
    ("governance/meetings/{0.pk}/minutes/", Meeting, {"items__restricted": True}),
    ("governance/meetings/{0.pk}/live/changes", Meeting, {"items__restricted": True}),
    ("governance/meetings/{0.pk}/minutes/", Meeting, {"publication_draft__isnull": False}),
    ("governance/published/{0.pk}/", MinutesPublication, {}),
    ("reports/{0.pk}/", Report, {}),
    ("governance/decisions/{0.pk}/", Decision, {"restricted": True}),
    ("governance/decisions/{0.pk}/", Decision, {"award_links__withdrawn": False}),
    ("governance/actions/{0.pk}/", Action, {"restricted": True}),
    ("governance/reviews/{0.pk}/", Review, {"restricted": True}),
    ("governance/escalations/{0.pk}/", Escalation, {"restricted": True}),
    ("partners/{0.pk}/", Partner, {"awards__isnull": False}),
    ("partners/{0.pk}/", Partner, {"shares__isnull": False}),
    ("funding/grants/{0.pk}/", Grant, {}),
    ("funding/?grant={0.pk}", Grant, {}),
    ("funding/divisions/{0.pk}/", Division, {}),
    ("funding/partners/{0.pk}/2023-24/", Partner, {"awards__isnull": False}),
    ("funding/thread/awards/{0.pk}/", Award, {"claims__isnull": False}),
    ("funding/thread/awards/{0.pk}/?on=2023-07-31", Award, {"claims__isnull": False}),
    ("funding/thread/claims/{0.pk}/", Claim, {}),
    ("funding/thread/allocations/{0.pk}/", Allocation, {"financial_year": 2023}),
    ("funding/thread/decisions/{0.pk}/", Decision, {"award_links__withdrawn": False}),
    ("funding/thread/decisions/{0.pk}/", Decision, {"restricted": True}),
    ("funding/awards/{0.pk}/", Award, {"claims__isnull": False}),
    ("funding/proposals/{0.pk}/", Proposal, {"award__isnull": False}),
    ("funding/awards/{0.pk}/", Award, {"other_money__isnull": False}),
    ("funding/claims/{0.pk}/", Claim, {}),
    ("funding/interventions/{0.pk}/", Intervention, {"illustrative": True}),
    ("funding/publications/{0.pk}/", Publication, {"release__isnull": True}),
    ("funding/publications/{0.pk}/", Publication, {"release__isnull": False}),
    ("funding/returns/{0.period.year.slug}/{0.period.slug}/", QuarterlyReturn, {"status": "queried"}),
    ("funding/returns/{0.period.year.slug}/{0.period.slug}/", QuarterlyReturn, {"status": "preparing"}),
    ("funding/returns/{0.period.year.slug}/statement/", QuarterlyReturn, {"status": "accepted"}),
    (
        "funding/returns/{0.period.year.slug}/{0.period.slug}/version/{0.edition}/",
        QuarterlyReturn,
        {"status": "accepted"},
    ),
    ("milestones/{0.pk}/", Milestone, {}),
    ("governance/bodies/{0.pk}/", Body, {"code": "CSA"}),
    ("milestones/plan/priorities/{0.pk}/", Priority, {"number": 5}),
    ("milestones/products/{0.pk}/", Product, {"kind": "agreement"}),
    ("milestones/plan/{0.pk}/", DeliveryAction, {"awards__isnull": False}),
)
"""A page of one record of each kind: its address, and a record that has what such a page asks for."""


@pytest.fixture
def restricted(settings: Any) -> None:
    """An item of the Executive that its members and the programme lead alone may read, with an outcome."""
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)
    lead = User.objects.get(email="lead@surrey.example")
    held = Meeting.objects.filter(body__code="EXEC", partnership__slug="surrey", status=Meeting.Status.HELD)
    item = agenda.add(meeting_id=held[0].pk, title=f"{SECRET} item", restricted=True, by=lead)
    decisions.record_outcome(item_id=item.pk, verb="agreed", text=f"{SECRET} text", today=TODAY, by=lead)
    actions.create(item_id=item.pk, text=f"{SECRET} action", by=lead)
    days = [date(2024, 6, 4), date(2024, 7, 2), date(2024, 8, 6)]
    series.call(body_id=held[0].body_id, days=days, starts=time(10), pattern="weekday", by=lead)
    agreed = Meeting.objects.filter(
        body__code="EXEC", partnership__slug="surrey", status=Meeting.Status.AGREED
    ).order_by("starts_at")
    given: Any = {"meeting_id": agreed[0].pk, "withheld": publication.Withheld(), "today": TODAY, "by": lead}
    publication.publish(**given, published_on=TODAY)
    # A page says of a document that waits longer than usual: here all do, however long the walk takes.
    Document.objects.filter(state="queued").update(queued_at=Now() - timedelta(hours=1))
    publication.keep(**given, version=1)
    about = reviews.About(place=f"{SECRET} town", restricted=True)
    reviews.record(partnership=item.partnership, kind="dhr", about=about, today=TODAY, by=lead)
    escalations.raise_up(
        body_id=item.meeting.body_id,
        to_id=Body.objects.get(code="HWB", partnership__slug="surrey").pk,
        issue=escalations.Issue(title=f"{SECRET} issue", asked="x", why_now="x"),
        item_id=item.pk,
        restricted=True,
        raised_on=TODAY,
        today=TODAY,
        by=lead,
    )


def browser_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def addresses(slug: str) -> list[str]:
    """The lists of a partnership, and one page of each kind of record, as far as it has any."""
    found = [f"/{slug}/{page}" for page in PAGES]
    for form, model, having in DETAILS:
        records: Any = model._default_manager.filter(partnership__slug=slug, **having)
        record = records.order_by("created_at", "pk").first()
        if record is not None:
            found.append(f"/{slug}/{form.format(record)}")
    return found


def seen(people: list[User]) -> dict[tuple[str, str], tuple[int, str]]:
    """What each of the people sees on each of these pages of both partnerships."""
    browsers = {person.email: browser_of(person) for person in people}
    found = {}
    for page in (*addresses("surrey"), *addresses("west-midlands")):
        for address, browser in browsers.items():
            answer = browser.get(page)
            words = re.sub(FRESH, "", answer.content.decode())
            found[str(address), page] = (answer.status_code, words)
    return found


def composed_for(reading: Reading[Any], user: Any, partnership: Any) -> Statement[Any]:
    """The reading's question, composed for nobody else."""
    within = partnership if isinstance(partnership, Partnership) else Partnership.objects.get(pk=partnership)
    user.ids = access.rights(user, within).ids  # a selector takes a reader for a person's rights too
    return Statement(lambda: reading.compose(user, within))


def composed() -> dict[str, list[Reading[Any]]]:
    """The project's questions by where each is written, with the readings of which one must be asked.

    An opening has a reading for each order, and some questions are composed for several kinds of record.
    """
    kinds = {Reading, Opening, One, Names}
    every = [each for each in gc.get_objects() if type(each) in kinds]
    found: dict[str, list[Reading[Any]]] = {}
    held = set()
    for each in every:
        if not isinstance(each, Reading):
            by_order = [getattr(each, name, {}) for name in ("_rows", "_counts")]
            parts = (*vars(each).values(), *(part for held_by in by_order for part in held_by.values()))
            inner = [part for part in parts if isinstance(part, Reading)]
            held |= {id(reading) for reading in inner}
            found.setdefault(written_at(each._compose), []).extend(inner)
    for each in every:
        if isinstance(each, Reading) and id(each) not in held:
            found.setdefault(written_at(each.compose), []).append(each)
    return found


def written_at(compose: Any) -> str:
    return f"{compose.__module__}:{compose.__code__.co_firstlineno}"


def found_of_many(people: list[User], patch: pytest.MonkeyPatch) -> dict[tuple[str, str], list[Any]]:
    """What each finds in both partnerships of kinds of which there are many, either way."""
    found = {}
    for slug in ("surrey", "west-midlands"):
        partnership = Partnership.objects.get(slug=slug)
        for person in people:
            for words in (SECRET, "action or plan"):
                for after in (None, Place(TODAY, UUID(int=0))):
                    question = Question(person, partnership, words, "", after)
                    ways = []
                    for walked_from in (-1, 1_000_000):
                        patch.setattr(gathering, "WALKED_FROM", walked_from)
                        rows = [question.gathered()[1], question.newest(KINDS)]
                        ways.append([sorted(each, key=lambda row: (row.day, row.key)) for each in rows])
                    found[person.email, f"{slug} {words} {after}"] = ways
    return found


def test_no_page_shows_a_person_what_another_may_read(
    restricted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = list(User.objects.filter(email__in=[each.email for each in demo.SIGN_INS]).order_by("email"))
    first, again = seen(people), seen(people[::-1])
    many = found_of_many(people, monkeypatch)
    assert [where for where in first if first[where] != again[where]] == []

    asked = set()

    def ask(reading: Reading[Any], user: Any, partnership: Any, **values: Any) -> list[Any]:
        asked.add(id(reading))
        try:
            return composed_for(reading, user, partnership).ask(**values)
        except EmptyResultSet:
            return []

    def count(reading: Reading[Any], user: Any, partnership: Any, **values: Any) -> int:
        try:
            return composed_for(reading, user, partnership).count(**values)
        except EmptyResultSet:
            return 0

    def within(
        reading: Reading[Any], before: str, after: str, user: Any, partnership: Any, **values: Any
    ) -> list[Any]:
        asked.add(id(reading))
        try:
            return composed_for(reading, user, partnership).within(before, after, **values)
        except EmptyResultSet:
            return []

    monkeypatch.setattr(Reading, "ask", ask)
    monkeypatch.setattr(Reading, "within", within)
    monkeypatch.setattr(Reading, "count", count)
    alone = seen(people)
    assert found_of_many(people, monkeypatch) == many
    assert {
        who.partition("@")[0] for (who, _asked), ways in many.items() if SECRET in _asked and ways[0][0]
    } == ({"lead", "officer", "police", "woking", "chair"})
    assert [where for where, readings in composed().items() if asked.isdisjoint(map(id, readings))] == []
    assert [where for where in first if first[where] != alone[where]] == []
    told = {who.partition("@")[0] for (who, _page), (_status, words) in first.items() if SECRET in words}
    assert told == {"lead", "officer", "police", "woking", "chair"}
    elsewhere = [
        status
        for (who, page), (status, _words) in first.items()
        if who.rpartition("@")[2].removesuffix(".example") != page.split("/")[1]
    ]
    assert set(elsewhere) == {404}

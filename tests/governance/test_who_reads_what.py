"""Who reads what of a meeting, in each of its states: pages, titles, texts, files, feeds, exports and counts.

An open item and a restricted one stand beside each other, with everything an item can have. In each state
those outside find the one as if there were no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.test import Client

from governance import documents
from governance.models import Action, Decision, MinutesPublication, Paper
from governance.services import actions, agenda, decisions, papers, points, publication
from governance.services import minutes_publication as publishing
from partners.models import User
from partners.roles import Role
from svd_portal.kit import files
from svd_portal.kit.services import documents as requests
from tests.cast import appoint, person
from tests.governance.scene import TODAY, Scene, at
from tests.governance.test_calendar import make
from tests.governance.test_circulation import agree, answer, circulate, comment

SECRET = "zebra"
STATES = ("planned", "agenda published", "held", "circulated", "approved", "published")
OVER = STATES[2:]
WRITERS = {"lead", "chair"}
READERS = WRITERS | {"member"}
"""Of restricted items of the Executive."""
MEMBERS = READERS | {"deputy", "observer", "finance", "partner"}
"""Whoever may see Surrey, of those looked at here."""


@dataclass
class Meant:
    """One item with everything it can have."""

    paper: Paper
    decision: Decision
    action: Action
    comment: Any = None


@dataclass
class Case:
    scene: Scene
    people: dict[str, User | None]
    open: Meant
    secret: Meant
    published: MinutesPublication | None = None


def fill(scene: Scene, item: Any, word: str) -> Meant:
    by = scene.cast.lead
    asked = agenda.recommend(item_id=item.pk, verb="agreed", text=f"{word} asked", by=by)
    points.add(item_id=item.pk, text=f"{word} said", by=by)
    upload = files.validate_upload(File(BytesIO(b"a,b\n"), name=f"{word}.csv"))
    paper = papers.add(item_id=item.pk, title=f"{word} paper", upload=upload, by=by)
    decision = decisions.record_outcome(item_id=item.pk, recommendation_id=asked.pk, today=TODAY, by=by)
    action = actions.create(item_id=item.pk, text=f"{word} to do", by=by)
    return Meant(paper, decision, action)


@pytest.fixture
def case(scene: Scene, request: Any) -> Case:
    """The meeting in the state that the test names, and who looks at it."""
    cast, state = scene.cast, STATES.index(request.param)
    item = scene.secret(f"{SECRET} title")
    made = Case(scene, people(scene), fill(scene, scene.item, "lion"), fill(scene, item, SECRET))
    if state >= STATES.index("agenda published"):
        fresh = scene.fresh()
        publication.publish_agenda(meeting_id=fresh.pk, version=fresh.version, today=TODAY, by=cast.lead)
    if state >= STATES.index("held"):
        scene.hold()
    if state >= STATES.index("circulated"):
        circulate(scene)
        for meant, about in ((made.open, scene.item), (made.secret, item)):
            word = "lion" if about == scene.item else SECRET
            meant.comment = comment(scene, f"{word} comment", item_id=about.pk, by=cast.chair)
    if state >= STATES.index("approved"):
        for meant, word in ((made.open, "lion"), (made.secret, SECRET)):
            answer(meant.comment, scene, text=f"{word} answer")
        agree(scene, agreed_on=TODAY)
    if state >= STATES.index("published"):
        made.published = publishing.publish(
            meeting_id=scene.meeting.pk,
            withheld=publishing.Withheld(),
            published_on=TODAY,
            today=TODAY,
            by=cast.lead,
        )
    return made


def people(scene: Scene) -> dict[str, User | None]:
    cast = scene.cast
    member, deputy = person("member", "surrey"), person("deputy", "surrey")
    theirs = person("member", "west-midlands")
    appoint(member, Role.MEMBER, cast.executive)
    appoint(deputy, Role.DEPUTY, cast.police)
    appoint(theirs, Role.MEMBER, cast.their_executive)
    return {
        "lead": cast.lead,
        "chair": cast.chair,
        "member": member,
        "deputy": deputy,
        "observer": cast.observer,
        "finance": cast.finance,
        "partner": cast.woking_rep,
        "their lead": cast.outsider,
        "their member": theirs,
        "nobody": cast.nobody,
        "stranger": None,
    }


def browsers(case: Case, settings: Any) -> dict[str, Client]:
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)
    found = {part: Client() for part in case.people}
    for part, user in case.people.items():
        if user:
            found[part].force_login(user)
    return found


def words_of(answered: Any) -> str:
    """What was sent, as a person would read it; what was asked for does not count."""
    content = b"".join(answered) if answered.streaming else answered.content
    if "wordprocessing" in answered.get("Content-Type", ""):
        return "\n".join(each.text for each in docx.Document(BytesIO(content)).paragraphs)
    shown = content.decode("utf-8", "replace").replace(f'value="{SECRET}"', "").replace(f"{SECRET} –", "")
    return re.sub(rf"q={SECRET}", "", shown)


every_state = pytest.mark.parametrize("case", STATES, indirect=True)


@every_state
def test_who_opens_which_address(case: Case, settings: Any, request: Any) -> None:
    """Members read; those who write the minutes write them; all others find nothing, restricted or not."""
    state, meeting = request.node.callspec.params["case"], case.scene.meeting.pk
    over = state in OVER
    nobody: set[str] = set()
    expected: dict[str, set[str]] = {
        at("meeting", meeting): MEMBERS,
        at("minutes", meeting): MEMBERS,
        at("meeting_file", meeting): MEMBERS,
        at("minutes_text", meeting, "agenda"): MEMBERS,
        at("minutes_word", meeting, "agenda"): MEMBERS,
        at("minutes_text", meeting, "agenda-with-restricted-items"): READERS,
        at("minutes_word", meeting, "agenda-with-restricted-items"): READERS,
        at("minutes_text", meeting, "minutes"): MEMBERS if over else nobody,
        at("minutes_text", meeting, "actions"): MEMBERS if over else nobody,
        at("minutes_text", meeting, "minutes-with-restricted-items"): READERS if over else nobody,
        at("minutes_word", meeting, "actions-with-restricted-items"): READERS if over else nobody,
        at("paper", case.open.paper.pk): MEMBERS,
        at("paper_file", case.open.paper.pk): MEMBERS,
        at("decision", case.open.decision.pk): MEMBERS,
        at("action", case.open.action.pk): MEMBERS,
        at("paper", case.secret.paper.pk): READERS,
        at("paper_file", case.secret.paper.pk): READERS,
        at("decision", case.secret.decision.pk): READERS,
        at("action", case.secret.action.pk): READERS,
        at("circulate", meeting): WRITERS,
        at("agree_minutes", meeting): WRITERS,
        at("publish_minutes", meeting): WRITERS,
        at("live", meeting): WRITERS,
    }
    if case.secret.comment:
        expected[at("answer_comment", case.open.comment.pk)] = WRITERS
        expected[at("answer_comment", case.secret.comment.pk)] = WRITERS
    if case.published:
        expected[at("published_minutes", case.published.pk)] = MEMBERS
        expected[at("published_word", case.published.pk)] = MEMBERS
    opened: dict[str, set[str]] = {address: set() for address in expected}
    refused: dict[str, set[int]] = {part: set() for part in case.people}
    for part, browser in browsers(case, settings).items():
        for address in expected:
            answered = browser.get(address)
            if answered.status_code == 200:
                words_of(answered)
                opened[address].add(part)
            else:
                refused[part].add(answered.status_code)
    assert opened == expected
    for outside in ("their lead", "their member", "nobody"):
        assert refused[outside] == {404}
    assert refused["stranger"] == {302}


@every_state
def test_what_is_restricted_leaves_no_word_for_others(case: Case, settings: Any, request: Any) -> None:
    """Lists, their exports, search, the start pages, the minutes: read by all, and in full by few."""
    meeting = case.scene.meeting.pk
    both = [
        "/surrey/",
        "/surrey/history/",
        f"/surrey/search/?q={SECRET}",
        at("home"),
        at("meeting", meeting),
        at("minutes", meeting),
        at("body", case.scene.cast.executive.pk),
        at("decisions"),
        at("actions"),
        at("waiting"),
        *(f"{at(name)}?format={kind}" for name in ("decisions", "actions") for kind in ("csv",)),
    ]
    never = [
        at("meetings"),
        f"{at('meetings')}?format=csv",
        at("calendar"),
        at("meeting_file", meeting),
        at("minutes_text", meeting, "agenda"),
        at("minutes_word", meeting, "agenda"),
    ]
    if request.node.callspec.params["case"] in OVER:
        never += [at("minutes_text", meeting, name) for name in ("minutes", "actions")]
        never.append(at("minutes_word", meeting, "minutes"))
    if case.published:
        never += [at(name, case.published.pk) for name in ("published_minutes", "published_word")]
    told: dict[str, set[str]] = {}
    for part, browser in browsers(case, settings).items():
        if part in MEMBERS:
            shown = {address: words_of(browser.get(address)) for address in (*both, *never)}
            told[part] = {address for address, words in shown.items() if SECRET in words.lower()}
            if part not in READERS:
                assert [each for each in shown if re.search(r"/RA?01|estricted item", shown[each])] == []
    assert {part for part, found in told.items() if found} == READERS
    assert {address for found in told.values() for address in found}.isdisjoint(never)
    for part in READERS:
        assert {at("minutes", meeting), f"{at('decisions')}?format=csv", at("actions")} <= told[part]


@every_state
def test_counts_are_of_what_each_may_read(case: Case, settings: Any, request: Any) -> None:
    """Decisions, actions, what search finds: one for those outside, two for those inside."""
    answered = STATES.index(request.node.callspec.params["case"]) >= STATES.index("circulated")
    found = {}
    for part, browser in browsers(case, settings).items():
        if part in MEMBERS:
            home = words_of(browser.get(at("home")))
            figures = re.findall(r'stats__figure"><a [^>]+>(\d+)<', home)
            searched = words_of(browser.get(f"/surrey/search/?q={SECRET}+or+lion"))
            total = re.search(r"Everything \((\d+)\)", searched)
            sheet = words_of(browser.get(f"{at('decisions')}?format=csv")).strip().splitlines()
            found[part] = (figures[0], figures[-1], total and total[1], len(sheet) - 1)
    each = 6 if answered else 5  # a point, a paper, a recommendation, a decision, an action; and a comment
    outside = ("1", "1", str(each), 1)
    inside = ("2", "2", str(2 * each + 1), 2)  # the open item's title holds no such word
    assert found == {part: inside if part in READERS else outside for part in MEMBERS}


@every_state
def test_who_may_have_packs_and_minutes_made(case: Case) -> None:
    """Asked of the service, which the page and the worker ask too."""
    expected = {
        documents.PACK: MEMBERS,
        documents.OPEN: MEMBERS,
        documents.WHOLE_PACK: READERS,
        documents.WHOLE: READERS,
    }
    asked = {"subject": case.scene.meeting.pk, "partnership_id": case.scene.cast.surrey.pk}
    may: dict[str, set[str]] = {kind: set() for kind in expected}
    for part, user in case.people.items():
        for kind in expected if user else ():
            try:
                requests.request(kind=kind, by=user, **asked)
                may[kind].add(part)
            except PermissionDenied:
                pass
    assert may == expected


@pytest.mark.parametrize("case", ["planned", "published"], indirect=True)
def test_a_feed_tells_when_and_where_and_no_title(case: Case, settings: Any) -> None:
    """Each member's own address, whatever they may read: never an item's title."""
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)
    for part in MEMBERS:
        _feed, secret = make(case.scene, by=case.people[part])
        sent = Client().get(f"/calendar/{secret}.ics").content.decode()
        assert "BEGIN:VEVENT" in sent, part
        assert SECRET not in sent
        assert "lion" not in sent

"""How a search is asked and answered: words and forms, pages of results, queries and indexes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from governance.models import Action, CommentAnswer, KeyPoint, Paper, PaperPage, Recommendation
from milestones.models import Milestone
from svd_portal.home.selectors import gathering
from svd_portal.home.selectors.gathering import ASKED, Place, Question
from svd_portal.home.selectors.kinds import Kind
from svd_portal.home.selectors.searched import KINDS
from svd_portal.kit.statements import Statement
from svd_portal.kit.words import Match, WordsOf
from tests.cast import TODAY, Cast, save, signed_in
from tests.home.searching import (
    WORD,
    counts,
    decision,
    found,
    item,
    kinds,
    many_points,
    meeting,
    whole_partnership,
)


def test_found_words_are_marked_and_the_rest_escaped(cast: Cast) -> None:
    decision(cast, 1, f"Is a {WORD} < & \ue000 two “Zebras”\ue001–'zebra'?")
    shown = "<mark>zebra</mark> &lt; &amp;  two &#34;<mark>Zebras</mark>&#34;-&#39;<mark>zebra</mark>"
    assert shown in re.findall(r'results__text">(.*?)</p>', found(cast.lead))
    decision(cast, 2, "A <b>lion</b> <script>lioness</script>")
    assert "<b>" not in found(cast.lead, "q=lion")
    assert kinds(found(cast.lead, "q=lioness")) == ["Decision"]


def test_accents_and_word_forms_do_not_matter(cast: Cast) -> None:
    decision(cast, 1, "The café’s meetings")
    assert "<mark>café</mark>&#39;s <mark>meetings</mark>" in found(cast.lead, "q=cafe+meet")
    assert kinds(found(cast.lead, "q=CAFÉS")) == ["Decision"]


def test_a_reference_is_found(cast: Cast) -> None:
    decision(cast, 7, "Something")
    decision(cast, 8, "Something else")
    assert kinds(found(cast.lead, "q=EXEC/2024/0007")) == ["Decision"]


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("q=%22red+zebra%22", ["Decision"]),
        ("q=%E2%80%9Cred+zebra%E2%80%9D", ["Decision"]),
        ("q=%22zebra+red%22", []),
        ("q=red+-zebra", []),
        ("q=lion+or+zebra", ["Decision"]),
        ("q=%22zebra", ["Decision"]),
        ("q=zebra+%26+|+!+(+:*+<->", ["Decision"]),
        ("q=the+of+and", []),
        ("q=%25_%27%3B--", []),
        ("q=%00zebra%00red", ["Decision"]),
        ("q=%00", []),
        ("q=zebra&kind=nothing", ["Decision"]),
        ("q=zebra&before=nonsense", ["Decision"]),
        ("q=zebra&before=2024-01-99_x", ["Decision"]),
        ("q=-lion&kind=decision", ["Decision"]),
    ],
)
def test_whatever_is_typed_is_a_question(cast: Cast, query: str, matches: list[str]) -> None:
    decision(cast, 1, "A red zebra")
    assert kinds(found(cast.lead, query)) == matches


def test_nothing_typed_explains(cast: Cast) -> None:
    for query in ("", "q=", "q=+++", "kind=action"):
        page = found(cast.lead, query)
        assert "all of them must occur" in page
        assert kinds(page) == []


def test_nothing_found_says_what_to_try(cast: Cast) -> None:
    assert "Try fewer words, or others that mean the same." in found(cast.lead, "q=unheard")


@pytest.mark.parametrize("query", ["q=" + "x" * 201, "q=" + "zebra+" * 900, "q=%E2%80%AEzebra"])
def test_what_cannot_be_searched_is_said(cast: Cast, query: str) -> None:
    page = found(cast.lead, query)
    assert "There is a problem" in page
    assert kinds(page) == []


def test_pages_newest_first_each_once(cast: Cast) -> None:
    days = [date(2024, 1, 1 + number % 3) for number in range(60)]
    for number, day in enumerate(days):
        decision(cast, number, taken_on=day)
    client, query, pages = signed_in(cast.lead), f"?q={WORD}&kind=decision", []
    while query:
        page = client.get(f"/surrey/search/{query}").content.decode()
        assert "60 found, newest first" in page
        pages.append(re.findall(r'<time datetime="([^"]+)">', page))
        older = re.search(r'href="(\?[^"]+)" rel="next"', page)
        query = older[1].replace("&amp;", "&") if older else ""
    assert [len(each) for each in pages] == [25, 25, 10]
    assert [day for each in pages for day in each] == [str(day) for day in sorted(days, reverse=True)]
    assert 'rel="prev"' in page


def test_over_a_thousand_are_not_counted_out(cast: Cast) -> None:
    many_points(cast, 1100)
    page = found(cast.lead)
    assert "Over 1,000 found, newest first" in page
    assert counts(page) == ["Everything (over 1,000)", "Key points (over 1,000)"]


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_queries_for_one_as_for_three(cast: Cast, rows: int) -> None:
    for number in range(rows):
        decision(cast, number)
        save(Milestone(partnership=cast.surrey, title=WORD, due=TODAY))
    client = signed_in(cast.lead)
    client.get(f"/surrey/search/?q={WORD}")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(f"/surrey/search/?q={WORD}")
    assert len(asked) == 6


def placed(user: Any, partnership: Any, after: Place | None = None) -> list[tuple[str, str]]:
    """What a page of every kind holds, each looked for as if there were many."""
    question = Question(user, partnership, WORD, "", after)
    found = sorted(question.newest(KINDS), key=lambda row: (row.day, row.key), reverse=True)
    return [(row.kind, str(row.day)) for row in found]


@pytest.mark.parametrize("part", ["lead", "officer", "chair", "finance", "observer", "outsider"])
def test_a_walk_finds_what_the_index_finds(cast: Cast, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many rows a page is looked for along their order; the same for whoever asks, wherever it begins."""
    user = cast.outsider if part == "outsider" else cast.members[part]
    whole_partnership(cast)
    for number, day in enumerate(["2024-01-10", "2024-01-12", "2023-12-10"]):
        of = item(meeting(cast, day, status="cancelled"), restricted=number == 1)
        under: dict[str, Any] = {"partnership": cast.surrey, "item": of}
        save(KeyPoint(**under, position=1, text=WORD))
        save(Recommendation(**under, position=1, verb="noted", text=WORD))
        save(Paper(**under, title=WORD, url="https://papers.example/"))
        raised = {"body": cast.executive, "reference": f"A/1{number}", "restricted": number == 1}
        save(Action(**under, **raised, text=WORD, owner_role="Lead"))
    gone = item(meeting(cast, "2024-01-09"), title=WORD, withdrawn=True)
    save(KeyPoint(partnership=cast.surrey, item=gone, position=1, text=WORD))
    decision(cast, 11, taken_on=date(2024, 1, 11))
    save(Action(partnership=cast.surrey, body=cast.executive, reference="A/2", text=WORD, owner_role="Lead"))
    for after in (None, Place(date(2024, 1, 12), UUID(int=0)), Place(date(2023, 12, 31), UUID(int=0))):
        monkeypatch.setattr(gathering, "WALKED_FROM", 1_000_000)
        by_index = placed(user, cast.surrey, after)
        monkeypatch.setattr(gathering, "WALKED_FROM", -1)
        assert placed(user, cast.surrey, after) == by_index
    restricted = "2024-01-12"
    counted = [kind for kind, day in placed(user, cast.surrey) if day == restricted]
    assert len(counted) == (5 if part in {"lead", "officer", "chair"} else 0)
    assert (by_index == []) == (part == "outsider")


@pytest.mark.parametrize("walked_from", [-1, 1_000_000])
def test_pages_of_more_than_are_counted(
    cast: Cast, walked_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "WALKED_FROM", walked_from)
    many_points(cast, 1100)
    client, query, keys = signed_in(cast.lead), f"?q={WORD}&kind=point", []
    for _page in range(3):
        page = client.get(f"/surrey/search/{query}").content.decode()
        keys += re.findall(r"#point-([0-9a-f-]+)", page)
        query = re.search(r'href="(\?[^"]+)" rel="next"', page)[1].replace("&amp;", "&")  # type: ignore[index]
    points = KeyPoint.objects.order_by("-pk").values_list("pk", flat=True)[:75]
    assert keys == [str(key) for key in points]


def test_every_page_of_a_partnership_has_the_search_box(cast: Cast) -> None:
    client = signed_in(cast.observer)
    box = '<form class="masthead__search" action="/surrey/search/" role="search">'
    assert box in client.get("/surrey/").content.decode()
    assert box in client.get("/surrey/governance/decisions/").content.decode()
    assert box not in client.get("/surrey/search/").content.decode()  # it has a larger one
    assert box not in client.get("/accounts/").content.decode()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.key))
def test_the_index_is_recognised(cast: Cast, kind: Kind) -> None:
    """The question's words are, for PostgreSQL, those of the table's index."""
    recognised(kind.model, kind.words)


@pytest.mark.parametrize(("model", "words"), [(CommentAnswer, WordsOf("text")), (PaperPage, WordsOf("text"))])
def test_the_index_of_what_leads_to_a_record_is_recognised(cast: Cast, model: Any, words: WordsOf) -> None:
    recognised(model, words)


def recognised(model: Any, words: WordsOf) -> None:
    asked = Statement(lambda: model.objects.filter(Match(words, ASKED)).values("pk"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked._made.sql}", asked._params({"asked": WORD}))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    index = next(index for index in model._meta.indexes if index.name.endswith("_words"))
    assert f"Bitmap Index Scan on {index.name}" in plan
    assert index.expressions[0] == F("partnership")

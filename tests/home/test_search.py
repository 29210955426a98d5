"""Search of one partnership: every kind is found, and nobody learns of what they may not read."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from funding.models import Award, Grant
from governance.models import (
    Action,
    AgendaItem,
    Body,
    Decision,
    KeyPoint,
    Meeting,
    Paper,
    Recommendation,
)
from milestones.models import DeliveryAction, Milestone, Priority
from svd_portal.home.selectors.search import _ASKED
from svd_portal.home.selectors.searched import KINDS, Kind
from svd_portal.kit.statements import Statement
from svd_portal.kit.words import Match
from tests.cast import SINCE, TODAY, Cast, save, signed_in

WORD = "zebra"


def meeting(cast: Cast, day: str = "2024-01-15", **facts: Any) -> Meeting:
    starts = datetime.fromisoformat(f"{day}T10:00:00+00:00")
    return save(Meeting(**{"partnership": cast.surrey, "body": cast.executive, "starts_at": starts} | facts))


def item(of: Meeting, title: str = f"{WORD} item", position: int = 1, **facts: Any) -> AgendaItem:
    return save(AgendaItem(partnership=of.partnership, meeting=of, position=position, title=title, **facts))


def beneath(under: AgendaItem) -> list[Any]:
    """One record of each kind that belongs to an agenda item."""
    of: dict[str, Any] = {"partnership": under.partnership, "item": under}
    body = {"body": under.meeting.body, "restricted": under.restricted}
    return [
        save(Recommendation(**of, position=1, verb="approved", text=f"a {WORD} asked")),
        save(KeyPoint(**of, position=1, text=f"a {WORD} said")),
        save(Paper(**of, title=f"a {WORD} paper", url="https://papers.example/")),
        save(
            Decision(**of, **body, reference="EXEC/2024/01", verb="agreed", text=f"a {WORD}", taken_on=TODAY)
        ),
        save(Action(**of, **body, reference="EXEC/2024/A01", text=f"feed the {WORD}")),
    ]


def decision(cast: Cast, number: int, text: str = WORD, **facts: Any) -> Decision:
    given = {
        "partnership": cast.surrey,
        "body": cast.executive,
        "reference": f"EXEC/2024/{number:04d}",
        "taken_on": TODAY,
        "verb": "agreed",
    }
    return save(Decision(**given | facts, text=text))


def whole_partnership(cast: Cast) -> None:
    """One record of every kind with the word in it."""
    of: dict[str, Any] = {"partnership": cast.surrey}
    save(Body(**of, name=f"The {WORD} Board", code="ZEB", kind=Body.Kind.BOARD, first_day=SINCE))
    beneath(item(meeting(cast, place=f"The {WORD} room")))
    save(Milestone(**of, title=f"{WORD} counted", due=TODAY))
    first = save(Priority(**of, number=1, title="First"))
    plan = {"reference": "1.1", "objective": "Animals", "title": "Count", "outcome": f"every {WORD}"}
    save(DeliveryAction(**of, priority=first, **plan, due=TODAY))
    grant = save(Grant(**of, title="Duty", funder=cast.surrey.convener, recipient=cast.surrey.convener))
    save(
        Award(
            **of,
            grant=grant,
            reference="A1",
            financial_year=2023,
            title=f"{WORD} crossing",
            purpose="analysis",
            cost_type="labour",
            recipient=cast.woking.organisation,
            partner=cast.woking,
            amount=1,
            first_day=date(2023, 4, 1),
            last_day=date(2024, 3, 31),
        )
    )


def many_points(cast: Cast, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO governance_keypoint (id, version, created_at, partnership_id, item_id, position,
                   kind, speaker_kind, speaker_role, text, withdrawn)
               SELECT gen_random_uuid(), 1, now(), %s::uuid, %s::uuid, n, 'point', 'nobody', '', %s, false
               FROM generate_series(1, %s) n""",
            [cast.surrey.pk, item(meeting(cast), title="Long").pk, WORD, number],
        )


def found(user: Any, query: str = f"q={WORD}", slug: str = "surrey") -> str:
    answer = signed_in(user).get(f"/{slug}/search/?{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def kinds(page: str) -> list[str]:
    return sorted(re.findall(r'<p class="results__kind">([^<]+?)(?: <strong.*)?</p>', page))


def counts(page: str) -> list[str]:
    return re.findall(r"<a href=\"\?q=[^>]+>([^<]+ \([^)]+\))</a>", page)


def test_every_kind_is_found_and_counted(cast: Cast) -> None:
    whole_partnership(cast)
    page = found(cast.lead)
    assert kinds(page) == [
        "Action",
        "Agenda item",
        "Award",
        "Body",
        "Decision",
        "Delivery action",
        "Key point",
        "Meeting",
        "Milestone",
        "Paper",
        "Recommendation",
    ]
    assert "11 found, newest first" in page
    assert counts(page) == [
        "Everything (11)",
        "Bodies (1)",
        "Meetings (1)",
        "Agenda items (1)",
        "Recommendations (1)",
        "Key points (1)",
        "Papers (1)",
        "Decisions (1)",
        "Actions (1)",
        "Milestones (1)",
        "Delivery plan (1)",
        "Awards (1)",
    ]


def test_a_kind_by_itself(cast: Cast) -> None:
    whole_partnership(cast)
    page = found(cast.lead, f"q={WORD}&kind=action")
    assert kinds(page) == ["Action"]
    assert "1 found, newest first" in page
    assert "Everything (11)" in page


def test_every_result_leads_to_a_page(cast: Cast) -> None:
    whole_partnership(cast)
    client = signed_in(cast.lead)
    page = client.get(f"/surrey/search/?q={WORD}").content.decode()
    addresses = re.findall(r'results__title"><a href="([^"#]+)', page)
    assert len(addresses) == 11
    assert [client.get(each).status_code for each in addresses] == [200] * 11


def test_what_is_restricted_is_hidden_with_its_counts(cast: Cast) -> None:
    """The item and everything beneath it: for those outside, as if there were nothing."""
    beneath(item(meeting(cast), restricted=True))
    shown = {part: (kinds(page := found(user)), counts(page)) for part, user in cast.members.items()}
    everything = (
        ["Action", "Agenda item", "Decision", "Key point", "Paper", "Recommendation"],
        [
            "Everything (6)",
            "Agenda items (1)",
            "Recommendations (1)",
            "Key points (1)",
            "Papers (1)",
            "Decisions (1)",
            "Actions (1)",
        ],
    )
    inside = {"lead", "officer", "auditor", "chair"}
    assert shown == {part: everything if part in inside else ([], []) for part in cast.members}
    assert WORD not in found(cast.finance).replace(f'value="{WORD}"', "").replace(f"{WORD} – Search", "")


def test_another_partnership_is_never_searched(cast: Cast) -> None:
    whole_partnership(cast)
    assert "Nothing was found" in found(cast.outsider, slug="west-midlands")
    address = f"/surrey/search/?q={WORD}"
    assert signed_in(cast.outsider).get(address).status_code == 404
    assert signed_in(cast.nobody).get(address).status_code == 404
    answer = Client().get(address)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/accounts/login/?next=/surrey/search/%3Fq%3D{WORD}",
    )


def test_withdrawn_as_on_their_pages(cast: Cast) -> None:
    """What an agenda no longer shows is not found; a withdrawn decision is, and says so."""
    gone = item(meeting(cast), withdrawn=True)
    save(KeyPoint(partnership=cast.surrey, item=gone, position=1, text=WORD))
    kept = item(gone.meeting, title="Kept", position=2)
    save(KeyPoint(partnership=cast.surrey, item=kept, position=1, text=WORD, withdrawn=True))
    decision(cast, 1, withdrawn_reason="recorded twice")
    page = found(cast.lead)
    assert kinds(page) == ["Decision"]
    assert '<strong class="tag tag--bad">Withdrawn</strong>' in page


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


def test_meetings_by_the_name_of_their_body(cast: Cast) -> None:
    meeting(cast)
    assert kinds(found(cast.lead, "q=reduction+executive")) == ["Body", "Meeting"]


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
    assert len(asked) == 7


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
    asked = Statement(lambda: kind.model.objects.filter(Match(kind.words, _ASKED)).values("pk"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked._made.sql}", asked._params({"asked": WORD}))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    index = next(index for index in kind.model._meta.indexes if index.name.endswith("_words"))
    assert f"Bitmap Index Scan on {index.name}" in plan
    assert index.expressions[0] == F("partnership")

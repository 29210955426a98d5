"""Search of one partnership: every kind is found, and nobody learns of what they may not read."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client

from funding.services.payments import Said, withdraw
from governance.models import KeyPoint, Meeting
from tests.cast import TODAY, Cast, save, signed_in
from tests.funding.makers import Money, award
from tests.funding.makers import decision as spending
from tests.funding.makers import money as some_money
from tests.funding.test_payments import pay, receive
from tests.funding.test_virements import move, wanted
from tests.home.searching import (
    WORD,
    beneath,
    comment,
    counts,
    decision,
    found,
    item,
    kinds,
    meeting,
    whole_partnership,
)


@pytest.fixture
def money(cast: Cast) -> Money:
    return some_money(cast)


def test_every_kind_is_found_and_counted(cast: Cast) -> None:
    whole_partnership(cast)
    page = found(cast.lead)
    assert kinds(page) == [
        "Action",
        "Agenda item",
        "Award",
        "Body",
        "Comment on minutes",
        "Commitment",
        "Decision",
        "Delivery action",
        "Engagement",
        "Intervention",
        "Key point",
        "Lesson of a review",
        "Meeting",
        "Milestone",
        "Money moved within a year",
        "Paper",
        "Payment from a funder",
        "Payment from an award",
        "Priority",
        "Query of the funder",
        "Recommendation",
        "Report",
        "Review",
    ]
    assert "23 found, newest first" in page
    assert counts(page) == [
        "Everything (23)",
        "Bodies (1)",
        "Meetings (1)",
        "Agenda items (1)",
        "Recommendations (1)",
        "Key points (1)",
        "Comments on minutes (1)",
        "Papers (1)",
        "Decisions (1)",
        "Actions (1)",
        "Reviews (1)",
        "Lessons of reviews (1)",
        "Engagement log (1)",
        "Milestones (1)",
        "Commitments (1)",
        "Priorities (1)",
        "Delivery plan (1)",
        "Awards (1)",
        "Payments from awards (1)",
        "Payments from funders (1)",
        "Money moved within a year (1)",
        "Interventions (1)",
        "Queries of the funder (1)",
        "Reports (1)",
    ]


def test_a_kind_by_itself(cast: Cast) -> None:
    whole_partnership(cast)
    page = found(cast.lead, f"q={WORD}&kind=action")
    assert kinds(page) == ["Action"]
    assert "1 found, newest first" in page
    assert "Everything (23)" in page


def test_every_result_leads_to_a_page(cast: Cast) -> None:
    whole_partnership(cast)
    client = signed_in(cast.lead)
    page = client.get(f"/surrey/search/?q={WORD}").content.decode()
    addresses = re.findall(r'results__title"><a href="([^"#]+)', page)
    assert len(addresses) == 23
    assert [client.get(each, follow=True).status_code for each in addresses] == [200] * 23


def test_what_is_restricted_is_hidden_with_its_counts(cast: Cast) -> None:
    """The item and everything beneath it: for those outside, as if there were nothing."""
    under = item(meeting(cast), restricted=True)
    beneath(under)
    comment(under, answered=f"the {WORD} is gone")
    shown = {part: (kinds(page := found(user)), counts(page)) for part, user in cast.members.items()}
    everything = (
        ["Action", "Agenda item", "Comment on minutes", "Decision", "Key point", "Paper", "Recommendation"],
        [
            "Everything (7)",
            "Agenda items (1)",
            "Recommendations (1)",
            "Key points (1)",
            "Comments on minutes (1)",
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


def test_comments_by_their_answers_each_once(cast: Cast) -> None:
    """One that says it itself and is answered so too is one; the whole minutes go by their body's name."""
    of = meeting(cast, status=Meeting.Status.HELD)
    both = comment(of, f"two {WORD}s", answered=f"three {WORD}s")
    answered = comment(item(of, "Counting"), "two lions", answered=f"a {WORD}")
    page = found(cast.lead)
    assert counts(page) == ["Everything (2)", "Comments on minutes (2)"]
    for made, title in ((both, "Surrey Serious Violence Reduction Executive"), (answered, "Counting")):
        address = f"/surrey/governance/meetings/{of.pk}/minutes/#comment-{made.pk}"
        assert f'<a href="{address}">{title}</a>' in page
    assert sorted(re.findall(r'results__text">(.*?)</p>', page)) == [
        "<mark>zebras</mark> · three <mark>zebras</mark>",
        "lions · a <mark>zebra</mark>",
    ]
    minutes = signed_in(cast.lead).get(f"/surrey/governance/meetings/{of.pk}/minutes/").content.decode()
    assert re.findall(r'id="comment-([\w-]+)"', minutes) == [str(answered.pk), str(both.pk)]


@pytest.mark.parametrize("answered", ["", f"a {WORD}"])
def test_comments_beside_restricted_items_are_as_restricted(cast: Cast, answered: str) -> None:
    """Whether its own words or its answer's hold the word; beside an open item all find it."""
    of = meeting(cast)
    hidden = item(of, "Placements", restricted=True)
    comment(hidden, "a lion" if answered else f"a {WORD}", answered=answered)
    everyone = cast.members
    assert {part for part, who in everyone.items() if counts(found(who))} == {
        "lead",
        "officer",
        "auditor",
        "chair",
    }
    assert "Placements" not in found(cast.finance)
    comment(item(of, "Open", position=2), "a lion" if answered else f"a {WORD}", answered=answered)
    told = {part: counts(found(who))[0] for part, who in everyone.items()}
    inside = {"lead", "officer", "auditor", "chair"}
    assert told == {part: f"Everything ({2 if part in inside else 1})" for part in everyone}


def test_a_comment_on_a_withdrawn_item_is_not_found(cast: Cast) -> None:
    comment(item(meeting(cast), "Gone", withdrawn=True), answered=f"a {WORD}")
    assert kinds(found(cast.lead)) == []


def test_payments_by_their_reference_and_by_their_award(cast: Cast, money: Money) -> None:
    made = award(money, cast.woking)
    paid = pay(cast, made, Said(TODAY, Decimal("1200.50"), "BACS 0042"))
    wrong = pay(cast, made, Said(TODAY, Decimal("9.00"), "BACS 0043"))
    receive(cast, money, Said(TODAY, Decimal("5000.00"), "HO-77"))
    page = found(cast.woking_rep, "q=%22BACS+0042%22")
    assert (kinds(page), "Woking Borough Council" in page) == (["Payment from an award"], True)
    assert (
        f'/surrey/funding/awards/{made.pk}/#payments">£1,200.50 · <mark>BACS</mark> <mark>0042</mark>' in page
    )
    assert kinds(found(cast.observer, "q=detached")) == [
        "Award",
        "Payment from an award",
        "Payment from an award",
    ]
    assert kinds(found(cast.observer, "q=HO-77")) == ["Payment from a funder"]
    withdraw(payment=wrong, reason="Twice", by=cast.finance)
    assert counts(found(cast.observer, "q=detached&kind=paid"))[1:] == [
        "Awards (1)",
        "Payments from awards (1)",
    ]
    assert kinds(found(cast.observer, "q=0043")) == []
    for other in ("q=detached", "q=HO-77"):
        assert kinds(found(cast.outsider, other, slug="west-midlands")) == []
    assert paid.reference == "BACS 0042"


def test_money_that_was_moved_by_its_reason_and_its_decision(cast: Cast, money: Money) -> None:
    ours, theirs = award(money, cast.woking), award(money, cast.police, reference="SV/2023/02")
    secret = spending(cast, "EXEC/2023/09", restricted=True)
    made = move(cast, wanted(money, ours, theirs, "1100.01", decision=secret, reason="The van was cheaper"))
    page = found(cast.woking_rep, "q=cheaper+van")
    assert kinds(page) == ["Money moved within a year"]
    assert f'/surrey/funding/virements/{made.pk}/">£1,100.01 · SV/2023/01 · SV/2023/02</a>' in page
    shown = {part: kinds(found(user, "q=EXEC/2023/09")) for part, user in cast.members.items()}
    inside = {"lead", "officer", "auditor", "chair"}
    moved = ["Decision", "Money moved within a year"]
    assert shown == {part: moved if part in inside else [] for part in cast.members}
    assert kinds(found(cast.outsider, "q=cheaper+van", slug="west-midlands")) == []


def test_meetings_by_the_name_of_their_body(cast: Cast) -> None:
    meeting(cast)
    assert kinds(found(cast.lead, "q=reduction+executive")) == ["Body", "Meeting"]

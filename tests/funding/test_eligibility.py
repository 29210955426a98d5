"""The check against what the grant does not pay for: asked item by item, shown to those who decide."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from funding.models import EligibilityCheck
from funding.rules.eligibility import USUAL_ITEMS, Answer, check_answers, items_of
from funding.services import eligibility as services
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.makers import propose_spend
from tests.funding.pages import errors, look, send

LIST = "/surrey/funding/proposals/"
NONE = [Answer(item) for item in USUAL_ITEMS]
GIFTS = [
    Answer(item, True, "Prizes for a quiz, £40.", "Funder's letter of 2 May 2023")
    if item == "Gifts"
    else Answer(item)
    for item in USUAL_ITEMS
]


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def proposal(cast, money):
    makers.allocation(money.grant, "non_labour", Decimal("334965.78"), 2024)
    return propose_spend(cast, money)


def check(cast, proposal, answers=NONE, *, none_applies=True, by=None):
    return services.check_proposal(
        proposal_id=proposal.pk,
        answers=answers,
        none_applies=none_applies,
        by=by or cast.woking_rep,
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("answers", "none_applies", "said"),
    [
        (NONE, True, []),
        (NONE, False, [("none_applies", "Tick what applies, or confirm that none does.")]),
        (GIFTS, False, []),
        (GIFTS, True, [("none_applies", "Gifts is ticked, so it is not true that none applies.")]),
        (
            [Answer("Gifts", True)],
            False,
            [
                ("said_0", "Gifts: say what it is and why it may be paid."),
                ("source_0", "Gifts: say where it is written that it may be paid."),
            ],
        ),
    ],
)
def test_what_is_asked(answers, none_applies, said):
    assert [(each.field, each.sentence) for each in check_answers(answers, none_applies=none_applies)] == said


def test_a_list_is_one_item_a_line():
    assert items_of(" Gifts \n\n fines\nGIFTS\nBuying  land") == ["Gifts", "fines", "Buying land"]


def test_the_newest_check_stands_and_the_same_twice_is_kept_once(cast, proposal):
    first = check(cast, proposal)
    assert check(cast, proposal) == first
    later = check(cast, proposal, GIFTS, none_applies=False)
    assert EligibilityCheck.objects.count() == 2
    assert [answer.item for answer in later.applying] == ["Gifts"]


@pytest.mark.parametrize("part", ["police_rep", "checker", "observer", "auditor", "outsider"])
def test_who_may_not_answer(cast, proposal, part):
    with pytest.raises(PermissionDenied):
        check(cast, proposal, by=getattr(cast, part))


def test_on_its_page_each_item_is_asked_and_what_is_typed_is_kept(cast, proposal):
    address = f"{LIST}{proposal.pk}/items/"
    page = look(cast.woking_rep, address)
    assert all(item in page for item in USUAL_ITEMS)
    assert errors(send(cast.woking_rep, address)) == ["Tick what applies, or confirm that none does."]
    refused = send(cast.woking_rep, address, item_5="on", said_5="Prizes for a quiz, £40.")
    assert errors(refused) == ["Gifts: say where it is written that it may be paid."]
    assert "Prizes for a quiz, £40." in refused.content.decode()
    fields = {"item_5": "on", "said_5": "Prizes for a quiz, £40.", "source_5": "Letter of 2 May 2023"}
    assert send(cast.woking_rep, address, **fields).status_code == 302
    said = "Gifts : Prizes for a quiz, £40. Source: Letter of 2 May 2023"
    assert said in look(cast.observer, f"{LIST}{proposal.pk}/")
    assert said in look(cast.lead, f"{LIST}decide/?year=2024-25")


def test_an_unchecked_one_says_so_to_those_who_decide(cast, proposal):
    assert "Not checked for ineligible items yet." in look(cast.lead, f"{LIST}decide/?year=2024-25")
    assert "Nobody has checked it for what the grant does not pay for." in look(
        cast.lead, f"{LIST}{proposal.pk}/"
    )


def test_an_award_shows_its_own_check(cast, money):
    made = makers.award(money, cast.woking)
    address = f"/surrey/funding/awards/{made.pk}/"
    assert send(cast.finance, f"{address}items/", none_applies="on").status_code == 302
    assert "None of what the grant usually does not pay for applies." in look(cast.observer, address)
    assert signed_in(cast.lead).get(f"{address}items/").status_code == 403


def test_finance_keeps_the_list_and_earlier_answers_stay(cast, proposal):
    check(cast, proposal)
    address = f"{LIST}items/"
    assert send(cast.finance, address, items="Gifts\nBuying land").status_code == 302
    page = look(cast.woking_rep, f"{LIST}{proposal.pk}/items/")
    assert "Buying land" in page
    assert "Lobbying" not in page
    assert [answer.item for answer in EligibilityCheck.objects.get().given] == list(USUAL_ITEMS)
    assert signed_in(cast.lead).get(address).status_code == 403

"""The pages of proposals: the year's list beside what is free, one proposal, and what is done with it."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from funding.models import Award, Proposal
from funding.services import choosing, proposals
from funding.services.choosing import Outcome
from governance.services import meetings
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.makers import propose_spend
from tests.funding.pages import errors, look, queries, send, words

D = Decimal
LIST = "/surrey/funding/proposals/"
AT_TEN = datetime(2024, 1, 22, 10, tzinfo=ZoneInfo("Europe/London"))


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def next_year(money):
    makers.allocation(money.grant, "labour", D("211864.69"), 2024)
    makers.allocation(money.grant, "non_labour", D("334965.78"), 2024)
    return money


def form(cast, money, **changes):
    return {
        "key": str(uuid4()),
        "grant": str(money.grant.pk),
        "partner": str(cast.woking.pk),
        "title": "Evenings in town",
        "year": "2024-25",
        "purpose": "intervention",
        "amount": "6,000.00",
        "first_day_day": "1",
        "first_day_month": "4",
        "first_day_year": "2024",
        "last_day_day": "31",
        "last_day_month": "3",
        "last_day_year": "2025",
        "reasons": "A trusted adult keeps young people from harm.",
        **changes,
    }


def test_a_representative_proposes_for_next_year_and_sees_where_it_stands(cast, next_year):
    sent = send(cast.woking_rep, f"{LIST}propose/", **form(cast, next_year))
    made = Proposal.objects.get()
    assert sent.headers["Location"] == f"{LIST}{made.pk}/items/"
    text = look(cast.woking_rep, f"{LIST}{made.pk}/")
    assert "Proposal PR/2024/01 Evenings in town Proposed" in text
    assert "The programme lead takes it to the Executive, or asks first." in text
    assert "Asked £6,000.00 2024/25" in text
    assert "Change the proposal Withdraw" in text
    assert "Take to the Executive" not in text


def test_the_form_offers_the_own_organisation_alone(cast, next_year):
    text = look(cast.woking_rep, f"{LIST}propose/")
    assert (
        "Partner that proposes It reports the spend if the proposal is chosen. Woking Borough Council Project"
        in text
    )
    refused = send(cast.woking_rep, f"{LIST}propose/", **form(cast, next_year, partner=str(cast.police.pk)))
    assert errors(refused) == ["Choose one of the options listed"]
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("£2,371.78.", "Enter an amount in pounds and pence, like 1,234.56"),
        ("(50.00)", "Enter an amount in pounds and pence, like 1,234.56"),
        ("1e3", "Enter an amount in pounds and pence, like 1,234.56"),
        ("1.234", "Enter pounds and pence only: no more than 2 numbers after the point"),
        ("9999999999999", "Check the amount: it must be £999,999,999,999.99 or less"),
        ("-5", "Enter £0 or more; amounts below nothing are not used here"),
        ("0", "An award is more than £0.00."),
    ],
)
def test_amounts_that_are_none(cast, next_year, typed, sentence):
    refused = send(cast.woking_rep, f"{LIST}propose/", **form(cast, next_year, amount=typed))
    assert errors(refused) == [sentence]
    assert typed in refused.content.decode()


def test_an_amount_with_a_comma_is_one(cast, next_year):
    send(cast.woking_rep, f"{LIST}propose/", **form(cast, next_year, amount="£1,000"))
    assert Proposal.objects.get().amount == D("1000.00")


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("woking_rep", 200), ("police_rep", 200), ("lead", 200), ("finance", 200), ("checker", 403),
        ("officer", 403), ("cfo", 403), ("auditor", 403), ("admin", 403), ("observer", 403),
        ("outsider", 404), ("nobody", 404),
    ],
)  # fmt: skip
def test_who_may_propose(cast, next_year, part, status):
    assert signed_in(getattr(cast, part)).get(f"{LIST}propose/").status_code == status


@pytest.mark.parametrize(
    ("part", "take", "decide"),
    [
        ("lead", 200, 200), ("finance", 200, 200), ("chair", 403, 200), ("woking_rep", 403, 403),
        ("checker", 403, 403), ("observer", 403, 403), ("outsider", 404, 404),
    ],
)  # fmt: skip
def test_who_may_take_and_record_what_was_chosen(cast, next_year, part, take, decide):
    client = signed_in(getattr(cast, part))
    assert client.get(f"{LIST}take/").status_code == take
    assert client.get(f"{LIST}decide/").status_code == decide


def test_the_years_list_shows_what_is_asked_beside_what_is_free(cast, next_year):
    one = propose_spend(cast, next_year)
    propose_spend(cast, next_year, title="Cameras", amount=D("330000.00"))
    proposals.take(proposal_ids=[one.pk], meeting=None, by=cast.lead, today=TODAY)
    text = look(cast.lead, f"{LIST}?year=2024-25")
    assert (
        "Non-labour (delivering it, including delivery staff) Serious Violence Duty grant £334,965.78 "
        "£334,965.78 £336,000.00 2 proposals £6,000.00 -£1,034.22 more is asked than is free"
    ) in text.replace("−", "-")
    assert (
        "PR/2024/01 Evenings in town Woking Borough Council 2024/25 Non-labour £6,000.00 – Before the" in text
    )


def test_the_list_takes_as_many_queries_for_three_as_for_one(cast, next_year):
    propose_spend(cast, next_year)
    one = queries(cast.lead, f"{LIST}?year=2024-25")
    for number in range(2):
        made = propose_spend(cast, next_year, title=f"Another {number}")
        choosing.decide(
            decision=next_year.agreed,
            outcomes=[Outcome(made.pk, 1, True, D("6000.00"))],
            by=cast.lead,
            today=TODAY,
        )
    assert (one, queries(cast.lead, f"{LIST}?year=2024-25")) == (10, 10)


def test_the_lead_takes_several_and_records_what_was_chosen(cast, next_year):
    one, two = propose_spend(cast, next_year), propose_spend(cast, next_year, title="Another")
    sent = send(cast.lead, f"{LIST}take/?year=2024-25", proposals=[str(one.pk), str(two.pk)])
    assert sent.headers["Location"] == f"{LIST}?year=2024-25"
    page = look(cast.lead, f"{LIST}decide/?year=2024-25")
    assert "PR/2024/01 Evenings in town Woking Borough Council: £6,000.00 asked" in page
    fields = {
        "decision": str(next_year.agreed.pk),
        f"outcome_{one.pk.hex}": "choose",
        f"amount_{one.pk.hex}": "4,500",
        f"version_{one.pk.hex}": "2",
        f"outcome_{two.pk.hex}": "decline",
        f"version_{two.pk.hex}": "2",
    }
    refused = send(cast.lead, f"{LIST}decide/?year=2024-25", **fields)
    assert len(errors(refused)) == 1
    assert 'value="4,500"' in refused.content.decode()
    fields |= {f"text_{one.pk.hex}": "Fewer evenings.", f"text_{two.pk.hex}": "Others come first."}
    done = send(cast.lead, f"{LIST}decide/?year=2024-25", **fields)
    assert done.status_code == 302
    award = Award.objects.get()
    assert award.amount == D("4500.00")
    text = look(cast.woking_rep, f"{LIST}{one.pk}/")
    assert "Agreed, awaiting PCC" in text
    assert "Asked £6,000.00 2024/25 Agreed £4,500.00 Fewer evenings." in text
    assert "PR/2024/01: £6,000.00 asked, £4,500.00 agreed" in look(
        cast.woking_rep, f"/surrey/funding/awards/{award.pk}/"
    )
    declined = look(cast.woking_rep, f"{LIST}{two.pk}/")
    assert "The Executive declined it Others come first." in declined
    decision = look(cast.lead, f"/surrey/governance/decisions/{next_year.agreed.pk}/")
    assert "Proposals it decided" in decision


def test_without_a_year_the_first_with_something_to_decide_is_opened(cast, next_year):
    assert "2024/25" in look(cast.lead, f"{LIST}decide/")
    propose_spend(cast, next_year)
    client = signed_in(cast.lead)
    assert f'href="{LIST}decide/"' in client.get(LIST).content.decode()
    assert "PR/2024/01 Evenings in town" in look(cast.lead, f"{LIST}decide/")
    assert f"{LIST}decide/?year=2023-24" in client.get(f"{LIST}?year=2023-24").content.decode()
    assert "Nothing waits for a decision" in look(cast.lead, f"{LIST}decide/?year=2023-24")


def test_one_proposal_is_decided_from_its_own_page(cast, next_year):
    made = propose_spend(cast, next_year)
    address = f"{LIST}decide/?proposal={made.pk}"
    assert "Leave undecided" not in look(cast.lead, address)
    refused = send(cast.lead, address, decision=str(next_year.agreed.pk))
    assert errors(refused) == ["Choose an option for “Outcome”"]
    sent = send(
        cast.lead,
        address,
        **{
            "decision": str(next_year.agreed.pk),
            f"outcome_{made.pk.hex}": "choose",
            f"amount_{made.pk.hex}": "6,000.00",
            f"version_{made.pk.hex}": "1",
        },
    )
    assert sent.headers["Location"] == f"{LIST}{made.pk}/"
    assert "Nothing waits for a decision" in look(cast.lead, address)
    assert signed_in(cast.lead).get(f"{LIST}decide/?proposal=x").status_code == 404


def test_a_question_is_on_the_partners_start_page_and_answered(cast, next_year):
    made = propose_spend(cast, next_year)
    send(cast.lead, f"{LIST}{made.pk}/ask/", question="Who else pays?", version="1")
    assert "Proposals you are asked about PR/2024/01 Evenings in town £6,000.00" in look(
        cast.woking_rep, "/surrey/"
    )
    assert "Proposals you are asked about" not in look(cast.police_rep, "/surrey/")
    assert "You are asked Who else pays?" in look(cast.woking_rep, f"{LIST}{made.pk}/")
    page = look(cast.woking_rep, f"{LIST}{made.pk}/change/")
    assert "Answer what was asked “Who else pays?” Your answer" in page
    fields = form(cast, next_year, answer="Nobody else.", version="2")
    assert send(cast.woking_rep, f"{LIST}{made.pk}/change/", **fields).status_code == 302
    assert "Changed by the partner, £6,000.00" in look(cast.lead, f"{LIST}{made.pk}/")
    assert "Proposals to take to the Executive 1 proposal 2024/25" in look(cast.lead, "/surrey/")


def test_another_partners_proposal_is_seen_and_not_changed(cast, next_year):
    made = propose_spend(cast, next_year)
    assert "Withdraw" not in look(cast.police_rep, f"{LIST}{made.pk}/")
    refused = send(cast.police_rep, f"{LIST}{made.pk}/withdraw/", reason="No", version="1")
    assert refused.status_code == 403
    assert signed_in(cast.outsider).get(f"{LIST}{made.pk}/").status_code == 404


def test_a_withdrawn_one_is_found_with_its_reason(cast, next_year):
    made = propose_spend(cast, next_year)
    send(cast.woking_rep, f"{LIST}{made.pk}/withdraw/", reason="Paid by the school.", version="1")
    assert "It was withdrawn Paid by the school." in look(cast.lead, f"{LIST}{made.pk}/")
    assert "PR/2024/01" in look(cast.lead, f"{LIST}?progress=withdrawn")
    assert "Paid by the school." in signed_in(cast.lead).get(f"{LIST}?format=csv").getvalue().decode()
    assert "PR/2024/01 Evenings in town" in look(cast.lead, "/surrey/search/?q=school")


def test_an_empty_list_says_what_comes(cast, next_year):
    assert "No proposal yet. A partner’s representative proposes the first." in words(
        signed_in(cast.lead).get(LIST)
    )


@pytest.mark.parametrize(
    ("part", "status"),
    [("woking_rep", 200), ("lead", 200), ("finance", 200), ("police_rep", 403), ("observer", 403)],
)
def test_another_partners_proposal_is_not_opened_to_change_it(cast, next_year, part, status):
    found = propose_spend(cast, next_year)
    for page in ("change", "withdraw", "items"):
        assert signed_in(getattr(cast, part)).get(f"{LIST}{found.pk}/{page}/").status_code == status


def test_a_meeting_lists_the_proposals_taken_to_it(cast, next_year):
    meeting = meetings.call(body_id=cast.executive.pk, starts_at=AT_TEN, by=cast.lead)
    other = meetings.call(body_id=cast.executive.pk, starts_at=AT_TEN + timedelta(days=7), by=cast.lead)
    where = f"/surrey/governance/meetings/{meeting.pk}/"

    def take(title, to):
        made = propose_spend(cast, next_year, title=title)
        proposals.take(proposal_ids=[made.pk], meeting=to, by=cast.lead, today=TODAY)
        return made

    assert "taken to this meeting" not in look(cast.woking_rep, where)
    first = take("Evenings in town", meeting)
    one = queries(cast.woking_rep, where)
    seen = look(cast.woking_rep, where)
    after = seen.partition("Where it stands ")[2]
    assert after.startswith("PR/2024/01 Evenings in town 2024/25 Woking Borough Council £6,000.00 ")
    take("Patrols", meeting), take("Talks", meeting), take("Elsewhere", other)
    seen = look(cast.woking_rep, where)
    assert "Sum £18,000.00" in seen
    assert "Elsewhere" not in seen
    assert f"/surrey/funding/proposals/{first.pk}/" in signed_in(cast.woking_rep).get(where).content.decode()
    assert queries(cast.woking_rep, where) == one == 19
    assert signed_in(cast.outsider).get(where).status_code == 404
    assert not Proposal.objects.for_user(cast.outsider, cast.surrey).exists()

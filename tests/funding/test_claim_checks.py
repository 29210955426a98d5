"""Finance's check of spend reports: accepted, sent back, answered."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from funding.models import Claim, ClaimStep
from funding.rules.standing import TWO_PEOPLE, Standing, check_accept, check_answer
from funding.selectors import checking
from funding.selectors.returns import facts
from funding.services import claim_checks as services
from funding.services import claims
from funding.services.refusals import Refused
from partners import access
from partners.models import PartnershipAppointment
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import TODAY, save, signed_in
from tests.funding.makers import PARTS, Q3, award, entered, quarterly_return, report
from tests.funding.pages import errors, look, queries, send, words

D = Decimal
CHECK = "/surrey/funding/check/"


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def woking_award(cast, money):
    return award(money, cast.woking)


@pytest.fixture
def claim(cast, woking_award):
    return report(woking_award, cast.woking_rep)


def accept(claim, by, **changes):
    return services.accept(
        **{"claim_id": claim.pk, "version": claim.version, "by": by, "today": TODAY, **changes}
    )


def send_back(claim, by, comment="Which invoice is it?", **changes):
    return services.send_back(
        **{
            "claim_id": claim.pk,
            "version": claim.version,
            "comment": comment,
            "by": by,
            "today": TODAY,
            **changes,
        }
    )


def standing(claim):
    return Claim.objects.get(pk=claim.pk).standing


# The rules


@pytest.mark.parametrize(
    ("at", "own", "another", "refused"),
    [
        (Standing.SUBMITTED, False, True, []),
        (Standing.SUBMITTED, False, False, []),
        (Standing.SUBMITTED, True, False, []),
        (Standing.SUBMITTED, True, True, ["entered_not_accepted"]),
        (Standing.SENT_BACK, False, True, ["sent_back_waits"]),
        (Standing.SENT_BACK, True, True, ["sent_back_waits"]),
    ],
)
def test_who_accepts_what(at, own, another, refused):
    assert [found.rule for found in check_accept(at, own=own, another=another)] == refused


def test_the_rule_of_two_people_says_on_what_authority():
    (found,) = check_accept(Standing.SUBMITTED, own=True, another=True)
    assert found.sentence == "You entered this report, so somebody else of the PCC's finance accepts it."
    assert found.section == TWO_PEOPLE


@pytest.mark.parametrize("at", Standing)
@pytest.mark.parametrize("changed", [True, False])
@pytest.mark.parametrize("answer", ["", "  ", "It is right."])
def test_what_was_sent_back_is_changed_or_answered(at, changed, answer):
    found = check_answer(at, changed=changed, answer=answer)
    silent = at == Standing.SENT_BACK and not changed and not answer.strip()
    assert [each.rule for each in found] == (["sent_back_answered"] if silent else [])


# Accepted


def test_a_report_is_submitted_then_accepted(cast, claim):
    assert standing(claim) == "submitted"
    accept(claim, cast.finance)
    assert standing(claim) == "accepted"
    assert [(step.step, step.by, step.amount, step.claim_version) for step in claim.steps.all()] == [
        ("submitted", cast.woking_rep, D("1000.00"), 1),
        ("accepted", cast.finance, D("1000.00"), 1),
    ]


def test_accepting_twice_is_accepting_once(cast, claim):
    accept(claim, cast.finance)
    accept(claim, cast.checker)
    assert ClaimStep.objects.filter(step="accepted").count() == 1


def test_a_changed_report_is_submitted_again(cast, woking_award, claim):
    accept(claim, cast.finance)
    report(woking_award, cast.woking_rep, amount="900.00", version=2)
    assert standing(claim) == "submitted"


def test_nobody_accepts_what_they_entered_while_another_could(cast, woking_award):
    entered = claims.report_for_partner(
        award_id=woking_award.pk,
        quarter=Q3,
        basis="on_behalf",
        amount=D("10.00"),
        forecast_next=D(0),
        forecast=D(0),
        source="A call",
        by=cast.finance,
        today=TODAY,
    )
    with pytest.raises(Refused) as refusal:
        accept(entered, cast.finance)
    assert refusal.value.rules == ["entered_not_accepted"]
    cast.checker.is_active = False
    cast.checker.save()
    accept(entered, cast.finance)
    assert standing(entered) == "accepted"


def test_an_edit_and_an_acceptance_at_once(cast, woking_award, claim):
    report(woking_award, cast.woking_rep, amount="900.00", version=1)
    with pytest.raises(Stale):
        accept(claim, cast.finance)
    accept(Claim.objects.get(), cast.finance)
    with pytest.raises(Stale) as stale:
        report(woking_award, cast.woking_rep, amount="800.00", version=2)
    assert stale.value.current["standing"] == "accepted"


def test_one_press_accepts_many_and_names_what_it_leaves(cast, money, claim):
    theirs = report(award(money, cast.police, reference="SV/2023/02"), cast.police_rep)
    changed = report(award(money, cast.woking, reference="SV/2023/03"), cast.woking_rep)
    report(changed.award, cast.woking_rep, amount="1.00", version=1)
    done = services.accept_all(
        chosen=[(each.pk, 1) for each in (claim, theirs, changed)], by=cast.finance, today=TODAY
    )
    assert {each.pk for each in done.claims} == {claim.pk, theirs.pk}
    assert done.left == ["SV/2023/03, 2023/24 quarter 3 was changed since you read it."]
    assert [standing(each) for each in (claim, theirs, changed)] == ["accepted", "accepted", "submitted"]


def test_one_press_on_nothing_says_so(cast):
    with pytest.raises(DomainError, match="Choose at least one report"):
        services.accept_all(chosen=[], by=cast.finance, today=TODAY)


# Sent back


def test_what_is_sent_back_waits_and_is_answered(cast, woking_award, claim):
    send_back(claim, cast.finance)
    rights = access.rights(cast.woking_rep, cast.surrey)
    (waiting,) = checking.sent_back_to(cast.woking_rep, cast.surrey, rights)
    assert (waiting.pk, waiting.said_last) == (claim.pk, "Which invoice is it?")
    for other in (cast.police_rep, cast.finance, cast.lead, cast.outsider):
        assert checking.sent_back_to(other, cast.surrey, access.rights(other, cast.surrey)) == []
    with pytest.raises(Refused) as refusal:
        report(woking_award, cast.woking_rep, version=2)
    assert (refusal.value.field, refusal.value.rules) == ("answer", ["sent_back_answered"])
    report(woking_award, cast.woking_rep, version=2, answer="The one of 3 December.")
    assert standing(claim) == "submitted"
    assert [(step.step, step.text) for step in claim.steps.all()] == [
        ("submitted", ""),
        ("sent_back", "Which invoice is it?"),
        ("submitted", "The one of 3 December."),
    ]
    assert checking.sent_back_to(cast.woking_rep, cast.surrey, rights) == []


def test_sending_back_says_why(cast, claim):
    with pytest.raises(ReasonRequired) as refusal:
        send_back(claim, cast.finance, comment=" ")
    assert refusal.value.field == "comment"


def test_what_was_sent_back_is_neither_accepted_nor_sent_back_again(cast, claim):
    sent = send_back(claim, cast.finance)
    with pytest.raises(Refused):
        accept(sent, cast.checker)
    with pytest.raises(DomainError, match="sent back already"):
        send_back(sent, cast.checker)


def test_what_was_accepted_can_be_sent_back_while_the_quarter_is_open(cast, claim):
    assert send_back(accept(claim, cast.finance), cast.checker).standing == "sent_back"


@pytest.mark.parametrize("act", [accept, send_back])
def test_a_locked_quarter_keeps_its_standing(cast, money, claim, act):
    quarterly_return(money, Q3, status="checking")
    with pytest.raises(DomainError, match="are locked in the quarterly return"):
        act(claim, cast.finance)
    rights = access.rights(cast.finance, cast.surrey)
    assert checking.waiting_check(cast.finance, cast.surrey, rights, TODAY) is None


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("act", [accept, send_back])
def test_who_may_check(cast, claim, part, act):
    by = getattr(cast, part)
    if part in ("finance", "checker"):
        assert act(claim, by).standing != "submitted"
        return
    with pytest.raises(PermissionDenied):
        act(claim, by)


# The return


def test_a_return_says_which_reports_are_not_accepted_and_is_not_stopped(cast, money, claim):
    opened = quarterly_return(money, Q3)
    found = [each for each in facts(opened).findings if each.rule == "not_accepted"]
    assert [(each.severity.value, each.sentence) for each in found] == [
        ("warning", "Finance has not accepted 1 report of spend this quarter: SV/2023/01.")
    ]
    assert not facts(opened).blocking
    accept(claim, cast.finance)
    assert "not_accepted" not in [each.rule for each in facts(opened).findings]


# PostgreSQL itself


@pytest.mark.parametrize(
    "change",
    [
        "standing = 'accepted'",
        "standing = 'sent_back'",
    ],
)
def test_no_standing_without_its_step(claim, change):
    with pytest.raises(DatabaseError, match="a standing is given by a step"), transaction.atomic():
        connection.cursor().execute(f"UPDATE funding_claim SET {change} WHERE id = %s", [claim.pk])


def test_accepted_figures_never_change_unsaid(cast, claim):
    accept(claim, cast.finance)
    with pytest.raises(DatabaseError, match="a changed report is submitted again"), transaction.atomic():
        connection.cursor().execute("UPDATE funding_claim SET amount = 1 WHERE id = %s", [claim.pk])


# Pages


def test_finance_accepts_the_chosen_at_one_press(cast, money, claim):
    report(award(money, cast.police, reference="SV/2023/02"), cast.police_rep)
    page = look(cast.finance, CHECK)
    assert "Check spend reports, October to December 2023" in page
    assert "SV/2023/01" in page
    assert "SV/2023/02" in page
    chosen = [f"{each.pk}:{each.version}" for each in Claim.objects.all()]
    client = signed_in(cast.finance)
    answer = client.post(
        f"{CHECK}accept/", {"claim": chosen, "year": "2023-24", "quarter": "q3"}, follow=True
    )
    assert "2 reports are accepted." in words(answer)
    assert "Nothing waits to be checked" in words(answer)
    assert {each.standing for each in Claim.objects.all()} == {"accepted"}


def test_the_partner_sees_what_was_sent_back_and_answers_on_the_form(cast, woking_award, claim):
    address = f"/surrey/funding/claims/{claim.pk}/"
    assert errors(send(cast.finance, f"{address}send-back/", comment="", version=1)) != []
    send(cast.finance, f"{address}send-back/", comment="Which invoice is it?", version=1)
    home = look(cast.woking_rep, "/surrey/")
    assert "Spend reports sent back to you SV/2023/01, 2023/24 quarter 3 Which invoice is it?" in home
    form = f"/surrey/funding/report/{woking_award.pk}/2023-24/q3/"
    assert "The PCC’s finance sent this report back Which invoice is it?" in look(cast.woking_rep, form)
    fields = {"amount": "1000.00", "forecast_next": "0", "forecast": "0", "version": 2}
    answered = send(cast.woking_rep, form, **fields)
    assert errors(answered) == [
        "Nothing is changed. Say why the figures are right as they are, or change them."
    ]
    send(cast.woking_rep, form, **fields, answer="The one of 3 December.")
    page = look(cast.finance, address)
    assert "The one of 3 December." in page
    assert "Which invoice is it?" in page
    assert "To be checked" in page


def test_the_register_filters_by_standing(cast, money, claim):
    theirs = report(award(money, cast.police, reference="SV/2023/02"), cast.police_rep)
    accept(theirs, cast.finance)
    page = look(cast.lead, "/surrey/funding/claims/?standing=accepted")
    assert "SV/2023/02" in page
    assert "SV/2023/01" not in page


def test_finance_finds_what_waits_on_the_start_page(cast, claim):
    assert "Spend reports to check Check 1 report 2023/24 quarter 3" in look(cast.finance, "/surrey/")
    assert "Spend reports to check" not in look(cast.woking_rep, "/surrey/")


def test_who_entered_a_report_is_told_of_it_only_where_nobody_else_could_check_it(cast, money):
    entered(award(money, cast.woking), cast.finance, basis="on_behalf")
    assert "Spend reports to check" not in look(cast.finance, "/surrey/")
    assert "Check 1 report 2023/24 quarter 3" in look(cast.checker, "/surrey/")
    checker = PartnershipAppointment.objects.get(user=cast.checker)
    checker.withdrawn_at = timezone.now()
    save(checker)
    access.project(cast.checker, cast.surrey)
    assert "Check 1 report 2023/24 quarter 3" in look(cast.finance, "/surrey/")


@pytest.mark.parametrize("part", ["lead", "woking_rep", "auditor", "cfo", "observer"])
def test_members_without_the_right_are_refused(cast, claim, part):
    client = signed_in(getattr(cast, part))
    address = f"/surrey/funding/claims/{claim.pk}/"
    assert client.get(CHECK).status_code == 403
    assert client.post(f"{CHECK}accept/", {"claim": f"{claim.pk}:1"}).status_code == 403
    assert client.post(f"{address}accept/", {"version": 1}).status_code == 403
    assert client.post(f"{address}send-back/", {"version": 1, "comment": "x"}).status_code == 403
    assert standing(claim) == "submitted"


def test_the_list_to_check_takes_as_many_queries_for_three_as_for_one(cast, money, claim):
    one = queries(cast.finance, CHECK)
    for number in (2, 3):
        report(award(money, cast.woking, reference=f"SV/2023/0{number}"), cast.woking_rep)
    assert queries(cast.finance, CHECK) == one == 5

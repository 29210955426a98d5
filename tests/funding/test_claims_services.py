from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from funding.models import Claim
from funding.services import claims as services
from funding.services.refusals import Refused
from partners.roles import Role
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from svd_portal.kit.quarters import FinancialYear, Quarter
from tests.cast import TODAY, appoint, person, save
from tests.funding import makers
from tests.funding.makers import PARTS, Q1, Q2, Q3, Q4, award, quarterly_return, report

D = Decimal


@pytest.fixture
def woking_award(cast, money):
    return award(money, cast.woking)


def for_partner(basis, made, by, **changes):
    return services.report_for_partner(
        **{
            "basis": basis,
            "award_id": made.pk,
            "quarter": Q3,
            "amount": D("1000.00"),
            "forecast_next": D(0),
            "forecast": D(0),
            "source": "E-mail of 12 January 2024",
            "by": by,
            "today": TODAY,
            **changes,
        }
    )


# A partner's own report


def test_a_report_keeps_everything_and_who_made_it(cast, woking_award):
    made = report(
        woking_award, cast.woking_rep, amount="1000.00", forecast_next=D("800.00"), forecast=D("800.00")
    )
    saved = Claim.objects.get()
    assert (saved, saved.financial_year, saved.quarter) == (made, 2023, 3)
    assert (saved.amount, saved.forecast_next, saved.forecast) == (D("1000.00"), D("800.00"), D("800.00"))
    assert (saved.basis, saved.source, saved.reported_by) == ("partner", "", cast.woking_rep)
    assert saved.history.get().history_user == cast.woking_rep


def test_the_same_form_sent_twice_is_one_report(cast, woking_award):
    first = report(woking_award, cast.woking_rep)
    second = report(woking_award, cast.woking_rep)
    assert first == second
    assert (Claim.objects.count(), Claim.objects.get().version) == (1, 1)


def test_a_different_report_of_the_same_quarter_is_stale(cast, woking_award):
    report(woking_award, cast.woking_rep, amount="1000.00")
    with pytest.raises(Stale) as stale:
        report(woking_award, cast.woking_rep, amount="1100.00")
    assert (stale.value.current["amount"], stale.value.version) == (D("1000.00"), 1)
    assert report(woking_award, cast.woking_rep, amount="1100.00", version=1).amount == D("1100.00")


def test_a_correction_is_measured_without_what_it_replaces(cast, woking_award):
    report(woking_award, cast.woking_rep, amount="4200.00")
    assert report(woking_award, cast.woking_rep, amount="4199.99", version=1).version == 2


def test_a_difference_from_last_quarters_forecast_needs_a_reason(cast, woking_award):
    report(woking_award, cast.woking_rep, Q2, "500.00", forecast_next=D("1000.00"), forecast=D("2000.00"))
    with pytest.raises(Refused) as refusal:
        report(woking_award, cast.woking_rep, Q3, "600.00")
    assert (refusal.value.field, refusal.value.message) == (
        "reason",
        "£1,000 was forecast for this quarter; £600 is £400 under. Say why.",
    )
    made = report(woking_award, cast.woking_rep, Q3, "600.00", reason="A post was vacant.")
    assert (made.reason, made.history.get().history_change_reason) == ("A post was vacant.",) * 2


def test_above_the_award_is_refused(cast, woking_award):
    report(woking_award, cast.woking_rep, Q1, "4000.00")
    with pytest.raises(Refused) as refusal:
        report(woking_award, cast.woking_rep, Q2, "200.01", reason="More sessions.")
    assert refusal.value.rules == ["over_award"]
    assert report(woking_award, cast.woking_rep, Q2, "200.00", reason="More sessions.").amount == D("200.00")


def test_above_the_allocation_is_refused_though_the_award_has_room(cast):
    money = makers.money(cast, non_labour=D("5000.00"))
    ours, theirs = award(money, cast.woking), award(money, cast.police, reference="SV/2023/02")
    report(theirs, cast.police_rep, amount="4000.00")
    with pytest.raises(Refused) as refusal:
        report(ours, cast.woking_rep, amount="1000.01")
    assert refusal.value.rules == ["over_allocation"]
    assert report(ours, cast.woking_rep, amount="1000.00").amount == D("1000.00")


def test_no_spend_without_both_decisions(cast, money):
    made = award(money, cast.woking, decided=False)
    makers.link(made, money.agreed)
    with pytest.raises(Refused) as refusal:
        report(made, cast.woking_rep)
    assert refusal.value.message == (
        "No spend without a decision: SV/2023/01 cannot be claimed from, because "
        "the partnership has agreed it, and the PCC's decision notice is still missing."
    )
    makers.link(made, money.notice)
    assert report(made, cast.woking_rep).amount == D("1000.00")


@pytest.mark.parametrize("quarter", [Quarter(FinancialYear(2022), 4), Quarter(FinancialYear(2024), 1)])
def test_a_claim_never_crosses_a_financial_year(cast, woking_award, quarter):
    with pytest.raises(Refused) as refusal:
        report(woking_award, cast.woking_rep, quarter, "1.00", today=date(2024, 5, 1))
    assert refusal.value.rules == ["claim_year"]


def test_a_claim_belongs_to_a_quarter_in_which_its_award_runs(cast, money):
    made = award(money, cast.woking, first_day=date(2023, 10, 1))
    with pytest.raises(Refused) as refusal:
        report(made, cast.woking_rep, Q2, "1.00")
    assert refusal.value.rules == ["claim_quarter"]


# Nothing spent


def test_nothing_spent_keeps_what_was_expected(cast, woking_award):
    made = services.nothing_spent(award_id=woking_award.pk, quarter=Q1, by=cast.woking_rep, today=TODAY)
    assert (made.amount, made.forecast_next, made.forecast) == (D("0.00"), D("0.00"), D("4200.00"))


def test_nothing_spent_of_a_forecast_says_why(cast, woking_award):
    report(woking_award, cast.woking_rep, Q2, "500.00", forecast_next=D("1000.00"), forecast=D("2000.00"))
    nothing = {"award_id": woking_award.pk, "quarter": Q3, "by": cast.woking_rep, "today": TODAY}
    with pytest.raises(Refused) as refusal:
        services.nothing_spent(**nothing)
    assert refusal.value.message == "£1,000 was forecast for this quarter; £0 is £1,000 under. Say why."
    made = services.nothing_spent(**nothing, reason="The start slipped to January.")
    assert (made.amount, made.forecast_next, made.forecast) == (D("0.00"), D("2000.00"), D("2000.00"))


# Finance for a partner


def test_finance_enters_a_report_with_its_source(cast, woking_award):
    made = for_partner("on_behalf", woking_award, cast.finance)
    assert (made.basis, made.source, made.reported_by) == (
        "on_behalf",
        "E-mail of 12 January 2024",
        cast.finance,
    )


@pytest.mark.parametrize("basis", ["on_behalf", "estimate"])
def test_a_figure_for_another_says_where_it_came_from(cast, woking_award, basis):
    with pytest.raises(ReasonRequired) as refusal:
        for_partner(basis, woking_award, cast.finance, source=" ")
    assert refusal.value.field == "source"


def test_finance_never_reports_in_the_partners_name(cast, woking_award):
    with pytest.raises(ValueError, match="'partner' is not for another"):
        for_partner("partner", woking_award, cast.finance)


def test_an_estimate_is_labelled_and_gives_way_to_the_partners_report(cast, woking_award):
    made = for_partner("estimate", woking_award, cast.finance)
    assert made.basis == "estimate"
    theirs = report(woking_award, cast.woking_rep, amount="900.00", version=1)
    assert (theirs.pk, theirs.basis, theirs.source) == (made.pk, "partner", "")


def test_an_estimate_never_replaces_a_report(cast, woking_award):
    report(woking_award, cast.woking_rep)
    with pytest.raises(DomainError) as refusal:
        for_partner("estimate", woking_award, cast.finance, version=1)
    assert refusal.value.message == "This quarter is reported already. An estimate never replaces a report."


# Locked quarters


def test_a_locked_quarter_takes_no_report(cast, money, woking_award):
    quarterly_return(money, Q3, status="checking")
    with pytest.raises(DomainError) as refusal:
        report(woking_award, cast.woking_rep, Q3)
    assert refusal.value.message.startswith(
        "The figures of 2023/24 quarter 3 are locked in the quarterly return."
    )
    assert report(woking_award, cast.woking_rep, Q4, "1.00").quarter == 4


# Who may


@pytest.mark.parametrize("part", PARTS)
def test_who_may_report_spend(cast, woking_award, part):
    by = getattr(cast, part)
    attempts = {
        "report": lambda: report(woking_award, by, Q1),
        "nothing": lambda: services.nothing_spent(award_id=woking_award.pk, quarter=Q2, by=by, today=TODAY),
        "on_behalf": lambda: for_partner("on_behalf", woking_award, by, quarter=Q3),
        "estimate": lambda: for_partner("estimate", woking_award, by, quarter=Q1),
    }
    done = set()
    for name, attempt in attempts.items():
        try:
            attempt()
        except PermissionDenied:
            continue
        done.add(name)
    assert done == {"woking_rep": {"report", "nothing"}, "finance": {"on_behalf", "estimate"}}.get(
        part, set()
    )


def test_a_finance_contact_reports_and_an_ended_one_does_not(cast, woking_award):
    contact = person("contact", "surrey")
    appointment = appoint(contact, Role.FINANCE_CONTACT, cast.woking)
    assert report(woking_award, contact, Q1).reported_by == contact
    appointment.last_day = date(2020, 12, 31)
    save(appointment)
    with pytest.raises(PermissionDenied):
        report(woking_award, contact, Q2)

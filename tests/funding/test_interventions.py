"""Interventions: who records them, who pays, whom they reached, and who reads small numbers."""

import csv
import io
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from funding.models import Intervention, InterventionAward, MeasureResult, Result
from funding.selectors import interventions as selectors
from funding.services import interventions as services
from funding.services import results
from funding.services.interventions import About
from funding.services.results import Reached
from milestones.models import Priority
from partners.models import Area
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from svd_portal.kit.quarters import Quarter
from tests.cast import SINCE, TODAY, save, signed_in
from tests.funding import makers
from tests.funding.makers import PARTS, Q1, Q2, Q3, Q4, YEAR, award, report
from tests.funding.pages import errors, look, queries, send, words

D = Decimal
WRITERS = {"lead", "finance"}
EXACT = {"lead", "finance", "checker", "officer", "cfo", "auditor", "woking_rep"}
REGISTER = "/surrey/funding/interventions/"


def about(cast, **changes):
    said = {
        "title": "Evening sessions",
        "provider": cast.woking.organisation,
        "partner": cast.woking,
        "first_day": date(2023, 4, 1),
    }
    return About(**said | changes)


def record(cast, **changes):
    by = changes.pop("by", cast.lead)
    return services.record(partnership=cast.surrey, about=about(cast, **changes), by=by)


@pytest.fixture
def made(cast):
    return record(cast)


def told(made, by, quarter=Q1, version=None, **reached):
    return results.report(
        intervention_id=made.pk,
        quarter=quarter,
        reached=Reached(**reached),
        version=version,
        today=TODAY,
        by=by,
    )


def page(made):
    return f"{REGISTER}{made.pk}/"


# Who may do what


@pytest.mark.parametrize("part", PARTS)
def test_who_records_and_changes(cast, money, part):
    by = getattr(cast, part)
    made, paying = record(cast, title="Another"), award(money, cast.woking)
    attempts = [
        lambda: record(cast, by=by),
        lambda: services.change(
            intervention_id=made.pk, version=1, about=about(cast, title="A third"), area_ids=(), by=by
        ),
        lambda: services.pay_from(intervention_id=made.pk, award_id=paying.pk, by=by),
        lambda: services.add_measure(intervention_id=made.pk, name="Sessions", people=False, by=by),
        lambda: services.withdraw(intervention_id=made.pk, version=2, reason="Not wanted", by=by),
    ]
    for attempt in attempts:
        if part in WRITERS:
            attempt()
        else:
            with pytest.raises(PermissionDenied):
                attempt()


@pytest.mark.parametrize("part", PARTS)
def test_who_reports_results(cast, made, part):
    by = getattr(cast, part)
    if part in WRITERS | {"woking_rep"}:
        assert told(made, by, under_25=12).under_25 == 12
        paper = services.add_paper(
            intervention_id=made.pk, title="Evaluation", url="https://example.org/evaluation", by=by
        )
        assert services.withdraw_paper(paper_id=paper.pk, reason="An old one", by=by).withdrawn
        return
    with pytest.raises(PermissionDenied):
        told(made, by, under_25=12)
    with pytest.raises(PermissionDenied):
        services.add_paper(intervention_id=made.pk, title="Evaluation", url="https://example.org/", by=by)


@pytest.mark.parametrize("part", [part for part in PARTS if part not in {"outsider", "nobody"}])
def test_who_reads_small_numbers(cast, money, made, part):
    paying = award(money, cast.woking)
    services.pay_from(intervention_id=made.pk, award_id=paying.pk, by=cast.finance)
    report(paying, cast.woking_rep, Q1, "99.00")
    measure = services.add_measure(intervention_id=made.pk, name="Mentored", people=True, by=cast.lead)
    result = told(made, cast.woking_rep, under_25=3, professionals=40, measured={measure.pk: D(2)})
    seen = look(getattr(cast, part), page(made))
    address = f"/surrey/history/funding.result/{result.pk}/"
    if part in EXACT:
        assert "Mentored: 2" in seen
        assert "£2.30" in seen
        assert signed_in(getattr(cast, part)).get(address).status_code == 200
    else:
        assert "Mentored: withheld" in seen
        assert "£2.30" not in seen
        assert "Cannot be said" in seen
        assert signed_in(getattr(cast, part)).get(address).status_code == 404
        assert not MeasureResult.objects.for_user(getattr(cast, part), cast.surrey).exists()


@pytest.mark.parametrize("part", ["lead", "woking_rep", "observer"])
def test_lists_and_downloads_withhold_them_from_everyone(cast, made, part):
    told(made, cast.lead, under_25=3, professionals=40)
    told(made, cast.lead, Q2, under_25=61)
    listed = look(getattr(cast, part), REGISTER)
    assert "at least 62" in listed
    assert "64" not in listed
    sheet = signed_in(getattr(cast, part)).get(f"{REGISTER}?format=csv").getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(sheet))
    assert (row["Under 25 reached"], row["Professionals reached"]) == ("at least 62", "40")


def test_a_small_measure_is_not_told_by_its_total(cast, money, made):
    """43 met, 40 of them at school: the three at no school would be told."""
    paying = award(money, cast.woking)
    services.pay_from(intervention_id=made.pk, award_id=paying.pk, by=cast.finance)
    add = {"intervention_id": made.pk, "people": True, "by": cast.lead}
    met, school, other = (services.add_measure(name=name, **add) for name in ("Met", "School", "Other"))
    told(made, cast.woking_rep, measured={met.pk: D(43), school.pk: D(40), other.pk: D(3)})
    makers.quarterly_return(money, Q1)
    exact = "Met: 43 School: 40 Other: 3"
    assert exact in look(cast.woking_rep, page(made))
    told(made, cast.woking_rep, Q2, under_25=60, measured={met.pk: D(83), school.pk: D(44)})
    seen = look(cast.observer, page(made))
    assert "Met: withheld School: withheld Other: withheld" in seen
    assert seen.count("Met: withheld School: withheld") == 2, "a figure to date tells it too"
    shared = look(cast.finance, "/surrey/funding/returns/2023-24/q1/")
    assert "Met: withheld; School: withheld; Other: withheld" in shared


def test_no_other_partnership_s(cast, made):
    for address in (page(made), f"{page(made)}change/", f"{page(made)}2023-24/q1/"):
        assert signed_in(cast.outsider).get(address).status_code == 404
    assert made.title not in look(cast.outsider, "/west-midlands/funding/interventions/")


# What is said


def test_the_same_form_sent_twice_records_once(cast):
    key = uuid4()
    for _press in range(2):
        services.record(partnership=cast.surrey, about=about(cast), key=key, by=cast.lead)
    assert Intervention.objects.count() == 1
    with pytest.raises(DomainError, match="is recorded"):
        record(cast)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": date(2023, 3, 31)}, "last_day"),
        ({"title": "Evening sessions"}, "title"),
    ],
)
def test_what_does_not_fit_together(cast, made, changes, field):
    with pytest.raises(DomainError) as refused:
        record(cast, **{"title": "Another"} | changes)
    assert refused.value.field == field


def test_a_partner_of_another_partnership_is_refused(cast):
    with pytest.raises(DomainError) as refused:
        record(cast, partner=cast.their_police)
    assert refused.value.field == "partner"


def test_areas_are_set_exactly(cast, made):
    one, two = (
        save(Area(name=name, kind=Area.Kind.DISTRICT, first_day=SINCE)) for name in ("Woking", "Guildford")
    )

    def change(version, *areas):
        services.change(
            intervention_id=made.pk,
            version=version,
            about=about(cast),
            area_ids=[area.pk for area in areas],
            by=cast.lead,
        )
        return selectors.areas_of([made]).get(made.pk, [])

    assert change(1, one, two) == ["Guildford", "Woking"]
    assert change(2, two) == ["Guildford"]
    assert change(3, one) == ["Woking"]
    with pytest.raises(Stale):
        change(3, two)


def test_days_keep_the_quarters_that_were_reported(cast, made):
    told(made, cast.lead, Q2, under_25=9)
    for days in ({"first_day": date(2023, 10, 1)}, {"last_day": date(2023, 6, 30)}):
        with pytest.raises(DomainError, match="2023/24 quarter 2"):
            services.change(
                intervention_id=made.pk, version=1, about=about(cast, **days), area_ids=(), by=cast.lead
            )


def test_an_award_pays_for_one(cast, money, made):
    paying, other = award(money, cast.woking), record(cast, title="Mentors")
    link = services.pay_from(intervention_id=made.pk, award_id=paying.pk, by=cast.finance)
    assert services.pay_from(intervention_id=made.pk, award_id=paying.pk, by=cast.lead) == link
    with pytest.raises(DomainError, match="It pays for “Evening sessions”"):
        services.pay_from(intervention_id=other.pk, award_id=paying.pk, by=cast.lead)
    with pytest.raises(DatabaseError, match="award_pays_for_one_intervention"), transaction.atomic():
        save(InterventionAward(partnership=cast.surrey, intervention=other, award=paying))
    with pytest.raises(ReasonRequired):
        services.pay_no_more(link_id=link.pk, reason=" ", by=cast.lead)
    services.pay_no_more(link_id=link.pk, reason="It pays for the mentors", by=cast.lead)
    services.pay_from(intervention_id=other.pk, award_id=paying.pk, by=cast.lead)
    assert "Evening sessions" not in look(cast.lead, f"/surrey/funding/awards/{paying.pk}/")
    assert "Intervention it pays for Mentors" in look(cast.lead, f"/surrey/funding/awards/{paying.pk}/")


def test_a_withdrawn_award_pays_for_none(cast, money, made):
    gone = award(money, cast.woking, withdrawn_reason="Not wanted")
    with pytest.raises(DomainError, match="was withdrawn"):
        services.pay_from(intervention_id=made.pk, award_id=gone.pk, by=cast.lead)


def test_withdrawn_it_counts_for_nothing_and_frees_its_awards(cast, money, made):
    paying = award(money, cast.woking)
    services.pay_from(intervention_id=made.pk, award_id=paying.pk, by=cast.finance)
    told(made, cast.lead, under_25=50)
    with pytest.raises(ReasonRequired):
        services.withdraw(intervention_id=made.pk, version=1, reason="", by=cast.lead)
    services.withdraw(intervention_id=made.pk, version=1, reason="Recorded twice", by=cast.lead)
    assert not InterventionAward.objects.filter(withdrawn=False).exists()
    under_25, _others = selectors.together(selectors.register(cast.lead, cast.surrey), below=5)
    assert str(under_25) == "Not counted"
    assert "Recorded twice" in look(cast.lead, page(made))
    with pytest.raises(DomainError, match="was withdrawn"):
        told(made, cast.lead, Q2, under_25=1)


# Results


@pytest.mark.parametrize(
    ("quarter", "sentence"),
    [(Quarter(YEAR.__class__(2024), 1), "not begun"), (Quarter(YEAR.__class__(2022), 4), "did not run")],
)
def test_a_quarter_outside_is_refused(cast, made, quarter, sentence):
    with pytest.raises(DomainError, match=sentence):
        told(made, cast.lead, quarter, under_25=1)


def test_nothing_said_is_refused(cast, made):
    with pytest.raises(DomainError, match="Enter a number"):
        told(made, cast.lead)
    assert not Result.objects.exists()
    assert told(made, cast.lead, under_25=0).under_25 == 0


def test_two_who_report_at_once_see_each_other(cast, made):
    told(made, cast.woking_rep, under_25=12)
    for version in (None, 7):
        with pytest.raises(Stale):
            told(made, cast.lead, under_25=13, version=version)
    assert told(made, cast.lead, under_25=13, version=1).version == 2


def test_its_own_measures(cast, made):
    people = services.add_measure(intervention_id=made.pk, name="Mentored", people=True, by=cast.lead)
    hours = services.add_measure(intervention_id=made.pk, name="Hours", people=False, by=cast.lead)
    with pytest.raises(DomainError, match="whole number") as refused:
        told(made, cast.lead, measured={people.pk: D("2.5")})
    assert refused.value.field == f"measure_{people.pk}"
    told(made, cast.lead, measured={people.pk: D(12), hours.pk: D("7.50")})
    told(made, cast.lead, version=1, measured={hours.pk: D("8")})
    assert dict(MeasureResult.objects.values_list("measure__name", "value")) == {
        "Mentored": D(12),
        "Hours": D(8),
    }
    with pytest.raises(DomainError, match="not this intervention’s"):
        told(made, cast.lead, version=2, measured={uuid4(): D(1)})
    with pytest.raises(DomainError, match="measure of this name"):
        services.add_measure(intervention_id=made.pk, name="mentored", people=True, by=cast.lead)
    told(made, cast.lead, version=2, measured={hours.pk: D("8.25")})
    change = {"name": "Hours", "people": True, "expected": "", "retired": False}
    with pytest.raises(DomainError, match="Retire it, and begin another"):
        services.change_measure(
            measure_id=people.pk, version=1, **(change | {"name": "Mentored", "people": False}), by=cast.lead
        )
    with pytest.raises(DomainError, match="not whole numbers"):
        services.change_measure(measure_id=hours.pk, version=1, **change, by=cast.lead)


def test_cost_is_of_the_quarters_in_which_people_were_counted(cast, money, made):
    paying = award(money, cast.woking)
    services.pay_from(intervention_id=made.pk, award_id=paying.pk, by=cast.finance)
    report(paying, cast.woking_rep, Q1, "1000.00")
    report(paying, cast.woking_rep, Q2, "500.00", reason="As agreed in June.")
    told(made, cast.lead, Q1, under_25=30, professionals=10)
    told(made, cast.lead, Q2, narrative="Nobody counted in the summer.")
    reach = selectors.reach_of([made], below=5)[made.pk]
    assert (reach.spent, reach.counted, reach.cost) == (D("1500.00"), (Q1,), D("25.00"))
    assert "£25.00 over 1 quarter in which people were counted" in look(cast.chair, page(made))


def test_a_frozen_link(cast, made):
    result = told(made, cast.lead, under_25=12)
    result.quarter = 2
    with pytest.raises(DatabaseError, match="stays with its quarter"), transaction.atomic():
        result.save_by(cast.lead)


# Pages


def test_the_forms(cast, money, made):
    paying = award(money, cast.woking)
    sent = {"key": str(uuid4()), "title": "Mentors", "partner": str(cast.woking.pk)}
    assert errors(send(cast.lead, f"{REGISTER}record/", **sent)) == [
        "Choose an option for “Provider”",
        "Fill in “First day”",
    ]
    days = {"first_day_day": "1", "first_day_month": "4", "first_day_year": "2023"}
    found = send(
        cast.lead, f"{REGISTER}record/", **sent | days | {"provider": str(cast.woking.organisation_id)}
    )
    assert found.status_code == 302, words(found)
    new = Intervention.objects.get(title="Mentors")
    assert send(cast.finance, f"{page(new)}awards/", award=str(paying.pk)).status_code == 302
    assert (
        send(cast.lead, f"{page(new)}measures/", key=str(uuid4()), name="Sessions", expected="4").status_code
        == 302
    )
    quarter = f"{page(new)}2023-24/q3/"
    measure = new.measures.get()
    assert "Expected: 4." in look(cast.woking_rep, quarter)
    assert errors(send(cast.woking_rep, quarter, under_25="-1")) == ["Enter 0 or more"]
    result = {"under_25": "31", f"measure_{measure.pk}": "4"}
    assert send(cast.woking_rep, quarter, **result).status_code == 302
    seen = look(cast.observer, page(new))
    assert "2023/24 quarter 3 October to December 31 Not counted Sessions: 4" in seen
    again = send(cast.woking_rep, quarter, **result)
    assert again.status_code == 422
    for part, status in (("police_rep", 403), ("chair", 403), ("outsider", 404), ("woking_rep", 200)):
        assert signed_in(getattr(cast, part)).get(quarter).status_code == status
    assert signed_in(cast.woking_rep).get(f"{page(new)}change/").status_code == 403


def test_a_priority_and_a_return_show_whom_it_reached(cast, money):
    priority = save(Priority(partnership=cast.surrey, number=1, title="Focused prevention"))
    made, paying = record(cast, priority_id=priority.pk), award(money, cast.woking)
    services.pay_from(intervention_id=made.pk, award_id=paying.pk, by=cast.finance)
    told(made, cast.lead, Q1, under_25=3, professionals=7)
    makers.quarterly_return(money, Q1)
    seen = look(cast.finance, "/surrey/funding/returns/2023-24/q1/")
    assert "Whom interventions reached" in seen
    assert "fewer than 5 7" in seen
    assert "fewer than 5 7" in look(cast.lead, f"/surrey/milestones/plan/priorities/{priority.pk}/")


def test_as_many_queries_for_one_as_for_three(cast, money):
    def tell(title, reference):
        made, paying = record(cast, title=title), award(money, cast.woking, reference=reference)
        services.pay_from(intervention_id=made.pk, award_id=paying.pk, by=cast.finance)
        told(made, cast.lead, Q1, under_25=30)
        return made

    one = tell("One", "SV/1")
    first = queries(cast.lead, REGISTER), queries(cast.lead, f"{REGISTER}?format=csv")
    alone = queries(cast.lead, page(one))
    tell("Two", "SV/2"), tell("Three", "SV/3")
    for quarter in (Q2, Q3, Q4):
        told(one, cast.lead, quarter, under_25=4)
        services.add_measure(intervention_id=one.pk, name=f"Measure {quarter}", people=False, by=cast.lead)
    assert (queries(cast.lead, REGISTER), queries(cast.lead, f"{REGISTER}?format=csv")) == first
    assert queries(cast.lead, page(one)) == alone
    assert (first, alone) == ((11, 8), 13)

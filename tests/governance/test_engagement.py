"""The engagement log: who was reached and consulted, what was heard, what it changed."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from governance.models import Decision, Engagement, EngagementPaper, EngagementPartner
from governance.selectors.engagement import consulted_on_strategy
from governance.services import correspondence, engagement
from governance.services.engagement import About
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import Cast
from tests.cast import partner as a_partner
from tests.governance.scene import TODAY, SignedIn, at, text
from tests.support.sheets import csv_rows

DAY = date(2023, 11, 8)


def entry(cast: Cast, title: str = "Webinar", partners: tuple[Any, ...] = (), **about: Any) -> Engagement:
    return engagement.record(
        partnership=cast.surrey,
        about=About(**{"title": title, "kind": "webinar", "first_day": DAY} | about),
        partner_ids=[each.pk for each in partners],
        today=TODAY,
        by=cast.lead,
    )


def decided(cast: Cast, restricted: bool = False) -> Decision:
    return correspondence.decide(
        body_id=cast.executive.pk,
        title="Street lights",
        verb="approved",
        text="more light.",
        how="By e-mail",
        taken_on=TODAY,
        restricted=restricted,
        today=TODAY,
        by=cast.lead,
    )


def test_not_counted_is_not_nought(cast: Cast) -> None:
    entry(cast, "One", professionals=2500, under_25=0)
    entry(cast, "Two", professionals=20)
    entry(cast, "Nobody counted")
    gone = entry(cast, "Gone", professionals=9)
    engagement.withdraw(engagement_id=gone.pk, version=1, reason="Twice", by=cast.lead)
    assert Engagement.objects.all().reached() == {
        "entries": 3,
        "uncounted": 1,
        "under_25": 0,
        "professionals": 2520,
        "others": None,
    }


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"on_strategy": True}, "on_strategy"),
        ({"last_day": date(2023, 11, 7)}, "last_day"),
        ({"first_day": None, "last_day": DAY}, "last_day"),
        ({"first_day": date(2024, 2, 1), "heard": "x"}, "first_day"),
        ({"decision_id": uuid4()}, "decision"),
    ],
)
def test_what_does_not_fit_together_is_refused(cast: Cast, about: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        entry(cast, **about)
    assert refused.value.field == field
    assert Engagement.objects.count() == 0


def test_postgresql_refuses_it_too(cast: Cast) -> None:
    entry(cast)
    for wrong in ("last_day = '2020-01-01'", "on_strategy = true", "professionals = -1"):
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute(f"UPDATE governance_engagement SET {wrong}")


def test_an_entry_leads_to_a_decision_that_every_member_may_read(cast: Cast) -> None:
    open_one, hidden = decided(cast), decided(cast, restricted=True)
    assert entry(cast, decision_id=open_one.pk).decision == open_one
    with pytest.raises(DomainError, match="open to every member"):
        entry(cast, "Two", decision_id=hidden.pk)


def test_another_partnership_s_partners_take_no_part(cast: Cast) -> None:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        entry(cast, partners=(cast.their_police,))
    assert refused.value.field == "partners"


def test_an_entry_changes_by_its_version_and_is_withdrawn_for_a_reason(cast: Cast) -> None:
    made = entry(cast, partners=(cast.police, cast.woking))
    given: dict[str, Any] = {"engagement_id": made.pk, "today": TODAY, "by": cast.lead}
    about = About(title="Changed", kind="training", first_day=DAY)
    engagement.change(**given, version=1, about=about, partner_ids=[cast.woking.pk])
    links = EngagementPartner.objects.filter(withdrawn=False)
    assert [link.partner for link in links] == [cast.woking]
    with pytest.raises(Stale):
        engagement.change(**given, version=1, about=about, partner_ids=[])
    with pytest.raises(ReasonRequired):
        engagement.withdraw(engagement_id=made.pk, version=2, reason="", by=cast.lead)
    engagement.withdraw(engagement_id=made.pk, version=2, reason="Entered twice", by=cast.lead)
    with pytest.raises(DomainError, match="withdrawn"):
        engagement.change(**given, version=3, about=about, partner_ids=[])


def test_only_who_manages_governance_writes_the_log(cast: Cast) -> None:
    made = entry(cast)
    about = About(title="x", kind="webinar")
    people = cast.members | {"outsider": cast.outsider, "nobody": cast.nobody}
    one: dict[str, Any] = {"engagement_id": made.pk}
    for who, by in people.items():
        if who == "lead":
            continue
        calls: list[Callable[[], Any]] = [
            lambda by=by: engagement.record(partnership=cast.surrey, about=about, today=TODAY, by=by),  # type: ignore[misc]
            lambda by=by: engagement.change(  # type: ignore[misc]
                **one, version=1, about=about, partner_ids=[], today=TODAY, by=by
            ),
            lambda by=by: engagement.withdraw(**one, version=1, reason="x", by=by),  # type: ignore[misc]
            lambda by=by: engagement.add_paper(**one, title="x", url="https://x.example", by=by),  # type: ignore[misc]
        ]
        for call in calls:
            with pytest.raises(PermissionDenied):
                call()


def test_each_relevant_authority_must_be_consulted_on_the_strategy(cast: Cast, signed_in: SignedIn) -> None:
    prison = a_partner(cast.surrey, "A prison", "prison")
    school = a_partner(cast.surrey, "A school", "education")
    custody = a_partner(cast.surrey, "A secure home", "youth_custody")
    consults: dict[str, Any] = {"kind": "consultation", "on_strategy": True}
    entry(cast, "Draft strategy", (prison, cast.police), **consults)
    entry(cast, "Something else", (school,), kind="consultation")
    entry(cast, "Not yet held", (custody,), **consults | {"first_day": date(2024, 2, 1)})
    gone = entry(cast, "Withdrawn", (school,), **consults)
    engagement.withdraw(engagement_id=gone.pk, version=1, reason="Twice", by=cast.lead)
    found = consulted_on_strategy(cast.lead, cast.surrey, TODAY)
    assert [(each.partner.name, [one.title for one in each.consultations]) for each in found] == [
        ("A school", []),
        ("A secure home", []),
        ("A prison", ["Draft strategy"]),
    ]
    assert found[0].capacities == ["Educational authority"]
    page = text(signed_in(cast.woking_rep).get(at("engagement")))
    assert "Consulted on the strategy: 1 of 3 relevant authorities" in page


# Pages


def filled(cast: Cast, **changes: str) -> dict[str, str]:
    given = {"key": str(uuid4()), "title": "Evening in Woking", "kind": "youth", "under_25": "34"}
    given |= {"first_day_day": "8", "first_day_month": "11", "first_day_year": "2023"}
    return given | {"partners": str(cast.woking.pk), "professionals": "0"} | changes


def test_an_entry_is_recorded_once_by_two_presses(cast: Cast, signed_in: SignedIn) -> None:
    lead, given = signed_in(cast.lead), filled(cast, heard="Too dark", changed="Lights")
    first, second = lead.post(at("new_engagement"), given), lead.post(at("new_engagement"), given)
    made = Engagement.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == at("engagement_entry", made.pk)
    assert (made.under_25, made.professionals, made.others) == (34, 0, None)
    page = text(signed_in(cast.woking_rep).get(at("engagement_entry", made.pk)))
    for words in ("Evening in Woking", "Woking Borough Council", "Too dark", "Lights", "Not counted"):
        assert words in page
    assert at("change_engagement", made.pk) not in page
    assert signed_in(cast.woking_rep).get(at("change_engagement", made.pk)).status_code == 403
    assert signed_in(cast.outsider).get(at("engagement_entry", made.pk)).status_code == 404


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": ""}, "Fill in “What it was”"),
        ({"under_25": "many"}, "whole number"),
        ({"on_strategy": "on"}, "Only a consultation is one on the strategy."),
        ({"partners": "x"}, "Choose one of the options listed"),
        (
            {"last_day_day": "7", "last_day_month": "11", "last_day_year": "2023"},
            "Enter the first day, and here",
        ),
    ],
)
def test_an_entry_recorded_wrongly_keeps_what_was_typed(
    cast: Cast, signed_in: SignedIn, given: dict[str, str], sentence: str
) -> None:
    answer = signed_in(cast.lead).post(at("new_engagement"), filled(cast, audience="Typed already", **given))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "Typed already" in text(answer)
    assert Engagement.objects.count() == 0


def test_the_log_is_filtered_summed_and_downloaded(cast: Cast, signed_in: SignedIn) -> None:
    entry(cast, "Webinar", (cast.police,), professionals=2500)
    entry(cast, "Evening", (cast.woking,), kind="youth", under_25=30, first_day=date(2022, 5, 1))
    entry(cast, "Undated", kind="campaign", first_day=None)
    lead = signed_in(cast.lead)
    for query, titles in (
        ("kind=youth", ["Evening"]),
        ("year=2023", ["Webinar"]),
        (f"partner={cast.police.pk}", ["Webinar"]),
        ("", ["Evening", "Undated", "Webinar"]),
    ):
        rows = csv_rows(lead, f"{at('engagement')}?{query}")
        assert sorted(row["What it was"] for row in rows) == titles, query
    assert csv_rows(lead, f"{at('engagement')}?kind=youth")[0]["Professionals"] == "Not counted"
    page = text(lead.get(at("engagement")))
    assert "3 entries, 1 of them not counted" in page
    assert "2,500" in page
    page = text(lead.get(f"{at('engagement')}?kind=youth"))
    assert "1 entry" in page
    assert "2,500" not in page


def test_papers_show_it_until_they_are_withdrawn(cast: Cast, signed_in: SignedIn) -> None:
    made, lead, rep = entry(cast), signed_in(cast.lead), signed_in(cast.woking_rep)
    add = at("add_engagement_paper", made.pk)
    both = {"key": str(uuid4()), "title": "Slides"}
    assert lead.post(add, both).status_code == 422
    lead.post(add, both | {"file": SimpleUploadedFile("slides.csv", b"a,b\n")})
    lead.post(add, {"key": str(uuid4()), "title": "Report", "url": "https://x.example/report"})
    slides, report = EngagementPaper.objects.order_by("created_at")
    assert b"".join(rep.get(at("engagement_paper", slides.pk)).streaming_content) == b"a,b\n"
    assert rep.get(at("engagement_paper", report.pk)).headers["Location"] == "https://x.example/report"
    assert rep.post(at("withdraw_engagement_paper", slides.pk), {"reason": "x"}).status_code == 403
    lead.post(at("withdraw_engagement_paper", slides.pk), {"reason": "A mistake"})
    assert rep.get(at("engagement_paper", slides.pk)).status_code == 404
    assert "Slides" not in text(rep.get(at("engagement_entry", made.pk)))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("engagement", 12), ("engagement_entry", 8)])
def test_the_log_takes_the_same_queries_for_one_row_and_for_three(  # noqa: PLR0917
    cast: Cast, signed_in: SignedIn, django_assert_num_queries: Any, name: str, queries: int, rows: int
) -> None:
    prison = a_partner(cast.surrey, "A prison", "prison")
    for number in range(rows):
        made = entry(
            cast, f"{number}", (cast.police, prison)[: 1 + rows // 3], kind="consultation", on_strategy=True
        )
        engagement.add_paper(engagement_id=made.pk, title="x", url="https://x.example", by=cast.lead)
    of = [made.pk] if name == "engagement_entry" else []
    lead = signed_in(cast.lead)
    lead.get(at(name, *of))
    with django_assert_num_queries(queries):
        lead.get(at(name, *of))

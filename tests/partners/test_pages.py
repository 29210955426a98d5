"""Pages of partners, roles and people, as each kind of reader meets them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from partners.models import Area, PartnerAppointment, PartnershipAppointment, PersonEvent, ServedArea, User
from partners.roles import Role
from svd_portal.kit import clock
from tests.cast import PASSWORD, SETUP, SINCE, Cast, appoint, partner, person, save
from tests.partners.signing import sign_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
REGISTER = "/surrey/partners/"
PEOPLE = "/surrey/partners/people/"


def as_(user: User) -> Client:
    return sign_in(user).client


def serve(cast: Cast, name: str) -> Area:
    area = save(Area(name=name, kind=Area.Kind.DISTRICT, first_day=SINCE))
    capacity = cast.woking.capacities.get()
    save(ServedArea(partnership=cast.surrey, capacity=capacity, area=area))
    return area


def rows(page: Any) -> list[str]:
    """The first column of a register."""
    import re

    found = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', page.content.decode(), re.S)
    return [re.sub(r"<span.*?</span>|<[^>]+>", "", row, flags=re.S).strip() for row in found]


# Gate


@pytest.mark.parametrize("path", ["", "roles/", "people/", "people/invite/"])
def test_strangers_sign_in_and_outsiders_find_nothing(cast: Cast, path: str) -> None:
    address = REGISTER + path
    assert Client().get(address)["Location"] == f"/accounts/login/?next={address}"
    assert as_(cast.outsider).get(address).status_code == 404
    assert as_(cast.nobody).get(address).status_code == 404


@pytest.mark.parametrize("path", ["", "roles/"])
@pytest.mark.parametrize("part", ["lead", "woking_rep", "observer", "admin"])
def test_members_see_partners_and_roles(cast: Cast, path: str, part: str) -> None:
    assert as_(getattr(cast, part)).get(REGISTER + path).status_code == 200


@pytest.mark.parametrize("part", ["lead", "cfo", "woking_rep", "chair", "admin"])
def test_people_are_the_administrators(cast: Cast, part: str) -> None:
    held = PartnershipAppointment.objects.get(user=cast.finance)
    client = as_(getattr(cast, part))
    found = {}
    for path in (
        "people/ people/invite/ people/{0}/ people/{0}/give-role/ people/{0}/recover/ people/{0}/close/ "
        "people/{0}/reopen/ people/{0}/erase/ people/{0}/invite-again/ people/{0}/partnership/{1}/end/ "
        "people/{0}/partnership/{1}/withdraw/"
    ).split():
        address = REGISTER + path.format(cast.finance.pk, held.pk)
        found[path] = client.get(address).status_code
        if part != "admin":
            assert client.post(address, {"reason": "x"}).status_code == 403, path
    assert set(found.values()) == ({200} if part == "admin" else {403}), found
    assert len(found) == 11


def test_people_and_partners_of_elsewhere_are_not_found(cast: Cast) -> None:
    client = as_(cast.admin)
    theirs = PartnershipAppointment.objects.get(user=cast.outsider)
    ours = PartnershipAppointment.objects.get(user=cast.lead)
    for path in (
        f"{cast.their_police.pk}/",
        f"people/{cast.outsider.pk}/",
        f"people/{cast.outsider.pk}/recover/",
        f"people/{cast.outsider.pk}/give-role/",
        f"people/{cast.outsider.pk}/partnership/{theirs.pk}/end/",
        f"people/{cast.lead.pk}/partnership/{theirs.pk}/end/",
        f"people/{cast.finance.pk}/partnership/{ours.pk}/withdraw/",
        f"people/{cast.lead.pk}/partner/{ours.pk}/end/",
        f"people/{cast.lead.pk}/galaxy/{ours.pk}/end/",
    ):
        assert client.get(REGISTER + path).status_code == 404, path
        assert client.post(REGISTER + path, {"reason": "x"}).status_code in {404, 405}, path


# Partners


def test_the_register_lists_partners_with_their_standing_and_areas(cast: Cast) -> None:
    serve(cast, "Woking")
    page = as_(cast.observer).get(REGISTER)
    assert rows(page) == ["Surrey Police", "Woking Borough Council"]
    words = text(page)
    assert "Surrey Police Chief officer of police Specified authority – 1 April 2020" in words
    assert (
        "Woking Borough Council Local authority (district or borough) Specified authority Woking 1 April 2020"
        in words
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("text=woking", ["Woking Borough Council"]),
        ("text=nothing-like-it", []),
        ("standing=Specified authority", ["Surrey Police", "Woking Borough Council"]),
        ("standing=Invited", ["Émile’s Charity"]),
        ("standing=Relevant authority", []),
        ("standing=nonsense", ["Émile’s Charity", "Surrey Police", "Woking Borough Council"]),
        ("sort=-name", ["Woking Borough Council", "Surrey Police", "Émile’s Charity"]),
    ],
)
def test_the_register_filters_and_sorts(cast: Cast, query: str, expected: list[str]) -> None:
    partner(cast.surrey, "Émile’s Charity", "provider")
    assert rows(as_(cast.lead).get(f"{REGISTER}?{query}")) == expected


def test_the_register_filters_by_area_served(cast: Cast) -> None:
    area = serve(cast, "Woking")
    assert rows(as_(cast.lead).get(f"{REGISTER}?area={area.pk}")) == ["Woking Borough Council"]


@pytest.mark.parametrize("further", [0, 1, 12])
def test_the_register_takes_as_many_queries_for_one_as_for_many(
    cast: Cast, further: int, django_assert_num_queries: Any
) -> None:
    for number in range(further):
        partner(cast.surrey, f"Charity {number}", "provider")
    client = as_(cast.lead)
    client.get(REGISTER)
    with django_assert_num_queries(8):
        client.get(REGISTER)


def test_a_partners_page_says_why_it_takes_part_and_who_speaks_for_it(cast: Cast) -> None:
    serve(cast, "Woking")
    appoint(cast.nobody, Role.DEPUTY, cast.woking, last_day=clock.today() - timedelta(days=1))
    words = text(as_(cast.police_rep).get(f"{REGISTER}{cast.woking.pk}/"))
    assert "PCSC Act 2022, s.11 and Schedule 1 Woking" in words
    assert "Woking Rep (surrey) Partner representative 1 April 2020" in words
    assert "Nobody (surrey)" not in words, "a deputy whose time has ended"


def test_the_roles_page_shows_every_role_with_its_sentences(cast: Cast) -> None:
    words = text(as_(cast.observer).get(f"{REGISTER}roles/"))
    for role in Role:
        assert str(role.label) in words
    assert (
        "Administrator See the partnership: partners, meetings, decisions, plans, awards and all spend. "
        in words
    )
    assert "Invite people, give and end roles, recover a sign-in." in words


# People


def test_the_administrator_sees_people_with_their_roles(cast: Cast) -> None:
    page = as_(cast.admin).get(PEOPLE)
    assert len(rows(page)) == 11
    assert "Outsider (west-midlands)" not in text(page)
    assert "Nobody (surrey)" not in text(page)
    assert "woking_rep@surrey.example Partner representative, Woking Borough Council Open" in text(page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("role=auditor", ["Auditor (surrey)"]),
        ("text=police", ["Police Rep (surrey)"]),
        ("sign_in=closed", ["Lead (surrey)"]),
        ("sign_in=invited", ["Chair (surrey)"]),
    ],
)
def test_people_are_filtered(cast: Cast, query: str, expected: list[str]) -> None:
    cast.lead.is_active = False
    cast.lead.save()
    cast.chair.set_unusable_password()
    cast.chair.save()
    assert rows(as_(cast.admin).get(f"{PEOPLE}?{query}")) == expected


@pytest.mark.parametrize("further", [0, 1, 20])
def test_people_take_as_many_queries_for_few_as_for_many(
    cast: Cast, further: int, django_assert_num_queries: Any
) -> None:
    for number in range(further):
        appoint(person(f"p{number}", "surrey"), Role.DEPUTY, cast.woking)
    client = as_(cast.admin)
    client.get(PEOPLE)
    with django_assert_num_queries(9 if further == 20 else 8):  # the count, once a page no longer holds all
        client.get(PEOPLE)


def test_inviting_by_the_page(cast: Cast, letters: Any) -> None:
    client = as_(cast.admin)
    given = {
        "email": "new@surrey.example",
        "name": "Community safety officer",
        "role": "partner_finance_contact",
        "partner": str(cast.woking.pk),
        "first_day_day": "15",
        "first_day_month": "1",
        "first_day_year": "2024",
    }
    done = client.post(f"{PEOPLE}invite/", given)
    invited = User.objects.get(email="new@surrey.example")
    assert done["Location"] == f"{PEOPLE}{invited.pk}/"
    held = PartnerAppointment.objects.get(user=invited)
    assert (held.role, held.partner, held.first_day) == (
        "partner_finance_contact",
        cast.woking,
        date(2024, 1, 15),
    )
    words = text(client.get(done["Location"]))
    assert "The invitation is on its way." in words
    assert "Invited by Admin (surrey)" in words
    assert len(letters("new@surrey.example")) == 1


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"email": ""}, "email", "Fill in “E-mail address”"),
        ({"email": "nonsense"}, "email", "Enter an e-mail address, like name@example.org"),
        ({"email": "a" * 250 + "@surrey.example"}, "email", "Use 254 characters or fewer; you have used 265"),
        ({"name": ""}, "name", "Fill in “Full name”"),
        ({"name": "N" * 121}, "name", "Use 120 characters or fewer; you have used 121"),
        ({"role": ""}, "role", "Choose an option for “Role”"),
        ({"role": "emperor"}, "role", "Choose one of the options listed"),
        ({"partner": ""}, "partner", "Choose what this role is for"),
        ({"partner": "THEIRS"}, "partner", "Choose one of the options listed"),
        ({"partner": "not-an-id"}, "partner", "Choose one of the options listed"),
        ({"role": "auditor"}, "partner", "Choose “None”: this role is not given there"),
        ({"first_day_day": "31", "first_day_month": "2"}, "first_day-day", "First day must be a real date"),
        ({"first_day_day": ""}, "first_day-day", "First day must include a day"),
        (
            {"last_day_day": "1", "last_day_month": "1", "last_day_year": "2020"},
            "last_day-day",
            "on or after",
        ),
    ],
)
def test_bad_answers_are_told_beside_the_box_and_kept(
    cast: Cast, change: dict[str, str], field: str, sentence: str
) -> None:
    given = {
        "email": "new@surrey.example",
        "name": "Community safety officer",
        "job_title": "Kept in the box",
        "role": "partner_finance_contact",
        "partner": str(cast.woking.pk),
        "first_day_day": "15",
        "first_day_month": "1",
        "first_day_year": "2024",
    } | {name: str(cast.their_police.pk) if value == "THEIRS" else value for name, value in change.items()}
    page = as_(cast.admin).post(f"{PEOPLE}invite/", given)
    assert page.status_code == 422
    assert sentence in text(page)
    assert f'href="#id_{field}"' in page.content.decode()
    assert 'value="Kept in the box"' in page.content.decode()
    assert not User.objects.filter(email__startswith="new@").exists()


def test_a_role_is_given_ended_and_withdrawn_by_pages(cast: Cast) -> None:
    client = as_(cast.admin)
    subject = f"{PEOPLE}{cast.observer.pk}/"
    day = {"first_day_day": "1", "first_day_month": "4", "first_day_year": "2023"}
    assert client.post(f"{subject}give-role/", {"role": "auditor", **day})["Location"] == subject
    held = PartnershipAppointment.objects.get(user=cast.observer)
    last = {"last_day_day": "31", "last_day_month": "3", "last_day_year": "2024"}
    ended = client.post(f"{subject}partnership/{held.pk}/end/", {"version": "1", **last})
    assert ended["Location"] == subject
    assert "Auditor Ended 1 April 2023 31 March 2024" in text(client.get(subject))
    gone = client.post(f"{subject}partnership/{held.pk}/withdraw/", {"version": "2", "reason": "In error"})
    assert gone["Location"] == subject
    assert "Auditor" not in text(client.get(subject))


def test_the_second_editor_sees_both_last_days(cast: Cast) -> None:
    held = PartnershipAppointment.objects.get(user=cast.lead)
    held.last_day = date(2030, 6, 30)
    held.save_by(SETUP)
    last = {"last_day_day": "31", "last_day_month": "3", "last_day_year": "2031"}
    page = as_(cast.admin).post(
        f"{PEOPLE}{cast.lead.pk}/partnership/{held.pk}/end/", {"version": "1", **last}
    )
    words = text(page)
    assert page.status_code == 422
    assert "Someone changed this while you were editing" in words
    assert "Last day 30 June 2030 31 March 2031" in words


@pytest.mark.parametrize(
    ("path", "kind", "sentence"),
    [
        ("recover", "recovered", "The sign-in is recovered and a link is on its way."),
        ("close", "deactivated", "The sign-in is closed."),
        ("erase", "erased", "The details are erased."),
    ],
)
def test_a_sign_in_is_changed_by_its_page_with_a_reason(
    cast: Cast, path: str, kind: str, sentence: str
) -> None:
    client = as_(cast.admin)
    subject = f"{PEOPLE}{cast.observer.pk}/"
    done = client.post(f"{subject}{path}/", {"reason": "Asked by telephone"}, follow=True)
    assert sentence in text(done)
    assert PersonEvent.objects.get(user=cast.observer).kind == kind


def test_the_administrators_forms_ask_for_the_password_when_it_was_given_long_ago(cast: Cast) -> None:
    with time_machine.travel(timezone.now(), tick=False) as shifting:
        client = as_(cast.admin)
        shifting.shift(15 * 60)
        subject = f"{PEOPLE}{cast.observer.pk}/"
        assert client.get(subject).status_code == 200
        asked = client.post(f"{subject}close/", {"reason": "Left"})
        assert asked["Location"].startswith("/accounts/reauthenticate/")
        assert User.objects.get(pk=cast.observer.pk).is_active
        client.post(asked["Location"], {"password": PASSWORD})
        assert not User.objects.get(pk=cast.observer.pk).is_active


def test_somebody_of_two_partnerships_is_explained_and_not_offered(cast: Cast) -> None:
    appoint(cast.auditor, Role.AUDITOR, cast.west_midlands)
    client = as_(cast.admin)
    page = client.get(f"{PEOPLE}{cast.auditor.pk}/")
    assert "This person also serves another partnership." in text(page)
    assert "West Midlands" not in text(page)
    assert "recover/" not in page.content.decode()
    refused = client.post(f"{PEOPLE}{cast.auditor.pk}/recover/", {"reason": "Asked"})
    assert refused.status_code == 422
    assert "Ask its administrator too" in text(refused)


# Your account


def test_your_account_shows_your_details_and_roles(cast: Cast) -> None:
    words = text(as_(cast.woking_rep).get("/accounts/you/"))
    assert "Woking Rep (surrey)" in words
    assert "Partner representative, Woking Borough Council Surrey 1 April 2020" in words
    assert "Two-step sign-in not set up" in words


@pytest.mark.parametrize("path", ["/accounts/you/", "/accounts/you/change/"])
def test_your_account_asks_a_stranger_to_sign_in(db: None, path: str) -> None:
    assert Client().get(path)["Location"] == f"/accounts/login/?next={path}"


def test_a_person_changes_their_own_name_and_job_title(cast: Cast) -> None:
    client = as_(cast.woking_rep)
    empty = client.post("/accounts/you/change/", {"name": " ", "job_title": "Kept in the box"})
    assert empty.status_code == 422
    assert "Fill in “Full name”" in text(empty)
    assert 'value="Kept in the box"' in empty.content.decode()
    done = client.post("/accounts/you/change/", {"name": "Community safety officer", "job_title": "Officer"})
    assert done["Location"] == "/accounts/you/"
    words = text(client.get("/accounts/you/"))
    assert "Name Community safety officer" in words
    assert "Job title Officer" in words

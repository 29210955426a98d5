"""The pages for everybody: only what was released, no session, no cookie, the same for all."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from odf import opendocument, table, teletype

from funding.selectors import publication as selectors
from funding.services import publication as services
from svd_portal.kit.rules.canonical import read
from tests.cast import TODAY, signed_in
from tests.funding.pages import queries, words
from tests.funding.publishing import (
    NOVEMBER,
    decided,
    look_at_all,
    opened,
    release,
    released,
    spending,
    with_prefix,
    words_of,
)

D = Decimal
HERE = "/public/surrey/awards/"
FILES = (
    "/public/surrey/awards.csv",
    "/public/surrey/awards.ods",
    "/public/surrey/spending.csv",
    "/public/surrey/spending.ods",
    "/public/surrey/awards/360giving.json",
    "/public/surrey/awards/360giving.csv",
)
EVERY = (HERE, *FILES)
SECRET = "zebra"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


def texts(client, addresses=EVERY):
    """All that is answered, headers too; sheets as their text."""
    found = []
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        head = dict(answer.items())
        if address.endswith("ods"):
            del head["Content-Length"]  # packed with its moment, it is a few bytes more or less
        body = ods(answer.content) if address.endswith("ods") else answer.content.decode()
        found.append(f"{head} {body}")
    return found


def ods(content):
    sheet = opendocument.load(io.BytesIO(content))
    return "\n".join(teletype.extractText(each) for each in sheet.spreadsheet.getElementsByType(table.Table))


def test_before_a_release_there_is_nothing_whatever_the_name(cast, money, client):
    with_prefix(cast)
    decided(cast, money)
    publication = opened(cast)
    look_at_all(publication, cast.finance)
    for address in EVERY:
        ours, none = client.get(address), client.get(address.replace("surrey", "nowhere"))
        assert (ours.status_code, none.status_code) == (404, 404)
        assert ours.content == none.content
        assert {name for name, _value in ours.items()} == {name for name, _value in none.items()}
        assert "ETag" not in ours
    release(cast, publication)
    texts(client)


def test_nothing_leaks_of_what_is_not_released(cast, money, client):
    with_prefix(cast)
    kept = decided(cast, money)
    decided(cast, money, reference="SV/2023/02", title=f"{SECRET} refuge")
    publication = opened(cast)
    secret = publication.entries.get(award__reference="SV/2023/02")
    services.leave_out(entry_id=secret.pk, version=1, reason=f"{SECRET} address", by=cast.finance)
    services.add_spending(publication_id=publication.pk, words=spending(), by=cast.finance)
    look_at_all(publication, cast.finance)
    release(cast, publication)
    before, page = texts(client), words(client.get(HERE))
    assert SECRET not in "".join(before)
    assert "SV/2023/02" not in "".join(before)

    kept.title = f"{SECRET} change"
    kept.save_by(cast.finance)
    decided(cast, money, NOVEMBER, reference="SV/2023/03", title=f"{SECRET} award")
    later = opened(cast, NOVEMBER)
    services.add_spending(
        publication_id=later.pk, words=spending(payee=f"{SECRET} Ltd", on=NOVEMBER), by=cast.finance
    )
    correction = services.correct(publication_id=publication.pk, corrects=f"{SECRET} error", by=cast.finance)
    entry = correction.entries.get(award=kept)
    services.word_award(
        entry_id=entry.pk, version=1, words=words_of(entry, title=f"{SECRET} words"), by=cast.finance
    )
    assert [_without_id(each) for each in texts(client)] == [_without_id(each) for each in before]
    assert words(client.get(HERE)) == page
    asked = words(client.get(f"{HERE}?month=2023-11"))
    assert "November" not in asked
    assert SECRET not in asked


def _without_id(text):
    """The request's own id is another each time, and a sheet of OpenDocument carries its moment."""
    return "".join(part for part in text.split("'") if len(part) != 32 and not part.startswith('"'))


def test_no_person_and_nothing_internal_is_named(cast, money, client):
    with_prefix(cast)
    decided(cast, money)
    released(cast)
    told = "".join(texts(client))
    for person in cast.members.values():
        assert person.name not in told
        assert person.email not in told
    assert str(cast.surrey.pk) not in told


def test_no_session_no_cookie_and_kept_for_a_short_while(cast, money, client, settings):
    settings.DEMO = False
    with_prefix(cast)
    decided(cast, money)
    released(cast)
    member = signed_in(cast.finance)
    no_app = Client()
    no_app.force_login(cast.police_rep)
    for address in EVERY:
        for browser in (client, member, no_app):
            answer = browser.get(address)
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert not answer.cookies
            assert "Cookie" not in answer.get("Vary", "")
            assert answer["Cache-Control"] == "public, max-age=300"
        etag = client.get(address)["ETag"]
        again = client.get(address, headers={"if-none-match": etag})
        if not address.endswith("ods"):
            assert (again.status_code, again.content) == (304, b"")
    assert member.get(HERE).content == client.get(HERE).content


@pytest.mark.parametrize("address", EVERY)
def test_nothing_is_posted_to(cast, address):
    released(cast)
    assert Client().post(address).status_code == 405
    assert Client().delete(address).status_code == 405


@pytest.mark.parametrize(
    ("near", "right"),
    [
        ("/public/surrey/", HERE),
        ("/public/surrey", "/public/surrey/"),
        ("/public/surrey/awards", HERE),
        ("/public/surrey/awards/.csv", "/public/surrey/awards.csv"),
        ("/public/surrey/awards/awards.ods", "/public/surrey/awards.ods"),
        ("/public/surrey/360giving.json", "/public/surrey/awards/360giving.json"),
        ("/public/surrey/awards/?month=2023-10", ""),
    ],
)
def test_near_misses_lead_to_the_right_address(cast, client, near, right):
    released(cast)
    answer = client.get(near)
    assert answer.get("Location", "") == right
    other = client.get(near.replace("surrey", "nowhere"))
    assert other.get("Location", "") == right.replace("surrey", "nowhere")


@pytest.mark.parametrize("ending", ["xlsx", "exe", "json"])
def test_an_ending_that_is_not_offered_is_not_found(cast, client, ending):
    released(cast)
    assert client.get(f"/public/surrey/awards.{ending}").status_code == 404


def test_the_page(cast, money, client):
    decided(cast, money, conditions="")
    publication = opened(cast)
    services.add_spending(publication_id=publication.pk, words=spending(), by=cast.finance)
    look_at_all(publication, cast.finance)
    release(cast, publication)
    released(cast, NOVEMBER)
    latest = words(client.get(HERE))
    assert "November 2023 Published on 15 January 2024" in latest
    assert "No award was made." in latest
    page = words(client.get(f"{HERE}?month=2023-10"))
    for said in (
        "Recipient Woking Borough Council",
        "Amount £4,200.00",
        "Awarded on 17 October 2023",
        "Purpose Intervention",
        "Why it reduces crime and disorder A trusted adult keeps young people from harm.",
        "Conditions None",
        "Illustrative Research Limited 20 October 2023 A survey of residents The cheapest of three"
        " offers. £500.01",
    ):
        assert said in page
    assert "Nothing matches this filter" in words(client.get(f"{HERE}?recipient=none"))
    assert "Woking Borough Council" in words(client.get(f"{HERE}?recipient=WOKING&month=all"))
    for wrong in ("month=2023-13", "month=2019-01", "month=x", "recipient=" + "x" * 200):
        assert client.get(f"{HERE}?{wrong}").status_code == 200


def test_what_is_taken_off_is_gone_everywhere_and_the_page_says_so(cast, money, client):
    with_prefix(cast)
    decided(cast, money, title=f"{SECRET} work")
    found = released(cast, description=f"{SECRET} work", reasons="Less violence.")
    assert all(SECRET in each for each in texts(client, (HERE, FILES[0], FILES[4], FILES[5])))
    services.withdraw(
        release_id=found.pk,
        entry=found.publication.entries.get().pk,
        reason="Named in error.",
        today=TODAY,
        by=cast.officer,
    )
    assert SECRET not in "".join(texts(client))
    assert "Withdrawn SV/2023/01, withdrawn on 15 January 2024: Named in error." in words(client.get(HERE))
    assert "No other award is listed." in words(client.get(HERE))


def test_the_last_released_version_stands(cast, money, client):
    decided(cast, money)
    first = released(cast)
    second = services.correct(
        publication_id=first.publication_id, corrects="The amount was wrong.", by=cast.finance
    )
    entry = second.entries.get()
    services.word_award(
        entry_id=entry.pk, version=1, words=words_of(entry, amount=D("42.00")), by=cast.finance
    )
    assert "£4,200.00" in words(client.get(HERE))
    release(cast, second)
    page = words(client.get(HERE))
    assert "This is version 2. It corrects: The amount was wrong." in page
    assert "£42.00" in page
    assert "£4,200.00" not in page


def test_a_sheet_runs_no_formula(cast, money, client):
    with_prefix(cast)
    decided(cast, money)
    evil = '=HYPERLINK("http://x.example")'
    publication = opened(cast)
    look_at_all(publication, cast.finance, title=evil, conditions="@SUM(1)", reasons="+1")
    services.add_spending(
        publication_id=publication.pk, words=spending(payee="-1+1", purpose=evil), by=cast.finance
    )
    release(cast, publication)
    for address in FILES:
        if address.endswith("json"):
            continue
        for line in texts(client, (address,)):
            for begins in (",=", ',"=', ",@", ",+1", ",-1+1", "\t="):
                assert begins not in line
    assert "of:=" not in client.get("/public/surrey/awards.ods").content.decode("latin-1")


def test_the_other_partnership_is_not_in_ours(cast, money, client):
    decided(cast, money)
    released(cast)
    assert client.get("/public/west-midlands/awards/").status_code == 404


def test_as_many_queries_for_three_as_for_one(cast, money):
    with_prefix(cast)
    decided(cast, money)
    released(cast)
    places = (HERE, f"{HERE}?month=all", *FILES)
    one = [queries(cast.nobody, each) for each in places]
    for number in (2, 3):
        decided(cast, money, date(2023, 5 + number, 2), reference=f"SV/2023/0{number}")
        found = released(cast, date(2023, 5 + number, 1))
        entry = found.publication.entries.get()
        services.withdraw(release_id=found.pk, entry=entry.pk, reason="x", today=TODAY, by=cast.finance)
    assert [queries(cast.nobody, each) for each in places] == one == [3] * 8


def test_the_preview_is_what_is_released(cast, money):
    decided(cast, money)
    publication = opened(cast)
    look_at_all(publication, cast.finance)
    seen = selectors.content_of(publication)
    assert read(release(cast, publication).canonical) == seen

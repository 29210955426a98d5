"""Publishing a month on pages: who may, what is shown to whom, and what waits."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from funding.models import (
    Publication,
    PublicationRelease,
)
from funding.services import publication as services
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.pages import errors, look, queries, send
from tests.funding.publishing import (
    NOVEMBER,
    PREFIX,
    decided,
    look_at_all,
    opened,
    release,
    released,
    spending,
    words_of,
)

D = Decimal
WHERE = "/surrey/funding/publications/"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


@pytest.mark.parametrize("part", makers.PARTS)
def test_who_publishes(cast, money, part):
    by, may = getattr(cast, part), part in {"finance", "officer"}
    decided(cast, money)
    publication = opened(cast)
    entry = publication.entries.get()
    look_at_all(publication, cast.finance)
    entry.refresh_from_db()
    attempts = (
        lambda: opened(cast, NOVEMBER, by=by),
        lambda: services.bring_in(publication_id=publication.pk, by=by),
        lambda: services.add_spending(publication_id=publication.pk, words=spending(), by=by),
        lambda: services.word_award(entry_id=entry.pk, version=entry.version, words=words_of(entry), by=by),
        lambda: services.set_publisher(partnership=cast.surrey, version=0, prefix=PREFIX, by=by),
        lambda: release(cast, publication, by=by),
        lambda: services.withdraw(
            release_id=PublicationRelease.objects.get().pk, entry=entry.pk, reason="x", today=TODAY, by=by
        ),
        lambda: services.correct(publication_id=publication.pk, corrects="x", by=by),
    )
    for number, attempt in enumerate(attempts):
        if number == 6 and not may:
            release(cast, publication)
        if may:
            attempt()
        else:
            with pytest.raises(PermissionDenied):
                attempt()


@pytest.mark.parametrize("part", makers.PARTS)
def test_what_is_prepared_is_for_those_who_publish(cast, money, part):
    decided(cast, money, title="Zebra crossing")
    publication = opened(cast)
    entry = publication.entries.get()
    places = [
        f"{WHERE}{publication.pk}/",
        f"{WHERE}{publication.pk}/preview/",
        f"{WHERE}entries/{entry.pk}/",
        f"{WHERE}entries/{entry.pk}/leave-out/",
        f"{WHERE}{publication.pk}/spending/",
        f"{WHERE}open/",
    ]
    browser = signed_in(getattr(cast, part))
    answers = [browser.get(each).status_code for each in places]
    if part in {"finance", "officer"}:
        assert answers == [200] * 6
        assert "October 2023" in look(getattr(cast, part), WHERE)
    elif part in {"outsider", "nobody"}:
        assert answers == [404] * 6
    else:
        assert answers == [404, 403, 403, 403, 403, 403]
        assert "October 2023" not in look(getattr(cast, part), WHERE)
    assert browser.post(f"{WHERE}{publication.pk}/preview/", {"seen": "x"}).status_code in (403, 404, 422)
    assert not PublicationRelease.objects.exists()


def test_on_pages(cast, money):
    decided(cast, money)
    assert "October 2023" not in look(cast.woking_rep, WHERE)
    assert send(cast.finance, f"{WHERE}open/", month="2023-10").status_code == 302
    publication = Publication.objects.get()
    entry = publication.entries.get()
    place = f"{WHERE}{publication.pk}/"
    assert "To look at" in look(cast.finance, place)
    preview = look(cast.finance, f"{place}preview/")
    assert "The 360Giving prefix of your office is missing" in preview
    assert "Look at every entry first: 1 entry not looked at" in preview
    given = {
        "title": "Youth work",
        "description": "Work in the street.",
        "recipient": "Woking Borough Council",
        "purpose": "Intervention",
        "amount": "4,200",
        "version": "1",
    }
    refused = send(cast.officer, f"{WHERE}entries/{entry.pk}/", **given)
    assert errors(refused) == [
        "Say why the award reduces crime and disorder: that is published with every award."
    ]
    given |= {"reasons": f"{cast.lead.name} says so."}
    assert send(cast.officer, f"{WHERE}entries/{entry.pk}/", **given).status_code == 302
    page = look(cast.finance, f"{place}preview/")
    assert f"These names stand in the list: {cast.lead.name}." in page
    assert "Youth work" in page
    assert errors(send(cast.finance, f"{place}preview/", seen="0" * 64)) == [
        "The list changed since you looked at it. Look again, then release it."
    ]
    assert not PublicationRelease.objects.exists()
    browser = signed_in(cast.finance)
    seen = browser.get(f"{place}preview/").content.decode().partition('name="seen" value="')[2][:64]
    assert browser.post(f"{place}preview/", {"seen": seen}).status_code == 302
    assert "Released" in look(cast.woking_rep, place)
    assert browser.get(f"{place}preview/").status_code == 404
    off = f"{place}take-off/{entry.pk}/"
    assert send(cast.finance, off, reason="An error").status_code == 302
    assert "SV/2023/01, withdrawn on 15 January 2024: An error" in look(cast.woking_rep, place)
    assert send(cast.finance, f"{place}correct/", corrects="The amount").status_code == 302
    assert "October 2023 2 In preparation – The amount" in look(cast.officer, WHERE)
    assert "In preparation" not in look(cast.woking_rep, WHERE)


def test_the_pcc_office_is_told_which_month_waits(cast):
    waiting = "December 2023’s awards are not published yet"
    assert waiting in look(cast.finance, "/surrey/")
    assert waiting in look(cast.officer, "/surrey/")
    assert waiting not in look(cast.lead, "/surrey/")
    released(cast, date(2023, 12, 1))
    assert waiting not in look(cast.finance, "/surrey/")


def test_as_many_queries_for_three_as_for_one(cast, money):
    decided(cast, money)
    publication = opened(cast)
    released(cast, NOVEMBER)
    places = (WHERE, f"{WHERE}{publication.pk}/", f"{WHERE}{publication.pk}/preview/")
    one = [queries(cast.finance, each) for each in places]
    for number in (2, 3):
        decided(cast, money, reference=f"SV/2023/0{number}")
        services.bring_in(publication_id=publication.pk, by=cast.finance)
        released(cast, date(2023, 4 + number, 1))
    assert [queries(cast.finance, each) for each in places] == one == [5, 8, 11]

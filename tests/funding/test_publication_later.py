"""What happens to a list later: entries taken off, corrections, changed awards; nothing private in it."""

from decimal import Decimal

import pytest

from funding.rules import publication as rules
from funding.services import publication as services
from funding.services.refusals import Refused
from svd_portal.kit.errors import DomainError
from tests.cast import TODAY
from tests.funding.pages import look
from tests.funding.publishing import (
    decided,
    look_at_all,
    opened,
    release,
    released,
    words_of,
)

D = Decimal
WHERE = "/surrey/funding/publications/"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


def test_what_is_taken_off_stays_out_of_a_correction_begun_before(cast, money):
    decided(cast, money)
    first = released(cast)
    taken_off = first.publication.entries.get()
    second = services.correct(publication_id=first.publication_id, corrects="A word.", by=cast.finance)
    services.withdraw(
        release_id=first.pk, entry=taken_off.pk, reason="It named a victim.", today=TODAY, by=cast.officer
    )
    copy = second.entries.get()
    assert (copy.left_out_because, copy.looked_at) == ("It named a victim.", True)
    assert release(cast, second).canonical.count("SV/2023/01") == 0


def test_an_entry_of_a_version_that_was_replaced_is_taken_off_the_later_one(cast, money):
    decided(cast, money)
    first = released(cast)
    second = services.correct(publication_id=first.publication_id, corrects="A word.", by=cast.finance)
    release(cast, second)
    with pytest.raises(DomainError, match="A later version stands instead: take it off there"):
        services.withdraw(
            release_id=first.pk,
            entry=first.publication.entries.get().pk,
            reason="An error",
            today=TODAY,
            by=cast.finance,
        )


def test_what_a_version_corrects_holds_nothing_private(cast, money):
    decided(cast, money)
    first = released(cast)
    with pytest.raises(Refused, match="This holds an e-mail address") as refusal:
        services.correct(
            publication_id=first.publication_id, corrects="Ask jane@example.org", by=cast.finance
        )
    assert refusal.value.field == "corrects"


def test_an_award_that_changed_since_it_came_in_is_worded_again(cast, money):
    changed = decided(cast, money)
    publication = opened(cast)
    look_at_all(publication, cast.finance)
    changed.title = "Another title"
    changed.save_by(cast.finance)
    preview = look(cast.finance, f"{WHERE}{publication.pk}/preview/")
    assert "Awards that changed since SV/2023/01." in preview
    with pytest.raises(DomainError, match="Changed since coming into the list: SV/2023/01"):
        release(cast, publication)
    entry = publication.entries.get()
    services.word_award(entry_id=entry.pk, version=entry.version, words=words_of(entry), by=cast.finance)
    release(cast, publication)


def test_an_amount_that_is_not_the_recorded_one_is_said_before_the_release(cast, money):
    decided(cast, money)
    publication = opened(cast)
    look_at_all(publication, cast.finance, amount=D("4000.00"))
    preview = look(cast.finance, f"{WHERE}{publication.pk}/preview/")
    assert "SV/2023/01: £4,000.00 would be published; £4,200.00 is recorded." in preview


@pytest.mark.parametrize(
    "text",
    [
        *("0044 1483 123456", "01483  123456", "01483–123456", "Tel.01483123456", "(01483) 123 456"),
        *("０１４８３ １２３４５６", "+44 (0)1483 123456"),
    ],
)
def test_a_telephone_number_is_known_however_it_is_written(text):
    assert rules.private_in(f"Ring {text} today") == "a telephone number"


@pytest.mark.parametrize("text", ["a.b＠example.org", "a.b @ example.org"])
def test_an_address_is_known_however_it_is_written(text):
    assert rules.private_in(f"Write to {text}.") == "an e-mail address"


@pytest.mark.parametrize("text", ["SV/2023/01", "£120,000.00", "GB-COH-01234567", "2023/24", "10 May 2023"])
def test_what_is_no_number_of_a_person_passes(text):
    assert rules.private_in(f"See {text} for it") == ""

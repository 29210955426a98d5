"""Publishing a month: what comes in, what is refused, and that a released list never changes."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from funding.models import (
    Publication,
    PublicationEntry,
    PublicationRelease,
    PublicationWithdrawal,
    Publisher,
)
from funding.selectors import publication as selectors
from funding.services import awards as award_services
from funding.services import payments
from funding.services import publication as services
from funding.services.refusals import Refused
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from svd_portal.kit.rules.canonical import canonical, digest, read
from tests.cast import TODAY, save
from tests.funding import makers
from tests.funding.makers import content
from tests.funding.pages import look
from tests.funding.publishing import (
    NOVEMBER,
    OCTOBER,
    decided,
    look_at_all,
    opened,
    release,
    released,
    spending,
    with_prefix,
    words_of,
)
from tests.funding.test_claims_race import at_once

D = Decimal
WHERE = "/surrey/funding/publications/"


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


def test_a_list_begins_with_the_awards_decided_in_its_month(cast, money):
    decided(cast, money)
    decided(cast, money, date(2023, 9, 30), reference="SV/2023/02")
    decided(cast, money, date(2023, 11, 1), reference="SV/2023/03")
    makers.award(money, cast.woking, reference="SV/2023/04", decided=False)
    publication = opened(cast)
    entry = publication.entries.get()
    assert (entry.award.reference, entry.on, entry.amount) == ("SV/2023/01", date(2023, 10, 17), D("4200.00"))
    assert (entry.organisation, entry.title, entry.purpose) == (
        "Woking Borough Council",
        "Detached youth work",
        "Intervention",
    )
    assert entry.description == "Detached youth work: intervention, 1 April 2023 to 31 March 2024."
    assert (entry.looked_at, entry.left_out_because) == (False, "")


def test_an_award_recorded_late_comes_into_the_next_list(cast, money):
    released(cast)
    decided(cast, money)
    assert [each.award.reference for each in opened(cast, NOVEMBER).entries.all()] == ["SV/2023/01"]


def test_the_award_is_made_when_the_later_of_both_has_decided(cast, money):
    money.agreed.taken_on = date(2023, 10, 20)
    save(money.agreed)
    decided(cast, money)
    assert opened(cast).entries.get().on == date(2023, 10, 20)


def test_a_changed_award_is_published_again_and_says_what_changed(cast, money):
    made = decided(cast, money)
    released(cast)
    award_services.change_award(
        award_id=made.pk,
        version=made.version,
        content=content(cast.woking, amount=D("3000.00"), conditions=made.conditions, reasons=made.reasons),
        reason="Less",
        by=cast.finance,
    )
    entry = opened(cast, NOVEMBER).entries.get()
    assert entry.changed == "The amount is £3,000.00; it was £4,200.00."
    with pytest.raises(Refused, match="Say what changed since"):
        services.word_award(entry_id=entry.pk, version=1, words=words_of(entry, changed=" "), by=cast.finance)
    look_at_all(entry.publication, cast.finance)
    release(cast, entry.publication)
    assert not opened(cast, date(2023, 12, 1)).entries.exists()


def test_a_payment_over_500_of_an_award_that_was_never_published_comes_in(cast, money):
    old = decided(cast, money, date(2023, 5, 2))
    for amount in ("500.00", "500.01"):
        said = payments.Said(date(2023, 10, 5), D(amount), f"BACS {amount}")
        payments.record_made(award_id=old.pk, said=said, today=TODAY, by=cast.finance)
    entry = opened(cast).entries.get()
    assert (entry.payment.reference, entry.organisation) == ("BACS 500.01", "Woking Borough Council")
    listed = decided(cast, money, date(2023, 11, 2), reference="SV/2023/02")
    said = payments.Said(date(2023, 11, 5), D("600.00"), "BACS 9")
    payments.record_made(award_id=listed.pk, said=said, today=TODAY, by=cast.finance)
    assert [each.payment for each in opened(cast, NOVEMBER).entries.all()] == [None]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reasons": " "}, "Say why the award reduces crime and disorder"),
        ({"title": "x" * 141}, "The title has 141 characters. Shorten it to 140."),
        ({"identifier": "1234567"}, "Enter the identifier with its list"),
        ({"conditions": "Write to someone@example.org"}, "This holds an e-mail address"),
        ({"description": "Ring 01483 555 111 first"}, "This holds a telephone number"),
        ({"recipient": " "}, "Enter who receives the award"),
        ({"amount": D("-0.01")}, "not below"),
    ],
)
def test_words_unfit_for_the_public_are_refused(cast, money, changes, sentence):
    decided(cast, money)
    entry = opened(cast).entries.get()
    with pytest.raises(Refused, match=sentence):
        services.word_award(entry_id=entry.pk, version=1, words=words_of(entry, **changes), by=cast.finance)


def test_a_title_of_140_characters_and_an_award_of_a_penny_are_published(cast, money):
    decided(cast, money, amount=D("0.01"), conditions="")
    content = read(released(cast, title="x" * 140).canonical)
    award = content["awards"][0]
    assert (award["title"], award["amount"], award["conditions"]) == ("x" * 140, "0.01", "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": D("500.00")}, r"Only items over £500.00 are listed; this is £500.00"),
        ({"on": date(2023, 11, 1)}, "Enter a day of October 2023"),
        ({"value_for_money": ""}, "Say why it is value for money"),
    ],
)
def test_spending_unfit_for_the_list_is_refused(cast, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        services.add_spending(publication_id=opened(cast).pk, words=spending(**changes), by=cast.finance)


def test_the_same_form_adds_one_item(cast):
    publication, key = opened(cast), uuid4()
    given = {"publication_id": publication.pk, "words": spending(), "key": key, "by": cast.finance}
    assert services.add_spending(**given) == services.add_spending(**given)
    assert read(release(cast, publication).canonical)["spending"][0]["amount"] == "500.01"


def test_a_month_that_is_not_over_and_one_that_has_a_list_are_refused(cast):
    with pytest.raises(Refused, match="January 2024 is not over: prepare its list from 1 February 2024 on"):
        opened(cast, date(2024, 1, 1))
    opened(cast)
    with pytest.raises(DomainError, match="October 2023 has a list"):
        opened(cast)


def test_a_list_is_released_once_all_was_looked_at_and_as_it_was_seen(cast, money):
    decided(cast, money)
    publication = opened(cast)
    with pytest.raises(DomainError, match="Look at every entry first: 1 entry not looked at"):
        release(cast, publication)
    look_at_all(publication, cast.finance)
    with pytest.raises(DomainError, match="changed since you looked at it"):
        release(cast, publication, seen="0" * 64)
    decided(cast, money, reference="SV/2023/02")
    with pytest.raises(DomainError, match="The list lacks SV/2023/02"):
        release(cast, publication)
    assert services.bring_in(publication_id=publication.pk, by=cast.finance) == 1
    look_at_all(publication, cast.finance)
    assert len(read(release(cast, publication).canonical)["awards"]) == 2
    for attempt in (
        lambda: release(cast, publication),
        lambda: services.bring_in(publication_id=publication.pk, by=cast.finance),
        lambda: services.add_spending(publication_id=publication.pk, words=spending(), by=cast.finance),
    ):
        with pytest.raises(DomainError, match="is released"):
            attempt()


def test_what_is_left_out_is_nowhere_in_what_is_released(cast, money):
    decided(cast, money, title="Zebra refuge")
    publication = opened(cast)
    entry = publication.entries.get()
    with pytest.raises(ReasonRequired):
        services.leave_out(entry_id=entry.pk, version=1, reason=" ", by=cast.finance)
    services.leave_out(entry_id=entry.pk, version=1, reason="Zebra address", by=cast.finance)
    with pytest.raises(Stale):
        services.leave_out(entry_id=entry.pk, version=1, reason="Again", by=cast.finance)
    canonical = release(cast, publication).canonical
    assert read(canonical)["awards"] == []
    assert "ebra" not in canonical
    assert "SV/2023/01" not in canonical
    page = f"{WHERE}{publication.pk}/"
    assert "Zebra address" in look(cast.officer, page)
    assert "ebra" not in look(cast.woking_rep, page)


def test_a_correction_is_a_version_of_its_own(cast, money):
    decided(cast, money)
    first = released(cast)
    taken_off = first.publication.entries.get()
    services.withdraw(
        release_id=first.pk, entry=taken_off.pk, reason="An error", today=TODAY, by=cast.finance
    )
    with pytest.raises(ReasonRequired):
        services.correct(publication_id=first.publication_id, corrects=" ", by=cast.finance)
    second = services.correct(
        publication_id=first.publication_id, corrects="The amount was wrong.", by=cast.finance
    )
    with pytest.raises(DomainError, match="Another version"):
        services.correct(publication_id=first.publication_id, corrects="Again", by=cast.finance)
    with pytest.raises(DomainError, match="not released"):
        services.correct(publication_id=second.pk, corrects="Again", by=cast.finance)
    entry = second.entries.get()
    assert (entry.left_out_because, entry.looked_at, entry.award) == ("An error", True, taken_off.award)
    services.word_award(
        entry_id=entry.pk,
        version=1,
        words=words_of(entry, amount=D("42.00")),
        by=cast.finance,
    )
    content = read(release(cast, second).canonical)
    assert (content["edition"], content["corrects"]) == (2, "The amount was wrong.")
    assert content["awards"][0]["amount"] == "42.00"
    first.refresh_from_db()
    assert read(first.canonical)["awards"][0]["amount"] == "4200.00"


def test_only_what_was_released_is_taken_off_once_with_a_reason(cast, money):
    decided(cast, money)
    found = released(cast)
    entry = found.publication.entries.get()
    given = {"release_id": found.pk, "entry": entry.pk, "reason": "So", "today": TODAY, "by": cast.finance}
    for changes, sentence in (
        ({"reason": " "}, "Say why"),
        ({"reason": "Ask a@b.example"}, "e-mail address"),
        ({"entry": uuid4()}, "No such entry"),
    ):
        with pytest.raises(DomainError, match=sentence):
            services.withdraw(**given | changes)
    services.withdraw(**given)
    with pytest.raises(DomainError, match="taken off before"):
        services.withdraw(**given)
    with pytest.raises(DatabaseError, match="only what was released"), transaction.atomic():
        PublicationWithdrawal.objects.create(
            partnership=cast.surrey, release=found, entry=uuid4(), reason="x", withdrawn_on=TODAY
        )


def test_the_prefix_stays_once_lists_carry_it(cast, money):
    with pytest.raises(Refused, match="Enter the prefix as 360Giving gave it"):
        services.set_publisher(partnership=cast.surrey, version=0, prefix="surrey", by=cast.finance)
    with_prefix(cast)
    publisher = Publisher.objects.get()
    with pytest.raises(Stale):
        services.set_publisher(partnership=cast.surrey, version=9, prefix="360G-b", by=cast.finance)
    released(cast)
    with pytest.raises(DomainError, match="Lists were released under 360G-example"):
        services.set_publisher(
            partnership=cast.surrey, version=publisher.version, prefix="360G-b", by=cast.finance
        )


def test_postgresql_keeps_what_was_released(cast, money):
    decided(cast, money)
    found = released(cast)
    entry, publication = found.publication.entries.get(), found.publication
    entry.title = "Other"
    publication.corrects = "x"
    for attempt, sentence in (
        (lambda: save(entry), "stays as it was"),
        (lambda: save(publication), "stays as it was"),
        (lambda: save(PublicationEntry(**_of(publication))), "stays as it was"),
    ):
        with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
            attempt()
    for statement in (
        "UPDATE funding_publicationrelease SET released_on = now()",
        "DELETE FROM funding_publicationrelease",
        "TRUNCATE funding_publicationrelease CASCADE",
        "DELETE FROM funding_publicationentry",
        "UPDATE funding_publicationwithdrawal SET reason = 'x'",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def _of(publication):
    return {
        "partnership_id": publication.partnership_id,
        "publication": publication,
        "on": OCTOBER,
        "organisation": "x",
        "amount": D(501),
        "purpose": "x",
    }


def test_postgresql_releases_no_list_that_was_not_looked_at_nor_of_another_month(cast, money):
    decided(cast, money)
    publication = opened(cast)
    content = selectors.content_of(publication)
    for said in (content, content | {"month": "2023-11-01"}, content | {"edition": 2}):
        with pytest.raises(DatabaseError, match="released whole"), transaction.atomic():
            _release_by_hand(publication, said)
    look_at_all(publication, cast.finance)
    whole = selectors.content_of(publication)
    [entry] = whole["awards"]
    for invented in (
        whole | {"awards": []},
        whole | {"awards": [entry | {"amount": "1.00"}]},
        whole | {"awards": [entry, entry | {"key": str(uuid4())}]},
    ):
        with pytest.raises(DatabaseError, match="with its entries and their amounts"), transaction.atomic():
            _release_by_hand(publication, invented)
    with pytest.raises(DatabaseError, match="release_as_hashed"), transaction.atomic():
        _release_by_hand(publication, selectors.content_of(publication), sha256="0" * 64)
    with pytest.raises(DatabaseError, match="corrects the one that was released"), transaction.atomic():
        save(Publication(partnership=cast.surrey, month=OCTOBER, edition=2, corrects="x"))


def _release_by_hand(publication, content, **changes):
    spelling = canonical(content)
    PublicationRelease.objects.create(
        **{
            "partnership_id": publication.partnership_id,
            "publication": publication,
            "released_on": TODAY,
            "canonical": spelling,
            "sha256": digest(spelling),
            **changes,
        }
    )


@pytest.mark.django_db(transaction=True)
def test_of_a_release_and_a_change_at_once_neither_slips_by_the_other(cast):
    decided(cast, makers.money(cast))
    publication = opened(cast)
    look_at_all(publication, cast.finance)
    entry = publication.entries.get()
    outcomes = at_once(
        lambda: release(cast, publication),
        lambda: services.word_award(
            entry_id=entry.pk, version=entry.version, words=words_of(entry, title="Other"), by=cast.finance
        ),
    )
    assert sorted(type(each).__name__ for each in outcomes) in (
        ["DomainError", "PublicationRelease"],
        ["DomainError", "PublicationEntry"],
    )
    entry.refresh_from_db()
    for found in PublicationRelease.objects.all():
        assert read(found.canonical)["awards"][0]["title"] == entry.title

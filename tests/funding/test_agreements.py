"""A grant and its agreement on pages: recorded, changed, signed, with its papers and its holder since."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from funding.models import Grant, GrantDocument, GrantSignature
from funding.selectors.agreements import holders_since
from funding.services import agreements as services
from funding.services.agreements import Agreement
from funding.services.refusals import Refused
from partners.models import Organisation, Succession
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import TODAY, organisation, save, signed_in
from tests.funding import makers
from tests.funding.makers import PDF, upload
from tests.funding.pages import errors, look, queries, send

GRANTS = "/surrey/funding/grants/"


def agreement(cast, **changes):
    return Agreement(
        **{"title": "Local grant", "funder": "Home Office", "recipient": cast.surrey.convener} | changes
    )


def record(cast, **changes):
    said = {name: changes.pop(name) for name in list(changes) if name in Agreement.__dataclass_fields__}
    return services.record_grant(
        **{
            "partnership": cast.surrey,
            "agreement": agreement(cast, **said),
            "today": TODAY,
            "by": cast.finance,
        }
        | changes
    )


def sign(cast, grant, **changes):
    return services.record_signature(
        **{
            "grant_id": grant.pk,
            "party": grant.recipient,
            "role": "Chief finance officer",
            "signed_on": date(2023, 2, 2),
            "today": TODAY,
            "by": cast.finance,
        }
        | changes
    )


# Services


def test_a_named_funder_is_the_one_that_is_known(cast, money):
    made = record(cast, funder=" home  office ")
    assert made.funder == money.grant.funder
    assert record(cast, title="Other", funder="A New Fund").funder == Organisation.objects.get(
        name="A New Fund"
    )


def test_the_same_form_sent_twice_records_one_grant(cast):
    key = uuid4()
    assert record(cast, key=key) == record(cast, key=key)
    assert Grant.objects.count() == 1


def test_a_title_is_of_one_grant(cast, money):
    with pytest.raises(DomainError, match="Another grant has this title"):
        record(cast, title=money.grant.title)
    made = record(cast)
    with pytest.raises(DomainError, match="Another grant has this title"):
        services.change_grant(
            grant_id=made.pk,
            version=1,
            agreement=agreement(cast, title=money.grant.title),
            today=TODAY,
            by=cast.finance,
        )


def test_days_are_in_order_for_the_rule_and_for_postgresql(cast):
    days = {"first_day": date(2023, 4, 1), "last_day": date(2023, 3, 31)}
    with pytest.raises(Refused, match="The last day comes before the first, 1 April 2023"):
        record(cast, **days)
    record(cast, first_day=date(2023, 4, 1), last_day=date(2025, 3, 31))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE funding_grant SET last_day = '2023-03-31'")


def test_a_change_is_of_the_version_that_was_seen(cast):
    made = record(cast)
    with pytest.raises(Stale):
        services.change_grant(
            grant_id=made.pk, version=2, agreement=agreement(cast), today=TODAY, by=cast.finance
        )
    changed = services.change_grant(
        grant_id=made.pk,
        version=1,
        agreement=agreement(cast, conditions="Unspent money is returned."),
        today=TODAY,
        by=cast.finance,
    )
    assert (changed.conditions, changed.version) == ("Unspent money is returned.", 2)


def test_a_signature_is_of_a_party_and_was_given(cast, money):
    key = uuid4()
    assert sign(cast, money.grant, key=key) == sign(cast, money.grant, key=key)
    with pytest.raises(DomainError, match="Choose one of the two"):
        sign(cast, money.grant, party=cast.woking.organisation)
    with pytest.raises(Refused, match="16 January 2024 has not come yet"):
        sign(cast, money.grant, signed_on=date(2024, 1, 16))
    assert GrantSignature.objects.count() == 1


@pytest.mark.parametrize("change", ["role = 'x'", "signed_on = '2023-02-03'", "party_id = gen_random_uuid()"])
def test_a_signature_stays_as_it_was_recorded(cast, money, change):
    sign(cast, money.grant)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE funding_grantsignature SET {change}")


def test_what_is_withdrawn_is_seen_no_more_and_stays(cast, money):
    papers = services.add_document(
        grant_id=money.grant.pk, title="Agreement", upload=upload("a.pdf"), by=cast.finance
    )
    for each in (sign(cast, money.grant), papers):
        with pytest.raises(ReasonRequired):
            services.withdraw(record=each, reason=" ", by=cast.finance)
        services.withdraw(record=each, reason="Recorded for another grant", by=cast.finance)
    page = look(cast.lead, f"{GRANTS}{money.grant.pk}/")
    assert "Chief finance officer 2 February" not in page
    assert "a.pdf" not in page
    assert signed_in(cast.lead).get(f"/surrey/funding/grant-documents/{papers.pk}/").status_code == 404
    assert (GrantSignature.objects.count(), GrantDocument.objects.count()) == (1, 1)


@pytest.mark.parametrize("part", [part for part in makers.PARTS if part != "finance"])
def test_nobody_but_the_finance_officer(cast, money, part):
    by, signature = getattr(cast, part), sign(cast, money.grant)
    for attempt in (
        lambda: record(cast, by=by),
        lambda: services.change_grant(
            grant_id=money.grant.pk, version=1, agreement=agreement(cast), today=TODAY, by=by
        ),
        lambda: sign(cast, money.grant, by=by),
        lambda: services.add_document(grant_id=money.grant.pk, title="A", upload=upload(), by=by),
        lambda: services.withdraw(record=signature, reason="So", by=by),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


# The holder since


def succeed(before, after, on):
    return save(Succession(predecessor=before, successor=after, on=on))


def test_who_holds_the_grant_since_its_recipient_was_succeeded(cast, money):
    first, second = organisation("Mayor of Surrey"), organisation("Combined Authority of Surrey")
    succeed(cast.surrey.convener, first, date(2023, 11, 1))
    succeed(first, second, date(2024, 1, 16))
    found = [each.successor for each in holders_since(money.grant.recipient_id, TODAY)]
    assert found == [first]
    later = [each.successor for each in holders_since(money.grant.recipient_id, date(2024, 1, 16))]
    assert later == [first, second]
    assert "Mayor of Surrey took over on 1 November 2023. It holds the grant since." in look(
        cast.lead, f"{GRANTS}{money.grant.pk}/"
    )


def test_successions_in_a_circle_end(cast, money):
    other = organisation("Mayor of Surrey")
    succeed(cast.surrey.convener, other, date(2023, 11, 1))
    succeed(other, cast.surrey.convener, date(2023, 12, 1))
    assert [each.successor for each in holders_since(money.grant.recipient_id, TODAY)] == [other]


# Pages


def test_finance_records_a_grant_from_the_empty_home(cast):
    assert "Record a grant" in look(cast.finance, "/surrey/funding/")
    assert "Record a grant" not in look(cast.lead, "/surrey/funding/")
    sent = {"key": str(uuid4()), "title": "Local grant", "recipient": cast.surrey.convener_id}
    assert errors(send(cast.finance, f"{GRANTS}record/", **sent)) == [
        "Choose who gives the money, or name another funder"
    ]
    answer = send(cast.finance, f"{GRANTS}record/", **sent, new_funder="Home Office")
    made = Grant.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{GRANTS}{made.pk}/")
    assert made.lead_officer_certifies is False
    page = look(cast.finance, f"{GRANTS}{made.pk}/")
    assert "Funder Home Office" in page
    assert "Agreement signed Not recorded" in page


def test_the_agreement_on_its_page(cast, money):
    where = f"{GRANTS}{money.grant.pk}/"
    client = signed_in(cast.finance)
    change = {
        "title": "Serious Violence Duty grant",
        "funder": money.grant.funder_id,
        "recipient": money.grant.recipient_id,
        "conditions": "Unspent money is returned.",
        "version": "1",
        "lead_officer_certifies": "on",
    }
    assert client.post(f"{where}change/", change).status_code == 302
    signature = {
        "key": str(uuid4()),
        "party": money.grant.recipient_id,
        "role": "PCC lead officer",
        "signed_on_day": "2",
        "signed_on_month": "2",
        "signed_on_year": "2023",
    }
    assert client.post(f"{where}signatures/", signature).status_code == 302
    papers = {"key": str(uuid4()), "title": "Signed agreement", "upload": SimpleUploadedFile("a.pdf", PDF)}
    assert client.post(f"{where}documents/", papers).status_code == 302
    page = look(cast.woking_rep, where)
    assert "Conditions Unspent money is returned." in page
    assert "PCC lead officer 2 February 2023" in page
    assert "Signed agreement (a.pdf" in page
    kept = GrantDocument.objects.get()
    address = f"/surrey/funding/grant-documents/{kept.pk}/"
    assert b"".join(signed_in(cast.woking_rep).get(address).streaming_content) == PDF
    assert signed_in(cast.outsider).get(address).status_code == 404
    assert signed_in(cast.outsider).get(address.replace("surrey", "west-midlands")).status_code == 404


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("finance", 200),
        *((part, 403) for part in makers.PARTS if part not in {"finance", "outsider", "nobody"}),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_only_finance_opens_the_forms(cast, money, part, status):
    where, client = f"{GRANTS}{money.grant.pk}/", signed_in(getattr(cast, part))
    signature = sign(cast, money.grant)
    papers = services.add_document(
        grant_id=money.grant.pk, title="Agreement", upload=upload("a.pdf"), by=cast.finance
    )
    for address in (
        f"{GRANTS}record/",
        f"{where}change/",
        f"{where}signatures/",
        f"{where}documents/",
        f"/surrey/funding/grant-signatures/{signature.pk}/withdraw/",
        f"/surrey/funding/grant-documents/{papers.pk}/withdraw/",
    ):
        assert client.get(address).status_code == status, address


def test_the_page_asks_as_much_for_one_signature_as_for_three(cast, money):
    where = f"{GRANTS}{money.grant.pk}/"
    for role in ("One", "Two", "Three"):
        sign(cast, money.grant, role=role)
        services.add_document(grant_id=money.grant.pk, title=role, upload=upload(), by=cast.finance)
        assert queries(cast.lead, where) == 17

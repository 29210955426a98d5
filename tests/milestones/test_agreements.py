"""The partnership agreement: drafted, adopted, signed; what it says stays."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from governance.models import Decision
from governance.services import decisions
from governance.services import terms as terms_services
from milestones.models import AgreementAppendix, AgreementParty, Product
from milestones.models.frozen import BRINGING
from milestones.services import agreements as services
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError, ReasonRequired, Stale
from tests.cast import TODAY, Cast, save, signed_in

EARLIER = TODAY - timedelta(days=30)


def decision(cast: Cast, verb: str = "agreed", number: int = 1, **facts: Any) -> Decision:
    return save(
        Decision(
            partnership=cast.surrey,
            body=cast.executive,
            reference=f"EXEC/2023/{number:02}",
            verb=verb,
            title="Partnership agreement",
            text="the agreement",
            taken_on=EARLIER,
            **facts,
        )
    )


def draft(cast: Cast, edition: str = "Version 1") -> Product:
    return services.draft(
        partnership=cast.surrey, title="Partnership agreement", edition=edition, today=TODAY, by=cast.lead
    )


def party(cast: Cast, agreement: Product, partner: Any, commits: str = "Share data.") -> AgreementParty:
    return services.add_party(agreement_id=agreement.pk, partner_id=partner.pk, commits=commits, by=cast.lead)


def link(cast: Cast, agreement: Product) -> AgreementAppendix:
    url = "https://surrey.example/data"
    return services.add_appendix(agreement_id=agreement.pk, title="Data", url=url, by=cast.lead)


def adopt(cast: Cast, agreement: Product, on: date = EARLIER, number: int = 1) -> Product:
    return services.adopt(
        agreement_id=agreement.pk,
        version=Product.objects.get(pk=agreement.pk).version,
        decision_id=decision(cast, number=number).pk,
        adopted_on=on,
        today=TODAY,
        by=cast.lead,
    )


@pytest.fixture
def adopted(cast: Cast) -> Product:
    """Version 1, of the police and Woking, with one appendix; nobody has signed."""
    agreement = draft(cast)
    party(cast, agreement, cast.police)
    party(cast, agreement, cast.woking)
    link(cast, agreement)
    return adopt(cast, agreement)


def of(agreement: Product, partner: Any) -> AgreementParty:
    return AgreementParty.objects.get(agreement=agreement, partner=partner)


def sign(cast: Cast, signing: AgreementParty, on: date = TODAY, **facts: Any) -> AgreementParty:
    given: dict[str, Any] = {"version": signing.version, "role": "Chief executive", "today": TODAY}
    return services.sign(party_id=signing.pk, signed_on=on, by=cast.lead, **given | facts)


def page(user: Any, agreement: Product) -> str:
    answer = signed_in(user).get(f"/surrey/milestones/products/{agreement.pk}/")
    assert answer.status_code == 200
    return " ".join(str(answer.content.decode()).split())


def test_a_decision_that_stands_adopts_what_is_complete(cast: Cast) -> None:
    agreement = draft(cast)
    given: dict[str, Any] = {"agreement_id": agreement.pk, "version": 1, "today": TODAY, "by": cast.lead}
    yes = decision(cast)
    for number, (facts, field, words) in enumerate(
        [
            ({"verb": "deferred"}, "decision", "Choose a decision that stands"),
            ({"withdrawn_reason": "Error"}, "decision", "Choose a decision that stands"),
        ],
        2,
    ):
        with pytest.raises(DomainError, match=words) as refused:
            services.adopt(**given, decision_id=decision(cast, number=number, **facts).pk, adopted_on=TODAY)
        assert refused.value.field == field
    for day, words in (
        (EARLIER - timedelta(days=1), "The decision was taken on 16 December 2023"),
        (TODAY + timedelta(days=1), "today or earlier"),
        (TODAY, "Nobody is party to this agreement yet"),
    ):
        with pytest.raises(DomainError, match=words):
            services.adopt(**given, decision_id=yes.pk, adopted_on=day)
    party(cast, agreement, cast.police)
    unfinished = terms_services.draft(body_id=cast.executive.pk, by=cast.lead)
    appendix = services.add_appendix(
        agreement_id=agreement.pk, title="Terms", terms_id=unfinished.pk, by=cast.lead
    )
    with pytest.raises(DomainError, match="The terms of reference in “Terms” are a draft"):
        services.adopt(**given, decision_id=yes.pk, adopted_on=TODAY)
    services.withdraw_appendix(appendix_id=appendix.pk, version=1, by=cast.lead)
    done = services.adopt(**given, decision_id=yes.pk, adopted_on=TODAY)
    assert (done.status, done.decision, done.adopted_on) == ("adopted", yes, TODAY)
    with pytest.raises(DomainError, match="rests on this decision"):
        decisions.withdraw(decision_id=yes.pk, version=1, reason="Error", by=cast.lead)


def test_once_adopted_its_texts_stay(cast: Cast, adopted: Product) -> None:
    woking, appendix = of(adopted, cast.woking), adopted.appendices.get()
    stays = "This agreement was adopted and stays as it is"
    by: dict[str, Any] = {"by": cast.lead}
    for press in (
        lambda: services.change(
            agreement_id=adopted.pk, version=adopted.version, title="T", edition="E", summary="", **by
        ),
        lambda: services.change_party(party_id=woking.pk, version=1, commits="Nothing.", **by),
        lambda: services.take_out(party_id=woking.pk, version=1, today=TODAY, **by),
        lambda: services.withdraw_appendix(appendix_id=appendix.pk, version=1, **by),
        lambda: link(cast, adopted),
        lambda: party(cast, adopted, cast.police),
    ):
        with pytest.raises(DomainError, match=stays):
            press()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE milestones_product SET title = 'Other' WHERE id = %(agreement)s",
        "UPDATE milestones_product SET status = 'drafting' WHERE id = %(agreement)s",
        "UPDATE milestones_product SET decision_id = NULL WHERE id = %(agreement)s",
        "UPDATE milestones_agreementparty SET commits = '' WHERE agreement_id = %(agreement)s",
        "UPDATE milestones_agreementparty SET agreement_id = %(draft)s WHERE agreement_id = %(agreement)s",
        "UPDATE milestones_agreementparty SET agreement_id = %(agreement)s WHERE agreement_id = %(draft)s",
        "UPDATE milestones_agreementappendix SET withdrawn = true WHERE agreement_id = %(agreement)s",
        "UPDATE milestones_agreementappendix SET title = 'Other' WHERE agreement_id = %(agreement)s",
    ],
)
def test_postgresql_keeps_them(cast: Cast, adopted: Product, change: str) -> None:
    next_version = draft(cast, "Version 2")
    refused = pytest.raises(IntegrityError, match="an agreement that was adopted stays as it is")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, {"agreement": adopted.pk, "draft": next_version.pk})


def test_nothing_is_added_to_it_but_by_an_import_and_an_import_changes_nothing(
    cast: Cast, adopted: Product
) -> None:
    stays = pytest.raises(IntegrityError, match="an agreement that was adopted stays as it is")
    row = AgreementAppendix(
        partnership=cast.surrey, agreement=adopted, position=2, title="More", url="https://x.example"
    )
    with stays, transaction.atomic():
        save(row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'import', true)", [BRINGING])
    row.pk = uuid4()
    brought = save(row)
    brought.title = "Other"
    with stays, transaction.atomic():
        save(brought)


def test_signatures_come_in_later_are_put_right_with_a_reason_and_may_be_withdrawn(
    cast: Cast, adopted: Product
) -> None:
    woking = sign(cast, of(adopted, cast.woking), TODAY - timedelta(days=2))
    assert (woking.signed_role, woking.signed_on) == ("Chief executive", TODAY - timedelta(days=2))
    with pytest.raises(ReasonRequired, match="Say why what was recorded changes"):
        sign(cast, woking)
    assert sign(cast, woking, reason="Wrong day").signed_on == TODAY
    with pytest.raises(DomainError, match="today or earlier"):
        sign(cast, of(adopted, cast.police), TODAY + timedelta(days=1))
    fresh = of(adopted, cast.woking)
    given: dict[str, Any] = {"party_id": fresh.pk, "version": fresh.version, "today": TODAY}
    for on, reason, words in (
        (TODAY, " ", "Say why the partner withdraws"),
        (EARLIER, "Merged", "It signed on 15 January 2024"),
        (TODAY + timedelta(days=1), "Merged", "today or earlier"),
    ):
        with pytest.raises(DomainError, match=words):
            services.withdraw_party(**given, on=on, reason=reason, by=cast.lead)
    left = services.withdraw_party(**given, on=TODAY, reason="Merged", by=cast.lead)
    assert (left.withdrawn_on, left.signed_on) == (TODAY, TODAY)
    with pytest.raises(Stale):
        services.withdraw_party(**given, on=TODAY, reason="Merged", by=cast.lead)
    shown = page(cast.woking_rep, adopted)
    assert 'Withdrew</strong><span class="cell-note">15 January 2024: Merged' in shown
    assert "0 of 1 partners" in shown
    assert sign(cast, left, reason="Back").withdrawn_on is None


def test_a_draft_is_not_signed(cast: Cast) -> None:
    with pytest.raises(DomainError, match="signed once it is adopted"):
        sign(cast, party(cast, draft(cast), cast.police))


def test_the_next_version_begins_with_the_texts_and_without_signatures(cast: Cast, adopted: Product) -> None:
    sign(cast, of(adopted, cast.police))
    woking = of(adopted, cast.woking)
    services.withdraw_party(
        party_id=woking.pk, version=1, on=TODAY, reason="Merged", today=TODAY, by=cast.lead
    )
    with pytest.raises(DomainError, match="There is a version of this name"):
        draft(cast, "VERSION 1")
    second = draft(cast, "Version 2")
    assert draft(cast, "Version 3") == second
    rows = second.parties.values_list("partner", "commits", "signed_on", "withdrawn_on")
    assert list(rows) == [(cast.police.pk, "Share data.", None, None)]
    assert [(each.title, each.url) for each in second.appendices.all()] == [
        ("Data", "https://surrey.example/data")
    ]
    assert "Replaced by" not in page(cast.woking_rep, adopted)
    with pytest.raises(DomainError, match="Version 1 was adopted on 16 December 2023"):
        adopt(cast, second, EARLIER, 2)
    adopt(cast, second, TODAY, 3)
    assert "Replaced by" in page(cast.woking_rep, adopted)
    late = sign(cast, of(adopted, cast.police), reason="Wrong role", role="Deputy")
    assert late.signed_role == "Deputy"


def test_a_partner_is_once_in_a_draft_and_can_be_taken_out_and_come_back(cast: Cast) -> None:
    agreement, key = draft(cast), uuid4()
    given: dict[str, Any] = {"agreement_id": agreement.pk, "partner_id": cast.police.pk, "by": cast.lead}
    made = services.add_party(**given, commits="One.", key=key)
    assert services.add_party(**given, commits="One.", key=key) == made
    with pytest.raises(DomainError, match="in the agreement already"):
        services.add_party(**given, commits="Two.")
    with pytest.raises(DomainError, match="Choose one of those listed"):
        party(cast, agreement, cast.their_police)
    services.take_out(party_id=made.pk, version=1, today=TODAY, by=cast.lead)
    assert "No partner recorded" in page(cast.lead, agreement)
    assert services.add_party(**given, commits="Three.").commits == "Three."
    assert agreement.parties.count() == 1


def test_an_appendix_is_terms_or_a_file_or_a_link(cast: Cast) -> None:
    agreement = draft(cast)
    given: dict[str, Any] = {"agreement_id": agreement.pk, "title": "A", "by": cast.lead}
    upload = files.validate_upload(SimpleUploadedFile("a.csv", b"a,b\n1,2\n"))
    for wrong in ({}, {"url": "https://x.example", "upload": upload}):
        with pytest.raises(DomainError, match="one of the three"):
            services.add_appendix(**given, **wrong)
    kept = services.add_appendix(**given, upload=upload)
    address = f"/surrey/milestones/agreements/appendices/{kept.pk}/file/"
    assert b"".join(signed_in(cast.woking_rep).get(address)) == b"a,b\n1,2\n"
    assert signed_in(cast.outsider).get(address).status_code == 404
    services.withdraw_appendix(appendix_id=kept.pk, version=1, by=cast.lead)
    assert signed_in(cast.woking_rep).get(address).status_code == 404


@pytest.mark.parametrize("part", ["finance", "auditor", "police_rep", "woking_rep", "chair", "observer"])
def test_only_who_manages_the_programme_writes_and_all_read(cast: Cast, adopted: Product, part: str) -> None:
    user, woking, appendix = cast.members[part], of(adopted, cast.woking), adopted.appendices.get()
    by: dict[str, Any] = {"by": user}
    for press in (
        lambda: services.draft(partnership=cast.surrey, title="T", edition="2", today=TODAY, **by),
        lambda: services.change(agreement_id=adopted.pk, version=9, title="T", edition="E", summary="", **by),
        lambda: services.add_party(agreement_id=adopted.pk, partner_id=cast.police.pk, commits="", **by),
        lambda: services.change_party(party_id=woking.pk, version=9, commits="", **by),
        lambda: services.take_out(party_id=woking.pk, version=9, today=TODAY, **by),
        lambda: services.sign(party_id=woking.pk, version=9, role="R", signed_on=TODAY, today=TODAY, **by),
        lambda: services.withdraw_party(
            party_id=woking.pk, version=9, on=TODAY, reason="R", today=TODAY, **by
        ),
        lambda: services.add_appendix(agreement_id=adopted.pk, title="A", url="https://x.example", **by),
        lambda: services.withdraw_appendix(appendix_id=appendix.pk, version=9, **by),
        lambda: services.adopt(
            agreement_id=adopted.pk, version=9, decision_id=uuid4(), adopted_on=TODAY, today=TODAY, **by
        ),
    ):
        with pytest.raises(PermissionDenied):
            press()
    shown = page(user, adopted)
    assert "Not signed yet" in shown
    assert "Record a signature" not in shown
    client = signed_in(user)
    for address in (f"{adopted.pk}/adopt/", "draft/", f"partners/{woking.pk}/sign/"):
        assert client.get(f"/surrey/milestones/agreements/{address}").status_code == 403


def test_an_outsider_finds_no_agreement(cast: Cast, adopted: Product) -> None:
    address = f"/surrey/milestones/products/{adopted.pk}/"
    assert signed_in(cast.outsider).get(address).status_code == 404
    assert signed_in(cast.outsider).get(address.replace("surrey", "west-midlands")).status_code == 404


def test_an_agreement_from_its_draft_to_a_signature_on_pages(cast: Cast, settings: Any) -> None:
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)
    client, start = signed_in(cast.lead), "/surrey/milestones/agreements/"
    begun = client.post(f"{start}draft/", {"title": "Partnership agreement", "edition": "Version 1"})
    agreement = Product.objects.get(kind="agreement")
    home = f"/surrey/milestones/products/{agreement.pk}/"
    assert begun["Location"] == home
    client.post(
        f"{start}{agreement.pk}/partners/", {"partner": str(cast.police.pk), "commits": "Share data."}
    )
    client.post(f"{start}{agreement.pk}/appendices/", {"title": "Data", "url": "surrey.example/data"})
    yes = decision(cast, restricted=True)
    day = {"adopted_on_day": "16", "adopted_on_month": "12", "adopted_on_year": "2023"}
    typed = {"decision": str(yes.pk), "version": "1"} | day
    assert client.post(f"{start}{agreement.pk}/adopt/", typed)["Location"] == home
    assert "EXEC/2023/01" in page(cast.lead, agreement)
    assert "EXEC/2023/01" not in page(cast.woking_rep, agreement)
    signing = of(agreement, cast.police)
    refused = client.post(f"{start}partners/{signing.pk}/sign/", {"role": "Chief", "version": "1"})
    assert refused.status_code == 422
    shown = page(cast.woking_rep, agreement)
    assert "0 of 1 partners" in shown
    assert "Specified authorities that are not party to it</dt> <dd>Woking" in shown
    of_decision = client.get(f"/surrey/governance/decisions/{yes.pk}/").content.decode()
    assert home in of_decision


@pytest.mark.parametrize("rows", [1, 2])
def test_the_page_asks_the_same_for_few_and_many(
    cast: Cast, rows: int, django_assert_num_queries: Any
) -> None:
    agreement = draft(cast)
    for partner in (cast.police, cast.woking)[:rows]:
        party(cast, agreement, partner)
        link(cast, agreement)
    adopt(cast, agreement)
    client = signed_in(cast.woking_rep)
    address = f"/surrey/milestones/products/{agreement.pk}/"
    client.get(address)
    with django_assert_num_queries(12):
        client.get(address)


def test_every_product_leads_to_its_page(cast: Cast) -> None:
    made = save(Product(partnership=cast.surrey, kind="strategy", title="Strategy", edition="2024"))
    address = f"/surrey/milestones/products/{made.pk}/"
    assert address in signed_in(cast.woking_rep).get("/surrey/milestones/").content.decode()
    assert "Not yet" in page(cast.woking_rep, made)

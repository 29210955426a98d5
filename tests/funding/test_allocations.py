"""Allocations as sums of dated entries, and totals that an agreement states beside them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from funding.models import Allocation, AllocationEntry, StatedTotal
from funding.rules import allocations as rules
from funding.rules.costs import CostType
from funding.services import grants as services
from funding.services.refusals import Refused
from svd_portal.kit import clock
from svd_portal.kit.errors import Stale
from svd_portal.kit.quarters import FinancialYear
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.makers import PDF, YEAR, upload
from tests.funding.pages import errors, look, queries, send, words

D = Decimal
GRANTS = "/surrey/funding/grants/"


def allocate(cast, money, amount, **changes):
    return services.set_allocation(
        **{
            "grant": money.grant,
            "year": YEAR,
            "cost_type": CostType.NON_LABOUR,
            "amount": D(amount),
            "given_on": date(2023, 9, 1),
            "reason": "More from the funder.",
            "version": 1,
            "by": cast.finance,
            **changes,
        }
    )


def entries(allocation):
    found = allocation.entries.order_by("created_at")
    return [(each.amount, each.given_on, each.reason, each.by and each.by.email) for each in found]


# Entries


def test_a_first_allocation_is_its_first_entry(cast, money):
    made = allocate(cast, money, "334965.78", year=FinancialYear(2024), reason="", version=None)
    assert entries(made) == [(D("334965.78"), date(2023, 9, 1), "", "finance@surrey.example")]


def test_an_allocation_of_nothing_is_entered_too(cast, money):
    made = allocate(cast, money, "0.00", year=FinancialYear(2024), reason="", version=None)
    assert [amount for amount, *_rest in entries(made)] == [D("0.00")]


def test_what_is_given_or_taken_is_entered_and_the_sum_is_the_allocation(cast, money):
    allocate(cast, money, "120000.00")
    made = allocate(cast, money, "119000.01", reason="Some taken back.", given_on=TODAY, version=2)
    assert entries(made) == [
        (D("119212.44"), date(2023, 2, 2), "", None),
        (D("787.56"), date(2023, 9, 1), "More from the funder.", "finance@surrey.example"),
        (D("-999.99"), date(2024, 1, 15), "Some taken back.", "finance@surrey.example"),
    ]
    assert made.amount == sum(amount for amount, *_rest in entries(made)) == D("119000.01")


def test_the_funders_letter_is_kept_with_the_entry(cast, money):
    made = allocate(cast, money, "120000.00", document=upload("letter.pdf"))
    kept = made.entries.last().document
    assert (kept.name, kept.partnership_id) == ("letter.pdf", cast.surrey.pk)


def test_what_is_refused_enters_nothing(cast, money):
    with pytest.raises(Refused):
        allocate(cast, money, "1.00", reason=" ")
    with pytest.raises(Stale):
        allocate(cast, money, "1.00", version=7)
    with pytest.raises(PermissionDenied):
        allocate(cast, money, "1.00", by=cast.lead)
    assert AllocationEntry.objects.count() == 2


MORE = """
    INSERT INTO funding_allocationentry
        (id, created_at, partnership_id, allocation_id, amount, given_on, reason)
    SELECT gen_random_uuid(), now(), partnership_id, id, 1, current_date, '' FROM funding_allocation
"""


def run(*statements):
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE funding_allocation SET amount = amount + 1", MORE])
def test_postgresql_keeps_allocation_and_entries_together(money, statement):
    with pytest.raises(IntegrityError, match="an allocation is the sum of its entries"):
        run(statement, "SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE funding_allocationentry SET amount = 1", "DELETE FROM funding_allocationentry"],
)
def test_an_entry_stays_as_it_is(money, statement):
    with pytest.raises(DatabaseError):
        run(statement)
    assert AllocationEntry.objects.count() == 2


# Stated totals


def test_a_stated_total_is_kept_beside_its_parts_and_nothing_is_adjusted(cast, money):
    state(cast, money, "341768.36")
    assert Allocation.objects.get(cost_type="labour").amount == makers.LABOUR
    sentence = (
        "The agreement states £341,768.36 for 2023/24; the allocations recorded for it come to £341,768.35,"
        " which is £0.01 less. Neither figure has been adjusted."
    )
    for address in (f"{GRANTS}{money.grant.pk}/", "/surrey/funding/?year=2023-24"):
        assert sentence in look(cast.woking_rep, address)


def test_a_stated_total_that_is_the_sum_is_shown_without_a_warning(cast, money):
    state(cast, money, "341768.35")
    page = look(cast.lead, f"{GRANTS}{money.grant.pk}/")
    assert "£341,768.35 Annex B" in page
    for address in (f"{GRANTS}{money.grant.pk}/", "/surrey/funding/"):
        assert "stated total differs" not in look(cast.lead, address)


def test_a_stated_total_changes_with_a_reason_and_for_who_saw_it(cast, money):
    state(cast, money, "1.00")
    with pytest.raises(Refused, match="Say why the stated total changes"):
        state(cast, money, "2.00", version=1)
    with pytest.raises(Stale):
        state(cast, money, "2.00", reason="Read again")
    assert state(cast, money, "1.00").version == 1
    assert state(cast, money, "2.00", version=1, reason="Read again").amount == D("2.00")
    with pytest.raises(PermissionDenied):
        state(cast, money, "3.00", version=2, reason="So", by=cast.lead)


def state(cast, money, amount, **changes):
    return services.state_total(
        **{
            "grant": money.grant,
            "year": YEAR,
            "amount": D(amount),
            "source": "Annex B",
            "by": cast.finance,
            **changes,
        }
    )


pennies = st.integers(0, 10**12).map(lambda number: D(number) / 100)


@given(stated=pennies, parts=st.lists(st.none() | pennies, max_size=5))
def test_stated_and_parts_and_difference_always_agree(stated, parts):
    found = rules.stated(YEAR, stated, parts)
    assert found.stated == found.parts + found.difference
    assert ("Neither figure" in found.sentence) == bool(found.difference)


# Pages


def test_finance_records_a_change_on_a_page_with_its_letter(cast, money):
    address = f"{GRANTS}{money.grant.pk}/allocations/2023-24/non_labour/"
    sent = signed_in(cast.finance).post(
        address,
        {
            "amount": "120,000",
            "version": "1",
            "reason": "More from the funder.",
            "given_on_day": "1",
            "given_on_month": "9",
            "given_on_year": "2023",
            "document": SimpleUploadedFile("letter.pdf", PDF),
        },
    )
    assert sent.status_code == 302
    page = look(cast.woking_rep, f"{GRANTS}{money.grant.pk}/")
    assert "1 September 2023 2023/24 Non-labour £787.56 given More from the funder. letter.pdf" in page
    assert "2 February 2023 2023/24 Labour £222,555.91 given First recorded" in page
    entry = AllocationEntry.objects.get(reason="More from the funder.")
    letter = f"/surrey/funding/allocation-entries/{entry.pk}/document/"
    assert b"".join(signed_in(cast.woking_rep).get(letter).streaming_content) == PDF
    assert signed_in(cast.outsider).get(letter).status_code == 404
    assert signed_in(cast.outsider).get(letter.replace("surrey", "west-midlands")).status_code == 404


def test_an_entry_without_a_letter_has_none_to_open(cast, money):
    entry = AllocationEntry.objects.first()
    address = f"/surrey/funding/allocation-entries/{entry.pk}/document/"
    assert signed_in(cast.finance).get(address).status_code == 404


def test_an_allocation_without_a_day_is_given_today(cast, money):
    address = f"{GRANTS}{money.grant.pk}/allocations/2024-25/labour/"
    assert send(cast.finance, address, amount="211,864.69").status_code == 302
    made = AllocationEntry.objects.get(allocation__financial_year=2024)
    assert (made.given_on, made.amount) == (clock.today(), D("211864.69"))


def test_finance_states_a_total_on_a_page(cast, money):
    address = f"{GRANTS}{money.grant.pk}/stated/2023-24/"
    assert errors(send(cast.finance, address, amount="341768.35")) == ["Fill in “Where it is stated”"]
    assert send(cast.finance, address, amount="341768.35", source="Annex B").status_code == 302
    again = send(cast.finance, address, amount="1", source="Annex B", version="1")
    assert errors(again) == ["Say why the stated total changes."]
    assert "£341,768.35" not in words(again)
    assert StatedTotal.objects.get().amount == D("341768.35")


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("finance", 200),
        *((part, 403) for part in makers.PARTS if part not in {"finance", "outsider", "nobody"}),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_only_finance_states_a_total(cast, money, part, status):
    address = f"{GRANTS}{money.grant.pk}/stated/2023-24/"
    assert signed_in(getattr(cast, part)).get(address).status_code == status


def test_the_pages_ask_as_much_for_one_entry_as_for_three(cast, money):
    addresses = (f"{GRANTS}{money.grant.pk}/", "/surrey/funding/")
    before = [queries(cast.lead, address) for address in addresses]
    allocate(cast, money, "120000.00")
    allocate(cast, money, "121000.00", version=2)
    state(cast, money, "1.00")
    assert [queries(cast.lead, address) for address in addresses] == before == [17, 14]

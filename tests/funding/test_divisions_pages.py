"""Dividing on pages: looked at first, then saved; one by one and from a sheet."""

import re
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from funding.models import Allocation, Division, Share
from funding.services import divisions as services
from svd_portal.kit.quarters import FinancialYear
from tests.cast import partner, signed_in
from tests.funding import makers
from tests.funding.pages import errors, look, queries, words

D = Decimal
YEARS = (FinancialYear(2023), FinancialYear(2024), FinancialYear(2025))


@pytest.fixture
def labour(money):
    return Allocation.objects.get(cost_type="labour")


def address(allocation, by="equally"):
    return f"/surrey/funding/allocations/{allocation.pk}/divide/?by={by}"


def hidden(response):
    """What a preview would send again when it is saved."""
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode(), re.S
    )
    sent = {}
    for name, value in found:
        if name != "csrfmiddlewaretoken":
            sent.setdefault(name, []).append(unescape(value))
    return sent


def test_a_division_is_looked_at_first_and_then_saved(cast, labour):
    client = signed_in(cast.finance)
    form = client.get(address(labour))
    assert "£222,555.91 is divided among partners" in words(form)
    key = re.search(r'name="key" value="([^"]+)"', form.content.decode())[1]
    sent = {"key": key, "partners": [cast.woking.pk, cast.police.pk], "place": "last", "preview": "1"}
    preview = client.post(address(labour), sent)
    page = words(preview)
    assert preview.status_code == 200
    assert "2 parts that sum to £222,555.91, the whole allocation." in page
    assert "£0.01 could not be divided to the penny. It goes to Woking Borough Council" in page
    assert "Surrey Police £111,277.95" in page
    assert "Woking Borough Council £111,277.96 £0.01 left over included" in page
    assert not Division.objects.exists()
    back = client.post(address(labour), hidden(preview) | {"change": "1"})
    assert back.status_code == 200
    assert 'value="last" checked' in re.sub(r"\s+", " ", back.content.decode())
    assert not Division.objects.exists()
    saved = client.post(address(labour), hidden(preview) | {"save": "1"})
    assert saved.status_code == 302
    assert client.post(address(labour), hidden(preview) | {"save": "1"}).status_code == 302
    made = Division.objects.get()
    assert sum(share.amount for share in made.shares.all()) == made.amount == D("222555.91")
    grant = look(cast.woking_rep, f"/surrey/funding/grants/{labour.grant_id}/")
    assert "Woking Borough Council £111,277.96 £0.01 left over included" in grant
    assert "Planned shares 2023/24 Labour : £111,277.96" in look(
        cast.woking_rep, f"/surrey/partners/{cast.woking.pk}/"
    )


def test_a_second_division_shows_the_first_as_replaced(cast, labour):
    client = signed_in(cast.finance)
    for reason, place in (("", "first"), ("Counted again", "last")):
        sent = {
            "partners": [cast.woking.pk, cast.police.pk],
            "place": place,
            "reason": reason,
            "key": str(labour.pk)[:-1] + ("a" if reason else "b"),
        }
        preview = client.post(address(labour), sent)
        assert ("Saving replaces the division" in words(preview)) == bool(reason)
        assert client.post(address(labour), hidden(preview) | {"save": "1"}).status_code == 302
    first = Division.objects.get(replaces=None)
    earlier = look(cast.lead, f"/surrey/funding/divisions/{first.pk}/")
    assert "Replaced" in earlier
    assert "A later division takes its place" in earlier
    later = look(cast.lead, f"/surrey/funding/divisions/{first.replaced_by.pk}/")
    assert "Stands" in later
    assert "Why Counted again" in later


def test_by_amounts_that_are_not_the_whole(cast, labour):
    boxes = {
        f"figure_{cast.woking.pk.hex}": "200,000",
        f"figure_{cast.police.pk.hex}": "22555.90",
        "key": str(labour.pk),
    }
    refused = signed_in(cast.finance).post(address(labour, "amounts"), boxes)
    assert errors(refused) == [
        "The amounts come to £222,555.90, and the allocation is £222,555.91: £0.01 is left over."
        " The parts must sum to the whole."
    ]
    assert "200,000" in refused.content.decode()


def test_by_weights_with_a_partner_left_out(cast, labour):
    client = signed_in(cast.finance)
    sent = {
        f"figure_{cast.woking.pk.hex}": "103,943",
        f"figure_{cast.police.pk.hex}": "",
        "place": "largest",
        "key": str(labour.pk),
    }
    preview = client.post(address(labour, "weights"), sent)
    assert "1 part, which is £222,555.91, the whole allocation." in words(preview)
    assert "Surrey Police" not in words(preview)


@pytest.mark.parametrize(
    ("by", "sent", "found"),
    [
        ("equally", {}, "Choose at least one partner."),
        ("weights", {}, "Choose at least one partner."),
        ("amounts", {}, "Give at least one partner an amount."),
        ("weights", {"named": "x"}, "Choose one of the options listed"),
    ],
)
def test_what_is_missing_is_said(cast, labour, by, sent, found):
    posted = {"place": "largest", "key": str(labour.pk)} | sent
    assert found.rstrip(".") in " ".join(errors(signed_in(cast.finance).post(address(labour, by), posted)))


def test_whoever_saves_after_another_is_told_and_keeps_the_form(cast, labour):
    client = signed_in(cast.finance)
    sent = {"partners": [cast.woking.pk], "place": "last", "key": str(labour.pk), "reason": "Mine"}
    preview = client.post(address(labour), sent)
    other = services.Wanted(services.Method.EQUALLY, ((cast.police, D(1)),))
    services.divide(
        plans=[services.Plan(labour, other)],
        as_seen=services.seen([labour]),
        divided_on=makers.TODAY,
        by=cast.finance,
    )
    late = client.post(address(labour), hidden(preview) | {"save": "1"})
    assert errors(late) == [
        "Somebody divided this allocation, or changed it, after your preview was shown. Nothing of yours is"
        " saved: look at the preview again."
    ]
    assert "Mine" in late.content.decode()
    assert Division.objects.count() == 1


def test_another_way_to_divide_is_not_found(cast, labour):
    assert signed_in(cast.finance).get(address(labour, "fairly")).status_code == 404


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("finance", 200),
        *((part, 403) for part in makers.PARTS if part not in {"finance", "outsider", "nobody"}),
        ("outsider", 404),
        ("nobody", 404),
    ],
)
def test_only_finance_divides(cast, labour, part, status):
    client = signed_in(getattr(cast, part))
    for each in (address(labour), f"/surrey/funding/grants/{labour.grant_id}/divide/"):
        assert client.get(each).status_code == status


def test_a_restricted_decision_behind_a_division_is_not_named_to_others(cast, money, labour):
    secret = makers.decision(cast, "EXEC/2023/09", restricted=True)
    services.divide(
        plans=[services.Plan(labour, services.Wanted(services.Method.EQUALLY, ((cast.woking, D(1)),)))],
        as_seen=services.seen([labour]),
        divided_on=makers.TODAY,
        decision=secret,
        by=cast.finance,
    )
    page = f"/surrey/funding/divisions/{Division.objects.get().pk}/"
    assert "EXEC/2023/09" in look(cast.lead, page)
    assert "EXEC/2023/09" not in look(cast.woking_rep, page)
    assert signed_in(cast.outsider).get(page).status_code == 404


# From a sheet


@pytest.fixture
def many(cast, money):
    """32 partners, three years, two cost types."""
    partners = [cast.woking, cast.police]
    partners += [partner(cast.surrey, f"Partner {n:02d}", "district_council") for n in range(30)]
    for year in YEARS[1:]:
        for cost_type, amount in (("labour", "1000.01"), ("non_labour", "7777.77")):
            makers.allocation(money.grant, cost_type, D(amount), year.start)
    return partners


def sheet_of(partners, figure=lambda place, n: n + 1):
    rows = [["Partner", "Year", "Cost type", "Weight"]]
    for year in YEARS:
        for cost_type in ("labour", "Non-labour"):
            rows += [
                [each.name, str(year), cost_type, figure(cost_type, n)] for n, each in enumerate(partners)
            ]
    return rows


def workbook(rows):
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return SimpleUploadedFile("shares.xlsx", file.getvalue())


def csv(rows):
    return SimpleUploadedFile("shares.csv", "\n".join(",".join(map(str, row)) for row in rows).encode())


@pytest.mark.parametrize("file", [workbook, csv])
def test_thirty_two_partners_three_years_and_two_cost_types_in_one_go(cast, money, many, file):
    client, where = signed_in(cast.finance), f"/surrey/funding/grants/{money.grant.pk}/divide/"
    sent = {"sheet": file(sheet_of(many)), "place": "largest", "key": str(money.grant.pk)}
    preview = client.post(where, sent)
    assert words(preview).count("32 parts that sum to") == 6
    assert not Division.objects.exists()
    assert client.post(where, hidden(preview) | {"save": "1"}).status_code == 302
    assert (Division.objects.count(), Share.objects.count()) == (6, 192)
    for each in Division.objects.all():
        assert sum(share.amount for share in each.shares.all()) == each.allocation.amount
    assert "Partner 29" in look(cast.lead, f"/surrey/funding/grants/{money.grant.pk}/")


def test_row_errors_stand_beside_the_row_and_nothing_is_saved(cast, money, many):
    rows = sheet_of(many)
    rows[5][0], rows[9][3] = "Partner 77", "many"
    client, where = signed_in(cast.finance), f"/surrey/funding/grants/{money.grant.pk}/divide/"
    refused = client.post(where, {"sheet": csv(rows), "place": "last", "key": str(money.grant.pk)})
    assert errors(refused) == ["2 of 192 rows must be put right. Nothing is saved."]
    page = words(refused)
    assert "6 Partner 77, 2023/24, labour, 5 No partner here is called “Partner 77”." in page
    assert "10 Partner 06, 2023/24, labour, many “many” is not a weight." in page
    # What the file said is in the box, to be put right there.
    box = re.search(r"<textarea[^>]*name=\"rows\"[^>]*>(.*?)</textarea>", refused.content.decode(), re.S)[1]
    mended = unescape(box).replace("Partner 77", "Partner 02").replace("many", "9")
    again = client.post(where, {"rows": mended, "place": "last", "key": str(money.grant.pk)})
    assert words(again).count("32 parts that sum to") == 6


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({}, "Choose a file, or paste the rows."),
        (
            {"rows": "partner,year"},
            "The first row names the columns: partner, year, cost type, and amount or weight.",
        ),
        ({"sheet": SimpleUploadedFile("a.xlsx", b"PK no workbook")}, "The file is not what its name says"),
        ({"sheet": SimpleUploadedFile("a.pdf", makers.PDF)}, "Choose a CSV or an Excel (XLSX) file."),
        ({"rows": "partner\n" + "x\n" * 5001}, "The sheet has more than 5,000 rows."),
    ],
)
def test_a_sheet_that_is_none(cast, money, sent, found):
    where = f"/surrey/funding/grants/{money.grant.pk}/divide/"
    posted = {"place": "last", "key": str(money.grant.pk)} | sent
    assert found in " ".join(errors(signed_in(cast.finance).post(where, posted)))


def test_the_grants_page_asks_as_much_for_three_shares_as_for_one(cast, money, labour, many):
    where = f"/surrey/funding/grants/{money.grant.pk}/"

    def divide(partners, reason=""):
        wanted = services.Wanted(services.Method.EQUALLY, tuple((each, D(1)) for each in partners))
        services.divide(
            plans=[services.Plan(labour, wanted)],
            as_seen=services.seen([labour]),
            divided_on=makers.TODAY,
            reason=reason,
            by=cast.finance,
        )

    divide(many[:1])
    one = (
        queries(cast.lead, where),
        queries(cast.lead, f"/surrey/funding/divisions/{Division.objects.get().pk}/"),
    )
    divide(many[:3], "More of them")
    three = (
        queries(cast.lead, where),
        queries(cast.lead, f"/surrey/funding/divisions/{Division.objects.standing().get().pk}/"),
    )
    assert one == three == (18, 7)

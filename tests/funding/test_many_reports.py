"""Several spend reports of a quarter in one grid: typed, pasted or read from a sheet, all of them or none."""

from decimal import Decimal as D
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from funding.models import Claim
from funding.rules import spend_sheet
from funding.services.many_reports import Entry, report_many
from tests.cast import TODAY, signed_in
from tests.funding.makers import Q2, Q3, award, report
from tests.funding.pages import errors, look, queries, send, words

PAGE = "/surrey/funding/report/several/"
PARTNERS = f"{PAGE}?for=partners"
ASKED = ["amount", "accrual", "forecast_next", "reason", "ledger_reference"]


@pytest.fixture(autouse=True)
def business_date(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def three(cast: Any, money: Any) -> list[Any]:
    """Two awards of Woking's and one of the police, none of them reported for quarter 3."""
    partners = (cast.woking, cast.woking, cast.police)
    return [award(money, each, reference=f"SV/2023/0{place}") for place, each in enumerate(partners, 1)]


def row(made: Any, **given: str) -> dict[str, str]:
    return {f"row_{name}_{made.pk.hex}": value for name, value in given.items()}


def sent(*rows: Any, awards: list[Any], **more: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"award": [str(each.pk) for each in awards], **more}
    for each in rows:
        fields |= each
    return fields


def test_a_partner_fills_in_its_own_rows_and_no_others_are_shown(cast: Any, three: Any) -> None:
    text = look(cast.woking_rep, PAGE)
    assert "Report several at once, October to December 2023" in text
    assert "SV/2023/01" in text
    assert "SV/2023/02" in text
    assert "SV/2023/03" not in text
    assert "Expected, January to March" in text
    assert "Where the figures came from" not in text
    answer = send(
        cast.woking_rep,
        PAGE,
        **sent(
            row(three[0], amount="£1,000.50", forecast_next="200", ledger_reference="J-1"),
            row(three[1], amount="0", accrual="30", forecast_next="0"),
            awards=three[:2],
        ),
    )
    assert (answer.status_code, answer["Location"]) == (302, "/surrey/funding/report/")
    kept = Claim.objects.order_by("award__reference").values_list(
        "award__reference", "amount", "accrual", "forecast_next", "forecast", "ledger_reference", "basis"
    )
    assert list(kept) == [
        ("SV/2023/01", D("1000.50"), D(0), D(200), D(200), "J-1", "partner"),
        ("SV/2023/02", D(30), D(30), D(0), D(0), "", "partner"),
    ]


def test_a_row_that_is_left_empty_is_left_out(cast: Any, three: Any) -> None:
    given = sent(row(three[1], amount="5", forecast_next="0"), awards=three[:2])
    assert send(cast.woking_rep, PAGE, **given).status_code == 302
    assert [each.award for each in Claim.objects.all()] == [three[1]]


def test_one_wrong_row_keeps_all_from_being_saved_and_everything_typed(cast: Any, three: Any) -> None:
    given = sent(
        row(three[0], amount="100", forecast_next="0"),
        row(three[1], amount="9999.99", forecast_next="0"),
        awards=three[:2],
    )
    answer = send(cast.woking_rep, PAGE, **given)
    [sentence] = errors(answer)
    assert sentence.startswith("SV/2023/02: £4,200.00 is left of this award")
    page = answer.content.decode()
    assert f'id="id_row_amount_{three[1].pk.hex}-error"' in page
    assert 'value="9999.99"' in page
    assert 'value="100"' in page
    assert Claim.objects.count() == 0


def test_what_is_missing_or_no_amount_is_said_in_its_box(cast: Any, three: Any) -> None:
    given = sent(
        row(three[0], amount="100"),
        row(three[1], amount="1e3", forecast_next="0"),
        awards=three[:2],
    )
    said = errors(send(cast.woking_rep, PAGE, **given))
    assert said == [
        "Enter an amount in pounds and pence, like 1,234.56",
        "SV/2023/01: enter an amount; 0 if there is nothing",
    ]
    assert errors(send(cast.woking_rep, PAGE, **sent(awards=three[:2]))) == [
        "Fill in at least one row, then save."
    ]
    assert Claim.objects.count() == 0


def test_what_is_wrong_in_boxes_and_by_the_rules_is_said_together(cast: Any, three: Any) -> None:
    given = sent(
        row(three[0], amount="1e3", forecast_next="0"),
        row(three[1], amount="5000", forecast_next="0"),
        awards=three[:2],
    )
    amount, rule = errors(send(cast.woking_rep, PAGE, **given))
    assert amount == "Enter an amount in pounds and pence, like 1,234.56"
    assert rule.startswith("SV/2023/02: £4,200.00 is left of this award")
    given |= row(three[1], amount="50", forecast_next="0")
    assert errors(send(cast.woking_rep, PAGE, **given)) == [amount]
    assert Claim.objects.count() == 0


def test_every_row_that_is_refused_says_so(cast: Any, three: Any) -> None:
    report(three[0], cast.woking_rep, Q2, "500.00", forecast_next=D(300), forecast=D(300))
    given = sent(
        row(three[0], amount="100", forecast_next="0"),
        row(three[1], amount="5000", forecast_next="0"),
        awards=three[:2],
    )
    page = send(cast.woking_rep, PAGE, **given).content.decode()
    assert f'id="id_row_reason_{three[0].pk.hex}-error"' in page
    assert f'id="id_row_amount_{three[1].pk.hex}-error"' in page
    assert Claim.objects.count() == 1


def test_finance_enters_for_partners_with_one_source(cast: Any, three: Any) -> None:
    text = look(cast.finance, PARTNERS)
    assert all(f"SV/2023/0{place}" in text for place in (1, 2, 3))
    given = sent(
        row(three[0], amount="1", forecast_next="0"),
        row(three[2], amount="2", forecast_next="0"),
        awards=three,
    )
    assert errors(send(cast.finance, PARTNERS, **given)) == [
        "Say where the figure came from: an e-mail, a ledger, a call."
    ]
    assert errors(send(cast.finance, PARTNERS, **given, source="x" * 301)) == [
        "Use 300 characters or fewer; you have used 301"
    ]
    assert send(cast.finance, PARTNERS, **given, source="E-mail of 9 January").status_code == 302
    kept = Claim.objects.order_by("award__reference").values_list("award__reference", "basis", "source")
    assert list(kept) == [
        ("SV/2023/01", "on_behalf", "E-mail of 9 January"),
        ("SV/2023/03", "on_behalf", "E-mail of 9 January"),
    ]


def test_pressed_twice_it_is_saved_once(cast: Any, three: Any) -> None:
    given = sent(row(three[0], amount="5", forecast_next="0"), awards=three[:2])
    client = signed_in(cast.woking_rep)
    assert [client.post(PAGE, given).status_code for _ in range(2)] == [302, 302]
    assert Claim.objects.get().version == 1


def test_what_a_colleague_saved_meanwhile_is_not_written_over(cast: Any, three: Any) -> None:
    report(three[0], cast.woking_rep, Q3, "7.00")
    given = sent(row(three[0], amount="5", forecast_next="0"), awards=three[:1])
    answer = send(cast.woking_rep, PAGE, **given)
    assert answer.status_code == 422
    assert Claim.objects.get().amount == D(7)


# A sheet fills the boxes, and saves nothing


def test_pasted_rows_fill_the_boxes_and_save_nothing(cast: Any, three: Any) -> None:
    pasted = "Award\tSpent\tExpected next quarter\tReason\nsv/2023/02\t1,250.00\t£10\tA late start\n"
    answer = send(cast.woking_rep, PAGE, **sent(awards=three[:2], rows=pasted, fill="1"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "The boxes below hold what the sheet says. Nothing is saved yet." in page
    assert 'value="1,250.00"' in page
    assert 'value="A late start"' in page
    assert Claim.objects.count() == 0


def test_the_sheet_that_is_downloaded_fills_the_boxes_once_filled_in(cast: Any, three: Any) -> None:
    answer = signed_in(cast.woking_rep).get(PAGE, {"format": "xlsx"})
    book = openpyxl.load_workbook(BytesIO(answer.content))
    sheet = book.active
    headings = [cell.value for cell in sheet[1]]
    assert headings == [
        *("Award", "Partner", "Project", "Spent", "Owed", "Expected next quarter", "Reason"),
        "Ledger reference",
    ]
    assert [cell.value for cell in sheet["A"]][1:] == ["SV/2023/01", "SV/2023/02"]
    sheet["D2"], sheet["F2"] = 12.5, 0
    out = BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = SimpleUploadedFile("spend.xlsx", out.getvalue(), kind)
    page = send(cast.woking_rep, PAGE, **sent(awards=three[:2], sheet=file, fill="1")).content.decode()
    assert f'name="row_amount_{three[0].pk.hex}" type="text" value="12.5"' in page


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("Award,Spent\nSV/2023/03,5", "Row 2: no award of this list has the reference “SV/2023/03”."),
        (
            "Award,Spent\nSV-2023/1,5",
            "Row 2: no award of this list has the reference “SV-2023/1”. Did you mean “SV/2023/01”?",
        ),
        ("Award,Spent\n,5", "Row 2 names no award."),
        ("Award,Spent\nSV/2023/01,5\nSV/2023/01,6", "Row 3: SV/2023/01 has a row already."),
        ("Spent\n5", "The first row lacks: award."),
        ("Award,Spent,Award\nSV/2023/01,5,x", "The first row names twice: award."),
        ("Award,Cost\nSV/2023/01,5", "No column is called cost. Use those of the sheet you download."),
    ],
)
def test_a_row_that_fills_nothing_is_said(cast: Any, three: Any, rows: str, sentence: str) -> None:
    assert errors(send(cast.woking_rep, PAGE, **sent(awards=three[:2], rows=rows, fill="1"))) == [sentence]


def test_of_many_bad_rows_twenty_are_named() -> None:
    rows = [["Award", "Spent"], *([f"X/{number}", "1"] for number in range(4000))]
    found = spend_sheet.read(rows, awards={}, asked=ASKED)
    assert len(found.errors) == 21
    assert found.errors[-1] == "3,980 more rows fill nothing."


def test_filling_without_a_sheet_asks_for_one(cast: Any, three: Any) -> None:
    answer = send(cast.woking_rep, PAGE, **sent(awards=three[:2], fill="1"))
    assert errors(answer) == ["Choose a file, or paste the rows."]


def test_a_sheet_names_only_the_forecasts_that_are_left() -> None:
    assert spend_sheet.headings(ASKED) == [
        *("award", "partner", "project", "spent", "owed", "expected next quarter", "reason"),
        "ledger reference",
    ]


# Who may


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("woking_rep", PARTNERS, 403),
        ("finance", PARTNERS, 200),
        ("finance", PAGE, 200),
        ("observer", PAGE, 403),
        ("cfo", PAGE, 403),
        ("outsider", PAGE, 404),
    ],
)
def test_who_may_open_it(cast: Any, three: Any, who: str, address: str, status: int) -> None:
    assert signed_in(getattr(cast, who)).get(address).status_code == status


def test_a_row_of_another_partner_sent_by_hand_is_no_row(cast: Any, three: Any) -> None:
    given = sent(row(three[2], amount="5", forecast_next="0"), awards=[three[2]])
    assert errors(send(cast.woking_rep, PAGE, **given)) == ["Fill in at least one row, then save."]
    assert send(cast.woking_rep, PAGE, award="nonsense").status_code == 404
    assert Claim.objects.count() == 0


def test_the_service_asks_the_right_itself(cast: Any, three: Any) -> None:
    from django.core.exceptions import PermissionDenied

    figures = {"amount": D(5), "forecast_next": D(0), "forecast": D(0)}
    with pytest.raises(PermissionDenied):
        report_many(
            entries=[Entry(three[0].pk, figures), Entry(three[2].pk, figures)],
            quarter=Q3,
            basis="partner",
            by=cast.woking_rep,
            today=TODAY,
        )
    assert Claim.objects.count() == 0


def test_nothing_left_to_report_says_so(cast: Any, money: Any) -> None:
    assert "Nothing waits to be reported" in look(cast.finance, PARTNERS)


def test_the_number_of_questions_is_the_same_for_one_row_and_three(cast: Any, money: Any) -> None:
    award(money, cast.woking)
    one = queries(cast.finance, PARTNERS)
    award(money, cast.woking, reference="SV/2023/02")
    award(money, cast.police, reference="SV/2023/03")
    assert queries(cast.finance, PARTNERS) == one == 6


def test_the_list_leads_to_the_grid(cast: Any, three: Any) -> None:
    assert "Report several at once" in look(cast.woking_rep, "/surrey/funding/report/")
    assert "Enter several at once" in words(signed_in(cast.finance).get("/surrey/funding/report/"))

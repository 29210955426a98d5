"""Proposals and awards from a sheet: looked at first, all or nothing, and never twice."""

import io
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from funding.models import Award, Proposal, Provider
from funding.rules.award_sheet import HEADINGS, OF_AWARDS, Known, read
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.pages import errors, send, words

D = Decimal
LIST = "/surrey/funding/proposals/"
HEAD = "Partner,Project,Year,Purpose,Amount,Recipient,First day,Reasons\n"
TWO = HEAD + (
    'Woking Borough Council,Evenings in town,2024/25,Intervention,"1,000",,,A trusted adult.\n'
    "surrey police,Patrols,2024-25,analysis,£2371.78,Street Doctors,1 July 2024,Hot spots.\n"
)


@pytest.fixture(autouse=True)
def business_date(settings):
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def next_year(money):
    makers.allocation(money.grant, "labour", D("211864.69"), 2024)
    makers.allocation(money.grant, "non_labour", D("334965.78"), 2024)
    return money


def sent(money, rows, **more):
    return {"key": str(uuid4()), "grant": str(money.grant.pk), "rows": rows, **more}


NO_PROVIDER = "Only a recipient that is no partner is a provider: name it, or leave this empty."
KNOWN = Known(
    partners={"p": 1, "q": 4, "both": 5},
    actions={"1.1": 2},
    areas={"woking": 3, "guildford": 6},
    provider_kinds={"charity": "charity"},
    written={"guildford": "Guildford"},
)


def one(**cells):
    row = {
        "partner": "p",
        "project": "x",
        "year": "2024/25",
        "purpose": "intervention",
        "amount": "1",
        **cells,
    }
    return read([list(row), list(row.values())], known=KNOWN).rows[0]


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("£2,371.78", "2371.78"),
        ("1,000", "1000"),
        (" 5 ", "5"),
        ("0.01", "0.01"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_amounts_as_people_write_them(typed, amount):
    row = one(amount=typed)
    assert (row.amount, row.faults) == (D(amount), [])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("£2,371.78.", "“£2,371.78.” is not an amount in pounds and pence, like 1,234.56."),
        ("(50.00)", "“(50.00)” is not an amount in pounds and pence, like 1,234.56."),
        ("1e3", "“1e3” is not an amount in pounds and pence, like 1,234.56."),
        ("1,23.00", "“1,23.00” is not an amount in pounds and pence, like 1,234.56."),
        ("-5", "“-5” is not an amount in pounds and pence, like 1,234.56."),
        ("1.234", "Write pounds and pence only: no more than 2 numbers after the point."),
        ("1000000000000", "“1000000000000” is not an amount in pounds and pence, like 1,234.56."),
        ("0", "Write more than £0.00."),
        ("", "Write the amount."),
    ],
)
def test_amounts_that_are_none(typed, sentence):
    assert [(each.row, each.column, each.sentence) for each in one(amount=typed).faults] == [
        (2, "amount", sentence)
    ]


@pytest.mark.parametrize("typed", ["2024-07-01", "01/07/2024", "1 July 2024", "1 Jul 2024"])
def test_dates_as_people_write_them(typed):
    row = one(**{"first day": typed})
    assert (row.first_day, row.last_day, row.faults) == (date(2024, 7, 1), date(2025, 3, 31), [])


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"partner": "r"}, "partner", "No partner here is called “r”."),
        ({"partner": ""}, "partner", "Name a partner."),
        ({"areas": "Woking; Atlantis"}, "areas", "No area is called “Atlantis”."),
        ({"areas": "Gilford"}, "areas", "No area is called “Gilford”. Did you mean “Guildford”?"),
        (
            {"recipient": "x", "provider kind": "club"},
            "provider kind",
            "Use a kind of the template, such as Charity.",
        ),
        ({"provider kind": "Charity"}, "provider kind", NO_PROVIDER),
        ({"recipient": "P", "provider kind": "Charity"}, "provider kind", NO_PROVIDER),
        ({"provider number": "1"}, "provider kind", "Say what kind of provider has this number."),
        ({"post shared by": "q"}, "post host", "Name the partner that hosts the post."),
        ({"post host": "p", "post shared by": "q; x"}, "post shared by", "No partner here is called “x”."),
        (
            {"post host": "p", "post until": "soon"},
            "post until",
            "“soon” is no date. Write it like 1 April 2024.",
        ),
        ({"project": ""}, "project", "Name the project."),
        ({"year": "2024"}, "year", "Write a financial year such as 2024/25."),
        ({"year": "9999/00"}, "year", "Write a financial year such as 2024/25."),
        ({"year": "0000/01"}, "year", "Write a financial year such as 2024/25."),
        ({"purpose": "fun"}, "purpose", "Use a purpose of the template, such as Intervention."),
        ({"last day": "31/02/2025"}, "last day", "“31/02/2025” is no date. Write it like 1 April 2024."),
        ({"delivery action": "9.9"}, "delivery action", "No delivery action has the reference “9.9”."),
        ({"project": "x" * 201}, "project", "Use 200 characters or fewer."),
    ],
)
def test_what_is_wrong_is_said_with_its_column(cells, column, sentence):
    assert [(each.column, each.sentence) for each in one(**cells).faults] == [(column, sentence)]


def test_areas_provider_and_post_are_read():
    row = one(
        **{
            "areas": "Woking; guildford;woking ",
            "recipient": "Hospital friends",
            "provider kind": "Charity",
            "provider number": "1043843",
            "post host": "P",
            "post shared by": "q; both",
            "post until": "31 March 2025",
        }
    )
    assert row.faults == []
    assert (row.areas, row.provider_kind) == ((3, 6), "charity")
    assert (row.post_host, row.post_sharers, row.post_until) == (1, (4, 5), date(2025, 3, 31))


def test_a_sheet_of_proposals_has_no_column_of_awards():
    found = read([[*HEADINGS, "Post host"]], known=KNOWN, columns=HEADINGS)
    assert found.errors == ["No column is called post host. Use the columns of the template."]


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (["Partner"], "The first row lacks: project, year, purpose, amount."),
        ([*HEADINGS[:5], "Colour"], "No column is called colour. Use the columns of the template."),
        ([*HEADINGS[:5], "Amount"], "The first row names twice: amount."),
        (list(HEADINGS), "There is no row below the headings."),
    ],
)
def test_what_is_wrong_with_the_first_row(head, sentence):
    assert read([head], known=Known()).errors == [sentence]


def test_the_same_project_twice_is_said():
    rows = [["partner", "project", "year", "purpose", "amount"]] + [
        ["p", "X", "2024/25", "intervention", "1"]
    ] * 2
    faults = [fault for row in read(rows, known=KNOWN).rows for fault in row.faults]
    assert [(each.row, each.sentence) for each in faults] == [
        (3, "Row 2 names the same project of this partner and year.")
    ]


def test_the_first_press_shows_and_the_second_saves_once(cast, next_year):
    fields = sent(next_year, TWO)
    shown = send(cast.lead, f"{LIST}import/", **fields, preview="1")
    assert shown.status_code == 200
    text = words(shown)
    assert "Nothing is saved yet." in text
    assert (
        "Patrols Street Doctors; Reasons: Hot spots. Surrey Police 2024/25 "
        "Analysis for the needs assessment 1 July 2024" in text
    )
    assert "Sum £3,371.78" in text
    assert Proposal.objects.count() == 0
    for _press in range(2):
        assert send(cast.lead, f"{LIST}import/", **fields, save="1").status_code == 302
    assert [
        (each.reference, each.amount, each.partner.name) for each in Proposal.objects.order_by("reference")
    ] == [
        ("PR/2024/01", D("1000.00"), "Woking Borough Council"),
        ("PR/2024/02", D("2371.78"), "Surrey Police"),
    ]
    again = send(cast.lead, f"{LIST}import/", **sent(next_year, TWO), preview="1")
    assert "PR/2024/01 is the same project of this partner and year." in words(again)
    assert again.status_code == 422


def test_one_wrong_row_keeps_all_out_and_says_where(cast, next_year):
    wrong = TWO + "Woking Borough Council,Late,2022/23,Intervention,5,,,\n"
    refused = send(cast.lead, f"{LIST}import/", **sent(next_year, wrong), save="1")
    assert errors(refused) == ["Nothing was saved. Put the rows right."]
    assert "4 Year 2022/23 has ended." in words(refused)
    assert "Evenings in town" in refused.content.decode()
    assert Proposal.objects.count() == 0


def test_what_cells_and_rules_find_wrong_is_told_in_one_answer(cast, next_year):
    rows = (
        HEAD + "Woking Borugh Council,Late,2024/25,Intervention,5,,,\n"
        "Woking Borough Council,Late,2022/23,Intervention,1e3,,,\n"
        "Surrey Police,Last year,2022/23,Intervention,5,,,\n"
        "Surrey Police,Sound,2024/25,Intervention,5,,,\n"
    )
    said = words(send(cast.lead, f"{LIST}import/", **sent(next_year, rows), preview="1"))
    assert (
        "2 Partner No partner here is called “Woking Borugh Council”."
        " Did you mean “Woking Borough Council”? "
        "3 Amount “1e3” is not an amount in pounds and pence, like 1,234.56. "
        "3 Year 2022/23 has ended."
    ) in said
    assert "4 Year 2022/23 has ended." in said
    assert Proposal.objects.count() == 0


def test_a_recipient_nobody_named_before_is_pointed_out_where_it_is_near_a_known_one(cast, next_year):
    assert send(cast.finance, f"{LIST}import/", **sent(next_year, TWO), save="1").status_code == 302
    send(cast.finance, "/surrey/funding/awards/import/", **sent(next_year, TWO), save="1")
    rows = HEAD + "Surrey Police,Talks,2024/25,Intervention,5,Street Doctor,,\n"
    shown = words(send(cast.finance, "/surrey/funding/awards/import/", **sent(next_year, rows), preview="1"))
    assert "Street Doctor would be added. Did you mean “Street Doctors”?" in shown
    other = rows.replace("Street Doctor", "Helpers")
    shown = words(send(cast.finance, "/surrey/funding/awards/import/", **sent(next_year, other), preview="1"))
    assert "would be added." not in shown.replace("What would be added", "")


def test_a_workbook_is_read_as_well(cast, next_year):
    book = Workbook()
    book.active.append(["Partner", "Project", "Year", "Purpose", "Amount", "First day"])
    book.active.append(
        ["Woking Borough Council", "Evenings", "2024/25", "Intervention", 1000.5, date(2024, 5, 1)]
    )
    file = io.BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("awards.xlsx", file.getvalue())
    shown = send(cast.finance, f"{LIST}import/", **sent(next_year, "", sheet=upload), preview="1")
    assert "1 May 2024 to 31 March 2025 £1,000.50" in words(shown)


def test_finance_brings_in_awards_by_the_rules_of_awards(cast, next_year):
    address = "/surrey/funding/awards/import/"
    over = HEAD + "Woking Borough Council,Big,2024/25,Intervention,400000,,,\n"
    assert "5 Over-commitment reason" not in words(send(cast.finance, address, **sent(next_year, over)))
    refused = send(cast.finance, address, **sent(next_year, over), save="1")
    assert "2 Over-commitment reason Awards would exceed the 2024/25 non-labour allocation" in words(refused)
    assert send(cast.finance, address, **sent(next_year, TWO), save="1").status_code == 302
    assert list(Award.objects.order_by("reference").values_list("reference", "cost_type")) == [
        ("SV/2024/01", "non_labour"),
        ("SV/2024/02", "labour"),
    ]
    assert Award.objects.get(reference="SV/2024/02").recipient.name == "Street Doctors"


def test_an_award_brought_in_has_its_areas_its_provider_and_its_post(cast, next_year):
    head = (
        "Partner,Project,Year,Purpose,Amount,Recipient,Areas,Provider kind,Provider number,"
        "Post host,Post shared by,Post until,Post afterwards\n"
    )
    row = (
        "Woking Borough Council,Navigator,2024/25,Salaries of people delivering interventions,1000,"
        'Hospital friends,"Surrey, police force area",Charity,1043843,'
        "Surrey Police,Woking Borough Council,31/03/2025,By the partners themselves.\n"
    )
    fields = sent(next_year, head + row)
    shown = words(send(cast.finance, "/surrey/funding/awards/import/", **fields, preview="1"))
    assert "Areas: Surrey, police force area; Provider kind: Charity; Provider number: 1043843" in shown
    assert send(cast.finance, "/surrey/funding/awards/import/", **fields, save="1").status_code == 302
    made = Award.objects.get(title="Navigator")
    assert [str(each) for each in made.awardareas.all()] == ["Surrey"]
    assert [each.partner for each in made.awardsharers.all()] == [cast.woking]
    assert (made.post, made.post_host, made.post_until) == (True, cast.police, date(2025, 3, 31))
    assert made.post_afterwards == "By the partners themselves."
    provider = Provider.objects.get(organisation=made.recipient)
    assert (provider.kind, provider.number) == ("charity", "1043843")


def test_more_rows_than_are_tried_out_at_once_are_refused(cast, next_year):
    rows = HEAD + "Woking Borough Council,X,2024/25,Intervention,1,,,\n" * 201
    refused = send(cast.finance, "/surrey/funding/awards/import/", **sent(next_year, rows), preview="1")
    assert errors(refused) == ["The sheet has more than 200 rows. Bring it in by parts."]


def test_a_character_that_shows_nothing_is_named_with_its_row(cast, next_year):
    upload = SimpleUploadedFile("a.csv", TWO.replace("Patrols", "Pat\u202erols").encode())
    refused = send(
        cast.finance, "/surrey/funding/awards/import/", **sent(next_year, "", sheet=upload), preview="1"
    )
    assert [each.partition(":")[0] for each in errors(refused)] == ["Row 3"]


@pytest.mark.parametrize(
    ("part", "proposals", "awards"),
    [
        ("lead", 200, 403),
        ("finance", 200, 200),
        ("woking_rep", 403, 403),
        ("observer", 403, 403),
        ("outsider", 404, 404),
    ],
)
def test_who_may(cast, next_year, part, proposals, awards):
    client = signed_in(getattr(cast, part))
    assert client.get(f"{LIST}import/").status_code == proposals
    assert client.get("/surrey/funding/awards/import/").status_code == awards


def test_the_template_names_the_columns(cast, next_year):
    awards = signed_in(cast.finance).get("/surrey/funding/awards/import/?template=csv")
    awards_csv = awards.getvalue().decode("utf-8-sig")
    assert awards_csv.strip().split(",") == [heading.capitalize() for heading in OF_AWARDS]
    csv = signed_in(cast.lead).get(f"{LIST}import/?template=csv").getvalue().decode("utf-8-sig")
    assert csv.strip().split(",") == [heading.capitalize() for heading in HEADINGS]
    book = load_workbook(io.BytesIO(signed_in(cast.lead).get(f"{LIST}import/?template=xlsx").content))
    assert [cell.value for cell in book.worksheets[0][1]] == [heading.capitalize() for heading in HEADINGS]

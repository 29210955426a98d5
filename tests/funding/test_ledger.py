"""The ledger brought in on pages, matched, explained, and said in the return."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from openpyxl import Workbook

from funding.models import LedgerColumns, LedgerExplanation, LedgerExtract, LedgerLine
from funding.rules.ledger import Side
from funding.selectors import ledger as selectors
from funding.selectors import returns as return_selectors
from funding.services import ledger as services
from funding.services import payments
from funding.services.ledger import Extract
from svd_portal.kit.errors import DomainError, ReasonRequired
from tests.cast import TODAY, signed_in
from tests.funding import makers
from tests.funding.makers import Q3, award, report
from tests.funding.pages import errors, look, queries, words
from tests.funding.test_claims_race import at_once
from tests.funding.test_divisions_pages import hidden
from tests.funding.test_ledger_rules import HEAD, MAPPING

D = Decimal
WHERE = "/surrey/funding/ledger/2023-24/q3/"
BRING = f"{WHERE}bring-in/"
ROWS = [
    ["02/11/2023", "INV7", "1,000.00", "Youth work"],
    ["05/12/2023", "INV9", "(20.00)", "Credit"],
    ["05/01/2024", "INV10", "7.00", "Later"],
]


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO, settings.BUSINESS_DATE = True, str(TODAY)


@pytest.fixture
def claim(cast, money):
    return report(award(money, cast.woking), cast.woking_rep, Q3, "1000.00", ledger_reference="inv-7")


def csv(rows, head=HEAD):
    text = "\n".join(";".join(row) for row in [head, *rows])
    return SimpleUploadedFile("ledger.csv", text.encode())


def bring_in(cast, money, rows=ROWS, **changes):
    return services.bring_in(
        **{
            "grant": money.grant,
            "quarter": Q3,
            "extract": Extract([HEAD, *rows], MAPPING, "ledger.csv"),
            "today": TODAY,
            "by": cast.finance,
            **changes,
        }
    )


def test_columns_are_said_once_and_the_extract_is_looked_at_first(cast, money, claim):
    client = signed_in(cast.finance)
    assert "No extract of this quarter yet" in look(cast.finance, WHERE)
    asked = client.post(BRING, {"key": str(uuid4()), "sheet": csv(ROWS)})
    assert errors(asked) == ["Say which column holds what. It is kept for the next time."]
    form = asked.context_data["form"]
    sent = {name: form[name].value() or "" for name in ("key", "rows", "name", *MAPPING)}
    assert {name: sent[name] for name in MAPPING} == MAPPING
    preview = client.post(BRING, sent)
    page = words(preview)
    assert "Lines of the quarter 2 £980.00 Matched 1 Without a match 1 0 explained" in page
    assert "Left out, of other days 1" in page
    assert "INV9, Credit −£20.00 credit note Not explained" in page
    assert not LedgerExtract.objects.exists()
    for _press in range(2):
        assert client.post(BRING, hidden(preview) | {"save": "1"}).status_code == 302
    assert LedgerExtract.objects.get().name == "ledger.csv"
    assert LedgerColumns.objects.get().mapping == MAPPING
    page = look(cast.cfo, WHERE)
    assert "1 line of the ledger (−£20) without a match and not explained; 1 item matched." in page
    assert "Spend reported on SV/2023/01, Woking Borough Council INV7, 2 November 2023 £1,000.00" in page
    again = client.post(BRING, {"key": str(uuid4()), "sheet": csv([*ROWS, ["06/12/2023", "X", "1", ""]])})
    assert again.status_code == 200
    assert "It takes the place of the extract of 15 January 2024" in words(again)


def test_the_same_lines_again_change_nothing(cast, money, claim):
    bring_in(cast, money)
    response = signed_in(cast.finance).post(BRING, {"key": str(uuid4()), "sheet": csv([ROWS[1], ROWS[0]])})
    assert errors(response) == [
        "These lines were brought in already, on 15 January 2024. Nothing would change."
    ]
    with pytest.raises(DomainError, match="brought in already"):
        bring_in(cast, money)
    assert LedgerExtract.objects.count() == 1


def test_an_explanation_holds_for_the_same_line_of_a_later_extract(cast, money, claim):
    bring_in(cast, money)
    (left,) = selectors.state(money.grant.pk, Q3).found.open
    client, where = signed_in(cast.finance), f"{WHERE}explain/ledger/{left.mark}/"
    assert "INV9, Credit: −£20.00." in words(client.get(where))
    assert errors(client.post(where, {"text": " "})) == ["Say in a sentence why it has no match."]
    assert client.post(where, {"text": "A refund of last year's rent."}).status_code == 302
    bring_in(cast, money, [*ROWS, ["06/12/2023", "NEW", "5.00", ""]])
    found = selectors.state(money.grant.pk, Q3).found
    assert [(each.words, each.explanation) for each in found.open] == [
        ("INV9, Credit", "A refund of last year's rent."),
        ("NEW", ""),
    ]
    assert "Earlier extracts of this quarter" in look(cast.auditor, WHERE)


def test_what_matches_by_now_is_not_explained(cast, money, claim):
    bring_in(cast, money)
    with pytest.raises(DomainError, match="a match by now"):
        services.explain(
            grant=money.grant, quarter=Q3, side=Side.PORTAL, mark="claim:x", text="So", by=cast.finance
        )
    with pytest.raises(ReasonRequired):
        services.explain(grant=money.grant, quarter=Q3, side=Side.LEDGER, mark="x", text=" ", by=cast.finance)


def test_an_item_of_the_portal_is_explained_too(cast, money, claim):
    bring_in(cast, money, [["02/11/2023", "OTHER", "3.00", ""]])
    where = f"{WHERE}explain/portal/claim-{claim.pk}/"
    assert signed_in(cast.finance).post(where, {"text": "Booked in January."}).status_code == 302
    assert LedgerExplanation.objects.get().about == "Spend reported on SV/2023/01, Woking Borough Council"
    assert "Booked in January." in look(cast.finance, WHERE)


def test_a_payment_and_its_report_need_one_sentence(cast, money, claim):
    payments.record_made(
        award_id=claim.award_id,
        said=payments.Said(date(2023, 12, 1), D("1000.00"), "BACS 7"),
        today=TODAY,
        by=cast.finance,
    )
    bring_in(cast, money, [["02/11/2023", "OTHER", "3.00", ""]])
    where = f"{WHERE}explain/portal/claim-{claim.pk}/"
    assert "What you say counts for both" in look(cast.finance, where)
    assert signed_in(cast.finance).post(where, {"text": "Booked in January."}).status_code == 302
    seen = look(cast.finance, WHERE)
    assert (
        "Booked in January. said of Spend reported on SV/2023/01, Woking Borough Council,"
        " which is the same money"
    ) in seen
    assert "1 line of the ledger (£3) without a match and not explained" in seen
    assert LedgerExplanation.objects.count() == 1


def test_the_return_says_how_it_stands(cast, money, claim):
    made = makers.quarterly_return(money)

    def found():
        known = return_selectors.facts(made)
        said = [each.sentence for each in known.findings if each.rule == "ledger_unexplained"]
        return said, return_selectors.content(made, known=known, today=TODAY).get("ledger")

    assert found() == ([], None)
    bring_in(cast, money)
    said, content = found()
    assert said == [
        "Ledger of the quarter: 1 line of the ledger (−£20) without a match and not explained; 1 item"
        " matched."
    ]
    assert content == {
        "brought_in_on": "2024-01-15",
        "sentence": "1 line of the ledger (−£20) without a match and not explained; 1 item matched.",
        "matched": 1,
        "ledger": {
            "unmatched": 1,
            "unmatched_sum": "-20.00",
            "unexplained": 1,
            "unexplained_sum": "-20.00",
        },
        "portal": {"unmatched": 0, "unmatched_sum": "0.00", "unexplained": 0, "unexplained_sum": "0.00"},
    }
    (left,) = selectors.state(money.grant.pk, Q3).found.open
    services.explain(
        grant=money.grant, quarter=Q3, side=left.side, mark=left.mark, text="Refund", by=cast.finance
    )
    said, content = found()
    assert (said, content["sentence"]) == ([], "Reconciled: 1 item matched, 1 without a match explained.")


def test_an_extract_stays_as_it_was(cast, money, claim):
    bring_in(cast, money)
    for table in ("funding_ledgerextract", "funding_ledgerline"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE funding_ledgerline SET amount = 1")
    assert LedgerLine.objects.count() == 2


def workbook(fill, name="ledger.xlsx"):
    book, file = Workbook(), io.BytesIO()
    fill(book)
    book.save(file)
    return SimpleUploadedFile(name, file.getvalue())


def merged(book):
    for row in [HEAD, ["2023-11-02", "INV7", 1000, "a"], ["2023-11-03", "INV8", 5, "b"]]:
        book.active.append(row)
    book.active.merge_cells("A2:A3")


def macros():
    plain = io.BytesIO(workbook(merged).read())
    with zipfile.ZipFile(plain, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macros")
    return plain.getvalue()


def bomb():
    plain = io.BytesIO(workbook(merged).read())
    with zipfile.ZipFile(plain, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", b"\0" * 101_000_000)
    return plain.getvalue()


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        (lambda: SimpleUploadedFile("a.xlsx", macros()), "is not what its name says"),
        (lambda: SimpleUploadedFile("a.xlsm", macros()), "Choose a PDF, Word, Excel"),
        (
            lambda: SimpleUploadedFile("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512),
            "is not what its name says",
        ),
        (lambda: SimpleUploadedFile("a.xlsx", bomb()), "The workbook is too large."),
        (lambda: SimpleUploadedFile("a.pdf", makers.PDF), "Choose a CSV or an Excel (XLSX) file."),
        (lambda: SimpleUploadedFile("a.csv", b""), "The file is empty."),
        (lambda: csv([["02/11/2023", "A", "1", ""]] * 5001), "more than 5,000 rows"),
        (lambda: workbook(merged), "1 of 2 rows must be put right. Nothing is saved."),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(cast, money, sheet, found):
    LedgerColumns(partnership=cast.surrey, **MAPPING).save_by(cast.finance)
    response = signed_in(cast.finance).post(BRING, {"key": str(uuid4()), "sheet": sheet()})
    assert found in " ".join(errors(response))
    assert not LedgerExtract.objects.exists()


def test_merged_cells_are_named_by_their_row(cast, money):
    LedgerColumns(partnership=cast.surrey, **MAPPING).save_by(cast.finance)
    response = signed_in(cast.finance).post(BRING, {"key": str(uuid4()), "sheet": workbook(merged)})
    assert "3 , INV8, 5, b It has no date." in words(response)


def test_nothing_chosen_is_said(cast, money):
    response = signed_in(cast.finance).post(BRING, {"key": str(uuid4())})
    assert errors(response) == ["Choose a file, or paste the rows."]


@pytest.mark.parametrize(
    ("part", "reads", "writes"),
    [
        ("finance", 200, 200),
        *((part, 200, 403) for part in ("checker", "officer", "cfo", "auditor")),
        *((part, 403, 403) for part in ("lead", "admin", "police_rep", "woking_rep", "chair", "observer")),
        ("outsider", 404, 404),
        ("nobody", 404, 404),
    ],
)
def test_who_may(cast, money, part, reads, writes):
    client, by = signed_in(getattr(cast, part)), getattr(cast, part)
    assert client.get(WHERE).status_code == client.get("/surrey/funding/ledger/").status_code == reads
    assert client.get(BRING).status_code == writes
    if writes == 200:
        return
    with pytest.raises(PermissionDenied):
        bring_in(cast, money, by=by)
    with pytest.raises(PermissionDenied):
        services.explain(grant=money.grant, quarter=Q3, side=Side.LEDGER, mark="x", text="So", by=by)
    bring_in(cast, money)
    seen = LedgerLine.objects.for_user(by, cast.surrey).count()
    assert seen == (2 if reads == 200 else 0)


def test_who_may_not_open_it_is_told_which_right_and_which_roles_are_missing(cast, money):
    answer = signed_in(cast.woking_rep).get(WHERE)
    assert answer.status_code == 403
    assert (
        "The ledger holds each payment with its reference, as evidence does, so it opens to those who may"
        " open every partner’s evidence files. This needs the right: Open every partner's evidence files."
        " It comes with the role of PCC finance officer, PCC finance checker, PCC lead officer, Chief finance"
        " officer or Auditor."
    ) in words(answer)
    assert "Roles are given by the partnership’s administrator" in words(answer)


def test_as_many_queries_for_three_lines_as_for_one(cast, money, claim):
    bring_in(cast, money, ROWS[:1])
    one = queries(cast.finance, WHERE)
    bring_in(cast, money, [*ROWS, ["06/12/2023", "NEW", "5.00", ""]])
    assert queries(cast.finance, WHERE) == one == 14


@pytest.mark.django_db(transaction=True)
def test_of_two_extracts_at_once_both_are_kept_and_one_counts(cast):
    money = makers.money(cast)
    outcomes = at_once(lambda: bring_in(cast, money, ROWS[:1]), lambda: bring_in(cast, money, ROWS[1:2]))
    assert {type(each) for each in outcomes} == {LedgerExtract}
    assert len(selectors.state(money.grant.pk, Q3).found.open) == 1

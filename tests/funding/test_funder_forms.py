"""The funder's own form: kept with the grant, its cells given figures, filled from what was certified."""

import io
import json
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from openpyxl import load_workbook

from funding.forms.funder_forms import name_of
from funding.models import FilledForm, FormMapping, FunderForm
from funding.services import funder_forms as services
from svd_portal.kit import files
from svd_portal.kit.errors import DomainError
from svd_portal.kit.files import ValidatedUpload, validate_upload
from svd_portal.kit.models import Document
from svd_portal.kit.services import documents
from tests.cast import TODAY, Cast, signed_in
from tests.funding.pages import look
from tests.funding.return_story import Story, act, begin, certify, complete
from tests.support.forms import changed, funder_form, unfit

CELLS = {
    "cover.partnership": [("Return", "A2")],
    "labour.year_to_date": [("Return", "C3")],
    "non_labour.year_to_date": [("Return", "C4")],
    "narrative.Risks": [("Return", "B8")],
    "awards.reference": [("Award list", "A2")],
    "awards.actual": [("Award list", "B2")],
}


@pytest.fixture(autouse=True)
def business_date(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()


@pytest.fixture
def story(cast: Cast) -> Story:
    return complete(begin(cast))


def workbook(content: bytes | None = None, name: str = "form.xlsx") -> ValidatedUpload:
    return validate_upload(SimpleUploadedFile(name, content or funder_form()))


def uploaded(story: Story, content: bytes | None = None) -> FunderForm:
    return services.upload(grant_id=story.grant.pk, upload=workbook(content), by=story.cast.finance)


def mapped(story: Story, cells: services.Places = CELLS) -> FormMapping:
    return services.map_cells(form_id=uploaded(story).pk, places=cells, seen=0, by=story.cast.finance)


def made(document: Document) -> Document:
    documents.make(document_id=document.pk)
    document.refresh_from_db()
    return document


def read(document: Document) -> Any:
    assert document.file is not None
    with files.open_recorded(document.file) as file:
        return load_workbook(io.BytesIO(file.read()))


def test_the_form_is_filled_from_what_was_certified(story: Story) -> None:
    mapping = mapped(story)
    certified = certify(story)
    document = made(services.request_filled(return_id=certified.pk, by=story.cast.woking_rep))
    assert (document.state, document.error) == ("done", "")
    assert document.file.name == "surrey-2023-24-q3-v1-form.xlsx"
    book = read(document)
    sheet, awards = book["Return"], book["Award list"]
    assert [sheet[cell].value for cell in ("A1", "A2", "C3", "C4", "C5", "B8")] == [
        *("Grant return", "Surrey", 39600, 2100.5, "=SUM(C3:C4)", "Risks are on course."),
    ]
    assert [[cell.value for cell in row] for row in awards["A1:B4"]] == [
        ["Award", "Spent"],
        ["SV/2023/01", 19600],
        ["SV/2023/02", 2100.5],
        [None, None],
    ]
    again = services.request_filled(return_id=certified.pk, by=story.cast.finance)
    assert again == document
    assert FilledForm.objects.get().mapping == mapping


def test_other_cells_are_another_version_and_another_copy(story: Story) -> None:
    first = mapped(story)
    certified = certify(story)
    old = made(services.request_filled(return_id=certified.pk, by=story.cast.finance))
    changed_cells = {**CELLS, "cover.partnership": [("Return", "B2")]}
    second = services.map_cells(form_id=first.form_id, places=changed_cells, seen=1, by=story.cast.finance)
    assert (first.number, second.number) == (1, 2)
    new = made(services.request_filled(return_id=certified.pk, by=story.cast.finance))
    assert (read(old)["Return"]["A2"].value, read(new)["Return"]["A2"].value) == ("Surrey", None)
    assert read(new)["Return"]["B2"].value == "Surrey"
    same = services.map_cells(form_id=first.form_id, places=changed_cells, seen=1, by=story.cast.finance)
    assert same == second
    with pytest.raises(DomainError, match="Somebody saved other cells meanwhile"):
        services.map_cells(form_id=first.form_id, places=CELLS, seen=1, by=story.cast.finance)


def test_the_same_workbook_again_is_the_one_that_is_there_and_another_replaces_it(story: Story) -> None:
    first = uploaded(story)
    assert uploaded(story) == first
    second = uploaded(story, changed(funder_form(), {}, docProps__note_xml=b"<x/>"))
    assert (first.number, second.number) == (1, 2)


def test_more_awards_than_the_form_has_rows_for_is_said(story: Story) -> None:
    mapped(story, {"awards.reference": [("Award list", "A2")], "cover.funder": [("Award list", "A3")]})
    certified = certify(story)
    document = made(services.request_filled(return_id=certified.pk, by=story.cast.finance))
    assert (document.state, document.attempts) == ("failed", 1)
    assert document.error == "A3 is taken: there are more awards than rows for them in the form."


def test_a_list_never_covers_what_the_form_prints(story: Story) -> None:
    form = uploaded(story, with_total())

    def begins(cell: str) -> Any:
        places = {"awards.reference": [("Award list", cell)]}
        return services.map_cells(form_id=form.pk, places=places, seen=0, by=story.cast.finance)

    for cell, sentence in (
        ("A1", "A1 holds “Award”. Name the empty cell in which the first award stands."),
        ("C5", "C5 is as high as several rows. A list has an award in each row."),
    ):
        with pytest.raises(services.WrongCells) as refusal:
            begins(cell)
        assert refusal.value.problems == {"awards.reference": sentence}
    begins("A2")
    certified = certify(story)
    document = made(services.request_filled(return_id=certified.pk, by=story.cast.finance))
    assert document.error == "A3 is taken: there are more awards than rows for them in the form."
    address = reverse("funding:return_form", args=["surrey", certified.pk])
    assert "Change the cells" in look(story.cast.finance, address)
    assert "Change the cells" not in look(story.cast.woking_rep, address)


def with_total() -> bytes:
    """The form with a row for one award alone, and merged cells two rows high."""
    book = load_workbook(io.BytesIO(funder_form()))
    book["Award list"]["A3"] = "Total"
    book["Award list"].merge_cells("C5:C6")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_who_may_do_what(story: Story) -> None:
    form = uploaded(story)
    for who in (story.cast.woking_rep, story.cast.lead, story.cast.outsider, story.cast.auditor):
        with pytest.raises(PermissionDenied):
            services.upload(grant_id=story.grant.pk, upload=workbook(), by=who)
        with pytest.raises(PermissionDenied):
            services.map_cells(form_id=form.pk, places=CELLS, seen=0, by=who)
    services.map_cells(form_id=form.pk, places=CELLS, seen=0, by=story.cast.finance)
    with pytest.raises(DomainError, match="The form is filled once the return is certified"):
        services.request_filled(return_id=story.quarterly_return.pk, by=story.cast.finance)
    certified = certify(story)
    with pytest.raises(PermissionDenied):
        services.request_filled(return_id=certified.pk, by=story.cast.outsider)


def test_without_cells_no_copy_is_made(story: Story) -> None:
    uploaded(story)
    certified = certify(story)
    with pytest.raises(DomainError, match="No form of the funder's is set up"):
        services.request_filled(return_id=certified.pk, by=story.cast.finance)


@pytest.mark.parametrize("table", ["funderform", "formmapping", "filledform"])
def test_a_version_stays_as_it_was(story: Story, table: str) -> None:
    mapped(story)
    certified = certify(story)
    services.request_filled(return_id=certified.pk, by=story.cast.finance)
    for statement in (f"UPDATE funding_{table} SET created_at = now()", f"DELETE FROM funding_{table}"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


# Pages


def grant_page(story: Story, rest: str = "") -> str:
    return f"/surrey/funding/grants/{story.grant.pk}/form/{rest}"


@pytest.mark.parametrize("what", unfit())
def test_a_workbook_that_cannot_be_filled_is_refused_beside_its_field(story: Story, what: str) -> None:
    content, sentence = unfit()[what]
    answer = signed_in(story.cast.finance).post(
        grant_page(story, "upload/"), {"upload": SimpleUploadedFile("form.xlsx", content)}
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert FunderForm.objects.count() == 0


def test_a_workbook_for_macros_is_refused_by_its_name(story: Story) -> None:
    answer = signed_in(story.cast.finance).post(
        grant_page(story, "upload/"), {"upload": SimpleUploadedFile("form.xlsm", funder_form())}
    )
    assert answer.status_code == 422
    assert "Choose an Excel workbook whose name ends in .xlsx." in answer.content.decode()


def test_a_form_is_set_up_and_filled_on_pages(story: Story) -> None:
    finance = signed_in(story.cast.finance)
    assert (
        "No form is kept for this grant. Upload the funder" in finance.get(grant_page(story)).content.decode()
    )
    answer = finance.post(
        grant_page(story, "upload/"), {"upload": SimpleUploadedFile("form.xlsx", funder_form())}
    )
    form = FunderForm.objects.get()
    cells = f"/surrey/funding/funder-forms/{form.pk}/cells/"
    assert answer.headers["Location"] == cells
    page = finance.get(cells).content.decode()
    assert "Grant return" in page
    assert "formula" in page
    typed = {
        "seen": "0",
        name_of("labour.year_to_date"): "c3",
        name_of("total.year_to_date"): "Return!C5",
        name_of("cover.grant"): "the first one",
        name_of("cover.funder"): "Other!A1",
        name_of("cover.year"): "d9",
    }
    wrong = finance.post(cells, typed)
    assert wrong.status_code == 422
    assert "Write a cell as C7, or with its sheet as Return!C7" in wrong.content.decode()
    del typed[name_of("cover.grant")]
    wrong = finance.post(cells, typed)
    assert wrong.status_code == 422
    text = wrong.content.decode()
    assert "C5 holds a formula, which the form works out itself." in text
    assert "The workbook has no sheet “Other”." in text
    assert "D9 is a part of the merged cells B8:D9. Write the first of them: B8." in text
    assert 'value="c3"' in text
    typed[name_of("cover.year")] = "XFE1"
    wrong = finance.post(cells, typed)
    assert "No sheet has a cell XFE1: columns end at XFD, rows at 1,048,576." in wrong.content.decode()
    del typed[name_of("cover.year")]
    typed |= {name_of("total.year_to_date"): "Return!B8, Return!E1", name_of("cover.funder"): ""}
    assert finance.post(cells, typed).headers["Location"] == grant_page(story)
    assert FormMapping.objects.get().cells == [
        {"sheet": "Return", "cell": "B8", "figure": "total.year_to_date"},
        {"sheet": "Return", "cell": "E1", "figure": "total.year_to_date"},
        {"sheet": "Return", "cell": "C3", "figure": "labour.year_to_date"},
    ]
    beyond = finance.get(cells).content.decode()
    assert "A cell beyond it can be written all the same" in beyond
    assert '<th scope="col">F</th>' in beyond
    assert "Return!B8" in signed_in(story.cast.woking_rep).get(grant_page(story)).content.decode()
    filled = f"/surrey/funding/return-forms/{story.quarterly_return.pk}/"
    woking = signed_in(story.cast.woking_rep)
    assert "The form is filled once the return is certified" in woking.get(filled).content.decode()
    certify(story)
    assert woking.post(filled).headers["Location"] == filled
    document = Document.objects.get(kind="funder-form")
    assert json.loads(woking.get(f"{filled}file/?state").content) == {"state": "queued"}
    assert woking.get(f"{filled}file/").status_code == 404
    made(document)
    assert "surrey-2023-24-q3-v1-form.xlsx" in woking.get(filled).content.decode()
    content = b"".join(woking.get(f"{filled}file/").streaming_content)
    assert load_workbook(io.BytesIO(content))["Return"]["C3"].value == 39600
    assert load_workbook(io.BytesIO(content))["Return"]["E1"].value == 41700.5
    outsider = signed_in(story.cast.outsider)
    addresses = [
        grant_page(story),
        cells,
        filled,
        f"{filled}file/",
        f"/surrey/funding/funder-forms/{form.pk}/file/",
    ]
    assert [outsider.get(address).status_code for address in addresses] == [404] * 5
    assert outsider.post(filled).status_code == 404
    assert [woking.get(address).status_code for address in (cells, grant_page(story, "upload/"))] == [
        403,
        403,
    ]
    original = woking.get(f"/surrey/funding/funder-forms/{form.pk}/file/")
    assert sha256(b"".join(original.streaming_content)).hexdigest() == form.file.sha256


def test_a_return_that_is_sent_back_has_no_copy(story: Story) -> None:
    mapped(story)
    act(story, "submit_for_check", story.cast.finance)
    act(story, "pass_check", story.cast.checker)
    filled = f"/surrey/funding/return-forms/{story.quarterly_return.pk}/"
    finance = signed_in(story.cast.finance)
    assert finance.post(filled).status_code == 302
    assert Document.objects.count() == 0

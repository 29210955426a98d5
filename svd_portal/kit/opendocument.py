"""A table as an OpenDocument spreadsheet, for those whose office is not Microsoft's."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from odf import number, style, table, text
from odf.opendocument import OpenDocumentSpreadsheet

from svd_portal.kit.exports import plain
from svd_portal.kit.format import LONDON
from svd_portal.kit.rules.tables import Formula, Sheet

DAY, MOMENT, MONEY, HEADING, WIDE, SUM = "day", "moment", "money", "heading", "wide", "sum"


def ods_file(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A sheet whose first row is the headings; text is text, whatever it begins with.

    Args:
        title: what the sheet is called.
        rows: dates, moments, amounts of money, whole numbers, and text.
    """
    book = _book()
    sheet = table.Table(name=title)
    columns = {"numbercolumnsrepeated": len(headings), "stylename": WIDE}
    sheet.addElement(table.TableColumn(**columns))
    head = table.TableHeaderRows()
    head.addElement(_row(headings, HEADING))
    sheet.addElement(head)
    for row in rows:
        sheet.addElement(_row(row), check_grammar=False)
    book.spreadsheet.addElement(sheet)
    return _saved(book)


def ods_book(sheets: Sequence[Sheet]) -> bytes:
    """Several sheets, whose formulas have their values beside them."""
    book = _book()
    for width in sorted({width for sheet in sheets for width in sheet.widths}):
        wide = style.Style(name=f"wide{width}", family="table-column")
        wide.addElement(style.TableColumnProperties(columnwidth=f"{width * 0.2:.1f}cm"))
        book.automaticstyles.addElement(wide)
    for sheet in sheets:
        page = table.Table(name=sheet.name)
        for width in sheet.widths:
            page.addElement(table.TableColumn(stylename=f"wide{width}"))
        for place, row in enumerate(sheet.rows, start=1):
            looks = HEADING if sheet.stands_out(place) else ""
            page.addElement(_row(map(plain, row), looks), check_grammar=False)
        book.spreadsheet.addElement(page)
    return _saved(book)


def _book() -> Any:
    book = OpenDocumentSpreadsheet()
    _add_styles(book)
    return book


def _saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _row(values: Iterable[Any], looks: str = "") -> Any:
    row = table.TableRow(check_grammar=False)
    for value in values:
        row.addElement(_cell(value, looks), check_grammar=False)
    return row


def _cell(value: Any, looks: str) -> Any:
    facts: dict[str, Any]
    if isinstance(value, Formula):
        facts = {"valuetype": "float", "value": str(value.value), "stylename": SUM if looks else MONEY}
        cell = table.TableCell(check_grammar=False, formula=value.open_document, **facts)
        cell.addElement(text.P(text=str(value.value)), check_grammar=False)
        return cell
    if value is None or value == "":
        return table.TableCell(check_grammar=False)
    if isinstance(value, datetime):
        moment = value.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M:%S")
        facts, shown = {"valuetype": "date", "datevalue": moment, "stylename": MOMENT}, moment
    elif isinstance(value, date):
        facts, shown = (
            {"valuetype": "date", "datevalue": value.isoformat(), "stylename": DAY},
            value.isoformat(),
        )
    elif isinstance(value, Decimal):
        facts, shown = {"valuetype": "float", "value": str(value), "stylename": MONEY}, str(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        facts, shown = {"valuetype": "float", "value": str(value)}, str(value)
    else:
        facts, shown = {"valuetype": "string"} | ({"stylename": looks} if looks else {}), str(value)
    cell = table.TableCell(check_grammar=False, **facts)
    cell.addElement(text.P(text=shown), check_grammar=False)
    return cell


def _add_styles(book: Any) -> None:
    days = number.DateStyle(name="days")
    moments = number.DateStyle(name="moments")
    for each in (days, moments):
        each.addElement(number.Day())
        each.addElement(number.Text(text=" "))
        each.addElement(number.Month(style="long", textual=True))
        each.addElement(number.Text(text=" "))
        each.addElement(number.Year(style="long"))
    moments.addElement(number.Text(text=" "))
    moments.addElement(number.Hours(style="long"))
    moments.addElement(number.Text(text=":"))
    moments.addElement(number.Minutes(style="long"))
    pounds = number.CurrencyStyle(name="pounds")
    pounds.addElement(number.CurrencySymbol(language="en", country="GB", text="£"))
    pounds.addElement(number.Number(decimalplaces=2, minintegerdigits=1, grouping=True))
    for each in (days, moments, pounds):
        book.automaticstyles.addElement(each)
    for name, shows in ((DAY, "days"), (MOMENT, "moments"), (MONEY, "pounds")):
        book.automaticstyles.addElement(style.Style(name=name, family="table-cell", datastylename=shows))
    summed = style.Style(name=SUM, family="table-cell", datastylename="pounds")
    summed.addElement(style.TextProperties(fontweight="bold"))
    book.automaticstyles.addElement(summed)
    heading = style.Style(name=HEADING, family="table-cell")
    heading.addElement(style.TextProperties(fontweight="bold"))
    wide = style.Style(name=WIDE, family="table-column")
    wide.addElement(style.TableColumnProperties(columnwidth="5cm"))
    book.automaticstyles.addElement(heading)
    book.automaticstyles.addElement(wide)

"""Registers: list pages with filters, sorting, pages, exports, as many queries for 3 rows as for 10,000."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from markupsafe import escape

from svd_portal.kit import exports, format, pages

# A status in a cell: its words, and "good", "warn", "bad", "info" or "".
Tag = tuple[Any, str]


def _text(value: Any) -> str:
    return format.NOTHING if value in (None, "") else str(value)


def _tag(status: Tag) -> SafeString:
    text, tone = status
    return SafeString(f'<strong class="tag{f" tag--{tone}" if tone else ""}">{escape(text)}</strong>')


_SHOWN: dict[str, Callable[[Any], str]] = {
    "date": format.long_date,
    "datetime": format.long_datetime,
    "month": format.month,
    "money": format.money,
    "number": lambda value: format.NOTHING if value is None else f"{value:,}",
    "text": _text,
    "short": _text,
    "flag": lambda value: str(_("Yes") if value else _("No")),
    "tag": _tag,
}


@dataclass(frozen=True)
class Column:
    """One column.

    Args:
        value: path of attributes ("partner.name"), or name of a method of the register that takes the row.
            Both spare queries only if the register's queryset selects what they reach.
        kind: text, short (text kept on one line), date, datetime, month, money, number, flag (yes or no), or
            tag (the value is then a pair: words, tone).
        sort: field path or expression to sort by; index it together with `tie`.
        tie: a field, unique among the rows, that orders those the sort holds equal.
        link, note: names of methods of the register that take the row and give an address, or a second line.
        sheet_only: left out of the page and its sorting; for a reader who has the download alone. What only
            such columns reach, `Register.for_sheet` reads.
    """

    key: str
    heading: Any
    value: str = ""
    kind: str = "text"
    sort: pages.Expression | None = None
    tie: str = "pk"
    link: str = ""
    note: str = ""
    sheet_only: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in {"money", "number"}

    @property
    def is_short(self) -> bool:
        return self.kind in {"short", "date", "datetime", "month", "flag", "tag"}


class Opening(Protocol):
    """Reads the first page of an unfiltered list, and counts it, quicker than from a queryset."""

    def page(self, user: Any, partnership: Any, order: pages.Order, key: str) -> pages.Page[Any]: ...

    def count(self, user: Any, partnership: Any, order: pages.Order, key: str) -> int: ...


class Register:
    """A list page, declared by its attributes and filled by a queryset already filtered for the person.

    Parameters come from the address; what is wrong in one is ignored, or said beside its field.
    """

    title: ClassVar[Any] = ""
    columns: ClassVar[Sequence[Column]] = ()
    order: ClassVar[str] = ""  # key of the first order's column, "-" before it for descending
    filter_form: ClassVar[type[forms.Form] | None] = None
    empty_text: ClassVar[Any] = _("There is nothing here yet.")
    template_name: ClassVar[str] = "kit/register.html"

    def __init__(
        self,
        queryset: QuerySet[Any] | Callable[[], QuerySet[Any]],
        params: QueryDict,
        *,
        partnership: Any = None,
        user: Any = None,
        opening: Opening | None = None,
    ) -> None:
        self._given = queryset
        self._opening = opening
        self.params = params
        self.partnership = partnership
        self.user = user

    # What a register may say for itself

    def filter_kwargs(self) -> dict[str, Any]:
        """Further arguments of the filter form, such as the choices of this partnership."""
        return {}

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """The rows that match; `chosen` holds only the filters that were filled in rightly."""
        return queryset

    def for_sheet(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with what the download's own columns reach, in as many queries for one as for all."""
        return queryset

    def gather(self, rows: list[Any]) -> None:
        """Read what the columns need of these rows beside the rows themselves: a page's, or a download's."""

    def empty_action(self) -> tuple[str, str] | None:
        """Address and words of the next step when there is nothing to list."""
        return None

    @cached_property
    def page_columns(self) -> list[Column]:
        return [column for column in self.columns if not column.sheet_only]

    # Filters and order

    @cached_property
    def form(self) -> forms.Form | None:
        return self.filter_form(self.params, **self.filter_kwargs()) if self.filter_form else None

    @cached_property
    def chosen(self) -> dict[str, Any]:
        if self.form is None:
            return {}
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if _is_set(value)}

    @cached_property
    def unfiltered(self) -> QuerySet[Any]:
        return self._given() if callable(self._given) else self._given

    @cached_property
    def queryset(self) -> QuerySet[Any]:
        return self.apply(self.unfiltered, self.chosen) if self.chosen else self.unfiltered

    @cached_property
    def sorted_column(self) -> tuple[Column, bool]:
        """The column in use and whether it runs downwards."""
        by_key = {column.key: column for column in self.page_columns if column.sort is not None}
        wanted = self.params.get("sort", "")
        if wanted.removeprefix("-") not in by_key:
            wanted = self.order
        return by_key[wanted.removeprefix("-")], wanted.startswith("-")

    @property
    def sorting(self) -> pages.Order:
        column, descending = self.sorted_column
        assert column.sort is not None
        return pages.Order(column.sort, descending, column.tie)

    @property
    def _sorted_by(self) -> str:
        """The order's name in this list."""
        column, descending = self.sorted_column
        return f"-{column.key}" if descending else column.key

    # Rows

    @cached_property
    def page(self) -> pages.Page[Any]:
        after, before = self.params.get("after", ""), self.params.get("before", "")
        if self._opening and not self.chosen and not after and not before:
            return self._opening.page(self.user, self.partnership, self.sorting, self._sorted_by)
        return pages.page_of(self.queryset, self.sorting, after=after, before=before)

    @cached_property
    def count(self) -> int:
        if self._opening and not self.chosen and (self.page.after or self.page.before):
            return self._opening.count(self.user, self.partnership, self.sorting, self._sorted_by)
        return pages.count_of(self.queryset, self.page)

    @property
    def count_in_words(self) -> str:
        if self.count > pages.COUNTED_TO:
            return str(_("Over 1,000"))
        return f"{self.count:,}"

    @property
    def rows(self) -> list[SafeString]:
        """The cells of each row, written here: a template takes far longer over some two hundred of them."""
        self.gather(self.page.rows)
        columns = list(zip(self.page_columns, self._tags, strict=True))
        return [
            SafeString("".join([self._cell(column, tags, row) for column, tags in columns]))
            for row in self.page.rows
        ]

    def value(self, column: Column, row: Any) -> Any:
        """What a column holds for a row, before it is written out."""
        path = column.value or column.key
        if hasattr(type(self), path) and not hasattr(Register, path):
            return getattr(self, path)(row)
        found = row
        for name in path.split("."):
            found = None if found is None else getattr(found, name)
        return found() if callable(found) else found

    @cached_property
    def _tags(self) -> list[tuple[str, str]]:
        """Opening and closing tag of each column's cells; the first column heads its row."""
        tags = []
        for number, column in enumerate(self.page_columns):
            kind = "is-number" if column.is_number else "is-short" if column.is_short else ""
            name, scope = ("td", "") if number else ("th", ' scope="row"')
            opening = f'<{name}{scope} class="{kind}">' if kind else f"<{name}{scope}>"
            tags.append((opening, f"</{name}>"))
        return tags

    def _cell(self, column: Column, tags: tuple[str, str], row: Any) -> str:
        text = escape(_SHOWN[column.kind](self.value(column, row)))
        href = getattr(self, column.link)(row) if column.link else ""
        note = getattr(self, column.note)(row) if column.note else ""
        linked = f'<a href="{escape(href)}">{text}</a>' if href else text
        noted = f'{linked}<span class="cell-note">{escape(note)}</span>' if note else linked
        return f"{tags[0]}{noted}{tags[1]}"

    # Addresses

    def address(self, **changes: str) -> str:
        """This list with some parameters changed; empty ones are left out, cursors too unless given."""
        params = self.params.copy()
        for name in ("after", "before", "format"):
            params.pop(name, None)
        for name, value in changes.items():
            params[name] = value
        for name in [name for name, value in params.items() if not value]:
            del params[name]
        return f"?{params.urlencode()}"

    def heads(self) -> list[dict[str, Any]]:
        """Headings with the address that sorts by them and how they are sorted now."""
        current, descending = self.sorted_column
        heads = []
        for column in self.page_columns:
            here = column is current
            heads.append(
                {
                    "text": column.heading,
                    "number": column.is_number,
                    "kind": column.kind,
                    "sort": ("descending" if descending else "ascending") if here else "",
                    "href": self._sort_address(column, reverse=here and not descending)
                    if column.sort
                    else "",
                }
            )
        return heads

    def _sort_address(self, column: Column, *, reverse: bool) -> str:
        return self.address(sort=f"-{column.key}" if reverse else column.key)

    @property
    def next_href(self) -> str:
        return self.address(after=self.page.after) if self.page.after else ""

    @property
    def previous_href(self) -> str:
        return self.address(before=self.page.before) if self.page.before else ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters that filtering must not lose."""
        sort = self.params.get("sort")
        return [("sort", str(sort))] if sort else []

    # Export

    def export_rows(self) -> list[Any] | None:
        """Everything that is filtered, in order; None above the limit of a direct download."""
        rows = list(pages.sorted_by(self.for_sheet(self.queryset), self.sorting)[: exports.LIMIT + 1])
        if len(rows) > exports.LIMIT:
            return None
        self.gather(rows)
        return rows

    def export_values(self, row: Any) -> list[Any]:
        return [_plain(column, self.value(column, row)) for column in self.columns]


def _is_set(value: Any) -> bool:
    """Whether a filter was filled in; 0 is a value like any other, though it equals False."""
    if isinstance(value, QuerySet):
        return bool(value)
    return value is not False and value not in (None, "", [], ())


def _plain(column: Column, value: Any) -> Any:
    if column.kind == "tag":
        return str(value[0])
    if column.kind == "month":
        return format.month(value)
    if column.kind == "money" and value is not None:
        return Decimal(value)
    return value if column.kind not in {"text", "short"} or value is None else str(value)


class RegisterView(View):
    """View of a register. Combine with the access gate, name `register_class`, give `get_queryset`.

    `get_queryset` starts from `Model.objects.for_user(user, partnership)` and selects what the columns reach;
    `opening`, where there is one, is composed from the same.
    """

    register_class: type[Register]
    opening: Opening | None = None

    def get_queryset(self) -> QuerySet[Any]:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Further context: breadcrumbs, actions (pairs of address and words), intro."""
        return kwargs

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        partnership = getattr(request, "partnership", None)
        register = self.register_class(
            self.get_queryset,
            request.GET,
            partnership=partnership,
            user=getattr(request, "user", None),
            opening=self.opening,
        )
        kind = request.GET.get("format", "")
        rows = register.export_rows() if kind in exports.KINDS else None
        if rows is not None:
            return self._download(register, kind, rows)
        context = self.get_context_data(
            register=register, title=register.title, too_long=kind in exports.KINDS
        )
        return render(request, register.template_name, context, status=422 if context["too_long"] else 200)

    def _download(self, register: Register, kind: str, rows: list[Any]) -> HttpResponse:
        slug = getattr(register.partnership, "slug", "")
        return exports.response(
            kind,
            name="-".join(part for part in (slug, slugify(str(register.title))) if part),
            title=str(register.title),
            headings=[str(column.heading) for column in register.columns],
            rows=(register.export_values(row) for row in rows),
        )

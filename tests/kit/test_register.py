import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Value
from django.db.models.functions import Length, Lower
from django.http import QueryDict
from django.test import RequestFactory

from partners.models import User
from svd_portal.kit import exports, pages
from svd_portal.kit.forms import PortalForm
from svd_portal.kit.register import Column, Register, RegisterView

pytestmark = pytest.mark.django_db
START = datetime(2024, 1, 1, 12, tzinfo=UTC)


class PeopleFilter(PortalForm):
    name = forms.CharField(label="Name", required=False, max_length=20)


class People(Register):
    title = "People"
    order = "name"
    filter_form = PeopleFilter
    empty_text = "Nobody has a sign-in yet."
    columns = [
        Column("name", "Name", sort=Lower("name"), link="address_of", note="note_of"),
        Column("email", "E-mail", sort="email"),
        Column("erased", "Erased", value="erased_at", kind="date", sort="erased_at"),
        Column("title", "Job", value="job_title"),
        Column("spent", "This quarter", kind="money"),
        Column("state", "State", kind="tag"),
        Column("erased_by", "Erased by anyone", value="is_erased", kind="flag", sheet_only=True),
        Column("letters", "Letters in the name", kind="number", sort="name", sheet_only=True),
    ]

    def address_of(self, row):
        return f"/people/{row.name}/"

    def note_of(self, row):
        return "note" if row.name == "Person 1" else ""

    def spent(self, row):
        return Decimal("-400.00")

    def state(self, row):
        return ("Active", "good")

    def is_erased(self, row):
        return row.erased_at is not None

    def for_sheet(self, queryset):
        return queryset.annotate(letters=Length("name"))

    def apply(self, queryset, chosen):
        return queryset.filter(name__icontains=chosen["name"])

    def empty_action(self):
        return "/people/invite/", "Invite someone"


class PeopleView(RegisterView):
    register_class = People

    def get_queryset(self):
        return User.objects.filter(job_title="Tester")


def people(count, **changes):
    """`count` people; names repeat in threes, every fourth has neither e-mail nor an end."""
    User.objects.bulk_create(
        User(
            name=f"Person {number // 3}",
            email=f"p{number}@example.org" if number % 4 else None,
            job_title="Tester",
            erased_at=START + timedelta(days=number // 5) if number % 4 else None,
            **changes,
        )
        for number in range(count)
    )
    return User.objects.filter(job_title="Tester")


def register(queryset, query=""):
    return People(queryset, QueryDict(query))


def walk(queryset, sort):
    """Ids page by page to the end, then back to the start."""
    forwards, query = [], f"sort={sort}"
    while True:
        found = register(queryset, query)
        forwards.append([row.pk for row in found.page.rows])
        if not found.next_href:
            break
        query = found.next_href.removeprefix("?")
    backwards = [forwards[-1]]
    while found.previous_href:
        found = register(queryset, found.previous_href.removeprefix("?"))
        backwards.insert(0, [row.pk for row in found.page.rows])
    return forwards, backwards


def shown(query="", path="/surrey/people/"):
    request = RequestFactory().get(f"{path}?{query}")
    request.user = AnonymousUser()
    return PeopleView.as_view()(request)


@pytest.mark.parametrize("sort", ["name", "-name", "email", "-email", "erased", "-erased"])
def test_pages_hold_every_row_once_in_order_there_and_back(sort):
    """Names tie in threes, e-mails and ends are empty for every fourth: neither loses a row."""
    queryset = people(83)
    forwards, backwards = walk(queryset, sort)
    assert [len(page) for page in forwards] == [25, 25, 25, 8]
    column = next(column for column in People.columns if column.key == sort.removeprefix("-"))
    order = pages.Order(column.sort, sort.startswith("-"))
    assert [pk for page in forwards for pk in page] == [row.pk for row in pages.sorted_by(queryset, order)]
    assert backwards == forwards


def test_an_empty_value_sorts_as_the_largest():
    queryset = people(5)
    first_down = register(queryset, "sort=-email").page.rows[0]
    last_up = register(queryset, "sort=email").page.rows[-1]
    assert first_down.email is None
    assert last_up.email is None


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0:forged", "%00", "a" * 5000, "[]"])
def test_a_cursor_that_is_not_ours_gives_the_first_page(cursor):
    queryset = people(30)
    first = [row.pk for row in register(queryset).page.rows]
    assert [row.pk for row in register(queryset, f"after={cursor}").page.rows] == first
    assert [row.pk for row in register(queryset, f"before={cursor}").page.rows] == first


def test_a_cursor_of_another_column_is_not_used_for_this_one():
    queryset = people(30)
    by_name = register(queryset, "sort=name").page.after
    by_end = register(queryset, f"sort=erased&after={by_name}")
    assert len(by_end.page.rows) == 25


def test_an_unknown_sort_falls_back_to_the_first_order():
    found = register(people(3), "sort=password")
    assert found.sorted_column[0].key == "name"
    assert [head["sort"] for head in found.heads()] == ["ascending", "", "", "", "", ""]
    assert found.heads()[0]["href"] == "?sort=-name"
    assert found.heads()[3]["href"] == ""


def test_filter_and_sort_stay_in_every_address():
    found = register(people(90), "name=person&sort=-email&after=zz")
    assert found.address() == "?name=person&sort=-email"
    assert found.address(format="csv") == "?name=person&sort=-email&format=csv"
    assert found.next_href.startswith("?name=person&sort=-email&after=")


def test_a_wrong_filter_is_said_beside_its_field_and_not_applied():
    found = register(people(3), "name=" + "x" * 21)
    assert found.count == 3
    assert found.form.errors["name"] == ["Use 20 characters or fewer; you have used 21"]


def test_counting_stops_at_one_thousand(django_assert_num_queries):
    people(1000)
    assert register(User.objects.filter(job_title="Tester")).count_in_words == "1,000"
    User.objects.create(name="One more", email="more@example.org", job_title="Tester")
    found = register(User.objects.filter(job_title="Tester"))
    with django_assert_num_queries(2) as queries:
        assert found.count_in_words == "Over 1,000"
    assert "LIMIT 1001" in queries[1]["sql"]


@pytest.mark.parametrize(("rows", "queries"), [(1, 1), (3, 1), (60, 2)])
def test_a_register_takes_as_many_queries_for_one_row_as_for_many(rows, queries, django_assert_num_queries):
    """One for the rows; one more, where there are several pages, to count them."""
    people(rows)
    with django_assert_num_queries(queries):
        page = shown().content.decode()
    assert page.count("<tr>") == min(rows, 25) + 1


def test_the_page_shows_values_links_notes_and_states():
    people(4)
    page = shown().content.decode()
    assert '<a href="/people/Person 1/">Person 1</a><span class="cell-note">note</span>' in page
    assert '<td class="is-number">−£400.00</td>' in page
    assert '<strong class="tag tag--good">Active</strong>' in page
    assert 'aria-sort="ascending"><a class="sort" href="?sort=-name">Name</a>' in page


def test_nothing_yet_and_nothing_found_say_different_things():
    nothing_yet = shown().content.decode()
    assert "Nobody has a sign-in yet." in nothing_yet
    assert '<a href="/people/invite/">Invite someone</a>' in nothing_yet
    people(3)
    nothing_found = shown("name=zebra").content.decode()
    assert "Nothing matches this filter" in nothing_found
    assert '<a href="?">Clear filter</a>' in nothing_found


def test_a_name_is_never_markup():
    User.objects.create(name="<script>x</script>", email="x@example.org", job_title="Tester")
    page = shown().content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


def test_a_download_holds_what_is_filtered_in_the_order_seen():
    people(90)
    answer = shown("format=csv&name=person+1&sort=-name")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert lines[0] == [
        *("Name", "E-mail", "Erased", "Job", "This quarter", "State"),
        *("Erased by anyone", "Letters in the name"),
    ]
    assert len(lines) == 1 + 33
    assert lines[1][0] == "Person 19"
    assert lines[-1][0] == "Person 1"
    assert lines[1][4:] == ["-400.00", "Active", "Yes", "9"]
    assert answer["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert shown("format=xlsx")["Content-Type"] == exports.XLSX_TYPE
    assert shown("format=ods")["Content-Type"] == exports.ODS_TYPE


def test_a_column_of_the_sheet_alone_is_neither_shown_nor_sorted_by():
    people(4)
    page = shown("sort=-letters").content.decode()
    assert "Letters in the name" not in page
    assert "Erased by anyone" not in page
    assert 'aria-sort="ascending"><a class="sort" href="?sort=-name">Name</a>' in page
    assert [row.count("</td>") for row in register(User.objects.all()).rows] == [5] * 4


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_a_download_takes_one_query(rows, django_assert_num_queries):
    people(rows)
    with django_assert_num_queries(1):
        assert len(list(shown("format=csv").streaming_content)) == rows + 2


def test_a_download_that_is_too_long_says_what_to_do(monkeypatch):
    people(3)
    monkeypatch.setattr(exports, "LIMIT", 2)
    answer = shown("format=csv")
    assert answer.status_code == 422
    assert "This list is too long to download" in answer.content.decode()
    assert shown().status_code == 200


@pytest.mark.parametrize(
    ("value", "kept"),
    [(0, True), (Decimal(0), True), (False, False), ("", False), (None, False), ([], False)],
)
def test_a_filter_of_nought_is_a_filter(value, kept):
    class Anything(People):
        filter_form = None
        form = SimpleNamespace(is_valid=lambda: True, cleaned_data={"wanted": value})

    assert ("wanted" in Anything(User.objects.all(), QueryDict("")).chosen) is kept


def test_an_expression_may_be_sorted_by():
    queryset = people(30)
    page = pages.page_of(queryset, pages.Order(Value(1)))
    rest = pages.page_of(queryset, pages.Order(Value(1)), after=page.after)
    assert len(page.rows) + len(rest.rows) == 30
    assert {row.pk for row in page.rows} & {row.pk for row in rest.rows} == set()

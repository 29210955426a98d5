from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from partners.models import Organisation
from svd_portal.kit.errors import DomainError, Stale
from svd_portal.kit.forms import (
    DateField,
    MoneyField,
    PortalForm,
    PortalModelForm,
    error_links,
    long_text,
    short_text,
)
from svd_portal.kit.widgets import Checkboxes, Radios

COST_TYPES = [("labour", "Labour (preparing the strategy)"), ("non_labour", "Non-labour (delivering it)")]


class AwardForm(PortalForm):
    title = short_text("What the money is for", help_text="One line")
    purpose = long_text("Purpose", max_length=50)
    cost_type = forms.ChoiceField(
        label="Cost type", choices=COST_TYPES, widget=Radios(hints={"labour": "Analysis"})
    )
    priorities = forms.MultipleChoiceField(
        label="Priorities", choices=[("1", "Leadership"), ("2", "Evidence")], widget=Checkboxes
    )
    amount = MoneyField(label="Amount")
    starts = DateField(label="First day")
    partner = forms.ChoiceField(label="Recipient", choices=[("", "Choose"), ("w", "Woking")])
    agreed = forms.BooleanField(label="The partnership agreed")
    contact = forms.EmailField(label="Contact", required=False)
    evidence = forms.FileField(label="Evidence", required=False, help_text="PDF")


def typed(**changes):
    data = QueryDict(mutable=True)
    data.update(
        {
            "title": "Detached youth work",
            "purpose": "Two workers.\nFriday nights.",
            "cost_type": "non_labour",
            "priorities": "1",
            "amount": "£1,234.50",
            "starts_day": "1",
            "starts_month": "4",
            "starts_year": "2023",
            "partner": "w",
            "agreed": "on",
            **changes,
        }
    )
    return data


class Controls(HTMLParser):
    """Ids of controls, what describes them, what labels them."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.described, self.labelled, self.control_ids = set(), set(), set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.ids.add(attributes.get("id"))
        self.described.update((attributes.get("aria-describedby") or "").split())
        if tag == "label":
            self.labelled.add(attributes["for"])
        if tag in {"input", "select", "textarea"} and attributes.get("type") != "hidden":
            self.control_ids.add(attributes["id"])


@pytest.mark.parametrize("month", ["2", "02", "feb", "Feb", "FEBRUARY"])
def test_a_month_may_be_named(month: str) -> None:
    form = AwardForm(typed(starts_day="28", starts_month=month, starts_year="2024"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts"] == date(2024, 2, 28)


def date_error(day, month, year):
    form = AwardForm(typed(starts_day=day, starts_month=month, starts_year=year))
    assert not form.is_valid()
    return form.errors["starts"][0], form["starts"].error_target


def amount_of(text, **kwargs):
    return MoneyField(**kwargs).clean(text)


def amount_error(text, **kwargs):
    with pytest.raises(forms.ValidationError) as refusal:
        amount_of(text, **kwargs)
    return refusal.value.messages


def test_a_right_form_gives_dates_and_pounds():
    form = AwardForm(typed())
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts"] == date(2023, 4, 1)
    assert form.cleaned_data["amount"] == Decimal("1234.50")


def test_every_empty_field_says_what_to_do_and_links_to_its_control():
    form = AwardForm(QueryDict())
    assert error_links(form) == [
        {"text": "Fill in “What the money is for”", "href": "#id_title"},
        {"text": "Fill in “Purpose”", "href": "#id_purpose"},
        {"text": "Choose an option for “Cost type”", "href": "#id_cost_type"},
        {"text": "Choose an option for “Priorities”", "href": "#id_priorities"},
        {"text": "Fill in “Amount”", "href": "#id_amount"},
        {"text": "Fill in “First day”", "href": "#id_starts-day"},
        {"text": "Choose an option for “Recipient”", "href": "#id_partner"},
        {"text": "Tick “The partnership agreed” to continue", "href": "#id_agreed"},
    ]


def test_every_link_description_and_label_meets_its_control():
    form = AwardForm(QueryDict("contact=nowhere"))
    controls = Controls(str(form))
    targets = {link["href"].removeprefix("#") for link in error_links(form)}
    assert targets - controls.control_ids == set()
    assert controls.described - controls.ids == set()
    assert controls.control_ids == controls.labelled


def test_everything_typed_is_kept_after_an_error():
    html = str(AwardForm(typed(amount="12,50", starts_month="13", purpose="First line.\n\n  Indented.")))
    assert 'value="Detached youth work"' in html
    assert 'value="12,50"' in html
    assert 'name="starts_month" type="text" value="13"' in html
    assert ">First line.\n\n  Indented.</textarea>" in html
    assert 'type="radio" value="non_labour" checked' in html
    assert 'type="checkbox" value="1" checked' in html
    assert '<option value="w" selected>Woking</option>' in html


def test_what_people_type_is_never_markup():
    html = str(AwardForm(typed(title='"><script>x</script>', purpose="</textarea><script>x</script>")))
    assert "<script>" not in html
    assert "&lt;/textarea&gt;&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("parts", "message", "target"),
    [
        (("", "4", "2023"), "First day must include a day", "id_starts-day"),
        (("1", "", ""), "First day must include a month and a year", "id_starts-month"),
        (("31", "2", "2024"), "First day must be a real date", "id_starts-day"),
        (("1", "13", "2024"), "First day must be a real date", "id_starts-month"),
        (("1", "0", "2024"), "First day must be a real date", "id_starts-month"),
        (("1", "4", "23"), "First day must have a year from 1900 to 2100, like 2024", "id_starts-year"),
        (("1", "Aprl", "2023"), "First day must use numbers only, like 31 1 2024", "id_starts-month"),
        (("1", "-4", "2023"), "First day must use numbers only, like 31 1 2024", "id_starts-month"),
        (("١", "4", "2023"), "First day must use numbers only, like 31 1 2024", "id_starts-day"),
        (("1", "4", "9" * 500), "First day must use numbers only, like 31 1 2024", "id_starts-year"),
    ],
)
def test_a_wrong_date_names_the_box(parts, message, target):
    assert date_error(*parts) == (message, target)


def test_a_date_shows_as_three_boxes():
    html = str(AwardForm(initial={"starts": date(2024, 1, 31)})["starts"].as_field_group())
    assert [
        f'name="starts_{part}" type="text" value="{value}"' in html
        for part, value in (("day", 31), ("year", 2024))
    ]
    assert 'name="starts_month" type="text" value="1"' in html
    assert not DateField().has_changed(date(2024, 1, 31), {"day": "31", "month": "1", "year": "2024"})
    assert DateField().has_changed(date(2024, 1, 31), {"day": "30", "month": "1", "year": "2024"})


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("£1,234.50", "1234.50"),
        (" 1 234.5 ", "1234.50"),
        ("0", "0.00"),
        ("12.", "12.00"),
        ("1,000,000", "1000000.00"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_money_is_read_as_people_type_it(text, amount):
    assert amount_of(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["12,50", "1.234,50", "12k", "1e5", "NaN", "Infinity", "££5", "٣", "--1", "."]
)
def test_what_is_no_amount_is_refused(text):
    assert amount_error(text) == ["Enter an amount in pounds and pence, like 1,234.56"]


def test_pence_signs_and_sizes():
    assert amount_error("1.005") == ["Enter pounds and pence only: no more than 2 numbers after the point"]
    assert amount_error("-1") == ["Enter £0 or more; amounts below nothing are not used here"]
    assert amount_error("0", minimum=Decimal("0.01")) == ["Enter £0.01 or more"]
    assert amount_error("1000000000000") == ["Check the amount: it must be £999,999,999,999.99 or less"]
    assert amount_error("9" * 400)[0].startswith("Check the amount")
    assert amount_of("−£5", allow_negative=True) == Decimal("-5.00")
    assert amount_of("", required=False) is None


def test_text_that_is_too_long_says_by_how_much():
    form = AwardForm(typed(purpose="x" * 51))
    assert form.errors["purpose"] == ["Use 50 characters or fewer; you have used 51"]
    assert 'data-maxlength="50"' in str(form)


def test_an_option_that_is_not_offered_is_refused():
    assert AwardForm(typed(partner="other")).errors["partner"] == ["Choose one of the options listed"]


def test_a_refusal_of_a_service_stands_beside_its_field():
    form = AwardForm(typed())
    assert form.is_valid()
    form.add_service_error(DomainError("The award is above the allocation.", "amount"))
    assert form.errors["amount"] == ["The award is above the allocation."]


def test_a_refusal_about_no_field_stands_above_the_form():
    form = AwardForm(typed(), version=1)
    assert not form.is_valid()
    form.add_service_error(DomainError("The year is closed.", "no_such_field"))
    assert error_links(form)[-1] == {"text": "The year is closed.", "href": ""}


def test_a_lost_version_says_to_open_the_record_again():
    form = AwardForm(typed(version="abc"), version=3)
    assert error_links(form) == [
        {
            "text": "This page no longer knows which version you were editing. Open it again from its record",
            "href": "",
        }
    ]


def test_a_stale_edit_shows_both_texts_and_takes_the_new_version():
    form = AwardForm(typed(version="3"), version=4)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["version"] == 3
    stored = {
        "title": "Detached youth work",
        "cost_type": "labour",
        "amount": Decimal("900.00"),
        "starts": date(2023, 5, 1),
    }
    form.add_service_error(Stale(stored, 4))
    assert form.stale_rows == (
        {"name": "cost_type", "label": "Cost type", "theirs": COST_TYPES[0][1], "yours": COST_TYPES[1][1]},
        {"name": "amount", "label": "Amount", "theirs": "£900.00", "yours": "£1,234.50"},
        {"name": "starts", "label": "First day", "theirs": "1 May 2023", "yours": "1 April 2023"},
    )
    html = str(form)
    assert '<input type="hidden" name="version" value="4" id="id_version">' in html
    assert 'value="£1,234.50"' in html


def test_after_an_error_a_chosen_file_is_asked_for_again():
    upload = {"evidence": SimpleUploadedFile("spend.pdf", b"%PDF-1.7")}
    again = "Choose the file again: for your safety a browser never sends it twice by itself."
    assert again in str(AwardForm(typed(amount=""), upload))
    assert again not in str(AwardForm(typed(), upload))


def test_a_bare_field_keeps_its_label_for_screen_readers():
    html = AwardForm()["amount"].bare()
    assert 'class="govuk-label govuk-visually-hidden" for="id_amount"' in html


def test_any_form_of_django_gets_the_same_markup():
    class Plain(forms.Form):
        word = forms.CharField(help_text="As you like")

    assert 'class="govuk-input" id="id_word"' in str(Plain())


def test_a_field_added_by_the_form_itself_says_what_to_do_too():
    class Grown(PortalForm):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["partner"] = forms.ChoiceField(label="Partner", choices=[("w", "Woking")])

    assert Grown(QueryDict()).errors["partner"] == ["Choose an option for “Partner”"]


def test_a_form_over_a_model_gets_the_portals_dates():
    class Dates(PortalModelForm):
        class Meta(PortalModelForm.Meta):
            model = Organisation
            fields = ["first_day", "last_day"]

    form = Dates(QueryDict("first_day_day=31&first_day_month=2&first_day_year=2024"))
    assert form.errors == {"first_day": ["First day must be a real date"]}
    assert not Dates.base_fields["last_day"].required


@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\x07", "\ufeff"])
def test_what_shows_nothing_or_turns_the_text_round_is_refused(mark: str) -> None:
    form = AwardForm(typed(title=f"Youth{mark} work"))
    assert form.errors["title"] == ["Remove the characters that cannot be printed"]

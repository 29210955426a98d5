"""Every part of a page and every error page, rendered by our own templates, read by the Nu checker."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.template import engines
from django.template.loader import get_template
from django.test import RequestFactory

from svd_portal.home.views import errors
from svd_portal.kit.errors import Stale
from tests.kit.test_forms import AwardForm, typed

NU = Path(settings.BASE_DIR) / "node_modules/vnu-jar/build/dist/vnu.jar"
PARTS = """
{% extends "layout.html" %}
{% from "kit/parts.html" import tag, summary, data_table, thread, notice, empty, stats, timeline, bars,
   subnav, pagination, job, person, findings with context %}
{% from "kit/actions.html" import button, link_button, post_button %}
{% block content %}
<h1>{{ tag(("Agreed", "good")) }}</h1>
{{ thread([
  {"kind": "Priority", "items": [{"text": "Focused prevention", "href": "/p/"}]},
  {"kind": "Decision", "items": [{"text": "EXEC/2024/07", "href": "/d/"}], "here": true},
  {"kind": "Award", "items": [], "empty": "No award yet"}]) }}
{{ subnav("Decision", [{"text": "Decision", "href": "/d/", "current": true}, none]) }}
{{ stats([{"label": "Spent", "figure": "£1.00", "note": "year to date", "href": "/s/"}, none,
  {"label": "Waiting", "figure": "3", "attention": true}]) }}
{{ summary([{"key": "Agreed by", "value": "Executive", "href": "/c/"}, none,
  {"key": "Notice", "value": ""}]) }}
{{ data_table("Awards", ["Recipient", {"text": "Award", "number": true}],
  [[{"text": "<Woking>", "href": "/a/", "note": "Illustrative"}, "£2,500.00"]], ["Total", "£2,500.00"]) }}
{{ bars("spend", "Spent", "Labour: 1 of 2", [{"label": "Labour", "value": 3, "of": 2, "text": "£3 of £2"}]) }}
{{ bars("none", "Nothing spent", "Nothing", [{"label": "Labour", "value": 0, "of": 0, "text": "£0"}]) }}
{{ findings([{"severity": "blocking", "sentence": "Missing.", "section": "s.8", "href": "#x"},
  {"severity": "warning", "sentence": "Unexplained."}, {"severity": "information", "sentence": "Final."}]) }}
{{ timeline([{"at": moment, "when": moment | datetime, "title": "Agreed", "by": person("Chair", "HWB")}]) }}
{{ job("working", "/job/") }}{{ job("done", file_href="/x.pdf", file_text="Return", size=214000) }}
{{ job("failed", error="A font could not be read.") }}
{% call notice("", "warning", "Mind") %}<p>Two sentences. In a block.</p>{% endcall %}
{{ empty("No meetings yet", "Call one.", "/m/", "Call a meeting") }}
<form>{{ button("Save") }}{{ link_button("Next", "/n/", "secondary") }}</form>
{{ post_button("Nothing spent", "/z/", csrf_input, fields={"version": 3}) }}
{{ pagination("/p/", "/n/") }}
<p id="x">{{ 2 | plural("action") }}</p>
{% endblock %}
"""


def request_from(user=None):
    request = RequestFactory().get("/surrey/governance/decisions/")
    request.user = user or AnonymousUser()
    request.partnership = SimpleNamespace(slug="surrey", name="Surrey")
    return request


class Lead:
    is_authenticated = True

    def __str__(self):
        return "Programme lead"


def rendered(source, **context):
    template = engines["jinja2"].from_string(source)
    return template.render({"title": "Decision", **context}, request_from(Lead()))


def form_page(form):
    context = {"form": form, "title": "New award", "submit": "Save award", "cancel_href": "/awards/"}
    return get_template("kit/form_page.html").render(context, request_from(Lead()))


def stale_form():
    form = AwardForm(typed(version="3"), version=4)
    assert form.is_valid()
    form.add_service_error(Stale({"title": "Other"}, 4))
    return form


def nu_messages(pages, folder):
    """What the Nu checker says of the pages, by name; its advice on redundant roles left out."""
    files = []
    for name, html in pages.items():
        files.append(folder / f"{name}.html")
        files[-1].write_text(html)
    checker = ["java", "-jar", str(NU), "--format", "gnu", "--errors-only", *map(str, files)]
    return subprocess.run(checker, capture_output=True, text=True, timeout=120).stderr


def test_every_part_is_valid_html(tmp_path):
    pages = {
        "parts": rendered(PARTS, moment=datetime(2024, 1, 15, 14, 30, tzinfo=UTC)),
        "form": form_page(AwardForm(version=3)),
        "errors": form_page(AwardForm(typed(amount="x", starts_day="", partner=""), version=3)),
        "stale": form_page(stale_form()),
        "400": errors.bad_request(request_from()).content.decode(),
        "403": errors.forbidden(request_from(Lead()), PermissionDenied("Ask.")).content.decode(),
        "404": errors.not_found(request_from()).content.decode(),
        "500": errors.server_error(request_from()).content.decode(),
        "csrf": errors.csrf_failure(request_from()).content.decode(),
    }
    assert nu_messages(pages, tmp_path) == ""


def test_the_checker_would_have_said_so(tmp_path):
    assert "Stray end tag" in nu_messages({"broken": "<!DOCTYPE html><title>x</title></b>"}, tmp_path)


def test_values_in_parts_are_never_markup():
    assert '<a href="/a/">&lt;Woking&gt;</a>' in rendered(PARTS, moment=datetime(2024, 1, 15, tzinfo=UTC))


def test_the_thread_marks_this_page_and_what_is_missing():
    html = rendered(PARTS, moment=datetime(2024, 1, 15, tzinfo=UTC))
    assert '<li class="is-here" aria-current="true">' in html
    assert '<li class="is-missing">' in html
    assert '<span class="thread__item">EXEC/2024/07</span>' in html


def test_the_layout_names_the_place_and_marks_the_section():
    html = rendered('{% extends "layout.html" %}')
    assert "<title>Decision – Surrey – Serious Violence Duty</title>" in html
    assert '<a href="/surrey/governance/" aria-current="true">Governance</a>' in html
    assert html.count("aria-current") == 1
    assert "Programme lead" in html


def test_a_stranger_sees_no_navigation():
    html = (
        engines["jinja2"]
        .from_string('{% extends "layout.html" %}')
        .render({"title": "Sign in"}, request_from())
    )
    assert "<nav" not in html
    assert "Sign out" not in html


def test_the_demonstration_says_so(settings):
    settings.DEMO = True
    settings.BUSINESS_DATE = "2024-01-15"
    sentence = (
        "Business date 15 January 2024; what is written carries the real date; figures marked illustrative"
    )
    assert f"{sentence} are invented." in rendered('{% extends "layout.html" %}')
    settings.DEMO = False
    assert "figures marked illustrative" not in rendered('{% extends "layout.html" %}')


def test_a_form_with_errors_says_so_in_the_title():
    assert "<title>Error: New award – Surrey" in form_page(AwardForm(typed(amount="")))
    assert "<title>New award – Surrey" in form_page(AwardForm())


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.not_found, 404),
        (errors.server_error, 500),
        (errors.csrf_failure, 403),
    ],
)
def test_an_error_page_names_no_partnership(view, status):
    answer = view(request_from(Lead()))
    assert answer.status_code == status
    assert "Surrey" not in answer.content.decode()
    assert "<h1>" in answer.content.decode()


def test_a_member_without_the_right_is_told_why():
    answer = errors.forbidden(request_from(Lead()), PermissionDenied("This needs the right: certify."))
    assert answer.status_code == 403
    assert "This needs the right: certify." in answer.content.decode()


def test_a_database_that_is_away_is_told_from_a_fault(tmp_path):
    try:
        raise OperationalError("terminating connection due to administrator command")
    except OperationalError:
        answer = errors.server_error(request_from())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert nu_messages({"503": answer.content.decode()}, tmp_path) == ""


def test_the_500_page_survives_missing_files(monkeypatch):
    def nowhere(name):
        raise OSError(name)

    monkeypatch.setattr(errors, "get_template", nowhere)
    answer = errors.server_error(request_from())
    assert answer.status_code == 500
    assert answer.content.decode() == errors.LAST_RESORT


def test_no_page_carries_inline_script_or_style():
    html = rendered(PARTS, moment=datetime(2024, 1, 15, tzinfo=UTC)) + form_page(AwardForm(typed(amount="")))
    assert " style=" not in html
    assert "<style" not in html
    assert html.count("<script") == html.count('<script type="module" src="') == 2

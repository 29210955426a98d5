"""The Jinja2 environment of every page, and what the layout needs to know."""

import tomllib
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import django.forms
import jinja2
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup

from svd_portal.kit import clock, format
from svd_portal.kit.addresses import reverse
from svd_portal.kit.forms import error_links

VERSION = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
FILTERS = {
    "date": format.long_date,
    "datetime": format.long_datetime,
    "clock": format.clock_time,
    "month": format.month,
    "money": format.money,
    "short_money": format.short_money,
    "variance": format.variance,
    "plural": format.plural,
    "file_size": format.file_size,
}
SECTIONS = (
    ("", _("Home")),
    ("partners/", _("Partners")),
    ("governance/", _("Governance")),
    ("milestones/", _("Milestones")),
    ("funding/", _("Funding")),
    ("reports/", _("Reports")),
)


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    query = kwargs.pop("query", None)
    address = reverse(name, args=args, kwargs=kwargs)
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def _words(sentence: str, **values: Any) -> Markup:
    """A sentence in the reader's language, with `%(name)s` filled in; Jinja's own is three times slower."""
    text = Markup(gettext(sentence))
    return text % values if values else text


class _Environment(jinja2.Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dictionary: Jinja's chain of two is walked anew for each template, include and macro file."""
        return {**self.globals, **(d or {})}


def environment(**options: Any) -> jinja2.Environment:
    """The environment: our templates, the GOV.UK macros, Django's widgets; compiled once and kept."""
    options["loader"] = jinja2.ChoiceLoader(
        [
            options["loader"],
            jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}),
            jinja2.FileSystemLoader(Path(django.forms.__file__).parent / "jinja2"),
        ]
    )
    env = _Environment(
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        **options,
    )
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(FILTERS)
    env.globals.update(
        _=_words, static=staticfiles_storage.url, url=_url, error_links=error_links, version=VERSION
    )
    return env


def _navigation(slug: str, path: str) -> list[dict[str, Any]]:
    base = f"/{slug}/"
    return [
        {
            "text": text,
            "href": base + section,
            "current": path == base if not section else path.startswith(base + section),
        }
        for section, text in SECTIONS
    ]


def shell(request: HttpRequest) -> dict[str, Any]:
    """What `layout.html` shows around every page. Asks the database nothing that the gate has not."""
    partnership = getattr(request, "partnership", None)
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "partnership": partnership,
        "account": user if signed_in else None,
        "navigation": _navigation(partnership.slug, request.path) if partnership and signed_in else [],
        "demo": settings.DEMO,
        "today": clock.today(),
    }

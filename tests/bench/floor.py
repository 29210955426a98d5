"""The floor: as little as a Django page of 25 rows can do. Session, one indexed query, a minimal template.

Served by the same gunicorn options as the portal, on the same database, with the same session.
"""

from __future__ import annotations

import os

import environ
from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

COLUMNS = ("id", "financial_year", "quarter", "amount", "forecast", "basis", "reported_at", "award_id")
PAGE = """<!DOCTYPE html><title>Rows</title><table>{% for row in rows %}<tr><td>{{ row.id }}</td>
<td>{{ row.financial_year }}</td><td>{{ row.quarter }}</td><td>{{ row.amount }}</td><td>{{ row.forecast }}</td>
<td>{{ row.basis }}</td><td>{{ row.reported_at }}</td><td>{{ row.award_id }}</td></tr>{% endfor %}</table>"""

if not settings.configured:
    settings.configure(
        SECRET_KEY=os.environ["SECRET_KEY"],
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        DATABASES={
            "default": environ.Env().db_url("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        },
        INSTALLED_APPS=["django.contrib.sessions"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
    )

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
template = engines["django"].from_string(PAGE)


class Row(models.Model):
    """A claim, with eight of its columns."""

    id = models.UUIDField(primary_key=True)
    partnership_id = models.UUIDField()
    financial_year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    forecast = models.DecimalField(max_digits=14, decimal_places=2)
    basis = models.TextField()
    reported_at = models.DateTimeField()
    award_id = models.UUIDField()

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "funding_claim"

    def __str__(self) -> str:
        return str(self.id)


def page(request: HttpRequest, partnership: str) -> HttpResponse:
    assert request.session["_auth_user_id"]
    rows = Row.objects.filter(partnership_id=partnership).order_by("-financial_year", "-quarter", "id")
    return HttpResponse(template.render({"rows": rows.only(*COLUMNS)[:25]}))


urlpatterns = [path("<str:partnership>/", page)]

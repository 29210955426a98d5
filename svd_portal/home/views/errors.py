"""Pages for what goes wrong. Each says what to do; none needs more than it can count on."""

import sys

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.csrf import requires_csrf_token

# When not even the template or the static files can be found.
LAST_RESORT = (
    '<!DOCTYPE html><html lang="en-GB"><title>Sorry, the portal has a problem</title>'
    "<h1>Sorry, the portal has a problem</h1>"
    "<p>Try again in a few minutes. What you were saving was not saved.</p>"
)


def _plain(template: str, status: int) -> HttpResponse:
    return HttpResponse(get_template(template).render(), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain("400.html", 400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A member without the right; says why where the refusal itself does."""
    reason = str(exception) if isinstance(exception, PermissionDenied) else ""
    return render(request, "403.html", {"reason": reason}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for what is not there and what one may not see: it names no partnership."""
    return _plain("404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """What went wrong without our knowing; where the database was away for a moment, that it was."""
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    try:
        answer = _plain("503.html" if away else "500.html", 503 if away else 500)
        if away:
            answer.headers["Retry-After"] = "10"
        return answer
    except Exception:  # a page about a fault must not fail of the same fault
        return HttpResponse(LAST_RESORT, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _plain("403_csrf.html", 403)

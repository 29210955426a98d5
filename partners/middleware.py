"""Every account has a second factor, except in the demonstration."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

OPEN_WITHOUT = {
    "mfa_activate_totp",
    "account_reauthenticate",
    "account_logout",
    "calendar_feed",
    "health",
    "verify",
}
"""Pages for setting up the second factor, for leaving, and those that ask nobody to sign in."""
PUBLIC = "published"
"""The namespace of pages for everybody: who asks is not even looked up."""


class RequireMfaMiddleware:
    """Sends whoever is signed in without an authenticator app to set one up, whatever page they asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if settings.DEMO or (match and (match.view_name in OPEN_WITHOUT or match.namespace == PUBLIC)):
            return None
        user: Any = request.user
        if not user.is_authenticated or getattr(user, "has_app", False):
            return None
        return HttpResponseRedirect(reverse("mfa_activate_totp"))

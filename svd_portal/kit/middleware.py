"""What every request gets: an id, and a word on what browsers may keep of the answer."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdMiddleware:
    """One id for each request: in the log, in the answer's headers and on every history row it writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = uuid.uuid4().hex
        request.request_id = given  # type: ignore[attr-defined]  # Django logs a refusal after this has ended
        token = request_id.set(given)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = given
            return response
        finally:
            request_id.reset(token)


class CacheControlMiddleware:
    """No page is kept for another person, or shown again unasked; a view may say so more strictly itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cache-Control", "private, no-cache")
        return response

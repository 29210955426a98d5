"""Two presses of one form: the second may say the same, and nothing else.

A form's hidden key becomes the id of the record it adds, so that a double press adds one. Whoever goes back
to the form, changes it and presses again sends that key with other words: they are told, and nothing they
typed is lost. What a form said is remembered in the session, as a hash.
"""

from hashlib import sha256
from typing import Any

from django.http import HttpRequest

_REMEMBERED = "forms_sent"
_MOST = 40
"""Forms of one sign-in that are remembered, the oldest forgotten first."""


def says_something_else(request: HttpRequest, form: Any) -> bool:
    """Whether this form was sent with success before, and said something else then."""
    before = request.session.get(_REMEMBERED, {}).get(_key_of(request, form))
    return before is not None and before != _digest(form)


def remember(request: HttpRequest, form: Any) -> None:
    """Keep what a form said that was carried out; forms without a key add nothing twice."""
    if key := _key_of(request, form):
        kept = request.session.get(_REMEMBERED, {}) | {key: _digest(form)}
        request.session[_REMEMBERED] = dict(list(kept.items())[-_MOST:])


def _key_of(request: HttpRequest, form: Any) -> str:
    """The form's own key at its address; empty where it has none."""
    key = getattr(form, "cleaned_data", {}).get("key")
    return f"{request.path} {key}" if key else ""


def _digest(form: Any) -> str:
    found = sha256()
    for name, values in sorted(form.data.lists()):
        if name != "csrfmiddlewaretoken":
            found.update(repr((name, values)).encode())
    for name, uploads in sorted(form.files.lists()):
        for upload in uploads:
            content = sha256()
            upload.seek(0)
            for chunk in upload.chunks():
                content.update(chunk)
            upload.seek(0)
            found.update(repr((name, upload.name, content.digest())).encode())
    return found.hexdigest()

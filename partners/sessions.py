"""Django's sessions in the database, found by a statement that is put into SQL once."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from svd_portal.kit.statements import Given, Statement

_fields = Session._meta.get_field
_running: Statement[Session] = Statement(
    lambda: Session.objects.filter(
        session_key=Given("key", _fields("session_key")), expire_date__gt=Given("now", _fields("expire_date"))
    )
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        known = bool(self.session_key and self.session_key.isalnum())  # nothing else is ever given out
        found = _running.first(key=self.session_key, now=timezone.now()) if known else None
        if found is None:
            self._session_key = None
        return found

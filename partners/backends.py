"""Who a session belongs to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from partners.models import User
from svd_portal.kit.statements import Given, Statement


def _with_app() -> QuerySet[User]:
    apps = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return User.objects.annotate(has_app=Exists(apps)).filter(pk=Given("pk", User._meta.pk))


_person = Statement(_with_app)


class PortalBackend(AuthenticationBackend):
    """allauth's, which reads with the person whether they have an authenticator app: each page asks."""

    def get_user(self, user_id: Any) -> User | None:
        """The person, if they may still sign in, with `has_app`."""
        user = _person.first(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None

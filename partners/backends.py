"""Who a session belongs to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from partners.models import User


class PortalBackend(AuthenticationBackend):
    """allauth's, which reads with the person whether they have an authenticator app: each page asks."""

    def get_user(self, user_id: Any) -> User | None:
        """The person, if they may still sign in, with `has_app`."""
        apps = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        user = User.objects.annotate(has_app=Exists(apps)).filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

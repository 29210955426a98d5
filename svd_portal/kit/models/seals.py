"""What this portal has sealed with."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from svd_portal.kit.models.base import InsertOnly


class SealCertificate(InsertOnly):
    """A certificate files were sealed by: kept, so that they are known when the key is long another."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    content = models.BinaryField(_("certificate, DER"))

    class Meta(InsertOnly.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="kit_sealcertificate_sha256"
            )
        ]

    def __str__(self) -> str:
        return self.sha256

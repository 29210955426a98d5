"""Sealing files: with the deployment's seal, whose certificate is remembered."""

from hashlib import sha256

from svd_portal.kit import sealing
from svd_portal.kit.models import SealCertificate


def seal(content: bytes) -> bytes:
    """The PDF with the seal on it.

    Raises:
        OSError, ValueError: the seal this deployment was given cannot be read.
    """
    sealed, certificate = sealing.seal(content)
    SealCertificate.objects.get_or_create(
        sha256=sha256(certificate).hexdigest(), defaults={"content": certificate}
    )
    return sealed


def look(content: bytes) -> sealing.Look:
    """What a file that somebody hands in says of its seal."""
    certificates = SealCertificate.objects.values_list("content", flat=True)
    return sealing.look(content, [bytes(each) for each in certificates])

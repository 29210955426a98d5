"""Sealing files: with the deployment's seal, whose certificate is remembered."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.core.cache import cache
from django.utils.translation import gettext as _

from svd_portal.kit import sealing
from svd_portal.kit.errors import DomainError
from svd_portal.kit.models import SealCertificate

TOGETHER = 2
"""Files that are looked at together, on the whole deployment."""


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
    """What a file that somebody hands in says of its seal.

    Raises:
        DomainError: as many files as this deployment looks at together are being looked at.
    """
    certificates = SealCertificate.objects.values_list("content", flat=True)
    with _one_of_few():
        return sealing.look(content, [bytes(each) for each in certificates])


@contextmanager
def _one_of_few() -> Iterator[None]:
    """So that files that are slow to look at hold up each other, and nothing else."""
    places = (f"seal-look-{number}" for number in range(TOGETHER))
    mine = next((place for place in places if cache.add(place, True, sealing.SECONDS + 10)), None)
    if mine is None:
        raise DomainError(_("Other files are being checked. Wait a moment, then press Check again."))
    try:
        yield
    finally:
        cache.delete(mine)

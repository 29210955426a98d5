"""Uploads are shown to ClamAV where the deployment runs one (`CLAMD_URL`)."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TIMEOUT = 30.0
log = logging.getLogger(__name__)


def is_clean(file: IO[bytes]) -> bool:
    """Whether the scanner finds nothing; True where there is no scanner.

    Raises:
        ValidationError: there is one, and it does not answer. A file nobody looked at is not taken in.
    """
    if not settings.CLAMD_URL:
        return True
    from aioclamd import ClamdAsyncClient, ClamdError

    where = urlsplit(settings.CLAMD_URL)
    client = ClamdAsyncClient(where.hostname, where.port or 3310, timeout=TIMEOUT)
    try:
        # In a thread of its own: this one may have a loop that runs already.
        with ThreadPoolExecutor(max_workers=1) as thread:
            verdict, what = thread.submit(asyncio.run, client.instream(file)).result()["stream"]
    except (ClamdError, OSError, TimeoutError) as fault:
        log.error("The virus scanner did not answer: %s", fault)
        raise ValidationError(
            _("The virus scanner does not answer just now. Try again in a few minutes."),
            code="file_unscanned",
        ) from fault
    if verdict == "OK":
        return True
    log.warning("The virus scanner refused an upload: %s %s", verdict, what)
    return False

"""A certified return's PDF, made by a real worker and downloaded by a partner."""

import time
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from svd_portal.kit.models import Document
from tests.cast import TODAY, Cast, signed_in
from tests.funding.return_story import begin, certify, complete

PAGE = "/surrey/funding/returns/2023-24/q3/"
NAME = "surrey-2023-24-q3-v1.pdf"


def wait_until_made(document_id: Any) -> Document:
    """The finished document; a minute is more than the slowest machine needs."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        document = Document.objects.get(pk=document_id)
        if document.is_finished:
            return document
        time.sleep(0.2)
    raise AssertionError("the worker did not finish the document in a minute")


@pytest.mark.slow
def test_the_worker_makes_the_pdf_and_a_partner_downloads_it(worker: None, cast: Cast, settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY.isoformat()
    story = complete(begin(cast))
    certified = certify(story)
    client = signed_in(cast.woking_rep)
    state = f"/surrey/funding/returns/{certified.pk}/files/"
    assert client.get(state).json()["state"] in ("queued", "working", "done")
    for document in Document.objects.all():
        made = wait_until_made(document.pk)
        assert (made.state, made.error) == ("done", "")
    assert client.get(state).json() == {"state": "done"}
    assert f'href="{PAGE}{NAME}"' in client.get(PAGE).content.decode()
    answer = client.get(PAGE + NAME)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{NAME}"'
    with pikepdf.open(BytesIO(b"".join(answer.streaming_content))) as opened:
        attached = opened.attachments[NAME.replace(".pdf", ".json")].get_file().read_bytes()
    assert attached.decode() == certified.snapshot.canonical
    assert signed_in(cast.outsider).get(PAGE + NAME).status_code == 404
    assert signed_in(cast.outsider).get(state).status_code == 404

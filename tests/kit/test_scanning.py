"""Uploads and the virus scanner: a server that speaks clamd's protocol over a real socket."""

import socketserver
import struct
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from svd_portal.kit.files import validate_upload

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.StreamRequestHandler):
    """INSTREAM as its manual has it: chunks with their length before them, an empty one at the end."""

    def handle(self) -> None:
        assert self.rfile.readline() == b"nINSTREAM\n"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        found = b"Eicar-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"stream: " + found + b"\n")


@pytest.fixture
def scanner(settings: Any) -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


@pytest.mark.usefixtures("scanner")
def test_what_the_scanner_passes_is_taken_in_whole() -> None:
    upload = validate_upload(SimpleUploadedFile("a.csv", b"a,b\n" * 50_000))
    assert upload.file.read() == b"a,b\n" * 50_000


@pytest.mark.usefixtures("scanner")
def test_what_the_scanner_refuses_is_refused() -> None:
    with pytest.raises(ValidationError, match="The virus scanner refused this file"):
        validate_upload(SimpleUploadedFile("a.csv", EICAR))


def test_a_file_nobody_looked_at_is_not_taken_in(settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    with pytest.raises(ValidationError, match="does not answer just now"):
        validate_upload(SimpleUploadedFile("a.csv", b"a,b\n"))

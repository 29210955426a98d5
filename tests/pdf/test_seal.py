"""The seal of a return: put on by pyHanko, read by poppler, told from every other."""

import asyncio
import io
import re
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from svd_portal.kit import sealing
from svd_portal.kit.sealing import Look, Outcome
from tests.pdf import sample_return as sample
from tests.pdf.test_return_document import failures, pages_of


@pytest.fixture
def key(tmp_path: Path, settings: Any) -> Path:
    """Where the seal is made and kept in this test."""
    settings.DATA_DIR, settings.SEAL_FILE = tmp_path, ""
    return tmp_path / "seal.pem"


@pytest.fixture(scope="module")
def plain() -> bytes:
    return pages_of(sample.talked_about())


@pytest.fixture
def sealed(key: Path, plain: bytes) -> tuple[bytes, bytes]:
    return sealing.seal(plain)


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """Done in a thread of its own: in this one the tests' browser may have its event loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work, *given).result()


def said_by_poppler(pdf: bytes, folder: Path) -> str:
    file = folder / "looked-at.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=True).stdout


def test_a_sealed_return_meets_both_standards_and_holds_what_it_held(key: Path, plain: bytes) -> None:
    sealed, _certificate = sealing.seal(plain)

    assert sealed.startswith(plain)
    assert failures(sealed) == []
    with pikepdf.open(io.BytesIO(plain)) as before, pikepdf.open(io.BytesIO(sealed)) as after:
        names = ["surrey-2023-24-q3-v1.csv", "surrey-2023-24-q3-v1.json"]
        assert sorted(after.attachments) == names
        for name in names:
            assert after.attachments[name].get_file().read_bytes() == (
                before.attachments[name].get_file().read_bytes()
            )
    assert oct(key.stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize("build", [sample.empty, lambda: sample.several(40)])
def test_short_and_long_returns_conform_when_sealed(key: Path, build: Any) -> None:
    assert failures(sealing.seal(pages_of(build()))[0]) == []


def test_an_independent_reader_finds_it_whole(sealed: tuple[bytes, bytes], tmp_path: Path) -> None:
    said = said_by_poppler(sealed[0], tmp_path)

    assert "Signature #1:" in said
    assert "Signature #2:" not in said
    assert "  - Signature Field Name: Seal\n" in said
    assert "  - Signer Certificate Common Name: Serious Violence Duty portal\n" in said
    assert "  - Signature Type: ETSI.CAdES.detached\n" in said
    assert "  - Total document signed\n" in said
    assert "  - Signature Validation: Signature is Valid.\n" in said


def test_an_independent_reader_finds_a_changed_byte(sealed: tuple[bytes, bytes], tmp_path: Path) -> None:
    changed = bytearray(sealed[0])
    changed[len(changed) // 3] ^= 1
    assert "Digest Mismatch" in said_by_poppler(bytes(changed), tmp_path)


def test_it_knows_its_own_and_what_is_inside(sealed: tuple[bytes, bytes]) -> None:
    content, certificate = sealed
    look = sealing.look(content, [b"another", certificate])

    assert look.outcome is Outcome.OURS
    hidden = sample.frozen(sample.talked_about()).sha256
    assert look.attached["surrey-2023-24-q3-v1.json"] == hidden
    assert sorted(look.attached) == ["surrey-2023-24-q3-v1.csv", "surrey-2023-24-q3-v1.json"]


def drawn_over(content: bytes) -> bytes:
    """As an editor of PDFs changes a file: what it was, and a new page after it that takes its place."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = page.raw_get("/Rotate") if "/Rotate" in page else page["/MediaBox"][0]
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_whatever_is_changed_or_added_is_seen(sealed: tuple[bytes, bytes]) -> None:
    content, certificate = sealed
    one_byte = bytearray(content)
    one_byte[len(content) // 3] ^= 1
    added = drawn_over(content)
    assert added.startswith(content)
    assert len(added) > len(content)

    assert sealing.look(bytes(one_byte), [certificate]).outcome in (Outcome.CHANGED, Outcome.UNREADABLE)
    assert sealing.look(added, [certificate]).outcome is Outcome.CHANGED


def test_saved_again_by_another_program_it_is_changed_or_without_seal(sealed: tuple[bytes, bytes]) -> None:
    content, certificate = sealed
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(out)
    assert sealing.look(out.getvalue(), [certificate]).outcome is Outcome.CHANGED


def test_another_deployment_s_seal_is_told(sealed: tuple[bytes, bytes], plain: bytes, key: Path) -> None:
    key.unlink()
    other, its_certificate = sealing.seal(plain)

    assert its_certificate != sealed[1]
    assert sealing.look(other, [sealed[1]]).outcome is Outcome.ANOTHERS
    assert sealing.look(other, [sealed[1], its_certificate]).outcome is Outcome.OURS


def test_two_seals_on_one_file_are_not_read_as_ours(sealed: tuple[bytes, bytes], key: Path) -> None:
    from pyhanko.sign import signers

    meta = signers.PdfSignatureMetadata(field_name="Second")
    signer, _own = sealing._signer(key, key.stat().st_mtime_ns)
    again = signers.PdfSigner(meta, signer=signer)
    twice = apart(again.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(sealed[0]))).getvalue()
    assert sealing.look(twice, [sealed[1]]).outcome is Outcome.CHANGED


def test_what_is_inside_a_file_without_our_seal_is_not_unpacked() -> None:
    bomb = pikepdf.new()
    bomb.add_blank_page()
    stream = bomb.make_stream(bytes(40_000_000))
    files = {"/Type": pikepdf.Name("/Filespec"), "/UF": "x.json", "/EF": {"/F": stream}}
    bomb.Root.AF = pikepdf.Array([bomb.make_indirect(pikepdf.Dictionary(files)) for _number in range(60)])
    out = io.BytesIO()
    bomb.save(out)
    assert len(out.getvalue()) < 100_000
    before = time.monotonic()
    assert sealing.look(out.getvalue(), []) == Look(Outcome.UNSEALED, {})
    assert time.monotonic() - before < sealing.SECONDS


NESTED = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"]" * 200_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"
HOSTILE = {
    "nothing of a PDF": b"Not a PDF at all.",
    "a head alone": b"%PDF-1.7\n",
    "brackets in brackets": NESTED,
    "a table of objects that leads to itself": (
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_read_is_said_to_be_so(what: str) -> None:
    assert sealing.look(HOSTILE[what], []) == Look(Outcome.UNREADABLE, {})


def test_half_a_file_is_unreadable(sealed: tuple[bytes, bytes]) -> None:
    content, certificate = sealed
    assert sealing.look(content[: len(content) // 2], [certificate]).outcome is Outcome.UNREADABLE


def test_without_a_seal_it_says_so(plain: bytes) -> None:
    assert sealing.look(plain, []).outcome is Outcome.UNSEALED


def test_it_seals_where_an_event_loop_runs(key: Path, plain: bytes) -> None:
    async def within() -> bytes:
        return sealing.seal(plain)[0]

    sealed = apart(asyncio.run, within())
    assert sealed.startswith(plain)
    assert len(sealed) > len(plain)


def test_two_who_make_the_key_at_once_have_the_same(key: Path, plain: bytes) -> None:
    with ThreadPoolExecutor(4) as pool:
        certificates = [each[1] for each in pool.map(lambda _: sealing.seal(plain), range(4))]
    assert len(set(certificates)) == 1
    assert [each.name for each in key.parent.iterdir()] == ["seal.pem"]


def test_a_key_that_is_given_is_used(key: Path, plain: bytes, tmp_path: Path, settings: Any) -> None:
    given = tmp_path / "given.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-passout", "pass:a secret", "-days", "30"),
            *("-subj", "/CN=Council seal", "-keyout", given, "-out", tmp_path / "certificate.pem"),
        ],
        check=True,
        capture_output=True,
    )
    given.write_bytes(given.read_bytes() + (tmp_path / "certificate.pem").read_bytes())
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(given), "a secret"

    said = said_by_poppler(sealing.seal(plain)[0], tmp_path)

    assert re.search(r"Signer Certificate Common Name: Council seal\n", said)
    assert "Signature is Valid." in said
    assert not key.exists()


def test_a_key_that_is_given_and_not_there_is_never_replaced(key: Path, plain: bytes, settings: Any) -> None:
    settings.SEAL_FILE = str(key)
    with pytest.raises(FileNotFoundError):
        sealing.seal(plain)
    assert not key.exists()

"""Seals on PDFs: whose certificate, put on last, and looked at again by a process of its own.

The seal is a PAdES signature (ETSI EN 319 142) over the whole file, in a field without a picture. Any
reader of PDFs tells from it whether a byte has changed since. It is the deployment's, not a person's: who
certified what stands in the document.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"
OWNER = "Serious Violence Duty portal"
LASTS = timedelta(days=3653)
SECONDS = 20
"""For a look at a file; its process gives up by itself before."""


class Outcome(StrEnum):
    """What the bytes of a file say of its seal."""

    OURS = "ours"
    CHANGED = "changed"
    ANOTHERS = "anothers"
    UNSEALED = "unsealed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Look:
    """What was found in a file; `attached` are the SHA-256 of the files inside it, by name."""

    outcome: Outcome
    attached: dict[str, str]


class _AsItStands(IncrementalPdfFileWriter):
    """Adds to a file and leaves its metadata: written anew they would not declare PDF/UA-1 as they must."""

    def _update_meta(self) -> None:
        pass


def seal(content: bytes) -> tuple[bytes, bytes]:
    """The PDF with this deployment's seal on it, and the certificate (DER) the seal is checked by.

    What conformed to PDF/A-3a and PDF/UA-1 still does. The certificate is made where none is given.

    Raises:
        OSError, ValueError: the file `SVD_SEAL_FILE` names is not there, or is no key with its certificate.
    """
    path = Path(settings.SEAL_FILE or settings.DATA_DIR / "seal.pem")
    if not settings.SEAL_FILE and not path.exists():
        _make(path)
    signer, own = _signer(path, path.stat().st_mtime_ns)
    invisible = fields.InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    place = fields.SigFieldSpec(
        FIELD, on_page=-1, readable_field_name=f"Seal of the {OWNER}", invis_sig_settings=invisible
    )
    terms = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    writer = signers.PdfSigner(terms, signer=signer, new_field_spec=place)
    # pyHanko runs an event loop for each seal, and a thread that runs one already takes no second.
    with ThreadPoolExecutor(max_workers=1) as pool:
        sealed = pool.submit(writer.sign_pdf, _AsItStands(BytesIO(content))).result()
    return sealed.getvalue(), own.dump()


@lru_cache(maxsize=1)
def _signer(path: Path, changed: int) -> tuple[signers.SimpleSigner, Any]:
    """Who signs, and with which certificate: read once, and again when the file has changed."""
    both, secret = path.read_bytes(), settings.SEAL_PASSWORD
    key = load_private_key_from_pemder_data(both, passphrase=secret.encode() or None)
    own, *chain = load_certs_from_pemder_data(both)
    store = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
    return signers.SimpleSigner(signing_cert=own, signing_key=key, cert_registry=store), own


def _make(path: Path) -> None:
    """A key and its own certificate in one file, of two who make it at once the first one's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, OWNER)])
    begins = datetime.now(UTC) - timedelta(hours=1)  # another clock may be slow
    only_signs = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(only_signs, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with NamedTemporaryFile(dir=path.parent, prefix=".seal-") as file:
        file.write(private + certificate.public_bytes(serialization.Encoding.PEM))
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return


def look(content: bytes, certificates: list[bytes]) -> Look:
    """What a file says of its seal, against the certificates (DER) this portal has sealed with.

    Anybody may hand in anything: it is read in a process with little time and memory, and no other work.
    """
    asked = json.dumps([each.hex() for each in certificates]).encode() + b"\n" + content
    try:
        done = subprocess.run(
            [sys.executable, "-I", Path(__file__).with_name("unsealing.py")],
            input=asked,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return Look(Outcome.UNREADABLE, {})
    return Look(Outcome(said["outcome"]), said["attached"])

"""Looks at the seal of one file that anybody may have made: a program of its own, see `sealing.look`.

Reads a line of JSON, the certificates in hexadecimal, and then the file; writes what it found as JSON.
"""

import json
import resource
import sys
from hashlib import sha256
from io import BytesIO
from typing import Any

SECONDS = 15
MEMORY = 1024**3


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    first, _, content = sys.stdin.buffer.read().partition(b"\n")
    json.dump(found(content, {bytes.fromhex(each) for each in json.loads(first)}), sys.stdout)


def found(content: bytes, certificates: set[bytes]) -> dict[str, Any]:
    """How the seal stands, and the SHA-256 of the files inside by their names."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(BytesIO(content))
        return {"outcome": _outcome(reader, certificates), "attached": _attached(reader)}
    except Exception:  # whatever it is that this file does to its reader
        return {"outcome": "unreadable", "attached": {}}


def _outcome(reader: Any, certificates: set[bytes]) -> str:
    """Ours only where one seal of ours covers the file from its first byte to its last."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    seals = reader.embedded_regular_signatures
    if not seals:
        return "unsealed"
    [seal] = seals
    own = seal.signer_cert
    if own.dump() not in certificates:
        return "anothers"
    trusted = ValidationContext(trust_roots=[own], allow_fetching=False)
    status = validate_pdf_signature(seal, signer_validation_context=trusted)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return "ours" if status.intact and status.valid and whole else "changed"


def _attached(reader: Any) -> dict[str, str]:
    files = [each.get_object() for each in reader.root.get("/AF", ())]
    return {str(each["/UF"]): sha256(each["/EF"]["/F"].data).hexdigest() for each in files}


if __name__ == "__main__":
    main()

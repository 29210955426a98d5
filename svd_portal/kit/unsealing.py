"""Looks at the seal of one file that anybody may have made: a program of its own, see `sealing.look`.

Reads a line of JSON, the certificates in hexadecimal, and then the file; writes what it found as JSON.
"""

import json
import resource
import sys
from hashlib import sha256
from io import BytesIO
from typing import Any

SECONDS = 5
MEMORY = 512 * 1024**2


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
        outcome = _outcome(reader, certificates)
        return {"outcome": outcome, "attached": _attached(reader) if outcome == "ours" else {}}
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
    known = [seal for seal in seals if seal.signer_cert.dump() in certificates]
    if not known:
        return "anothers"
    if len(seals) > 1:
        return "changed"
    own = known[0].signer_cert
    trusted = ValidationContext(trust_roots=[own], allow_fetching=False)
    status = validate_pdf_signature(known[0], signer_validation_context=trusted)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return "ours" if status.intact and status.valid and whole else "changed"


def _attached(reader: Any) -> dict[str, str]:
    files = [each.get_object() for each in reader.root.get("/AF", ())]
    return {str(each["/UF"]): sha256(each["/EF"]["/F"].data).hexdigest() for each in files}


if __name__ == "__main__":
    main()

"""Pictures of pages for the documentation: small files, the same wherever they are made."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image

COLOURS = 96


def save(page: Any, path: Path, *, height: int = 900, of: Any = None) -> None:
    """Write what the page shows, `height` pixels from the top (or the element `of`), in few colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if of is not None:
        taken = of.screenshot(animations="disabled")
    else:
        page.set_viewport_size({"width": 1280, "height": height})
        page.evaluate("() => scrollTo(0, 0)")
        taken = page.screenshot(animations="disabled")
        page.set_viewport_size({"width": 1280, "height": 900})
    write(taken, path)


def write(png: bytes, path: Path) -> None:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        path, optimize=True
    )

"""Pictures for the documentation, in small files. `SVD_PICTURES=1 script/test tests/browser` renews them."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image

COLOURS = 96


def save(page: Any, path: Path, *, height: int = 900, of: Any = None, at: Any = None) -> None:
    """Write `height` pixels of what the page shows from its top, or from `at`; or of the element `of`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if of is not None:
        taken = of.screenshot(animations="disabled")
    else:
        page.set_viewport_size({"width": 1280, "height": height})
        page.evaluate("() => scrollTo(0, 0)")
        if at is not None:
            at.evaluate("element => element.scrollIntoView()")
        taken = page.screenshot(animations="disabled")
        page.set_viewport_size({"width": 1280, "height": 900})
    write(taken, path, height=height)


def write(png: bytes, path: Path, *, height: int) -> None:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, height)))
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


def save_pdf(pdf: bytes, folder: Path, name: str, *, pages: int) -> None:
    """Write the first pages of a PDF as `<name>-1.png`, `<name>-2.png` …"""
    for number in range(1, pages + 1):
        command = ["pdftoppm", "-png", "-r", "80", "-f", str(number), "-l", str(number), "-singlefile", "-"]
        drawn = subprocess.run(command, input=pdf, capture_output=True, check=True)
        write(drawn.stdout, folder / f"{name}-{number}.png", height=1200)

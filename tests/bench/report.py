"""Tables for people: aligned in a terminal, and valid Markdown at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import median

from tests.bench.documents import Cost
from tests.bench.measuring import Timing
from tests.bench.packing import ALONE, BINDING, MERGE, PAGES, PAPERS, WHOLE
from tests.bench.working import Run

PDF_TIMES, PDF_BYTES = 1.3, 200_000_000
TWO_WORKERS = 1.5
_MISSED = {"floor": "slower than its target", "growth": "grows with the data", "queries": "too many queries"}


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are figures."""
    every = [list(heads), *map(list, rows)]
    widths = [max(len(row[n]) for row in every) for n in range(len(heads))]
    lines = [
        "| "
        + " | ".join(
            cell.ljust(width) if n in (0, len(heads) - 1) else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in every
    ]
    rule = [
        "-" * width if n in (0, len(heads) - 1) else "-" * (width - 1) + ":" for n, width in enumerate(widths)
    ]
    return "\n".join([lines[0], "| " + " | ".join(rule) + " |", *lines[1:]])


def pages(timings: Sequence[Timing]) -> str:
    """A table for each kind of page, with its target in the heading."""
    parts = []
    for kind, group in groupby(timings, key=lambda timing: timing.page.kind):
        targets = [f"at most {kind.floor:g} × floor"]
        targets += [f"{kind.growth:g} × when the data grows"] if kind.growth else []
        targets += [f"{kind.queries} queries"] if kind.queries else []
        parts.append(f"{kind.name}: {', '.join(targets)}\n\n{table(HEADS, map(_row, group))}")
    return "\n\n".join(parts)


HEADS = ("Page", "Queries", "p50 ms", "p95 ms", "× floor", "large : small", "Target")


def _row(timing: Timing) -> list[str]:
    missed = "; ".join(_MISSED[name] for name in timing.missed)
    return [
        timing.page.name,
        str(timing.queries),
        f"{timing.p50:.1f}",
        f"{timing.p95:.1f}",
        f"{timing.to_floor:.2f}",
        f"{timing.growth:.2f}",
        f"MISSED: {missed}" if missed else "met",
    ]


def floor(timings: Sequence[Timing]) -> str:
    every = [taken for timing in timings for taken in timing.floor]
    return f"The floor took {median(every):.1f} ms (median of {len(every):,} requests in the same run)."


PACK_TIMES = 1.3


def pack(found: dict[str, list[float]]) -> str:
    """What an agenda pack costs, whole and without its front part, each beside the libraries alone."""
    middle = {way: median(seconds) * 1000 for way, seconds in found.items()}
    ratios = (
        ("The whole pack", middle[WHOLE] / middle[ALONE]),
        ("The papers alone", middle[BINDING] / middle[MERGE]),
    )
    verdicts = (
        f"{name} {ratio:.2f}: {'met' if round(ratio, 2) <= PACK_TIMES else 'MISSED: slower than its target'}."
        for name, ratio in ratios
    )
    heading = f"An agenda pack of {PAPERS * PAGES} pages: at most {PACK_TIMES} × the libraries alone"
    rows = [[way, f"{taken:.0f}"] for way, taken in middle.items()]
    return f"{heading}\n\n{table(('', 'p50 ms'), rows)}\n\n{' '.join(verdicts)}"


def workers(found: dict[int, list[Run]], count: int) -> str:
    """All partnerships' returns at once, by one process and by two."""
    middle = {number: median(run.seconds for run in runs) for number, runs in found.items()}
    peak = max(run.peak for runs in found.values() for run in runs)
    ratio = middle[1] / middle[2]
    missed = ["slower than its target"] if round(ratio, 2) < TWO_WORKERS else []
    missed += ["too much memory"] if peak > PDF_BYTES else []
    rows = [
        [
            "One process" if number == 1 else "Two processes",
            f"{middle[number]:.1f}",
            f"{max(run.peak for run in runs) / 1e6:.0f}",
            f"{max(run.resident for run in runs) / 1e6:.0f}",
        ]
        for number, runs in found.items()
    ]
    heading = f"{count} returns at once: two at least {TWO_WORKERS} × one, {PDF_BYTES / 1e6:.0f} MB each"
    verdict = f"MISSED: {'; '.join(missed)}" if missed else "met"
    return f"{heading}\n\n{table(('', 'seconds', 'peak MB', 'with all that is shared'), rows)}\n\nRatio {ratio:.2f}: {verdict}."


def documents(found: dict[str, Cost], asking: Sequence[float]) -> str:
    """The PDF's cost beside WeasyPrint alone, and what the person who asks for it waits."""
    portal, alone = (median(found[way].seconds) for way in ("portal", "weasyprint"))
    ratio = portal / alone
    missed = ["slower than its target"] if round(ratio, 2) > PDF_TIMES else []
    rows = [
        [name, f"{median(cost.seconds) * 1000:.0f}", f"{cost.peak / 1e6:.0f}", f"{cost.length / 1000:.0f}"]
        for name, cost in (("The portal", found["portal"]), ("WeasyPrint alone", found["weasyprint"]))
    ]
    heading = f"Sealed PDF of a return: at most {PDF_TIMES} × WeasyPrint alone"
    verdict = f"MISSED: {'; '.join(missed)}" if missed else "met"
    return (
        f"{heading}\n\n{table(('', 'p50 ms', 'peak MB', 'kB'), rows)}\n\n"
        f"Ratio {ratio:.2f}: {verdict}. The request that asks for a PDF takes {median(asking):.0f} ms"
        f" (at worst {max(asking):.0f} ms)."
    )

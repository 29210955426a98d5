"""The bench itself, on little data: every page is there, answers, and keeps to its number of queries."""

import subprocess
import sys

import pytest

from tests.bench import packing, pages
from tests.support.databases import CHECKOUT


@pytest.mark.slow
def test_the_bench_measures_every_page(transactional_db: None, service_environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tests.bench", "--quick", "--rounds", "2"]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=service_environment, capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    measured = {line.split("|")[1].strip() for line in rows}
    assert {page.name for page in [*pages.PAGES, *pages.ORDERS]} <= measured
    assert {"The portal", "WeasyPrint alone"} <= measured
    assert {packing.WHOLE, packing.ALONE, packing.BINDING, packing.MERGE} <= measured
    assert "too many queries" not in done.stdout

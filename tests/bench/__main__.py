"""Measures every list, detail and start page beside a bare Django page: `script/bench [--quick]`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

import django


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Runs on the services of the environment, on an empty database; prints tables to standard output."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little data, few rounds: to see that it works")
    parser.add_argument("--rounds", type=int, default=0, help="how often each page is asked for")
    parser.add_argument(
        "--only", default="", help="pages by words in their names, comma between; no documents"
    )
    given = parser.parse_args(arguments)
    _prepare()

    from svd_portal.kit import clock
    from tests.bench import documents, measuring, packing, pages, population, report, sizes, working
    from tests.bench.serving import FLOOR, PORTAL, Browser, serving

    quick = given.quick
    say("Generating partnerships …")
    before = time.monotonic()
    every = [sizes.small(quick=quick), sizes.large(quick=quick), *sizes.others(quick=quick)]
    small, large, *_rest = population.populate(every, clock.today())
    say(f"  {len(every)} partnerships in {time.monotonic() - before:.0f} s")
    wanted = [word.strip().lower() for word in given.only.split(",")]
    chosen = [page for page in pages.PAGES if any(word in page.name.lower() for word in wanted)]
    with serving(PORTAL) as portal, serving(FLOOR) as floor:
        servers = {"portal": portal, "floor": floor, "small": small, "large": large, "say": say}
        say("Pages …")
        timings = measuring.measure(chosen, rounds=given.rounds or (5 if quick else 60), **servers)
        if given.only:
            print(f"{report.floor(timings)}\n\n{report.pages(timings)}")
            return 0
        say("Registers in other orders …")
        timings += measuring.measure(pages.ORDERS, rounds=given.rounds or (3 if quick else 20), **servers)
        say("Documents …")
        asking = documents.ask(Browser(portal, large.sessions["finance"]), "large", 2 if quick else 20)
        costs = documents.costs(1 if quick else 3)
        say("Returns at once …")
        at_once = working.costs(1 if quick else 3)
        say("Packs …")
        packs = packing.costs(packing.prepare("large"), 1 if quick else 3)
    print(
        f"{len(every)} partnerships; small: {small.holds}; large: {large.holds}."
        f" {report.floor(timings)}\n\n{report.pages(timings)}\n\n{report.documents(costs, asking)}"
        f"\n\n{report.workers(at_once, len(every))}\n\n{report.pack(packs)}"
    )
    return 0


def _prepare() -> None:
    """Demo mode off, since it switches the second factor off; plain HTTP on loopback."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "svd_portal.settings", "SVD_HTTPS": "0", "SVD_DEMO": "0"}
    for command in ("migrate", "collectstatic"):
        subprocess.run([sys.executable, "manage.py", command, "--noinput", "--verbosity", "0"], check=True)
    django.setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

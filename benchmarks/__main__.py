"""`python -m benchmarks`: measures everything, prints its tables, and writes docs/scaling.md.

usage: python -m benchmarks [--quick] [--pairs N] [--only NAME,…]

Each table is kept as docs/scaling/NAME.txt with its date and machine, and the page is made of these files: --only
measures some anew and leaves the others as they are, each with the date of its own run. --quick runs the smallest sizes
once and keeps nothing: it shows that the benchmarks still run.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import derivation, scaling, walks
from benchmarks.measure import table

TITLES = {
    "startup": "Start-up",
    "walks": "Walks",
    "lanes": "Many starts",
    "sweeps": "Sweeps",
    "derivation": "Derivation",
    "sums": "Sums",
    "many": "Many variables",
    "cluster": "A cluster",
    "analysis": "Analysis",
    "animation": "Movies",
    "terminal": "The terminal",
    "page": "The page",
}  # every other module here with a `run`, and last the curves of `scaling`


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure everything.")
    parser.add_argument("--quick", action="store_true", help="smallest sizes, one pair, nothing kept")
    parser.add_argument("--pairs", type=int, default=5, help="interleaved pairs (5)")
    parser.add_argument("--only", default="", help=",".join([*TITLES, "scaling"]))
    chosen = parser.parse_args(arguments)
    names = chosen.only.split(",") if chosen.only else [*TITLES, "scaling"]
    if unknown := set(names) - {*TITLES, "scaling"}:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    quick = chosen.quick
    with TemporaryDirectory() as nowhere:
        docs = Path(nowhere) if quick else scaling.DOCS
        for name in (name for name in TITLES if name in names):
            rows = import_module(f"benchmarks.{name}").run(1 if quick else chosen.pairs, quick)
            print((table(TITLES[name], rows) if rows else f"{TITLES[name]}: not measured here") + "\n", flush=True)
            if rows:
                scaling.keep(name, TITLES[name], rows, docs)
        if "scaling" in names:
            scaling.draw_all(walks.curves(quick) | derivation.curves(quick) | scaling.frames(quick), docs)
        print(f"written: {scaling.write(list(TITLES), docs).name}", flush=True)


if __name__ == "__main__":
    main()

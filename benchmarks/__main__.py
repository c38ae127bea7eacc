"""`python -m benchmarks`: measures everything, prints one table, and writes docs/scaling.md.

usage: python -m benchmarks [--quick] [--pairs N] [--only NAME,…]

--quick runs the smallest sizes once and writes nothing: it shows that the benchmarks still run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import derivation, scaling, startup, walks
from benchmarks.measure import table

HERE = Path(__file__).resolve().parent
SCRIPTS = ("animation", "lanes", "analysis", "page")  # these print tables of their own


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure everything as ratios.")
    parser.add_argument("--quick", action="store_true", help="smallest sizes, one pair, nothing written")
    parser.add_argument("--pairs", type=int, default=5, help="interleaved pairs (5)")
    parser.add_argument("--only", default="", help="startup,walks,derivation,scaling,animation,lanes,analysis,page")
    chosen = parser.parse_args()
    pairs = 1 if chosen.quick else chosen.pairs
    only = set(filter(None, chosen.only.split(",")))

    def wanted(name: str) -> bool:
        return name in only if only else not (chosen.quick and name in (*SCRIPTS, "scaling"))

    tables = {}
    for title, part in {"Start-up": startup, "Walks": walks, "Derivation": derivation}.items():
        if wanted(part.__name__.rpartition(".")[2]):
            tables[title] = part.run(pairs, chosen.quick)
            print(table(title, tables[title]) + "\n", flush=True)
    if wanted("scaling"):
        page = scaling.write(walks.curves() | derivation.curves() | scaling.frames(), tables)
        print(f"written: {page}\n", flush=True)
    path = os.pathsep.join([str(HERE.parent), str(HERE)])
    for name in SCRIPTS:
        if wanted(name) and (HERE / f"{name}.py").exists():
            print(f"benchmarks/{name}.py", flush=True)
            subprocess.run(
                [sys.executable, str(HERE / f"{name}.py")], env={**os.environ, "PYTHONPATH": path}, check=True
            )


if __name__ == "__main__":
    main()

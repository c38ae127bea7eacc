"""What two versions of `analyze` say of the same losses: written by each, then compared.

`python -m tests.kit.two_roads write FILE FIRST COUNT` analyses the table of losses (FIRST 0) and generated ones, in a
checkout of either version; `python -m tests.kit.two_roads compare OLD NEW` tells where status, kinds and bounds differ.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from symopt import Loss, analyze
from tests.kit.critical_points import TABLE
from tests.kit.random_losses import generated

BUDGET = 10.0
CLOSE = 1e-6
"""Relative difference of bounds from which on it is told."""


def write(name: str, first: int, count: int) -> None:
    """A line of JSON for each loss."""
    rows: list[Any] = [(f, low, high) for f, _, low, high, _ in TABLE] if first == 0 else []
    with Path(name).open("w", encoding="utf-8") as file:
        for text, low, high in [*rows, *map(generated, range(first, first + count))]:
            began = time.process_time()
            made = analyze(Loss.parse(text, variables=["x"]), (low, high), budget=BUDGET)
            told = made.record() | {"text": f"{text} on [{low}, {high}]", "seconds": time.process_time() - began}
            file.write(json.dumps(told | {"left": made.left}) + "\n")


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Where two records of one loss differ."""
    found = []
    if old["status"] != new["status"]:
        found.append(f"{old['status']} → {new['status']}, left {new['left'][:2]}")
    kinds = [[(p["kind"], p["kink"], p["edge"], p["proved"]) for p in made["critical_points"]] for made in (old, new)]
    if kinds[0] != kinds[1]:
        found.append(f"{len(kinds[0])} points → {len(kinds[1])}: {set(kinds[0]) ^ set(kinds[1])}")
    for bound in ("L", "mu", "direction_alpha", "descent_alpha", "safe_lr", "best_lr"):
        if apart(old[bound], new[bound]):
            found.append(f"{bound}: {old[bound]} → {new[bound]}")
    if apart(old["global_minimum"]["f"], new["global_minimum"]["f"]):
        found.append(f"least f: {old['global_minimum']} → {new['global_minimum']}")
    for side in ("convex", "concave"):
        if apart(old[side], new[side]):
            found.append(f"{side}: {old[side]} → {new[side]}")
    return found


def apart(a: Any, b: Any) -> bool:
    """Whether numbers differ by more than a hair, or lists of them."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) != len(b) or any(map(apart, a, b))
    if a is None or b is None:
        return a is not b
    return not math.isclose(a, b, rel_tol=CLOSE, abs_tol=1e-300)


def compare(old: str, new: str) -> None:
    """A line for each difference, then both versions in figures."""
    files = [[json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines()] for name in (old, new)]
    for one, other in zip(*files, strict=False):
        for told in differences(one, other):
            print(f"{one['text']}: {told}")
    ratios = [b["seconds"] / a["seconds"] for a, b in zip(*files, strict=False)]
    for name, rows in zip((old, new), files, strict=True):
        times = [row["seconds"] for row in rows]
        done = sum(row["status"] == "complete" for row in rows)
        print(f"{name}: {len(rows)} losses, {done} complete, median {statistics.median(times):.3f} s, "
              f"all {sum(times):.1f} s, most {max(times):.1f} s")  # fmt: skip
    print(f"time, new over old: median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        compare(*sys.argv[2:4])

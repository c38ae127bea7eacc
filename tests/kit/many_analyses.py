"""Holds analyses of many generated losses against dense evaluation: `python -m tests.kit.many_analyses FIRST COUNT`.

Prints every false statement, and a line of counts after each five hundred. Run it with low
priority; ten thousand take a while.
"""

from __future__ import annotations

import collections
import json
import sys
import time

from symopt import Loss
from tests.kit.analyses import analyze
from tests.kit.analysis_judge import Judge
from tests.kit.random_losses import generated


def main(first: int, count: int, budget: float = 1000.0) -> int:
    false, seconds = 0, []
    statuses: collections.Counter[str] = collections.Counter()
    points = 0
    for seed in range(first, first + count):
        text, low, high = generated(seed)
        began = time.process_time()
        made = analyze(Loss.parse(text, variables=["x"]), (low, high), budget=budget)
        seconds.append(time.process_time() - began)
        statuses[made.status] += 1
        points += len(made.critical_points)
        for sentence in Judge(text, low, high, seed).verdict(json.loads(json.dumps(made.record())), str(made)):
            false += 1
            print(f"seed {seed}: {sentence}", flush=True)
        if made.status != "complete":
            print(f"seed {seed}: {made.status}: {text} on [{low}, {high}]: {made.left[:3]}", flush=True)
        if (seed - first) % 500 == 499:
            print(
                told(count=seed - first + 1, first=first, false=false, statuses=statuses, points=points, times=seconds),
                flush=True,
            )
    return 1 if false else 0


def told(count: int, first: int, false: int, statuses: dict[str, int], points: int, times: list[float]) -> str:
    """One line of counts."""
    words = ", ".join(f"{number} {word}" for word, number in sorted(statuses.items()))
    ranked = sorted(times)
    share = [ranked[int(len(ranked) * part)] for part in (0.5, 0.95)]
    return (
        f"{count} losses from seed {first}: {false} false statements; {words}; {points} critical points; "
        f"CPU seconds: median {share[0]:.3f}, 95% {share[1]:.3f}, most {ranked[-1]:.2f}"
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))

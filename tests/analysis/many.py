"""Holds analyses of many generated losses against dense evaluation: `python -m tests.analysis.many FIRST COUNT`.

Prints every false statement, then one line of counts. Run it with low priority; ten thousand take a while.
"""

from __future__ import annotations

import collections
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generate import generated
from judge import Judge

from symopt import Loss
from symopt.analysis import analyze


def main(first: int, count: int, budget: float = 10.0) -> int:
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
        for sentence in Judge(text, low, high, seed).verdict(json.loads(json.dumps(made.record()))):
            false += 1
            print(f"seed {seed}: {sentence}", flush=True)
        if made.status != "complete":
            print(f"seed {seed}: {made.status}: {text} on [{low}, {high}]: {made.left[:3]}", flush=True)
    seconds.sort()
    told = ", ".join(f"{number} {word}" for word, number in sorted(statuses.items()))
    print(f"{count} losses from seed {first}: {false} false statements; {told}; {points} critical points; CPU seconds: "
          f"median {seconds[len(seconds) // 2]:.3f}, 95% {seconds[int(len(seconds) * 0.95)]:.3f}, most {seconds[-1]:.2f}")  # fmt: skip
    return 1 if false else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))

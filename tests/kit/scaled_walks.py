"""The scale law: multiplying f, or stretching or shifting x with window and start, changes no word of a walk.

python -m tests.kit.scaled_walks [--part 2/8] [--factors] walks the gallery by every method without chance at every
scale (an eighth of it; at other factors of f alone) and prints what changed.
"""

import argparse
import re
from collections import Counter
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from symopt import Loss, Stop, descend, method
from symopt.gallery import GALLERY
from symopt.methods.registry import registered

FACTORS = [Fraction(10) ** k for k in (-12, -6, 6, 12)]
STRETCHES = [Fraction(10) ** k for k in (-6, 3)]
SHIFTS = [Fraction(37)]
MOST = 100


class Scaled(NamedTuple):
    """A loss f as c·f((x − shift)/stretch)."""

    c: Fraction = Fraction(1)
    stretch: Fraction = Fraction(1)
    shift: Fraction = Fraction(0)

    def loss(self, entry):
        if self.stretch == 1 and not self.shift:
            return Loss.parse(f"{self.c}*({entry.text})", entry.variables)
        whole = Loss.parse(entry.text, entry.variables)
        moved = {
            x: (x - self.shift.numerator) * self.stretch.denominator / self.stretch.numerator for x in whole.variables
        }
        return Loss.from_sympy(whole.expr.xreplace(moved), entry.variables)

    def points(self, x):
        return np.asarray(x, dtype=float) * float(self.stretch) + float(self.shift)


SCALES = [*(Scaled(c=c) for c in FACTORS), *(Scaled(stretch=s) for s in STRETCHES), *(Scaled(shift=s) for s in SHIFTS)]


def methods():
    """Every registered method in which no chance is, and that takes any loss."""
    found = [method(name) for name in registered() if name != "gauss-newton"]
    return [m for m in found if not m.stochastic]


def word(entry, loss, spec, scale):
    """The words of a walk, without its numbers."""
    walk = descend(
        loss, spec, scale.points(entry.start), Stop(min(entry.steps or MOST, MOST)), scale.points(entry.window)
    )
    return walk.judgement.word, re.sub(r"−?[\d.]+(e[−+]?\d+)?", "#", walk.verdict.replace("steps", "step"))


def changes(entries, specs, scales=SCALES):
    """(loss, method, scale, words at scale 1, words there) of every change, and how many walks were compared."""
    found, count = [], 0
    for entry in entries:
        plain = Loss.parse(entry.text, entry.variables)
        before = {spec: word(entry, plain, spec, Scaled()) for spec in specs}
        for scale in scales:
            loss = scale.loss(entry)
            for spec in specs:
                count += 1
                if (after := word(entry, loss, spec, scale)) != before[spec]:
                    found.append((entry.name, spec.name, scale, before[spec], after))
    return found, count


def main():
    parser = argparse.ArgumentParser(description="Words of walks on the gallery at other scales.")
    parser.add_argument("--part", default="1/1", help="which entries of the gallery, e.g. 2/8")
    parser.add_argument("--factors", action="store_true", help="multiply f only")
    chosen = parser.parse_args()
    part, parts = map(int, chosen.part.split("/"))
    kept = [GALLERY[k] for k in np.random.default_rng(0).permutation(len(GALLERY))[part - 1 :: parts]]
    total = Counter()
    for entry in kept:
        found, count = changes([entry], methods(), SCALES[: len(FACTORS)] if chosen.factors else SCALES)
        total.update(walks=count, changed=len(found))
        for row in found:
            print(*row, sep="  ", flush=True)
    print(f"{total['changed']} of {total['walks']} walks on {len(kept)} losses changed their words")


if __name__ == "__main__":
    main()

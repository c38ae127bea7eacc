"""The eight scenes of a first lesson on descent, one movie each: python examples/article.py [FOLDER [SUFFIX]]"""

import sys
from pathlib import Path

from symopt import Stop, animate, descend

QUADRATIC, PERTURBED, COSINE = "x**2", "-cos(pi*x/20) + x**2", "-cos(pi*x/20)"
SCENES = {
    "1-too-slow": (QUADRATIC, "gd:lr=1/64", -20),
    "2-just-right": (QUADRATIC, "gd:lr=1/8", -20),
    "3-for-ever": (QUADRATIC, "gd:lr=1", -20),
    "4-away": (QUADRATIC, "gd:lr=1.05", -20),
    "5-newton": (PERTURBED, "newton", -20),
    "6-newton-climbs": (COSINE, "newton", -15),
    "7-gd-descends": (COSINE, "gd:lr=16", -15),
    "8-regularized": (COSINE, "regularized-newton:alpha=20/256", -15),
}


def main(folder: Path, suffix: str = "gif") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (loss, method, start) in SCENES.items():
        walk = descend(loss, method, start, Stop(steps=100))
        animate(walk, folder / f"{name}.{suffix}")
        print(f"{name}: {walk.verdict}")


if __name__ == "__main__":
    folder, *suffix = sys.argv[1:] or ["scenes"]
    main(Path(folder), *suffix)

"""Fits of a decay, a logistic regression and a network, a movie each: python examples/fits.py [FOLDER [SUFFIX]]"""

import sys
from pathlib import Path

from symopt import Problem, animate, descend

HERE = Path(__file__).parent
NETWORK = "mean((y - b - sum(v[j]*tanh(w[j]*t + c[j]), j, 0, 4))**2)"
GUESS = {"b": 0, **{f"{x}{j}": {"c": j / 2 - 1, "v": 0.3, "w": 1.2 - j / 8}[x] for x in "cvw" for j in range(5)}}
LOGISTIC = "mean(log(1 + exp(a*hours - b)) - passed*(a*hours - b))"
FITS = {
    "decay": ("mean((y - a*exp(-b*t))**2)", "decay.csv", ["gd:lr=0.3", "bfgs"], {"a": 0.5, "b": 3}, (0, 4), 60),
    "logistic": (LOGISTIC, "exam.csv", ["gd:lr=0.1", "newton"], {"a": 0, "b": 0}, (-1, 6), 200),
    "network": (NETWORK, "wave.csv", ["adam:lr=0.05", "bfgs"], GUESS, (-5, 5), 400),
}


def main(folder: Path, suffix: str = "gif") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (text, data, methods, start, window, steps) in FITS.items():
        problem = Problem.of(text, data=str(HERE / data), start=start, window=window, steps=steps)
        walks = [descend(problem, method) for method in methods]
        for walk in walks:
            print(f"{name:<9} {walk.method.name:<7} f = {walk.fs[-1]:.4g}: {walk.verdict}")
        animate(walks, folder / f"{name}.{suffix}", panels="fit")


if __name__ == "__main__":
    folder, *suffix = sys.argv[1:] or ["fits"]
    main(Path(folder), *suffix)

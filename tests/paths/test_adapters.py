"""The examples that keep the points of other optimisers: each runs where its package is, and its path is judged."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from symopt import descend, trajectory

ADAPTERS = Path(__file__).parents[2] / "examples" / "paths"
BANANA = "(1 - x)**2 + 100*(y - x**2)**2"
SADDLE = "x**2 - y**2 + y**4"
LINE = "mean((3*i/39 + 1 - a*i/39 - b)**2, i, 0, 39)"
KEPT = {  # script: the packages it needs, the loss, how its path ends
    "by_hand": ((), SADDLE, "a SADDLE at (0, 0) after 199 steps"),
    "with_scipy": (("scipy",), BANANA, "a minimum at (1, 1) after 38 steps"),
    "with_torch": (("torch",), BANANA, "a minimum at (1, 1) after 1999 steps"),
    "with_optax": (("jax", "optax"), BANANA, "a minimum at (1, 1) after 1999 steps"),
    "with_sklearn": (("sklearn",), LINE, "the limit of 60 steps was reached"),
}


def path(script, folder):
    for package in KEPT[script][0]:
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    file = folder / f"{script}.dat"
    code = ADAPTERS / f"{script}.py"
    done = subprocess.run(
        [sys.executable, "-W", "error", str(code), str(file)], capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    (made,) = folder.iterdir()  # numpy gives a name that ends otherwise its own suffix
    return made


def test_every_adapter_is_run():
    assert {file.stem for file in ADAPTERS.glob("*.py")} == set(KEPT)


@pytest.mark.parametrize("script", KEPT)
def test_the_path_is_judged(tmp_path, script):
    walk = trajectory(KEPT[script][1], path(script, tmp_path))
    assert walk.message.startswith(KEPT[script][2])
    assert not [note for note in walk.notes if note.startswith("warning")]


def words(walk):
    return walk.outcome, walk.kind, walk.steps, walk.message, walk.verdict


def same(text, file, ours):
    """Whether a path is judged as our walk is, as far as that goes."""
    theirs = trajectory(text, file)
    assert len(theirs.xs) >= len(ours.xs)
    np.testing.assert_allclose(theirs.xs[: len(ours.xs)], ours.xs, rtol=1e-9, atol=1e-9)
    assert words(trajectory(text, theirs.xs[: len(ours.xs)])) == words(ours)


def test_a_loop_written_by_hand_has_the_words_of_the_same_walk(tmp_path):
    same(SADDLE, path("by_hand", tmp_path), descend(SADDLE, "gd:lr=0.1", (0.5, 0)))


ADAM = "adam:lr=0.05,eps=1e-8"


def test_torch_has_the_words_of_the_same_walk(tmp_path):
    same(BANANA, path("with_torch", tmp_path), descend(BANANA, ADAM, (-1.5, 2), 1999))


@pytest.mark.parametrize(("lr", "steps"), [(0.05, 60), (0.05, 1999), (1e-3, 300), (0.9, 100)])
def test_adam_as_torch_computes_it_has_the_words_of_the_same_walk(tmp_path, lr, steps):
    x, m, v, xs = np.array([-1.5, 2.0]), 0.0, 0.0, []
    for k in range(1, steps + 2):
        xs.append(x)
        g = np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)])
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        x = x - lr / (1 - 0.9**k) * m / (np.sqrt(v) / np.sqrt(1 - 0.999**k) + 1e-8)
    np.savetxt(tmp_path / "adam.txt", xs)
    same(BANANA, tmp_path / "adam.txt", descend(BANANA, f"adam:lr={lr},eps=1e-8", (-1.5, 2), steps))

"""The long way to a proof, in a process of its own that can be ended at any moment.

`python -m symopt.checking.prove.worker` reads questions from standard input, pickled by `ask`, and writes the
number of each one proved on a line of its own as soon as it is.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol

from symopt.checking.prove.equal import equal
from symopt.expression import deep

WORK = (3_000_000, 30_000_000)


@dataclass(frozen=True)
class Question:
    """Is `given` the derivative of `loss` by the variables `by`? `expected` is that derivative if it is known."""

    loss: Expr
    by: tuple[Symbol, ...]
    given: Expr
    expected: Expr | None


def ask(questions: Sequence[Question], seconds: float) -> set[int]:
    """The numbers of the questions answered with yes within the time."""
    if not questions or seconds <= 0:
        return set()
    with deep():
        packed = pickle.dumps(list(questions))
    child = subprocess.Popen(
        [sys.executable, "-m", "symopt.checking.prove.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        answers, _ = child.communicate(packed, timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        answers, _ = child.communicate()
    except BaseException:
        child.kill()
        child.wait()
        raise
    return {int(word) for word in answers.decode().split()}


def _algebra(work: int) -> Callable[[Expr, Expr, Expr], bool]:
    return lambda expected, given, loss: equal(expected, given, (loss,), work)


def _by(function: Callable[[Expr], Expr]) -> Callable[[Expr, Expr, Expr], bool]:
    def way(expected: Expr, given: Expr, _loss: Expr) -> bool:
        return bool(function(expected - given) == 0)

    return way


WAYS: tuple[Callable[[Expr, Expr, Expr], bool], ...] = (
    _algebra(WORK[0]),
    _by(sympy.simplify),
    _by(lambda gap: sympy.simplify(gap.rewrite(sympy.exp))),
    _by(lambda gap: sympy.trigsimp(sympy.expand_trig(gap))),
    _by(lambda gap: sympy.radsimp(sympy.sqrtdenest(sympy.simplify(gap)))),
    _by(lambda gap: sympy.simplify(sympy.expand_log(gap, force=False))),
    _algebra(WORK[1]),
)


def main() -> None:
    """Answers the questions on standard input: every way on all of them before the next way."""
    questions: list[Question] = pickle.loads(sys.stdin.buffer.read())
    open_ = set(range(len(questions)))
    expected: dict[int, Expr] = {}
    with deep():
        for way in WAYS:
            for k in sorted(open_):
                question = questions[k]
                if k not in expected:
                    known = question.expected
                    expected[k] = sympy.diff(question.loss, *question.by) if known is None else known
                try:
                    proved = way(expected[k], question.given, question.loss)
                except Exception:  # sympy's own troubles leave the question open
                    proved = False
                if proved:
                    open_.discard(k)
                    print(k, flush=True)


if __name__ == "__main__":
    main()

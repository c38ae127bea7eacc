"""`analyze`: everything that is known of a loss on a window, each word of it meant."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from symopt.analysis.line.report import Analysis
from symopt.errors import StartError, SymoptError, public
from symopt.problem import Problem, ProblemLike
from symopt.problem.points import read_number

if TYPE_CHECKING:
    from symopt.analysis.along.report import LetterAnalysis
    from symopt.analysis.along.steps import StepAnalysis
    from symopt.analysis.boxes.report import BoxAnalysis

BUDGET = 10.0
MOST = 3


@public
def analyze(
    loss: ProblemLike,
    window: Any = None,
    *,
    start: Any = None,
    lr: float | tuple[float, float] | None = None,
    alpha: float | None = None,
    gtol: float = 1e-8,
    budget: float = BUDGET,
    letters: Any = None,
) -> Analysis | BoxAnalysis | LetterAnalysis | StepAnalysis:
    """Explains a loss of one, two or three variables on a window and proves what it says.

    loss, window, start: as in `Problem.of`; the start is for the rates and for the question whether the
    bounds hold; chosen as for a walk if None. lr, alpha: for the rates; `auto` if None. gtol: a flat slope. budget:
    seconds; when they are used up the status is `incomplete` and what was found is there. With a
    function that has no interval version, or a sum too long to be written out, the status is `estimated`.

    In two and three variables there are no rates, so that start, lr and alpha are refused; the budget is counted in
    boxes, 2,000 for a second, and in operations, and nothing is estimated: such functions and sums are refused.

    lr of two ends, (0.01, 2): then the fixed points of gradient descent are told, and the lr at which they cease to
    attract.

    letters: ends of one letter left open, {"a": (-1, 1)}: then the critical points of a loss of one variable are
    followed along it, from bifurcation to bifurcation; what is said of several variables holds here too.
    Raises SymoptError for a loss of more variables.

    >>> made = symopt.analyze("-cos(pi*x/20)", (-20, 20))
    >>> made.status, round(made.safe_lr, 9), round(made.direction_alpha, 12)
    ('complete', 81.056946914, 0.024674011003)
    """
    problem = Problem.of(loss, window=window, start=start, letters=letters)
    read = problem.loss
    if read.n > MOST:
        names = ", ".join(read.arguments)
        raise SymoptError(
            f"analyze explains losses of one, two or three variables, this one has {read.n}: {names}",
            f"give the others a value: Loss.parse(text, constants={{{read.names[-1]!r}: 0}})",
            shell=f"give the others a value with --set, for example --set {read.names[-1]}=0",
        )
    gtol = read_number("gtol", gtol, example="for example gtol=1e-8")
    budget = read_number("budget", budget, -math.inf, example="for example budget=10")
    if budget <= 0:
        raise StartError("the budget is a number of seconds above 0", "for example budget=10",
                         shell="for example --budget 10")  # fmt: skip
    if isinstance(lr, list | tuple):
        from symopt.analysis.along.steps import steps
        from symopt.analysis.line.study import located

        return steps(problem, lr, partial(located, problem, budget))
    given = [name for name, value in (("lr", lr), ("alpha", alpha), ("start", start)) if value is not None]
    if problem.letters:
        from symopt.analysis.along.study import study as followed

        if given:
            raise StartError(f"rates, and with them {given[0]}, are for losses without open letters", "leave it out")
        return followed(problem, budget)
    if read.n > 1:
        from symopt.analysis.boxes.study import study

        if given:
            raise StartError(f"rates, and with them {given[0]}, are for losses of one variable", "leave it out")
        return study(problem, budget)
    from symopt.analysis.line.study import study as told

    return told(problem, lr, alpha, gtol, budget)

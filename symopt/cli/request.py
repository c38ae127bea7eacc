"""From what was typed to losses, windows, starts and walks; heavy imports only when called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from symopt.errors import ExpressionError, MethodError, StartError, SymoptError, did_you_mean
from symopt.gallery import Entry, find

if TYPE_CHECKING:
    import numpy as np

    from symopt.loss import Loss
    from symopt.methods import Method
    from symopt.trajectory import Trajectory


@dataclass(frozen=True)
class Subject:
    """The loss of a command; the gallery's problem if it was named, and the minima known for its text."""

    loss: Loss
    problem: Entry | None
    minima: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Walks:
    """The walks of a command, and the choices made for the user, in words."""

    subject: Subject
    trajectories: list[Trajectory]
    choices: list[str]
    warnings: list[str]


def note(text: str, quiet: bool = False) -> None:
    """A line on stderr, unless quiet."""
    if not quiet:
        print(text, file=sys.stderr)


def subject(expr: str, variables: str | None = None, settings: Sequence[str] | None = None) -> Subject:
    """The loss of EXPR: a name of the gallery, `-` for standard input, or a formula."""
    from symopt.loss import Loss

    text = sys.stdin.read().strip() if expr == "-" else expr
    problem = find(text.strip()) if not settings and variables is None else None
    if problem is not None:
        return Subject(Loss.parse(problem.text, variables=problem.variables), problem, problem.minima)
    declared = None if variables is None else [name.strip() for name in variables.split(",")]
    try:
        loss = Loss.parse(text, variables=declared, constants=constants(settings or ()))
    except ExpressionError as error:
        raise _perhaps_a_name(text, error) from None
    return Subject(loss, None, _known_minima(loss))


def _known_minima(loss: Loss) -> tuple[tuple[float, ...], ...]:
    """The minima of the gallery's loss of the same text, however it is spaced."""
    from symopt.gallery import GALLERY

    typed = "".join(loss.text.split())
    return next(
        (
            p.minima
            for p in GALLERY
            if "".join(p.text.split()) == typed and p.variables == loss.names and not loss.constants
        ),
        (),
    )


def _perhaps_a_name(text: str, error: ExpressionError) -> SymoptError:
    """A misspelt name of the gallery gets its own did-you-mean."""
    from symopt.gallery import GALLERY

    word = text.strip()
    if problem := find(word):
        return SymoptError(
            f"{problem.name} is a loss of the gallery, with variables {', '.join(problem.variables)} of its own",
            f'leave --vars and --set out, or type its formula: "{problem.text}"',
        )
    if len(word) > 4 and word.replace("-", "").isalnum() and (near := did_you_mean(word, [p.name for p in GALLERY])):
        return SymoptError(f"no loss is called {word!r}", f"did you mean {near}? symopt losses lists them")
    return error


def constants(settings: Sequence[str]) -> dict[str, str]:
    """`a=1/50` as {"a": "1/50"}."""
    found: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not value.strip():
            raise StartError(f"--set {setting} is not name=value", "for example --set a=1/50")
        if name.strip() in found:
            raise StartError(f"{name.strip()} is set twice", "each letter once")
        found[name.strip()] = value
    return found


def window(texts: Sequence[str] | None, loss: Loss, default: Any) -> np.ndarray:
    """The window of `-w LO,HI` (every variable) and `-w x=LO,HI` (one), over the default elsewhere."""
    import numpy as np

    from symopt.expression import point
    from symopt.window import check_window

    box = np.array(default, dtype=float)
    for text in texts or ():
        name, equals, ends = text.partition("=")
        values = point(ends if equals else text)
        if len(values) != 2:
            raise StartError(f"a window has two ends, {text!r} has {len(values)}", "for example -w -2,2 or -w x=-2,2")
        if not equals:
            box[:] = values
        elif name.strip() in loss.names:
            box[loss.names.index(name.strip())] = values
        else:
            raise StartError(f"the window names {name.strip()!r}; the variables are {', '.join(loss.names)}",
                             f"for example -w {loss.names[0]}=-2,2")  # fmt: skip
    return check_window(box, loss.n)


def starts(texts: Sequence[str], loss: Loss) -> list[np.ndarray]:
    """The starts of `-s 1,pi/2` and `-s -2:2:9`."""
    import numpy as np

    from symopt.descent import check_start
    from symopt.expression import number, point, split

    found = []
    for text in texts:
        pieces = [piece for _, piece in split(text, ":")]
        if len(pieces) == 1:
            found.append(check_start(point(text), loss))
            continue
        if len(pieces) != 3:
            raise StartError(f"{text!r} is not FIRST:LAST:HOWMANY", "for example -s -2:2:9")
        many = number(pieces[2])
        if many != int(many) or not 1 <= many <= 1000:
            raise StartError(f"{pieces[2].strip()} is not a number of starts from 1 to 1000", "for example -s -2:2:9")
        first, last = (check_start(point(piece), loss) for piece in pieces[:2])
        found.extend(np.linspace(first, last, int(many)))
    return found


def whole(name: str, text: str, most: int) -> int:
    """The whole number of an option, from 0 to the most that it takes; an expression, as everywhere."""
    from symopt.expression import number

    value = number(text)
    if value != int(value) or not 0 <= value <= most:
        raise StartError(f"{name} {text} is not a whole number from 0 to {most:,}", f"for example {name} 10")
    return int(value)


def methods(specs: Sequence[str], seed: int, fans: dict[str, str | None]) -> list[Method]:
    """The methods of `-m`, fanned out over the lists of `--lr` and `--alpha`."""
    from symopt.expression import point
    from symopt.methods import method, settings

    found = [(method(spec, seed), settings(spec)) for spec in specs]
    for name, values in fans.items():
        if values is None:
            continue
        if not any(name in m.parameters for m, _ in found):
            raise MethodError(f"none of the methods has {name}", f"leave --{name} out, or add a method that has it")
        if not any(name in m.parameters and name not in own for m, own in found):
            raise MethodError(f"{name} is given twice: in -m and by --{name}", "leave one of them out")
        numbers = point(values)
        found = [
            (changed, own)
            for m, own in found
            for changed in (
                [m.with_parameters(**{name: v}) for v in numbers] if name in m.parameters and name not in own else [m]
            )
        ]
    return [m for m, _ in found]


def walks(
    expr: str,
    variables: str | None,
    settings: Sequence[str] | None,
    windows: Sequence[str] | None,
    specs: Sequence[str] | None,
    start_texts: Sequence[str] | None,
    steps: str | None,
    lr: str | None,
    alpha: str | None,
    gtol: str,
    seed: str,
    fits: Callable[[int, int], None] = lambda n, many: None,
) -> Walks:
    """Everything that `run` and `animate` share: the walks of every method from every start.

    fits: told how many variables and walks there are before the first step; raises if that cannot be shown.
    """
    from symopt.descent import Stop, descend
    from symopt.expression import number
    from symopt.window import default_start, default_window

    tolerance = number(gtol)
    if tolerance < 0:
        raise StartError("--gtol is a length and not negative", "--gtol 0 walks every step")
    most = None if steps is None else whole("--steps", steps, 1_000_000)
    draws = whole("--seed", seed, 2**63)
    this = subject(expr, variables, settings)
    loss, problem = this.loss, this.problem
    chosen = methods(specs or ("gd", "newton"), draws, {"lr": lr, "alpha": alpha})
    given = starts(start_texts or (), loss)
    fits(loss.n, len(chosen) * max(1, len(given)))
    choices = []
    if not given and problem is not None:
        given = starts([",".join(map(repr, problem.start))], loss)
    if windows and len(windows) == 1 and "=" not in windows[0]:
        box = window(windows, loss, [[0.0, 1.0]] * loss.n)
    else:
        base = problem.window if problem is not None else default_window(loss, loss.n, given)
        box = window(windows, loss, base)
    if not given:
        given = [default_start(loss, box, tolerance)]
    if most is None:
        most = problem.steps if problem and problem.steps else 100 if loss.n == 1 else 1000
    stop = Stop(most, tolerance)
    trajectories = [descend(loss, m, x, stop, box) for m in chosen for x in given]
    if not specs:
        choices.append("methods gd and newton")
    if not start_texts:
        choices.append(f"start {_show(given[0])}")
    if not windows:
        choices.append(
            "window " + " × ".join(f"[{low:.6g}, {high:.6g}]" for low, high in box[:3]) + " …" * (loss.n > 3)
        )
    for before, after in zip(chosen, {id(m): t.method for m, t in _pairs(chosen, trajectories)}.values(), strict=True):
        for name in before.unresolved:
            value = after.parameters[name]
            zero = ": the window is convex, so this is Newton" if name == "alpha" and value == 0 else ""
            choices.append(f"{name} = {value:g} for {before.name}{zero}")
    return Walks(this, trajectories, choices, warnings(loss, trajectories))


def warnings(loss: Loss, trajectories: Sequence[Trajectory]) -> list[str]:
    """What can be known before walking, and what a reader of these walks should know of the numbers."""
    import numpy as np

    from symopt.analysis import warnings_before
    from symopt.precision import cancellation
    from symopt.trajectory import point

    predicted = [warnings_before(loss, t.method, t.window, t.xs[0]) for t in trajectories[:8]]
    found = list(dict.fromkeys(said for sentences in predicted for said in sentences))
    if loss.kinks:
        found.append(f"{', '.join(loss.kinks)}: at a kink one side's slope is taken, and f″ has no spike there")
    places = {point(x): x for t in trajectories[:8] for x in (t.xs[0], t.xs[-1])}
    for shown, x in places.items():
        if error := cancellation(loss, x, trajectories[0].window):
            digits = max(0, int(-np.log10(error)))
            found.append(f"near {shown} rounding leaves the gradient about {digits} right digits (cancellation in f′)")
    return found


def _pairs(chosen: list[Method], trajectories: list[Trajectory]) -> list[tuple[Method, Trajectory]]:
    each = len(trajectories) // len(chosen)
    return [(m, trajectories[k * each]) for k, m in enumerate(chosen)]


def _show(x: np.ndarray) -> str:
    return ", ".join(f"{value:.6g}" for value in x[:6]) + (", …" if len(x) > 6 else "")

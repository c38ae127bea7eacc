"""Methods typed as formulas: `x - g/(h + alpha)`, named or the user's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from typing import Any

import numpy as np

from symopt.errors import MethodError, named, public
from symopt.expression import Formula
from symopt.expression import formula as read_formula
from symopt.methods.base import AUTO, Method, Smooth, known
from symopt.methods.factor import newton_step
from symopt.methods.linear import eigen, rotate, unrotate
from symopt.notebook import clipped, table
from symopt.program.numpy import compile_symbols


@dataclass(frozen=True)
class Named:
    """A row of the table of methods: what `symopt methods NAME` tells."""

    name: str
    formula: str
    defaults: dict[str, Any]
    about: str
    reference: str
    pro: str
    contra: str
    aliases: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<method {self.name}: {clipped(self.formula)}>"

    def _repr_html_(self) -> str:
        defaults = ", ".join(f"{name} = {value}" for name, value in self.defaults.items())
        rows = [
            ("method", self.name), ("formula", self.formula), ("about", self.about), ("parameters", defaults),
            ("also", ", ".join(self.aliases)), ("pro", self.pro), ("contra", self.contra),
            ("reference", self.reference),
        ]  # fmt: skip
        return table(row for row in rows if row[1])


@dataclass(frozen=True, eq=True)
class Rule(Method):
    """A formula with the values of its parameters.

    name: the registered name, or the formula as typed. text: the formula. values: (name, value)
    in the order of the formula. batch: how many terms or rows of the loss a step looks at; 0 for all. seed: of
    `noise`, and of the order of the terms.

    With a batch f, g and h are those of the loss over some of its N terms (`Loss.sampling` tells which), times N/batch:
    without bias. Each is looked at once in an epoch, in an order drawn at the beginning of each by
    `numpy.random.default_rng(seed).permutation(N)`; the last batch of an epoch may be shorter, with its own share. A
    batch of N or more is the whole loss, in no order. `noise` is drawn by another generator, of (seed, 1).

    Without h the formula acts on each coordinate. With h it acts along the Hessian's eigenvectors,
    where g/h is H⁻¹g, h + alpha is H + alpha·I and abs(h) is |H|; in several variables every vector
    must then occur linearly (MethodError otherwise), since anything else would depend on the choice
    of eigenvectors.

    >>> rule = symopt.method("x - lr*g:lr=1/4")
    >>> isinstance(rule, symopt.Rule), rule.parameters
    (True, {'lr': 0.25})
    """

    name: str = ""  # type: ignore[misc]
    text: str = ""
    values: tuple[tuple[str, Any], ...] = ()
    seed: int = 0
    batch: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.batch, bool) or not isinstance(self.batch, int | np.integer) or self.batch < 0:
            raise MethodError(f"a batch is a whole number of terms, not {named(self.batch)}", "for example batch=32")
        super().__post_init__()

    @property
    def stochastic(self) -> bool:  # type: ignore[override]
        return bool(self.batch) or "noise" in self.read.names

    @property
    def formula(self) -> str:
        return self.text

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"<method {clipped(self.name)}{': ' if values else ''}{clipped(values)}>"

    @cached_property
    def read(self) -> Formula:
        return read_formula(self.text)

    @property
    def memoryless(self) -> bool:  # type: ignore[override]
        return self.read.memoryless and not self.batch

    @property
    def parameters(self) -> dict[str, Any]:
        batch = {"batch": self.batch} if self.batch else {}
        seed = {"seed": self.seed} if self.stochastic else {}
        return {**dict(self.values), **batch, **seed}

    @public
    def with_parameters(self, **values: Any) -> Rule:
        drawn = ("batch", "seed") if "batch" in values else ("batch",)
        known(self.name, values, (*self.parameters, *drawn))
        seed, batch = values.pop("seed", self.seed), values.pop("batch", self.batch)
        merged = {**dict(self.values), **values}
        return Rule(self.name, self.text, tuple(merged.items()), seed, batch)

    def epoch(self, f: Smooth) -> int:
        return -(-self._items(f) // self.batch) if self.batch else 1

    def _items(self, f: Smooth) -> int:
        """How many terms batches are drawn from. Raises MethodError where there is nothing to draw."""
        items = int(f.sampling.count) if hasattr(f, "sampling") else 1
        if items == 1 < self.batch:
            raise MethodError(f"the loss is one term, there is nothing to draw batches of {self.batch} from",
                              "batches are for sums of terms and for losses over data; leave batch out")  # fmt: skip
        return items

    def lasts(self, steps: int) -> bool:
        """Whether a step is as long after twice so many steps as after these, where slopes and noise stay as they are.

        So it is not where a schedule or a sum of squares makes steps shorter and shorter. Epochs are gone through fast.
        """
        steps = min(steps, LOOKED_AHEAD)
        step, state = compiled_rule(self.text), {name: np.zeros((2, 1)) for name in self.read.state}
        one, lengths = np.ones((2, 1)), []
        given: dict[str, Any] = {**dict(self.values), "x": 0 * one, "f": one, "g": one, "h": one}
        given["noise"] = np.array([[0.0], [1.0]])
        for t in range(1, 2 * steps + 1):
            with np.errstate(all="ignore"):
                x, state = step({**given, "t": float(t), "epoch": float(t - 1)}, state)
            lengths.append(np.abs(x))
        return bool(np.allclose(lengths[steps - 1], lengths[-1], rtol=0.01, atol=0, equal_nan=True))

    def drawn(self, items: int) -> Iterator[tuple[np.ndarray | None, int]]:
        """What each step looks at: (the numbers of so many items, None for all; the epoch, from 0), endlessly."""
        random = np.random.default_rng(self.seed)
        for epoch in count():
            if not 0 < self.batch < items:
                yield None, epoch
                continue
            order = random.permutation(items)
            for k in range(0, items, self.batch):
                yield np.sort(order[k : k + self.batch]), epoch

    def iterates(self, f: Smooth, x: np.ndarray) -> Iterator[np.ndarray]:
        """x₁, x₂, … by the formula; raises MethodError if it has no meaning in n dimensions."""
        rule = self.read
        n = x.shape[-1]
        if n > 1:
            rule.require_linear()
        step = compiled_rule(self.text)
        parameters = dict(self.values)
        needs = rule.names
        state = {name: np.zeros_like(x) for name in rule.state}
        random = np.random.default_rng((self.seed, 1) if self.batch else self.seed)
        shift = _shift(self.text) if n > 1 and "h" in needs else None
        along = "h" in needs and n > 1
        for t, (which, epoch) in enumerate(self.drawn(self._items(f) if self.batch else 0), 1):
            seen: Any = f if which is None else f.sampling.batch(which)  # type: ignore[attr-defined]
            given: dict[str, Any] = {**parameters, "t": float(t), "epoch": float(epoch), "x": x}
            if "f" in needs:
                given["f"] = np.asarray(seen(x))[..., None]
            if "g" in needs or along:
                given["g"] = seen.grad(x)
            if "noise" in needs:
                given["noise"] = random.standard_normal(x.shape[-1:])
            if "h" in needs and shift is None:
                hessian = seen.hess(x)
            with np.errstate(all="ignore"):
                if shift is not None:
                    x = x - newton_step(seen, x, given["g"], np.asarray(shift(given)))
                elif along:
                    given["h"], basis = eigen(hessian)
                    base = x if rule.moves else np.zeros_like(x)  # where x need not be turned it loses no digit
                    given["x"] = x - base
                    for name in ("g", "noise") if rule.moves else ("x", "g", "noise"):
                        if name in given:
                            given[name] = rotate(basis, given[name])
                    turned = {name: rotate(basis, value) for name, value in state.items()}
                    x, turned = step(given, turned)
                    x = base + unrotate(basis, x)
                    state = {name: unrotate(basis, value) for name, value in turned.items()}
                else:
                    if "h" in needs:
                        given["h"] = hessian[..., 0]
                    x, state = step(given, state)
                    x = np.array(x)
            yield x


LOOKED_AHEAD = 2000
"""Steps after which a schedule has shown that it shortens them."""

Step = Callable[[dict[str, Any], dict[str, Any]], tuple[np.ndarray, dict[str, np.ndarray]]]


@lru_cache(maxsize=256)
def compiled_rule(text: str) -> Step:
    """The statements of a rule as one function: (given, state) → (next x, next state)."""
    rule = read_formula(text)
    programs = []
    for name, expr in rule.statements:
        names, program = compile_symbols(expr)
        programs.append((name, names, program))

    def step(given: dict[str, Any], state: dict[str, Any]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        known = {**given, **state}
        shape = np.shape(given["x"])
        for name, names, program in programs:
            (value,) = program(*(known[word] for word in names))
            value = np.asarray(value, dtype=float)
            known[name] = value if value.shape == shape else np.broadcast_to(value, shape)
        return known["x"], {word: known[word] for word in rule.state}

    return step


@lru_cache(maxsize=256)
def _shift(text: str) -> Callable[[dict[str, Any]], Any] | None:
    """c of a step −g/(h + c), as a function of what is given; None for any other formula."""
    c = read_formula(text).shift
    if c is None:
        return None
    names, program = compile_symbols(c)

    def shift(given: dict[str, Any]) -> Any:
        value = np.asarray(program(*(given[name] for name in names))[0], dtype=float)
        return value if value.ndim else value[None]

    return shift


FORMULAS = (
    Named(
        "gd", "x - lr*g", {"lr": AUTO},
        "Gradient descent: a step against the gradient, as long as the gradient times lr.",
        "A.-L. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, C. R. Acad. Sci. 25, "
        "1847, pp. 536–538",
        "Cheap steps; with 0 < lr < 2/L every step lowers f.",
        "Slow where curvatures differ much; with lr·f″ > 2 it runs from the minimum.",
        ("gradient-descent",),
    ),
    Named(
        "sgd", "x - lr*g", {"lr": AUTO, "batch": 1},
        "Gradient descent on a few terms of the loss at a time, drawn anew in each epoch: g is N/batch times theirs.",
        "H. Robbins, S. Monro, A stochastic approximation method, Ann. Math. Stat. 22(3), 1951, pp. 400–407",
        "A step costs a batch, however many terms or rows of data there are. Every formula takes batch=.",
        "Unless all terms share a minimum it never settles: it jitters in a cloud whose width grows with lr.",
        ("stochastic-gradient-descent",),
    ),
    Named(
        "newton", "x - g/h", {},
        "Newton: the step to the stationary point of the quadratic model.",
        "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, section 2.2, p. 22",
        "Quadratic near a minimum: the number of right digits doubles with each step.",
        "Looks for zeros of the gradient: climbs where the curvature is negative.",
    ),
    Named(
        "regularized-newton", "x - g/(h + alpha)", {"alpha": AUTO},
        "Newton with alpha·I added to the Hessian, in the spirit of ridge regression.",
        "J. Nocedal, S. Wright, Numerical Optimization, 2nd ed., 2006, section 3.4, p. 48",
        "Descends where Newton climbs, once alpha exceeds minus the least eigenvalue.",
        "Only linear near the minimum: the error shrinks by alpha/(f″ + alpha) a step.",
        ("reg-newton", "regularised-newton"),
    ),
    Named(
        "saddle-free-newton", "x - g/(abs(h) + alpha)", {"alpha": 0.0},
        "Newton with every eigenvalue of the Hessian replaced by its magnitude.",
        "Y. Dauphin et al., Identifying and attacking the saddle point problem in high-dimensional non-convex "
        "optimization, NeurIPS 27, 2014, section 5",
        "As fast as Newton near a minimum, and turns away from maxima and saddles.",
        "Long steps where an eigenvalue is near zero, unless alpha holds them.",
    ),
    Named(
        "momentum", "v = beta*v + g; x - lr*v", {"beta": 0.9, "lr": AUTO},
        "Gradient descent with a heavy ball: old steps go on, damped by beta.",
        "B. Polyak, Some methods of speeding up the convergence of iteration methods, USSR Comput. Math. Math. Phys. "
        "4(5), 1964, pp. 1–17",
        "Much faster than gd along narrow valleys.",
        "Overshoots and circles the minimum before it settles.",
        ("heavy-ball",),
    ),
    Named(
        "nesterov", "v = beta*v + g; x - lr*(g + beta*v)", {"beta": 0.9, "lr": AUTO},
        "Momentum that looks ahead; the look-ahead point is the one that walks.",
        "Y. Nesterov, A method for solving the convex programming problem with convergence rate O(1/k²), Soviet Math. "
        "Dokl. 27, 1983, pp. 372–376",
        "Less overshooting than momentum at the same speed.",
        "Still not monotone; beta has to fit the loss.",
    ),
    Named(
        "adagrad", "s = s + g**2; x - lr*g/(sqrt(s) + eps)", {"lr": AUTO, "eps": AUTO},
        "Each coordinate's step shrinks with the sum of its squared gradients.",
        "J. Duchi, E. Hazan, Y. Singer, Adaptive subgradient methods, JMLR 12, 2011, pp. 2121–2159",
        "Needs little tuning when coordinates differ in scale.",
        "Steps only ever get shorter: it can stop long before the minimum.",
    ),
    Named(
        "rmsprop", "s = rho*s + (1-rho)*g**2; x - lr*g/(sqrt(s) + eps)", {"rho": 0.9, "lr": AUTO, "eps": AUTO},
        "Adagrad with a forgetting average of squared gradients.",
        "T. Tieleman, G. Hinton, Lecture 6.5: rmsprop, Neural Networks for Machine Learning, 2012, slide 29",
        "Steps of useful length whatever the scale of the gradient.",
        "Never settles: it ends in a jitter as wide as lr.",
    ),
    Named(
        "adam",
        "m = b1*m + (1-b1)*g; s = b2*s + (1-b2)*g**2; x - lr*(m/(1-b1**t))/(sqrt(s/(1-b2**t)) + eps)",
        {"b1": 0.9, "b2": 0.999, "lr": AUTO, "eps": AUTO},
        "Momentum on top of rmsprop, both corrected for their start at zero.",
        "D. Kingma, J. Ba, Adam: A method for stochastic optimization, ICLR 2015, algorithm 1",
        "Steps about lr long, whatever the scale of the loss.",
        "Slow to settle near a minimum; lr is a length and must fit the window.",
    ),
    Named(
        "sign-gd", "x - lr*sign(g)", {"lr": AUTO},
        "Every coordinate moves by lr against the sign of its slope.",
        "M. Riedmiller, H. Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm, "
        "IEEE ICNN, 1993, pp. 586–591 (with a fixed step)",
        "Blind to the size of the gradient: steady on plateaus and cliffs.",
        "Ends in a 2-cycle of width lr about the minimum.",
    ),
    Named(
        "normalized-gd", "x - lr*g/norm(g)", {"lr": AUTO},
        "A step of length lr in the direction of steepest descent.",
        "Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 3.2.3",
        "Leaves plateaus as fast as it crosses steep places.",
        "Ends in a jitter of width lr about the minimum.",
    ),
    Named(
        "polyak", "x - (f - fmin)*g/norm(g)**2", {"fmin": 0.0},
        "The step that would reach the known least value if f were as steep all the way.",
        "B. Polyak, Introduction to Optimization, 1987, section 5.3",
        "No learning rate at all.",
        "The least value fmin must be known; too low a guess overshoots for ever.",
    ),
    Named(
        "gradient-regularized-newton", "x - g/(h + sqrt(m*norm(g)))", {"m": AUTO},
        "Newton with a shift that vanishes with the gradient.",
        "K. Mishchenko, Regularized Newton method with global O(1/k²) convergence, SIAM J. Optim. 33(3), 2023, "
        "algorithm 1",
        "Safe far away, and Newton near the minimum of a convex loss.",
        "Made for convex losses: where H + shift is singular or negative it can jump or climb.",
    ),
    Named(
        "noisy-gd", "x - lr*g + sigma*noise", {"lr": AUTO, "sigma": 0.1},
        "Gradient descent with a normal kick of size sigma at each step.",
        "S. Gelfand, S. Mitter, Recursive stochastic algorithms for global optimization in R^d, SIAM J. Control Optim. "
        "29(5), 1991, pp. 999–1018",
        "Leaves shallow minima and saddles.",
        "Never settles: it wanders about the minimum.",
    ),
)  # fmt: skip

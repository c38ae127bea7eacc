"""Functions that sympy has not: the real cube root, and the forms of others that neither overflow nor cancel.

A loss is typed, shown and proved with exp and log; `program.stable` puts these in before it becomes numbers or code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, S

HIGH, HIGHEST = 50, 500
"""Degrees up to which an expression in several letters, and in one, is multiplied out."""


class _Form(sympy.Function):
    """A real function that stays as it is: sympy is never asked to simplify it."""

    def _eval_is_extended_real(self) -> bool | None:
        return all(u.is_extended_real for u in self.args) or None

    def _eval_evalf(self, prec: int) -> Expr:
        return self.typed()._eval_evalf(prec)

    def typed(self) -> Expr:
        """The same by sympy's own functions."""
        raise NotImplementedError

    def _latex(self, printer: Any, exp: Any = None) -> str:
        text = printer._print(self.typed())
        return str(text) if exp is None else rf"\left({text}\right)^{{{exp}}}"


class cbrt(sympy.Function):
    """The real cube root: cbrt(x)³ = x for every real x, unlike x**(1/3), which has no value below 0."""

    nargs = 1

    @classmethod
    def eval(cls, x: Expr) -> Expr | None:
        if x.is_Rational:
            p, exact_p = sympy.integer_nthroot(abs(x.p), 3)
            q, exact_q = sympy.integer_nthroot(x.q, 3)
            if exact_p and exact_q:
                return Rational(p if x.p > 0 else -p, q)
        if x.as_coeff_Mul()[0].is_negative:
            return -cls(-x)
        if x.is_Pow and x.exp == 3 and x.base.is_extended_real:
            return x.base
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (3 * cbrt(self.args[0]) ** 2)

    def _eval_is_extended_real(self) -> bool | None:
        return self.args[0].is_extended_real

    def _eval_is_finite(self) -> bool | None:
        return self.args[0].is_finite

    def _eval_evalf(self, prec: int) -> Expr:
        x = self.args[0]._eval_evalf(prec)
        return sympy.sign(x) * abs(x) ** Rational(1, 3)

    def _eval_rewrite_as_Pow(self, x: Expr, **_: Any) -> Expr:
        return sympy.sign(x) * abs(x) ** Rational(1, 3)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        root = rf"\sqrt[3]{{{printer._print(self.args[0])}}}"
        return root if exp is None else f"{root}^{{{exp}}}"


class expm1(_Form):
    """exp(u) − 1."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.exp(self.args[0])

    def typed(self) -> Expr:
        return sympy.exp(self.args[0]) - 1


class log1p(_Form):
    """log(1 + u)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return 1 / (1 + self.args[0])

    def typed(self) -> Expr:
        return sympy.log(1 + self.args[0])


class sigmoid(_Form):
    """1/(1 + exp(−u))."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.sech(self.args[0] / 2) ** 2 / 4

    def typed(self) -> Expr:
        return 1 / (1 + sympy.exp(-self.args[0]))


class logaddexp(_Form):
    """log(exp(u₁) + … + exp(uₘ)), m ≥ 2."""

    def fdiff(self, argindex: int = 1) -> Expr:
        others = [u for k, u in enumerate(self.args, 1) if k != argindex]
        return sigmoid(self.args[argindex - 1] - log_sum(*others))

    def typed(self) -> Expr:
        return sympy.log(sympy.Add(*map(sympy.exp, self.args)))


def log_sum(*exponents: Expr) -> Expr:
    """log Σ exp uᵢ of at least one exponent."""
    return logaddexp(*exponents) if len(exponents) > 1 else exponents[0]


class log_cosh(_Form):
    """log(cosh(u))."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.tanh(self.args[0])

    def typed(self) -> Expr:
        return sympy.log(sympy.cosh(self.args[0]))


class log1mexp(_Form):
    """log(1 − exp(−u)) for u > 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return bose_einstein(self.args[0])

    def typed(self) -> Expr:
        return sympy.log(1 - sympy.exp(-self.args[0]))


class bose_einstein(_Form):
    """1/(exp(u) − 1)."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return -(sympy.csch(self.args[0] / 2) ** 2) / 4

    def typed(self) -> Expr:
        return 1 / (sympy.exp(self.args[0]) - 1)


class hypot(_Form):
    """√(u² + v²)."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Expr:
        return self.args[argindex - 1] / self

    def typed(self) -> Expr:
        return sympy.sqrt(self.args[0] ** 2 + self.args[1] ** 2)


class hypotm1(_Form):
    """√(1 + u²) − 1."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return self.args[0] / hypot(self.args[0], S.One)

    def typed(self) -> Expr:
        return sympy.sqrt(1 + self.args[0] ** 2) - 1


class log_gamma(_Form):
    """log Γ(u), which there is below 0 too, wherever Γ(u) > 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return sympy.polygamma(0, self.args[0])

    def typed(self) -> Expr:
        return sympy.log(sympy.gamma(self.args[0]))


class reciprocal_gamma(_Form):
    """1/Γ(u), which is 0 and smooth at the poles of Γ."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return -sympy.polygamma(0, self.args[0]) * self

    def typed(self) -> Expr:
        return 1 / sympy.gamma(self.args[0])


class sinc(_Form):
    """sinc(k, u): the k-th derivative of sin(u)/u."""

    nargs = 2

    @classmethod
    def eval(cls, k: Expr, u: Expr) -> Expr | None:
        """sin(u)/u = Σ (−1)ⁿ·u²ⁿ/(2n + 1)!."""
        return S.Zero if u.is_zero and k.is_odd else (-1) ** (k / 2) / (k + 1) if u.is_zero and k.is_even else None

    def fdiff(self, argindex: int = 2) -> Expr:
        return sinc(self.args[0] + 1, self.args[1])

    def typed(self) -> Expr:
        t = sympy.Dummy("t", real=True)
        return sympy.diff(sympy.sin(t) / t, t, int(self.args[0])).subs(t, self.args[1])


class Asked(_Form):
    """0 where something holds of its argument, no value elsewhere."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> Expr:
        return S.Zero

    def typed(self) -> Expr:
        return S.Zero


class AskedPositive(Asked):
    """0 where u > 0."""


class AskedWithin(Asked):
    """0 where u ≥ 0."""


class AskedNonzero(Asked):
    """0 where u ≠ 0."""


class AskedNoPole(Asked):
    """0 where u is none of 0, −1, −2, …"""


def subexpressions(expr: sympy.Basic) -> Iterator[Any]:
    """Every part of an expression, each before its own, in one order: sympy's traversal takes some as hashes fall."""
    stack: list[Any] = [expr]
    while stack:
        part = stack.pop()
        yield part
        stack.extend(reversed(part.args))


def holds(expr: sympy.Basic, kinds: Collection[type]) -> bool:
    """Whether a part of one of these classes stands anywhere in an expression."""
    stack, seen = [expr], set[int]()
    while stack:
        part = stack.pop()
        if type(part) in kinds:
            return True
        if part.args and id(part) not in seen:
            seen.add(id(part))
            stack.extend(part.args)
    return False


def folded(expr: sympy.Basic, combined: Callable[[Any, list[int]], int], known: dict[Any, int] | None = None) -> int:
    """A number of an expression, made of each part and the numbers of its own parts; known: of those already seen."""
    found = {} if known is None else known
    stack: list[tuple[Any, bool]] = [(expr, False)]
    while stack:
        node, ready = stack.pop()
        if node in found:
            continue
        if ready or not node.args:
            found[node] = combined(node, [found[part] for part in node.args])
        else:
            stack.append((node, True))
            stack.extend((part, False) for part in node.args if part not in found)
    return found[expr]


def degree(expr: Expr) -> int:
    """A bound of the degree of an expression, multiplied out, as a polynomial in its letters and functions."""

    def of(node: Any, parts: list[int]) -> int:
        if node.is_Add:
            return max(parts)
        if node.is_Mul:
            return sum(parts)
        if node.is_Pow and node.exp.is_Integer:
            return abs(int(node.exp)) * parts[0]
        return int(not node.is_number)

    return folded(expr, of)


def factored(expr: Expr) -> Expr:
    """An expression as a product; as it is where its degree is too large for that."""
    return (
        by_polynomials(sympy.factor, expr)
        if degree(expr) <= (HIGH if len(expr.free_symbols) > 1 else HIGHEST)
        else expr
    )


def by_polynomials(rewritten: Callable[[Expr], Expr], expr: Expr) -> Expr:
    """What sympy makes of an expression by polynomials in its parts, of which e^(10²⁰·x) is to be one.

    To sympy it is (eˣ)^(10²⁰), and a polynomial takes room for all powers up to its degree.
    """
    powers = [node for node in expr.atoms(sympy.Pow, sympy.exp) if not node.exp.is_Integer]
    steep = [node for node in powers if abs(node.exp.as_coeff_Mul(rational=True)[0].p) > HIGH]
    named = {node: sympy.Dummy(positive=node.is_positive, real=node.is_real) for node in steep}
    return rewritten(expr.xreplace(named)).xreplace({name: node for node, name in named.items()})


def nested(expr: sympy.Basic, kinds: tuple[type, ...]) -> int:
    """How many parts of these classes stand inside one another, at most: 2 in ||x| − 1| for Abs."""
    return folded(expr, lambda node, parts: max(parts, default=0) + isinstance(node, kinds))


def real(expr: Expr) -> Expr:
    """An expression without the real and imaginary parts that sympy takes where it does not know a part to be real."""
    if not holds(expr, (sympy.re, sympy.im)):
        return expr
    return expr.replace(sympy.re, lambda u: u).replace(sympy.im, lambda _: S.Zero)


def extreme(kind: type) -> Any:
    """Max or Min of what is left when equal arguments and all but one of the numbers are gone.

    sympy's own constructor asks for the sign of every difference of two arguments, which can take minutes.
    """

    def build(*arguments: Expr) -> Expr:
        numbers = [a for a in arguments if a.is_Rational]
        others = list(dict.fromkeys(a for a in arguments if not a.is_Rational))
        if numbers:
            others.append(max(numbers) if kind is sympy.Max else min(numbers))
        if len(others) == 1:
            return others[0]
        return kind(*others, evaluate=False)

    return build


def polygamma(order: Expr, x: Expr) -> Expr:
    """sympy's polygamma function of a whole order."""
    if not (order.is_Integer and 0 <= order <= 20):
        raise ValueError("the order of polygamma is a whole number from 0 to 20")
    return sympy.polygamma(order, x)


def factorial(x: Expr) -> Expr:
    return sympy.gamma(x + Integer(1))

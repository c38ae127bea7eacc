"""A loss and its derivatives as code to paste: latex, numpy, python, c, js.

One printer per language over sympy's own text printer, since `-cos(pi*x/20) + x**2` is how people
write; long derivatives get common subexpressions. `log(exp(a) + exp(b))` and quotients of
exponentials are written in forms that do not overflow.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Sequence
from typing import Any

import sympy
from sympy import Expr, S, Symbol
from sympy.printing.str import StrPrinter

from symopt.errors import DerivativeError, did_you_mean
from symopt.expression import deep
from symopt.loss import Loss

LANGUAGES = ("latex", "numpy", "python", "c", "js")
SHARED = 80
WIDE = 108


def derive(loss: Loss | str, language: str = "numpy") -> str:
    """f, its gradient and its Hessian as code.

    language: numpy (f(x), df(x), ddf(x) over any leading axes), python (plain floats and `math`), c, js or latex.
    Raises DerivativeError for another language, for a function that the language does not have, and for
    derivatives that are too long to be written out.
    """
    this = loss if isinstance(loss, Loss) else Loss.parse(loss)
    if language not in LANGUAGES:
        near = did_you_mean(language, LANGUAGES)
        raise DerivativeError(
            f"no code is written in {language!r}", f"did you mean {near}?" if near else ", ".join(LANGUAGES)
        )
    if not this.readable:
        gradient, hessian = this.written_sizes
        raise DerivativeError(
            f"too long to be written as code: {gradient} operations in the gradient, {hessian} in the Hessian",
            "Loss.grad and Loss.hess compute them in Python",
        )
    with deep():
        return _latex(this) if language == "latex" else WRITERS[language](this).source()


def _latex(loss: Loss) -> str:
    names = [sympy.latex(x) for x in loss.variables]
    call = f"({', '.join(names)})"
    lines = [f"f{call} &= {sympy.latex(loss.expr)}"]
    if loss.n == 1:
        lines += [f"f'{call} &= {sympy.latex(loss.gradient[0])}", f"f''{call} &= {sympy.latex(loss.hessian[0][0])}"]
    else:
        d = r"\partial"
        for name, g in zip(names, loss.gradient, strict=True):
            lines.append(rf"\frac{{{d} f}}{{{d} {name}}} &= {sympy.latex(g)}")
        for i, a in enumerate(names):
            for j, b in enumerate(names[: i + 1]):
                below = rf"{d} {a}^2" if i == j else rf"{d} {b} \, {d} {a}"
                lines.append(rf"\frac{{{d}^2 f}}{{{below}}} &= {sympy.latex(loss.hessian[i][j])}")
    return "\\begin{align*}\n" + " \\\\\n".join(f"  {line}" for line in lines) + "\n\\end{align*}\n"


class Writer(StrPrinter):
    """The text of expressions in one language, and of the functions around them."""

    language = ""
    functions: dict[str, str] = {}  # noqa: RUF012  (tables of the class, never changed)
    reserved: frozenset[str] = frozenset()
    comment = "# {}"

    def __init__(self, loss: Loss) -> None:
        super().__init__({"order": None})
        self.loss = loss
        self.used: set[str] = set()
        self.names = self.safe_names()

    def safe_names(self) -> dict[Symbol, str]:
        """The variables under names that mean nothing else in the language."""
        taken = {"f", "df", "ddf", "g", "h", "f_", *self.reserved}
        found: dict[Symbol, str] = {}
        for x in self.loss.variables:
            name = x.name
            while name in taken or (name in found.values()):
                name += "_"
            found[x] = name
        return found

    def function(self, name: str, *arguments: Expr) -> str:
        self.used.add(name)
        return f"{name}({', '.join(self._print(a) for a in arguments)})"

    def refuse(self, what: str) -> str:
        raise DerivativeError(f"{self.language} has no {what}", "numpy code with scipy.special has it: --as numpy")

    def _print_Symbol(self, expr: Symbol) -> str:
        return self.names.get(expr, expr.name)

    _print_Dummy = _print_Symbol

    def _print_Function(self, expr: Any) -> str:
        name = expr.func.__name__
        if name not in self.functions:
            self.refuse(name)
        return self.function(self.functions[name], *expr.args)

    def _print_cbrt(self, expr: Any) -> str:
        return self.function(self.functions["cbrt"], *expr.args)

    def _print_Abs(self, expr: Any) -> str:
        return self.function(self.functions["Abs"], *expr.args)

    def _print_exp(self, expr: Any) -> str:
        return self.function(self.functions["exp"], expr.args[0])

    def _print_Exp1(self, expr: Any) -> str:
        return self.functions["E"]

    def _print_Pi(self, expr: Any) -> str:
        self.used.add("pi")
        return self.functions["pi"]

    def _print_log(self, expr: Any) -> str:
        summands = _summands(expr.args[0])
        if summands is not None:
            return self.log_of_sum(*summands)
        return self.function(self.functions["log"], expr.args[0])

    def log_of_sum(self, a: Expr, b: Expr) -> str:
        """log(exp(a) + exp(b))."""
        return self.function("logaddexp", a, b)

    def _print_sec(self, expr: Any) -> str:
        return self._print(1 / sympy.cos(expr.args[0], evaluate=False))

    def reciprocal(self, name: str, argument: Expr) -> str:
        return f"(1/{self.function(self.functions[name], argument)})"

    def _print_Max(self, expr: Any) -> str:
        return self.nested(self.functions["Max"], expr.args)

    def _print_Min(self, expr: Any) -> str:
        return self.nested(self.functions["Min"], expr.args)

    def nested(self, name: str, arguments: Sequence[Expr]) -> str:
        text = self._print(arguments[0])
        for other in arguments[1:]:
            text = f"{name}({text}, {self._print(other)})"
        return text

    def _print_Piecewise(self, expr: Any) -> str:
        text = self._print(expr.args[-1][0])
        for value, condition in reversed(expr.args[:-1]):
            text = self.choice(self.condition(condition), self._print(value), text)
        return text

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({yes} if {condition} else {no})"

    conjunction, disjunction = " and ", " or "

    def condition(self, expr: Any) -> str:
        if expr is S.true or expr is S.false:
            return str(bool(expr))
        if isinstance(expr, (sympy.And, sympy.Or)):
            word = self.conjunction if isinstance(expr, sympy.And) else self.disjunction
            return word.join(f"({self.condition(part)})" for part in sorted(expr.args, key=str))
        if isinstance(expr, sympy.Not):
            return self.condition(expr.args[0].negated)
        operator = {sympy.Equality: "==", sympy.Unequality: "!="}.get(expr.func) or expr.rel_op
        return f"{self._print(expr.lhs)} {operator} {self._print(expr.rhs)}"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.base, expr.exp
        if base is S.Exp1:
            return self.function(self.functions["exp"], exponent)
        if exponent is S.Half:
            return self.function(self.functions["sqrt"], base)
        if exponent == -S.Half:
            return f"1/{self.function(self.functions['sqrt'], base)}"
        return self.power(base, exponent)

    def power(self, base: Expr, exponent: Expr) -> str:
        return str(super()._print_Pow(sympy.Pow(base, exponent, evaluate=False)))

    # the functions around the expressions

    def temporaries(self, expressions: Sequence[Expr]) -> tuple[list[tuple[Symbol, Expr]], list[Expr]]:
        """Common subexpressions where they save enough, and what is left."""
        stable = [_stable(e) for e in expressions]
        if sum(sympy.count_ops(e) for e in stable) < SHARED:
            return [], stable
        taken = {*self.names.values(), *(x.name for x in self.loss.variables)}
        fresh = (Symbol(f"t{k}", real=True) for k in range(10**6) if f"t{k}" not in taken)
        steps, left = sympy.cse(stable, symbols=fresh, order="none")
        return list(steps), [_stable(e) for e in left]

    def source(self) -> str:
        raise NotImplementedError


def _summands(argument: Expr) -> tuple[Expr, Expr] | None:
    """(a, b) if the argument is exp(a) + exp(b), a positive number counting as exp(log of it)."""
    if not argument.is_Add or len(argument.args) != 2:
        return None
    found = []
    for term in argument.args:
        coefficient, rest = term.as_coeff_Mul()
        if not coefficient.is_positive or not (isinstance(rest, sympy.exp) or rest is S.One):
            return None
        exponent = rest.args[0] if isinstance(rest, sympy.exp) else S.Zero
        found.append(exponent + sympy.log(coefficient))
    return (found[0], found[1]) if any(u.free_symbols for u in found) else None


def _stable(expr: Expr) -> Expr:
    """exp(u)·(1 + exp(u))⁻¹ as (1 + exp(−u))⁻¹, which is never inf/inf."""

    def rewrite(product: Expr) -> Expr:
        powers = product.as_powers_dict()
        for base, exponent in list(powers.items()):
            if not (
                base.is_Add and len(base.args) == 2 and base.args[0] is S.One and exponent.is_Integer and exponent < 0
            ):
                continue
            other = base.args[1]
            if not isinstance(other, sympy.exp):
                continue
            u = other.args[0]
            tops = [f for f in product.args if isinstance(f, sympy.exp) and (f.args[0] / u).is_Integer]
            if len(tops) != 1:
                continue
            times = min(int(tops[0].args[0] / u), -int(exponent))
            if times < 1:
                continue
            rest = product / tops[0] * base**-exponent
            left = sympy.exp(tops[0].args[0] - times * u)
            return sympy.Mul(rest, left, (1 + sympy.exp(-u)) ** -times, base ** (exponent + times))
        return product

    if not expr.has(sympy.exp):
        return expr
    return expr.replace(lambda e: e.is_Mul, rewrite)


class NumpyWriter(Writer):
    """Code over arrays: the last axis holds the variables, the axes before it are free."""

    language = "numpy"
    reserved = frozenset({"np", "special", *keyword.kwlist})
    functions = {  # noqa: RUF012
        **{name: f"np.{name}" for name in "sin cos tan sinh cosh tanh exp log sqrt cbrt sign".split()},
        **{"a" + name: f"np.arc{name}" for name in "sin cos tan sinh cosh tanh".split()},
        "atan2": "np.arctan2", "Abs": "np.abs", "Max": "np.maximum", "Min": "np.minimum", "pi": "np.pi", "E": "np.e",
        "erf": "special.erf", "erfc": "special.erfc", "gamma": "special.gamma", "loggamma": "special.gammaln",
    }  # fmt: skip
    conjunction, disjunction = " & ", " | "

    def log_of_sum(self, a: Expr, b: Expr) -> str:
        return self.function("np.logaddexp", a, b)

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"np.where({condition}, {yes}, {no})"

    def _print_polygamma(self, expr: Any) -> str:
        order, u = expr.args
        return self.function("special.digamma", u) if order == 0 else self.function("special.polygamma", order, u)

    def _print_Heaviside(self, expr: Any) -> str:
        return self.function("np.heaviside", expr.args[0], S.Half)

    def _print_sinc(self, expr: Any) -> str:
        return self.function("np.sinc", expr.args[0] / sympy.pi)

    def _print_sec(self, expr: Any) -> str:
        return self.reciprocal("cos", expr.args[0])

    def _print_csc(self, expr: Any) -> str:
        return self.reciprocal("sin", expr.args[0])

    def _print_cot(self, expr: Any) -> str:
        return self.reciprocal("tan", expr.args[0])

    def _print_sech(self, expr: Any) -> str:
        return self.reciprocal("cosh", expr.args[0])

    def _print_csch(self, expr: Any) -> str:
        return self.reciprocal("sinh", expr.args[0])

    def _print_coth(self, expr: Any) -> str:
        return self.reciprocal("tanh", expr.args[0])

    def _print_Integer(self, expr: Any) -> str:
        return f"{int(expr)}.0" if abs(int(expr)) > 2**31 else str(int(expr))

    def _print_Rational(self, expr: Any) -> str:
        return f"{int(expr.p)}/{int(expr.q)}" if abs(int(expr.p)) < 2**31 else f"{int(expr.p)}.0/{int(expr.q)}"

    def power(self, base: Expr, exponent: Expr) -> str:
        if base.is_Integer and not exponent.is_number:
            # numpy refuses whole numbers to negative whole powers
            return f"{int(base)}.0**{self.parenthesize(exponent, 60)}"
        return super().power(base, exponent)

    def source(self) -> str:
        loss = self.loss
        n = loss.n
        body: list[str] = []
        body += self.define("f", [loss.expr])
        body += self.define("df", list(loss.gradient))
        body += self.define("ddf", [entry for row in loss.hessian for entry in row])
        head = [self.comment.format(f"f = {_one_line(loss)}, its gradient and its Hessian"), *self.imports()]
        if n > 1:
            head.insert(1, self.comment.format(f"x holds ({', '.join(loss.names)}) in its last axis"))
        return "\n".join([*head, *body]) + "\n"

    def imports(self) -> list[str]:
        lines = ["import numpy as np"]
        if any(name.startswith("special.") for name in self.used):
            lines.append("from scipy import special")
        return lines

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        n = self.loss.n
        steps, left = self.temporaries(expressions)
        first = self.names[self.loss.variables[0]]
        lines = ["", "", f"def {name}({first if n == 1 else 'x'}):"]
        if n > 1:
            lines.append(f"    {', '.join(self.names.values())} = np.moveaxis(x, -1, 0)")
        lines += [f"    {symbol.name} = {self._print(value)}" for symbol, value in steps]
        if name == "f" or n == 1:
            return [*lines, f"    return {self.filled(left[0])}"]
        if name == "df" and all(self.moving(e, steps) for e in left):
            return [*lines, *_wrapped([self._print(e) for e in left], "    return np.stack([", "], axis=-1)")]
        letter = "g" if name == "df" else "h"
        shape = f"({n},)" if name == "df" else f"({n}, {n})"
        lines.append(f"    {letter} = np.zeros(np.shape({first}) + {shape})")
        for place, expr in enumerate(left):
            i, j = divmod(place, n)
            if expr == 0 or (name == "ddf" and j > i):
                continue
            targets = [f"g[..., {place}]"] if name == "df" else [f"h[..., {i}, {j}]"]
            if name == "ddf" and i != j:
                targets.insert(0, f"h[..., {j}, {i}]")
            lines.append(f"    {' = '.join(targets)} = {self._print(expr)}")
        return [*lines, f"    return {letter}"]

    def moving(self, expr: Expr, steps: Sequence[tuple[Symbol, Expr]]) -> bool:
        return bool(expr.free_symbols)

    def filled(self, expr: Expr) -> str:
        if expr.free_symbols:
            return self._print(expr)
        first = self.names[self.loss.variables[0]]
        return f"np.full_like({first}, {self._print(expr)}, dtype=float)"


class PythonWriter(NumpyWriter):
    """Code over plain floats with the standard library alone."""

    language = "python"
    reserved = frozenset({"math", "abs", "max", "min", *keyword.kwlist})
    functions = {  # noqa: RUF012
        **{
            name: f"math.{name}"
            for name in (
                "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp log sqrt cbrt atan2 erf erfc gamma"
            ).split()
        },
        "Abs": "abs",
        "Max": "max",
        "Min": "min",
        "pi": "math.pi",
        "E": "math.e",
        "loggamma": "math.lgamma",
    }
    conjunction, disjunction = " and ", " or "

    def log_of_sum(self, a: Expr, b: Expr) -> str:
        self.used.add("softplus")
        if a == 0:
            return f"softplus({self._print(b)})"
        if b == 0:
            return f"softplus({self._print(a)})"
        return f"({self._print(a)} + softplus({self._print(b - a)}))"

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({yes} if {condition} else {no})"

    def _print_sign(self, expr: Any) -> str:
        u = self._print(expr.args[0])
        return f"(1.0 if {u} > 0 else -1.0 if {u} < 0 else 0.0)"

    def _print_Heaviside(self, expr: Any) -> str:
        u = self._print(expr.args[0])
        return f"(1.0 if {u} > 0 else 0.0 if {u} < 0 else 0.5)"

    def _print_sinc(self, expr: Any) -> str:
        u = self._print(expr.args[0])
        return f"(math.sin({u})/({u}) if {u} != 0 else 1.0)"

    def _print_polygamma(self, expr: Any) -> str:
        return self.refuse("polygamma")

    def imports(self) -> list[str]:
        lines = ["import math"]
        if "softplus" in self.used:
            lines += ["", "", "def softplus(u):",
                      "    return u + math.log1p(math.exp(-u)) if u > 0 else math.log1p(math.exp(u))"]  # fmt: skip
        return lines

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        n = self.loss.n
        steps, left = self.temporaries(expressions)
        first = self.names[self.loss.variables[0]]
        lines = ["", "", f"def {name}({first if n == 1 else 'x'}):"]
        if n > 1:
            lines.append(f"    {', '.join(self.names.values())} = x")
        lines += [f"    {symbol.name} = {self._print(value)}" for symbol, value in steps]
        texts = [self._print(e) for e in left]
        if name == "f" or n == 1:
            return [*lines, f"    return {texts[0]}"]
        if name == "df":
            return [*lines, *_wrapped(texts, "    return [", "]")]
        rows = [f"[{', '.join(texts[i * n : (i + 1) * n])}]" for i in range(n)]
        return [*lines, "    return [", *(f"        {row}," for row in rows), "    ]"]

    def filled(self, expr: Expr) -> str:
        return self._print(expr)


class CWriter(Writer):
    """C99: double f(double x) in one variable, else f(const double *x), df(x, g), ddf(x, h) with h row by row."""

    language = "c"
    comment = "/* {} */"
    reserved = frozenset(
        "auto break case char const continue default do double else enum extern float for goto if inline int long "
        "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while "
        "gamma erf erfc exp log sin cos tan y0 y1 yn j0 j1 jn pi main sign softplus step sinc log_gamma".split()
    )
    functions = {  # noqa: RUF012
        **{name: name for name in (
            "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp log sqrt cbrt atan2 erf erfc").split()},
        "Abs": "fabs", "Max": "fmax", "Min": "fmin", "pi": "pi", "E": "exp(1.0)", "gamma": "tgamma",
        "loggamma": "log_gamma", "sign": "sign", "Heaviside": "step", "sinc": "sinc",
    }  # fmt: skip
    helpers = {  # noqa: RUF012
        "pi": "static const double pi = 3.141592653589793;",
        "softplus": "static double softplus(double u) { return u > 0 ? u + log1p(exp(-u)) : log1p(exp(u)); }",
        "sign": "static double sign(double u) { return (u > 0) - (u < 0); }",
        "step": "static double step(double u) { return u > 0 ? 1.0 : u < 0 ? 0.0 : 0.5; }",
        "sinc": "static double sinc(double u) { return u == 0 ? 1.0 : sin(u)/u; }",
        "log_gamma": "static double log_gamma(double u) { return u > 0 ? lgamma(u) : NAN; }",
    }
    conjunction, disjunction = " && ", " || "

    @property
    def point(self) -> str:
        """A name for the whole point that is none of its coordinates."""
        return next(name for name in ("x", "p", "point", "point_") if name not in self.names.values())

    def log_of_sum(self, a: Expr, b: Expr) -> str:
        self.used.add("softplus")
        if a == 0:
            return f"softplus({self._print(b)})"
        if b == 0:
            return f"softplus({self._print(a)})"
        return f"({self._print(a)} + softplus({self._print(b - a)}))"

    def _print_Heaviside(self, expr: Any) -> str:
        return self.function(self.functions["Heaviside"], expr.args[0])

    def _print_Piecewise(self, expr: Any) -> str:
        return super()._print_Piecewise(expr)

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"({condition} ? {yes} : {no})"

    def condition(self, expr: Any) -> str:
        if expr is S.true or expr is S.false:
            return "1" if expr is S.true else "0"
        return super().condition(expr)

    def _print_Integer(self, expr: Any) -> str:
        return f"{int(expr)}.0" if abs(int(expr)) < 10**22 else repr(float(expr))

    def _print_Rational(self, expr: Any) -> str:
        return f"{self._print_Integer(sympy.Integer(expr.p))}/{self._print_Integer(sympy.Integer(expr.q))}"

    _print_Half = _print_Rational
    _print_Zero = _print_One = _print_NegativeOne = _print_Integer

    def _print_Mul(self, expr: Any) -> str:
        """A product as one quotient: numbers as they stand, divisors behind the stroke."""
        coefficient, rest = expr.as_coeff_Mul()
        sign = "-" if coefficient.is_negative else ""
        top, bottom = [], []
        coefficient = abs(coefficient)
        if coefficient.p != 1:
            top.append(self._print(sympy.Integer(coefficient.p)))
        if coefficient.q != 1:
            bottom.append(self._print(sympy.Integer(coefficient.q)))
        for factor in sympy.Mul.make_args(rest):
            if factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative and factor.base is not S.Exp1:
                inverse = sympy.Pow(factor.base, -factor.exp)
                bottom.append(self.parenthesize(inverse, 50))
            else:
                top.append(self.parenthesize(factor, 50))
        text = "*".join(top) or self._print(S.One)
        if bottom:
            text += "/" + (bottom[0] if len(bottom) == 1 else f"({'*'.join(bottom)})")
        return sign + text

    def power(self, base: Expr, exponent: Expr) -> str:
        if exponent.is_Integer and exponent < 0:
            return f"{self._print(S.One)}/{self.parenthesize(base**-exponent, 60)}"
        if exponent.is_Integer and exponent <= 4 and (base.is_Symbol or base is S.Pi):
            return "(" + "*".join([self._print(base)] * int(exponent)) + ")"
        return self.function(self.pow, base, exponent)

    pow = "pow"

    def reciprocal_of(self, name: str, expr: Any) -> str:
        return f"({self._print(S.One)}/{self.function(self.functions[name], *expr.args)})"

    def _print_sec(self, expr: Any) -> str:
        return self.reciprocal_of("cos", expr)

    def _print_csc(self, expr: Any) -> str:
        return self.reciprocal_of("sin", expr)

    def _print_cot(self, expr: Any) -> str:
        return self.reciprocal_of("tan", expr)

    def _print_sech(self, expr: Any) -> str:
        return self.reciprocal_of("cosh", expr)

    def _print_csch(self, expr: Any) -> str:
        return self.reciprocal_of("sinh", expr)

    def _print_coth(self, expr: Any) -> str:
        return self.reciprocal_of("tanh", expr)

    def source(self) -> str:
        loss = self.loss
        body: list[str] = []
        for name, expressions in (
            ("f", [loss.expr]),
            ("df", list(loss.gradient)),
            ("ddf", [e for row in loss.hessian for e in row]),
        ):
            body += ["", *self.define(name, expressions)]
        return "\n".join([*self.head(), *body]) + "\n"

    def head(self) -> list[str]:
        loss = self.loss
        lines = [self.comment.format(f"f = {_one_line(loss)}, its gradient and its Hessian")]
        if loss.n > 1:
            lines.append(self.comment.format(f"{self.point} holds ({', '.join(loss.names)}); h is written row by row"))
        lines.append("#include <math.h>")
        if self.used & {"pi", *self.helpers}:
            lines.append("")
        return [*lines, *(text for name, text in self.helpers.items() if name in self.used)]

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        loss = self.loss
        steps, left = self.temporaries(expressions)
        lines = []
        if loss.n == 1:
            lines.append(f"double {name}(double {self.names[loss.variables[0]]}) {{")
        elif name == "f":
            lines.append(f"double f(const double *{self.point}) {{")
        else:
            lines.append(f"void {name}(const double *{self.point}, double *{'g' if name == 'df' else 'h'}) {{")
        if loss.n > 1:
            needed = set().union(*(e.free_symbols for e in left), *(v.free_symbols for _, v in steps))
            lines += [
                f"    const double {self.names[v]} = {self.point}[{k}];"
                for k, v in enumerate(loss.variables)
                if v in needed
            ]
        lines += [f"    const double {symbol.name} = {self._print(value)};" for symbol, value in steps]
        if loss.n == 1 or name == "f":
            lines.append(f"    return {self._print(left[0])};")
        else:
            letter = "g" if name == "df" else "h"
            lines += [f"    {letter}[{k}] = {self._print(e)};" for k, e in enumerate(left)]
        return [*lines, "}"]


class JsWriter(CWriter):
    """JavaScript: functions of a number in one variable, else of an array; the Hessian is an array of rows."""

    language = "js"
    comment = "// {}"
    reserved = frozenset(
        "await break case catch class const continue debugger default delete do else enum export extends false finally "
        "for function if implements import in instanceof interface let new null package private protected public "
        "return "
        "static super switch this throw true try typeof var void while with yield arguments eval undefined NaN "
        "Infinity Math softplus step sinc".split()
    )
    functions = {  # noqa: RUF012
        **{
            name: f"Math.{name}"
            for name in (
                "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp log sqrt cbrt atan2 sign"
            ).split()
        },
        "Abs": "Math.abs",
        "Max": "Math.max",
        "Min": "Math.min",
        "pi": "Math.PI",
        "E": "Math.E",
        "Heaviside": "step",
        "sinc": "sinc",
    }
    helpers = {  # noqa: RUF012
        "softplus": "function softplus(u) { return u > 0 ? u + Math.log1p(Math.exp(-u)) : Math.log1p(Math.exp(u)); }",
        "step": "function step(u) { return u > 0 ? 1 : u < 0 ? 0 : 0.5; }",
        "sinc": "function sinc(u) { return u === 0 ? 1 : Math.sin(u)/u; }",
    }
    pow = "Math.pow"

    def condition(self, expr: Any) -> str:
        return super().condition(expr).replace(" == ", " === ").replace(" != ", " !== ")

    def _print_Integer(self, expr: Any) -> str:
        return str(int(expr)) if abs(int(expr)) < 10**21 else repr(float(expr))

    _print_Zero = _print_One = _print_NegativeOne = _print_Integer

    def head(self) -> list[str]:
        loss = self.loss
        lines = [self.comment.format(f"f = {_one_line(loss)}, its gradient and its Hessian")]
        if loss.n > 1:
            lines.append(self.comment.format(f"{self.point} holds [{', '.join(loss.names)}]"))
        return [*lines, *(text for name, text in self.helpers.items() if name in self.used)]

    def define(self, name: str, expressions: list[Expr]) -> list[str]:
        loss = self.loss
        steps, left = self.temporaries(expressions)
        n = loss.n
        lines = [f"function {name}({self.names[loss.variables[0]] if n == 1 else self.point}) {{"]
        if n > 1:
            lines.append(f"  const [{', '.join(self.names[v] for v in loss.variables)}] = {self.point};")
        lines += [f"  const {symbol.name} = {self._print(value)};" for symbol, value in steps]
        texts = [self._print(e) for e in left]
        if n == 1 or name == "f":
            lines.append(f"  return {texts[0]};")
        elif name == "df":
            lines += _wrapped(texts, "  return [", "];")
        else:
            rows = [f"    [{', '.join(texts[i * n : (i + 1) * n])}]," for i in range(n)]
            lines += ["  return [", *rows, "  ];"]
        return [*lines, "}"]


WRITERS: dict[str, type[Writer]] = {"numpy": NumpyWriter, "python": PythonWriter, "c": CWriter, "js": JsWriter}


def _one_line(loss: Loss) -> str:
    """The loss for a comment: no line end, and nothing that would end the comment."""
    text = " ".join(loss.text.split())
    if loss.constants:
        text += " with " + ", ".join(f"{name} = {value}" for name, value in loss.constants.items())
    return text.replace("*/", "* /").replace("/*", "/ *")


def _wrapped(texts: Iterable[str], begin: str, end: str) -> list[str]:
    """A list on one line if it fits, else an item per line."""
    items = list(texts)
    line = begin + ", ".join(items) + end
    if len(line) <= WIDE:
        return [line]
    indent = " " * (len(begin) - len(begin.lstrip()) + 4)
    return [begin, *(f"{indent}{item}," for item in items), begin[: len(begin) - len(begin.lstrip())] + end]

"""An oracle that shares nothing with the package: no grammar, no sympy, no symbolic derivative.

A loss as text is translated by Python's own `ast` into a function of 60-digit mpmath numbers (decimals exact) or of
numpy arrays; gradient and Hessian are central differences of the 60-digit function, good to some 30 digits, returned
as doubles. The text must be readable as Python: explicit `*`, conditions joined by `&` and `|` in parentheses.
At a kink a central difference is the mean of both slopes. A value that is not real is nan.
"""

import ast
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath
import numpy as np

DIGITS = 60
SLOPE_STEP = mpmath.mpf(10) ** -18  # differences of f lose 18 digits of 60, and err by 36
CURVATURE_STEP = mpmath.mpf(10) ** -15  # twice 15 digits lost, and 30 right


class _Translator(ast.NodeTransformer):
    """Number literals, sums, indexed names and branches become calls that the namespace answers."""

    def __init__(self, text: str) -> None:
        self.text = text

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, bool):
            return node
        return _call("number_", ast.Constant(ast.get_source_segment(self.text, node)))

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        assert isinstance(node.value, ast.Name)
        return _call("at_", ast.Constant(node.value.id), self.visit(node.slice))

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        terms = [self.visit(term) for term in (node.left, *node.comparators)]
        pairs = zip(terms, node.ops, terms[1:], strict=False)
        return _call("all_", *(ast.Compare(a, [op], [b]) for a, op, b in pairs))

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        return _call("all_" if isinstance(node.op, ast.And) else "any_", *map(self.visit, node.values))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Name)
        name, arguments = node.func.id, node.args
        if name in ("sum", "prod"):
            term, index, first, last = arguments
            assert isinstance(index, ast.Name)
            return _call(name, _later(self.visit(term), index.id), self.visit(first), self.visit(last))
        if name == "where":
            condition, then, otherwise = arguments
            return self.branches((then, condition), (otherwise, ast.Constant(True)))
        if name == "Piecewise":
            return self.branches(*(branch.elts for branch in arguments if isinstance(branch, ast.Tuple)))
        return _call(name, *map(self.visit, arguments))

    def branches(self, *pairs: Sequence[ast.expr]) -> ast.expr:
        tuples = [ast.Tuple([_later(self.visit(part)) for part in pair], ast.Load()) for pair in pairs]
        return _call("branches_", *tuples)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _later(body: ast.expr, *names: str) -> ast.Lambda:
    return ast.Lambda(ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, []), body)


@cache
def _code(text: str) -> Any:
    text = re.sub(r"\blambda\b", "lambda_", text.replace("^", "**"))
    tree = _Translator(text).visit(ast.parse(text.strip(), mode="eval"))
    return compile(ast.fix_missing_locations(tree), "<loss>", "eval")


def _functions(library: Any) -> dict[str, Any]:
    """What mpmath and numpy both call by the same name, or nearly."""
    names = ["sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "sqrt", "sign", "log10"]
    table = {name: getattr(library, name) for name in names}
    for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh", "atan2"):
        table[name] = getattr(library, name, None) or getattr(library, name.replace("a", "arc", 1))
    table |= {"e": +library.e, "E": +library.e, "pi": +library.pi, "Abs": abs, "abs": abs}
    table["log"] = table["ln"] = lambda x, *base: library.log(x) / (library.log(*base) if base else 1)
    table |= {"cot": lambda x: 1 / library.tan(x), "sec": lambda x: 1 / library.cos(x)}
    table |= {"csc": lambda x: 1 / library.sin(x), "log2": lambda x: library.log(x) / library.log(2)}
    return table


def _add(term: Callable[[int], Any], first: Any, last: Any) -> Any:
    return sum(term(i) for i in range(int(first), int(last) + 1))


def _multiply(term: Callable[[int], Any], first: Any, last: Any) -> Any:
    product: Any = 1
    for i in range(int(first), int(last) + 1):
        product = product * term(i)
    return product


def _first_true(*pairs: tuple[Callable[[], Any], Callable[[], Any]]) -> Any:
    return next((value() for value, condition in pairs if condition()), mpmath.nan)


def _select(*pairs: tuple[Callable[[], Any], Callable[[], Any]]) -> Any:
    conditions = np.broadcast_arrays(*(condition() for _, condition in pairs))
    return np.select(conditions, np.broadcast_arrays(*(value() for value, _ in pairs), conditions[0])[:-1], np.nan)


def _over(pairwise: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def fold(first: Any, *rest: Any) -> Any:
        for other in rest:
            first = pairwise(first, other)
        return first

    return fold


def _namespace(special: dict[str, Any], library: Any) -> dict[str, Any]:
    table = _functions(library) | special | {"sum": _add, "prod": _multiply, "__builtins__": {}}
    table["at_"] = lambda name, i: table[f"{name}{int(i)}"]
    table |= {"all_": _over(lambda a, b: a & b), "any_": _over(lambda a, b: a | b)}
    return table


def _names(variables: Sequence[Any]) -> list[str]:
    return ["lambda_" if str(name) == "lambda" else str(name) for name in variables]


def function(text: str, variables: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    """The loss as a function of 60-digit numbers; call it within `mpmath.workdps`."""
    code, names = _code(text), _names(variables)
    mp = mpmath.mp
    special = {"number_": cache(mp.mpf), "branches_": _first_true, "Max": max, "Min": min}
    special |= {"erf": mp.erf, "erfc": mp.erfc, "gamma": mp.gamma, "loggamma": mp.loggamma, "factorial": mp.factorial}
    special |= {"cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)), "Heaviside": lambda x: (1 + mp.sign(x)) / 2}
    special |= {"digamma": mp.digamma, "polygamma": lambda n, x: mp.psi(int(n), x), "relu": lambda x: max(x, 0)}
    special |= {"sech": mp.sech, "csch": mp.csch, "coth": mp.coth, "hypot": mp.hypot, "expm1": mp.expm1}
    special |= {"log1p": mp.log1p, "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "sinc": mp.sinc}
    special |= {"softplus": lambda x: mp.log1p(mp.exp(x)), "logaddexp": lambda x, y: mp.log(mp.exp(x) + mp.exp(y))}
    namespace = _namespace(special, mp)

    def f(point: Sequence[Any]) -> Any:
        namespace.update(zip(names, map(mp.mpf, point), strict=True))
        try:
            result = mp.mpmathify(eval(code, namespace))
        except (ZeroDivisionError, ValueError):
            return mp.nan
        return mp.nan if isinstance(result, mp.mpc) else result

    return f


def rational(text: str, variables: Sequence[str], point: Sequence[Fraction]) -> Fraction | None:
    """f at fractions where it is made of sums, products, whole powers, signs and conditions alone: no digit is lost."""
    special = {"number_": Fraction, "branches_": _first_true, "Max": max, "Min": min, "abs": abs, "Abs": abs}
    special |= {"sign": lambda u: (u > 0) - (u < 0), "relu": lambda u: max(u, 0), "__builtins__": {}}
    special |= {"all_": _over(lambda a, b: a & b), "any_": _over(lambda a, b: a | b)}
    special["Heaviside"] = lambda u: Fraction(1 + special["sign"](u), 2)
    try:
        found = eval(_code(text), special | dict(zip(_names(variables), point, strict=True)))
    except (NameError, TypeError, ZeroDivisionError):
        return None
    return Fraction(found) if isinstance(found, Fraction | int) else None


def value(text: str, variables: Sequence[str], point: Any) -> float:
    """f at the point, correctly rounded."""
    with mpmath.workdps(DIGITS):
        return float(function(text, variables)(_exact(point)))


def gradient(text: str, variables: Sequence[str], point: Any) -> np.ndarray:
    """All first derivatives at the point, shape (n,)."""
    with mpmath.workdps(DIGITS):
        f, x, h = function(text, variables), _exact(point), SLOPE_STEP
        return np.array([float((f(_shift(x, (i, h))) - f(_shift(x, (i, -h)))) / (2 * h)) for i in range(len(x))])


def hessian(text: str, variables: Sequence[str], point: Any) -> np.ndarray:
    """All second derivatives at the point, shape (n, n)."""
    with mpmath.workdps(DIGITS):
        f, x, h = function(text, variables), _exact(point), CURVATURE_STEP
        n, middle = len(x), f(x)
        second = [f(_shift(x, (i, h))) + f(_shift(x, (i, -h))) - 2 * middle for i in range(n)]
        result = np.diag([float(s / h**2) for s in second])
        for i in range(n):
            for j in range(i):
                both = f(_shift(x, (i, h), (j, h))) + f(_shift(x, (i, -h), (j, -h))) - 2 * middle
                result[i, j] = result[j, i] = float((both - second[i] - second[j]) / (2 * h**2))
        return result


def values(text: str, variables: Sequence[str], points: np.ndarray) -> np.ndarray:
    """f at many points, in plain double precision: (…, n) → (…)."""
    special = {"number_": float, "branches_": _select, "Max": _over(np.maximum), "Min": _over(np.minimum)}
    special |= {"cbrt": np.cbrt, "Heaviside": lambda x: np.heaviside(x, 0.5)}
    namespace = _namespace(special, np)
    namespace.update((name, points[..., i]) for i, name in enumerate(_names(variables)))
    with np.errstate(all="ignore"):
        result = eval(_code(text), namespace)
    return np.broadcast_to(np.asarray(result, float), points.shape[:-1])


def _exact(point: Any) -> list[Any]:
    return [mpmath.mpf(c) if isinstance(c, mpmath.mpf) else mpmath.mpf(float(c)) for c in np.atleast_1d(point)]


def _shift(x: list[Any], *steps: tuple[int, Any]) -> list[Any]:
    moved = list(x)
    for i, step in steps:
        moved[i] += step
    return moved

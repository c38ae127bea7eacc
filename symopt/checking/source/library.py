"""What numpy, math and their kin mean by their functions, over exact expressions and arrays of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S

from symopt.functions import FUNCTIONS, Function

MODULES = {
    "numpy": "numpy", "math": "numpy", "jax.numpy": "numpy", "autograd.numpy": "numpy", "cupy": "numpy",
    "torch": "numpy", "scipy": "scipy", "scipy.special": "special", "jax.scipy.special": "special",
    "torch.special": "special", "numpy.linalg": "linalg", "scipy.linalg": "linalg", "jax.numpy.linalg": "linalg",
    "autograd.numpy.linalg": "linalg", "torch.linalg": "linalg", "autograd.scipy.special": "special",
    "cmath": "", "mpmath": "numpy",
}  # fmt: skip
MAX_SIZE = 40_000


class Unreadable(Exception):
    """A call or construct that has no exact meaning here; the message names it."""


def exact(value: Any) -> Any:
    """A Python number as an exact one; a decimal is what it says, 0.1 is 1/10."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return sympy.Integer(int(value))
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise Unreadable("a number that is not finite")
        return sympy.Rational(repr(value))
    return value


def each(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of expressions over arrays of them, with broadcasting."""

    def apply(*arguments: Any, **options: Any) -> Any:
        if set(options) - {"dtype"}:
            raise Unreadable(f"the option {sorted(set(options) - {'dtype'})[0]}=")
        if not any(isinstance(a, (np.ndarray, list, tuple)) for a in arguments):
            return function(*arguments)
        arrays = np.broadcast_arrays(*(array(a) for a in arguments))
        out = np.empty(arrays[0].shape, dtype=object)
        for place in np.ndindex(out.shape):
            out[place] = function(*(a[place] for a in arrays))
        return out

    return apply


def array(value: Any, *_: Any, **options: Any) -> np.ndarray:
    """An array of expressions, from numbers, expressions, nested lists and arrays."""
    if isinstance(value, np.ndarray):
        out = np.array(value, dtype=object)
        flat = out.reshape(-1)
        for place, element in enumerate(flat):
            if not isinstance(element, sympy.Basic):
                flat[place] = expression(element)
        return out
    if isinstance(value, (list, tuple)):
        parts = [array(part) for part in value]
        if len({part.shape for part in parts}) > 1:
            raise Unreadable("an array whose rows have different lengths")
        out = np.empty((len(parts), *(parts[0].shape if parts else ())), dtype=object)
        for k, part in enumerate(parts):
            out[k] = part if part.ndim else part[()]
        return out
    out = np.empty((), dtype=object)
    out[()] = expression(value)
    return out


def expression(value: Any) -> Any:
    if isinstance(value, (Expr, sympy.logic.boolalg.Boolean)):
        return value
    if isinstance(value, (int, float, np.integer, bool)):
        return exact(value)
    raise Unreadable(f"{type(value).__name__} where a number is needed")


def scalar(value: Any) -> Any:
    """The element of an array that has just one, else the value."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def filled(content: Any) -> Callable[..., Any]:
    def build(shape: Any, *_: Any, dtype: Any = None, **__: Any) -> np.ndarray:
        out = np.empty(_shape(shape), dtype=object)
        out.fill(content)
        return out

    return build


def filled_like(content: Any) -> Callable[..., Any]:
    def build(model: Any, *_: Any, **__: Any) -> np.ndarray:
        out = np.empty(array(model).shape, dtype=object)
        out.fill(content)
        return out

    return build


def _full(shape: Any, value: Any, *_: Any, **__: Any) -> np.ndarray:
    out = np.empty(_shape(shape), dtype=object)
    out.fill(expression(value))
    return out


def _shape(shape: Any) -> tuple[int, ...]:
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    found = tuple(whole(size) for size in sizes)
    if any(size < 0 for size in found) or np.prod([1, *found]) > MAX_SIZE:
        raise Unreadable(f"an array of shape {found}")
    return found


def whole(value: Any) -> int:
    """A number that is known and whole."""
    value = scalar(value)
    if isinstance(value, (int, np.integer)) or (isinstance(value, Expr) and value.is_Integer):
        return int(value)
    raise Unreadable(f"{value} where a whole number must be known")


def _eye(n: Any, m: Any = None, *_: Any, **__: Any) -> np.ndarray:
    rows, columns = whole(n), whole(n if m is None else m)
    out = filled(S.Zero)((rows, columns))
    for k in range(min(rows, columns)):
        out[k, k] = S.One
    return out


def _total(value: Any, axis: Any = None, keepdims: Any = False, **options: Any) -> Any:
    if set(options) - {"dtype"}:
        raise Unreadable(f"sum with {sorted(options)[0]}=")
    parts = array(value)
    if axis is None and not keepdims:
        return sympy.Add(*parts.ravel())
    places = None if axis is None else tuple(whole(a) for a in axis) if isinstance(axis, (tuple, list)) else whole(axis)
    return scalar(np.asarray(np.sum(parts, axis=places, keepdims=bool(keepdims)), dtype=object))


def _product(value: Any, axis: Any = None, **_: Any) -> Any:
    parts = array(value)
    if axis is None:
        return sympy.Mul(*parts.ravel())
    return scalar(np.asarray(np.prod(parts, axis=whole(axis)), dtype=object))


def _mean(value: Any, axis: Any = None, **_: Any) -> Any:
    parts = array(value)
    count = parts.size if axis is None else parts.shape[whole(axis)]
    return scalar(np.asarray(_total(parts, axis), dtype=object) / sympy.Integer(count))


def matmul(a: Any, b: Any) -> Any:
    left, right = array(a), array(b)
    if not left.ndim or not right.ndim or left.shape[-1] != right.shape[-2 if right.ndim > 1 else 0]:
        raise Unreadable(f"a matrix product of shapes {left.shape} and {right.shape}")
    return scalar(np.asarray(left @ right, dtype=object))


def dot(a: Any, b: Any) -> Any:
    left, right = array(a), array(b)
    return scalar(np.asarray(left * right, dtype=object)) if not left.ndim or not right.ndim else matmul(left, right)


def _outer(a: Any, b: Any) -> Any:
    return np.multiply.outer(array(a).ravel(), array(b).ravel())


def _norm(value: Any, ord: Any = None, axis: Any = None, **options: Any) -> Any:
    if options or axis is not None or (ord is not None and ord != 2 and ord != 1):
        raise Unreadable("norm with this option")
    parts = array(value)
    if ord is not None and parts.ndim > 1:
        raise Unreadable("a matrix norm")
    if ord == 1:
        return sympy.Add(*(sympy.Abs(part) for part in parts.ravel()))
    return sympy.sqrt(sympy.Add(*(part**2 for part in parts.ravel())))


def _power(a: Any, b: Any) -> Any:
    return a**b


def _divide(a: Any, b: Any) -> Any:
    if b == 0:
        raise Unreadable("a division by zero")
    return a / b


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """yes where the condition holds, else no."""
    if condition in (True, S.true):
        return yes
    if condition in (False, S.false):
        return no
    return sympy.Piecewise((yes, condition), (no, True), evaluate=False)


def _select(conditions: Any, values: Any, default: Any = 0) -> Any:
    result = default
    for condition, value in zip(reversed(list(conditions)), reversed(list(values)), strict=True):
        result = each(choose)(condition, value, result)
    return result


def _extreme(kind: Any) -> Callable[..., Any]:
    def build(*arguments: Any) -> Any:
        if all(getattr(a, "is_number", False) for a in arguments):
            return kind(*arguments)
        different = list(dict.fromkeys(arguments))
        return different[0] if len(different) == 1 else kind(*different, evaluate=False)

    return build


def _extreme_of(kind: Any) -> Callable[..., Any]:
    def build(*arguments: Any, **options: Any) -> Any:
        if options:
            raise Unreadable(f"{kind.__name__.lower()} with {sorted(options)[0]}=")
        parts = array(arguments[0]).ravel() if len(arguments) == 1 else [scalar(a) for a in arguments]
        return _extreme(kind)(*parts)

    return build


def _clip(value: Any, low: Any = None, high: Any = None) -> Any:
    if low is not None:
        value = each(_extreme(sympy.Max))(value, low)
    return value if high is None else each(_extreme(sympy.Min))(value, high)


def _sum_of_exponentials(value: Any, **options: Any) -> Any:
    if options:
        raise Unreadable("logsumexp with options")
    return sympy.log(sympy.Add(*(sympy.exp(part) for part in array(value).ravel())))


def _stack(parts: Any, axis: Any = 0, **_: Any) -> Any:
    return np.stack([array(part) for part in parts], axis=whole(axis))


def _concatenate(parts: Any, axis: Any = 0, **_: Any) -> Any:
    return np.concatenate([np.atleast_1d(array(part)) for part in parts], axis=whole(axis))


def _range(*bounds: Any, **_: Any) -> Any:
    return array([sympy.Integer(k) for k in range(*(whole(b) for b in bounds))])


def _numpy(name: str) -> Callable[..., Any]:
    """numpy's own function where it only moves elements."""

    def build(value: Any, *rest: Any, **options: Any) -> Any:
        plain = [_index(r) for r in rest]
        return getattr(np, name)(array(value), *plain, **{k: _index(v) for k, v in options.items() if k != "dtype"})

    return build


def _index(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(_index(part) for part in value)
    return whole(value) if isinstance(value, (Expr, int, np.integer)) else value


def _broadcast(value: Any, shape: Any) -> Any:
    return np.array(np.broadcast_to(array(value), _shape(shape)), dtype=object)


def _einsum(pattern: Any, *arrays: Any) -> Any:
    if not isinstance(pattern, str):
        raise Unreadable("einsum without its pattern as text")
    return scalar(np.asarray(np.einsum(pattern, *(array(a) for a in arrays), optimize=False), dtype=object))


def _one(function: Callable[[Any], Any]) -> Callable[..., Any]:
    return each(function)


def _xlogy(a: Any, b: Any) -> Any:
    return a * sympy.log(b)


NAMED = re.compile(r"(np|special|math)\.(\w+)\(")  # in the text of a row: the module and the name there


def _row(function: Function, name: str) -> Callable[..., Any]:
    """What a function of the table, or of its name elsewhere, makes of expressions."""
    if function.foreign is not None and name == function.name:
        return function.foreign
    if "step" in function.traits:
        return lambda u, *_: function.build(u)  # numpy asks for the value at the step, which no slope sees
    return function.build


def _named(modules: Sequence[str]) -> dict[str, Callable[..., Any]]:
    """The functions of the table by what they are called in some modules, here, and elsewhere."""
    found: dict[str, Callable[..., Any]] = {}
    for function in FUNCTIONS.values():
        names = [*function.meant.split(), *function.names]
        for text in (function.text("numpy"), function.text("python")):
            match = NAMED.match(text or "")
            if match and match[1] in modules:
                names.append(match[2])
        found |= {name: _row(function, name) for name in names}
    return found


ELEMENTWISE: dict[str, Callable[..., Any]] = {
    **_named(["np", "math"]), "exp2": lambda u: 2**u, "square": lambda u: u**2,
    "power": _power, "pow": _power, "float_power": _power,
    "maximum": _extreme(sympy.Max), "minimum": _extreme(sympy.Min),
    "fmax": _extreme(sympy.Max), "fmin": _extreme(sympy.Min), "where": choose,
    "reciprocal": lambda u: 1 / u,
    "negative": lambda u: -u, "positive": lambda u: u, "add": lambda a, b: a + b, "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b, "divide": _divide, "true_divide": _divide,
    "deg2rad": lambda u: u * sympy.pi / 180, "radians": lambda u: u * sympy.pi / 180,
    "rad2deg": lambda u: u * 180 / sympy.pi, "degrees": lambda u: u * 180 / sympy.pi,
    "float64": lambda u: u, "float32": lambda u: u, "double": lambda u: u, "real": lambda u: u,
    "logical_and": lambda a, b: sympy.And(a, b), "logical_or": lambda a, b: sympy.Or(a, b),
    "logical_not": lambda a: sympy.Not(a), "less": lambda a, b: a < b, "greater": lambda a, b: a > b,
    "less_equal": lambda a, b: a <= b, "greater_equal": lambda a, b: a >= b,
}  # fmt: skip

NUMPY: dict[str, Any] = {
    **{name: each(function) for name, function in ELEMENTWISE.items()},
    "pi": sympy.pi,
    "e": sympy.E,
    "tau": 2 * sympy.pi,
    "newaxis": None,
    "euler_gamma": sympy.EulerGamma,
    "array": array,
    "asarray": array,
    "asanyarray": array,
    "ascontiguousarray": array,
    "tensor": array,
    "matrix": array,
    "copy": array,
    "zeros": filled(S.Zero),
    "ones": filled(S.One),
    "empty": filled(sympy.nan),
    "full": _full,
    "zeros_like": filled_like(S.Zero),
    "ones_like": filled_like(S.One),
    "empty_like": filled_like(sympy.nan),
    "full_like": lambda model, value, *_, **__: _full(array(model).shape, value),
    "eye": _eye,
    "identity": _eye,
    "sum": _total,
    "prod": _product,
    "mean": _mean,
    "average": _mean,
    "dot": dot,
    "matmul": matmul,
    "inner": dot,
    "vdot": lambda a, b: dot(array(a).ravel(), array(b).ravel()),
    "outer": _outer,
    "stack": _stack,
    "concatenate": _concatenate,
    "hstack": lambda p: np.hstack([array(a) for a in p]),
    "vstack": lambda p: np.vstack([array(a) for a in p]),
    "block": lambda p: np.block([[array(a) for a in r] for r in p]),
    "column_stack": lambda p: np.column_stack([array(a) for a in p]),
    "append": lambda a, b: np.append(array(a), array(b)),
    "select": _select,
    "clip": _clip,
    "max": _extreme_of(sympy.Max),
    "min": _extreme_of(sympy.Min),
    "amax": _extreme_of(sympy.Max),
    "amin": _extreme_of(sympy.Min),
    "arange": _range,
    "fsum": _total,
    "einsum": _einsum,
    "broadcast_to": _broadcast,
    "shape": lambda a: array(a).shape,
    "size": lambda a: array(a).size,
    "ndim": lambda a: array(a).ndim,
    "isscalar": lambda a: not isinstance(a, (np.ndarray, list, tuple)),
    **{
        name: _numpy(name)
        for name in (
            "transpose ravel reshape squeeze diag trace moveaxis swapaxes atleast_1d atleast_2d flip roll expand_dims "
            "tile repeat tril triu diff cumsum split unstack"
        ).split()
        if hasattr(np, name)
    },
}

SPECIAL: dict[str, Any] = {
    **{name: each(build) for name, build in _named(["special"]).items()},
    "logit": each(lambda u: sympy.log(u / (1 - u))), "xlogy": each(_xlogy), "logsumexp": _sum_of_exponentials,
    "exp2": each(lambda u: 2**u), "log_expit": each(lambda u: -sympy.log(1 + sympy.exp(-u))),
}  # fmt: skip

LINALG: dict[str, Any] = {"norm": _norm, "multi_dot": lambda parts: _chain(parts)}

BUILTINS: dict[str, Any] = {
    "abs": each(sympy.Abs),
    "sum": lambda parts, start=0: (
        sympy.Add(*[scalar(p) for p in parts], exact(start))
        if not any(isinstance(p, np.ndarray) and p.ndim for p in parts)
        else sum(parts, start)
    ),
    "len": len,
    "float": lambda u: scalar(u),
    "max": _extreme_of(sympy.Max),
    "min": _extreme_of(sympy.Min),
    "pow": each(_power),
    "list": lambda u=(): list(u),
    "tuple": lambda u=(): tuple(u),
    "reversed": lambda u: list(u)[::-1],
    "range": lambda *b: [sympy.Integer(k) for k in _bounded(*(whole(x) for x in b))],
    "enumerate": lambda u, start=0: [(sympy.Integer(k), v) for k, v in enumerate(u, whole(start))],
    "zip": lambda *u, **_: list(zip(*u, strict=False)),
    "int": lambda u: sympy.Integer(whole(u)),
}

SHORT = {"numpy": ["np", "math"], "special": ["special"]}
TABLES: dict[str, dict[str, Any]] = {"numpy": NUMPY, "special": SPECIAL, "linalg": LINALG}


def meaning(module: str, name: str) -> Any:
    """What a name of a module stands for; raises KeyError where that is not known."""
    kind = MODULES.get(module, "")
    table = TABLES.get(kind, {})
    return table[name] if name in table else each(_named(SHORT.get(kind, []))[name])


def _bounded(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > MAX_SIZE:
        raise Unreadable(f"a range of {len(found)} numbers")
    return found


def _chain(parts: Sequence[Any]) -> Any:
    result = parts[0]
    for part in parts[1:]:
        result = matmul(result, part)
    return result

"""Which package's name stands for what."""

from __future__ import annotations

from typing import Any

from symopt.checking.source.arrays import array, elementwise, named, where
from symopt.checking.source.letters import drawing, keyed, loading
from symopt.checking.source.packages.attributes import At
from symopt.checking.source.packages.calls import moving
from symopt.checking.source.packages.jax import JAX
from symopt.checking.source.packages.linalg import LINALG, SPARSE
from symopt.checking.source.packages.numpy import CONSTANTS, HIGHER, numpy, seen
from symopt.checking.source.packages.python import BUILTINS, FUNCTIONAL, ITERTOOLS, OPERATOR
from symopt.checking.source.packages.special import MATH, SPECIAL, log_sum, of_numbers
from symopt.checking.source.packages.torch import torch

EITHER = set(
    """array asarray asanyarray atleast_1d atleast_2d atleast_3d zeros_like ones_like full_like empty_like where clip
select piecewise full copy float64 float32 tensor ndim shape size isscalar real float int bool abs isinstance
maximum minimum squeeze linspace arange round nan_to_num as_tensor ascontiguousarray""".split()
)  # no sign of a vector
EXTRA: dict[str, Any] = {
    "create_diagonal": lambda x, offset=0, xp=None: moving("diag")(x, offset), "at": lambda x: At(array(x)),
}  # fmt: skip
PARTS: dict[str, list[Any]] = {
    "numpy": [HIGHER, numpy], "jax.numpy": [HIGHER, numpy], "autograd.numpy": [HIGHER, numpy],
    "cupy": [{"asnumpy": seen}, HIGHER, numpy],
    "numpy.linalg": [LINALG, numpy], "scipy.linalg": [LINALG], "jax.numpy.linalg": [LINALG], "torch.linalg": [LINALG],
    "autograd.numpy.linalg": [LINALG], "cupy.linalg": [LINALG], "torch": [torch], "math": [MATH, CONSTANTS],
    "scipy": [CONSTANTS], "scipy.special": [SPECIAL], "jax.scipy.special": [SPECIAL], "torch.special": [SPECIAL],
    "autograd.scipy.special": [SPECIAL], "jax.nn": [{"logsumexp": log_sum}, torch],
    "torch.nn.functional": [torch], "functools": [FUNCTIONAL],
    "jax.lax": [{"select": where}], "jax": [JAX], "torch.func": [JAX], "itertools": [ITERTOOLS], "operator": [OPERATOR],
    "mpmath": [CONSTANTS], "numpy.random": [drawing], "jax.random": [keyed],
    "pandas": [loading], "scipy.constants": [CONSTANTS],
    "array_api_extra": [EXTRA], "scipy.sparse": [SPARSE], "builtins": [BUILTINS],
    "torch.nn": [], "scipy.stats": [], "jax.scipy.stats": [], "jax.scipy.linalg": [LINALG],
}  # fmt: skip
ROWS = {"math": "math", "scipy.special": "special", "jax.scipy.special": "special", "torch.special": "special",
        "autograd.scipy.special": "special", "mpmath": "math"}  # fmt: skip


def meaning(module: str, name: str) -> Any:
    """What a name of a module stands for. Raises KeyError where that is not known."""
    for part in PARTS[module]:
        if callable(part):
            return part(name)
        if part.get(name) is not None or (name in part and part is CONSTANTS):
            return part[name]
    function = named(ROWS[module])[name]
    return of_numbers(name, function) if module in ("math", "mpmath") else elementwise(function)

"""Losses that are sums as code over whole arrays: as many lines at every number of terms.

A term is an expression of slices (`x[1:20] - x[0:19]**2`), of gathers by arrays of indices, and of columns of data. An
index is an axis; where a bound depends on another index (j from i+1) the tuples are numbered one behind the other.
df goes back through the sums, ∂f/∂total first. ddf is what the sums allow: a dense matrix of few letters, a sparse
one, one plus a part of low rank where f is a function of sums, or else the product ∇²f(x)·v.

Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, chapters 3 and 5.
"""

from __future__ import annotations

from symopt.codegen.arrays.hessians import HESSIANS, Hessians
from symopt.codegen.gathered import holding
from symopt.codegen.writer import one_line
from symopt.expression.sums import Sums, placed
from symopt.loss import Loss

ASSEMBLED = '''def assembled(n, *blocks):
    """The sparse matrix that is the sum of w at (i, j) over the blocks (i, j, w)."""
    blocks = [[np.ravel(part) for part in np.broadcast_arrays(*block)] for block in blocks]
    i, j, w = (np.concatenate(parts) for parts in zip(*blocks))
    return sparse.coo_array((w, (i, j)), shape=(n, n)).tocsr()'''


class ArraysCode(Hessians):
    """The code of one loss in numpy."""

    def source(self) -> str:
        """f, df and ddf as text."""
        bodies = {"f": self.f(), "df": self.df(), "ddf": self.ddf()}
        told = {"f": "f at one point (n,)", "df": f"∇f({self.x}), (n,)",
                "ddf": HESSIANS[self.kind].format(x=self.x, v=self.v)}  # fmt: skip
        functions = []
        for name, body in bodies.items():
            points = [self.x, self.v] if name == "ddf" and self.kind == "product" else [self.x]
            given = [*points, *self.columns.values()]
            listed = ", ".join(given)
            many = f"({listed})" if len(given) > 1 else f"({listed},)"
            opened = f"    {listed} = (np.asarray(u, dtype=float) for u in {many})" if len(given) > 1 else \
                f"    {listed} = np.asarray({listed}, dtype=float)"  # fmt: skip
            functions += ["", "", f"def {name}({listed}):", f'    """{told[name]}."""', opened]
            functions += [f"    {line}" for line in body]
        used = self.writer.used
        helpers = [*self.writer.needed_helpers(), *([ASSEMBLED] if "assembled" in used else [])]
        head = [
            self.writer.comment.format(f"f = {one_line(self.loss)}, its gradient and its Hessian"),
            self.writer.comment.format(f"{self.x} holds ({', '.join(self.loss.arguments)}): {self.n:,} variables"),
            *map(self.writer.comment.format, holding(self.loss)),
            *(["import math"] if "math." in used else []),
            "import numpy as np",
        ]
        modules = [module for module in ("sparse", "special") if f"{module}." in used]
        head += [f"from scipy import {', '.join(modules)}"] if modules else []
        return "\n".join([*head, *(line for text in helpers for line in ("", "", text)), *functions]) + "\n"


def stays(loss: Loss) -> bool:
    """Whether the loss is written over whole arrays."""
    return loss.general is not None and isinstance(loss.read, Sums) and placed(loss.read)

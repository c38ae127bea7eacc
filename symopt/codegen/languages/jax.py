"""jax: code over arrays, by the words of numpy."""

from __future__ import annotations

import keyword

from sympy import Expr

from symopt.codegen.arrays import stays
from symopt.codegen.arrays.traced import Traced
from symopt.codegen.gathered import by_place
from symopt.codegen.helpers import HELPERS
from symopt.codegen.languages.numpy import NumpyWriter
from symopt.codegen.writer import wrapped
from symopt.loss import Loss


class JaxWriter(NumpyWriter):
    """The same for jax, whose arrays do not change; switch on its doubles with jax_enable_x64."""

    language, prefix = "jax", "jnp."
    helpers = HELPERS["jax"]
    reserved = frozenset({"jnp", "special", "math", *keyword.kwlist})
    pi, e = "jnp.pi", "jnp.e"
    unpacked = "jnp.moveaxis(x, -1, 0)"
    imported = ("import jax.numpy as jnp", "from jax.scipy import special")

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"jnp.where({condition}, {yes}, {no})"

    def entries(self, name: str, left: list[Expr]) -> list[str]:
        n = self.loss.n
        lines = wrapped([self.first, *(self._print(e) for e in left)], "    _, *entries = jnp.broadcast_arrays(", ")")
        stacked = "jnp.stack(entries, axis=-1)"
        return [
            *lines,
            f"    return {stacked if name == 'df' else f'{stacked}.reshape({self.first}.shape + ({n}, {n}))'}",
        ]

    def filled(self, expr: Expr) -> str:
        return self._print(expr) if expr.free_symbols else f"jnp.full_like({self.first}, {self._print(expr)})"


def write(loss: Loss) -> str:
    """Sums that stay sums as lines over whole arrays, at one point; any other loss entry by entry."""
    loss = by_place(loss)
    return Traced(JaxWriter(loss), loss).source() if stays(loss) else JaxWriter.write(loss)

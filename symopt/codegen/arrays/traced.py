"""jax: f over whole arrays; its derivatives are those that jax makes of it."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from symopt.codegen.arrays.sweep import Sweep
from symopt.codegen.gathered import holding
from symopt.codegen.writer import one_line
from symopt.expression.sums import Total


class Traced(Sweep):
    """The code of one loss in jax: index sets are arrays of numpy, whose numbers are known when jax traces f."""

    module = "jnp"

    def counted(self, total: Total, length: int, expr: Expr) -> str:
        text, outer = self.print(expr), self.tuples(total, length)[0]
        return f"jnp.zeros(len({outer})).at[{self.prefix(total, length)}].add({text})"

    def source(self) -> str:
        """f, df and ddf as text."""
        columns = list(self.columns.values())
        body = self.f()
        x, v = self.x, self.v
        functions = [
            *self.function("f", [x], "f at one point (n,)", body),
            *self.function("df", [x], f"∇f({x}), (n,), as jax derives it",
                           [f"return jax.grad(f)({', '.join([x, *columns])})"]),
            *self.function("ddf", [x, v], f"∇²f({x}) @ {v}, (n,), as jax derives it",
                           [f"return jax.jvp(lambda u: jax.grad(f)({', '.join(['u', *columns])}), ({x},), ({v},))[1]"]),
        ]  # fmt: skip
        helpers = self.writer.needed_helpers()
        used = self.writer.used
        head = [
            self.writer.comment.format(f"f = {one_line(self.loss)}, its gradient and its Hessian times v"),
            self.writer.comment.format(f"{x} holds ({', '.join(self.loss.arguments)}): {self.n:,} variables"),
            *map(self.writer.comment.format, holding(self.loss)),
            *(["import math"] if "math." in used else []),
            "import jax",
            "import jax.numpy as jnp",
            *(["import numpy as np"] if any("np." in line.replace("jnp.", "") for line in body) else []),
            *(["from jax.scipy import special"] if "special." in used else []),
        ]
        return "\n".join([*head, *(line for text in helpers for line in ("", "", text)), *functions]) + "\n"

    def function(self, name: str, points: Sequence[str], told: str, body: Sequence[str]) -> list[str]:
        given = [*points, *self.columns.values()]
        made = [f"    {word} = jnp.asarray({word}, dtype=float)" for word in given]
        opened = ["", "", f"def {name}({', '.join(given)}):", f'    """{told}."""']
        return [*opened, *made, *(f"    {line}" for line in body)]

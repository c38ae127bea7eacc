"""jax and torch: f over whole arrays; its derivatives are those that the library makes of it."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from symopt.codegen.arrays.sweep import Sweep
from symopt.codegen.gathered import holding
from symopt.codegen.writer import one_line
from symopt.expression.sums import Total


class Traced(Sweep):
    """The code of one loss in jax: index sets are arrays of numpy, whose numbers are known when jax traces f."""

    library, module = "jax", "jnp"
    opened = "jnp.asarray({word}, dtype=float)"
    gradient = "jax.grad(f)({points})"
    product = "jax.jvp(lambda u: jax.grad(f)({along}), ({x},), ({v},))[1]"
    imported: tuple[str, ...] = ("import jax", "import jax.numpy as jnp")
    special = "from jax.scipy import special"

    def counted(self, total: Total, length: int, expr: Expr) -> str:
        text, outer = self.print(expr), self.tuples(total, length)[0]
        return f"jnp.zeros(len({outer})).at[{self.prefix(total, length)}].add({text})"

    def source(self) -> str:
        """f, df and ddf as text."""
        columns = list(self.columns.values())
        body = self.f()
        x, v, library = self.x, self.v, self.library
        points, along = ", ".join([x, *columns]), ", ".join(["u", *columns])
        functions = [
            *self.function("f", [x], "f at one point (n,)", body),
            *self.function("df", [x], f"∇f({x}), (n,), as {library} derives it",
                           [f"return {self.gradient.format(points=points)}"]),
            *self.function("ddf", [x, v], f"∇²f({x}) @ {v}, (n,), as {library} derives it",
                           [f"return {self.product.format(along=along, x=x, v=v)}"]),
        ]  # fmt: skip
        helpers = self.writer.needed_helpers()
        used = self.writer.used
        head = [
            self.writer.comment.format(f"f = {one_line(self.loss)}, its gradient and its Hessian times v"),
            self.writer.comment.format(f"{self.x} holds ({', '.join(self.loss.arguments)}): {self.n:,} variables"),
            *map(self.writer.comment.format, holding(self.loss)),
            *(["import math"] if "math." in used else []),
            *self.imported,
            *(["import numpy as np"] if any("np." in line.replace("jnp.", "") for line in body) else []),
            *([self.special] if "special." in used else []),
        ]
        return "\n".join([*head, *(line for text in helpers for line in ("", "", text)), *functions]) + "\n"

    def function(self, name: str, points: Sequence[str], told: str, body: Sequence[str]) -> list[str]:
        given = [*points, *self.columns.values()]
        made = [f"    {word} = {self.opened.format(word=word)}" for word in given]
        opened = ["", "", f"def {name}({', '.join(given)}):", f'    """{told}."""']
        return [*opened, *made, *(f"    {line}" for line in body)]


class TracedByTorch(Traced):
    """The same in torch, whose slices go forwards and whose functions take tensors alone."""

    library = module = "torch"
    opened = "torch.as_tensor({word}, dtype=torch.float64)"
    gradient = "torch.func.grad(f)({points})"
    product = "torch.func.jvp(lambda u: torch.func.grad(f)({along}), ({x},), ({v},))[1]"
    imported = ("import torch",)

    def counted(self, total: Total, length: int, expr: Expr) -> str:
        text, outer = self.print(expr), self.tuples(total, length)[0]
        if not self.along(expr):
            text = f"{text}*torch.ones({self.size(total, 0)}, dtype=torch.float64)"
        places = f"torch.as_tensor({self.prefix(total, length)})"
        return f"torch.zeros(len({outer}), dtype=torch.float64).index_add(0, {places}, {text})"

    def run(self, total: Total, place: Expr) -> tuple[str, tuple[int, ...], tuple[int, int]] | None:
        found = super().run(total, place)
        return None if found is None or found[2][1] < 0 else found

    def wholes(self, column: str) -> str:
        return f"{column}.long()"

    def beside_a_column(self, index: str) -> str:
        return f"torch.as_tensor({index})"

    def as_number(self, index: str) -> str:
        return f"torch.as_tensor(1.0*{index})"

    def counted_rows(self) -> str:
        return f"torch.tensor({self.count()}, dtype=torch.float64)"

    def kept_within(self, place: str, most: int) -> str:
        return f"torch.as_tensor({place}).clip(0, {most})"

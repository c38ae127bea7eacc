"""torch: code over tensors, in the manner of numpy."""

from __future__ import annotations

import keyword
from typing import Any

from sympy import Expr

from symopt.codegen.arrays import stays
from symopt.codegen.arrays.traced import TracedByTorch
from symopt.codegen.gathered import by_place
from symopt.codegen.helpers import HELPERS
from symopt.codegen.languages.numpy import NumpyWriter
from symopt.functions import FUNCTIONS, Function
from symopt.loss import Loss
from symopt.program import is_constant


class TorchWriter(NumpyWriter):
    """The same for tensors of torch; its functions take tensors alone, so that constants are Python's."""

    language = column = "torch"
    helpers = HELPERS["torch"]
    reserved = frozenset({"torch", "math", *keyword.kwlist})
    pi, e = "math.pi", "math.e"
    unpacked = "torch.unbind(x, -1)"
    imported = ("import torch", "")

    def _print_Pi(self, expr: Any) -> str:
        self.used.add("math.")
        return self.pi

    def _print_Exp1(self, expr: Any) -> str:
        self.used.add("math.")
        return self.e

    def call(self, known: Function, expr: Any) -> str:
        if not is_constant(expr):
            return super().call(known, expr)
        template = known.text("python") or ""
        if not template.startswith("math."):
            return repr(float(expr.evalf(25)))
        return self.filled_in(template, known, [self._print(u) for u in expr.args])

    @property
    def dtype(self) -> str:
        """That of what is computed."""
        return f"{self.first}.dtype"

    def word(self, expr: Expr) -> str:
        text = super().word(expr)
        return f"torch.tensor({text}, dtype={self.dtype})" if is_constant(expr) else text

    def function(self, name: str, *arguments: Expr) -> str:
        known = FUNCTIONS[name]
        if all(map(is_constant, arguments)):
            return self.filled_in(known.text("python"), known, [self._print(u) for u in arguments])
        return super().function(name, *arguments)

    def choice(self, condition: str, yes: str, no: str) -> str:
        return f"torch.where({condition}, {yes}, {no})"

    def entries(self, name: str, left: list[Expr]) -> list[str]:
        n = self.loss.n
        lines = [f"    entries = torch.zeros((*{self.first}.shape, {len(left)}), dtype=x.dtype, device=x.device)"]
        lines += [f"    entries[..., {k}] = {self._print(e)}" for k, e in enumerate(left) if e != 0]
        return [*lines, f"    return entries{'' if name == 'df' else f'.unflatten(-1, ({n}, {n}))'}"]

    def filled(self, expr: Expr) -> str:
        return self._print(expr) if expr.free_symbols else f"torch.full_like({self.first}, {self._print(expr)})"


class WholeTensors(TorchWriter):
    """The same for expressions of whole tensors, all of them doubles."""

    dtype = "torch.float64"


def write(loss: Loss) -> str:
    """Sums that stay sums as lines over whole tensors, at one point; any other loss entry by entry."""
    loss = by_place(loss)
    return TracedByTorch(WholeTensors(loss), loss).source() if stays(loss) else TorchWriter.write(loss)

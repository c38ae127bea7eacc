"""A file read once for every length n of its vector: what it does to all entries alike, and to a few at the ends.

The walk is that of `walker`, with vectors of `runs` in place of arrays, functions of `vectors` in place of numpy's and
loops as in `loops`. What is not uniform (an order of turns that counts, steps, choices of entries by their values) is
refused, and the file is read at a few n.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, S
from sympy.core.relational import Relational

from symopt.expression.general import Entry, Sigma
from symopt.reading.exact.arrays import Exact, array
from symopt.reading.exact.values import is_condition, number
from symopt.reading.general.grids import Grid, Stack, Write
from symopt.reading.general.loops import Loops, length_like, symbolic
from symopt.reading.general.order import LENGTH
from symopt.reading.general.runs import PLACE, Run, filled, joined, kind_by, known, scalar, zipped
from symopt.reading.general.vectors import FUNCTIONS, FURTHER, METHODS, OWN, SIZED, product
from symopt.reading.names import HARMLESS, MUTATORS, Scope
from symopt.reading.packages.objects import Partial, Type, Ufunc
from symopt.reading.packages.python import BUILTINS
from symopt.reading.packages.python import operate as python_operate
from symopt.reading.packages.written import VECTORS
from symopt.reading.source import Unreadable
from symopt.reading.walk.expressions import COMPARISONS, OPERATORS
from symopt.reading.walk.objects import Class, Function, Instance

MODULES = ("numpy", "jax.numpy", "autograd.numpy", "cupy", "numpy.linalg", "scipy.linalg", "scipy.sparse")
VECTOR = "x"


@dataclass(frozen=True)
class Named:
    """A function of numpy by its name, and what it is of arrays of a known size."""

    name: str
    plain: Any


def of_places(test: Relational) -> bool:
    """Whether a condition is one on n and indices alone."""
    letters = test.free_symbols
    return bool(letters) and not test.has(Entry, Sigma) and all(s.is_integer for s in letters)


class Uniform(Loops):
    """Reads the functions of one file for a vector of n entries."""

    def argument(self) -> Run:
        """The argument: x[k] for 0 ≤ k < n, a new one at each call."""
        return filled(self.order, LENGTH, Entry(VECTOR, PLACE))

    # refusals

    def poison(self, step: ast.AST, scope: Scope, error: Exception) -> None:
        if not scope.top:
            raise self.as_error(step, error)
        super().poison(step, scope, error)

    def side_effect(self, step: ast.Expr, scope: Scope) -> None:
        call = step.value
        if not isinstance(call, ast.Call):
            return
        word = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if scope.top or (word in HARMLESS and not self.own(word, scope)):
            super().side_effect(step, scope)
        else:
            self.value(call, scope)

    def both(self, test: Any, body: list[Any], orelse: list[Any], rest: list[Any], scope: Scope) -> Any:
        before = self.touched
        found = super().both(test, body, orelse, rest, scope)
        if self.touched != before:
            raise Unreadable("a vector that is changed where a condition on the variables holds")
        return found

    def deleted(self, target: ast.expr, scope: Scope) -> None:
        if self.order.ranges or not isinstance(target, ast.Name):
            raise Unreadable("del")
        super().deleted(target, scope)

    # conditions on n and on the turns of loops

    def truth(self, value: Any) -> Any:
        if isinstance(value, Exact) and value.size == 1:
            value = value.plain.reshape(-1)[0]
        if is_condition(value) and value not in (S.true, S.false):
            decided = {part: self.decided(part) for part in value.atoms(Relational) if of_places(part)}
            value = value.xreplace(decided)
        if isinstance(value, Expr) and length_like(value) and value.is_integer:
            return self.order.sign(value) != 0
        return super().truth(value)

    def decided(self, test: Any) -> Any:
        sign = self.order.sign(test.lhs - test.rhs)
        return S.true if bool(test.func(sign, 0)) else S.false

    def compared(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        if type(op) in COMPARISONS and (isinstance(left, Run) or isinstance(right, Run)):
            return zipped(lambda a, b: COMPARISONS[type(op)](array(a), array(b)), (left, right), "b")
        return super().compared(op, left, right)

    # arithmetic

    def operate(self, op: ast.operator, left: Any, right: Any) -> Any:
        if isinstance(left, Grid) or isinstance(right, Grid):
            return self.of_grids(op, left, right)
        if not (isinstance(left, Run) or isinstance(right, Run)):
            found = super().operate(op, left, right)
            if isinstance(found, Expr) and length_like(found) and found.is_integer and not all(
                isinstance(side, int) or getattr(side, "is_integer", False) for side in (left, right)):  # fmt: skip
                raise Unreadable("a length that is divided and whole again, which rounding decides")
            sides = (left, right)
            return known(found) if isinstance(found, Expr) and any(map(length_like, sides)) and all(
                isinstance(side, int) or side.is_integer for side in sides) else found  # fmt: skip
        listed = [isinstance(side, list) or (isinstance(side, Run) and side.listed) for side in (left, right)]
        if all(listed):
            if not isinstance(op, ast.Add):
                raise Unreadable("arithmetic with a list")
            found = joined(self.order, [p for s in (left, right) for p in (s if isinstance(s, list) else [s])])
            found.listed = True
            return found
        if any(listed) and not all(isinstance(side, Run) for side in (left, right)):
            raise Unreadable("arithmetic with a list")
        if isinstance(op, ast.MatMult):
            return product(left, right)
        if type(op) not in OPERATORS:
            raise Unreadable("an operator of this kind")
        name, sides = OPERATORS[type(op)], (left, right)
        kind = kind_by(getattr(operator, name), sides)
        if kind == "i" and name == "pow":
            raise Unreadable("powers of whole numbers")
        if kind == "b":
            raise Unreadable("arithmetic with conditions")
        return zipped(lambda a, b: python_operate(name, number(a), number(b)), sides, kind)

    def of_grids(self, op: ast.operator, left: Any, right: Any) -> Any:
        """Sums of matrices, and of a matrix and a number; multiples of one; its product with a vector."""
        if isinstance(op, (ast.Add, ast.Sub)):
            side = -1 if isinstance(op, ast.Sub) else 1
            return left.added(right, side) if isinstance(left, Grid) else right.scaled(side).added(left)
        if isinstance(op, ast.Mult):
            return left.scaled(right) if isinstance(left, Grid) else right.scaled(left)
        if isinstance(op, ast.Div) and not isinstance(right, (Grid, Run)):
            return left.scaled(1 / scalar(right))
        raise Unreadable("a product of matrices of any size")

    # places

    def part(self, owner: Any, index: Any, node: ast.Subscript) -> Any:
        if isinstance(owner, Run):
            if isinstance(index, tuple) and len(index) == 1:
                index = index[0]
            if index is Ellipsis:
                return Run(owner.store, owner.start, owner.length)
            return owner.part(index) if isinstance(index, slice) else owner.at(index)
        if isinstance(owner, Grid):
            raise Unreadable("an entry of a matrix of any size")
        return super().part(owner, index, node)

    def joined(self, path: str, index: Any) -> Any:
        if path == "numpy.r_" and symbolic(index):
            return joined(self.order, [p for part in index for p in (part if isinstance(part, list) else [part])])
        return super().joined(path, index)

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        if self.order.ranges and isinstance(target, ast.Attribute):
            raise Unreadable(f"an assignment to {ast.unparse(target)} in a loop over n")
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, Run):
            raise Unreadable("a vector of any length taken apart")
        return super().assign(target, value, scope)

    def put(self, owner: Any, index: Any, value: Any, target: ast.Subscript) -> None:
        if isinstance(owner, (Run, Grid)):
            self.written_into(owner, index, value, adds=False)
        elif self.order.ranges:
            raise Unreadable(f"an assignment to {ast.unparse(target)} in a loop over n")
        else:
            super().put(owner, index, value, target)

    def written_into(self, owner: Run | Grid, index: Any, value: Any, adds: bool) -> None:
        """owner[index] = value, or (adds) += value."""
        self.touched += 1
        if isinstance(owner, Grid):
            return self.entered(owner, index, value, adds)
        if isinstance(index, slice) or index is Ellipsis:
            view = owner if index is Ellipsis else owner.part(index)
            if view.store is not owner.store:
                raise Unreadable("an assignment to a slice with steps")
            if owner.listed and not isinstance(value, (list, Run)):
                raise Unreadable("a number for a part of a list")
            return view.write(zipped(lambda a, b: number(a) + number(b), (view, value)) if adds else value)
        at = owner.place(index) + owner.start
        value = number(scalar(value))
        if not self.order.ranges:
            Run(owner.store, at, S.One).write(Run(owner.store).at(at) + value if adds else value)
        elif owner.kind != "f":
            raise Unreadable("a vector of whole numbers")
        else:
            self.writes.append(Write(owner.store, sympy.expand(at), value, adds, tuple(self.order.ranges)))
        return None

    def entered(self, owner: Grid, index: Any, value: Any, adds: bool) -> None:
        """The same for an entry of a matrix, or for those at places that are vectors."""
        if not isinstance(index, tuple) or len(index) != 2 or any(isinstance(i, slice) for i in index):
            raise Unreadable("an assignment to a part of a matrix of any size")
        if any(isinstance(i, Run) for i in index):
            owner.filled(*index, value, adds)
            return
        at = sympy.Tuple(*map(owner.place, index))
        value = number(scalar(value))
        if self.order.ranges:
            self.writes.append(Write(owner, at, value, adds, tuple(self.order.ranges)))
        else:
            owner.put(at[0], at[1], value, adds, ())

    def augment(self, step: ast.AugAssign, scope: Scope) -> None:
        target = step.target
        if isinstance(target, ast.Subscript) and isinstance(step.op, (ast.Add, ast.Sub)):
            owner = self.value(target.value, scope)
            if isinstance(owner, (Run, Grid)):
                index, value = self.value(target.slice, scope), self.value(step.value, scope)
                self.current = step
                if isinstance(step.op, ast.Sub):
                    value = zipped(lambda u: -u, [value]) if isinstance(value, Run) else -number(scalar(value))
                return self.written_into(owner, index, value, adds=True)
        return super().augment(step, scope)

    def become(self, old: Any, new: Any) -> bool:
        if not isinstance(old, (Run, Grid)):
            return super().become(old, new)
        self.touched += 1
        if isinstance(old, Grid):
            old.become(new)
        elif old.listed:
            raise Unreadable("a list that grows")
        else:
            old.write(new)
        return True

    # names

    def member(self, module: str, name: str) -> Any:
        found = super().member(module, name)
        return Named(name, found) if module in MODULES and name in FUNCTIONS.keys() | FURTHER else found

    def of_vectors(self, name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """What a function of numpy is of vectors of any length."""
        if name in FUNCTIONS:
            return FUNCTIONS[name](self, *arguments, **keywords)
        return super().call(self.written(VECTORS).names[name], arguments, keywords)

    def attribute(self, owner: Any, name: str) -> Any:
        if isinstance(owner, Run):
            if name in ("shape", "size", "ndim", "T", "dtype"):
                length = known(owner.length)
                return {"shape": (length,), "size": length, "ndim": 1, "T": owner, "dtype": Type(owner.kind)}[name]
            if name in METHODS and not owner.listed:
                return lambda *a, **k: self.of_vectors(name, [owner, *a], k)
            if name == "fill":
                return lambda value: self.written_into(owner, Ellipsis, value, adds=False)
            raise Unreadable(f".{name} of a vector of any length")
        if isinstance(owner, Stack) and name == "T":
            return Stack(owner.runs, not owner.turned)
        if isinstance(owner, Grid):
            if name in ("T", "shape", "ndim"):
                return owner.turned() if name == "T" else {"shape": (owner.size,) * 2, "ndim": 2}[name]
            if name in ("copy", "toarray", "todense", "tocsr", "tocsc"):
                return lambda: owner.like(owner.form)
            if name == "dot":
                return lambda value: self.operate(ast.MatMult(), owner, value)
            raise Unreadable(f".{name} of a matrix of any size")
        if self.order.ranges and isinstance(owner, (list, dict, set)) and name in MUTATORS:
            raise Unreadable(f".{name} in a loop over n")
        return super().attribute(owner, name)

    def call(self, function: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        function = self.usable(function)
        word = next((w for w in OWN if BUILTINS.get(w) is function), None)
        given = [*arguments, *keywords.values()]
        unknown = any(map(symbolic, given))
        if isinstance(function, Named):
            if unknown or (function.name in SIZED and any(map(length_like, given))):
                return self.of_vectors(function.name, arguments, keywords)
            return super().call(function.plain, arguments, keywords)
        if word and (unknown or any(isinstance(a, Expr) and a.free_symbols and a.is_integer for a in arguments)):
            return OWN[word](self, *arguments, **keywords)
        if not unknown or isinstance(function, (Function, Class, Instance, Partial)) or (
            callable(function) and getattr(function, "__qualname__", "").startswith((Uniform.__name__, Loops.__name__))
        ):  # fmt: skip
            return super().call(function, arguments, keywords)
        each = isinstance(function, Ufunc) or getattr(function, "__qualname__", "").startswith("elementwise.")
        if not each or keywords or any(isinstance(a, (list, tuple)) for a in arguments):
            raise Unreadable("this function of a vector of any length")
        if any(isinstance(a, Run) and a.listed for a in arguments):
            arguments = [a.copy() if isinstance(a, Run) else a for a in arguments]
        if isinstance(function, Ufunc) and len(arguments) != function.ufunc.nin:
            raise Unreadable("a function of vectors that writes what it gives into another")
        kind = kind_by(function.ufunc, arguments) if isinstance(function, Ufunc) else "f"
        return zipped(lambda *u: function(*u), arguments, kind)

"""Expressions of Python's language."""

from __future__ import annotations

import ast
from collections.abc import Iterator, KeysView, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S

from symopt.reading.exact.arrays import Exact, array, choices, numeric
from symopt.reading.exact.chosen import Chosen, chosen
from symopt.reading.exact.nans import spreading
from symopt.reading.exact.values import MAX_SIZE, exact, is_condition, is_scalar
from symopt.reading.letters import Open
from symopt.reading.names import Scope
from symopt.reading.packages.named import BRACKETED, EITHER, At
from symopt.reading.packages.objects import Default, Lazy, Over, Stream, stream
from symopt.reading.packages.python import operate, text, unlike
from symopt.reading.source import Unreadable
from symopt.reading.walk.classes import Classes
from symopt.reading.walk.core import MAX_VARIABLES
from symopt.reading.walk.objects import MISSING, Function, Imported, Instance, NeedsVector, State
from symopt.reading.words import written

OPERATORS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.Pow: "pow", ast.MatMult: "matmul",
             ast.FloorDiv: "floordiv", ast.Mod: "mod", ast.BitAnd: "and_", ast.BitOr: "or_", ast.BitXor: "xor",
             ast.LShift: "lshift", ast.RShift: "rshift"}  # fmt: skip
OF_ALL = frozenset("norm len logsumexp softmax fsum sum dot cumsum cumprod roll flip".split())
DIVISIONS = (ast.Div, ast.FloorDiv, ast.Mod)
SIGNS = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}
COMPARISONS = {ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
               ast.NotEq: np.not_equal}  # fmt: skip


OF_SETS = {ast.BitOr: "union", ast.BitAnd: "intersection", ast.Sub: "difference", ast.BitXor: "symmetric_difference"}
MIRRORED = {ast.Lt: ("__lt__", "__gt__"), ast.LtE: ("__le__", "__ge__"), ast.Gt: ("__gt__", "__lt__"),
            ast.GtE: ("__ge__", "__le__"), ast.Eq: ("__eq__", "__eq__"), ast.NotEq: ("__ne__", "__ne__")}  # fmt: skip
"""The methods that compare: of the left side, and of the right side where the left has none."""
NEUTRAL = {"sum": 0, "fsum": 0, "prod": 1}
"""Functions of items, of which those that are left out count as this."""


def starred(node: ast.expr) -> bool:
    return isinstance(node, ast.Starred)


def anded(parts: list[Any], stop: bool = False) -> Any:
    """Conditions that hold together, or (stop) of which one holds."""
    found = (sympy.Or if stop else sympy.And)(*parts)
    return bool(found) if found in (S.true, S.false) else found


class Expressions(Classes):
    def stream(self, value: Any) -> Stream:
        """What a loop goes through."""
        if isinstance(value, Expr) and value in self.variables:
            raise NeedsVector(None)
        if isinstance(value, Instance) and value.of.listed and value.of.find("__iter__") is MISSING:
            return Over(list(value.names.values()))
        if isinstance(value, Instance) and value.of.find("__iter__") is not MISSING:
            found = self.call(self.attribute(value, "__iter__"), [], {})
            if isinstance(found, Instance):
                raise Unreadable(f"a loop over {found.said}, which has a method __next__")
            return self.stream(found)
        if self.views and isinstance(value, Exact) and value.ndim == 1:
            return Over([self.entry(value, k) for k in range(len(value))])
        return stream(value)

    def entry(self, owner: Exact, index: Any) -> Any:
        """Part of an array; one entry is a number, of torch and cupy an array that shares the memory."""
        place = index if isinstance(index, tuple) else (index,)
        shared = self.views and all(isinstance(k, int) for k in place)
        return owner[(*place, ...)] if shared else owner[index]

    def iterated(self, value: Any) -> list[Any]:
        return self.stream(value).rest()

    def value(self, node: ast.expr, scope: Scope) -> Any:
        self.step()
        method = getattr(self, "value_" + type(node).__name__, None)
        if method is None:
            self.current = node
            raise Unreadable(written(node))
        found = method(node, scope)
        if isinstance(found, list) and id(found) in self.frozen:
            self.reads.add(self.called(found, node))
        return found.value() if isinstance(found, Open) else found

    def called(self, value: Any, node: ast.expr) -> str:
        """What something of the top level is called, by whatever name."""
        return self.words.setdefault(id(value), ast.unparse(node))

    def lazily(self, node: ast.expr, scope: Scope) -> Any:
        """A value that is only given another name: an array of a shape that nobody has told stays so."""
        if isinstance(node, ast.Tuple) and not any(map(starred, node.elts)):
            return tuple(self.lazily(e, scope) for e in node.elts)
        if isinstance(node, ast.Name) and (holder := scope.holder(node.id)) is not None:
            found = holder.names[node.id]
            if isinstance(found, Open) and found.found is None and found.name not in found.search.hints.groups:
                return found
        if isinstance(node, ast.Subscript) and self.letters.search is not None:
            return self.value_Subscript(node, scope)
        return self.value(node, scope)

    def value_Constant(self, node: ast.Constant, _scope: Scope) -> Any:
        self.current = node
        return exact(node.value)

    def value_Name(self, node: ast.Name, scope: Scope) -> Any:
        self.current = node
        return self.look_up(node.id, scope)

    def value_Tuple(self, node: ast.Tuple, scope: Scope) -> Any:
        return tuple(self.listed(node.elts, scope))

    def value_List(self, node: ast.List, scope: Scope) -> Any:
        return self.listed(node.elts, scope)

    def value_Dict(self, node: ast.Dict, scope: Scope) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                found.update(self.value(value, scope))
            else:
                found[self.looked_up(self.value(key, scope))] = self.value(value, scope)
        return found

    def listed(self, parts: Sequence[ast.expr], scope: Scope) -> list[Any]:
        found: list[Any] = []
        for part in parts:
            if isinstance(part, ast.Starred):
                found.extend(self.iterated(self.value(part.value, scope)))
            else:
                found.append(self.value(part, scope))
        return found

    def value_UnaryOp(self, node: ast.UnaryOp, scope: Scope) -> Any:
        value = self.value(node.operand, scope)
        self.current = node
        if isinstance(value, Instance) and type(node.op) in SIGNS:
            return self.call(self.attribute(value, SIGNS[type(node.op)]), [], {})
        if isinstance(node.op, ast.Not):
            known = self.truth(value)
            return (not known) if isinstance(known, bool) else sympy.Not(known)
        if isinstance(node.op, ast.Invert):
            if isinstance(value, bool):
                raise Unreadable("~ of True or False")
            if is_condition(value):
                return sympy.Not(value)
            return ~(value if isinstance(value, (int, Exact)) else array(value))
        if isinstance(value, (list, tuple)):
            raise Unreadable("arithmetic with a list")
        plus = isinstance(node.op, ast.UAdd)
        if isinstance(value, (bool, int, Exact)):
            return +value if plus else -value
        return value if plus and is_scalar(value) else self.operate(ast.Mult(), 1 if plus else -1, value)

    def value_BinOp(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        self.current = node
        return self.operate(node.op, left, right)

    def operate(self, op: ast.operator, left: Any, right: Any) -> Any:
        series = (list, tuple)
        if isinstance(op, ast.Add) and isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(op, ast.Add) and isinstance(left, series) and type(left) is type(right):
            if len(left) + len(right) > MAX_SIZE:
                raise Unreadable("a list that is too long")
            return [*left, *right] if isinstance(left, list) else (*left, *right)
        if isinstance(op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
            return {**left, **right}
        if type(op) in OF_SETS and isinstance(left, set) and isinstance(right, set):
            unlike([*left, *right])  # which of them are the same must be known
            return getattr(left, OF_SETS[type(op)])(right)
        if isinstance(op, ast.Mult) and isinstance(left, series) + isinstance(right, series) == 1:
            some, count = (left, right) if isinstance(left, series) else (right, left)
            if isinstance(count, int):
                if len(some) * count > MAX_SIZE:
                    raise Unreadable("a list that is too long")
                return some * count
        if isinstance(op, ast.MatMult) and self.lone:
            for side in (left, right):
                if isinstance(side, Expr) and side.free_symbols & self.variables:
                    raise NeedsVector(None)
        if type(op) not in OPERATORS:
            raise Unreadable("an operator of this kind")
        if self.lone and isinstance(left, Exact) + isinstance(right, Exact) == 1:
            some, other = (left, right) if isinstance(left, Exact) else (right, left)
            if some.ndim and isinstance(other, Expr) and other.free_symbols & self.variables:
                self.lengths.add(some.shape[-1])
        if isinstance(left, int) and isinstance(right, int) and not right and isinstance(op, DIVISIONS):
            raise ZeroDivisionError("division by zero")
        word = OPERATORS[type(op)].strip("_")
        plain, mirrored = f"__{word}__", f"__r{word}__"
        first = isinstance(left, Instance) and left.of.find(plain) is not MISSING
        if first and isinstance(right, Instance) and left.of in right.of.order[1:]:
            first = right.of.find(mirrored) is left.of.find(mirrored)
        if first:
            return self.call(self.attribute(left, plain), [right], {})
        if isinstance(right, Instance) and not isinstance(left, Exact):  # an array asks each of its entries
            return self.call(self.attribute(right, mirrored), [left], {})
        return operate(OPERATORS[type(op)], left, right)

    def value_Compare(self, node: ast.Compare, scope: Scope) -> Any:
        left, parts = self.value(node.left, scope), list[Any]()
        for op, side in zip(node.ops, node.comparators, strict=True):
            right = self.behind(side, scope) if any(part is not True for part in parts) else self.value(side, scope)
            self.current = node
            with nullcontext() if getattr(node, "lineno", 0) else spreading():  # what is written for a package
                made = self.compared(op, left, right)
            if len(node.ops) == 1:
                return made
            parts.append(self.truth(made))
            if parts[-1] is False:
                break
            left = right
        return anded(parts)

    def compared(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        """One comparison."""
        both = [left, right]
        if any(isinstance(side, Instance) for side in both) and (found := self.asked(op, left, right)) is not None:
            return found
        if isinstance(op, (ast.Is, ast.IsNot)):
            if not any(v is None for v in both) and not all(isinstance(v, Instance) for v in both):
                raise Unreadable("`is` between values")
            return (left is right) == isinstance(op, ast.Is)
        if isinstance(op, (ast.In, ast.NotIn)):
            choices = list(right) if isinstance(right, (list, tuple, dict, set, str, KeysView)) else None
            if choices is not None and all(isinstance(v, Instance) and v.eq_by_identity for v in [left, *choices]):
                return any(left is v for v in choices) == isinstance(op, ast.In)
            if choices is None or not all(isinstance(v, (int, str)) for v in [left, *choices]):
                raise Unreadable("`in` where the values are not known")
            return (left in right) == isinstance(op, ast.In)
        for side in both:
            if isinstance(side, Chosen):
                return side.combined(lambda *parts: COMPARISONS[type(op)](*map(array, parts)), *both)
        if all(map(is_scalar, both)) or any(isinstance(v, Exact) for v in both):
            return COMPARISONS[type(op)](array(left), array(right))
        leaves = [leaf for v in both for leaf in (v if isinstance(v, (list, tuple)) else [v])]
        if not isinstance(op, (ast.Eq, ast.NotEq)) or not all(isinstance(v, (str, int, type(None))) for v in leaves):
            raise Unreadable("a comparison of what is not a number")
        return (left == right) == isinstance(op, ast.Eq)

    def asked(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        """A comparison that an object's own method tells; None if there is no such."""
        if isinstance(op, (ast.In, ast.NotIn)):
            known = isinstance(right, Instance) and right.of.find("__contains__") is not MISSING
            found = self.truth(self.call(self.attribute(right, "__contains__"), [left], {})) if known else None
            return found if found is None or isinstance(op, ast.In) else anded([sympy.Not(found)])
        if type(op) not in MIRRORED:
            return None
        own, mirrored = MIRRORED[type(op)]
        for me, word, other in ((left, own, right), (right, mirrored, left)):
            if isinstance(me, Instance) and me.of.find(word) is not MISSING:
                return self.call(self.attribute(me, word), [other], {})
        if isinstance(op, ast.NotEq) and (found := self.asked(ast.Eq(), left, right)) is not None:
            return anded([sympy.Not(self.truth(found))])
        identity = all(isinstance(side, Instance) and side.eq_by_identity for side in (left, right))
        return (left is right) == isinstance(op, ast.Eq) if identity and isinstance(op, (ast.Eq, ast.NotEq)) else None

    def value_BoolOp(self, node: ast.BoolOp, scope: Scope) -> Any:
        parts: list[Any] = []
        stop = isinstance(node.op, ast.Or)
        for place, part in enumerate(node.values):
            value = self.behind(part, scope, anded(parts, stop), *[S.true] * stop) if parts else self.value(part, scope)
            known = self.truth(value)
            if isinstance(known, bool):
                if known == stop or place == len(node.values) - 1:
                    if parts and known and not isinstance(value, bool) and value not in (S.true, 1):
                        raise Unreadable("a number in `and` or `or`")
                    return value if not parts else anded([*parts, known], stop)
                continue
            if not is_condition(value) and not isinstance(value, Exact):
                raise Unreadable("a number in `and` or `or`")
            parts.append(known)
        return anded(parts, stop)

    def behind(self, part: ast.expr, scope: Scope, *branch: Any) -> Any:
        """A value that Python asks for only where a condition on the variables holds: it must change nothing."""
        before = State(scope)
        with self.within(*branch):
            value = self.value(part, scope)
        if not before.lasts():
            raise Unreadable("a change behind `and` or `or` that a condition on the variables decides")
        return value

    def value_Lambda(self, node: ast.Lambda, scope: Scope) -> Any:
        return self.defined(node, scope)

    def generator(
        self, element: ast.expr, loops: list[ast.comprehension], scope: Scope, rest: int | None = None
    ) -> Stream:
        """A comprehension as the generator that it is; what its first loop goes through is evaluated now.

        rest: what stands for an item that a condition on the variables leaves out; None where that is not read.
        """
        inner = Scope(outer=scope.around, comprehension=True)

        def within(node: ast.expr) -> Any:
            self.active.append(inner)
            try:
                return self.value(node, inner)
            finally:
                self.active.pop()

        def turns(values: Any, loop: ast.comprehension, *more: ast.comprehension) -> Iterator[Any]:
            for item, test in values.turns() if isinstance(values, Chosen) else ((v, S.true) for v in values):
                self.assign(loop.target, item, inner)
                known = anded([test, *(self.truth(within(each)) for each in loop.ifs)])
                if known is True and more:
                    yield from turns(self.stream(within(more[0].iter)), *more)
                elif known is True:
                    yield within(element)
                elif known is not False:
                    if rest is None or more or len(loop.ifs) > 1:
                        raise Unreadable("a choice of items by a condition on the variables")
                    yield within(ast.IfExp(ast.Constant(known), element, ast.Constant(rest)))

        values = self.value(loops[0].iter, scope)
        first = values if isinstance(values, Chosen) else self.stream(values)
        return Lazy(turns(first, *loops), [inner, first])

    def value_GeneratorExp(self, node: ast.GeneratorExp, scope: Scope) -> Any:
        return self.generator(node.elt, node.generators, scope, self.neutral.get(node))

    def value_ListComp(self, node: ast.ListComp, scope: Scope) -> Any:
        return self.generator(node.elt, node.generators, scope, self.neutral.get(node)).rest()

    def value_SetComp(self, node: ast.SetComp, scope: Scope) -> Any:
        return unlike([*map(self.looked_up, self.generator(node.elt, node.generators, scope).rest())])

    def value_Set(self, node: ast.Set, scope: Scope) -> Any:
        return unlike([*map(self.looked_up, self.listed(node.elts, scope))])

    def value_DictComp(self, node: ast.DictComp, scope: Scope) -> Any:
        pairs = self.generator(ast.Tuple([node.key, node.value]), node.generators, scope).rest()
        return {self.looked_up(key): value for key, value in pairs}

    @staticmethod
    def looked_up(key: Any) -> Any:
        """What is looked up in a dict or a set: Python asks an object for its hash, and whether it is equal."""
        if isinstance(key, Instance) and {key.of.find("__hash__"), key.of.find("__eq__")} != {MISSING}:
            raise Unreadable(f"{key.said} as a key")
        return key

    def value_Subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        index = self.value(node.slice, scope)
        self.current = node
        return self.part(owner, index, node)

    def part(self, owner: Any, index: Any, node: ast.Subscript) -> Any:
        """owner[index]."""
        if isinstance(index, str) and isinstance(owner, (Exact, Expr)):
            self.parted(owner, index, False)
        if isinstance(owner, Imported) and owner.path in BRACKETED:
            return self.joined(owner.path, index)
        if isinstance(owner, Expr):
            if owner in self.variables:
                last = index[-1] if isinstance(index, tuple) else index
                raise NeedsVector(last + 1 if isinstance(last, int) and last >= 0 else None)
            raise Unreadable(f"{ast.unparse(node)}: it is a number, not an array")
        if isinstance(owner, Exact):
            self.beyond(owner, index)
            if (found := chosen(owner, index)) is not None:
                return found
            try:
                return self.entry(owner, index)
            except IndexError:
                last = index[-1] if isinstance(index, tuple) else index
                known = owner.size and set(owner.plain.flat) <= self.variables
                if known and isinstance(last, int) and 0 <= last < MAX_VARIABLES:
                    raise NeedsVector(last + 1) from None
                raise
        if isinstance(owner, Chosen):
            return owner[index]
        if isinstance(owner, At):
            return At(owner.owner, index)
        if isinstance(owner, Instance) and owner.of.listed and owner.of.find("__getitem__") is MISSING:
            return list(owner.names.values())[index]
        if isinstance(owner, Instance):
            return self.call(self.attribute(owner, "__getitem__"), [index], {})
        pieces = [(1, index), (0, S.true)] if is_condition(index) else choices(index)
        if isinstance(owner, (list, tuple)) and pieces is not None:
            *cases, (last, _) = pieces
            found = self.usable(owner[last])
            for place, test in reversed(cases):
                found = self.one_of(test, self.usable(owner[place]), found)
            return found
        if isinstance(owner, Default) and index not in owner:
            self.may_change(owner, f"{ast.unparse(node)}, which is made where it is asked for")
            owner[self.looked_up(index)] = self.call(owner.factory, [], {})
        if isinstance(owner, (list, tuple, dict)):
            self.looked_up(index)
            return owner[index] if isinstance(owner[index], Open) else self.usable(owner[index])
        raise Unreadable(written(node))

    def beyond(self, owner: Exact, index: Any) -> None:
        """Notes how many variables there may be, where a slice or an index of one array ends beyond them."""
        if owner.ndim != 1 or not set(owner.plain.flat) <= self.variables:
            return
        if isinstance(index, slice):
            backwards = isinstance(index.step, int) and index.step < 0 and isinstance(index.start, int)
            self.empty |= (
                not backwards and isinstance(index.start, int) and index.start >= len(owner) == len(self.variables)
            )
            ends = [index.start + 1 if backwards else index.stop]
        else:
            whole = isinstance(index, Exact) and index.kind == "i" and index.known
            ends = [int(k) + 1 for k in numeric(index).flat] if whole else []
        self.ends |= {k for k in ends if isinstance(k, int) and len(owner) < k <= MAX_VARIABLES}

    def joined(self, path: str, index: Any) -> Any:
        """What numpy makes of np.r_[…] and its kin; a slice is a range."""
        if path == "numpy.s_":
            return index
        given = index if isinstance(index, tuple) else (index,)
        span = self.meaning("numpy", "arange")
        parts = [span(p.start or 0, p.stop, p.step or 1) if isinstance(p, slice) else array(p) for p in given]
        if path == "numpy.r_":
            return self.meaning("numpy", "concatenate")([np.atleast_1d(p) for p in parts])
        if path == "numpy.c_":
            return self.meaning("numpy", "column_stack")(parts)
        if not isinstance(index, tuple):
            return parts[0]
        found = self.meaning("numpy", "meshgrid")(*parts, indexing="ij", sparse=path == "numpy.ogrid")
        return list(found) if path == "numpy.ogrid" else array(list(found))

    def value_Slice(self, node: ast.Slice, scope: Scope) -> Any:
        return slice(*(None if end is None else self.value(end, scope) for end in (node.lower, node.upper, node.step)))

    def value_Attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        self.current = node
        return self.attribute(owner, node.attr)

    def value_Call(self, node: ast.Call, scope: Scope) -> Any:
        word = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if word == "super" and not node.args:
            return self.parent(scope)
        if word == "getattr" and len(node.args) == 2 and not self.own(word, scope):
            owner, name = self.listed(node.args, scope)
            if not isinstance(name, str):
                raise Unreadable("getattr by what is not known")
            return self.attribute(owner, name)
        if len(node.args) == {"getattr": 3, "hasattr": 2}.get(word) and not node.keywords and not self.own(word, scope):
            owner, name, *rest = self.listed(node.args, scope)
            if not (isinstance(owner, Instance) or type(owner) in (int, type(None))) or not isinstance(name, str):
                raise Unreadable(f"{word} of what is no object of the file")
            if isinstance(owner, Instance):
                there = name in owner.names or owner.of.find(name) is not MISSING
            else:
                there = hasattr(owner, name)
            return there if word == "hasattr" else self.attribute(owner, name) if there else rest[0]
        if word == "isinstance" and len(node.args) == 2 and not self.own(word, scope):
            return self.is_instance(self.value(node.args[0], scope), node.args[1], scope)
        function = self.value(node.func, scope)
        if isinstance(function, Function) and not any(map(starred, node.args)):
            arguments = [self.lazily(a, scope) for a in node.args]
        else:
            if word in NEUTRAL and node.args and not self.own(word, scope):
                self.neutral[node.args[0]] = NEUTRAL[word]
            arguments = self.listed(node.args, scope)
        keywords: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is None:
                if not isinstance(value, dict):
                    raise Unreadable("** in a call")
                keywords.update(value)
            else:
                keywords[keyword.arg] = value
        self.current = node
        own = getattr(node, "lineno", 0)  # not what is written for a package
        if own and self.lone and word not in EITHER and self.of_arrays(function, word) and any(
            is_scalar(a) and getattr(a, "free_symbols", set()) & self.variables for a in arguments):  # fmt: skip
            raise NeedsVector(None)
        result = self.call(function, arguments, keywords)
        self.current = node
        self.bounded(result)
        return result

    @staticmethod
    def of_arrays(function: Any, word: str) -> bool:
        """Whether a function is one of arrays as wholes: no function of the file, and none of each entry."""
        if isinstance(function, Instance):  # scipy.stats.norm
            return False
        name = getattr(function, "__qualname__", "")
        return name.startswith("moving") or word in OF_ALL

    def value_JoinedStr(self, node: ast.JoinedStr, scope: Scope) -> Any:
        return "".join(text(self.value(part, scope)) for part in node.values)

    def value_FormattedValue(self, node: ast.FormattedValue, scope: Scope) -> Any:
        value = self.value(node.value, scope)
        if node.conversion != -1:
            raise Unreadable("a text in a format")
        known = text(value)
        if node.format_spec is None:
            return known
        return format(known if isinstance(value, str) else int(known), self.value(node.format_spec, scope))

    def value_NamedExpr(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.value(node.value, scope)
        while scope.comprehension and scope.outer is not None:  # := binds outside of it
            scope = scope.outer
        self.assign(node.target, value, scope)
        return value

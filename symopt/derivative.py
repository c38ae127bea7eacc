"""Expressions to numpy: a straight-line program, its derivatives by reverse accumulation, compiled.

A program is a list of single operations. Each node is written once (equal nodes are one node), so
derivatives share everything and never swell. The partial derivatives of each kind of function come
from `sympy.diff`, once per kind; sums, products, quotients and powers follow the textbook rules.

Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed., 2008, chapters 3 (reverse mode)
and 5 (second derivatives); the symbolic form is the one of B. Christianson, Automatic Hessians by
reverse accumulation, IMA J. Numer. Anal. 12, 1992.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sympy
from sympy import Expr, Symbol
from sympy.core.function import AppliedUndef
from sympy.logic.boolalg import BooleanAtom

from symopt.errors import DerivativeError
from symopt.expression import deep
from symopt.kinds import OWN_PARTIALS, TEXT, partial, text_of
from symopt.lowering import RULES, float_of, kind_of, parts_of
from symopt.stable import is_constant, stable


class Node(NamedTuple):
    """One operation: its kind, the nodes it acts on, and a constant or a name that belongs to it."""

    kind: str
    parts: tuple[int, ...] = ()
    datum: Any = None


class Program:
    """Nodes in an order in which each one comes after its parts; equal nodes are one node."""

    def __init__(self, inputs: Sequence[Symbol]) -> None:
        self.nodes: list[Node] = []
        self.index: dict[tuple[str, tuple[int, ...], Any], int] = {}
        self.constants: dict[float, int] = {}
        self.inputs = tuple(inputs)
        self.lowered: dict[Expr, int] = {}
        self.slopes: dict[tuple[int, int], dict[int, int]] = {}
        self.kinks: set[str] = set()
        for place, symbol in enumerate(inputs):
            self.lowered[symbol] = self.node("input", datum=place)

    # nodes, with the simplifications that cost nothing

    def node(self, kind: str, *parts: int, datum: Any = None) -> int:
        made = (kind, parts, datum)
        place = self.index.get(made)
        if place is None:
            place = self.index[made] = len(self.nodes)
            self.nodes.append(Node(*made))
        return place

    def constant(self, value: float) -> int:
        place = self.constants.get(value)
        if place is None:
            place = self.constants[value] = self.node("constant", datum=float(value) + 0.0)
        return place

    def known(self, place: int) -> float | None:
        node = self.nodes[place]
        return node.datum if node.kind == "constant" else None

    def add(self, parts: Iterable[int]) -> int:
        """A sum of any length; −u inside it becomes a subtraction when it is printed."""
        total, kept = 0.0, []
        for part in parts:
            value = self.known(part)
            if value is None:
                kept.append(part)
            else:
                total += value
        if not kept:
            return self.constant(total)
        if total:
            kept.append(self.constant(total))
        return kept[0] if len(kept) == 1 else self.node("add", *kept)

    def negative(self, part: int) -> int:
        value, node = self.known(part), self.nodes[part]
        if value is not None:
            return self.constant(-value)
        return node.parts[0] if node.kind == "negative" else self.node("negative", part)

    def multiply(self, *parts: int) -> int:
        """A product, with its constants in front and its sign outside."""
        total = 1.0
        kept: list[int] = []
        for part in parts:
            node = self.nodes[part]
            if node.kind == "negative":
                total, part, node = -total, node.parts[0], self.nodes[node.parts[0]]
            if node.kind == "constant":
                total *= node.datum
            elif node.kind == "multiply" and self.known(node.parts[0]) is not None:
                total *= self.nodes[node.parts[0]].datum
                kept.extend(node.parts[1:])
            else:
                kept.append(part)
        if total == 0:
            return self.constant(0)
        if not kept:
            return self.constant(total)
        if abs(total) != 1:
            kept.insert(0, self.constant(abs(total)))
        product = kept[0] if len(kept) == 1 else self.node("multiply", *kept)
        return self.negative(product) if total < 0 else product

    def divide(self, top: int, bottom: int) -> int:
        value = self.known(bottom)
        if value == 1:
            return top
        if self.known(top) == 0:
            return top
        if self.nodes[top].kind == "negative":
            return self.negative(self.divide(self.nodes[top].parts[0], bottom))
        if value is not None and self.known(top) is not None and value:
            return self.constant(self.nodes[top].datum / value)
        return self.node("divide", top, bottom)

    def power(self, base: int, exponent: float) -> int:
        if exponent == 0:
            return self.constant(1)
        if exponent == 1:
            return base
        node = self.nodes[base]
        if node.kind == "negative" and exponent == int(exponent):
            raised = self.power(node.parts[0], exponent)
            return raised if exponent % 2 == 0 else self.negative(raised)
        if exponent < 0:
            return self.divide(self.constant(1), self.power(base, -exponent))
        return self.node("power", base, datum=float(exponent))

    def choose(self, conditions: Sequence[int], values: Sequence[int]) -> int:
        """values[k] for the first condition k that holds, else the last value (one more than conditions)."""
        if all(value == values[0] for value in values):
            return values[0]
        return self.node("choose", *conditions, *values, datum=len(conditions))

    # sympy to nodes

    def lower(self, expr: sympy.Basic) -> int:
        """The node of an expression; nothing here recurses, however deep the expression."""
        stack: list[tuple[sympy.Basic, bool]] = [(expr, False)]
        while stack:
            current, ready = stack.pop()
            if current in self.lowered:
                continue
            form = stable(current)
            parts = parts_of(current) if form is None else (form,)
            if ready or not parts:
                lowered = [self.lowered[part] for part in parts]
                self.lowered[current] = self.operation(current, lowered) if form is None else lowered[0]
            else:
                stack.append((current, True))
                stack.extend((part, False) for part in parts if part not in self.lowered)
        return self.lowered[expr]

    def operation(self, expr: sympy.Basic, parts: list[int]) -> int:
        if is_constant(expr):
            return self.constant(float_of(expr))
        if isinstance(expr, BooleanAtom):
            return self.node("truth", datum=bool(expr))
        rule = RULES.get(expr.func)
        if rule is not None:
            return rule(self, expr, parts)
        if isinstance(expr, sympy.Symbol):
            raise DerivativeError(
                f"the variable {expr} is not among those declared",
                "declare it, as in variables=['x', 'y']",
                shell="declare it with --vars",
            )
        if isinstance(expr, AppliedUndef):
            return self.node("call", *parts, datum=expr.func.__name__)
        return self.call(kind_of(expr), parts)

    def call(self, kind: str, parts: Sequence[int]) -> int:
        """A function's node; logarithms of what overflows or vanishes in forms that do not."""
        inner = self.nodes[parts[0]]
        if kind == "log" and inner.kind == "multiply" and (self.known(inner.parts[0]) or 0) > 0:
            rest = self.multiply(*inner.parts[1:])
            if self.nodes[rest].kind == "call" and self.nodes[rest].datum in ("cosh", "gamma", "sigmoid", "exp"):
                return self.add([self.call("log", [inner.parts[0]]), self.call("log", [rest])])
        if kind == "log" and inner.kind == "constant" and inner.datum > 0:
            return self.constant(math.log(inner.datum))
        if kind == "log" and inner.kind == "call" and inner.datum == "exp":
            return inner.parts[0]
        if kind == "log" and inner.kind == "call" and inner.datum == "gamma":
            return self.call("log_gamma", inner.parts)
        if kind == "log" and inner.kind == "call" and inner.datum == "sigmoid":
            return self.negative(self.softplus(self.negative(inner.parts[0])))
        if kind == "log" and inner.kind == "call" and inner.datum == "cosh":
            u = inner.parts[0]
            return self.add([self.call("logaddexp", [u, self.negative(u)]), self.constant(-math.log(2))])
        if kind == "log1p" and inner.kind == "negative":
            innermost = self.nodes[inner.parts[0]]
            if innermost.kind == "call" and innermost.datum == "sigmoid":
                return self.negative(self.softplus(innermost.parts[0]))
        if kind not in TEXT and not kind.startswith("polygamma") and not kind.startswith("sinc"):
            raise DerivativeError(f"{kind} has no numerical version here", "write it with other functions")
        return self.node("call", *parts, datum=kind)

    def softplus(self, u: int) -> int:
        return self.call("logaddexp", [self.constant(0), u])

    def logistic(self, factors: list[int]) -> list[int]:
        """The factors of a product with exp(u)·σ(−u) as σ(u), which is never inf·0."""
        for place, factor in enumerate(factors):
            node = self.nodes[factor]
            if node.kind != "call" or node.datum != "exp":
                continue
            u = node.parts[0]
            shrinking = self.call("sigmoid", [self.negative(u)])
            for other, candidate in enumerate(factors):
                power = self.nodes[candidate]
                if candidate == shrinking or (power.kind == "power" and power.parts[0] == shrinking):
                    rest = [f for k, f in enumerate(factors) if k not in (place, other)]
                    left = self.power(shrinking, power.datum - 1) if candidate != shrinking else self.constant(1)
                    return self.logistic([*rest, self.call("sigmoid", [u]), left])
        return factors

    # derivatives

    def tangents(self, places: Sequence[int], seeds: Sequence[int]) -> list[int]:
        """The directional derivatives of nodes along seeds (one node per input), by one forward sweep."""
        moving: dict[int, int] = {}
        zero = self.constant(0)
        for here in sorted(self.reachable(places)):
            node = self.nodes[here]
            if node.kind == "input":
                moving[here] = seeds[node.datum]
            elif node.kind == "choose":
                values = [moving.get(value, zero) for value in node.parts[node.datum :]]
                moving[here] = self.choose(node.parts[: node.datum], values)
            else:
                terms = [self.multiply(slope, moving[p]) for p, slope in self.partials(here, node) if p in moving]
                if terms:
                    moving[here] = self.add(terms)
        return [moving.get(place, zero) for place in places]

    def reach(self, places: Iterable[int]) -> dict[int, int]:
        """For each node, the inputs that it depends on, as bits of a whole number."""
        found: dict[int, int] = {}
        for here in sorted(self.reachable(places)):
            node = self.nodes[here]
            found[here] = 1 << node.datum if node.kind == "input" else 0
            for part in node.parts:
                found[here] |= found[part]
        return found

    def backwards(self, place: int) -> Iterator[tuple[int, Node, int]]:
        """The nodes from the last to the first, each with its adjoint, by one reverse sweep; a choice hands none on."""
        adjoints: dict[int, list[int]] = {place: [self.constant(1)]}
        for here in sorted(self.reachable([place]), reverse=True):
            collected = adjoints.pop(here, None)
            if collected is None:
                continue
            adjoint = self.add(collected)
            if self.known(adjoint) == 0:
                continue
            node = self.nodes[here]
            yield here, node, adjoint
            if node.kind not in ("input", "choose"):
                for part, slope in self.partials(here, node):
                    if self.known(slope) != 0:
                        adjoints.setdefault(part, []).append(self.multiply(adjoint, slope))

    def gradient(self, place: int, upto: int | None = None) -> dict[int, int]:
        """∂/∂(input i) for every input that matters, by one reverse sweep: {i: node}."""
        key = (place, -1 if upto is None else upto)
        if key in self.slopes:
            return self.slopes[key]
        found: dict[int, list[int]] = {}
        for _, node, adjoint in self.backwards(place):
            if node.kind == "input":
                if upto is None or node.datum <= upto:
                    found.setdefault(node.datum, []).append(adjoint)
            elif node.kind == "choose":
                for i, slope in self.chosen(node, upto).items():
                    found.setdefault(i, []).append(self.multiply(adjoint, slope))
        result = {i: self.add(terms) for i, terms in sorted(found.items())}
        result = {i: slope for i, slope in result.items() if self.known(slope) != 0}
        self.slopes[key] = result
        return result

    def rounding(self, place: int) -> int:
        """Σ |∂f/∂v|·|v| over the operations v of f, and the parts of long sums: how far a unit of rounding moves f.

        N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, section 3.3 (running error analysis).
        """
        terms = []
        for here, node, adjoint in self.backwards(place):
            if node.kind == "choose":
                count = node.datum
                size = self.choose(node.parts[:count], [self.rounding(value) for value in node.parts[count:]])
            elif node.kind in ("input", "constant", "truth", "negative"):
                continue
            else:
                rounded = node.parts if node.kind == "add" and len(node.parts) > 2 else (here,)
                size = self.add([self.magnitude(part) for part in rounded])
            terms.append(self.multiply(self.magnitude(adjoint), size))
        return self.add(terms)

    def magnitude(self, place: int) -> int:
        """|v|."""
        value = self.known(place)
        return self.constant(abs(value)) if value is not None else self.node("call", place, datum="Abs")

    def chosen(self, node: Node, upto: int | None) -> dict[int, int]:
        """The gradient of a choice is the choice of gradients, so that a branch not taken cannot spoil it."""
        count = node.datum
        conditions, values = node.parts[:count], node.parts[count:]
        gradients = [self.gradient(value, upto) for value in values]
        zero = self.constant(0)
        inputs = sorted({i for gradient in gradients for i in gradient})
        return {i: self.choose(conditions, [g.get(i, zero) for g in gradients]) for i in inputs}

    def reachable(self, places: Iterable[int]) -> set[int]:
        seen, stack = set(), list(places)
        while stack:
            place = stack.pop()
            if place not in seen:
                seen.add(place)
                stack.extend(self.nodes[place].parts)
        return seen

    def partials(self, here: int, node: Node) -> list[tuple[int, int]]:
        """(part, ∂node/∂part) for each part; a part that stands twice appears twice."""
        parts = node.parts
        if node.kind == "add":
            one = self.constant(1)
            return [(part, one) for part in parts]
        if node.kind == "negative":
            return [(parts[0], self.constant(-1))]
        if node.kind == "multiply":
            return self.product_rule(parts)
        if node.kind == "divide":
            top, bottom = parts
            slope = self.divide(self.constant(1), bottom)
            return [(top, slope), (bottom, self.negative(self.divide(here, bottom)))]
        if node.kind == "power":
            n = node.datum
            return [(parts[0], self.multiply(self.constant(n), self.power(parts[0], n - 1)))]
        if node.kind == "raise":
            base, exponent = parts
            lower = self.node("raise", base, self.add([exponent, self.constant(-1)]))
            return [(base, self.multiply(exponent, lower)), (exponent, self.multiply(here, self.call("log", [base])))]
        if node.kind == "call":
            if node.datum in ("sign", "Heaviside"):
                self.kinks.add(node.datum)
                return []
            if node.datum == "Abs":
                self.kinks.add("Abs")
            return [(part, self.partial(node.datum, parts, k)) for k, part in enumerate(parts)]
        return []

    def product_rule(self, parts: tuple[int, ...]) -> list[tuple[int, int]]:
        """Each part beside the product of all others, from products of the parts before and behind it."""
        one = self.constant(1)
        before, behind = [one], [one]
        for part in parts[:-1]:
            before.append(self.multiply(before[-1], part))
        for part in reversed(parts[1:]):
            behind.append(self.multiply(part, behind[-1]))
        return [(part, self.multiply(b, a)) for part, b, a in zip(parts, before, reversed(behind), strict=True)]

    def partial(self, kind: str, parts: tuple[int, ...], k: int) -> int:
        """∂kind/∂argument k at these nodes."""
        own = OWN_PARTIALS.get(kind.split(":")[0])
        if own is not None:
            return own(self, kind, parts, k)
        arguments, formula = partial(kind, len(parts), k)
        inner = Program(arguments)
        top = inner.lower(formula)
        return self.graft(inner, top, parts)

    def graft(self, other: Program, top: int, inputs: Sequence[int]) -> int:
        """Another program's node with these nodes for its inputs."""
        places: dict[int, int] = {}
        for here in sorted(other.reachable([top])):
            node = other.nodes[here]
            if node.kind == "input":
                places[here] = inputs[node.datum]
            else:
                places[here] = self.node(node.kind, *(places[part] for part in node.parts), datum=node.datum)
        return places[top]

    # text

    def compile(self, outputs: Sequence[int], names: Sequence[str] | None = None) -> Callable[..., tuple[Any, ...]]:
        """A function of one sequence of columns (or of named arguments) that returns the outputs' values."""
        needed = sorted(self.reachable(outputs))
        uses: dict[int, int] = {}
        for place in needed:
            for part in self.nodes[place].parts:
                uses[part] = uses.get(part, 0) + 1
        inline = {p for p in needed if self.nodes[p].kind in ("constant", "truth")}
        inline |= {p for p in needed if self.nodes[p].kind == "negative" and uses.get(p, 0) == 1}
        words: dict[int, str] = {}
        lines = []
        for place in needed:
            node = self.nodes[place]
            if node.kind == "input":
                source = names[node.datum] if names is not None else f"columns[{node.datum}]"
            else:
                source = text_of(node, [words[part] for part in node.parts])
            if place in inline:
                words[place] = source if node.kind != "negative" else f"({source})"
            else:
                words[place] = f"v{place}"
                lines.append(f"    v{place} = {source}")
        arguments = ", ".join(names) if names is not None else "columns"
        returned = "".join(f"{words[output]}, " for output in outputs)
        source = "\n".join([f"def program({arguments}):", *lines, f"    return ({returned})"])
        from symopt.numerics import NAMESPACE  # numpy: a derivation to read does without it

        scope = dict(NAMESPACE)
        exec(compile(source, "<symopt program>", "exec"), scope)  # our own text: numbers and v-names only
        return scope["program"]


def compile_symbols(expr: Expr) -> tuple[tuple[str, ...], Callable[..., tuple[Any, ...]]]:
    """The names that an expression reads, sorted, and a function of their values in that order."""
    inputs = sorted(expr.free_symbols, key=str)
    program = Program(inputs)
    with deep():
        place = program.lower(expr)
    return tuple(s.name for s in inputs), program.compile([place], names=[f"a{k}" for k in range(len(inputs))])

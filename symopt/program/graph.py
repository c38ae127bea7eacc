"""A straight-line program: single operations, and their derivatives by reverse accumulation.

Each node is written once (equal nodes are one node), so derivatives share everything and never swell. Sums, products,
quotients and powers follow the textbook rules; the partial derivatives of functions come from whoever builds the graph.

Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed., 2008, chapters 3 (reverse mode)
and 5 (second derivatives); the symbolic form is the one of B. Christianson, Automatic Hessians by
reverse accumulation, IMA J. Numer. Anal. 12, 1992.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from heapq import heappop, heappush
from typing import Any, NamedTuple

HUGE = 10**1000  # denominators that are not worth their time
NESTING = ("call", "choose", "raise", "power")
JOINED = frozenset({"constant", "negative", "multiply", "divide"})  # factors that a product takes apart
WHOLE = 2.0**53  # whole numbers below it are floats
FINE = 2.0**8  # quarters and halves are multiples of its inverse: so are their sums, and their products of its powers
MODEST = 2.0**-64  # of factors beside a square: it underflows no sooner than the product does, or nearly
LONGEST = 8  # factors of a product that becomes part of another; copied again and again, longer ones take n² operations


Exact = int | Fraction


class Operation(NamedTuple):
    """One operation: its kind, the nodes it acts on, and a constant or a name that belongs to it."""

    kind: str
    parts: tuple[int, ...] = ()
    datum: Any = None


_operation = tuple.__new__  # as Operation._make, without a call of Python's


class Graph:
    """Nodes in an order in which each one comes after its parts; equal nodes are one node.

    exact: what is meant by constants that a float can only hold rounded.
    """

    def __init__(self) -> None:
        self.nodes: list[Operation] = []
        self.bits: list[int] = []  # the inputs that each node depends on
        self.index: dict[tuple[str, tuple[int, ...], Any], int] = {}
        self.constants: dict[float, int] = {}
        self.exact: dict[int, Fraction] = {}
        self.slopes: dict[tuple[int, int], dict[int, int]] = {}
        self.orders: dict[int, list[int]] = {}

    def partial(self, kind: str, parts: tuple[int, ...], k: int) -> int:
        """∂kind/∂argument k of a function at these nodes."""
        raise NotImplementedError

    # nodes, with the simplifications that cost nothing

    def node(self, kind: str, *parts: int, datum: Any = None) -> int:
        made = (kind, parts, datum)
        place = self.index.get(made)
        if place is None:
            place = self.index[made] = len(self.nodes)
            self.nodes.append(_operation(Operation, made))
            bits = 1 << datum if kind == "input" else 0
            for part in parts:
                bits |= self.bits[part]
            self.bits.append(bits)
        return place

    def constant(self, value: float, exact: Exact | None = None) -> int:
        place = self.constants.get(value)
        if place is None:
            place = self.constants[value] = self.node("constant", datum=float(value) + 0.0)
            if exact is not None and exact.denominator < HUGE and math.isfinite(value) and exact != value:
                self.exact[place] = Fraction(exact)
        return place

    def exactly(self, place: int) -> Fraction:
        """The number meant by a constant; 0 where it is none, as beyond all floats."""
        value = self.nodes[place].datum
        return self.exact.get(place) or (Fraction(value) if math.isfinite(value) else Fraction(0))

    def part(self, top: int, bottom: int) -> Fraction:
        """One constant over another, exactly; whole numbers without a detour over fractions of them."""
        above, below = self.nodes[top].datum, self.nodes[bottom].datum
        if top in self.exact or bottom in self.exact or not (above.is_integer() and below.is_integer()):
            return self.exactly(top) / self.exactly(bottom)
        return Fraction(int(above), int(below))

    def modulus(self, place: int) -> Exact:
        """The modulus of a constant that is a float, whole numbers as such."""
        value = abs(self.nodes[place].datum)
        return int(value) if value == int(value) and place not in self.exact else abs(self.exactly(place))

    def whole(self, total: float, constants: Sequence[int]) -> bool:
        """Whether constants are whole multiples of 1/FINE, so small that nothing of what they come to is rounded."""
        if abs(total) >= WHOLE / FINE ** len(constants):
            return False
        for place in constants:
            value = self.nodes[place].datum * FINE
            if place in self.exact or abs(value) >= WHOLE or value != int(value):
                return False
        return True

    def known(self, place: int) -> float | None:
        node = self.nodes[place]
        return node.datum if node.kind == "constant" else None

    def add(self, parts: Iterable[int]) -> int:
        """A sum of any length; −u inside it becomes a subtraction when it is printed."""
        parts = list(parts)
        if len(parts) == 1:
            return parts[0]
        total, constants, kept = 0.0, [], []
        for part in parts:
            kind, _, value = self.nodes[part]
            if kind == "constant":
                total += value
                constants.append(part)
            else:
                kept.append(part)
        exact = (
            None if not constants or self.whole(total, constants) else sum(map(self.exactly, constants), Fraction(0))
        )
        if not kept:
            return self.constant(total, exact)
        if total:
            for at, part in enumerate(kept):
                beside = self.beside(total, part)
                if beside is not None:
                    return self.add([*kept[:at], beside, *kept[at + 1 :]])
            kept.append(self.constant(total, exact))
        return kept[0] if len(kept) == 1 else self.node("add", *kept)

    def beside(self, constant: float, part: int) -> int | None:
        """constant + part as one node, where the two would cancel and there is another form."""
        return None

    def split(self, part: int) -> tuple[float, int]:
        """(k, g) with part = k·g for a constant k."""
        node = self.nodes[part]
        if node.kind == "negative":
            k, g = self.split(node.parts[0])
            return -k, g
        if node.kind == "multiply" and (factor := self.known(node.parts[0])) is not None:
            rest = node.parts[1:]
            return factor, rest[0] if len(rest) == 1 else self.node("multiply", *rest)
        if node.kind == "divide" and (q := self.known(node.parts[1])) is not None and q:
            k, g = self.split(node.parts[0])
            return k / q, g
        return 1.0, part

    def negative(self, part: int) -> int:
        value, node = self.known(part), self.nodes[part]
        if value is not None:
            return self.constant(-value, -self.exactly(part))
        return node.parts[0] if node.kind == "negative" else self.node("negative", part)

    def multiply(self, *parts: int) -> int:
        """A product, with its constants in front and its sign outside; quotients in it are put in one."""
        nodes = self.nodes
        if JOINED.isdisjoint([nodes[part].kind for part in parts]):
            return parts[0] if len(parts) == 1 else self.node("multiply", *parts) if parts else self.constant(1)
        total, kept = 1.0, list[int]()
        constants: list[int] = []
        for part in parts:
            node = nodes[part]
            kind = node.kind
            if kind == "negative":
                total, part, node = -total, node.parts[0], nodes[node.parts[0]]
                kind = node.kind
            if kind == "divide":
                return self.quotient(parts, ())
            if kind == "constant":
                total *= node.datum
                constants.append(part)
            elif kind == "multiply" and len(node.parts) <= LONGEST and nodes[node.parts[0]].kind == "constant":
                total *= nodes[node.parts[0]].datum
                constants.append(node.parts[0])
                kept.extend(node.parts[1:])
            else:
                kept.append(part)
        if total == 0:
            return self.constant(0)
        exact = (
            None
            if not constants or self.whole(total, constants)
            else abs(math.prod(map(self.exactly, constants), start=Fraction(1)))
        )
        if not kept:
            return self.constant(total, exact if total > 0 or exact is None else -exact)
        if len(set(kept)) < len(kept) and MODEST < abs(total) < 1 / MODEST:
            kept = self.squares(kept)
        if abs(total) != 1:
            kept.insert(0, self.constant(abs(total), exact))
        product = kept[0] if len(kept) == 1 else self.node("multiply", *kept)
        return self.negative(product) if total < 0 else product

    def squares(self, factors: Sequence[int]) -> list[int]:
        """Factors in which u·u is the square of u where that is computed anyway."""
        kept: list[int] = []
        for part in factors:
            square = self.index.get(("power", (part,), 2.0)) if part in kept else None
            if square is None:
                kept.append(part)
            else:
                kept[kept.index(part)] = square
        return kept

    def divide(self, top: int, bottom: int) -> int:
        value = self.known(bottom)
        if value == 1:
            return top
        if self.known(top) == 0:
            return top
        if self.nodes[top].kind == "negative":
            return self.negative(self.divide(self.nodes[top].parts[0], bottom))
        if value is not None and self.known(top) is not None and value:
            return self.constant(self.nodes[top].datum / value, self.part(top, bottom))
        if value is None and (
            self.nodes[top].kind == "divide"
            or self.nodes[self.bare(bottom)].kind == "divide"
            or (self.nodes[bottom].kind in ("multiply", "power") and self.known(top) is None)
        ):
            return self.quotient((top,), (bottom,))
        return self.node("divide", top, bottom)

    def bare(self, part: int) -> int:
        """The node without its sign."""
        return self.nodes[part].parts[0] if self.nodes[part].kind == "negative" else part

    def quotient(self, tops: Sequence[int], bottoms: Sequence[int]) -> int:
        """Π tops/Π bottoms without what cancels, large factors over large ones: x²/h³ is (x/h)²/h, whatever x² is."""
        powers: dict[int, float] = {}
        total = 1.0
        over: Exact = 1
        under: Exact = 1
        todo = [(part, -1.0) for part in reversed(bottoms)] + [(part, 1.0) for part in reversed(tops)]
        while todo:
            part, k = todo.pop()
            node = self.nodes[part]
            whole = k == int(k)
            if node.kind == "constant" and whole and _moderate(node.datum, k):
                if node.datum != 1:
                    total *= node.datum**k
                    raised = math.prod([self.modulus(part)] * abs(int(k)))
                    over, under = (over * raised, under) if k > 0 else (over, under * raised)
            elif node.kind == "negative" and whole:
                total = -total if k % 2 else total
                todo.append((node.parts[0], k))
            elif node.kind == "multiply" and whole and len(node.parts) <= LONGEST:
                todo.extend([(factor, k) for factor in reversed(node.parts)])
            elif node.kind == "divide" and whole:
                todo += [(node.parts[1], -k), (node.parts[0], k)]
            elif node.kind == "power" and whole:
                todo.append((node.parts[0], node.datum * k))
            else:
                powers[part] = powers.get(part, 0.0) + k
        above = {part: k for part, k in powers.items() if k > 0}
        below = {part: -k for part, k in powers.items() if k < 0}
        if total != total or not math.isfinite(total) or not total:
            return self.node("divide", self.multiplied(1.0, 1, tops), self.multiply(*bottoms))
        made = self.grouped(abs(total), over if under == 1 else Fraction(over, under), above, below)
        return self.negative(made) if total < 0 else made

    def grouped(self, total: float, exact: Exact, above: dict[int, float], below: dict[int, float]) -> int:
        """total·Π uᵏ/Π vᵐ for the positive powers k of each u and m of each v."""
        if exact.numerator == 1 and 1 < exact.denominator < 2**53:
            total, exact, divisor = 1.0, 1, self.constant(exact.denominator)
        else:
            divisor = -1
        factors = []
        if sum(below.values()) > 1:
            for v in list(below):
                for u in sorted(above, key=lambda u: u not in self.nodes[v].parts):
                    m = float(math.floor(min(above[u], below[v])))
                    if not m:
                        continue
                    factors.append(self.power(self.node("divide", u, v), m))
                    for powers, part in ((above, u), (below, v)):
                        powers[part] -= m
                        if not powers[part]:
                            del powers[part]
                    if v not in below:
                        break
        made = self.multiplied(total, exact, [*factors, *(self.power(u, k) for u, k in above.items())])
        last = [divisor] if divisor >= 0 else []
        if not factors:
            left = [*last, *(self.power(v, m) for v, m in below.items())]
            return self.node("divide", made, self.multiplied(1.0, 1, left)) if left else made
        for v, m in below.items():
            for _ in range(min(math.floor(m), LONGEST)):  # a power of it might overflow
                made, m = self.node("divide", made, v), m - 1
            if m:
                made = self.node("divide", made, self.power(v, m))
        return self.node("divide", made, divisor) if last else made

    def multiplied(self, total: float, exact: Exact, parts: Sequence[int]) -> int:
        """total·Π parts as they stand, for a positive total."""
        kept = [*([] if total == 1 and parts else [self.constant(total, exact)]), *parts]
        return kept[0] if len(kept) == 1 else self.node("multiply", *kept)

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

    def logarithm(self, part: int) -> int:
        value = self.known(part)
        return self.constant(math.log(value)) if value and value > 0 else self.node("call", part, datum="log")

    def choose(self, conditions: Sequence[int], values: Sequence[int]) -> int:
        """values[k] for the first condition k that holds, else the last value (one more than conditions)."""
        if all(value == values[0] for value in values):
            return values[0]
        return self.node("choose", *conditions, *values, datum=len(conditions))

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
        """For each node that these are made of, the inputs that it depends on, as bits of a whole number."""
        return {here: self.bits[here] for here in self.reachable(places)}

    def backwards(self, place: int, inputs: int | None = None) -> Iterator[tuple[int, Operation, int]]:
        """The nodes from the last to the first, each with its adjoint, by one reverse sweep; a choice hands none on.

        inputs: nodes that depend on none of these are left out, as bits.
        """
        if inputs is not None and not self.bits[place] & inputs:
            return
        one = self.constant(1)
        adjoints: dict[int, list[int]] = {place: [one]}
        waiting = [-place]
        while waiting:
            here = -heappop(waiting)
            handed = adjoints.pop(here)
            adjoint = handed[0] if len(handed) == 1 else self.add(handed)
            if self.known(adjoint) == 0:
                continue
            node = self.nodes[here]
            yield here, node, adjoint
            if node.kind in ("input", "choose"):
                continue
            for part, slope in self.partials(here, node, inputs):
                if (inputs is None or self.bits[part] & inputs) and self.known(slope) != 0:
                    made = slope if adjoint == one else adjoint if slope == one else self.multiply(adjoint, slope)
                    if part in adjoints:
                        adjoints[part].append(made)
                    else:
                        adjoints[part] = [made]
                        heappush(waiting, -part)

    def gradient(self, place: int, upto: int | None = None) -> dict[int, int]:
        """∂/∂(input i) for every input that matters, by one reverse sweep: {i: node}; up to an input, it included."""
        return self.slopes_by(place, -1 if upto is None else (2 << upto) - 1)

    def slopes_by(self, place: int, inputs: int) -> dict[int, int]:
        """The same for some of the inputs, as bits."""
        key = (place, inputs)
        if key in self.slopes:
            return self.slopes[key]
        found: dict[int, list[int]] = {}
        for _, node, adjoint in self.backwards(place, inputs):
            if node.kind == "input":
                found.setdefault(node.datum, []).append(adjoint)
            elif node.kind == "choose":
                for i, slope in self.chosen(node, inputs).items():
                    found.setdefault(i, []).append(self.multiply(adjoint, slope))
        result = {i: terms[0] if len(terms) == 1 else self.add(terms) for i, terms in sorted(found.items())}
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
        return (
            self.constant(abs(value), abs(self.exactly(place)))
            if value is not None
            else self.node("call", place, datum="Abs")
        )

    def chosen(self, node: Operation, inputs: int) -> dict[int, int]:
        """The gradient of a choice is the choice of gradients, so that a branch not taken cannot spoil it."""
        count = node.datum
        conditions, values = node.parts[:count], node.parts[count:]
        gradients = [self.slopes_by(value, inputs) for value in values]
        zero = self.constant(0)
        moving = sorted({i for gradient in gradients for i in gradient})
        return {i: self.choose(conditions, [g.get(i, zero) for g in gradients]) for i in moving}

    def nesting(self, place: int) -> int:
        """How deep functions stand inside functions."""
        depths: dict[int, int] = {}
        for here in sorted(self.reachable([place])):
            node = self.nodes[here]
            depths[here] = (node.kind in NESTING) + max((depths[part] for part in node.parts), default=0)
        return depths[place]

    def reachable(self, places: Iterable[int]) -> set[int]:
        seen, stack = set(), list(places)
        while stack:
            place = stack.pop()
            if place not in seen:
                seen.add(place)
                stack.extend(self.nodes[place].parts)
        return seen

    def ordered(self, place: int) -> list[int]:
        """What a node is made of, each behind its parts, itself last."""
        if place not in self.orders:
            self.orders[place] = sorted(self.reachable([place]))
        return self.orders[place]

    def partials(self, here: int, node: Operation, inputs: int | None = None) -> list[tuple[int, int]]:
        """(part, ∂node/∂part) for each part; a part that stands twice appears twice.

        inputs: of a function's parts those are left out that depend on none of these, as bits.
        """
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
            known = self.ratio(top, bottom)
            if known is not None:
                return known
            slope = self.divide(self.constant(1), bottom)
            if not self.bits[bottom]:
                return [(top, slope)]
            return [(top, slope), (bottom, self.negative(self.divide(here, bottom)))]
        if node.kind == "power":
            n = node.datum
            return [(parts[0], self.multiply(self.constant(n), self.power(parts[0], n - 1)))]
        if node.kind == "raise":
            base, exponent = parts
            if base == exponent or base in self.nodes[exponent].parts:
                lower = self.divide(here, base)  # where the exponent varies with the base its power less one overflows
            else:
                lower = self.node("raise", base, self.add([exponent, self.constant(-1)]))
            return [
                (base, self.multiply(exponent, lower)),
                (exponent, self.multiply(here, self.node("call", base, datum="log"))),
            ]
        if node.kind == "call":
            return [
                (part, self.partial(node.datum, parts, k))
                for k, part in enumerate(parts)
                if inputs is None or self.bits[part] & inputs
            ]
        return []

    def ratio(self, top: int, bottom: int) -> list[tuple[int, int]] | None:
        """`partials` of a quotient of which more is known."""
        return None

    def product_rule(self, parts: tuple[int, ...]) -> list[tuple[int, int]]:
        """Each part beside the product of all others, from products of the parts before and behind it."""
        if len(parts) == 2:
            return [(parts[0], parts[1]), (parts[1], parts[0])]
        one = self.constant(1)
        before, behind = [one], [one]
        for part in parts[:-1]:
            before.append(self.multiply(before[-1], part))
        for part in reversed(parts[1:]):
            behind.append(self.multiply(part, behind[-1]))
        return [(part, self.multiply(b, a)) for part, b, a in zip(parts, before, reversed(behind), strict=True)]

    def graft(self, other: Graph, top: int, inputs: Sequence[int]) -> int:
        """Another graph's node with these nodes for its inputs."""
        places: dict[int, int] = {}
        for here in other.ordered(top):
            node = other.nodes[here]
            if node.kind == "constant":
                places[here] = self.constant(node.datum, other.exact.get(here))
            else:
                places[here] = inputs[node.datum] if node.kind == "input" else self.again(node, places)
        return places[top]

    def again(self, node: Operation, places: dict[int, int]) -> int:
        """A node of another graph, its parts at these places."""
        parts = [places[part] for part in node.parts]
        if node.kind == "add":
            return self.add(parts)
        if node.kind == "negative":
            return self.negative(*parts)
        if node.kind == "multiply":
            return self.multiply(*parts)
        if node.kind == "divide":
            return self.divide(*parts)
        return self.node(node.kind, *parts, datum=node.datum)


def _moderate(value: float, exponent: float) -> bool:
    """Whether a power of a constant is a float and worth its exact fraction."""
    return bool(value) and abs(exponent) <= LONGEST and abs(exponent * math.log(abs(value))) < 600

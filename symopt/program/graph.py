"""A straight-line program: single operations, and their derivatives by reverse accumulation.

Each node is written once (equal nodes are one node), so derivatives share everything and never swell. Sums, products,
quotients and powers follow the textbook rules; the partial derivatives of functions come from whoever builds the graph.

Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed., 2008, chapters 3 (reverse mode)
and 5 (second derivatives); the symbolic form is the one of B. Christianson, Automatic Hessians by
reverse accumulation, IMA J. Numer. Anal. 12, 1992.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from symopt.program.nodes import Nodes, Operation

NESTING = ("call", "choose", "raise", "power")


class Graph(Nodes):
    """Nodes and their derivatives: forward sweeps along seeds, reverse sweeps for adjoints, and bounds of rounding."""

    def __init__(self) -> None:
        super().__init__()
        self.slopes: dict[tuple[int, int], dict[int, int]] = {}
        self.orders: dict[int, list[int]] = {}

    def partial(self, kind: str, parts: tuple[int, ...], k: int) -> int:
        """∂kind/∂argument k of a function at these nodes."""
        raise NotImplementedError

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

"""Operations of formulas as nodes, each simplified as it is made: equal ones are one node."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

HUGE = 10**1000  # denominators that are not worth their time
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


class Nodes:
    """Nodes in an order in which each one comes after its parts; equal nodes are one node.

    exact: what is meant by constants that a float can only hold rounded.
    """

    def __init__(self) -> None:
        self.nodes: list[Operation] = []
        self.bits: list[int] = []  # the inputs that each node depends on
        self.index: dict[tuple[str, tuple[int, ...], Any], int] = {}
        self.constants: dict[float, int] = {}
        self.exact: dict[int, Fraction] = {}

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
        whole = value.is_integer() and place not in self.exact
        return int(value) if whole else abs(self.exactly(place))

    def whole(self, total: float, constants: Sequence[int]) -> bool:
        """Whether constants are whole multiples of 1/FINE, so small that nothing of what they come to is rounded."""
        if abs(total) >= WHOLE / FINE ** len(constants):
            return False
        for place in constants:
            value = self.nodes[place].datum * FINE
            if place in self.exact or not abs(value) < WHOLE or value != int(value):  # nan is none
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


def _moderate(value: float, exponent: float) -> bool:
    """Whether a power of a constant is a float and worth its exact fraction."""
    return bool(value) and abs(exponent) <= LONGEST and abs(exponent * math.log(abs(value))) < 600

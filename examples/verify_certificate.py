"""Verifies a certificate of `symopt analyze --certificate FILE.json`, sharing no code with symopt.

    python examples/verify_certificate.py FILE.json

The loss is read from its text and differentiated with balls (python-flint). Shown are: the cells are a partition of the
window and of each face, edge and corner; no critical point lies in a cell that says so; one lies in each tiny box, by
Krawczyk's test, and no other in its region; kinds; the least value.
"""

import ast
import json
import re
import sys
from collections import Counter
from fractions import Fraction
from functools import reduce
from itertools import combinations, pairwise, product
from pathlib import Path

from flint import arb, arb_mat, ctx, fmpq

# fmt: off
ctx.prec = 128
DEPTH = 12  # halvings of a cell in which a statement is shown part by part
NAMES = {"pi": arb.pi(), "e": arb.const_e(), "E": arb.const_e()}
SIGN = {ast.Add: 1, ast.Sub: -1, ast.Mult: 1, ast.Div: -1}
FUNCTIONS = {  # with their first two derivatives
    "sin": lambda x: (x.sin(), x.cos(), -x.sin()), "cos": lambda x: (x.cos(), -x.sin(), -x.cos()),
    "exp": lambda x: (x.exp(), x.exp(), x.exp()), "log": lambda x: (x.log(), 1 / x, -1 / whole(x, 2)),
    "sqrt": lambda x: (x.sqrt(), 1 / (2 * x.sqrt()), -1 / (4 * x * x.sqrt())),
    "tanh": lambda x: (x.tanh(), whole(x.sech(), 2), -2 * x.tanh() * whole(x.sech(), 2)),
    "tan": lambda x: (x.tan(), whole(x.sec(), 2), 2 * x.tan() * whole(x.sec(), 2)),
    "cosh": lambda x: (x.cosh(), x.sinh(), x.cosh()), "sinh": lambda x: (x.sinh(), x.cosh(), x.sinh()),
    "atan": lambda x: (x.atan(), 1 / (1 + whole(x, 2)), -2 * x / whole(1 + whole(x, 2), 2)),
    "asinh": lambda x: (x.asinh(), 1 / (1 + whole(x, 2)).sqrt(), -x / whole((1 + whole(x, 2)).sqrt(), 3)),
    "erf": lambda x: (x.erf(), (bell := 2 * (-whole(x, 2)).exp() / arb.pi().sqrt()), -2 * x * bell),
}
def want(true, words):
    if not true:
        raise ValueError(words)
def ball(low, high=None):
    ends = [Fraction(low), Fraction(low if high is None else high)]
    want(ends[0] <= ends[1], "an interval")
    return reduce(arb.union, [arb(fmpq(*end.as_integer_ratio())) for end in ends])
def whole(x, k):
    """x to the whole number k; not negative if k is even."""
    if k < 0:
        return 1 / whole(x, -k)
    if k % 2 == 0 and x.is_finite() and x.contains(0):
        return arb(0).union(x.abs_upper() ** k) if k else arb(1)
    return x * whole(x, k - 1) if k else arb(1)
def dot(one, other, start=0):
    return sum((p * q for p, q in zip(one, other, strict=True)), arb(start))
def miss(ball):
    return ball.is_finite() and not ball.contains(0)
def cell(box):
    return tuple((Fraction(low), Fraction(high)) for low, high in box)
def centre(box):
    return tuple((sum(side) / 2,) * 2 for side in box)
def moves(box, free):
    return [ball(*box[k]) - ball(sum(box[k]) / 2) for k in free]
def halves(box, k=None):
    k = max(range(len(box)), key=lambda k: box[k][1] - box[k][0]) if k is None else k
    middle = sum(box[k]) / 2
    return [(*box[:k], half, *box[k + 1 :]) for half in ((box[k][0], middle), (middle, box[k][1]))]
def everywhere(box, shown, depth=DEPTH):
    """Whether a statement is shown on a box, or on all of its parts."""
    return shown(box) or (depth > 0 and all(everywhere(part, shown, depth - 1) for part in halves(box)))
def covered(box, cells, free):
    """Whether cells are all that halving makes of a box."""
    for k in free if len(cells) > 1 else ():
        parts = halves(box, k)
        low, high = ([c for c in cells if p[k][0] <= c[k][0] and c[k][1] <= p[k][1]] for p in parts)
        if low and high and len(low) + len(high) == len(cells):
            return covered(parts[0], low, free) and covered(parts[1], high, free)
    return cells == [box]
def kind(h):
    """By the signs in the characteristic polynomial of a symmetric matrix, whose roots are real (Descartes)."""
    minors = [sum((arb_mat([[h[i][j] for j in rows] for i in rows]).det() for rows in combinations(range(len(h)), k)),
                  arb(0)) for k in range(1, len(h) + 1)]
    want(miss(minors[-1]), "that H is regular")
    signs = [[s * (-1) ** k for s in ((1,) if m > 0 else (-1,) if m < 0 else (1, -1))] for k, m in enumerate(minors, 1)]
    counts = {sum(p != q for p, q in pairwise((1, *way))) for way in product(*signs)}
    want(len(counts) == 1, "a kind")
    return {len(h): "minimum", 0: "maximum"}.get(counts.pop(), "saddle")

class Jet:
    """A value, its gradient and its Hessian, as balls."""
    def __init__(self, v, g, h):
        self.v, self.g, self.h, self.n = v, g, h, range(len(g))
    def __add__(a, b):
        return Jet(a.v + b.v, [a.g[i] + b.g[i] for i in a.n], [[a.h[i][j] + b.h[i][j] for j in a.n] for i in a.n])
    def __mul__(a, b):
        h = [[a.h[i][j] * b.v + a.g[i] * b.g[j] + a.g[j] * b.g[i] + a.v * b.h[i][j] for j in a.n] for i in a.n]
        return Jet(a.v * b.v, [a.g[i] * b.v + a.v * b.g[i] for i in a.n], h)
    def through(a, f, df, ddf):
        square = [[whole(a.g[i], 2) if i == j else a.g[i] * a.g[j] for j in a.n] for i in a.n]
        return Jet(f, [df * p for p in a.g], [[ddf * square[i][j] + df * a.h[i][j] for j in a.n] for i in a.n])
    def power(a, e):
        want(e.denominator == 1 or a.v > 0, "that what stands under a root is positive")
        up = [whole(a.v, int(e - k)) if e.denominator == 1 else (a.v.log() * ball(e - k)).exp() for k in range(3)]
        return a.through(up[0], *(ball(c) * p if c else arb(0) for c, p in zip((e, e * (e - 1)), up[1:], strict=True)))

class Loss:
    def __init__(self, text, names):
        self.text, self.names, self.n = text.replace("^", "**"), names, len(names)
    def __call__(self, box):
        letters = {x: self.constant(ball(*side)) for x, side in zip(self.names, box, strict=True)}
        for k, x in enumerate(self.names):
            letters[x].g[k] = arb(1)
        jet, nan = self.read(ast.parse(self.text, mode="eval").body, letters), arb("nan")
        return jet if jet.v.is_finite() else Jet(nan, [nan] * self.n, [[nan] * self.n] * self.n)
    def constant(self, value):
        return Jet(arb(value), [arb(0)] * self.n, [[arb(0)] * self.n] * self.n)
    def call(self, name, inner):
        return inner.through(*FUNCTIONS[name](inner.v))
    def read(self, node, letters):
        match node:
            case ast.Constant():
                return self.constant(ball(ast.get_source_segment(self.text, node)))
            case ast.Name(id=name):
                return letters[name] if name in letters else self.constant(NAMES[name])
            case ast.UnaryOp(op=ast.USub(), operand=a):
                return self.constant(-1) * self.read(a, letters)
            case ast.BinOp(left=a, op=ast.Pow(), right=b):
                if fixed := re.fullmatch(r"-?[0-9.]+(/[0-9]+)?", ast.unparse(b).replace(" ", "")):
                    return self.read(a, letters).power(Fraction(fixed[0]))
                return self.call("exp", self.read(b, letters) * self.call("log", self.read(a, letters)))
            case ast.BinOp(left=a, op=ast.Add() | ast.Sub() as op, right=b):
                return self.read(a, letters) + self.constant(SIGN[type(op)]) * self.read(b, letters)
            case ast.BinOp(left=a, op=ast.Mult() | ast.Div() as op, right=b):
                return self.read(a, letters) * self.read(b, letters).power(Fraction(SIGN[type(op)]))
            case ast.Call(func=ast.Name(id="sum"), args=[a, i, p, q]):
                every = map(self.constant, range(p.value, q.value + 1))
                return reduce(Jet.__add__, [self.read(a, {**letters, i.id: k}) for k in every])
            case ast.Call(func=ast.Name(id=name), args=[a]):
                return self.call(name, self.read(a, letters))
        raise ValueError(f"the expression {ast.unparse(node)}")
    def mean(self, box, free, w):
        """Σ wᵢ·∂ᵢf in mean value form."""
        h, at = self(box).h, self(centre(box)).g
        return dot(w, [at[k] for k in free]) + dot([dot(w, [h[k][j] for k in free]) for j in free], moves(box, free))
    def gap(self, box, free, y):  # I − Y·H
        h = self(box).h
        columns = [[h[m][k] for m in free] for k in free]
        return [[int(i == j) - dot(row, column) for j, column in enumerate(columns)] for i, row in enumerate(y)]
    def settled(self, region, tiny, free, y):
        """Whether ‖I − Y·H‖ < 1, for one zero of ∇f at most, and Krawczyk's test maps the tiny box into its inside."""
        at, rest = [self(centre(tiny)).g[k] for k in free], self.gap(tiny, free, y)
        images = [ball(sum(tiny[k]) / 2) - dot(y[i], at) + dot(rest[i], moves(tiny, free)) for i, k in enumerate(free)]
        inside = all(ball(*tiny[k]).contains_interior(image) for k, image in zip(free, images, strict=True))
        return inside and everywhere(region, lambda box: all(sum(map(abs, row), arb(0)) < 1
                                                             for row in self.gap(box, free, y)))
    def true(self, each, tinies, free):
        """Whether a cell has no critical point, or just the one it names."""
        here = cell(each["box"])
        if "slope" in each:
            return each["slope"] in free and everywhere(here, lambda box: miss(self(box).g[each["slope"]]))
        if "mean" in each:
            return everywhere(here, lambda box: miss(self.mean(box, free, list(map(ball, each["mean"])))))
        region, tiny, y = cell(each["region"]), tinies[each["point"]], [list(map(ball, row)) for row in each["inverse"]]
        around = all(a <= c and d <= b for part in (here, tiny) for (a, b), (c, d) in zip(region, part, strict=True))
        return around and self.settled(region, tiny, free, y)
    def face(self, face, inside):
        """The critical points along a face and none other, their values and kinds."""
        box, tinies, cells = cell(face["box"]), [cell(each["box"]) for each in face["points"]], face["cells"]
        free = [k for k, (low, high) in enumerate(box) if low < high]
        for point, tiny in zip(face["points"], tinies, strict=True):
            want(all(a < c < d < b or a == c == d == b for (a, b), (c, d) in zip(box, tiny, strict=True)), "a place")
            value = self(centre(tiny)).v + dot([self(tiny).g[k] for k in free], moves(tiny, free))
            want(ball(*point["value"]).contains(value), "a value")
            want(point.get("kind") == (kind(self(tiny).h) if inside else None), "a kind")
        for pair in combinations(tinies, 2):
            want(any(b < c or d < a for (a, b), (c, d) in zip(*pair, strict=True)), "that two points are two")
        want(covered(box, [cell(each["box"]) for each in cells], free) if free else tinies == [box], "a whole face")
        for each in cells:
            want(self.true(each, tinies, free), f"the cell {each['box']}")
        want(not free or {each["point"] for each in cells if "point" in each} == set(range(len(tinies))), "a point")

def verify(made):
    """Raises ValueError unless all that a certificate says is shown."""
    sides = [[side, (side[0],) * 2, (side[1],) * 2] for side in cell(made["window"])]
    faces, loss = made["faces"], Loss(made["loss"], made["variables"])
    want([cell(face["box"]) for face in faces] == list(product(*sides)), "the window and its faces")
    values = {(i, j): point["value"] for i, face in enumerate(faces) for j, point in enumerate(face["points"])}
    least = [min(ends) for ends in zip(*values.values(), strict=True)]
    want(made["least"]["value"] == least, "the least value")
    want(made["least"]["at"] == [list(p) for p, value in values.items() if value[0] <= least[1]], "the least places")
    want(made["counts"] == Counter(point["kind"] for point in faces[0]["points"]), "the counts")
    for number, face in enumerate(faces):
        loss.face(face, number == 0)

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(print(__doc__))
    try:
        verify(done := json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    except Exception as refused:
        sys.exit(f"REFUSED: not shown: {refused}")
    print(f"VERIFIED: {done['counts']} in the window and no other; least value in {done['least']['value']}")

"""Verifies a certificate of `symopt analyze --certificate FILE.json`, sharing no code with symopt.

    python examples/verify_certificate.py FILE.json

The loss is read from its text and differentiated with balls (python-flint). |s| is t·s, t = ±1 beside a kink and t in
[−1, 1] on it: a critical point is one of φ(x, t), on a face of the window × [−1, 1]ᵏ. Shown are: the cells are a
partition of each face; a cell has no critical point if it says so; one lies in each tiny box, by Krawczyk's test, and
no other in its region; those whose t does not go with their s are ghosts; kinds; the least value.
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
# ruff: noqa: E701
ctx.prec = 128
NAMES = {"pi": arb.pi(), "e": arb.const_e(), "E": arb.const_e()}
SIGN = {ast.Add: 1, ast.Sub: -1, ast.Mult: 1, ast.Div: -1}
FUNCTIONS = {  # with their first two derivatives
    "sin": lambda x: (x.sin(), x.cos(), -x.sin()), "cos": lambda x: (x.cos(), -x.sin(), -x.cos()),
    "exp": lambda x: (x.exp(), x.exp(), x.exp()), "log": lambda x: (x.log(), 1 / x, -1 / whole(x, 2)),
    "sqrt": lambda x: (x.sqrt(), 1 / (2 * x.sqrt()), -1 / (4 * x * x.sqrt())),
    "tanh": lambda x: (x.tanh(), (up := whole(x.sech(), 2)), -2 * x.tanh() * up),
    "tan": lambda x: (x.tan(), (up := whole(x.sec(), 2)), 2 * x.tan() * up),
    "cosh": lambda x: (x.cosh(), x.sinh(), x.cosh()), "sinh": lambda x: (x.sinh(), x.cosh(), x.sinh()),
    "atan": lambda x: (x.atan(), 1 / (under := 1 + whole(x, 2)), -2 * x / whole(under, 2)),
    "asinh": lambda x: (x.asinh(), 1 / (root := (1 + whole(x, 2)).sqrt()), -x / whole(root, 3)),
    "erf": lambda x: (x.erf(), (bell := 2 * (-whole(x, 2)).exp() / arb.pi().sqrt()), -2 * x * bell)}
def want(true, words):
    if not true: raise ValueError(words)
def ball(*sides):
    ends = [Fraction(end) for end in (sides[0], sides[-1])]
    want(ends[0] <= ends[1], "an interval")
    return reduce(arb.union, [arb(fmpq(*end.as_integer_ratio())) for end in ends])
def whole(x, k):  # x to the whole number k, not negative if k is even
    if k < 0: return 1 / whole(x, -k)
    if k % 2 == 0 and x.is_finite() and x.contains(0): return arb(0).union(x.abs_upper() ** k) if k else arb(1)
    return x * whole(x, k - 1) if k else arb(1)
def dot(one, other, start=0): return sum((p * q for p, q in zip(one, other, strict=True)), arb(start))
def miss(ball): return ball.is_finite() and not ball.contains(0)
def cell(box): return tuple((Fraction(low), Fraction(high)) for low, high in box)
def centre(box): return tuple((sum(side) / 2,) * 2 for side in box)
def moves(box, free): return [ball(*box[k]) - ball(sum(box[k]) / 2) for k in free]
def halves(box, k=None):
    k = max(range(len(box)), key=lambda k: box[k][1] - box[k][0]) if k is None else k
    middle = sum(box[k]) / 2
    return [(*box[:k], half, *box[k + 1 :]) for half in ((box[k][0], middle), (middle, box[k][1]))]
def everywhere(box, shown, depth=12):
    """Whether a statement is shown on a box, or on all of its parts, halved so often."""
    return shown(box) or (depth > 0 and all(everywhere(part, shown, depth - 1) for part in halves(box)))
def covered(box, cells, free):  # whether cells are all that halving makes of a box
    for k in free if len(cells) > 1 else ():
        parts = halves(box, k)
        low, high = ([c for c in cells if p[k][0] <= c[k][0] and c[k][1] <= p[k][1]] for p in parts)
        if low and high and len(low) + len(high) == len(cells):
            return covered(parts[0], low, free) and covered(parts[1], high, free)
    return cells == [box]
def positive(h):
    """How many eigenvalues, by signs in the characteristic polynomial of a symmetric matrix (Descartes)."""
    minors = [sum((arb_mat([[h[i][j] for j in rows] for i in rows]).det() for rows in combinations(range(len(h)), k)),
                  arb(0)) for k in range(1, len(h) + 1)]
    want(miss(minors[-1]), "that H is regular")
    signs = [[s * (-1) ** k for s in ((1,) if m > 0 else (-1,) if m < 0 else (1, -1))] for k, m in enumerate(minors, 1)]
    counts = {sum(p != q for p, q in pairwise((1, *way))) for way in product(*signs)}
    want(len(counts) == 1, "a kind")
    return counts.pop()

class Jet:  # a value, its gradient and its Hessian, as balls
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
        self.text, self.names, self.x = text.replace("^", "**"), names, len(names)
        self.tree = ast.parse(self.text, mode="eval").body
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "abs"]
        self.switches = {ast.unparse(call.args[0]): call.args[0] for call in calls}
        want(not any("abs(" in side for side in self.switches), "kinks within kinks")
        self.n, self.k = self.x + 2 * len(self.switches), len(self.switches)
        self.turning = range(self.x, self.x + self.k)
    def __call__(self, box):
        every = [self.constant(ball(*side)) for side in (*box, *[(0,)] * self.k)]
        for k, letter in enumerate(every): letter.g[k] = arb(1)
        letters = dict(zip(self.names, every, strict=False))
        self.sides = [self.read(side, letters) for side in self.switches.values()]
        ends = zip(self.switches, self.sides, every[self.x :], every[self.x + self.k :], strict=False)
        self.bent = {name: t * s + zero for name, s, t, zero in ends}  # so that its slope is ∂φ/∂|s|
        jet, nan = self.read(self.tree, letters), arb("nan")
        return jet if jet.v.is_finite() else Jet(nan, [nan] * self.n, [[nan] * self.n] * self.n)
    def constant(self, value): return Jet(arb(value), [arb(0)] * self.n, [[arb(0)] * self.n] * self.n)
    def call(self, name, inner): return inner.through(*FUNCTIONS[name](inner.v))
    def read(self, node, letters):
        match node:
            case ast.Constant(): return self.constant(ball(ast.get_source_segment(self.text, node)))
            case ast.Name(id=name): return letters[name] if name in letters else self.constant(NAMES[name])
            case ast.UnaryOp(op=ast.USub(), operand=a): return self.constant(-1) * self.read(a, letters)
            case ast.BinOp(left=a, op=ast.Pow(), right=b):
                if fixed := re.fullmatch(r"-?[0-9.]+(/[0-9]+)?", ast.unparse(b).replace(" ", "")):
                    return self.read(a, letters).power(Fraction(fixed[0]))
                return self.call("exp", self.read(b, letters) * self.call("log", self.read(a, letters)))
            case ast.BinOp(left=a, op=ast.Add() | ast.Sub() as op, right=b):
                return self.read(a, letters) + self.constant(SIGN[type(op)]) * self.read(b, letters)
            case ast.BinOp(left=a, op=ast.Mult() | ast.Div() as op, right=b):
                return self.read(a, letters) * self.read(b, letters).power(Fraction(SIGN[type(op)]))
            case ast.Call(func=ast.Name(id="abs"), args=[a]): return self.bent[ast.unparse(a)]
            case ast.Call(func=ast.Name(id="sum"), args=[a, i, p, q]) if i.id not in {*letters, *NAMES}:
                every = map(self.constant, range(p.value, q.value + 1))
                return reduce(Jet.__add__, [self.read(a, {**letters, i.id: k}) for k in every])
            case ast.Call(func=ast.Name(id=name), args=[a]): return self.call(name, self.read(a, letters))
        raise ValueError(f"the expression {ast.unparse(node)}")
    def mean(self, box, free, w):  # Σ wᵢ·∂ᵢf in mean value form
        h, at = self(box).h, self(centre(box)).g
        return dot(w, [at[k] for k in free]) + dot([dot(w, [h[k][j] for k in free]) for j in free], moves(box, free))
    def gap(self, box, free, y):  # I − Y·H
        h = self(box).h
        return [[(i == j) - dot(row, [h[m][k] for m in free]) for j, k in enumerate(free)] for i, row in enumerate(y)]
    def settled(self, region, tiny, free, y):
        """Whether ‖I − Y·H‖ < 1, for one zero of ∇f at most, and Krawczyk's test maps the tiny box into its inside."""
        at, rest = [self(centre(tiny)).g[k] for k in free], self.gap(tiny, free, y)
        images = [ball(sum(tiny[k]) / 2) - dot(y[i], at) + dot(rest[i], moves(tiny, free)) for i, k in enumerate(free)]
        inside = all(ball(*tiny[k]).contains_interior(image) for k, image in zip(free, images, strict=True))
        def small(box): return all(sum(map(abs, row), arb(0)) < 1 for row in self.gap(box, free, y))
        return inside and everywhere(region, small)
    def goes(self, box, k, free):
        """Whether t is the sign of s, or s = 0, as ∂φ/∂t = s·∂φ/∂|s|; None if that is not shown."""
        rise, s = self(box).g[k + self.k], self.sides[k - self.x].v
        if miss(s) if k in free else s * ball(*box[k]) < 0: return False
        return True if (miss(rise) if k in free else s * ball(*box[k]) > 0) else None
    def kind(self, tiny, free):  # by the signs of H, and at a kink of ∂φ/∂|s|
        jet, active = self(tiny), [k for k in free if k >= self.x]
        up, more = sum(jet.g[k + self.k] > 0 for k in active), positive([[jet.h[i][j] for j in free] for i in free])
        if up == len(active) and more == self.x: return "minimum"
        return "maximum" if up == 0 and more == len(active) else "saddle"
    def true(self, each, tinies, free):
        """Whether a cell has no critical point, or just the one it names."""
        here, of = cell(each["box"]), each.get("slope")
        if (k := each.get("side")) is not None:
            return k in self.turning and everywhere(here, lambda box: self.goes(box, k, free) is False)
        if of is not None: return of in free and everywhere(here, lambda box: miss(self(box).g[of]))
        w = [ball(c) for c in each.get("mean", [])]
        if w: return everywhere(here, lambda box: miss(self.mean(box, free, w)))
        region, tiny, y = cell(each["region"]), tinies[each["point"]], [list(map(ball, row)) for row in each["inverse"]]
        around = all(a <= c and d <= b for part in (here, tiny) for (a, b), (c, d) in zip(region, part, strict=True))
        return around and self.settled(region, tiny, free, y)
    def face(self, face, inside):  # the critical points along it and none other, their values and kinds
        box, tinies, cells = cell(face["box"]), [cell(each["box"]) for each in face["points"]], face["cells"]
        free = [k for k, (low, high) in enumerate(box) if low < high]
        for point, tiny in zip(face["points"], tinies, strict=True):
            want(all(a < c < d < b or a == c == d == b for (a, b), (c, d) in zip(box, tiny, strict=True)), "a place")
            goes = [self.goes(tiny, k, free) for k in self.turning]
            want(False in goes if "ghost" in point else all(goes), "the side of a kink")
            value = self(centre(tiny)).v + dot([self(tiny).g[k] for k in free], moves(tiny, free))
            want(ball(*point["value"]).contains(value), "a value")
            kind = self.kind(tiny, free) if inside and "ghost" not in point else None
            want(point.get("kind") == kind, "a kind")
        for pair in combinations(tinies, 2):
            want(any(b < c or d < a for (a, b), (c, d) in zip(*pair, strict=True)), "that two points are two")
        want(covered(box, [cell(each["box"]) for each in cells], free) if free or cells else tinies == [box], "all")
        for each in cells: want(self.true(each, tinies, free), f"the cell {each['box']}")
        want(not free or {each["point"] for each in cells if "point" in each} == set(range(len(tinies))), "a point")

def verify(made):
    """Raises ValueError unless all that a certificate says is shown."""
    faces, loss = made["faces"], Loss(made["loss"], made["variables"])
    whole = (*cell(made["window"]), *[(Fraction(-1), Fraction(1))] * loss.k)
    sides, inner = [[side, (side[0],) * 2, (side[1],) * 2] for side in whole], 3**loss.k
    want([cell(face["box"]) for face in faces] == list(product(*sides)), "the window and its faces")
    points = {(i, j): p for i, face in enumerate(faces) for j, p in enumerate(face["points"]) if "ghost" not in p}
    least = [min(ends) for ends in zip(*[point["value"] for point in points.values()], strict=True)]
    want(made["least"]["value"] == least, "the least value")
    want(made["least"]["at"] == [list(p) for p in points if points[p]["value"][0] <= least[1]], "the least places")
    want(made["counts"] == Counter(p["kind"] for (i, _), p in points.items() if i < inner), "the counts")
    for number, face in enumerate(faces): loss.face(face, number < inner)

if __name__ == "__main__":
    if len(sys.argv) != 2: sys.exit(print(__doc__))
    try: verify(done := json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    except Exception as refused: sys.exit(f"REFUSED: not shown: {refused}")
    print(f"VERIFIED: {done['counts']} in the window and no other; least value in {done['least']['value']}")

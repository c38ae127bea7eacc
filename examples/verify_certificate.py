"""Verifies a certificate of `symopt analyze --certificate FILE.json`, sharing no code with symopt.

    python examples/verify_certificate.py FILE.json

The loss is read from its text and differentiated with balls. |s| is t·s, t = ±1 beside a kink and t in [−1, 1] on it:
a critical point is one of φ(x, t), on a face of the window × [−1, 1]ᵏ. Shown are: cells are a partition of each face;
a cell has no critical point if it says so; one is in each tiny box, by Krawczyk's test, and no other in its region;
those whose t does not go with their s are ghosts; kinds; the least value. A file of any other shape is refused.
"""

# fmt: off
# ruff: noqa: E401, E701, I001
import ast, json, re, sys
from collections import Counter
from fractions import Fraction
from functools import reduce
from itertools import combinations, pairwise, product
from pathlib import Path
from flint import arb, arb_mat, ctx, fmpq
ctx.prec, WORK = 192, 5 * 10**6  # bits, and parts of the loss that are read
BOX = [[re.compile(r"-?[0-9]{1,999}(/[0-9]{1,999})?")]]
WHY = {"side": int}, {"mean": [float]}, {"region": BOX, "inverse": [[float]], "point": int}
FACE = {"box": BOX, "cells": [tuple({"box": BOX, **why} for why in WHY)],
        "points": [{"box": BOX, "value": [float], "kind": str}]}
SHAPE = {"schema": re.compile("symopt.certificate/3"), "loss": str, "variables": [str], "window": BOX, "faces": [FACE],
         "counts": dict, "least": {"value": [float], "at": [[int]]}}
NAMES = {"pi": arb.pi(), "e": arb.const_e(), "E": arb.const_e()}
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
    if not true: raise ValueError(f"not shown: {words}")
def fits(made, shape):
    if isinstance(shape, tuple): return any(fits(made, each) for each in shape)
    if isinstance(shape, re.Pattern): return fits(made, str) and shape.fullmatch(made)
    if isinstance(shape, type) or type(made) is not type(shape): return type(made) is shape
    if isinstance(shape, list): return all(fits(each, shape[0]) for each in made)
    return made.keys() == shape.keys() and all(fits(made[k], shape[k]) for k in made)
def exact(end): return arb(fmpq(*Fraction(end).as_integer_ratio()))
def ball(*sides):
    want(Fraction(sides[0]) <= Fraction(sides[-1]), "an interval")
    return exact(sides[0]).union(exact(sides[-1]))  # may be a trifle wider
def between(sides, inner): return bool(exact(sides[0]) <= inner and inner <= exact(sides[1]))
def whole(x, k):  # x to the whole number k, not negative if k is even
    if k < 0 or k % 2: return 1 / whole(x, -k) if k < 0 else x * whole(x, k - 1)
    if k and x.is_finite() and x.contains(0): return arb(0).union(x.abs_upper() ** k)
    return abs(x) ** k if k else 1 + 0 * x
def dot(one, other, start=0): return sum((p * q for p, q in zip(one, other, strict=True)), arb(start))
def miss(ball): return ball.is_finite() and not ball.contains(0)
def cell(box): return tuple((Fraction(low), Fraction(high)) for low, high in box)
def within(sides, inner): return all(a <= c <= d <= b for (a, b), (c, d) in zip(sides, inner, strict=True))
def centre(box): return tuple((sum(side) / 2,) * 2 for side in box)
def moves(box, free): return [ball(*box[k]) - ball(sum(box[k]) / 2) for k in free]
def halves(box, k=None):
    k = max(range(len(box)), key=lambda k: box[k][1] - box[k][0]) if k is None else k
    return [(*box[:k], half, *box[k + 1 :]) for half in pairwise((box[k][0], sum(box[k]) / 2, box[k][1]))]
def everywhere(box, shown, depth=12):  # whether a statement is shown on a box, or on all of its parts, halved so often
    return shown(box) or (depth > 0 and all(everywhere(part, shown, depth - 1) for part in halves(box)))
def covered(box, cells, free):  # whether cells are all that halving makes of a box
    for k in free if len(cells) > 1 else ():
        parts = halves(box, k)
        low, high = ([c for c in cells if p[k][0] <= c[k][0] and c[k][1] <= p[k][1]] for p in parts)
        if low and high and len(low) + len(high) == len(cells):
            return covered(parts[0], low, free) and covered(parts[1], high, free)
    return cells == [box]
def positive(h):  # how many eigenvalues, by signs in the characteristic polynomial of a symmetric matrix (Descartes)
    minors = [sum((arb_mat([[h[i][j] for j in rows] for i in rows]).det() for rows in combinations(range(len(h)), k)),
                  arb(0)) for k in range(1, len(h) + 1)]
    want(miss(minors[-1]), "that H is regular")
    signs = [[s * (-1) ** k for s in ((1,) if m > 0 else (-1,) if m < 0 else (1, -1))] for k, m in enumerate(minors, 1)]
    (count,) = {sum(p != q for p, q in pairwise((1, *way))) for way in product(*signs)}
    return count
class Jet:  # a value, its gradient and its Hessian, as balls
    def __init__(self, v, g, h): self.v, self.g, self.h, self.n = v, g, h, range(len(g))
    def __add__(a, b):
        return Jet(a.v + b.v, [a.g[i] + b.g[i] for i in a.n], [[a.h[i][j] + b.h[i][j] for j in a.n] for i in a.n])
    def __mul__(a, b):
        h = [[a.h[i][j] * b.v + a.g[i] * b.g[j] + a.g[j] * b.g[i] + a.v * b.h[i][j] for j in a.n] for i in a.n]
        return Jet(a.v * b.v, [a.g[i] * b.v + a.v * b.g[i] for i in a.n], h)
    def through(a, f, df, ddf):
        square = [[whole(a.g[i], 2) if i == j else a.g[i] * a.g[j] for j in a.n] for i in a.n]
        return Jet(f, [df * p for p in a.g], [[ddf * square[i][j] + df * a.h[i][j] for j in a.n] for i in a.n])
    def power(a, e):
        up = [whole(a.v, int(e - k)) if e.denominator == 1 else (a.v.log() * ball(e - k)).exp() for k in range(3)]
        return a.through(up[0], *(ball(c) * p if c else arb(0) for c, p in zip((e, e * (e - 1)), up[1:], strict=True)))
class Loss:
    def __init__(self, text, names):
        self.text, self.names, self.x, self.work = text.replace("^", "**"), names, len(names), iter(range(WORK, 0, -1))
        self.tree = ast.parse(self.text, mode="eval").body
        calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and self.typed(node.func) == "abs"]
        self.switches = {self.typed(call.args[0]): call.args[0] for call in calls}
        want(not any("abs(" in side for side in self.switches), "kinks within kinks")
        self.n, self.k = self.x + 2 * len(self.switches), len(self.switches)
        self.turning = range(self.x, self.x + self.k)
        want(self.x + self.k <= 6, "so many variables and kinks")
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
    def typed(self, node): return "".join(ast.get_source_segment(self.text, node).split())
    def call(self, name, inner): return inner.through(*FUNCTIONS[name](inner.v))
    def read(self, node, letters):
        want(next(self.work, 0), "anything with so much work")
        read, call = self.read, self.call
        match node:
            case ast.Constant() if re.fullmatch(r"[0-9]*\.?[0-9]*([eE][+-]?[0-9]{1,3})?", number := self.typed(node)):
                return self.constant(ball(number))
            case ast.Name(name) if name in {*letters, *NAMES}: return letters.get(name) or self.constant(NAMES[name])
            case ast.UnaryOp(ast.USub(), a): return self.constant(-1) * read(a, letters)
            case ast.BinOp(a, ast.Pow(), b) if re.fullmatch(r"-?[0-9.]+(/[0-9]+)?", number := self.typed(b)):
                return read(a, letters).power(Fraction(number))
            case ast.BinOp(a, ast.Pow(), b): return call("exp", read(b, letters) * call("log", read(a, letters)))
            case ast.BinOp(a, ast.Add(), b): return read(a, letters) + read(b, letters)
            case ast.BinOp(a, ast.Sub(), b): return read(a, letters) + self.constant(-1) * read(b, letters)
            case ast.BinOp(a, ast.Mult(), b): return read(a, letters) * read(b, letters)
            case ast.BinOp(a, ast.Div(), b): return read(a, letters) * read(b, letters).power(Fraction(-1))
            case ast.Call(ast.Name("abs"), [a], []): return self.bent[self.typed(a)]
            case ast.Call(ast.Name("sum"), [a, ast.Name(i), ast.Constant(p), ast.Constant(q)], []) if (
                type(p) is type(q) is int and i not in {*letters, *NAMES}
            ): return reduce(Jet.__add__, (read(a, {**letters, i: self.constant(k)}) for k in range(p, q + 1)))
            case ast.Call(ast.Name(name), [a], []) if name in FUNCTIONS: return call(name, read(a, letters))
        raise ValueError(f"not shown: the expression {self.typed(node)}")
    def slopes(self, box, free, w):  # whether Σ wᵢ·∂ᵢf misses 0, as it stands or in mean value form
        jet, at = self(box), self(centre(box)).g
        bent = dot([dot(w, [jet.h[k][j] for k in free]) for j in free], moves(box, free))
        return miss(dot(w, [jet.g[k] for k in free])) or miss(dot(w, [at[k] for k in free]) + bent)
    def gap(self, box, free, y):  # I − Y·H
        h = self(box).h
        return [[(i == k) - dot(row, [h[j][k] for j in free]) for k in free] for i, row in zip(free, y, strict=True)]
    def settled(self, region, tiny, free, y):  # ‖I − Y·H‖ < 1, and Krawczyk's test maps the tiny box into itself
        at, rest = [self(centre(tiny)).g[k] for k in free], self.gap(tiny, free, y)
        images = [ball(sum(tiny[k]) / 2) - dot(y[i], at) + dot(rest[i], moves(tiny, free)) for i, k in enumerate(free)]
        inside = all(between(tiny[k], image) for k, image in zip(free, images, strict=True))
        def small(box): return all(sum(map(abs, row), arb(0)) < 1 for row in self.gap(box, free, y))
        return inside and everywhere(region, small)
    def goes(self, box, k, free):  # whether t is the sign of s, or s = 0, as ∂φ/∂t = s·∂φ/∂|s|; None if not shown
        rise, s = self(box).g[k + self.k], self.sides[k - self.x].v
        if miss(s) if k in free else s * ball(*box[k]) < 0: return False
        return True if (miss(rise) if k in free else s * ball(*box[k]) > 0) else None
    def kind(self, tiny, free):  # by the signs of H, and at a kink of ∂φ/∂|s|
        jet, active = self(tiny), [k for k in free if k >= self.x]
        up, more = sum(jet.g[k + self.k] > 0 for k in active), positive([[jet.h[i][j] for j in free] for i in free])
        if up == len(active) and more == self.x: return "minimum"
        return "maximum" if up == 0 and more == len(active) else "saddle"
    def true(self, each, tinies, free):  # whether a cell has no critical point, or just the one it names
        here, k = cell(each["box"]), each.get("side")
        if "side" in each: return k in self.turning and everywhere(here, lambda box: self.goes(box, k, free) is False)
        if "mean" in each: return everywhere(here, lambda box: self.slopes(box, free, list(map(ball, each["mean"]))))
        region, tiny, y = cell(each["region"]), tinies[each["point"]], [list(map(ball, row)) for row in each["inverse"]]
        return within(region, here) and within(region, tiny) and self.settled(region, tiny, free, y)
    def face(self, face, inside):  # the critical points along it and none other, their values and kinds
        box, tinies, cells = cell(face["box"]), [cell(each["box"]) for each in face["points"]], face["cells"]
        free = [k for k, (low, high) in enumerate(box) if low < high]
        for point, tiny in zip(face["points"], tinies, strict=True):
            want(all(a < c < d < b or a == c == d == b for (a, b), (c, d) in zip(box, tiny, strict=True)), "a place")
            goes = [self.goes(tiny, k, free) for k in self.turning]
            want(False in goes if point["kind"] == "ghost" else all(goes), "the side of a kink")
            value = self(centre(tiny)).v + dot([self(tiny).g[k] for k in free], moves(tiny, free))
            (low, high), narrow = point["value"], 2048 * value.rad() + abs(value) / 2**48 + arb(2) ** -1070
            want(between((low, high), value) and exact(high) - exact(low) < narrow, "a value, or that it is so narrow")
            want(point["kind"] in ("ghost", self.kind(tiny, free) if inside else "border"), "a kind")
        for pair in combinations(tinies, 2):
            want(any(b < c or d < a for (a, b), (c, d) in zip(*pair, strict=True)), "that two points are two")
        want(covered(box, [cell(each["box"]) for each in cells], free) if free or cells else tinies == [box], "all")
        for each in cells: want(self.true(each, tinies, free), f"the cell {each['box']}")
        want(not free or {each["point"] for each in cells if "point" in each} == set(range(len(tinies))), "a point")
def unique(pairs): return want(len(dict(pairs)) == len(pairs), "what two fields of one name say") or dict(pairs)
def verify(made):
    """Raises ValueError unless all that a certificate says is shown."""
    want(fits(made, SHAPE), "what has not the shape of a certificate")
    faces, loss = made["faces"], Loss(made["loss"], made["variables"])
    whole = (*cell(made["window"]), *[(Fraction(-1), Fraction(1))] * loss.k)
    want(len(whole) == loss.x + loss.k and all(low < high for low, high in whole), "a window of all variables")
    sides, inner = [[side, (side[0],) * 2, (side[1],) * 2] for side in whole], 3**loss.k
    want([cell(face["box"]) for face in faces] == list(product(*sides)), "the window and its faces")
    points = {(i, j): p for i, face in enumerate(faces) for j, p in enumerate(face["points"]) if p["kind"] != "ghost"}
    least = [min(ends) for ends in zip(*[point["value"] for point in points.values()], strict=True)]
    want(made["least"]["value"] == least, "the least value")
    want(made["least"]["at"] == [list(p) for p in points if points[p]["value"][0] <= least[1]], "the least places")
    counts = Counter(p["kind"] for (i, _), p in points.items() if i < inner)
    want(json.dumps(made["counts"], sort_keys=True) == json.dumps(counts, sort_keys=True), "the counts")
    for number, face in enumerate(faces): loss.face(face, number < inner)
    return f"VERIFIED: {dict(counts)} in the window and no other; least value in {least}"
if __name__ == "__main__":
    if len(sys.argv) != 2: sys.exit(print(__doc__))
    try: print(verify(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"), object_pairs_hook=unique)))
    except Exception as no: sys.exit(f"REFUSED: {' '.join(str(no).split())[:300]}")

# fmt: off
# ruff: noqa: E401, E701, E702, I001
"""Verifies a certificate of `symopt analyze --certificate FILE.json`, sharing no code with symopt.

    python examples/verify_certificate.py FILE.json

The loss is read as steps, differentiated by rules and enclosed with balls. The window, its faces, edges and corners are
halved into cells. On one f is at least the least value; or w·∇f misses 0, as it stands or in mean value form; or around
it is a region with one critical point, that in a tiny box (Krawczyk). |s| has the slope t·∇s, t = ±1, t in [−1, 1] if s
may be 0 (Clarke). Inside the window t may be a coordinate: a critical point is one of φ(x, t) on a face of the window
× [−1, 1]ᵏ, t the sign of s unless s = 0. f is continuous: its least value is taken where f is not shown to be larger.
"""
import ast, json, re, sys; from pathlib import Path
from collections import Counter; from fractions import Fraction; from functools import lru_cache
from itertools import combinations, pairwise, product; from flint import arb, arb_mat, ctx, fmpq
ctx.prec, WORK, LONG = 192, 10**7, 10**5  # bits, steps that are taken, letters of a loss
NUMBER = re.compile(r"(?<![\w.])([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?(?![\w.])")
BOX = [[re.compile(r"-?[0-9]{1,999}(/[0-9]{1,999})?")]]
CELL = {"cut": int}, {}, {"side": int}, {"mean": [float]}, {"region": BOX, "inverse": [[float]], "point": int}
FACE = {"box": BOX, "cells": [CELL], "points": [{"box": BOX, "value": [float], "kind": str}]}
SHAPE = {"schema": re.compile("symopt.certificate/4"), "loss": str, "variables": [str], "window": BOX, "faces": [FACE],
         "counts": dict, "complete": bool, "least": {"value": [float], "place": BOX[0], "at": [BOX]}}
NONE, NAMES = float("-inf"), {"pi": arb.pi(), "e": arb.const_e(), "E": arb.const_e()}
RULES = {"sin": "cos(x)", "cos": "-sin(x)", "exp": "exp(x)", "log": "1/x", "sinh": "cosh(x)", "cosh": "sinh(x)",
         "tanh": "1/cosh(x)**2", "atan": "1/(1+x**2)", "asinh": "1/sqrt(1+x**2)", "erf": "2*exp(-x**2)/sqrt(pi)"}
def want(true, words):
    if not true: raise ValueError(f"not shown: {words}")
def fits(made, shape):
    if isinstance(shape, tuple): return any(fits(made, each) for each in shape)
    if isinstance(shape, re.Pattern): return fits(made, str) and shape.fullmatch(made)
    if isinstance(shape, type) or type(made) is not type(shape): return type(made) is shape
    if isinstance(shape, list): return all(fits(each, shape[0]) for each in made)
    return made.keys() == shape.keys() and all(fits(made[k], shape[k]) for k in made)
exact = lru_cache(10**5)(lambda end: arb(fmpq(*Fraction(end).as_integer_ratio())))
def ball(low, high): want(low <= high, "an interval"); return exact(low).union(exact(high))  # a trifle wider
def size(x): return arb(0).union(x.abs_upper()) if x.is_finite() and x.contains(0) else abs(x)  # |x|
def ends(x, f): return f(x.lower()).union(f(x.upper()))  # of what rises or falls
def power(x, e, low):  # no number meant by x is below low, though the ball may be a trifle wider
    if (low > 0 or low == 0 < e) and not x > exact(low): return (exact(low) ** exact(e)).union(x.upper() ** exact(e))
    if e.denominator > 1: return ends(x, lambda y: (y.log() * exact(e)).exp())
    if x.contains(0) and (e < 0 or e % 2 == 0): return arb(0).union(x.abs_upper() ** int(e)) if e > 0 else arb("nan")
    return ends(x, lambda y: y ** int(e))
def wave(x, op, slope): return getattr(x, op)().intersection(getattr(x.mid(), op)() + slope * (x - x.mid()))  # sin, cos
def dot(one, other): return sum((p * q for p, q in zip(one, other, strict=True)), arb(0))
def miss(ball): return ball.is_finite() and not ball.contains(0)
def cell(box): return tuple((Fraction(low), Fraction(high)) for low, high in box)
def within(sides, inner): return all(a <= c <= d <= b for (a, b), (c, d) in zip(sides, inner, strict=True))
def centre(box): return tuple((sum(side) / 2,) * 2 for side in box)
def free(box): return [k for k, (low, high) in enumerate(box) if low < high]
def moves(box): return [ball(*box[k]) - exact(sum(box[k]) / 2) for k in free(box)]
def halves(box, k): return [(*box[:k], s, *box[k + 1 :]) for s in pairwise((box[k][0], sum(box[k]) / 2, box[k][1]))]
def everywhere(box, shown, depth=12):  # whether a statement is shown on a box, or on all of its parts, halved so often
    k = max(range(len(box)), key=lambda k: box[k][1] - box[k][0])
    return shown(box) or (depth > 0 and all(everywhere(part, shown, depth - 1) for part in halves(box, k)))
def gap(h, y): return [[(i == j) - dot(w, c) for j, c in enumerate(h)] for i, w in enumerate(y)]  # I − Y·H
def positive(h):  # how many eigenvalues, by the signs in the characteristic polynomial (Descartes)
    signs = [(1,) if c > 0 else (-1,) if c < 0 else (1, -1) for c in arb_mat(h).charpoly().coeffs()]
    counts = {sum(p != q for p, q in pairwise(way)) for way in product(*signs)}
    want(len(signs[0]) == len(counts) == 1, "that H is regular"); return counts.pop()
class Loss:  # a list of steps (operation, arguments), each once; over boxes of x, or of x and a t for each |s| = t·s
    def __init__(self, text, names):
        want(len(text) <= LONG and not {*names} & {*NAMES} and len({*names}) == len(names), "so long a loss, or names")
        self.steps, self.numbers, self.slopes, self.kinks = [], {}, {}, {}
        self.names, self.x, self.work = {name: self.put("name", name) for name in NAMES}, len(names), WORK
        text = NUMBER.sub(lambda number: f"({Fraction(number[0])})", text.replace("^", "**"))
        letters = {name: self.put("letter", k) for k, name in enumerate(names)}
        self.last, self.typed = self.read(ast.parse(text, mode="eval").body, {**self.names, **letters}), len(self.steps)
    def spend(self, work): self.work -= work; want(self.work > 0, "what takes so much work")
    def number(self, value): return self.put("number", Fraction(value))
    def put(self, op, a, b=None):  # the number of a step; plain numbers are put together
        if op in "+*":
            if self.steps[b][0] == "number": a, b = b, a
            (one, p, _), (other, q, _) = self.steps[a], self.steps[b]
            if one == other == "number": return self.number(p + q if op == "+" else p * q)
            if one == "number" and p in (0, op == "*"): return a if op == "*" and p == 0 else b
            if op == "*" and a == b: op, b = "power", Fraction(2)
        if op == "power" and b in (0, 1): return a if b == 1 else self.number(1)
        if op == "power" and b == -1 and self.steps[a][0] == "number": return self.number(1 / self.steps[a][1])
        if (op, a, b) not in self.numbers: self.steps.append((op, a, b))
        return self.numbers.setdefault((op, a, b), len(self.numbers))
    def read(self, node, known):  # a tree of Python's, with steps for the names that it knows
        read, put, steps = lambda part: self.read(part, known), self.put, self.steps
        match node:
            case ast.Constant(int(value)): return self.number(value)
            case ast.Name(name): return known[name]
            case ast.UnaryOp(ast.USub(), a): return put("*", self.number(-1), read(a))
            case ast.BinOp(a, ast.Sub(), b): return put("+", read(a), put("*", self.number(-1), read(b)))
            case ast.BinOp(a, ast.Add() | ast.Mult() as op, b): return put("+*"[type(op) is ast.Mult], read(a), read(b))
            case ast.BinOp(a, ast.Div(), b): return put("*", read(a), put("power", read(b), Fraction(-1)))
            case ast.BinOp(a, ast.Pow(), b):
                p, (op, e, _) = read(a), steps[k := read(b)]
                return put("power", p, e) if op == "number" else put("exp", put("*", k, put("log", p)))
            case ast.Call(ast.Name("sqrt"), [a], []): return put("power", read(a), Fraction(1, 2))
            case ast.Call(ast.Name("abs"), [a], []):
                self.kinks.setdefault(s := read(a), self.x + len(self.kinks)); return put("abs", s)
            case ast.Call(ast.Name(name), [a], []) if name in RULES: return put(name, read(a))
        raise ValueError(f"not shown: the expression {ast.unparse(node)}")
    def slope(self, a, k):  # the step of a step's derivative by a coordinate, or by |s|: ~k for that of its t
        (op, p, q), put, t, d = self.steps[a], self.put, self.kinks.get(self.steps[a][1]), self.slope
        if (a, k) in self.slopes: return self.slopes[a, k]
        match op:
            case "number" | "name" | "letter": df = self.number(op == "letter" and p == k)
            case "+": df = put("+", d(p, k), d(q, k))
            case "*": df = put("+", put("*", d(p, k), q), put("*", p, d(q, k)))
            case "power": df = put("*", put("*", self.number(q), put("power", p, q - 1)), d(p, k))
            case "abs": df = p if k == t else self.number(1) if k == ~t else put("*", put("sign", p), d(p, k))
            case "sign": df = self.number(1) if k == t else put("jump", p)
            case _: df = put("*", self.read(ast.parse(RULES[op]).body[0].value, self.names | {"x": p}), d(p, k))
        return self.slopes.setdefault((a, k), df)
    def __call__(self, box, *asked):  # the balls of some steps, all of them nan where f is not shown to have a value
        steps, bent = self.steps[: max([self.typed, *[n + 1 for n in asked]])], len(box) > self.x
        done, self.low = [], NONE; self.spend(len(steps))
        for op, a, b in steps:
            (p, u), (q, v) = (done[k] if type(k) is int and op != "letter" else (None, NONE) for k in (a, b))
            match op:  # low: below which no number is that is meant
                case "number" | "name": value, low = (exact(a), a) if op == "number" else (NAMES[a], 0)
                case "letter": value, low = ball(*box[a]), box[a][0]
                case "+": value, low = p + q, u + v
                case "*": value, low = p * q, 0 if min(u, v) >= 0 else NONE
                case "power": value, low = power(p, b, u), 0 if u >= 0 or b % 2 != 1 else NONE
                case "abs": value, low = (ball(*box[self.kinks[a]]) * p, NONE) if bent else (size(p), 0)
                case "sign": value, low = ball(*box[self.kinks[a]]) if bent else p.sgn() if miss(p) else arb(0, 1), NONE
                case "jump": value, low = arb(0) if bent or miss(p) else arb("nan"), NONE  # the derivative of a sign
                case "sin" | "cos": value, low = wave(p, op, p.cos() if op == "sin" else -p.sin()), NONE
                case "cosh": value, low = p.cosh(), 0
                case _: value, low = ends(p, lambda y, op=op: getattr(y, op)()), 0 if op == "exp" else NONE
            if len(done) < self.typed and not value.is_finite():  # each s may have one nevertheless
                return [done[n][0] if n < len(done) and n in self.kinks else arb("nan") for n in asked]
            done.append((value, low))
        self.low = done[self.last][1]; return [done[n][0] for n in asked]
    def gradient(self, box, at): return self(box, *[self.slope(self.last, k) for k in at])
    def curve(self, box):  # H
        h = self(box, *[self.slope(self.slope(self.last, max(i, j)), min(i, j)) for i in free(box) for j in free(box)])
        return [h[i:][: len(free(box))] for i in range(0, len(h), len(free(box)))]
    def told(self, box, told):  # whether f is shown to satisfy something, as it stands or in mean value form
        return told(self(box, self.last)[0], self.low) or told(
            self(centre(box), self.last)[0] + dot(self.gradient(box, free(box)), moves(box)), NONE)
    def misses(self, box, w):  # whether Σ wᵢ·∂ᵢf misses 0, as it stands or in mean value form
        return miss(dot(w, self.gradient(box, at := free(box)))) or miss(
            dot(w, self.gradient(centre(box), at)) + dot([dot(w, column) for column in self.curve(box)], moves(box)))
    def settled(self, region, tiny, y):  # ‖I − Y·H‖ < 1, and Krawczyk's test maps the tiny box into itself
        at, rest = self.gradient(centre(tiny), free(tiny)), gap(self.curve(tiny), y)
        for k, row, gaps in zip(free(tiny), y, rest, strict=True):
            image = exact(sum(tiny[k]) / 2) - dot(row, at) + dot(gaps, moves(tiny))
            if not (exact(tiny[k][0]) < image and image < exact(tiny[k][1])): return False
        return everywhere(region, lambda box: all(sum(map(abs, row), arb(0)) < 1 for row in gap(self.curve(box), y)))
    def side(self, box, k): return self(box, {t: s for s, t in self.kinks.items()}[k])[0]
    def wrong(self, box, k):  # whether t does not go with s: it has another sign, or s is not 0
        return miss(self.side(box, k)) if k in free(box) else self.side(box, k) * exact(box[k][0]) < 0
    def kind(self, tiny):  # by the signs of H, and at a kink of ∂φ/∂|s|, where ∂φ/∂t = s·∂φ/∂|s| = 0
        lifts = [self(tiny, self.slope(self.last, ~k))[0] for k in free(tiny) if k >= self.x]
        fixed = [self.side(tiny, k) * exact(tiny[k][0]) > 0 for k in range(self.x, len(tiny)) if k not in free(tiny)]
        want(all(fixed) and all(map(miss, lifts)), "the side of a kink")
        up, more, k = sum(lift > 0 for lift in lifts), positive(self.curve(tiny)), len(lifts)
        return "minimum" if (up, more) == (k, self.x) else "maximum" if (up, more) == (0, k) else "saddle"
    def high(self, box, least):  # whether f is at least the least value, and larger but where it may be taken
        (low, high), here = map(exact, least["value"]), any(within(place, box) for place in least["at"])
        return self.told(box, lambda f, bound: f > high or (here and (f >= low or bound >= least["value"][0])))
    def true(self, here, each, tinies, least):  # whether a cell has what it says
        if "side" in each: return everywhere(here, lambda box: self.wrong(box, each["side"]))
        if "mean" in each: return everywhere(here, lambda box: self.misses(box, list(map(exact, each["mean"]))))
        if not each: return everywhere(here[: self.x], lambda box: self.high(box, least))
        r, tiny, y = cell(each["region"]), tinies[each["point"]], [[*map(exact, row)] for row in each["inverse"]]
        return all(within(r, p) and free(r) == free(p) for p in (here, tiny)) and self.settled(r, tiny, y)
    def cells(self, box, rest, *known):  # how many of the cells that are cut from a box may have other critical points
        if (k := (each := next(rest)).get("cut")) is None: want(self.true(box, each, *known), f"{box}"); return not each
        want(k in free(box), "a cut"); return sum(self.cells(part, rest, *known) for part in halves(box, k))
    def face(self, box, face, least):  # how many cells of it may have other critical points
        tinies, rest = [cell(each["box"]) for each in face["points"]], iter(face["cells"])
        for point, tiny in zip(face["points"], tinies, strict=True):
            (low, high), sides = map(exact, point["value"]), zip(box, tiny, strict=True)
            want(all(a < c < d < b or a == c == d == b for (a, b), (c, d) in sides), "a place"); self.spend(len(tinies))
            want(self.told(tiny, lambda f, _, low=low, high=high: low <= f and f <= high), "a value")
            want(self.kind(tiny) == point["kind"] and self.high(tiny[: self.x], least), "a kind, or the least value")
        for p in combinations(tinies, 2): want(any(b < c or d < a for (a, b), (c, d) in zip(*p, strict=True)), "two")
        left, named = self.cells(box, rest, tinies, least), {each.get("point") for each in face["cells"]} - {None}
        want(next(rest, None) is None and named == {*range(len(tinies))}, "all cells and points"); return left
def unique(pairs): return want(len(dict(pairs)) == len(pairs), "what two fields of one name say") or dict(pairs)
def verify(made):  # raises ValueError unless all that a certificate says is shown
    want(fits(made, SHAPE), "what has not the shape of a certificate")
    faces, loss, least = made["faces"], Loss(made["loss"], made["variables"]), made["least"]
    window, turned = cell(made["window"]), len(loss.kinks) if len(faces[0]["box"]) > loss.x else 0
    want(len(window) == loss.x and all(low < high for low, high in window), "a window of all variables")
    nested = turned and {loss.slope(s, k) for s in list(loss.kinks) for k in loss.kinks.values()} != {loss.number(0)}
    want(loss.x + turned <= 6 and not nested, "so many kinks, or kinks within kinks")
    sides = [[side, (side[0],) * 2, (side[1],) * 2] for side in (*window, *[(Fraction(-1), Fraction(1))] * turned)]
    inside, border = product(*[s[:1] for s in sides[: loss.x]], *sides[loss.x :]), product(*sides[: loss.x])
    every, inner = [*inside, *list(border)[1:]], 3**turned
    want([cell(f["box"]) for f in faces] == every and not any(f["points"] for f in faces[inner:]), "the window's faces")
    place, top, at = cell([[c, c] for c in least["place"]]), exact(least["value"][1]), [*map(cell, least["at"])]
    want(within(window, place) and loss.told(place, lambda f, _: f <= top), "the place")
    left = sum([loss.face(box, face, {**least, "at": at}) for box, face in zip(every, faces, strict=True)][:inner])
    counts = Counter(point["kind"] for face in faces[:inner] for point in face["points"])
    want(fits(made["counts"], dict.fromkeys(counts, int)) and made["counts"] == counts, "the counts")
    more = f"perhaps others in {left} cells" if left else "no other"; want(made["complete"] is (left == 0), more)
    return f"VERIFIED: {dict(counts)}, {more}; least value in {least['value']}"
if __name__ == "__main__":
    if len(sys.argv) != 2: sys.exit(print(__doc__))
    try: print(verify(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"), object_pairs_hook=unique)))
    except Exception as no: sys.exit(f"REFUSED: {' '.join(str(no).split())[:300]}")

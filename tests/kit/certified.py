"""What is false in a certificate, by sympy, a dense multistart in doubles and Newton's method in fifty digits.

It shares no code with symopt or with the checker of examples/: where that one proves, this one looks. Where the faces
have a t for each kink, |s| is t·s, and all zeros of ∇φ(x, t) on each face of the window × [−1, 1]ᵏ are looked for from
random starts and from the places told; else |s| is √(s²), and its kinks are no places that are looked for.
"""

import ast
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product

import mpmath
import numpy as np
import sympy

DIGITS, STARTS, SAMPLES = 50, 40, 20
TROUBLE = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError, SyntaxError,
           TypeError, ValueError, sympy.SympifyError)  # fmt: skip
BEND = sympy.Function("bend")
NAMES = {"e": sympy.E, "E": sympy.E, "pi": sympy.pi, "abs": BEND}


def parsed(text, names):
    letters = {name: sympy.Symbol(name) for name in names}
    known = {**NAMES, **letters}
    return sympy.sympify(text, locals=known, rational=True), list(letters.values())


def calls(node):
    """The calls of abs in a tree, those on the left first."""
    for child in ast.iter_child_nodes(node):
        yield from calls(child)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "abs":
        yield node


def number(end):
    part = Fraction(end)
    return mpmath.mpf(part.numerator) / part.denominator


class Reference:
    """φ of a loss with its slopes, and its zeros on the faces of a window."""

    def __init__(self, text, names, window, bent):
        expr, xs = parsed(text, names)
        text = text.replace("^", "**")
        bends = [parsed(ast.get_source_segment(text, call), names)[0] for call in calls(ast.parse(text))]
        bends = list(dict.fromkeys(bends)) if bent else []
        ws = [sympy.Symbol(f"w{k}") for k in range(len(bends))]
        ts = [sympy.Symbol(f"t{k}", real=True) for k in range(len(bends))]
        top = expr.xreplace(dict(zip(bends, ws, strict=True)))
        self.sides = [part.args[0] for part in bends]
        held = dict(zip(ws, (t * s for t, s in zip(ts, self.sides, strict=True)), strict=True))
        phi, every = top.xreplace(held).replace(BEND, lambda s: sympy.sqrt(s**2)), [*xs, *ts]
        slopes = [sympy.diff(phi, z) for z in every]
        parts = [phi, slopes, [[sympy.diff(slope, z) for z in every] for slope in slopes], self.sides,
                 [sympy.diff(top, w).xreplace(held) for w in ws]]  # fmt: skip
        self.exact, self.quick = (sympy.lambdify([every], parts, modules=module) for module in ("mpmath", "numpy"))
        self.n, self.k = len(xs), len(ts)
        sides = [[side, (side[0],) * 2, (side[1],) * 2] for side in (*window, *[(Fraction(-1), Fraction(1))] * self.k)]
        self.inside = [(*window, *t) for t in product(*sides[self.n :])]
        self.faces = [*self.inside, *list(product(*sides[: self.n]))[1:]]
        self.f = sympy.lambdify([xs], expr.replace(BEND, sympy.Abs), modules="mpmath")
        self.found = {}
        self.border = reference(text, names, window, False) if bends else self

    def zeros(self, face, told):
        """The zeros of ∇φ strictly inside a face, each (place, φ, kind)."""
        free = [j for j, (low, high) in enumerate(face) if low < high]
        found = [[number(low) for low, _ in face]] if not free else self.found.setdefault(face, [])
        if free and not found:
            low, high = np.array([[float(end) for end in side] for side in face]).T
            starts = np.random.default_rng(7).uniform(low, high, (STARTS * len(free), len(face)))
        else:
            starts = []
        for start in [*starts, *([float(a + b) / 2 for a, b in box] for box in told)] if free else []:
            place = self.polished(np.array(start, float), face, free)
            if place is not None and all(
                max(abs(a - b) for a, b in zip(place, old, strict=True)) > 1e-18 for old in found
            ):
                found.append(place)
        return [(place, *self.told(place, face, free)) for place in found]

    def polished(self, at, face, free):
        with np.errstate(all="ignore"):
            for _ in range(40):
                _, slopes, curves, _, _ = self.quick(at)
                try:
                    step = np.linalg.solve(np.array(curves, float)[np.ix_(free, free)], np.array(slopes, float)[free])
                except (np.linalg.LinAlgError, TypeError):
                    return None
                if not np.isfinite(step).all():
                    return None
                at[free] -= step
                if np.abs(step).max() < 1e-9:
                    break
            else:
                return None
        place = [mpmath.mpf(float(c)) if j in free else number(face[j][0]) for j, c in enumerate(at)]
        for _ in range(5):
            _, slopes, curves, _, _ = self.exact(place)
            curve = mpmath.matrix([[curves[i][j] for j in free] for i in free])
            try:
                step = mpmath.lu_solve(curve, mpmath.matrix([slopes[j] for j in free]))
            except ZeroDivisionError:
                return None
            for i, j in enumerate(free):
                place[j] -= step[i]
        if any(isinstance(c, mpmath.mpc) for c in place) or not mpmath.norm(step) < mpmath.mpf(10) ** (9 - DIGITS):
            return None
        return place if all(number(face[j][0]) < place[j] < number(face[j][1]) for j in free) else None

    def told(self, place, face, free):
        value, _, curves, sides, lifts = self.exact(place)
        tiny = mpmath.mpf(10) ** -30
        if any(abs(s) > tiny if j in free else s * place[j] < 0 for j, s in enumerate(sides, self.n)):
            return value, ""
        active = [j for j in free if j >= self.n]
        signs = [mpmath.sign(lifts[j - self.n]) for j in active]
        basis = np.eye(self.n)
        if active:
            normals = np.array([[float(curves[i][j]) for i in range(self.n)] for j in active])
            basis = np.linalg.svd(normals)[2][len(active) :].T
        curve = np.array([[float(entry) for entry in row[: self.n]] for row in curves[: self.n]])
        bends = np.linalg.eigvalsh(basis.T @ curve @ basis) if basis.size else np.array([])
        if all(s > 0 for s in signs) and (bends > 0).all():
            return value, "minimum"
        return value, "maximum" if all(s < 0 for s in signs) and (bends < 0).all() else "saddle"


@lru_cache(maxsize=64)
def reference(text, names, window, bent):
    return Reference(text, names, window, bent)


def sides(box):
    assert type(box) is list
    assert all(type(side) is list and len(side) == 2 and set(map(type, side)) == {str} for side in box)
    assert all(set(end) <= set("-/0123456789") for side in box for end in side)
    return tuple(tuple(map(Fraction, side)) for side in box)


def numbers(row, length):
    assert type(row) is list
    assert len(row) == length
    assert all(type(each) is float for each in row)
    return row


def whole(number):
    assert type(number) is int
    return number


def falsehood(made):
    """A false statement of a certificate, in a word; `malformed` if it has not its shape, nothing where all is true."""
    try:
        with mpmath.workdps(DIGITS):
            return next(_falsehoods(made), "")
    except TROUBLE as why:
        return f"malformed: {why!r}"


def _falsehoods(made):
    assert made.keys() == {"schema", "loss", "variables", "window", "faces", "counts", "complete", "least"}
    assert made["schema"] == "symopt.certificate/4"
    assert type(made["loss"]) is str
    assert type(made["variables"]) is list
    assert all(type(name) is str for name in made["variables"])
    assert type(made["complete"]) is bool
    assert made["least"].keys() == {"value", "place", "at"}
    window = sides(made["window"])
    assert len(window) == len(made["variables"]) == len(set(made["variables"]))
    assert all(low < high for low, high in window)
    bent = len(made["faces"][0]["box"]) > len(window)
    this = reference(made["loss"], tuple(made["variables"]), window, bent)
    if [sides(face["box"]) for face in made["faces"]] != this.faces:
        yield "faces"
        return
    low, high = numbers(made["least"]["value"], 2)
    at = [sides(box) for box in made["least"]["at"]]
    place = [side[0] for side in sides([[c, c] for c in made["least"]["place"]])]
    if not all(a <= c <= b for c, (a, b) in zip(place, window, strict=True)):
        yield "place"
    elif not this.f([number(c) for c in place]) <= mpmath.mpf(high):
        yield "least value"
    seen = min((this.f(x), x) for x in _places(window))
    if seen[0] < mpmath.mpf(low):
        yield "least value"
    counts, left, lowest = {}, 0, []
    for face, box in zip(made["faces"], this.faces, strict=True):
        assert face.keys() == {"box", "cells", "points"}
        told = [sides(point["box"]) for point in face["points"]]
        inner = box in this.inside
        zeros = this.zeros(box, told) if inner else []
        lowest += [(value, place[: len(window)]) for place, value, kind in zeros if kind]
        yield from _points(face["points"], told, zeros, box, made["complete"])
        bare = yield from _cells(this if inner else this.border, face["cells"], told, zeros, box)
        left += bare if inner else 0
        for point in face["points"]:
            counts[point["kind"]] = counts.get(point["kind"], 0) + 1
    assert all(type(count) is int for count in made["counts"].values())
    if made["counts"] != counts:
        yield "counts"
    if made["complete"] != (left == 0):
        yield "complete"
    best = min([seen, *lowest])
    if best[0] < mpmath.mpf(low):
        yield "least value"
    if (
        best[0] < seen[0]
        and best[0] <= this.f([number(c) for c in place])
        and not any(_has(box, best[1]) for box in at)
    ):
        yield "least places"


def _places(window):
    """Places in a window, corners too."""
    draw = np.random.default_rng(5).random((200, len(window)))
    for shares in [*draw, *product((0, 0.5, 1), repeat=len(window))]:
        yield [number(a + Fraction(float(c)) * (b - a)) for c, (a, b) in zip(shares, window, strict=True)]


def _has(box, place):
    return all(number(low) <= c <= number(high) for (low, high), c in zip(box, place, strict=True))


def _points(points, told, zeros, box, complete):
    for point, tiny in zip(points, told, strict=True):
        assert point.keys() == {"box", "value", "kind"}
        low, high = numbers(point["value"], 2)
        inside = [zero for zero in zeros if _has(tiny, zero[0])]
        strict = all(a < c <= d < b or a == c == d == b for (a, b), (c, d) in zip(box, tiny, strict=True))
        if len(inside) != 1 or not strict:
            yield "point"
        elif not mpmath.mpf(low) <= inside[0][1] <= mpmath.mpf(high):
            yield "value"
        elif point["kind"] != inside[0][2]:
            yield "kind"
    for one, other in combinations(told, 2):
        if all(a <= d and c <= b for (a, b), (c, d) in zip(one, other, strict=True)):
            yield "one point twice"
    for place, _, kind in zeros:
        if complete and kind and not any(_has(tiny, place) for tiny in told):
            yield "a point is missing"


def boxes(box, cells):
    """(box, reason) of all cells that halving makes of a box, a cut before what it makes."""
    cells, open_ = iter(cells), [box]
    while open_:
        box, cell = open_.pop(), next(cells, None)
        assert type(cell) is dict
        if "cut" not in cell:
            yield box, cell
            continue
        assert cell.keys() == {"cut"}
        k = whole(cell["cut"])
        assert 0 <= k < len(box)
        assert box[k][0] < box[k][1]
        middle = sum(box[k]) / 2
        open_ += [(*box[:k], half, *box[k + 1 :]) for half in ((middle, box[k][1]), (box[k][0], middle))]
    assert next(cells, None) is None


def _cells(this, cells, told, zeros, box):
    """What is false in cells; how many of them say nothing of critical points."""
    free = [j for j, (low, high) in enumerate(box) if low < high]
    named, bare = set(), 0
    for here, cell in list(boxes(box, cells)):
        if not cell:
            bare += 1
            continue
        if cell.keys() == {"side"}:
            j = whole(cell["side"])
            good = this.n <= j < this.n + this.k and all(
                abs(found[3][j - this.n]) > 0 if j in free else found[3][j - this.n] * at[j] < 0
                for at, found in _samples(this, here)
            )
        elif cell.keys() == {"mean"}:
            w = numbers(cell["mean"], len(free))
            signs = {np.sign(np.dot(w, [found[1][j] for j in free])) for _, found in _samples(this, here)}
            signs = {sign for sign in signs if not np.isnan(sign)}
            good = signs in ({1.0}, {-1.0}, set()) and not any(_has(here, zero[0]) for zero in zeros)
        else:
            assert cell.keys() == {"region", "inverse", "point"}
            region, tiny = sides(cell["region"]), told[whole(cell["point"])]
            assert cell["point"] >= 0
            named.add(cell["point"])
            rows = np.array([numbers(row, len(free)) for row in cell["inverse"]]).reshape(len(free), len(free))
            good = all(
                a <= c and d <= b for part in (here, tiny) for (a, b), (c, d) in zip(region, part, strict=True)
            ) and all(
                np.abs(np.eye(len(free)) - rows @ np.array(found[2], float)[np.ix_(free, free)]).sum(axis=1).max() < 1
                for _, found in _samples(this, region) if free
            )  # fmt: skip
        if not good:
            yield f"cell {here}"
    if named != set(range(len(told))):
        yield "a point without a proof"
    return bare


def _samples(this, box):
    low, high = np.array([[float(end) for end in side] for side in box]).T
    draw = np.random.default_rng(3).uniform(low, high, (SAMPLES, len(box)))
    with np.errstate(all="ignore"):
        for at in [*draw, *np.array(list(product(*zip(low, high, strict=True))))[:16]]:
            yield at, this.quick(at)

"""∇²f over whole arrays, in the form that the sums allow."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from sympy import Expr, S, Symbol

from symopt.codegen.arrays.places import WORD, Place, aligned, whole
from symopt.codegen.arrays.sweep import Sweep, Term

BANDS = 12  # diagonals from which on a sparse matrix is one of entries

HESSIANS = {
    "dense": "∇²f({x}), a matrix (n, n)",
    "bands": "∇²f({x}), a sparse array (n, n) of its diagonals",
    "entries": "∇²f({x}), a sparse array (n, n)",
    "parts": "S, U, C with ∇²f({x}) = S + U @ C @ U.T: S a sparse array (n, n), U (n, r), C (r, r)",
    "product": "∇²f({x}) @ {v}, (n,)",
}


class Hessians(Sweep):
    """ddf."""

    def form(self, terms: dict[Symbol, Term]) -> str:
        """What ddf gives: a key of HESSIANS."""
        places = {u: p for term in terms.values() for u, p in term.places.items()}
        pairs = [(term, places[a], places[b]) for term in terms.values() for a, b in term.curvatures]
        whole = all(self.totals[s].outer == 0 for s in self.curved(terms))
        if not whole:
            return "product"
        if all(p.inner is not None or not p.axes or p.matrix for p in places.values()):
            return "dense"
        if any(p.matrix for _, a, b in pairs for p in (a, b)):
            return "product"
        if self.curved(terms):
            return "parts"
        return self.sparsity([(t, a, b) for t, a, b in pairs])

    def sparsity(self, pairs: Sequence[tuple[Term, Place, Place]]) -> str:
        offsets = set()
        for term, a, b in pairs:
            if a.inner or b.inner:
                continue
            if term.axes > 1 or (offset := banded(a, b)) is None:
                return "entries"
            offsets.add(abs(offset))
        return "bands" if len(offsets) <= BANDS else "entries"

    def curved(self, terms: dict[Symbol, Term]) -> list[Symbol]:
        """The totals whose own slope is a part of ∇²f, in their order."""
        found: set[Symbol] = set()
        for symbol, term in reversed(terms.items()):
            inner = {u: p.inner for u, p in term.places.items() if p.inner is not None}
            if symbol in found:
                found |= {inner[u] for u in term.slopes if u in inner}
            found |= {inner[u] for pair in term.curvatures for u in pair if u in inner}
        return [s for s in terms if s in found]

    def ddf(self) -> list[str]:
        self.reset()
        terms = self.forward(2)
        self.kind = self.form(terms)
        if self.kind == "product":
            return self.product(terms)
        slopes = self.jacobians(terms)
        if self.kind == "dense":
            self.let(self.h, f"np.zeros(({self.n}, {self.n}))")
        pairs = [(t, t.places[a], t.places[b]) for t in terms.values() for a, b in t.curvatures]
        sparse = self.sparsity(pairs) if self.kind == "parts" else self.kind
        self.blocks: list[str] = []
        self.bands: dict[int, str] = {}
        self.factors: list[str] = []
        self.cores: dict[tuple[str, str], list[str]] = {}
        for term, weight in self.adjoints(terms):
            for (a, b), expr in term.curvatures.items():
                one, other = term.places[a], term.places[b]
                if one.inner is not None or other.inner is not None:
                    self.low_rank(term, one, other, a == b, weight, expr, slopes)
                elif self.kind == "dense":
                    self.dense(term, one, other, a == b, weight, expr)
                elif sparse == "bands":
                    self.band(term, one, other, weight, expr)
                else:
                    self.entries(term, one, other, a == b, weight, expr)
        return self.body(self.h if self.kind == "dense" else self.sparse(sparse))

    def sparse(self, sparse: str) -> str:
        """The sparse part, and that of low rank, as text."""
        shape = f"({self.n}, {self.n})"
        if sparse == "bands":
            both = {}
            for offset, name in sorted(self.bands.items()):
                both[offset] = name
                if offset:
                    both[-offset] = name
            made = f"sparse.diags_array([{', '.join(both.values())}], offsets={list(both)}, shape={shape})"
        else:
            made = f"assembled({self.n}, {', '.join(self.blocks)})"
            self.writer.used.add("assembled")
        if not (self.bands if sparse == "bands" else self.blocks):
            made = f"sparse.coo_array({shape})"
        self.writer.used.add("sparse.")
        if self.kind != "parts":
            return made
        matrix = self.let(self.free("S"), made)
        u = self.let(self.free("U"), f"np.stack([{', '.join(self.factors)}]).T")
        size = len(self.factors)
        c = self.let(self.free("C"), f"np.zeros(({size}, {size}))")
        for (one, other), texts in self.cores.items():
            i, j = self.factors.index(one), self.factors.index(other)
            entry = f"{c}[{i}, {j}] = " + (f"{c}[{j}, {i}] = " if i != j else "")
            self.say(c, entry + " + ".join(f"({t})" if len(texts) > 1 and t[0] == "-" else t for t in texts))
        return f"{matrix}, {u}, {c}"

    def jacobians(self, terms: dict[Symbol, Term]) -> dict[Symbol, str]:
        found: dict[Symbol, str] = {}
        for symbol in self.curved(terms):
            term = terms[symbol]
            name = found[symbol] = self.let(self.new("j"), f"np.zeros({self.n})")
            for u, slope in term.slopes.items():
                self.steep(name, term, term.places[u], S.One, slope, found)
        return found

    def steep(self, target: str, term: Term, place: Place, weight: Expr, expr: Expr, slopes: dict[Symbol, str]) -> None:
        """target += the derivative of an input, weighted, whatever that is."""
        if place.inner is None:
            self.add(target, term, place, weight, expr)
        else:
            text, _ = self.scaled(weight, term, expr, ())
            self.say(target, f"{target} += {whole(text)}*{slopes[place.inner]}")

    def low_rank(
        self, term: Term, one: Place, other: Place, same: bool, weight: Expr, expr: Expr, slopes: dict[Symbol, str]
    ) -> None:
        if one.inner is not None and other.inner is not None:
            left, right = slopes[one.inner], slopes[other.inner]
            core, _ = self.scaled(weight, term, expr, ())
        else:
            inner, rest = (one, other) if one.inner is not None else (other, one)
            assert inner.inner is not None
            left, right, core = self.let(self.new("r"), f"np.zeros({self.n})"), slopes[inner.inner], "1"
            self.add(left, term, rest, weight, expr)
        if self.kind == "dense":
            scale = "" if core == "1" else f"{whole(core)}*"
            both = f"np.outer({left}, {right})"
            self.say(self.h, f"{self.h} += {scale}{both}" if same else
                     f"{self.h} += {scale}({both} + np.outer({right}, {left}))")  # fmt: skip
            return
        for name in (left, right):
            if name not in self.factors:
                self.factors.append(name)
        key = (left, right) if (right, left) not in self.cores else (right, left)
        self.cores.setdefault(key, []).append(core)

    def dense(self, term: Term, one: Place, other: Place, same: bool, weight: Expr, expr: Expr) -> None:
        if other.matrix and not one.matrix:
            one, other = other, one
        h = self.h
        if one.matrix:
            text, many = self.vector(term, self.weighted(weight, expr))
            if other.matrix:
                core = f"{one.matrix}.T @ ({text}[:, None]*{other.matrix}){many}"
                self.say(h, f"{h}[{crossed(one, other)}] += {core}")
                if not same:
                    self.say(h, f"{h}[{crossed(other, one)}] += ({core}).T")
                return
            name = self.let(self.new("w"), f"{one.matrix}.T @ {text}{many}")
            self.say(h, f"{h}[{one.text}, {other.text}] += {name}")
            self.say(h, f"{h}[{other.text}, {one.text}] += {name}")
            return
        text, _ = self.scaled(weight, term, expr, ())
        if same:
            self.say(h, f"{h}[{one.text}, {one.text}] += {text}")
            return
        name = self.let(self.new("w"), text)
        self.say(h, f"{h}[{one.text}, {other.text}] += {name}")
        self.say(h, f"{h}[{other.text}, {one.text}] += {name}")

    def band(self, term: Term, one: Place, other: Place, weight: Expr, expr: Expr) -> None:
        offset = banded(one, other)
        assert offset is not None
        if abs(offset) not in self.bands:
            name = self.bands[abs(offset)] = self.free(f"d{abs(offset)}")
            self.let(name, f"np.zeros({self.n - abs(offset)})")
        text, _ = self.scaled(weight, term, expr, one.axes)
        least = one if offset >= 0 else other
        name = self.bands[abs(offset)]
        self.say(name, f"{name}[{least.text}] += {text}")

    def entries(self, term: Term, one: Place, other: Place, same: bool, weight: Expr, expr: Expr) -> None:
        keep = sorted({*one.axes, *other.axes})
        text, axes = self.scaled(weight, term, expr, keep)
        w = self.let(self.new("w"), aligned(whole(text) if axes and list(axes) != keep else text, sorted(axes), keep))
        i, j = (self.positions(term, place, keep) for place in (one, other))
        self.blocks += [f"({i}, {j}, {w})"] if same else [f"({i}, {j}, {w})", f"({j}, {i}, {w})"]

    def positions(self, term: Term, place: Place, keep: Sequence[int]) -> str:
        if place.run is None:
            if not place.axes:
                return place.text
            text = self.first_said(("places", term.total.indices, place.text), self.new("k"), place.text) \
                if not WORD.fullmatch(place.text) else place.text  # fmt: skip
            return text
        first, step = place.run
        index = term.total.indices[place.axes[0]]
        count = int(index.last - index.first) + 1
        if step < 0:
            text = f"np.arange({first}, {first + step * count}, {step})"
        else:
            text = f"np.arange({first}, {first + step * (count - 1) + 1}{f', {step}' if step != 1 else ''})"
        return aligned(text, place.axes, keep)

    def product(self, terms: dict[Symbol, Term]) -> list[str]:
        """∇²f·v: the tangent along v of the sweep back."""
        moved: dict[Symbol, tuple[str, frozenset[int]]] = {}
        tangents: dict[tuple[Symbol, Symbol], Expr] = {}
        for symbol, term in terms.items():
            parts = []
            for u, place in term.places.items():
                tangents[symbol, u] = self.tangent(term, place, moved)
                if u in term.slopes:
                    parts.append(self.weighted(term.slopes[u], tangents[symbol, u]))
            if symbol is not self.root.symbol:
                expr = sympy.Add(*parts, evaluate=False) if len(parts) > 1 else sympy.Add(*parts)
                text, axes = self.summed(term, expr)
                moved[symbol] = self.let(self.new("m"), text), axes
        self.let(self.h, f"np.zeros({self.n})")
        second: dict[Symbol, list[tuple[str, frozenset[int]]]] = {}
        for term, weight in self.adjoints(terms):
            symbol = term.total.symbol
            turned = self.joined(term, second[symbol], "b") if symbol in second else S.Zero
            change: dict[Symbol, list[Expr]] = {}
            for u, slope in term.slopes.items():
                if turned != 0:
                    change.setdefault(u, []).append(self.weighted(turned, slope))
            for (a, b), expr in term.curvatures.items():
                change.setdefault(a, []).append(self.weighted(weight, expr, tangents[symbol, b]))
                if a != b:
                    change.setdefault(b, []).append(self.weighted(weight, expr, tangents[symbol, a]))
            for u, parts in change.items():
                made = sympy.Add(*parts, evaluate=False) if len(parts) > 1 else parts[0]
                place = term.places[u]
                if place.inner is None:
                    self.add(self.h, term, place, S.One, made)
                else:
                    second.setdefault(place.inner, []).append(self.towards(term, place.inner, S.One, made))
        return self.body(self.h)

    def tangent(self, term: Term, place: Place, moved: dict[Symbol, tuple[str, frozenset[int]]]) -> Expr:
        axes = range(term.axes)
        if place.inner is not None:
            return self.named(*self.read(term.total, self.totals[place.inner], moved[place.inner]))
        text = f"{self.v}[{place.text}]"
        if place.matrix:
            return self.named(self.let(self.new("q"), f"{place.matrix} @ {text}"), place.axes)
        if place.axes and place.run is None:
            return self.named(self.let(self.new("q"), text), place.axes)
        return self.named(aligned(text, place.axes, axes), place.axes)


def banded(one: Place, other: Place) -> int | None:
    """How far the other variable stands behind the one, the same at every tuple; None where it is not."""
    if one.run is not None and other.run is not None:
        return other.run[0] - one.run[0] if one.run[1] == other.run[1] and one.axes == other.axes else None
    if one.axes or other.axes or one.matrix or other.matrix:
        return None
    return int(other.text) - int(one.text)


def crossed(one: Place, other: Place) -> str:
    """Rows and columns of a block."""
    texts = [p.text for p in (one, other)]
    if any("[" in text for text in texts):
        listed = [text if "[" in text else f"range({text.replace(':', ', ')})" for text in texts]
        return f"np.ix_({', '.join(listed)})"
    return ", ".join(texts)

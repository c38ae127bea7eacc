"""The lines of general derivatives as text, in LaTeX and as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Integer, S, Symbol

from symopt.expression.general.derivatives import Derivatives, Line, Range
from symopt.expression.general.tree import ROW, Entry, Mean, Sigma
from symopt.expression.written import latex, text

MOST = 40  # lines of a gradient or a Hessian that are printed
LONG = 2_000  # characters of one derivative
NEAR = 3  # how far from a letter's value a bound is told by the letter


@dataclass(frozen=True, repr=False)
class Shown:
    """Derivatives to be read: the arguments of f, and letters that stand for bounds, as n for 1,000,000."""

    derived: Derivatives
    arguments: Sequence[str]
    bounds: Mapping[str, int]

    def lettered(self, expr: Any) -> Any:
        """The expression with the letters in indices and bounds, and means over the rows as such."""
        rows = sympy.sympify(self.derived.rows)

        def walked(part: Any) -> Any:
            if isinstance(part, Entry):
                return part if part.at == ROW else Entry(part.base, self.near(walked(part.at)), *part.args[2:])
            if isinstance(part, Sigma):
                indices = [(s, self.near(a), self.near(b)) for s, a, b in part.indices]
                return Sigma(walked(part.term), indices, [walked(c) for c in part.conditions])
            if not part.args or not part.has(Entry, Sigma):
                return part
            if part.is_Mul:
                whole = [f for f in part.args if isinstance(f, Sigma) and f.symbols == {ROW} and not f.conditions]
                rest = sympy.Mul(*(f for f in part.args if f not in whole[:1])) * rows
                if whole and _counted(rest, rows):
                    return sympy.Mul(walked(rest), Mean(walked(whole[0].term)), evaluate=False) if rest != 1 else Mean(
                        walked(whole[0].term)
                    )  # fmt: skip
            args = [walked(each) for each in part.args]
            return part.func(*args, evaluate=False) if part.is_Mul and any(a.has(Mean) for a in args) else part.func(
                *args
            )  # fmt: skip

        return walked(expr)

    def near(self, expr: Expr) -> Expr:
        """An index or a bound with its number told by a letter that is near."""
        if not self.bounds:
            return expr
        constant, rest = expr.as_coeff_Add()
        best = min(self.bounds, key=lambda name: abs(self.bounds[name] - constant))
        apart = constant - self.bounds[best]
        return rest + Symbol(best) + apart if constant.is_Integer and abs(apart) <= NEAR else expr

    def number(self, value: int) -> Expr:
        return self.near(Integer(value))

    # text

    def lines(self, write: Callable[[Any], str | None], style: Style) -> Iterable[tuple[str, str, str]]:
        """(what, its formula, where it is so) of f, the gradient and the Hessian."""
        arguments = style.arguments(self.arguments)
        yield f"f({arguments})", self.short(write, self.derived.f, style), ""
        for lines, what in ((self.derived.gradient, "gradient"), (self.derived.hessian, "Hessian")):
            for line in lines[:MOST]:
                yield (
                    style.derivative([write(self.lettered(by)) or "" for by in line.by]),
                    self.short(write, line.expr, style),
                    self.where(line, style),
                )
            if len(lines) > MOST:
                yield style.prose(f"{len(lines) - MOST} more pieces of the {what}"), style.prose("not shown"), ""
        if not self.derived.all_told:
            yield style.other, style.prose("not told here: its indices are no whole multiples of one another"), ""
        elif self.zeros:
            yield style.other, "0", ""

    @property
    def zeros(self) -> bool:
        """Whether some entries of the Hessian are told by no line."""
        told = {frozenset(_families(line)) for line in self.derived.hessian if _general(line)}
        keys = [_family(family.entry(S.One), (family.first, family.last)) for family in self.derived.families]
        return any(frozenset((a, b)) not in told for k, a in enumerate(keys) for b in keys[k:])

    def short(self, write: Callable[[Any], str | None], expr: Expr, style: Style) -> str:
        shown = write(self.lettered(expr))
        if shown is None or len(shown) > LONG:
            return style.prose("too long to read" + (f": {len(shown):,} characters" if shown else ""))
        return shown

    def where(self, line: Line, style: Style) -> str:
        ordered = list(line.ordered)
        found: list[str] = []
        if len(line.ranges) == 2:
            k, l = line.ranges
            step = l.letter - k.letter - 1
            whole = k.whole == l.whole == (k.first, l.last) and k.last >= l.last - 1 and l.first <= k.first + 1
            if step in ordered and whole:
                ordered.remove(step)
                low, high = style.word(self.number(k.first)), style.word(self.number(l.last))
                found.append(f"{low} {style.least} {k.letter} < {l.letter} {style.least} {high}")
        if not found:
            found += [self.between(r, style) for r in line.ranges]
        for e in ordered:
            found.append(self.compared(e, style))
        for e in line.apart:
            left = e.as_coeff_Add()[1]
            letter = line.ranges[-1].letter if line.ranges else next(iter(e.free_symbols))
            value = sympy.expand(letter - e / e.coeff(letter)) if abs(e.coeff(letter)) == 1 else None
            other = (letter, value) if value is not None else (left, left - e)
            found.append(f"{style.word(other[0])} {style.unequal} {style.word(self.near(other[1]))}")
        if some := self.some(line):
            entries = style.prose(" and ").join(style.word(self.lettered(by)) for by in some)
            found.append(f"{style.prose('where f has ')}{entries}")
        return ", ".join(found)

    def some(self, line: Line) -> list[Expr]:
        """The general entries that are not there at every index of their range."""
        entries = dict.fromkeys(by for by in line.by if isinstance(by, Entry) and by.at.free_symbols)
        return [by for by in entries if by.base in self.derived.gaps]

    def between(self, r: Range, style: Style) -> str:
        low = (r.first, style.least) if r.first == r.whole[0] else (r.first - 1, "<")
        high = (r.last, style.least) if r.last == r.whole[1] else (r.last + 1, "<")
        return f"{style.word(self.number(low[0]))} {low[1]} {r.letter} {high[1]} {style.word(self.number(high[0]))}"

    def compared(self, e: Expr, style: Style) -> str:
        """u ≥ 0 with its letters on both sides."""
        terms = sympy.Add.make_args(e)
        right = -sympy.Add(*(t for t in terms if t.as_coeff_Mul()[0].is_negative))
        left = sympy.expand(e + right)
        constant, rest = left.as_coeff_Add()
        if rest != 0 and constant != 0:
            left, right = rest, right - constant
        if sympy.expand(left - right - e) == 0 and right.as_coeff_Add()[0] == 1:
            return f"{style.word(right - 1)} < {style.word(left)}"
        return f"{style.word(right)} {style.least} {style.word(left)}"

    def text(self) -> str:
        """A line for f and for each derivative, the same way as one types them."""
        return "\n".join(
            f"{left} = {right}" + (f"   for {where}" if where else "") for left, right, where in self.lines(text, PLAIN)
        )

    def __repr__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return f"$$\\begin{{alignat*}}{{2}}\n{self.latex()}\n\\end{{alignat*}}$$"

    def latex(self) -> str:
        """The lines in LaTeX, one below the other, without anything around them."""
        return " \\\\\n".join(
            rf"  {left} &= {right}" + (rf", & {where}" if where else "") for left, right, where in
            self.lines(latex, TEX)
        )  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """Plain data: each line with the variables, the formula, and first and last value of its letters."""

        def told(line: Line) -> dict[str, Any]:
            return {
                "by": [str(by) for by in line.by],
                "is": text(line.expr),
                "where": {r.letter.name: [r.first, r.last] for r in line.ranges},
                "conditions": [
                    *(f"{e} >= 0" for e in line.ordered),
                    *(f"{e} != 0" for e in line.apart),
                    *(f"f has {by}" for by in self.some(line)),
                ],
            }

        return {
            "f": text(self.derived.f),
            "gradient": [told(line) for line in self.derived.gradient[:MOST]],
            "hessian": [told(line) for line in self.derived.hessian[:MOST]],
            "left_out": max(len(self.derived.gradient) - MOST, 0) + max(len(self.derived.hessian) - MOST, 0),
            "otherwise": 0 if self.derived.all_told else None,
        }


@dataclass(frozen=True)
class Style:
    """How relations and names are written."""

    least: str
    unequal: str
    other: str
    tex: bool = False

    def word(self, expr: Expr) -> str:
        return sympy.latex(expr).replace(" ", "") if self.tex else str(expr).replace(" ", "")

    def prose(self, words: str) -> str:
        return rf"\text{{{words}}}" if self.tex else words

    def arguments(self, names: Sequence[str]) -> str:
        if not self.tex:
            return ", ".join(names)
        return ", ".join(r"\dots" if name == "…" else sympy.latex(Symbol(name)) for name in names)

    def derivative(self, by: Sequence[str]) -> str:
        if not self.tex:
            return f"∂f/∂{by[0]}" if len(by) == 1 else f"∂²f/∂{by[0]}²" if by[0] == by[1] else (
                f"∂²f/∂{by[0]}∂{by[1]}"
            )  # fmt: skip
        d = r"\partial"
        if len(by) == 1:
            return rf"\frac{{{d} f}}{{{d} {by[0]}}}"
        below = rf"{d} {by[0]}^2" if by[0] == by[1] else rf"{d} {by[0]} \, {d} {by[1]}"
        return rf"\frac{{{d}^2 f}}{{{below}}}"


PLAIN = Style("≤", "≠", "∂²f of all other pairs")
TEX = Style(r"\le", r"\ne", r"\text{all other } \partial^2 f", tex=True)


def _counted(rest: Expr, rows: Expr) -> bool:
    """Whether a factor that has been multiplied by the number of rows came from a mean."""
    if rows.is_Integer:
        coefficient = rest.as_coeff_Mul()[0]
        return bool(rows > 1 and (coefficient / rows).q % rows == 0)
    return not rest.has(rows)


def _families(line: Line) -> list[Any]:
    """Of a line that is general the families of its variables."""
    ranges = iter(line.ranges)
    return [_family(by, next(ranges).whole if isinstance(by, Entry) else None) for by in line.by]


def _family(entry: Expr, whole: tuple[int, int] | None) -> Any:
    """What tells a family from others: its base, its step and rest, and the ends of its letter."""
    if not isinstance(entry, Entry):
        return entry
    step = max([int(abs(entry.at.coeff(s))) for s in entry.at.free_symbols], default=1)
    return entry.base, step, entry.at.as_coeff_Add()[0] % step, whole


def _general(line: Line) -> bool:
    """Whether a line holds for all pairs, but those on the graphs that other lines tell."""
    return len(line.ranges) == sum(isinstance(by, Entry) for by in line.by) and all(
        (r.first, r.last) == r.whole or len(line.ranges) == 2 for r in line.ranges
    )

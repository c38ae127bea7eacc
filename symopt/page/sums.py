"""A loss whose sums stay sums, as the page's program: each total's term is printed once, in a loop over its numbers.

A page has one or two variables, so that nothing moves along with an index but columns of numbers: data, indices, totals
such as mean(y) that stand still. What f and its totals make of one another is computed in the page (sums.js).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import S, Symbol

from symopt.errors import RenderError
from symopt.expression import deep
from symopt.expression.sums import Names, Sums, Total
from symopt.page.javascript import Script, number
from symopt.program import Program
from symopt.program.sums import SumNumbers
from symopt.program.sums.domain import Domain
from symopt.program.sums.sampling import Items, Rows
from symopt.program.sums.term import Context

MOST = 5_000
"""Terms of a total at most: a page computes f some thousand times for a picture."""
BLOCK = 64  # terms that are added up by themselves, so that rounding does not grow with their number


@dataclass(frozen=True)
class Part:
    """A total as it is printed. reads: the totals before it that its term reads, by their numbers."""

    total: Total
    reads: tuple[int, ...]
    size: int


class Parts:
    """The totals that a variable or a letter moves, the loss itself last, over the columns that they read.

    names: variables, then open letters, as they stand in C; n of them are variables.
    """

    def __init__(self, sums: Sums, names: Names, n: int, data: Any) -> None:
        self.n, self.names = n, tuple(names)
        self.context = Context(names, data)
        self.columns: dict[bytes, np.ndarray] = {}
        self.parts: list[Part] = []
        self.places: dict[Symbol, int] = {}
        still = [total for total in sums.totals if not self._moves(total, sums)]
        self.still: Mapping[Symbol, np.ndarray] = {}
        if still:
            numbers = SumNumbers(Sums(S.Zero, tuple(still), sums.families, sums.single, sums.columns), names, data)
            self.still = numbers.known(np.zeros((1, len(names))))
        for total in (*sums.totals, Total(Symbol("Σ", real=True), (), 0, sums.expr, ())):
            if total not in still:
                self.places[total.symbol] = len(self.parts)
                self.parts.append(self.part(total))

    def _moves(self, total: Total, sums: Sums) -> bool:
        inner = {t.symbol: t for t in sums.totals}
        return any(
            self._moves(inner[s], sums) if s in inner else s not in total.still
            for s in total.term.free_symbols
            if isinstance(s, Symbol)
        )

    def part(self, total: Total) -> Part:
        reads = sorted(self.places[s] for s in total.term.free_symbols if s in self.places)
        return Part(total, tuple(reads), Domain(total.indices, self.context.rows).size)

    def term(self, part: Part) -> tuple[Program, int, list[tuple[str, ...]], list[str]]:
        """(its program, its node, the words of the program's inputs, lines that read the columns in place k)."""
        symbols: list[Symbol] = [Symbol(name, real=True) for name in self.names[: self.n]]
        words = [f"C[{i}]" for i in range(self.n)]
        symbols += [self.parts[t].total.symbol for t in part.reads]
        words += [f"T[{t}]" for t in part.reads]
        lines = []
        for symbol in sorted(part.total.term.free_symbols - {*symbols}, key=str):
            symbols.append(symbol)
            if symbol.name in self.names and not any(slot.symbol == symbol for slot in part.total.slots):
                words.append(f"C[{self.names.index(symbol.name)}]")
                continue
            values = self._numbers(part.total, symbol)
            if len(values) == 1:
                words.append(f"({number(float(values[0]))})")
                continue
            place = self._column(values)
            lines.append(f"let d{place}=D[{place}][k];")
            words.append(f"d{place}")
        program = Program(symbols)
        with deep():
            return program, program.lower(part.total.term), [(word,) for word in words], lines

    def _numbers(self, total: Total, symbol: Symbol) -> np.ndarray:
        """What a symbol that stands still is at each term: (terms,), or (1,) where it is one number."""
        domain = Domain(total.indices, self.context.rows)
        whole = (0, domain.size)
        if symbol in self.still:
            inner = next(iter(self.still[symbol]))
            return inner if len(inner) == 1 else inner[domain.prefix(whole, _outer(self.still, symbol, domain))]
        slot = next((slot for slot in total.slots if slot.symbol == symbol), None)
        if slot is None:
            return np.asarray(domain.values(whole)[symbol], dtype=float)
        if slot.numbers:
            return np.array(slot.numbers)
        return self.context.column(slot.base)[self.context.at(slot.at, domain, whole)]

    def _column(self, values: np.ndarray) -> int:
        values = np.ascontiguousarray(values, dtype=float)
        self.columns.setdefault(values.tobytes(), values)
        return list(self.columns).index(values.tobytes())

    def weight(self, part: Part) -> float:
        return self.context.weight if part.total.rows else 1.0


def _outer(still: Mapping[Symbol, np.ndarray], symbol: Symbol, domain: Domain) -> int:
    """How many of a domain's outermost indices a total depends on, by the number of its values."""
    size, length = still[symbol].shape[1], 0
    inner: Domain | None = domain
    for k in range(len(domain.indices), 0, -1):
        assert inner is not None
        if inner.size == size:
            length = k
        inner = inner.outer
    return length


def readable(sums: Sums, letters: Iterable[str]) -> bool:
    """Whether a page can go through these sums: no variable moves with an index, and each total is one number."""
    names = {*sums.single, *letters}
    moved: set[Any] = set()
    for total in sums.totals:
        slots = any(not slot.column and not slot.numbers for slot in total.slots)
        moves = any(s in moved or (s.name in names and s not in total.still) for s in total.term.free_symbols)
        if slots or (moves and total.outer):
            return False
        if moves:
            moved.add(total.symbol)
    return not sums.families


def require_few(sums: Sums, rows: int) -> None:
    """Raises RenderError for sums of more terms than a page goes through."""
    size = max((Domain(total.indices, rows).size for total in sums.totals), default=0)
    if size > MOST:
        raise RenderError(
            f"a page goes through at most {MOST:,} terms of a sum, this one has {size:,}",
            "animate draws this loss, or take some of its rows",
            shell="symopt animate draws this loss; or give --data some of the rows",
        )


def program(
    sums: Sums,
    names: Names,
    n: int,
    data: Any,
    searched: bool,
    residuals: Sequence[Total],
    sampled: Rows | Items | None,
) -> str:
    """The object of a loss, as `javascript.loss` says, by a call of `summed`.

    sampled: what batches are drawn from, where there are any: `batch(rows)` and `count` are there too.
    """
    parts = Parts(sums, names, n, data)
    drawn = _drawn(sampled)
    kinks: set[str] = set()
    listed = []
    for part in parts.parts:
        made, value, words, lines = parts.term(part)
        functions = [f"reads:{_array(part.reads)}", f"size:{part.size}"]
        if (weight := parts.weight(part)) != 1:
            functions.append(f"weight:{number(weight)}")
        if part.total.symbol in drawn:
            functions.append(f"first:{drawn[part.total.symbol]}")
        inputs = n + len(part.reads)
        slopes, bends = derivatives(made, value, inputs)
        how = "" if part.total.indices or part.total.symbol in drawn else "once"
        functions.append(_loop("g", made, [value, *slopes], words, lines, how))
        functions.append(_loop("h", made, [value, *slopes, *bends], words, lines, how))
        if searched:
            functions.append(_loop("e", made, [made.rounding(value), value], words, lines, how, "Math.abs"))
        kinks |= made.kinks
        listed.append("{" + ",\n".join(functions) + "}")
    squares = []
    for total in residuals:
        part = parts.part(total)
        made, value, words, lines = parts.term(part)
        slopes, _ = derivatives(made, value, n + len(part.reads))
        body = _loop("r", made, [*slopes, value], words, lines, "push")
        squares.append(f"{{reads:{_array(part.reads)},size:{part.size},{body}}}")
    count = f",{sampled.count}" if sampled is not None else ""
    columns = ",".join(f"Float64Array.of({','.join(number(float(v)) for v in c)})" for c in parts.columns.values())
    made_of = f"summed({n},[{','.join(listed)}],[{','.join(squares)}],{int(bool(kinks))}{count})"
    return f"(()=>{{let D=[{columns}];return {made_of}}})()"


def derivatives(made: Program, value: int, inputs: int) -> tuple[list[int], list[int]]:
    """The slopes of a node in so many inputs, and the lower half of its curvatures row by row."""
    zero = made.constant(0)
    gradient = made.gradient(value, upto=inputs - 1)
    slopes = [gradient.get(i, zero) for i in range(inputs)]
    second = [made.gradient(slope, upto=i) for i, slope in enumerate(slopes)]
    return slopes, [second[i].get(j, zero) for i in range(inputs) for j in range(i + 1)]


def _loop(
    name: str,
    made: Program,
    outputs: Sequence[int],
    words: Sequence[tuple[str, ...]],
    lines: Sequence[str],
    how: str = "",
    of: str = "",
) -> str:
    """name(C, T, Q, I, N): Q holds the sums of the outputs over N rows, those of I where that is not null, in blocks.

    how: "push" appends the outputs of each row in place of that; "once" is for a part that is no sum. of: a function
    that the outputs are taken through.
    """
    script = Script(1)
    found = [f"{of}({word})" if of else word for (word,) in script.write(made, outputs, words)]
    row = "".join([*lines, *script.lines])
    if how == "push":
        return f"{name}(C,T,Q,I,N){{for(let k=0;k<N;k++){{{row}Q.push({','.join(found)})}}}}"
    if how == "once":
        return f"{name}(C,T,Q){{{row}{''.join(f'Q[{i}]={word};' for i, word in enumerate(found))}}}"
    adds = "".join(f"q{i}+={word};" for i, word in enumerate(found) if word != "0")
    begin = ",".join(f"q{i}=0" for i in range(len(found)))
    ends = "".join(f"Q[{i}]+=q{i};" for i in range(len(found)))
    inner = f"let {begin};for(let z=Math.min(b+{BLOCK},N);i<z;i++){{let k=I?I[i]:i;{row}{adds}}}{ends}"
    return f"{name}(C,T,Q,I,N){{Q.fill(0);for(let b=0,i=0;b<N;b+={BLOCK}){{{inner}}}}}"


def _drawn(sampled: Rows | Items | None) -> dict[Symbol, int]:
    """Where the terms of each total that batches are drawn from begin among all."""
    if sampled is None:
        return {}
    if isinstance(sampled, Rows):
        return {s: 0 for s, t in sampled.numbers.totals.items() if t.total.over_rows and not t.steady}  # type: ignore[union-attr]
    return {symbol: begin for several, _, begin, _ in sampled.places for symbol in several}


def _array(numbers: Sequence[int]) -> str:
    return f"[{','.join(map(str, numbers))}]"

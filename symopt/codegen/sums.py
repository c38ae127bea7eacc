"""Losses that are sums as code: loops, or arrays, of the same few lines whatever the number of terms.

f sums its terms up; df goes back through them, ∂f/∂total first (reverse mode); ddf(x, v) is ∇²f(x)·v, the tangent along
v of both, so that no matrix is ever written. A sum that does not depend on the indices around it stands before them.

Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, chapters 3 and 5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Dummy, Expr, S, Symbol

from symopt.codegen.gathered import by_place, holding
from symopt.codegen.writer import Writer, one_line
from symopt.expression.general.tree import ROW, Entry, Sigma, nodes, tree
from symopt.expression.sums import COUNT, Index, Sums, Variables, placed
from symopt.loss import Loss
from symopt.program.symbolic import Symbolic


@dataclass(frozen=True)
class Grammar:
    """How a language writes the statements around the expressions; {} are filled in."""

    loop: str
    end: str
    zero: str
    let: str
    add: str
    entry: str = "{0}[{1}]"
    index: str = "{}"  # an index as a number
    ahead: int = 0  # what is added to an index
    past: int = 0  # what is added to the last index of a loop
    indent: str = "    "


GRAMMARS = {
    "python": Grammar("for {0} in range({1}, {2}):", "", "{} = 0.0", "{} = {}", "{} += {}", past=1),
    "c": Grammar("for (long {0} = {1}; {0} <= {2}; {0}++) {{", "}}", "double {} = 0.0;", "const double {} = {};",
                 "{} += {};", index="(double)({})"),
    "js": Grammar("for (let {0} = {1}; {0} <= {2}; {0}++) {{", "}}", "let {} = 0;", "const {} = {};", "{} += {};",
                  indent="  "),
    "julia": Grammar("for {0} in ({1}):({2})", "end", "{} = 0.0", "{} = {}", "{} += {}", index="float({})", ahead=1),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A line of code: what is filled into a template, at a depth."""

    depth: int
    template: str
    words: tuple[str, ...]

    @property
    def target(self) -> str:
        """What is set or added to; "" of other lines."""
        return self.words[0] if self.words else ""


Names = tuple[str, str, str, str]
"""Of a sum: its value, its tangent, its adjoint and the tangent of that."""
WORD = re.compile(r"[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*")


class SumsCode:
    """The code of one loss in one language."""

    def __init__(self, writer: Writer, loss: Loss) -> None:
        self.writer, self.loss = writer, by_columns(loss, loss.for_any_data())
        self.grammar = GRAMMARS[writer.language]
        assert isinstance(self.loss.read, Sums)
        self.sums = self.loss.read
        rows = COUNT if self.loss.data is None else self.loss.data.rows
        self.f = single(tree(self.sums, rows))
        self.words = (writer.taken() - {"g", "h"}) | self.indices(self.f)
        plain = writer.language == "c"  # whose compilers do not all take letters of other scripts
        self.columns = {
            name: self.free(f"c{k}" if plain and not name.isascii() else name)
            for k, name in enumerate(self.sums.columns, 1)
        }
        self.tables = {
            base: (self.free(f"{base}s" if base.isascii() else "columns"), first, last)
            for base, (first, last) in across(self.sums).items()
        }
        self.x, self.v = self.free("x", "p", "point"), self.free("v", "along", "along_")
        self.out = {"df": self.free("g", "gradient"), "ddf": self.free("h", "product")}
        self.rows = self.free("rows", "rows_")
        self.names = self.variables().names
        self.lines: list[Said] = []
        self.open: list[Index] = []  # of the loops around
        self.depth = 1
        self.count = 0
        self.tangents = False

    def variables(self) -> Variables:
        if isinstance(self.loss.variables, Variables):
            return self.loss.variables
        return Variables(self.sums.single, self.sums.families)

    def indices(self, expr: Expr) -> set[str]:
        return {s.name for sigma in expr.atoms(Sigma) for s in sigma.symbols if s != ROW}

    def free(self, *wanted: str) -> str:
        name = next((w for w in wanted if w not in self.words), wanted[-1])
        while name in self.words:
            name += "_"
        self.words.add(name)
        return name

    def new(self, letter: str) -> str:
        self.count += 1
        return self.free(f"{letter}{self.count}")

    # the text of parts

    def say(self, template: str, *words: str) -> None:
        self.lines.append(Said(self.depth, template, words))

    def index(self, expr: Expr, ahead: int = 0) -> str:
        """An index as text."""
        names = {s: Symbol(self.row) for s in expr.free_symbols if s == ROW}
        entries = {e: Symbol(self.looked_up(e)) for e in expr.atoms(Entry)}
        return str(sympy.expand(expr.xreplace({**entries, **names}) + ahead)).replace(str(COUNT), self.rows)

    @property
    def row(self) -> str:
        return "row_" if "row" in self.indices(self.f) or "row" in self.columns.values() else "row"

    def looked_up(self, entry: Entry) -> str:
        text = self.grammar.entry.format(self.columns[entry.base], self.index(entry.at, self.grammar.ahead))
        return {"c": "(long){}", "js": "{}", "python": "int({})", "julia": "Int({})"}[self.writer.language].format(text)

    def place(self, node: Expr) -> str:
        """Where a variable stands in the point."""
        ahead = self.grammar.ahead
        if isinstance(node, Entry):
            begin, indices = self.names.family(node.base)
            place = indices.place(node.at, self.open)
            assert place is not None
            return self.index(place + begin, ahead)
        return str(self.names.index(node.name) + ahead)

    def text(self, node: Expr, along: bool = False) -> str:
        """A variable, a column's entry, or the number of an index."""
        entry, ahead = self.grammar.entry, self.grammar.ahead
        if isinstance(node, Entry) and node.args[2:]:
            table, first, _ = self.tables[node.base]
            return entry.format(entry.format(table, self.index(node.at - first, ahead)), self.index(ROW, ahead))
        if isinstance(node, Entry) and node.base in self.columns:
            return entry.format(self.columns[node.base], self.index(node.at, ahead))
        return self.grammar.entry.format(self.v if along else self.x, self.place(node))

    def moves(self, node: Expr) -> bool:
        return not (isinstance(node, Entry) and (node.base in self.columns or node.args[2:]))

    # one expression

    def flat(self, expr: Expr, known: Mapping[Expr, Names]) -> tuple[Expr, dict[Symbol, Expr]]:
        """An expression of symbols only, stable, and what they are; the writer knows their text."""
        stands: dict[Expr, Symbol] = {}
        for node in nodes(expr):
            stands[node] = Dummy("u", real=True)
            self.writer.names[stands[node]] = known[node][0] if isinstance(node, Sigma) else self.text(node)
        for symbol in expr.xreplace(stands).free_symbols - set(stands.values()):
            stands[symbol] = Dummy("u", real=True, integer=symbol.is_integer, positive=symbol.is_positive)
            if symbol == COUNT:
                self.writer.names[stands[symbol]] = self.grammar.index.format(self.rows)
            elif symbol.is_integer:
                self.writer.names[stands[symbol]] = self.grammar.index.format(symbol.name)
            else:
                self.writer.names[stands[symbol]] = self.text(symbol)
        typed = expr.xreplace(stands)
        program = Symbolic(sorted(typed.free_symbols, key=lambda s: s.dummy_index))
        (made,) = program.formulas([program.lower(typed)])
        what = {s: node for node, s in stands.items() if isinstance(node, Entry | Sigma) or not node.is_integer}
        return made, {s: node for s, node in what.items() if isinstance(node, Sigma) or self.moves(node)}

    def print(self, expr: Expr) -> str:
        return str(self.writer.doprint(expr))

    def derived(self, expr: Expr, symbols: Sequence[Symbol]) -> list[Expr]:
        """The slopes by some symbols, from the operations that the numbers of a loss come from."""
        program = Symbolic(inputs := sorted(expr.free_symbols, key=lambda s: s.dummy_index))
        slopes = program.gradient(program.lower(expr))
        zero = program.constant(0)
        return program.formulas([slopes.get(inputs.index(s), zero) if s in inputs else zero for s in symbols])

    # the recursion

    def local(self, expr: Expr, bound: frozenset[Symbol], known: Mapping[Expr, Any]) -> list[Sigma]:
        """The sums anywhere in an expression that can be told before the loops in it, each after those it reads."""
        found: dict[Sigma, None] = {}
        every = {s for sigma in self.f.atoms(Sigma) for s in sigma.symbols}

        def visit(part: Any) -> None:
            for node in sorted((n for n in nodes(part) if isinstance(n, Sigma)), key=str):
                visit(node.term)
                if node not in known and node.free_symbols & every <= bound:
                    found[node] = None

        visit(expr)
        return list(found)

    def summed(self, expr: Expr, bound: frozenset[Symbol], known: dict[Expr, Names]) -> list[Sigma]:
        """Loops for the sums of a scope; `known` gets the names of each: value, tangent, adjoint and its tangent."""
        local = self.local(expr, bound, known)
        for sigma in local:
            value, tangent = self.new("s"), self.new("t") if self.tangents else ""
            self.say(self.grammar.zero, value)
            if tangent:
                self.say(self.grammar.zero, tangent)
            inner = dict(known)
            with self.loop(sigma):
                self.summed(sigma.term, bound | sigma.symbols, inner)
                flat, what = self.flat(sigma.term, inner)
                self.say(self.grammar.add, value, self.print(flat))
                if tangent:
                    self.say(self.grammar.add, tangent, self.tangent(flat, what, inner))
            known[sigma] = value, tangent, "", ""
        return local

    def tangent(self, expr: Expr, what: Mapping[Symbol, Expr], known: Mapping[Expr, Names]) -> str:
        """Σ ∂T/∂u·u̇ as text."""
        symbols = list(what)
        terms = []
        for symbol, slope in zip(symbols, self.derived(expr, symbols), strict=True):
            if slope != 0:
                terms.append(slope * self.moved(what[symbol], known))
        return self.print(sympy.Add(*terms, evaluate=False) if len(terms) > 1 else sympy.Add(*terms))

    def moved(self, node: Expr, known: Mapping[Expr, Names]) -> Symbol:
        symbol = Dummy("v", real=True)
        self.writer.names[symbol] = known[node][1] if isinstance(node, Sigma) else self.text(node, along=True)
        return symbol

    def loop(self, sigma: Sigma) -> Loop:
        symbol, first, last = sigma.indices[0]
        name = self.row if symbol == ROW else symbol.name
        return Loop(self, Index(symbol, first, last), name, self.index(first), self.index(last, self.grammar.past))

    def back(
        self,
        expr: Expr,
        weight: tuple[str, str],
        bound: frozenset[Symbol],
        known: dict[Expr, Names],
    ) -> None:
        """Adds weight·∂expr to the gradient, or the tangent of that to the product."""
        local = self.summed(expr, bound, known)
        for sigma in local:
            value, tangent = known[sigma][:2]
            names = self.new("a"), self.new("b") if self.tangents else ""
            for name in filter(None, names):
                self.say(self.grammar.zero, name)
            known[sigma] = value, tangent, *names
        flat, what = self.flat(expr, known)
        out = self.out["ddf" if self.tangents else "df"]
        symbols = list(what)
        scale, turned = self.weight(weight[0]), self.weight(weight[1])
        for symbol, slope in zip(symbols, self.derived(flat, symbols), strict=True):
            if slope == 0:
                continue
            node = what[symbol]
            change = slope * turned
            if self.tangents:
                for other, second in zip(symbols, self.derived(slope, symbols), strict=True):
                    if second != 0:
                        change += scale * second * self.moved(what[other], known)
            if isinstance(node, Sigma):
                self.say(self.grammar.add, known[node][2], self.print(slope * scale))
                if self.tangents and change != 0:
                    self.say(self.grammar.add, known[node][3], self.print(change))
            else:
                made = change if self.tangents else slope * scale
                if made != 0:
                    self.say(self.grammar.add, self.grammar.entry.format(out, self.place(node)), self.print(made))
        for sigma in reversed(local):
            weights = self.simplest(known[sigma][2]), self.simplest(known[sigma][3])
            if weights != ("0", "0"):
                with self.loop(sigma):
                    self.back(sigma.term, weights, bound | sigma.symbols, dict(known))

    def simplest(self, name: str) -> str:
        """A number that was only ever added to: 0 where nothing was, 1 where that was all; else its name."""
        added = [line.words[1] for line in self.lines if line.template == self.grammar.add and line.target == name]
        return "0" if not added else "1" if added in (["1"], ["1.0"]) else name

    def weight(self, name: str) -> Expr:
        if name in ("", "0"):
            return S.Zero
        if name == "1":
            return S.One
        symbol = Dummy("w", real=True)
        self.writer.names[symbol] = name
        return symbol

    # functions

    def body(self, name: str) -> list[str]:
        self.lines = []
        self.tangents = name == "ddf"
        known: dict[Expr, Names] = {}
        if name == "f":
            self.summed(self.f, frozenset(), known)
            flat, _ = self.flat(self.f, known)
            self.say("return {}" + (";" if self.writer.language in ("c", "js") else ""), self.print(flat))
        else:
            self.back(self.f, ("1", "0"), frozenset(), known)
        return [f"{self.grammar.indent * line.depth}{line.template.format(*line.words)}" for line in self.needed()]

    def needed(self) -> list[Said]:
        """The lines without numbers that nothing reads and loops without a line; one that is set once, set at once."""
        lines, zero, add = self.lines, self.grammar.zero, self.grammar.add
        while True:
            read = {
                word
                for line in lines
                if line.template != zero
                for word in WORD.findall(" ".join(line.words[line.template == add and "[" not in line.target :]))
            }
            kept = [line for line in lines if not (line.template in (zero, add) and "[" not in line.target
                                                   and line.target not in read)]  # fmt: skip
            kept = [line for k, line in enumerate(kept) if not self.hollow(kept, k)]
            if len(kept) == len(lines):
                break
            lines = kept
        found: list[Said] = []
        for line in lines:
            added = [other for other in lines if other.template == add and other.target == line.target]
            if line.template == zero and len(added) == 1 and added[0].depth == line.depth:
                continue
            once = line.template == add and "[" not in line.target and len(added) == 1 and any(
                other.template == zero and other.target == line.target and other.depth == line.depth
                for other in lines)  # fmt: skip
            found.append(Said(line.depth, self.grammar.let, line.words) if once else line)
        return found

    def hollow(self, lines: Sequence[Said], k: int) -> bool:
        """Whether a line opens or closes a loop in which nothing stands."""
        loop, end = self.grammar.loop, self.grammar.end
        after = lines[k + 1] if k + 1 < len(lines) else Said(0, "", ())
        before = lines[k - 1] if k else Said(0, "", ())
        if lines[k].template == loop:
            return after.template == end and after.depth == lines[k].depth if end else after.depth <= lines[k].depth
        return bool(end) and lines[k].template == end and before.template == loop and before.depth == lines[k].depth

    def source(self) -> str:
        functions = [self.function(name, self.body(name)) for name in ("f", "df", "ddf")]
        comment = self.writer.comment
        head = [
            comment.format(f"f = {one_line(self.loss)}, its gradient df and the product ddf of its Hessian with v"),
            comment.format(f"{self.x} holds ({', '.join(self.loss.arguments)}): {self.sizes}"),
            *(comment.format(f"{word} is the column {name}") for name, word in self.columns.items() if word != name),
        ]
        head[2:2] = map(comment.format, holding(self.loss))
        helpers = self.writer.needed_helpers()
        head += {"python": ["import math"], "c": ["#include <math.h>"], "js": []}.get(
            self.writer.language, ["import SpecialFunctions"] if "SpecialFunctions." in self.writer.used else []
        )
        return "\n\n".join(["\n".join(head), *helpers, *("\n".join(lines) for lines in functions)]) + "\n"

    @property
    def sizes(self) -> str:
        """How many variables there are, and how many rows if the code is for so many alone."""
        n = len(self.names)
        rows = f"; columns of {self.loss.data.rows:,} rows" if self.loss.data is not None else ""
        return f"{n:,} variable{'s' * (n != 1)}{rows}"

    def function(self, name: str, body: list[str]) -> list[str]:
        n = len(self.names)
        language, tab = self.writer.language, self.grammar.indent
        body = [*self.tabled(body), *body]
        points = [self.x] if name != "ddf" else [self.x, self.v]
        columns = list(self.columns.values())
        out = "" if name == "f" else self.out[name]
        listed = ", ".join([*points, *columns])
        rows = any(self.rows in line for line in body)
        first = columns[0] if columns else ""
        free = self.loss.data is None  # of however many rows
        if language == "python":
            lines = [f"def {name}({listed}):", *([f"{tab}{self.rows} = len({first})"] if rows else [])]
            lines += [f"{tab}{out} = [0.0] * {n}"] if out else []
            return [*lines, *body, *([f"{tab}return {out}"] if out else [])]
        if language == "js":
            lines = [f"function {name}({listed}) {{", *([f"{tab}const {self.rows} = {first}.length;"] if rows else [])]
            lines += [f"{tab}const {out} = new Array({n}).fill(0);"] if out else []
            return [*lines, *body, *([f"{tab}return {out};"] if out else []), "}"]
        if language == "julia":
            lines = [f"function {name}({listed})", *([f"{tab}{self.rows} = length({first})"] if rows else [])]
            lines += [f"{tab}{out} = zeros({n})"] if out else []
            return [*lines, *body, *([f"{tab}return {out}"] if out else []), "end"]
        pointers = [f"const double *{word}" for word in [*points, *columns]]
        arguments = ", ".join(
            [*pointers, *([f"long {self.rows}"] if columns and free else []), *([f"double *{out}"] if out else [])]
        )
        lines = [f"{'void' if out else 'double'} {name}({arguments}) {{"]
        if columns and free and not rows:
            lines.append(f"{tab}(void){self.rows};")
        lines += [f"{tab}for (long k = 0; k < {n}; k++) {out}[k] = 0.0;"] if out else []
        return [*lines, *body, "}"]

    def tabled(self, body: Sequence[str]) -> list[str]:
        """The columns x0, x1 … as one table, for the bodies that read them by a number."""
        template = {"c": "const double *const {}[] = {{{}}};", "js": "const {} = [{}];"}
        read = WORD.findall(" ".join(body))
        return [
            self.grammar.indent + template.get(self.writer.language, "{} = [{}]").format(
                table, ", ".join(self.columns[f"{base}{k}"] for k in range(first, last + 1)))
            for base, (table, first, last) in self.tables.items() if table in read
        ]  # fmt: skip


def across(sums: Sums) -> dict[str, tuple[int, int]]:
    """Of columns that are read by a number, as x[j] of x0, x1 …, the first and the last."""
    found = {}
    for base in {slot.base for total in sums.totals for slot in total.slots if slot.across}:
        own = [int(k) for name in sums.columns if (k := name.removeprefix(base)).isdigit() and name != k]
        found[base] = min(own), max(own)
    return found


def by_columns(loss: Loss, free: Loss) -> Loss:
    """A loss over any data with its sums over many columns as loops, where these are x0, x1 … without a gap."""
    wide = free.wide
    if free is loss or wide is free or loss.general is None or not loss.general.derived.sums.wide:
        return free
    assert isinstance(wide.read, Sums)
    whole = all(
        f"{base}{k}" in wide.read.columns for base, (a, b) in across(wide.read).items() for k in range(a, b + 1)
    )
    return wide if whole and [*wide.names] == [*loss.names] else free


class Loop:
    """A loop of code: what is said inside stands inside."""

    def __init__(self, code: SumsCode, index: Index, name: str, first: str, last: str) -> None:
        self.code, self.index, self.words = code, index, (name, first, last)

    def __enter__(self) -> None:
        self.code.say(self.code.grammar.loop, *self.words)
        self.code.open.append(self.index)
        self.code.depth += 1

    def __exit__(self, *_: object) -> None:
        self.code.depth -= 1
        self.code.open.pop()
        if self.code.grammar.end:
            self.code.say(self.code.grammar.end)


def single(expr: Any) -> Any:
    """The expression with sums over several indices as sums of sums."""
    if isinstance(expr, Sigma):
        made = single(expr.term)
        for index in reversed(expr.indices):
            made = Sigma(made, [index])
        return made
    if not expr.args or not expr.has(Sigma):
        return expr
    return expr.func(*map(single, expr.args))


class InLoops(Writer):
    """A language in which sums are loops."""

    @classmethod
    def write(cls, loss: Loss) -> str:
        loss = by_place(loss)
        inside = isinstance(loss.read, Sums) and not any(s.clipped for t in loss.read.totals for s in t.slots)
        kept = loss.general is not None and inside and placed(loss.read)
        return SumsCode(cls(loss), loss).source() if kept else super().write(loss)

"""The loops of a loss that is sums: its value, its gradient, and its Hessian times a vector.

f sums its terms up; df goes back through them, ∂f/∂total first (reverse mode); ddf(x, v) is ∇²f(x)·v, the tangent along
v of both, so that no matrix is ever written. A sum that does not depend on the indices around it stands before them.

Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, chapters 3 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sympy
from sympy import Dummy, Expr, S, Symbol

from symopt.codegen.gathered import by_place, holding
from symopt.codegen.loops.functions import Signature
from symopt.codegen.loops.statements import Statements
from symopt.codegen.loops.words import Words
from symopt.codegen.writer import Writer, one_line
from symopt.expression.general.tree import ROW, Entry, Sigma, nodes
from symopt.expression.sums import COUNT, Index, Sums, placed
from symopt.loss import Loss
from symopt.program.symbolic import Symbolic

Names = tuple[str, str, str, str]
"""Of a sum: its value, its tangent, its adjoint and the tangent of that."""


class SumsCode(Words):
    """The code of one loss in one language."""

    def __init__(self, writer: Writer, loss: Loss) -> None:
        super().__init__(writer, loss)
        self.body = Statements(self.grammar)
        self.tangents = False

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
            self.body.zero(value)
            if tangent:
                self.body.zero(tangent)
            inner = dict(known)
            with self.loop(sigma):
                self.summed(sigma.term, bound | sigma.symbols, inner)
                flat, what = self.flat(sigma.term, inner)
                self.body.add(value, self.print(flat))
                if tangent:
                    self.body.add(tangent, self.tangent(flat, what, inner))
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

    @contextmanager
    def loop(self, sigma: Sigma) -> Iterator[None]:
        symbol, first, last = sigma.indices[0]
        name = self.row if symbol == ROW else symbol.name
        with self.body.loop(name, self.index(first), self.index(last, self.grammar.past)):
            self.open.append(Index(symbol, first, last))
            yield
            self.open.pop()

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
                self.body.zero(name)
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
                self.body.add(known[node][2], self.print(slope * scale))
                if self.tangents and change != 0:
                    self.body.add(known[node][3], self.print(change))
            else:
                made = change if self.tangents else slope * scale
                if made != 0:
                    self.body.add(self.grammar.entry.format(out, self.place(node)), self.print(made))
        for sigma in reversed(local):
            weights = self.body.simplest(known[sigma][2]), self.body.simplest(known[sigma][3])
            if weights != ("0", "0"):
                with self.loop(sigma):
                    self.back(sigma.term, weights, bound | sigma.symbols, dict(known))

    def weight(self, name: str) -> Expr:
        if name in ("", "0"):
            return S.Zero
        if name == "1":
            return S.One
        symbol = Dummy("w", real=True)
        self.writer.names[symbol] = name
        return symbol

    # functions

    def lines(self, name: str) -> list[str]:
        """The body of f, df or ddf."""
        self.body = Statements(self.grammar)
        self.tangents = name == "ddf"
        known: dict[Expr, Names] = {}
        if name == "f":
            self.summed(self.f, frozenset(), known)
            flat, _ = self.flat(self.f, known)
            self.body.say("return {}" + (";" if self.writer.language in ("c", "js") else ""), self.print(flat))
        else:
            self.back(self.f, ("1", "0"), frozenset(), known)
        return self.body.lines

    def source(self) -> str:
        free = self.loss.data is None
        signature = Signature(
            self.writer.language, len(self.names), self.x, self.v, self.rows, self.out, self.columns, self.tables, free
        )
        functions = [signature.function(name, self.lines(name)) for name in ("f", "df", "ddf")]
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
        return "\n\n".join(["\n".join(head), *helpers, *functions]) + "\n"

    @property
    def sizes(self) -> str:
        """How many variables there are, and how many rows if the code is for so many alone."""
        n = len(self.names)
        rows = f"; columns of {self.loss.data.rows:,} rows" if self.loss.data is not None else ""
        return f"{n:,} variable{'s' * (n != 1)}{rows}"


class InLoops(Writer):
    """A language in which sums are loops."""

    @classmethod
    def write(cls, loss: Loss) -> str:
        loss = by_place(loss)
        inside = isinstance(loss.read, Sums) and not any(s.clipped for t in loss.read.totals for s in t.slots)
        kept = loss.general is not None and inside and placed(loss.read)
        return SumsCode(cls(loss), loss).source() if kept else super().write(loss)

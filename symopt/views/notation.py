"""Formulas as people write them: `x - g/(h + alpha)` becomes `x − f′/(f″ + α)`. The tree printed is the one read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from symopt.errors import ExpressionError
from symopt.expression.sums import Sums
from symopt.expression.syntax import Node, read
from symopt.expression.tokens import GREEK as TYPED
from symopt.functions import FUNCTIONS

if TYPE_CHECKING:
    from symopt.expression.formulas import Formula
    from symopt.loss import Loss

GREEK = {name: letter for letter, name in reversed(TYPED.items())} | {"eps": "ε", "lamda": "λ"}
RAISED = str.maketrans("0123456789+-−()nkt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿᵏᵗ")
LOWERED = str.maketrans("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
CALLS = {name: known.mark for name, known in FUNCTIONS.items() if known.mark} | {"sum": "Σ", "prod": "Π"}
BARS = {name: "||" for name, known in FUNCTIONS.items() if known.mark == "|"} | {"norm": "‖‖"}
COMPARED = {"<=": "≤", ">=": "≥", "==": "="}
Piece = tuple[str, str]
"""A kind (number, power, name, call, close, raised, sign), on which the signs around it depend, and a text."""


def superscript(text: str) -> str:
    """Digits and signs, raised."""
    return text.translate(RAISED)


def small(text: str, letters: Mapping[int, int]) -> str:
    """A text without spaces in raised or lowered letters; empty where one of them does not exist."""
    close = text.replace(" ", "")
    return close.translate(letters) if all(ord(letter) in letters for letter in close) else ""


def symbol(name: str) -> str:
    """A name as it is written: `alpha` is α, `x_2` is x₂."""
    split = re.fullmatch(r"([^\W\d_]+)_?(\d*)", name)
    if not split:
        return GREEK.get(name, name)
    stem = GREEK.get(split[1], split[1])
    return stem + split[2].translate(LOWERED) if len(stem) == 1 else name


@lru_cache(maxsize=256)
def pretty(text: str, declared: Collection[str] = ()) -> str:
    """An expression as people write it; declared: names that are no functions. What cannot be read is left as it is."""
    try:
        return _text(_Printer({}).pieces(read(text, declared)))
    except ExpressionError:
        return text


def written(loss: Loss) -> str:
    """A loss as people write it."""
    columns = loss.read.columns if isinstance(loss.read, Sums) else loss.data.names if loss.data else ()
    return pretty(loss.text, frozenset({*loss.constants, *columns, *(loss.names if loss.declared else ())}))


def formula(rule: Formula, n: int = 1) -> str:
    """The rule of a method: its state as `v ← …`, its last statement as `x ← …`, in the letters of n variables."""
    names = {"g": "g", "h": "H", "f": "f"} if n > 1 else {"g": "f′", "h": "f″", "f": "f"}
    printer = _Printer(names, n)
    return ";  ".join(f"{symbol(name)} ← {_text(printer.pieces(tree))}" for name, tree in rule.typed)


def prose(text: str, n: int = 1) -> str:
    """The rule of a method by code, which is mostly prose: only its letters and arrows are exchanged."""
    text = re.sub(r"(^|; +)(\w) = ", r"\1\2 ← ", text)
    text = re.sub(r"(^|; +)(x\w?)(?= [+−])", r"\1\2 ← \2", text)
    text = text.replace("‖", "|") if n == 1 else text.replace("(h + σ)", "(H + σI)")
    for name, written in (("g", "f′"), ("h", "f″")) if n == 1 else (("h", "H"),):
        text = re.sub(rf"\b{name}\b", written, text)
    return re.sub("; +", ";  ", text)


def parameter(value: float) -> str:
    """A parameter as it was probably typed: 1/64 rather than 0.015625."""
    short = f"{value:.4g}"
    if float(short) == value:
        return minus(powers(short))
    nearest = Fraction(value).limit_denominator(4096) if abs(value) < 1e6 else Fraction(0)
    if nearest and nearest.numerator / nearest.denominator == value:
        return minus(f"{nearest.numerator}/{nearest.denominator}")
    return minus(powers(f"{value:.3g}"))


def parameters(values: Mapping[str, float]) -> str:
    """`lr = 1/64, β = 0.9`."""
    return ", ".join(f"{symbol(name)} = {parameter(value)}" for name, value in values.items())


def minus(text: str) -> str:
    """The true minus sign."""
    return text.replace("-", "−")


def powers(text: str) -> str:
    """A text with its numbers as they are written by hand: `1.2e+12` as 1.2·10¹²."""

    def raised(found: re.Match[str]) -> str:
        digits, exponent = found.groups()
        return f"{'' if digits == '1' else digits + '·'}10{superscript(str(int(exponent)))}"

    return re.sub(r"(?<![\w.])([\d.]+)e([+-]?\d+)", raised, text)


class _Printer:
    """Prints a tree. names: how single names are written; n: of how many variables a method's rule is."""

    def __init__(self, names: Mapping[str, str], n: int = 0) -> None:
        self.names = names
        self.n = n

    def pieces(self, node: Node) -> list[Piece]:
        """The pieces of a node, to be joined."""
        wrote: list[Piece] = getattr(self, "write_" + node.kind)(node)
        return wrote

    def text(self, node: Node) -> str:
        return _text(self.pieces(node))

    def write_number(self, node: Node) -> list[Piece]:
        digits = node.word.lower()
        return [("power", powers(digits))] if "e" in digits else [("number", digits)]

    def write_name(self, node: Node) -> list[Piece]:
        return [("name", self.names[node.word] if node.word in self.names else symbol(node.word))]

    def write_indexed(self, node: Node) -> list[Piece]:
        (index,) = node.parts
        if index.kind == "number" and index.word.isdigit():
            return [("name", symbol(node.word)), ("raised", index.word.translate(LOWERED))]
        written = self.text(index)
        lowered = small(written, LOWERED)
        return [("name", symbol(node.word)), ("raised", lowered) if lowered else ("close", f"[{written}]")]

    def write_group(self, node: Node) -> list[Piece]:
        return [("open", "("), *self.pieces(node.parts[0]), ("close", ")")]

    def write_absolute(self, node: Node) -> list[Piece]:
        return [("close", f"|{self.text(node.parts[0])}|")]

    def write_call(self, node: Node) -> list[Piece]:
        if node.word in BARS and len(node.parts) == 1:
            left, right = ("|", "|") if self.n == 1 else tuple(BARS[node.word])
            return [("close", left + self.text(node.parts[0]) + right)]
        if node.word == "Piecewise":
            cases = (map(self.text, branch.parts) for branch in node.parts)
            written = (f"{value} else" if where == "True" else f"{value} if {where}" for value, where in cases)
            return [("close", "{" + "; ".join(written) + "}")]
        name = CALLS.get(node.word, node.word)
        if name in "ΣΠ" and len(node.parts) == 4:
            term, index, first, last = map(self.text, node.parts)
            below, above = small(f"{index}={first}", LOWERED), small(last, RAISED)
            if below and above:
                return [("call", f"{name}{below}{above}"), ("close", f"({term})")]
        return [("call", name), ("close", f"({', '.join(map(self.text, node.parts))})")]

    def write_branch(self, node: Node) -> list[Piece]:
        return [("close", f"({', '.join(map(self.text, node.parts))})")]

    def write_add(self, node: Node) -> list[Piece]:
        first, *rest = node.parts
        out = self.pieces(first)
        for part in rest:
            negative = part.kind == "negative"
            out += [("sign", " − " if negative else " + "), *self.pieces(part.parts[0] if negative else part)]
        return out

    def write_negative(self, node: Node) -> list[Piece]:
        return [("sign", "−"), *self.pieces(node.parts[0])]

    def write_inverse(self, node: Node) -> list[Piece]:
        return [("sign", "/"), *self.pieces(node.parts[0])]

    def write_multiply(self, node: Node) -> list[Piece]:
        out: list[Piece] = []
        parts = list(node.parts)
        while parts:
            part = parts.pop(0)
            along = self.n > 1 and (part.kind, part.word) == ("name", "g") and parts and parts[0].kind == "inverse"
            inverse = self.inverse(parts[0].parts[0]) if along else ""
            if inverse:
                parts.pop(0)
            pieces = [("name", inverse)] if inverse else self.pieces(part)
            if out and part.kind != "inverse" and not _silent(out[-1], pieces[0]):
                out.append(("sign", "·"))
            out += pieces
        return out

    def inverse(self, node: Node) -> str:
        """g/h and g/(h + c) in n dimensions are H⁻¹g and (H + cI)⁻¹g; empty where the divisor is no such sum."""
        if (node.kind, node.word) == ("name", "h"):
            return "H⁻¹g"
        inner = node.parts[0] if node.kind == "group" else node
        if inner.kind != "add" or len(inner.parts) != 2:
            return ""
        bend, shift = inner.parts
        plain = bend.parts[0] if bend.kind == "call" and bend.word == "abs" else bend
        if (plain.kind, plain.word) != ("name", "h") or shift.kind not in ("name", "call", "number"):
            return ""
        written = self.pieces(shift)
        return f"({self.text(bend)} + {_text(written)}{'·' if not _silent(written[-1], ('name', 'I')) else ''}I)⁻¹g"

    def write_power(self, node: Node) -> list[Piece]:
        base, exponent = node.parts
        out = self.pieces(base)
        inner = exponent.parts[0] if exponent.kind == "group" else exponent
        sign = "−" if inner.kind == "negative" else ""
        plain = inner.parts[0] if sign else inner
        if (plain.kind == "number" and plain.word.isdigit()) or (
            inner is exponent and plain.kind == "name" and plain.word in "nkt" and not sign
        ):
            if out[-1][1].endswith(("′", "″")):
                out[-1] = ("close", f"({out[-1][1]})")
            return [*out, ("raised", superscript(sign + plain.word))]
        return [*out, ("sign", "^"), *self.pieces(exponent)]

    def write_compare(self, node: Node) -> list[Piece]:
        signs = [COMPARED.get(sign, sign) for sign in node.word.split()]
        texts = [self.text(part) for part in node.parts]
        return [("close", texts[0] + "".join(f" {sign} {text}" for sign, text in zip(signs, texts[1:], strict=True)))]

    def write_both(self, node: Node) -> list[Piece]:
        return [("close", " & ".join(map(self.text, node.parts)))]

    def write_either(self, node: Node) -> list[Piece]:
        return [("close", " | ".join(map(self.text, node.parts)))]

    def write_always(self, node: Node) -> list[Piece]:
        return [("close", "True")]


def _text(pieces: list[Piece]) -> str:
    return "".join(text for _, text in pieces)


def _silent(left: Piece, right: Piece) -> bool:
    """Whether a product needs no sign: 2x, 2(x + 1), πx, (x + 1)(x − 1), but a·sin(x), 2·3, lr·g, x·(x + 1)."""
    if right[0] in ("number", "call", "end") or right[1][:1] in "|‖":
        return False
    short = len(right[1].rstrip("₀₁₂₃₄₅₆₇₈₉")) == 1 or right[0] == "open"
    if left[0] in ("number", "close"):
        return short and (left[0] == "number" or right[0] == "open")
    single = left[0] == "name" and len(left[1].rstrip("₀₁₂₃₄₅₆₇₈₉")) == 1
    return single and short and right[0] == "name"

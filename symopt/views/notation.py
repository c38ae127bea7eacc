"""Formulas as people write them: `x - g/(h + alpha)` becomes `x − f′/(f″ + α)`.

Works on the text alone, token by token, so that it never fails: what it does not know it leaves as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

SMALL = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi"
)
GREEK = dict(zip(f"{SMALL} psi omega eps lamda".split(), "αβγδεζηθικλμνξοπρστυφχψωελ", strict=True))
GREEK |= dict(zip("Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(), "ΓΔΘΛΞΠΣΦΨΩ", strict=True))
RAISED = str.maketrans("0123456789+-−()nkt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿᵏᵗ")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
FUNCTIONS = {"sqrt": "√", "gamma": "Γ", "sum": "Σ", "prod": "Π"}
BARS = {"abs": "||", "Abs": "||", "norm": "‖‖"}
TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([^\W\d]\w*)|(\*\*|<=|>=|==|.))", re.S)
LOOSE = {"+": " + ", "-": " − ", "−": " − ", "<": " < ", ">": " > ", "<=": " ≤ ", ">=": " ≥ ", "=": " = ", ",": ", "}
LOOSE |= {";": ";  ", "&": " & "}
ENDS_OPERAND = ("number", "power", "name", "close", "raised")
Token = tuple[str, str]


def superscript(text: str) -> str:
    """Digits and signs, raised."""
    return text.translate(RAISED)


def pretty(text: str, names: Mapping[str, str] | None = None) -> str:
    """A formula prettified; `names` says how single names are written, before Greek and subscripts are tried."""
    return "".join(part for _, part in _write(_tokens(text), names or {}))


def formula(text: str, n: int = 1) -> str:
    """The rule of a method: its state as `v ← …`, its last statement as `x ← …`, in the letters of n variables."""
    if n == 1:
        text = re.sub(r"\bnorm\b", "abs", text)
    else:
        text = re.sub(r"(?<![\w.])g\s*/\s*h(?!\w)", "H⁻¹g", text)
        text = re.sub(r"(?<![\w.])g\s*/\s*\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", _inverse, text)
    names = {"g": "g", "h": "H", "f": "f"} if n > 1 else {"g": "f′", "h": "f″", "f": "f"}
    *states, last = (part.strip() for part in text.split(";"))
    pairs = [state.partition("=")[::2] for state in states]
    lines = [f"{pretty(left.strip(), names)} ← {pretty(right, names)}" for left, right in pairs]
    return ";  ".join([*lines, f"x ← {pretty(last, names)}"])


def told(text: str, n: int = 1) -> str:
    """The rule of a method by code, which is mostly prose: only its letters and arrows are exchanged."""
    text = re.sub(r"(^|; +)(\w) = ", r"\1\2 ← ", text)
    text = re.sub(r"(^|; +)(x\w?)(?= [+−])", r"\1\2 ← \2", text)
    if n == 1:
        text = text.replace("‖", "|").replace("h is positive definite", "h > 0")
    else:
        text = text.replace("(h + σ)", "(H + σI)")
    for letter, written in (("g", "f′"), ("h", "f″")) if n == 1 else (("h", "H"),):
        text = re.sub(rf"\b{letter}\b", written, text)
    return re.sub("; +", ";  ", text)


def parameter(value: float) -> str:
    """A parameter as it was probably typed: 1/64 rather than 0.015625."""
    short = f"{value:.4g}"
    if float(short) == value:
        return minus(_power_of_ten(short))
    nearest = Fraction(value).limit_denominator(4096) if abs(value) < 1e6 else Fraction(0)
    if nearest and nearest.numerator / nearest.denominator == value:
        return minus(f"{nearest.numerator}/{nearest.denominator}")
    return minus(_power_of_ten(f"{value:.3g}"))


def parameters(values: Mapping[str, float]) -> str:
    """`lr = 1/64, β = 0.9`."""
    return ", ".join(f"{pretty(name)} = {parameter(value)}" for name, value in values.items())


def minus(text: str) -> str:
    """The true minus sign."""
    return text.replace("-", "−")


def _power_of_ten(text: str) -> str:
    digits, _, exponent = text.partition("e")
    if not exponent:
        return text
    return f"{'' if digits == '1' else digits + '·'}10{superscript(str(int(exponent)))}"


def _inverse(match: re.Match[str]) -> str:
    """g/(h + c) in n dimensions is (H + cI)⁻¹g, but only where the whole denominator is a sum with h."""
    inner = match[1]
    found = re.fullmatch(r"(h|abs\(h\))\s*\+\s*(\w+|\w+\(.*\))", inner.strip())
    return f"({found[1]} + {found[2]}*I)⁻¹g" if found else match[0]


def _tokens(text: str) -> list[Token]:
    found = []
    for number, name, sign in TOKEN.findall(text):
        if number and "e" in number.lower():
            found.append(("power", _power_of_ten(number.lower())))
        elif number:
            found.append(("number", number))
        elif name:
            found.append(("name", name))
        elif sign in "([{":
            found.append(("open", sign))
        elif sign in ")]}":
            found.append(("close", sign))
        else:
            found.append(("sign", "**" if sign == "^" else sign))
    return found


def _name(name: str, names: Mapping[str, str]) -> str:
    if name in names:
        return names[name]
    split = re.fullmatch(r"([^\W\d_]+)_?(\d*)", name)
    if not split:
        return GREEK.get(name, name)
    stem = GREEK.get(split[1], split[1])
    known = len(stem) == 1
    return stem + split[2].translate(LOWERED) if known else name


def _depth(tokens: list[Token]) -> int:
    return sum({"open": 1, "close": -1}.get(kind, 0) for kind, _ in tokens)


def _closing(tokens: list[Token], opening: int) -> int:
    depth = 0
    for i in range(opening, len(tokens)):
        depth += {"open": 1, "close": -1}.get(tokens[i][0], 0)
        if depth == 0:
            return i
    return len(tokens)


def _write(tokens: list[Token], names: Mapping[str, str]) -> list[Token]:
    """The pieces to be joined; each keeps its kind, since spacing depends on the neighbours."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        kind, text = tokens[i]
        before = out[-1] if out else ("sign", "")
        follows = tokens[i + 1] if i + 1 < len(tokens) else ("end", "")
        if kind == "name" and text in BARS and follows[1] == "(":
            end = _closing(tokens, i + 1)
            inner = "".join(part for _, part in _write(tokens[i + 2 : end], names))
            out.append(("close", BARS[text][0] + inner + BARS[text][1]))
            i = end
        elif kind == "name" and text == "Piecewise" and follows[1] == "(":
            end = _closing(tokens, i + 1)
            out.append(("close", _cases(tokens[i + 2 : end], names)))
            i = end
        elif kind == "name" and follows[1] == "(" and len(text) > 1:
            out.append(("call", FUNCTIONS.get(text, text)))
        elif kind == "name":
            out.append(("name", _name(text, names)))
        elif kind == "open" and text == "[" and follows[0] == "number" and tokens[i + 2 : i + 3] == [("close", "]")]:
            out.append(("raised", follows[1].translate(LOWERED)))
            i += 2
        elif text == "**":
            i = _raise(tokens, i, names, out)
        elif text == "*":
            after = _write(tokens[i + 1 : i + 3], names)[:1]
            out.append(("sign", "" if _silent(before, after[0] if after else ("end", "")) else "·"))
        elif text in "+-−" and kind == "sign" and before[0] not in ENDS_OPERAND:
            out.append(("sign", "−" if text != "+" else "+"))
        elif kind == "sign":
            out.append(("sign", LOOSE.get(text, text)))
        else:
            out.append((kind, text))
        i += 1
    return out


def _cases(tokens: list[Token], names: Mapping[str, str]) -> str:
    """`{x² if x < 1; 2 − x else}` for the pairs within Piecewise(…)."""
    cases, i = [], 0
    while i < len(tokens):
        end = _closing(tokens, i)
        commas = [k for k in range(i, end) if tokens[k][1] == "," and _depth(tokens[i:k]) == 1]
        if tokens[i][0] == "open" and commas:
            value, where = ("".join(part for _, part in _write(half, names)).strip()
                            for half in (tokens[i + 1 : commas[-1]], tokens[commas[-1] + 1 : end]))  # fmt: skip
            cases.append(f"{value} else" if where == "True" else f"{value} if {where}")
        i = end + 1 if tokens[i][0] == "open" else i + 1
    return "{" + "; ".join(cases) + "}"


def _raise(tokens: list[Token], i: int, names: Mapping[str, str], out: list[Token]) -> int:
    """Writes the exponent after tokens[i]; returns the index of its last token."""
    sign = "−" if tokens[i + 1 : i + 2] and tokens[i + 1][1] in "-−" else ""
    start = i + 1 + bool(sign)
    kind, text = tokens[start] if start < len(tokens) else ("end", "")
    end = _closing(tokens, start) if kind == "open" else start
    if kind == "number" and text.isdigit():
        out.append(("raised", superscript(sign + text)))
    elif kind == "open" and "".join(t for _, t in tokens[start + 1 : end]).lstrip("-").isdigit():
        out.append(("raised", superscript(sign + "".join(t for _, t in tokens[start + 1 : end]))))
    elif not sign and kind == "name" and text in "nkt" and tokens[end + 1 : end + 2] != [("open", "(")]:
        out.append(("raised", superscript(text)))
    else:
        out.append(("sign", "^" + sign))
        return start - 1
    if out[-1][1].startswith("²") and len(out) > 1 and out[-2][1].endswith(("′", "″")):
        out[-2] = ("close", f"({out[-2][1]})")
    return end


def _silent(left: Token, right: Token) -> bool:
    """Whether a product needs no sign: 2x, 2(x + 1), πx, (x + 1)(x − 1), but a·sin(x), 2·3, lr·g, x·(x + 1)."""
    if right[0] in ("number", "call", "end") or right[1][:1] in "|‖":
        return False
    short = len(right[1].rstrip("₀₁₂₃₄₅₆₇₈₉")) == 1 or right[0] == "open"
    if left[0] in ("number", "close"):
        return short and (left[0] == "number" or right[0] == "open")
    single = left[0] == "name" and len(left[1].rstrip("₀₁₂₃₄₅₆₇₈₉")) == 1
    return single and short and right[0] == "name"

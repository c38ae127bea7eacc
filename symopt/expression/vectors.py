"""What a text with vectors, matrices and indices of rows would be over the rows of data.

Σᵢ (yᵢ − a xᵢ)² is sum((y - a*x)^2), ‖y − Xw‖² is sum((y - sum(w[j]*X[j], j, 0, 2))^2), a sum divided by n a mean. As
in `dialects`, only what can be read is offered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property

from symopt.errors import ExpressionError
from symopt.expression.tokens import ANY_NAME, OWN, plain_name, run
from symopt.functions import FUNCTIONS

LONGEST = 200  # characters of a text that is looked at
TURNED = r"(?:\s*(?:\.T\b|\.t\(\)|\^\s*\{?\(?(?:T\b|⊤|\\top)\)?\}?|[ᵀ⊤'′]))"
TIMES = r"\s*(?:@|%\*%|\*|·|⋅|×|∘|\\cdot|\s)\s*"
COUNTED = (
    r"(?:len|length|size|count|nrow|numel|shape)\(\s*\w+\s*\)(?:\[0\])?|"
    r"\w+\.(?:size|shape\[0\]|count\(\)|size\(0\)|nrow)|\bnrow\b"
)
LETTERS = "nNmM"  # for the number of rows
POWER = r"(?:\s*(?:²|(?:\^|\*\*)\s*\{?2\}?(?![\d.])))"
MODEL = r"\b(?:y_?hat|y_?pred(?:icted)?|y_?model|pred(?:iction)?s?|model|yh|f_?hat|[fhg](?=\())\b(?:\([^()]*\))?"
PLAIN = [
    (re.compile(pattern), new)
    for pattern, new in (
        (r"\b(?:np|numpy|torch|tf|jnp|jax|nn|functional|F|K|math|linalg)\.(?=[A-Za-z])", ""),
        (r"\breduce_(mean|sum)\b", r"\1"),
        (r"[,;]\s*(?:axis|dim|keepdims?|na\.rm|ord|dtype|reduction|weights=None)\s*=\s*['\"]?\w+['\"]?", ""),
        (r"\b(?:weighted_mean|average)\(((?:[^()]|\([^()]*\))*),\s*(?:weights\s*=\s*)?(\w+)\s*\)",
         r"sum(\2*(\1))/sum(\2)"),
        (r"\\(?:left|right|[bB]ig[lr]?|,|;|!| )(?![a-z])", ""),
        (r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"((\1)/(\2))"),
        (r"\(\((\d+)\)/\((\w+)\)\)", r"\1/(\2)"),
        (r"\\\|", "‖"),
        (r"\\(?:lVert|rVert|Vert)(?![a-z])", "‖"),
        (r"\\(?:vec|mathbf|boldsymbol|bm)\s*\{(\w+)\}", r"\1"),
        (r"\\(?:hat|widehat)\s*\{?\s*y\s*\}?", "yhat"),
        (r"[<⟨]\s*(\w+)\s*,\s*(\w+)\s*[>⟩]", r"dot(\1,\2)"),
        (r"\b([A-Za-z]\w*)\.(?:dot|matmul)\(\s*(\w+)\s*\)", r"dot(\1,\2)"),
        (r"\b(?:inner|matmul|vdot)\(", "dot("),
        (r"\b([A-Za-z]\w*)\.(max|min|prod|std|var)\(\)", r"\2(\1)"),
        (r"\bnorm\(((?:[^(),]|\([^()]*\))+),\s*[iI]nf\)", r"max(abs(\1))"),
        (r"^\s*(?:𝔼|\\mathbb\s*\{E\})\s*[\[(](.*)[\])]\s*$", r"mean(\1)"),
        (r"\blm\(\s*(\w+)\s*~\s*(\w+)\s*\)", r"\1 ~ a*\2 + b"),
        (r"\bmin_\{[^{}]*\}|\barg\s?min_?\{?[\w, ]*\}?\s+(?=[sm])", ""),
        (r"\(((?:[^()]|\([^()]*\))*)\)\.(?:pow|square)\((\d*)\)", lambda m: f"(({m[1]})^{m[2] or 2})"),
        (r"\b([A-Za-z]\w*)\[\s*(?::|[ijk])\s*,\s*(\d+)\s*\]", r"\1[\2]"),
        (r"\b([A-Za-z]\w*)\[\s*(?::|i)\s*,\s*([jk])\s*\]", r"\1[\2]"),
    )
]  # fmt: skip
ABOUT = (  # words for whole losses: y the response, m the model, s its sum, for example
    ("rmse rmsd", "sqrt(mean(({y} - ({m}))^2))"),
    ("mae l1 lad", "mean(abs({y} - ({m})))"),
    ("bce logloss log_loss logistic crossentropy cross_entropy binary_cross_entropy logistic_regression 交叉熵",
     "mean(softplus({m}) - {y}*({m}))"),
    ("hinge svm", "mean(Max(0, 1 - {y}*({m})))"),
    ("huber", "mean(where(abs({y} - ({m})) < 1, ({y} - ({m}))^2/2, abs({y} - ({m})) - 1/2))"),
    ("mse loss error cost objective sse rss ols lm fit regression linear_regression least_squares lstsq "
     "损失 均方误差 最小二乘 误差 回归 线性回归", "mean(({y} - ({m}))^2)"),
)  # fmt: skip
ALONE = re.compile(r"(?<![\w.])[^\W\d]\w*(?![\w\[(])")  # a word that no bracket follows
NUMBERED = re.compile(r"(.*?\D)(0|[1-9]\d*)")
INNER = re.compile(r"sum\([^()]*\)")
GREATEST = re.compile(r"\b[mM](ax|in)\(((?:[^(),]|\((?:[^()]|\([^()]*\))*\))+)\)")  # of one argument
PRODUCT = re.compile(r"(\blog\()?\bprod\(((?:[^(),]|\((?:[^()]|\([^()]*\))*\))+)\)(?(1)\))")  # of one argument
MARKS = (
    ("sum", r"\\sum(?![a-z])|[∑Σ]|\bsum(?=\s*_)"),
    ("prod", r"\\prod(?![a-z])|[∏Π]|\bprod(?=\s*_)|\bproduct(?=\()"),
)
LIKELY = re.compile(r"-?\s*(?:nll|loglik\w*|log_?likelihood|likelihood|mle|似然)\b.*", re.IGNORECASE)


class Table:
    """The columns of data as a text may mean them: single ones, and those of a matrix, or numbered, as one vector."""

    def __init__(self, names: Sequence[str], matrices: Mapping[str, int]) -> None:
        self.names = {*names}
        self.order = list(dict.fromkeys(names))
        self.matrices = matrices
        self.index = next((letter for letter in "jkilpq" if letter not in self.names), "j")

    @cached_property
    def vectors(self) -> dict[str, tuple[int, int]]:
        """{name: (the first number, the last)} of what is a vector in each row."""
        numbered: dict[str, list[int]] = {}
        for name in self.order:
            if match := NUMBERED.fullmatch(name):
                numbered.setdefault(match[1].rstrip("_") if match[1] not in self.names else "", []).append(
                    int(match[2])
                )
        found = {base: (0, count - 1) for base, count in self.matrices.items()}
        for base, places in numbered.items():
            low, high = min(places), max(places)
            if base and base not in self.names and low <= 1 < len(places) == high - low + 1:
                found.setdefault(base, (low, high))
        return found

    @property
    def response(self) -> str:
        return next((name for name in ("y", "Y", "target") if name in self.names), self.order[-1])

    @property
    def model(self) -> str:
        """A model in the columns beside the response, as an example."""
        if self.vectors:
            base, (low, high) = next(iter(self.vectors.items()))
            return f"{self.inner('w', base, low, high)} + b"
        other = next((name for name in self.order if name != self.response), "")
        a, b = [letter for letter in "abcdpq" if letter not in self.names][:2]
        return f"{a}*{other} + {b}" if other else a

    def inner(self, weights: str, base: str, low: int, high: int) -> str:
        j = self.index if self.index != weights else "k"
        return f"sum({weights}[{j}]*{base}[{j}], {j}, {low}, {high})"


def check(text: str, table: Table, known: Collection[str]) -> None:
    """Raises ExpressionError for a vector that stands where a number does: it would be taken for a variable.

    known: names that have a meaning besides the columns.
    """
    for alone in ALONE.finditer(text):
        base = alone[0]
        if base not in known and base not in table.names and any(name.startswith(base) for name in table.order):
            if base not in table.vectors:
                continue
            low, high = table.vectors[base]
            raise ExpressionError(
                f"{base} is a matrix of {high - low + 1} columns: they are called {base}{low} … {base}{high}",
                f"{table.inner('w', base, low, high)} goes over them", text, *alone.span(),
            )  # fmt: skip
    if "T" not in table.names and "T" not in known and (place := re.search(r"\^\s*T(?![\w\[(])", text)):
        raise ExpressionError(
            "^T is no transpose here: T would be a variable", "write the sum out", text, *place.span()
        )


def check_headers(text: str, renamed: Mapping[str, str], variables: Collection[str]) -> None:
    """Raises ExpressionError for a variable that is meant for a column which has another name here.

    renamed: {header: its name}.
    """
    for header, name in renamed.items():
        if not header or not (place := re.search(rf"(?<!\w){re.escape(header)}(?!\w)", text)):
            continue
        words = {plain_name(word) for word in ANY_NAME.findall(header)} - {name}
        if any(word in variables for word in words):
            raise ExpressionError(f"{header} would be taken for variables, and a column has that name",
                                  f"the column {header} is called {name} here", text, *place.span())  # fmt: skip


def foreign(error: ExpressionError, names: Collection[str]) -> None:
    """Calls a word in the script of some columns a name that is not known, where it was refused for its script."""
    typed = error.text[error.start : run(error.text, error.start)]
    if typed and not typed.isascii() and "is not allowed" in error.message and not all(map(str.isascii, names)):
        error.message, error.hint, error.shell = f"unknown name {typed!r}", OWN, ""
        error.end = error.start + len(typed)


def suggest(error: ExpressionError, text: str, table: Table, reads: Callable[[str], bool]) -> None:
    """Puts into the hint of an error what its text would be over the rows of data, if that can be read."""
    if error.text != text or not table.order:
        return
    old, said = error.hint, error.shell or error.hint
    if LIKELY.fullmatch(text.strip()):
        y, m = table.response, table.model
        error.hint = f"of normal errors it is mean(({y} - ({m}))^2), of classes 0 and 1 mean(softplus({m}) - {y}*({m}))"
        error.shell = ""
    elif not (old.startswith("write ") and text == _rewritten(text, table) and reads(old.removeprefix("write "))) and (
        other := meant(text, table, reads)
    ):
        if re.search(MODEL, _hatless(text)):
            error.hint, error.shell = f"write the model in its place, as in {other}", ""
        elif re.search(r"log\(sum\(exp\(-?10\*", other) and "10*" not in text:
            error.hint, error.shell = f"the greatest or least of all rows is no sum, a smooth one is: write {other}", ""
        elif "sum(log(" in other and re.search(r"prod|[∏Π]", text):
            error.hint, error.shell = f"of positive factors, by their logarithms: write {other}", ""
        elif "only divided by" in error.message:
            error.hint, error.shell = f"write {other}: {old}", f"write {other}: {said}"
        elif (asked := re.match(r"did you mean ([^?]*)\?", old)) and {*asked[1].split(", ")} <= table.names:
            error.hint, error.shell = f"{asked[0]} Write {other}", ""
        else:
            error.hint, error.shell = f"write {other}", ""
    elif "x[i]" in old or "x[0]" in old or "write it out: " in old:
        kept = [part for part in old.split("; ") if "x[" not in part and not part.startswith("write it out: ")]
        own = re.search(r"\b(?:sum|mean|avg)|[∑Σ]", text)
        words = "over rows, sums have no index:" if own else "over rows there are sums and means, as in"
        error.hint = "; ".join([*kept, f"{words} mean(({table.response} - ({table.model}))^2)"])
        error.shell = ""


def meant(text: str, table: Table, reads: Callable[[str], bool]) -> str:
    """The text as it would be typed over these columns, or nothing if no reading of it can be read."""
    if len(text) > LONGEST:
        return ""
    word = re.sub(r"[\s-]+", "_", text.strip().lower())
    for words, form in ABOUT:
        if word in words.split():
            found = form.format(y=table.response, m=table.model)
            return found if reads(found) else ""
    from symopt.expression import dialects

    plain = _rewritten(text, table)
    for candidate in (*_equation(plain, table), plain):
        used = {*re.findall(r"[^\W\d]\w*", candidate)}
        if not used & {*table.names, *table.vectors}:
            continue
        if plain != text and table.response not in used and not re.search(r"[^\W\d]\w*\(", INNER.sub("", candidate)):
            candidate = f"mean(({table.response} - ({candidate}))^2)"  # a model alone
        over_rows = re.search(r"\bmean\(|\bsum\((?!(?:[^()]|\([^()]*\))*,\s*\w\s*,)", candidate)
        wrapped = (candidate,) if over_rows else (candidate, f"mean({candidate})")
        if found := next((each for each in wrapped if _spaced(each) != _spaced(text) and reads(each)), ""):
            return _tidy(found)
        if found := next((found for each in wrapped if (found := dialects.meant(each, reads))), ""):
            return _tidy(found)
    return ""


def _tidy(text: str) -> str:
    """The text without parentheses in parentheses."""
    for _ in range(text.count("((")):
        text = re.sub(r"\(\(((?:[^()]|\([^()]*\))*)\)\)", r"(\1)", text)
    return text.strip()


def _spaced(text: str) -> str:
    return "".join(text.split())


def _hatless(text: str) -> str:
    """ŷ as yhat."""
    return re.sub("y\u0302", "yhat", unicodedata.normalize("NFD", text)).replace("\u0302", "")


def _equation(text: str, table: Table) -> Iterator[str]:
    """A model typed as an equation, y = a*x + b, as its mean squared error."""
    found = re.fullmatch(r"([^=~<>!]+?)\s*(?:~|:=|==?)\s*([^=~<>]+)", text.strip())
    if found and not re.match(r"\w+\s*\(", found[1]):
        left, right = found[1].strip(), found[2].strip()
        if {*re.findall(r"[^\W\d]\w*", left)} & table.names:
            yield f"mean(({left} - ({right}))^2)"
        else:
            yield right


def _rewritten(text: str, table: Table) -> str:
    plain = _hatless(text) if "\u0302" in unicodedata.normalize("NFD", text) else text
    for pattern, new in PLAIN:
        plain = pattern.sub(new, plain)
    same = {name.lower(): name for name in reversed([*table.order, *table.vectors])}
    words = {*re.findall(r"(?<![\w.])[^\W\d]\w*", plain)}
    for word in words - table.names - {*table.vectors} - {*FUNCTIONS} - {"T", "E"}:
        if word.lower() in same and (len(word) > 1 or same[word.lower()] not in words):
            plain = re.sub(rf"(?<![\w.]){word}(?!\w)", same[word.lower()], plain)
    if re.search(MODEL, plain):
        plain = re.sub(MODEL, lambda _: f"({table.model})", plain)
        if not re.search(r"[\^²|(]\s*\w*\s*[-\d²|]|\*\*|\w\((?!a)", plain) and "(" not in text:
            plain = f"({plain})^2"
    plain = _sums(plain)
    plain = _indices(plain, table)
    plain, weights = _products(plain, table)
    plain = _norms(plain, table, weights)
    plain = PRODUCT.sub(lambda m: f"sum(log({m[2]}))" if m[1] else f"exp(sum(log({m[2]})))", plain)
    plain = GREATEST.sub(lambda m: f"{'-' * (m[1] == 'in')}log(sum(exp({'-' * (m[1] == 'in')}10*({m[2]}))))/10", plain)
    return _means(plain, table)


def _sums(text: str) -> str:
    """Σ and ∏, with or without an index below, as sum(…) and prod(…); generators and lists within as their term."""
    below = r"_\s*(?:\{[^{}]*\}|\([^()]*\)|\w+(?:=\w+)?)|[ᵢⱼ]"
    for word, marks in MARKS:
        mark = rf"(?:{marks})\s*(?:{below})?\s*(?:\^\s*(?:\{{[^{{}}]*\}}|\w+))?\s*"
        for _ in re.findall(marks, text):
            if not (found := re.search(mark, text)) or found.end() == len(text):
                break
            end = _operand(text, found.end())
            inner = text[found.end() : end]
            whole = inner.startswith("(") and _close(inner, 0) == len(inner)
            text = f"{text[: found.start()]}{word}{inner if whole else f'({inner})'}{text[end:]}"
    text = re.sub(r"\b(sum|prod)\(\s*\[(.*)\]\s*\)", r"\1(\2)", text)
    return re.sub(r"\s+for\s+\w+(?:\s*,\s*\w+)*\s+in\s+(?:\w+\((?:[^()]|\([^()]*\))*\)|\w+)(?=\s*\))", "", text)


def _operand(text: str, at: int) -> int:
    """Where the term behind Σ ends: before + or − outside of all brackets."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth < 0 or (depth == 0 and place > at and text[place] in "+-−" and text[place - 1] not in "*/^("):
            return place
    return len(text)


def _close(text: str, at: int) -> int:
    """Behind the parenthesis that closes the one at a place."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place + 1
    return len(text)


def _indices(text: str, table: Table) -> str:
    """yᵢ, y_i, y[i] and yi as y; ax as a*x."""
    for name in sorted(table.names, key=len, reverse=True):
        if name not in text:
            continue
        typed = re.escape(name)
        text = re.sub(rf"(?<!\w){typed}(?:_\{{?[ijkn]\}}?(?!\w)|[ᵢⱼₙ]|\^\{{?\([ijkn]\)\}}?)", name, text)
        text = (
            re.sub(rf"(?<!\w){typed}\[\s*[in]\s*\]", name, text)
            if not re.search(r",\s*[in]\s*,\s*\d+\s*,\s*\d+", text)
            else text
        )
        if len(name) == 1:
            text = re.sub(rf"(?<!\w){typed}i(?!\w)", name, text) if f"{name}i" not in table.names else text
            joined = rf"(?<![A-Za-z_^.])((?!{typed})[A-Za-z])\s?{typed}(?![\w(\[])"
            text = text if any(len(each) == 2 for each in table.names) else re.sub(joined, rf"\1*{name}", text)
    return re.sub(r"(?<=\))?,\s*[in]\s*(?:,\s*\w+\s*,\s*[A-Za-z]\w*\s*)?\)", ")", text)


def _products(text: str, table: Table) -> tuple[str, dict[str, tuple[int, int]]]:
    """(the text with inner products written out, the weights in them with their first and last number)."""
    weights: dict[str, tuple[int, int]] = {}
    text = re.sub(r"\b([A-Za-z]\w*)_\{?j\}?(?!\w)", r"\1[j]", text)
    for base, bounds in [*table.vectors.items(), *((name, None) for name in table.order if name in text)]:
        typed = re.escape(base)

        def one(match: re.Match[str], base: str = base, bounds: tuple[int, int] | None = bounds) -> str:
            word = next(group for group in match.groups() if group)
            if word in FUNCTIONS or word in ("sum", "mean", "where") or (bounds and word in {*table.names, base}):
                return match[0]
            if bounds is None:
                return f"sum({word}*{base})" if word in table.names else f"{word}*{base}"
            weights[word] = bounds
            return table.inner(word, base, *bounds)

        letter, many = r"([^\W\d_]\w*?)", rf"{typed}(?:\[[jk]\])?"
        text = re.sub(rf"\bdot\(\s*(?:{letter}{TURNED}?\s*,\s*{typed}|{typed}\s*,\s*{letter})\s*\)", one, text)
        text = re.sub(rf"(?<![\w.]){letter}(?:{TURNED}(?:{TIMES})?|\s*@\s*){typed}(?![\w\[(])", one, text)
        text = re.sub(rf"(?<![\w.]){typed}(?:\s*@\s*|\s*%\*%\s*){letter}(?![\w\[(])", one, text)
        if bounds is not None:
            text = re.sub(rf"\bsum\(\s*{letter}(?:\[[jk]\])?{TIMES}{many}\s*(?:,\s*[jk]\s*(?:,[^()]*)?)?\)", one, text)
            text = re.sub(rf"\bsum\(\s*{many}{TIMES}{letter}(?:\[[jk]\])?\s*\)", one, text)
            text = re.sub(rf"(?<![\w.]){typed}{TIMES}{letter}(?![\w\[(])", one, text)
            text = re.sub(rf"(?<![\w.]){letter}{TIMES}{typed}(?![\w\[(])", one, text)
            either = f"(?i:{typed})" if base.swapcase() not in {*table.names, *table.vectors} else typed  # Xw of x0, x1
            text = re.sub(rf"(?<![\w.])(?:{either}([^\W\d_])|([^\W\d_]){either})(?![\w\[(])", one, text)
    squares = rf"(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))(?:{TURNED}(?:{TIMES})?|\s*@\s*)\1"
    return re.sub(squares, r"sum(\1^2)", text), weights


def _norms(text: str, table: Table, weights: Mapping[str, tuple[int, int]]) -> str:
    """‖u‖² over the rows, or of weights; ‖u‖ is its root, ‖u‖₁ the sum of moduli."""
    inner = r"((?:[^()‖|]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+)"
    order = r"(?:_\{?([12])\}?|([₁₂]))?"
    # of a call the comma before its order is no part of what stands in it
    call = rf"\bnorm[12]?\(((?:[^(),]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+?)(?:,\s*([12]))?()\)({POWER})?"

    def one(match: re.Match[str]) -> str:
        u, squared, first = match[1].strip(), bool(match[4]), "1" in (match[2] or "") or match[3] == "₁"
        term = f"abs({u})" if first else f"({u})^2"
        if u in weights:
            low, high = weights[u]
            j = table.index
            term = f"abs({u}[{j}])" if first else f"{u}[{j}]^2"
            found = f"sum({term}, {j}, {low}, {high})"
        elif not {*re.findall(r"[^\W\d]\w*", u)} & {*table.names, *table.vectors}:
            return (f"{u}^2" if u.isidentifier() else term) if squared or first else f"abs({u})"
        else:
            found = f"sum({term})"
        return (f"{found}^2" if squared else found) if first else (found if squared else f"sqrt({found})")

    for pattern in (rf"‖{inner}‖{order}({POWER})?", rf"\|\|{inner}\|\|{order}({POWER})?", call):
        text = re.sub(pattern, one, text)
    for w, (low, high) in weights.items():
        j = table.index
        text = re.sub(rf"\bsum\(\s*{w}({POWER})\s*\)", rf"sum({w}[{j}]\1, {j}, {low}, {high})", text)
        text = re.sub(rf"\bsum\(\s*(?:abs\({w}\)|\|{w}\|)\s*\)", rf"sum(abs({w}[{j}]), {j}, {low}, {high})", text)
    return text


def _means(text: str, table: Table) -> str:
    """A sum divided by the number of rows as a mean."""
    letters = "".join(letter for letter in LETTERS if letter not in table.names)
    text = re.sub(COUNTED, "n", text) if letters else text
    if not letters:
        return text
    number = rf"(?:\(\s*)?(?:(\d+)\s*\*?\s*)?[{letters}](?:_?(?:samples|obs|rows))?(?:\s*\))?"
    before = re.search(rf"\(?\s*(\d+(?:\.\d+)?)\s*/\s*{number}\s*\)?\s*[*·]?\s*sum\(", text)
    if before:
        end = _close(text, before.end() - 1)
        factor = before[1] if not before[2] else f"{before[1]}/{before[2]}"
        mean = f"mean({text[before.end() : end]}"
        return text[: before.start()] + (mean if factor == "1" else f"{factor}*{mean}") + text[end:]
    for found in re.finditer(r"\bsum\(", text):
        end = _close(text, found.end() - 1)
        if behind := re.match(rf"\s*/\s*{number}(?!\w)", text[end:]):
            mean = f"mean({text[found.end() : end]}" + (f"/{behind[1]}" if behind[1] else "")
            return text[: found.start()] + mean + text[end + behind.end() :]
    return text

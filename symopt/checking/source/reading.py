"""Python files and notebooks read by `ast` alone: which functions are a loss and its derivatives. Nothing is run."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from symopt.errors import SymoptError, meant

MAX_BYTES = 2_000_000
WAY_OUT = "or give functions to symopt.check(loss, gradient=…) in Python: they are called and compared in numbers"


class SourceError(SymoptError):
    """Code that cannot be read: the line, the construct, and the way out."""

    def __init__(self, message: str, hint: str = "", line: str = "") -> None:
        super().__init__(message, hint or f"write it with arithmetic and numpy's functions, {WAY_OUT}")
        self.line = line

    def excerpt(self, width: int = 2 * SymoptError.WIDTH) -> str:
        line = self.line.strip()
        return "" if not line else f"  {line}" if len(line) <= width else f"  {line[: width - 1]}…"


@dataclass
class Source:
    """The top-level statements of a file, each with the label and the text of its lines."""

    path: str
    statements: list[ast.stmt] = field(default_factory=list)
    labels: dict[int, tuple[str, str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def where(self, node: ast.AST) -> tuple[str, str]:
        """('line 12', the line) of a node."""
        return self.labels.get(getattr(node, "lineno", 0), ("", ""))


def read(path: str | Path) -> Source:
    """The statements of a Python file or of the code cells of a notebook. Raises SourceError."""
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise SourceError(f"{file} is larger than {MAX_BYTES} bytes", "put the functions in a file of their own")
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"there is no file {file}", "symopt check EXPR --df TEXT checks text") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file} cannot be read: {error}", "a text file in UTF-8 is needed") from None
    source = Source(str(file))
    if file.suffix.lower() == ".ipynb":
        _notebook(source, text)
    else:
        _parse(source, text, 0, "line ", strict=True)
    return source


def read_text(text: str, name: str = "<text>") -> Source:
    """The statements of Python source in a string. Raises SourceError."""
    source = Source(name)
    _parse(source, text, 0, "line ", strict=True)
    return source


def _notebook(source: Source, text: str) -> None:
    try:
        cells = json.loads(text).get("cells", [])
        codes = ["".join(cell.get("source", [])) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise SourceError(f"{source.path} is no notebook", "a notebook is JSON with cells") from None
    offset = 0
    for number, code in enumerate(codes, 1):
        plain = "\n".join("pass" if re.match(r"\s*[%!?]", line) else line for line in code.split("\n"))
        plain = "pass" if plain.startswith("%%") or code.lstrip().startswith("%%") else plain
        _parse(source, plain, offset, f"cell {number}, line ", strict=False)
        offset += plain.count("\n") + 2


def _parse(source: Source, text: str, offset: int, label: str, strict: bool) -> None:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        if strict:
            raise SourceError(
                f"line {error.lineno}: this is not Python: {error.msg}",
                "check that Python runs the file",
                error.text or "",
            ) from None
        source.broken.append(label.removesuffix(", line "))
        return
    except (ValueError, RecursionError, MemoryError):
        raise SourceError("the source is nested too deeply, or no text", "simplify it") from None
    ast.increment_lineno(tree, offset)
    for number, line in enumerate(text.split("\n"), 1):
        source.labels[offset + number] = (f"{label}{number}", line)
    source.statements += tree.body


# which functions belong together

LOSSES = (
    "f",
    "loss",
    "fun",
    "func",
    "fn",
    "objective",
    "cost",
    "energy",
    "F",
    "J",
    "L",
    "func_f",
    "obj",
    "fx",
    "banana",
)
FIRST = (
    "df",
    "grad",
    "gradient",
    "jac",
    "jacobian",
    "g",
    "fprime",
    "f_prime",
    "derivative",
    "dloss",
    "grad_f",
    "df_dx",
    "dfdx",
    "nabla",
    "first_derivative",
    "f1",
    "dF",
    "dfx",
    "gradf",
    "dJ",
    "dL",
)
SECOND = ("ddf", "hess", "hessian", "H", "h", "fprime2", "f_prime2", "f_double_prime", "fprimeprime", "d2f", "dfdf",
          "ddloss", "hess_f", "d2f_dx2", "d2fdx2", "second_derivative", "f2", "ddF", "ddfx", "hessf", "f_pp", "ddJ",
          "d2F")  # fmt: skip
OF_FIRST = (
    "d{}",
    "D{}",
    "{}_prime",
    "{}prime",
    "{}_grad",
    "grad_{}",
    "{}_gradient",
    "gradient_{}",
    "{}_der",
    "{}_jac",
    "jac_{}",
    "d{}_dx",
    "d{}dx",
    "{}_derivative",
    "derivative_{}",
    "{}_d",
    "{}_dx",
    "grad{}",
    "d_{}",
    "{}1",
    "{}_1",
    "{}_g",
    "{}_deriv",
    "nabla_{}",
    "{}grad",
    "{}_jacobian",
    "{}_df",
    "{}_d1",
    "df_{}",
    "{}_p",
    "g_{}",
)
OF_SECOND = (
    "dd{}",
    "d2{}",
    "D2{}",
    "{}_prime2",
    "{}prime2",
    "{}_double_prime",
    "{}_prime_prime",
    "{}_hess",
    "hess_{}",
    "{}_hessian",
    "hessian_{}",
    "{}_der2",
    "{}_hes",
    "d2{}_dx2",
    "d2{}dx2",
    "{}_second_derivative",
    "hess{}",
    "dd_{}",
    "{}2",
    "{}_2",
    "{}_dd",
    "{}_d2",
    "{}_h",
    "{}_second",
    "second_{}",
    "{}hess",
    "{}_deriv2",
    "d2_{}",
    "{}_ddf",
    "ddf_{}",
    "{}_pp",
    "h_{}",
    "{}_2nd",
)


@dataclass(frozen=True)
class Trio:
    """The names of a loss and its derivatives, and where in the file they end (a later `def f` begins another)."""

    loss: str
    first: str | None
    second: str | None
    end: int


def defined(source: Source) -> list[tuple[int, str]]:
    """(place, name) of every function at the top level, in order: def, or name = lambda."""
    found = []
    for place, statement in enumerate(source.statements):
        if isinstance(statement, ast.FunctionDef):
            found.append((place, statement.name))
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
            found += [(place, target.id) for target in statement.targets if isinstance(target, ast.Name)]
    return found


def trios(source: Source, names: Sequence[str] | None = None) -> list[Trio]:
    """The losses with their derivatives: those named, else all that their names give away. Raises SourceError."""
    known = defined(source)
    words = [name for _, name in known]
    if names is not None:
        for name in names:
            if name not in words:
                raise SourceError(
                    f"{source.path} defines no function {name}",
                    meant(name, words, f"it defines {', '.join(words) or 'none'}"),
                )
        if not 2 <= len(names) <= 3:
            raise SourceError("--names takes a loss and one or two derivatives", "for example --names loss,grad,hess")
        chosen: list[tuple[str, str | None, str | None]] = [(names[0], names[1], names[2] if len(names) > 2 else None)]
    else:
        chosen = list(_guessed(words))
    if not chosen:
        hint = f"name them: --names {','.join(words[:3])}" if len(words) > 1 else "define f(x), df(x) and ddf(x)"
        skipped = f" ({', '.join(source.broken)} could not be read)" if source.broken else ""
        raise SourceError(f"{source.path} has no loss with derivatives that names give away{skipped}", hint)
    found = []
    for loss, first, second in chosen:
        starts = [place for place, name in known if name == loss]
        for k, start in enumerate(starts):
            end = starts[k + 1] if k + 1 < len(starts) else len(source.statements)
            part = {name for place, name in known if (start if k else 0) <= place < end}
            own = [name if name in part else None for name in (first, second)]
            if any(own):
                found.append(Trio(loss, own[0], own[1], end))
    if not found:
        raise SourceError(
            f"{source.path}: the derivatives stand apart from {chosen[0][0]}", "define f, df, ddf in this order"
        )
    return found


def _guessed(words: Sequence[str]) -> Iterator[tuple[str, str | None, str | None]]:
    known = dict.fromkeys(words)
    taken: set[str] = set()
    for loss in known:
        if loss in taken:
            continue
        first = next((form.format(loss) for form in OF_FIRST if form.format(loss) in known), None)
        second = next((form.format(loss) for form in OF_SECOND if form.format(loss) in known), None)
        if first is None and second is None:
            continue
        if loss in FIRST and second is not None and first is None and any(name in known for name in LOSSES):
            continue
        first = first or next((n for n in FIRST if loss in LOSSES and n in known and n not in taken), None)
        second = second or next((n for n in SECOND if loss in LOSSES and n in known and n not in taken), None)
        taken |= {name for name in (loss, first, second) if name}
        yield loss, first, second
    if taken:
        return
    generic = next((name for name in LOSSES if name in known), None)
    first = next((name for name in FIRST if name in known), None)
    second = next((name for name in SECOND if name in known), None)
    if generic is None and (first or second):
        rest = [name for name in words if name not in (first, second)]
        generic = rest[0] if len(rest) == 1 else None
    if generic is not None and (first or second):
        yield generic, first, second

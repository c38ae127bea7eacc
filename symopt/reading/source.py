"""The text of Python files and notebooks as statements with the lines they stand on. Nothing is run."""

from __future__ import annotations

import ast
import json
import re
import tokenize
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from symopt.errors import SymoptError
from symopt.reading.added import ruled, unmade
from symopt.reading.top import TopLevel

MAX_BYTES = 2_000_000
WAY_OUT = "or give functions to symopt.check(loss, gradient=…) in Python: they are called and compared in numbers"


TORCHS = "what torch derives by itself is right: only derivatives that are written out can have a slip, and are checked"
VECTORS = f"singular vectors and eigenvectors have no formula here; write the loss by sums and products, {WAY_OUT}"
ADVICE = {**dict.fromkeys(("requires_grad_", "requires_grad", "backward", "grad", "zero_grad", "retain_grad"), TORCHS),
          **dict.fromkeys(("eigh", "eig", "svd", "qr", "schur"), VECTORS)}  # fmt: skip
"""What to do instead of what is refused, by its name."""


PICKED = "np.where(mask, value, 0) keeps the shape; sums, products, means and assignments of x[mask] are read"
PHRASES = {
    "conditions choose": PICKED,
    "where a condition on the variables holds": PICKED,
    "by a condition on the variables": PICKED,
    "values of these kinds": "numbers and arrays of them are read; 1.0*(x > 0) makes numbers of a condition",
}
"""The same, by what is said of it."""


def written_with(package: str) -> str:
    """What to do instead of what is refused, where nothing more is known of it."""
    return f"write it with arithmetic and {package}'s functions, {WAY_OUT}"


class SourceError(SymoptError):
    """Code that cannot be read: the line, the construct, and the way out."""

    def __init__(self, message: str, hint: str = "", line: str = "") -> None:
        super().__init__(message, hint or written_with("numpy"))
        self.line = line

    def excerpt(self, width: int = 2 * SymoptError.WIDTH) -> str:
        line = self.line.strip()
        return "" if not line else f"  {line}" if len(line) <= width else f"  {line[: width - 1]}…"


class Unreadable(Exception):
    """A call or construct that has no exact meaning here; the message names it."""

    hint = ""


class Misfit(SourceError):
    """Code that Python or numpy refuses for the sizes with which it is read: numbers, those of their words."""

    numbers: tuple[int, ...] = ()


class TooLong(SourceError):
    """Code that is longer to walk through than is done, whatever the number of variables."""


class Shared(SourceError):
    """A change that may be seen under names of which it is not known."""


class NoLoss(SourceError):
    """A file in which no names give away a loss with derivatives."""


@dataclass
class Source:
    """The top-level statements of a file, each with the label and the text of its lines."""

    path: str
    statements: list[ast.stmt] = field(default_factory=list)
    labels: dict[int, tuple[str, str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)  # losses and derivatives that stand for rules
    unmade: frozenset[str] = frozenset()  # classes whose methods stand behind the file as functions

    def complete(self) -> Source:
        """With what stands for the rules of the file, and for objects that it does not make, behind it."""
        made, self.pairs = ruled(self.statements)
        functions = unmade(self.statements)
        self.unmade = frozenset(functions)
        self.statements += [*made, *(function for each in functions.values() for function in each)]
        return self

    @cached_property
    def top(self) -> TopLevel:
        return TopLevel(self.statements)

    @cached_property
    def modules(self) -> frozenset[str]:
        """The modules that it imports, or from which it imports names."""
        found = {a.name for s in self.statements if isinstance(s, ast.Import) for a in s.names}
        return frozenset(found | {s.module or "" for s in self.statements if isinstance(s, ast.ImportFrom)})

    @cached_property
    def tensors(self) -> str:
        """Whether arrays may be tensors ("torch"), or tensors or arrays of numpy ("both"); else ""."""
        if not any(name.split(".")[0] == "torch" for name in self.modules):
            return ""
        aliases = {a.asname or a.name for s in self.statements if isinstance(s, ast.Import) for a in s.names
                   if a.name == "numpy"}  # fmt: skip
        used = {part.id for s in self.statements for part in ast.walk(s) if isinstance(part, ast.Name)}
        return "both" if aliases & used or any(n.split(".")[0] in ("jax", "cupy") for n in self.modules) else "torch"

    @cached_property
    def words(self) -> frozenset[str]:
        """What may name a kind of numbers: attributes, what is imported, texts, and names that are no letter's."""
        parts = [part for statement in self.statements for part in ast.walk(statement)]
        kinds = (ast.Attribute, ast.alias, ast.Constant)
        found = {getattr(part, name, "") for part in parts if isinstance(part, kinds)
                 for name in ("attr", "name", "value")}  # fmt: skip
        found |= {part.id for part in parts if isinstance(part, ast.Name) and part.id.startswith("float")}
        return frozenset(word for word in found if isinstance(word, str))

    def where(self, node: ast.AST) -> tuple[str, str]:
        """('line 12', the line) of a node."""
        return self.labels.get(getattr(node, "lineno", 0), ("", ""))


def read(path: str | Path) -> Source:
    """The statements of a Python file or of the code cells of a notebook. Raises SourceError."""
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise SourceError(f"{file} is larger than {MAX_BYTES} bytes", "put the functions in a file of their own")
        text = _decoded(file)
    except FileNotFoundError:
        raise SourceError(f"there is no file {file}", "symopt check EXPR --df TEXT checks text") from None
    except (OSError, UnicodeError, SyntaxError, LookupError) as error:
        raise SourceError(f"{file} cannot be read: {error}", "a text file in UTF-8 is needed") from None
    source = Source(str(file))
    if file.suffix.lower() == ".ipynb":
        _notebook(source, text)
    else:
        _parse(source, text, 0, "line ", strict=True)
    return source.complete()


def _decoded(file: Path) -> str:
    """The text of a file; that of Python in the encoding that its first lines declare."""
    if file.suffix.lower() == ".ipynb":
        return file.read_text(encoding="utf-8-sig")
    with tokenize.open(file) as opened:
        return opened.read()


def read_text(text: str, name: str = "<text>") -> Source:
    """The statements of Python source in a string. Raises SourceError."""
    source = Source(name)
    _parse(source, text, 0, "line ", strict=True)
    return source.complete()


def _notebook(source: Source, text: str) -> None:
    try:
        cells = json.loads(text).get("cells", [])
        codes = ["".join(cell.get("source", [])) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise SourceError(f"{source.path} is no notebook", "a notebook is JSON with cells") from None
    offset = 0
    for number, code in enumerate(codes, 1):
        plain = _without_magic(code)
        _parse(source, plain, offset, f"cell {number}, line ", strict=False)
        offset += plain.count("\n") + 2


def _without_magic(code: str) -> str:
    """A cell without what only a notebook understands; its lines keep their numbers.

    What a command gives back (`files = !ls`) has no meaning here: its name is read as one that nothing defines.
    """
    try:
        ast.parse(code)
        return code
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    first = code.lstrip().split("\n", 1)[0].split(" ")[0]
    if first.startswith("%%") and first not in ("%%time", "%%timeit", "%%capture", "%%prun", "%%memit"):
        return "pass" + "\n" * code.count("\n")  # a cell in another language
    return "\n".join(_line_without_magic(line) for line in code.split("\n"))


def _line_without_magic(line: str) -> str:
    line = re.sub(r"^(\s*)([%!?].*|[\w.%!]+\?\??\s*)$", r"\1pass", line)
    return re.sub(r"^(\s*[\w, ]+=\s*)[%!].*", r"\1_of_a_command", line)


def _parse(source: Source, text: str, offset: int, label: str, strict: bool) -> None:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        if strict:
            raise SourceError(
                f"{f'line {error.lineno}: ' if error.lineno else ''}this is not Python: {error.msg}",
                "check that Python runs the file",
                error.text or "",
            ) from None
        source.broken.append(label.removesuffix(", line "))
        return
    except (ValueError, RecursionError, MemoryError):
        raise SourceError("the source is nested too deeply, or no text", "simplify it") from None
    if offset:
        ast.increment_lineno(tree, offset)
    for number, line in enumerate(text.split("\n"), 1):
        source.labels[offset + number] = (f"{label}{number}", line)
    source.statements += _flat(tree.body)


def _flat(statements: list[ast.stmt]) -> list[ast.stmt]:
    """The top level with what stands in `if __name__ == "__main__"` and in a try around imports."""
    found: list[ast.stmt] = []
    for statement in statements:
        if isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test) and not statement.orelse:
            found += _flat(statement.body)
        elif isinstance(statement, ast.Try) and all(
            isinstance(s, (ast.Import, ast.ImportFrom)) for s in statement.body
        ):
            found += statement.body
        else:
            found.append(statement)
    return found

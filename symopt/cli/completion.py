"""Words that the shell completes: methods, losses, words of options, suffixes of files. Nothing heavy is imported.

The list of methods is read from the source of `symopt.methods`, which would import numpy: the table of formulas, and
the names of the classes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import symopt
from symopt.cli.glossary import GLOSSARY

Words = Callable[[str], list[str]]


@cache
def method_names() -> tuple[str, ...]:
    """Every method that `-m` knows by name, without its aliases."""
    folder = Path(symopt.__file__).parent / "methods"
    return tuple(sorted(name for path in folder.glob("*.py") for name in _names(path.read_text(encoding="utf-8"))))


def _names(source: str) -> Iterator[str]:
    """First arguments of `Named(…)`, and values of `name = "…"` in the body of a class."""
    if "Named(" not in source and "    name = " not in source:
        return
    for node in ast.walk(ast.parse(source)):
        found: list[ast.expr] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Named":
            found = node.args[:1]
        elif isinstance(node, ast.ClassDef):
            lines = [line for line in node.body if isinstance(line, ast.Assign)]
            found = [line.value for line in lines if ast.unparse(line.targets[0]) == "name"]
        yield from (str(value.value) for value in found if isinstance(value, ast.Constant) and value.value)


def methods(incomplete: str) -> list[str]:
    """Of `-m newton,gr…` the words after the last comma."""
    return listed(method_names())(incomplete)


def losses(incomplete: str) -> list[str]:
    """Names of the gallery."""
    from symopt.gallery import GALLERY

    return [entry.name for entry in GALLERY if entry.name.startswith(incomplete)]


def words(incomplete: str) -> list[str]:
    """Entries of the glossary."""
    return [word for word in GLOSSARY if word.startswith(incomplete)]


def styles(incomplete: str) -> list[str]:
    """Full and plain, files of style sheets, and the sheets of matplotlib that begin so."""
    from importlib.util import find_spec

    spec = find_spec("matplotlib") if incomplete else None
    folders = spec.submodule_search_locations if spec is not None else None
    found = [path.stem for folder in folders or () for path in Path(folder).glob("mpl-data/stylelib/*.mplstyle")]
    known = [word for word in ("full", "plain", *sorted(found)) if word.startswith(incomplete) and word[0] != "_"]
    return [*known, *files(".mplstyle")(incomplete)]


def listed(known: Sequence[str]) -> Words:
    """Words separated by commas."""

    def complete(incomplete: str) -> list[str]:
        done, comma, begun = incomplete.rpartition(",")
        return [done + comma + word for word in known if word.startswith(begun)]

    return complete


def files(*suffixes: str) -> Words:
    """Folders, and files that end in one of the suffixes."""

    def complete(incomplete: str) -> list[str]:
        base, slash, begun = incomplete.rpartition("/")
        try:
            here = sorted(Path(base + slash or ".").iterdir())
        except OSError:
            return []
        shown = [path for path in here if path.name.startswith(begun) and (begun or path.name[0] != ".")]
        return [
            f"{base}{slash}{path.name}{'/' if path.is_dir() else ''}"
            for path in shown
            if path.is_dir() or path.suffix.lower() in suffixes
        ]

    return complete


def outputs(*suffixes: str) -> Words:
    """Files that are there, and what was typed with each of the suffixes."""

    def complete(incomplete: str) -> list[str]:
        stem, dot, begun = incomplete.rpartition(".")
        name = stem if dot and "/" not in begun else incomplete
        begun = begun if name == stem and dot else ""
        new = [name + suffix for suffix in suffixes if suffix.startswith("." + begun)] if name.strip("./") else []
        return list(dict.fromkeys([*files(*suffixes)(incomplete), *new]))

    return complete

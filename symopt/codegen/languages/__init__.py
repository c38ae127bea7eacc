"""The languages of code, a module each. The folder is read: a new language is one new file, named as `--as` names it.

A module offers `write(loss) -> str`, the text of f, its gradient and its Hessian. A printer for it is a `Writer`, which
says which column of the table of functions it reads and what it lacks, see `codegen.writer`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from symopt.errors import DerivativeError, meant, named

if TYPE_CHECKING:
    from symopt.loss import Loss


def names() -> tuple[str, ...]:
    """The names of all languages; none is imported."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def language(name: str) -> Callable[[Loss], str]:
    """What writes a loss in the language of a name. Raises DerivativeError where there is none."""
    if not isinstance(name, str) or name not in names():
        hint = meant(str(name), names(), ", ".join(names()))
        raise DerivativeError(f"no code is written in {named(name)}", hint)
    write: Callable[[Loss], str] = import_module(f"{__name__}.{name}").write
    return write

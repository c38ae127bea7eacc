"""Trouble that a user can fix: a message, a hint, and where it helps the place in their own text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class SymoptError(Exception):
    """Something the user can fix: what is wrong, what to do, and where `text[start:end]` is the trouble, as typed.

    hint: what to do, for somebody who writes Python. shell: the same at the command line, where it differs.
    exit_code: of the command line.
    Mathematics that goes wrong (divergence, a domain left) is no error but an `Outcome`.

    >>> issubclass(symopt.ExpressionError, symopt.SymoptError)
    True
    >>> try:
    ...     symopt.descend("x**2 +", "gd")
    ... except symopt.SymoptError as error:
    ...     print(type(error).__name__)
    ExpressionError
    """

    WIDTH = 72
    EXAMPLE = ""

    def __init__(
        self,
        message: str,
        hint: str = "",
        text: str = "",
        start: int = 0,
        end: int = 0,
        *,
        shell: str = "",
        exit_code: int = 2,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.EXAMPLE
        self.shell = shell
        self.exit_code = exit_code
        self.text = text
        self.start = start
        self.end = max(end, start + 1)
        self.added: list[str] = []

    @property
    def __notes__(self) -> list[str]:
        """What Python, IPython and pytest print below the message: the text with its caret, the hint, notes added."""
        return [part for part in (self.excerpt(), f"hint: {self.hint}" if self.hint else "", *self.added) if part]

    @__notes__.setter
    def __notes__(self, notes: list[str]) -> None:
        """Of an error that comes from another process: all but what is known without them."""
        self.added = []
        self.added = [note for note in notes if note not in self.__notes__]

    def __deepcopy__(self, memo: dict[int, Any]) -> SymoptError:
        """The same words, without the frames that some packages teach `copy` to take along."""
        made = type(self).__new__(type(self))
        made.args = self.args
        made.__dict__.update(deepcopy(self.__dict__, memo))
        return made

    def add_note(self, note: str, /) -> None:
        """A further line below the hint."""
        self.added.append(note)

    def __str__(self) -> str:
        return self.message

    def excerpt(self, width: int = WIDTH) -> str:
        """At most so many characters of the user's text with a caret under the trouble; empty without a place."""
        if not self.text:
            return ""
        shown = "".join(c if c.isprintable() else " " for c in self.text)
        begin = max(0, min(self.start - width // 2, len(shown) - width))
        window = shown[begin : begin + width]
        before = "…" if begin else ""
        after = "…" if begin + width < len(shown) else ""
        left = sum(map(columns, before + shown[begin : self.start]))
        carets = sum(map(columns, shown[self.start : min(self.end, begin + width)])) or 1
        return f"  {before}{window}{after}\n  {' ' * left}{'^' * carets}"

    def within(self, text: str, begin: int) -> Self:
        """The same about a longer text, in which its own begins at a place."""
        start, end = self.start + begin, self.end + begin
        return type(self)(self.message, self.hint, text, start, end, shell=self.shell, exit_code=self.exit_code)

    def report(self) -> str:
        """Everything there is to say at the command line: message, text and caret, hint, one below the other."""
        hint = self.shell or self.hint
        parts = [self.message, self.excerpt(), f"hint: {hint}" if hint else ""]
        return "\n".join(part for part in parts if part)


def public(function: Callable[P, T]) -> Callable[P, T]:
    """A function that people call: its SymoptError points at their own line, not at lines inside symopt.

    Whatever else comes out is a fault of symopt and keeps its whole traceback.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        __tracebackhide__ = True  # pytest and IPython leave this frame out, too
        try:
            return function(*args, **kwargs)
        except SymoptError as error:
            error.__context__ = None  # of which nothing is shown, and which holds what cannot be pickled
            raise error.with_traceback(None) from None

    return call


class ExpressionError(SymoptError):
    """A text that cannot be read.

    >>> try:
    ...     symopt.Loss.parse("sin x")
    ... except symopt.ExpressionError as error:
    ...     print(error)
    ...     print(error.hint)
    sin is a function and needs an argument
    write sin(x)
    """

    EXAMPLE = 'a loss is typed like "x**2 - cos(pi*x/20)"'


class MethodError(SymoptError):
    """A method that is unknown, incomplete, or does not mean anything in n dimensions.

    >>> try:
    ...     symopt.method("newtn")
    ... except symopt.MethodError as error:
    ...     print(error)
    ...     print(error.hint)
    unknown method 'newtn'
    did you mean newton? (a formula looks like x - lr*g)
    """


class StartError(SymoptError):
    """A start or a window that does not fit the loss.

    >>> try:
    ...     symopt.descend("log(x)", "gd", -1.0)
    ... except symopt.StartError as error:
    ...     print(error)
    f is not defined at the start -1, or overflows there
    """


class DataError(SymoptError):
    """Data that cannot be read, or is no numbers."""


class DerivativeError(SymoptError):
    """A derivative that cannot be formed, or arrays of the wrong shape.

    >>> loss = symopt.Loss.parse("x**2 + y**2")
    >>> try:
    ...     loss.grad([1.0, 2.0, 3.0])
    ... except symopt.DerivativeError as error:
    ...     print(error)
    points of shape (3,) for a loss of 2 variables: the last axis must be 2
    """


class RenderError(SymoptError):
    """A picture that cannot be written; `exit_code` 3 where the file, not the request, is the trouble.

    >>> try:
    ...     symopt.animate(symopt.descend("x**2", "newton", 1.0), "a.xyz")
    ... except symopt.RenderError as error:
    ...     print(error)
    nothing is known about files that end in .xyz
    """


def named(value: object) -> str:
    """What somebody passed, in an error: the value where it is short, else its type."""
    try:
        long = not isinstance(value, str | bytes) and hasattr(value, "__len__") and len(value) > 40
        shown = "" if long else " ".join(repr(value).split())
    except Exception:  # of a class that is not ours
        shown = ""
    if isinstance(value, str | bytes) or (shown and len(shown) <= 40 and shown[0] != "<"):
        return shown if len(shown) <= 40 else f"{shown[:39]}…"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    kind = type(value).__name__
    functions = ("function", "method", "ufunc", "builtin_function_or_method")
    return "a function" if kind in functions else f"{'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}"


def columns(character: str) -> int:
    """Columns that a terminal gives a character: 2 for the wide ones of East Asia, 0 for combining marks."""
    from unicodedata import combining, east_asian_width

    return 0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1


def measure(text: str) -> int:
    """Columns that a text takes: 2 for wide characters."""
    return len(text) if text.isascii() else sum(map(columns, text))


def pad(text: str, room: int, right: bool = False) -> str:
    """The text filled with blanks to so many columns, before it if it stands right."""
    blanks = " " * (room - measure(text))
    return blanks + text if right else text + blanks


def did_you_mean(word: str, known: Iterable[object]) -> str:
    """The known word nearest to a misspelt one, or an empty string."""
    from difflib import get_close_matches

    names = sorted(map(str, known))
    lowered = {name.lower(): name for name in reversed(names)}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=0.65)
    return lowered[near[0]] if near else ""


def meant(word: str, known: Iterable[object], otherwise: str) -> str:
    """The hint for a word that is not known: the nearest that is, or else something else to say."""
    near = did_you_mean(word, known)
    return f"did you mean {near}?" if near else otherwise

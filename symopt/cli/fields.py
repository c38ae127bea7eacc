"""What stands behind an option, read; and mistakes there answered with what that option takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from symopt.cli.options import one_of
from symopt.errors import ExpressionError, MethodError, RenderError, StartError

MOST_PICTURES = 24
TAKES = {
    "-s": "a point such as -20 or 1,pi/2; -2:2:9 is nine points, -2:2:3,-1:1:3 a grid; 1,-1,… goes on so",
    "-w": "LO,HI such as -2,2 for all variables, or x=-2,2",
    "--lr": "numbers such as 0.1 or 1/64,1/8, auto or best",
    "--alpha": "numbers such as 0.1 or 1/64,1/8, or auto",
    "--at": "steps such as 0,1,2,3, or 0:50:10 for 0,10,…,50",
    "--set": "name=value such as a=1/50, one value for each letter",
    "--gtol": "a number such as 1e-8",
    "--fps": "a number such as 10",
    "--dpi": "a number such as 200",
    "--budget": "a number of seconds such as 10",
}


@contextmanager
def field(option: str, *typed: str, takes: str = "") -> Iterator[None]:
    """Around the reading of an option: what cannot be read is told with a hint that fits the option.

    typed: its texts; one that only lacks the right commas is offered as it was meant. takes: what it takes, if that
    is not in `TAKES`.
    """
    try:
        yield
    except ExpressionError as error:
        if not error.hint.startswith("did you mean"):
            wrong = next((text for text in typed if error.text and error.text in text), typed[0] if typed else "")
            meant = _meant(option, wrong)
            error.hint = f"did you mean {option} {meant}?" if meant else f"{option} takes {takes or TAKES[option]}"
            error.shell = ""
        raise


def _meant(option: str, text: str) -> str:
    """`[1, 2]`, `(1 2)`, `x=1,y=2` and `1:2` as the point or range they look like; else nothing."""
    if option not in ("-s", "-w"):
        return ""
    bare = text.strip().strip("[](){}").strip()
    if option == "-s" and "=" in bare:
        bare = ",".join(piece.rpartition("=")[2].strip() for piece in bare.split(","))
    gap = r"[,;\s]|\.\.+|:" if option == "-w" else r"[,;\s]"
    bare = re.sub(rf"\s*({gap})\s*", ",", bare)
    numbers = bare.rpartition("=")[2].split(",")
    fits = all(re.fullmatch(r"[-+]?[\w./*]+", number) for number in numbers)
    return bare if fits and bare != text and (option == "-s" or len(numbers) == 2) else ""


def real(option: str, text: str, takes: str = "") -> float:
    """The number of an option; an expression, as everywhere."""
    from symopt.expression import number

    with field(option, text, takes=takes):
        return number(text)


def whole(option: str, text: str, most: int, least: int = 0) -> int:
    """The whole number of an option, from the least to the most that it takes."""
    takes = f"a whole number such as {min(50, most)}"
    value = real(option, text, takes)
    if value != int(value) or not least <= value <= most:
        raise StartError(f"{option} {text} is not a whole number from {least} to {most:,}", f"{option} takes {takes}")
    return int(value)


def constants(settings: Sequence[str]) -> dict[str, str]:
    """`a=1/50` as {"a": "1/50"}."""
    found: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not value.strip() or not name.strip():
            raise StartError(f"--set {setting} is not name=value", "for example --set a=1/50")
        if name.strip() in found:
            raise StartError(f"{name.strip()} is set twice", "each letter once")
        found[name.strip()] = value
    return found


def single(settings: Sequence[str]) -> dict[str, str]:
    """`constants`, each of them one value."""
    from symopt.expression import split
    from symopt.expression.parser import constant

    found = constants(settings)
    for name, value in found.items():
        if len(split(value, ":")) > 1:
            raise StartError(
                f"--set {name}={value} is a range, and one value is wanted here",
                f"symopt explore makes a slider of it; here for example --set {name}={value.split(':')[0].strip()}",
            )
        with field("--set", value):
            constant(name, value)
    return found


def specs(typed: Sequence[str]) -> list[str]:
    """The methods of several `-m`, each a spec or several with commas between them: `gd:lr=1,newton` is two.

    A comma divides methods where what follows is no parameter of the method before it: it names a method, or there is
    no colon before it.
    """
    found: list[str] = []
    for text in typed:
        begun = len(found)
        for piece in _pieces(text):
            if len(found) > begun and not _begins(piece, found[-1]):
                found[-1] += "," + piece
            else:
                found.append(piece)
    return [_checked(spec.strip()) for spec in found]


def _pieces(text: str) -> list[str]:
    from symopt.expression import split

    return [piece for _, piece in split(text)]


def _begins(piece: str, before: str) -> bool:
    """Whether a piece after a comma is a method of its own."""
    from symopt.methods import find

    head, colon, _ = piece.partition(":")
    if find(head) is not None and "=" not in head:
        return True
    return ":" not in before and ("=" not in piece or bool(colon) or ";" in piece)


def _checked(spec: str) -> str:
    """The spec, unless it is empty or its parameters stand behind something else than a colon."""
    from symopt.methods import find

    if not spec:
        raise MethodError("a method is missing", 'for example -m newton, or a formula such as -m "x - lr*g"')
    slip = re.fullmatch(r"([A-Za-z][\w-]*)\s*[\s,;(]\s*(\w+\s*=[^=].*?)\)?", spec)
    if slip and find(slip[1]) is not None and ":" not in spec:
        raise MethodError(f"the parameters of {slip[1]} follow a colon", f"did you mean {slip[1]}:{slip[2]}?")
    return spec


def steps(text: str) -> list[int]:
    """The steps of `--at`: `0,1,2`, and `0:50:10` for 0, 10, …, 50."""
    from symopt.expression import number, split

    found: list[int] = []
    example = "for example --at 0,1,2,3 or --at 0:50:10"
    with field("--at", text):
        for _, piece in split(text):
            ends = [number(end) for _, end in split(piece, ":")]
            if len(ends) > 3 or any(k != int(k) or not 0 <= k <= 10**7 for k in ends):
                raise StartError(f"--at {text}: steps are whole numbers from 0", example)
            first, last, by = map(int, ends + [ends[0], 1][len(ends) - 1 :])
            if last < first or by < 1:
                raise StartError(f"--at {piece.strip()} is not FIRST:LAST:BY", example)
            found += range(first, last + 1, by)[: MOST_PICTURES + 1]
    if len(found) > MOST_PICTURES:
        raise StartError(f"--at {text} is more than {MOST_PICTURES} pictures", "take fewer steps")
    return found


def rate(name: str, text: str | None, ends: tuple[float, float]) -> float | None:
    """The number of `--fps` and `--dpi`, from and to."""
    value = None if text is None else real(name, text)
    low, high = ends
    if value is not None and not low <= value <= high:
        raise RenderError(f"{name} {text} is out of range", f"from {low:g} to {high:g}")
    return value


def words(option: str, typed: Sequence[str], known: tuple[str, ...]) -> list[str]:
    """The words of a repeatable option, several of them with commas between if one likes."""
    return [one_of(option, word.strip(), known) for text in typed for word in text.split(",")]

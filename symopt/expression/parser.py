"""Reading the three kinds of text: a loss, a plain number, a point."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sympy import Expr, S, Symbol

from symopt.errors import DataError, ExpressionError, StartError, columns, named
from symopt.expression.affine import symbols
from symopt.expression.builder import Builder, TooMany, Value
from symopt.expression.keep import KEPT, Keeper, WrittenOut
from symopt.expression.room import PRINTED, deep, room
from symopt.expression.sums import Columns, Sums, Unseen, Variables, natural
from symopt.expression.syntax import KNOWN, Node, read
from symopt.expression.tokens import ANY_NAME, FOREIGN, MAX_CHARACTERS, blank, is_name, plain_name, run
from symopt.expression.words import CONSTANTS

OF_A_LOSS = ("right-hand", "remove the", "variables=", "x**2", "x^2")  # in hints that do not fit a number


def parse(
    text: str,
    variables: Iterable[str] | None = None,
    constants: Mapping[str, str | float] | None = None,
    letters: Iterable[str] = (),
    data: Columns | None = None,
    wide: bool = False,
) -> tuple[Expr | Sums, Sequence[Symbol]]:
    """A loss and its variables, in the order declared, else in natural order (x2 before x10).

    Sums of many terms stay sums: then the loss is a `Sums`.

    `variables` declares names: they win over functions and constants, and no others are known.
    `constants` gives names a value, `letters` are symbols of the expression that are no variables, `data` has the
    columns over whose rows sums of one argument run. wide: sums over columns x0, x1 … stay sums.
    Raises ExpressionError with the place of the trouble.
    """
    declared = None if variables is None else check_names(variables)
    if not isinstance(text, str):
        raise StartError(f"a loss is a text such as 'x**2', not {named(text)}", "give the formula in quotes")
    opened = listed_names(letters)
    opened = check_names(opened) if opened else ()
    given = _given({check_names([name])[0]: value for name, value in settings("constants", constants).items()}, opened)
    for name in declared or ():
        if name in given:
            raise ExpressionError(f"{name} is declared a variable and set to a value", "leave one of them out", name)
    builder: Builder = Builder(text, declared, given)
    try:
        with deep():
            tree = read(text, declared={*(declared or ()), *given, *(data.names if data else ())})
            if data is not None:
                return _over_data(text, tree, declared, given, data, wide)
            sums = bool(SUM.search(text))
            whole = _whole(text, tree, declared, given) if sums or _long(text) else None
            if isinstance(whole, tuple):
                return whole
            if isinstance(whole, Keeper) and not sums:
                builder, expr = whole, whole.built  # without a sum it has built what a plain builder builds
            else:
                try:
                    expr = builder.build(tree)
                except TooMany as error:
                    raise whole if isinstance(whole, ExpressionError) else error from None
            if tree.depth > PRINTED or builder.long:
                room.keep()
    except ExpressionError as error:
        from symopt.expression.dialects import suggest  # many patterns: what can be read does without them

        def reads(candidate: str) -> bool:
            return _reads(candidate, declared, given, data)

        suggest(error, text, declared is not None, reads, data is not None)
        if error.hint == FOREIGN and declared is None and data is None:
            _declare(error, text)
        raise
    _all_used(given, builder)
    names = declared if declared is not None else sorted(builder.seen, key=natural)
    if not names and given:
        raise StartError(f"no variable is left: {', '.join(given)} is set to a value", "set constants only")
    if not names:
        raise ExpressionError(
            "there is no variable in this expression", "variables=['x'] makes it a constant loss of x",
            text, 0, len(text), shell="use --vars x for a constant loss of x",
        )  # fmt: skip
    return expr, tuple(Symbol(name, real=True) for name in names)


def _declare(error: ExpressionError, text: str) -> None:
    """Tells how names of another script are declared, where a letter of one was refused."""
    word = error.text[error.start : run(error.text, error.start)]
    if is_name(word) and _variable(word):
        words = [word for word in dict.fromkeys(ANY_NAME.findall(text)) if word not in KNOWN and word not in CONSTANTS]
        error.hint = f"remove it, or declare all variables: Loss.parse(text, {words})"
        error.shell = f"remove it, or declare all variables: --vars {','.join(words)}"


def written_out(
    text: str,
    variables: Iterable[str] | None,
    constants: Mapping[str, str | float],
    letters: Iterable[str],
    data: Columns | None = None,
    builder: type[Keeper] = Keeper,
) -> Expr:
    """A loss that can be read, as one expression, its sums written out term by term; raises ExpressionError."""
    given = _given(constants, letters)
    declared = None if variables is None else tuple(variables)
    with deep():
        tree = read(text, declared={*(declared or ()), *given, *(data.names if data else ())})
        expr = builder(text, declared, given, whole=False, data=data).build(tree)
        if tree.depth > PRINTED:
            room.keep()
    return expr


SUM = re.compile(r"(?:sum|mean|prod)\s*[(（]")


def _long(text: str) -> bool:
    """Whether a text may hold many terms of one shape."""
    return text.count("+") + text.count("-") >= KEPT - 1


def _given(constants: Mapping[str, str | float], letters: Iterable[str]) -> dict[str, Value]:
    """What names mean that are no variables: constants at their values, and letters left open."""
    given = {name: constant(name, value) for name, value in constants.items()}
    return given | {name: Value(Symbol(name, real=True), None) for name in letters}


def _whole(
    text: str, tree: Node, declared: tuple[str, ...] | None, given: Mapping[str, Value]
) -> tuple[Sums, Variables] | Keeper | ExpressionError | None:
    """A loss whose sums stay sums; the builder where there are none; None where they have to be written out; what is
    wrong with it.
    """
    builder = Keeper(text, declared, given)
    try:
        expr = builder.build(tree)
        if not builder.totals:
            return builder
        found = builder.sums(expr)
    except WrittenOut:
        return None
    except ExpressionError as error:
        return error  # written out it tells the term
    if found is None or not found.totals:
        return None
    variables = Variables(found.single, found.families)
    if declared is not None and variables.names != declared:
        return None
    if not variables:
        return None
    _all_used(given, builder)
    return found, variables


def _over_data(
    text: str,
    tree: Node,
    declared: tuple[str, ...] | None,
    given: Mapping[str, Value],
    data: Columns,
    wide: bool,
) -> tuple[Expr | Sums, Sequence[Symbol]]:
    """A loss over the rows of data; raises ExpressionError where it reads none, or has no variable."""
    builder = Keeper(text, declared, given, data=data, wide=wide)
    try:
        expr = builder.build(tree)
        found = builder.sums(expr)
    except WrittenOut as trouble:
        shown = ", ".join(sorted(map(str, trouble.indices)))
        raise ExpressionError(f"over data, an index or a bound cannot depend on {shown} so",
                              "indices may be sums of columns times whole numbers, as w[2*g+h], and bounds numbers; "
                              "what else is wanted can be a column", text, 0, len(text)) from None  # fmt: skip
    _all_used(given, builder)
    if not builder.taken:
        raise ExpressionError("the loss uses none of the columns of its data", "", text, 0, len(text))
    if found is None:
        raise ExpressionError("the indices of the variables follow no pattern",
                              "number them from 0 on, one after the other", text, 0, len(text))  # fmt: skip
    if declared is not None:
        kept = {f"{base}{k}" for base, indices in found.families.items() for k in indices}
        single = [name for name in declared if name not in kept]
        variables = Variables(single, found.families, declared)
        if variables.names != declared:
            raise ExpressionError("w[j] runs over variables that are declared one after the other",
                                  "declare w0, w1, w2 … in their own order", text, 0, len(text))  # fmt: skip
    else:
        variables = Variables(found.single, found.families)
        _no_divisor(text, expr, found.single)
    if not variables:
        names = sorted([*builder.taken, *given])
        left = f"{names[0]} has its values" if len(names) == 1 else f"{', '.join(names)} have their values"
        raise ExpressionError(f"no variable is left: {left}", "letters that are no columns are the "
                              "variables, as a in mean((y - a)**2)", text, 0, len(text))  # fmt: skip
    return (found, variables) if found.totals else (expr, tuple(variables))


def _no_divisor(text: str, expr: Expr, names: Collection[str]) -> None:
    """Raises ExpressionError for a letter that was meant for the number of rows, as n in sum(…)/n."""
    for v in [v for v in symbols(expr) if v.name in names]:
        name = v.name
        if not expr.xreplace({1 / v: S.One}).has(v):
            mean, where = "mean(…) divides by the number of rows", (text, 0, len(text))
            raise ExpressionError(f"the loss is only divided by {name}, which is no column: as a variable it would "
                                  "grow for ever", f"{mean}; constants={{{name!r}: 100}} sets {name}", *where,
                                  shell=f"{mean}; --set {name}=100 sets {name}")  # fmt: skip


def _all_used(given: Mapping[str, Value], builder: Builder) -> None:
    unused = sorted(set(given) - builder.used)
    if unused and unused[0] in builder.counted:
        raise StartError(f"{unused[0]} is set to a value, and it is the index of a sum, which counts by itself",
                         "leave it out; the bounds of the sum may be letters")  # fmt: skip
    if unused:
        raise StartError(f"{unused[0]} is set to a value, but the loss has no {unused[0]}", "leave it out")


def settings(name: str, values: Any) -> Mapping[str, Any]:
    """Names with their values, as somebody gave them under this name; none for None. Raises StartError."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise StartError(
            f"{name} are a dict of names and values, not {named(values)}", f"for example {name}={{'a': 1}}"
        )
    for key in values:
        check_names([key])
    return values


def _reads(
    text: str, declared: tuple[str, ...] | None, given: Mapping[str, Value], data: Columns | None = None
) -> bool:
    """Whether a text can be read, and is a loss of something; over data, whatever their numbers are."""
    names = () if data is None else data.names
    builder = Builder(text, declared, given) if data is None else Keeper(text, declared, given, data=Unseen(names))
    try:
        with deep():
            builder.build(read(text, declared={*(declared or ()), *given, *names}))
    except (ExpressionError, DataError, WrittenOut):
        return False
    return bool(builder.seen or (isinstance(builder, Keeper) and builder.reach))


def reads_over(
    text: str,
    declared: tuple[str, ...] | None,
    constants: Mapping[str, Any],
    letters: Iterable[str],
    names: Iterable[str],
) -> bool:
    """Whether a text can be read as a loss over columns of these names."""
    return _reads(text, declared, _given(constants, letters), Unseen(tuple(names)))


def constant(name: str, value: str | float) -> Value:
    """The exact value of a constant such as `--set a=1/50`."""
    try:
        return _number(value if isinstance(value, str) else repr(float(value)))
    except ExpressionError as error:
        if ":" in error.text:
            slider = f"symopt explore --set {name}={error.text.strip()}"
            error.hint = f"give {name} one value"
            error.shell = f"{error.hint}; a slider over a range is {slider}"
        raise
    except (TypeError, ValueError, OverflowError):
        raise StartError(f"the value of {name} is no number: {named(value)}", "for example 0.5 or '1/50'") from None


def number(text: str) -> float:
    """The value of a constant expression such as `2**-6` or `pi/2`, as the nearest float."""
    built = _number(text)
    assert built.number is not None
    return built.number


def exact_number(text: str) -> Expr:
    """The value of a constant expression, exactly."""
    return _number(text).expr


def _number(text: str) -> Value:
    builder = Builder(text, variables=())
    try:
        with deep():
            expr = builder.build(read(text))
    except ExpressionError as error:
        if ":" in text:
            error.hint, error.shell = "one number stands here, not a range; for example 0.5", ""
        elif error.hint == error.EXAMPLE or any(word in error.hint for word in OF_A_LOSS):
            error.hint, error.shell = "a number such as -1.5, 1/64, 2**-6 or pi/2", ""
        if blank(text[:MAX_CHARACTERS]):
            error.message = "a number is missing"
        raise
    return Value(expr, expr.p / expr.q if expr.is_Rational else float(expr.evalf(30)))


def point(text: str) -> tuple[float, ...]:
    """A point such as `-1.5, pi/2`: coordinates separated by top-level commas, each a constant expression."""
    values = []
    for begin, piece in split(text):
        try:
            values.append(number(piece))
        except ExpressionError as error:
            if error.text == piece:
                raise error.within(text, begin) from None
            raise
    return tuple(values)


def split(text: str, separator: str = ",") -> list[tuple[int, str]]:
    """The pieces between top-level separators, each with the place where it begins."""
    pieces, begin, depth = [], 0, 0
    for place, character in enumerate(text):
        if character in "([（［":
            depth += 1
        elif character in ")]）］":
            depth -= 1
        elif character == separator and depth == 0:
            pieces.append((begin, text[begin:place]))
            begin = place + 1
    return [*pieces, (begin, text[begin:])]


def listed_names(names: Any) -> tuple[Any, ...]:
    """What somebody gave as a list of names; raises StartError."""
    if isinstance(names, bytes | Mapping) or not isinstance(names, Iterable):
        raise StartError(f"variables are a list of names, not {named(names)}", "for example variables=['x', 'y2']")
    return tuple(names)


class Kind(NamedTuple):
    """What names are of, and the option that gives them."""

    word: str
    option: str


VARIABLE, COLUMN = Kind("variable", "--vars"), Kind("column", "--columns")


def _variable(name: str) -> bool:
    """Whether a name is of ASCII and of wide letters, as Chinese: others are easily taken for what they are not."""
    return all(letter.isascii() or columns(letter) == 2 for letter in name)


def check_names(names: Iterable[str], of: Kind = VARIABLE) -> tuple[str, ...]:
    """The names as they are read, if each is one and none stands twice; raises StartError."""
    names = tuple(plain_name(name) if isinstance(name, str) else name for name in listed_names(names))
    for name in names:
        if not isinstance(name, str) or not is_name(name) or (of is VARIABLE and not _variable(name)):
            raise StartError(
                f"{named(name)} is not a name for a {of.word}",
                "a letter, then letters, digits or _, as in 'x' and 'y2'",
                shell=f"a letter, then letters, digits or _: {of.option} x,y2",
            )
        if names.count(name) > 1:
            raise StartError(f"the {of.word} {name} is declared twice", "each name once")
    if not names:
        raise StartError("no variables are declared", "name at least one, as in variables=['x']",
                         shell="name at least one: --vars x")  # fmt: skip
    return names

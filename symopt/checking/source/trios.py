"""Which functions of a file are a loss and its derivatives, and the verdict on them."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sympy import Expr, S, Symbol

from symopt.checking.compare import Check
from symopt.checking.given import CheckError
from symopt.checking.source.arrays import Exact, array
from symopt.checking.source.lengths import MIDDLING, at_lengths, general
from symopt.checking.source.letters import MOST_DATA, Letters, NoShape, Shape, TooMuch, in_words, named_shapes, settled
from symopt.checking.source.letters import letters as letters_of
from symopt.checking.source.lines import line_of
from symopt.checking.source.names import TopLevel
from symopt.checking.source.reading import NoLoss, Source, SourceError, TooLong
from symopt.checking.source.results import Entry, complete, flat_of, single
from symopt.checking.source.shaped import fixed, read_shaped
from symopt.checking.source.uniform import Uniform
from symopt.checking.source.values import NeedsValues, size
from symopt.checking.source.walk.objects import NeedsVector
from symopt.checking.source.walker import Interpreter
from symopt.checking.verdict import PROVED, Component, Line, Verdict
from symopt.errors import meant
from symopt.expression import deep, parse
from symopt.expression.guards import without_guards
from symopt.expression.parser import constant
from symopt.loss import Loss
from symopt.problem import Problem

FREE = 3
MOST = 60
LOSSES = """f loss fun func fn objective cost energy F J L func_f obj fx banana potential U V value evaluate __call__
forward loss_fn loss_function compute_loss compute_cost cross_entropy nll mse""".split()
FIRST = """df grad gradient grads gradients backward backprop compute_gradients compute_grads compute_gradient
jac jacobian g fprime f_prime derivative dloss grad_f df_dx dfdx nabla first_derivative f1
dF dfx gradf dJ dL dU dV""".split()
SECOND = """ddf hess hessian H h fprime2 f_prime2 f_double_prime fprimeprime d2f dfdf ddloss hess_f d2f_dx2 d2fdx2
second_derivative f2 ddF ddfx hessf f_pp ddJ d2F hessp hvp""".split()
OF_FIRST = """d{} D{} {}_prime {}prime {}_grad grad_{} {}_gradient gradient_{} {}_der {}_jac jac_{} d{}_dx d{}dx
{}_derivative derivative_{} {}_d {}_dx grad{} d_{} {}1 {}_1 {}_g {}_deriv nabla_{} {}grad {}_jacobian {}_df {}_d1 df_{}
{}_p g_{} {}_grads grads_{} {}_gradients {}_backward backward_{}""".split()
OF_SECOND = """dd{} d2{} D2{} {}_prime2 {}prime2 {}_double_prime {}_prime_prime {}_hess hess_{} {}_hessian hessian_{}
{}_der2 {}_hes d2{}_dx2 d2{}dx2 {}_second_derivative hess{} dd_{} {}2 {}_2 {}_dd {}_d2 {}_h {}_second second_{}
{}hess {}_deriv2 d2_{} {}_ddf ddf_{} {}_pp h_{} {}_2nd {}_hess_prod {}_hessp {}_hvp""".split()
PARTIAL = """d{f}d{v} d{f}_d{v} d{f}_{v} {f}_{v} {f}{v} {f}_d{v} grad_{v} {f}_grad_{v} grad_{f}_{v} partial_{v} d_{v}
dd{v} d{v} df_d{v} dfd{v} df_{v} df{v} grad{v} partial_{f}_{v} d{f}{v}""".split()
PARTIALS = """d2{f}d{v}d{w} d2{f}_d{v}d{w} d2{f}_d{v}_d{w} {f}_{v}{w} {f}{v}{w} {f}_d{v}d{w} d2{f}_{v}{w} d2{f}d{v}{w}
hess_{v}{w} h_{v}{w} {f}_hess_{v}{w} d2f_{v}{w} d2fd{v}d{w} d2f_d{v}d{w} dd{f}_{v}{w}""".split()
LIKELY = {*LOSSES, *FIRST, *SECOND, *(w.format(f) for w in OF_FIRST + OF_SECOND for f in ("f", "loss", "cost"))}
TWICE = "d2{f}d{v}2 d2{f}_d{v}2 d2fd{v}2 d2f_d{v}2".split()


Derivatives = dict[tuple[str, ...], str]


class Apart(Exception):
    """Several arguments that cannot all be numbers: the error, and what needs a vector."""

    def __init__(self, error: SourceError, needed: NeedsVector | None) -> None:
        super().__init__(str(error))
        self.error, self.needed = error, needed


@dataclass(frozen=True)
class Trio:
    """A loss and its derivatives, each by its path (f, Class.f, f[1]), and the place in the file where they end.

    first, second: {(): the whole}, or {(variable, …): one partial derivative}.
    """

    loss: str
    first: dict[tuple[str, ...], str]
    second: dict[tuple[str, ...], str]
    end: int


def defined(source: Source) -> list[tuple[int, str, ast.AST]]:
    """(place, path, node) of every function at the top level and every method, in order."""
    reader = Interpreter(source, len(source.statements))
    found: list[tuple[int, str, ast.AST]] = []
    for place, statement in enumerate(source.statements):
        if isinstance(statement, ast.FunctionDef):
            found.append((place, statement.name, statement))
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, (ast.Lambda, ast.Call)):
            for target in statement.targets:
                for part in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(part, ast.Name) and (
                        isinstance(statement.value, ast.Lambda) or (part.id in LIKELY and reader.is_function(part.id))
                    ):
                        found.append((place, part.id, statement.value))
        elif isinstance(statement, ast.ClassDef):
            owner = _owner(source, statement.name)
            found += [
                (place, f"{owner}.{part.name}", part) for part in statement.body if isinstance(part, ast.FunctionDef)
            ]
    return found


def _owner(source: Source, name: str) -> str:
    """The object of a class that the file makes, else the class."""
    for statement in reversed(source.statements):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call) and isinstance(
            statement.targets[0], ast.Name) and ast.unparse(statement.value.func) == name:  # fmt: skip
            return statement.targets[0].id
    return name


def trios(source: Source, names: Sequence[str] | None = None) -> list[Trio]:
    """The losses with their derivatives: those named, else all that their names give away. Raises SourceError."""
    known = defined(source)
    words = [name for _, name, _ in known]
    nodes = {name: node for _, name, node in known}
    if names is not None:
        for name in names:
            if name.split("[")[0] not in words:
                raise SourceError(
                    f"{source.path} defines no function {name}",
                    meant(name, words, f"it defines {', '.join(words) or 'none'}"),
                )
        if not 1 <= len(names) <= 3:
            raise SourceError("--names takes a loss and one or two derivatives", "for example --names loss,grad,hess")
        first = names[1] if len(names) > 1 else f"{names[0]}[1]"
        loss = names[0] if len(names) > 1 else f"{names[0]}[0]"
        second: Derivatives = {(): names[2]} if len(names) > 2 else {}
        chosen: list[tuple[str, Derivatives, Derivatives]] = [(loss, {(): first}, second)]
    else:
        chosen = [trio for owner in dict.fromkeys(_owned(word) for word in words)
                  for trio in _guessed({w: nodes[w] for w in nodes if _owned(w) == owner}, owner)]  # fmt: skip
    if not chosen:
        hint = f"name them: --names {','.join(words[:3])}" if len(words) > 1 else "define f(x), df(x) and ddf(x)"
        skipped = f" ({', '.join(source.broken)} could not be read)" if source.broken else ""
        raise NoLoss(f"{source.path} has no loss with derivatives that names give away{skipped}", hint)
    found = []
    for loss, first_of, second_of in chosen:
        starts = [place for place, name, _ in known if name == loss.split("[")[0]]
        for k, start in enumerate(starts):
            end = starts[k + 1] if k + 1 < len(starts) else len(source.statements)
            part = {name for place, name, _ in known if (start if k else 0) <= place < end}
            own = [{v: path for v, path in of.items() if path.split("[")[0] in part} for of in (first_of, second_of)]
            if any(own):
                found.append(Trio(loss, own[0], own[1], end))
    if not found:
        raise SourceError(
            f"{source.path}: the derivatives stand apart from {chosen[0][0]}", "define f, df, ddf in this order"
        )
    return found


def _owned(word: str) -> str:
    return word.rpartition(".")[0]


def _guessed(nodes: Mapping[str, ast.AST], owner: str) -> Iterator[tuple[str, Derivatives, Derivatives]]:
    """Losses and derivatives among functions that stand side by side, by their names."""
    lead = f"{owner}." if owner else ""
    known = {name.removeprefix(lead): node for name, node in nodes.items()}
    pairs = [name for name, node in known.items() if _returns_pair(node)]
    taken: set[str] = set()

    def whole(name: str | None) -> Derivatives:
        return {} if name is None else {(): lead + name}

    for loss, node in known.items():
        if loss in taken:
            continue
        first = next(_forms(loss, OF_FIRST, known), None)
        second = next(_forms(loss, OF_SECOND, known), None)
        parts, crossed = _partials(loss, node, known)
        parts = {} if first in pairs else parts
        if first is None and second is None and not parts and not crossed:
            continue
        if loss in FIRST and second is not None and first is None and any(name in known for name in LOSSES):
            continue
        if not parts:
            first = first or next((n for n in FIRST if loss in LOSSES and n in known and n not in taken), None)
        if not crossed:
            second = second or next((n for n in SECOND if loss in LOSSES and n in known and n not in taken), None)
        taken |= {name for name in (loss, first, second, *parts.values(), *crossed.values()) if name}
        yield (lead + loss, {v: lead + n for v, n in parts.items()} or whole(first),
               {v: lead + n for v, n in crossed.items()} or whole(second))  # fmt: skip
    if taken:
        return
    generic = next((name for name in LOSSES if name in known), None)
    first = next((name for name in FIRST if name in known), None)
    second = next((name for name in SECOND if name in known), None)
    if generic is None and (first or second):
        rest = [name for name in known if name not in (first, second) and not name.startswith("__")]
        generic = rest[0] if len(rest) == 1 else None
    if generic is not None and (first or second):
        yield lead + generic, whole(first), whole(second)
    elif pairs:
        spoken = [name for name in pairs if any(w in name.lower() for w in ("grad", "jac", "der", "and", "fg", "df"))]
        for name in spoken or pairs[:1]:
            yield f"{lead}{name}[0]", whole(f"{name}[1]"), whole(second)


def _forms(loss: str, forms: Sequence[str], known: Mapping[str, ast.AST]) -> Iterator[str]:
    """The names that are made of a loss's; one that only ends with a number may be a loss, with its own derivative."""
    for form in forms:
        name = form.format(loss)
        if name in known and not (name[-1].isdigit() and any(of.format(name) in known for of in OF_FIRST)):
            yield name


def _returns_pair(node: ast.AST) -> bool:
    """Whether a function returns a value and a gradient."""
    found = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
    return bool(found) and all(isinstance(value, ast.Tuple) and len(value.elts) in (2, 3) for value in found)


def _partials(
    loss: str, node: ast.AST, known: Mapping[str, ast.AST]
) -> tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], str]]:
    """The functions named for derivatives by single variables."""
    names = _letters(node)
    if len(names) < 2:
        return {}, {}
    first: Derivatives = {}
    second: Derivatives = {}
    for v in names:
        for form in PARTIAL:
            if (word := form.format(f=loss, v=v)) in known and word != loss:
                first.setdefault((v,), word)
        for w in names:
            for form in PARTIALS + (TWICE if v == w else []):
                if (word := form.format(f=loss, v=v, w=w)) in known:
                    second.setdefault((v, w), word)
    return first, second


def _letters(node: ast.AST) -> list[str]:
    """The variables of a loss as its parameters or its first lines name them."""
    if not isinstance(node, (ast.FunctionDef, ast.Lambda)):
        return []
    args = [arg.arg for arg in node.args.args]
    names = [name for name in args[: len(args) - len(node.args.defaults)] if name != "self"]
    if len(names) == 1:
        for part in ast.walk(node):
            if (
                isinstance(part, ast.Assign)
                and isinstance(part.targets[0], ast.Tuple)
                and ast.unparse(part.value) == names[0]
            ):
                return [ast.unparse(element) for element in part.targets[0].elts]
    return names


def check_source(
    source: Source,
    names: Sequence[str] | None = None,
    variables: Sequence[str] | None = None,
    constants: Mapping[str, str | float] | None = None,
    window: Any = None,
    seed: int = 0,
    shapes: Sequence[str] = (),
) -> Verdict:
    """Whether the derivatives that a Python file or a notebook defines are right; nothing in it is run.

    source: what `read` gives for a file. names: a loss and one or two derivatives; None finds them by their names.
    variables: names for the entries of the argument, and so their number.
    shapes: of data or arguments, as "X=5,2": what is proved holds for all data of that shape.
    Raises SourceError with the line that cannot be read.
    """
    settings = {name: constant(name, value).expr for name, value in (constants or {}).items()}
    told = named_shapes(shapes)
    with unwarned():
        found = trios(source, names)
    components: list[Component] = []
    notes: list[str] = []
    reads: list[Read] = []
    known = defined(source)
    plain = _sensible(source, found, told, settings)
    lengths = ""
    for place, trio in enumerate(found):
        with deep(), unwarned():
            own = set(Interpreter(source, trio.end, dict(settings)).parameters(trio.loss))
            top = {name: shape for name, shape in told.items() if name in plain - own}
            asked = {name: shape for name, shape in told.items() if name not in plain - own}
            reading = Reading(source, trio, variables, settings, top)
            this = reading.run(asked)
        told_of = Check(Problem.of(this.loss, window=window), this.entries, seed, this.typed).run()
        if variables is None and this.count > 1:
            this, told_of, lengths = _at_lengths(reading, this, told_of, window, seed)
        loss = this.loss
        label = trio.loss if len({t.loss for t in found}) == len(found) else f"{trio.loss} ({place + 1})"
        for component in told_of:
            line = _line(source, known, trio, component, loss.names[: this.count])
            made = replace(component, line=line, function=label if len(found) > 1 else "")
            components.append(_apart(made, this))
        reads.append(this)
        remarks = this.remarks + [
            f"{name} is taken as {', '.join(map(str, values))}: the code chooses by it"
            for name, values in this.fixed.items()
        ]
        notes += [r if len(found) == 1 else f"{label}: {r}" for r in remarks]
        if loss.kinks:
            notes.append(f"kinks ({', '.join(loss.kinks)}) are set aside")
    checked = {
        path.split("[")[0].split(".")[-1] for t in found for path in (t.loss, *t.first.values(), *t.second.values())
    }
    notes = [note for note in notes if not note.endswith(" is not checked") or note.split()[-4] not in checked]
    notes += [f"{cell} could not be read and was skipped" for cell in source.broken]
    losses = [this.loss for this in reads]
    text = losses[0].text if len(losses) == 1 else "; ".join(loss.text for loss in losses)
    data = {name: shape for this in reads for name, shape in this.shapes.items()}
    names_of = losses[0].names[: reads[0].count]
    lengths = lengths if len(reads) == 1 else ""
    return Verdict(text, names_of, tuple(components), tuple(dict.fromkeys(notes)), data, lengths)


def _at_lengths(
    reading: Reading, first: Read, told: list[Component], window: Any, seed: int
) -> tuple[Read, list[Component], str]:
    """A loss of a vector of any length: for every length, or at several; the first at which something differs, else as
    told, and words for the lengths.
    """
    trio, met = reading.trio, dict[int, Read]()
    parameters = reading.interpreter(Letters()).parameters(trio.loss)
    alike = len(parameters) == 1 and list(trio.first) == [()] and not (trio.second or first.shapes or first.fixed)
    whole = general(Uniform(reading.source, trio.end, dict(reading.settings)), trio.loss, trio.first[()]) if (
        alike and all(c.verdict == PROVED for c in told)) else None  # fmt: skip
    if not first.any_length and (whole is None or not whole.long):
        return first, told, ""

    def check(n: int) -> list[Component] | None:
        try:
            with deep(), unwarned():
                met[n] = reading.attempt(n, parameters, False, True)[0]
        except (SourceError, NeedsVector):
            return None
        return Check(Problem.of(met[n].loss, window=window), met[n].entries, seed, met[n].typed).run()

    short = first.loss.expr.count_ops() <= MIDDLING
    words, remark, n, found = at_lengths(whole, trio.loss, first.count, told, short, check)
    this = met.get(n, first)
    return replace(this, remarks=[remark, *this.remarks]), found, words


def _sensible(
    source: Source, found: Sequence[Trio], told: Mapping[str, Shape], settings: Mapping[str, Expr]
) -> set[str]:
    """The names of the top level and of arguments. Raises SourceError for a shape of what is not there."""
    top = TopLevel(source.statements)
    own = {p for t in found for p in Interpreter(source, t.end, dict(settings)).parameters(t.loss)}
    arguments = {arg.arg for s in source.statements for part in ast.walk(s) if isinstance(part, ast.arguments)
                 for arg in [*part.posonlyargs, *part.args, *part.kwonlyargs]}  # fmt: skip
    keys = {part.value for s in source.statements for part in ast.walk(s) if isinstance(part, ast.Constant)}
    names = {part.id for s in source.statements for part in ast.walk(s) if isinstance(part, ast.Name)}
    for name in told:
        if name not in {*top.places, *own, *arguments, *keys, *names}:
            known = sorted({*top.places, *arguments})
            raise SourceError(f"--shape {name}: {source.path} has no {name}",
                              meant(name, known, "name an argument or an array of the file"))  # fmt: skip
    return {*top.places, *arguments}


def _apart(component: Component, this: Read) -> Component:
    """A component whose witness tells the data apart from the variables."""
    witness = component.witness
    if witness is None or not this.shapes:
        return component
    data: dict[str, Any] = {}
    rest = list(witness.x[this.count :])
    for name, shape in this.shapes.items():
        count = int(np.prod([1, *shape]))
        data[name], rest = np.array(rest[:count]).reshape(shape).tolist(), rest[count:]
    return replace(component, witness=replace(witness, x=witness.x[: this.count], data=data))


@contextmanager
def unwarned() -> Iterator[None]:
    """Without numpy's warnings on the ones that stand for numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _line(
    source: Source, known: Sequence[tuple[int, str, ast.AST]], trio: Trio, component: Component, names: Sequence[str]
) -> Line | None:
    """Where the file gives a component."""
    of = trio.first if component.of == "gradient" else trio.second
    by = tuple(names[k] for k in component.index)
    path, _, part = (of[by] if by in of else of.get((), "")).partition("[")
    nodes = [node for place, name, node in known if name == path and place < trio.end]
    if not nodes:
        return None
    arrays = list(dict.fromkeys(name.partition("[")[0] for name in names))
    if len(arrays) > 1 and "[" in "".join(names) and () in of and component.of == "gradient" and not part:
        return line_of(source, nodes[-1], (), len(names), arrays.index(by[0].partition("[")[0]))
    return line_of(source, nodes[-1], component.index if () in of else (), len(names), int(part[:-1]) if part else None)


@dataclass(frozen=True)
class Read:
    """A loss of a file and what is given for its derivatives; count: of its variables, behind which its data stand.

    typed: the loss with what its code asks for besides. shapes: of the data. fixed: arrays by whose entries the file
    chooses, with the values that stand for them.
    """

    loss: Loss
    typed: Expr
    entries: list[Entry]
    remarks: list[str]
    count: int
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    fixed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    any_length: bool = False


@dataclass
class Reading:
    """How one loss and its derivatives are read: the variables and constants named, the shapes told."""

    source: Source
    trio: Trio
    names: Sequence[str] | None
    settings: Mapping[str, Expr]
    told: Mapping[str, Shape]  # of names of the top level

    def run(self, arguments: Mapping[str, Shape]) -> Read:
        """arguments: told shapes of arguments."""
        if arguments:
            return self.shaped(arguments)
        try:
            return self.plain()
        except NoShape:
            return self.shaped({})
        except Apart as apart:
            try:
                return self.shaped({})
            except SourceError as error:
                if apart.needed is None:
                    raise apart.error from None
                try:
                    return self.plain(lone=False)
                except (Apart, NoShape):
                    raise (error if "shapes may be" in error.hint else apart.error) from None

    def shaped(self, arguments: Mapping[str, Shape]) -> Read:
        trio = self.trio
        found = read_shaped(self.source, trio.loss, {"gradient": trio.first, "hessian": trio.second}, trio.end,
                            self.settings, self.told, arguments)  # fmt: skip
        loss = _loss(found.expr, (*found.symbols, *found.data), trio)
        remarks = [f"{name} is not checked" for name in _left(self.source, trio, found.reader)]
        if found.found:
            are = "s" * (len(found.found) > 1), "are" if len(found.found) > 1 else "is"
            remarks.append(
                f"the shape{are[0]} of {', '.join(found.found)} {are[1]} chosen to fit: --shape tells others"
            )
        return Read(loss, found.expr, found.entries, remarks, len(found.symbols), found.shapes, found.fixed)

    def plain(self, lone: bool = True) -> Read:
        """Of numbers, or of one vector, whose length is found."""
        names = self.names
        n: int | None = len(names) if names is not None else None
        free = False
        parameters = self.interpreter(Letters()).parameters(self.trio.loss)
        apart = len(parameters) > 1
        if names is not None and n == 1:
            n = None
        if apart:
            n = None
        first: SourceError | None = None
        for _ in range(MOST):
            try:
                return self.fitting(n, parameters, free, lone)
            except TooLong:
                raise
            except SourceError as error:
                if apart and names is None:
                    raise Apart(error, None) from None
                if apart or names is not None or n is not None or first is not None:
                    raise first or error from None
                first, n, free = error, FREE, True  # what is no number may be a vector
            except NeedsVector as need:
                if apart:
                    raise Apart(SourceError(
                        f"{self.trio.loss} takes {', '.join(parameters)}, and {parameters[0]} is a vector",
                        "give the others a value: " + " ".join(f"--set {p}=1" for p in parameters[1:])
                        + f"; or a shape: --shape {parameters[-1]}=5",
                    ), need) from None  # fmt: skip
                if names is not None and n is not None and need.n is not None:
                    raise SourceError(
                        f"{need.n} or more variables are used, {n} are declared", "--vars names all"
                    ) from None
                first = first or need.error
                guessed, free = free, need.n is None
                if names is not None:
                    n = len(names)
                else:
                    n = FREE if need.n is None else need.n if guessed or n is None else max(need.n, n)
        raise SourceError(f"it is not clear how many variables {self.trio.loss} has", "name them: --vars x,y")

    def interpreter(self, letters: Letters) -> Interpreter:
        return Interpreter(self.source, self.trio.end, settled(self.settings, self.told, letters), letters)

    def fitting(self, n: int | None, parameters: Sequence[str], free: bool, lone: bool) -> Read:
        """One attempt; where the number of variables is a guess, the first number that fits the arrays in the file."""
        names = self.names
        try:
            found, lengths = self.attempt(n, parameters, free, lone)
        except TooLong:
            raise
        except SourceError:
            others = (
                [k for k in (2, 3, 4, 5, 6, 1, 7, 8, 9, 10) if free or k > n] if n is not None and names is None else []
            )
            for other in others:
                try:
                    return self.attempt(other, parameters, False, lone)[0]
                except TooLong:
                    raise
                except SourceError:
                    continue
                except NeedsVector as need:  # so many entries has the gradient
                    others += [need.n] if need.n is not None and need.n not in (n, *others) else []
            raise
        for other in sorted(lengths)[:3]:  # a number that meets arrays may be a vector of their length
            with suppress(SourceError, NeedsVector):
                return self.attempt(other, parameters, False, lone)[0]
        return found

    def attempt(self, n: int | None, parameters: Sequence[str], free: bool, lone: bool) -> tuple[Read, set[int]]:
        labels: dict[str, tuple[int, ...]] = {}
        while True:
            try:
                return self.once(n, parameters, free, lone, Letters(self.told, labels))
            except NeedsValues as needs:
                if needs.name in labels:
                    raise SourceError(f"the values of {needs.name} are not known", "write them in the file") from None
                labels[needs.name] = needs.values

    def once(
        self, n: int | None, parameters: Sequence[str], free: bool, lone: bool, letters: Letters
    ) -> tuple[Read, set[int]]:
        """One reading, with the lengths of arrays that the one variable has met."""
        trio, names = self.trio, self.names
        if not parameters:
            raise SourceError(f"{trio.loss} has no argument to derive by", "def f(x): …")
        if len(parameters) > 1:
            chosen = list(names) if names is not None and len(names) == len(parameters) else list(parameters)
        elif n is None:
            chosen = list(names or parameters)
        else:
            chosen = list(names) if names is not None else [f"{parameters[0]}{k}" for k in range(n)]
        symbols = [Symbol(name, real=True) for name in chosen]
        arguments = _arguments(symbols, n)
        reader = self.interpreter(letters)
        reader.variables = set(symbols)
        reader.lone, reader.vector = lone and n is None and names is None, n is not None
        result = reader.call_named(trio.loss, arguments)
        expr = single(result, f"{trio.loss} must return one number")
        if reader.unpacked and names is None and n is not None and len(set(reader.unpacked)) == n:
            renamed = [Symbol(name, real=True) for name in reader.unpacked]
        else:
            renamed = symbols
        change = dict(zip(symbols, renamed, strict=True))
        entries: list[Entry] = []
        count = len(symbols)
        called = [s.name for s in renamed] if len(parameters) == 1 else list(parameters)
        for of, given_by in (("gradient", trio.first), ("hessian", trio.second)):
            for by, name in given_by.items():
                own = reader.parameters(name)
                if of == "hessian" and not by and len(parameters) == 1 and len(own) == 2:
                    entries += _times_vector(reader, name, symbols, n)
                    continue
                if len(own) != len(parameters) and len(own) != 1:
                    raise SourceError(
                        f"{name} takes {len(own)} arguments, {trio.loss} takes {len(parameters)}", "the same arguments"
                    )
                given = arguments if len(own) == len(parameters) else [array(symbols)]
                value = reader.call_named(name, given)
                if by:
                    if any(v not in called for v in by):
                        raise SourceError(
                            f"{name}: {', '.join(by)} are not the variables {', '.join(called)}", "name them: --names"
                        )
                    entries.append(
                        (of, tuple(called.index(v) for v in by), single(value, f"{name} must return one number"))
                    )
                else:
                    entries += _entries(of, name, value, count, len(parameters) > 1, names is not None)
        reader.lasting()
        if free and reader.ends:  # a slice ends beyond a number of variables that is a guess
            raise NeedsVector(max(reader.ends))
        entries = [(of, index, given.xreplace(change)) for of, index, given in entries]
        expr = expr.xreplace(change)
        shapes = {name: shape for name, shape in letters.made.items() if name not in letters.labels}
        data = [s for name, shape in shapes.items() for s in letters_of(name, shape)]
        if len(data) > MOST_DATA:
            raise TooMuch(
                f"the data are {len(data)} numbers: {in_words(shapes)}",
                "small shapes show the same: " + " ".join(f"--shape {name}=…" for name in shapes),
            )
        complete([expr, *(given for _, _, given in entries)], [*renamed, *data], reader.lost)
        remarks = [f"{name} is not checked" for name in _left(self.source, trio, reader)]
        loss = _loss(expr, (*renamed, *data), trio)
        found = Read(loss, expr, entries, remarks, count, shapes, fixed(letters), bool(free and n))
        return found, reader.lengths if reader.lone and len(parameters) == 1 else set()


def _loss(typed: Expr, symbols: tuple[Symbol, ...], trio: Trio) -> Loss:
    expr = without_guards(typed)
    return Loss(str(expr) if size(expr) < 4000 else trio.loss, expr, symbols)


def _left(source: Source, trio: Trio, reader: Interpreter) -> list[str]:
    """Functions that are named for derivatives, but were neither checked nor used."""
    used = {path.split("[")[0].split(".")[-1] for path in (trio.loss, *trio.first.values(), *trio.second.values())}
    used |= {name.split(".")[-1] for name in reader.walked}
    words = [name.split(".")[-1] for _, name, node in defined(source) if isinstance(node, ast.FunctionDef)]
    looks = ("grad", "hess", "deriv", "prime", "jac", "partial", "nabla", "dd", "d2")
    return [name for name in dict.fromkeys(words) if name not in used and (
        name in FIRST or name in SECOND or any(w in name.lower() for w in looks)
        or (name[0] == "d" and (name[1:] in words or len(name) <= 6)))]  # fmt: skip


def _arguments(symbols: Sequence[Symbol], n: int | None) -> list[Any]:
    if n is None:
        return list(symbols)
    return [array(list(symbols))]


def _times_vector(reader: Interpreter, name: str, symbols: Sequence[Symbol], n: int | None) -> list[Entry]:
    """The entries of a Hessian that is given by its products with any vector."""
    v = [Symbol(f"{reader.parameters(name)[1]} {k}", real=True) for k in range(len(symbols))]
    flat = flat_of(reader.call_named(name, [*_arguments(symbols, n), *_arguments(v, n)]))
    if len(flat) != len(v):
        raise SourceError(f"{name} returns {len(flat)} entries for {len(v)} variables", "one for each variable")
    rows = [[entry.diff(letter) if entry.has(letter) else S.Zero for letter in v] for entry in flat]
    if any(set(v) & slope.free_symbols for row in rows for slope in row) or any(
        entry.xreplace(dict.fromkeys(v, S.Zero)) != 0 for entry in flat
    ):
        raise SourceError(f"{name} is not linear in its second argument", "return the Hessian times that vector")
    return [("hessian", (i, j), slope) for i, row in enumerate(rows) for j, slope in enumerate(row)]


def _summed(value: Any, n: int) -> Any:
    """A Hessian of n variables given in parts, S and U and C, as what it is: S + U C Uᵀ."""
    if isinstance(value, tuple) and len(value) == 3 and all(isinstance(part, Exact) for part in value):
        s, u, c = value
        if s.shape == (n, n) and u.shape == (n, len(c)) and c.shape == (len(c),) * 2:
            return s + u @ c @ u.T
    return value


def _entries(
    of: str, name: str, value: Any, n: int, apart: bool, named: bool
) -> list[tuple[str, tuple[int, ...], Expr]]:
    flat = flat_of(_summed(value, n)) if value is not None else []
    if of == "gradient":
        if len(flat) == 1 and apart:
            return [(of, (0,), flat[0])]
        if len(flat) != n:
            error = SourceError(
                f"{name} returns {len(flat)} entries for {n} variable{'s' * (n > 1)}", "one for each variable"
            )
            raise error if apart or named or len(flat) > MOST else NeedsVector(len(flat), error)
        return [(of, (k,), entry) for k, entry in enumerate(flat)]
    if len(flat) == 1 and apart:
        return [(of, (0, 0), flat[0])]
    if len(flat) != n * n:
        raise SourceError(
            f"{name} returns {len(flat)} entries; the Hessian of {n} variables has {n * n}", "rows of entries"
        )
    return [(of, (k // n, k % n), entry) for k, entry in enumerate(flat)]


__all__ = ["CheckError", "check_source", "parse"]

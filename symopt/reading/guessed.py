"""Which functions of a file are a loss and its derivatives, as their names give away."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from symopt.errors import meant
from symopt.reading.added import is_function, methods_of, rules_of
from symopt.reading.source import NoLoss, Source, SourceError
from symopt.reading.walker import Interpreter

LOSSES = """f loss fun func fn objective cost energy F J L func_f obj fx banana potential U V value evaluate __call__
forward loss_fn loss_function compute_loss compute_cost cross_entropy nll mse""".split()
FIRST = """df grad gradient grads gradients backward backprop compute_gradients compute_grads compute_gradient
jac jacobian g fprime f_prime derivative dloss grad_f df_dx dfdx nabla first_derivative f1
dF dfx gradf dJ dL dU dV""".split()
PLAIN = ("grad", "jac", "backward", "backprop", "compute_grad")  # that are nothing else beside other derivatives
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
KEYS = ("{}", "d{}", "grad_{}", "d_{}", "{}_grad", "g{}", "g_{}", "dL{}", "grad{}", "delta_{}", "nabla_{}", "{}_bar",
        "{}.grad", "{}_gradient", "gradient_{}", "d{}_", "{}_g", "gd{}",
        *(f"d{of}{low}d{{}}" for of in ("L", "J", "C", "E", "F", "l", "j", "c", "e", "f", "loss", "cost")
          for low in ("_", "")))  # fmt: skip
TWICE = "d2{f}d{v}2 d2{f}_d{v}2 d2fd{v}2 d2f_d{v}2".split()

SAYS = "cost loss objective energy potential likelihood nll value error".split()

Derivatives = dict[tuple[str, ...], str]


@dataclass(frozen=True)
class Trio:
    """A loss and its derivatives, each by its path (f, Class.f, f[1]), and the place in the file where they end.

    first, second: {(): the whole}, or {(variable, …): one partial derivative}.
    """

    loss: str
    first: dict[tuple[str, ...], str]
    second: dict[tuple[str, ...], str]
    end: int

    @property
    def loose(self) -> bool:
        """Whether its names may mean anything else too, as J and g."""
        name, loss = self.first.get((), "").rpartition(".")[2], self.loss.rpartition(".")[2]
        return name in FIRST and not name.startswith(PLAIN) and name not in {form.format(loss) for form in OF_FIRST}


def defined(source: Source, names: Iterable[str] = ()) -> list[tuple[int, str, ast.AST]]:
    """(place, path, node) of every function at the top level and every method, in order.

    names: of what a call may have made, beside the usual ones.
    """
    likely = {*LIKELY, *(name.split("[")[0] for name in names)}
    reader = Interpreter(source, len(source.statements))
    found: list[tuple[int, str, ast.AST]] = []
    for place, statement in enumerate(source.statements):
        if isinstance(statement, ast.FunctionDef):
            if not unwritten(statement):
                found.append((place, statement.name, statement))
        elif isinstance(statement, ast.Assign):
            for name, value in _named(statement):
                made = isinstance(value, (ast.Call, ast.Attribute)) and name in likely and reader.is_function(name)
                if made or isinstance(value, ast.Lambda):
                    found.append((place, name, value))
        elif isinstance(statement, ast.ClassDef) and not is_function(statement) and statement.name not in source.unmade:
            owner = _owner(source, statement.name)
            found += [(place, f"{owner}.{part.name}", part) for part in _methods(source, statement)]
    return found


def _named(statement: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    """The names that an assignment gives, each with what it stands for: its own part of `f, df = c.f, c.df`."""
    for target in statement.targets:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        values = [statement.value] * len(parts)
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            values = statement.value.elts
        for part, value in zip(parts, values, strict=False):
            if isinstance(part, ast.Name):
                yield part.id, value


def unwritten(node: ast.FunctionDef) -> bool:
    """Whether a function only says that others have it: abstract, of a Protocol, or one that is not implemented."""
    body = [s for s in node.body if not isinstance(s, ast.Pass)
            and not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]  # fmt: skip
    return not body or (len(body) == 1 and isinstance(body[0], ast.Raise)
                        and "NotImplemented" in ast.unparse(body[0]))  # fmt: skip


def _methods(source: Source, node: ast.ClassDef) -> list[ast.FunctionDef]:
    """The methods of a class, those of its bases in the file too; none of a class that leaves some unwritten."""
    found = methods_of(node, {s.name: s for s in source.statements if isinstance(s, ast.ClassDef)})
    if any(unwritten(part) for part in found.values() if part.name != "__init__"):
        return []
    return list(found.values())


def _owner(source: Source, name: str) -> str:
    """The object of a class that the file makes, else the class."""
    for statement in reversed(source.statements):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call) and isinstance(
            statement.targets[0], ast.Name) and ast.unparse(statement.value.func) == name:  # fmt: skip
            return statement.targets[0].id
    return name


def trios(source: Source, names: Sequence[str] | None = None) -> list[Trio]:
    """The losses with their derivatives: those named, else all that their names give away. Raises SourceError."""
    known = defined(source, names or ())
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
        added = {name for pair in source.pairs for name in pair} | rules_of(source.statements)
        nodes = {name: node for name, node in nodes.items() if name not in added}
        chosen = [trio for owner in dict.fromkeys(map(_owned, nodes))
                  for trio in _guessed({w: nodes[w] for w in nodes if _owned(w) == owner}, owner)]  # fmt: skip
        chosen += [(loss, {(): rule}, {}) for loss, rule in source.pairs]
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
        called = {
            part.id for part in ast.walk(node) if isinstance(part, ast.Name)
        }  # by the loss: none is its derivative
        rest = [n for n in known if loss in LOSSES and n not in taken and n not in called]
        if not parts:
            first = first or next((n for n in FIRST if n in rest), None)
        if not crossed:
            second = second or next((n for n in SECOND if n in rest), None)
        taken |= {name for name in (loss, first, second, *parts.values(), *crossed.values()) if name}
        yield (lead + loss, {v: lead + n for v, n in parts.items()} or whole(first),
               {v: lead + n for v, n in crossed.items()} or whole(second))  # fmt: skip
    if taken:  # an activation and its slope, say, beside the loss and its gradient
        helping = {part.id for node in known.values() for part in ast.walk(node) if isinstance(part, ast.Name)}
        for loss in [name for name in LOSSES if name in known and name not in taken]:
            free = (name for name in FIRST if name in known and name not in taken
                    and (name.startswith(PLAIN) or name not in helping))  # fmt: skip
            first = next((name for name in free if _letters(known[name]) == _letters(known[loss])), None)
            if first is not None:
                taken |= {loss, first}
                yield lead + loss, whole(first), {}
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
    words = [form.format(loss) for form in forms]
    if forms is OF_FIRST:  # compute_cost_reg and compute_gradient_reg
        words += [loss.replace(of, to) for of in SAYS if of in loss.lower().split("_") for to in ("gradient", "grad",
                  "gradients", "grads", "jac")]  # fmt: skip
    for name in words:
        if (
            name in known
            and name != loss
            and not (name[-1].isdigit() and any(of.format(name) in known for of in OF_FIRST))
        ):
            yield name


def meant_by(word: str, names: Iterable[str]) -> str | None:
    """The argument whose derivative a word names."""
    return next((n for n in names if word in [form.format(n) for form in KEYS]), None)


def returned_for(node: ast.AST, names: Iterable[str]) -> list[str]:
    """The arguments by which the text of a function tells that it returns derivatives: `return dj_db, dj_dw`.

    None of them where it does not tell all of them apart.
    """
    returns = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
    if not returns or not isinstance(value := returns[-1], ast.Tuple):
        return []
    found = []
    for part in value.elts:
        words = {word.id for word in ast.walk(part) if isinstance(word, ast.Name)} - set(names)
        meant = {name for word in words if (name := meant_by(word, names)) is not None}
        found += [*meant] if len(meant) == 1 else []
    return found if len(set(found)) == len(value.elts) else []


def _returns_pair(node: ast.AST) -> bool:
    """Whether a function returns a value and a gradient."""
    found = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
    if isinstance(node, ast.FunctionDef) and returned_for(node, [arg.arg for arg in node.args.args]):
        return False
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


def not_used(source: Source, trio: Trio, walked: Iterable[str]) -> list[str]:
    """Functions that are named for derivatives, but were neither checked nor used."""
    used = {path.split("[")[0].split(".")[-1] for path in (trio.loss, *trio.first.values(), *trio.second.values())}
    used |= {name.split(".")[-1] for name in walked}
    words = [name.split(".")[-1] for _, name, node in defined(source) if isinstance(node, ast.FunctionDef)]
    looks = ("grad", "hess", "deriv", "prime", "jac", "partial", "nabla", "dd", "d2")
    return [name for name in dict.fromkeys(words) if name not in used and (
        name in FIRST or name in SECOND or any(w in name.lower() for w in looks)
        or (name[0] == "d" and (name[1:] in words or len(name) <= 6)))]  # fmt: skip


def plainly(name: str) -> bool:
    """Whether a function is called as only derivatives are."""
    return len(name) > 2 and name in LIKELY - {*LOSSES}

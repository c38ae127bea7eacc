"""Functions that stand behind a file's own, as somebody would write them.

Rules by which a package derives a function of the file are losses with derivatives, to be checked. A backward pass,
torch's `autograd.Function` or jax's `custom_vjp`, is given a cotangent v: the loss is Σ v·f(x), with v as data, and its
derivative what the rule gives for v. A `custom_jvp` is asked for one tangent after the other: 1 for each argument, 0
for the rest. Of a class of which the file makes no object, and whose objects need data, the methods are functions of
the data too: def loss(w, X, y): return Logistic(X, y).loss(w).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

COTANGENT = "v"
TORCH = """
def loss({names}, {v}):
    return ({f}.forward({context}(), {names})*{v}).sum()
def rule({names}, {v}):
    ctx = {context}()
    {f}.forward(ctx, {names})
    return {f}.backward(ctx, {v})
"""
CONTEXT = """
class {context}:
    def save_for_backward(self, *parts):
        self.saved_tensors = parts
    def mark_non_differentiable(self, *parts):
        return None
"""
VJP = """
def loss({own}, {v}):
    return ({f}({names})*{v}).sum()
def rule({own}, {v}):
    value, kept = {forward}({names})
    return {backward}({fixed}kept, {v})
"""
JVP = """
def loss({own}):
    return {f}({names})
def rule({own}):
    return [{parts}]
"""


def ruled(statements: list[ast.stmt]) -> tuple[list[ast.stmt], list[tuple[str, str]]]:
    """Functions to be read behind those of a file, and which of them are a loss and its derivative."""
    functions = {s.name: s for s in statements if isinstance(s, ast.FunctionDef)}
    made: list[ast.stmt] = []
    pairs: list[tuple[str, str]] = []

    def add(name: str, text: str, rule: ast.FunctionDef) -> None:
        loss, derivative = ast.parse(text).body[-2:]
        assert isinstance(loss, ast.FunctionDef)
        assert isinstance(derivative, ast.FunctionDef)
        loss.name, derivative.name = name, f"the rule of {name}"
        placed(loss, rule)
        placed(derivative, rule)
        made.extend([loss, derivative])
        pairs.append((loss.name, derivative.name))

    for node in statements:
        if isinstance(node, ast.ClassDef) and is_function(node):
            methods = {s.name: s for s in node.body if isinstance(s, ast.FunctionDef)}
            if {"forward", "backward"} <= set(methods):
                context = f"the context of {node.name}".replace(" ", "_")
                names = ", ".join(arg.arg for arg in methods["forward"].args.args[1:])
                holder = ast.parse(CONTEXT.format(context=context)).body[0]
                ast.increment_lineno(holder, node.lineno - 1)
                made.append(holder)
                text = TORCH.format(f=node.name, names=names, v=cotangent(names), context=context)
                add(f"{node.name}'s backward", text, methods["backward"])
    for f, (kind, rules) in sorted(_given(statements, functions).items()):
        parts = [arg.arg for arg in functions[f].args.args]
        still = [parts[k] for k in fixed_of(functions[f])]
        moving = [part for part in parts if part not in still]
        said = {"f": f, "names": ", ".join(parts), "fixed": "".join(f"{part}, " for part in still)}
        said["own"] = ", ".join([*moving, *still])  # the rule gives nothing for what is fixed
        if kind == "vjp" and len(rules) == 2 and len(functions[rules[1]].args.args) == len(still) + 2:
            text = VJP.format(**said, v=cotangent(said["names"]), forward=rules[0], backward=rules[1])
            add(f"{f}'s vjp", text, functions[rules[1]])
        elif kind == "jvp":
            tangents = (", ".join("1.0" if k == place else "0.0" for k in range(len(moving))) + ","
                        for place in range(len(moving)))  # fmt: skip
            asked = (f"{rules[0]}({said['fixed']}({', '.join(moving)},), ({tangent}))[1]" for tangent in tangents)
            add(f"{f}'s jvp", JVP.format(**said, parts=", ".join(asked)), functions[rules[0]])
    return made, pairs


def cotangent(names: str) -> str:
    """A name for v that is none of the arguments."""
    found = COTANGENT
    while found in names.split(", "):
        found += COTANGENT
    return found


def is_function(node: ast.ClassDef) -> bool:
    """Whether a class is a function of torch with a backward pass of its own."""
    first = [s.args.args[0].arg for s in node.body
             if isinstance(s, ast.FunctionDef) and s.name == "forward" and s.args.args]  # fmt: skip
    words = [ast.unparse(base) for base in node.bases]
    return any(word.endswith("autograd.Function") or (word == "Function" and first == ["ctx"]) for word in words)


def has_rule(node: ast.FunctionDef) -> str:
    """vjp or jvp, where a function is derived by a rule of the file's own."""
    words = " ".join(ast.unparse(d) for d in node.decorator_list)
    return "vjp" if "custom_vjp" in words else "jvp" if "custom_jvp" in words else ""


def fixed_of(node: ast.FunctionDef) -> list[int]:
    """The places of the arguments by which a function with a rule is not derived: nondiff_argnums=(0,)."""
    options = [k for d in node.decorator_list if isinstance(d, ast.Call) for k in d.keywords]
    found: list[int] = []
    for option in options:
        told = ast.literal_eval(option.value)
        found += [k % len(node.args.args) for k in ([told] if isinstance(told, int) else told)]
    return sorted(found)


def _plain(node: ast.FunctionDef) -> bool:
    """Whether no option of a rule but fixed arguments is given, and no argument has a default."""
    calls = [d for d in node.decorator_list if isinstance(d, ast.Call)]
    return not node.args.defaults and not node.args.vararg and all(
        k.arg == "nondiff_argnums" and isinstance(k.value, (ast.Tuple, ast.List, ast.Constant))
        for call in calls for k in call.keywords)  # fmt: skip


def _given(statements: list[ast.stmt], functions: dict[str, ast.FunctionDef]) -> dict[str, tuple[str, list[str]]]:
    """The rules of each function with one: f.defvjp(f_fwd, f_bwd), @f.defjvp."""
    plain = {name: kind for name, node in functions.items() if (kind := has_rule(node)) and _plain(node)}
    found: dict[str, tuple[str, list[str]]] = {}
    for f, rules in _told(statements):
        if f in plain and all(rule in functions for rule in rules):
            found[f] = plain[f], rules
    return found


def rules_of(statements: list[ast.stmt]) -> set[str]:
    """The functions that are rules: no losses, and no derivatives by themselves."""
    return {name for _, rules in _told(statements) for name in rules}


def _told(statements: list[ast.stmt]) -> Iterator[tuple[str, list[str]]]:
    for node in statements:
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Attribute) and decorator.attr == "defjvp":
                    yield ast.unparse(decorator.value), [node.name]
        elif isinstance(node, ast.Expr) and isinstance(call := node.value, ast.Call) and isinstance(
            call.func, ast.Attribute) and call.func.attr in ("defvjp", "defjvp") and not call.keywords:  # fmt: skip
            yield ast.unparse(call.func.value), [ast.unparse(a) for a in call.args]


Methods = dict[str, ast.FunctionDef]


def methods_of(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> Methods:
    """The methods of a class, those of its bases in the file too."""
    found: Methods = {}
    waiting, seen = [node], set()
    while waiting:
        this = waiting.pop(0)
        seen.add(this.name)
        for part in this.body:
            if isinstance(part, ast.FunctionDef):
                found.setdefault(part.name, part)
        waiting += [classes[name] for base in this.bases
                    if (name := ast.unparse(base).split("[")[0]) in classes and name not in seen]  # fmt: skip
    return found


def unmade(statements: Sequence[ast.stmt]) -> dict[str, list[ast.FunctionDef]]:
    """{class: its public methods as functions}; none for names that the file gives to others too."""
    classes = {s.name: s for s in statements if isinstance(s, ast.ClassDef)}
    taken = {s.name for s in statements if isinstance(s, ast.FunctionDef)}
    called = {ast.unparse(part.func) for s in statements for part in ast.walk(s) if isinstance(part, ast.Call)}
    found: dict[str, list[ast.FunctionDef]] = {}
    for name, node in classes.items():
        methods = methods_of(node, classes)
        data, rest = _taken(methods["__init__"]) if "__init__" in methods else _fields(node)
        data = data[1:] if "__init__" in methods else data
        public = {m: f for m, f in methods.items() if not m.startswith("_") and not f.decorator_list and f.args.args}
        if (
            not (data and public)
            or name in called
            or taken & set(public)
            or any({*data, *rest} & set(_all(f)) for f in public.values())
        ):
            continue
        found[name] = [_function(name, m, f, data, rest) for m, f in public.items()]
        taken |= set(public)
    return found


def _function(
    owner: str, name: str, method: ast.FunctionDef, data: list[str], rest: dict[str, ast.expr]
) -> ast.FunctionDef:
    own, more = _taken(method)
    own = own[1:]
    parameters = [*own, *data, *(f"{n}={ast.unparse(v)}" for n, v in (more | rest).items())]
    arguments = [", ".join([*plain, *(f"{n}={n}" for n in named)]) for plain, named in ((data, rest), (own, more))]
    text = f"def {name}({', '.join(parameters)}): return {owner}({arguments[0]}).{name}({arguments[1]})"
    made = ast.parse(text).body[0]
    assert isinstance(made, ast.FunctionDef)
    placed(made, method)
    return made


def placed(made: ast.FunctionDef, function: ast.FunctionDef) -> None:
    """Puts what is made of a function onto the line on which that returns."""
    last = next((s for s in reversed(function.body) if isinstance(s, ast.Return)), function)
    for part in ast.walk(made):
        if hasattr(part, "lineno"):
            part.lineno = last.lineno


def _all(function: ast.FunctionDef) -> list[str]:
    return [arg.arg for arg in [*function.args.posonlyargs, *function.args.args]]


def _taken(function: ast.FunctionDef) -> tuple[list[str], dict[str, ast.expr]]:
    """The parameters without a default, and those that have a number."""
    names, defaults = _all(function), function.args.defaults
    needed = len(names) - len(defaults)
    return names[:needed], {n: v for n, v in zip(names[needed:], defaults, strict=True) if _number(v)}


def _fields(node: ast.ClassDef) -> tuple[list[str], dict[str, ast.expr]]:
    """The fields of a dataclass without a default, and those that have a number."""
    if not any("dataclass" in ast.unparse(d) for d in node.decorator_list):
        return [], {}
    fields = {s.target.id: s.value for s in node.body
              if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)}  # fmt: skip
    return [n for n, v in fields.items() if v is None], {n: v for n, v in fields.items() if v and _number(v)}


def _number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)

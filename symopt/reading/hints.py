"""What the text of functions tells of their arguments: which are matrices, tuples, dicts, objects of a class, lists."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

LAYERS = 2  # of a list of (W, b), where no text tells how many there are
DIGITS = "0123456789"


@dataclass(frozen=True)
class Group:
    """An argument that is a tuple or (keyed) a dict of arrays, or (record) an object of a class; "" of none known."""

    names: tuple[str, ...]
    keys: tuple[str, ...] = ()
    keyed: bool = False
    record: str | None = None

    def extended(self, key: str) -> Group:
        keys = tuple(dict.fromkeys((*self.keys, *([key] if key else []))))
        return Group(keys, keys, True, self.record)


@dataclass
class Hints:
    """What the text of functions tells of their arguments."""

    names: set[str] = field(default_factory=set)
    dimensions: dict[str, int] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    transposed: set[str] = field(default_factory=set)  # w of w1, w2, … of which one is transposed
    records: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what the objects of a class hold
    loops: dict[str, ast.Tuple] = field(default_factory=dict)  # arguments that are lists of tuples

    def matrix(self, name: str) -> bool:
        """Whether an array is likely to be a matrix: X and W1 by their capital letter, w1 where w2.T stands."""
        return name[:1].isupper() or (name[-1:].isdigit() and name.rstrip(DIGITS) in self.transposed)

    def numbers(self, name: str) -> bool:
        """Whether an argument may be a vector of numbers that is unpacked: `a, b = p`."""
        group = self.groups.get(name)
        return group is not None and bool(group.names) and not group.keyed and not set(group.names) & set(self.groups)

    def many(self) -> bool:
        """Whether there are more matrices than sizes that are all different."""
        known = {name for group in self.groups.values() for name in group.names} | self.names
        matrices = set(filter(self.matrix, known))
        numbered = {name.rstrip(DIGITS).lower() for name in matrices if name[-1].isdigit()}
        matrices |= {name for name in known if name[-1:].isdigit() and name.rstrip(DIGITS).lower() in numbered}
        return len(matrices - {"X", "Y"}) >= 3

    @classmethod
    def of(cls, nodes: Iterable[ast.AST], names: Iterable[str]) -> Hints:
        names = set(names)
        found = cls(names)
        for node in nodes:
            for part in ast.walk(node):
                found.add(part, names)
        for name, target in found.loops.items():
            found.taken_apart(name, target)
        for node in nodes:
            if isinstance(node, ast.FunctionDef):
                for arg in node.args.args:
                    of = "" if arg.annotation is None else ast.unparse(arg.annotation).strip("'\"")
                    if arg.arg in names and of in found.records:
                        found.groups[arg.arg] = Group(found.records[of], found.records[of], True, of)
        return found

    def needs(self, name: str, key: str, record: bool) -> bool:
        """Takes an argument for one that has a part; False if it had it."""
        of = next((of for of, parts in self.records.items() if key in parts), "") if record else None
        before = self.groups.get(name, Group((), (), True, of))
        now = Group(self.records[of], self.records[of], True, of) if of and not before.keys else before.extended(key)
        self.groups[name] = now
        return now != before

    def taken_apart(self, name: str, target: ast.Tuple | ast.List) -> None:
        """Takes an argument for a tuple of what it is unpacked into, one in another."""
        parts = []
        for k, part in enumerate(target.elts):
            parts.append(part.id if isinstance(part, ast.Name) else f"{name}_{k}")
            if isinstance(part, (ast.Tuple, ast.List)):
                self.taken_apart(parts[-1], part)
            elif not isinstance(part, ast.Name):
                return
        self.groups.setdefault(name, Group(tuple(parts)))

    def add(self, part: ast.AST, names: set[str]) -> None:
        if isinstance(part, ast.ClassDef):
            words = [ast.unparse(d).split("(")[0].split(".")[-1] for d in (*part.decorator_list, *part.bases)]
            if {"dataclass", "NamedTuple"} & set(words):
                self.records[part.name] = tuple(
                    s.target.id for s in part.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
                    and not (s.value is not None and ast.unparse(s.annotation) in ("int", "str", "bool")))  # fmt: skip
        elif isinstance(part, ast.Assign) and isinstance(part.value, ast.Call) and len(part.value.args) > 1 and (
            ast.unparse(part.value.func).endswith("namedtuple") and isinstance(part.targets[0], ast.Name)):  # fmt: skip
            with suppress(ValueError):
                given = ast.literal_eval(part.value.args[1])
                fields = given.replace(",", " ").split() if isinstance(given, str) else given
                self.records[part.targets[0].id] = tuple(fields)
        if isinstance(part, ast.Assign) and isinstance(part.targets[0], (ast.Tuple, ast.List)):
            target, value = part.targets[0], part.value
            if isinstance(value, ast.Attribute) and value.attr == "shape" and isinstance(value.value, ast.Name):
                self.dimensions.setdefault(value.value.id, len(target.elts))
            if isinstance(value, ast.Name) and value.id in names:
                self.taken_apart(value.id, target)
        elif isinstance(part, (ast.For, ast.comprehension)):
            each = part.target.elts[-1] if isinstance(part.target, ast.Tuple) else part.target
            each = each if isinstance(each, ast.Tuple) else part.target  # for k, (W, b) in enumerate(layers)
            words = [word.id for word in ast.walk(part.iter) if isinstance(word, ast.Name) and word.id in names]
            if isinstance(each, ast.Tuple) and len(words) == 1 and "zip" not in ast.unparse(part.iter):
                copies: list[ast.expr] = []
                for k in range(1, LAYERS + 1):
                    copies.append(ast.parse(ast.unparse(each), mode="eval").body)
                    for e in ast.walk(copies[-1]):
                        if isinstance(e, ast.Name):
                            e.id += str(k)
                if words[0] not in self.groups and all(isinstance(e, ast.Name) for e in each.elts):
                    self.loops.setdefault(words[0], ast.Tuple(copies))
        elif isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name):
            name, index = part.value.id, part.slice
            if isinstance(index, ast.Constant) and isinstance(index.value, str):
                before = self.groups.get(name)
                keys = before.keys if before is not None and before.keyed else ()
                if index.value not in keys:
                    keys = (*keys, index.value)
                if isinstance(part.ctx, ast.Load) and name in names:
                    self.groups[name] = Group(tuple(keys), tuple(keys), True)
            elif isinstance(index, ast.Tuple) and not any(
                (isinstance(e, ast.Constant) and e.value in (None, ...)) or ast.unparse(e).endswith("newaxis")
                for e in index.elts
            ):  # fmt: skip
                self.dimensions.setdefault(name, len(index.elts))
        elif isinstance(part, ast.Attribute) and part.attr == "T":
            of = part.value.slice if isinstance(part.value, ast.Subscript) else part.value
            word = of.id if isinstance(of, ast.Name) else of.value if isinstance(of, ast.Constant) else ""
            if isinstance(word, str) and word[-1:].isdigit():
                self.transposed.add(word.rstrip(DIGITS))

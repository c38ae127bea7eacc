"""Classes of a file, their objects, and what stands under a name of anything."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
from sympy import Expr

from symopt.reading.added import is_function
from symopt.reading.exact.arrays import Exact, array
from symopt.reading.exact.chosen import METHODS, Chosen
from symopt.reading.exact.values import MAX_SIZE, exact, is_scalar
from symopt.reading.letters import Generator, drawing
from symopt.reading.names import Scope, mutates
from symopt.reading.packages.named import At, attribute
from symopt.reading.packages.objects import Default, Partial, Record, Ufunc, items
from symopt.reading.packages.python import unlike
from symopt.reading.source import Unreadable
from symopt.reading.walk.calls import Calls
from symopt.reading.walk.objects import (
    MISSING,
    Class,
    Factory,
    Function,
    Imported,
    Instance,
    NeedsVector,
    Super,
)
from symopt.reading.words import said

OF_VECTORS = "shape size ndim T sum dot mean reshape max min prod std var cumsum argmax argmin".split()
SAME = "copy item conj conjugate detach numpy double float clone tolist cpu".split()  # of a number: itself
CONTAINERS: dict[type, tuple[list[str], list[str]]] = {  # what only looks at a container, what changes it
    list: ("copy index count".split(), "append extend insert pop reverse remove clear".split()),
    dict: ("get items keys values copy".split(), "update setdefault pop clear".split()),
    set: (["copy"], "add discard remove update".split()),
    str: ("lower upper strip lstrip rstrip startswith endswith split replace join title".split(), []),
}
BINARY = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split()
SPECIAL = {  # the methods that are called where Python calls them, or whose use is refused
    f"__{name}__" for name in [
        *BINARY, *(f"r{name}" for name in BINARY), *(f"i{name}" for name in BINARY),
        *"init post_init call iter getitem neg pos invert repr str format hash doc".split(),
        *"next len contains setitem delitem bool abs float int eq ne lt le gt ge enter exit getattr".split(),
    ]
}  # fmt: skip
NUMBERS = {"float", "int", "Number", "Real", "floating", "integer", "bool", "float64"}
KINDS = NUMBERS | set("list tuple dict set str NoneType ndarray Tensor Array".split())
PLAIN_BASES = {"object", "ABC", "Protocol", "NamedTuple", "Generic", "Module"}


class Classes(Calls):
    def class_of(self, node: ast.ClassDef, scope: Scope) -> Any:
        inner = Scope(outer=scope, body=True)
        bases, plain = [], []
        for base in node.bases:
            word = ast.unparse(base).split("[")[0].split(".")[-1]
            if word in PLAIN_BASES or is_function(node):
                plain.append(word)
            elif not isinstance(known := self.value(base, scope), Class):
                raise Unreadable(f"the base class {word}")
            else:
                bases.append(known)
        found = Class(node.name, inner.names, bases)
        words = [ast.unparse(d).split("(")[0].split(".")[-1] for d in node.decorator_list]
        if set(words) - {"dataclass", "runtime_checkable"}:
            raise Unreadable(f"the decorator @{words[0]}")
        if node.keywords:
            raise Unreadable("a metaclass")
        options = {k.arg for d in node.decorator_list if isinstance(d, ast.Call) for k in d.keywords}
        if options & {"init", "kw_only"}:
            raise Unreadable(f"a dataclass with {sorted(map(str, options))[0]}=")
        fields = {name: d for base in reversed(bases) for name, d in (base.fields or {}).items()}
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                if re.fullmatch("__.*__", part.name) and part.name not in SPECIAL:
                    raise Unreadable(f"the method {part.name} of a class")
                if any(ast.unparse(d).endswith((".setter", ".deleter")) for d in part.decorator_list):
                    raise Unreadable("a property that is set")
                function = self.defined(part, inner, f"{node.name}.{part.name}")
                function.home = found
                inner.names[part.name] = self.decorated(part, function, scope)
            elif (
                isinstance(part, ast.AnnAssign)
                and isinstance(part.target, ast.Name)
                and not re.match(r"([\w.]+\.)?(ClassVar|InitVar)\b", ast.unparse(part.annotation))
            ):
                value = MISSING if part.value is None else self.field(part.value, inner)
                if isinstance(part.value, ast.Call) and "init=False" in ast.unparse(part.value).replace(" ", ""):
                    if isinstance(value, Factory):
                        raise Unreadable(ast.unparse(part.value))
                else:
                    fields[part.target.id] = value
                if value is not MISSING and not isinstance(value, Factory):
                    inner.names[part.target.id] = value
            else:
                self.block([part], inner)
        if "dataclass" in words or "NamedTuple" in plain:
            found.fields, found.listed = fields, "NamedTuple" in plain
        self.freeze([v for v in inner.names.values() if not isinstance(v, Function)])
        return found

    def field(self, node: ast.expr, scope: Scope) -> Any:
        """The default of a dataclass's field."""
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "field":
            if "kw_only" in {keyword.arg for keyword in node.keywords}:
                raise Unreadable(ast.unparse(node))
            for keyword in node.keywords:
                if keyword.arg == "default":
                    return self.value(keyword.value, scope)
                if keyword.arg == "default_factory":
                    return Factory(self.value(keyword.value, scope))
            return MISSING
        return self.value(node, scope)

    def attribute(self, owner: Any, name: str) -> Any:
        """What an object, a class, a module or an array has under a name."""
        if isinstance(owner, Imported):
            return exact(self.usable(self.member(owner.path, name)))
        if isinstance(owner, (Instance, Class)):
            return self.own_attribute(owner, name)
        if isinstance(owner, Super):
            known = next((of.names[name] for of in owner.behind if name in of.names), MISSING)
            if known is MISSING and name in ("__init__", "__post_init__"):
                return lambda *_, **__: None
            method = self.usable(known)
            if not isinstance(method, Function):
                raise Unreadable(f"super().{name}")
            return method.of(owner.me)
        if isinstance(owner, (Ufunc, At)):
            return owner.method(name)
        if isinstance(owner, Generator):
            with suppress(KeyError):
                return drawing(name)
        if isinstance(owner, Record) and name in owner.fields:
            return owner.fields[name]
        if isinstance(owner, slice) and name in ("start", "stop", "step"):
            return getattr(owner, name)
        if isinstance(owner, Chosen):
            if name not in METHODS:
                raise Unreadable(f"the attribute .{name} of entries that conditions choose")
            return getattr(owner, name)
        if is_scalar(owner) and not isinstance(owner, Exact):
            if name in OF_VECTORS and owner in self.variables and not self.vector:
                raise NeedsVector(None)
            if name in SAME:
                return lambda *_, **__: owner
            return owner if name == "real" else self.of_array(owner, name)
        if isinstance(owner, Exact):
            written = self.written("torch").names.get(name) if self.source.tensors else None
            if written is None and self.source.tensors and mutates(name) and name.endswith("_"):
                return partial(self.in_place, owner, name.removesuffix("_"))
            if written is None:
                return self.of_array(owner, name)
            found = Partial(self.call, written, (owner,), {})
            return found if self.source.tensors == "torch" else partial(self.either, owner, name, found)
        for of, (reading, changing) in CONTAINERS.items():
            if type(owner) in (of, Default) and isinstance(owner, of) and name in (*reading, *changing):
                return self.of_container(owner, name, name in changing)
        raise Unreadable(f"the attribute .{name} of {said(owner)}")

    def in_place(self, owner: Exact, name: str, *arguments: Any, **options: Any) -> Exact:
        """A method of torch that puts into a tensor what the one without a line at its end gives."""
        plain = {"copy": lambda u: u, "fill": lambda u: u, "zero": lambda: 0}
        new = plain[name] if name in plain else self.attribute(owner, name)
        value = array(self.call(new, list(arguments), options))
        self.become(owner, value if value.shape == owner.shape else np.broadcast_to(value, owner.shape, subok=True))
        return owner

    def either(self, owner: Exact, name: str, found: Any, *arguments: Any, **options: Any) -> Any:
        """A method in a file with numpy and torch: numpy's where a tensor has the same, else one that no array has."""
        if hasattr(np.ndarray, name):
            if name not in ("max", "min", "flatten") or arguments or options:
                raise Unreadable(f".{name} of an array of numpy or of a tensor; write np.{name} or torch.{name}")
            return attribute(owner, name, False)()
        return found(*arguments, **options)

    def of_array(self, owner: Any, name: str) -> Any:
        try:
            return attribute(array(owner), name, bool(self.source.tensors))
        except Unreadable:
            looking, _ = CONTAINERS[dict]
            self.parted(owner, "" if name in looking else name, name not in looking)
            raise

    def of_container(self, owner: Any, name: str, changes: bool) -> Any:
        """A method of Python's own lists, dicts, sets and texts."""
        if changes:
            self.may_change(owner, f".{name}")
        if isinstance(owner, set):
            return lambda *parts: getattr(owner, name)(
                *(unlike([*p]) if name == "update" else unlike([p]).pop() for p in parts)
            )
        if (
            name in ("index", "count", "remove")
            and isinstance(owner, list)
            and not all(isinstance(v, (int, str)) for v in owner)
        ):
            raise Unreadable(f".{name} of what is not known")
        if len(owner) > MAX_SIZE:
            raise Unreadable("a list that grows without end")
        word = getattr(owner, name)
        if name == "extend":
            return lambda more: owner.extend(items(more))
        return word

    def own_attribute(self, owner: Instance | Class, name: str) -> Any:
        """What an object or a class of the file has under a name."""
        of, me = (owner.of, owner) if isinstance(owner, Instance) else (owner, None)
        if me is not None and name in me.names:
            if id(me.names) in self.frozen and (id(me.names), name) not in self.set_now:
                self.reads.add(f"{of.name}.{name}")
            return self.usable(me.names[name])
        found = self.usable(of.find(name))
        if found is MISSING and name == "__call__":  # of a module of torch
            found = self.usable(of.find("forward"))
        if found is MISSING:
            raise Unreadable(f"the attribute .{name} of {of.name}")
        if not isinstance(found, Function):
            if me is not None and id(me.names) in self.frozen:
                self.reads.add(f"{of.name}.{name}")
            return found
        words = {ast.unparse(d).split(".")[-1] for d in getattr(found.node, "decorator_list", [])}
        if "classmethod" in words:
            return found.of(of)
        if me is None or "staticmethod" in words:
            return found
        if not words & {"property", "cached_property"}:
            return found.of(me)
        if "cached_property" in words and any(self.top.effects.known[found.node]):
            raise Unreadable(f"the cached property .{name}, which changes something")
        value = self.call(found.of(me), [], {})
        if "cached_property" in words and id(me.names) not in self.frozen:
            me.names[name] = value
        return value

    def parent(self, scope: Scope) -> Super:
        """super(): the object as one of the classes behind that in which the method stands."""
        holder = scope.holder("__class__")
        home = holder.names["__class__"] if holder is not None else None
        me = next(iter(v for n, v in holder.names.items() if n != "__class__"), None) if holder is not None else None
        if not isinstance(home, Class) or not isinstance(me, (Instance, Class)):
            raise Unreadable("super()")
        order = (me.of if isinstance(me, Instance) else me).order
        return Super(me, order[order.index(home) + 1 :])

    def is_instance(self, value: Any, node: ast.expr, scope: Scope) -> bool:
        words = set()
        for part in node.elts if isinstance(node, ast.Tuple) else [node]:
            word = ast.unparse(part).split(".")[-1]
            if word not in KINDS and not isinstance(self.value(part, scope), Class):
                raise Unreadable(f"isinstance(…, {ast.unparse(part)})")
            words.add(word)
        if isinstance(value, (list, tuple, dict, str, type(None))):
            return type(value).__name__ in words
        if isinstance(value, Exact) and value.ndim:
            return bool(words & {"ndarray", "Tensor", "Array"})
        if isinstance(value, Instance):
            if value.of.listed and "tuple" in words:
                return True
            return any(of.name in words for of in value.of.order)
        if is_scalar(value) and not words & NUMBERS:
            return False
        if type(value) in (int, bool) and not words & {"floating", "integer", "float64"}:
            return bool(words & {"Number", "Real", "int", "bool"} - ({"bool"} if type(value) is int else set()))
        if isinstance(value, Expr) and words & {"float", "Number", "Real"}:
            return True
        raise Unreadable("isinstance of a number")

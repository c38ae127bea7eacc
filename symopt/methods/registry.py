"""Every method by name: the table of formulas, and the files of this folder. Specs to methods and back."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields
from functools import cache
from importlib import import_module
from inspect import getdoc
from operator import attrgetter
from pkgutil import iter_modules
from typing import Any

import numpy as np

from symopt.errors import ExpressionError, MethodError, did_you_mean, named, public
from symopt.expression import formula as read_formula
from symopt.expression import number, plain_name, split
from symopt.methods.base import AUTO, BEST, Method, known
from symopt.methods.rule import FORMULAS, Named, Rule
from symopt.notebook import Listing

MEANT = {
    **dict.fromkeys(("grad", "gradient", "gg", "g", "df", "dx", "nabla"), ("g", "the gradient")),
    **dict.fromkeys(("hess", "hessian", "h", "ddf", "hh"), ("h", "the Hessian")),
    **dict.fromkeys(("eta", "rate", "step", "learning_rate"), ("lr", "the learning rate")),
}


@cache
def registered() -> dict[str, Named | type[Method]]:
    """Every registered method by its name, formulas first; a name given twice is a mistake and raises."""
    found: dict[str, Named | type[Method]] = {}
    package = __package__ or "symopt.methods"
    modules = [
        import_module(f"{package}.{module.name}")
        for module in iter_modules(import_module(package).__path__)
        if not module.name.startswith("_")
    ]
    classes = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Method) and value.__module__ == module.__name__ and value.name
    ]
    entries: list[Named | type[Method]] = [*FORMULAS, *classes]
    for entry in entries:
        for name in (entry.name, *entry.aliases):
            if name in _names(found):
                raise ValueError(f"two methods are called {name}")
        found[entry.name] = entry
    return found


@public
def methods() -> Listing[Named]:
    """Every method, formulas first: records with name, formula, defaults, reference, for and against.

    >>> [method.name for method in symopt.methods()][:3]
    ['gd', 'sgd', 'newton']
    """
    return Listing(map(_named, registered().values()), ("method", "formula"), attrgetter("name", "formula"))


def _named(entry: Named | type[Method]) -> Named:
    """An entry of the registry as a row of the table, whether it is a formula or code."""
    if isinstance(entry, Named):
        return entry
    formula, _, about = (getdoc(entry) or "").partition("\n")
    own = entry()
    return Named(entry.name, formula, own.parameters, about.strip(), own.reference, own.pro, own.contra, own.aliases)


def _names(entries: dict[str, Any]) -> dict[str, str]:
    """Names and aliases, each with the name it stands for."""
    return {word: name for name, entry in entries.items() for word in (name, *entry.aliases)}


def find(word: str) -> str | None:
    """The registered name that a word means: a name, an alias, or a prefix of just one method's names."""
    names = _names(registered())
    word = word.strip().lower().replace("_", "-")
    if word in names:
        return names[word]
    matches = {name for alias, name in names.items() if len(word) > 1 and alias.startswith(word)}
    return matches.pop() if len(matches) == 1 else None


def unknown(word: str, more: str = "") -> MethodError:
    """The error for a word that is no method's name: the methods that it begins, or the nearest name, and more."""
    names = _names(registered())
    several = sorted({name for alias, name in names.items() if alias.startswith(word.strip().lower())})
    near = did_you_mean(word.strip(), names)
    shell = ""
    if word.strip() and len(several) > 1:
        hint = "it could be " + " or ".join(several)
    elif near:
        hint = f"did you mean {near}?"
    else:
        hint, shell = "symopt.methods() lists them", f"symopt methods lists them{more}"
    return MethodError(f"unknown method {word.strip()!r}", hint + more, shell=shell)


@public
def method(spec: str | Method, seed: int = 0) -> Method:
    """The method of a spec `HEAD[:name=value,…]`: a registered name, or a formula as text.

    Raises MethodError for an unknown name or parameter, ExpressionError for a formula that cannot be read.

    >>> symopt.method("gd:lr=1/64").parameters
    {'lr': 0.015625}
    >>> symopt.method("x - g/(h + sqrt(abs(g)))").name
    'x - g/(h + sqrt(abs(g)))'
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise MethodError(f"a seed is a whole number from 0, not {named(seed)}", "for example seed=1")
    if isinstance(spec, Method):
        for word, value in spec.parameters.items():
            if isinstance(value, np.ndarray):
                raise MethodError(f"{word} of {spec.name} is one number, not several", "walk once with each of them")
        return spec
    if not isinstance(spec, str):
        raise MethodError(f"a method is a text such as 'gd:lr=1/64', not {named(spec)}", "for example 'newton'")
    head, values = _cut(spec)
    name = find(head)
    given = _settings(spec, values)
    if name is None:
        return _own(head, spec, given, seed)
    entry = registered()[name]
    if isinstance(entry, Named):
        defaults = dict(entry.defaults)
        return _rule(name, entry.formula, defaults, spec, given, seed)
    words = {field.name: field for field in fields(entry)}
    if "batch" in given:
        raise MethodError(f"{name} takes no batches", "methods that are formulas do: sgd, momentum, adam, …")
    known(name, given, words)
    missing = [w for w, f in words.items() if w not in given and f.default is MISSING]
    if missing:
        raise MethodError(f"{name} needs a value for {', '.join(missing)}", f"write {name}:{missing[0]}=1")
    built: dict[str, Any] = {w: _typed(name, w, words[w].default, v) for w, v in given.items()}
    if "seed" in words and "seed" not in given:
        built["seed"] = seed
    return entry(**built)


def settings(spec: str) -> dict[str, Any]:
    """The parameters that a spec sets itself, with their values."""
    return _settings(spec, _cut(spec)[1])


def _typed(name: str, word: str, default: Any, value: Any) -> Any:
    """A whole number where the parameter is one."""
    if isinstance(default, int) and not isinstance(default, bool) and not isinstance(value, str):
        if value != int(value):
            raise MethodError(
                f"{word} of {name} is a whole number, not {value}", f"for example {name}:{word}={default}"
            )
        if word == "seed" and value < 0:
            raise MethodError(f"the seed {int(value)} is negative", "seeds are whole numbers from 0")
        return int(value)
    return value


def _own(head: str, spec: str, given: dict[str, Any], seed: int) -> Method:
    """The user's own formula, or an error that knows whether a name was meant."""
    if head.strip() and all(c.isalpha() or c in "-_ " for c in head) and "x" not in re.findall(r"\w+", head):
        raise unknown(head, " (a formula looks like x - lr*g)")
    rule = read_formula(head)
    defaults = {"lr": AUTO, "alpha": AUTO, "beta": 0.9, "b1": 0.9, "b2": 0.999, "eps": AUTO, "fmin": 0.0}
    missing = [word for word in rule.parameters if word not in given and word not in defaults]
    if missing:
        example = ",".join(f"{word}=1" for word in missing)
        place = re.search(rf"\b{missing[0]}\b", spec)
        meant = MEANT.get(missing[0].lower())
        hint = f"{meant[0]} is {meant[1]}; or give it one: " if meant else "write "
        raise MethodError(
            f"the formula needs a value for {', '.join(missing)}", f'{hint}"{rule.text}:{example}"',
            spec if place else "", *(place.span() if place else ()),
        )  # fmt: skip
    return _rule(rule.text, rule.text, defaults, spec, given, seed)


def _rule(name: str, text: str, defaults: dict[str, Any], spec: str, given: dict[str, Any], seed: int) -> Rule:
    """A formula with its parameters in order; `batch` is one of all, `seed` where something is drawn."""
    formula = read_formula(text)
    batch = _batch(name, given.get("batch", defaults.get("batch", 0)), "batch" in given)
    seeded = ("seed",) if "noise" in formula.names or batch else ()
    known(name, given, (*formula.parameters, "batch", *seeded))
    values = tuple((word, given.get(word, defaults.get(word))) for word in formula.parameters)
    return Rule(name, formula.text, values, _typed(name, "seed", 0, given.get("seed", seed)) if seeded else 0, batch)


def _batch(name: str, value: Any, typed: bool) -> int:
    """How many terms a step looks at."""
    if isinstance(value, str) or value != int(value) or (typed and value < 1):
        raise MethodError(
            f"batch of {name} is a whole number from 1, not {value if isinstance(value, str) else format(value, 'g')}",
            f"for example {name}:batch=32",
        )
    return int(value)


def _cut(spec: str) -> tuple[str, str | None]:
    """HEAD and settings: the last top-level colon splits."""
    pieces = split(spec, ":")
    if len(pieces) == 1:
        return spec.strip(), None
    begin, settings = pieces[-1]
    return spec[: begin - 1].strip(), settings


def _settings(spec: str, typed: str | None) -> dict[str, Any]:
    """name=value pairs; values are constant expressions, `auto`, or `best` for lr."""
    given: dict[str, Any] = {}
    if typed is None:
        return given
    base = len(spec) - len(typed)
    for begin, piece in split(typed):
        name, equals, value = piece.partition("=")
        place = base + begin
        if not equals or not name.strip():
            raise ExpressionError("settings are name=value, separated by commas", "for example gd:lr=1/64", spec,
                                  place, place + len(piece))  # fmt: skip
        word = plain_name(name.strip())
        if word in given:
            raise ExpressionError(f"{word} is set twice", "each parameter once", spec, place, place + len(piece))
        given[word] = _value(spec, word, value, place + len(name) + 1)
    return given


def _value(spec: str, word: str, text: str, begin: int) -> Any:
    if text.strip() == AUTO or (text.strip() == BEST and word == "lr"):
        return text.strip()
    if text.strip() == BEST:
        raise ExpressionError(f"only lr can be best, {word} takes a number or auto", f"for example {word}=auto",
                              spec, begin, begin + len(text))  # fmt: skip
    try:
        return number(text)
    except ExpressionError as error:
        if error.text != text:
            raise
        if changing := _changing(spec, word, text):
            error.hint, error.shell = f'what changes stands in the formula: write "{changing}"', ""
        raise error.within(spec, begin) from None


def _changing(spec: str, word: str, text: str) -> str:
    """A spec whose formula has in a parameter's place what somebody set it to, as lr/sqrt(t); "" where it has not."""
    head, settings = _cut(spec)
    entry = registered().get(find(head) or "")
    own = entry.formula if isinstance(entry, Named) else head
    if not (entry is None or isinstance(entry, Named)) or not re.search(r"\b(t|epoch|lr)\b", text):
        return ""
    kept = [piece for _, piece in split(settings or "") if piece.partition("=")[0].strip() != word]
    known = {piece.partition("=")[0].strip() for piece in kept}
    fixed = entry.defaults if isinstance(entry, Named) else {}
    kept += [f"{name}={value}" for name, value in fixed.items() if value != AUTO and name not in {*known, word}]
    formula, found = re.subn(rf"\b{re.escape(word)}\b", lambda _: f"({text.strip()})", own)
    return ":".join([formula, *filter(None, [",".join(kept)])]) if found else ""


def values(word: str, text: str) -> list[Any]:
    """Several values of one parameter, separated by commas: constant expressions, `auto`, or `best` for lr."""
    return [_value(text, word, piece, begin) for begin, piece in split(text)]


@public
def spec(method: Method) -> str:
    """The text of a method, complete: `method(spec(m)) == m`. Raises MethodError for what is no method.

    >>> symopt.spec(symopt.method("momentum:lr=0.1"))
    'momentum:beta=0.9,lr=0.1'
    """
    if not isinstance(method, Method):
        raise MethodError(f"spec writes a method as text, not {named(method)}", "method('gd') is one")
    head = method.name
    values = [
        value if isinstance(value, str) else repr(value).removesuffix(".0") for value in method.parameters.values()
    ]
    settings = ",".join(f"{word}={value}" for word, value in zip(method.parameters, values, strict=True))
    return f"{head}:{settings}" if settings else head

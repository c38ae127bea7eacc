"""An oracle for code that runs where no call is seen: programs in which a property, an operator, a class changes state.

    python -m tests.kit.unseen [first [last]]     the programs of these numbers, those judged falsely with their text

A program has a state (an array, a list, a dict, an object, a global name), code that changes it, and what sets that
code off (tests/data/unseen.txt), also by another name, from a function, a loop or a block. f(x) = s·x², s being what is
seen of the state. Python alone tells s; then `check` is asked about 2·s·x and about other factors. Where s is another
at each call, no factor is right.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import textwrap
import types
import warnings
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from symopt.checking.source.trios import check_source
from symopt.errors import SymoptError
from symopt.reading.source import read_text
from tests.kit.executed import brief

CARRIERS = Path(__file__).parents[1] / "data" / "unseen.txt"
HEAD = "import collections, functools, itertools, math, operator\nimport numpy as np\n"
BOX = "class Box:\n    v = 1.0\n    def __init__(self):\n        self.w = 2.0\n"
STATES = {  # how it is made, what is seen of it, what changes it: S stands for it
    "W": ("W = np.array([1.0, 2.0])", ["W[0]", "np.sum(W)", "W[1]"],
          ["S[0] = 3.0", "S[:] = S + 1.5", "np.add(S, 1, out=S)", "S.fill(2.5)", "np.copyto(S, 4.0)", "S[1] *= 3",
           "S.__setitem__(0, 6.0)", "np.multiply(S, 2.0, S)", "np.put(S, 0, 9.0)"]),
    "L": ("L = [1.0, 2.0]", ["L[0]", "sum(L)", "len(L)", "L[-1]"],
          ["S[0] = 3.0", "S.append(4.0)", "S.extend([2.0, 3.0])", "S.insert(0, 7.0)", "S.pop()", "S[1] += 1.0",
           "del S[0]", "S[:] = [5.0, 6.0]", "S.reverse()", "S.__iadd__([8.0])"]),
    "D": ("D = {'a': 1.0}", ["D['a']", "sum(D.values())", "len(D)"],
          ["S['a'] += 2.0", "S.update(a=5.0)", "S['b'] = 3.0", "S.setdefault('c', 4.0)", "S.update({'a': 9.0})"]),
    "O": (f"{BOX}O = Box()", ["O.v", "O.w", "O.v + O.w"],
          ["S.v = 5.0", "S.w += 1.0", "setattr(S, 'v', 7.0)", "S.__dict__['w'] = 9.0", "vars(S)['w'] = 8.0",
           "Box.v = 4.0", "type(S).v = 6.0", "S.__class__.v += 2.0", "object.__setattr__(S, 'w', 3.5)"]),
    "G": ("G = 1.0", ["G", "2*G"], ["global G; G = 3.0", "global G; G += 2.0", "globals()['G'] = 4.0"]),
}  # fmt: skip
OPERATORS = {"O": "setitem(O.__dict__, 'w', 4.0)", "G": "setitem(globals(), 'G', 3.0)", "D": "setitem(D, 'a', 4.0)",
             "W": "setitem(W, 0, 5.0)", "L": "iadd(L, [4.0])"}  # fmt: skip
NAMES = {"c": [], "c2": ["c2 = c"], "cs[0]": ["cs = [c]"], "cd['k']": ["cd = {'k': c}"],
         "hold.c": ["class Holder: pass", "hold = Holder()", "hold.c = c"],
         "get()": ["def get(): return c"]}  # fmt: skip
PLACES = ["def run():\n{}\nrun()", "for _i in range(2):\n{}", "if True:\n{}", "with np.errstate(all='ignore'):\n{}",
          "try:\n{}\nfinally:\n    pass"]  # fmt: skip
FACTORS = (1.0, 2.0, 3.0, 4.0, 5.0)


@cache
def carriers() -> list[tuple[str, str, list[str]]]:
    """Name, definitions, and what sets their code off."""
    parts = re.split(r"^# %% ", CARRIERS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        name, _, text = part.partition("\n")
        code, _, by = text.partition("\n# -- by\n")
        found.append((name, code, [line.replace(r"\n", "\n") for line in by.splitlines()]))
    return found


def word_of(name: str) -> str:
    return rf"\b{name}\b"


def program(number: int) -> str:
    """A program by its number, without the derivative."""
    random = np.random.default_rng(number)

    def one(some: Sequence[str]) -> str:
        return some[random.integers(len(some))]

    _, code, by = carriers()[number % len(carriers())]
    state = one(list(STATES))
    made, seen, effects = STATES[state]
    effect, sets_off, look = one(effects), one(by), one(seen)
    own = "EFFECT" in code and state != "G" and random.random() < 0.4  # the object holds the state
    outer = re.sub(word_of("S"), state, effect)
    inner = re.sub(word_of("S"), "self.s", effect) if own else outer
    lines = [made]
    if random.random() < 0.25:
        lines.append(f"def bump():\n    {outer}")
        outer, inner = "bump()", inner if own else "bump()"
    here = outer.removeprefix("global G; ")
    words = {"EFFECT": inner, "OUTER": outer, "HERE": here, "OPERATOR": OPERATORS[state], "OWN": state if own else ""}
    for word, text in words.items():
        code, sets_off = (part.replace(word, text) for part in (code, sets_off))
    lines.append(code)
    if "OBJECT" in sets_off:
        name = one(list(NAMES)) if random.random() < 0.5 and "OBJECT +=" not in sets_off else "c"
        lines += [f"c = C({state if own else ''})", *NAMES[name]]
        sets_off = sets_off.replace("OBJECT", name)
    if random.random() < 0.4 and "global" not in sets_off:
        sets_off = one(PLACES).format(textwrap.indent(sets_off, "    "))
    loss = [f"def f(x): return ({look})*x**2"]
    how = random.integers(8)
    if how == 0:
        lines, loss, sets_off = [*lines, sets_off], [f"K = {look}", "def f(x): return K*x**2"], ""
    elif how == 1:
        loss = [f"def look(): return {look}", "def f(x): return look()*x**2"]
    elif how == 2 and state != "G":
        loss = [f"def f(x, s={state}): return ({re.sub(word_of(state), 's', look)})*x**2"]
    lines += [*loss, sets_off] if how in (3, 4) else [sets_off, *loss]
    return HEAD + "\n".join(line for line in lines if line) + "\n"


def truth(text: str) -> float | None:
    """The factor s of f(x) = s·x², None where calls change it. Raises whatever the program raises."""
    module = types.ModuleType("program")
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        sys.modules["program"] = module
        try:
            exec(compile(text, "program", "exec", dont_inherit=True), module.__dict__)
            values = {float(module.f(x)) / x**2 for x in (1.0, 1.0, 2.0)}
        finally:
            del sys.modules["program"]
    return values.pop() if len(values) == 1 else None


def said(text: str, factor: float) -> str:
    """What `check` says of 2·factor·x: equal, different, undecided or not read."""
    try:
        with brief():
            return check_source(read_text(f"{text}def df(x): return {factor!r}*2*x\n", "program.py")).verdict
    except SymoptError:
        return "not read"


def judged(number: int) -> Counter[str]:
    """How often the verdicts on one program are right, false …, not read or undecided."""
    text = program(number)
    try:
        true = truth(text)
    except Exception as error:
        return Counter([f"Python raises {type(error).__name__}"])
    counts: Counter[str] = Counter()
    others = [factor for factor in FACTORS if factor != true]
    for factor in others[number % 3 :: 2] if true is None else [true, *others[number % 3 :: 2]]:
        word = said(text, factor)
        if word.startswith(("equal", "different")):
            word = "right" if (factor == true) == word.startswith("equal") else f"false {word}"
        counts[word] += 1
    return counts


def main(first: int = 0, last: int = 300) -> None:
    counts: Counter[str] = Counter()
    for number in range(first, last):
        found = judged(number)
        counts += found
        if any(word.startswith("false") for word in found):
            print(f"{number}: {dict(found)}\n{program(number)}", flush=True)
    print(dict(counts))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

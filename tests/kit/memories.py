"""An oracle for what programs compute: random ones with branches, loops, and memory that has several names.

    python -m tests.kit.memories [first [last]]     the programs of these numbers, each that is read wrongly, made short

A program changes arrays, lists, dicts, matrices and objects in place, by views, methods, closures and functions, where
conditions on the variables hold, and gives one number of all of them. It is read on letters, and its value held against
what numpy gives where it is run. Where numpy raises, it should not be read.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections import Counter
from typing import Any

import numpy as np
from sympy import Expr, Rational, Symbol

from symopt.checking.source.read import complete, flat_of
from symopt.errors import SymoptError
from symopt.reading.exact.arrays import array
from symopt.reading.source import read_text
from symopt.reading.walk.objects import NeedsVector
from symopt.reading.walker import Interpreter
from symopt.work import report
from tests.kit.executed import quiet

POINTS = np.array([[1.474, 0.74, 0.282], [-1.375, 0.174, 1.74], [0.125, -0.5, 1.25], [-0.25, 0.75, -1.5]])
HEAD = """import numpy as np
W = np.array([1.0, -0.5, 2.0])
ORDER = np.array([2, 0, 1])
def bump(a, v):
    a[0] += v
    return a.sum()
def scale(a, v=2.0):
    a = a*v
    a[1] = v
    return a
class Box:
    def __init__(self, a, s=1.0):
        self.a, self.s = a, s
        self.log = []
    def grow(self, v):
        self.a[1] += v
        self.s = self.s*2
        self.log.append(v)
        return self
    @property
    def total(self):
        return self.a.sum() + self.s
    def __call__(self, v):
        return self.s*v
    def __iadd__(self, v):
        self.s += v
        return self
    def __add__(self, other):
        return Box(self.a + other, self.s)
"""
# What a word in capitals may be: text with other such words, or a name that the program has for it.
NAMES = "AN_ARRAY A_NUMBER A_LIST A_DICT A_BOX A_MATRIX A_FUNCTION A_TURN".split()
GRAMMAR = {
    "INDEX": ["0", "1", "2", "-1", "-2", "A_TURN", "(A_TURN + 1) % 3", "-A_TURN - 1"],
    "PART": ["[INDEX]", "[INDEX]", "[1:]", "[:2]", "[::2]", "[...]", "[[0, 2]]", "[ORDER]", "[ORDER > 0]",
             "[ARRAY > 0.3]"],
    "SCALAR": ["A_NUMBER", "A_NUMBER", "2", "0.5", "-1.5", "ARRAY[INDEX]", "ARRAY[INDEX]", "ARRAY.sum()",
               "ARRAY.max()", "A_LIST[0]", "A_LIST[-1]", "A_DICT['s']", "A_BOX.s", "A_BOX.total", "A_BOX.a[2]",
               "len(x)"],
    "NUMBER": ["SCALAR", "SCALAR + SCALAR", "SCALAR - SCALAR", "SCALAR*SCALAR", "(SCALAR)**2", "A_BOX(SCALAR)",
               "A_FUNCTION(SCALAR)"],
    "ARRAY": ["AN_ARRAY", "AN_ARRAY", "AN_ARRAY", "A_BOX.a", "A_DICT['a']", "A_MATRIX[INDEX]", "A_MATRIX[:, INDEX]",
              "W"],
    "VECTOR": ["ARRAY", "ARRAY", "ARRAY + ARRAY", "ARRAY*SCALAR", "ARRAY - SCALAR", "ARRAY[::-1]", "ARRAY[:]",
               "ARRAY.copy()", "np.asarray(ARRAY)", "np.array(ARRAY)", "ARRAY.ravel()", "ARRAY.flatten()",
               "ARRAY[ORDER]", "ARRAY.reshape(3, 1)[:, 0]", "np.where(ARRAY > 0.5, ARRAY, SCALAR)", "np.cumsum(ARRAY)",
               "scale(ARRAY)", "np.append(ARRAY[1:], SCALAR)", "np.concatenate([ARRAY[:1], ARRAY[1:]])",
               "np.maximum(ARRAY, SCALAR)", "np.array([SCALAR, SCALAR, SCALAR], dtype=float)",
               "np.outer(ARRAY, ARRAY)[INDEX]", "np.zeros(3)", "np.atleast_1d(ARRAY)",
               "np.broadcast_to(ARRAY, (2, 3))[1]", "np.diag(np.diag(ARRAY))", "ARRAY.T",
               "np.stack([ARRAY, ARRAY], axis=1)[:, 0]", "np.array([v*2 for v in ARRAY])", "(ARRAY)**2"],
    "KNOWN": ["len(x) > 2", "W[1] > 0", "not False", "A_TURN % 2 == 0", "A_TURN == 1"],
    "TEST": ["KNOWN", "x[INDEX] > 0.5", "x[INDEX] < x[INDEX]", "SCALAR > 0.25", "x.sum() < 1", "ARRAY[0] <= ARRAY[1]",
             "x[0] > 0.5 and x[1] < 1", "x[0] > 0.5 or x[2] > 1", "not (SCALAR > 0.25)"],
    "CHANGE": ["AN_ARRAY = VECTOR", "AN_ARRAY = VECTOR", "A_NUMBER = NUMBER", "A_NUMBER += NUMBER",
               "A_NUMBER *= SCALAR", "AN_ARRAYPART = SCALAR", "AN_ARRAYPART += SCALAR", "AN_ARRAYPART *= SCALAR",
               "AN_ARRAY += ARRAY", "AN_ARRAY[::-1] = ARRAY", "AN_ARRAY[...] = ARRAY", "AN_ARRAY *= SCALAR",
               "bump(AN_ARRAY, SCALAR)", "np.add.at(AN_ARRAY, [0, 0], SCALAR)", "np.copyto(AN_ARRAY, ARRAY)",
               "AN_ARRAY.fill(SCALAR)", "np.multiply(AN_ARRAY, SCALAR, out=AN_ARRAY)", "np.put(AN_ARRAY, [1], SCALAR)",
               "A_LIST.append(SCALAR)", "A_LIST[0] = SCALAR", "A_LIST[-1] += SCALAR", "A_LIST = A_LIST[::-1]",
               "A_LIST = A_LIST", "A_LIST += [SCALAR]", "A_LIST.insert(0, SCALAR)", "A_LIST.reverse()",
               "A_LIST[0], A_LIST[-1] = A_LIST[-1], A_LIST[0]", "A_DICT['s'] += SCALAR", "A_DICT['s'] = SCALAR",
               "A_DICT['a'] = VECTOR", "A_DICT = dict(A_DICT)", "A_DICT = A_DICT", "A_DICT.update(s=SCALAR)",
               "A_BOX.grow(SCALAR)", "A_BOX.s = SCALAR", "A_BOX.s *= 2", "A_BOX.a = VECTOR", "A_BOX.a[INDEX] = SCALAR",
               "A_BOX += SCALAR", "A_BOX.a += SCALAR", "A_BOX = A_BOX + ARRAY", "A_MATRIX[INDEX] = ARRAY",
               "A_MATRIX[:, INDEX] += SCALAR", "A_MATRIX[1:, :2] *= SCALAR", "A_MATRIX = A_MATRIX.T",
               "A_MATRIX += ARRAY", "A_MATRIX[ARRAY > 0.4] = SCALAR", "np.fill_diagonal(A_MATRIX, SCALAR)"],
    "LOOP": ["for NEW A_TURN in range(2):", "for NEW A_TURN in range(3):", "for NEW A_TURN in [2, 0]:",
             "for NEW A_TURN in reversed(range(3)):", "for NEW A_TURN, _ in enumerate(ARRAY):"],
    "MADE": ["NEW AN_ARRAY = VECTOR", "NEW AN_ARRAY = VECTOR", "NEW A_NUMBER = NUMBER",
             "NEW A_LIST = [SCALAR, SCALAR]", "NEW A_LIST = list(ARRAY)", "NEW A_DICT = {'a': ARRAY, 's': SCALAR}",
             "NEW A_BOX = Box(ARRAY.copy(), SCALAR)", "NEW A_BOX = Box(AN_ARRAY)", "NEW A_BOX = A_BOX.grow(SCALAR)",
             "NEW A_MATRIX = np.outer(ARRAY, ARRAY)", "NEW A_MATRIX = np.vstack([ARRAY]*3)",
             "NEW A_MATRIX = np.eye(3)*SCALAR", "NEW A_FUNCTION = lambda v, k=SCALAR: v*k + AN_ARRAY[0]",
             "def NEW A_FUNCTION(v):\n    nonlocal number\n    number = number + v\n    return number*2"],
}  # fmt: skip
WORD = re.compile(r"(NEW )?(" + "|".join([*NAMES, *GRAMMAR]) + ")")
GIVEN = {
    "AN_ARRAY": "({0} @ np.array([1.0, 2.0, 3.0]))",
    "A_NUMBER": "{0}*0.7",
    "A_LIST": "sum(v*(i + 1) for i, v in enumerate({0}))",
    "A_DICT": "{0}['s']*1.3 + {0}['a'] @ W",
    "A_BOX": "{0}.s*1.7 + {0}.a @ W + len({0}.log)",
    "A_MATRIX": "W @ {0} @ np.array([1.0, 2.0, 5.0])",
}


class Missing(Exception):
    """A word for which the program has no name yet."""


class Writer:
    """Writes a program by its number."""

    def __init__(self, number: int) -> None:
        self.random = np.random.default_rng(number)
        self.names: dict[str, list[str]] = {name: [] for name in NAMES}
        self.names |= {"AN_ARRAY": ["x", "y"], "A_NUMBER": ["number"]}
        self.lines: list[str] = []

    def one(self, some: list[str]) -> str:
        if not some:
            raise Missing
        return some[self.random.integers(len(some))]

    def text(self, word: str) -> str:
        """What a word of the grammar becomes; names that are new are known from then on."""
        new: list[tuple[str, str]] = []

        def put(found: re.Match[str]) -> str:
            is_new, inner = found.groups()
            if is_new:
                new.append((inner, f"{inner.split('_')[1].lower()}{len(self.lines)}"))
                return new[-1][1]
            return self.one(self.names[inner]) if inner in self.names else self.text(inner)

        while True:
            try:
                found = WORD.sub(put, self.one(GRAMMAR[word]))
                break
            except Missing:
                new.clear()
        for kind, name in new:
            self.names[kind].append(name)
        return found

    def write(self, depth: int, text: str) -> None:
        self.lines += ["    " * depth + line for line in text.split("\n")]

    def block(self, depth: int, most: int) -> None:
        for _ in range(self.random.integers(1, most + 1)):
            self.statement(depth)

    def statement(self, depth: int) -> None:
        """One statement; only the function's own block makes new names."""
        kind = self.random.random()
        if kind < 0.15 and depth < 3:
            self.write(depth, f"if {self.text('TEST')}:")
            self.block(depth + 1, 3)
            if self.names["A_TURN"] and self.random.random() < 0.2:
                self.write(depth + 1, self.one(["break", "continue"]))
            elif depth == 1 and self.random.random() < 0.1:
                self.write(depth + 1, f"return {self.text('NUMBER')}")
            if self.random.random() < 0.2:
                self.write(depth, f"elif {self.text('TEST')}:")
                self.block(depth + 1, 1)
            if self.random.random() < 0.5:
                self.write(depth, "else:")
                self.block(depth + 1, 2)
        elif kind < 0.23 and depth < 3:
            self.write(depth, self.text("LOOP"))
            self.block(depth + 1, 3)
            self.names["A_TURN"].pop()
        else:
            self.write(depth, self.text("MADE" if depth == 1 and kind < 0.6 else "CHANGE"))

    def program(self, size: int = 8) -> str:
        self.write(0, "def f(x):\n    x = x*1.0\n    y = x*2\n    number = x[1] + 1")
        for _ in range(size):
            self.statement(1)
        parts = [GIVEN[kind].format(name) for kind in GIVEN for name in self.names[kind]]
        return HEAD + "\n".join([*self.lines, "    return " + " + ".join(parts)]) + "\n"


@report()
def read_on_letters(text: str) -> tuple[list[Symbol], list[Expr]]:
    """f of three letters, as `check` reads it. Raises SymoptError where it does not."""
    letters = [Symbol(f"x{k}", real=True) for k in range(3)]
    reader = Interpreter(read_text(text), 99)
    reader.variables, reader.lone = set(letters), False
    found = flat_of(reader.call_named("f", [array(letters)]))
    reader.lasting()
    for part in found:
        complete(part, (), letters, reader.lost)
    return letters, found


def judged(text: str) -> tuple[str, str]:
    """(right, wrong, not read, read although numpy raises …; why)."""
    scope: dict[str, Any] = {}
    with quiet():
        try:
            exec(compile(text, "program", "exec", dont_inherit=True), scope)
            values = [float(scope["f"](point.copy())) for point in POINTS]
            raised = ""
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            letters, (found,) = read_on_letters(text)
        except (SymoptError, NeedsVector) as error:
            return "neither" if raised else "not read", str(error)
    if raised:
        return "read although numpy raises", raised
    for point, value in zip(POINTS, values, strict=True):
        got = float(found.xreplace({x: Rational(str(v)) for x, v in zip(letters, point, strict=True)}))
        if not np.isclose(got, value, rtol=1e-10, atol=1e-12):
            return "wrong", f"{got!r} where numpy has {value!r}, at {point}"
    return "right", ""


def shortened(text: str) -> str:
    """The program without the lines and terms that it does not need to be judged as it is."""
    word, _ = judged(text)
    whole = text.rstrip("\n").split("\n")
    head, parts = whole[:-1], whole[-1].removeprefix("    return ").split(" + ")

    def same(lines: list[str], terms: list[str]) -> bool:
        short = "\n".join([*lines, "    return " + " + ".join(terms)]) + "\n"
        try:
            compile(short, "program", "exec")
        except SyntaxError:
            return False
        return judged(short)[0] == word

    before = None
    while before != (head, parts):
        before = head, parts
        for k in reversed(range(len(parts))):
            if len(parts) > 1 and same(head, fewer := parts[:k] + parts[k + 1 :]):
                parts = fewer
        for size in (4, 2, 1):
            for k in reversed(range(len(head))):
                if same(fewer := head[:k] + head[k + size :], parts):
                    head = fewer
    return "\n".join([*head, "    return " + " + ".join(parts)]) + "\n"


def main(first: int = 0, last: int = 300) -> None:
    counts: Counter[str] = Counter()
    for number in range(first, last):
        text = Writer(number).program()
        word, why = judged(text)
        counts[word] += 1
        if word in ("wrong", "read although numpy raises"):
            print(f"{number}: {word}: {why}\n{shortened(text)}", flush=True)
    print(dict(counts))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

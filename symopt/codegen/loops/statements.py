"""The statements of a language, line by line: loops, numbers that are added to; what nothing reads is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

WORD = re.compile(r"[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*")


@dataclass(frozen=True)
class Grammar:
    """How a language writes the statements around the expressions; {} are filled in."""

    loop: str
    end: str
    zero: str
    let: str
    add: str
    entry: str = "{0}[{1}]"
    index: str = "{}"  # an index as a number
    ahead: int = 0  # what is added to an index
    past: int = 0  # what is added to the last index of a loop
    indent: str = "    "


GRAMMARS = {
    "python": Grammar("for {0} in range({1}, {2}):", "", "{} = 0.0", "{} = {}", "{} += {}", past=1),
    "c": Grammar("for (long {0} = {1}; {0} <= {2}; {0}++) {{", "}}", "double {} = 0.0;", "const double {} = {};",
                 "{} += {};", index="(double)({})"),
    "js": Grammar("for (let {0} = {1}; {0} <= {2}; {0}++) {{", "}}", "let {} = 0;", "const {} = {};", "{} += {};",
                  indent="  "),
    "julia": Grammar("for {0} in ({1}):({2})", "end", "{} = 0.0", "{} = {}", "{} += {}", index="float({})", ahead=1),
}  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """A line of code: what is filled into a template, at a depth."""

    depth: int
    template: str
    words: tuple[str, ...]

    @property
    def target(self) -> str:
        """What is set or added to; "" of other lines."""
        return self.words[0] if self.words else ""


class Statements:
    """The body of a function, as it is written."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.said: list[Statement] = []
        self.depth = 1

    def say(self, template: str, *words: str) -> None:
        self.said.append(Statement(self.depth, template, words))

    def zero(self, name: str) -> None:
        self.say(self.grammar.zero, name)

    def add(self, target: str, text: str) -> None:
        self.say(self.grammar.add, target, text)

    @contextmanager
    def loop(self, name: str, first: str, last: str) -> Iterator[None]:
        """A loop: what is said inside stands inside."""
        self.say(self.grammar.loop, name, first, last)
        self.depth += 1
        yield
        self.depth -= 1
        if self.grammar.end:
            self.say(self.grammar.end)

    def simplest(self, name: str) -> str:
        """A number that was only ever added to: 0 where nothing was, 1 where that was all; else its name."""
        added = [line.words[1] for line in self.said if line.template == self.grammar.add and line.target == name]
        return "0" if not added else "1" if added in (["1"], ["1.0"]) else name

    @property
    def lines(self) -> list[str]:
        """The lines that are needed, indented."""
        return [f"{self.grammar.indent * line.depth}{line.template.format(*line.words)}" for line in self.needed()]

    def needed(self) -> list[Statement]:
        """The lines without numbers that nothing reads and loops without a line; one that is set once, set at once."""
        lines, zero, add = self.said, self.grammar.zero, self.grammar.add
        while True:
            read = {
                word
                for line in lines
                if line.template != zero
                for word in WORD.findall(" ".join(line.words[line.template == add and "[" not in line.target :]))
            }
            kept = [line for line in lines if not (line.template in (zero, add) and "[" not in line.target
                                                   and line.target not in read)]  # fmt: skip
            kept = [line for k, line in enumerate(kept) if not self.hollow(kept, k)]
            if len(kept) == len(lines):
                break
            lines = kept
        found: list[Statement] = []
        for line in lines:
            added = [other for other in lines if other.template == add and other.target == line.target]
            if line.template == zero and len(added) == 1 and added[0].depth == line.depth:
                continue
            once = line.template == add and "[" not in line.target and len(added) == 1 and any(
                other.template == zero and other.target == line.target and other.depth == line.depth
                for other in lines)  # fmt: skip
            found.append(Statement(line.depth, self.grammar.let, line.words) if once else line)
        return found

    def hollow(self, lines: Sequence[Statement], k: int) -> bool:
        """Whether a line opens or closes a loop in which nothing stands."""
        loop, end = self.grammar.loop, self.grammar.end
        after = lines[k + 1] if k + 1 < len(lines) else Statement(0, "", ())
        before = lines[k - 1] if k else Statement(0, "", ())
        if lines[k].template == loop:
            return after.template == end and after.depth == lines[k].depth if end else after.depth <= lines[k].depth
        return bool(end) and lines[k].template == end and before.template == loop and before.depth == lines[k].depth

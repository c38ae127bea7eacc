"""Stories: a Markdown file whose headings are states of one page, each with a text and perhaps a question.

The first code block is the command of the page, `symopt explore "x**2" …`. Every heading `## …` begins a scene: a
code block with what changes, `-m gd:lr=1/64 -s -20 --set a=1`, and paragraphs. A quotation with a list of tasks is a
question, `> Where does it end?` and `> - [ ] at a maximum`, `> - [x] at the minimum`; what follows it in the scene is
its answer, shown when somebody has chosen; a scene that begins with -k 0 hides its walk until then.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from symopt.errors import RenderError, SymoptError

OPTIONS = {
    "-m": "m", "--method": "m", "-s": "s", "--start": "s", "-n": "n", "--steps": "n", "--set": "set", "-w": "w",
    "--window": "w", "-k": "k", "--vars": "vars",
}  # fmt: skip
"""What a code block may hold, and the name under which an address of the page has it; -k is the step shown."""
OF_A_SCENE = "a scene takes -m, -s, -n, --set, -w and -k"
BUILT_IN = "eight"
BETWEEN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff])")
"""A blank where a line of Chinese was broken."""
MOST, LONGEST = 100, 100_000


@dataclass(frozen=True)
class Scene:
    """A heading, the options of its state, its paragraphs, and a question with its choices and its answer."""

    title: str
    options: tuple[tuple[str, str], ...]
    text: tuple[str, ...]
    question: str
    choices: tuple[tuple[str, bool], ...]
    answer: tuple[str, ...]
    line: int

    @property
    def address(self) -> str:
        """The state as the part of an address behind its #."""
        kept = [(key, value) for key, value in self.options if key != "w"]
        window = ";".join(value.partition("=")[2] or value for key, value in self.options if key == "w")
        return urlencode([*kept, *([("w", window)] if window else [])], safe=":=,*/;")

    def facts(self) -> dict[str, Any]:
        """What the page needs of it."""
        return {
            "title": self.title, "state": self.address, "text": self.text, "question": self.question,
            "choices": self.choices, "answer": self.answer, "hidden": ("k", "0") in self.options,
        }  # fmt: skip


@dataclass(frozen=True)
class Story:
    """A title, the words of the page's command behind `symopt explore`, and its scenes."""

    title: str
    loss: str
    options: tuple[tuple[str, str], ...]
    scenes: tuple[Scene, ...]

    def values(self) -> dict[str, list[str]]:
        """The options of the page by their names."""
        found: dict[str, list[str]] = {}
        for key, value in self.options:
            found.setdefault(key, []).append(value)
        return found


def built_in() -> dict[str, Story]:
    """The article's eight scenes, in English and Chinese."""
    folder = files("symopt.page").joinpath("stories")
    return {
        language: read(folder.joinpath(f"{BUILT_IN}.{language}.md").read_text(encoding="utf-8"))
        for language in ("en", "zh")
    }


def read(text: str) -> Story:
    """A story of its Markdown. Raises RenderError with the line of what is missing."""
    if len(text) > LONGEST:
        raise RenderError(f"a story has at most {LONGEST} characters, this one {len(text)}", "make two of it")
    lines = text.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    heads = [k for k, line in enumerate(lines) if re.match(r"##?\s", line) and not _fenced(lines, k)]
    if not heads or lines[heads[0]].startswith("##"):
        raise _trouble(1, "a story begins with its title", "for example # How steps are chosen")
    parts = [lines[begin + 1 : end] for begin, end in zip(heads, [*heads[1:], len(lines)], strict=True)]
    words = _block(parts[0], heads[0] + 1)
    if words[:2] != ["symopt", "explore"] or len(words) < 3:
        raise _trouble(heads[0] + 1, "below the title stands a code block with the command of the page",
                       'for example symopt explore "a*x**2" --set a=0:1')  # fmt: skip
    found = [
        _scene(lines[at].lstrip("# ").strip(), part, at + 1) for at, part in zip(heads[1:], parts[1:], strict=True)
    ]
    if not found:
        raise _trouble(len(lines), "a story without a scene", "begin each with a heading: ## Too fast")
    if len(found) > MOST:
        raise _trouble(found[MOST].line, f"a story has at most {MOST} scenes", "make two of it")
    return Story(lines[heads[0]].lstrip("# ").strip(), words[2], _options(words[3:], heads[0] + 1), tuple(found))


def checked(story: Story, methods: Sequence[Mapping[str, Any]], names: Sequence[str], letters: Sequence[str]) -> None:
    """Raises RenderError where a scene asks for what its page does not have: a method, a letter, a number."""
    from symopt.expression import number
    from symopt.methods import method

    for scene in story.scenes:
        try:
            for key, value in scene.options:
                if key == "m":
                    spec = value.partition(":")[0]
                    known = next((each for each in methods if each["name"] == spec), None)
                    method(value)
                    if known is None:
                        raise RenderError(f"the page has no method {spec!r}", "it walks formulas without chance")
                elif key == "set":
                    letter, _, text = value.partition("=")
                    number(text)
                    if letter.strip() not in letters:
                        raise RenderError(f"{letter} is no open letter of the page", f"open it: --set {letter}=0:1")
                elif key == "w":
                    ends = [number(text) for text in value.partition("=")[2 * ("=" in value)].split(",")]
                    if len(ends) != 2 or not ends[0] < ends[1]:
                        raise RenderError(f"-w {value} is no window", "for example -w -2,2")
                elif key == "s":
                    if len([number(text) for text in value.split(",")]) != len(names):
                        raise RenderError(f"-s {value} is no start", f"for example -s {','.join('1' for _ in names)}")
                elif not value.isdigit():
                    raise RenderError(f"-{key} {value} is no whole number", f"for example -{key} 100")
        except SymoptError as error:
            raise _trouble(scene.line, f"in {scene.title!r}: {error.message}", error.hint) from None


def _scene(title: str, lines: Sequence[str], line: int) -> Scene:
    words = _block(lines, line)
    quoted = [text.lstrip(">").strip() for text in lines if text.startswith(">")]
    at = next((k for k, text in enumerate(lines) if text.startswith(">")), len(lines))
    behind = next((k for k in range(at, len(lines)) if not lines[k].startswith(">")), len(lines))
    choices = [(match[2], match[1] != " ") for text in quoted if (match := re.match(r"- \[([ xX])\] (.+)", text))]
    question = " ".join(text for text in quoted if text and not text.startswith("- ["))
    if quoted and (len(choices) < 2 or sum(right for _, right in choices) != 1):
        raise _trouble(line + at + 1, "a question has two choices or more, and one of them is right",
                       "> - [ ] a wrong one, > - [x] the right one")  # fmt: skip
    options = _options(words, line)
    if any(key == "vars" for key, _ in options):
        raise _trouble(line, "the variables are the page's", OF_A_SCENE)
    return Scene(title, options, _paragraphs(lines[:at]), question, tuple(choices), _paragraphs(lines[behind:]), line)


def _options(words: Sequence[str], line: int) -> tuple[tuple[str, str], ...]:
    pairs = []
    rest = list(words)
    while rest:
        name = rest.pop(0)
        if name not in OPTIONS:
            raise _trouble(line, f"{name!r} does not fit here", OF_A_SCENE)
        if not rest:
            raise _trouble(line, f"{name} needs its value", OF_A_SCENE)
        pairs.append((OPTIONS[name], rest.pop(0)))
    return tuple(pairs)


def _block(lines: Sequence[str], line: int) -> list[str]:
    """The words of the first code block."""
    fences = [k for k, text in enumerate(lines) if text.startswith("```")]
    if len(fences) < 2:
        return []
    try:
        return shlex.split(" ".join(lines[fences[0] + 1 : fences[1]]).replace("\\\n", " "))
    except ValueError:
        raise _trouble(line + fences[0] + 1, "a quote is not closed", 'for example "x**2"') from None


def _fenced(lines: Sequence[str], at: int) -> bool:
    return sum(line.startswith("```") for line in lines[:at]) % 2 == 1


def _paragraphs(lines: Sequence[str]) -> tuple[str, ...]:
    """Paragraphs of running text, code blocks left out."""
    kept = [line for k, line in enumerate(lines) if not line.startswith("```") and not _fenced(lines, k)]
    parts = (" ".join(part.split()) for part in "\n".join(kept).split("\n\n"))
    return tuple(BETWEEN.sub("", part) for part in parts if part)


def _trouble(line: int, message: str, hint: str) -> RenderError:
    return RenderError(f"line {line} of the story: {message}", hint)

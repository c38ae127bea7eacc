"""The blocks of the pages that the build runs, and what came of them.

```{symopt}   lines of a shell
```{python}   Python; all blocks of a page share their names
```{file} n   a file that later blocks of the page find beside them

The blocks of a page run in their order, in the language of the page, in a folder of their own with a copy of
`examples/`. What they print and the files that they write are kept under a digest of the page's blocks and of the
program, so that nothing is run twice.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "build" / "executed"
FENCE = re.compile(
    r"^```\{(symopt|python|file)\}[ ]*([^\n]*)\n((?::\w+:[^\n]*\n)*)(.*?)^```$", re.DOTALL | re.MULTILINE
)
SHOWN = (".gif", ".webp", ".png", ".svg", ".apng", ".mp4", ".html")
LONGEST = 300  # seconds that a block may take


class Failed(Exception):
    """A block that ended otherwise than its page says."""


@dataclass(frozen=True)
class Block:
    """One block: its kind, what stands behind the kind, its options, its text."""

    kind: str
    argument: str
    options: tuple[tuple[str, str], ...]
    text: str

    def option(self, name: str, default: str = "") -> str:
        return dict(self.options).get(name, default)


@dataclass(frozen=True)
class Outcome:
    """What a block printed, the files that it wrote and that can be shown, the seconds that it took.

    html: what its last value shows of itself in a notebook, where it does.
    """

    printed: str
    files: tuple[str, ...]
    seconds: float
    html: str = ""


def found(text: str) -> list[Block]:
    """The blocks of a page, in their order."""
    blocks = []
    for kind, argument, options, body in FENCE.findall(text):
        pairs = tuple(tuple(part.strip() for part in line[1:].split(":", 1)) for line in options.splitlines())
        blocks.append(Block(kind, argument.strip(), pairs, body))  # type: ignore[arg-type]
    return blocks


@cache
def program() -> str:
    """A digest of all that the blocks may call."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for folder in ("symopt", "examples"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def home(blocks: Iterable[Block], language: str) -> Path:
    """Where the outcomes of a page are kept."""
    return KEPT / hashlib.sha256((program() + language + repr(list(blocks))).encode()).hexdigest()[:24]


def outcomes(blocks: list[Block], page: str, language: str = "en") -> list[Outcome]:
    """What came of the blocks of a page, run now where they were not run before."""
    folder = home(blocks, language)
    if not (folder / "outcomes.json").exists():
        run(blocks, folder, page, language)
    kept = json.loads((folder / "outcomes.json").read_text(encoding="utf-8"))
    return [Outcome(**{**o, "files": tuple(o["files"])}) for o in kept]


def run(blocks: list[Block], folder: Path, page: str, language: str) -> None:
    """Runs a page's blocks; raises Failed at the first that ends otherwise than the page says."""
    shutil.rmtree(folder, ignore_errors=True)
    work = folder / "work"
    work.mkdir(parents=True)
    shutil.copytree(ROOT / "examples", work / "examples")
    with _Session(work, _environment(language)) as session:
        made = [_run(block, session, f"{page}, block {k}") for k, block in enumerate(blocks, 1)]
    (folder / "outcomes.json").write_text(json.dumps([asdict(outcome) for outcome in made]), encoding="utf-8")


def _run(block: Block, session: _Session, place: str) -> Outcome:
    work = session.work
    before = {path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file()}
    begin = time.perf_counter()
    if block.kind == "file":
        (work / block.argument).write_text(block.text, encoding="utf-8")
        return Outcome("", (), 0.0)
    printed, ended, html = session.run(block.text) if block.kind == "python" else (*_shell(block.text, session), "")
    seconds = time.perf_counter() - begin
    if ended != int(block.option("exit", "0")):
        raise Failed(f"{place} ended with {ended} and not {block.option('exit', '0')}:\n{block.text}\n{printed}")
    new = [path for path in work.rglob("*") if path.is_file() and before.get(path) != path.stat().st_mtime_ns]
    files = sorted((p for p in new if p.suffix in SHOWN), key=lambda p: (_place(block.text, p.name), p.name))
    return Outcome(printed, tuple(str(path.relative_to(work)) for path in files), seconds, html)


def _place(text: str, name: str) -> int:
    place = text.find(name)
    return place if place >= 0 else len(text)


def _environment(language: str) -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    locale = {"en": "C.UTF-8", "zh": "zh_CN.UTF-8"}[language]
    return {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "1",
            "PATH": here + os.pathsep + os.environ.get("PATH", ""), "COLUMNS": "80", "NO_COLOR": "1",
            "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg", "PYTHONWARNINGS": "error"}  # fmt: skip


def _shell(text: str, session: _Session) -> tuple[str, int]:
    """(what the lines print, both streams as a terminal shows them; how the first that fails ended, else 0)."""
    printed = []
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        done = subprocess.run(["sh", "-c", line], cwd=session.work, env=session.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LONGEST, encoding="utf-8")  # fmt: skip
        printed.append(done.stdout)
        if done.returncode:
            return "".join(printed), done.returncode
    return "".join(printed), 0


SESSION = """
import ast, io, sys, traceback
from contextlib import redirect_stdout, redirect_stderr
names = {"__name__": "__main__"}
for line in sys.stdin:
    text, out, ended, html = ast.literal_eval(line), io.StringIO(), 0, ""
    with redirect_stdout(out), redirect_stderr(out):
        try:
            tree = ast.parse(text)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<page>", "exec"), names)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), "<page>", "eval"), names)
                if value is not None:
                    print(repr(value))
                html = "" if isinstance(value, type) else getattr(value, "_repr_html_", str)() or ""
                if hasattr(value, "savefig"):
                    value.savefig(f"figure-{len(names)}.png")
        except Exception:
            traceback.print_exc(limit=-1)
            ended = 1
    print(repr((out.getvalue(), ended, html)), flush=True)
"""


class _Session:
    """One Python for the blocks of a page, begun with the first; it prints a block's last value as a notebook does."""

    def __init__(self, work: Path, environment: dict[str, str]) -> None:
        self.work, self.environment = work, environment
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> _Session:
        return self

    def run(self, text: str) -> tuple[str, int, str]:
        """(what it printed, 0 or 1 for an error, its last value as HTML)."""
        if self.process is None:
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
            line = [sys.executable, "-c", SESSION]
            self.process = subprocess.Popen(line, cwd=self.work, env=self.environment, **pipes)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(repr(text) + "\n")
        self.process.stdin.flush()
        printed, ended, html = ast.literal_eval(self.process.stdout.readline())
        return printed, ended, html

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.communicate()

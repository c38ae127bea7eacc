"""Every command of the documents is known, a share runs, and all of the README's; what they point to is there."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.main import get_command

from symopt.cli.app import app
from symopt.cli.commands import COMMANDS
from tests.kit.share import share

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/**/*.md")])
}
FENCE = re.compile(r"^```(\w*)(?: (\w+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = FENCE.findall(README)


def typed(text):
    """The commands in a document: lines of its shell blocks, and indented lines that begin with the program."""
    blocks = [block for language, name, block in FENCE.findall(text) if language == "sh" and name != "test"]
    lines = [line for block in blocks for line in block.splitlines() if "symopt " in line]
    lines += re.findall(r"^    (symopt .*)$", FENCE.sub("", text), re.MULTILINE)
    lines = [re.sub(r" +# .*$", "", line) for line in lines]
    return [line.split("&&")[-1].strip().removeprefix(".venv/bin/") for line in lines]


TYPED = list({command: name for name, text in DOCUMENTS.items() for command in typed(text)}.items())  # each once
READMES = [each for each in TYPED if each[1].startswith("README")]
RUN = [*READMES, *share([each for each in TYPED if each not in READMES], 5)]
MADE = {  # by the site's build
    "gallery/index.md", "methods/index.md",
    *(f"reference/{page}.md" for page in ("commands", "python", "schemas", "words")),
}  # fmt: skip
OTHERS = {".venv", "node_modules"}  # installed, not ours


@pytest.mark.parametrize(("command", "document"), RUN)
def test_commands(command, document, cli):
    shutil.copytree(ROOT / "examples", Path("examples"))
    program, *arguments = shlex.split(command)
    assert program == "symopt"
    done = cli(*arguments, *["--dpi", "40"] * (arguments[0] == "animate"))  # movies of fewer pixels
    assert done.code == 0, done.err
    assert done.out


def test_every_command_and_option_is_known():
    group = get_command(app)
    for command, _ in TYPED:
        with group.make_context("symopt", shlex.split(command)[1:]) as outer:
            name, known, rest = group.resolve_command(outer, shlex.split(command)[1:])
            known.make_context(name, rest, parent=outer)


def test_the_commands_are_found():
    for name in ("README.md", "docs/analysis.md"):
        assert len(typed(DOCUMENTS[name])) >= 3


def test_the_python_of_the_readme(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for language, _, text in BLOCKS:
        if language == "python":
            exec(compile(text, "README.md", "exec"), {})
    assert "minimum" in capsys.readouterr().out
    assert (tmp_path / "descent.gif").exists()


def test_both_readmes_say_the_same_on_one_screen():
    chinese = DOCUMENTS["README.zh.md"]
    assert [re.sub(r" +# .*", "", body) for *_, body in FENCE.findall(chinese)] == [
        re.sub(r" +# .*", "", body) for *_, body in BLOCKS
    ]
    for text in (README, chinese):
        assert text.count("\n") <= 60
        assert len(re.findall(r"!\[", text)) == 4
    there, here = (set(re.findall(r"\]\(([^)]+)\)", text)) for text in (chinese, README))
    assert {part.replace("docs/zh/", "docs/") for part in there} - {"README.md"} == here - {"README.zh.md"}


def test_contributing_leads_to_the_background():
    background = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} - {"docs/index.md", "docs/start.md"}
    assert background <= set(re.findall(r"\]\(([^)]+)\)", DOCUMENTS["CONTRIBUTING.md"]))


def test_the_two_commands_are_there_and_ci_runs_the_second():
    names = {name: text.strip() for _, name, text in BLOCKS if name}
    assert set(names) == {"run", "test"}
    assert all(text.startswith("python3 -m venv .venv && ") for text in names.values())
    assert "sh test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name):
    assert f"symopt {name}" in README


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_files_exist(document):
    text, folder = DOCUMENTS[document], (ROOT / document).parent
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (folder / target).exists() or target in MADE, target
    for target in re.findall(r"`((?:tests|benchmarks|examples|docs|\.github)/[\w./-]+)`", text):
        assert (ROOT / target).exists(), target
    for module in re.findall(r"python -m (tests[\w.]*)", text):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module


def test_nothing_names_a_machine():
    for path in ROOT.rglob("*"):
        if path.suffix in (".py", ".md", ".toml", ".js", ".html", ".css") and not OTHERS & set(path.parts):
            text = path.read_text(encoding="utf-8")
            assert "/wor" + "k/" not in text, path
            assert "/tm" + "p/venv" not in text, path

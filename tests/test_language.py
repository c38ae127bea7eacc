"""Chinese: every sentence has one, fills the same gaps, is said where it should be, and nowhere else."""

import json
import re
from importlib.resources import files

import pytest

from symopt.cli.glossary import GLOSSARY
from symopt.cli.methods import explained
from symopt.cli.words import explained as meaning
from symopt.language import preferred, speaking, told
from symopt.language.catalogue import GAP, pairs
from symopt.methods import methods
from tests.kit import phrases

ROOT = files("symopt.language").joinpath("zh")
FILES = {each.name: pairs(each.read_text(encoding="utf-8")) for each in ROOT.iterdir() if each.name.endswith(".txt")}
ALL = {english: other for book in FILES.values() for english, other in book.items()}
DROPPED = {"s", "plural"}
"""Gaps for the plural, which Chinese has not."""


def test_every_sentence_of_the_source_has_a_translation():
    known = {phrases.normal(english) for english in ALL}
    lacking = [
        f"{where}: {text}"
        for text, where in phrases.templates().items()
        if phrases.worded(text) and phrases.normal(text) not in known
    ]
    assert not lacking, "symopt/language/zh lacks\n" + "\n".join(lacking)


def test_gaps_are_those_of_the_english():
    for english, other in ALL.items():
        here, there = set(GAP.findall(english)), set(GAP.findall(other))
        assert there <= here, english
        assert len(here - there - DROPPED) <= 1, english


def test_no_phrase_has_two_translations():
    seen = {}
    for book in FILES.values():
        for english, other in book.items():
            assert seen.setdefault(english, other) == other, english


def test_no_translation_is_of_what_is_said_no_more():
    said = phrases.constants()
    dead = [
        english
        for name, book in FILES.items()
        if name not in ("gallery.txt", "methods.txt", "words.txt")
        for english in book
        if not all(" ".join(piece.split()) in said for piece in GAP.split(english)[::2] if len(piece) > 3)
    ]
    assert not dead


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_TW"}, "zh"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "zha_XX"}, "en"),
    ],
)
def test_the_locale_names_the_language(variables, language):
    assert preferred(variables) == language


def test_a_text_is_told_whole_by_its_parts_or_stays():
    texts = {
        "did you mean x_start?": "是不是想写 x_start？",
        "3 critical points (all, proved)": "3 个临界点（全部，已证明）",
        "gd: a cycle of my own": "gd: a cycle of my own",
        "  no critical point": "  没有临界点",
        "x**2 + y": "x**2 + y",
        "1,000 rows of a.csv": "a.csv 的 1,000 行",
        "the window holds 4 minima, 4 saddles and 1 maximum, and no other critical point (proved)":
            "窗口内有 4 个极小点，4 个鞍点 和 1 个极大点，没有别的临界点（已证明）",
        "warning: near 1, 2 rounding leaves the gradient about 3 right digits (cancellation in f′)":
            "警告：在 1, 2 附近，舍入只给梯度留下约 3 位正确数字（f′ 相消）",
        "50 steps predicted, 42 observed": "预计 50 步，实际 42 步",
        "all 3 proved, for n = 2, 3 (not read at n = 4 … 6)": "3 个全部已证明，对 n = 2, 3（在 n = 4 … 6 时没有读出）",
    }  # fmt: skip
    with speaking("zh"):
        assert {text: told(text) for text in texts} == texts
    assert told("did you mean x_start?") == "did you mean x_start?"


def test_walks_tables_errors_and_help_are_chinese(cli):
    walk = cli("run", "x**4", "-m", "newton", "-s", "1", "--lang", "zh")
    assert walk.out.splitlines()[-1].startswith("退化的极小点 x = 0")
    assert "窗口" in walk.err
    race = cli("--lang=zh", "run", "x**2", "-s", "1")
    assert race.out.split()[:4] == ["名次", "方法", "起点", "终点"]
    wrong = cli("run", "2x^2 + 3sin(x", "--lang", "zh")
    assert wrong.err.splitlines()[0] == "错误：这个 ( 没有配对"
    assert wrong.err.splitlines()[-1].startswith("提示：加上 ')'")
    help = cli("run", "--help", "--lang", "zh").out
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", help)
    assert "显示这些说明并退出" in help
    assert "极小点" not in cli("run", "x**2", "-m", "newton").out
    assert cli("run", "x**2", "--lang", "fr").code == 2


def test_methods_and_words_are_explained_in_chinese():
    with speaking("zh"):
        told_all = [explained(each.name) for each in methods()] + [meaning(name) for name in GLOSSARY]
    lines = [line for text in told_all for line in text.splitlines() if not re.match("文献|\\S+  ", line)]
    assert [line for line in lines if re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", line)] == []
    assert meaning("uncertainty exponent").splitlines()[1].startswith("  α in f(ε)")


def test_machines_are_spoken_to_in_english(cli):
    said = [cli("run", "x**2", "-m", "newton", "--json", "--lang", language).out for language in ("en", "zh")]
    assert said[0] == said[1]
    assert json.loads(said[1])["runs"][0]["message"].startswith("a minimum at")


@pytest.mark.filterwarnings("ignore:no installed font")
def test_pictures_are_chinese(cli):
    result = cli("animate", "x**2", "-m", "newton", "-s", "1", "-o", "p.svg", "--lang", "zh")
    assert "极小点 x = 0，1 步" in (result.folder / "p.svg").read_text(encoding="utf-8")


def test_variables_may_have_chinese_names(cli):
    run = cli("run", "(宽-3)**2+宽*高+高**2", "--vars", "宽,高", "-m", "newton")
    assert "minimum" in run.out
    assert run.out.splitlines()[1].split()[:3] == ["k", "宽", "高"]
    assert "a minimum at (4, −2)" in run.err
    tex = cli("derive", "宽**2*高", "--vars", "宽,高", "--as", "latex").out
    assert r"\partial \text{宽}" in tex

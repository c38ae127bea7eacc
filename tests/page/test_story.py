"""Stories: read from Markdown, checked against their page, and the eight scenes with the numbers they tell."""

import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from symopt import Loss, Stop, descend
from symopt.cli.app import app
from symopt.errors import RenderError
from symopt.page.story import built_in, read

# x at step k, computed in double precision from the formulas by hand
NUMBERS = [
    {1: -19.375, 60: -2.976685325837733, 99: -0.862958342536329},
    {1: -15, 10: -1.1262702941894531, 60: -6.378312585898252e-07},
    {1: 20, 2: -20, 99: 20},
    {60: -6089.63},
    {1: 0.2498221674818204, 2: -1.562547599254227e-06},
    {1: -21.366197723675814, 2: -19.978633373397567},
    {1: -13.222846824736653},
    {1: -13.169478769060218, 10: -1.4369344131047166},
]
KINDS = [None, "minimum", None, None, "minimum", "maximum", "minimum", "minimum"]
PAGE = '# A story\n\n```\nsymopt explore "x**2"\n```\n'
SCENE = "\n## One\n```\n-m gd:lr=1/4 -s 1\n```\nText.\n"


def walked(scene):
    given = {}
    for key, value in scene.options:
        given.setdefault(key, []).append(value)
    constants = dict(text.split("=") for text in given["set"])
    loss = Loss.parse("a*x**2 - b*cos(pi*x/20)", ["x"], constants)
    return descend(loss, given["m"][0], float(given["s"][0]), Stop(steps=int(given["n"][0])), [-20, 20])


def test_the_eight_scenes_tell_what_happens():
    story = built_in()["en"]
    assert len(story.scenes) == 8
    for scene, numbers, kind in zip(story.scenes, NUMBERS, KINDS, strict=True):
        walk = walked(scene)
        for k, x in numbers.items():
            if k < len(walk.xs):
                assert abs(walk.xs[k, 0] - x) <= (1e-12 * max(1, abs(x)) if x != -6089.63 else 0.01), scene.title
        assert walk.kind == kind, scene.title
        told = " ".join([*scene.text, *scene.answer]).replace("−", "-")
        for value in re.findall(r"x = (-?\d+\.\d+) after one", told):
            assert float(value) == pytest.approx(walk.xs[1, 0], abs=0.5 * 10 ** -len(value.split(".")[1]))


def test_every_number_in_the_text_is_in_the_walk():
    """Each decimal number told is a point of the walk to its digits, or one of the few that are named here."""
    others = {"0.0247", "0.078125", "0.76", "1.05", "1.1"}
    for language, story in built_in().items():
        for scene in story.scenes:
            xs = walked(scene).xs[:, 0]
            told = " ".join([*scene.text, *scene.answer, scene.question]).replace("−", "-")
            for value in re.findall(r"-?\d+\.\d+", told):
                if value.lstrip("-") not in others:
                    unit = 10.0 ** -len(value.split(".")[1])
                    assert np.abs(xs - float(value)).min() <= 0.51 * unit, (language, scene.title, value)


def test_both_languages_tell_the_same_scenes():
    english, chinese = built_in()["en"], built_in()["zh"]
    assert (english.loss, english.options) == (chinese.loss, chinese.options)
    for one, other in zip(english.scenes, chinese.scenes, strict=True):
        assert one.options == other.options
        assert [right for _, right in one.choices] == [right for _, right in other.choices]
        assert (len(one.text), len(one.answer)) == (len(other.text), len(other.answer))
        shown = [sorted(re.findall(r"\d+\.\d+|/\d+", " ".join([*s.text, *s.answer]))) for s in (one, other)]
        assert shown[0] == shown[1]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "title", 1),
        ("## One\n", "title", 1),
        ("# Title\nno command\n## One\n", "code block", 1),
        ('# Title\n```\nsymopt run "x"\n```\n## One\n', "code block", 1),
        (PAGE, "without a scene", 6),
        (PAGE + "\n## One\n```\n--loss 3\n```\n", "'--loss' does not fit", 7),
        (PAGE + "\n## One\n```\n-m\n```\n", "needs its value", 7),
        (PAGE + '\n## One\n```\n-m "gd\n```\n', "quote is not closed", 8),
        (PAGE + SCENE + "\n> Which?\n>\n> - [ ] a\n> - [ ] b\n", "one of them is right", 13),
        (PAGE + SCENE + "\n> Which?\n", "one of them is right", 13),
    ],
)
def test_what_is_missing_is_said_with_its_line(text, message, line):
    with pytest.raises(RenderError, match=rf"line {line} of the story: .*{message}") as caught:
        read(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("-m nothing -s 1", "nothing"), ("-m bfgs -s 1", "bfgs"), ("-m gd -s 1,2", "no start"),
        ("-m gd -n many", "many"), ("-m gd --set a=1", "no open letter"), ("-m gd -w 3,1", "no window"),
        ("-m gd:lr=x -s 1", "no value"),
    ],
)  # fmt: skip
def test_a_scene_asks_for_what_the_page_has(tmp_path, options, message):
    file = tmp_path / "story.md"
    file.write_text(PAGE + f"\n## One\n```\n{options}\n```\nText.\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["explore", str(file), "--story", "-o", str(tmp_path / "page.html")])
    assert told.exit_code == 2
    assert "line 7 of the story" in told.stderr
    assert message in told.stderr
    assert not (tmp_path / "page.html").exists()


def test_the_command_line_says_what_does_not_fit(tmp_path):
    def run(*words):
        return CliRunner().invoke(app, ["explore", *words, "-o", str(tmp_path / "p.html")])

    assert "EXPR is missing" in run().stderr
    assert "cannot be read" in run(str(tmp_path / "none.md"), "--story").stderr
    (tmp_path / "latin.md").write_bytes(b"# \xe9\xff")
    assert "UTF-8" in run(str(tmp_path / "latin.md"), "--story").stderr
    assert "leave the other options out" in run("--story", "-m", "gd").stderr
    assert run("--story").exit_code == 0


def test_the_story_of_the_documents_makes_a_page(tmp_path):
    text = Path("docs/page.md").read_text(encoding="utf-8")
    (tmp_path / "story.md").write_text(re.search(r"````markdown\n(.*?)````", text, re.S)[1], encoding="utf-8")
    told = CliRunner().invoke(
        app, ["explore", str(tmp_path / "story.md"), "--story", "-o", str(tmp_path / "page.html")]
    )
    assert told.exit_code == 0, told.stderr
    assert "It jumps from 2 to −2 and back." in (tmp_path / "page.html").read_text(encoding="utf-8")

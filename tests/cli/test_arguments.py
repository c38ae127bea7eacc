"""Losses that begin with a minus sign, among options in any order."""

import random
from types import SimpleNamespace

import pytest

from symopt.cli.arguments import order
from symopt.errors import SymoptError


def option(*names, flag=False):
    return SimpleNamespace(
        param_type_name="option", opts=names, secondary_opts=[], is_flag=flag, count=False, metavar="V", help="a value",
        name=names[0], multiple=names[0] in ("-m", "-s"),
    )  # fmt: skip


PARAMETERS = [
    SimpleNamespace(
        param_type_name="argument", opts=["expr"], secondary_opts=[], required=True, metavar="EXPR", nargs=1
    ),
    option("-m", "--method"), option("-s", "--start"), option("-o", "--output"), option("-n", "--steps"),
    option("-q", "--quiet", flag=True), option("--json", flag=True), option("-h", "--help", flag=True),
]  # fmt: skip

TABLE = [  # typed, options, positionals
    ("x**2", "", "x**2"),
    ("-cos(x)+x**2", "", "-cos(x)+x**2"),
    ("-x**2 -m newton", "-m newton", "-x**2"),
    ("-m newton -x**2", "-m newton", "-x**2"),
    ("-x -m gd -s -1", "-m gd -s -1", "-x"),
    ("-s -20 -x", "-s -20", "-x"),
    ("--start -20 -x", "--start -20", "-x"),
    ("--start=-20 -x", "--start=-20", "-x"),
    ("-x**2 -mnewton", "-mnewton", "-x**2"),
    ("-x**2 -s-1", "-s-1", "-x**2"),
    ("-mnewton", "", "-mnewton"),
    ("-q -x", "-q", "-x"),
    ("-x -q --json", "-q --json", "-x"),
    ("-", "", "-"),
    ("-m gd -", "-m gd", "-"),
    ("-- -x", "", "-x"),
    ("-x -qs3", "-qs3", "-x"),
    ("--steps= -x", "--steps=", "-x"),
    ("-m gd -- -m", "-m gd", "-m"),
    ("-2", "", "-2"),
    ("-.5*x", "", "-.5*x"),
    ("-(x+1)**2", "", "-(x+1)**2"),
    ("--x**2", "", "--x**2"),
    ("--2*x", "", "--2*x"),
    ("-m -x -x", "-m -x", "-x"),
    ("-|x|", "", "-|x|"),
    ("-sin(x) -s pi/2 -s -pi", "-s pi/2 -s -pi", "-sin(x)"),
    ("-o -x.gif x", "-o -x.gif", "x"),
    ("-m -g x", "-m -g", "x"),
    ("--help", "--help", ""),
    ("-x --help", "--help", ""),
    ("-h -x -y", "--help", ""),
    ("-s -h -x", "-s -h", "-x"),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0] or "nothing")
def test_table(row):
    typed, options, positionals = (part.split() for part in row)
    assert order(typed, PARAMETERS) == (options + ["--", *positionals] if positionals else options)


@pytest.mark.parametrize("typed", ["-method newton x", "x -start -1", "-json x", "-steps=3 x"])
def test_one_dash_for_two(typed):
    with pytest.raises(SymoptError, match="two dashes"):
        order(typed.split(), PARAMETERS)


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        (["x", "-m"], "-m needs a value", "-m V: a value"),
        (["-m", "--json", "x"], "-m needs a value", "-m V: a value"),
        (["x", "--json=1"], "--json takes no value", "write --json alone"),
        (["x", "--metod", "gd"], "run has no option --metod", "did you mean --method?"),
        (["x", "--metod=gd"], "run has no option --metod", "did you mean --method?"),
        (["--frobnicate", "x"], "run has no option --frobnicate", "symopt run --help lists its options"),
        (["x", "--fps", "3"], "run has no option --fps", "--fps belongs to animate"),
        (["x", "-o", "a.gif", "-z"], "run has no option -z", "symopt run --help"),
        (["x", "-qz"], "run has no option -z", "symopt run --help"),
        (["x", "-2"], "run has no option -2", "symopt run --help"),
        ([], "run needs EXPR", "for example symopt run x"),
        (["-m", "gd"], "run needs EXPR", "for example symopt run x"),
        (["x", "newton"], "takes 1 argument, 'newton' is one too many", "did you mean -m newton?"),
        (["x", "a.gif"], "takes 1 argument, 'a.gif' is one too many", "did you mean -o a.gif?"),
        (["-k", "3", "x"], "takes 1 argument, '3' is one too many", "symopt run --help"),
        (["-w", "3", "x"], "run has no option -w", "-w belongs to run, animate"),
    ],
)
def test_mistakes_are_told_in_one_way(typed, message, hint):
    with pytest.raises(SymoptError) as caught:
        order(typed, PARAMETERS, "run", "symopt run x")
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_shuffled_command_lines_mean_the_same():
    pieces = [["-cos(x)"], ["-m", "newton"], ["-s", "-20"], ["--start", "-1"], ["-q"], ["--json"], ["-o", "a.gif"]]
    rest = random.Random(0)
    for _ in range(500):
        chosen = [pieces[0], *rest.sample(pieces[1:], rest.randint(0, 6))]
        rest.shuffle(chosen)
        words = order([word for piece in chosen for word in piece], PARAMETERS)
        cut = words.index("--")
        assert words[cut + 1 :] == ["-cos(x)"]
        assert words[:cut] == [word for piece in chosen for word in piece if piece != ["-cos(x)"]]

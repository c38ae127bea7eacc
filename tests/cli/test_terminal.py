"""Text fitted to a terminal, and colour only where it is wanted."""

import io

import pytest

from symopt.cli.progress import progress
from symopt.cli.terminal import COLOURS, coloured, cut, note, paint, tell, width, wrap
from symopt.errors import SymoptError, measure, pad
from symopt.language import speaking


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def screen(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("WT_SESSION", "1")
    return Terminal()


@pytest.mark.parametrize(("columns", "language"), [(20, "en"), (40, "en"), (40, "zh"), (100, "en")])
def test_a_bar_stays_on_one_line(columns, language, screen, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stderr", screen)
    clock = iter([0.0, 1.0, 100.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    with speaking(language), progress(False, "chunks") as advance:
        advance(0, 4000)
        advance(2000, 4000)
    *shown, gone, end = screen.getvalue().split("\r")[1:]
    assert all(measure(line) < columns for line in [*shown, gone])
    assert measure(shown[-1]) == measure(gone)
    assert not gone.strip()
    assert end == ""
    assert "2,000/4,000" in shown[-1] or columns == 20
    assert ("块" in shown[-1]) == (language == "zh")


def test_the_width_is_the_terminals_and_none_of_a_pipe(screen, monkeypatch):
    monkeypatch.setenv("COLUMNS", "63")
    assert width(screen) == 63
    assert width(io.StringIO()) is None


@pytest.mark.parametrize(
    ("environment", "terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
    ],
)
def test_colour(environment, terminal, wanted, screen, monkeypatch):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = screen if terminal else io.StringIO()
    assert coloured(stream) is wanted
    assert paint("word", "red", stream) == (f"\x1b[{COLOURS['red']}mword\x1b[0m" if wanted else "word")
    assert paint("word", "", stream) == "word"


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("‖∇f‖", 4), ("损失函数", 8), ("x̂", 1), ("f′ = ２", 7)]
)
def test_columns(text, columns):
    assert measure(text) == columns
    assert measure(pad(text, 12)) == measure(pad(text, 12, right=True)) == 12
    for room in range(1, 12):
        assert measure(cut(text, room)) <= room
        assert cut(text, room) == text or cut(text, room).endswith("…")


@pytest.mark.parametrize("room", [5, 10, 21, 40, 80])
@pytest.mark.parametrize(
    "text", ["one two  three", "a" * 60, "  led by blanks " * 5, "极小点 x = 0，用了 3 步，然后停下", "a\n\n b", ""]
)
def test_wrapped_text_is_whole_and_fits(text, room):
    lines = wrap(text, room, "  ").split("\n")
    assert all(measure(line) <= room for line in lines)
    assert "".join(wrap(text, room, "  ").split()) == "".join(text.split())
    assert wrap(text, None) == text


def test_an_error_in_a_narrow_terminal_keeps_its_caret_below_its_place(screen, monkeypatch):
    text = "x**2 + " * 12 + "sni(x)" + " + 1" * 12
    place = text.index("sni")
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "40")
    tell(SymoptError("no function is called 'sni' " * 3, "did you mean sin? " * 4, text, place, place + 3))
    plain = screen.getvalue()
    for code in COLOURS.values():
        plain = plain.replace(f"\x1b[{code}m", "").replace("\x1b[0m", "")
    assert plain != screen.getvalue()
    lines = plain.splitlines()
    assert max(map(len, lines)) <= 40
    carets = next(k for k, line in enumerate(lines) if "^" in line)
    assert lines[carets - 1][lines[carets].index("^") :].startswith("sni")
    assert lines[carets].strip() == "^^^"


def test_a_note_in_a_pipe_is_one_line_without_colour(capsys):
    note("word " * 100, colour="green")
    assert capsys.readouterr().err == "word " * 100 + "\n"
    note("word", quiet=True)
    assert capsys.readouterr().err == ""

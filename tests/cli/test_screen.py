"""Movies in the terminal, on a pseudo-terminal that answers as each kind does."""

import base64
import io
import os
import re
import threading
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from symopt.cli.screen.console import QUERY, Console, colours
from symopt.cli.screen.play import fitted, play
from symopt.cli.shown import spark
from symopt.views.film import inline

termios = pytest.importorskip("termios", reason="no pseudo-terminals here")
ATTRIBUTES = b"\x1b[?62;22c"
ANSWERS = {
    "kitty": b"\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.35)\x1b\\\x1b[6;20;10t" + ATTRIBUTES,
    "iterm": b"\x1bP>|iTerm2 3.5.0\x1b\\\x1b[6;20;10t" + ATTRIBUTES,
    "sixel": b"\x1bP>|XTerm(390)\x1b\\\x1b[6;20;10t\x1b[?64;4;22c",
    "blocks": ATTRIBUTES,
}


class Film:
    """Three pictures, each with a square in another place."""

    width, height = 640, 400
    seconds = (0.02, 0.02, 0.02)
    broken = paper = None

    def at(self, index):
        if index == self.broken:
            raise KeyboardInterrupt
        picture = np.full((400, 640, 4), 255, dtype=np.uint8)
        picture[40:200, 100 * index : 100 * index + 90, :3] = (31, 119, 180)
        picture[380:, ::7, :3] = (214, 39, 40)
        return picture


class Terminal:
    """A pseudo-terminal of 100 × 40 cells that gives its answer to the query, and keeps what it is sent."""

    def __init__(self, answer):
        self.answer, self.said = answer, b""
        self.master, self.slave = os.openpty()
        termios.tcsetwinsize(self.slave, (40, 100))
        self.console = Console(os.fdopen(os.dup(self.slave), "wb"), self.slave)
        self.modes = termios.tcgetattr(self.slave)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        answered = False
        while not self.said.endswith(b"<end>"):
            self.said += os.read(self.master, 2**16)
            if QUERY in self.said and not answered:
                answered = True
                os.write(self.master, self.answer)

    def play(self, film, colours=2**24):
        try:
            play(film, self.console, colours)
        finally:
            self.console.write(b"<end>")
            self.reader.join(20)
            self.left = termios.tcgetattr(self.slave)
            self.console.out.close()
            os.close(self.slave)
            os.close(self.master)
        return self.said


def decoded(way, said):
    """The pictures in what a terminal was sent."""
    if way == "kitty":
        parts = re.findall(rb"\x1b_G([^;]*?)m=([01]);(.*?)\x1b\\", said)
        data, found = b"", []
        for _, more, chunk in parts:
            data += chunk
            if more == b"0":
                found.append(np.frombuffer(zlib.decompress(base64.b64decode(data)), np.uint8).reshape(400, 640, 3))
                data = b""
        return found
    if way == "iterm":
        parts = re.findall(rb"\x1b\]1337;File=inline=1;size=\d+;doNotMoveCursor=1:(.*?)\a", said)
        return [np.asarray(Image.open(io.BytesIO(base64.b64decode(part)))) for part in parts]
    if way == "sixel":
        return [from_sixels(part.decode()) for part in re.findall(rb"\x1bP0;1q(.*?)\x1b\\", said)]
    return [from_blocks(part.decode()) for part in re.findall(rb"\x1b8(\x1b\[38;.*?)\x1b\[\?2026l", said, re.DOTALL)]


def from_sixels(text):
    """A decoder of its own, a sixel at a time."""
    width, height = map(int, re.match(r'"1;1;(\d+);(\d+)', text).groups())
    picture = np.zeros((height + 6, width, 3))
    palette, x, y, colour = {}, 0, 0, None
    for define, r, g, b, number, many, sign in re.findall(
        r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|(?:!(\d+))?([?-~]|[$-])", text.split(";", 3)[3][len(str(height)) :]
    ):
        if define:
            palette[define] = np.array([int(r), int(g), int(b)]) * 2.55
        elif number:
            colour = palette[number]
        elif sign == "$":
            x = 0
        elif sign == "-":
            x, y = 0, y + 6
        else:
            times = int(many or 1)
            for bit in range(6):
                if (ord(sign) - 63) >> bit & 1:
                    picture[y + bit, x : x + times] = colour
            x += times
    return picture[:height]


def from_blocks(text):
    rows = []
    for line in text.split("\r\x1b[B"):
        upper, lower = [], []
        for sgr in re.findall(r"\x1b\[([\d;]*)m|▀", line):
            if sgr not in ("", "0"):
                pair = [int(n) for n in sgr.split(";")]
            elif sgr == "":
                upper.append(pair[2:5])
                lower.append(pair[7:10])
        rows += [upper, lower]
    return np.array(rows)


@pytest.mark.parametrize("way", ANSWERS)
def test_a_terminal_gets_the_pictures_it_can_show_and_is_given_back(way, monkeypatch):
    monkeypatch.delenv("TERM_PROGRAM", raising=False)
    terminal = Terminal(ANSWERS[way])
    said = terminal.play(film := Film())
    found = decoded(way, said)
    assert found
    last = film.at(2)[..., :3]
    if way == "blocks":
        last = inline.resized(last, *fitted(640, 400, (100, 40), (10, 20), way)[:2])
    assert found[-1].shape == last.shape
    assert np.abs(found[-1] - last.astype(float)).max() <= (2 if way == "sixel" else 0)
    assert terminal.left == terminal.modes
    assert said.count(b"\x1b[?25l") == said.count(b"\x1b[?25h") == 2  # asked, and played
    assert said.rindex(b"\x1b[?25h") > said.rindex(b"\x1b8")


def test_an_interrupted_movie_gives_the_terminal_back():
    terminal = Terminal(ANSWERS["kitty"])
    film = Film()
    film.broken = 1
    film.seconds = (0.01, 5.0, 5.0)
    with pytest.raises(KeyboardInterrupt):
        terminal.play(film)
    assert terminal.left == terminal.modes
    assert terminal.said.rindex(b"\x1b[?25h") > terminal.said.rindex(b"\x1b[?25l")
    assert b"\x1b[20B\r" in terminal.said  # below the picture


def test_a_picture_is_never_larger_than_the_terminal():
    assert fitted(640, 400, (100, 40), (10, 20), "kitty") == (640, 400, 20)
    assert fitted(640, 400, (40, 40), (10, 20), "sixel") == (400, 250, 13)
    assert fitted(640, 400, (200, 11), (10, 20), "iterm") == (320, 200, 10)
    assert fitted(640, 400, (80, 24), (10, 20), "blocks") == (73, 46, 23)


def test_late_pictures_are_left_out_but_not_the_last():
    class Slow(Film):
        seconds = (0.001,) * 50

        def __init__(self):
            self.drawn = []

        def at(self, index):
            self.drawn.append(index)
            time.sleep(0.004)
            return super().at(0)

    terminal = Terminal(ANSWERS["kitty"])
    terminal.play(slow := Slow())
    assert slow.drawn[-1] == 49
    assert len(slow.drawn) < 40


def test_colours_are_those_that_the_terminal_says(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    for name in ("NO_COLOR", "COLORTERM", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert colours() == 256
    monkeypatch.setenv("COLORTERM", "truecolor")
    assert colours() == 2**24
    monkeypatch.setenv("NO_COLOR", "1")
    assert colours() == 0


def test_256_colours_and_none():
    image = np.zeros((2, 3, 3), dtype=np.uint8)
    image[0, 0], image[1, 0], image[:, 1] = (255, 0, 0), (128, 128, 128), 255
    assert (
        inline.blocks(image, 256).decode()
        == "\x1b[38;5;196;48;5;244m▀\x1b[38;5;231;48;5;231m▀\x1b[38;5;16;48;5;16m▀\x1b[0m"
    )
    image[0, 0] = 255
    assert inline.blocks(image, 0).decode() == "▄ █"


def test_without_a_terminal_there_is_a_word_and_no_file(cli):
    result = cli("animate", "x**2", "--show")
    assert result.code == 2
    assert "no terminal" in result.err
    assert not list(result.folder.iterdir())


def test_a_spark_line_falls_with_the_logarithm():
    line, ends = spark(np.array([1e4, 1e2, 1.0, 1e-2, 1e-3, 0.0, np.nan]), 40)
    assert line == "█▆▄▂▁▁ "
    assert ends == ""
    assert spark(0.5 ** np.arange(901), 16)[0] == spark(0.5 ** np.arange(16), 16)[0] == "██▇▇▆▆▅▅▄▄▃▃▂▂▁▁"

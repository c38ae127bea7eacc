"""Where pictures and pages go: standard output, devices, pipes; and what is said of a file that was there."""

import os
import sys
import threading

import pytest

from tests.kit import forked

WALK = ("animate", "x**2", "-m", "newton", "-n", "2")


def test_standard_output_gets_the_bytes_and_nothing_else(tmp_path):
    done = forked.Process(forked.symopt(*WALK, "-o", "-", "--format", "png"), tmp_path).ended()
    assert done.code == 0
    assert done.out.startswith(b"\x89PNG")
    assert done.out.endswith(b"IEND\xaeB`\x82")
    assert b"minimum" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_page_to_standard_output(tmp_path):
    done = forked.Process(forked.symopt("explore", "x**2", "-o", "-", "-q"), tmp_path).ended()
    assert (done.code, done.err) == (0, b"")
    assert done.out.startswith(b"<!doctype html>")
    assert done.out.rstrip().endswith(b"</html>")
    assert list(tmp_path.iterdir()) == []


def test_bytes_are_no_text_for_a_terminal(cli, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    for arguments in ((*WALK, "-o", "-"), ("explore", "x**2", "-o", "-"), ("analyze", "x**2", "--plot", "-")):
        done = cli(*arguments)
        assert done.code == 2
        assert "terminal" in done.err
        assert "hint: send it on: " in done.err


def test_the_null_device(cli):
    done = cli(*WALK, "-o", os.devnull)
    assert (done.code, done.out) == (0, f"{os.devnull}\n")
    assert cli("explore", "x**2", "-o", os.devnull).code == 0
    assert list(done.folder.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_named_pipe_stays_one(cli, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_bytes()), daemon=True)
    reader.start()
    assert cli(*WALK, "-o", "pipe", "--format", "svg").code == 0
    reader.join(60)
    assert got[0].lstrip().startswith(b"<?xml")
    assert not (tmp_path / "pipe").is_file()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is always full here")
def test_a_full_device_is_told(cli):
    done = cli(*WALK, "-o", "/dev/full")
    assert (done.code, done.out) == (3, "")
    assert "/dev/full cannot be written" in done.err


def test_a_file_that_was_there_is_said_to_be_replaced(cli):
    arguments = (*WALK, "-o", "a.svg")
    assert "replaced" not in cli(*arguments).err
    assert "(replaced)" in cli(*arguments).err
    assert "replaced" not in cli("explore", "x**2", "-o", "a.html").err
    assert "(replaced)" in cli("explore", "x**2", "-o", "a.html").err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        ((*WALK, "-o", "a.gif", "--format", "png"), "a.gif is no name for a png", ".png"),
        ((*WALK, "-o", "-", "--format", "tiff"), "--format knows no 'tiff'", "one of gif, mp4"),
        ((*WALK, "-o", "-", "--open"), "--open needs a file", "-o"),
        (("analyze", "x**2", "--plot", "-", "--json"), "both want standard output", "a file"),
    ],
)
def test_what_cannot_be_meant(arguments, message, hint, cli):
    done = cli(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert hint in done.err

"""What goes wrong around a program: signals, full disks, closed pipes, little memory, threads, copies."""

import copy
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import symopt
from symopt import Loss, descend
from tests.kit import forked

ROOT = Path(__file__).parent.parent
UNIX = pytest.mark.skipif(os.name != "posix", reason="signals, limits and devices of Unix")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}  # no half of a compiled module


def finished(program, folder=".", **rest):
    return forked.Process(program, folder, **rest).ended()


@UNIX
@pytest.mark.parametrize("kind", ["INT", "TERM"])
def test_a_killed_write_keeps_the_old_file(kind, tmp_path):
    target = tmp_path / "walk.gif"
    target.write_bytes(b"the old file")
    command = forked.symopt("animate", "x**4-3*x**2+x", "-m", "gd", "-s", "-2", "-n", "40", "-o", target)
    process = forked.Process(command)
    while process.poll() is None and len(list(tmp_path.iterdir())) == 1:
        time.sleep(0.005)  # until the new file is begun beside the old one
    if process.poll() is None:
        process.send_signal(getattr(signal, f"SIG{kind}"))
    process.ended()
    content = target.read_bytes()
    assert content == b"the old file" or (content[:6] == b"GIF89a" and content[-1:] == b";")
    assert [path.name for path in tmp_path.iterdir()] == ["walk.gif"]


@UNIX
@pytest.mark.parametrize(
    ("kind", "name"), [("HUP", "walk.png"), ("TERM", "page.html"), ("PIPE", "walk.png"), ("PIPE", "page.html")]
)
def test_a_signal_while_the_new_file_takes_its_place(kind, name, tmp_path):
    target = tmp_path / name
    target.write_bytes(b"the old file")
    command = ["explore", "x**2"] if name == "page.html" else ["animate", "x**2", "-m", "newton"]
    program = (
        "import os, signal, sys\n"
        "def hook(event, given):\n"
        f"    if event == 'os.rename' and os.fspath(given[1]) == {str(target)!r}:\n"
        f"        print(len(os.listdir({str(tmp_path)!r})), flush=True)\n"
        f"        os.kill(os.getpid(), signal.SIG{kind})\n"
        "sys.addaudithook(hook)\n"
        "if hasattr(signal, 'SIGHUP'): signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"  # nohup has it ignored
    ) + forked.symopt(*command, "-o", target)
    done = finished(program)
    assert done.out.startswith(b"2\n"), done.err  # the signal came while a neighbour lay beside the old file
    assert b"Traceback" not in done.err
    content = target.read_bytes()
    if kind == "PIPE":  # Python ignores it: a pipe that closed is an error of the write to it
        assert done.code == 0
        assert content[:4] == b"\x89PNG" if name == "walk.png" else content.rstrip().endswith(b"</html>")
    else:
        assert done.code == -getattr(signal, f"SIG{kind}")
        assert content == b"the old file"
    assert [path.name for path in tmp_path.iterdir()] == [name]


@UNIX
def test_a_signal_before_the_encoder_leaves_no_folder(tmp_path):
    program = (
        "import os, signal, sys\n"
        "def hook(event, given):\n"
        "    if event == 'subprocess.Popen' and given[1][-1].endswith('movie.mp4'):\n"
        f"        print(len(os.listdir({str(tmp_path)!r})), flush=True)\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "sys.addaudithook(hook)\n"
    ) + forked.symopt("animate", "x**2", "-m", "newton", "--format", "mp4", "-o", "-")
    done = finished(program, TMPDIR=str(tmp_path))
    assert done.out == b"2\n", done.err  # the encoder's folder, and that of what goes to standard output
    assert done.code == -signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


@UNIX
def test_a_hangup_that_is_ignored_stays_ignored(tmp_path):
    program = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "sys.addaudithook(lambda event, given: event == 'os.rename' and os.kill(os.getpid(), signal.SIGHUP))\n"
    ) + forked.symopt("explore", "x**2", "-o", "page.html")
    done = finished(program, tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "page.html").read_bytes().rstrip().endswith(b"</html>")


@UNIX
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_full_disk_is_told():
    done = finished(forked.symopt("derive", "x**2"), stdout="/dev/full")
    assert done.code == 3
    assert done.err.startswith(b"error: standard output cannot be written")
    assert b"Traceback" not in done.err


@UNIX
def test_a_failing_write_leaves_nothing(tmp_path):
    target = tmp_path / "walk.svg"
    target.write_bytes(b"the old file")
    limit = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); import signal; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    ) + forked.symopt("animate", "x**2", "-o", target)
    done = finished(limit)
    assert done.code == 3, done.err
    assert b"Traceback" not in done.err
    assert target.read_bytes() == b"the old file"
    assert [path.name for path in tmp_path.iterdir()] == ["walk.svg"]


@UNIX
def test_a_closed_pipe_and_a_home_that_cannot_be_written(tmp_path):
    closed = (
        "import os, sys; ours, theirs = os.pipe(); os.close(ours); os.dup2(theirs, 1); sys.stdout = os.fdopen(1, 'w');"
    )
    done = finished(closed + forked.symopt("run", "x**2", "-n", "2000"))
    assert done.code == 0
    assert b"Traceback" not in done.err
    home = {**ENVIRONMENT, "HOME": "/proc", "MPLCONFIGDIR": "/proc/nothing", "XDG_CACHE_HOME": "/proc/nothing"}
    command = [sys.executable, "-m", "symopt", "animate", "x**2", "-m", "newton", "-o", "walk.png"]
    done = subprocess.run(command, env=home, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "walk.png").read_bytes()[:4] == b"\x89PNG"


def test_several_at_once_onto_one_file(tmp_path):
    target = tmp_path / "walk.svg"
    command = forked.symopt("animate", "x**2", "-m", "newton", "-o", target)
    for process in [forked.Process(command) for _ in range(2)]:
        done = process.ended()
        assert done.code == 0, done.err
    assert target.read_text(encoding="utf-8").rstrip().endswith("</svg>")
    assert [path.name for path in tmp_path.iterdir()] == ["walk.svg"]


TEN = """
import os, sys
folder = os.path.dirname(target)
from symopt.cli.app import command_line
import symopt.page, sympy
symopt.explore("x**2")
ready, go = os.pipe(), os.pipe()

def hook(event, given):
    if event == "os.rename":
        os.write(ready[1], b"r")
        os.read(go[0], 1)

def run(k):
    sys.addaudithook(hook)
    sys.argv = ["symopt", "explore", f"{k}*x**2", "-q", "-o", target]
    code = 70
    try:
        command_line()
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        os.write(ready[1], b"e")
        os._exit(code)

children = []
for k in range(10):
    children.append(os.fork())
    if not children[-1]:
        run(k + 2)
for _ in children:
    os.read(ready[0], 1)
begun = len(os.listdir(folder))
os.write(go[1], b"g" * 10)
print(begun, *(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children), flush=True)
"""


@UNIX
def test_ten_at_once_onto_one_file(tmp_path):
    """All ten have written their new file before the first of them takes its place."""
    target = tmp_path / "page.html"
    done = finished(f"target = {str(target)!r}\n{TEN}")
    assert done.err == b""
    assert done.out.decode().splitlines()[-1].split() == ["10", *["0"] * 10]
    page = target.read_text(encoding="utf-8")
    factor = int(re.search(r"<title>.*?(\d+)\*x\*\*2.*?</title>", page)[1])
    assert 2 <= factor < 12
    assert page == symopt.explore(f"{factor}*x**2").html  # one of the ten, whole
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


OPTIMIZED = """
import sys
from importlib.machinery import SourceFileLoader

def compiled(self, name):
    path = self.get_filename(name)
    return compile(self.get_data(path), path, "exec", dont_inherit=True, optimize=1)

SourceFileLoader.get_code = compiled
for name in [name for name in sys.modules if name.split(".")[0] == "symopt"]:
    del sys.modules[name]
"""


@UNIX
def test_without_assertions_it_answers_the_same():
    """As by `python -O`, which would compile sympy and numpy anew too."""
    command = forked.symopt("run", "x**4-3*x**2+x", "-m", "newton", "-s", "-2", "--json")
    bare, usual = finished(OPTIMIZED + command), finished(command)
    assert (bare.code, bare.out, bare.err) == (0, usual.out, usual.err)


@UNIX
def test_little_memory_is_no_traceback_of_ours():
    program = (
        "import resource, sys, numpy, symopt; from symopt.cli.app import main; symopt.Loss.parse('x').hess([1.0]);"
        "pages = int(open('/proc/self/statm').read().split()[0]) if sys.platform == 'linux' else 1 << 18;"
        "resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (400 << 20),) * 2);"
        "sys.argv = ['symopt', 'derive', 'x**2']; main()"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "2*x" in done.stdout


def test_one_loss_is_evaluated_by_many_threads():
    points = np.linspace(-2, 2, 50)[:, None]
    expected = Loss.parse("x**4 - 3*x**2 + gamma(x + 4)").hess(points)
    loss = Loss.parse("x**4 - 3*x**2 + gamma(x + 4)")
    found, gate = [], threading.Barrier(8)

    def evaluate():
        gate.wait()
        found.append((loss(points), loss.grad(points), loss.hess(points)))

    threads = [threading.Thread(target=evaluate) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    for _, _, hessian in found:
        np.testing.assert_array_equal(hessian, expected)


@cache
def records():
    """What symopt hands out."""
    loss = Loss.parse("x**4 - 3*x**2 + x")
    loss.hess(np.array([1.0]))  # compiled, as after use
    walk = descend(loss, "newton", -2.0)
    analysis = symopt.analyze(loss)
    return {
        "loss": loss, "method": symopt.method("gd:lr=0.1"), "rule": symopt.method("x - lr*g:lr=0.5"),
        "own": symopt.method("trust-region"), "walk": walk, "outcome": walk.outcome, "stop": symopt.Stop(),
        "problem": symopt.Problem.of("rosenbrock"), "error": caught(), "verdict": symopt.check(loss, gradient="2*x"),
        "movie": symopt.animate(walk, at=[0, 1]), "figure": symopt.plot(walk), "analysis": analysis,
        "kink": symopt.analyze("abs(x) + x**2"), "point": analysis.critical_points[0], "rate": analysis.rates[0],
        "page": symopt.explore(loss), "numpy": symopt.derive(loss), "latex": symopt.derive(loss, "latex"),
        "methods": symopt.methods(), "losses": symopt.losses(), "entry": symopt.losses()[0],
        "named": symopt.methods()[0], "sweep": symopt.sweep(loss, "gd", over={"lr": (0.01, 0.5, 4)}, steps=20),
        **{word: getattr(symopt, word)("what", "a hint") for word in symopt.__all__ if word.endswith("Error")},
    }  # fmt: skip


def caught():
    with pytest.raises(symopt.SymoptError) as trouble:
        Loss.parse("x +")
    return trouble.value.with_traceback(None)  # what some packages teach copy of tracebacks is theirs


SHOWN = ("__repr__", "__str__", "_repr_html_", "_repr_latex_", "_repr_png_")


def shown(record):
    """All that a person can be shown of a record."""
    return {name: getattr(record, name)() for name in SHOWN if hasattr(record, name)}


def test_every_record_can_be_copied_and_pickled():
    for name, record in records().items():
        own = shown(record)
        for twin in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):
            assert type(twin) is type(record), name
            assert shown(twin) == own, name
            assert (twin == record) in (True, False), name
            if name == "loss":
                assert twin == record
                np.testing.assert_array_equal(twin.grad(np.array([0.7])), record.grad(np.array([0.7])))
            if name == "error":
                assert (twin.message, twin.hint, twin.excerpt()) == (record.message, record.hint, record.excerpt())
            if name == "walk":
                np.testing.assert_array_equal(twin.xs, record.xs)
            if name == "movie":
                assert twin.content == record.content
            if name in ("analysis", "kink"):
                assert twin.record() == record.record()
            if name == "problem":
                np.testing.assert_array_equal(twin.window, record.window)
                np.testing.assert_array_equal(twin.start, record.start)
            if name == "sweep":
                np.testing.assert_array_equal(twin.x, record.x)
                assert twin.words == record.words
            if name in ("methods", "losses"):
                assert list(twin) == list(record)


def test_every_public_class_is_among_the_records():
    classes = [each for each in (getattr(symopt, word) for word in symopt.__all__) if isinstance(each, type)]
    made = {type(record) for record in records().values()}
    assert [each for each in classes if not any(issubclass(kind, each) for kind in made)] == []

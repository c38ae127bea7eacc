"""The command line inside the test's process, in an empty folder; and what all tests share at the start."""

import gc
import os
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from types import SimpleNamespace

import pytest
from _pytest.assertion import rewrite

from symopt.cli.app import command_line

ROOT = Path(__file__).parents[1]
os.environ["LC_ALL"] = "C.UTF-8"  # people are spoken to in English, whatever this machine speaks
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of some thousand processes would compile what it imports
sys.dont_write_bytecode = False
os.environ.setdefault("SYMPY_CACHE_SIZE", "20000")  # many losses in one process; a twentieth less work
BALLS = 53, 10
for _library in ("OPENBLAS", "MKL", "OMP"):  # as in `symopt` itself; the workers inherit it
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")


def pytest_xdist_auto_num_workers(config):
    """One worker more than there are cores: some wait for a browser, a cluster or another process."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config):
    """Each of several workers first compiles its part of what was never compiled, for all of them."""
    gc.set_threshold(100_000, 50, 50)  # as `symopt` itself: nearly all that is made lives until the end
    worker, state = getattr(config, "workerinput", None), config.stash.get(rewrite.assertstate_key, None)
    if state:
        state.hook._must_rewrite.discard("symopt")  # as our plugin it is taken for a package of assertions
    if worker and state:
        part = slice(int(worker["workerid"].removeprefix("gw")), None, worker["workercount"])
        for path in sorted([*ROOT.glob("symopt/**/*.py"), *ROOT.glob("tests/**/*.py")])[part]:
            compiled = Path(cache_from_source(str(path)))
            if path.name.startswith("test_"):  # with pytest's own assertions
                compiled = compiled.with_name(path.stem + rewrite.PYC_TAIL)
                if not compiled.exists():
                    compiled.parent.mkdir(exist_ok=True)
                    known, code = rewrite._rewrite_test(path, config)
                    rewrite._write_pyc(state, code, known, compiled)
            elif not compiled.exists():
                SourceFileLoader(path.stem, str(path)).get_code(path.stem)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    """No test leaves balls another precision: later ones would compute with it, and hide what is wrong with theirs."""
    flint = sys.modules.get("flint")
    if flint and (flint.ctx.prec, flint.ctx.cap) != BALLS:
        left = flint.ctx.prec, flint.ctx.cap
        flint.ctx.prec, flint.ctx.cap = BALLS
        pytest.fail(f"flint's precision and number of coefficients are left at {left}, not at {BALLS}")


def pytest_collection_finish():
    gc.freeze()  # tests and modules stay: the collector need not look at them again


@pytest.fixture
def cli(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(*arguments, stdin=None):
        monkeypatch.setattr(sys, "argv", ["symopt", *map(str, arguments)])
        if stdin is not None:
            import io

            monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            command_line()
        out, err = capsys.readouterr()
        return SimpleNamespace(code=caught.value.code or 0, out=out, err=err, folder=tmp_path)

    return run

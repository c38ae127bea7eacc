"""Runs the command line inside the test's process, in an empty folder."""

import os
import sys
from types import SimpleNamespace

import pytest

from symopt.cli.app import command_line

os.environ["LC_ALL"] = "C.UTF-8"  # people are spoken to in English, whatever this machine speaks
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of some thousand processes would compile what it imports
sys.dont_write_bytecode = False


def pytest_xdist_auto_num_workers(config):
    """One worker more than there are cores: some wait for a browser, a cluster or another process."""
    return (os.cpu_count() or 1) + 1


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

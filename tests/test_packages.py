"""What is handed out: the source archive, and the wheel that is built from it, unpacked and run."""

import os
import subprocess
import sys
import tarfile
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

import pytest

import symopt

ROOT = Path(__file__).parent.parent
NOT_PYTHON = {"template.html", "style.css", "main.js", "1.js", "eight.zh.md", "py.typed"}  # at least


def built(kind, source, folder):
    """The archive that the declared build backend makes of a folder, as `pip wheel --no-build-isolation` would."""
    folder.mkdir()
    program = f"import sys; from hatchling.build import build_{kind}; build_{kind}(sys.argv[1])"
    command = [sys.executable, "-c", program, str(folder)]
    made = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 0, made.stderr
    (path,) = folder.iterdir()
    return path


def package(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "symopt").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_source_archive_makes_a_wheel_that_runs(tmp_path):
    pytest.importorskip("hatchling", reason="the build backend is not installed: hatchling, of the extra `test`")
    with tarfile.open(built("sdist", ROOT, tmp_path / "sdist")) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2 has none
        archive.extractall(tmp_path / "source")
    (source,) = (tmp_path / "source").iterdir()
    wheel = built("wheel", source, tmp_path / "wheel")
    assert wheel.name == f"symopt_lab-{symopt.__version__}-py3-none-any.whl"
    unpacked = tmp_path / "installed"
    with ZipFile(wheel) as archive:
        archive.extractall(unpacked)

    here = package(ROOT)
    assert {path.rpartition("/")[2] for path in here} >= NOT_PYTHON
    assert package(unpacked) == here  # every file, and nothing of the tests
    notes, top = unpacked / f"symopt_lab-{symopt.__version__}.dist-info", {path.name for path in unpacked.iterdir()}
    assert top == {"symopt", notes.name}
    told = message_from_string((notes / "METADATA").read_text(encoding="utf-8"))
    assert (told["Name"], told["Version"], told["Requires-Python"]) == ("symopt-lab", symopt.__version__, ">=3.11")
    assert "symopt = symopt.cli:main" in (notes / "entry_points.txt").read_text(encoding="utf-8")

    program = (
        "import sys, symopt; print(symopt.__file__); symopt.explore('x**2').save('page.html');"
        "sys.argv = ['symopt', 'run', 'x**2', '-m', 'newton']; from symopt.cli import main; main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.splitlines()[0]).is_relative_to(unpacked)
    assert "minimum x = 0 in 1 step" in done.stdout
    assert (tmp_path / "page.html").read_text(encoding="utf-8").rstrip().endswith("</html>")

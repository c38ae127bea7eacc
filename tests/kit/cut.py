"""Sweeps by two processes that are killed, or meet a full disk, and go on: python -m tests.kit.cut 10 [FOLDER]

Each is killed (SIGKILL to the one that was called) at a random moment, and given again: the files have to be those of
one that went on undisturbed, and no process may be left over. FOLDER: on a small disk, which is filled first; for
example made by `mount -t tmpfs -o size=8m tmpfs FOLDER`.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

SWEEP = """
import sys, symopt
from symopt.sweep import jobs, plan
plan.PIXELS, jobs.WORTH = 2048, 1
try:
    symopt.sweep("x**2/50 - cos(x)", "gd", {"lr": (0.01, 4, 256), "x": (-20, 20, 256)}, steps=200, path=sys.argv[1])
except symopt.SymoptError as error:
    sys.exit(f"{error}; {error.hint}")
"""
MARK = f"SYMOPT_CUT={os.getpid()}"
ROOM = 2**20
"""Bytes that are left on the disk: some of the chunks."""


def begun(path: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"SYMOPT_THREADS": "2"} | dict([MARK.split("=")])
    return subprocess.Popen(
        [sys.executable, "-c", SWEEP, str(path)], env=environment, stderr=subprocess.PIPE, text=True
    )


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def left_over() -> int:
    """Processes of these sweeps that are there still."""
    found = 0
    for each in Path("/proc").glob("[0-9]*/environ"):
        try:
            found += MARK.encode() in each.read_bytes()
        except OSError:
            continue
    return found


def chunks(folder: Path) -> int:
    return len(list((folder / ".chunks").glob("*.npz")))


def killed(folder: Path, whole: dict[str, bytes], seconds: float, draw: random.Random) -> tuple[str, bool]:
    """What came of one that was killed and given again, in words, and whether it is as it should be."""
    path = folder / "cut.zarr"
    process = begun(path)
    while not path.exists():
        time.sleep(0.01)
    time.sleep(draw.uniform(0, seconds))
    process.kill()
    process.communicate()
    kept = chunks(path)
    until = time.monotonic() + 30
    while (left := left_over()) and time.monotonic() < until:
        time.sleep(0.1)
    begun(path).communicate()
    same = files(path) == whole
    rmtree(path)
    return f"killed with {kept:2} of 32 chunks, {left} processes left over, {'the same' if same else 'OTHER'} bytes", (
        same and not left
    )


def filled(folder: Path, whole: dict[str, bytes]) -> tuple[str, bool]:
    """The same of one that met a full disk."""
    path, stone = folder / "full.zarr", folder / "stone"
    disk = os.statvfs(folder)
    stone.write_bytes(bytes(max(0, disk.f_bavail * disk.f_frsize - ROOM)))
    said = begun(path).communicate()[1].strip()
    kept = chunks(path)
    stone.unlink()
    begun(path).communicate()
    same = files(path) == whole
    rmtree(path)
    words = f"disk full with {kept} of 32 chunks, then {'the same' if same else 'OTHER'} bytes; it said: {said}"
    return words, same and 0 < kept < 32 and "No space left" in said and "Traceback" not in said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=10)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    fine, draw = True, random.Random(given.seed)
    with TemporaryDirectory() as name:
        path = Path(name) / "whole.zarr"
        process = begun(path)
        while not path.exists():
            time.sleep(0.01)
        since = time.monotonic()
        process.communicate()
        seconds, whole = time.monotonic() - since, files(path)
        for _ in range(given.count):
            words, good = killed(Path(name), whole, seconds, draw)
            fine &= good
            print(words, flush=True)
    if given.folder is not None:
        words, good = filled(given.folder, whole)
        fine &= good
        print(words)
    return not fine


if __name__ == "__main__":
    sys.exit(main())

"""Whether a checkout is clean: format, lint and types of the Python, the page's JavaScript, and its built bundle.

python -m tests.kit.clean      says what is not, and ends with 1 then; without `npm ci` it leaves out the page
"""

import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT = "symopt/page/built"
PYTHON = {"format": "ruff format --check -q .", "lint": "ruff check -q .", "types": "mypy --no-error-summary"}
PAGE = {"JavaScript": ("npm", "run", "--silent", "lint"), "bundle": ("node", "build.mjs")}


def trouble(name: str) -> str:
    """What one of the five tools finds, or nothing.

    Raises:
        FileNotFoundError: npm or node is not there, though `node_modules` is.
    """
    if name in PYTHON:
        command = [sys.executable, "-m", *PYTHON[name].split()]
    else:
        program, *rest = PAGE[name]
        found = shutil.which(program)
        if found is None:
            raise FileNotFoundError(f"node_modules is there, but {program} is not")
        command = [found, *rest]
    with tempfile.TemporaryDirectory() as made:
        command += [made] * (name == "bundle")
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
        said = (done.stdout + done.stderr).strip() or f"ended with {done.returncode}"
        if done.returncode:
            return said
        built = [path for path in Path(made).iterdir() if path.read_bytes() != (ROOT / BUILT / path.name).read_bytes()]
    return "".join(f"{BUILT}/{path.name} is not what its modules make: npm run build\n" for path in sorted(built))


def main() -> int:
    names = [*PYTHON, *(PAGE if (ROOT / "node_modules").exists() else ())]
    with ThreadPoolExecutor() as at_once:
        found = dict(zip(names, at_once.map(trouble, names), strict=True))
    for name, said in found.items():
        print(f"{name}: {said or 'clean'}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())

"""Runs the page's own modules in node, with no page around them."""

import json
import math
import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from symopt.loss import Loss
from symopt.methods import method
from symopt.page.bundle import prelude
from symopt.page.printed import program

NUMBERS = ("walk.js", "unfinished.js")
DRIVER = """
import {{ readFileSync }} from "node:fs";
import {{ runInThisContext }} from "node:vm";
const TOLD = {{ NaN, Infinity, "-Infinity": -Infinity }};
const hear = (k, v) => (typeof v === "string" && v in TOLD ? TOLD[v] : v);
globalThis.GIVEN = JSON.parse(readFileSync(0, "utf8"), hear);
const tell = (k, v) => (typeof v === "number" && !Number.isFinite(v) ? String(v) : ArrayBuffer.isView(v) ? [...v] : v);
runInThisContext({before}); // what is declared here all modules see
for (const name of {names}) Object.assign(globalThis, await import(name));
console.log(JSON.stringify({body}, tell));
"""


def node():
    """The path of node; the test is skipped without it, but never in CI."""
    found = shutil.which("node")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("CI must have node")
    if found is None:
        pytest.skip("no node on the PATH: the page's numbers are not compared")
    return found


def run(folder, body, given, modules=NUMBERS, functions=""):
    """What `body`, an expression of GIVEN, is worth in node after the modules; nan and inf survive."""
    script = folder / "run.mjs"
    names = [Path(str(files("symopt.page").joinpath(name))).as_uri() for name in modules]
    script.write_text(
        DRIVER.format(before=json.dumps(prelude(functions)), names=json.dumps(names), body=body), encoding="utf-8"
    )
    done = subprocess.run(
        [node(), str(script)], input=json.dumps(told(given)), capture_output=True, text=True, timeout=120, check=False,
        encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return revived(json.loads(done.stdout))


def told(value):
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: told(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [told(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def revived(value):
    if isinstance(value, list):
        return [revived(item) for item in value]
    if isinstance(value, dict):
        return {key: revived(item) for key, item in value.items()}
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value


def printed(loss: Loss, methods=()) -> str:
    """The loss as a JavaScript object, with what searches and some methods ask of it."""
    return program(loss, loss, (), [method("bfgs"), *methods])

"""Runs the page's own modules in node, with no page around them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from symopt.loss import Loss
from symopt.page import javascript
from symopt.page.bundle import bundle
from symopt.page.facts import derived

NODE = shutil.which("node")


def node_or_skip() -> str:
    """The path of node; skips without it, but never in CI."""
    if NODE is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have node")
        pytest.skip("no node on the PATH: the page's numbers are not compared")
    return NODE


def run(script: str, given: Any, modules: tuple[str, ...]) -> Any:
    """Runs the modules and a driver that reads GIVEN and leaves its answer in `answer`; nan and inf survive."""
    read = """
const revive = (k, v) => (v === "NaN" ? NaN : v === "Infinity" ? Infinity : v === "-Infinity" ? -Infinity : v);
const keepAll = (k, v) => (typeof v === "number" && !Number.isFinite(v) ? String(v) : ArrayBuffer.isView(v) ? [...v] : v);
const GIVEN = JSON.parse(require("fs").readFileSync(0, "utf8"), revive);
let answer;
"""
    source = f'"use strict";{read}\n{bundle("", modules)}\n{script}\nconsole.log(JSON.stringify(answer, keepAll));'
    process = subprocess.run(
        [node_or_skip(), "--stack-size=8000", "-e", source] if len(source) < 100_000 else [node_or_skip(), "-"],
        input=json.dumps(_plain(given)) if len(source) < 100_000 else source,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-2000:]
    return json.loads(process.stdout, parse_constant=float, object_hook=None)


def number(value: Any) -> float:
    return float(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def program_of(loss: Loss) -> str:
    """The loss as a JavaScript object."""
    return javascript.loss(*derived(loss, {}), loss.n)

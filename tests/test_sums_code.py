"""Code of losses that are sums: loops with the numbers of the loss."""

import ctypes
import json
import shutil
import subprocess

import numpy as np
import pytest

from symopt import Loss, derive
from tests.test_general import DATA, GATHERS, TEXTS, gathered

RANDOM = np.random.default_rng(5)


def loss_of(text):
    """The loss, and the columns in the order of the code's arguments."""
    over_rows = "(y" in text
    loss = Loss.parse(text, data={k: v for k, v in DATA.items() if k in text or k != "g"} if over_rows else None)
    return loss, [DATA[name] for name in loss.read.columns]


LOSSES = [(*loss_of(text), text) for text in TEXTS if "where(i" not in text]
LOSSES += [(*gathered(text), text) for text in GATHERS]
WORDS = dict(zip(("len", "HUGE_VAL", "Array", "length"), RANDOM.uniform(0.1, 1, (4, 5)), strict=True))
"""Columns that are called like what the code calls, or like a macro."""
LOSSES += [(worded := Loss.parse("mean((Array - a*exp(-b*len) - HUGE_VAL*length)**2)", data=WORDS),
            [WORDS[name] for name in worded.read.columns], worded.text)]  # fmt: skip
POINTS = [RANDOM.uniform(-1, 1, (2, loss.n)) for loss, *_ in LOSSES]


def near(loss, x, v, f, g, h):
    wanted = loss(x), loss.grad(x), loss.hessp(x, v)
    for found, right in zip((f, g, h), wanted, strict=True):
        scale = max(float(np.abs(right).max()), 1e-300)
        np.testing.assert_allclose(np.array(found), right, rtol=0, atol=1e-12 * scale, err_msg=loss.text)


def test_python():
    for (loss, columns, _), (x, v) in zip(LOSSES, POINTS, strict=True):
        scope = {}
        exec(compile(derive(loss, "python"), "<generated>", "exec"), scope)
        x_, v_, data = list(x), list(v), [list(map(float, column)) for column in columns]
        near(loss, x, v, scope["f"](x_, *data), scope["df"](x_, *data), scope["ddf"](x_, v_, *data))


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_c(tmp_path):
    parts = ["#include <math.h>"]
    for k, (loss, *_) in enumerate(LOSSES):
        names = ("f", "df", "ddf", "log1pexp", "sign", "sigmoid", "logaddexp")
        parts += [f"#define {name} {name}_{k}" for name in names]
        parts += [derive(loss, "c").replace("#include <math.h>", ""), *(f"#undef {name}" for name in names)]
    (tmp_path / "all.c").write_text("\n".join(parts), encoding="utf-8")
    library = tmp_path / "all.so"
    subprocess.run(["cc", "-std=c99", "-Wall", "-Wno-unused-function", "-Werror", "-O0", "-fPIC", "-shared",
                    tmp_path / "all.c", "-o", library, "-lm"], check=True)  # fmt: skip
    code = ctypes.CDLL(str(library))
    for k, ((loss, columns, _), (x, v)) in enumerate(zip(LOSSES, POINTS, strict=True)):

        def array(numbers):
            return (ctypes.c_double * len(numbers))(*map(float, numbers))

        data = [array(column) for column in columns]
        any_rows = loss.for_any_data().data is None
        data += [ctypes.c_long(len(columns[0]))] if columns and any_rows else []
        g, h = array(np.ones(loss.n)), array(np.ones(loss.n))
        f = getattr(code, f"f_{k}")
        f.restype = ctypes.c_double
        getattr(code, f"df_{k}")(array(x), *data, g)
        getattr(code, f"ddf_{k}")(array(x), array(v), *data, h)
        near(loss, x, v, f(array(x), *data), list(g), list(h))


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
def test_javascript(tmp_path):
    parts = ["const out = [];"]
    for (loss, columns, _), (x, v) in zip(LOSSES[::-2], POINTS[::-2], strict=True):
        data = [list(map(float, column)) for column in columns]
        parts.append(f"""out.push((() => {{ {derive(loss, "js")}
const x = {json.dumps(list(x))}, v = {json.dumps(list(v))}, data = {json.dumps(data)};
return [f(x, ...data), df(x, ...data), ddf(x, v, ...data)]; }})());""")
    script = tmp_path / "all.js"
    script.write_text("'use strict';\n" + "\n".join(parts) + "\nconsole.log(JSON.stringify(out));", encoding="utf-8")
    done = subprocess.run(["node", script], capture_output=True, text=True, check=True)
    for (loss, *_), (x, v), found in zip(LOSSES[::-2], POINTS[::-2], json.loads(done.stdout), strict=True):
        near(loss, x, v, *found)


def test_julia():
    for loss, *_ in LOSSES[::-3]:
        code = derive(loss, "julia")
        opened = [line for line in code.splitlines() if line.lstrip().startswith(("for ", "function "))]
        assert len(opened) == [line.strip() for line in code.splitlines()].count("end") > 3
        assert "**" not in code.split("\n", 2)[2]
        assert "length(length)" not in code


def test_the_code_has_as_many_lines_at_every_length():
    chain = "sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, n-2)"
    codes = [derive(Loss.parse(chain, constants={"n": n}), "c") for n in (20, 10**6)]
    assert len({len(code.splitlines()) for code in codes}) == 1
    assert codes[1].count("for (") == 5

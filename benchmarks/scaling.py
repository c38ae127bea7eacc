"""The page that shows how costs grow: plots and their words, from the curves that the benchmarks measured."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from benchmarks.measure import ROOT, Row, process, table

DOCS = Path(__file__).resolve().parents[1] / "docs"
Curves = dict[str, dict[str, list[tuple[float, float]]]]

# plot: (title, what grows, words below it)
PLOTS = {
    "frames": (
        "A movie", "frames",
        "One whole process, imports included, from a typed loss to a GIF, beside the script that one writes by hand "
        "with `FuncAnimation` and Pillow. The flat beginning of the lower line is the import of sympy and matplotlib; "
        "behind it a frame costs a small part of the other's, since only what moves is drawn.",
    ),
    "variables": (
        "Gradient and Hessian, ready to evaluate", "variables",
        "Rosenbrock's chain, from its expression to two functions that can be called. Of sympy the best way that we "
        "know is shown, not the obvious one: each term is differentiated by its own variables only, and no entry that "
        "is zero is ever formed. Ten times the variables cost symopt about ten times as much, not a hundred times.",
    ),
    "nodes": (
        "A long loss of one variable", "operations",
        "A sum of more and more different terms, differentiated twice and compiled. Reverse accumulation writes each "
        "operation once, so that f″ of a loss is a few times as long as the loss, however often it is nested.",
    ),
    "starts": (
        "Many starts", "starts",
        "100 steps of gradient descent from every start. Up to some hundred starts the cost is that of calling numpy, "
        "and more starts are free; beyond, every start costs little more than the sines that it needs.",
    ),
    "steps": (
        "One long descent", "steps",
        "One start, with every point, value and gradient kept and the end judged, beside a loop written by hand that "
        "keeps points and values and judges nothing. A single walk is where symopt is slower than a loop: it pays for "
        "numpy calls on arrays of one number, by the same code that takes a million of them.",
    ),
}  # fmt: skip

HEAD = """# How costs grow

Made by `python -m benchmarks`, which measures everything anew; do not edit it by hand. Each table says when and where
it was measured: `--only sums` measures one of them anew. The plots show CPU time,
both axes logarithmic, in units of symopt's own cost at the left end: only ratios mean anything on another machine.
"""

GAP = """## Beside CasADi and symengine

Of a loss that is a sum (`sum(…, i, a, b)`, or over rows of data) symopt derives the one term, whatever the number of
terms; CasADi's vectorised form grows with them (table "Sums"). At n = 10⁶ CasADi needs more memory than most machines
have for the shapes without a row there (17 GB). The logistic loss is CasADi's best case: one product with a matrix, ten
variables and four operations on whole vectors, which it derives in 0.8 ms. symopt needs some 0.7 of that, half of it
for reading the text, which CasADi is not asked to; Python's own compiler, 0.15 ms for the three functions, is asked
when a function is called a second time, and its first call is run operation by operation.

Threads: how much two of them give depends on what the machine gives. On the one below two *processes* of pure
arithmetic did 1.3 times the work of one in the same minutes, at other times 1.9; at such times f of the logistic loss
took 1/1.65 of its time on two threads, ∇f 1/1.45. In this run symopt gained more by them than
numpy by hand.

A term over rows and one more index (a layer of a network typed as a sum) is computed operation by operation, where
numpy by hand has one matrix product for the layer and keeps tanh for the gradient: it takes four to seven times as
long.

CasADi derives large losses of other shapes faster, by the factor in the table: its graph, its derivatives and its
virtual machine are C++, while symopt makes its nodes in Python, writes a function as text, and spends about a third
of its time in Python's own compiler. symengine differentiates in C++ too, but expressions and not a graph, so that it
repeats what terms share. Both evaluate what was typed: log(1 + exp(x)) is inf at 800 and its slope nan, where symopt
says 800 and 1, because it recognises such forms before it derives. So they are columns here, and no dependencies:
both would need that knowledge a second time.
"""

MANY = """## A million variables

```bash
symopt run "sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, n-2)" --set n=1000000 -m newton-cg
```

walks, judges and prints in about half a minute of CPU time and 1.1 GiB (`trust-region` takes longer: some six
factorisations a step). `newton`, `regularized-newton`, `line-search-newton` and
`trust-region` factorise the Hessian along its band or by SuperLU, `newton-cg`, `l-bfgs`, `conjugate-gradient` and the
rest need vectors alone. What a walk keeps is bounded: of more than 2²⁵ numbers every second point is dropped, as often
as it takes, while values, slopes and rises are those of all steps. Of more than 1,000 variables samples of the window
are of four points and curvature is known by 32 products, so that automatic rates are coarser estimates; of more than
100,000 the rule for steps is 10⁸/n, and at least 100.

The table counts evaluations of f, ∇f, ∇²f and ∇²f·v until ‖∇f‖ ≤ 1e-8. Rosenbrock's chain from (−1.2, 1, −1.2, 1, …) is
the exception: nobody walks a million variables of it to the end. Within twenty steps the chain comes to rest at
x = 0.0102084, where a constant chain is stationary; then a front of ones enters at the first variable and runs along
it, some ten variables wide. Steps therefore grow with n, for every method that was tried:

| steps (evaluations) | n = 100 | 300 | 1,000 | 3,000 |
|---|---|---|---|---|
| newton | 150 (300) | 412 (824) | 1,328 (2,656) | 3,944 (7,888) |
| line-search-newton | 242 (1,014) | 492 (1,708) | 1,551 (5,276) | 4,519 (14,959) |
| trust-region | 247 (859) | 543 (1,636) | 2,359 (8,246) | 5,255 (15,777) |
| newton-cg | | 477 (6,951) | 1,482 (22,941) | 4,401 (70,260) |
| scipy's Newton-CG | | 551 (6,419) | 1,621 (20,978) | 4,717 (63,681) |
| scipy's trust-ncg | 463 (3,280) | 1,275 (9,196) | 4,107 (29,899) | 12,234 (89,935) |
| l-bfgs | 543 (1,198) | 1,512 (3,374) | 4,949 (11,043) | 14,809 (32,899) |
| scipy's L-BFGS-B | 542 (1,266) | 1,528 (3,560) | 4,955 (11,578) | 14,807 (34,568) |

(Up to 200 variables newton-cg takes ∇²f itself.) By 1.3 to 5 steps a variable a million variables take millions of
steps, by scipy's methods too; newton-cg takes 1.08 to 1.10 times the evaluations of scipy's Newton-CG. From other
starts, on 2026-11-26, its evaluations over scipy's until ‖∇f‖ ≤ 1e-8, at random in [−2, 2] with numpy's seeds 0 to 3:

| newton-cg over scipy's Newton-CG | standard start | from 0 | at random |
|---|---|---|---|
| Rosenbrock's chain, n = 300 | 1.08 | 0.92 | 1.28, 1.11, 1.13, 1.22 |
| Lukšan-Vlček 1, n = 300 | 0.50 | 0.93 | 1.07, 0.51, 0.98, 1.09 |
| Broyden tridiagonal, n = 300 | 0.73 | 1.06 | 1.02, 1.05, 1.00, 1.23 |
| Rosenbrock's chain, n = 1,000 | 1.10 | 0.90 | 0.97, 1.27, 0.81, 0.97 |
| Lukšan-Vlček 1, n = 1,000 | 1.02 | 0.48 | 1.52, 1.38, 1.01, 1.11 |
| Broyden tridiagonal, n = 1,000 | 0.75 | 0.84 | |

Rounding decides where such walks go: another last place of ∇²f moved scipy's own counts by up to 4%. Starts from which
the whole chain moves at once arrive. `symopt run` of a million variables, `--gtol 1e-9`, from start to prompt:

| steps, seconds, GiB | `-s "2,…"` | `-s "1.3,0.7,0.8,…"` |
|---|---|---|
| newton-cg | 17, 10, 0.8 | 12, 7, 0.7 |
| line-search-newton | 13, 7, 0.8 | 10, 6, 0.7 |
| trust-region | 20, 8, 0.9 | 17, 10, 0.8 |
| l-bfgs | 91, 9, 1.0 | 54, 7, 1.0 |
"""


TABLES = """## The tables

Medians of interleaved pairs; ✗ marks a goal that this run missed. Times on the clock depend on what else the machine
does, so beside two threads of symopt stand two of numpy by hand.

```
"""


def frames(quick: bool = False) -> Curves:
    """CPU seconds of whole processes against the number of frames; one round, since the baseline is slow."""
    sizes, by_hand = ((2,), 0) if quick else ((5, 10, 30, 100, 300, 1000), 100)
    curve: dict[str, list[tuple[float, float]]] = {"symopt": []}
    with TemporaryDirectory() as folder:
        for count in sizes:
            words = ["animate", "-cos(pi*x/20)+x**2", "-m", "gd:lr=1/64", "-s", "-20", "-n", str(count - 1)]
            out = ["--gtol", "0", "--style", "plain", "-q", "-o", str(Path(folder) / "a.gif")]
            curve["symopt"].append((count, process("-m", "symopt", *words, *out, env=ROOT)))
            if count <= by_hand:
                script = ["-m", "benchmarks.handwritten", "pillow-gif", str(Path(folder) / "b.gif"), str(count)]
                seconds = process(*script, env=ROOT)
                curve.setdefault("by hand, FuncAnimation and Pillow", []).append((count, seconds))
    return {"frames": curve}


def draw(title: str, grows: str, curve: dict[str, list[tuple[float, float]]], path: Path) -> None:
    """One plot: symopt's line in front, each line with its name at its end."""
    unit = curve["symopt"][0][1]
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "symopt", "font.size": 10}):
        figure = Figure(figsize=(6.4, 3.6), layout="constrained")
        FigureCanvasSVG(figure)
        ax = figure.add_subplot()
        others = iter(("#999999", "#c1803a", "#5b8c5a", "#8064a2"))
        for name, points in curve.items():
            mine = name == "symopt"
            ax.loglog(
                [size for size, _ in points], [seconds / unit for _, seconds in points], marker="o", markersize=4,
                linewidth=2.4 if mine else 1.6, color="#c1272d" if mine else next(others), zorder=3 if mine else 2,
                label=name,
            )  # fmt: skip
        ax.set(title=title, xlabel=grows, ylabel="CPU time, symopt's first = 1")
        low, high = ax.get_ylim()
        if high < 100 * low:
            ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        ax.minorticks_off()
        ax.grid(color="#dddddd", linewidth=0.6)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
        figure.savefig(path, metadata={"Date": None})


def keep(name: str, title: str, rows: list[Row], docs: Path = DOCS) -> None:
    """Keeps a table with the day and the machine that it was measured on."""
    folder = docs / "scaling"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text(f"{table(title, rows)}\n{machine()}\n", encoding="utf-8")


def machine() -> str:
    """The day and the machine, as far as it tells."""
    kind = platform.processor() or platform.machine()
    with suppress(OSError):
        told = [line for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if "model name" in line]
        kind = told[0].partition(":")[2].strip() if told else kind
    numbers = f"Python {platform.python_version()}, numpy {np.__version__}"
    return f"({date.today()}, {platform.system()}, {kind}, {os.cpu_count()} processors, {numbers}{load()})"


def load() -> str:
    """How busy the machine was with this and other programs, where it tells."""
    return f", load {os.getloadavg()[2]:.1f}" if hasattr(os, "getloadavg") else ""


def draw_all(curves: Curves, docs: Path = DOCS) -> None:
    """The plots of what was measured."""
    folder = docs / "scaling"
    folder.mkdir(parents=True, exist_ok=True)
    for name, (title, grows, _) in PLOTS.items():
        if name in curves:
            draw(title, grows, curves[name], folder / f"{name}.svg")


def write(names: list[str], docs: Path = DOCS) -> Path:
    """The page of the plots and tables that are kept, in this order; returns its path."""
    folder = docs / "scaling"
    parts = [HEAD]
    for name, (title, grows, words) in PLOTS.items():
        if (folder / f"{name}.svg").exists():
            parts.append(f"## {title}\n\n![{title}: cost against {grows}](scaling/{name}.svg)\n\n{words}\n")
    parts += [MANY, GAP, TABLES]
    kept = [folder / f"{name}.txt" for name in names]
    found = [path.read_text(encoding="utf-8").strip() for path in kept if path.exists()]
    parts[-1] += "\n\n".join(found) + "\n```\n"
    page = docs / "scaling.md"
    page.write_text("\n".join(parts), encoding="utf-8")
    return page

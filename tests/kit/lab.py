"""The page as a widget in notebooks, driven by Chromium: what is dragged reaches Python, what Python sets the page.

pip install jupyterlab nbconvert marimo anywidget
python -m tests.kit.lab            all three
python -m tests.kit.lab jupyter    JupyterLab (marimo: marimo; export: nbconvert --execute)
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from symopt import Loss, Stop, descend
from tests.kit.browser import Screen, start
from tests.kit.states import RING, drag

TEXT = "a*x**2 - cos(x)"
MADE = f"""import json, symopt
w = symopt.explore("{TEXT}", ["gd:lr=0.5"], -6, window=[-20, 20], ranges={{"a": (0.01, 1)}}).widget()
"""
TOLD = 'json.dumps({"start": w.start, "methods": w.methods, "letters": w.letters, "verdicts": w.verdicts})'
SET = 'w.start = [3.5]; w.letters = {"a": 0.02}; w.methods = ["newton", "gd:lr=0.25"]'
START = "return Number(document.querySelector(\"input[type=text][aria-label='start']\").value);"
VERDICTS = "return [...document.querySelectorAll('.cards .verdict')].map((each) => each.textContent);"
MARIMO = f"""import marimo
app = marimo.App()

@app.cell
def _():
    import marimo as mo
    {MADE.replace(chr(10), chr(10) + "    ")}
    return json, mo, w

@app.cell
def _(mo, w):
    page = mo.ui.anywidget(w)
    page
    return (page,)

@app.cell
def _(mo):
    button = mo.ui.run_button(label="set")
    button
    return (button,)

@app.cell
def _(button, w):
    if button.value:
        {SET}
    return

@app.cell
def _(json, mo, page, w):
    page.value
    mo.plain_text("TOLD" + {TOLD})
    return

if __name__ == "__main__":
    app.run()
"""


@contextmanager
def serving(folder: Path, *command: str) -> Iterator[str]:
    """The address of a notebook server on this machine, which ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, f"--port={port}"], cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            for _ in range(240):
                with suppress(OSError), urlopen(f"http://127.0.0.1:{port}", timeout=5):
                    break
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def verdicts(specs: list[str], x: float, a: float) -> list[str]:
    """Python's words for walks from x."""
    loss = Loss.parse(TEXT, ["x"], {"a": a})
    return [descend(loss, spec, x, Stop(steps=100), [[-20, 20]]).verdict for spec in specs]


class Frame:
    """The page in its frame."""

    def __init__(self, driver: Any) -> None:
        self.driver, self.screen = driver, Screen(driver)
        self.execute_script, self.execute_async_script = driver.execute_script, driver.execute_async_script

    def dragged(self, by: tuple[float, float]) -> None:
        """Drags the start: a frame of another origin is told of the mouse by the page around it."""
        with self.inside():
            x, y = self.execute_script(RING)
        corner = self.execute_script(f"{FRAME} const {{ x, y }} = frame.getBoundingClientRect(); return [x, y];")
        place = [corner[0] + x, corner[1] + y]
        self.driver.execute("actions", {"actions": [drag("mouse", place, by)]})

    @contextmanager
    def inside(self) -> Iterator[None]:
        frame = self.screen.wait(lambda: self.driver.execute_script(f"{FRAME} return frame;"), 120)
        self.driver.execute_script("arguments[0].scrollIntoView()", frame)
        self.driver.switch_to.frame(frame)
        try:
            self.screen.wait(lambda: self.driver.execute_script(VERDICTS), 60)
            yield
        finally:
            self.driver.switch_to.default_content()


SEEK = """const seek = (fits, root = document) => {
  for (const each of root.querySelectorAll("*")) {
    if (fits(each)) return each;
    const found = each.shadowRoot && seek(fits, each.shadowRoot);
    if (found) return found;
  }
};"""
FRAME = f"{SEEK} const frame = seek((e) => e.tagName === 'IFRAME' && e.title === 'symopt explore');"


def followed(frame: Frame, python: Callable[[], dict[str, Any]], told: Callable[[], None]) -> None:
    """Drags in the page and looks in Python, sets in Python and looks in the page."""
    with frame.inside():
        assert frame.execute_script(START) == -6
        assert frame.execute_script(VERDICTS) == verdicts(["gd:lr=0.5"], -6, 1)
    frame.dragged((120, 0))
    with frame.inside():
        dragged = frame.screen.wait(lambda: (x := frame.execute_script(START)) > -2 and x)
    seen = frame.screen.wait(lambda: (found := python())["start"] == [dragged] and found, 30)
    assert seen["verdicts"] == verdicts(["gd:lr=0.5"], dragged, 1), seen
    told()
    wanted = verdicts(["newton", "gd:lr=0.25"], 3.5, 0.02)
    with frame.inside():
        frame.screen.wait(lambda: frame.execute_script(VERDICTS) == wanted, 30)
        assert frame.execute_script(START) == 3.5
    seen = frame.screen.wait(lambda: (found := python())["verdicts"] == wanted and found, 30)
    assert seen["letters"] == {"a": 0.02}


def notebook(folder: Path) -> Path:
    """Cells that make the widget, set its traits, and print them."""
    import nbformat.v4 as form

    cells = [form.new_code_cell(text) for text in (f"{MADE}w", SET, f"print({TOLD})")]
    path = folder / "page.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(json.dumps(form.new_notebook(cells=cells, metadata=kernel)), encoding="utf-8")
    return path


def jupyter(driver: Any, folder: Path) -> str:
    path = notebook(folder)
    quiet = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--IdentityProvider.token="]
    with serving(folder, "jupyterlab", *quiet, "--LabApp.expose_app_in_browser=True") as address:
        driver.get(f"{address}/lab/tree/{path.name}")
        frame = Frame(driver)
        frame.screen.wait(lambda: driver.execute_script(
            "return window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        ), 120)  # fmt: skip

        def ran(k: int) -> str:
            return str(driver.execute_async_script(
                "const [k, done] = arguments, { content } = jupyterapp.shell.currentWidget, cell = content.widgets[k];"
                "content.activeCellIndex = k;"
                "jupyterapp.commands.execute('notebook:run-cell').then(() =>"
                "done(cell.model.sharedModel.outputs.map((o) => [o.text ?? ''].flat().join('')).join('')))",
                k,
            ))  # fmt: skip

        ran(0)
        followed(frame, lambda: json.loads(ran(2)), lambda: (ran(1), None)[1])
        driver.execute_async_script("jupyterapp.commands.execute('docmanager:save').then(arguments[0])")
    alone(driver, path)
    return (
        f"JupyterLab {version('jupyterlab')}: drag → Python, Python → page; "
        f"saved and converted by nbconvert {version('nbconvert')}: the page works alone"
    )


def marimo(driver: Any, folder: Path) -> str:
    (folder / "page.py").write_text(MARIMO, encoding="utf-8")
    with serving(folder, "marimo", "run", "page.py", "--headless", "--no-token", "--host=127.0.0.1") as address:
        driver.get(address)
        frame = Frame(driver)

        def python() -> dict[str, Any]:
            text = driver.execute_script(f"{SEEK} return seek((e) => /^TOLD/.test(e.textContent))?.textContent")
            return json.loads(text[4:]) if text else {"start": None, "verdicts": None}

        def told() -> None:
            driver.execute_script(
                f"{SEEK} seek((e) => e.tagName === 'BUTTON' && e.textContent.trim() === 'set').click()"
            )

        followed(frame, python, told)
        return f"marimo {version('marimo')}: drag → Python, Python → page"


def version(name: str) -> str:
    from importlib.metadata import version as of

    return of(name)


def alone(driver: Any, path: Path, *options: str) -> None:
    """The notebook as HTML, without Python and without a network: the page stands in it, as it was made."""
    run = [sys.executable, "-m", "nbconvert", "--to", "html", *options, str(path)]
    subprocess.run(run, check=True, capture_output=True, cwd=path.parent)
    driver.get(f"file://{path.with_suffix('.html')}")
    frame = Frame(driver)
    with frame.inside():
        assert frame.execute_script(VERDICTS) == verdicts(["gd:lr=0.5"], -6, 1)


def export(driver: Any, folder: Path) -> str:
    alone(driver, notebook(folder), "--execute", "--ExecutePreprocessor.store_widget_state=False")
    return f"nbconvert {version('nbconvert')} --execute: the page works alone"


RUNS: dict[str, Callable[[Any, Path], str]] = {"jupyter": jupyter, "marimo": marimo, "export": export}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", choices=[*RUNS, []], default=[])
    for name in parser.parse_args().runs or RUNS:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
            driver = start(Path(made))
            driver.set_window_size(1400, 1200)
            driver.set_script_timeout(120)
            try:
                print(RUNS[name](driver, Path(made)))
            finally:
                driver.quit()


if __name__ == "__main__":
    main()

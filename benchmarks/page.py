"""Size of the page, and milliseconds from a slider's movement to the repainted picture, in headless Chromium.

The milliseconds are this machine's; all else is a ratio.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks.measure import Row
from symopt.page import explore
from tests.kit.browser import Screen, found, start

LIMIT_BYTES = 45_000  # gzipped
TRIVIAL = """<!doctype html><canvas width=800 height=500></canvas>
<input type=range aria-label=x max=1000 oninput="requestAnimationFrame(() => {
const c = document.querySelector('canvas').getContext('2d'); c.clearRect(0, 0, 800, 500); c.beginPath();
for (let i = 0; i < 800; i++) c.lineTo(i, 250 + 200*Math.sin(i/50 + this.value/100)); c.stroke() })">"""
"""A page that draws a line, to know what this machine takes for that."""
PAGES: dict[str, tuple[str, list[str], dict[str, tuple[float, float]], str]] = {
    "one variable, gd: lr": ("x**2/50 - cos(x)", ["gd"], {}, "lr"),
    "one variable, gd and newton: start": ("-cos(pi*x/20) + x**2", ["gd", "newton"], {}, "start"),
    "one variable, an open letter: a": ("a*x**2 - cos(b*x)", ["gd", "newton"], {"a": (0.01, 1), "b": (1, 4)}, "a"),
    "two variables, three methods: lr": ("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", ["gd", "newton", "adam"], {}, "lr"),
    "two variables, an open letter: c": ("(1 - x)**2 + c*(y - x**2)**2", ["gd", "newton"], {"c": (1, 100)}, "c"),
}
MEASURE = """
const [label, moves, done] = arguments;
const slider = document.querySelector(`input[type=range][aria-label="${label}"]`);
const times = [];
const move = (left) => {
  const begun = performance.now();
  slider.value = 100 + ((left * 617) % 800);
  slider.dispatchEvent(new Event("input"));
  requestAnimationFrame(() => {
    const channel = new MessageChannel();  // answers when the frame has been painted
    channel.port1.onmessage = () => {
      times.push(performance.now() - begun);
      if (left > 1) setTimeout(() => move(left - 1), 20);
      else done(times);
    };
    channel.port2.postMessage(0);
  });
};
move(moves);
"""


def run(pairs: int = 5, quick: bool = False) -> list[Row]:
    """The rows of the table; none where there is no browser."""
    if not found():
        return []
    rows = []
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        driver = start(folder)
        driver.set_script_timeout(120)
        screen = Screen(driver)
        path = Path(folder) / "page.html"
        path.write_text(TRIVIAL, encoding="utf-8")
        screen.open(path)
        times = driver.execute_async_script(MEASURE, "x", 3 if quick else 12 * pairs)
        rows.append(Row("a page that draws a line: median ms until repainted", median(times)))
        for name, (text, methods, ranges, label) in list(PAGES.items())[: 1 if quick else None]:
            page = explore(text, methods, ranges=ranges)
            page.save(path)
            screen.open(path)
            times = driver.execute_async_script(MEASURE, label, 3 if quick else 12 * pairs)
            size = page.zipped / LIMIT_BYTES
            rows.append(Row(f"{name}: bytes, gzipped, over {LIMIT_BYTES:,}", size, "≤ 1"))
            rows.append(Row(f"{name}: median ms until repainted", median(times), "≤ 60" if ranges else "≤ 30"))
            rows.append(Row(f"{name}: 90% ms", quantiles(times, n=10)[-1]))
        driver.quit()
    return rows

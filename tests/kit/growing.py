"""A page used ten thousand times: its heap, its elements and its listeners, which must not grow.

python -m tests.kit.growing 10000
"""

import sys
import tempfile
from pathlib import Path

from symopt.page import explore
from tests.kit.browser import start

PAGES = {
    "one variable, letters": ("a*x**2 - cos(b*x)", {"ranges": {"a": (0.01, 1), "b": (1, 4)}, "steps": 100}),
    "two variables, surface": ("(x**2 + y - 11)**2 + (x + y**2 - 7)**2", {"steps": 100, "surface": True}),
}
USE = """
const [from, to, done] = arguments;
const chance = (k) => (Math.imul(k + 1, 2654435761) >>> 8) % 9973 / 9973;
const all = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility());
const key = (where, key, more) => where.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
const use = (k) => {
  const any = (list) => list[Math.floor(chance(3 * k) * list.length)];
  const kinds = {
    slide() {
      const slider = any(all("input[type=range]"));
      slider.value = Number(slider.max) * chance(3 * k + 1);
      slider.dispatchEvent(new Event("input"));
    },
    choose() {
      const list = any(all("select"));
      list.selectedIndex = Math.floor(chance(3 * k + 1) * list.options.length);
      list.dispatchEvent(new Event("change"));
    },
    press: () => any(all("button:not(.buttons button)")).click(),
    tick: () => any(all("input[type=checkbox]")).click(),
    move: () => key(any(all(".start, .surface")), any(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"])),
    zoom: () => key(document.getElementById("picture"), any(["+", "-", "0"])),
    undo: () => key(document.body, any(["z", "y"]), { ctrlKey: true }),
    type() {
      const field = all("input.loss")[0];
      field.value += any([" + x^2/9", " - cos(x)", "("]);
      if (field.value.length > 80) field.value = "x^4 - x^2";
      field.dispatchEvent(new Event("input"));
    },
  };
  const names = Object.keys(kinds);
  kinds[names[Math.floor(chance(3 * k + 2) * names.length)]]();
};
const next = (k) => {
  if (k === to) return done();
  use(k);
  requestAnimationFrame(() => next(k + 1));
};
next(from);
"""


def measured(driver):
    """(bytes of the heap, elements and other nodes, listeners) after the garbage has gone."""
    for _ in range(2):
        driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
    found = {each["name"]: each["value"] for each in driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]}
    return found["JSHeapUsedSize"], found["Nodes"], found["JSEventListeners"]


def grown(folder, count, parts=10):
    """For each page what is `measured` after every part of so many interactions."""
    driver = start(folder)
    driver.set_script_timeout(600)
    found = {}
    try:
        driver.execute_cdp_cmd("Performance.enable", {})
        for name, (text, options) in PAGES.items():
            path = Path(folder) / "page.html"
            explore(text, **options).save(path)
            driver.get(f"file://{path}")
            rows = found[name] = []
            for part in range(parts):
                driver.execute_async_script(USE, count * part // parts, count * (part + 1) // parts)
                rows.append(measured(driver))
    finally:
        driver.quit()
    return found


def main(count):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name, rows in grown(folder, count).items():
            print(f"{name}, {count:,} interactions")
            for k, (heap, nodes, listeners) in enumerate(rows, 1):
                print(
                    f"{count * k // len(rows):>8,}  {heap / 1e6:6.1f} MB  {nodes:>7,} nodes  {listeners:>6,} listeners"
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

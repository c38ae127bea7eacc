"""Size of the page, and milliseconds from a slider's movement to the repainted picture, in headless Chromium.

    python benchmarks/page.py

Needs selenium, chromium and chromedriver. Exits with 1 where a page is 32 kB or larger, gzipped, or a median is 60 ms
or slower.
"""

import argparse
import gzip
import statistics
import sys
import tempfile
from pathlib import Path

from symopt.page import explore
from tests.kit.browser import Screen, start

LIMIT_BYTES, LIMIT_MS = 32_000, 60.0
PAGES = {
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=60, help="movements of each slider")
    moves = parser.parse_args().moves
    failed = False
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        driver = start(folder)
        driver.set_script_timeout(120)
        screen = Screen(driver)
        print(f"{'page: slider':<40}{'bytes':>8}{'median ms':>12}{'90% ms':>10}")
        for name, (text, methods, ranges, label) in PAGES.items():
            page = explore(text, methods, ranges=ranges)
            path = Path(folder) / "page.html"
            page.save(path)
            screen.open(path)
            times = driver.execute_async_script(MEASURE, label, moves)
            median, late = statistics.median(times), statistics.quantiles(times, n=10)[-1]
            size = len(gzip.compress(page.html.encode()))
            failed |= size >= LIMIT_BYTES or median >= LIMIT_MS
            print(f"{name:<40}{size:>8}{median:>12.1f}{late:>10.1f}")
        driver.quit()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

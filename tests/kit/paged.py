"""The page's long runs.

python -m tests.kit.paged                  all of them
python -m tests.kit.paged formulas         every step of formulas typed in it against Python's
python -m tests.kit.paged axe              axe-core over its states in Chromium, and in Firefox where geckodriver is
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from symopt.cli.app import app
from symopt.page import explore
from tests.kit.browser import start
from tests.kit.typed_rules import LOSSES, NAMED, OWN, REFUSED, compared, said

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
HIMMELBLAU = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"
STATES = {
    "line": ["", "panel=slope", "panel=cobweb", "panel=parts", "panel=map", "k=3&rates=0",
             "f=x^4-a*x", "m=x - lr*g/(norm(g)+1)",
             "m=adam&m=momentum&m=x - g/h", "w=-3,3&model=0"],
    "plane": ["", "panel=parts&k=2", "basins=1", "f=x^2+b*y^4", "m=x - g/(abs(h)+1)", "rates=0&k=0"],
    "surface": ["", "panel=parts&k=2", "f=x^2+b*y^4"],
    "story": ["", "scene=3"],
}  # fmt: skip


def formulas(folder: Path) -> None:
    faults, count = compared(folder, [*NAMED, *OWN], LOSSES, 3)
    print(f"{count:,} steps of {len(NAMED) + len(OWN)} formulas on {len(LOSSES)} losses: {len(faults)} beyond 1e-12")
    for fault in faults:
        print("   ", *fault)
    found = said(folder, [text for text, _ in REFUSED])
    wrong = [
        (text, told)
        for (text, phrase), told in zip(REFUSED, found, strict=True)
        if told.get("phrase", [""])[0] != phrase
    ]
    print(f"{len(REFUSED)} mistyped formulas: {len(wrong)} without their words")
    print(*wrong, sep="\n", end="\n" * bool(wrong))


def browsers(folder: Path) -> dict[str, Callable[[], Any]]:
    """Those of this machine by name."""
    found: dict[str, Callable[[], Any]] = {"Chromium": lambda: start(folder)}
    binary, driver = shutil.which("firefox-esr") or shutil.which("firefox"), shutil.which("geckodriver")
    if binary and driver:
        from selenium import webdriver

        options = webdriver.FirefoxOptions()
        options.binary_location = binary
        options.add_argument("-headless")
        found["Firefox"] = lambda: webdriver.Firefox(options=options, service=webdriver.FirefoxService(driver))
    return found


def axe(folder: Path) -> None:
    """Every state in English and Chinese, on a desk, on a phone, and there in the dark (Chromium alone is told so)."""
    explore("x**2/50 - cos(x)").save(folder / "line.html")
    explore(HIMMELBLAU, ["gd", "newton"], [-1, -1], window=[[-6, 6], [-6, 6]]).save(folder / "plane.html")
    explore(HIMMELBLAU, ["gd"], [-1, -1], window=[[-6, 6], [-6, 6]], surface=True).save(folder / "surface.html")
    CliRunner().invoke(app, ["explore", "--story", "-o", str(folder / "story.html")])
    source = AXE.read_text(encoding="utf-8")
    for browser, opened in browsers(folder).items():
        driver, count = opened(), 0
        faults = []
        try:
            for (width, dark), lang in itertools.product(((1280, 0), (320, 0), (320, 1)), ("en", "zh")):
                driver.set_window_size(width, 900)
                if browser == "Chromium":  # it takes no window as narrow as this
                    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
                    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
                    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
                elif dark:
                    continue
                for page, address in ((page, each) for page, states in STATES.items() for each in states):
                    driver.get("about:blank")
                    driver.get(f"file://{folder}/{page}.html#{address}&lang={lang}")
                    driver.execute_script(source)
                    told = driver.execute_async_script(
                        "const done = arguments[0];"
                        "setTimeout(() => axe.run().then((found) => done(found.violations.map((v) => [v.id, "
                        "v.nodes.map((n) => n.html.slice(0, 120))]))), 300)"
                    )
                    count += 1
                    faults += [(width, "dark" * dark, lang, page, address, *each) for each in told]
        finally:
            driver.quit()
        print(f"axe in {browser}: {len(faults)} faults in {count} states")
        print(*faults, sep="\n", end="\n" * bool(faults))


RUNS: dict[str, Callable[[Path], None]] = {"formulas": formulas, "axe": axe}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", choices=[*RUNS, []], default=[])
    with tempfile.TemporaryDirectory() as folder:
        for name in parser.parse_args().runs or RUNS:
            RUNS[name](Path(folder))


if __name__ == "__main__":
    main()

"""`python -m docs.look [FOLDER]`: ten pages of the built site in Chromium, as on a desk, in the dark and on a phone.

Writes a picture of each into FOLDER and runs axe-core over it (`npm ci`); ends with 1 if axe finds anything, a page
is wider than its screen, asks a foreign host for something, or reports an error.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from docs.__main__ import SITE
from docs.blocks import ROOT
from tests.kit.browser import Screen, start

PAGES = (
    "index", "start", "guide/check", "guide/prove", "lessons/eight", "methods/newton", "gallery/one-1",
    "reference/schemas", "zh/index", "zh/words",
)  # fmt: skip
SCREENS = {"desk": (1280, 900, False), "dark": (1280, 900, True), "phone": (375, 720, False)}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN = "const done = arguments[0]; axe.run(document, {iframes: false}).then(found => done(found.violations));"


def look(screen: Screen, page: str, kind: str, folder: Path) -> list[str]:
    """What is wrong with a page on a screen."""
    width, height, dark = SCREENS[kind]
    screen.open(SITE / f"{page}.html", width=width, height=height, dark=dark)
    screen.driver.save_screenshot(str(folder / f"{page.replace('/', '-')}-{kind}.png"))
    told = [
        f"asks for {address}" for address in screen.requests() if not address.startswith(("file:", "data:", "blob:"))
    ]
    told += [f"says {message}" for message in screen.messages()]
    wide = screen.driver.execute_script("return document.documentElement.scrollWidth - innerWidth;")
    told += [f"is {wide} pixels wider than its screen"] if wide > 0 else []
    screen.driver.execute_script(AXE.read_text(encoding="utf-8"))
    for violation in screen.driver.execute_async_script(RUN):
        nodes = [node["html"][:100] for node in violation["nodes"]]
        told.append(f"axe: {violation['id']} ({violation['impact']}), {len(nodes)} times, as {nodes[0]}")
    return told


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    found = 0
    with tempfile.TemporaryDirectory() as profile:
        driver = start(profile)
        try:
            for page in PAGES:
                for kind in SCREENS:
                    told = look(Screen(driver), page, kind, folder)
                    found += len(told)
                    print("\n".join(f"{page}, {kind}: {line}" for line in told), end="\n" * bool(told))
        finally:
            driver.quit()
    print(f"{len(PAGES)} pages on {len(SCREENS)} screens, {found} faults; pictures in {folder}")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())

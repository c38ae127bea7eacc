"""The page's states in every browser of this machine: what each shows is Python's, and its console is empty."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from typer.testing import CliRunner

from symopt import Loss, Stop, descend
from symopt.cli.app import app
from symopt.language import speaking, told
from symopt.page import explore
from tests.kit import browser, firefox
from tests.kit.browser import NUMBERS

DATA = Path(__file__).parents[2] / "examples/decay.csv"
CLASSES = "u,v,z\n" + "".join(f"{u},{v},{int(u > 2 * v)}\n" for u in range(-3, 4) for v in range(-3, 4))
LOGISTIC = "mean(log(1 + exp((1 - 2*z)*(a*u + b*v)))) + (a**2 + b**2)/100"
HIMMELBLAU = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"
SQUARE = {"start": [-1, -1], "window": [[-6, 6], [-6, 6]]}
STATES = {
    "line": ["", "panel=slope", "panel=cobweb", "panel=parts", "panel=map", "k=3&rates=0",
             "f=x^4-a*x", "m=x - lr*g/(norm(g)+1)",
             "m=adam&m=momentum&m=x - g/h", "w=-3,3&model=0"],
    "plane": ["", "panel=parts&k=2", "basins=1", "f=x^2+b*y^4", "m=x - g/(abs(h)+1)", "rates=0&k=0"],
    "surface": ["", "panel=parts&k=2", "f=x^2+b*y^4"],
    "letters": ["", "set=a=0.25&set=b=2&w=-1,9"],
    "letters2": ["", "set=a=0.25&m=newton"],
    "data": ["", "k=2"],
    "classes": ["", "k=2"],
    "story": ["", "scene=3"],
}  # fmt: skip
ZOOMS = {1: ["w=-29,34", "w=0.9999,1.00011"], 2: ["w=-29,34;-29,34", "w=0.9999,1.00011;0.9999,1.00011"]}
ZOOMED = {
    name: [zoom + text for text in texts for zoom in reversed(ZOOMS[n])]
    for name, n, texts in (
        ("line", 1, ["", "&f=1e9x^4 - 1e6x"]),
        ("plane", 2, ["", "&f=(1-x)^2 + 100(y-x^2)^2", "&n=20&f=exp(5x) + exp(-3y) + x y"]),
    )
}
"""Where numbers are long, or a walk leaves the picture; 20 steps where later ones are up to rounding."""
for name in ZOOMED:
    STATES[name] += ZOOMED[name]
SIZES = (1280, 320)
WHOLE = """return {
  trouble: document.getElementById("trouble").textContent,
  wide: document.documentElement.scrollWidth - innerWidth,
  asks: document.body.classList.contains("asking"),
  command: document.querySelector("code").textContent,
  verdicts: [...document.querySelectorAll(".cards .verdict")].map((v) => v.textContent),
  over: NUMBERS.join(),
  drawn: document.querySelector("svg.plot").outerHTML.replace(/href="[^"]*"/g, "").match(/NaN|Infinity|undefined/),
};""".replace("NUMBERS", NUMBERS)
LAST = """const [i, done] = arguments;
document.querySelectorAll(".pick")[i].click();
document.querySelector("button.end").click();
requestAnimationFrame(() => requestAnimationFrame(() =>
  done([...document.querySelectorAll("tr[aria-current] td")].map((cell) => cell.title))));"""
SETTLED = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)));"
RING = """const { x, y, width, height } = document.querySelector(".ring").getBoundingClientRect();
return [x + width / 2, y + height / 2];"""
BOX = """const { width, height } = document.querySelector("svg.plot clipPath rect");
return [width.baseVal.value, height.baseVal.value];"""


class Chromium:
    """As tests.kit.firefox has it."""

    def __init__(self, folder: Path, dark: bool = False) -> None:
        self.driver = browser.start(folder)
        self.screen = browser.Screen(self.driver)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.get, self.quit, self.messages = self.driver.get, self.driver.quit, self.screen.messages
        self.execute_script, self.execute_async_script = self.driver.execute_script, self.driver.execute_async_script

    def sized(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def perform(self, *sources: dict[str, Any]) -> None:
        self.driver.execute("actions", {"actions": list(sources)})


def browsers() -> dict[str, type[Chromium] | type[firefox.Firefox]]:
    """Those of this machine by name."""
    return {
        **({"Chromium": Chromium} if browser.found() else {}),
        **({"Firefox": firefox.Firefox} if firefox.found() else {}),
    }


def made(folder: Path) -> None:
    """Writes a page for each key of STATES."""
    pages = {
        "line": explore("x**2/50 - cos(x)"),
        "plane": explore(HIMMELBLAU, ["gd", "newton"], **SQUARE),
        "surface": explore(HIMMELBLAU, ["gd"], surface=True, **SQUARE),
        "letters": explore("a*x**2 - cos(b*x)", ["gd"], -6, ranges={"a": (0.01, 1), "b": (1, 4)}),
        "letters2": explore(f"a*{HIMMELBLAU}", ["gd"], ranges={"a": (0.01, 1)}, **SQUARE),
    }
    for name, page in pages.items():
        page.save(folder / f"{name}.html")
    (folder / "classes.csv").write_text(CLASSES, encoding="utf-8")
    for name, words in (
        ("data", ["mean((y - a*exp(-b*t))**2)", "--data", str(DATA), "-m", "lm", "-s", "1,1", "-w", "-1,4"]),
        ("classes", [LOGISTIC, "--data", str(folder / "classes.csv"), "-m", "gd", "-s", "1,1", "-w", "-3,3"]),
        ("story", ["--story"]),
    ):
        found = CliRunner().invoke(app, ["explore", *words, "-o", str(folder / f"{name}.html")])
        assert found.exit_code == 0, found.output


def situations(langs: tuple[str, ...] = ("en", "zh")) -> Iterator[tuple[int, str, str, str]]:
    """(width, language, page, address behind the #)."""
    for width, lang in itertools.product(SIZES, langs):
        for page, states in STATES.items():
            for address in states:
                yield width, lang, page, f"{quote(address, safe='=&^*')}&lang={lang}"


def shown(driver: Any, lang: str, folder: Path) -> Iterator[str]:
    """What is wrong with the page that stands open: each walk's words and last row against Python's of its command."""
    seen = driver.execute_script(WHOLE)
    if seen["trouble"] or seen["wide"] > 0 or seen["drawn"] or seen["over"]:
        yield f"{seen}"
    _, _, text, *words = shlex.split(seen["command"])
    given: dict[str, list[str]] = {}
    for name, value in zip(words[::2], words[1::2], strict=True):
        given.setdefault(name, []).append(value.partition("=")[2] if name == "-w" and "=" in value else value)
    names = given["--vars"][0].split(",") if "--vars" in given else None
    data = next((path for path in (DATA, folder / "classes.csv") if [path.name] == given.get("--data")), None)
    loss = Loss.parse(text, names, dict(pair.split("=") for pair in given.get("--set", [])), data=data)
    window = [[float(end) for end in ends.split(",")] for ends in given["-w"]]
    start = [float(value) for value in given["-s"][0].split(",")]
    for i, (spec, verdict) in enumerate(zip(given["-m"], seen["verdicts"], strict=True)):
        walk = descend(loss, spec, start, Stop(int(given["-n"][0])), window)
        row = [float(text) for text in driver.execute_async_script(LAST, i)]
        wanted = [walk.steps, *walk.xs[-1], walk.fs[-1]]
        scale = max(1.0, float(np.abs(walk.xs).max()))
        if not np.allclose(row[: len(wanted)], wanted, rtol=1e-9, atol=1e-9 * scale):
            yield f"{spec}: {row} and not {wanted}"
        with speaking(lang):
            said = told(walk.verdict)
        if verdict != said:
            yield f"{verdict!r} and not {said!r}"


def pointed(driver: Any, kind: str, by: tuple[float, float]) -> None:
    """Drags the start's ring with a mouse or a finger."""
    driver.perform(drag(kind, driver.execute_script(RING), by))
    driver.execute_async_script(SETTLED)


def drag(kind: str, place: Sequence[float], by: tuple[float, float]) -> dict[str, Any]:
    """From a place in pixels, as WebDriver writes actions."""
    x, y = place
    places = [(round(x + k * by[0] / 10), round(y + k * by[1] / 10)) for k in range(11)]
    moves = [{"type": "pointerMove", "x": u, "y": v, "duration": 20} for u, v in places]
    press = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
    return {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": press}


def asked(driver: Any, pattern: str) -> list[float]:
    """Numbers in the command."""
    command = driver.execute_script("return document.querySelector('code').textContent")
    return [float(number) for number in re.search(pattern, command)[1].split(",")]  # type: ignore[index]


def handled(driver: Any, folder: Path) -> Iterator[str]:
    """What is wrong with hands: mouse and finger in four directions, keys, the wheel."""
    for kind, width in (("mouse", 1280), ("touch", 320)):
        driver.sized(width, 800)
        for dx, dy in ((0, -60), (0, 50), (50, 50), (-50, -50)):
            driver.get("about:blank")
            driver.get(f"file://{folder}/plane.html#s=0,0")
            driver.execute_async_script(SETTLED)
            wide, tall = driver.execute_script(BOX)
            pointed(driver, kind, (dx, dy))
            x, y = asked(driver, r" -s (\S+)")
            moved = driver.execute_script("return scrollY")
            if moved or not np.allclose([x, y], [12 * dx / wide, -12 * dy / tall], atol=0.3):
                yield f"{kind} by {dx}, {dy}: the start at {x}, {y}, the page moved by {moved}"
    driver.sized(1280, 1000)
    driver.get("about:blank")
    driver.get(f"file://{folder}/line.html#s=5")
    driver.execute_script("document.querySelector('.start').focus()")
    for keys, pattern, wanted in (
        ("\ue014\ue014", r" -s (\S+)", [5.2]), ("\ue011", r" -s (\S+)", [-20]),
        ("+", r" -w (\S+)", [-10, 10]), ("0", r" -w (\S+)", [-20, 20]),
    ):  # fmt: skip
        pressed = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        driver.perform({"type": "key", "id": "keys", "actions": pressed})
        driver.execute_async_script(SETTLED)
        if not np.allclose(found := asked(driver, pattern), wanted):
            yield f"{keys!r}: {found} and not {wanted}"
    x, y = (round(value) for value in driver.execute_script(RING))
    turn = {"type": "scroll", "x": x + 200, "y": y, "deltaX": 0, "deltaY": -300}
    driver.perform({"type": "wheel", "id": "wheel", "actions": [turn]})
    driver.execute_async_script(SETTLED)
    if not asked(driver, r" -w (\S+)")[1] < 18:
        yield "the wheel does not zoom"


def visits(name: str, folder: Path, part: tuple[int, int]) -> Iterator[tuple[Any, str, tuple[Any, ...]]]:
    """(browser, language, which) of each state that it stands in, in the light, and on the phone in the dark; the K-th
    of N parts of them."""
    for dark in (False, True):
        driver = browsers()[name](folder, dark)
        try:
            for width, lang, page, address in itertools.islice(situations(), part[0] - 1, None, part[1]):
                if dark and width > 320:
                    continue
                driver.sized(width, 900)
                driver.get("about:blank")
                driver.get(f"file://{folder}/{page}.html#{address}")
                driver.execute_async_script(SETTLED)
                yield driver, lang, (width, "dark" * dark, page, address)
        finally:
            driver.quit()


def looked(name: str, folder: Path, part: tuple[int, int]) -> tuple[int, list[Any]]:
    """(states looked at, what is wrong) in the browser of a name; the first part has the hands."""
    faults: list[Any] = []
    count = 0
    for driver, lang, which in visits(name, folder, part):
        faults += [(*which, fault) for fault in [*shown(driver, lang, folder), *driver.messages()]]
        count += 1
    if part[0] == 1:
        driver = browsers()[name](folder)
        try:
            faults += [*handled(driver, folder), *driver.messages()]
        finally:
            driver.quit()
    return count, faults

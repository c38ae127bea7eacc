"""The page's long runs.

python -m tests.kit.paged                  all of them
python -m tests.kit.paged formulas         every step of formulas typed in it against Python's
python -m tests.kit.paged walks             every method's steps, verdicts and remarks in it against Python's
python -m tests.kit.paged states           its states in Chromium and Firefox: numbers and words are Python's
python -m tests.kit.paged axe              axe-core over them
python -m tests.kit.paged axe --browser firefox --part 1/3     one browser alone, and one of three parts of the states
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.kit.states import browsers, looked, made, visits
from tests.kit.typed_rules import LOSSES, NAMED, OWN, REFUSED, compared, said

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"


def formulas(folder: Path, only: str, part: tuple[int, int]) -> None:
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


def walks(folder: Path, only: str, part: tuple[int, int]) -> None:
    """The tables of tests/page/test_parity.py whole, of which the suite takes a part."""
    from symopt import Loss
    from tests.page.test_parity import LOSSES, METHODS, faults, remarks, verdicts

    losses = [Loss.parse(text, names) for text, names, *_ in LOSSES]
    steps, count = faults(losses, METHODS, folder)
    said, walked = verdicts(losses, folder, range(5))
    other, told = remarks(folder, 300)
    print(f"{count:,} steps: {len(steps)} beyond 1e-12")
    print(f"{len(walked):,} verdicts: {len(said)} differ; {len(told):,} remarks: {len(other)} differ")
    print(*steps, *said, *other, sep="\n", end="\n" * bool(steps or said or other))


def states(folder: Path, only: str, part: tuple[int, int]) -> None:
    """Every state in English and Chinese, on a desk, on a phone, and there in the dark; mouse, finger, keys."""
    made(folder)
    for browser in chosen(only):
        count, faults = looked(browser, folder, part)
        print(f"{browser}: {len(faults)} faults in {count} states" + ", 8 drags, 4 keys, a wheel" * (part[0] == 1))
        print(*faults, sep="\n", end="\n" * bool(faults))


def axe(folder: Path, only: str, part: tuple[int, int]) -> None:
    """Every state in English and Chinese, on a desk, on a phone, and there in the dark."""
    made(folder)
    source = AXE.read_text(encoding="utf-8")
    for browser in chosen(only):
        faults, count = [], 0
        for driver, _, which in visits(browser, folder, part):
            driver.execute_script(source)
            told = driver.execute_async_script(
                "const done = arguments[0];"
                "axe.run({ resultTypes: ['violations'] }).then((found) => done("
                "found.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 120))])))"
            )
            count += 1
            faults += [(*which, *fault) for fault in told]
        print(f"axe in {browser}: {len(faults)} faults in {count} states")
        print(*faults, sep="\n", end="\n" * bool(faults))


def chosen(only: str) -> list[str]:
    """The browsers of this machine, or one of them."""
    return [name for name in browsers() if only in ("", name.lower())]


RUNS: dict[str, Callable[[Path, str, tuple[int, int]], None]] = {
    "formulas": formulas,
    "walks": walks,
    "states": states,
    "axe": axe,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", choices=[*RUNS, []], default=[])
    parser.add_argument("--browser", default="", choices=["", "chromium", "firefox"], help="one of them alone")
    parser.add_argument("--part", default="1/1", help="the K-th of N parts of states and axe")
    given = parser.parse_args()
    part, parts = map(int, given.part.split("/"))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for name in given.runs or RUNS:
            RUNS[name](Path(folder), given.browser, (part, parts))


if __name__ == "__main__":
    main()

"""Builds the site: `python -m docs` writes build/site, English and Chinese, and says what each page took.

Pages are made from the program, all blocks are run two pages at a time, then Sphinx writes both languages; a warning
of Sphinx, or a link that leads nowhere, is an error.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from docs import blocks, generated
from docs.links import broken

ROOT = blocks.ROOT
SITE = ROOT / "build" / "site"
LANGUAGES = ("en", "zh")


def sources(language: str) -> Path:
    return ROOT / "docs" if language == "en" else ROOT / "docs" / language


def written(language: str) -> list[Path]:
    """The pages of a language."""
    here = sources(language)
    return sorted(p for p in here.rglob("*.md") if language != "en" or "zh" not in p.relative_to(here).parts)


def tongue(page: Path) -> str:
    """The language of a page."""
    return next((code for code in LANGUAGES if page.is_relative_to(ROOT / "docs" / code)), LANGUAGES[0])


def execute(page: Path) -> tuple[Path, float, str]:
    """(page, seconds that its blocks take, what went wrong)."""
    found = blocks.found(page.read_text(encoding="utf-8"))
    try:
        return page, sum(o.seconds for o in blocks.outcomes(found, page.name, tongue(page))) if found else 0.0, ""
    except (blocks.Failed, subprocess.TimeoutExpired) as trouble:
        return page, 0.0, f"{page.relative_to(ROOT)}: {trouble}"


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m docs", description=__doc__)
    options.add_argument("--language", choices=LANGUAGES, action="append")
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = options.parse_args()
    begin, languages = time.perf_counter(), given.language or LANGUAGES
    for language in languages:
        generated.write(language)
    pages = [page for language in languages for page in written(language)]
    pages.sort(key=lambda page: -page.read_text(encoding="utf-8").count("```{"))
    with ThreadPoolExecutor(given.jobs) as pool:
        done = list(pool.map(execute, pages))
    troubles = [trouble for _, _, trouble in done if trouble]
    if troubles:
        print("\n\n".join(troubles), file=sys.stderr)
        return 1
    executed = time.perf_counter() - begin
    made = [
        (str(page.relative_to(ROOT / "docs")), name, outcome.seconds)
        for page in pages for found in [blocks.found(page.read_text(encoding="utf-8"))] if found
        for outcome in blocks.outcomes(found, page.name, tongue(page)) for name in outcome.files
    ]  # fmt: skip
    count = sum(len(blocks.found(page.read_text(encoding="utf-8"))) for page in pages)
    for language in languages:
        generated.write_built(language, made, count, executed)
    for language in languages:
        out = SITE if language == "en" else SITE / language
        tags = ["-t", language]
        line = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", str(ROOT / "docs"), *tags,
                "-d", str(ROOT / "build" / f"doctrees-{language}"), str(sources(language)), str(out)]  # fmt: skip
        if (ended := subprocess.run(line, cwd=ROOT).returncode) != 0:
            return ended
    if lost := list(broken(SITE)):
        print("links that lead nowhere:", *lost, sep="\n", file=sys.stderr)
        return 1
    slow = sorted(done, key=lambda entry: -entry[1])[:15]
    print("seconds  page")
    for page, seconds, _ in slow:
        print(f"{seconds:7.1f}  {page.relative_to(ROOT / 'docs')}")
    print(f"{count} blocks executed in {executed:.0f} s, the whole in {time.perf_counter() - begin:.0f} s: {SITE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The command line of a check over random cases: how often each word was said, and how often it was false."""

import argparse
import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

Judged = tuple[str, str] | None
"""A word, and what is false in it, empty if nothing is; None for a case that does not count."""


def tally(
    about: str, usual: int, cases: Callable[[int], Iterator[Any]], judged: Callable[[Any], Judged]
) -> tuple[Counter[str], Counter[str]]:
    """How often each word was said, and was false, of as many cases as the command line asks for.

    cases: endless, from a seed. judged: runs in other processes too.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("count", type=int, nargs="?", default=usual)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print each walk of which something false is said")
    chosen = parser.parse_args()
    said, wrong = Counter[str](), Counter[str]()
    with ProcessPoolExecutor(chosen.jobs) as pool:
        for start in itertools.count(0, 64):
            for found in pool.map(judged, itertools.islice(cases(chosen.seed), start, start + 64)):
                if found is None or said.total() >= chosen.count:
                    continue
                word, fault = found
                said[word] += 1
                wrong[word] += bool(fault)
                if fault and chosen.show:
                    print(f"{word}: {fault}", flush=True)
            if said.total() >= chosen.count:
                return said, wrong
    raise AssertionError("cases never end")


def printed(said: Counter[str], wrong: Counter[str], head: str, unsure: tuple[str, ...] = ()) -> None:
    """The counts as a table; words that promise nothing cannot be false."""
    print(f"| word | said | {head} |\n|---|---|---|")
    for word, count in said.most_common():
        print(f"| {word or '(none)'} | {count} | {'–' if word in unsure else wrong[word]} |")

"""Test functions of the literature in two variables, with the least values that are claimed: tests/data/literature.txt.

A claimed whole number, or part of pi, is meant exactly; another is good to a unit of its last digit.
"""

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "literature.txt"


@dataclass(frozen=True)
class Claim:
    """One function: window `low,high` of all variables, or of each with ; between; the value and a place of it."""

    name: str
    text: str
    window: str
    value: str
    place: str = ""
    source: str = ""


LINES = FILE.read_text(encoding="utf-8").splitlines()
SOURCES = {line[2]: line[4:] for line in LINES if line[:2] == "# " and line[2:3].isupper() and line[3] == " "}
ROWS = [Claim(*(cell.strip() for cell in line.split("|"))) for line in LINES if not line.startswith("#")]
CLAIMS = [row for row in ROWS if row.text != "also"]
OTHERS = [row for row in ROWS if row.text == "also"]

"""`python -m docs.notes 0.1.0`: the notes of a release, its section of CHANGELOG.md; an error where there is none."""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parent.parent / "CHANGELOG.md"


def notes(version: str, changelog: str) -> str:
    """The section of a version, without its heading. Raises LookupError if it is missing, undated or empty."""
    head = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d{{2}}-\d{{2}}\n"
    parts = re.split(head, changelog, flags=re.MULTILINE)
    if len(parts) != 2:
        raise LookupError(f"CHANGELOG.md has no section `## [{version}] - YYYY-MM-DD`, or two of them")
    section = re.split(r"^## ", parts[1], flags=re.MULTILINE)[0].strip()
    if not section:
        raise LookupError(f"the section of {version} in CHANGELOG.md is empty")
    return section + "\n"


if __name__ == "__main__":
    try:
        print(notes(sys.argv[1].removeprefix("v"), CHANGELOG.read_text(encoding="utf-8")), end="")
    except LookupError as trouble:
        sys.exit(str(trouble))

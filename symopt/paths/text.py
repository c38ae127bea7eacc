"""Paths in tables of text: a line for each point, with names above them or without."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from symopt.data.text import ADVICE, BOMS, COMMA, MINUS, NONE
from symopt.errors import DataError, named
from symopt.paths.table import WORDS, Table

if TYPE_CHECKING:
    import numpy as np

BEGINNING = 2**16
BLOCK = 20_000  # lines at a time
COMMENT = ("#", "%")
NOT_FINITE = {"nan", "inf", "infinity", "-nan", "-inf", "-infinity", "+nan", "+inf", "+infinity", "1.#inf", "-1.#inf",
              "1.#qnan", "-1.#ind"}  # fmt: skip


class Text:
    """A table of text in a file that is open for reading.

    The delimiter is a tab or ; where the first line has one, else that of , | ， ； which it has most often, else white
    space. Lines that begin with # or % are remarks; the last one before the numbers may have the names. Raises
    DataError for what is no such table.
    """

    def __init__(self, file: IO[bytes], label: str) -> None:
        self.file, self.label = file, label
        head = file.read(BEGINNING)
        self.encoding = next((name for mark, name in BOMS.items() if head.startswith(mark)), "utf-8")
        if self.encoding in ("utf-8", "utf-8-sig") and b"\0" in head:
            raise DataError(f"{label} is no text: it has bytes of 0", "a path is CSV, TSV, NPY, NPZ or JSON")
        first, remark = self._first()
        self.delimiter = _delimiter(first)
        self.lines: list[int] = []
        self.names = self._names(first, remark)

    @contextmanager
    def _texts(self) -> Iterator[io.TextIOWrapper]:
        """The lines, their ends as they are. Raises DataError where they are no text."""
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, encoding=self.encoding, newline="")
        try:
            yield text
        except UnicodeDecodeError:
            raise DataError(f"{self.label} is no UTF-8 text", "convert it, for example with iconv -t utf-8") from None
        finally:
            text.detach()

    def _first(self) -> tuple[str, str]:
        """(the first line that is no remark, the remark right above it)."""
        remark = ""
        with self._texts() as text:
            for line in text:
                line = line.strip("\r\n")
                if line.lstrip().startswith(COMMENT):
                    remark = line
                elif line.strip():
                    return line, remark
        raise DataError(f"{self.label} is empty", "a path is a line of numbers for each point")

    def _names(self, first: str, remark: str) -> tuple[str, ...] | None:
        cells = self._split(first)
        numbers = [self.number(cell) is not None for cell in cells]
        self.numbered = self.remarked = False
        if not any(numbers) and not all(NONE.fullmatch(cell.strip()) for cell in cells):
            return tuple(cells)
        counting = [str(k) for k in range(len(cells) - 1)]
        if len(cells) > 1 and not cells[0].strip() and [cell.strip() for cell in cells[1:]] == counting:
            return tuple(cells)  # what pandas writes above columns without names
        said = self._split(re.sub(r"^\s*[#%]+\s*", "", remark))
        if len(said) == 1 < len(cells):
            said = said[0].split()
        if remark and len(said) == len(cells) and not any(self.number(cell) is not None for cell in said):
            self.remarked = True
            return tuple(said)
        self.numbered = len(cells) > 1 and [cell.strip() for cell in cells] == [str(k) for k in range(len(cells))]
        return None

    def _split(self, line: str) -> list[str]:
        if self.delimiter is None:
            return line.split()
        return next(csv.reader([line], delimiter=self.delimiter, skipinitialspace=True), [])

    def _records(self, text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
        """(number of the line, cells) of each line with something in it."""
        if self.delimiter is None:
            for number, line in enumerate(text, 1):
                if (cells := line.split()) and not cells[0].startswith(COMMENT):
                    yield number, cells
            return
        reader = csv.reader(text, delimiter=self.delimiter, skipinitialspace=True)
        try:
            for cells in reader:
                if cells and not cells[0].lstrip().startswith(COMMENT) and (len(cells) > 1 or cells[0].strip()):
                    yield reader.line_num, cells
        except csv.Error as trouble:
            where = f"{self.label}, line {reader.line_num}"
            raise DataError(f"{where}: {trouble}", "is a quotation mark missing?") from None

    def number(self, cell: str) -> float | None:
        """The number in a cell, None where there is none."""
        cell = cell.strip().translate(MINUS)
        if self.delimiter != "," and COMMA.fullmatch(cell):
            cell = cell.replace(",", ".")
        try:
            return float(cell)
        except ValueError:
            return float("nan") if cell.lower() in NOT_FINITE else None

    def table(self) -> Table:
        """All of it. Raises DataError for a line with more or fewer cells than the first."""
        with self._texts() as text:
            return self._table(self._records(text))

    def _table(self, records: Iterator[tuple[int, list[str]]]) -> Table:
        import numpy as np

        first: tuple[int, list[str]] | None = None
        if self.names is not None and not self.remarked:
            next(records)
        names = self.names
        width = len(names) if names is not None else 0
        wordy = [k for k, name in enumerate(names or ()) if name.strip().lower() in WORDS]
        words: dict[int, list[str]] = {k: [] for k in wordy}
        blocks: list[np.ndarray] = []
        rows: list[list[float]] = []
        gaps: list[tuple[int, int]] = []
        self.troubles: dict[int, DataError] = {}
        for line, cells in records:
            if first is None:
                first = (line, cells)
                width = width or len(cells)
            if len(cells) != width:
                cells = self._trimmed(line, cells, width)
            try:
                values = [float(cell) for cell in cells]
            except ValueError:
                values = self._values(line, cells, gaps)
            for k in wordy:
                words[k].append(cells[k].strip())
            rows.append(values)
            self.lines.append(line)
            if len(rows) == BLOCK:
                blocks.append(np.array(rows))
                rows = []
        if first is None:
            raise DataError(
                f"{self.label} has names and no rows", "below the names comes a line of numbers for each point"
            )
        numbers = np.concatenate([*blocks, np.array(rows).reshape(-1, width)])
        missing = None
        if gaps:
            missing = np.zeros(numbers.shape, bool)
            missing[tuple(np.array(gaps).T)] = True
        notes: tuple[str, ...] = ()
        if self.numbered:
            shown = (self.delimiter or " ").join(map(str, range(width)))
            notes = (f"line {first[0]} of {self.label}, {shown}, is taken for a point: take it away if it numbers "
                     "the columns",)  # fmt: skip
        spots = np.array(self.lines)
        return Table(self.label, names, numbers, missing, self.troubles, words,
                     where=lambda row: f"{self.label}, line {spots[row]}", notes=notes, first=1)  # fmt: skip

    def _trimmed(self, line: int, cells: list[str], width: int) -> list[str]:
        """The cells without empty ones too many. Raises DataError where their number is wrong."""
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            return cells[:width]
        text = (self.delimiter or " ").join(cells)
        values, wanted = f"{len(cells)} value{'s' * (len(cells) != 1)}", f"{width}"
        hint = "each line has one value for each column; is the file still being written?"
        if len(cells) > width and self.delimiter == ",":
            hint = "decimals have points, or ; stands between the columns; texts with commas stand in quotes"
        above = "the names above" if self.names is not None else "the first line"
        raise DataError(f"{self.label}, line {line} has {values}, {above} {wanted}", hint, text, 0, max(len(text), 1))

    def _values(self, line: int, cells: list[str], gaps: list[tuple[int, int]]) -> list[float]:
        """The numbers of a line that cannot simply be read; what is none becomes nan, and a trouble of its column."""
        found = []
        for k, cell in enumerate(cells):
            value = self.number(cell)
            if value is None:
                value = float("nan")
                if NONE.fullmatch(cell.strip()):
                    gaps.append((len(self.lines), k))
                elif k not in self.troubles:
                    self.troubles[k] = self._trouble(line, cells, k)
            found.append(value)
        return found

    def _trouble(self, line: int, cells: list[str], k: int) -> DataError:
        column = (self.names[k].strip() if self.names else "") or str(k + 1)
        text = (self.delimiter or " ").join(cells)
        begin = len((self.delimiter or " ").join([*cells[:k], ""])) if k else 0
        cell = cells[k].strip()
        hint = next((words for pattern, words in ADVICE if pattern.fullmatch(cell)), "a path is made of numbers")
        if re.search(r"[\[\]()]", cell):
            hint = "each coordinate in a column of its own, without brackets"
        elif self.delimiter == "," and COMMA.fullmatch(cell):
            hint = "where decimals have commas, the columns are delimited by ;"
        return DataError(f"{self.label}, line {line}, column {column}: {named(cell)} is no number", hint, text, begin,
                         begin + max(len(cells[k]), 1))  # fmt: skip


def _delimiter(line: str) -> str | None:
    """What stands between the cells of a line; None for white space."""
    for mark in ("\t", ";"):
        if mark in line.strip():
            return mark
    most = max(",|，；", key=line.count)
    if most in line:
        return most
    return None if len(line.split()) > 1 else ","

"""Tables of text: CSV and its relatives, read by Python's own csv module, some thousand lines at a time."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from symopt.data.columns import Data, Filling, Origin
from symopt.data.source import Source, no_number, too_large
from symopt.errors import DataError, named

BLOCK = 20_000  # lines at a time
BEGINNING = 2**16  # bytes by which a file is known
DELIMITERS = (",", ";", "\t", "|")
MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "--", "?", ".", "missing"}
OTHERS = {  # first bytes of what is no text
    b"PK\x03\x04": ("a zip archive or a workbook", "save the sheet as CSV; arrays of numpy's end in .npz"),
    b"PAR1": ("a Parquet file", "name it .parquet"),
    b"ARROW1": ("an Arrow file", "name it .arrow"),
    b"\x93NUMPY": ("an array of numpy's", "name it .npy"),
    b"\x1f\x8b": ("compressed", "decompress it first"),
}
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
COMMA = re.compile(r"[+-]?(?:\d+,\d*|,\d+)(?:[eE][+-]?\d+)?")
HEADER = "the first line has the names of the columns, as in t,y"


class Text(Source):
    """A table in a file, or in standard input, `-`: a line of names, then lines of numbers.

    The delimiter is that of , ; tab | which the first line has most often; with any but the comma decimals may have
    commas. Raises DataError for what is no such table.
    """

    def __init__(self, path: str) -> None:
        self.path, self.label = path, "standard input" if path == "-" else os.path.basename(path)
        self.spooled: IO[bytes] | None = None
        if path == "-":
            self.spooled = TemporaryFile(prefix="symopt-")  # noqa: SIM115
            shutil.copyfileobj(sys.stdin.buffer, self.spooled)
        with self.bytes() as file:
            head = file.read(BEGINNING)
        for mark, (what, hint) in OTHERS.items():
            if head.startswith(mark):
                raise DataError(f"{self.label} is {what}, no table of text", hint)
        self.encoding = next((name for mark, name in BOMS.items() if head.startswith(mark)), "utf-8")
        if self.encoding != "utf-16" and b"\0" in head:
            raise DataError(f"{self.label} is no text: it has bytes of 0", "a table is CSV, one line for each row")
        first = self.first_line()
        widths = [len(next(csv.reader([first], delimiter=d), [])) for d in DELIMITERS]
        self.delimiter = DELIMITERS[widths.index(max(widths))]
        self.comma: bool | None = False if self.delimiter == "," else None
        self.headers = self.header(first)

    # lines

    @contextmanager
    def bytes(self) -> Iterator[IO[bytes]]:
        if self.spooled is not None:
            self.spooled.seek(0)
            yield self.spooled
            return
        with open(self.path, "rb") as file:
            yield file

    @contextmanager
    def lines(self) -> Iterator[io.TextIOWrapper]:
        """The text, line ends as they are. Raises DataError where it is none."""
        with self.bytes() as file:
            text = io.TextIOWrapper(file, encoding=self.encoding, newline="")
            try:
                yield text
            except UnicodeDecodeError:
                raise DataError(f"{self.label} is no UTF-8 text",
                                f"convert it: iconv -f gbk -t utf-8 {self.label} > new.csv, if it is in GBK"
                                ) from None  # fmt: skip
            finally:
                text.detach()

    def first_line(self) -> str:
        """The line of names."""
        with self.lines() as text:
            for line in text:
                if line.strip():
                    return line.strip("\r\n")
        raise DataError(f"{self.label} is empty", f"{HEADER}, then come numbers")

    def header(self, line: str) -> tuple[str, ...]:
        """The names in a line. Raises DataError where there are none."""
        found = tuple(next(csv.reader([line], delimiter=self.delimiter)))
        where = f"{self.label}, line 1"
        if all(self.is_number(cell) or cell.strip().lower() in MISSING for cell in found):
            names = self.delimiter.join(f"x{k}" for k in range(min(len(found), 4)))
            raise DataError(f"{where} has numbers where names are expected",
                            f"put a line of names in front, such as {names}", line, 0, len(line))  # fmt: skip
        if line.startswith("#"):
            raise DataError(f"{where} begins with #", f"{HEADER}: take the # away, or the line", line)
        return found

    def is_number(self, cell: str) -> bool:
        try:
            float(cell.replace(",", ".") if self.delimiter != "," else cell)
        except ValueError:
            return False
        return True

    def records(self, text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
        """(number of its last line, cells) of each line that is not blank, the names first."""
        reader = csv.reader(text, delimiter=self.delimiter)
        try:
            for cells in reader:
                if cells:
                    yield reader.line_num, cells
        except csv.Error as trouble:
            raise DataError(
                f"{self.label}, line {reader.line_num}: {trouble}", "is a quotation mark missing?"
            ) from None

    def unreadable(self, line: int, trouble: csv.Error) -> DataError:
        return DataError(f"{self.label}, line {line}: {trouble}", "is a quotation mark missing?")

    # numbers

    def load(self, names: Sequence[str]) -> Data:
        import numpy as np

        places = [self.names.index(name) for name in self.names if name in names]
        places = [k for n, k in enumerate(places) if k not in places[:n]]
        troubles = {**self.doubles}
        width = len(self.headers)
        filling = Filling(len(places), self.count())
        with self.lines() as text:
            reader = csv.reader(text, delimiter=self.delimiter)
            skipped = False
            while True:
                try:
                    block = list(islice(reader, BLOCK))
                except csv.Error as trouble:
                    raise self.unreadable(reader.line_num, trouble) from None
                if not block:
                    break
                rows = [cells for cells in block if cells]
                if not skipped and rows:
                    skipped = True
                    del rows[0]
                if any(len(cells) != width for cells in rows):
                    self.ragged(filling.rows, rows)
                if self.comma is None and rows:
                    self.comma = any(COMMA.fullmatch(cells[k].strip()) for cells in rows for k in places)
                numbers = np.empty((len(places), len(rows)))
                for column, k in zip(numbers, places, strict=True):
                    if self.names[k] not in troubles:
                        try:
                            column[:] = [float(cells[k]) for cells in rows]
                            fine = not self.comma and bool(np.isfinite(column).all())
                        except ValueError:
                            fine = False
                        if not fine:
                            column[:], wrong = self.read(k, filling.rows, rows)
                            if wrong is not None:
                                troubles[self.names[k]] = wrong
                filling.put(numbers)
        if not filling.rows:
            raise DataError(f"{self.label} has names and no rows", "below the names come lines of numbers")
        if self.spooled is not None:
            self.spooled.close()
        matrix = filling.done()
        notes = [*self.notes(names, filling.rows), *(["decimals have commas there"] if self.comma else [])]
        origin = Origin(self.label, 1, self.line if self.path != "-" else None)
        chosen = tuple(self.names[k] for k in places)
        return Data(chosen, (matrix,), filling.rows, troubles, (", ".join(notes),), origin=origin)

    def count(self) -> int:
        """At most how many rows there are."""
        found = {b"\n": 0, b"\r": 0}
        with self.bytes() as file:
            while block := file.read(2**20):
                for end in found:
                    found[end] += block.count(end)
        return max(found.values()) + 1

    def read(self, place: int, before: int, rows: list[list[str]]) -> tuple[list[float], DataError | None]:
        """A column's numbers in rows that cannot simply be read; behind the first that is none comes 0."""
        found: list[float] = []
        for k, cells in enumerate(rows):
            cell = cells[place].strip()
            try:
                value = float(cell.replace(",", ".") if self.comma and "." not in cell else cell)
                if self.comma and "." in cell:
                    raise ValueError
            except ValueError:
                value = float("nan")
            if not abs(value) < float("inf"):
                return [*found, *[0.0] * (len(rows) - k)], self.trouble(place, before + k, cell)
            found.append(value)
        return found, None

    def trouble(self, place: int, row: int, cell: str) -> DataError:
        """What is wrong with the cell of a column in a row, counted from 0."""
        line, cells = self.find(row)
        where = f"{self.label}, line {line}, column {self.headers[place].strip() or place + 1}"
        text = self.delimiter.join(cells)
        begin = len(self.delimiter.join([*cells[:place], ""])) if place else 0
        if cell.lower() in MISSING:
            error = no_number(where, None)
        elif self.is_number(cell) and abs(float(cell.replace(",", "."))) == float("inf"):
            error = no_number(where, cell) if "inf" in cell.lower() else too_large(where, cell)
        else:
            error = DataError(f"{where}: {named(cell)} is no number", self.advice(cell))
        error.text, error.start, error.end = text, begin, begin + max(len(cells[place]), 1)
        return error

    def advice(self, cell: str) -> str:
        if self.comma and "." in cell:
            return "decimals have commas in this table: write numbers without points"
        if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", cell):
            return "write numbers without a comma for thousands"
        if self.delimiter == "," and COMMA.fullmatch(cell):
            return "where decimals have commas, the columns are delimited by ;"
        if re.fullmatch(r"[+-]?[\d.]+\s*\S{1,4}", cell):
            return "write the number alone, the unit in the name of the column"
        return "a column of a loss holds numbers; text can stand in columns that it does not use"

    def find(self, row: int) -> tuple[int, list[str]]:
        """(line, cells) of a row, counted from 0."""
        with self.lines() as text:
            return next(islice(self.records(text), row + 1, None))

    def line(self, row: int) -> int:
        """The line of a row, counted from 0."""
        return self.find(row)[0]

    def ragged(self, before: int, rows: list[list[str]]) -> None:
        """Raises DataError for the first row that has another number of cells than there are names."""
        width = len(self.headers)
        k = next(k for k, cells in enumerate(rows) if len(cells) != width)
        line, cells = self.find(before + k)
        hint = "each line has one value for each name"
        if len(cells) > width and self.delimiter == ",":
            hint = "decimals have points, or ; stands between the columns; texts with commas stand in quotes"
        text = self.delimiter.join(cells)
        values, names = (f"{k} {what}{'s' * (k != 1)}" for k, what in ((len(cells), "value"), (width, "name")))
        raise DataError(f"{self.label}, line {line} has {values} under {names}", hint, text, 0, len(text))

"""Tables of text: CSV and its relatives, read by Python's own csv module, some thousand lines at a time."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from symopt.data.columns import Data, Filling, Origin
from symopt.data.source import Source, no_number, too_large
from symopt.errors import DataError, named

BLOCK = 20_000  # lines at a time
BEGINNING = 2**16  # bytes by which a file is known
DELIMITERS = (",", ";", "\t", "|", "，", "；")
MISSING = {"", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "null", "none", "nil", "-", "--", "?", ".", "missing"}
NONE = re.compile(rf"[\W_]*|#\S+|{'|'.join(map(re.escape, MISSING - {''}))}", re.IGNORECASE)
"""Cells without a value: marks alone, what spreadsheets write for an error, and words for it."""
MINUS = str.maketrans("−", "-")
TRUTH = {"true": 1.0, "false": 0.0}  # as pandas writes them
UNPACK = "decompress it first"
OTHERS = {  # first bytes of what is no table of text
    b"PK\x03\x04": ("a zip archive or a workbook", "save the sheet as CSV; arrays of numpy's end in .npz"),
    b"\xd0\xcf\x11\xe0": ("a workbook", "save the sheet as CSV"),
    b"PAR1": ("a Parquet file", "name it .parquet"),
    b"ARROW1": ("an Arrow file", "name it .arrow"),
    b"\x93NUMPY": ("an array of numpy's", "name it .npy"),
    b"\x1f\x8b": ("compressed", f"{UNPACK}, as gunzip does"),
    b"BZh": ("compressed", f"{UNPACK}, as bunzip2 does"),
    b"\xfd7zXZ": ("compressed", f"{UNPACK}, as unxz does"),
    b"\x28\xb5\x2f\xfd": ("compressed", f"{UNPACK}, as unzstd does"),
    b"\x89HDF": ("an HDF5 file", "h5py reads it in Python: data={'t': file['t'][:], …}"),
    b"%PDF": ("a PDF", "copy its table into a CSV file"),
    b"version https://git-lfs": ("what Git LFS keeps in place of a file", "git lfs pull fetches the file"),
}
MARKUP = [  # how other texts begin
    (re.compile(rb"\{\s*[\"}]|\[\s*[\[{\"\d-]"), "JSON", "pandas: pd.read_json(…).to_csv('data.csv', index=False)"),
    (re.compile(rb"<[!?a-zA-Z]"), "a web page, or XML", "download the table itself, as CSV"),
]
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
COMMA = re.compile(r"[+-]?(?:\d+,\d*|,\d+)(?:[eE][+-]?\d+)?")
HEADER = "the first line has the names of the columns, as in t,y"
HEADING = 20  # lines that the names may take, where some have line ends in quotes
UNIT = "write the number alone, the unit in the name of the column"
ADVICE = [  # what is no number, and what to do about it
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), words)
    for pattern, words in (
        (r".*\n.*", "is a quotation mark missing?"),
        (r"['‘’“”].*", 'texts stand in double quotation marks, "…"'),
        (r"=.*", "write the value of the formula"),
        (r".*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*|\d{1,2}:\d\d.*",
         "dates and times are no numbers: write days or seconds since the first"),
        (r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", "write numbers without a comma for thousands"),
        (r"[+-]?\d{1,3}([ \u00a0\u202f'’]\d{3})+([.,]\d+)?|[+-]?\d{1,3}(\.\d{3})+,\d+|\d+(_\d+)+",
         "write numbers without a mark for thousands"),
        (r"([+-]?[\d.,]+)\s*%", "write a share: 5% is 0.05"),
        (r"[+-]?[\d.]+d[+-]?\d+", "write an e for the exponent, as in 1.5e3"),
        (r"0x[\da-f]+", "write it in decimals"),
        (r"yes|no|y|n|on|off|t|f", "write 1 and 0"),
        (r"[+-]?[\d.,]+\s*\S{1,4}|[$€£¥]\s*[\d.,]+", UNIT),
    )
]  # fmt: skip


class Text(Source):
    """A table in a file, or in standard input, `-`: a line of names, then lines of numbers.

    The delimiter is that of , ; tab | ， ； which the line of names has most often; where it has none, blanks are. With
    any but the comma decimals may have commas. Raises DataError for what is no such table.
    """

    def __init__(self, path: str) -> None:
        self.path, self.label = path, "standard input" if path == "-" else os.path.basename(path)
        self.spooled: IO[bytes] | None = None
        if path == "-":
            self.spooled = TemporaryFile(prefix="symopt-")  # noqa: SIM115
            shutil.copyfileobj(sys.stdin.buffer, self.spooled)
        with self.bytes() as file:
            head = file.read(BEGINNING)
        self.encoding = next((name for mark, name in BOMS.items() if head.startswith(mark)), "utf-8")
        plain = head.removeprefix(codecs.BOM_UTF8).lstrip()
        others = [(what, hint) for mark, (what, hint) in OTHERS.items() if plain.startswith(mark)]
        for what, hint in [*others, *((what, hint) for mark, what, hint in MARKUP if mark.match(plain))]:
            raise DataError(f"{self.label} is {what}, no table of text", hint)
        if self.encoding in ("utf-8", "utf-8-sig") and b"\0" in head:
            wide = len(head) > 3 and not any(head[1:200:2])
            raise DataError(f"{self.label} is no text: it has bytes of 0",
                            f"it looks like UTF-16; {self.converted('utf-16le')}" if wide
                            else "a table is CSV, one line for each row")  # fmt: skip
        beginning = self.beginning()
        widths = [self.width(beginning, delimiter) for delimiter in DELIMITERS]
        self.delimiter = DELIMITERS[widths.index(max(widths))]
        if max(widths) == 1 and self.blanks(beginning):
            self.delimiter = " "
        self.comma: bool | None = False if self.delimiter == "," else None
        self.headers = self.header(beginning)

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
                raise self.undecoded() from None
            finally:
                text.detach()

    def undecoded(self) -> DataError:
        """What is wrong with text in another encoding."""
        if self.encoding != "utf-8":
            return DataError(f"{self.label} is no {self.encoding.upper()} text", "save it as UTF-8")
        number, line = 1, b""
        with self.bytes() as file:
            for line in file:
                try:
                    line.decode()
                except UnicodeDecodeError as trouble:
                    number += line[: trouble.start].count(b"\r")
                    break
                number += 1
        common = re.findall(rb"[\xb0-\xd7][\xa1-\xfe]", line)  # characters of everyday Chinese, two bytes each
        chinese = len(b"".join(common)) > 0.7 * len(re.findall(rb"[\x80-\xff]", line))
        code, name = ("gbk", "GBK") if chinese else ("windows-1252", "Windows-1252 or Latin-1")
        return DataError(f"{self.label}, line {number} is no UTF-8 text", f"{self.converted(code)}, if it is in {name}")

    def converted(self, code: str) -> str:
        """How a file in another encoding becomes one in UTF-8."""
        file = "" if self.path == "-" else f" {shlex.quote(self.path)}"
        return f"convert it: iconv -f {code} -t utf-8{file} > new.csv"

    def beginning(self) -> list[str]:
        """The lines of names, and those behind them."""
        with self.lines() as text:
            found = list(islice((line for line in text if line.strip()), HEADING))
        if not found:
            raise DataError(f"{self.label} is empty", f"{HEADER}, then come numbers")
        return found

    def width(self, lines: list[str], delimiter: str) -> int:
        """How many names the first line has with a delimiter."""
        try:
            return max(map(len, islice(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), 1)), default=0)
        except csv.Error:  # a cell beyond all measure: this is not the delimiter
            return 0

    def blanks(self, lines: list[str]) -> bool:
        """Whether blanks are between the columns: numbers stand so below names."""
        names, *rows = (line.split() for line in lines[:2])
        numbers = [self.is_number(cell.strip('"')) or bool(NONE.fullmatch(cell)) for cells in rows for cell in cells]
        return len(names) > 1 < len(numbers) and (all(numbers) or (any(numbers) and len(numbers) == len(names)))

    def header(self, lines: list[str]) -> tuple[str, ...]:
        """The names in the first line. Raises DataError where there are none."""
        line = lines[0].strip("\r\n")
        try:
            found = tuple(next(cells for cells in self.reader(lines) if any(cells)))
        except csv.Error as trouble:
            raise self.unreadable(1, trouble) from None
        where = f"{self.label}, line 1"
        if all(self.is_number(cell) or NONE.fullmatch(cell) for cell in found):
            names = self.delimiter.join(f"x{k}" for k in range(min(len(found), 4)))
            raise DataError(f"{where} has numbers where names are expected",
                            f"put a line of names in front, such as {names}", line, 0, len(line))  # fmt: skip
        if line.startswith("sep="):
            raise DataError(f"{where} is a message to Excel", f"take it away: {HEADER}", line)
        if line.startswith("#"):
            raise DataError(f"{where} begins with #", f"{HEADER}: take the # away, or the line", line)
        if any(cell.count("\n") > HEADING // 2 for cell in found):
            raise DataError(f"{where} has a quotation mark that is never closed", "take it away, or close it", line)
        return tuple(" ".join(cell.split()) for cell in found)

    def reader(self, lines: Iterable[str]) -> Any:
        """The cells of lines."""
        if self.delimiter == " ":
            lines = (" ".join(line.split()) for line in lines)
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True)

    def is_row(self, cells: list[str]) -> bool:
        """Whether a line is not blank."""
        return len(cells) > 1 or bool(cells and (len(self.headers) == 1 or cells[0]))

    def is_number(self, cell: str) -> bool:
        try:
            float(cell.replace(",", ".") if self.delimiter != "," else cell)
        except ValueError:
            return False
        return "_" not in cell

    def records(self, text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
        """(number of its last line, cells) of each line that is not blank, the names first."""
        reader = self.reader(text)
        try:
            for cells in reader:
                if self.is_row(cells):
                    yield reader.line_num, cells
        except csv.Error as trouble:
            raise self.unreadable(reader.line_num, trouble) from None

    def unreadable(self, line: int, trouble: csv.Error) -> DataError:
        return DataError(f"{self.label}, line {line}: {trouble}", "is a quotation mark missing?")

    # numbers

    def load(self, names: Sequence[str]) -> Data:
        import numpy as np

        places = self.places(names)
        troubles = {**self.doubles}
        width = len(self.headers)
        filling = Filling(len(places), self.count())
        with self.lines() as text:
            reader = self.reader(text)
            skipped = False
            while True:
                try:
                    block = list(islice(reader, BLOCK))
                except csv.Error as trouble:
                    raise self.unreadable(reader.line_num, trouble) from None
                if not block:
                    break
                rows = [cells for cells in block if self.is_row(cells)]
                if not skipped and rows:
                    skipped = True
                    del rows[0]
                if any(len(cells) != width for cells in rows):
                    rows = self.fitted(filling.rows, rows)
                if self.comma is None and rows:
                    self.comma = any(COMMA.fullmatch(cells[k].strip()) for cells in rows for k in places)
                numbers = np.empty((len(places), len(rows)))
                for column, k in zip(numbers, places, strict=True):
                    if self.names[k] not in troubles:
                        try:
                            column[:] = [float(cells[k]) for cells in rows]
                            plain = not self.comma and "_" not in "".join([cells[k] for cells in rows])
                            fine = plain and bool(np.isfinite(column).all())
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
            cell = cells[place].strip().translate(MINUS)
            try:
                if "_" in cell or (self.comma and "." in cell):
                    raise ValueError
                value = float(cell.replace(",", ".") if self.comma else cell)
            except ValueError:
                value = TRUTH.get(cell.lower(), float("nan"))
            if not abs(value) < float("inf"):
                return [*found, *[0.0] * (len(rows) - k)], self.trouble(place, before + k, cell)
            found.append(value)
        return found, None

    def trouble(self, place: int, row: int, cell: str) -> DataError:
        """What is wrong with the cell of a column in a row, counted from 0."""
        line, cells = self.find(row)
        where = f"{self.label}, line {line}, column {self.headers[place].strip() or place + 1}"
        shown = [self.quoted(each) for each in cells]
        text = self.delimiter.join(shown)
        begin = len(self.delimiter.join([*shown[:place], ""])) if place else 0
        if NONE.fullmatch(cell):
            error = no_number(where, None)
            if not any(each.strip() for each in cells):
                error.hint, error.shell = "nothing stands in the line: take it away", ""
        elif self.is_number(cell) and abs(float(cell.replace(",", "."))) == float("inf"):
            error = no_number(where, cell) if "inf" in cell.lower() else too_large(where, cell)
        else:
            error = DataError(f"{where}: {named(cell)} is no number", self.advice(cell, row == 0))
        error.text, error.start, error.end = text, begin, begin + max(len(shown[place]), 1)
        return error

    def quoted(self, cell: str) -> str:
        """A cell as it stands in a line."""
        return f'"{cell}"' if self.delimiter in cell else cell

    def advice(self, cell: str, first: bool) -> str:
        """What to do about a cell that is no number; first: whether it stands below the names."""
        if self.comma and re.fullmatch(r"[+-]?\d*\.\d*", cell):
            return "decimals have commas in this table: write numbers without points"
        if self.delimiter == "," and COMMA.fullmatch(cell) and not ADVICE[4][0].fullmatch(cell):
            return "where decimals have commas, the columns are delimited by ;"
        if words := next((words for pattern, words in ADVICE if pattern.fullmatch(cell)), ""):
            return words
        if first and not re.search(r"\d", cell):
            return "take the line away if it belongs to the names; text can stand in columns that the loss does not use"
        return "a column of a loss holds numbers; text can stand in columns that it does not use"

    def find(self, row: int) -> tuple[int, list[str]]:
        """(line, cells) of a row, counted from 0."""
        with self.lines() as text:
            return next(islice(self.records(text), row + 1, None))

    def line(self, row: int) -> int:
        """The line of a row, counted from 0."""
        return self.find(row)[0]

    def fitted(self, before: int, rows: list[list[str]]) -> list[list[str]]:
        """The rows, with as many cells as there are names: delimiters at the end of a line may be there or not.

        Raises DataError for the first row that has another number of values.
        """
        width = len(self.headers)
        least = max((k for k, header in enumerate(self.headers, 1) if header.strip()), default=width)
        found = []
        for k, cells in enumerate(rows):
            if len(cells) < least or any(cell.strip() for cell in cells[width:]):
                raise self.ragged(before + k, rows)
            found.append([*cells, *[""] * (width - len(cells))][:width])
        return found

    def ragged(self, row: int, rows: list[list[str]]) -> DataError:
        """What is wrong with a row that has another number of cells than there are names."""
        width = len(self.headers)
        line, cells = self.find(row)
        hint = "each line has one value for each name"
        if cells[0].lstrip().startswith(("#", "%", "//")):
            hint = "a line of remarks is no row: take it away"
        elif len(cells) > width == 1:
            hint = f"{HEADER}: take away what stands above it"
        elif any("\n" in cell for cell in cells):
            hint = "is a quotation mark missing?"
        elif any(len(cells[0].split(other)) == width for other in DELIMITERS) and len(cells) == 1 < width:
            hint = f"the names have {self.delimiter!r} between them, this line has not"
        elif all(len(cells) == width + 1 and cells[0] == str(k + self.counted(rows)) for k, cells in enumerate(rows)):
            hint = f"the first column has no name: put one in front, as in n{self.delimiter}{self.headers[0]}"
        elif len(cells) > width and self.delimiter == ",":
            hint = "decimals have points, or ; stands between the columns; texts with commas stand in quotes"
        text = self.delimiter.join(map(self.quoted, cells))
        many = len(cells)
        values, names = f"{many} value{'s' * (many != 1)}", f"{width} name{'s' * (width != 1)}"
        return DataError(f"{self.label}, line {line} has {values} under {names}", hint, text, 0, len(text))

    @staticmethod
    def counted(rows: list[list[str]]) -> int:
        """The number in the first cell of all, if there is one."""
        return int(rows[0][0]) if rows[0][0].isdecimal() else 0

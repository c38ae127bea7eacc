"""Which kind of source somebody gives: a file, standard input, or what is held in Python."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Any

from symopt.data import ARRAYS, SUFFIXES, TEXT
from symopt.data.arrays import Arrays
from symopt.data.arrow import Arrow
from symopt.data.cluster import Spread
from symopt.data.columns import Data
from symopt.data.given import Given
from symopt.data.source import Source
from symopt.data.text import HEADER, UNPACK, Text
from symopt.errors import DataError, meant, named

SHEET, PANDAS = "save the sheet as CSV", "pandas reads it in Python: data=pd.read_{}(…)"
ELSEWHERE = {
    suffix: words
    for suffixes, words in (
        (".xlsx .xls .xlsm .ods .numbers", SHEET),
        (".gz .zip .bz2 .xz .zst .7z .rar .tar .tgz", UNPACK),
        (".pkl .pickle", "a pickle can run code: df.to_csv('data.csv', index=False) writes a table"),
        (".json .jsonl .ndjson", "write it as CSV: pd.read_json(…).to_csv('data.csv', index=False)"),
        (".h5 .hdf5 .hdf", "h5py reads it in Python: data={'t': file['t'][:], …}"),
        (".pt .pth", "numpy.savez('data.npz', t=t.numpy(), …) writes arrays"),
        (".mat", "scipy reads it in Python: data=scipy.io.loadmat(…)"),
        (".nc", "xarray reads it in Python: data=xarray.open_dataset(…)"),
        (".rds .rdata .rda", "in R: write.csv(d, 'data.csv', row.names = FALSE)"),
        *((suffix, PANDAS.format(kind)) for suffix, kind in
          ((".dta", "stata"), (".sav", "spss"), (".sas7bdat", "sas"), (".orc", "orc"), (".db .sqlite", "sql"))),
        (".dat .data .asc .prn .tab .psv .log", "if it is a table of text, call it .txt"),
        (".py .m .r .pdf .docx .html .xml .fits", "a table is CSV, one line for each row"),
    )
    for suffix in suffixes.split()
}  # fmt: skip
URL = re.compile(r"\w{2,}://")


def opened(data: Any, cluster: Any = None) -> Source | Data:
    """The source of what somebody gives as data: the name of a file, a dict of columns, a data frame.

    cluster: where the workers are that read it, as in `Loss.parse`. Raises DataError.
    """
    if cluster is not None:
        return Spread(data, cluster)
    if isinstance(data, Data | Source):
        return data
    if isinstance(data, str | bytes | os.PathLike):
        return in_file(data)
    return Given(data)


def in_file(path: str | bytes | os.PathLike[str]) -> Source:
    """The source in a file, by its suffix; `-` is standard input, as CSV. Raises DataError."""
    label = os.fsdecode(path)
    if label == "-":
        return Text("-")
    if not label:
        raise DataError("the name of the data is empty", f"for example data.csv; known are {', '.join(SUFFIXES)}")
    where = Path(label)
    listed = ", ".join(SUFFIXES)
    if "\n" in label:
        raise DataError(f"{named(label)} is no name of a file", "data= takes a file's name, not what is in it: "
                        "data={'t': [0, 1, 2], 'y': [1, 0.6, 0.4]} are columns themselves",
                        shell="--data takes a file's name, or - for standard input")  # fmt: skip
    try:
        if where.is_dir():
            _folder(where, listed)
        if URL.match(label) and not where.exists():
            hint = f"curl -O {shlex.quote(label)} brings the file here"
            if not label.startswith(("http", "ftp")):
                hint = "name a file as this machine calls it"
            raise DataError(f"{label} is an address, and data is read from files", hint)
        with open(where, "rb") as file:
            empty = not file.read(1)
    except (OSError, ValueError) as trouble:
        reason = getattr(trouble, "strerror", None) or str(trouble)
        raise DataError(f"{label} cannot be read: {reason}", _neighbour(where, f"known are {listed}")) from None
    suffix = where.suffix.lower()
    if suffix not in SUFFIXES:
        what = f"no data is known that ends in {suffix}" if suffix else f"{label} has no suffix"
        raise DataError(what, ELSEWHERE.get(suffix) or meant(suffix, SUFFIXES, f"known are {listed}"))
    if empty:
        whole = "is it whole, and of that format?"
        raise DataError(f"{label} is empty", f"{HEADER}, then come numbers" if suffix in TEXT else whole)
    if suffix in TEXT:
        return Text(label)
    if suffix in ARRAYS:
        return Arrays(label)
    return Arrow(label)


def _folder(where: Path, listed: str) -> None:
    """Raises DataError for a folder."""
    inside = any(each.suffix.lower() in (".parquet", ".pq") for each in where.rglob("*.p*q*"))
    if inside:
        raise DataError(f"{where} is a folder", "cluster=1 reads a folder of Parquet files, in a process of its own",
                        shell="--workers 1 reads a folder of Parquet files, in a process of its own")  # fmt: skip
    raise DataError(f"{where} is a folder", f"name one file in it, which ends in {listed}")


def _neighbour(path: Path, otherwise: str) -> str:
    """The hint for a file that is not there: one beside it that may be meant."""
    try:
        beside = {each.name for each in path.parent.iterdir() if each.suffix.lower() in SUFFIXES}
    except (OSError, ValueError):
        return otherwise
    return meant(path.name, [str(path.parent / name) for name in beside] if path.parent.name else beside, otherwise)

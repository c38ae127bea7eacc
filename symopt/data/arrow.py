"""Columns in Parquet and Arrow files, read group by group with pyarrow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from symopt.data.columns import CHUNK, Data, Filling, Origin
from symopt.data.source import Source, as_floats, checked, first_line
from symopt.errors import DataError

BUFFER = 2**20  # bytes of a column of a Parquet file that are read at once
INSTALL = "pip install 'symopt-lab[data]' brings pyarrow"


class Arrow(Source):
    """The columns of a Parquet, Arrow or Feather file. Raises DataError, also where pyarrow is not installed."""

    def __init__(self, path: str) -> None:
        self.path, self.label = path, os.path.basename(path)
        try:
            import pyarrow
        except ImportError:
            raise DataError(f"{self.label} needs pyarrow to be read", INSTALL) from None
        try:
            self.rows, self.headers = self.look()
        except (pyarrow.ArrowException, OSError, ValueError) as trouble:
            raise DataError(f"{self.label} cannot be read: {first_line(trouble)}", "is it whole, and of that format?"
                            ) from None  # fmt: skip
        if not self.rows or not self.headers:
            raise DataError(f"{self.label} has no {'rows' if self.headers else 'columns'}", "is it the right file?")

    @property
    def parquet(self) -> bool:
        return self.path.lower().endswith((".parquet", ".pq"))

    def look(self) -> tuple[int, tuple[str, ...]]:
        """(rows, names of columns)."""
        import pyarrow
        from pyarrow import parquet

        if self.parquet:
            with parquet.ParquetFile(self.path) as file:
                return file.metadata.num_rows, tuple(file.schema_arrow.names)
        with pyarrow.memory_map(self.path) as source:
            read = Batches(source)
            return sum(batch.num_rows for batch in read), tuple(read.schema.names)

    def batches(self, headers: list[str]) -> Iterator[Any]:
        """Some rows after the other, of these columns."""
        import pyarrow
        from pyarrow import parquet

        if self.parquet:
            # a piece of each column at a time; else Arrow holds all of a group of rows, packed and unpacked
            with parquet.ParquetFile(self.path, pre_buffer=False, buffer_size=BUFFER) as file:
                yield from file.iter_batches(CHUNK, columns=headers, use_threads=False)
            pyarrow.default_memory_pool().release_unused()
            return
        with pyarrow.memory_map(self.path) as source:
            yield from (batch.select(headers) for batch in Batches(source))

    def load(self, names: Sequence[str]) -> Data:
        import numpy as np

        places = self.places(names)
        troubles = {**self.doubles}
        filling = Filling(len(places), self.rows)
        headers = [self.headers[k] for k in places if self.names[k] not in troubles]
        for batch in self.batches(headers):
            numbers = np.zeros((len(places), batch.num_rows))
            for column, k in zip(numbers, places, strict=True):
                if (name := self.names[k]) not in troubles:
                    where = f"{self.label}, column {self.headers[k]}"
                    try:
                        values = batch.column(self.headers[k])
                        column[:] = as_floats(values.to_numpy(zero_copy_only=False), where, filling.rows + 1)
                    except DataError as error:
                        troubles[name] = error
            filling.put(numbers)
        data = Data(
            tuple(self.names[k] for k in places),
            (filling.done(),),
            filling.rows,
            troubles,
            self.notes(names, filling.rows),
            origin=Origin(self.label, 1),
        )
        return checked(data, {self.names[k]: f"{self.label}, column {self.headers[k]}" for k in places}, 1)


class Batches:
    """The batches of an Arrow file, or of a stream in a file."""

    def __init__(self, source: Any) -> None:
        import pyarrow
        from pyarrow import ipc

        try:
            self.file = ipc.open_file(source)
        except pyarrow.ArrowInvalid:
            source.seek(0)
            self.file = ipc.open_stream(source)
        self.schema = self.file.schema

    def __iter__(self) -> Iterator[Any]:
        count = getattr(self.file, "num_record_batches", None)
        return iter(self.file) if count is None else (self.file.get_batch(k) for k in range(count))

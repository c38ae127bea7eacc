"""Columns in Parquet files that the workers of a dask cluster read, each some partitions of the rows.

Nothing of the rows is ever here. A partition that is lost with its worker is read again by another: dask knows how it
was made. Everything is in the order of the rows, whoever answers first.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from symopt.data.arrow import Arrow
from symopt.data.columns import Data
from symopt.data.source import Source, as_floats, checked
from symopt.errors import DataError, named

if TYPE_CHECKING:
    import numpy as np

INSTALL = "pip install 'symopt-lab[cluster]' brings dask and pyarrow"
EXAMPLE = "cluster='tcp://host:8786', the address of a dask scheduler, or cluster=2 for two processes here"
WAIT = 5  # seconds until a scheduler or a worker has to answer
MOST = 512  # processes on one machine
TOGETHER = 2**20  # rows up to which neighbouring row groups are one partition
MEMORY = {"MALLOC_TRIM_THRESHOLD_": 2**27, "MALLOC_MMAP_THRESHOLD_": 2**25}
"""What glibc keeps of freed memory: with dask's own 64 kB each chunk of a sum is fetched from the system anew."""
FREE = "127.0.0.1:0"  # a port that nobody has: several clusters may run on a machine
EMBEDDED = 2**16  # bytes of a question up to which each partition is sent its own copy


@dataclass(frozen=True)
class Piece:
    """Neighbouring row groups of one file: the first row's number, and how many rows there are."""

    path: str
    groups: tuple[int, ...]
    first: int
    rows: int


class Spread(Source):
    """The columns of a Parquet file, or of a folder of such, as the workers of a cluster see it. Raises DataError."""

    def __init__(self, path: Any, cluster: Any) -> None:
        if not isinstance(path, str | os.PathLike):
            what = "there is no data" if path is None else f"{named(path)} is here"
            raise DataError(f"a cluster reads its data from files, and {what}",
                            "name a Parquet file, or a folder of such files",
                            shell="--data names a Parquet file, or a folder of such files")  # fmt: skip
        self.path = os.path.abspath(path)
        self.label = os.path.basename(self.path)
        self.client = connected(cluster)
        _seen(self.client, self.path)
        self.headers, self.pieces = _answer(self.client.submit(looked, self.path, pure=False))
        self.rows = sum(piece.rows for piece in self.pieces)

    def load(self, names: Sequence[str]) -> Far:
        places = self.places(names)
        wanted = {self.names[k]: self.headers[k] for k in places if self.names[k] not in self.doubles}
        many = len(self.pieces)
        kept = self.client.map(read, self.pieces, [wanted] * many, pure=False)
        troubles: dict[str, DataError] = {}
        for found in _answer(self.client.map(_troubles, kept, pure=False)):
            troubles |= {name: error for name, error in found.items() if name not in troubles}
        columns = tuple(self.names[k] for k in places)
        (note,) = self.notes(names, self.rows)
        workers = len(self.client.scheduler_info(n_workers=-1)["workers"])
        note += f", {many} partition{'s' * (many != 1)} on {workers} worker{'s' * (workers != 1)}"
        firsts = tuple(piece.first for piece in self.pieces)
        return Far(columns, (), self.rows, {**troubles, **self.doubles}, (note,),
                   client=self.client, kept=tuple(kept), firsts=firsts)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Far(Data):
    """Columns in partitions on the workers of a cluster. firsts: the number of each partition's first row."""

    client: Any = None
    kept: tuple[Any, ...] = ()
    firsts: tuple[int, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Far) and (self.names, self.kept) == (other.names, other.kept)

    __hash__ = Data.__hash__

    def __reduce__(self) -> Any:
        raise DataError("data on a cluster stays with the process that is connected to it",
                        "read the loss again, with data= and cluster=, where it is needed")  # fmt: skip

    def chosen(self, names: Sequence[str]) -> Far:
        for name in names:
            if name in self.troubles:
                raise self.troubles[name]
        return replace(self, names=tuple(name for name in self.names if name in names), troubles={})

    def ends(self, name: str) -> tuple[int, int] | None:
        if name in self.troubles:
            raise self.troubles[name]
        found = self.ask(self.kept, _ends, name)
        if any(pair is None for pair in found):
            return None
        return min(low for low, _ in found), max(high for _, high in found)

    def met(self, factors: Mapping[str, int], constant: int) -> list[range]:
        found: list[range] = []
        runs = [each for part in self.ask(self.kept, _met, factors, constant) for each in part]
        for each in sorted(runs, key=lambda run: run.start):
            if found and each.start <= found[-1].stop:
                found[-1] = range(found[-1].start, max(found[-1].stop, each.stop))
            else:
                found.append(each)
        return found

    def told(self, factors: Mapping[str, int], value: int) -> str:
        return "the data"

    def entry(self, name: str, row: int) -> float:
        return float(self.take([row]).column(name)[0:1][0])

    def take(self, rows: Any) -> Data:
        import numpy as np

        wanted = np.asarray(rows)
        where = np.searchsorted(self.firsts, wanted, side="right") - 1
        matrix = np.empty((len(self.names), len(wanted)))
        asked = [k for k in range(len(self.kept)) if (where == k).any()]
        futures = [
            self.client.submit(_rows, self.kept[k], self.names, wanted[where == k] - self.firsts[k], pure=False)
            for k in asked
        ]
        for k, part in zip(asked, _answer(futures), strict=True):
            matrix[:, where == k] = part
        return Data(self.names, (matrix.T,), len(wanted), weight=self.weight * self.rows / max(len(wanted), 1))

    # what numbers ask for

    def each(self, made: Callable[..., Any], *given: Any) -> Any:
        """made(columns, *given) of each partition, kept where its columns are."""
        return self.client.map(_told, self.kept, [made] * len(self.kept), [given] * len(self.kept), pure=False)

    def ask(self, kept: Any, answer: Callable[..., Any], *asked: Any) -> list[Any]:
        """answer(kept, *asked) of each partition, in order."""
        question: Any = asked
        if sum(getattr(each, "nbytes", 0) for each in asked) > EMBEDDED:
            question = self.client.submit(_same, asked, pure=False)
        many = len(kept)
        found: list[Any] = _answer(self.client.map(_told, kept, [answer] * many, [question] * many, pure=False))
        return found


# run by the workers


def looked(path: str) -> tuple[tuple[str, ...], list[Piece]]:
    """(the columns' names, the partitions) of a Parquet file or a folder of such."""
    from pyarrow import parquet

    files = [path]
    if os.path.isdir(path):
        inside = [
            os.path.join(folder, file)
            for folder, _, names in os.walk(path)
            for file in names
            if file.lower().endswith((".parquet", ".pq")) and file[0] not in "._"
        ]
        files = sorted(inside, key=lambda name: [(s, int(d or 0)) for s, d in re.findall(r"(\D+)(\d*)", name)])
        if not files:
            raise DataError(f"no file in {path} ends in .parquet", "a dataset is a folder of Parquet files")
    elif not path.lower().endswith((".parquet", ".pq")):
        raise DataError(f"{os.path.basename(path)} is no Parquet file, and a cluster reads no other",
                        "pandas: df.to_parquet(…) writes one; polars: df.write_parquet(…)")  # fmt: skip
    headers: tuple[str, ...] = ()
    pieces: list[Piece] = []
    first = 0
    for file in files:
        names = Arrow(file).headers
        if headers and names != headers:
            raise DataError(f"{os.path.basename(file)} has other columns than {os.path.basename(files[0])}",
                            "all files of a dataset have the same columns, in the same order")  # fmt: skip
        headers = names
        with parquet.ParquetFile(file) as opened:
            counts = [opened.metadata.row_group(k).num_rows for k in range(opened.num_row_groups)]
        groups: list[int] = []
        for k in range(len(counts)):
            groups.append(k)
            size = sum(counts[g] for g in groups)
            if k + 1 == len(counts) or size + counts[k + 1] > TOGETHER:
                if size:
                    pieces.append(Piece(file, tuple(groups), first, size))
                first, groups = first + size, []
    return headers, pieces


def read(piece: Piece, wanted: dict[str, str]) -> Data:
    """Some columns, {name: header}, of one partition."""
    import numpy as np
    from pyarrow import parquet

    troubles: dict[str, DataError] = {}
    matrix = np.zeros((len(wanted), piece.rows))
    label = os.path.basename(piece.path)
    try:
        with parquet.ParquetFile(piece.path) as file:
            table = file.read_row_groups(piece.groups, columns=list(wanted.values()), use_threads=False)
    except OSError as trouble:
        raise _unseen(piece.path, str(trouble)) from None
    places = {name: f"{label}, column {header}" for name, header in wanted.items()}
    for row, (name, header) in zip(matrix, wanted.items(), strict=True):
        try:
            row[:] = as_floats(table.column(header).to_numpy(), places[name], piece.first + 1)
        except DataError as error:
            troubles[name] = error
    return checked(Data(tuple(wanted), (matrix.T,), piece.rows, troubles), places, piece.first + 1)


def _troubles(data: Data) -> dict[str, DataError]:
    return dict(data.troubles)


def _met(data: Data, factors: Mapping[str, int], constant: int) -> list[range]:
    return data.met(factors, constant)


def _ends(data: Data, name: str) -> tuple[int, int] | None:
    return data.ends(name)


def _rows(data: Data, names: Sequence[str], rows: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.array([data.column(name)[rows] for name in names])


def _told(kept: Any, answer: Callable[..., Any], asked: tuple[Any, ...]) -> Any:
    return answer(kept, *asked)


def _same(asked: Any) -> Any:
    return asked


def _exists(path: str) -> bool:
    return os.path.exists(path)


# run here


def connected(cluster: Any) -> Any:
    """The client of a scheduler at an address, of so many processes here, or the one that is given.

    Raises DataError: without dask, for what is no cluster, where nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise DataError("a cluster needs dask.distributed", INSTALL) from None
    if isinstance(cluster, Client):
        return cluster
    if isinstance(cluster, bool) or not isinstance(cluster, str | int):
        raise DataError(f"{named(cluster)} is no cluster", EXAMPLE)
    if isinstance(cluster, int) and not 1 <= cluster <= MOST:
        raise DataError(f"{cluster} processes are {'none' if cluster < 1 else 'too many'}", f"from 1 to {MOST}")
    client = _clients.get(cluster)
    if client is None or client.status != "running":
        client = _clients[cluster] = _started(cluster) if isinstance(cluster, int) else _reached(cluster)
    return client


_clients: dict[str | int, Any] = {}


@atexit.register
def leave() -> None:
    """Leaves all clusters, and ends the processes that were started here."""
    while _clients:
        _, client = _clients.popitem()
        own = client.cluster
        client.close()
        if own is not None:
            own.close()


def _started(count: int) -> Any:
    from dask import config
    from distributed import Client, LocalCluster

    try:
        with config.set({f"distributed.nanny.pre-spawn-environ.{name}": value for name, value in MEMORY.items()}):
            own = LocalCluster(
                n_workers=count, threads_per_worker=1, dashboard_address=FREE, silence_logs=logging.CRITICAL
            )
    except (RuntimeError, OSError) as trouble:
        raise DataError(f"{count} processes cannot be started: {trouble}",
                        "a script that starts processes begins with if __name__ == '__main__':") from None  # fmt: skip
    return Client(own)


def _reached(address: str) -> Any:
    from distributed import Client

    try:
        client = Client(address, timeout=WAIT)
    except (OSError, ValueError, TypeError) as trouble:
        said = "" if isinstance(trouble, OSError) else f": {trouble}"
        raise DataError(f"no dask scheduler answers at {address}{said}",
                        "an address is like tcp://host:8786; the command dask scheduler starts one, dask worker "
                        "ADDRESS a worker") from None  # fmt: skip
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError:
        client.close()
        raise DataError(f"the scheduler at {address} has no workers",
                        f"dask worker {address} starts one") from None  # fmt: skip
    return client


def _seen(client: Any, path: str) -> None:
    """Raises DataError where workers do not see a file, or cannot run symopt."""
    try:
        sees = client.run(_exists, path)
    except ModuleNotFoundError as trouble:
        raise DataError(f"the workers have no {trouble.name}", "install symopt-lab[cluster] where they run"
                        ) from None  # fmt: skip
    if blind := [worker for worker, seen in sees.items() if not seen]:
        count = "none" if len(blind) == len(sees) else f"{len(sees) - len(blind)} of {len(sees)}"
        raise _unseen(path, f"{count} of the workers sees it" if count == "none" else f"only {count} workers see it")


def _unseen(path: str, why: str) -> DataError:
    return DataError(f"{path} cannot be read on the cluster: {why}",
                     "a file that workers read is on a disk that they share, under the same name")  # fmt: skip


def _answer(futures: Any) -> Any:
    """What workers answer. Raises DataError where the scheduler is gone."""
    from concurrent.futures import CancelledError

    client = (futures[0] if isinstance(futures, list) else futures).client
    try:
        return client.gather(futures)
    except (CancelledError, OSError) as trouble:
        raise DataError("the scheduler of the cluster is gone", f"{trouble}"[:200]) from None

"""A sweep in files: NPZ, NetCDF, and Zarr, which is written chunk by chunk and goes on where it was ended.

A Zarr store (format 2, zlib) is a folder of small files, each replaced as a whole. While chunks are being walked each
is one file in `.chunks`, written last and at once: what is there is done. The arrays are made of them at the end.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from symopt import __version__
from symopt.data.columns import Data, parts
from symopt.errors import RenderError, named
from symopt.files import check_path, put, replacing
from symopt.sweep.axes import LETTER, METHOD, START, Axis
from symopt.sweep.change import Change
from symopt.sweep.command import command
from symopt.sweep.plan import Chunk, Plan

ARRAYS = (".npz", ".nc", ".zarr")
WORK = ".chunks"
PARTS = ("table", "codes", "steps", "x", "f", "exponent", "tail")

Variables = Mapping[str, tuple[tuple[str, ...], np.ndarray, dict[str, Any]]]


def variables(made: Any, names: Sequence[str]) -> Variables:
    """{name: (dimensions, values, attributes)} of all arrays."""
    dims = tuple(names)
    found: dict[str, tuple[tuple[str, ...], np.ndarray, dict[str, Any]]] = {
        "end": (dims, made.end, {"long_name": "how the walk ended", "flag_values": list(range(len(made.labels))),
                                 "flag_meanings": " ".join(word.replace(" ", "_") for word in made.words)}),
        "steps": (dims, made.steps, {"long_name": "steps taken", "units": "1"}),
        "period": (dims, made.period, {"long_name": "period of the cycle, 1 of a flat point", "units": "1"}),
        "f": (dims, made.f, {"long_name": "f at the last point", "units": "1"}),
    }  # fmt: skip
    for place, name in enumerate(made.plan.problem.loss.names):
        found[f"last_{name}"] = (dims, made.x[..., place], {"long_name": f"{name} of the last point", "units": "1"})
    if made.exponent is not None:
        found["exponent"] = (dims, made.exponent, {"long_name": "Lyapunov exponent", "units": "1/step"})
    if made.tail is not None:
        first = made.plan.problem.loss.names[0]
        found["tail"] = ((*dims, "iterate"), made.tail, {"long_name": f"last iterates of {first}", "units": "1"})
    return found


def told_axis(axis: Axis | Change) -> dict[str, Any]:
    """The attributes of a coordinate."""
    what = {START: "start", METHOD: "parameter of the method", LETTER: "letter of the loss"}.get(axis.role, axis.role)
    return {"long_name": f"{axis.name}, {what}", "units": "1", "role": axis.role}


def attributes(made: Any, line: str = "") -> dict[str, Any]:
    """What was walked, as text and numbers; line: the command, of a movie."""
    plan = made.plan.record()
    return {
        "title": f"{plan['method']} on {plan['loss']}", "source": f"symopt {__version__}", "Conventions": "CF-1.11",
        "version": __version__, "command": line or command(made.plan),
        "loss": plan["loss"], "method": plan["method"], "steps": plan["steps"], "gtol": plan["gtol"],
        "window": json.dumps(plan["window"]), "start": json.dumps(plan["start"]), "over": json.dumps(plan["over"]),
        "endings": json.dumps(list(made.words), ensure_ascii=False),
    }  # fmt: skip


def name_of(path: Any) -> str:
    """A path as text. Raises RenderError for what is none."""
    if not isinstance(path, str | os.PathLike):
        raise RenderError(f"a file is named by a text, not by {named(path)}", "for example 'sweep.zarr'")
    return str(os.fspath(path))


def write(made: Any, path: str | os.PathLike[str]) -> str:
    """Writes the arrays; returns the path. Raises RenderError."""
    name = name_of(path)
    if name.lower().endswith(".zarr"):
        store = Store(path, made.plan)
        store.close(made)
        return name
    target = check_path(path, ARRAYS)
    names = [axis.name for axis in made.axes]
    if target.suffix.lower() == ".npz":
        arrays = {name: values for name, (_, values, _) in variables(made, names).items()}
        axes = {f"axis_{axis.name}": axis.values for axis in made.axes}
        with replacing(target) as file:
            np.savez_compressed(file, **arrays, **axes, record=np.array(json.dumps(made.record())))  # type: ignore[arg-type]
        return name
    content = made.to_xarray()
    with replacing(target) as file:
        file.write(bytes(content.to_netcdf(engine="scipy")))
    return name


class Folder:
    """A folder FILE.zarr that is being written or is done. key: of what is to be in it.

    While it is being written, `work` in it holds what is finished. Raises RenderError where the folder holds something
    else, or cannot be written.
    """

    WORK = WORK

    def __init__(self, path: str | os.PathLike[str], asked: Mapping[str, Any]) -> None:
        self.path = Path(name_of(path))
        if self.path.suffix.lower() != ".zarr":
            raise RenderError(f"{path} is no name for a folder of chunks", "end it in .zarr")
        if self.path.exists() and not self.path.is_dir():
            raise RenderError(f"{path} is a file", "choose another name for the folder", exit_code=3)
        if not self.path.parent.is_dir():
            raise RenderError(f"the folder {self.path.parent} does not exist", "create it first", exit_code=3)
        self.key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        self.work = self.path / self.WORK
        held = self._held()
        if held not in (None, self.key):
            raise RenderError(f"{path} holds another sweep", "delete it, or choose another name", exit_code=3)
        if held is None and self.path.is_dir() and any(each.name != self.WORK for each in self.path.iterdir()):
            raise RenderError(f"{path} is a folder with other files", "choose another name", exit_code=3)
        self.complete = held == self.key and (self.path / ".zmetadata").exists() and not self.work.exists()
        if not self.complete:
            self._try(self.work.mkdir, parents=True, exist_ok=True)
            self._put(self.work / "sweep.json", json.dumps({"key": self.key}).encode())
        self.metadata: dict[str, Any] = {}

    @property
    def attributes(self) -> dict[str, Any]:
        """Of a folder that is complete."""
        found: dict[str, Any] = json.loads((self.path / ".zattrs").read_text(encoding="utf-8"))
        return found

    def describe(
        self, name: str, dims: Sequence[str], shape: Sequence[int], dtype: np.dtype, tile: Sequence[int],
        more: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Begins an array."""
        self._try((self.path / name).mkdir, exist_ok=True)
        fill = "NaN" if dtype.kind == "f" else None
        self._document(f"{name}/.zarray", {
            "zarr_format": 2, "shape": list(shape), "chunks": list(tile), "dtype": dtype.str,
            "compressor": {"id": "zlib", "level": 1}, "fill_value": fill, "order": "C", "filters": None,
        })  # fmt: skip
        self._document(f"{name}/.zattrs", {**more, "_ARRAY_DIMENSIONS": list(dims)})

    def write(self, name: str, values: np.ndarray, tile: tuple[int, ...], within: str = "") -> None:
        """Writes the chunks of an array, or, with the name of the first index, of a slice of it."""
        for place, where in _tiles(values.shape, tile):
            part = values[where]
            whole = np.zeros(tile, dtype=values.dtype)
            whole[tuple(slice(0, size) for size in part.shape)] = part
            self._put(self.path / name / (within + place), zlib.compress(whole.tobytes(), 1))

    def read(self, name: str, within: int | None = None) -> np.ndarray:
        """An array, or the slice of its first index."""
        told = json.loads((self.path / name / ".zarray").read_text(encoding="utf-8"))
        shape, tile = told["shape"], tuple(told["chunks"])
        if within is not None:
            shape, tile = shape[1:], tile[1:]
        values, first = np.empty(shape, dtype=told["dtype"]), "" if within is None else f"{within}."
        for place, where in _tiles(values.shape, tile):
            part = values[where]
            held = np.frombuffer(zlib.decompress((self.path / name / (first + place)).read_bytes()), dtype=values.dtype)
            part[...] = held.reshape(tile)[tuple(slice(0, size) for size in part.shape)]
        return values

    def finish(self, attributes: Mapping[str, Any]) -> None:
        """The last documents, and the work taken away."""
        self._document(".zattrs", {**attributes, "symopt_key": self.key})
        self._document(".zgroup", {"zarr_format": 2})
        whole = {"zarr_consolidated_format": 1, "metadata": self.metadata}
        for half in self.path.rglob(".*.tmp"):  # of somebody who was killed while writing
            half.unlink(missing_ok=True)
        self._put(self.path / ".zmetadata", json.dumps(whole).encode())
        shutil.rmtree(self.work, ignore_errors=True)
        self.complete = True

    def _document(self, name: str, content: Any) -> None:
        self.metadata[name] = content
        self._put(self.path / name, json.dumps(content, indent=1).encode())

    def _held(self) -> str | None:
        """The key of what is there, finished or not."""
        for place, name in ((self.work / "sweep.json", "key"), (self.path / ".zattrs", "symopt_key")):
            with suppress(OSError, ValueError):
                key = json.loads(place.read_text(encoding="utf-8")).get(name)
                return str(key)
        return None

    def _put(self, path: Path, content: bytes) -> None:
        self._try(put, content, path)

    def _try(self, action: Any, *given: Any, **more: Any) -> None:
        try:
            action(*given, **more)
        except OSError as trouble:
            kept = "finished chunks are kept: make room, and the same command goes on from there"
            hint = kept if self.work.is_dir() else "choose another place"
            said = f"{self.path} cannot be written: {trouble.strerror or trouble}"
            raise RenderError(said, hint, exit_code=3) from trouble


def asked(plan: Plan) -> dict[str, Any]:
    """All that the bytes of a sweep depend on."""
    return {**plan.record(), "version": __version__, "tile": list(plan.tile), "exponents": plan.exponents,
            "constants": {name: str(value) for name, value in plan.problem.loss.constants.items()},
            "data": _digest(plan.problem.loss.data)}  # fmt: skip


def _digest(data: Any) -> str:
    """Of the columns of a loss, their numbers."""
    if not isinstance(data, Data):
        return ""
    found = hashlib.sha256(repr(data.shape).encode())
    for name in data.names:
        if name not in data.troubles:
            for part in parts(data.rows):
                found.update(np.ascontiguousarray(data.column(name)[part]).tobytes())
    return found.hexdigest()


def held_labels(labels: Sequence[Any]) -> list[list[Any]]:
    """Labels as plain values; `restored` reads them."""
    return [[label.word, label.period, label.at, label.proved, label.outside] for label in labels]


class Store(Folder):
    """The folder of a sweep."""

    def __init__(self, path: str | os.PathLike[str], plan: Plan) -> None:
        self.plan = plan
        super().__init__(path, asked(plan))

    def whole(self) -> dict[str, Any]:
        """The arrays and labels of a sweep that was finished."""
        found: dict[str, Any] = {name: self.read(name) for name in ("end", "steps", "f")}
        found["x"] = np.stack([self.read(f"last_{name}") for name in self.plan.problem.loss.names], axis=-1)
        for name in ("exponent", "tail"):
            found[name] = self.read(name) if (self.path / name).is_dir() else None
        found["labels"] = self.attributes["symopt_labels"]
        return found

    def finished(self, number: int) -> Chunk | None:
        """A chunk that was walked before; None where it is missing or damaged."""
        try:
            with np.load(self.work / f"{number}.npz") as held:
                return Chunk(**{name: held[name] for name in held.files})
        except (OSError, ValueError, EOFError, TypeError, zlib.error):
            return None

    def put(self, number: int, chunk: Chunk) -> None:
        parts = {name: value for name in PARTS if (value := getattr(chunk, name)) is not None}
        buffer = io.BytesIO()
        np.savez(buffer, **parts)
        self._put(self.work / f"{number}.npz", buffer.getvalue())

    def close(self, made: Any) -> None:
        """Writes the arrays, and takes the chunks away."""
        names = [axis.name for axis in made.axes]
        content = dict(variables(made, names))
        for axis in made.axes:
            content[axis.name] = ((axis.name,), axis.values, told_axis(axis))
        for name, (dims, values, more) in content.items():
            tile = values.shape if name in names else tile_of(self.plan, values.shape)
            self.describe(name, dims, values.shape, values.dtype, tile, more)
            self.write(name, values, tile)
        self.finish({**attributes(made), "symopt_labels": held_labels(made.labels)})


def tile_of(plan: Plan, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of the chunks of an array over the axes of a plan."""
    return (*plan.tile, *shape[len(plan.tile) :])


def _tiles(shape: tuple[int, ...], tile: tuple[int, ...]) -> Iterator[tuple[str, tuple[slice, ...]]]:
    """(the name of a chunk's file, where it lies) of each chunk."""
    for place in np.ndindex(*(-(-size // side) for size, side in zip(shape, tile, strict=True))):
        yield ".".join(map(str, place)), tuple(slice(k * t, (k + 1) * t) for k, t in zip(place, tile, strict=True))

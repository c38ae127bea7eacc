"""The folder of a movie's frames, FILE.zarr or a temporary one: memory holds a few frames at most."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from symopt.sweep.change import Change
from symopt.sweep.plan import Plan
from symopt.sweep.result import Sweep, restored
from symopt.sweep.store import Folder, Store, asked


class Frames(Folder):
    """The folder of a movie's frames: while it is being walked each is a folder in `.frames`."""

    WORK = ".frames"

    def __init__(self, path: str | os.PathLike[str], first: Plan, change: Change) -> None:
        at = None if change.at is None else list(change.at)
        self.asked = {**asked(first), "animate": change.record(), "at": at}
        super().__init__(path, self.asked)
        self._told: dict[str, Any] = self.attributes if self.complete else {}

    @property
    def at(self) -> tuple[float, ...] | None:
        """The point of a zoom that is complete."""
        at = self._told.get("symopt_at")
        return None if at is None else tuple(at)

    def finish(self, attributes: Mapping[str, Any]) -> None:
        super().finish(attributes)
        self._told = self.attributes

    def place(self, k: int) -> Path:
        return self.work / f"{k:05}.zarr"

    def sweep(self, k: int, plan: Plan) -> Sweep:
        """A frame that was walked."""
        if not self._told:
            return restored(plan, Store(self.place(k), plan).whole())
        told = self._told["symopt_frames"][k]
        back = np.zeros(max(told["tracks"]) + 1, dtype=np.int32)
        back[told["tracks"]] = np.arange(len(told["tracks"]))
        held: dict[str, Any] = {name: self.read(name, k) for name in ("steps", "f")}
        held["end"] = back[self.read("end", k)]
        held["x"] = np.stack([self.read(f"last_{name}", k) for name in plan.problem.loss.names], axis=-1)
        for name in ("exponent", "tail"):
            held[name] = self.read(name, k) if (self.path / name).is_dir() else None
        return restored(plan, {**held, "labels": told["labels"]})

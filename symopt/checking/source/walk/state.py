"""What can be changed from a place of the walk on: kept, put back, compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from symopt.checking.source.letters import Open
from symopt.checking.source.names import Scope
from symopt.checking.source.packages.attributes import At
from symopt.checking.source.streams import Stream
from symopt.checking.source.walk.objects import Class, Function, Instance, Turn


def base_of(value: np.ndarray) -> np.ndarray:
    """The array that owns the memory."""
    while value.base is not None and isinstance(value.base, np.ndarray):
        value = value.base
    return value


def _content(value: Any) -> Any:
    if isinstance(value, Stream):
        return value.left
    return value.view(np.ndarray).copy() if isinstance(value, np.ndarray) else value.copy()


class State:
    """What can be changed from a scope on, as it stood when this was made."""

    def __init__(self, *roots: Any) -> None:
        self.held: dict[int, tuple[Any, Any]] = {}
        self.arrays: list[np.ndarray] = []
        stack = list(roots)
        while stack:
            value = stack.pop()
            if isinstance(value, np.ndarray):
                self.arrays.append(value)
                value = base_of(value)
            if id(value) in self.held:
                continue
            if isinstance(value, np.ndarray):
                if value.flags.writeable:
                    self.held[id(value)] = (value, _content(value))
            elif isinstance(value, list):
                self.held[id(value)] = (value, list(value))
                stack += value
            elif isinstance(value, dict):
                self.held[id(value)] = (value, dict(value))
                stack += value.values()
            elif isinstance(value, tuple):
                stack += value
            elif isinstance(value, Scope):
                stack += [value.names] + ([value.outer] if value.outer is not None else [])
            elif isinstance(value, Function):
                stack += [v for v in (value.scope, value.me) if v is not None]
            elif isinstance(value, Instance):
                stack += [value.names, value.of]
            elif isinstance(value, Class):
                stack += [value.names, *value.bases]
            elif isinstance(value, At):
                stack.append(value.owner)
            elif isinstance(value, Open):
                stack.append(value.value())
            elif isinstance(value, Stream):
                self.held[id(value)] = (value, value.left)
                stack += value.parts
            elif isinstance(value, Turn):
                stack.append(value.stream)

    def restore(self) -> State:
        """Puts everything back; what stood there before is returned."""
        after = State()
        after.held = {key: (value, _content(value)) for key, (value, _) in self.held.items()}
        for value, before in self.held.values():
            if isinstance(value, np.ndarray):
                value.view(np.ndarray)[...] = before
            elif isinstance(value, Stream):
                value.left = before
            elif isinstance(value, list):
                value[:] = before
            else:
                value.clear()
                value.update(before)
        return after

    def has(self, value: np.ndarray) -> bool:
        return id(base_of(value)) in self.held

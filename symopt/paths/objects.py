"""Paths in JSON: points, columns by name, records, one of them a line, or what `symopt run --json` writes."""

from __future__ import annotations

import json
from typing import Any

from symopt.errors import DataError
from symopt.paths.arrays import of_array
from symopt.paths.table import Table, of_arrays

SHAPES = 'a path is [[1, 2], [0.5, 1], …], {"x": […], "y": […]} or [{"x": 1, "y": 2}, …]'


def in_json(text: str, label: str) -> list[Table]:
    """The paths in a text of JSON, or of a JSON object a line. Raises DataError where there is none."""
    try:
        try:
            held = json.loads(text)
        except json.JSONDecodeError as trouble:
            if not trouble.msg.startswith("Extra data") or "\n" not in text.strip():
                raise
            held = _lines(text, label)
        return of_objects(label, held)
    except json.JSONDecodeError as trouble:
        where = f"{label}, line {trouble.lineno}, column {trouble.colno}"
        raise DataError(f"{where}: {trouble.msg[:1].lower()}{trouble.msg[1:]}", SHAPES) from None
    except RecursionError:
        raise DataError(f"{label} is nested too deeply", SHAPES) from None
    except ValueError as trouble:
        raise DataError(f"{label} cannot be read: {str(trouble).partition(';')[0]}", SHAPES) from None


def _lines(text: str, label: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError as trouble:
                where = f"{label}, line {number}, column {trouble.colno}"
                raise DataError(f"{where}: {trouble.msg[:1].lower()}{trouble.msg[1:]}",
                                "each line is one object, or the whole file is one", line, trouble.colno - 1
                                ) from None  # fmt: skip
    return found


def of_objects(label: str, held: Any) -> list[Table]:
    """The paths in lists and dicts."""
    if isinstance(held, dict):
        if isinstance(runs := held.get("runs"), list) and str(held.get("schema", "")).startswith("symopt.run/"):
            return [_run(label, held, run, k, len(runs)) for k, run in enumerate(runs)]
        held = {name: _listed(value) for name, value in held.items()}
        members = {name: value for name, value in held.items() if isinstance(value, list | tuple) or _long(value)}
        if not members:
            raise DataError(f"{label} is an object without columns", SHAPES)
        if len(members) == 1 and isinstance(value := next(iter(members.values())), list):
            if value and all(isinstance(each, dict) for each in value):
                return of_objects(label, value)
            if value and isinstance(value[0], list | tuple):
                return [of_array(label, value)]
        return [of_arrays(label, members)]
    if isinstance(held, list | tuple) and held:
        if any(isinstance(each, dict) for each in held):
            return [of_arrays(label, _columns(label, held))]
        return [of_array(label, held)]
    raise DataError(f"{label} holds no path", SHAPES)


def _long(value: Any) -> bool:
    """Whether it is an array of some sort."""
    return not isinstance(value, str | bytes | dict) and hasattr(value, "__len__") and hasattr(value, "__getitem__")


def _listed(value: Any) -> Any:
    """A column as pandas writes it, {"0": 1, "1": 2}, as a list."""
    return list(value.values()) if isinstance(value, dict) and "0" in value else value


def _columns(label: str, records: Any) -> dict[str, list[Any]]:
    """Records as columns; what a record lacks is None."""
    for row, each in enumerate(records):
        if not isinstance(each, dict):
            raise DataError(f"{label}, row {row} is no object, others are", SHAPES)
    names = dict.fromkeys(str(name) for each in records for name in each)
    columns: dict[str, list[Any]] = {name: [each.get(name) for each in records] for name in names}
    for name, column in columns.items():
        long = next((each for each in column if _long(each)), None)
        if long is not None:
            columns[name] = [[None] * len(long) if each is None else each for each in column]
    return columns


def _run(label: str, held: dict[str, Any], run: Any, number: int, many: int) -> Table:
    path = run.get("path") if isinstance(run, dict) else None
    variables = held.get("variables")
    if not isinstance(path, list) or not path or not isinstance(variables, list):
        raise DataError(
            f"{label} has the run {number} without its points", "of more than 1,000 variables they are left out"
        )
    array = _checked(label, path, len(variables))
    columns: dict[str, Any] = {str(name): array[:, k] for k, name in enumerate(variables)}
    if isinstance(values := run.get("values"), list) and len(values) == len(path) and "f" not in columns:
        columns["f"] = values
    return of_arrays(label, columns, str(run.get("method", number)) if many > 1 else "")


def _checked(label: str, path: list[Any], n: int) -> Any:
    table = of_array(label, path)
    if table.numbers.shape[1] != n:
        raise DataError(f"{label} has points of {table.numbers.shape[1]} coordinates and {n} variables", SHAPES)
    return table.numbers

"""pytest's option --symopt-check PATH: the derivatives in a file, or in those of a folder, one test for each file.

pytest loads this at every start, so that nothing else of symopt is imported before the option is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("symopt").addoption(
        "--symopt-check", action="append", default=[], metavar="PATH",
        help="check the derivatives written by hand in a Python file, a notebook or the files of a folder. Repeatable.",
    )  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Adds a test for each file. They are not collected by pytest itself, which would import and so run them."""
    for name in config.getoption("--symopt-check"):
        path = config.invocation_params.dir / name
        if not path.exists():
            raise pytest.UsageError(f"--symopt-check: there is no {name}")
        for file in _with_losses(path) if path.is_dir() else [path]:
            node = SourceFile.from_parent(session, path=file)
            report = node.ihook.pytest_make_collect_report(collector=node)
            node.ihook.pytest_collectreport(report=report)  # so that they are counted
            items.extend(report.result)


class SourceFile(pytest.File):
    """A file that is read, not run."""

    def collect(self) -> Iterator[pytest.Item]:
        yield Derivatives.from_parent(self, name="derivatives")


class Derivatives(pytest.Item):
    """The derivatives of a file: they pass if all are proved."""

    def runtest(self) -> None:
        from symopt.checking.source.trios import check_source
        from symopt.reading.source import read

        check_source(read(self.path)).raise_if_wrong()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from symopt.checking.verdict import WrongDerivative
        from symopt.errors import SymoptError

        if isinstance(excinfo.value, WrongDerivative):
            return str(excinfo.value).strip()
        if isinstance(excinfo.value, SymoptError):
            return excinfo.value.report()
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


def _with_losses(folder: Path) -> Iterator[Path]:
    """The files of a folder, hidden ones left out, in which there is something to check."""
    from symopt.reading.guessed import trios
    from symopt.reading.source import NoLoss, SourceError, read

    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".py", ".ipynb") or any(p.startswith(".") for p in path.relative_to(folder).parts):
            continue
        try:
            trios(read(path))
        except NoLoss:
            continue
        except SourceError:
            pass  # told by the test
        yield path

"""The command line: one file per command, each a thin coat over the functions that a Python user calls."""

from symopt.cli.app import main

__all__ = ["main"]

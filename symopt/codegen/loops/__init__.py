"""Losses that are sums as loops over their terms: as many lines at every number of terms."""

from __future__ import annotations

from symopt.codegen.loops.sums import InLoops

__all__ = ["InLoops"]

"""Sweeps: what every start, every rate and every letter does, each pixel judged as a single walk is."""

from symopt.sweep.result import Sweep
from symopt.sweep.run import sweep

__all__ = ["Sweep", "sweep"]

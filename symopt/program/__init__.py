"""Expressions as programs: a graph of operations with its derivatives, made of stable forms, run over arrays."""

from symopt.program.graph import Graph
from symopt.program.lower import Program
from symopt.program.nodes import Operation
from symopt.program.stable import is_constant

__all__ = ["Graph", "Operation", "Program", "is_constant"]

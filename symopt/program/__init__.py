"""Expressions as programs: a graph of operations with its derivatives, made of stable forms, run over arrays."""

from symopt.program.graph import Graph, Node
from symopt.program.lower import Program
from symopt.program.stable import is_constant, stable

__all__ = ["Graph", "Node", "Program", "is_constant", "stable"]

"""Paths that other optimisers made: their points read from files and arrays, and given to the variables of a loss.

`opening` reads whatever somebody brings into tables, `columns` finds the points in a table, `values` compares the
values that came along with f. What a path came to is the judge's business: `symopt.trajectory.given`.
"""

SUFFIXES = (".csv", ".tsv", ".txt", ".dat", ".npy", ".npz", ".json", ".jsonl", ".ndjson")
"""How files with paths mostly end; what they are is told by what they hold."""

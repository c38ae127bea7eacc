"""Data that people bring: columns of numbers by name, from files, dicts and data frames.

One module for each kind of source; `opening.opened` knows which.
"""

TEXT = (".csv", ".tsv", ".txt")
ARRAYS = (".npz", ".npy")
ARROW = (".parquet", ".pq", ".arrow", ".feather", ".ipc")
SUFFIXES = (*TEXT, *ARRAYS, *ARROW)
"""How files end that can be read."""

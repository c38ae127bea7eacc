"""Programs for vectors of any length n: runs of entries with a general term, sums over them, loops along them."""

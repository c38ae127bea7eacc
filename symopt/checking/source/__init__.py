"""Python files read into expressions without being run: the text, the names, the walk through it, numpy's arrays."""

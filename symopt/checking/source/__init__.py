"""Python files read into expressions without being run: the text, its names, numpy's arrays, `packages`, the `walk`."""

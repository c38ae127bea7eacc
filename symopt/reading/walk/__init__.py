"""The walk through a file, part by part: each class adds to the one below, `walker` is the whole."""

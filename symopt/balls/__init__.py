"""Enclosures: expressions of any number of variables in ball arithmetic, at points, over boxes, and along a line."""

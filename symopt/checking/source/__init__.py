"""Losses and derivatives of Python files, checked: by which arguments, at which sizes, for every length and default."""

"""Python programs read into expressions without being run: their text, `exact` numbers and arrays, the `packages` they
use, the `walk` along their statements, and the same for vectors of any length (`general`). Nothing here compares.
"""

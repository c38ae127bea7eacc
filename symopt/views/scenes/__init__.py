"""Whole pictures, each of them laid out by one module."""

"""One HTML file to play with a loss: the same nodes that numpy runs, printed as JavaScript."""

from symopt.page.page import Page, explore

__all__ = ["Page", "explore"]

"""Losses of one variable along a letter: critical points as curves x*(a), every bifurcation on the way proved."""

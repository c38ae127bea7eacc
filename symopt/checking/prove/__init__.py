"""Proofs that two expressions are the same function: the theory (`algebra`, `normal`), and whoever asks it."""

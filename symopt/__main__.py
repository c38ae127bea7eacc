"""`python -m symopt` is the command `symopt`."""

from symopt.cli import main

main()

"""What is walked on: a loss with its window, starts, steps, minima and letters, as given, as known, or by rule."""

from symopt.problem.problem import Problem, ProblemLike

__all__ = ["Problem", "ProblemLike"]

"""Losses of one variable: smooth pieces between kinks and poles, the signs of f′ and f″ on each, and what they tell."""

"""Losses of two and three variables: every critical point in a box, proved by Krawczyk's test, and bounds over it."""

"""What is wrong with a derivative: the slip that makes it, and where the difference hides."""

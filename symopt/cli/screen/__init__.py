"""Movies in the terminal: what it understands, and the playing."""

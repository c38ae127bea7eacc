"""What numpy computes on here: exact numbers, conditions, and arrays of them that know how doubles round."""

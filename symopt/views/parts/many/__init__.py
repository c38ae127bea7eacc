"""What panels for walks in many variables share."""

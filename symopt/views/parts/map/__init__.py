"""The parts of pictures of sweeps."""

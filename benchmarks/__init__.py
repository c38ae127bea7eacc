"""What symopt costs, as ratios: `python -m benchmarks`."""

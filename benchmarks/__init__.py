"""What symopt costs, as ratios: `python -m benchmarks`. BLAS keeps to one thread, ours and its own are told apart."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is first imported

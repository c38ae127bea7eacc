"""`analyze` with patience: no answer depends on how busy the machine is, unless a test sets its own budget."""

from functools import partial

import symopt.analysis

analyze = partial(symopt.analysis.analyze, budget=600.0)

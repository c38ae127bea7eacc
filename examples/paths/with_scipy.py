"""The iterates of scipy, which a callback keeps: python examples/paths/with_scipy.py [FILE]"""

import sys

import numpy as np
from scipy.optimize import minimize, rosen, rosen_der

xs = [np.array([-1.5, 2.0])]
minimize(rosen, xs[0], jac=rosen_der, method="BFGS", callback=lambda x: xs.append(x.copy()), options={"gtol": 1e-9})
np.save(sys.argv[1] if len(sys.argv) > 1 else "bfgs.npy", xs)

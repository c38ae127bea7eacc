"""A regressor that learns by `partial_fit`, one pass after the other: python examples/paths/with_sklearn.py [FILE]"""

import sys

import numpy as np
from sklearn.linear_model import SGDRegressor

t = np.linspace(0, 1, 40)
model, xs = SGDRegressor(alpha=0, learning_rate="constant", eta0=0.05, random_state=0), [[0.0, 0.0]]
for _ in range(60):
    model.partial_fit(t[:, None], 3 * t + 1)
    xs.append([model.coef_[0], model.intercept_[0]])
np.savetxt(sys.argv[1] if len(sys.argv) > 1 else "sklearn.csv", xs, delimiter=",", header="a,b", comments="")

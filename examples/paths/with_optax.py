"""Adam of optax, each point kept before the update: python examples/paths/with_optax.py [FILE]"""

import sys

import jax
import numpy as np
import optax

jax.config.update("jax_enable_x64", True)  # single precision has too few digits to come to rest
x, adam, xs = jax.numpy.array([-1.5, 2.0]), optax.adam(0.05), []
slope, state = jax.jit(jax.grad(lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2)), adam.init(x)
for _ in range(2000):
    xs.append(np.asarray(x))
    update, state = adam.update(slope(x), state)
    x = optax.apply_updates(x, update)
np.save(sys.argv[1] if len(sys.argv) > 1 else "optax.npy", xs)

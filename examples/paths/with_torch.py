"""Adam of torch, each point kept before the step: python examples/paths/with_torch.py [FILE]"""

import sys

import numpy as np
import torch

x = torch.tensor([-1.5, 2.0], dtype=torch.float64, requires_grad=True)
adam, xs = torch.optim.Adam([x], lr=0.05), []
for _ in range(2000):
    xs.append(x.detach().numpy().copy())
    adam.zero_grad()
    ((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2).backward()
    adam.step()
np.save(sys.argv[1] if len(sys.argv) > 1 else "torch.npy", xs)

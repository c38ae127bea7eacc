"""Losses in disguise: moved, with its variables in another order, or counting who asks."""

from fractions import Fraction

import numpy as np


class Drawn:
    """Batches of a loss in disguise."""

    def __init__(self, sampling, disguised):
        self.sampling, self.disguised, self.count = sampling, disguised, sampling.count

    def batch(self, which):
        return self.disguised(self.sampling.batch(which))


class Seen:
    """Residuals at other points, their columns in another order."""

    def __init__(self, residuals, point, columns=None, asked=lambda what, x: None):
        self.residuals, self.point, self.columns, self.asked, self.m = residuals, point, columns, asked, residuals.m

    def triangle(self, x):
        self.asked("g", x)
        R = self.residuals.triangle(self.point(x))
        return R if self.columns is None else R[..., [*self.columns, R.shape[-1] - 1]]


class Moved:
    """f(x − shift)."""

    def __init__(self, f, shift):
        self.f, self.shift = f, shift

    @property
    def sampling(self):
        return Drawn(self.f.sampling, lambda batch: Moved(batch, self.shift))

    @property
    def residuals(self):
        found = self.f.residuals
        return found and Seen(found, lambda x: x - self.shift)

    def __call__(self, x):
        return self.f(x - self.shift)

    def grad(self, x):
        return self.f.grad(x - self.shift)

    def hess(self, x):
        return self.f.hess(x - self.shift)


class Swapped:
    """f(x[order])."""

    def __init__(self, f, order):
        self.f, self.order, self.back = f, order, np.argsort(order)

    @property
    def sampling(self):
        return Drawn(self.f.sampling, lambda batch: Swapped(batch, self.order))

    @property
    def residuals(self):
        found = self.f.residuals
        return found and Seen(found, lambda x: x[..., self.order], self.back)

    def __call__(self, x):
        return self.f(x[..., self.order])

    def grad(self, x):
        return self.f.grad(x[..., self.order])[..., self.back]

    def hess(self, x):
        return self.f.hess(x[..., self.order])[..., self.back, :][..., self.back]


class Counting:
    """A loss that counts points and calls; `asked` holds calls, `points` how many points there were."""

    def __init__(self, loss):
        self.loss = loss
        self.asked = {"f": 0, "g": 0, "h": 0, "hv": 0}
        self.points = {"f": 0, "g": 0, "h": 0, "hv": 0}
        self.share = 1

    @property
    def sampling(self):
        return Drawn(self.loss.sampling, self.of)

    def of(self, batch):
        """A batch, counted with what was counted before: as many gradients as there are of it."""
        found = Counting(batch)
        found.asked, found.points, found.share = self.asked, self.points, Fraction(*batch.share)
        return found

    @property
    def residuals(self):
        found = self.loss.residuals
        return found and Seen(found, lambda x: x, asked=self.count)

    def rounding(self, x):
        return self.loss.rounding(x)

    def count(self, what, x):
        self.asked[what] += self.share
        self.points[what] += self.share * (x.size // x.shape[-1])

    def __call__(self, x):
        self.count("f", x)
        return self.loss(x)

    def grad(self, x):
        self.count("g", x)
        return self.loss.grad(x)

    def hess(self, x):
        self.count("h", x)
        return self.loss.hess(x)

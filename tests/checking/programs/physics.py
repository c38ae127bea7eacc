# %% Lennard-Jones pair potential
import numpy as np

EPSILON, SIGMA = 0.5, 1.2


def f(r):
    s6 = (SIGMA / r) ** 6
    return 4 * EPSILON * (s6**2 - s6)


def df(r):
    s6 = (SIGMA / r) ** 6
    return -24 * EPSILON / r * (2 * s6**2 - s6)

# %% Lennard-Jones with a force for a slope
import numpy as np

EPSILON, SIGMA = 0.5, 1.2


def f(r):
    s6 = (SIGMA / r) ** 6
    return 4 * EPSILON * (s6**2 - s6)


def df(r):
    s6 = (SIGMA / r) ** 6
    return 24 * EPSILON / r * (2 * s6**2 - s6)

# %% Lennard-Jones cluster of three atoms in the plane [6] energy, forces
import numpy as np


def energy(x):
    P = x.reshape(3, 2)
    total = 0.0
    for i in range(3):
        for j in range(i):
            r2 = np.sum((P[i] - P[j]) ** 2)
            total += 1 / r2**6 - 2 / r2**3
    return total


def forces(x):
    P = x.reshape(3, 2)
    G = np.zeros_like(P)
    for i in range(3):
        for j in range(i):
            d = P[i] - P[j]
            r2 = d @ d
            pull = 12 * (1 / r2**4 - 1 / r2**7) * d
            G[i] += pull
            G[j] -= pull
    return G.ravel()

# %% a chain of springs [3] energy, energy_grad, energy_hess
import numpy as np

k = np.array([1.0, 2.0, 3.0, 4.0])


def energy(x):
    z = np.concatenate(([0.0], x, [0.0]))
    return 0.5 * np.sum(k * np.diff(z) ** 2)


def energy_grad(x):
    z = np.concatenate(([0.0], x, [0.0]))
    tension = k * np.diff(z)
    return tension[:-1] - tension[1:]


def energy_hess(x):
    return np.diag(k[:-1] + k[1:]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1)

# %% a chain of springs with its ends forgotten [3] energy, energy_grad
import numpy as np

k = np.array([1.0, 2.0, 3.0, 4.0])


def energy(x):
    z = np.concatenate(([0.0], x, [0.0]))
    return 0.5 * np.sum(k * np.diff(z) ** 2)


def energy_grad(x):
    g = np.zeros(3)
    for i in range(1, 3):
        g[i] += k[i] * (x[i] - x[i - 1])
        g[i - 1] -= k[i] * (x[i] - x[i - 1])
    return g

# %% a spring of rest length in the plane [2] energy, energy_grad
import numpy as np

REST, K = 1.5, 3.0


def energy(p):
    x, y = p
    return K / 2 * (np.hypot(x, y) - REST) ** 2


def energy_grad(p):
    r = np.hypot(*p)
    return K * (r - REST) * p / r

# %% a spring whose direction is not normed [2] energy, energy_grad
import numpy as np

REST, K = 1.5, 3.0


def energy(p):
    x, y = p
    return K / 2 * (np.hypot(x, y) - REST) ** 2


def energy_grad(p):
    r = np.hypot(p[0], p[1])
    return K * (r - REST) * p

# %% Kepler's effective potential
import numpy as np

G, M, L = 1.0, 2.0, 0.7


def f(r):
    return -G * M / r + L**2 / (2 * r**2)


def df(r):
    return G * M / r**2 - L**2 / r**3


def ddf(r):
    return -2 * G * M / r**3 + 3 * L**2 / r**4

# %% Kepler's equation squared with a sign in its curvature
import numpy as np

e, M = 0.3, 1.1


def f(E):
    return 0.5 * (E - e * np.sin(E) - M) ** 2


def df(E):
    return (E - e * np.sin(E) - M) * (1 - e * np.cos(E))


def ddf(E):
    return (1 - e * np.cos(E)) ** 2 - (E - e * np.sin(E) - M) * e * np.sin(E)

# %% energy of a double pendulum [4] energy, energy_grad
import numpy as np

m1, m2, l1, l2, g = 1.0, 0.5, 1.2, 0.8, 9.81


def energy(s):
    a, b, wa, wb = s
    kinetic = 0.5 * m1 * (l1 * wa) ** 2 + 0.5 * m2 * (
        (l1 * wa) ** 2 + (l2 * wb) ** 2 + 2 * l1 * l2 * wa * wb * np.cos(a - b)
    )
    potential = -(m1 + m2) * g * l1 * np.cos(a) - m2 * g * l2 * np.cos(b)
    return kinetic + potential


def energy_grad(s):
    a, b, wa, wb = s
    coupling = m2 * l1 * l2
    da = -coupling * wa * wb * np.sin(a - b) + (m1 + m2) * g * l1 * np.sin(a)
    db = coupling * wa * wb * np.sin(a - b) + m2 * g * l2 * np.sin(b)
    dwa = (m1 + m2) * l1**2 * wa + coupling * wb * np.cos(a - b)
    dwb = m2 * l2**2 * wb + coupling * wa * np.cos(a - b)
    return np.array([da, db, dwa, dwb])

# %% energy of a double pendulum with one sign [4] energy, energy_grad
import numpy as np

m1, m2, l1, l2, g = 1.0, 0.5, 1.2, 0.8, 9.81


def energy(s):
    a, b, wa, wb = s
    kinetic = 0.5 * m1 * (l1 * wa) ** 2 + 0.5 * m2 * (
        (l1 * wa) ** 2 + (l2 * wb) ** 2 + 2 * l1 * l2 * wa * wb * np.cos(a - b)
    )
    return kinetic - (m1 + m2) * g * l1 * np.cos(a) - m2 * g * l2 * np.cos(b)


def energy_grad(s):
    a, b, wa, wb = s
    c = m2 * l1 * l2
    return np.array([
        -c * wa * wb * np.sin(a - b) + (m1 + m2) * g * l1 * np.sin(a),
        -c * wa * wb * np.sin(a - b) + m2 * g * l2 * np.sin(b),
        (m1 + m2) * l1**2 * wa + c * wb * np.cos(a - b),
        m2 * l2**2 * wb + c * wa * np.cos(a - b),
    ])

# %% Morse potential
from math import exp

D, a, r0 = 4.5, 1.9, 0.75


def f(r):
    return D * (1 - exp(-a * (r - r0))) ** 2


def df(r):
    e = exp(-a * (r - r0))
    return 2 * D * a * (1 - e) * e

# %% Morse potential with a chain rule missing
from math import exp

D, a, r0 = 4.5, 1.9, 0.75


def f(r):
    return D * (1 - exp(-a * (r - r0))) ** 2


def df(r):
    e = exp(-a * (r - r0))
    return 2 * D * (1 - e) * e

# %% Coulomb energy of charges on a line [3] energy, energy_grad
import numpy as np

q = [1.0, -2.0, 1.5]


def energy(x):
    return sum(q[i] * q[j] / abs(x[i] - x[j]) for i in range(3) for j in range(i + 1, 3))


def energy_grad(x):
    g = np.zeros(3)
    for i in range(3):
        for j in range(3):
            if i != j:
                d = x[i] - x[j]
                g[i] -= q[i] * q[j] * np.sign(d) / d**2
    return g

# %% Ising mean field
import math

J, h, beta = 1.0, 0.1, 0.8


def f(m):
    return J * m**2 / 2 - math.log(2 * math.cosh(beta * (J * m + h))) / beta


def df(m):
    return J * m - J * math.tanh(beta * (J * m + h))

# %% Van der Waals free energy with a square forgotten
import math

a, b, T = 1.0, 0.1, 1.5


def f(v):
    return -T * math.log(v**2 + b) - a / (v**2 + 1)


def df(v):
    return -2 * T * v / (v**2 + b) + 2 * a * v / (v**2 + 1)

# %% heat in a rod of four cells [4] action, action_grad
import numpy as np

kappa, source = 0.5, np.array([0.0, 1.0, 1.0, 0.0])


def action(u):
    flow = u[1:] - u[:-1]
    return kappa / 2 * np.dot(flow, flow) - np.dot(source, u) + u[0] ** 2


def action_grad(u):
    g = -source.copy()
    flow = kappa * (u[1:] - u[:-1])
    g[1:] += flow
    g[:-1] -= flow
    g[0] += 2 * u[0]
    return g

# %% heat in a rod one index off [4] action, action_grad
import numpy as np

kappa, source = 0.5, np.array([0.0, 1.0, 1.0, 0.0])


def action(u):
    flow = u[1:] - u[:-1]
    return kappa / 2 * np.dot(flow, flow) - np.dot(source, u) + u[0] ** 2


def action_grad(u):
    g = -source.copy()
    flow = kappa * (u[1:] - u[:-1])
    g[1:] += flow
    g[1:] -= flow
    g[0] += 2 * u[0]
    return g

# %% polygon's area with its slope turned round [6] area, area_grad
import numpy as np
def area(p):
    x, y = p[0::2], p[1::2]
    return 0.5*np.sum(x*np.roll(y, -1) - y*np.roll(x, -1))
def area_grad(p):
    x, y = p[0::2], p[1::2]
    g = np.empty_like(p)
    g[0::2] = 0.5*(np.roll(y, -1) - np.roll(y, 1))
    g[1::2] = 0.5*(np.roll(x, -1) - np.roll(x, 1))
    return g

# %% pairs of atoms without the reaction [4] energy, gradient
import numpy as np
def energy(flat):
    pos = flat.reshape(-1, 2)
    E = 0.0
    for i in range(len(pos)):
        for j in range(i + 1, len(pos)):
            E += 1/np.linalg.norm(pos[i] - pos[j])
    return E
def gradient(flat):
    pos = flat.reshape(-1, 2)
    g = np.zeros_like(pos)
    for i in range(len(pos)):
        for j in range(i + 1, len(pos)):
            d = pos[i] - pos[j]
            g[i] -= d/np.linalg.norm(d)**3
            g[j] -= d/np.linalg.norm(d)**3
    return g.ravel()

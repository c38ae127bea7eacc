# %% finite rent of a loan [2] value, value_grad
import numpy as np
cash = [-100.0, 60.0, 70.0]
def value(p):
    r, s = p
    total = 0
    for t, c in enumerate(cash):
        total += c / (1 + r**2)**t * np.exp(-s*t)
    return total
def value_grad(p):
    r, s = p
    dr = ds = 0
    for t, c in enumerate(cash):
        disc = (1 + r**2)**-t * np.exp(-s*t)
        dr += -2*r*t*c*disc/(1 + r**2)
        ds += -t*c*disc
    return np.array([dr, ds])

# %% loan whose chain is lost [2] value, value_grad
import numpy as np
cash = [-100.0, 60.0, 70.0]
def value(p):
    r, s = p
    return sum(c / (1 + r**2)**t * np.exp(-s*t) for t, c in enumerate(cash))
def value_grad(p):
    r, s = p
    dr = sum(-t*c*(1 + r**2)**(-t - 1)*np.exp(-s*t) for t, c in enumerate(cash))
    ds = sum(-t*c*(1 + r**2)**-t*np.exp(-s*t) for t, c in enumerate(cash))
    return np.array([dr, ds])

# %% Lennard-Jones with Newton's third law forgotten [3] energy, grad
import numpy as np
def energy(q):
    e = 0.0
    for i in range(3):
        for j in range(i):
            r = q[i] - q[j]
            e += 1/r**12 - 2/r**6
    return e
def grad(q):
    g = np.zeros(3)
    for i in range(3):
        for j in range(i):
            r = q[i] - q[j]
            g[i] += -12/r**13 + 12/r**7
    return g

# %% Poisson regression again [2] nll, score
import numpy as np
X = np.column_stack([np.ones(4), [0.1, 0.5, 0.9, 1.4]])
y = np.array([1, 2, 2, 5])
def nll(b):
    eta = X @ b
    return np.sum(np.exp(eta) - y*eta)
def score(b):
    return X.T @ (np.exp(X @ b) - y)

# %% Cox partial likelihood [2] loss, grad
import numpy as np
Z = np.array([[0.5, 1.0], [1.5, -0.3], [-0.2, 0.4], [0.9, 0.9]])
event = [True, False, True, True]
def loss(b):
    s = Z @ b
    out = 0.0
    for i in range(4):
        if event[i]:
            out -= s[i] - np.log(np.sum(np.exp(s[i:])))
    return out
def grad(b):
    s = Z @ b
    g = np.zeros(2)
    for i in range(4):
        if event[i]:
            w = np.exp(s[i:])
            g -= Z[i] - w @ Z[i:] / w.sum()
    return g

# %% Cox partial likelihood at risk too few [2] loss, grad
import numpy as np
Z = np.array([[0.5, 1.0], [1.5, -0.3], [-0.2, 0.4], [0.9, 0.9]])
def loss(b):
    s = Z @ b
    return -sum(s[i] - np.log(np.sum(np.exp(s[i:]))) for i in range(3))
def grad(b):
    s = Z @ b
    g = np.zeros(2)
    for i in range(3):
        w = np.exp(s[i + 1:])
        g -= Z[i] - w @ Z[i + 1:] / w.sum()
    return g

# %% double pendulum of the wrong mass [2] V, dV
import numpy as np
m1, m2, l1, l2, g = 1.0, 0.5, 1.2, 0.7, 9.81
def V(th):
    a, b = th
    y1 = -l1*np.cos(a)
    return m1*g*y1 + m2*g*(y1 - l2*np.cos(b))
def dV(th):
    a, b = th
    return np.array([m1*g*l1*np.sin(a), m2*g*l2*np.sin(b)])

# %% Ising mean field again
import math
J, h, T = 1.0, 0.1, 1.7
def f(m): return J*m*m/2 - T*math.log(2*math.cosh((J*m + h)/T))
def df(m): return J*m - J*math.tanh((J*m + h)/T)
def ddf(m): return J - J*J/T*(1 - math.tanh((J*m + h)/T)**2)

# %% Snell's law by Fermat
import math
def f(x): return math.hypot(x, 1.0) + 1.5*math.hypot(2.0 - x, 0.8)
def df(x): return x/math.hypot(x, 1.0) - 1.5*(2.0 - x)/math.hypot(2.0 - x, 0.8)

# %% SCAD penalty
import numpy as np
lam, a = 0.6, 3.7
def f(t):
    t = abs(t)
    if t <= lam:
        return lam*t
    elif t <= a*lam:
        return (2*a*lam*t - t**2 - lam**2)/(2*(a - 1))
    return lam**2*(a + 1)/2
def df(t):
    s = np.sign(t)
    t = abs(t)
    if t <= lam:
        return s*lam
    if t <= a*lam:
        return s*(a*lam - t)/(a - 1)
    return 0.0

# %% GELU in its tanh form without the inner cube
import numpy as np
c = np.sqrt(2/np.pi)
def f(x): return 0.5*x*(1 + np.tanh(c*(x + 0.044715*x**3)))
def df(x):
    t = np.tanh(c*(x + 0.044715*x**3))
    return 0.5*(1 + t) + 0.5*x*(1 - t**2)*c*(1 + 0.044715*x**2)

# %% mish
import numpy as np
def f(x): return x*np.tanh(np.log1p(np.exp(x)))
def df(x):
    sp = np.log(1 + np.exp(x))
    return np.tanh(sp) + x*(1 - np.tanh(sp)**2)/(1 + np.exp(-x))

# %% label smoothing over three logits [3] loss, grad
import numpy as np
eps, k = 0.1, 1
t = np.full(3, eps/3); t[k] += 1 - eps
def loss(z): return -np.sum(t*(z - np.log(np.sum(np.exp(z)))))
def grad(z):
    p = np.exp(z)/np.exp(z).sum()
    return p - t

# %% contrastive loss of a pair [4] loss, grad
import numpy as np
def loss(z, margin=1.5, same=False):
    u, v = z[:2], z[2:]
    d = np.sqrt(np.sum((u - v)**2))
    return d**2/2 if same else max(0, margin - d)**2/2
def grad(z, margin=1.5, same=False):
    u, v = z[:2], z[2:]
    d = np.sqrt(np.sum((u - v)**2))
    g = (u - v) if same else -max(0, margin - d)*(u - v)/d
    return np.concatenate((g, -g))

# %% RMS norm whose mean is a sum [2] loss, grad
import numpy as np
w = np.array([0.3, -1.2])
def loss(x): return w @ (x/np.sqrt(np.mean(x**2)))
def grad(x):
    r = np.sqrt(np.mean(x**2))
    return w/r - x*(w @ x)/r**3

# %% one recurrent cell over three steps [2] loss, grad
import numpy as np
xs = [0.5, -0.3, 0.8]
def loss(p):
    w, u = p
    h = 0.0
    for x in xs: h = np.tanh(w*h + u*x)
    return (h - 0.2)**2
def grad(p):
    w, u = p
    hs = [0.0]
    for x in xs: hs.append(np.tanh(w*hs[-1] + u*x))
    d, dw, du = 2*(hs[-1] - 0.2), 0.0, 0.0
    for t in reversed(range(3)):
        d = d*(1 - hs[t + 1]**2)
        dw += d*hs[t]
        du += d*xs[t]
        d = d*w
    return np.array([dw, du])

# %% one recurrent cell not unrolled [2] loss, grad
import numpy as np
xs = [0.5, -0.3, 0.8]
def loss(p):
    w, u = p
    h = 0.0
    for x in xs: h = np.tanh(w*h + u*x)
    return (h - 0.2)**2
def grad(p):
    w, u = p
    hs = [0.0]
    for x in xs: hs.append(np.tanh(w*hs[-1] + u*x))
    d, dw, du = 2*(hs[-1] - 0.2), 0.0, 0.0
    for t in reversed(range(3)):
        d = d*(1 - hs[t + 1]**2)
        dw += d*hs[t]
        du += d*xs[t]
    return np.array([dw, du])

# %% convolution of three taps [3] loss, grad
import numpy as np
s = np.array([1.0, -0.5, 2.0, 0.3, 0.7])
t = np.array([0.2, 0.4, -0.1])
def loss(k): return 0.5*np.sum((np.convolve(s, k, mode='valid') - t)**2)
def grad(k):
    r = np.convolve(s, k, mode='valid') - t
    return np.array([np.sum(r*s[2 - j:5 - j]) for j in range(3)])

# %% total variation with a wrong end [4] loss, grad
import numpy as np
eps = 1e-2
def loss(u): return np.sum(np.sqrt(np.diff(u)**2 + eps))
def grad(u):
    q = np.diff(u)/np.sqrt(np.diff(u)**2 + eps)
    return -np.diff(np.concatenate([[0], q, [q[-1]]]))

# %% graph Laplacian energy [3] E, dE, H
import numpy as np
edges = [(0, 1), (1, 2), (0, 2)]
wt = {(0, 1): 1.0, (1, 2): 0.5, (0, 2): 2.0}
def E(u): return sum(wt[e]*(u[e[0]] - u[e[1]])**2 for e in edges)/2
def dE(u):
    g = np.zeros(3)
    for (i, j), w in wt.items():
        g[i] += w*(u[i] - u[j])
        g[j] -= w*(u[i] - u[j])
    return g
def H(u):
    L = np.zeros((3, 3))
    for (i, j), w in wt.items():
        L[i, i] += w
        L[j, j] += w
        L[i, j] -= w
        L[j, i] -= w
    return L

# %% Weibull with a forgotten log [2] nll, nll_grad
import numpy as np
t = np.array([0.5, 1.2, 2.2])
def nll(p):
    k, lam = p
    return -np.sum(np.log(k) - k*np.log(lam) + (k - 1)*np.log(t) - (t/lam)**k)
def nll_grad(p):
    k, lam = p
    z = (t/lam)**k
    return np.array([-np.sum(1/k - np.log(lam) + np.log(t) - z), np.sum(k/lam - k*z/lam)])

# %% Black and Scholes call by volatility
import math
S, K, r, T = 100.0, 105.0, 0.02, 0.5
N = lambda z: (1 + math.erf(z/math.sqrt(2)))/2
def f(v):
    d1 = (math.log(S/K) + (r + v*v/2)*T)/(v*math.sqrt(T))
    d2 = d1 - v*math.sqrt(T)
    return S*N(d1) - K*math.exp(-r*T)*N(d2)
def df(v):
    d1 = (math.log(S/K) + (r + v*v/2)*T)/(v*math.sqrt(T))
    return S*math.sqrt(T)*math.exp(-d1*d1/2)/math.sqrt(2*math.pi)

# %% SIR by Euler with names updated too early [2] loss, grad
import numpy as np
def loss(p):
    b, g = p
    s, i = 0.9, 0.1
    for _ in range(3):
        s, i = s - 0.5*b*s*i, i + 0.5*(b*s*i - g*i)
    return (i - 0.2)**2
def grad(p):
    b, g = p
    s, i, ib, sb = 0.9, 0.1, 0.0, 0.0
    ig = sg = 0.0
    for _ in range(3):
        nb = s*i + b*sb*i + b*s*ib
        ng = b*sg*i + b*s*ig
        sb = sb - 0.5*nb; ib = ib + 0.5*(nb - g*ib)
        sg = sg - 0.5*ng; ig = ig + 0.5*(ng - g*ig - i)
        s = s - 0.5*b*s*i
        i = i + 0.5*(b*s*i - g*i)
    return np.array([2*(i - 0.2)*ib, 2*(i - 0.2)*ig])

# %% Newton's square root in four steps
def f(a):
    x = 1.0
    for _ in range(4):
        x = 0.5*(x + a/x)
    return x
def df(a):
    x, dx = 1.0, 0.0
    for _ in range(4):
        dx = 0.5*(dx + 1/x - a*dx/x**2)
        x = 0.5*(x + a/x)
    return dx

# %% Chebyshev by recurrence
def T(n, x): return 1 if n == 0 else x if n == 1 else 2*x*T(n - 1, x) - T(n - 2, x)
def U(n, x): return 1 if n == 0 else 2*x if n == 1 else 2*x*U(n - 1, x) - U(n - 2, x)
def f(x): return T(5, x)
def df(x): return 5*U(4, x)

# %% Legendre by Bonnet with a wrong index
def P(n, x):
    a, b = 1, x
    for k in range(1, n): a, b = b, ((2*k + 1)*x*b - k*a)/(k + 1)
    return b if n else a
def f(x): return P(4, x)
def df(x): return 4*(x*P(4, x) - P(2, x))/(x**2 - 1)

# %% circle fit by distances [3] loss, grad
import numpy as np
P = [(0.0, 1.0), (1.1, 0.0), (-1.0, 0.2)]
def loss(q):
    a, b, r = q
    return sum((np.hypot(x - a, y - b) - r)**2 for x, y in P)
def grad(q):
    a, b, r = q
    g = [0, 0, 0]
    for x, y in P:
        d = np.hypot(x - a, y - b)
        g[0] += -2*(d - r)*(x - a)/d
        g[1] += -2*(d - r)*(y - b)/d
        g[2] += -2*(d - r)
    return np.array(g)

# %% trilateration [2] loss, grad, hess
import numpy as np
S = np.array([[0., 0.], [3., 0.], [0., 4.]])
R = np.array([2., 2.5, 3.])
def loss(p): return 0.25*np.sum((np.sum((p - S)**2, axis=1) - R**2)**2)
def grad(p):
    d = p - S
    e = np.sum(d**2, axis=1) - R**2
    return e @ d
def hess(p):
    d = p - S
    e = np.sum(d**2, axis=1) - R**2
    return 2*d.T @ d + np.eye(2)*e.sum()

# %% Styblinski and Tang by mean [3] f, df, ddf
import numpy as np
def f(x): return np.mean(x**4 - 16*x**2 + 5*x)/2
def df(x): return (4*x**3 - 32*x + 5)/(2*x.size)
def ddf(x): return np.diagflat((12*x**2 - 32)/(2*x.size))

# %% gradient by matrix calculus of log det [3] f, df
import numpy as np
def mat(v): return np.array([[np.exp(v[0]), v[1]], [v[1], np.exp(v[2]) + v[1]**2*np.exp(-v[0])]])
def f(v): return np.log(np.linalg.det(mat(v)))
def df(v): return np.array([1.0, 0.0, 1.0])

# %% two losses in one file with numbers
def f1(x): return x**2
def f1_grad(x): return 2*x
def f12(x): return x**12
def f12_grad(x): return 12*x**11
# -- executed with
f, df = f1, f1_grad

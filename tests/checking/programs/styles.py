# %% elastic net with soft weights [3] obj, gobj
import numpy as np
A = np.array([[1., 2., 0.5], [0.3, -1., 2.], [1.5, 0.2, -0.7], [0.1, 0.9, 1.1]])
b = np.array([1., -0.5, 0.3, 2.])
def obj(w, l1=0.3, l2=0.7):
    return 0.5/len(b)*np.linalg.norm(A @ w - b)**2 + l1*np.abs(w).sum() + 0.5*l2*(w @ w)
def gobj(w, l1=0.3, l2=0.7):
    return A.T @ (A @ w - b)/len(b) + l1*np.sign(w) + l2*w
# -- with a slip: + l2*w => + 2*l2*w

# %% squared hinge svm with bias [3] loss, grad
import numpy as np
X = np.array([[1., 2.], [2., -1.], [-1.5, 0.5], [0.2, -0.8]]); y = np.array([1, 1, -1, -1])
def loss(p, C=2.0):
    w, b = p[:-1], p[-1]
    m = np.maximum(0, 1 - y*(X @ w + b))
    return 0.5*w.dot(w) + C*np.sum(m**2)
def grad(p, C=2.0):
    w, b = p[:-1], p[-1]
    m = np.maximum(0, 1 - y*(X @ w + b))
    gw = w - 2*C*X.T @ (y*m)
    gb = -2*C*np.sum(y*m)
    return np.append(gw, gb)
# -- with a slip: gb = -2*C*np.sum(y*m) => gb = -C*np.sum(y*m)

# %% matrix factorisation with a mask [8] mf, dmf
import numpy as np
R = np.array([[5., 3., 0.], [4., 0., 1.]]); M = (R > 0).astype(float)
def unpack(t):
    return t[:4].reshape(2, 2), t[4:].reshape(2, 2)
def mf(t, lam=0.1):
    U, V = unpack(t)
    V = np.vstack([V, V.sum(axis=0)])
    E = M*(R - U @ V.T)
    return (E**2).sum() + lam*(t**2).sum()
def dmf(t, lam=0.1):
    U, V0 = unpack(t)
    V = np.vstack([V0, V0.sum(axis=0)])
    E = M*(R - U @ V.T)
    dU = -2*E @ V
    dV = -2*E.T @ U
    dV0 = dV[:2] + dV[2]
    return np.concatenate([dU.ravel(), dV0.ravel()]) + 2*lam*t
# -- with a slip: dV0 = dV[:2] + dV[2] => dV0 = dV[:2]

# %% k-means objective with fixed assignment [4] km, dkm
import numpy as np
pts = np.array([[0., 1.], [1., 0.5], [4., 4.], [5., 3.5]])
lab = np.array([0, 0, 1, 1])
def km(c):
    C = c.reshape(2, 2)
    return sum(np.sum((pts[lab == k] - C[k])**2) for k in range(2))
def dkm(c):
    C = c.reshape(2, 2)
    G = np.zeros_like(C)
    for k in range(2):
        members = pts[lab == k]
        G[k] = 2*(len(members)*C[k] - members.sum(0))
    return G.flatten()
# -- with a slip: len(members)*C[k] => C[k]

# %% rayleigh quotient for pca [3] rq, drq
import numpy as np
S = np.array([[2., 0.4, 0.1], [0.4, 1., 0.3], [0.1, 0.3, 0.5]])
def rq(v):
    return v @ S @ v / (v @ v)
def drq(v):
    n = v @ v
    return 2*(S @ v - (v @ S @ v)/n*v)/n
# -- with a slip: /n*v)/n => /n*v)

# %% scalar kalman one step likelihood [2] nll, gnll
import numpy as np
z = [0.3, 0.7, 0.2]
def nll(p):
    q, r = np.exp(p)
    m, P, out = 0.0, 1.0, 0.0
    for zi in z:
        P = P + q
        S = P + r
        out += 0.5*(np.log(2*np.pi*S) + (zi - m)**2/S)
        K = P/S
        m = m + K*(zi - m)
        P = (1 - K)*P
    return out
def gnll(p):
    q, r = np.exp(p)
    m, P = 0.0, 1.0
    dm, dP = np.zeros(2), np.zeros(2)
    g = np.zeros(2)
    dq, dr = np.array([q, 0]), np.array([0, r])
    for zi in z:
        P = P + q; dP = dP + dq
        S = P + r; dS = dP + dr
        e = zi - m
        g += 0.5*(dS/S - 2*e*dm/S - e**2*dS/S**2)
        K = P/S; dK = (dP*S - P*dS)/S**2
        m, dm = m + K*e, dm + dK*e - K*dm
        P, dP = (1 - K)*P, -dK*P + (1 - K)*dP
    return g
# -- with a slip: dm + dK*e - K*dm => dm + dK*e

# %% two layer net with relu and mse by hand [9] forward, backward
import numpy as np
x0 = np.array([0.5, -1.2]); t0 = 0.7
def forward(p):
    W1, b1, w2, b2 = p[:4].reshape(2, 2), p[4:6], p[6:8], p[8]
    h = np.maximum(W1 @ x0 + b1, 0)
    return 0.5*(w2 @ h + b2 - t0)**2
def backward(p):
    W1, b1, w2, b2 = p[:4].reshape(2, 2), p[4:6], p[6:8], p[8]
    a = W1 @ x0 + b1
    h = np.maximum(a, 0)
    d = w2 @ h + b2 - t0
    dh = d*w2*(a > 0)
    return np.hstack([np.outer(dh, x0).ravel(), dh, d*h, d])
# -- with a slip: dh = d*w2*(a > 0) => dh = d*w2

# %% morse potential of a diatomic [1] V, dV, d2V
import numpy as np
D, a, re = 4.7, 1.9, 0.74
def V(r):
    return D*(1 - np.exp(-a*(r - re)))**2
def dV(r):
    e = np.exp(-a*(r - re))
    return 2*D*a*e*(1 - e)
def d2V(r):
    e = np.exp(-a*(r - re))
    return 2*D*a**2*e*(2*e - 1)
# -- with a slip: e*(2*e - 1) => e*(1 - 2*e)

# %% buckingham with coulomb
from math import exp
A, B, C, q = 1388.77, 2.76, 175.0, -1.6
def f(r): return A*exp(-B*r) - C/r**6 + q/r
def df(r): return -A*B*exp(-B*r) + 6*C/r**7 - q/r**2
# -- with a slip: 6*C/r**7 => 6*C/r**6

# %% stillinger weber two body [1] phi, dphi
import numpy as np
def phi(r, A=7.05, B=0.602, a=1.8):
    return np.where(r < a, A*(B*r**-4 - 1)*np.exp(1/(r - a)), 0.0)
def dphi(r, A=7.05, B=0.602, a=1.8):
    inner = A*np.exp(1/(r - a))*(-4*B*r**-5 - (B*r**-4 - 1)/(r - a)**2)
    return np.where(r < a, inner, 0.0)
# -- with a slip: -4*B*r**-5 - => -4*B*r**-5 +

# %% bond price and duration [1] price, dprice
import numpy as np
cf = np.array([5., 5., 105.]); t = np.arange(1, 4)
def price(y): return np.sum(cf/(1 + y)**t)
def dprice(y): return -np.sum(t*cf/(1 + y)**(t + 1))
# -- with a slip: (1 + y)**(t + 1) => (1 + y)**t

# %% black scholes vega through norm [1] put, vega
import numpy as np
from scipy.stats import norm
S, K, r, T = 100., 95., 0.02, 0.75
def put(s):
    d1 = (np.log(S/K) + (r + s**2/2)*T)/(s*np.sqrt(T))
    d2 = d1 - s*np.sqrt(T)
    return K*np.exp(-r*T)*norm.cdf(-d2) - S*norm.cdf(-d1)
def vega(s):
    d1 = (np.log(S/K) + (r + s**2/2)*T)/(s*np.sqrt(T))
    return S*norm.pdf(d1)*np.sqrt(T)
# -- with a slip: norm.pdf(d1)*np.sqrt(T) => norm.pdf(d1)*T

# %% mean variance utility with turnover [3] util, dutil, hutil
import numpy as np
mu = np.array([0.05, 0.08, 0.03]); Sig = np.diag([0.04, 0.09, 0.01]) + 0.005
w0 = np.array([0.3, 0.3, 0.4])
def util(w): return mu @ w - 1.5*w @ Sig @ w - 0.2*np.sum((w - w0)**2)
def dutil(w): return mu - 3*Sig @ w - 0.4*(w - w0)
def hutil(w): return -3*Sig - 0.4*np.eye(3)
# -- with a slip: return -3*Sig - => return -1.5*Sig -

# %% planar arm reach [3] cost, jac
import numpy as np
L = np.array([1.0, 0.8, 0.5]); goal = np.array([1.2, 0.9])
def cost(q):
    c = np.cumsum(q)
    p = np.array([L @ np.cos(c), L @ np.sin(c)])
    return 0.5*np.sum((p - goal)**2)
def jac(q):
    c = np.cumsum(q)
    p = np.array([L @ np.cos(c), L @ np.sin(c)])
    J = np.zeros((2, 3))
    for j in range(3):
        J[0, j] = -np.sum(L[j:]*np.sin(c[j:]))
        J[1, j] = np.sum(L[j:]*np.cos(c[j:]))
    return J.T @ (p - goal)
# -- with a slip: np.sum(L[j:]*np.cos(c[j:])) => np.sum(L*np.cos(c))

# %% so2 alignment of points [1] align, dalign
import numpy as np
P = np.array([[1., 0.], [0., 2.], [1., 1.]]); Q = np.array([[0.5, 0.8], [-1.5, 1.], [0., 1.3]])
def rot(a): return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
def drot(a): return np.array([[-np.sin(a), -np.cos(a)], [np.cos(a), -np.sin(a)]])
def align(a): return np.sum((P @ rot(a).T - Q)**2)
def dalign(a): return 2*np.sum((P @ rot(a).T - Q)*(P @ drot(a).T))
# -- with a slip: (P @ drot(a).T) => (P @ drot(a))

# %% negative binomial regression [3] nb, dnb
import numpy as np
from scipy.special import gammaln, digamma
X = np.array([[1., 0.2], [1., -0.5], [1., 1.1]]); y = np.array([2., 0., 5.])
def nb(t):
    b, r = t[:2], np.exp(t[2])
    mu = np.exp(X @ b)
    return -np.sum(gammaln(y + r) - gammaln(r) - gammaln(y + 1) + r*np.log(r/(r + mu)) + y*np.log(mu/(r + mu)))
def dnb(t):
    b, r = t[:2], np.exp(t[2])
    mu = np.exp(X @ b)
    gb = -X.T @ (y - (y + r)*mu/(r + mu))
    gr = -np.sum(digamma(y + r) - digamma(r) + np.log(r/(r + mu)) + 1 - (y + r)/(r + mu))
    return np.concatenate((gb, [gr*r]))
# -- with a slip: [gr*r] => [gr]

# %% probit regression [2] probit, dprobit
import numpy as np
from scipy.stats import norm
X = np.array([[1., 0.5], [1., -1.], [1., 2.]]); y = np.array([1, 0, 1]); s = 2*y - 1
def probit(b): return -np.sum(np.log(norm.cdf(s*(X @ b))))
def dprobit(b):
    e = s*(X @ b)
    return -X.T @ (s*norm.pdf(e)/norm.cdf(e))
# -- with a slip: (s*norm.pdf(e)/norm.cdf(e)) => (norm.pdf(e)/norm.cdf(e))

# %% ordinal logit with two cuts [3] ol, dol
import numpy as np
from scipy.special import expit
x = np.array([0.3, -1.2, 2.0]); y = np.array([0, 1, 2])
def ol(t):
    b, c1, c2 = t
    lo, hi = expit(c1 - b*x), expit(c2 - b*x)
    p = np.array([lo[0], hi[1] - lo[1], 1 - hi[2]])
    return -np.log(p).sum()
def dol(t):
    b, c1, c2 = t
    lo, hi = expit(c1 - b*x), expit(c2 - b*x)
    dl, dh = lo*(1 - lo), hi*(1 - hi)
    p1 = hi[1] - lo[1]
    db = dl[0]*x[0]/lo[0] + (dh[1] - dl[1])*x[1]/p1 - dh[2]*x[2]/(1 - hi[2])
    return np.array([db, -dl[0]/lo[0] + dl[1]/p1, -dh[1]/p1 + dh[2]/(1 - hi[2])])
# -- with a slip: - dh[2]*x[2]/(1 - hi[2]) => + dh[2]*x[2]/(1 - hi[2])

# %% ar(2) conditional likelihood [3] ar, dar
import numpy as np
s = np.array([0.1, 0.5, 0.3, -0.2, 0.4, 0.9])
def ar(p):
    e = s[2:] - p[0]*s[1:-1] - p[1]*s[:-2]
    return 0.5*len(e)*np.log(p[2]**2) + 0.5*np.dot(e, e)/p[2]**2
def dar(p):
    e = s[2:] - p[0]*s[1:-1] - p[1]*s[:-2]
    v = p[2]**2
    return np.array([-e @ s[1:-1]/v, -e @ s[:-2]/v, len(e)/p[2] - e @ e/p[2]**3])
# -- with a slip: len(e)/p[2] - => 0.5*len(e)/p[2] -

# %% log sum exp trick with keepdims [4] lse, dlse
import numpy as np
def lse(x):
    Z = x.reshape(2, 2)
    m = Z.max(axis=1, keepdims=True)
    return np.sum(m[:, 0] + np.log(np.exp(Z - m).sum(axis=1)))
def dlse(x):
    Z = x.reshape(2, 2)
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return (e/e.sum(axis=1, keepdims=True)).ravel()
# -- with a slip: e.sum(axis=1, keepdims=True) => e.sum(axis=0, keepdims=True)

# %% maxout unit with argmax indexing [3] mo, dmo
import numpy as np
W = np.array([[1., 2., -1.], [0.5, -0.3, 2.]])
def mo(x): return np.max(W @ x)**2
def dmo(x):
    z = W @ x
    k = np.argmax(z)
    return 2*z[k]*W[k]
# -- with a slip: 2*z[k]*W[k] => 2*W[k]

# %% clipped quadratic with np.clip [2] cq, dcq
import numpy as np
def cq(x): return np.sum(np.clip(x, -1, 1)**2 + 0.1*x**2)
def dcq(x): return 2*np.clip(x, -1, 1)*((x > -1) & (x < 1)) + 0.2*x
# -- with a slip: *((x > -1) & (x < 1)) => *(x < 1)

# %% tukey biweight [1] rho, psi
import numpy as np
def rho(r, c=1.5):
    return c**2/6*(1 - (1 - (r/c)**2)**3) if abs(r) <= c else c**2/6
def psi(r, c=1.5):
    return r*(1 - (r/c)**2)**2 if abs(r) <= c else 0.0
# -- with a slip: (1 - (r/c)**2)**2 => (1 - (r/c)**2)

# %% pseudo huber of a fit in scipy's name [2] ph, dph
import numpy as np
from scipy.special import pseudo_huber
t = np.array([0., 1., 2.]); y = np.array([0.1, 1.2, 5.0])
def ph(p): return np.sum(pseudo_huber(0.5, p[0] + p[1]*t - y))
def dph(p):
    r = p[0] + p[1]*t - y
    w = r/np.sqrt(1 + (r/0.5)**2)
    return np.array([w.sum(), w @ t])
# -- with a slip: w = r/np.sqrt(1 + (r/0.5)**2) => w = r/np.sqrt(1 + r**2)

# %% einsum bilinear pooling [4] bp, dbp
import numpy as np
T = np.arange(8.).reshape(2, 2, 2)/10
def bp(v):
    a, b = v[:2], v[2:]
    return np.sum(np.einsum('ijk,i,j->k', T, a, b)**2)
def dbp(v):
    a, b = v[:2], v[2:]
    o = np.einsum('ijk,i,j->k', T, a, b)
    return 2*np.r_[np.einsum('ijk,j,k->i', T, b, o), np.einsum('ijk,i,k->j', T, a, o)]
# -- with a slip: 'ijk,i,k->j' => 'ijk,j,k->i'

# %% graph laplacian smoothness by edges [4] gl, dgl
import numpy as np
E = [(0, 1), (1, 2), (2, 3), (0, 3)]; w = [1.0, 0.5, 2.0, 0.7]
def gl(f): return 0.5*sum(wi*(f[i] - f[j])**2 for (i, j), wi in zip(E, w))
def dgl(f):
    g = [0.0]*4
    for (i, j), wi in zip(E, w):
        d = wi*(f[i] - f[j])
        g[i] += d
        g[j] -= d
    return g
# -- with a slip: g[j] -= d => g[j] += d

# %% np.add.at scatter gradient [4] sc, dsc
import numpy as np
I = np.array([0, 1, 2, 0]); J = np.array([1, 2, 3, 3])
def sc(u): return np.sum(np.cosh(u[I] - u[J]))
def dsc(u):
    g = np.zeros(4)
    s = np.sinh(u[I] - u[J])
    np.add.at(g, I, s)
    np.subtract.at(g, J, s)
    return g
# -- with a slip: np.add.at(g, I, s) => g[I] += s

# %% in place updates of a view [4] ip, dip
import numpy as np
def ip(x): return np.sum(x[::2]**3) + np.prod(x[1::2])
def dip(x):
    g = np.empty(4)
    even = g[::2]
    even[:] = 3*x[::2]**2
    g[1], g[3] = x[3], x[1]
    return g
# -- with a slip: g[1], g[3] = x[3], x[1] => g[1], g[3] = x[1], x[3]

# %% dataclass of a spring chain with method [3] Chain.energy, Chain.force
import numpy as np
from dataclasses import dataclass
@dataclass
class Chain:
    k: float = 2.0
    rest: float = 0.5
    def energy(self, q):
        d = np.diff(q) - self.rest
        return 0.5*self.k*np.sum(d**2)
    def force(self, q):
        d = self.k*(np.diff(q) - self.rest)
        return np.concatenate([[-d[0]], d[:-1] - d[1:], [d[-1]]])
# -- with a slip: [[-d[0]], d[:-1] - d[1:], [d[-1]]] => [[d[0]], d[:-1] - d[1:], [-d[-1]]]
# -- executed with
f = Chain().energy; df = Chain().force

# %% closure factory of a least squares [2] fun, jac
import numpy as np
def make(t, y):
    def fun(p):
        return np.sum((p[0]*np.exp(-p[1]*t) - y)**2)
    def jac(p):
        e = np.exp(-p[1]*t)
        r = p[0]*e - y
        return np.array([2*np.sum(r*e), -2*np.sum(r*p[0]*t*e)])
    return fun, jac
fun, jac = make(np.array([0., 1., 2.]), np.array([2., 1.1, 0.4]))
# -- with a slip: r*p[0]*t*e => r*t*e

# %% batch matrix products of stacked arrays [4] bm, dbm
import numpy as np
S = np.stack([np.eye(2), [[0., 1.], [1., 0.]], [[1., 2.], [3., 4.]]])
def bm(x):
    A = x.reshape(2, 2)
    return 0.5*np.sum((S @ A)**2)
def dbm(x):
    A = x.reshape(2, 2)
    return (np.swapaxes(S, 1, 2) @ (S @ A)).sum(axis=0).ravel()
# -- with a slip: np.swapaxes(S, 1, 2) @ => S @

# %% log det of a gram matrix [4] ld, dld
import numpy as np
def ld(x):
    A = x.reshape(2, 2)
    return np.log(np.linalg.det(A @ A.T + np.eye(2)))
def dld(x):
    A = x.reshape(2, 2)
    return (2*np.linalg.inv(A @ A.T + np.eye(2)) @ A).reshape(-1)
# -- with a slip: (2*np.linalg.inv => (np.linalg.inv

# %% gaussian process two hyper parameters [2] gp, dgp
import numpy as np
xs = np.array([0., 0.7]); ys = np.array([0.3, -0.4]); D2 = (xs[:, None] - xs[None, :])**2
def gp(t):
    l, s = t
    K = s**2*np.exp(-D2/(2*l**2)) + 0.1*np.eye(2)
    return 0.5*ys @ np.linalg.solve(K, ys) + 0.5*np.linalg.slogdet(K)[1]
def dgp(t):
    l, s = t
    E = np.exp(-D2/(2*l**2))
    K = s**2*E + 0.1*np.eye(2)
    Ki = np.linalg.inv(K)
    a = Ki @ ys
    out = []
    for dK in (s**2*E*D2/l**3, 2*s*E):
        out.append(-0.5*a @ dK @ a + 0.5*np.trace(Ki @ dK))
    return np.array(out)
# -- with a slip: D2/l**3 => D2/l**2

# %% focal loss of one logit [1] fl, dfl
import numpy as np
def sigmoid(z): return 1/(1 + np.exp(-z))
def fl(z, g=2):
    p = sigmoid(z)
    return -(1 - p)**g*np.log(p)
def dfl(z, g=2):
    p = sigmoid(z)
    return (1 - p)**g*(g*p*np.log(p) + p - 1)
# -- with a slip: + p - 1) => - p + 1)

# %% label smoothing cross entropy [3] ls, dls
import numpy as np
def ls(z, eps=0.1):
    q = np.full(3, eps/3); q[1] += 1 - eps
    return -np.sum(q*(z - np.log(np.sum(np.exp(z)))))
def dls(z, eps=0.1):
    q = np.full(3, eps/3); q[1] += 1 - eps
    p = np.exp(z)/np.exp(z).sum()
    return p - q
# -- with a slip: return p - q => return q - p

# %% contrastive pair loss with margin [4] cp, dcp
import numpy as np
def cp(v, m=1.0):
    d = np.sqrt(np.sum((v[:2] - v[2:])**2))
    return max(0, m - d)**2
def dcp(v, m=1.0):
    r = v[:2] - v[2:]
    d = np.sqrt(np.sum(r**2))
    if d < m:
        g = -2*(m - d)*r/d
        return np.r_[g, -g]
    return np.zeros(4)
# -- with a slip: np.r_[g, -g] => np.r_[g, g]

# %% rmsnorm with gain [3] rn, drn
import numpy as np
gain = np.array([1.0, 0.5, 2.0]); t = np.array([0.2, 0.1, -0.3])
def rn(x): return np.sum(t*gain*x/np.sqrt(np.mean(x**2) + 1e-5))
def drn(x):
    r = np.sqrt(np.mean(x**2) + 1e-5)
    g = t*gain
    return g/r - x*np.sum(g*x)/(len(x)*r**3)
# -- with a slip: /(len(x)*r**3) => /r**3

# %% swish derivative [1] sw, dsw, ddsw
import numpy as np
def sw(x): return x/(1 + np.exp(-x))
def dsw(x):
    s = 1/(1 + np.exp(-x))
    return s + x*s*(1 - s)
def ddsw(x):
    s = 1/(1 + np.exp(-x))
    return s*(1 - s)*(2 + x*(1 - 2*s))
# -- with a slip: (2 + x*(1 - 2*s)) => (2 + x*(1 - s))

# %% gelu tanh approximation [1] ge, dge
import numpy as np
c = np.sqrt(2/np.pi)
def ge(x): return 0.5*x*(1 + np.tanh(c*(x + 0.044715*x**3)))
def dge(x):
    t = np.tanh(c*(x + 0.044715*x**3))
    return 0.5*(1 + t) + 0.5*x*(1 - t**2)*c*(1 + 3*0.044715*x**2)
# -- with a slip: 3*0.044715*x**2 => 0.044715*x**2

# %% attention of two tokens [4] at, dat
import numpy as np
V = np.array([0.3, 1.2]); scale = np.sqrt(2)
def at(q):
    Q = q.reshape(2, 2)
    S = Q @ Q.T/scale
    P = np.exp(S)/np.exp(S).sum(axis=1, keepdims=True)
    return np.sum(P @ V)
def dat(q):
    Q = q.reshape(2, 2)
    S = Q @ Q.T/scale
    P = np.exp(S)/np.exp(S).sum(axis=1, keepdims=True)
    dP = np.ones((2, 1))*V
    dS = P*(dP - (dP*P).sum(axis=1, keepdims=True))
    return ((dS + dS.T) @ Q/scale).ravel()
# -- with a slip: (dS + dS.T) @ Q => 2*dS @ Q

# %% vanilla rnn through time [3] rnn, drnn
import numpy as np
xs = [0.5, -0.2, 0.8]
def rnn(p):
    w, u, b = p
    h = 0.0
    for x in xs:
        h = np.tanh(w*h + u*x + b)
    return 0.5*(h - 0.3)**2
def drnn(p):
    w, u, b = p
    hs = [0.0]
    for x in xs:
        hs.append(np.tanh(w*hs[-1] + u*x + b))
    g = np.zeros(3)
    dh = hs[-1] - 0.3
    for t in reversed(range(3)):
        da = dh*(1 - hs[t + 1]**2)
        g += da*np.array([hs[t], xs[t], 1.0])
        dh = da*w
    return g
# -- with a slip: da*np.array([hs[t], => da*np.array([hs[t + 1],

# %% ridge hessian with kron [4] rk, drk, hrk
import numpy as np
A = np.array([[1., 2.], [0.5, -1.], [1.1, 0.3]]); Y = np.array([[1., 0.], [0.2, 1.], [0.5, 0.5]])
def rk(w):
    W = w.reshape(2, 2)
    return 0.5*np.sum((A @ W - Y)**2)
def drk(w): return (A.T @ (A @ w.reshape(2, 2) - Y)).ravel()
def hrk(w): return np.kron(A.T @ A, np.eye(2))
# -- with a slip: np.kron(A.T @ A, np.eye(2)) => np.kron(np.eye(2), A.T @ A)

# %% rosenbrock by scipy's vector text [4] rosen, rosen_der
import numpy as np
def rosen(x):
    return np.sum(100.0*(x[1:] - x[:-1]**2.0)**2.0 + (1 - x[:-1])**2.0, axis=0)
def rosen_der(x):
    xm, xm_m1, xm_p1 = x[1:-1], x[:-2], x[2:]
    der = np.zeros_like(x)
    der[1:-1] = 200*(xm - xm_m1**2) - 400*(xm_p1 - xm**2)*xm - 2*(1 - xm)
    der[0] = -400*x[0]*(x[1] - x[0]**2) - 2*(1 - x[0])
    der[-1] = 200*(x[-1] - x[-2]**2)
    return der
# -- with a slip: 200*(x[-1] - x[-2]**2) => 100*(x[-1] - x[-2]**2)

# %% styblinski tang of any length [3] st, dst, hst
import numpy as np
def st(x): return 0.5*np.sum(x**4 - 16*x**2 + 5*x)
def dst(x): return 0.5*(4*x**3 - 32*x + 5)
def hst(x): return np.diag(6*x**2 - 16)
# -- with a slip: 6*x**2 - 16 => 12*x**2 - 16

# %% griewank [2] gw, dgw
import numpy as np
def gw(x):
    i = np.sqrt(np.arange(1, len(x) + 1))
    return 1 + np.sum(x**2)/4000 - np.prod(np.cos(x/i))
def dgw(x):
    i = np.sqrt(np.arange(1, len(x) + 1))
    c = np.cos(x/i)
    return x/2000 + np.prod(c)*np.tan(x/i)/i
# -- with a slip: np.tan(x/i)/i => np.tan(x/i)

# %% a gaussian process likelihood in log parameters [2] nll, nll_grad
import numpy as np
X = np.array([0.0, 0.6, 1.5]); y = np.array([0.3, -0.2, 0.9])
D = (X[:, None] - X[None, :])**2
def nll(theta):
    K = np.exp(2*theta[0]) * np.exp(-0.5*D) + np.exp(2*theta[1])*np.eye(3)
    return 0.5*y @ np.linalg.solve(K, y) + 0.5*np.linalg.slogdet(K)[1]
def nll_grad(theta):
    E = np.exp(-0.5*D)
    K = np.exp(2*theta[0])*E + np.exp(2*theta[1])*np.eye(3)
    Ki = np.linalg.inv(K)
    a = Ki @ y
    W = Ki - np.outer(a, a)
    return 0.5*np.array([np.sum(W*(2*np.exp(2*theta[0])*E)), np.trace(W)*2*np.exp(2*theta[1])])
# -- with a slip: np.trace(W)*2*np.exp => np.trace(W)*np.exp

# %% a kalman filter's likelihood of two variances [2] negloglik, score
import numpy as np
obs = [0.4, -0.1, 0.8]
def negloglik(v):
    q, r = v
    m, P, total = 0.0, 1.0, 0.0
    for z in obs:
        P = P + q
        S = P + r
        e = z - m
        total += 0.5*(np.log(S) + e**2/S)
        k = P/S
        m = m + k*e
        P = (1 - k)*P
    return total
def score(v):
    q, r = v
    m, P = 0.0, 1.0
    dm, dP = np.zeros(2), np.zeros(2)
    g = np.zeros(2)
    for z in obs:
        P = P + q
        dP = dP + np.array([1.0, 0.0])
        S, dS = P + r, dP + np.array([0.0, 1.0])
        e, de = z - m, -dm
        g += 0.5*(dS/S + 2*e*de/S - e**2*dS/S**2)
        k, dk = P/S, dP/S - P*dS/S**2
        m, dm = m + k*e, dm + dk*e + k*de
        P, dP = (1 - k)*P, (1 - k)*dP - dk*P
    return g
# -- with a slip: 2*e*de/S => e*de/S

# %% a linear chain crf of two labels [4] crf, dcrf
import numpy as np
from itertools import product
gold = (0, 1, 1)
def score_of(T, path):
    return sum(T[a, b] for a, b in zip(path, path[1:])) + 0.5*path[0]
def crf(t):
    T = t.reshape(2, 2)
    return np.log(sum(np.exp(score_of(T, p)) for p in product(range(2), repeat=3))) - score_of(T, gold)
def dcrf(t):
    T = t.reshape(2, 2)
    paths = list(product(range(2), repeat=3))
    w = np.array([np.exp(score_of(T, p)) for p in paths])
    w = w/w.sum()
    G = np.zeros((2, 2))
    for p, c in zip(paths, w):
        for a, b in zip(p, p[1:]):
            G[a, b] += c
    for a, b in zip(gold, gold[1:]):
        G[a, b] -= 1
    return G.ravel()
# -- with a slip: G[a, b] -= 1 => G[b, a] -= 1

# %% layer norm with gain and bias [4] ln, ln_backward
import numpy as np
gain, bias = np.array([1.0, 0.5, -0.7, 2.0]), np.array([0.1, 0.0, 0.2, -0.3])
target = np.array([0.3, -1.0, 0.5, 0.2])
def ln(x, eps=1e-5):
    xhat = (x - x.mean())/np.sqrt(x.var() + eps)
    return 0.5*np.sum((gain*xhat + bias - target)**2)
def ln_backward(x, eps=1e-5):
    n = x.size
    inv = 1/np.sqrt(x.var() + eps)
    xhat = (x - x.mean())*inv
    dy = gain*xhat + bias - target
    dxhat = dy*gain
    return inv/n*(n*dxhat - dxhat.sum() - xhat*np.sum(dxhat*xhat))
# -- with a slip: - xhat*np.sum(dxhat*xhat) => - np.sum(dxhat*xhat)

# %% distillation with a temperature [3] kd, kd_grad
import numpy as np
teacher, tau = np.array([1.0, -0.5, 0.3]), 2.5
def softmax(z):
    e = np.exp(z - z.max())
    return e/e.sum()
def kd(z):
    p = softmax(teacher/tau)
    return tau**2*np.sum(p*(np.log(p) - np.log(softmax(z/tau))))
def kd_grad(z):
    return tau*(softmax(z/tau) - softmax(teacher/tau))
# -- with a slip: return tau*( => return tau**2*(

# %% contrastive info nce of two views [4] info_nce, dinfo
import numpy as np
B = np.array([[1.0, 0.2], [0.3, -0.8]])
def info_nce(a):
    S = a.reshape(2, 2) @ B.T / 0.5
    return -np.mean(np.diag(S) - np.log(np.exp(S).sum(axis=1)))
def dinfo(a):
    S = a.reshape(2, 2) @ B.T / 0.5
    P = np.exp(S)/np.exp(S).sum(axis=1, keepdims=True)
    return ((P - np.eye(2)) @ B / 0.5 / 2).ravel()
# -- with a slip: / 0.5 / 2 => / 2

# %% quantile regression by a pinball with kinks [2] pinball, dpinball
import numpy as np
t = np.array([0.0, 1.0, 2.0, 3.0]); y = np.array([0.1, 1.4, 1.8, 3.3])
def pinball(w, q=0.3):
    r = y - w[0] - w[1]*t
    return np.maximum(q*r, (q - 1)*r).sum()
def dpinball(w, q=0.3):
    r = y - w[0] - w[1]*t
    s = np.where(r > 0, -q, 1 - q)
    return np.array([s.sum(), s @ t])
# -- with a slip: -q, 1 - q => -q, q - 1

# %% negative binomial likelihood by scipy special [2] nb, dnb
import numpy as np
from scipy.special import gammaln, digamma
k = np.array([0, 2, 5])
def nb(p):
    mu, a = np.exp(p[0]), np.exp(p[1])
    return -np.sum(gammaln(k + a) - gammaln(a) + a*np.log(a/(a + mu)) + k*np.log(mu/(a + mu)))
def dnb(p):
    mu, a = np.exp(p[0]), np.exp(p[1])
    gmu = np.sum(-a/(a + mu) + k/mu - k/(a + mu))
    ga = np.sum(digamma(k + a) - digamma(a) + np.log(a/(a + mu)) + 1 - a/(a + mu) - k/(a + mu))
    return -np.array([gmu*mu, ga*a])
# -- with a slip: + 1 - a/(a + mu) => - a/(a + mu)

# %% a dataclass with f and grad of a spring chain [3] f, g
import numpy as np
from dataclasses import dataclass, field
@dataclass
class Chain:
    k: float = 2.0
    rest: float = 1.0
    wall: tuple = (0.0, 4.0)
    def energy(self, q):
        full = np.concatenate([[self.wall[0]], q, [self.wall[1]]])
        d = np.diff(full) - self.rest
        return 0.5*self.k*np.sum(d**2) + np.sum(q**4)/4
    def force(self, q):
        full = np.r_[self.wall[0], q, self.wall[1]]
        d = np.diff(full) - self.rest
        return -(self.k*(d[:-1] - d[1:]) + q**3)
chain = Chain(k=3.0)
def f(q):
    return chain.energy(q)
def g(q):
    return -chain.force(q)
# -- with a slip: + q**3) => - q**3)

# %% embeddings by np.add.at [6] emb, demb
import numpy as np
tokens = np.array([0, 2, 2, 1])
want = np.array([[1.0, 0.0], [0.5, -0.5], [0.2, 0.3], [0.0, 1.0]])
def emb(e):
    E = e.reshape(3, 2)
    return 0.5*((E[tokens] - want)**2).sum() + 0.05*(E**2).sum()
def demb(e):
    E = e.reshape(3, 2)
    G = 0.1*E
    np.add.at(G, tokens, E[tokens] - want)
    return G.ravel()
# -- with a slip: np.add.at(G, tokens, E[tokens] - want) => G[tokens] += E[tokens] - want

# %% a convolution kernel and its correlation [3] conv, dconv
import numpy as np
s = np.array([1.0, -0.5, 0.3, 0.8, 0.1]); out = np.array([0.2, 0.1, -0.4])
def conv(w):
    return np.sum((np.convolve(s, w, mode="valid") - out)**2)
def dconv(w):
    r = np.convolve(s, w, mode="valid") - out
    return 2*np.correlate(s, r, mode="valid")[::-1]
# -- with a slip: [::-1] => [:]

# %% survival by a cox partial likelihood [2] cox, dcox
import numpy as np
Z = np.array([[0.5, 1.0], [-0.3, 0.2], [1.2, -0.7], [0.0, 0.4]]); died = np.array([1, 0, 1, 1])
def cox(b):
    eta = Z @ b
    risk = np.cumsum(np.exp(eta)[::-1])[::-1]
    return -np.sum(died*(eta - np.log(risk)))
def dcox(b):
    w = np.exp(Z @ b)
    risk = np.cumsum(w[::-1])[::-1]
    mean = np.cumsum((w[:, None]*Z)[::-1], axis=0)[::-1]/risk[:, None]
    return -(died[:, None]*(Z - mean)).sum(axis=0)
# -- with a slip: axis=0)[::-1]/risk => axis=0)/risk

# %% runge kutta step of a decay with its sensitivity [2] rk, drk
import numpy as np
def step(u, k, h=0.1):
    k1 = -k*u
    k2 = -k*(u + h/2*k1)
    k3 = -k*(u + h/2*k2)
    k4 = -k*(u + h*k3)
    return u + h/6*(k1 + 2*k2 + 2*k3 + k4)
def rk(p):
    return (step(step(p[0], p[1]), p[1]) - 0.7)**2
def drk(p):
    h = 0.1; z = h*p[1]
    R = 1 - z + z**2/2 - z**3/6 + z**4/24
    dR = h*(-1 + z - z**2/2 + z**3/6)
    e = 2*(R**2*p[0] - 0.7)
    return np.array([e*R**2, e*p[0]*2*R*dR])
# -- with a slip: e*p[0]*2*R*dR => e*p[0]*R*dR

# %% lennard jones of three atoms in a plane by einsum [6] lj, dlj
import numpy as np
i, j = np.triu_indices(3, 1)
def lj(q):
    r = q.reshape(3, 2)
    d = r[i] - r[j]
    s = 1/np.einsum("kx,kx->k", d, d)
    return 4*np.sum(s**6 - s**3)
def dlj(q):
    r = q.reshape(3, 2)
    d = r[i] - r[j]
    s = 1/np.einsum("kx,kx->k", d, d)
    F = (4*(-12*s**7 + 6*s**4))[:, None]*d
    G = np.zeros((3, 2))
    np.add.at(G, i, F)
    np.subtract.at(G, j, F)
    return G.flatten()
# -- with a slip: np.subtract.at(G, j, F) => np.add.at(G, j, F)

# %% a closure over a spline basis of hat functions [3] make_loss, make_grad
import numpy as np
knots = np.array([0.0, 1.0, 2.0]); t = np.array([0.2, 0.9, 1.7]); y = np.array([1.0, 0.3, 0.8])
def build():
    H = np.maximum(0, 1 - np.abs(t[:, None] - knots[None, :]))
    D = np.diff(np.eye(3), n=2, axis=0)
    A = H.T @ H + 0.1*D.T @ D
    return (lambda c: np.sum((H @ c - y)**2) + 0.1*np.sum((D @ c)**2)), (lambda c: 2*(A @ c - H.T @ y))
make_loss, make_grad = build()
# -- with a slip: 0.1*D.T @ D => D.T @ D

# %% torch logistic regression with bce [2] loss, grad
import torch
import torch.nn.functional as F
X = torch.tensor([[1., 0.5], [-1., 2.], [0.3, -0.7]], dtype=torch.float64)
y = torch.tensor([1., 0., 1.], dtype=torch.float64)
def loss(w):
    return F.binary_cross_entropy_with_logits(X @ w, y)
def grad(w):
    return X.T @ (torch.sigmoid(X @ w) - y)/y.numel()
# -- with a slip: /y.numel() =>

# %% torch standardised moments [3] loss, grad
import torch
def loss(x):
    z = (x - x.mean())/x.std()
    return (z**3).sum()
def grad(x):
    n = x.numel()
    s = x.std()
    z = (x - x.mean())/s
    g = 3*z**2
    return (g - g.mean() - z*(g*z).sum()/(n - 1))/s
# -- with a slip: /(n - 1))/s => /n)/s

# %% torch max of rows [4] loss, grad
import torch
def loss(x):
    A = x.view(2, 2)
    values, places = A.max(dim=1)
    return (values**2).sum()
def grad(x):
    A = x.view(2, 2)
    m, _ = torch.max(A, 1, keepdim=True)
    return (2*A*(A == m)).flatten()
# -- with a slip: A.max(dim=1) => A.max(dim=0)

# %% torch smooth l1 [2] loss, grad
import torch, torch.nn.functional as F
t = torch.tensor([0.5, -1.5], dtype=torch.float64)
def loss(x): return F.smooth_l1_loss(x, t, reduction='sum')
def grad(x):
    d = x - t
    return torch.where(d.abs() < 1, d, d.sign())
# -- with a slip: d.abs() < 1 => d.abs() < 2

# %% torch kl from logits [3] loss, grad
import torch, torch.nn.functional as F
q = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)
def loss(x): return F.kl_div(F.log_softmax(x, dim=-1), q, reduction='sum')
def grad(x): return F.softmax(x, dim=-1) - q
# -- with a slip: F.softmax(x, dim=-1) - q => q - F.softmax(x, dim=-1)

# %% torch meshgrid potential [2] loss, grad
import torch
a = torch.tensor([0., 1.], dtype=torch.float64); b = torch.tensor([0., 1., 2.], dtype=torch.float64)
def loss(x):
    A, B = torch.meshgrid(a, b, indexing='ij')
    return ((A - x[0])**2*(B - x[1])**2).sum()
def grad(x):
    A, B = torch.meshgrid(a, b, indexing='ij')
    return torch.stack([(-2*(A - x[0])*(B - x[1])**2).sum(), (-2*(A - x[0])**2*(B - x[1])).sum()])
# -- with a slip: (-2*(A - x[0])**2*(B - x[1])).sum() => (-2*(A - x[0])**2*(B - x[1])).mean()

# %% torch transpose and permute [4] loss, grad
import torch
W = torch.tensor([[1., 2.], [3., 5.]], dtype=torch.float64)
def loss(x):
    A = x.reshape(2, 2)
    return (A.transpose(0, 1).mm(W)).pow(2).sum()
def grad(x):
    A = x.reshape(2, 2)
    return (2*W.mm(W.t()).mm(A)).reshape(-1)
# -- with a slip: 2*W.mm(W.t()).mm(A) => 2*W.t().mm(W).mm(A)

# %% torch repeat and expand [2] loss, grad
import torch
t = torch.tensor([1., 2., 3., 4.], dtype=torch.float64)
def loss(x): return ((x.repeat(2) - t)**2).sum()
def grad(x):
    r = 2*(x.repeat(2) - t)
    return r[:2] + r[2:]
# -- with a slip: return r[:2] + r[2:] => return r[::2] + r[1::2]

# %% torch clamp hinge [3] loss, grad
import torch
y = torch.tensor([1., -1., 1.], dtype=torch.float64)
def loss(x): return torch.clamp(1 - y*x, min=0).mean()
def grad(x): return -y*(y*x < 1).double()/3
# -- with a slip: (y*x < 1).double()/3 => (y*x < 1).double()

# %% torch var of columns [4] loss, grad
import torch
def loss(x): return torch.var(x.view(2, 2), dim=0, unbiased=False).sum()
def grad(x):
    A = x.view(2, 2)
    return (2*(A - A.mean(dim=0, keepdim=True))/2).flatten()
# -- with a slip: /2).flatten() => ).flatten()

# %% torch huber in one call [2] loss, grad
import torch
def loss(x): return torch.nn.functional.huber_loss(x, torch.zeros(2, dtype=torch.float64), delta=0.5)
def grad(x): return torch.clamp(x, -0.5, 0.5)/2
# -- with a slip: -0.5, 0.5)/2 => -0.5, 0.5)

# %% torch einsum quadratic [3] loss, grad
import torch
A = torch.tensor([[2., 1., 0.], [0., 1., 0.5], [0.3, 0., 1.]], dtype=torch.float64)
def loss(x): return torch.einsum('i,ij,j->', x, A, x)
def grad(x): return (A + A.T) @ x
# -- with a slip: (A + A.T) @ x => 2*A @ x

# %% torch softplus barrier [2] loss, grad
import torch, torch.nn.functional as F
def loss(x): return F.softplus(x, beta=3).sum() + x.square().sum()
def grad(x): return torch.sigmoid(3*x) + 2*x
# -- with a slip: torch.sigmoid(3*x) => 3*torch.sigmoid(3*x)

# %% torch cosine by norms [4] loss, grad
import torch
def loss(x):
    a, b = x[:2], x[2:]
    return 1 - torch.dot(a, b)/(a.norm()*b.norm())
def grad(x):
    a, b = x[:2], x[2:]
    na, nb = torch.linalg.norm(a), torch.linalg.norm(b)
    c = torch.dot(a, b)/(na*nb)
    return -torch.cat((b/(na*nb) - c*a/na**2, a/(na*nb) - c*b/nb**2))
# -- with a slip: c*a/na**2 => c*a/na

# %% jax softmax regression [6] loss, grad
import jax
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
X = jnp.array([[1., 0.5], [-1., 2.]]); Y = jax.nn.one_hot(jnp.array([0, 2]), 3)
def loss(w):
    Z = X @ w.reshape(2, 3)
    return -jnp.mean(jnp.sum(Y*jax.nn.log_softmax(Z, axis=-1), axis=-1))
def grad(w):
    Z = X @ w.reshape(2, 3)
    return (X.T @ (jax.nn.softmax(Z) - Y)/2).ravel()
# -- with a slip: (jax.nn.softmax(Z) - Y)/2 => (jax.nn.softmax(Z) - Y)

# %% jax scan of a leaky integrator [2] loss, grad
import jax
import jax.numpy as jnp
from jax import lax
jax.config.update("jax_enable_x64", True)
u = jnp.array([1.0, 0.5, -0.3])
def loss(p):
    def step(v, i):
        v = p[0]*v + p[1]*i
        return v, v
    _, vs = lax.scan(step, 0.0, u)
    return jnp.sum(vs**2)
def grad(p):
    def step(c, i):
        v, d0, d1, g0, g1 = c
        d0, d1 = v + p[0]*d0, p[0]*d1 + i
        v = p[0]*v + p[1]*i
        return (v, d0, d1, g0 + 2*v*d0, g1 + 2*v*d1), v
    (v, _, _, g0, g1), _ = lax.scan(step, (0., 0., 0., 0., 0.), u)
    return jnp.array([g0, g1])
# -- with a slip: d0, d1 = v + p[0]*d0, => d0, d1 = p[0]*d0,

# %% jax where safe sqrt [2] loss, grad
import jax
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
@jax.jit
def loss(x):
    r2 = jnp.sum(x**2)
    return jnp.where(r2 > 0, jnp.sqrt(jnp.where(r2 > 0, r2, 1.0)), 0.0)
@jax.jit
def grad(x):
    r2 = jnp.sum(x**2)
    return jnp.where(r2 > 0, x/jnp.sqrt(jnp.where(r2 > 0, r2, 1.0)), 0.0)
# -- with a slip: x/jnp.sqrt( => 2*x/jnp.sqrt(

# %% jax at set gradient [3] loss, grad
import jax
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
def loss(x): return jnp.dot(x[:-1]**2, x[1:])
def grad(x):
    g = jnp.zeros_like(x)
    g = g.at[:-1].add(2*x[:-1]*x[1:])
    g = g.at[1:].add(x[:-1]**2)
    return g
# -- with a slip: g = g.at[1:].add(x[:-1]**2) => g.at[1:].add(x[:-1]**2)

# %% jax elu and gelu [2] loss, grad
import jax
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
def loss(x): return jnp.sum(jax.nn.elu(x)) + jnp.sum(jax.nn.gelu(x, approximate=False))
def grad(x):
    phi = jnp.exp(-x**2/2)/jnp.sqrt(2*jnp.pi)
    Phi = (1 + jax.scipy.special.erf(x/jnp.sqrt(2.0)))/2
    return jnp.where(x > 0, 1.0, jnp.exp(x)) + Phi + x*phi
# -- with a slip: + Phi + x*phi => + Phi + phi

# %% jax vmap of a residual [2] loss, grad
import jax
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
ts = jnp.array([0.0, 0.5, 1.0]); ys = jnp.array([1.0, 0.7, 0.4])
def loss(p):
    res = jax.vmap(lambda t, y: p[0]*jnp.exp(-p[1]*t) - y)(ts, ys)
    return jnp.sum(res**2)
def grad(p):
    e = jnp.exp(-p[1]*ts)
    r = p[0]*e - ys
    return jnp.stack([2*r @ e, -2*p[0]*jnp.sum(r*ts*e)])
# -- with a slip: -2*p[0]*jnp.sum(r*ts*e) => -2*jnp.sum(r*ts*e)

# %% jax cholesky log det [3] loss, grad
import jax
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
def loss(x):
    A = jnp.array([[2 + x[0]**2, x[1]], [x[1], 2 + x[2]**2]])
    L = jnp.linalg.cholesky(A)
    return 2*jnp.sum(jnp.log(jnp.diag(L)))
def grad(x):
    d = (2 + x[0]**2)*(2 + x[2]**2) - x[1]**2
    return jnp.array([2*x[0]*(2 + x[2]**2), -2*x[1], 2*x[2]*(2 + x[0]**2)])/d
# -- with a slip: -2*x[1], => 2*x[1],

# %% jax relu network [5] loss, grad
import jax
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)
inp = jnp.array([0.4, -1.1])
def loss(p):
    h = jax.nn.relu(p[:4].reshape(2, 2) @ inp)
    return (h.sum()*p[4] - 1)**2
def grad(p):
    a = p[:4].reshape(2, 2) @ inp
    h = jax.nn.relu(a)
    d = 2*(h.sum()*p[4] - 1)
    return jnp.concatenate([jnp.outer(d*p[4]*(a > 0), inp).ravel(), jnp.array([d*h.sum()])])
# -- with a slip: jnp.array([d*h.sum()]) => jnp.array([d*h.mean()])

# %% torch flip copies [2]
import torch
def f(x): return torch.sum(x**2)
def df(x):
    g = 2*x
    h = torch.flip(g, [0])
    h[0] = 0
    return g

# %% torch methods that end with a line change a tensor in place [3]
import torch
def f(x):
    y = x.clone()
    z = y
    z.mul_(2).sub_(1)
    y[0].pow_(2)
    return torch.sum(y**2)
def df(x):
    g = 4*(2*x - 1)
    g[0].mul_(2*(2*x[0] - 1)**2)
    return g
# -- with a slip: mul_(2*( => mul_(3*(

# %% torch cumsum goes along a vector [3]
import torch
def f(x): return torch.cumsum(x, 0).pow(2).sum()
def df(x): return 2*torch.cumsum(torch.cumsum(x, 0), 0)

# %% sinc of numpy is of pi x
def f(x): return np.sinc(x)
def df(x): return (np.pi*x*np.cos(np.pi*x) - np.sin(np.pi*x))/(np.pi*x**2)

# %% sinc taken without pi
def f(x): return np.sinc(x)
def df(x): return (x*np.cos(x) - np.sin(x))/x**2

# %% log1p and expm1
def f(x): return np.log1p(x**2) + np.expm1(-x)
def df(x): return 2*x/(1 + x**2) - np.exp(-x)

# %% log1p taken for log
def f(x): return np.log1p(x**2)
def df(x): return 2/x

# %% hypot and arctan2
def f(x, y): return np.hypot(x, y) + np.arctan2(y, x)
def df(x, y):
    r = np.hypot(x, y)
    return np.array([x/r - y/r**2, y/r + x/r**2])

# %% arctan2 with its arguments swapped
def f(x, y): return np.arctan2(y, x)
def df(x, y): return np.array([y, -x])/(x**2 + y**2)

# %% logaddexp [2]
def f(x): return np.logaddexp(x[0], x[1])
def df(x): return np.exp(x)/np.sum(np.exp(x))

# %% logaddexp2 [2]
def f(x): return np.logaddexp2(x[0], x[1])
def df(x): return 2**x/np.sum(2**x)

# %% logaddexp2 in natural logarithms [2]
def f(x): return np.logaddexp2(x[0], x[1])
def df(x): return np.exp(x)/np.sum(np.exp(x))

# %% logsumexp of scipy [3]
import numpy as np
from scipy.special import logsumexp, softmax
def f(x): return logsumexp(x)
def df(x): return softmax(x)

# %% logsumexp with weights [2]
import numpy as np
from scipy.special import logsumexp
b = np.array([1., 3.])
def f(x): return logsumexp(x, b=b)
def df(x): return b*np.exp(x - logsumexp(x, b=b))

# %% logsumexp with weights forgotten [2]
import numpy as np
from scipy.special import logsumexp
b = np.array([1., 3.])
def f(x): return logsumexp(x, b=b)
def df(x): return np.exp(x - logsumexp(x))

# %% logsumexp by its own maximum [2]
def f(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))
def df(x):
    e = np.exp(x - np.max(x))
    return e/e.sum()

# %% softmax not normed [2]
def f(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))
def df(x): return np.exp(x - np.max(x))

# %% log2 and exp2
def f(x): return np.log2(1 + x**2) + np.exp2(x)
def df(x): return 2*x/((1 + x**2)*np.log(2)) + np.log(2)*np.exp2(x)

# %% log10 as if natural
def f(x): return np.log10(1 + x**2)
def df(x): return 2*x/(1 + x**2)

# %% logarithm to a base
def f(x): return math.log(1 + x**2, 3)
def df(x): return 2*x/((1 + x**2)*math.log(3))

# %% degrees
def f(x): return np.sin(np.deg2rad(x))
def df(x): return np.pi/180*np.cos(np.radians(x))

# %% degrees forgotten
def f(x): return np.sin(np.deg2rad(x))
def df(x): return np.cos(np.deg2rad(x))

# %% polyval has its highest power first
p = [1., 2., 3.]
def f(x): return np.polyval(p, x)
def df(x): return 2*x + 2

# %% polyval read from the lowest power
p = [1., 2., 3.]
def f(x): return np.polyval(p, x)
def df(x): return 2 + 6*x

# %% polyder
p = [1., -2., 0., 3.]
def f(x): return np.polyval(p, x)
def df(x): return np.polyval(np.polyder(p), x)

# %% poly1d
p = np.poly1d([1, -2, 0, 3])
def f(x): return p(x)
def df(x): return p.deriv()(x)

# %% polynomial of the new module
from numpy.polynomial import polynomial as P
def f(x): return P.polyval(x, [1., 2., 3.])
def df(x): return 2 + 6*x

# %% powers of whole numbers
def f(x): return x**(-2)
def df(x): return -2*x**-3

# %% whole arrays to a negative power raise [2]
k = np.array([1, 2])
def f(x): return np.sum(x/k)
def df(x): return k**-1

# %% decimal arrays to a negative power [2]
k = np.array([1., 2.])
def f(x): return np.sum(x/k)
def df(x): return k**-1

# %% power of whole numbers raises [2]
def f(x): return x[0]/2 + x[1]/3
def df(x): return np.power([2, 3], -1)

# %% float_power of whole numbers [2]
def f(x): return x[0]/2 + x[1]/3
def df(x): return np.float_power([2, 3], -1)

# %% floor division of constants
def f(x): return (7//2)*x**2
def df(x): return 6*x

# %% floor division taken for division
def f(x): return (7//2)*x**2
def df(x): return 7*x

# %% floor division of negative numbers
def f(x): return (-7//2)*x
def df(x): return -4

# %% remainder of negative numbers
def f(x): return (-7 % 3)*x
def df(x): return 2

# %% fmod keeps the sign
def f(x): return math.fmod(-7, 3)*x
def df(x): return 2

# %% remainder of an array [2]
k = np.arange(2) % 2
def f(x): return np.sum(k*x**2)
def df(x): return np.array([0, 2*x[1]])

# %% division of whole arrays is true [2]
k = np.array([1, 3])/2
def f(x): return k @ x
def df(x): return np.array([0.5, 1.5])

# %% floor division of whole arrays [2]
k = np.array([1, 3])//2
def f(x): return k @ x
def df(x): return np.array([0.5, 1.5])

# %% remainder of the argument
def f(x): return (x % 1)**2
def df(x): return 2*(x % 1)

# %% floor of the argument
def f(x): return x*np.floor(x)
def df(x): return np.floor(x)

# %% round of constants is to even
def f(x): return round(2.5)*x + round(3.5)*x**2
def df(x): return 2 + 8*x

# %% round of constants taken as upward
def f(x): return round(2.5)*x
def df(x): return 3

# %% half precision of a constant
def f(x): return 0.1*x**2
def df(x): return 2*np.float16(0.1)*x

# %% single precision of the result [2]
def f(x): return np.sum(x**2)
def df(x): return (2*x).astype(np.float32).astype(float)

# %% whole numbers overflow
k = np.array([200], dtype=np.uint8)
def f(x): return 400.0*x
def df(x): return (k + k)[0]

# %% whole numbers of eight bits
k = np.array([100], dtype=np.int8)
def f(x): return 100.0*x
def df(x): return k[0]

# %% large powers of whole numbers overflow
k = np.array([10])
def f(x): return 1e20*x
def df(x): return (k**20)[0]

# %% Python's whole numbers do not overflow
def f(x): return 1e20*x
def df(x): return float(10**20)

# %% reciprocal of whole numbers [2]
def f(x): return x[0]/2 + x[1]/4
def df(x): return np.reciprocal(np.array([2, 4]))

# %% reciprocal of decimals [2]
def f(x): return x[0]/2 + x[1]/4
def df(x): return np.reciprocal(np.array([2., 4.]))

# %% square, cbrt and sqrt
def f(x): return np.square(x) + np.cbrt(x) + np.sqrt(1 + x**2)
def df(x): return 2*x + 1/(3*np.cbrt(x)**2) + x/np.sqrt(1 + x**2)

# %% hyperbolic functions
def f(x): return np.log(np.cosh(x)) + np.arcsinh(x)
def df(x): return np.tanh(x) + 1/np.sqrt(x**2 + 1)

# %% hyperbolic function with a trigonometric sign
def f(x): return np.cosh(x)
def df(x): return -np.sinh(x)

# %% inverse functions
def f(x): return np.arctan(x) + math.atan(2*x)
def df(x): return 1/(1 + x**2) + 2/(1 + 4*x**2)

# %% a chain rule forgotten
def f(x): return np.arctan(2*x)
def df(x): return 1/(1 + 4*x**2)

# %% special functions of scipy
import numpy as np
from scipy import special
def f(x): return special.erf(x) + special.expit(2*x) + special.xlogy(2, 1 + x**2)
def df(x):
    s = special.expit(2*x)
    return 2/np.sqrt(np.pi)*np.exp(-x**2) + 2*s*(1 - s) + 4*x/(1 + x**2)

# %% gammaln and digamma
import numpy as np
from scipy.special import gammaln, psi
def f(x): return gammaln(x**2 + 1)
def df(x): return 2*x*psi(x**2 + 1)

# %% real and conjugate
def f(x): return np.real(x)**2 + np.conj(x)
def df(x): return 2*x + 1

# %% complex modulus
def f(x, y): return abs(complex(x, y))**2
def df(x, y): return np.array([2*x, 2*y])

# %% complex step
def f(x): return x**3 + np.sin(x)
def df(x): return f(x + 1e-30j).imag/1e-30

# %% isclose and nan_to_num
def f(x): return np.nan_to_num(x)**2
def df(x): return 2*x

# %% math.fsum, prod and dist [2]
def f(x): return math.fsum(x)**2 + math.prod(x) + math.dist(x, [0, 0])**2
def df(x): return 2*(x[0] + x[1]) + x[::-1] + 2*x

# %% convolution [3]
h = np.array([1., -1.])
def f(x): return np.sum(np.convolve(x, h)**2)
def df(x): return 2*np.correlate(np.convolve(x, h), h, mode='valid')

# %% convolution not turned round [3]
h = np.array([1., -1.])
def f(x): return np.sum(np.convolve(x, h)**2)
def df(x): return 2*np.convolve(np.convolve(x, h), h, mode='valid')

# %% single precision beside doubles [2] f, df
import numpy as np
a = np.float32(0.1)
f = lambda x: 1e8*np.sum(a*x - 0.1*x)
df = lambda x: np.zeros(2)

# %% single precision as it is stored [2] f, df
import numpy as np
c = np.zeros(2, dtype="float32")
c[:] = 0.1, 0.3
f = lambda x: 1e8*(c @ x - 0.1*x[0] - 0.3*x[1])
df = lambda x: 1e8*(c.astype(float) - [0.1, 0.3])

# %% single precision of a product [2] f, df
import numpy as np
c = np.array([0.1, 0.7], dtype=np.float32)*np.float32(0.3)
f = lambda x: 1e8*(c @ x - x @ [0.03, 0.21])
df = lambda x: 1e8*(np.float64(c) - [0.03, 0.21])

# %% bytes as an image [2] f, df
import numpy as np
image = np.array([200, 100], dtype=np.uint8)
f = lambda x: (image/255) @ x**2 + image.sum()*x[0]
df = lambda x: 2*(image/255)*x + np.array([300, 0])

# %% single precision of a tensor beside doubles [2] f, df
import torch
c = torch.tensor([0.1, 0.5])
d = torch.tensor([0.1, 0.5], dtype=torch.float64)
def f(x): return 1e8*((c - d) * x).sum()
def df(x): return torch.zeros(2)
# -- executed as
c = np.array([0.1, 0.5], dtype=np.float32)
def f(x): return 1e8*((c - np.array([0.1, 0.5])) * x).sum()
def df(x): return np.zeros(2)

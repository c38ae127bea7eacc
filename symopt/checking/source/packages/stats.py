"""What the distributions of scipy.stats stand for, written in Python: by their standard densities, with loc and scale.

A density is 0 outside of its support. Of its logarithm, which is not finite there, only the formula inside is read, if
known numbers do not decide. Formulas: scipy's reference.
"""

STATS = """
class Frozen:
    def __init__(self, of, args, options):
        self.pdf = lambda x: of.pdf(x, *args, **options)
        self.logpdf = lambda x: of.logpdf(x, *args, **options)
        self.pmf = lambda x: of.pmf(x, *args, **options)
        self.logpmf = lambda x: of.logpmf(x, *args, **options)
        self.cdf = lambda x: of.cdf(x, *args, **options)
        self.logcdf = lambda x: of.logcdf(x, *args, **options)
        self.sf = lambda x: of.sf(x, *args, **options)
        self.logsf = lambda x: of.logsf(x, *args, **options)

class Distribution:
    shapes = ()
    places = ("loc", "scale")

    def __call__(self, *args, **options):
        return Frozen(self, args, options)

    def placed(self, args, options):
        names = [*self.shapes, *self.places]
        values = {"loc": 0, "scale": 1}
        for name, value in zip(names, args):
            values[name] = value
        for name in options:
            known(name in names)
            values[name] = options[name]
        shape = [np.asarray(values[name]) for name in self.shapes]
        return shape, np.asarray(values["loc"]), np.asarray(values["scale"])

class Continuous(Distribution):
    def inside(self, u, scale):
        return True

    def logpdf(self, x, *args, **options):
        shape, loc, scale = self.placed(args, options)
        z = (np.asarray(x) - loc) / scale
        return within(self.inside(np.asarray(x) - loc, scale), self.log(z, *shape) - np.log(scale), -np.inf)

    def pdf(self, x, *args, **options):
        shape, loc, scale = self.placed(args, options)
        z = (np.asarray(x) - loc) / scale
        return np.where(self.inside(np.asarray(x) - loc, scale), self.density(z, *shape) / scale, 0.0)

    def density(self, z, *shape):
        return np.exp(self.log(z, *shape))

    def cdf(self, x, *args, **options):
        shape, loc, scale = self.placed(args, options)
        z = (np.asarray(x) - loc) / scale
        return np.where(self.inside(np.asarray(x) - loc, scale), self.below(z, *shape), np.where(z > 0, 1.0, 0.0))

    def sf(self, x, *args, **options):
        return 1 - self.cdf(x, *args, **options)

    def logcdf(self, x, *args, **options):
        return np.log(self.cdf(x, *args, **options))

    def logsf(self, x, *args, **options):
        return np.log(self.sf(x, *args, **options))

class Positive(Continuous):
    def inside(self, u, scale):
        return u >= 0

class Norm(Continuous):
    def log(self, z):
        return -z ** 2 / 2 - np.log(2 * np.pi) / 2

    def density(self, z):
        return np.exp(-z ** 2 / 2) / np.sqrt(2 * np.pi)

    def below(self, z):
        return special.ndtr(z)

class HalfNorm(Positive):
    def log(self, z):
        return -z ** 2 / 2 + np.log(2 / np.pi) / 2

    def below(self, z):
        return special.erf(z / np.sqrt(2))

class Laplace(Continuous):
    def log(self, z):
        return -np.abs(z) - np.log(2)

    def below(self, z):
        return np.where(z > 0, 1 - np.exp(-z) / 2, np.exp(z) / 2)

class Expon(Positive):
    def log(self, z):
        return -z

    def below(self, z):
        return 1 - np.exp(-z)

class Logistic(Continuous):
    def log(self, z):
        return -z - 2 * np.log(1 + np.exp(-z))

    def below(self, z):
        return special.expit(z)

class Cauchy(Continuous):
    def log(self, z):
        return -np.log(np.pi) - np.log(1 + z ** 2)

    def density(self, z):
        return 1 / (np.pi * (1 + z ** 2))

    def below(self, z):
        return 1 / 2 + np.arctan(z) / np.pi

class Uniform(Continuous):
    def inside(self, u, scale):
        return np.logical_and(u >= 0, u <= scale)

    def log(self, z):
        return 0 * z

    def below(self, z):
        return z

class Gumbel(Continuous):
    def log(self, z):
        return -z - np.exp(-z)

    def below(self, z):
        return np.exp(-np.exp(-z))

class GumbelLeft(Continuous):
    def log(self, z):
        return z - np.exp(z)

    def below(self, z):
        return 1 - np.exp(-np.exp(z))

class Rayleigh(Positive):
    def log(self, z):
        return np.log(z) - z ** 2 / 2

    def density(self, z):
        return z * np.exp(-z ** 2 / 2)

    def below(self, z):
        return 1 - np.exp(-z ** 2 / 2)

class Student(Continuous):
    shapes = ("df",)

    def log(self, z, df):
        return (special.gammaln((df + 1) / 2) - special.gammaln(df / 2) - np.log(df * np.pi) / 2
                - (df + 1) / 2 * np.log(1 + z ** 2 / df))

class Gamma(Positive):
    shapes = ("a",)

    def log(self, z, a):
        return (a - 1) * np.log(z) - z - special.gammaln(a)

class ChiSquare(Positive):
    shapes = ("df",)

    def log(self, z, df):
        return (df / 2 - 1) * np.log(z) - z / 2 - special.gammaln(df / 2) - df / 2 * np.log(2)

class InverseGamma(Positive):
    shapes = ("a",)

    def log(self, z, a):
        return -(a + 1) * np.log(z) - special.gammaln(a) - 1 / z

class Beta(Continuous):
    shapes = ("a", "b")

    def inside(self, u, scale):
        return np.logical_and(u >= 0, u <= scale)

    def log(self, z, a, b):
        return (a - 1) * np.log(z) + (b - 1) * np.log(1 - z) - special.betaln(a, b)

class LogNorm(Positive):
    shapes = ("s",)

    def log(self, z, s):
        return -np.log(z) ** 2 / (2 * s ** 2) - np.log(s * z * np.sqrt(2 * np.pi))

    def below(self, z, s):
        return special.ndtr(np.log(z) / s)

class Weibull(Positive):
    shapes = ("c",)

    def log(self, z, c):
        return np.log(c) + (c - 1) * np.log(z) - z ** c

    def below(self, z, c):
        return 1 - np.exp(-z ** c)

class Pareto(Continuous):
    shapes = ("b",)

    def inside(self, u, scale):
        return u >= scale

    def log(self, z, b):
        return np.log(b) - (b + 1) * np.log(z)

class Discrete(Distribution):
    places = ("loc",)

    def logpmf(self, k, *args, **options):
        shape, loc, _ = self.placed(args, options)
        k = np.asarray(k) - loc
        return within(self.inside(k, *shape), self.log(k, *shape), -np.inf)

    def pmf(self, k, *args, **options):
        shape, loc, _ = self.placed(args, options)
        k = np.asarray(k) - loc
        return np.where(self.inside(k, *shape), np.exp(self.log(k, *shape)), 0.0)

    def inside(self, k, *shape):
        return k >= 0

class Poisson(Discrete):
    shapes = ("mu",)

    def log(self, k, mu):
        return special.xlogy(k, mu) - mu - special.gammaln(k + 1)

class Binomial(Discrete):
    shapes = ("n", "p")

    def inside(self, k, n, p):
        return np.logical_and(k >= 0, k <= n)

    def log(self, k, n, p):
        return (special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
                + special.xlogy(k, p) + special.xlogy(n - k, 1 - p))

class Bernoulli(Discrete):
    shapes = ("p",)

    def inside(self, k, p):
        return np.logical_and(k >= 0, k <= 1)

    def log(self, k, p):
        return special.xlogy(k, p) + special.xlogy(1 - k, 1 - p)

class Geometric(Discrete):
    shapes = ("p",)

    def inside(self, k, p):
        return k >= 1

    def log(self, k, p):
        return special.xlogy(k - 1, 1 - p) + np.log(p)

class NegativeBinomial(Discrete):
    shapes = ("n", "p")

    def log(self, k, n, p):
        return (special.gammaln(k + n) - special.gammaln(k + 1) - special.gammaln(n)
                + n * np.log(p) + special.xlogy(k, 1 - p))

class MultivariateNorm:
    def __call__(self, mean, cov):
        return Frozen(self, (mean, cov), {})

    def logpdf(self, x, mean, cov):
        cov = np.asarray(cov)
        known(cov.ndim == 2)
        r = np.atleast_2d(np.asarray(x) - mean)
        far = np.sum(r * np.linalg.solve(cov, r.T).T, axis=1)
        found = -(far + np.linalg.slogdet(cov)[1] + cov.shape[0] * np.log(2 * np.pi)) / 2
        return found[0] if len(found) == 1 else found

    def pdf(self, x, mean, cov):
        return np.exp(self.logpdf(x, mean, cov))

norm, halfnorm, laplace, expon, logistic, cauchy, uniform = (
    Norm(), HalfNorm(), Laplace(), Expon(), Logistic(), Cauchy(), Uniform())
gumbel_r, gumbel_l, rayleigh, t, gamma, chi2, invgamma = (
    Gumbel(), GumbelLeft(), Rayleigh(), Student(), Gamma(), ChiSquare(), InverseGamma())
beta, lognorm, weibull_min, pareto, multivariate_normal = Beta(), LogNorm(), Weibull(), Pareto(), MultivariateNorm()
poisson, binom, bernoulli, geom, nbinom = Poisson(), Binomial(), Bernoulli(), Geometric(), NegativeBinomial()
"""

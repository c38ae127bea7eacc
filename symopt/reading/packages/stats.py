"""What the distributions of scipy.stats stand for, written in Python: by their standard densities, with loc and scale.

A density is 0 outside of its support. Of its logarithm, which is not finite there, only the formula inside is read, if
known numbers do not decide. Formulas: scipy's reference.
"""

BASES = """
def between(u, top):
    return np.logical_and(u >= 0, u <= top)

def chosen(n, k):
    return special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)

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

class Continuous:
    shapes = ()
    places = ("loc", "scale")

    def __call__(self, *args, **options):
        return Frozen(self, args, options)

    def placed(self, x, args, options):
        names = [*self.shapes, *self.places]
        for name in options:
            known(name in names)
        values = {"loc": 0, "scale": 1, **{name: value for name, value in zip(names, args)}, **options}
        shape = [np.asarray(values[name]) for name in self.shapes]
        u, scale = np.asarray(x) - np.asarray(values["loc"]), np.asarray(values["scale"])
        positive(scale, scale)
        return self.inside(u, scale, *shape), u / scale, scale, shape

    def logpdf(self, x, *args, **options):
        inside, z, scale, shape = self.placed(x, args, options)
        return within(inside, self.log(z, *shape) - np.log(scale), -np.inf)

    def pdf(self, x, *args, **options):
        inside, z, scale, shape = self.placed(x, args, options)
        return positive(np.where(inside, self.density(z, *shape) / scale, 0.0), scale, *shape)

    def density(self, z, *shape):
        return np.exp(self.log(z, *shape))

    def cdf(self, x, *args, **options):
        inside, z, scale, shape = self.placed(x, args, options)
        return positive(np.where(inside, self.below(z, *shape), np.where(z > 0, 1.0, 0.0)), scale, *shape)

    def sf(self, x, *args, **options):
        return 1 - self.cdf(x, *args, **options)

    def logcdf(self, x, *args, **options):
        return np.log(self.cdf(x, *args, **options))

    def logsf(self, x, *args, **options):
        return np.log(self.sf(x, *args, **options))

class Discrete:
    places = ("loc",)
    __call__, density, logpmf = Continuous.__call__, Continuous.density, Continuous.logpdf

    def placed(self, x, args, options):
        inside, k, scale, shape = Continuous.placed(self, x, args, options)
        counts(k)
        return inside, k, scale, shape

    def pmf(self, x, *args, **options):
        inside, k, _, shape = self.placed(x, args, options)
        return np.where(inside, self.density(k, *shape), 0.0)

class MultivariateNorm:
    def __call__(self, mean, cov):
        return Frozen(self, (mean, cov), {})

    def logpdf(self, x, mean, cov):
        cov = np.asarray(cov)
        known(cov.ndim == 2 and symmetric(cov))
        known(np.ndim(mean) < 2 and (np.ndim(x) < 2 or len(x) > 1))
        r = np.atleast_2d(np.asarray(x) - mean)
        far = np.sum(r * np.linalg.solve(cov, r.T).T, axis=1)
        found = -(far + np.linalg.slogdet(cov)[1] + cov.shape[0] * np.log(2 * np.pi)) / 2
        return found[0] if len(found) == 1 else found

    def pdf(self, x, mean, cov):
        return np.exp(self.logpdf(x, mean, cov))

multivariate_normal = MultivariateNorm()
"""
DISTRIBUTIONS = """
norm | | True | -z**2/2 - np.log(2*np.pi)/2 | np.exp(-z**2/2)/np.sqrt(2*np.pi) | special.ndtr(z)
halfnorm | | u >= 0 | -z**2/2 + np.log(2/np.pi)/2 | | special.erf(z/np.sqrt(2))
laplace | | True | -np.abs(z) - np.log(2) | | np.where(z > 0, 1 - np.exp(-z)/2, np.exp(z)/2)
expon | | u >= 0 | -z | | 1 - np.exp(-z)
logistic | | True | -z - 2*np.log(1 + np.exp(-z)) | | special.expit(z)
cauchy | | True | -np.log(np.pi) - np.log(1 + z**2) | 1/(np.pi*(1 + z**2)) | 1/2 + np.arctan(z)/np.pi
uniform | | between(u, scale) | 0*z | | z
gumbel_r | | True | -z - np.exp(-z) | | np.exp(-np.exp(-z))
gumbel_l | | True | z - np.exp(z) | | 1 - np.exp(-np.exp(z))
rayleigh | | u >= 0 | np.log(z) - z**2/2 | z*np.exp(-z**2/2) | 1 - np.exp(-z**2/2)
t | df | True | \
special.gammaln((df + 1)/2) - special.gammaln(df/2) - np.log(df*np.pi)/2 - (df + 1)/2*np.log(1 + z**2/df)
gamma | a | u >= 0 | (a - 1)*np.log(z) - z - special.gammaln(a)
chi2 | df | u >= 0 | (df/2 - 1)*np.log(z) - z/2 - special.gammaln(df/2) - df/2*np.log(2)
invgamma | a | u >= 0 | -(a + 1)*np.log(z) - special.gammaln(a) - 1/z
beta | a, b | between(u, scale) | (a - 1)*np.log(z) + (b - 1)*np.log(1 - z) - special.betaln(a, b)
lognorm | s | u >= 0 | -np.log(z)**2/(2*s**2) - np.log(s*z*np.sqrt(2*np.pi)) | | special.ndtr(np.log(z)/s)
weibull_min | c | u >= 0 | np.log(c) + (c - 1)*np.log(z) - z**c | | 1 - np.exp(-z**c)
pareto | b | u >= scale | np.log(b) - (b + 1)*np.log(z)
"""
"""Name, shapes, where u = x − loc lies in the support, the logarithm of the standard density of z = u/scale; density
and distribution function where they have a formula of their own."""
COUNTS = """
poisson | mu | k >= 0 | special.xlogy(k, mu) - mu - special.gammaln(k + 1)
binom | n, p | between(k, n) | chosen(n, k) + special.xlogy(k, p) + special.xlogy(n - k, 1 - p)
bernoulli | p | between(k, 1) | special.xlogy(k, p) + special.xlogy(1 - k, 1 - p)
geom | p | k >= 1 | special.xlogy(k - 1, 1 - p) + np.log(p)
nbinom | n, p | k >= 0 | chosen(k + n - 1, k) + n*np.log(p) + special.xlogy(k, 1 - p)
"""
"""Name, shapes, where k lies in the support, the logarithm of the probability of k."""


def _classes(rows: str, base: str, u: str, z: str) -> str:
    """A class and its one object for each row."""
    made = []
    for row in rows.replace("\\\n", "").strip().splitlines():
        name, shapes, support, log, *rest = map(str.strip, row.split("|"))
        names = [word.strip() for word in shapes.split(",")] if shapes else []
        given = {"inside": ", ".join(["self", u, "scale", *names])}
        texts = dict(zip(("inside", "log", "density", "below"), (support, log, *rest), strict=False))
        made.append(f"class {name}_({base}):\n    shapes = {tuple(names)}\n" + "".join(
            f"    def {word}({given.get(word, ', '.join(['self', z, *names]))}):\n        return {text}\n"
            for word, text in texts.items() if text))  # fmt: skip
        made.append(f"{name} = {name}_()\n")
    return "\n".join(made)


STATS = BASES + _classes(DISTRIBUTIONS, "Continuous", "u", "z") + _classes(COUNTS, "Discrete", "k", "k")

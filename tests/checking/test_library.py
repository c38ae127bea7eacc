"""What names of scipy and numpy.linalg stand for is held against what scipy itself computes."""

import math

import numpy as np
import pytest
import sympy

from symopt.checking.source.read import single
from symopt.checking.source.trios import check_source
from symopt.expression.guards import without_guards
from symopt.reading.source import SourceError, read_text
from symopt.reading.walker import Interpreter
from tests.kit.executed import brief

HEAD = """import numpy as np
import scipy.linalg
import scipy.special as sp
from scipy import stats
A = np.array([[2.0, 0.5], [0.5, 1.0]])
B = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.5]])
v = np.array([0.3, -1.0, 2.0])
"""
CALLS = """
stats.norm.pdf(x, 0.3, 2)                     stats.norm.logpdf(0.4, loc=x)
stats.norm.cdf(x, scale=0.5)                  stats.norm.sf(x, 1)
stats.norm(x, 1.5).logcdf(0.2)                stats.norm.logsf(x)
stats.halfnorm.logpdf(0.7, scale=x)           stats.halfnorm.cdf(0.7, 0, x)
stats.laplace.pdf(x, 0.1, 3)                  stats.laplace.cdf(x, 0.1, 3)
stats.laplace.logpdf(np.array([0.2, -3]), x).sum()
stats.expon.pdf(0.7, scale=x)                 stats.expon.logpdf(np.array([0.2, 1.5]), 0, 1/x).sum()
stats.expon.cdf(0.7, scale=x)                 stats.expon.pdf(np.array([-0.5, 0.5]), 0.1, x).sum()
stats.expon.sf(0.7, scale=x)                  stats.logistic.logpdf(x, 0.2, 0.7)
stats.logistic.cdf(x, 0.2, 0.7)               stats.cauchy.pdf(x, 1, 2)
stats.cauchy.logpdf(0.5, x, 2)                stats.cauchy.cdf(x, 1, 2)
stats.uniform.pdf(0.3, 0, 2*x)                stats.uniform.cdf(0.3, 0, 2*x)
stats.uniform.logpdf(0.3, 0, 2*x)             stats.gumbel_r.logpdf(x, 0.1, 2)
stats.gumbel_r.cdf(x, 0.1, 2)                 stats.gumbel_l.logpdf(x)
stats.gumbel_l.cdf(x)                         stats.rayleigh.logpdf(0.8, scale=x)
stats.rayleigh.pdf(0.8, scale=x)              stats.rayleigh.cdf(0.8, scale=x)
stats.t.logpdf(x, 3)                          stats.t.pdf(0.4, df=x, loc=0.1, scale=2)
stats.gamma.logpdf(0.9, x, scale=0.5)         stats.gamma.pdf(0.9, a=2.5, scale=x)
stats.chi2.logpdf(0.9, x)                     stats.chi2.pdf(0.9, df=3, scale=x)
stats.invgamma.logpdf(0.9, x, scale=1.5)      stats.beta.logpdf(0.3, x, 2.5)
stats.beta.pdf(0.3, 1.5, x)                   stats.lognorm.logpdf(0.9, x)
stats.lognorm.pdf(0.9, s=0.7, scale=x)        stats.lognorm.cdf(0.9, 0.7, scale=x)
stats.weibull_min.logpdf(0.9, x, scale=1.3)   stats.weibull_min.cdf(0.9, x)
stats.pareto.logpdf(1.9, x)                   stats.poisson.logpmf(3, x)
stats.poisson.pmf(0, x)                       stats.poisson.logpmf(np.array([0, 2, 5]), x).sum()
stats.binom.logpmf(2, 5, x/2)                 stats.binom.pmf(np.array([0, 6]), 5, x/2).sum()
stats.bernoulli.logpmf(np.array([0, 1, 1]), x/2).sum()
stats.bernoulli.pmf(1, x/2)                   stats.geom.logpmf(3, x/2)
stats.geom.pmf(1, x/2)                        stats.nbinom.logpmf(2, 3, x/2)
stats.nbinom.pmf(2, x, 0.4)                   stats.poisson.logpmf(4, mu=x, loc=1)
stats.multivariate_normal.logpdf([0.1, x], mean=[x, 0.5], cov=A)
stats.multivariate_normal(np.zeros(2), x*A).pdf(np.array([[0.1, 0.2], [0.4, -0.3]])).sum()
sp.betaln(x, 1.5)                             sp.beta(x, 1.5)
sp.ndtr(x)                                    sp.log_ndtr(x)
np.linalg.slogdet(A + x*np.eye(2))[1]         np.linalg.slogdet(x*A - 3*np.eye(2)).logabsdet
np.linalg.slogdet(A)[0] * x                   np.linalg.slogdet(-B.T @ B * x)[1]
np.linalg.cholesky(A + x*np.eye(2))[1, 0]     np.linalg.cholesky(x*np.eye(3) + np.outer(v, v)).sum()
scipy.linalg.cholesky(A + x*np.eye(2))[0, 1]
scipy.linalg.cholesky(A + x*np.eye(2), lower=True)[1, 1]
scipy.linalg.cho_solve(scipy.linalg.cho_factor(A + x*np.eye(2)), [1.0, 2.0]) @ [0.5, 3.0]
scipy.linalg.cho_solve(scipy.linalg.cho_factor(A*x, lower=True), A)[0, 1]
scipy.linalg.solve_triangular(np.array([[x, 1.0], [0.5, 2.0]]), [1.0, 3.0])[0]
scipy.linalg.solve_triangular(np.array([[x, 1.0], [0.5, 2.0]]), [1.0, 3.0], lower=True)[1]
scipy.linalg.solve_triangular(np.array([[x, 1.0], [0.5, 2.0]]), [1.0, 3.0], trans=1)[1]
scipy.linalg.solve_triangular(np.array([[x, 1.0], [0.5, 2.0]]), [1.0, 3.0], unit_diagonal=True)[0]
np.linalg.pinv(B*x)[0, 2]                     np.linalg.pinv(B.T*x)[2, 0]
np.linalg.lstsq(B, x*v, rcond=None)[0][1]     np.linalg.lstsq(B, x*v, rcond=None)[1][0]
np.linalg.eigvalsh(A*x)[0]                    np.linalg.eigvalsh(np.array([[x, 9.0], [2.0, 1.0]]))[1]
np.linalg.eigvalsh(np.array([[x, 9.0], [2.0, 1.0]]), UPLO="U")[1]
np.cov(x*v, v**2)[0, 1]                       np.cov(np.array([x*v, v**2]), bias=True)[0, 0]
np.cov(B*x, rowvar=False)[0, 1] + np.cov(B*x, rowvar=False)[1, 1]
np.cov(x*v, ddof=0) * x
np.gradient(x*v**2)[1]                        np.gradient(x*v**2, 0.5)[0]
np.gradient(x*v**2, 0.5, edge_order=2)[2]     np.gradient(x*v**2, np.array([0.0, 0.3, 1.0]))[1]
np.gradient(np.outer(v, v)*x, 0.1, 0.2)[1][0, 1]
np.gradient(np.outer(v, v)*x, axis=0)[2, 1]
"""
LIST = [call.strip() for line in CALLS.strip().split("\n") for call in line.split("   ") if call.strip()]


TEXT = HEAD + "".join(f"def f{k}(x):\n    return {call}\n" for k, call in enumerate(LIST))


@pytest.fixture(scope="module")
def both():
    """The functions as scipy computes them, and the walk that reads them."""
    source, scope = read_text(TEXT), {}
    exec(TEXT, scope)
    return scope, Interpreter(source, len(source.statements))


@pytest.mark.parametrize("start", range(0, len(LIST), 25))
def test_is_what_scipy_computes(both, start):
    scope, walk = both
    x = sympy.Symbol("x", real=True)
    walk.variables, walk.lone = {x}, False
    for k in range(start, min(start + 25, len(LIST))):
        found = sympy.lambdify(x, without_guards(single(walk.call_named(f"f{k}", [x]), LIST[k])), ["scipy", "numpy"])
        for at in (0.37, 1.6):
            with np.errstate(all="ignore"):
                told, wanted = float(found(at)), float(np.squeeze(scope[f"f{k}"](at)))
            assert math.isclose(told, wanted, rel_tol=1e-9, abs_tol=1e-12), (LIST[k], at, told, wanted)


LIBRARIES = "import numpy as np, scipy.linalg as la\nfrom scipy import stats, special\n"


@pytest.mark.parametrize(("loss", "given", "verdict"), [
    ("stats.expon.logpdf(x)", "np.where(x >= 0, -1.0, 5.0)", "undecided"),  # −∞ below 0: nothing differs there
    ("stats.expon.logpdf(x)", "-1.0", "equal"), ("stats.expon.logpdf(x)", "-2.0", "different"),
    ("special.factorial(x - 9)", "np.where(x < 9, 0.0, 1.0)", "different"),
])  # fmt: skip
def test_what_scipy_has_beyond_its_formulas(loss, given, verdict):
    text = f"{LIBRARIES}def f(x): return {loss}\ndef df(x): return {given}\n"
    with brief():
        found = check_source(read_text(text))
    assert found.verdict == verdict
    assert found.components[0].witness is None or found.components[0].witness.x[0] >= 0


@pytest.mark.parametrize("loss", [
    "la.cho_factor([[2.0, x], [x, 3.0]])[0][1, 0]",
    "stats.poisson.pmf(0.5, x)", "stats.poisson.logpmf(x, 1.3)", "stats.norm.cdf(x, scale=-1)",  # 0, 0 and nan
    "stats.multivariate_normal.pdf([x, 1.0], [0.0, 0.0], [[1.0, 0.5], [0.0, 1.0]])",  # reads the lower half alone
])  # fmt: skip
def test_what_scipy_leaves_open_is_refused(loss):
    with pytest.raises(SourceError):
        check_source(read_text(f"{LIBRARIES}def f(x): return {loss}\ndef df(x): return 1.0\n"))

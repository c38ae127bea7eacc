"""Functions that a language lacks, written out in it: what the code needs of them stands above it."""

from __future__ import annotations

ARRAYS = {
    "sigmoid": """def sigmoid(u):
    return 1/(1 + np.exp(-u))""",
    "log_cosh": """def log_cosh(u):
    size = np.abs(u)
    near = np.log1p(2*np.sinh(np.where(size < 1, u, 0.0)/2)**2)
    return np.where(size < 1, near, size + np.log1p(np.exp(-2*size)) - math.log(2))""",
    "log1mexp": """def log1mexp(u):
    return np.where(u > 0.6931471805599453, np.log1p(-np.exp(-u)), np.log(-np.expm1(-u)))""",
    "hypotm1": """def hypotm1(u):
    return u*(u/(1 + np.hypot(u, 1)))""",
    "loggamma": """def loggamma(u):
    return np.where(u > 0, special.gammaln(u), np.nan)""",
    "log_gamma": """def log_gamma(u):
    return np.where((u > 0) | (np.floor(u) % 2 == 0), special.gammaln(u), np.nan)""",
    "sinc": """def sinc(order, u):
    # the derivative of sin(u)/u: a series near 0, a recurrence elsewhere
    far = np.where(np.abs(u) < 2, 2.0, u)
    sine, cosine = np.sin(far), np.cos(far)
    value = sine/far
    for k in range(1, order + 1):
        value = ((cosine if k % 2 else sine)*(1 if k % 4 < 2 else -1) - k*value)/far
    near, series = np.where(np.abs(u) < 2, u, 0.0), 0
    for n in range(18, (order - 1)//2, -1):
        series = series + (-1)**n*math.perm(2*n, order)/math.factorial(2*n + 1)*near**(2*n - order)
    return np.where(np.abs(u) < 2, series, value)""",
}

FAST = {  # several times as fast as numpy's own over arrays
    "softplus": """def softplus(u):
    return np.maximum(u, 0.0) + np.log1p(np.exp(-np.abs(u)))""",
    "logaddexp": """def logaddexp(a, b):
    apart = np.abs(a - b)
    return np.maximum(a, b) + np.log1p(np.exp(-np.where(apart == apart, apart, 0.0)))""",
}

HELPERS: dict[str, dict[str, str]] = {
    "numpy": ARRAYS,
    "arrays": ARRAYS | FAST,  # numpy, of sums over whole arrays
    "jax": {name: text.replace("np.", "jnp.") for name, text in ARRAYS.items()},
    "torch": {
        **{name: ARRAYS[name].replace("np.", "torch.") for name in ("sinc", "log_cosh", "log1mexp")},
        "hypotm1": """def hypotm1(u):
    return u*(u/(1 + torch.hypot(u, torch.ones_like(u))))""",
        "loggamma": """def loggamma(u):
    return torch.where(u > 0, torch.lgamma(u), torch.nan)""",
        "log_gamma": """def log_gamma(u):
    return torch.where((u > 0) | (torch.floor(u) % 2 == 0), torch.lgamma(u), torch.nan)""",
        "heaviside": """def heaviside(u):
    return (torch.sign(u) + 1)/2""",
        "cbrt": """def cbrt(u):
    return torch.sign(u)*torch.abs(u)**(1/3)""",
    },
    "python": {
        "sign": """def sign(u):
    return 1.0 if u > 0 else -1.0 if u < 0 else 0.0""",
        "heaviside": """def heaviside(u):
    return 1.0 if u > 0 else 0.0 if u < 0 else 0.5""",
        "exp": """def exp(u):
    return math.exp(u) if u < 709.782712893384 else math.inf""",
        "expm1": """def expm1(u):
    return math.expm1(u) if u < 709.782712893384 else math.inf""",
        "cosh": """def cosh(u):
    return math.cosh(u) if abs(u) < 710.4758600739439 else math.inf""",
        "sinh": """def sinh(u):
    return math.sinh(u) if abs(u) < 710.4758600739439 else math.copysign(math.inf, u)""",
        "power": """def power(u, n):
    try:
        return math.pow(u, n)
    except OverflowError:
        return -math.inf if u < 0 and n % 2 == 1 else math.inf""",
        "log_cosh": """def log_cosh(u):
    size = abs(u)
    near = size < 1
    return math.log1p(2*math.sinh(u/2)**2) if near else size + math.log1p(math.exp(-2*size)) - math.log(2)""",
        "log1mexp": """def log1mexp(u):
    return math.log1p(-math.exp(-u)) if u > 0.6931471805599453 else math.log(-expm1(-u))""",
        "hypotm1": """def hypotm1(u):
    return u*(u/(1 + math.hypot(u, 1)))""",
        "sech": """def sech(u):
    return 2*math.exp(-abs(u))/(1 + math.exp(-2*abs(u)))""",
        "csch": """def csch(u):
    return 1/math.sinh(u) if abs(u) < 1 else 2*sign(u)*math.exp(-abs(u))/(1 - math.exp(-2*abs(u)))""",
        "sigmoid": """def sigmoid(u):
    return 1/(1 + math.exp(-u)) if u >= 0 else math.exp(u)/(1 + math.exp(u))""",
        "logaddexp": """def logaddexp(a, b):
    return a + math.log1p(math.exp(b - a)) if a > b else b + math.log1p(math.exp(a - b))""",
        "loggamma": """def loggamma(u):
    return math.lgamma(u) if u > 0 else math.nan""",
        "log_gamma": """def log_gamma(u):
    return math.lgamma(u) if u > 0 or math.floor(u) % 2 == 0 else math.nan""",
        "sinc": """def sinc(order, u):
    # the derivative of sin(u)/u: a series near 0, a recurrence elsewhere
    if abs(u) < 2:
        terms = range((order + 1)//2, 19)
        return sum((-1)**n*math.perm(2*n, order)/math.factorial(2*n + 1)*u**(2*n - order) for n in terms)
    value = math.sin(u)/u
    for k in range(1, order + 1):
        value = ((math.cos(u) if k % 2 else math.sin(u))*(1 if k % 4 < 2 else -1) - k*value)/u
    return value""",
    },
    "c": {
        "pi": "static const double pi = 3.141592653589793;",
        "sign": "static double sign(double u) { return (u > 0) - (u < 0); }",
        "heaviside": "static double heaviside(double u) { return u > 0 ? 1.0 : u < 0 ? 0.0 : 0.5; }",
        "sigmoid": """static double sigmoid(double u) {
    const double small = exp(-fabs(u));
    return (u >= 0 ? 1.0 : small)/(1.0 + small);
}""",
        "logaddexp": """static double logaddexp(double a, double b) {
    return a > b ? a + log1p(exp(b - a)) : b + log1p(exp(a - b));
}""",
        "log_cosh": """static double log_cosh(double u) {
    const double size = fabs(u), near = sinh(fmin(size, 1.0)/2.0);
    return size < 1.0 ? log1p(2.0*near*near) : size + log1p(exp(-2.0*size)) - log(2.0);
}""",
        "log1mexp": """static double log1mexp(double u) {
    return u > 0.6931471805599453 ? log1p(-exp(-u)) : log(-expm1(-u));
}""",
        "hypotm1": "static double hypotm1(double u) { return u*(u/(1.0 + hypot(u, 1.0))); }",
        "loggamma": "static double loggamma(double u) { return u > 0 ? lgamma(u) : NAN; }",
        "log_gamma": """static double log_gamma(double u) {
    return u > 0 || fmod(floor(u), 2.0) == 0 ? lgamma(u) : NAN;
}""",
        "sinc": """static double sinc(int order, double u) {
    /* the derivative of sin(u)/u: a series near 0, a recurrence elsewhere */
    double value = sin(u)/u;
    if (fabs(u) < 2.0) {
        value = 0.0;
        for (int n = 18; 2*n >= order && n >= 0; n--) {
            double factor = n % 2 ? -1.0 : 1.0;
            for (int k = 2*n + 1; k > 1; k--) factor /= k;
            for (int k = 0; k < order; k++) factor *= 2*n - k;
            value += factor*pow(u, 2*n - order);
        }
        return value;
    }
    for (int k = 1; k <= order; k++) value = ((k % 2 ? cos(u) : sin(u))*(k % 4 < 2 ? 1.0 : -1.0) - k*value)/u;
    return value;
}""",
    },
    "js": {
        "heaviside": """function heaviside(u) {
  return u > 0 ? 1 : u < 0 ? 0 : u === 0 ? 0.5 : NaN;
}""",
        "sigmoid": """function sigmoid(u) {
  const small = Math.exp(-Math.abs(u));
  return (u >= 0 ? 1 : small)/(1 + small);
}""",
        "log_cosh": """function log_cosh(u) {
  const size = Math.abs(u);
  if (size < 1) return Math.log1p(2*Math.sinh(u/2)**2);
  return size + Math.log1p(Math.exp(-2*size)) - Math.LN2;
}""",
        "log1mexp": """function log1mexp(u) {
  return u > Math.LN2 ? Math.log1p(-Math.exp(-u)) : Math.log(-Math.expm1(-u));
}""",
        "hypotm1": """function hypotm1(u) {
  return u*(u/(1 + Math.hypot(u, 1)));
}""",
        "logaddexp": """function logaddexp(a, b) {
  if (a === b) return a + Math.LN2;
  const d = a - b;
  return d > 0 ? a + Math.log1p(Math.exp(-d)) : d <= 0 ? b + Math.log1p(Math.exp(d)) : NaN;
}""",
        "sinc": """function sinc(order, u) {
  // the derivative of sin(u)/u: a series near 0, a recurrence elsewhere
  if (!Number.isFinite(u)) return NaN;
  if (Math.abs(u) < 2) {
    let series = 0;
    for (let n = 18; 2*n >= order && n >= 0; n--) {
      let factor = n % 2 ? -1 : 1;
      for (let k = 2*n + 1; k > 1; k--) factor /= k;
      for (let k = 0; k < order; k++) factor *= 2*n - k;
      series += factor*Math.pow(u, 2*n - order);
    }
    return series;
  }
  let value = Math.sin(u)/u;
  for (let k = 1; k <= order; k++) value = ((k % 2 ? Math.cos(u) : Math.sin(u))*(k % 4 < 2 ? 1 : -1) - k*value)/u;
  return value;
}""",
    },
    "julia": {
        "heaviside": "heaviside(u) = (sign(u) + 1)/2",
        "sigmoid": "sigmoid(u) = (small = exp(-abs(u)); (u >= 0 ? 1.0 : small)/(1 + small))",
        "logaddexp": "logaddexp(a, b) = a > b ? a + log1p(exp(b - a)) : b + log1p(exp(a - b))",
        "log_cosh": """function log_cosh(u)
    size = abs(u)
    return size < 1 ? log1p(2*sinh(u/2)^2) : size + log1p(exp(-2*size)) - log(2)
end""",
        "log1mexp": "log1mexp(u) = u > 0.6931471805599453 ? log1p(-exp(-u)) : log(-expm1(-u))",
        "hypotm1": "hypotm1(u) = u*(u/(1 + hypot(u, 1)))",
        "log_gamma": "log_gamma(u) = u > 0 || iseven(floor(Int, u)) ? SpecialFunctions.logabsgamma(u)[1] : NaN",
        "sinc": """function sinc(order, u)
    # the derivative of sin(u)/u: a series near 0, a recurrence elsewhere
    if abs(u) < 2
        term(n) = (-1)^n*prod(2n - order + 1:2n; init=1)/factorial(big(2n + 1))*u^(2n - order)
        return Float64(sum(term, cld(order, 2):18))
    end
    value = sin(u)/u
    for k in 1:order
        value = ((k % 2 == 1 ? cos(u) : sin(u))*(k % 4 < 2 ? 1 : -1) - k*value)/u
    end
    return value
end""",
    },
}

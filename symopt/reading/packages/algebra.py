"""What further names of numpy.linalg and scipy.linalg stand for, written in Python: exact factors of small matrices."""

LINALG = """
class SlogdetResult(NamedTuple):
    sign: float
    logabsdet: float

def slogdet(a):
    d = np.linalg.det(a)
    return SlogdetResult(sign_of(d, a), np.log(d ** 2) / 2)

def lower_factor(a):
    a = np.asarray(a)
    known(a.ndim == 2)
    known(a.shape[0] == a.shape[1])
    rows = []
    for i in range(len(a)):
        row = []
        for j in range(len(a)):
            rest = a[i, j]
            if j <= i:
                for k in range(j):
                    rest = rest - row[k] * (row[k] if i == j else rows[j][k])
            row.append(np.sqrt(rest) if i == j else 0.0 if j > i else rest / rows[j][j])
        rows.append(row)
    return np.array(rows)

def solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b=False, check_finite=True):
    a, b = np.asarray(a), np.asarray(b)
    if trans in (1, "T", 2, "C"):
        a, lower = a.T, not lower
    found = [None] * len(a)
    places = list(range(len(a)))
    for i in places if lower else places[::-1]:
        rest = b[i]
        for k in places[:i] if lower else places[i + 1:]:
            rest = rest - a[i, k] * found[k]
        found[i] = rest if unit_diagonal else rest / a[i, i]
    return np.array(found)

def pinv(a):
    a = np.asarray(a)
    if a.shape[0] >= a.shape[1]:
        return np.linalg.inv(a.T @ a) @ a.T
    return a.T @ np.linalg.inv(a @ a.T)

def lstsq(a, b, rcond=None):
    known(rcond is None or rcond == -1)
    a, b = np.asarray(a), np.asarray(b)
    known(a.shape[0] >= a.shape[1])
    x = pinv(a) @ b
    rest = b - a @ x
    far = np.atleast_1d(np.sum(rest ** 2, axis=0)) if a.shape[0] > a.shape[1] else np.zeros(0)
    return x, far, a.shape[1], None

def eigvalsh(a, UPLO="L"):
    a = np.asarray(a)
    known(a.ndim == 2)
    known(a.shape[0] == a.shape[1])
    known(len(a) <= 2)
    if len(a) == 1:
        return a[0]
    middle, half = (a[0, 0] + a[1, 1]) / 2, (a[0, 0] - a[1, 1]) / 2
    side = a[1, 0] if UPLO == "L" else a[0, 1]
    far = np.sqrt(half ** 2 + side ** 2)
    return np.array([middle - far, middle + far])
"""
NUMPYS = (
    LINALG
    + """
def cholesky(a, upper=False):
    known(not upper)
    return lower_factor(a)

trace(a) = np.trace(a, axis1=-2, axis2=-1)
outer(a, b) = np.outer(a, b)
diagonal(a) = np.diagonal(a, axis1=-2, axis2=-1)
matmul(a, b) = np.matmul(a, b)

def vector_norm(x, *, axis=None, keepdims=False, ord=2):
    known(isinstance(axis, int) if axis is not None else not keepdims)
    return np.linalg.norm(np.ravel(x) if axis is None else x, ord, axis, keepdims)
"""
)
JAXS = (
    NUMPYS
    + """
def cholesky(a, *, upper=False, symmetrize_input=True):
    a = (a + a.T) / 2 if symmetrize_input else a
    return lower_factor(a.T).T if upper else lower_factor(a)
"""
)
TORCHS = (
    NUMPYS
    + """
vector_norm(x, ord=2, dim=None, keepdim=False) = _norm_of_vectors(x, ord, dim, keepdim)

def _norm_of_vectors(x, ord, dim, keepdim):
    known(isinstance(dim, int) if dim is not None else not keepdim)
    return np.linalg.norm(np.ravel(x) if dim is None else x, ord, dim, keepdim)
"""
)
SCIPYS = (
    LINALG
    + """
def cholesky(a, lower=False, overwrite_a=False, check_finite=True):
    a = np.asarray(a)
    return lower_factor(a) if lower else lower_factor(a.T).T

def cho_factor(a, lower=False, overwrite_a=False, check_finite=True):
    c = cholesky(a, lower)
    own = np.tri(len(c), dtype=bool)
    return np.where(own if lower else own.T, c, np.empty(c.shape)), lower

def cho_solve(factor, b, overwrite_b=False, check_finite=True):
    c, lower = factor
    first = solve_triangular(c, b, 0 if lower else 1, lower)
    return solve_triangular(c, first, 1 if lower else 0, lower)
"""
)

"""Losses that are sums: numbers from one term, the same as of the loss written out."""

import math
from fractions import Fraction

import numpy as np
import pytest

from symopt import ExpressionError, Loss, Problem, StartError
from symopt.expression.sums import natural
from symopt.program.namespace import raised

KEPT = {  # text: how many variables
    "sum(100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2, i, 0, 18)": 20,
    "sum(sum(1/((x[i] - x[j])**2 + 1), j, i+1, 19), i, 0, 18)": 20,
    "log(sum(exp(x[i]), i, 0, 19)) + (x[0] - 1)**2 + a**2": 21,
    "sum(log(sum(exp(x[i]*y[j]), j, 0, 19)), i, 0, 17)": 38,
    "mean(x[i]**2, i, 0, 19)": 20,
    "sum((x[i] - log(sum(exp(x[j]), j, 0, 19)))**2, i, 0, 19)": 20,
    "sum(sin(x[2*i])*x[2*i+1], i, 0, 19)": 40,
    "sum(i*x[i]**2/(1 + i), i, 0, 19)": 20,
    "sqrt(sum(x[i]**2*x[20-i], i, 0, 20)**2 + 1)*sum(cos(x[i]), i, 0, 20)": 21,
    "sum(a*x[i]**2 + b*sin(x[i]*a), i, 0, 20)": 23,
    "sum(sum(exp(x[i]*a - y[j]*b), j, 0, i), i, 0, 17)": 38,
    "sum(x[3*i]**2*x[3*i+1] + sin(x[3*i]), i, 0, 20)": 42,  # indices with gaps
    "sum(x[i]**4, i, 0, 20) + sum((x[i] - x[i+1])**2, i, 95, 120)": 48,
    "sum(x[60-3*i]*x[3*i]*x[3*i+1], i, 0, 20) + sum(x[i]*x[120], i, 80, 99)": 63,
}
GAPS = {  # the same of which code is written out
    "sum((x[5*i]*x[5*i+2] - x[5*i+3])**2, i, 0, 20) + x[7]**2 + x[1]**4": 64,
    "sum(sum((x[40*i+j] - 1)**4*x[3], j, 0, 17), i, 0, 17)": 324,
    "sum(sum(x[j]**4, j, 3*i, 3*i+1), i, 0, 20)": 42,
    "sum(sum(x[j]**4*x[i], j, i, 2*i), i, 1, 20)": 40,
    "sum(sum(x[2*i+j]**4, j, 3*i, 4*i), i, 0, 20)": 111,
    "sum(x[2*i]**2*x[3*i], i, 0, 20)": 35,
    "sum(x[7*i]**2 + x[11*i]**2*x[13*i], i, 0, 20)": 58,
    "sum(where(i > 0, (x[3*i-3] - x[3*i])**2, x[3*i]**2) + x[3*i+1]**2, i, 0, 20)": 42,
    "sum(log(sum(exp(x[3*i]*y[5*j] + y[5*j+1]), j, 0, 7)), i, 0, 17)": 34,
    "log(sum(exp(x[4*i]*x[4*i+1]), i, 0, 20))": 42,
}


def as_written_out(kept, x, tolerance):
    """f, ∇f and ∇²f at a point are those of the loss written out, to a share of the largest entry."""
    written = Loss(kept.text, kept.expr, tuple(kept.variables))
    np.testing.assert_allclose(kept(x), written(x), rtol=tolerance)
    np.testing.assert_allclose(kept.grad(x), written.grad(x), rtol=0, atol=tolerance * abs(written.grad(x)).max())
    np.testing.assert_allclose(kept.hess(x), written.hess(x), rtol=0, atol=tolerance * abs(written.hess(x)).max())


def as_apart(loss, x):
    """f and ∇f asked for together are the very numbers that they are alone."""
    value, gradient = loss.value_and_grad(x)
    assert np.shape(value) == x.shape[:-1]
    np.testing.assert_array_equal(value, loss(x))
    np.testing.assert_array_equal(gradient, loss.grad(x))


@pytest.mark.parametrize("text", [*KEPT, *GAPS])
def test_a_sum_has_the_numbers_of_the_loss_written_out(text):
    kept = Loss.parse(text)
    assert kept.n == (KEPT | GAPS)[text]
    assert kept.sums is not None
    if text in GAPS:
        assert list(kept.names) == sorted({s.name for s in kept.expr.free_symbols}, key=natural)
    written = Loss(text, kept.expr, tuple(kept.variables))
    assert written.sums is None
    x = np.random.default_rng(0).normal(size=(3, kept.n)) * 0.7
    v = np.random.default_rng(1).normal(size=kept.n)

    def near(a, b):
        return np.testing.assert_allclose(a, b, rtol=0, atol=1e-12 * max(float(np.abs(b).max()), 1e-300))

    near(kept(x), written(x))
    near(kept.grad(x), written.grad(x))
    near(kept.hess(x), written.hess(x))
    as_apart(kept, x)
    as_apart(kept, x[0])
    sparse, factors, middle = kept.hess_parts(x[0])
    near(sparse.toarray() + factors @ middle @ factors.T, written.hess(x[0]))
    near(kept.hessp(x[0], v), written.hess(x[0]) @ v)


TYPED = {  # sums typed term by term: how many totals they are
    " + ".join(f"100*(x{i + 1} - x{i}^2)^2 + (1 - x{i})^2" for i in range(90)): 2,
    " + ".join(f"{i}*(x{i} - {i * 0.5})^2*y" for i in range(1, 60)) + " + sin(z)": 1,
    " - ".join(f"exp(x{i}*x{(i * 7) % 40})" for i in range(40)): 1,
}


@pytest.mark.parametrize("text", TYPED)
def test_terms_of_one_shape_are_one_sum(text):
    kept = Loss.parse(text)
    assert len(kept.read.totals) == TYPED[text]
    as_written_out(kept, np.random.default_rng(0).normal(size=kept.n) * 0.3, 1e-13)


def test_entries_that_a_condition_leaves_out_are_not_read():
    kept = Loss.parse("sum(where((i > 0) & (i < 30), (x[i-1] - 2*x[i] + x[i+1])**2, x[i]**2), i, 0, 30)")
    assert kept.n == 31
    written = Loss(kept.text, kept.expr, tuple(kept.variables))
    x = np.random.default_rng(0).normal(size=31)
    np.testing.assert_allclose(kept.hess(x), written.hess(x), atol=1e-13)
    assert Loss.parse("sum(where(i < 1, x[i]**2, (x[i-1] - x[i])**2), i, 0, 10**6)").n == 10**6 + 1


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("sum(x[i]/(i-5), i, 0, 30)", 8, "i = 5"),
        ("sum(log(i)*x[i], i, 0, 30)", 4, "i = 0"),
        ("sum(factorial(i)*x[i], i, 0, 300)", 4, "i = 171"),
        ("sum(sum(x[i]/(j-i-5), j, 0, 30), i, 0, 30)", 12, "i = 0, j = 5"),
        ("sum(x[i]**2, i, 0, 10**12)", 0, "1,000,000,000 terms"),
        ("sum(x[i] + y[i-1], i, 0, 20)", 11, "negative"),
    ],
)
def test_what_has_no_value_at_some_index_is_refused_at_its_place(text, place, word):
    with pytest.raises(ExpressionError) as raised:
        Loss.parse(text)
    assert word in str(raised.value)
    assert raised.value.start == place


def test_two_sums_over_the_same_name_have_their_own_ends():
    assert Loss.parse("sum(x[i]**2, i, 0, 20) + sum(sin(x[i]), i, 10, 40)").n == 41


def test_hessians_at_many_points_are_those_at_each():
    random = np.random.default_rng(5)
    data = {"x": random.normal(size=(300, 5)), "y": np.sign(random.normal(size=300))}
    for text in (
        "mean(log(1 + exp(-y*(sum(w[j]*x[j], j, 0, 4) + b)))) + a**2*b",
        "mean((y - a*exp(-b*x0)*tanh(w0*x1 + w1*x2 + w2*x3 + c))**2)",
        "sum(y*a*b + a**2)",
    ):
        loss = Loss.parse(text, data=data)
        points = random.normal(size=(7, loss.n))
        each = np.array([loss.hess(x) for x in points])
        np.testing.assert_allclose(loss.hess(points), each, rtol=1e-12, atol=1e-12)


def test_a_long_product_of_either_sign_is_told_with_what_to_write():
    with pytest.raises(ExpressionError, match="a product of more than 1000 variables") as told:
        Loss.parse("prod(x[i] - 1/2, i, 0, 1499)")
    assert "sum(log(abs(x[i] - 1/2)), i, 0, 1499)" in told.value.hint
    assert Loss.parse("sum(log(abs(x[i] - 1/2)), i, 0, 1499)").n == 1500


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("prod(1 + x[i]**2, i, 0, 30)", True),
        ("log(prod(exp(x[i]**2 - x[i+1]), i, 0, 30))", True),
        ("1/prod(2 + sin(x[i]), i, 0, 30)", False),
        ("prod(x[i], i, 0, 30)", False),
        ("sum(prod(1 + x[i]**2*x[j]**2, j, 0, 20), i, 0, 20)", True),
    ],
)
def test_a_product_of_positive_factors_is_kept_by_its_logarithm(text, kept):
    loss = Loss.parse(text)
    assert (loss.sums is not None) == kept
    as_written_out(loss, np.random.default_rng(0).normal(size=loss.n) * 0.5, 1e-12)


def test_columns_as_indices_are_looked_up_or_refused():
    data = {"g": [2, 0, 1, 3] * 5, "y": [float(k) for k in range(20)]}
    g, y = np.array(data["g"]), np.array(data["y"])
    w = np.array([0.3, -1.2, 0.7, 2.0])
    entries = Loss.parse("sum((w[g[i]] - y[i])**2, i, 0, 19)", data=data)
    np.testing.assert_allclose(entries(w), ((w[g] - y) ** 2).sum(), rtol=1e-14)
    columns = Loss.parse("sum((y[g[i]] - a)**2, i, 0, 19)", data=data)
    np.testing.assert_allclose(columns([0.4]), ((y[g] - 0.4) ** 2).sum(), rtol=1e-14)
    with pytest.raises(ExpressionError, match="an index is a sum of columns"):
        Loss.parse("sum((y - w[g*(3 - g)])**2)", data=data)


NESTED = [
    ("sum((x[i] - sum(x[j], j, 0, i-1))**2, i, 0, {m})",
     lambda x, m: sum((x[i] - sum(x[:i]))**2 for i in range(m + 1))),
    ("sum((x[i] - sum(x[j], j, i+1, {m}))**2, i, 0, {m})",
     lambda x, m: sum((x[i] - sum(x[i + 1:]))**2 for i in range(m + 1))),
    ("sum(sum((x[i] - x[j])**2, j, i+1, {m}), i, 0, {m})",
     lambda x, m: sum((x[i] - x[j])**2 for i in range(m + 1) for j in range(i + 1, m + 1))),
    ("sum(sum((x[i] - x[j])**2, j, 0, i-3), i, 0, {m})",
     lambda x, m: sum((x[i] - x[j])**2 for i in range(m + 1) for j in range(i - 2))),
    ("sum(x[i]**2*sum(1, j, 0, i-1), i, 0, {m}) + x[0]**2",
     lambda x, m: sum(i*x[i]**2 for i in range(m + 1)) + x[0]**2),
    ("sum(x[i]*prod(2 + cos(x[j]), j, 0, i-1), i, 0, {m})",
     lambda x, m: sum(x[i]*np.prod(2 + np.cos(x[:i])) for i in range(m + 1))),
    ("sum(log(1 + sum(x[i]**2*x[j]**2, j, i+1, {m})), i, 0, {m})",
     lambda x, m: sum(np.log(1 + sum(x[i]**2*x[j]**2 for j in range(i + 1, m + 1))) for i in range(m + 1))),
]  # fmt: skip


@pytest.mark.parametrize("m", [6, 24])
@pytest.mark.parametrize(("text", "exact"), NESTED)
def test_an_inner_sum_whose_range_runs_empty_is_nothing_there(text, exact, m):
    """With exactly the variables that are read somewhere: at the empty end none is."""
    loss, x = Loss.parse(text.format(m=m)), np.linspace(-0.4, 0.5, m + 1) ** 3 + 0.1
    assert loss.names == tuple(f"x{k}" for k in range(m + 1))
    np.testing.assert_allclose(loss(x), exact(x, m), rtol=1e-12)
    step = 1e-6 * np.eye(m + 1)
    slopes = [(exact(x + e, m) - exact(x - e, m)) / 2e-6 for e in step]
    np.testing.assert_allclose(loss.grad(x), slopes, atol=1e-7 * max(1, np.abs(slopes).max()))
    np.testing.assert_allclose(loss.hessp(x, step[1]), loss.hess(x)[1] * 1e-6, atol=1e-15)


@pytest.mark.parametrize(("text", "place"), [
    ("sum(x[i], i, 0, -1)", r"sum from 0 to -1 has no terms(.|\n)*below the first"),
    ("sum(sum(x[j], j, 3, 1), i, 0, 30)", r"sum from 3 to 1 has no terms(.|\n)*sum\(…, j, 1, 3\)"),
    ("sum(mean(x[j], j, 0, i-1), i, 0, 3)", "a mean of no terms has no value"),
    ("sum(mean(x[j], j, 0, i-1), i, 0, 40)", "a mean of no terms has no value"),
])  # fmt: skip
def test_a_sum_that_is_nowhere_anything_and_a_mean_of_nothing_are_refused(text, place):
    with pytest.raises(ExpressionError, match=place):
        Loss.parse(text)


def test_names_of_many_variables_are_shown_without_their_middle():
    loss = Loss.parse("sum(x[i]**2, i, 0, 99) + a")
    assert repr(loss.names).startswith("('a', 'x0', ")
    assert repr(loss.names).endswith(", …, 'x99')")
    assert repr(Loss.parse("sum(a*i*(b - 1)**2, i, 1, 50)").names) == "('a', 'b')"


def test_a_sum_without_variables_costs_nothing_at_each_point(monkeypatch):
    loss = Loss.parse("sum(1/i**2, i, 1, n)*x**2", constants={"n": 10**6})
    loss(np.ones((2, 1)))
    swept = []
    whole = type(loss.sums).sweep

    def sweep(self, term, *rest):
        swept.append(term.domain.size)
        return whole(self, term, *rest)

    monkeypatch.setattr(type(loss.sums), "sweep", sweep)
    np.testing.assert_allclose(loss(np.array([[1.0], [2.0]])), np.array([1, 4]) * (np.pi**2 / 6 - 1e-6), rtol=1e-11)
    assert max(swept) == 1


def test_an_error_does_not_list_a_million_names():
    with pytest.raises(StartError) as raised:
        Problem.of("sum(x[i]**2, i, 0, n)", constants={"n": 10**5}, start=1)
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize("n", [50, 3000, 30000])
def test_a_sum_of_numbers_is_a_number_however_many_digits_it_has(n):
    exact = sum((Fraction(1, i * i) for i in range(1, n + 1)), Fraction(0)) if n < 4000 else None
    wanted = float(exact) if exact else math.fsum(1 / (i * i) for i in range(1, n + 1))
    loss = Loss.parse("sum(1/i**2, i, 1, n)*x**2", constants={"n": n})
    assert loss(np.array([1.0])) == pytest.approx(wanted, rel=3e-16)
    assert loss.grad(np.array([1.0])) == pytest.approx([2 * wanted], rel=3e-16)


def test_a_constant_may_be_a_long_sum_of_numbers():
    scaled = Loss.parse("a*x**2 + sum(b/i**2, i, 1, n)*y", constants={"n": 30, "a": "sum(1/i**2, i, 1, 3000)", "b": 1})
    assert scaled.hess(np.zeros(2))[0, 0] / 2 == pytest.approx(np.pi**2 / 6 - 1 / 3000, rel=1e-7)
    assert Loss.parse("x**2*sum(1/i**30, i, 1, 150)")(np.array([1.0])) == pytest.approx(1 + 2.0**-30, rel=1e-14)


def test_many_powers_of_a_base_are_those_of_numpy():
    some = [0.5, -0.5, 0.0, -0.0, 1, -1, 2, -2, np.nan, np.inf, -np.inf, 1e-300, -1e-3, 0.999, 1.0001, -1.7]
    bases = np.array(some)[:, None]
    far = np.array([np.nan, np.inf, -np.inf, 1e300, 0.5] * 9)
    for exponents in (np.arange(3000.0), np.arange(-1500.0, 1500.0), np.linspace(-3, 3, 2001), far):
        with np.errstate(all="ignore"):
            found, wanted = raised(bases, exponents), np.power(bases, exponents)
        np.testing.assert_allclose(found, wanted, rtol=3e-16, atol=0)
        np.testing.assert_array_equal(np.signbit(found)[~np.isnan(wanted)], np.signbit(wanted)[~np.isnan(wanted)])


GRIDS = [  # a sum over an index inside one over rows, or over another index
    "mean((y - sum(v[j]*tanh(t*u[j] + b), j, 0, 16))**2) + b**2",
    "mean((y - sum(v[j]*tanh(t*w[2*j] + z*w[2*j+1]), j, 0, 16))**2)",
    "sum(sum(sin(c[g]*u[j]*t)*j, j, 0, 16)**2) + mean(c[g]**2)",
    "sum(sum(exp(x[i]*u[j] - x[0]*t)*x[j], j, 0, 16)*x[i+1], i, 0, 5)",
    "sum(sum((x[i]*u[j] - x[i+j]*u[2*j])**2*i*u[3], j, 0, 16), i, 1, 17)",
]


@pytest.mark.parametrize("text", GRIDS)
def test_a_sum_inside_a_sum_has_the_numbers_of_the_loss_written_out(text):
    random = np.random.default_rng(4)
    data = {k: random.normal(size=6) for k in "ytz"} | {"g": np.array([0, 2, 1, 1, 0, 2])}
    over_rows = "y" in text or "g" in text
    kept = Loss.parse(text, data={k: v for k, v in data.items() if k in text} if over_rows else None)
    as_written_out(kept, random.normal(size=(2, kept.n)) * 0.5, 1e-12)
    as_apart(kept, random.normal(size=(2, kept.n)))
    x, v = random.normal(size=(2, kept.n)) * 0.5
    near = {"rtol": 0, "atol": 1e-12 * abs(kept.hess(x)).max()}
    np.testing.assert_allclose(kept.hessp(x, v), kept.hess(x) @ v, **near)
    sparse, factors, middle = kept.hess_parts(x)
    np.testing.assert_allclose(sparse.toarray() + factors @ middle @ factors.T, kept.hess(x), **near)
    if over_rows:
        rows = np.array([4, 1, 3])
        some = Loss.parse(text, data={k: v[np.tile(rows, 2)] for k, v in data.items() if k in text})
        np.testing.assert_allclose(kept.sums.batch(rows).grad(x), some.grad(x), rtol=1e-12)


BANDS = [
    "sum((x[i+1] - x[i]**2)**2 + x[i], i, 0, 198)",
    "sum((x[199-i] - x[198-i]**2)**2, i, 0, 198) + sum(x[i]**4, i, 0, 199)",
    "sum(x[i]**3*x[i+1]**2, i, 50, 198) + sum(x[i]**2*x[i+1]**3, i, 0, 198)",
    "sum(exp(x[2*i]*x[2*i+1]), i, 0, 99) + sum(x[i]**4*x[i+1], i, 0, 198) + sum(x[i]**3, i, 0, 199)",
]


@pytest.mark.parametrize("text", BANDS)
def test_bands_that_overlap_from_part_to_part_add_up(text, monkeypatch):
    monkeypatch.setattr("symopt.program.sums.totals.CHUNK", 64)
    loss, x = Loss.parse(text), np.random.default_rng(0).uniform(-1, 1, 200)
    v, found = np.random.default_rng(1).normal(size=200), loss.sparse_hess(x)
    assert found.format == "dia"
    assert (found.toarray() == found.toarray().T).all()
    ahead, behind = loss.grad(np.array([x + 1e-4 * v, x - 1e-4 * v]))
    np.testing.assert_allclose(found @ v, (ahead - behind) / 2e-4, rtol=0, atol=1e-4)

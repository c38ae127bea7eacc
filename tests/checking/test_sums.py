"""Derivatives with Σ: proved for all data and every length, or shown to differ in numbers."""

import numpy as np
import pytest

from symopt import ExpressionError, SymoptError, check

MODEL = "mean((y - a*exp(-b*t))**2)"
CHAIN = "sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, n-2)"
PAIRS = "sum(sum((x[i]-x[j])**-2, j, i+1, n-1), i, 0, n-2)"
ROOT = "sqrt(mean((y - w0 - w1*t)**2))"
LOGISTIC = "mean(log(1 + exp(-y*a*t))) + a**2"
LINE = "mean((y - a*t - b)**2)"
PREDICTOR = "sum(w[j]*x[j], j, 0, 2)"
COLUMNS = f"mean((y - {PREDICTOR})**2) + sum(w[j]**2, j, 0, 2)"
SOFTMAX = "log(sum(exp(x[i]), i, 0, n-1))"
RIGHT = [
    (MODEL, "a", "mean(-2*(y - a*exp(-b*t))*exp(-b*t))", None),
    (MODEL, "b", "2*a*mean((y - a*exp(-b*t))*exp(-b*t)*t)", None),
    (MODEL, "a", "-2*mean(y*exp(-b*t)) + 2*a*mean(exp(-2*b*t))", None),
    (MODEL, "a,a", "2*mean(exp(-2*b*t))", None),
    (MODEL, "b,a", "mean(2*t*exp(-b*t)*(y - 2*a*exp(-b*t)))", None),
    ("sum((y - a)**2)", "a,a", "2*sum(1)", None),
    (ROOT, "w0", "-mean(y - w0 - w1*t)/sqrt(mean((y - w0 - w1*t)**2))", None),
    (ROOT, "w1", "(w0*mean(t) + w1*mean(t**2) - mean(y*t))/sqrt(mean((y - w0 - w1*t)**2))", None),
    (LOGISTIC, "a", "mean(-y*t/(1 + exp(y*a*t))) + 2*a", None),
    ("mean((y - sum(v[j]*t**j, j, 0, 19))**2)", "v[k]", "-2*mean((y - sum(v[j]*t**j, j, 0, 19))*t**k)", None),
    (CHAIN, "x[k]", "200*(x[k]-x[k-1]**2) - 400*x[k]*(x[k+1]-x[k]**2) - 2*(1-x[k])", {"n": 10**6}),
    (CHAIN, "x[0]", "-400*x[0]*(x[1]-x[0]**2) - 2*(1-x[0])", {"n": 10**6}),
    (CHAIN, "x[n-1]", "200*(x[n-1]-x[n-2]**2)", {"n": 10**6}),
    (CHAIN, "x[m],x[m+1]", "-400*x[m]", {"n": 10**6}),
    (CHAIN, "x[k],x[l]", "0", {"n": 10**6}),
    (SOFTMAX, "x[k]", "exp(x[k])/sum(exp(x[j]), j, 0, n-1)", {"n": 10**6}),
    (SOFTMAX, "x[k],x[l]", "-exp(x[k]+x[l])/sum(exp(x[j]), j, 0, n-1)**2", {"n": 50}),
    (PAIRS, "x[k]", "sum(2/(x[i]-x[k])**3, i, 0, k-1) - sum(2/(x[k]-x[j])**3, j, k+1, n-1)", {"n": 200}),
    (LINE, "b", "-2*(mean(y) - a*mean(t) - b)", None),
    (
        f"sqrt({LINE})",
        "b",
        f"(a*mean(t) + b - mean(y))/sqrt(mean(y**2) - 2*a*mean(y*t) + {LINE} + 2*a*mean(y*t) - mean(y**2))",
        None,
    ),
    (f"log({LINE})", "a", f"2*(a*mean(t**2) + b*mean(t) - mean(t*y))/{LINE}", None),
    ("sum((y - b)**2)", "b", "-2*sum(y) + 2*b*sum(1)", None),
    ("mean((y - sum(v[j]*t**j, j, 0, 19))**2)", "v[k]", "2*sum(v[j]*mean(t**(j+k)), j, 0, 19) - 2*mean(y*t**k)", None),
    ("sum(sum((x[i] - y[j])**2, i, 0, 49), j, 0, 29)", "x[k]", "60*x[k] - 2*sum(y[j], j, 0, 29)", {}),
    ("sum(mean((y - c[i])**2), i, 0, 49)", "c[k]", "2*c[k] - 2*mean(y)", None),
    (COLUMNS, "w[k]", f"-2*mean((y - {PREDICTOR})*x[k]) + 2*w[k]", None),
    (COLUMNS, "w[k]", "2*sum(w[j]*mean(x[j]*x[k]), j, 0, 2) - 2*mean(y*x[k]) + 2*w[k]", None),
    (COLUMNS, "w[1]", "2*mean((w0*x0 + w1*x1 + w2*x2 - y)*x1) + 2*w1", None),
    (COLUMNS, "w[k],w[l]", "2*mean(x[k]*x[l])", None),
    ("mean((y - w0*x0 - w1*x1 - w2*x2)**2)", "w[k]", f"-2*mean((y - {PREDICTOR})*x[k])", None),
    (PAIRS, "x[k]", "sum(2/(x[i-1]-x[k])**3, i, 1, k) - sum(2/(x[k]-x[j+1])**3, j, k, n-2)", {"n": 300}),
]
WRONG = [
    (MODEL, "b", "mean(2*(y - a*exp(-b*t))*exp(-b*t)*a)", None, "1 row of data"),
    (LOGISTIC, "a", "sum(-y*t/(1 + exp(y*a*t))) + 2*a", None, "2 rows of data"),
    ("mean(y*t)*a**2", "a", "2*a*mean(y)*mean(t)", None, "2 rows of data"),
    (ROOT, "w0,w1", "mean(t)", None, "1 row of data"),
    (LINE, "b", "-2*(mean(y) - a*mean(t) + b)", None, "1 row of data"),
    (COLUMNS, "w[k]", f"-mean((y - {PREDICTOR})*x[k]) + 2*w[k]", None, "k = 1, w[0] = 1.31"),
    (COLUMNS, "w[k]", f"-2*mean(y - {PREDICTOR})*mean(x[k]) + 2*w[k]", None, "2 rows of data"),
    (CHAIN, "x[k]", "200*(x[k]-x[k-1]**2) - 400*x[k]*(x[k+1]-x[k]**2)", {"n": 10**6}, "k = 499999"),
    (CHAIN, "x[k],x[k+1]", "-400*x[k+1]", {"n": 10**6}, "k = 499999"),
    (PAIRS, "x[k]", "sum(2/(x[i]-x[k])**3, i, 0, k-1)", {"n": 200}, "k = 99"),
]


def one(text, key, given, constants, **more):
    arguments = {"hessian" if "," in key else "gradient": {key: given}}
    return check(text, **arguments, constants=constants, **more)


@pytest.mark.parametrize(("text", "key", "given", "constants"), RIGHT)
def test_right_ones_are_proved(text, key, given, constants):
    verdict = one(text, key, given, constants)
    assert [c.verdict for c in verdict.components] == ["proved"], verdict.report()


@pytest.mark.parametrize(("text", "key", "given", "constants", "place"), WRONG)
def test_wrong_ones_are_shown(text, key, given, constants, place):
    verdict = one(text, key, given, constants)
    (component,) = verdict.components
    assert component.verdict == "different", verdict.report()
    assert place in component.place
    assert component.witness.given != component.witness.expected
    assert f"at {component.place}: given" in verdict.report()


def test_the_counterexample_is_one():
    (component,) = one(MODEL, "b", "mean((y - a*exp(-b*t))*exp(-b*t)*a)", None).components
    v = dict(part.split(" = ") for part in component.place.replace(", and 1 row of data: ", ", ").split(", "))
    a, b, t, y = (float(v[name]) for name in "abty")
    e = np.exp(-b * t)
    assert component.witness.given == pytest.approx((y - a * e) * e * a)
    assert component.witness.expected == pytest.approx(2 * (y - a * e) * e * a * t)


def test_every_mistake_in_a_factor_is_seen():
    for wrong in ("mean(2*(y - a*t)*t)", "mean(-2*(y - a*t))", "mean(-(y - a*t)*t)", "-2*sum((y - a*t)*t)",
                  "mean(-2*(y - a*t)*t) + 1/1000000", "mean(-2*(y + a*t)*t)", "-2*mean(y - a*t)*mean(t)"):  # fmt: skip
        assert one("mean((y - a*t)**2)", "a", wrong, None).verdict == "different", wrong


def test_a_proof_over_data_holds_for_all_of_them():
    data = {"t": np.arange(1, 50_001) / 7.0, "y": np.ones(50_000)}
    right = one(MODEL, "a", "mean(-2*(y - a*exp(-b*t))*exp(-b*t))", None, data=data)
    assert right.equal
    assert one(MODEL, "a", "sum(-2*(y - a*exp(-b*t))*exp(-b*t))/50000", None, data=data).equal
    assert one(MODEL, "a", "mean(-2*(y - a*exp(-b*t)))", None, data=data).verdict == "different"
    groups = {"y": [1.0, 2.0, 3.0, 5.0], "g": [0, 1, 0, 1]}
    assert one("sum((y - c[g])**2)", "c1", "-2*(2 - c1) - 2*(5 - c1)", None, data=groups).verdict != "equal"


def test_entries_that_a_column_gathers_are_compared_in_numbers():
    data = {"y": [1.0, 2.5, 0.7, 3.1, 2.2], "g": [0, 1, 2, 1, 0]}
    for key, right in (("c[k]", "mean(where((g >= k) & (g <= k), -2*(y - c[g]), 0))"), ("c[k],c[l]", "0"),
                       ("b", "mean(2*b*c[g+1]*0 + 2*b)")):  # fmt: skip
        for given, verdict in ((right, None), (f"{right} + 1", "different"), (f"2*({right}) - 1", "different")):
            found = one("mean((y - c[g])**2) + b**2", key, given, None, data=data)
            assert (found.verdict == "different") == (verdict is not None), found.report()
    (component,) = one("mean((y - c[g])**2)", "c[k]", "0", None, data=data).components
    assert component.verdict == "different"
    assert "random data" in component.place
    (component,) = one("mean((y - c[g])**2)", "c[k],c[l]", "1", None, data=data).components
    k, other = (int(part.split(" = ")[1]) for part in component.place.split(", ")[:2])
    assert k != other


def test_columns_are_declared_or_told_by_what_is_checked():
    assert check("mean((y - a*t)**2)", "-2*mean(t*y) + 2*a*mean(t**2)", columns=["y", "t"]).equal
    assert check("mean((y - a*t)**2)", "-2*mean(t*y) + 2*a*mean(t**2)", variables=["a"]).equal
    with pytest.raises(SymoptError, match="which names are columns"):
        check("mean((y - a*t)**2)", "-2*mean(t*y) + 2*a*mean(t**2)")
    with pytest.raises(SymoptError, match="z does not stand in the loss"):
        check("mean((y - a*t)**2)", {"z": "1"})
    with pytest.raises(SymoptError, match="columns belong to sums"):
        check("x**2", "2*x", columns=["y"])
    with pytest.raises(ExpressionError, match="y is a column of data"):
        check("mean((y - a*t)**2)", {"a": "-2*y*mean(t)"}, columns=["y", "t"])
    for text, given in ((CHAIN, "z[k]"), (COLUMNS, "mean(z[k]*y)")):
        with pytest.raises(ExpressionError, match="unknown name 'z'"):
            one(text, f"{'x' if text == CHAIN else 'w'}[k]", given, {"n": 20} if text == CHAIN else None)
    with pytest.raises(ExpressionError, match="x3 is no column of the data, though x0, x1, x2 are"):
        one(COLUMNS, "w[k]", "mean(x[k+1]*y)", None)
    with pytest.raises(SymoptError, match=r"y\[…\] are no variables"):
        check(CHAIN, {"y[k]": "1"}, constants={"n": 20})


def test_ends_are_told_apart():
    (component,) = one(CHAIN, "x[k]", "0", {"n": 20}).components
    assert component.note == "for 0 < k < n-1; not for k = 0, k = n-1"

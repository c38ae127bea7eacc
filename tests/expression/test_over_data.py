"""What people type for a loss over data, and what they are told to type."""

import numpy as np
import pytest

from symopt import ExpressionError, Loss

DATA = {"x": [1.0, 2, 3, 4], "y": [2, 4.1, 6, 8], "c": [0, 1, 0, 1.0]}
WRITE = [
    ("avg((y-a*x)**2)", "mean((y-a*x)**2)"),
    ("average((y-a*x)**2)", "mean((y-a*x)**2)"),
    ("mse(y, a*x+b)", "mean((y - (a*x+b))^2)"),
    ("mse(y - a*x)", "mean((y - a*x)^2)"),
    ("RMSE(y, a*x)", "sqrt(mean((y - (a*x))^2))"),
    ("mae(y, a*x)", "mean(abs((y - (a*x))))"),
    ("sse(y, a*x) + a^2", "sum((y - (a*x))^2) + a^2"),
    ("rss(y, a*x)", "sum((y - (a*x))^2)"),
    ("mape(y, a*x)", "mean(abs((y - (a*x))/y))"),
    ("log_loss(c, sigmoid(a*x))", "mean(-c*log(sigmoid(a*x)) - (1 - c)*log(1 - (sigmoid(a*x))))"),
    ("bce(c, sigmoid(a*x))", "mean(-c*log(sigmoid(a*x)) - (1 - c)*log(1 - (sigmoid(a*x))))"),
    ("norm(y-a*x)", "sqrt(sum((y-a*x)^2))"),
    ("mean(hinge(y*(a*x)))", "mean(Max(0, 1 - (y*(a*x))))"),
    ("Σ(y-a*x)²", "sum((y-a*x)²)"),
    ("∑(y - a*x)**2", "sum((y - a*x)**2)"),
    ("均方误差(y, a*x)", "mean((y - (a*x))^2)"),
    ("平均((y-a*x)^2)", "mean((y-a*x)^2)"),
    ("((y-a*x)**2).mean()", "mean(((y-a*x)**2))"),
    ("(y-a*x)^2", "mean((y-a*x)^2)"),
    ("E[(y-a*x)^2]", "mean((y-a*x)^2)"),
]


@pytest.mark.parametrize(("typed", "meant"), WRITE)
def test_a_measure_of_fit_is_written_out(typed, meant):
    with pytest.raises(ExpressionError) as told:
        Loss.parse(typed, data=DATA)
    assert told.value.hint == f"write {meant}"
    Loss.parse(meant, data=DATA)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("sum((y-y_hat)^2)", "write the model in its place"),
        ("sum((y_i - a*x_i)^2)", "did you mean y?"),
        ("mean((Y-a*X)^2)", "did you mean y, x?"),
    ],
)
def test_a_name_that_is_no_column(typed, words):
    with pytest.raises(ExpressionError) as told:
        Loss.parse(typed, data=DATA)
    assert words in told.value.hint


@pytest.mark.parametrize("typed", ["sum((y-a*x)^2)/n", "1/N*sum((y-a*x)^2)", "1/(2*m)*sum((y-a*x)^2) + a^2"])
def test_a_number_of_rows_is_no_variable(typed):
    with pytest.raises(ExpressionError, match="only divided by") as told:
        Loss.parse(typed, data=DATA)
    assert "mean(…)" in told.value.hint
    name = next(letter for letter in "nNm" if letter in typed.replace("sum", ""))
    assert Loss.parse(typed, data=DATA, constants={name: 4}).names == ("a",)
    assert set(Loss.parse(typed, ["a", name], data=DATA).names) == {"a", name}
    assert len(Loss.parse(f"{typed} + {name}", data=DATA).names) == 2


HERE = {  # text: what it would be over the columns x, y, c
    "Σᵢ (yᵢ - a xᵢ)²": "sum((y - a*x)²)",
    "\\frac{1}{n}\\sum_{i=1}^{n}(y_i-(a x_i+b))^2": "mean((y-(a*x+b))^2)",
    "1/(2n) sum((y[i]-a*x[i])**2 for i in range(len(y)))": "1/2*mean((y-a*x)**2)",
    "np.sum((y-a*x)**2)/len(y)": "mean((y-a*x)**2)",
    "np.mean((y-a*x)**2, axis=0)": "mean((y-a*x)**2)",
    "sum([(y[i]-a*x[i])**2 for i in range(n)])": "sum((y-a*x)**2)",
    "((y-a*x).pow(2)).sum()": "sum((y-a*x)^2)",
    "‖y-a*x‖²": "sum((y-a*x)^2)",
    "||y - a*x||_2^2 + 0.1‖a‖²": "sum((y - a*x)^2) + 0.1*a^2",
    "‖y-a*x‖": "sqrt(sum((y-a*x)^2))",
    "np.linalg.norm(y-a*x, 1)": "sum(abs(y-a*x))",
    "(y-a*x)'*(y-a*x)": "sum((y-a*x)^2)",
    "mean((y-dot(w,x))^2)": "mean((y-w*x)^2)",
    "mean((y-wᵀx)^2)": "mean((y-w*x)^2)",
    "mean((y - ax - b)^2)": "mean((y - a*x - b)^2)",
    "y ~ a*x + b": "mean((y - (a*x + b))^2)",
    "y = a*exp(b*x)": "mean((y - (a*exp(b*x)))^2)",
    "MSE": "mean((y - (a*x + b))^2)",
    "least squares": "mean((y - (a*x + b))^2)",
    "BCE": "mean(softplus(a*x + b) - y*(a*x + b))",
    "F.binary_cross_entropy(sigmoid(a*x), c)": "mean(-c*log(sigmoid(a*x)) - (1 - c)*log(1 - (sigmoid(a*x))))",
    "BCEWithLogitsLoss(a*x, c)": "mean(softplus(a*x) - c*(a*x))",
    "huber(y-a*x, 2)": "mean(where(abs(y-a*x) < 2, (y-a*x)^2/2, 2*(abs(y-a*x) - 1)))",
    "pinball(y, a*x, 0.9)": "mean(Max(0.9*(y - a*x), -0.1*(y - a*x)))",
    "average((y-a*x)^2, weights=c)": "sum(c*(y-a*x)^2)/sum(c)",
    "std(y-a*x)": "sqrt(mean((y-a*x - mean(y-a*x))^2))",
    "𝔼[(y-ax)²]": "mean((y-a*x)²)",
    "prod(y*a)": "exp(sum(log(y*a)))",
    "-log(∏ᵢ yᵢ a)": "-sum(log(y*a))",
    "y.max() - a": "log(sum(exp(10*y)))/10 - a",
    "dot(y-a*x, y)": "sum((y-a*x)*y)",
    "cov(y, a*x)": "mean((y - mean(y))*(a*x - mean(a*x)))",
}
MATRIX = {  # the same over a matrix X of three columns
    "‖y-Xw‖² + λ‖w‖²": "sum((y - sum(w[j]*X[j], j, 0, 2))^2) + λ*sum(w[j]^2, j, 0, 2)",
    "np.mean((y - X @ w)**2)": "mean((y - sum(w[j]*X[j], j, 0, 2))^2)",
    "mean((y-X*w-b)^2)": "mean((y - sum(w[j]*X[j], j, 0, 2) - b)^2)",
    "(y-X@w).T @ (y-X@w)": "sum((y - sum(w[j]*X[j], j, 0, 2))^2)",
    "mean((y-sum(w_j*X_j,j,0,2))^2)": "mean((y - sum(w[j]*X[j], j, 0, 2))^2)",
    "log(1+exp(-y w^T X))": "mean(log(1 + exp(-y*sum(w[j]*X[j], j, 0, 2))))",
    "np.mean((y - X.dot(w))**2) + 0.1*sum(w**2)": "mean((y-sum(w[j]*X[j], j, 0, 2))**2) + 0.1*sum(w[j]**2, j, 0, 2)",
    "X@w": "mean((y - sum(w[j]*X[j], j, 0, 2))^2)",
}


def offered(text, data):
    with pytest.raises(ExpressionError) as told:
        Loss.parse(text, data=data)
    hint = told.value.hint
    assert "rite " in hint, hint
    return Loss.parse(hint.partition("rite ")[2].partition(": mean(…)")[0], data=data)


@pytest.mark.parametrize("typed", HERE)
def test_formulas_of_books_are_written_over_rows(typed):
    meant, wanted = offered(typed, DATA), Loss.parse(HERE[typed], data=DATA)
    assert meant.names == wanted.names
    at = [0.3, 0.7, -0.2][: wanted.n]
    assert meant(at) == pytest.approx(wanted(at), rel=1e-13)


@pytest.mark.parametrize("typed", MATRIX)
@pytest.mark.parametrize("kind", ["matrix", "numbered"])
def test_vectors_and_matrices_are_sums_over_columns(typed, kind):
    columns = {f"X{k}": [k, 1.0, k * k, -1.0] for k in range(3)}
    data = {"y": DATA["y"], **(columns if kind == "numbered" else {"X": [*zip(*columns.values(), strict=True)]})}
    meant, wanted = offered(typed, data), Loss.parse(MATRIX[typed], data=data)
    assert sorted(meant.names) == sorted(wanted.names)
    at = [0.3, 0.7, -0.2, 0.4][: wanted.n]
    assert meant(at) == pytest.approx(wanted(at), rel=1e-13)


@pytest.mark.parametrize(
    "typed", ["mean((y-ŷ)^2)", "mean((y-y_pred)^2)", "sum((ŷ-y)²)/n", "y - ŷ", "mean((y - f(x))^2)"]
)
def test_a_model_without_a_formula_is_shown_one(typed):
    with pytest.raises(ExpressionError) as told:
        Loss.parse(typed, data=DATA)
    before, _, formula = told.value.hint.partition("as in ")
    assert before == "write the model in its place, "
    assert Loss.parse(formula, data=DATA).names == ("a", "b")


def test_words_that_are_no_formula_are_shown_some():
    with pytest.raises(ExpressionError) as told:
        Loss.parse("nll", data=DATA)
    assert "mean((y - (a*x + b))^2)" in told.value.hint
    with pytest.raises(ExpressionError) as told:
        Loss.parse("max(abs(y-a*x))", data=DATA)
    assert "no sum" in told.value.hint
    smooth = Loss.parse(told.value.hint.partition("rite ")[2], data=DATA)
    assert smooth([0.0]) == pytest.approx(8, abs=0.1)


@pytest.mark.parametrize("typed", ["mean((y - w*x)^2)", "mean((y - w^T x0)^2)"])
def test_a_vector_is_no_variable(typed):
    data = {"x0": [0.0, 1, 2, 3], "x1": [1.0, 2, 0, 1], "y": DATA["y"]}
    with pytest.raises(ExpressionError, match=r"x is a matrix of 2 columns|no transpose"):
        Loss.parse(typed, data=data)
    assert set(Loss.parse("mean((y - w*x)^2)", ["w", "x"], data=data).names) == {"w", "x"}


HEADERS = {
    "lambda": "lambda_",
    "gamma": "gamma_",
    "λ": "lambda_",
    "t (s)": "t_s",
    "x y": "x_y",
    "log(x)": "log_x",
    "x²": "x2",
}


@pytest.mark.parametrize(("header", "name"), HEADERS.items())
def test_a_header_with_another_name_is_no_variable(header, name):
    data = {header: [1.0, 2, 3], "y": [2.0, 4, 7]}
    with pytest.raises(ExpressionError) as told:
        Loss.parse(f"mean((y - a*{header})^2)", data=data)
    assert f"the column {header} is called {name} here" in told.value.hint
    assert Loss.parse(f"mean((y - a*{name})^2)", data=data).names == ("a",)


@pytest.mark.parametrize("term", ["w[j]*x[j]", "x[j]*w[j]"])
def test_thousands_of_columns_are_one_linear_predictor(term):
    many, draw = 1500, np.random.default_rng(0)
    matrix, w, v = draw.normal(size=(30, many)), draw.normal(size=many), draw.normal(size=many)
    y = draw.normal(size=30)
    data = {**{f"x{j}": column for j, column in enumerate(matrix.T)}, "y": y}
    loss = Loss.parse(f"mean((y - sum({term}, j, 0, {many - 1}))**2)", data=data)
    assert loss.names == tuple(f"w{j}" for j in range(many))
    r = matrix @ w - y
    assert loss(w) == pytest.approx(np.mean(r**2), rel=1e-12)
    np.testing.assert_allclose(loss.grad(w), 2 * matrix.T @ r / 30, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(loss.hessp(w, v), 2 * matrix.T @ (matrix @ v) / 30, rtol=1e-10, atol=1e-10)


def test_a_predictor_reads_what_single_products_read():
    data = {"x0": [1.0, 2], "x1": [3.0, 5], "x3": [0.5, 1], "y": [1.0, -1]}
    whole = Loss.parse("sum((y - sum(w[j]*x[j], j, 0, 1))**2)", data=data)
    assert whole.names == ("w0", "w1")
    assert whole([2.0, -1]) == Loss.parse("sum((y - w0*x0 - w1*x1)**2)", data=data)([2.0, -1]) == 4
    set_one = Loss.parse("sum((y - sum(w[j]*x[j], j, 0, 1))**2)", data=data, constants={"w1": -1})
    assert set_one.names == ("w0",)
    assert set_one([2.0]) == 4
    with pytest.raises(ExpressionError, match="x2 is no column"):
        Loss.parse("sum((y - sum(w[j]*x[j], j, 0, 3))**2)", data=data)
    with pytest.raises(ExpressionError, match="no variable is left"):
        Loss.parse("sum((y - sum(y[j]*x[j], j, 0, 1))**2)", data=data)  # y[0], y[1] are entries of the column
    with pytest.raises(ExpressionError, match="no variable is left"):
        Loss.parse("sum((y - sum(x[j]*x[j], j, 0, 1))**2)", data=data)

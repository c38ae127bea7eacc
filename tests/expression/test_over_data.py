"""What people type for a loss over data, and what they are told to type."""

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

"""Data that a file does not hold: what is said holds for all of a shape. numpy executes the same text as a judge."""

import json

import numpy as np
import pytest

from symopt import Loss
from symopt.checking.source.trios import check_source
from symopt.codegen import derive
from symopt.reading.source import SourceError, read_text
from tests.kit.executed import brief
from tests.kit.share import share

RANDOM = np.random.default_rng(3)
HEAD = "import numpy as np\n"
LINEAR = """
rng = np.random.default_rng(0)
X = rng.normal(size=(4, 2))
y = rng.normal(size=4)
def loss(w): return np.mean((X @ w - y)**2)
def grad(w): return {}
"""
NETWORK = """
def loss(W1, b1, W2, b2, X, y):
    h = np.tanh(X @ W1 + b1)
    return np.mean((h @ W2 + b2 - y)**2)

def grads(W1, b1, W2, b2, X, y):
    h = np.tanh(X @ W1 + b1)
    d = {d}
    dz = np.outer(d, W2)*{slope}
    return {dW1}, {db1}, h.T @ d, d.sum()
"""
PARTS = {"d": "2*(h @ W2 + b2 - y)/len(y)", "slope": "(1 - h**2)", "dW1": "X.T @ dz", "db1": "dz.sum(axis=0)"}
SMALL = ("X=2,2", "W1=2,2")


def check(text, **options):
    return check_source(read_text(HEAD + text), **options)


def words(verdict):
    return [c.verdict for c in verdict.components]


def executed(text, arguments, name):
    """The derivative that numpy gives, and central differences of the loss, of every array that there is one for."""
    scope = {}
    exec(HEAD + text, scope)
    told = scope[name](*(np.array(a) for a in arguments))
    told = told if isinstance(told, tuple) else (told,)
    found = []
    for k, part in enumerate(told):
        slope = np.zeros(np.shape(arguments[k]))
        for place in np.ndindex(*slope.shape):
            ends = []
            for side in (1e-5, -1e-5):
                moved = [np.array(a, dtype=float) for a in arguments]
                moved[k][place] += side
                ends.append(scope["loss"](*moved))
            slope[place] = (ends[0] - ends[1]) / 2e-5
        found.append(np.abs(np.asarray(part) - slope).max() < 1e-6)
    return found


@pytest.mark.parametrize(
    "grad", ["2*X.T @ (X @ w - y)/4", "2*X.T @ (X @ w - y)", "X.T @ (X @ w - y)/2", "X.T @ (y - X @ w)/2"]
)
def test_data_drawn_at_random_are_any_data(grad):
    text = LINEAR.format(grad)
    verdict = check(text)
    assert verdict.data == {"X": (4, 2), "y": (4,)}
    (right,) = executed(text, [RANDOM.normal(size=2)], "grad")
    assert set(words(verdict)) == {"proved" if right else "different"}
    assert "for all X (4×2), y (4)" in verdict.report()
    if not right:
        seen = verdict.components[0].witness
        scope = {}
        exec(HEAD + text, scope)
        scope["X"], scope["y"] = (np.array(seen.data[name]) for name in ("X", "y"))
        assert scope["grad"](np.array(seen.x))[0] == pytest.approx(seen.given)
        json.dumps(verdict.as_dict(), allow_nan=False)


SLIPS = {
    "right": ({}, set()),
    "bias summed over nothing": ({"db1": "dz[0]"}, {"b1"}),
    "no 1/n": ({"d": "2*(h @ W2 + b2 - y)"}, {"W1", "b1", "W2", "b2"}),
    "transposed": ({"dW1": "(X.T @ dz).T"}, {"W1"}),
}


@pytest.mark.parametrize("slip", share(SLIPS, 3, 1))
def test_a_network_of_two_layers(slip):
    changed, wrong = SLIPS[slip]
    text = NETWORK.format(**{**PARTS, **changed})
    with brief("∂f/∂W1[0,1]"):
        verdict = check(text, shapes=SMALL)
    assert verdict.data == {"X": (2, 2), "y": (2,)}
    assert {c.name.split("/∂")[1].split("[")[0] for c in verdict.wrong} == wrong
    assert set(words(verdict)) <= {"proved", "different"}
    shapes = [(2, 2), (2,), (2,), (), (2, 2), (2,)]
    told = executed(text, [RANDOM.normal(size=shape) for shape in shapes], "grads")
    if slip == "transposed":
        assert "transposed: this is the entry of W1[1,0]" in verdict.wrong[0].diagnosis
    assert dict(zip(("W1", "b1", "W2", "b2"), told, strict=True)) == {
        n: n not in wrong for n in ("W1", "b1", "W2", "b2")
    }


def test_slips_of_a_network_are_named_with_their_line():
    slips = {
        ("db1", "dz[0]"): ("b1", "not summed over all rows", "db1 = dz[0]"),
        ("slope", "(1 - (X @ W1 + b1)**2)"): ("b1", "of the pre-activation", "db1 = dz.sum(axis=0)"),
    }
    for (part, wrong), (name, word, line) in slips.items():
        given = {**PARTS, part: wrong}
        text = NETWORK.replace("    return {dW1}, {db1},", "    dW1 = {dW1}\n    db1 = {db1}\n    return dW1, db1,")
        with brief(f"∂f/∂{name}[0]"):
            found = next(c for c in check(text.format(**given), shapes=SMALL).wrong if f"∂{name}[0]" in c.name)
        assert word in found.diagnosis
        assert found.line.text == line


STABLE = """
def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E/E.sum(axis=1, keepdims=True)
def loss(p, X, Y):
    return -np.sum(Y*np.log(softmax(np.maximum(X @ p["W"], 0) @ p["V"])))
def grad(p, X, Y):
    A = X @ p["W"]
    H = np.maximum(A, 0)
    d = softmax(H @ p["V"])*Y.sum(axis=1, keepdims=True) - Y
    return {"W": X.T @ ((d @ p["V"].T)*(A > 0)), "V": H.T @ d}
"""
RECTIFIED = ("X=2,1", "W=1,1", "V=1,2")


def test_a_stable_softmax_after_a_rectifier():
    assert check(STABLE, shapes=RECTIFIED).equal
    with brief("∂f/∂W[0,0]"):
        wrong = check(STABLE.replace("*(A > 0)", ""), shapes=RECTIFIED)
    assert {c.name.split("/∂")[1][0] for c in wrong.wrong} == {"W"}
    assert "slope of the rectifier" in wrong.wrong[0].diagnosis


def test_a_vector_of_any_length_whose_entries_are_not_treated_alike_is_checked_at_several():
    text = "def f(x): return np.sum(x[::2]**2)/len(x)\ndef df(x):\n g = 0*x\n g[::2] = 2*x[::2]/{}\n return g"
    found = check(text.format("len(x)"))
    assert "f takes any number of variables; checked at n = 2 … 6" in found.notes
    assert found.count() == "all 3 proved, for n = 2 … 6"
    assert found.as_dict()["lengths"] == "for n = 2 … 6"
    with brief():
        wrong = check(text.format("3"))
    assert wrong.verdict == "different"
    assert wrong.count() == "1 of 2 wrong, different at n = 2, 4, 5, 6, proved at n = 3"


def test_code_that_is_meant_for_four_entries_and_runs_on_three_says_where_it_is_right():
    text = "def f(x): return np.sum(x[1:-1]**4)\ndef df(x):\n g = 0*x\n g[1], g[2] = 4*x[1]**3, {}\n return g"
    with brief():
        found = check(text.format("4*x[2]**3"))
        assert found.count() == "1 of 3 wrong, different at n = 3, 5, 6, proved at n = 4"
        assert found.as_dict()["lengths"] == "different at n = 3, 5, 6, proved at n = 4"
        assert check(text.format("x[2]**3")).count() == "1 of 3 wrong"


def test_shapes_are_found_that_fit():
    verdict = check("def loss(w, X, y): return np.sum((X @ w - y)**2)/len(y)\n"
                    "def grad(w, X, y): return 2*X.T @ (X @ w - y)/X.shape[0]")  # fmt: skip
    assert verdict.equal
    (rows, columns), (length,) = verdict.data["X"], verdict.data["y"]
    assert rows == length != columns == len(verdict.variables)
    assert any("chosen to fit" in note for note in verdict.notes)


LAYERS = """
def loss(w1, b1, w2, b2, w3, b3, x, y):
    a1 = np.tanh(w1 @ x + b1)
    a2 = np.tanh(w2 @ a1 + b2)
    return 0.5*np.sum((w3 @ a2 + b3 - y)**2)
def grads(w1, b1, w2, b2, w3, b3, x, y):
    a1 = np.tanh(w1 @ x + b1)
    a2 = np.tanh(w2 @ a1 + b2)
    d3 = w3 @ a2 + b3 - y
    d2 = (w3.T @ d3)*(1 - a2**2)
    d1 = (w2.T @ d2)*(1 - a1**2)
    return np.outer(d1, x), d1, np.outer(d2, a1), d2, np.outer(d3, a2), d3
"""


def test_the_shapes_of_three_layers_are_found():
    verdict = check(LAYERS)
    assert set(words(verdict)) == {"proved"}
    shapes = dict(verdict.data)
    for variable in verdict.variables:
        name, place = variable.rstrip("]").split("[")
        shapes[name] = tuple(int(k) + 1 for k in place.split(","))
    assert all(len(shapes[name]) == 2 and shapes[name][0] != shapes[name][1] for name in ("w1", "w2", "w3"))
    assert all(executed(LAYERS, [RANDOM.normal(size=shapes[n]) for n in "w1 b1 w2 b2 w3 b3 x y".split()], "grads"))


def test_the_mean_is_not_taken_for_a_sum_of_one():
    text = "def loss(w, x, y): return np.mean((w*x - y)**2)\ndef grad(w, x, y): return np.sum(2*x*(w*x - y))"
    with brief():
        assert not check(text).equal
    assert check(text.replace("np.sum(", "np.mean(")).equal


def test_loaded_data():
    text = "data = np.loadtxt('nowhere.csv')\nX, y = data[:, :-1], data[:, -1]\n" \
           "def loss(w): return np.sum((X @ w - y)**2)\ndef grad(w): return 2*X.T @ (X @ w - y)"  # fmt: skip
    assert check(text, shapes=["data=4,3"]).data == {"data": (4, 3)}
    assert check(text, shapes=["data=4,3"]).equal
    assert check(text).equal


def test_labels_are_values():
    text = """
def loss(W, X, y):
    P = np.exp(X @ W)
    P /= P.sum(axis=1, keepdims=True)
    return -np.log(P[np.arange(len(y)), y]).mean()
def grad(W, X, y):
    P = np.exp(X @ W)
    P /= P.sum(axis=1, keepdims=True)
    P[np.arange(len(y)), y] -= 1
    return X.T @ P/len(y)
"""
    verdict = check(text, shapes=["X=3,1", "W=1,2"])
    assert verdict.equal
    assert "y" not in verdict.data
    assert "y is taken as 0, 1, 0: the code chooses by it" in verdict.notes
    with brief():
        assert check(text.replace("-= 1", "-= 2"), shapes=["X=3,1", "W=1,2"]).verdict == "different"


def test_labels_that_are_compared_are_values():
    text = "def loss(w, X, y): return np.sum(np.where(y == 1, (X @ w)**2, 0))\n" \
           "def grad(w, X, y): return {}"  # fmt: skip
    assert check(text.format("X.T @ (2*(X @ w)*(y == 1))"), shapes=["X=3,2"]).equal
    assert not check(text.format("0*w"), shapes=["X=3,2"]).equal


REFUSED = [
    ("def f(w): return np.sum((np.random.randn(2) - w)**2)\ndef df(w): return w", {}, "numpy.random.randn"),
    (LINEAR.format("w"), {"shapes": ["Z=3"]}, "has no Z"),
    (LINEAR.format("w"), {"shapes": ["X"]}, "is no shape"),
    (LINEAR.format("w"), {"shapes": ["X=0,2"]}, "no entries"),
    (LINEAR.format("w"), {"shapes": ["X=²"]}, "is no shape"),
    (LINEAR.format("w"), {"shapes": ["X=300,300"]}, "too many entries"),
    (LINEAR.format("w").replace("4, 2", "400, 2").replace("size=4)", "size=400)"), {}, "a small shape shows the same"),
    ("def f(w, X): return np.sum(X @ w)\ndef df(w, X): return X.sum(axis=0)[:-1]", {}, "--shape X="),
]


@pytest.mark.parametrize(("text", "options", "word"), REFUSED)
def test_what_has_no_shape_is_refused_with_a_hint(text, options, word):
    with pytest.raises(SourceError) as caught:
        check(text, **options)
    assert word in caught.value.report()


@pytest.mark.parametrize(
    ("loss", "columns", "n"),
    [("mean(abs(y-a*t))", "ty", 1), ("mean(y*(a*t+b*u)-exp(a*t+b*u))", "tuy", 2), ("sum((y-a*t-b)**2)+a**2", "ty", 2)],
)
def test_code_that_is_written_for_data_is_read_and_proved(loss, columns, n):
    """How many variables x holds the code knows, one or two, whatever the data are."""
    code = derive(Loss.parse(loss, columns=list(columns)), "numpy")
    found = check_source(read_text(code))
    assert found.count() == f"all {n + n * n} proved", found.report()
    assert list(found.data) == list(columns)
    wrong = check_source(read_text(code.replace("g[0] += ", "g[0] += 1e-3 + ")))
    assert next(c.verdict for c in wrong.components if c.of == "gradient") == "different"


def test_weights_with_a_capital_letter_may_be_a_vector():
    text = """
import numpy as np
def loss(W, b, X, y): return np.mean(np.log(1 + np.exp(X @ W + b)) - y*(X @ W + b))
def grads(W, b, X, y):
    e = 1/(1 + np.exp(-(X @ W + b))) - y
    return X.T @ e/len(y), {}
"""
    assert check_source(read_text(text.format("e.mean()"))).equal
    wrong = check_source(read_text(text.format("e.sum()")))
    assert [c.verdict for c in wrong.components] == ["proved", "proved", "different"]

"""numpy code of losses that are sums: lines over whole arrays with the numbers of the loss."""

import re

import numpy as np
import pytest

from symopt import Loss, derive
from symopt.checking.source.trios import check_source
from symopt.errors import SymoptError
from symopt.reading.source import read_text
from tests.test_general import DATA, GATHERS, TEXTS, gathered

RANDOM = np.random.default_rng(8)
DATA = {**DATA, "z": RANDOM.normal(size=7)}
SHAPES = {  # what ddf gives, of losses beside those whose general derivatives are tested
    "dense": [
        "mean((y - a - b*t - c*t**2*z)**2) + a**2",
        "mean(log(1 + exp(-y*(w0*t + w1*z + w2*y + w3))))",
        "log(mean(exp(y*(b0*t + b2*z + b4*y)))) + b0**3*b4 + b1*b3",
        "sum((y - a)**2)**3*sum(t*b) + sqrt(mean(a*b*z**2)**2 + 1)",
    ],
    "dia_array": [
        "sum(x[2*i]**3/(1 + x[2*i+1]**2), i, 0, 19)",
        "sum(log(1 + exp(-x[20-i]*x[21-i])), i, 0, 20)",
        "sum(x[i]*y[i]**2, i, 0, 17) + log(exp(x[0]) + exp(x[1]))",
    ],
    "csr_array": [
        "sum(where((i > 0) & (i < 30), (x[i-1] - 2*x[i] + x[i+1])**2, x[i]**2), i, 0, 30)",
        "sum(sum(x[i]*a*j + b**2*i, j, 0, 15), i, 0, 16)",
        "sum((y - c[g]*t)**4) + sum(c[g+1]*a)",
        "sum(sum(sum(sin(u[x]*u[i]*u[k]), k, i+1, 20), i, x+1, 19), x, 0, 18)",
        "sum(sum(sum(sin(u[x]*u[i]*u[k]), k, 0, 20), i, 0, 19), x, 0, 18)",
    ],
    "parts": [
        "sqrt(sum(x[i]**2, i, 0, 30)) + sum(x[i]*x[i+1]*a, i, 0, 29)",
        "sum(x[i], i, 0, 20)**2 + sum(x[i]**4, i, 0, 20)*a",
    ],
    "product": [
        "sum(exp(sum(sin(x[i]*y[j])*x[j], j, 0, i)), i, 0, 17)",
        "sum(log(sum(exp(x[i]*u[j]), j, 0, 19))*x[i+1], i, 0, 17)",
        "sum(sum(exp(sum(sin(u[x]*u[i]*u[k]), k, 0, 17)), i, 0, 17), x, 0, 18)",
        "sum(sum(exp(sum(sin(u[x]*u[i]*u[k]), k, i, 27)), i, 0, 17)*u[x], x, 0, 18)",
        "sum(sum(x[j]*a*i + b, j, 0, 15)**2, i, 0, 16)",
        "mean((y - sum(v[j]*tanh(t*u[j]), j, 0, 19))**2)**2",
    ],
}
CASES = [(text, None) for text in TEXTS] + [(text, kind) for kind, texts in SHAPES.items() for text in texts]
CASES += [(text, None) for text in GATHERS]


def loss_of(text):
    """The loss, and its columns as arguments."""
    over_rows = re.search(r"\by\b(?!\[)", text)
    used = {k: v for k, v in DATA.items() if re.search(rf"\b{k}\b(?![(\[])", text)}
    loss = Loss.parse(text, data=used if over_rows else None)
    return loss, [DATA[name] for name in loss.read.columns]


def scope_of(code):
    scope = {}
    exec(compile(code, "<generated>", "exec"), scope)
    return scope


def near(found, right, text):
    scale = float(np.abs(right).max())
    np.testing.assert_allclose(found, right, rtol=0, atol=1e-12 * max(scale, 1e-100), err_msg=text)


@pytest.mark.parametrize(("text", "kind"), CASES)
def test_the_numbers_are_those_of_the_loss(text, kind):
    loss, columns = gathered(text) if text in GATHERS else loss_of(text)
    code = derive(loss, "numpy")
    scope = scope_of(code)
    x, v = RANDOM.uniform(-1, 1, (2, loss.n))
    with np.errstate(all="ignore"):
        near(scope["f"](list(x), *columns), loss(x), text)
        near(scope["df"](x, *columns), loss.grad(x), text)
        if re.search(r"def ddf\(\w+, v", code):
            found, made = "product", scope["ddf"](x, v, *columns)
            near(made, loss.hessp(x, v), text)
        else:
            found, made = "dense", scope["ddf"](x, *columns)
            if isinstance(made, tuple):
                sparse, u, c = made
                found, made = "parts", sparse.toarray() + u @ c @ u.T
            elif not isinstance(made, np.ndarray):
                found, made = type(made).__name__, made.toarray()
            near(made, loss.hess(x), text)
    assert kind in (None, found)


@pytest.mark.parametrize(
    "text",
    [
        "sum((x[i+1]-x[i]**2)**2, i, 0, 16)",  # diagonals
        "sum(where(i > 2, x[i-2]*i, 1)*x[i]**2, i, 0, 16)",  # entries at places
        "sum(x[17-i]**2, i, 0, 17)",
    ],
)
def test_symopt_reads_and_proves_its_own_code(text):
    code = derive(Loss.parse(text), "numpy")
    assert check_source(read_text(code)).equal
    places = [m.end() for m in re.finditer(r"\+= ", code)]
    assert not check_source(read_text(code[: places[0]] + "2.5 + " + code[places[0] :])).equal


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("x**2*y + exp(x - y)", "jax"),
        ("x**2*y + exp(x - y)", "torch"),
        ("sum((x[i]-1)**2*x[i+1], i, 0, 15)", "python"),  # times a vector
        ("sum(x[i]**4, i, 0, 15)", "jax"),  # as jax derives it
        ("sum(x[i]**4*x[i+1], i, 0, 11)", "torch"),  # as torch derives it
        ("sum(x[i]**2, i, 0, 11)*sum(sin(x[i]), i, 0, 11)", "numpy"),  # S + U C Uᵀ
    ],
)
def test_code_of_each_kind_can_be_checked(text, language):
    assert check_source(read_text(derive(Loss.parse(text), language))).equal


def test_a_product_with_a_vector_is_linear_in_it():
    code = "def f(x): return x[0]*x[1]\ndef df(x): return [x[1], x[0]]\ndef ddf(x, v): return [v[1], {}]\n"
    assert check_source(read_text(code.format("v[0]"))).equal
    assert not check_source(read_text(code.format("2*v[0]"))).equal
    for wrong in ("v[0] + 1", "v[0]**2", "abs(v[0])", "v[0]*v[1]"):
        with pytest.raises(SymoptError, match="not linear"):
            check_source(read_text(code.format(wrong)))


def test_what_jax_derives():
    code = "import jax, jax.numpy as jnp\ndef f(x): return jnp.sum(x**3) + x[0]*x[2]\n"
    code += "df = jax.grad({})\nddf = jax.hessian({})\n"
    assert len(check_source(read_text(code.format("f", "f"))).components) == 12
    assert check_source(read_text(code.format("f", "f"))).equal
    assert not check_source(read_text(code.format("f", "lambda x: f(x)*x[0]"))).equal


def test_a_hessian_in_parts():
    code = """import numpy as np
def f(x): return x[0]**2 + x[0]*x[1]
def df(x): return [2*x[0] + x[1], x[0]]
def ddf(x): return np.diag([{}, 0.0]), np.eye(2)[:, :2], np.array([[0.0, 1.0], [1.0, 0.0]])
"""
    assert check_source(read_text(code.format("2.0"))).equal
    assert not check_source(read_text(code.format("3.0"))).equal


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch's own code
@pytest.mark.parametrize("library", ["jax", "torch"])
def test_a_library_derives_what_is_written_in_it(library):
    codes = {texts[k]: derive(loss_of(texts[k])[0], library) for texts in SHAPES.values() for k in (0, -1)}
    opened = {"jax": "jnp.asarray", "torch": "torch.as_tensor"}[library]
    for text, code in codes.items():
        compile(code, text, "exec")
        assert opened in code
        assert "unbind" not in code
    module = pytest.importorskip(library, reason=f"{library} is not installed: only the syntax was looked at")
    if library == "jax":
        module.config.update("jax_enable_x64", True)
    for text, code in codes.items():
        loss, columns = loss_of(text)
        scope = scope_of(code)
        x, v = RANDOM.uniform(0, 1, (2, loss.n))
        near(np.asarray(scope["f"](x, *columns)), loss(x), text)
        near(np.asarray(scope["df"](x, *columns)), loss.grad(x), text)
        near(np.asarray(scope["ddf"](x, v, *columns)), loss.hessp(x, v), text)


def test_torch_has_as_many_lines_at_every_length():
    short, long = (derive(Loss.parse(f"sum((x[i+1]-x[i])**2, i, 0, {n})"), "torch") for n in (20, 10**6))
    assert len(short.splitlines()) == len(long.splitlines())


def test_rows_that_were_not_there_when_the_code_was_written():
    text = "sqrt(mean((y - w[0] - w[1]*t)**2)) + mean(z)*w[1]**2 + sum(w[0]*t)"
    code = derive(loss_of(text)[0], "numpy")
    longer = {k: np.concatenate([DATA[k], DATA[k] + 0.3]) for k in "tyz"}
    loss = Loss.parse(text, data=longer)
    x = RANDOM.uniform(-1, 1, 2)
    scope = scope_of(code)
    columns = [list(longer[name]) for name in loss.read.columns]
    near(scope["f"](x, *columns), loss(x), text)
    near(scope["df"](x, *columns), loss.grad(x), text)
    near(scope["ddf"](x, *columns), loss.hess(x), text)


@pytest.mark.parametrize(
    "text",
    [
        "sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, n-2)",
        "log(sum(exp(x[i]), i, 0, n)) + sum(x[i]*a, i, 3, n)",
        "sum(log(sum(exp(x[i]*y[j]), j, 0, n)), i, 0, n)",
        "sum(sum((x[i]-x[j])**4, j, i+1, n), i, 0, n-1)",
    ],
)
def test_the_code_has_as_many_lines_at_every_length(text):
    codes = [derive(Loss.parse(text, constants={"n": n}), "numpy") for n in (20, 20_000)]
    lines = [[re.sub(r"\d+", "0", line) for line in code.splitlines()[2:]] for code in codes]
    assert lines[0] == lines[1]


def test_the_code_reads_as_people_write_it():
    code = derive(Loss.parse("sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, 10**6-2)"), "numpy")
    assert "    return ((1 - x[0:999999])**2 + 100*(x[1:1000000] - x[0:999999]**2)**2).sum()" in code
    assert "    g[1:1000000] += " in code
    assert "offsets=[0, 1, -1], shape=(1000000, 1000000))" in code
    code = derive(loss_of("mean((y - a*exp(-b*t))**2)")[0], "numpy")
    assert "def f(x, t, y):" in code
    assert ".mean()" in code
    code = derive(loss_of("sum((y - c[g]*t)**2)")[0], "numpy")
    assert re.search(r"np\.add\.at\(gradient|np\.add\.at\(\w+, g_at, ", code)
    code = derive(loss_of("mean(log(1 + exp(-y*(w0*t + w1*z + w2*y))))")[0], "numpy")
    assert re.search(r"X\.T @ .*\[:, None\]\*X\)", code)


def test_large_exponents_neither_overflow_nor_cancel():
    scope = scope_of(derive(Loss.parse("sum(log(1 + exp(x[i])), i, 0, 19)"), "numpy"))
    x = np.linspace(-800, 800, 20)
    with np.errstate(over="ignore"):
        near(scope["f"](x), np.maximum(x, 0).sum(), "softplus")
        near(scope["df"](x), np.heaviside(x, 0.5), "softplus")
        assert abs(scope["ddf"](x).toarray()).max() < 1e-15

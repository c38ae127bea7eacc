"""What may be typed and what it means; what may not, and what the refusal says."""

import json
import os
import random
from pathlib import Path

import mpmath
import pytest
import sympy

from symopt.errors import ExpressionError, StartError, SymoptError
from symopt.expression import number, parse, point, split
from tests.kit import grown

DATA = Path(__file__).parent.parent / "data"
x, y, z, lam = sympy.symbols("x y z lambda", real=True)
R = sympy.Rational


def rows(name):
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


ACCEPTED = {
    "2x^2": 2 * x**2,
    "-x^2": -(x**2),
    "2^-x": 2 ** (-x),
    "x^2^3": x**8,
    "3sin(x)cos(x)": 3 * sympy.sin(x) * sympy.cos(x),
    "(x+1)(x-1)": (x + 1) * (x - 1),
    "x y": x * y,
    "x(x+1)^2": x * (x + 1) ** 2,
    "2(x+1)": 2 * (x + 1),
    "-2x y^2": -2 * x * y**2,
    "x/2 + 1": x / 2 + 1,
    "x/y*z": x * z / y,
    "x/(2y)": x / (2 * y),
    "|x|": sympy.Abs(x),
    "2|x|": 2 * sympy.Abs(x),
    "|x-1||x+1|": sympy.Abs(x - 1) * sympy.Abs(x + 1),
    "||x|-1|": sympy.Abs(sympy.Abs(x) - 1),
    "|x|^2|y|": x**2 * sympy.Abs(y),
    "x²": x**2,
    "x⁻²y": y / x**2,
    "2x³y": 2 * x**3 * y,
    "2πx": 2 * sympy.pi * x,
    "（x＋1）＊2": 2 * x + 2,
    "x×y÷2": x * y / 2,
    "x·y": x * y,
    "x₁²": sympy.Symbol("x1", real=True) ** 2,
    "θ² + α": sympy.Symbol("theta", real=True) ** 2 + sympy.Symbol("alpha", real=True),
    "0.1x": x / 10,
    "1e-3x": x / 1000,
    "2e3x": 2000 * x,
    "2e^x": 2 * sympy.exp(x),
    "2e-x": 2 * sympy.E - x,
    ".5x": x / 2,
    "E**x": sympy.exp(x),
    "log(x, 2)": sympy.log(x) / sympy.log(2),
    "x[3]": sympy.Symbol("x3", real=True),
    "sum(x[i]^2, i, 0, 2)": sum(sympy.Symbol(f"x{k}", real=True) ** 2 for k in range(3)),
    "sum(x[i+1]*i, i, 0, 2)": sympy.Symbol("x2", real=True) + 2 * sympy.Symbol("x3", real=True),
    "prod(x+i, i, 1, 3)": (x + 1) * (x + 2) * (x + 3),
    "sum(sum(i*j*x, i, 1, j), j, 1, 3)": 25 * x,
    "Piecewise((x, x<0), (x^2, 0<=x<1), (1, True))": sympy.Piecewise(
        (x, x < 0), (x**2, sympy.And(x >= 0, x < 1)), (1, True), evaluate=False
    ),
    "where(x<0 or x>1, 0, x)": sympy.Piecewise((0, sympy.Or(x < 0, x > 1)), (x, True)),
    "where(x<0 | x>1, 0, x)": sympy.Piecewise((0, sympy.Or(x < 0, x > 1)), (x, True)),
    "Piecewise((0, Or(x < 0, x > 1)), (x, True))": sympy.Piecewise((0, sympy.Or(x < 0, x > 1)), (x, True)),
    "Piecewise((x, And(x < 1, Abs(x) > 0)), (0, True))": sympy.Piecewise(
        (x, sympy.And(x < 1, sympy.Abs(x) > 0)), (0, True)
    ),
    "where((x<1) & |x|>0, x, 0)": sympy.Piecewise((x, sympy.And(x < 1, sympy.Abs(x) > 0)), (0, True)),
    "sqrt(2)^2 x": 2 * x,
    "--x": x,
    "x - -y": x + y,
    "pi(x+1)": sympy.pi * (x + 1),
    "gamma(x)": sympy.gamma(x),
    "gamma*x": sympy.Symbol("gamma", real=True) * x,
    "cbrt(-8)x": -2 * x,
    "x ** 2 + \t y": x**2 + y,
    "sign(sqrt(2)-sqrt(3))*x": -x,
    "Heaviside(sqrt(2)-1)*x": x,
    "sum(Piecewise((x[i]^2, i<2), (x[i], True)), i, 1, 2)": sympy.Symbol("x1", real=True) ** 2
    + sympy.Symbol("x2", real=True),
    "Piecewise((x^2, 1>0), (sqrt(-1), True))": x**2,
    "sum(where(i>0, x[i-1], 0)*y, i, 0, 1)": sympy.Symbol("x0", real=True) * y,
    "where(1<0, sqrt(-1)*x^2, x)": x,
    "where(1<0, sum(log(i), i, -1, 3), i)": sympy.Symbol("i", real=True),
    "(1/3)**(1/997)*x": R(1, 3) ** R(1, 997) * x,
    "9^2.11*x": 9 ** R(211, 100) * x,
    "1.7^2.11*x": R(17, 10) ** R(211, 100) * x,
    "0.99^500*x": R(99, 100) ** 500 * x,
    "(1+1/365)^365*x": R(366, 365) ** 365 * x,
    "abs(exp(acosh(x)))": sympy.exp(sympy.acosh(x)),
    "|e^asin(x)|": sympy.exp(sympy.asin(x)),
    "abs(2^acosh(x))": 2 ** sympy.acosh(x),
    "abs(exp(x^x))": sympy.exp(x**x),
    "factorial(20)*x": sympy.factorial(20) * x,
    "x⨯y": x * y,
    "x➗2": x / 2,
    "xˆ2": x**2,
    "\ufeffx^2": x**2,
    "λ^2": lam**2,
    "λx": lam * x,
    "lambda^2": lam**2,
    "lambda*x": lam * x,
    "sum(λ*x[i]^2, i, 0, 0)": lam * sympy.Symbol("x0", real=True) ** 2,
}


@pytest.mark.parametrize("text", ACCEPTED)
def test_accepted_with_this_meaning(text):
    expr, _ = parse(text)
    assert sympy.simplify(expr - ACCEPTED[text]) == 0


def test_declared_names_win_over_functions_and_constants():
    expr, variables = parse("pi*sin(x) + e", variables=["sin", "x", "pi", "e"])
    sine, pi, e = (sympy.Symbol(name, real=True) for name in ("sin", "pi", "e"))
    assert expr == pi * sine * x + e
    assert [v.name for v in variables] == ["sin", "x", "pi", "e"]


@pytest.mark.parametrize(("names", "read"), [(["θ", "x"], ["theta", "x"]), (["λ"], ["lambda"]), (["x₁"], ["x1"])])
def test_declared_names_are_read_as_in_the_text(names, read):
    expr, variables = parse("+".join(names), names)
    assert [v.name for v in variables] == read
    assert expr == sum(variables)
    assert parse("λ*x", constants={"λ": 2})[0] == 2 * x


def test_inferred_variables_stand_in_natural_order():
    _, variables = parse("x10 + x2 + a*b2 + b10")
    assert [v.name for v in variables] == ["a", "b2", "b10", "x2", "x10"]


def test_constants_are_exact_and_are_not_variables():
    expr, variables = parse("a*x**2 - cos(b*x)", constants={"a": "1/50", "b": "pi"})
    assert expr == x**2 / 50 - sympy.cos(sympy.pi * x)
    assert variables == (x,)


@pytest.mark.parametrize("row", rows("bad"), ids=lambda row: repr(row["expr"]))
def test_mistyped(row):
    try:
        expr, _ = parse(row["expr"], row["vars"])
    except ExpressionError as error:
        said = f"{error} {error.hint}".lower()
        assert any(word.lower() in said for word in row["any"]), said
        assert "\n" not in error.message
        assert error.hint
        assert error.text == row["expr"]
        assert 0 <= error.start <= len(row["expr"])
    else:
        assert row.get("accept"), "accepted"
        assert expr == parse(row["accept"], row["vars"])[0]


REFUSED = {  # text: (a word of the answer, where the caret begins)
    "1/2x": ("1/2*x", 0),
    "x/2(x+1)": ("two readings", 0),
    "x/3y": ("x/(3*y)", 0),
    "(x+1)2": ("operator", 5),
    "x 2": ("operator", 2),
    "sin x": ("sin(x)", 0),
    "sin^2(x)": ("sin(x)^2", 0),
    "exp -x": ("exp(-x)", 0),
    "log(-1)*x": ("not a real number", 0),
    "x + sqrt(-4)": ("not a real number", 4),
    "(-8)**(1/3)*x": ("cbrt", 0),
    "x**1001": ("exponent", 3),
    "9**9**9**9": ("exponent", 6),
    "x + 10**400": ("too large", 4),
    "1e-400*x": ("too small", 0),
    "gamma(200)*x": ("too large", 0),
    "sum(x, i, 0, 30000)": ("too many", 0),
    "sum(x[i], i, 0, 0.5)": ("whole number", 16),
    "sum(x[i], i, 3, 1)": ("no terms", 0),
    "sum(x)": ("sum takes 4", 0),
    "x[-1]": ("negative", 0),
    "x[y]": ("whole number", 2),
    "x[0][1]": ("index", 4),
    "Max(x,1,2,3,4,5,6,7,8)": ("Max takes", 0),
    "floor(x)": ("derivative", 0),
    "mod(x, 2)": ("derivative", 0),
    "sin2x": ("sin(2*x)", 0),
    "2pix": ("pi*x", 1),
    "PI*x": ("pi", 0),
    "xsin(x)": ("x*sin(", 0),
    "xcosx": ("x*cos(x)", 0),
    "sin^-1(x)": ("asin(x)", 0),
    "exp^x": ("exp(x)", 0),
    "ln|x|": ("ln(|x|)", 0),
    "sin x^2": ("sin(x", 0),
    "x[]": ("brackets are empty", 1),
    "x[0]2": ("missing operator", 4),
    "1,000*x": ("1000", 1),
    "x or y": ("Piecewise", 2),
    "foo(x, y)": ("unknown function 'foo'", 0),
    "beta(x, y)": ("unknown function 'beta'", 0),
    "Piecewise((x, True), (y, x<0))": ("True last", 10),
    "where(where(x<0, x, 1) < 0, 1, x)": ("Piecewise of its own", 6),
    "1.0000001^1000*x": ("1.00010000499", 0),
    "e^1001*x": ("too large", 0),
    "exp(-1001)*x": ("too small", 0),
    "e^-1001*x": ("too small", 0),
    "where(x<0, foo(x), 1)": ("foo", 11),
    "where(1<0, foo(x), x)": ("foo", 11),
    "0.1**400*x": ("floating point", 0),
    "(x/3)**1000": ("floating point", 0),
    "1e308*1e308*x": ("too large", 0),
    "prod(x + i, i, 1, 9000)": ("too many", 0),
    "1/10**308/10**100*x": ("floating point", 2),
    "x % 2": ("%", 2),
    "0x10": ("decimal", 0),
    "1.2.3": ("decimal point", 3),
    "|x": ("never closed", 0),
    "x|": ("never closed", 1),
    "Piecewise((2|x|, x<0), (x, True))": ("2*|x|", 12),
    "atan2(x)": ("takes 2", 0),
    "Max(x<1, 2)": ("condition", 4),
    "where(x, 1, 2)": ("condition", 6),
    "where(And(), 1, 2)": ("condition", 6),
    "Piecewise((0, Eq(x, 1)), (x, True))": ("Eq is not read: conditions use", 14),
    "x + sqrt(-x**2)": ("real", 4),
    "f(x) = x**2": ("right-hand side", 5),
    "x == 1": ("==", 2),
    "x(x": ("never closed", 1),
    "x +": ("missing", 3),
    "x + * y": ("left", 4),
    "abc*x": ("abc", 0),
    "sni(x)": ("sin", 0),
    "2 + 3": ("no variable", 0),
    "1e99999999": ("too large", 0),
    "3." + "1" * 80 + "*x": ("digits", 0),
    "((1.0000001)**1000)**1000*x": ("digits", 1),
    "(2x)**1000*0 + ((1e300*x)**1000)": ("floating point", 16),
    "Heaviside(sin(1)^2+cos(1)^2-1)*x": ("told from 0", 10),
    "x + sign(sqrt(2)+sqrt(3)-sqrt(5+2*sqrt(6)))": ("told from 0", 9),
    "lambda x: x**2": ("Python", 0),
    "lambda: x": ("Python", 0),
    "lambda x, y: x": ("Python", 0),
    "x" + "+x" * 3000: ("4000", 4000),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:30])
def test_refused_at_its_place(text):
    word, place = REFUSED[text]
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert word in f"{error} {error.hint}"
    assert error.start == place
    assert error.hint


SAID = {  # what the answer names
    "sin 2x": "sin(2x)", "cos 3*x + 1": "cos(3*x)", "exp 2": "exp(2)", "ln 2x": "ln(2x)", "log 2": "log(2)",
    "Pi*x": "pi", "cos(Pi*x/20)": "pi", "tg(x)": "tan", "seno(x)": "sin", "sen(x)": "sin", "cosinus(x)": "cos",
    "tangent(x)": "tan", "cosecant(x)": "csc", "cosec(x)": "csc", "lb(x)": "log2", "ld(x)": "log2",
    "root(x,3)": "cbrt", "nthroot(x,3)": "cbrt", "cube(x)": "x**3", "squareroot(x)": "sqrt", "logistic(x)": "sigmoid",
    "softmax(x,y)": "exp(x)/(exp(x) + exp(y))", "logsumexp(x,y)": "log(exp(x) + exp(y))", "norm(x-y)": "sqrt(",
    "ch(x)": "cosh", "sh(x)": "sinh", "th(x)": "tanh", "sigm(x)": "sigmoid", "int x dx": "integrals",
    "dot(x,y)": "sum(x[i]*y[i]", "len(x)": "number", "arctan2(y,x)": "atan2", "cosine(x)": "cos", "sine(x)": "sin?",
    "f(x,y)=x^2+y^2": "right-hand side", "(x, y) -> x*y": "right-hand side", "d/dx x^2": "derives",
    "d^2/dx^2 (x^3)": "derives", "dy/dx": "derives", "f'(x)": "derives", "x'": "derives", "x′": "derives",
    "x.^2": "write ^", "x.*y": "write *", "x./y": "write /", "x.**2": "write **", "x.y": "x*y", "x.real": "attributes",
    "x.sum()": "sum(x[i]", "x.T@x": "matrices", "np.linalg.norm(x)": "'np.linalg.' prefix: norm",
    "sin[x]": "sin(x)", "Exp[x+1]": "exp(x+1)", "[x+1]*2": "( )", "[x,y]": "( )", "[[1,2],[3,4]]": "one number",
    "x//2": "write x/2", "sinxcosx": "sin(x)*cos(x)", "2sinxcos2x": "sin(x)*cos(2*x)", "thetax": "theta*x",
    "x mod 2": "modulo", "x%2": "modulo", "x plus 1": "x + 1", "x to the 2": "x^2", "x times y": "x*y",
    "x!": "factorial(x)", "3!": "factorial(3)", "1_000*x": "write 1000", "1 000*x": "write 1000",
    "1'000*x": "write 1000", "(x,y)": "one number", "x[0,1]": "x[0]", "sin(,x)": "sin(x)",
    "sum(x,(i,0,9))": "sum(x[i]**2, i, 0, 9)", "where(x=0,1,x)": "'=' is no condition", "where(x=<0,1,x)": "<=",
    "sum(x_i,i,0,3)": "x[i]", "sum(ai,i,0,3)": "a[i]", "sum(x[i], i=0, 9)": "sum(x[i], i, 0, 9)",
    "sum(x[i] for i in range(10))": "sum(x[i], i, 0, 9)", "log(x-x)": "log(0)", "sqrt(-x^2)": "positive",
    "½x": "(1/2)", "∛x": "cbrt", "‖x‖": "sqrt(x^2 + y^2)", "where(x≠0,1,x)": "< <=", "x→0": "only the loss",
    "xⁿ": "^n", "𝑥^2": "write x", "ℯ^x": "write e", "x⁽²⁾": "^(", "∆x": "Delta",
}  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_a_refusal_names_what_was_meant(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert SAID[text] in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "names", "words"),
    [
        ("ax", "x", ["a*x", "variables=['x', 'a']"]),
        ("2ax + 1", "x", ["a*x", "variables=['x', 'a']"]),
        ("x2 + y2", "x", ["x*2", "x^2", "variables=['x', 'x2']"]),
        ("x1", "x", ["variables=['x', 'x1']"]),
        ("xy", "xy", ["x*y?"]),
    ],
)
def test_a_refusal_knows_what_is_declared(text, names, words):
    with pytest.raises(ExpressionError) as caught:
        parse(text, [*names])
    for word in words:
        assert word in caught.value.hint


def test_the_caret_stands_under_the_trouble():
    with pytest.raises(ExpressionError) as caught:
        parse("x + foo(x)")
    assert caught.value.excerpt() == "  x + foo(x)\n      ^^^"
    with pytest.raises(ExpressionError) as caught:
        parse("（x）+ 的")
    _, carets = caught.value.excerpt().splitlines()
    assert carets.index("^") == 2 + 2 + 1 + 2 + 1 + 1  # wide brackets take two columns


def test_a_long_text_is_shown_around_the_trouble():
    with pytest.raises(ExpressionError) as caught:
        parse("x + " * 300 + "foo(x)" + " + x" * 300)
    line, carets = caught.value.excerpt().splitlines()
    assert len(line) < 90
    assert line[carets.index("^") : carets.index("^") + 3] == "foo"


@pytest.mark.parametrize("row", rows("attacks"), ids=lambda row: row["kind"])
def test_attacks_run_nothing(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        parse(row["expr"])
    except SymoptError as error:
        assert error.report()
    else:
        assert row["expect"] == "bounded"
    assert os.listdir(tmp_path) == []


def test_what_sympy_would_take_long_over_is_read_at_once():
    for text in ("digamma(10**3)*x", "polygamma(3, 10**3)*x", "loggamma(1000)*x", "Max(3)*x", "1e-320*x",
                 "Max(sqrt(2)+sqrt(3)-sqrt(5+2*sqrt(6)), 0)*x", "sum(sin(i*x), i, 1, 1000)",
                 "sigmoid(" * 100 + "x" + ")" * 100, "expm1(" * 240 + "x" + ")" * 240,
                 "x" + "^-x" * 100, "(" * 100 + "x" + "^-x)" * 100, "x" + "^-sin(x)" * 60,
                 "exp(-sum(x[i]^2, i, 0, 900))", "sum(x/(i^9+i+1), i, 1, 900)",
                 "abs(sqrt(2)+sqrt(3)-sqrt(5+2*sqrt(6))+1e-300)*x",
                 "where(" + " | ".join(f"(x<{i} & x>{i + 1})" for i in range(150)) + ", 1, x)"):  # fmt: skip
        parse(text)


def test_constants_have_to_be_used():
    with pytest.raises(StartError, match="no b"):
        parse("a*x", constants={"a": 1, "b": 2})
    with pytest.raises(StartError, match="no variable is left"):
        parse("a", constants={"a": 1})
    for bad in (None, [1], "x"):
        with pytest.raises(SymoptError):
            parse("a*x", constants={"a": bad})
    with pytest.raises(StartError):
        parse(3)


@pytest.mark.parametrize("depth", [10, 200])
def test_deep_and_wide_texts_are_read(depth):
    parse("(" * depth + "x" + ")" * depth)
    parse("sin(" * depth + "x" + ")" * depth)
    parse("-" * depth + "x")
    parse("+".join(["x**2"] * depth))
    parse("x" + "^1" * depth)
    with pytest.raises(ExpressionError, match="deep"):
        parse("sin(" * 300 + "x" + ")" * 300)
    with pytest.raises(ExpressionError, match=r"deep|characters"):
        parse("(" * 1900 + "x" + ")" * 1900)


def test_numbers_and_points_are_expressions():
    assert number("2**-6") == 1 / 64
    assert number("pi/2") == pytest.approx(1.5707963267948966, abs=0)
    assert point("-1.5, pi/2, atan2(1, 2)")[:2] == (-1.5, 1.5707963267948966)
    assert split("a:b(c:d):e", ":") == [(0, "a"), (2, "b(c:d)"), (9, "e")]
    with pytest.raises(ExpressionError) as caught:
        point("1, 2+foo")
    assert (caught.value.text, caught.value.start) == ("1, 2+foo", 5)


@pytest.mark.parametrize("names", [["x", "x"], ["1x"], [""], [], ["x y"], ["é"], ["λx"], ["θ", "theta"]])
def test_names_that_cannot_be_declared(names):
    with pytest.raises(StartError):
        parse("x", names)


def test_what_python_would_read_is_read_the_same():
    names = {name: getattr(mpmath, name) for name in ("sin", "cos", "atan", "tanh", "pi")}
    names |= {"x": mpmath.mpf(0.75), "y": mpmath.mpf(-1.25)}
    leaves = ["x", "y", "x", "y", *map(str, range(21)), "0.5", "1.25", "25e-2", "pi"]
    singles = ["(-{})", "sin({})", "cos({})", "atan({})", "tanh({})", "({})**0", "({})**1", "({})**2", "({})**3"]
    for text in grown.texts(150, leaves, singles, ["({} + {})", "({} - {})", "({} * {})"], 8):
        with mpmath.workdps(60):  # Python's own floats know nothing of the sine of 10**12
            want = float(eval(text, {"__builtins__": {}}, names))
        try:
            expr, _ = parse(text, ["x", "y"])
        except ExpressionError as error:
            assert "digits" in error.message or "large" in error.message, text
            continue
        got = float(expr.subs({x: R("0.75"), y: R("-1.25")}).evalf(30))
        assert got == pytest.approx(want, rel=1e-9, abs=1e-9), text


def test_any_text_is_read_or_refused_with_a_place():
    draw = random.Random(0)
    for _ in range(200):
        text = "".join(draw.choices("xy0123456789.+-*/^()[]|,<>=& eπ²sinlogabMax", k=draw.randint(0, 30)))
        try:
            parse(text)
        except ExpressionError as error:
            assert error.message, text
            assert error.hint, text
            assert error.report(), text


@pytest.mark.parametrize(("text", "names"), [
    ("销量**2 + cos(pi*x)", ["销量", "x"]), ("x**2+é", None), ("宽*高", ["宽", "高"]), ("x²+®", None),
])  # fmt: skip
def test_names_of_another_script_are_declared(text, names):
    with pytest.raises(ExpressionError, match="is not allowed") as told:
        parse(text)
    assert names is None or told.value.shell.endswith(f"--vars {','.join(names)}")
    assert ("declare" in told.value.hint) == (names is not None)
    assert names is None or len(parse(text, names)[1]) == len(names)

"""The gallery: losses with a name, a window, a start, and minima that are known.

Plain data, for listing must be fast. First one variable, then several. All minima are good to the last digit of
a double; where a printed source disagrees, the number here was computed.
"""

from dataclasses import dataclass

from symopt.errors import public
from symopt.notebook import Listing, clipped, table


@dataclass(frozen=True)
class Entry:
    """One loss of the gallery, and what there is to know before walking on it.

    name: how the command line calls it.
    text: the loss as one would type it.
    variables: their names, in the order of every point.
    window: one (low, high) per variable; the text is finite inside.
    start: where a walk usually begins, often the start of the source.
    minima: all points where the loss is least in the window, as far as such points are isolated; empty where there
        is no least value or only the border has it.
    fmin: the value there, None without minima.
    about: what this loss teaches.
    reference: author: title, year, number.
    local_minima: minima that are not global; not always all of them.
    smooth: False where a kink, a cusp or a jump in curvature is the lesson.
    steps: how many steps suit it, None for the usual number.
    """

    name: str
    text: str
    variables: tuple[str, ...]
    window: tuple[tuple[float, float], ...]
    start: tuple[float, ...]
    minima: tuple[tuple[float, ...], ...]
    fmin: float | None
    about: str
    reference: str
    local_minima: tuple[tuple[float, ...], ...] = ()
    smooth: bool = True
    steps: int | None = None

    @property
    def n(self) -> int:
        """How many variables."""
        return len(self.variables)

    def __repr__(self) -> str:
        return f"<loss {self.name}: {clipped(self.text)}>"

    def _repr_html_(self) -> str:
        sides = [f"[{low:g}, {high:g}]" for low, high in self.window[:4]] + ["…"] * (self.n > 4)
        rows = [
            ("loss", self.name), ("f", self.text), ("about", self.about), ("variables", ", ".join(self.variables)),
            ("window", " × ".join(sides)), ("start", _listed(self.start)),
            *(("least f", f"{self.fmin:.12g} at {_listed(place)}") for place in self.minima[:8]),
            ("reference", self.reference),
        ]  # fmt: skip
        return table(rows)


def _listed(place: tuple[float, ...]) -> str:
    return clipped(", ".join(f"{value:.12g}" for value in place))


MGH = "Moré, Garbow, Hillstrom: Testing Unconstrained Optimization Software, 1981, problem "
HJL = "Hansen, Jaumard, Lu: Global Optimization of Univariate Lipschitz Functions II, 1992, problem "
NW = "Nocedal, Wright: Numerical Optimization, 2006"
DS = "Dennis, Schnabel: Numerical Methods for Unconstrained Optimization and Nonlinear Equations, 1983"
BV = "Boyd, Vandenberghe: Convex Optimization, 2004"
NEST = "Nesterov: Introductory Lectures on Convex Optimization, 2004"
JY = "Jamil, Yang: A Literature Survey of Benchmark Functions for Global Optimisation Problems, 2013"
DSZ = "Dixon, Szegö: Towards Global Optimisation 2, 1978"
ESL = "Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, 2009, section 4.4"


def _x(n: int) -> tuple[str, ...]:
    return tuple(f"x{i}" for i in range(1, n + 1))


# fmt: off
GALLERY: tuple[Entry, ...] = (
    Entry("quadratic", "x**2", ("x",), ((-20.0, 20.0),), (-20.0,), ((0.0,),), 0.0,
        "The plain bowl: Newton needs one step, gradient descent halves, hops or flies off as its learning rate says.",
        NW + ", chapter 2"),
    Entry("perturbed-quadratic", "-cos(pi*x/20) + x**2", ("x",), ((-20.0, 20.0),), (-20.0,), ((0.0,),), -1.0,
        "A bowl with a ripple, so that Newton is more than gradient descent with learning rate 1/f″: its first step "
        "lands near the bottom, not on it.",
        NW + ", chapter 3"),
    Entry("cosine", "-cos(pi*x/20)", ("x",), ((-20.0, 20.0),), (-15.0,), ((0.0,),), -1.0,
        "Newton climbs from −15: where f″ < 0 its parabola opens downwards, and it walks to the maximum at −20.",
        NW + ", section 3.4"),
    Entry("quartic", "x**4", ("x",), ((-2.0, 2.0),), (-2.0,), ((0.0,),), 0.0,
        "At the bottom f″ is zero, so Newton is only linear: each step keeps 2/3 of the distance.",
        DS + ", chapter 2"),
    Entry("three-halves", "abs(x)**1.5", ("x",), ((-4.0, 4.0),), (2.0,), ((0.0,),), 0.0,
        "Newton maps x to −x: a 2-cycle for ever, from every start. f″ is infinite at the bottom.",
        "Bertsekas: Nonlinear Programming, 1999, section 1.2", smooth=False),
    Entry("cusp", "sqrt(abs(x))", ("x",), ((-4.0, 4.0),), (1.0,), ((0.0,),), 0.0,
        "Concave on both sides of a sharp minimum: Newton maps x to 3x and runs away, gradient descent hops around "
        "the tip.",
        "Polyak: Introduction to Optimization, 1987", smooth=False),
    Entry("absolute-value", "abs(x)", ("x",), ((-5.0, 5.0),), (-4.3,), ((0.0,),), 0.0,
        "All slopes are ±1: gradient descent never slows down and ends hopping over the kink. There is no f″ for "
        "Newton.",
        "Shor: Minimization Methods for Non-Differentiable Functions, 1985", smooth=False),
    Entry("huber", "Piecewise((x**2/2, abs(x) <= 1), (abs(x) - 1/2, True))", ("x",), ((-6.0, 6.0),), (-4.0,),
        ((0.0,),), 0.0,
        "Square inside, straight outside: outliers pull with a bounded force. Newton has no step where f″ is zero.",
        "Huber: Robust Estimation of a Location Parameter, 1964", smooth=False),
    Entry("pseudo-huber", "sqrt(1 + x**2) - 1", ("x",), ((-5.0, 5.0),), (1.1,), ((0.0,),), 0.0,
        "Strictly convex and smooth, yet Newton maps x to −x³: it converges from |x| < 1, cycles at 1, and runs away "
        "beyond.",
        NEST + ", section 1.2"),
    Entry("log-cosh", "log(cosh(x))", ("x",), ((-5.0, 5.0),), (-1.1,), ((0.0,),), 0.0,
        "A smooth absolute value. Newton converges from |x| < 1.0886 only; gradient descent with learning rate 1 from "
        "everywhere.",
        BV + ", exercise 9.10"),
    Entry("arctan-well", "x*atan(x) - log(1 + x**2)/2", ("x",), ((-5.0, 5.0),), (1.5,), ((0.0,),), 0.0,
        "Its slope is the arctangent, the classic on which Newton overshoots: it converges from |x| < 1.3917 and "
        "diverges beyond.",
        "Kelley: Solving Nonlinear Equations with Newton's Method, 2003"),
    Entry("steep-bowl", "exp(x**2) - 1", ("x",), ((-3.0, 3.0),), (2.5,), ((0.0,),), 0.0,
        "Walls so steep that gradient descent needs a tiny learning rate; Newton comes down about 1/(2x) a step, then "
        "at once.",
        NW + ", chapter 3"),
    Entry("inflection", "x**3", ("x",), ((-2.0, 2.0),), (2.0,), (), None,
        "The gradient is zero at 0, and it is no minimum: Newton halves its way to the inflection point, gradient "
        "descent stalls there.",
        DS + ", chapter 2"),
    Entry("staircase", "x + sin(x)", ("x",), ((-12.0, 12.0),), (10.0,), (), None,
        "Flat at −π, π, 3π, … without any minimum: every landing is an inflection point. Unbounded below.",
        NW + ", chapter 2"),
    Entry("cubic", "x**3 - 3*x", ("x",), ((-2.5, 2.5),), (-0.5,), (), None,
        "A minimum at 1, a maximum at −1, no lower bound on the left: Newton from −1/2 ends at the maximum.",
        DS + ", chapter 2", local_minima=((1.0,),)),
    Entry("double-well", "(x**2 - 1)**2", ("x",), ((-2.0, 2.0),), (0.4,), ((-1.0,), (1.0,)), 0.0,
        "Two equal minima and a hill between: from 0.4 Newton goes to the hilltop, gradient descent to the right-hand "
        "well.",
        "Strogatz: Nonlinear Dynamics and Chaos, 1994"),
    Entry("tilted-double-well", "x**4 - 2*x**2 + x/2", ("x",), ((-2.0, 2.0),), (1.5,), ((-1.057453770738378,),),
        -1.5147536412757057,
        "Two wells of different depth: what starts on the right stays in the shallow one.",
        "Strogatz: Nonlinear Dynamics and Chaos, 1994", local_minima=((0.9304029265558517,),)),
    Entry("newton-cycle", "x**4/4 - x**2 + 2*x", ("x",), ((-3.0, 3.0),), (0.0,), ((-1.7692923542386314,),),
        -4.219136248741586,
        "Newton jumps 0, 1, 0, 1, … and the cycle attracts its neighbours, while the minimum waits at −1.77.",
        "Smale: The Fundamental Theorem of Algebra and Complexity Theory, 1981"),
    Entry("exponential-valley", "exp(x) - x", ("x",), ((-6.0, 4.0),), (-4.0,), ((0.0,),), 1.0,
        "Convex with a flat and a steep side: from the flat side Newton leaps 50 units too far and creeps back one "
        "unit a step.",
        DS + ", chapter 2"),
    Entry("log-barrier", "x - log(x)", ("x",), ((0.05, 6.0),), (2.5,), ((1.0,),), 1.0,
        "Defined for x > 0 only: Newton from beyond 2 steps out of the domain at once, from (0, 2) it converges "
        "quadratically.",
        BV + ", exercise 9.10"),
    Entry("self-power", "x**x", ("x",), ((0.01, 2.0),), (1.5,), ((0.36787944117144233,),), 0.6922006275553464,
        "Convex for x > 0 with its minimum at 1/e; the slope is vertical at the left end.",
        "Euler: De formulis exponentialibus replicatis, 1777"),
    Entry("entropy", "x*log(x)", ("x",), ((0.01, 2.0),), (1.8,), ((0.36787944117144233,),), -0.36787944117144233,
        "The convex building block of entropy, least at 1/e. Newton from beyond 1 steps to a negative x, where there "
        "is no loss.",
        "Shannon: A Mathematical Theory of Communication, 1948"),
    Entry("soft-ramp", "log(1 + exp(x))", ("x",), ((-10.0, 10.0),), (3.0,), (), None,
        "The softplus, a smooth ramp without a minimum: the gradient fades to the left, and flat does not mean "
        "arrived.",
        "Dugas, Bengio, Bélisle, Nadeau, Garcia: Incorporating Second-Order Functional Knowledge, 2001"),
    Entry("cross-entropy", "log(1 + exp(x)) - 0.3*x", ("x",), ((-8.0, 8.0),), (4.0,), ((-0.8472978603872036,),),
        0.6108643020548935,
        "The logit of a coin that shows heads three times in ten: convex, least at log(3/7), and Newton overshoots "
        "from the tail.",
        ESL),
    Entry("logistic-ridge", "log(1 + exp(-x)) + x**2/20", ("x",), ((-10.0, 10.0),), (-6.0,), ((1.6335061701558464,),),
        0.31176731392220464,
        "A logistic loss that its ridge term keeps strongly convex: all methods arrive, and their rates can be "
        "compared.",
        ESL),
    Entry("hinge-ridge", "Max(0, 1 - x) + x**2/10", ("x",), ((-4.0, 4.0),), (-3.0,), ((1.0,),), 0.1,
        "The support vector machine in one variable: its minimum sits on the kink at 1, where gradients never vanish.",
        "Cortes, Vapnik: Support-Vector Networks, 1995", smooth=False),
    Entry("lasso", "(x - 1)**2/2 + 2*abs(x)", ("x",), ((-4.0, 4.0),), (3.0,), ((0.0,),), 0.5,
        "The penalty outweighs the data and the minimum is exactly 0, on the kink: gradient descent chatters around "
        "it.",
        "Tibshirani: Regression Shrinkage and Selection via the Lasso, 1996", smooth=False),
    Entry("gaussian-well", "-exp(-x**2)", ("x",), ((-4.0, 4.0),), (2.5,), ((0.0,),), -1.0,
        "A pit in a plain: outside |x| < 0.707 Newton walks away from it, and far out everything looks flat.",
        "Holland, Welsch: Robust Regression Using Iteratively Reweighted Least-Squares, 1977"),
    Entry("geman-mcclure", "x**2/(1 + x**2)", ("x",), ((-6.0, 6.0),), (3.0,), ((0.0,),), 0.0,
        "A loss that forgives outliers: beyond |x| = 0.577 it is concave and Newton drives the point outwards.",
        "Geman, McClure: Statistical Methods for Tomographic Image Reconstruction, 1987"),
    Entry("runge", "-1/(1 + 25*x**2)", ("x",), ((-1.0, 1.0),), (0.8,), ((0.0,),), -1.0,
        "A narrow spike on a slow slope: gradient descent crawls until it meets a curvature of 50; it is convex for "
        "|x| < 0.115 only, and Newton from outside walks away.",
        "Runge: Über empirische Funktionen und die Interpolation zwischen äquidistanten Ordinaten, 1901"),
    Entry("lennard-jones", "1/x**12 - 2/x**6", ("x",), ((0.85, 3.0),), (1.5,), ((1.0,),), -1.0,
        "Two atoms: a wall on the left, a fading pull on the right. Beyond x = 1.109 Newton tears the bond apart.",
        "Lennard-Jones: Cohesion, 1931"),
    Entry("morse", "(1 - exp(-(x - 1)))**2", ("x",), ((-0.5, 6.0),), (3.0,), ((1.0,),), 0.0,
        "A chemical bond: stiff when pressed, soft when stretched, concave beyond 1 + log 2, where Newton lets it "
        "break.",
        "Morse: Diatomic Molecules According to the Wave Mechanics II, 1929"),
    Entry("wavy-quadratic", "x**2 + 10*sin(x)", ("x",), ((-10.0, 10.0),), (6.0,), ((-1.306440008369511,),),
        -7.945823375615284,
        "A bowl with waves: from the right a descent stops in the local minimum at 3.84.",
        "SciPy Lecture Notes: Mathematical Optimization", local_minima=((3.837467106499049,),)),
    Entry("sine-over-x", "sin(x)/x", ("x",), ((0.5, 20.0),), (6.5,), ((4.493409457909064,),), -0.21723362821122166,
        "Ripples that die out: from 6.5 Newton climbs to a crest while gradient descent finds the deepest trough, "
        "where tan x = x.",
        "Gradshteyn, Ryzhik: Table of Integrals, Series, and Products, 2007",
        local_minima=((10.904121659428899,), (17.22075527193077,))),
    Entry("sine-sum", "sin(x) + sin(10*x/3)", ("x",), ((2.7, 7.5),), (4.0,), ((5.145735290256128,),),
        -1.8995993491521133,
        "Two incommensurate waves: three troughs of different depth in a short interval.",
        HJL + "2", local_minima=((3.387251718444631,), (7.000149116862254,))),
    Entry("shubert-1d", "-sum(i*sin((i + 1)*x + i), i, 1, 5)", ("x",), ((-10.0, 10.0),), (-2.0,),
        ((-6.774576143438901,), (-0.49139083625931457,), (5.791794470920272,)), -12.03124944216714,
        "Nineteen minima, three of them global, one period apart: the start decides everything.",
        HJL + "3"),
    Entry("rastrigin-1d", "x**2 - 10*cos(2*pi*x) + 10", ("x",), ((-5.12, 5.12),), (3.3,), ((0.0,),), 0.0,
        "A bowl under an egg box: every descent ends in the nearest dimple.",
        "Rastrigin: Systems of Extremal Control, 1974"),
    Entry("gramacy-lee", "sin(10*pi*x)/(2*x) + (x - 1)**4", ("x",), ((0.5, 2.5),), (1.3,), ((0.5485634445276052,),),
        -0.8690111349894998,
        "Fast waves on the left of a steep slope: nine minima, the deepest at the far left.",
        "Gramacy, Lee: Cases for the Nugget in Modeling Computer Experiments, 2012"),
    Entry("forrester", "(6*x - 2)**2*sin(12*x - 4)", ("x",), ((0.0, 1.0),), (0.45,), ((0.7572487578418559,),),
        -6.0207400557670825,
        "A deep minimum, a shallow one, and an inflection point at 1/3 on which a descent from 0.45 comes to rest.",
        "Forrester, Sóbester, Keane: Engineering Design via Surrogate Modelling, 2008",
        local_minima=((0.14258918932471631,),)),

    Entry("rosenbrock", "(1 - x)**2 + 100*(y - x**2)**2", ("x", "y"), ((-2.0, 2.0), (-1.0, 3.0)), (-1.2, 1.0),
        ((1.0, 1.0),), 0.0,
        "The banana: a curved, flat-bottomed valley. Gradient descent creeps along it for tens of thousands of steps, "
        "Newton takes six.",
        MGH + "1"),
    Entry("gentle-banana", "(1 - x)**2 + 3*(y - x**2)**2", ("x", "y"), ((-2.0, 2.0), (-1.0, 3.0)), (-1.2, 1.0),
        ((1.0, 1.0),), 0.0,
        "Rosenbrock's valley with gentle walls: gradient descent can be watched arriving.",
        "Rosenbrock: An Automatic Method for Finding the Greatest or Least Value of a Function, 1960"),
    Entry("cube", "100*(y - x**3)**2 + (1 - x)**2", ("x", "y"), ((-1.5, 1.5), (-2.0, 2.0)), (-1.2, 1.0),
        ((1.0, 1.0),), 0.0,
        "A valley along a cubic, with a flat inflection on the way.",
        "Lavi, Vogl (editors): Recent Advances in Optimization Techniques, 1966"),
    Entry("himmelblau", "(x**2 + y - 11)**2 + (x + y**2 - 7)**2", ("x", "y"), ((-5.0, 5.0),) * 2, (0.0, -1.0),
        ((3.0, 2.0), (-2.805118086952745, 3.131312518250573), (-3.779310253377747, -3.2831859912861696),
         (3.5844283403304917, -1.8481265269644036)), 0.0,
        "Four equal minima around one hill at (−0.27, −0.92): plain Newton from (0, −1) goes up to its top.",
        "Himmelblau: Applied Nonlinear Programming, 1972"),
    Entry("beale", "(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2", ("x", "y"),
        ((-4.5, 4.5),) * 2, (1.0, 1.0), ((3.0, 0.5),), 0.0,
        "Steep corners around a flat valley; from (1, 1) plain Newton takes one step, onto a saddle, and stops.",
        MGH + "5"),
    Entry("booth", "(x + 2*y - 7)**2 + (2*x + y - 5)**2", ("x", "y"), ((-10.0, 10.0),) * 2, (-8.0, 8.0),
        ((1.0, 3.0),), 0.0,
        "A tilted elliptic bowl: one Newton step, and a fair race for everyone else.",
        JY),
    Entry("matyas", "0.26*(x**2 + y**2) - 0.48*x*y", ("x", "y"), ((-10.0, 10.0),) * 2, (-8.0, 6.0), ((0.0, 0.0),),
        0.0,
        "A bowl of condition number 25 that lies along the diagonal: methods with one rate per coordinate cannot see "
        "its axes.",
        JY),
    Entry("elongated-bowl", "x**2 + 100*y**2", ("x", "y"), ((-5.0, 5.0), (-1.5, 1.5)), (-4.0, 1.0), ((0.0, 0.0),),
        0.0,
        "Condition number 100: gradient descent zigzags across while it creeps along. Momentum was made for this.",
        "Polyak: Some Methods of Speeding Up the Convergence of Iteration Methods, 1964"),
    Entry("three-exponentials", "exp(x + 3*y - 0.1) + exp(x - 3*y - 0.1) + exp(-x - 0.1)", ("x", "y"),
        ((-2.0, 2.0), (-1.2, 1.2)), (-1.0, 0.7), ((-0.34657359027997264, 0.0),), 2.5592666966582156,
        "Smooth, strictly convex, not quadratic: the textbook picture for gradient descent with backtracking.",
        BV + ", section 9.3"),
    Entry("logistic-regression",
        "log(1 + exp(a + b/2)) + log(1 + exp(a + b)) + log(1 + exp(-a - 3*b/2)) + log(1 + exp(a + 2*b)) + "
        "log(1 + exp(-a - 5*b/2)) + log(1 + exp(-a - 3*b))",
        ("a", "b"), ((-10.0, 5.0), (-4.0, 8.0)), (0.0, 0.0), ((-4.249096550479971, 2.4280551717028405),),
        2.4779868350496126,
        "Passing an exam against hours of study, six students, no perfect separation: convex, with intercept and "
        "slope correlated.",
        ESL),
    Entry("exponential-fit", "(2.1 - a)**2 + (1.2 - a*exp(-k))**2 + (0.8 - a*exp(-2*k))**2 + (0.4 - a*exp(-3*k))**2",
        ("a", "k"), ((-1.0, 4.0), (-1.0, 3.0)), (1.0, 1.5), ((2.09189439866049, 0.5230970276157678),),
        0.007161362962946004,
        "A decay fitted to four points: small residuals, so that Gauss–Newton and Newton nearly agree at the end.",
        NW + ", chapter 10"),
    Entry("saddle", "x**2 - y**2", ("x", "y"), ((-2.0, 2.0),) * 2, (-1.5, 0.01), (), None,
        "Down one way, up the other: Newton jumps onto the saddle in one step, gradient descent slides past it and "
        "away.",
        NW + ", section 2.1"),
    Entry("monkey-saddle", "x**3 - 3*x*y**2", ("x", "y"), ((-2.0, 2.0),) * 2, (1.5, 0.5), (), None,
        "Three ways down, three up, and a zero Hessian in the middle: Newton halves its way to a point that is no "
        "minimum.",
        "Hilbert, Cohn-Vossen: Geometry and the Imagination, 1932"),
    Entry("two-wells", "(x**2 - 1)**2 + y**2", ("x", "y"), ((-2.0, 2.0),) * 2, (0.3, 1.5), ((-1.0, 0.0), (1.0, 0.0)),
        0.0,
        "Two wells and a pass: plain Newton from the ridge goes to the saddle at the origin.",
        "Strogatz: Nonlinear Dynamics and Chaos, 1994"),
    Entry("three-hump-camel", "2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2", ("x", "y"), ((-2.5, 2.5),) * 2, (2.0, 1.0),
        ((0.0, 0.0),), 0.0,
        "One global minimum between two local ones and their saddles.",
        DSZ, local_minima=((1.7475523458302888, -0.8737761729151444), (-1.7475523458302888, 0.8737761729151444))),
    Entry("six-hump-camel", "(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (4*y**2 - 4)*y**2", ("x", "y"),
        ((-2.0, 2.0), (-1.2, 1.2)), (0.5, 0.1),
        ((0.08984201310031806, -0.7126564030207396), (-0.08984201310031806, 0.7126564030207396)), -1.0316284534898774,
        "Six minima in three pairs, two of them global, with saddles that attract plain Newton.",
        DSZ,
        local_minima=((1.703606714969981, -0.7960835686726251), (-1.703606714969981, 0.7960835686726251),
         (1.6071047529201972, 0.5686514548841314), (-1.6071047529201972, -0.5686514548841314))),
    Entry("goldstein-price",
        "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 "
        "+ 48*y - 36*x*y + 27*y**2))",
        ("x", "y"), ((-2.0, 2.0),) * 2, (0.5, 0.5), ((0.0, -1.0),), 3.0,
        "Values from 3 to a million on one small square, with three local minima besides the global one.",
        "Goldstein, Price: On Descent from Local Minima, 1971", local_minima=((-0.6, -0.4), (1.8, 0.2), (1.2, 0.8))),
    Entry("branin", "(y - 5.1*x**2/(4*pi**2) + 5*x/pi - 6)**2 + 10*(1 - 1/(8*pi))*cos(x) + 10", ("x", "y"),
        ((-5.0, 10.0), (0.0, 15.0)), (2.5, 7.5),
        ((-3.141592653589793, 12.275), (3.141592653589793, 2.275), (9.42477796076938, 2.475)), 0.3978873577297383,
        "Three equal minima, at x = −π, π and 3π, along a parabola.",
        "Branin: Widely Convergent Method for Finding Multiple Solutions of Simultaneous Nonlinear Equations, 1972"),
    Entry("mccormick", "sin(x + y) + (x - y)**2 - 1.5*x + 2.5*y + 1", ("x", "y"), ((-1.5, 4.0), (-3.0, 4.0)),
        (2.0, 0.0), ((-0.5471975511965977, -1.5471975511965979),), -1.9132229549810364,
        "A wave rolling down a trough: the next minima repeat every π along the diagonal, each lower by π, so the "
        "best is best only in this window.",
        "Adorio, Diliman: MVF, Multivariate Test Functions Library in C, 2005",
        local_minima=((2.5943951023931957, 1.5943951023931955),)),
    Entry("styblinski-tang", "(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)/2", ("x", "y"), ((-5.0, 5.0),) * 2,
        (0.5, -1.0), ((-2.903534027771177, -2.903534027771177),), -78.33233140754282,
        "A double well in each coordinate: four minima, one of them the deepest, and a hill in the middle.",
        "Styblinski, Tang: Experiments in Nonconvex Optimization, 1990",
        local_minima=((2.746802770990837, -2.903534027771177), (-2.903534027771177, 2.746802770990837),
         (2.746802770990837, 2.746802770990837))),
    Entry("peaks",
        "3*(1 - x)**2*exp(-x**2 - (y + 1)**2) - 10*(x/5 - x**3 - y**5)*exp(-x**2 - y**2) - exp(-(x + 1)**2 - y**2)/3",
        ("x", "y"), ((-3.0, 3.0),) * 2, (0.0, 1.0), ((0.22827892055636909, -1.6255349574999964),), -6.551133332835837,
        "Three hills, three hollows and a plain around them: nearly every behaviour in one picture.",
        "MathWorks: MATLAB, function peaks",
        local_minima=((-1.3473962443682108, 0.20451886609700518), (0.2964455538468321, 0.32019624766683435))),
    Entry("mueller-brown",
        "-200*exp(-(x - 1)**2 - 10*y**2) - 100*exp(-x**2 - 10*(y - 0.5)**2) - "
        "170*exp(-6.5*(x + 0.5)**2 + 11*(x + 0.5)*(y - 1.5) - 6.5*(y - 1.5)**2) + "
        "15*exp(0.7*(x + 1)**2 + 0.6*(x + 1)*(y - 1) + 0.7*(y - 1)**2)",
        ("x", "y"), ((-1.5, 1.2), (-0.5, 2.0)), (-0.8, 0.7), ((-0.5582236346330243, 1.4417258418046686),),
        -146.69951720995402,
        "A chemist's landscape: reactant, product, an intermediate, and the two saddles that a reaction must cross.",
        "Müller, Brown: Location of Saddle Points and Minimum Energy Paths, 1979",
        local_minima=((0.6234994049308765, 0.028037758528685664), (-0.050010822998206056, 0.4666941048719721))),
    Entry("easom", "-cos(x)*cos(y)*exp(-(x - pi)**2 - (y - pi)**2)", ("x", "y"), ((-2.0, 8.0),) * 2, (2.2, 2.5),
        ((3.141592653589793, 3.141592653589793),), -1.0,
        "A needle's eye in a plain: a little farther out every gradient is zero to rounding.",
        "Easom: A Survey of Global Optimization Techniques, 1990"),
    Entry("bohachevsky", "x**2 + 2*y**2 - 0.3*cos(3*pi*x) - 0.4*cos(4*pi*y) + 0.7", ("x", "y"), ((-2.0, 2.0),) * 2,
        (-1.5, 1.2), ((0.0, 0.0),), 0.0,
        "A bowl with shallow ripples: momentum rolls over what stops gradient descent.",
        "Bohachevsky, Johnson, Stein: Generalized Simulated Annealing for Function Optimization, 1986"),
    Entry("rastrigin", "20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)", ("x", "y"), ((-5.12, 5.12),) * 2,
        (2.2, -1.7), ((0.0, 0.0),), 0.0,
        "An egg box on a bowl: over a hundred minima on a grid, one of them global.",
        "Rastrigin: Systems of Extremal Control, 1974"),
    Entry("ackley", "-20*exp(-0.2*sqrt((x**2 + y**2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2) + e + 20", ("x", "y"),
        ((-5.0, 5.0),) * 2, (-2.2, 3.4), ((0.0, 0.0),), 0.0,
        "A flat outskirt of dimples around a sharp funnel: the minimum itself is a cone's tip without a gradient.",
        "Ackley: A Connectionist Machine for Genetic Hillclimbing, 1987", smooth=False),
    Entry("griewank", "(x**2 + y**2)/4000 - cos(x)*cos(y/sqrt(2)) + 1", ("x", "y"), ((-20.0, 20.0),) * 2,
        (11.0, -7.0), ((0.0, 0.0),), 0.0,
        "From afar a bowl, from near a field of equal-looking dimples.",
        "Griewank: Generalized Descent for Global Optimization, 1981"),
    Entry("levy",
        "sin(pi*(1 + (x - 1)/4))**2 + ((x - 1)/4)**2*(1 + 10*sin(pi*(1 + (x - 1)/4) + 1)**2) + "
        "((y - 1)/4)**2*(1 + sin(2*pi*(1 + (y - 1)/4))**2)",
        ("x", "y"), ((-10.0, 10.0),) * 2, (-4.0, 6.0), ((1.0, 1.0),), 0.0,
        "A bowl with waves across both axes: dozens of local minima around the one at (1, 1).",
        "Levy, Montalvo: The Tunneling Algorithm for the Global Minimization of Functions, 1985"),
    Entry("schaffer-2", "0.5 + (sin(x**2 - y**2)**2 - 0.5)/(1 + 0.001*(x**2 + y**2))**2", ("x", "y"),
        ((-6.0, 6.0),) * 2, (2.0, 1.0), ((0.0, 0.0),), 0.0,
        "Rings upon rings: along both diagonals the valley is almost as deep as at its centre, where the curvature is "
        "only 0.002.",
        JY),
    Entry("schwefel", "-x*sin(sqrt(abs(x))) - y*sin(sqrt(abs(y)))", ("x", "y"), ((-500.0, 500.0),) * 2,
        (150.0, -250.0), ((420.96874635998205, 420.96874635998205),), -837.9657745448674,
        "The best minimum lies in a corner, far from the second best: going downhill deceives. Least only within the "
        "window.",
        "Schwefel: Numerical Optimization of Computer Models, 1981", smooth=False),
    Entry("michalewicz", "-sin(x)*sin(x**2/pi)**20 - sin(y)*sin(2*y**2/pi)**20", ("x", "y"),
        ((0.0, 3.141592653589793),) * 2, (2.0, 1.4), ((2.2029055201726093, 1.5707963267948966),), -1.8013034100985525,
        "Narrow canyons crossing on a plain that is flat to many digits.",
        "Michalewicz: Genetic Algorithms + Data Structures = Evolution Programs, 1992"),
    Entry("bukin-6", "100*sqrt(abs(y - 0.01*x**2)) + 0.01*abs(x + 10)", ("x", "y"), ((-15.0, -5.0), (-3.0, 3.0)),
        (-7.0, 2.0), ((-10.0, 1.0),), 0.0,
        "A razor-sharp curved valley: all along its floor f has no gradient, and the floor hardly falls.",
        JY, smooth=False),
    Entry("freudenstein-roth", "(x - 13 + ((5 - y)*y - 2)*y)**2 + (x - 29 + ((y + 1)*y - 14)*y)**2", ("x", "y"),
        ((-2.0, 15.0), (-3.0, 5.0)), (0.5, -2.0), ((5.0, 4.0),), 0.0,
        "Two equations with one solution: from the usual start descents end in the local minimum with f = 48.98.",
        MGH + "2", local_minima=((11.412778986902094, -0.8968052532744765),)),
    Entry("jennrich-sampson", "sum((2 + 2*i - exp(i*x) - exp(i*y))**2, i, 1, 10)", ("x", "y"), ((0.0, 0.5),) * 2,
        (0.3, 0.4), ((0.2578252136703641, 0.2578252136703641),), 124.36218235561485,
        "A fit that cannot succeed: the residual at the best point stays above 124.",
        MGH + "6"),
    Entry("powell-badly-scaled", "(10**4*x*y - 1)**2 + (exp(-x) + exp(-y) - 1.0001)**2", ("x", "y"),
        ((-2.0, 12.0),) * 2, (0.0, 1.0),
        ((1.0981593296998175e-05, 9.106146739866524), (9.106146739866524, 1.0981593296998175e-05)), 0.0,
        "The two coordinates of the minimum differ by a factor of a million; the valley between them is all but flat.",
        MGH + "3"),
    Entry("brown-badly-scaled", "(x - 10**6)**2 + (y - 2*10**-6)**2 + (x*y - 2)**2", ("x", "y"),
        ((-500000.0, 1500000.0), (-5.0, 5.0)), (1.0, 1.0), ((1000000.0, 2e-06),), 0.0,
        "x must travel a million while y moves by one: what scales its variables wins, what does not never arrives.",
        MGH + "4"),
    Entry("sphere", "x**2 + y**2 + z**2", ("x", "y", "z"), ((-5.0, 5.0),) * 3, (4.0, -3.0, 2.0), ((0.0,) * 3,), 0.0,
        "The bowl with round contours: gradient and Newton direction agree everywhere.",
        "De Jong: An Analysis of the Behavior of a Class of Genetic Adaptive Systems, 1975"),
    Entry("helical-valley",
        "100*((x3 - 5*Piecewise((atan(x2/x1), x1 > 0), (atan(x2/x1) + pi, True))/pi)**2 + (sqrt(x1**2 + x2**2) - "
        "1)**2) + x3**2",
        _x(3), ((-2.0, 2.0),) * 3, (-1.0, 0.0, 0.0), ((1.0, 0.0, 0.0),), 0.0,
        "A valley that winds like a spiral stair around the third axis; the loss jumps where x1 = 0 and x2 < 0.",
        MGH + "7"),
    Entry("bard",
        "(0.14 - x1 - 1/(15*x2 + x3))**2 + (0.18 - x1 - 2/(14*x2 + 2*x3))**2 + (0.22 - x1 - 3/(13*x2 + 3*x3))**2 + "
        "(0.25 - x1 - 4/(12*x2 + 4*x3))**2 + (0.29 - x1 - 5/(11*x2 + 5*x3))**2 + (0.32 - x1 - 6/(10*x2 + 6*x3))**2 + "
        "(0.35 - x1 - 7/(9*x2 + 7*x3))**2 + (0.39 - x1 - 8/(8*x2 + 8*x3))**2 + (0.37 - x1 - 9/(7*x2 + 7*x3))**2 + "
        "(0.58 - x1 - 10/(6*x2 + 6*x3))**2 + (0.73 - x1 - 11/(5*x2 + 5*x3))**2 + (0.96 - x1 - 12/(4*x2 + 4*x3))**2 + "
        "(1.34 - x1 - 13/(3*x2 + 3*x3))**2 + (2.1 - x1 - 14/(2*x2 + 2*x3))**2 + (4.39 - x1 - 15/(x2 + x3))**2",
        _x(3), ((-1.0, 2.0), (0.1, 3.0), (0.1, 3.0)), (1.0,) * 3,
        ((0.08241055974978893, 1.1330360920297216, 2.343695178642537),), 0.008214877306578975,
        "A rational function fitted to fifteen measurements: a typical small problem of nonlinear regression.",
        MGH + "8"),
    Entry("box-3d", "sum((exp(-i*x1/10) - exp(-i*x2/10) - x3*(exp(-i/10) - exp(-i)))**2, i, 1, 10)", _x(3),
        ((-1.0, 12.0), (-1.0, 12.0), (-2.0, 21.0)), (0.0, 10.0, 20.0), ((1.0, 10.0, 1.0), (10.0, 1.0, -1.0)), 0.0,
        "Exponentials fitted to exponentials: two isolated solutions, and every point (a, a, 0) is one as well.",
        MGH + "12"),
    Entry("wood",
        "100*(x2 - x1**2)**2 + (1 - x1)**2 + 90*(x4 - x3**2)**2 + (1 - x3)**2 + 10*(x2 + x4 - 2)**2 + (x2 - x4)**2/10",
        _x(4), ((-4.0, 4.0),) * 4, (-3.0, -1.0, -3.0, -1.0), ((1.0,) * 4,), 0.0,
        "Two bananas coupled: plain Newton from the usual start ends on the saddle near (−1, 1, −1, 1).",
        MGH + "14"),
    Entry("powell-singular", "(x1 + 10*x2)**2 + 5*(x3 - x4)**2 + (x2 - 2*x3)**4 + 10*(x1 - x4)**4", _x(4),
        ((-4.0, 4.0),) * 4, (3.0, -1.0, 0.0, 1.0), ((0.0,) * 4,), 0.0,
        "The Hessian at the minimum has rank two: Newton is only linear, losing a third of the distance each step.",
        MGH + "13"),
    Entry("kowalik-osborne",
        "(0.1957 - 4*x1*(4 + x2)/(4**2 + 4*x3 + x4))**2 + (0.1947 - 2*x1*(2 + x2)/(2**2 + 2*x3 + x4))**2 + "
        "(0.1735 - x1*(1 + x2)/(1 + x3 + x4))**2 + (0.1600 - 0.5*x1*(0.5 + x2)/(0.5**2 + 0.5*x3 + x4))**2 + "
        "(0.0844 - 0.25*x1*(0.25 + x2)/(0.25**2 + 0.25*x3 + x4))**2 + "
        "(0.0627 - 0.167*x1*(0.167 + x2)/(0.167**2 + 0.167*x3 + x4))**2 + "
        "(0.0456 - 0.125*x1*(0.125 + x2)/(0.125**2 + 0.125*x3 + x4))**2 + "
        "(0.0342 - 0.1*x1*(0.1 + x2)/(0.1**2 + 0.1*x3 + x4))**2 + "
        "(0.0323 - 0.0833*x1*(0.0833 + x2)/(0.0833**2 + 0.0833*x3 + x4))**2 + "
        "(0.0235 - 0.0714*x1*(0.0714 + x2)/(0.0714**2 + 0.0714*x3 + x4))**2 + "
        "(0.0246 - 0.0625*x1*(0.0625 + x2)/(0.0625**2 + 0.0625*x3 + x4))**2",
        _x(4), ((0.0, 0.5),) * 4, (0.25, 0.39, 0.415, 0.39),
        ((0.19280693457903786, 0.19128232873436696, 0.12305650692632066, 0.13606233068379484),), 0.00030750560384923745,
        "An enzyme reaction fitted to eleven measurements: parameters that the data hardly determine.",
        MGH + "15"),
    Entry("brown-dennis", "sum(((x1 + i*x2/5 - exp(i/5))**2 + (x3 + x4*sin(i/5) - cos(i/5))**2)**2, i, 1, 20)", _x(4),
        ((-30.0, 30.0), (-20.0, 20.0), (-10.0, 10.0), (-10.0, 10.0)), (25.0, 5.0, -5.0, -1.0),
        ((-11.594439904762165, 13.203630051207204, -0.40343948817685954, 0.2367787744557363),), 85822.20162635634,
        "Fourth powers of residuals that cannot vanish: values in the millions at the start, 85,822 at the end.",
        MGH + "16"),
    Entry("dixon-price", "(x1 - 1)**2 + sum(i*(2*x[i]**2 - x[i-1])**2, i, 2, 4)", _x(4), ((-10.0, 10.0),) * 4,
        (4.0, -3.0, 3.0, 5.0),
        ((1.0, 0.7071067811865476, 0.5946035575013605, 0.5452538663326288),
         (1.0, 0.7071067811865476, 0.5946035575013605, -0.5452538663326288)), 0.0,
        "Each coordinate ties the next: two minima that differ in a sign, and a false bottom with f = 2/3 at (1/3, 0, "
        "0, 0).",
        "Dixon, Price: Truncated Newton Method for Sparse Unconstrained Optimization, 1989"),
    Entry("zakharov", "sum(x[i]**2, i, 1, 4) + sum(i*x[i]/2, i, 1, 4)**2 + sum(i*x[i]/2, i, 1, 4)**4", _x(4),
        ((-5.0, 10.0),) * 4, (3.0, -2.0, 1.0, 2.0), ((0.0,) * 4,), 0.0,
        "A bowl with one direction of fourth order: steep walls far out, a plain quadratic near the bottom.",
        JY),
    Entry("sum-squares", "sum(i*x[i]**2, i, 1, 5)", _x(5), ((-5.0, 5.0),) * 5, (4.0, -4.0, 3.0, -3.0, 2.0),
        ((0.0,) * 5,), 0.0,
        "Axes of five different curvatures: one learning rate must serve them all.",
        JY),
    Entry("hilbert-quadratic", "sum(sum(x[i]*x[j]/(i + j - 1), j, 1, 5), i, 1, 5)", _x(5), ((-2.0, 2.0),) * 5,
        (1.0,) * 5, ((0.0,) * 5,), 0.0,
        "The Hilbert matrix as a bowl: condition number 476,607 with only five variables.",
        "Hilbert: Ein Beitrag zur Theorie des Legendre'schen Polynoms, 1894"),
    Entry("variably-dimensioned",
        "sum((x[i] - 1)**2, i, 1, 5) + sum(i*(x[i] - 1), i, 1, 5)**2 + sum(i*(x[i] - 1), i, 1, 5)**4",
        _x(5), ((-2.0, 3.0),) * 5, (0.8, 0.6, 0.4, 0.2, 0.0), ((1.0,) * 5,), 0.0,
        "Nearly one-dimensional far out: a single direction carries the fourth power, and Newton needs many steps "
        "along it.",
        MGH + "25"),
    Entry("brown-almost-linear", "sum((x[i] + sum(x[j], j, 1, 5) - 6)**2, i, 1, 4) + (prod(x[j], j, 1, 5) - 1)**2",
        _x(5), ((-2.0, 10.0),) * 5, (0.5,) * 5,
        ((1.0,) * 5,
         (0.9163545825338494, 0.9163545825338494, 0.9163545825338494, 0.9163545825338494, 1.4182270873307534),
         (-0.5790430884941158, -0.5790430884941158, -0.5790430884941158, -0.5790430884941158, 8.89521544247058)), 0.0,
        "Four linear equations and a product: three solutions, two of them close together.",
        MGH + "27"),
    Entry("broyden-tridiagonal",
        "((3 - 2*x1)*x1 - 2*x2 + 1)**2 + sum(((3 - 2*x[i])*x[i] - x[i-1] - 2*x[i+1] + 1)**2, i, 2, 4) + "
        "((3 - 2*x5)*x5 - x4 + 1)**2",
        _x(5), ((-2.0, 1.0),) * 5, (-1.0,) * 5,
        ((-0.5648283986150789, -0.666273717804693, -0.6609170444367877, -0.5950500473798939, -0.41620110773826097),),
        0.0,
        "A chain of quadratic equations, each touching its neighbours only: easy for all second-order methods.",
        MGH + "30"),
    Entry("penalty-1", "sum((x[i] - 1)**2, i, 1, 4)/100000 + (sum(x[i]**2, i, 1, 4) - 1/4)**2", _x(4),
        ((-5.0, 5.0),) * 4, (1.0, 2.0, 3.0, 4.0), ((0.2500074995875379,) * 4,), 2.249977500899937e-05,
        "A sphere to lie on, and a whisper that says where: curvatures of 2 and 0.00008 side by side.",
        MGH + "23"),
    Entry("trid", "sum((x[i] - 1)**2, i, 1, 6) - sum(x[i]*x[i-1], i, 2, 6)", _x(6), ((-36.0, 36.0),) * 6, (0.0,) * 6,
        ((6.0, 10.0, 12.0, 12.0, 10.0, 6.0),), -50.0,
        "A quadratic whose Hessian is tridiagonal: news of the ends travels one coordinate a step.",
        "Hedar: Test Functions for Unconstrained Global Optimization, 2005"),
    Entry("biggs-exp6",
        "sum((x3*exp(-i*x1/10) - x4*exp(-i*x2/10) + x6*exp(-i*x5/10) - exp(-i/10) + 5*exp(-i) - 3*exp(-2*i/5))**2, i, "
        "1, 13)",
        _x(6), ((0.0, 20.0), (0.0, 20.0), (-6.0, 6.0), (-6.0, 6.0), (0.0, 20.0), (-6.0, 6.0)),
        (1.0, 2.0, 1.0, 1.0, 1.0, 1.0),
        ((1.0, 10.0, 1.0, 5.0, 4.0, 3.0), (1.0, 4.0, 1.0, -3.0, 10.0, -5.0), (10.0, 1.0, -5.0, -1.0, 4.0, 3.0),
         (10.0, 4.0, -5.0, -3.0, 1.0, 1.0), (4.0, 1.0, 3.0, -1.0, 10.0, -5.0), (4.0, 10.0, 3.0, 5.0, 1.0, 1.0)), 0.0,
        "Three exponentials to be told apart, in any order: six equal minima, and a saddle with f = 0.00566 that "
        "catches whatever keeps the start's symmetry.",
        MGH + "18"),
    Entry("watson",
        "sum((sum((j - 1)*x[j]*(i/29)**(j - 2), j, 2, 6) - sum(x[j]*(i/29)**(j - 1), j, 1, 6)**2 - 1)**2, i, 1, 29) + "
        "x1**2 + (x2 - x1**2 - 1)**2",
        _x(6), ((-2.0, 2.0),) * 6, (0.0,) * 6,
        ((-0.015725086401458456, 1.0124348693691099, -0.2329916259567377, 1.2604300877996084, -1.5137289227222797,
         0.9929964324311346),), 0.0022876700535524363,
        "A polynomial of degree five that nearly solves a differential equation: ill-conditioned by nature.",
        MGH + "20"),
    Entry("extended-powell",
        "sum((x[4*i-3] + 10*x[4*i-2])**2 + 5*(x[4*i-1] - x[4*i])**2 + (x[4*i-2] - 2*x[4*i-1])**4 + 10*(x[4*i-3] - "
        "x[4*i])**4, i, 1, 2)",
        _x(8), ((-4.0, 4.0),) * 8, (3.0, -1.0, 0.0, 1.0, 3.0, -1.0, 0.0, 1.0), ((0.0,) * 8,), 0.0,
        "Powell's singular function twice over: half of the Hessian's eigenvalues vanish at the minimum.",
        MGH + "22"),
    Entry("rosenbrock-chain", "sum(100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2, i, 1, 9)", _x(10), ((-2.0, 2.0),) * 10,
        (-1.2, 1.0, -1.2, 1.0, -1.2, 1.0, -1.2, 1.0, -1.2, 1.0), ((1.0,) * 10,), 0.0,
        "The banana in ten variables: the valley now bends nine times, and a local minimum waits near x1 = −1.",
        "Rosenbrock: An Automatic Method for Finding the Greatest or Least Value of a Function, 1960",
        local_minima=((-0.9932633728563689, 0.9966060394434352, 0.9982406113911125, 0.9989884337678007,
         0.999226153439665, 0.9990736481633443, 0.9984541774029088, 0.9970562516630377, 0.9941793752280661,
         0.9883926301288679),)),
)
# fmt: on

_BY_NAME = {problem.name: problem for problem in GALLERY}


def find(name: str) -> Entry | None:
    """The problem of exactly this name, or None."""
    return _BY_NAME.get(name)


@public
def losses() -> Listing[Entry]:
    """Every loss of the gallery, as records with name, text, window, start, minima and reference.

    >>> [loss.name for loss in symopt.losses()][:3]
    ['quadratic', 'perturbed-quadratic', 'cosine']
    """
    return Listing(GALLERY, ("loss", "n", "f"), _cells)


def _cells(each: Entry) -> tuple[str, str, str]:
    return each.name, str(each.n), clipped(each.text)

"""The page's numbers and verdicts are numpy's: every step of every method from the same point, and whole walks."""

import itertools
import re
from functools import partial

import numpy as np
import pytest

from symopt.auto import resolve
from symopt.descent import Counted, Stop, descend
from symopt.gallery import GALLERY
from symopt.judge import Outcome
from symopt.judge.sentences import HOVERING, REMARKS
from symopt.judge.unfinished import remark, steps_of
from symopt.loss import Loss
from symopt.methods import FORMULAS, method
from symopt.page import javascript, typable
from symopt.page.bundle import extras
from symopt.page.words import declared
from tests.kit.long_walks import cases
from tests.kit.node import printed, run

EPS = float(np.finfo(float).eps)
LOSSES = [(p.text, p.variables, np.array(p.window, dtype=float), p.start) for p in GALLERY if p.n <= 2]
LOSSES += [
    (text, ("x", "y")[:n], np.array([[-2.0, 2.0]] * n), (start,) * n)
    for text, n, start in (
        ("abs(x) - x**2", 1, 0.25), ("x**2 - abs(x)", 1, 0.0), ("where(x < 0, -x**2, x**2)", 1, 1.0),
        ("x**2 - Heaviside(x)", 1, -1.0), ("abs(x)", 1, 0.0), ("abs(x**2 - 1)", 1, 1.0), ("x**2 + sign(x)", 1, 1.0),
        ("where(x < 0, x**2, 2*x**2)", 1, 1.0), ("min(x**2, x - x**2)", 1, 0.0), ("x**2 + abs(x - 1)", 1, 0.3),
        ("x**2 + where(y < 0, -y**2, y**2)", 2, 1.0),
    )
]  # fmt: skip
LOSSES += [("t**4 - 3*t**2 + t", ("t",), np.array([[-2.0, 2.0]]), (1.5,))]
METHODS = [named.name for named in FORMULAS if not method(named.name).stochastic]
OWN = [
    "v = 0.5*v - 0.01*g; x + v + 0.001*sin(t)*g", "u = x - 0.01*g; x + (u - x)/(1 + abs(dot(g, u)))",
    "x - h/(1 + h**2)*g", "w = w + norm(g); x - g/(1 + w)",
    "v = g/(abs(h) + 1); x - v/(1 + norm(v)) + 0.01*v*f/(1 + abs(f))", "x - 0.01*g + 0.1*noise",
    "v = 0.5*v + noise; x - g/(abs(h) + 1) + 0.01*v",
]  # fmt: skip
WALKED = [
    "gd",
    "newton",
    "regularized-newton",
    "saddle-free-newton",
    "momentum",
    "adam",
    "sign-gd",
    "normalized-gd",
    "x - 1e-18*g",
    "bfgs",
    "line-search-newton",
    "trust-region",
]
CODE = [
    "backtracking", "bfgs", "conjugate-gradient", "coordinate-descent", "cubic-newton", "l-bfgs", "line-search-newton",
    "modified-newton", "newton-cg", "trust-region", "levenberg-marquardt", "gauss-newton",
]  # fmt: skip
STEPS = 6
STEP = """GIVEN.map(([b, n, r, P, points]) => {
  const loss = makeLoss(LOSSES[b], n, []);
  const rule = RULES[n][r];
  const S = new Float64Array(rule.states * n);
  return points.slice(0, -1).map((point, k) => {
    const X = Float64Array.from(point);
    evaluate(loss, X, rule.bends);
    const O = [...loss.O];
    advance(loss, rule, P, X, S, k + 1);
    return [O, [...X]];
  });
})"""
WALK = """GIVEN.map(([b, n, r, P, start, stop]) => {
  const w = keep(walk(makeLoss(LOSSES[b], n, []), RULES[n][r], P, start, stop), stop);
  return [w.outcome, w.kind, w.period, w.remark, w.K, rises(w).count, verdict(w, "en", LETTERS[b])];
})"""


@pytest.fixture(scope="module")
def losses():
    return [Loss.parse(text, variables) for text, variables, *_ in LOSSES]


def functions(losses, specs, wrong=None):
    """Every loss and every rule as JavaScript; `wrong`, if given, spoils the text of the rules."""
    asking = [each for each in map(method, specs) if each.name in CODE]
    rules = {n: ",\n".join(javascript.method(method(spec), n) for spec in specs) for n in (1, 2)}
    if wrong is not None:
        rules = {n: wrong(text) for n, text in rules.items()}
    listed = ",\n".join(printed(loss, [each for each in asking if fits(each, loss)]) for loss in losses)
    letters = [loss.names[0] for loss in losses]
    return (
        f"const LETTERS={letters};const LOSSES=[{listed}];const RULES={{1:[{rules[1]}],2:[{rules[2]}]}};{declared()}"
        f"{extras(rules[1] + rules[2])}"
    )


def fits(walker, loss):
    return walker.name != "gauss-newton" or loss.residuals is not None


def starts(loss, window, begin, count):
    random = np.random.default_rng(3)
    found = [np.array(begin, dtype=float), *random.uniform(window[:, 0], window[:, 1], (count - 1, loss.n))]
    return [x for x in found if np.isfinite(loss(x))]


def steps(losses, specs, rows):
    """(loss, method, parameters, the points of a walk by numpy) for several starts."""
    for b, loss in list(enumerate(losses))[rows]:
        _, _, window, begin = LOSSES[b]
        for r, spec in enumerate(specs):
            if not fits(method(spec), loss):
                continue
            walker = resolve(method(spec), loss, window, np.asarray(begin, dtype=float))
            for start in starts(loss, window, begin, 3):
                points = [start]
                for x, _ in zip(walker.iterates(loss, start), range(STEPS), strict=False):
                    points.append(x)
                    if not np.isfinite(x).all():
                        break
                yield b, r, [*walker.parameters.values()], points


def faults(losses, specs, folder, wrong=None, rows=slice(None)):
    """Steps that differ by more than 1e-12 of the scale, and how many were compared.

    Where H is nearly singular a step along it is good to EPS·cond(H) of its length in any arithmetic.
    """
    cases = list(steps(losses, specs, rows))
    given = [[b, losses[b].n, r, P, points] for b, r, P, points in cases]
    answers = run(folder, STEP, given, functions=functions(losses, specs, wrong))
    found, count = [], 0
    for (b, r, P, points), answer in zip(cases, answers, strict=True):
        half = np.ptp(LOSSES[b][2], axis=1).max() / 2
        for k, (_, theirs) in enumerate(answer):
            count += 1
            here, ours, theirs = points[k], points[k + 1], np.array(theirs, dtype=float)
            if not np.isfinite(ours).all() or not np.isfinite(theirs).all():
                if np.isfinite(ours).all() != np.isfinite(theirs).all():
                    found.append((LOSSES[b][0], specs[r], here, ours, theirs))
                continue
            scale = max(half, np.abs(here).max(), np.abs(ours).max())
            allowed = 1e-12 * scale
            if losses[b].n == 2 and curved(specs[r]):
                bends = np.abs(np.linalg.eigvalsh(losses[b].hess(here)))
                condition = bends.max() / max(bends.min(), 1e-300)
                allowed += 4 * min(1.0, EPS * condition) * max(np.abs(ours - here).max(), np.abs(theirs - here).max())
            off = np.abs(ours - theirs).max()
            if off > allowed and not (specs[r] in CODE and off < 100 * shaken(losses[b], specs[r], P, points, k + 1)):
                found.append((LOSSES[b][0], specs[r], here, ours, theirs))
    return found, count


def shaken(loss, spec, P, points, k):
    """How far the last bits of the start move the k-th point: where searches see rounding alone, and in chaos, far."""
    named = method(spec)
    walker = named.with_parameters(**dict(zip(named.parameters, P, strict=True)))
    starts = (points[0] * (1 + j * EPS) for j in (-8, -3, -1, 1, 3, 8))
    walks = (next(itertools.islice(walker.iterates(loss, start), k - 1, None)) for start in starts)
    return np.nanmax([np.abs(x - points[k]).max() for x in walks], initial=0.0)


def curved(spec):
    """Whether a method knows the Hessian."""
    return spec in javascript.BENT if spec in CODE else "h" in method(spec).read.names


def test_enough_losses():
    assert len(LOSSES) >= 60
    assert len(METHODS) >= 12


def test_every_step_of_every_method_is_numpys(losses, tmp_path):
    found, count = faults(losses, METHODS, tmp_path, rows=slice(None, None, 6))
    assert not found, f"{len(found)} of {count}: {found[:5]}"
    assert count > 1500


def test_formulas_of_ones_own_are_numpys_too(losses, tmp_path):
    assert not faults(losses, OWN, tmp_path, rows=slice(None, None, 4))[0]


def test_methods_that_are_code_are_numpys_too(losses, tmp_path):
    """Searches and models, down to where rounding decides."""
    found, count = faults(losses, CODE, tmp_path, rows=slice(1, None, 18))
    assert len(found) <= count / 1000, f"{len(found)} of {count}: {found[:5]}"
    assert count > 500


SQUARES = [
    ("2*(x-1)**4 + x**2*exp(-2*y) + x**2/(1+y**2)**2 + 3", ("x", "y"), 0.4),
    ("pi*((x-1)**2 + (y-2)**2)/2 + (x*y)**2", ("x", "y"), -1.5),
    ("(x**3 - 2)**2 + ((x - 1)**2 + x**4)/3", ("x",), 2.0),
    ("(x + y - 1)**2", ("x", "y"), 2.0),  # the columns of J depend on each other
    ("(x - 1)**2 + cos(x)", ("x",), 2.0),
]


def test_residuals_of_losses_that_are_typed_make_the_same_steps(tmp_path):
    """Also where J has not full rank, and where there are none: the damped Newton of Levenberg and Marquardt."""
    specs = ["levenberg-marquardt", "gauss-newton"]
    given, walks = [], []
    for text, names, start in SQUARES:
        loss, x = Loss.parse(text, names), np.full(len(names), start)
        for r, spec in enumerate(specs):
            if fits(method(spec), loss):
                walk = itertools.islice(method(spec).iterates(Counted(loss, 1.0, 0.1), x), STEPS)
                walks.append([x, *walk])
                given.append([text, names, r, [*method(spec).parameters.values()], x])
    body = (
        """GIVEN.map(([text, names, r, P, start]) => {
      const loss = makeLoss(derive(text, names, squaresOf).program, names.length, []);
      Object.assign(loss, { reach: 1, first: 0.1 });
      const [X, S] = [Float64Array.from(start), []];
      return Array.from({ length: %d }, (_, k) => {
        evaluate(loss, X, true);
        advance(loss, RULES[r], P, X, S, k + 1);
        return [...X];
      });
    })"""
        % STEPS
    )
    rules = ",".join(javascript.method(method(spec), 2) for spec in specs)
    functions = f"const RULES=[{rules}];{typable.declared()}{extras(rules + ' squaresOf')}"
    answers = run(tmp_path, body, given, ("typed.js", "walk.js"), functions)
    for (text, *_), ours, theirs in zip(given, walks, answers, strict=True):
        assert np.abs(np.array(ours[1:]) - theirs).max() < 1e-11, (text, ours, theirs)
    assert len(walks) == 2 * len(SQUARES) - 1


def test_noise_is_numpys(tmp_path):
    seeds, count = (0, 7, 2**40), 3000
    drawn = run(tmp_path, "GIVEN.map((s) => Array.from({ length: %d }, normals(s)))" % count, seeds, ("methods.js",))
    for seed, theirs in zip(seeds, drawn, strict=True):
        ours = np.random.default_rng(seed).standard_normal(count)
        assert np.abs(ours).max() > 3.6542  # the base of the ziggurat and what lies beyond it are drawn too
        assert np.allclose(ours, theirs, rtol=0, atol=1e-13)


def test_value_gradient_and_hessian_are_numpys(losses, tmp_path):
    points = [
        [b, loss.n, 0, [0.1], [x, x]]
        for b, loss in enumerate(losses)
        for x in starts(loss, LOSSES[b][2], LOSSES[b][3], 5)
    ]
    body = STEP.replace("rule.bends", "true")
    for (b, n, _, _, (x, _)), [[computed, _]] in zip(
        points, run(tmp_path, body, points, functions=functions(losses, ["gd"])), strict=True
    ):
        f, g, h = losses[b](x), losses[b].grad(x), losses[b].hess(x)
        lower = [h[i, j] for i in range(n) for j in range(i + 1)]
        for part in ([f], g, lower):
            ours, theirs = np.array(part), np.array(computed[: len(part)])
            computed = computed[len(part) :]
            fine = np.isfinite(ours)
            assert (fine == np.isfinite(theirs)).all(), (LOSSES[b][0], x)
            size = max(np.abs(ours[fine]).max(initial=0.0), np.abs(f))
            assert np.abs(ours - theirs)[fine].max(initial=0.0) <= 1e-11 * size, (LOSSES[b][0], x, ours, theirs)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("-(G[0]*P[0])", "-(G[0]*P[0]*(1+1e-9))"),
        ("-(G[0]/H[0])", "-(G[0]/abs(H[0]))"),
        ("raise(P[1],t)", "raise(P[1],t+1)"),
    ],
)
def test_a_broken_rule_is_caught(losses, tmp_path, right, wrong):
    found, _ = faults(losses, METHODS, tmp_path, lambda text: text.replace(right, wrong), slice(6))
    assert found


def told(path):
    """What is said of a walk, as the page says it."""
    period = int(path.judgement.more.get("period", path.period or 0))
    row = [path.outcome.name, path.kind or "", period, path.judgement.remark]
    return [*row, path.steps, path.rises, path.verdict]


def wavers(start, walk):
    """Whether the last bits of the start decide what is said: Newton and its kin wander before they settle."""
    first = told(walk(start))
    moved = (start + k * EPS * np.abs(start).max() for k in (-3, -2, -1, 1, 2, 3))
    return any(not same(first, told(walk(x))) for x in moved)


def shaky(start, walk, theirs):
    """Whether Python alone takes a word back since rounding decides where the walk goes: the page does not look."""
    w = walk(start)
    word, _ = remark(w.xs, w.fs, steps_of(w.xs, w.fs, w.grads), w.window, w.method.memoryless, False)
    return w.remark == "no trend seen" and theirs[3] == word


def verdicts(losses, folder, parts):
    """Walks of which the page says something else, and what is said of each; of five parts those that are named."""
    cases, expected, walks = [], [], []
    for b, (loss, (_, _, window, begin)) in enumerate(zip(losses, LOSSES, strict=True)):
        for r, spec in enumerate(WALKED):
            if (spec in CODE and b % 7) or (b + r) % 5 not in parts:
                continue
            walker = resolve(method(spec), loss, window, np.asarray(begin, dtype=float))
            half, center = np.ptp(window, axis=1) / 2, window.mean(axis=1)
            for start in starts(loss, window, begin, 2):
                stop = Stop(steps=60)
                walk = partial(descend, loss, walker, steps=stop, window=window)
                given = {"steps": 60, "gtol": stop.gtol, "radius": stop.radius, "half": half, "center": center}
                cases.append([b, loss.n, r, [*walker.parameters.values()], start, given])
                expected.append(told(walk(start)))
                walks.append(walk)
    answers = run(
        folder,
        WALK,
        cases,
        modules=("walk.js", "unfinished.js", "words.js"),
        functions=functions(losses, WALKED),
    )
    other = [
        (LOSSES[case[0]][0], WALKED[case[2]], case[4], mine, theirs)
        for case, mine, theirs, walk in zip(cases, expected, answers, walks, strict=True)
        if not same(mine, theirs) and not wavers(case[4], walk) and not shaky(case[4], walk, theirs)
    ]
    return other, expected


def test_verdicts_are_pythons(losses, tmp_path):
    other, expected = verdicts(losses, tmp_path, (2,))
    assert not other, "\n".join(map(str, other))
    assert {row[0] for row in expected} == {outcome.name for outcome in Outcome}
    assert {row[1] for row in expected} >= {"minimum", "maximum", "saddle", "plateau", "degenerate"}


def test_points_that_the_hessian_does_not_tell(tmp_path):
    """Degenerate minima, maxima and saddles of two variables, and what is left unknown where doubles do not decide."""
    texts = (
        "x**2 + y**4",
        "-x**2 - y**4",
        "x**2 - y**4",
        "x**2 + y**3",
        "x**3 - 3*x*y**2",
        "x**4 - y**4",
        "x**2 + x*y**2",
    )
    losses = [Loss.parse(text, ("x", "y")) for text in texts]
    given = {"steps": 300, "gtol": 1e-8, "radius": 1e6, "half": [2, 2], "center": [0, 0]}
    cases = [[b, 2, 0, [], [0.5, 0.75], given] for b in range(len(texts))]
    modules = ("walk.js", "unfinished.js", "words.js")
    answers = run(tmp_path, WALK, cases, modules=modules, functions=functions(losses, ["newton"]))
    window = np.array([[-2.0, 2.0]] * 2)
    walks = [descend(loss, method("newton"), (0.5, 0.75), Stop(300), window) for loss in losses]
    kinds = {
        text: walk.verdict.partition(" at ")[0].partition(" in ")[0] for text, walk in zip(texts, walks, strict=True)
    }
    mine = {
        text: answer[6].partition(" at ")[0].partition(" in ")[0] for text, answer in zip(texts, answers, strict=True)
    }
    assert mine == kinds
    assert {*kinds.values()} >= {"degenerate minimum", "DEGENERATE MAXIMUM, climbed", "DEGENERATE SADDLE"}


def remarks(folder, count):
    """Remarks that differ, and what Python says of each: of walks and of their beginnings, by any method, and of
    points in chaos, in swings and on the way to cycles.
    """
    given, expected = [], []

    def add(xs, fs, grads, window, free):
        for K in (3, 7, 8, 30, 61, 99, len(fs) - 1):
            if len(fs) > K:
                told = xs[: K + 1], fs[: K + 1], grads[: K + 1]
                word, numbers = remark(told[0], told[1], steps_of(*told), window, free, False)
                expected.append([word, numbers.get("factor", ""), numbers.get("period", "")])
                given.append([K, xs.shape[1], free, window, *(array.ravel() for array in told)])

    for case in itertools.islice(cases(8, (17, 60, 110, 300)), count):
        loss = Loss.parse(case.text, case.names)
        if loss.n <= 2 and np.isfinite(loss(case.start)):
            walk = descend(loss, case.method, case.start, Stop(case.steps), case.window)
            if np.isfinite(walk.fs).all():
                add(walk.xs, walk.fs, walk.grads, walk.window, walk.method.memoryless)
    k = np.arange(140)
    for free, xs in itertools.product((True, False), (
        (-0.93) ** k, (-1.02) ** k, 0.95**k, (-1.0) ** k * (1 + 0.9**k), (-1.0) ** k,
        np.sin(k**2 % 7.3), 0.9**k * np.sin(k),
        [0, 1, 5] * 46, 40 + 1.5 * k, 3 - k / 1e4, (-1 + 1e-9) ** k, 0.97**k * (2 + np.cos(k)),
    )):  # fmt: skip
        points = np.array(xs, float)[:, None]
        add(points, points[:, 0] ** 2, 2 * points, np.array([[-2.0, 2.0]]), free)
    body = """GIVEN.map(([K, n, free, box, xs, fs, gs]) => {
      const { remark, factor, period } = doing({ K, n, xs, fs, gs }, free, box);
      return [remark, factor ?? "", String(period ?? "")];
    })"""
    modules = ("walk.js", "unfinished.js", "words.js")
    answers = run(folder, body, given, modules=modules, functions=declared())
    return [(case[:3], a, b) for case, a, b in zip(given, expected, answers, strict=True) if a != b], expected


def test_remarks_are_pythons_of_the_same_points(tmp_path):
    other, expected = remarks(tmp_path, 30)
    assert len(other) <= 0.002 * len(expected), f"{len(other)} of {len(expected)}: {other[:6]}"
    assert {row[0] for row in expected} >= {*REMARKS} - {HOVERING}  # the page walks without chance


NUMBER = re.compile(r"−?\d+\.?\d*(?:e[+−]\d+)?")


def same(mine, theirs):
    """Equal, but for the last printed digit of a number, and for what a page says less of without more digits."""
    if mine[0] in ("NO_STEP", "LEFT_DOMAIN"):
        return mine[:5] == theirs[:5]
    if mine[1] == "degenerate" and theirs[1] == "degenerate" and mine[4] == theirs[4]:
        return theirs[6].startswith("DEGENERATE") or mine[6] == theirs[6]
    words, numbers = zip(*((NUMBER.sub("", row[6]), NUMBER.findall(row[6])) for row in (mine, theirs)), strict=True)
    if mine[:5] != theirs[:5] or theirs[5] > mine[5] or words[0] != words[1]:
        return False
    values = [[float(number.replace("−", "-")) for number in listed] for listed in numbers]
    return np.allclose(*values, rtol=2e-5, atol=1e-9)

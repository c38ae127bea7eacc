"""Right derivatives changed at random: mutants, of which most are wrong, and rewritings, which are all right.

    python -m tests.kit.mutants [COUNT] [SEED]    runs `check` on so many of each, and tells what was said

A mutant is judged by sixty digits of mpmath at twelve points, which share no code with `check`.
"""

import random
import sys
import time
from collections import Counter
from unittest import mock

import mpmath
import sympy
from sympy import S

from symopt import Loss, check
from symopt.checking.compare import Check
from symopt.checking.given import gradient_entries, hessian_entries
from symopt.expression import deep
from tests.kit import digits, handwritten
from tests.kit.digits import Beyond

FUNCTIONS = [sympy.sin, sympy.cos, sympy.exp, sympy.log, sympy.tanh, sympy.atan, sympy.sinh, sympy.cosh, sympy.Abs,
             sympy.sign, sympy.sqrt, sympy.tan, sympy.asinh, sympy.erf]  # fmt: skip


def rows():
    """(loss, where, expression) of the right derivatives of the table."""
    for text, where, given in handwritten.RIGHT:
        loss = Loss.parse(text)
        entries = gradient_entries if len(where) == 1 else hessian_entries
        ((_, _, expr),) = entries(loss, {",".join(where): given})
        yield loss, where, expr


def parts(expr, path=()):
    yield path, expr
    for k, part in enumerate(expr.args):
        if isinstance(part, sympy.Expr):
            yield from parts(part, (*path, k))


def put(expr, path, new):
    if not path:
        return new
    arguments = list(expr.args)
    arguments[path[0]] = put(arguments[path[0]], path[1:], new)
    return expr.func(*arguments)


def mutated(expr, symbols, chance):
    """One part of an expression made another."""
    path, part = chance.choice([p for p in parts(expr) if len(p[0]) < 12])
    choices = [part * chance.choice([-1, 2, S.Half, 3]), part + chance.choice([1, -1, S.Half]), -part, abs(part),
               part * sympy.sign(chance.choice(symbols)), part + chance.choice(symbols) / 10**9,
               part * (1 + sympy.Rational(1, 10**12)), chance.choice(symbols), sympy.sqrt(part**2),
               sympy.Max(part, chance.choice([0, -5, -15])),
               sympy.Piecewise((part, chance.choice(symbols) < chance.choice([0, 15, -18])), (-part, True)),
               part * sympy.sign(sympy.atan(chance.choice(symbols)) + 1)]  # fmt: skip
    if part.is_Add or part.is_Mul:
        choices += [part.func(*part.args[1:]), part.func(*part.args[:-1]), part.func(-part.args[0], *part.args[1:])]
    if part.is_Pow:
        choices += [
            part.base ** (part.exp + chance.choice([1, -1, 2])),
            part.base ** (-part.exp),
            abs(part.base) ** part.exp,
        ]
    if part.is_Function and len(part.args) == 1:
        choices += [chance.choice(FUNCTIONS)(part.args[0]), part.func(-part.args[0]), part.func(2 * part.args[0])]
    return put(expr, path, chance.choice(choices))


def rewritten(expr, symbols, chance):
    """The same function in another form, defined where it was."""
    x = chance.choice(symbols)
    path, part = chance.choice([p for p in parts(expr) if len(p[0]) < 6 and not p[1].is_Atom] or [((), expr)])
    small = expr.count_ops() < 60
    choices = [
        lambda: put(expr, path, part * (sympy.sin(x) ** 2 + sympy.cos(x) ** 2)),
        lambda: put(expr, path, part + (x + 1) ** 2 - x**2 - 2 * x - 1),
        lambda: put(expr, path, sympy.expand(part * (1 + x**2)) / (1 + x**2)) if small else expr,
        lambda: put(expr, path, part * sympy.exp(x) * sympy.exp(-x - 1) * S.Exp1),
        lambda: put(expr, path, part * (sympy.cosh(x) ** 2 - sympy.sinh(x) ** 2)),
        lambda: put(expr, path, part / 3 + sympy.expand(2 * part) / 3) if small else expr,
        lambda: put(expr, path, part + sympy.sin(2 * x) - 2 * sympy.sin(x) * sympy.cos(x)),
        lambda: put(expr, path, part + abs(x) * sympy.sqrt(x**2) - x**2),
        lambda: put(expr, path, part + sympy.Max(x, 0) + sympy.Min(x, 0) - x),
        lambda: put(expr, path, part + sympy.log(2 + 2 * x**2) - sympy.log(1 + x**2) - sympy.log(2)),
        lambda: put(expr, path, part + sympy.Piecewise((x, x > 0), (-x, True)) - abs(x)),
        lambda: sympy.together(expr) if small and not expr.has(sympy.Piecewise) else expr,
        lambda: sympy.expand_trig(expr) if small else expr,
        lambda: expr.rewrite(sympy.exp) if expr.has(sympy.sinh, sympy.cosh, sympy.tanh) and small else expr,
        lambda: sympy.factor_terms(expr),
        lambda: sympy.expand(expr) if small else expr,
    ]
    return chance.choice(choices)()


def changed(change, count, seed):
    """(loss, where, right, changed) as many as asked; seeded."""
    chance = random.Random(seed)
    table = list(rows())
    made = 0
    while made < count:
        loss, where, right = chance.choice(table)
        new = right
        with deep():
            try:
                for _ in range(chance.choice([1, 1, 2, 3])):
                    new = change(new, loss.variables, chance)
            except (TypeError, ValueError, ZeroDivisionError, RecursionError, AttributeError):
                continue
        if new == right or new.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I) or new.count_ops() > 150:
            continue
        made += 1
        yield loss, where, right, new


def told(loss, where, new):
    """The component that `check` makes of a derivative, without a diagnosis."""
    kind = "gradient" if len(where) == 1 else "hessian"
    with mock.patch.object(Check, "explain", lambda self, component, work: component):
        (found,) = check(loss, **{kind: {",".join(where): new}}).components
    return found


def truth(loss, right, new, witness=None):
    """'different', 'equal' or 'nowhere' (no point where both are defined): by digits at twelve points and a witness."""
    chance, seen = random.Random(7), 0
    scales = [0.4, 1, 3, 10, 19.9]
    points = [[round(chance.uniform(-1, 1) * scales[k % 5], 4) for _ in loss.variables] for k in range(40)]
    for place in ([] if witness is None else [witness.x]) + points:
        point = [mpmath.mpf(repr(float(c))) for c in place]
        try:
            if digits.value(loss.expr, loss.variables, point, 60) is None:
                continue
            values = [digits.value(e, loss.variables, point, 300) for e in (right, new)]
        except (Beyond, ZeroDivisionError, OverflowError):
            continue
        if None in values:
            continue
        seen += 1
        gap, size = abs(values[0] - values[1]), max(map(abs, values))
        if gap > size * mpmath.mpf(10) ** -40 and gap > mpmath.mpf(10) ** -200:
            return "different"
        if seen == 12:
            break
    return "equal" if seen else "nowhere"


PROOFS = ("proved", "equal where defined")


def main(words):
    count, seed = (int(words[k]) if len(words) > k else default for k, default in ((0, 1000), (1, 0)))
    for name, change in (("mutants", mutated), ("rewritings", rewritten)):
        start, said, times = time.process_time(), Counter(), []
        for loss, where, right, new in changed(change, count, seed):
            begun = time.process_time()
            found = told(loss, where, new)
            times.append(time.process_time() - begun)
            true = truth(loss, right, new, found.witness)
            said[found.verdict, true] += 1
            odd = (found.verdict in PROOFS) != (true == "equal") if name == "mutants" else (
                found.verdict != "proved" or true != "equal")  # fmt: skip
            if odd and not (name == "mutants" and true == "nowhere"):
                print(f"{found.verdict} ({true} by digits): {loss.text!r} {','.join(where)}: {new}  {found.note}")
            if times[-1] > 3:
                print(f"{times[-1]:.1f} s: {loss.text!r} {','.join(where)}: {new}")
        print(f"{count} {name}: {dict(said)}, {time.process_time() - start:.0f} s, most {max(times):.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Certificates changed on purpose: what the checker of examples/ accepts has to be true.

`python -m tests.kit.tampered` changes certificates of losses in one to three variables, smooth and with kinks, in every
class of their fields; `… 40 7` makes so many random changes of each class, by another seed, and `… 40 7 3` those of the
third loss alone. `certified` looks whether what a changed one says is still true. `… literature 1/8` makes and checks
certificates of a part of the literature's table, `… tables 1/50` of those of `boxes` and of 1,000 generated losses.
"""

import copy
import importlib.util
import json
import random
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import flint

from symopt.analysis.boxes.certificate import certificate
from symopt.balls.series import working
from symopt.errors import SymoptError
from symopt.problem import Problem
from tests.kit.boxes import LOSSES as LOSSES_KNOWN
from tests.kit.boxes import generated
from tests.kit.certified import falsehood
from tests.kit.changes import WAYS, at, broken, leaves, monsters, other
from tests.kit.literature import CLAIMS

CHECKER = Path(__file__).parents[2] / "examples" / "verify_certificate.py"
LOSSES = {
    "x**4/4 - 2*x**2 + x": [("-4", "11/3")],
    "exp(x/2)*sin(3*x) + log(x + 4) + 1/(x^2 + 1)": [("-2", "1")],
    "sin(x+y) + (x-y)**2 - 1.5*x + 2.5*y + 1": [("-1.5", "4"), ("-3", "4")],
    "x**x + (y - 1)**2*2**y": [("1/4", "2")] * 2,
    "(x-1)**2 + y**2 + z**2 + sin(x*y)": [("-2", "2")] * 3,
    "x**2 - abs(x)": [("-2", "3/2")],
    "abs(x - 1/3) + abs(y) + x*y/3": [("-1", "1")] * 2,
    "relu(2x - 1) + (x-1)**2 + abs(y - x)/3": [("-2", "2"), ("-3", "3")],
    "Max(x**2, (x-1)**2) + x/5": [("-2", "2")],
    "sum(abs(x - i), i, 1, 2) + x**2/7": [("-2", "4")],
    "sqrt(x**2 + y**2) + x/5": [("-1", "2")] * 2,
    "abs(abs(x) - 1/2) + y**2": [("-1", "1")] * 2,
    "(x**2 + y**2)**2 + y/9**9": [("-2", "1")] * 2,
}
WORK = 300_000
"""Steps of a loss that are taken at most: fewer than in the command, so that what takes too long is refused sooner."""


def checker():
    """The checker as a module, whose precision is that of the process only while it verifies."""
    spec = importlib.util.spec_from_file_location("verify_certificate", CHECKER)
    module = importlib.util.module_from_spec(spec)
    with working(flint.ctx.prec, flint.ctx.cap):
        spec.loader.exec_module(module)
        bits, verify = flint.ctx.prec, module.verify

    def verified(made):
        with working(bits, flint.ctx.cap):
            return verify(made)

    module.verify, module.WORK = verified, WORK
    return module


def made(text, window):
    return json.loads(json.dumps(certificate(Problem.of(text, window=window))))


def cases(certified, draw, times):
    """(class, changed certificate as a text) of one certificate."""
    text = json.dumps(certified)
    classes = {}
    for path, name in leaves(certified):
        classes.setdefault(name, []).append(path)
    for name, paths in classes.items():
        for _ in range(times if name else 2):
            path, changed = draw.choice(paths), copy.deepcopy(certified)
            if not path:
                changed = other(changed, draw)
            else:
                at(changed, path[:-1])[path[-1]] = other(at(changed, path), draw)
            yield f"field {name}", json.dumps(changed)
    for way in WAYS:
        for _ in range(2 * times):
            changed = copy.deepcopy(certified)
            try:
                way(changed, draw)
            except IndexError:  # nothing of that sort is in it
                continue
            yield way.__name__, json.dumps(changed)
    for each in broken(text, draw):
        yield "text", each
    for each in monsters(certified["loss"]):
        yield "monster", json.dumps({**certified, "loss": each})


def accepted(examined, text):
    """What the checker says of a text, as its command does: the words, or nothing where it refuses."""
    try:
        return examined.verify(json.loads(text, object_pairs_hook=examined.unique))
    except Exception:
        return ""


def judged(examined, certified, draw, times):
    """(class, whether it is accepted, what is false, CPU seconds of the checker) of all changes of a certificate."""
    for name, text in cases(certified, draw, times):
        if text == json.dumps(certified):
            continue
        began = time.process_time()
        yes = bool(accepted(examined, text))
        slow = time.process_time() - began
        try:
            wrong = "malformed" if name == "monster" else falsehood(json.loads(text, object_pairs_hook=examined.unique))
        except (ValueError, RecursionError):
            wrong = "malformed"
        yield name, yes, wrong, slow


def told(certified):
    """What a certificate proves, in a word or two."""
    if certified["complete"]:
        return "all critical points"
    return "least value" + (" and some points" if certified["counts"] else "")


def suite(rows, examined):
    """Makes and checks certificates of (name, loss, window), and says of each what it proves, or why there is none."""
    counts, spent = Counter(), []
    for name, text, window in rows:
        began = time.process_time()
        try:
            certified = made(text, window)
        except SymoptError as no:
            counts["none"] += 1
            print(f"{name}: none, {no} ({time.process_time() - began:.1f} s)", flush=True)
            continue
        middle = time.process_time()
        word = told(certified) if accepted(examined, json.dumps(certified)) else "REFUSED"
        counts[word] += 1
        spent.append(time.process_time() - middle)
        print(f"{name}: {word} ({middle - began:.1f} s, {spent[-1]:.1f} s)", flush=True)
    print(dict(counts), f"checked in {sum(spent):.0f} CPU s, most {max(spent, default=0):.1f}")


def literature():
    for row in CLAIMS:
        window = [tuple(side.split(",")) for side in row.window.split(";")]
        yield row.name, row.text, window * 2 if len(window) == 1 else window


def tables():
    """The losses of `boxes`, and 1,000 that are generated."""
    for row in LOSSES_KNOWN:
        yield row.name, row.text, row.window
    for text, n in generated(16, 1_000):
        yield text, text, [(-3, 3)] * n


def main(arguments):
    if arguments[:1] in (["literature"], ["tables"]):
        examined = checker()
        examined.WORK = 10**7
        first, of = map(int, arguments[1].split("/")) if arguments[1:] else (1, 1)
        rows = literature() if arguments[0] == "literature" else tables()
        suite(islice(rows, first - 1, None, of), examined)
        return
    times, seed, only = (int(word) for word in (*arguments, *"300"[len(arguments) :]))
    draw, examined, told, most = random.Random(seed), checker(), Counter(), 0.0
    for text, sides in list(LOSSES.items())[only - 1 if only else 0 : only or None]:
        certified = made(text, sides)
        assert accepted(examined, json.dumps(certified)), text
        assert not falsehood(certified), (text, falsehood(certified))
        for name, yes, wrong, slow in judged(examined, certified, draw, times):
            told["false or malformed" if wrong else "true", "accepted" if yes else "refused"] += 1
            most = max(most, slow)
            if slow > 5:
                print("slow", slow, text, name, flush=True)
            if wrong and yes:
                print("ACCEPTED", text, name, wrong, flush=True)
        print(text, dict(told), flush=True)
    print(f"{sum(told.values())} changed certificates of {len(LOSSES)} losses, most {most:.1f} CPU s: {dict(told)}")


if __name__ == "__main__":
    main(sys.argv[1:])

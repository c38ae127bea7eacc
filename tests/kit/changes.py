"""Ways to change a certificate on purpose: any field, a whole statement made to go together, or its text."""

import copy
import json
from collections import Counter
from fractions import Fraction

KINDS = ("minimum", "maximum", "saddle")
HUGE = ("1e999999999", "9" * 5000, "1" + "0" * 2000, "1/0", "nan", "inf", "-", "", "0x10", "1_0", " 1", "٣")


def leaves(part, path=()):
    """(path, class of the path) of every value in a certificate, lists and objects too."""
    yield path, ".".join("[]" if type(step) is int else step for step in path)
    for step, inner in part.items() if type(part) is dict else enumerate(part) if type(part) is list else ():
        yield from leaves(inner, (*path, step))


def at(part, path):
    for step in path:
        part = part[step]
    return part


def other(value, draw):
    """Another value for a field."""
    if type(value) is bool:
        return draw.choice([not value, int(value), None, "true"])
    if type(value) is str and value in KINDS:
        return draw.choice([kind for kind in (*KINDS, "degenerate") if kind != value])
    if type(value) is str and value.lstrip("-")[:1].isdigit():
        end = Fraction(value) if set(value) <= set("-/0123456789") else None
        if end is None:
            return value + draw.choice(["+1", "*2", " + x/50", "-0.001"])
        moved = end + Fraction(draw.choice([1, -1, 3])) / 10 ** draw.choice([0, 1, 3, 9, 17, 25])
        return draw.choice(
            [str(moved), str(moved), str(moved), str(-end - 1), str(2 * end + 1), *HUGE[:2], float(end), None]
        )
    if type(value) is str:
        return draw.choice(
            [value + " + 1/1000", value + " - x/50", value + "*2", value + ", 1", value + " + 0*1j", "q", ""]
        )
    if type(value) is float:
        size = draw.choice([1.0, -1.0, 2.0]) * 10.0 ** -draw.choice([0, 3, 6, 9, 12, 15])
        moved = [value + size * (1 + abs(value)) for _ in range(3)]
        return draw.choice([*moved, 2 * value, -value - 1e-3, float("inf"), float("nan"), str(value), int(value), None])
    if type(value) is int:
        return draw.choice([value + 1, value - 1, -1, -value - 1, 10**30, float(value), bool(value), str(value), None])
    if type(value) is list:
        moved = copy.deepcopy(value)
        way = draw.randrange(5)
        if way == 0 and moved:
            del moved[draw.randrange(len(moved))]
        elif way == 1 and moved:
            moved.append(copy.deepcopy(draw.choice(moved)))
        elif way == 2 and len(moved) > 1:
            i, j = draw.sample(range(len(moved)), 2)
            moved[i], moved[j] = moved[j], moved[i]
        elif way == 3:
            moved = []
        else:
            moved = draw.choice([None, {}, "", [moved], [*moved, None]])
        return moved
    moved = copy.deepcopy(value)
    way = draw.randrange(3)
    if way == 0 and moved:
        del moved[draw.choice(list(moved))]
    elif way == 1:
        moved[draw.choice(["convex", "L", "safe_lr", "status", "mean", "side", "ghost", "kind"])] = draw.choice(
            [True, 1.0, "COMPLETE", 0, [0.0], None]
        )
    else:
        moved = draw.choice([None, [], "x", list(moved.items())])
    return moved


def settled(certified):
    """Counts made to go with the points, so that only the rest can show what was changed."""
    certified["counts"] = dict(Counter(p["kind"] for face in certified["faces"] for p in face["points"]))


def shaved(certified, draw):
    """A box that ends just before its point."""
    point, k = _moving(certified, draw)
    low, high = map(Fraction, point["box"][k])
    share = Fraction(draw.choice([1, 10**3, 10**6, 10**9]), 10**10)
    middle = (low + high) / 2
    point["box"][k] = draw.choice([[str(low), str(middle - share * (high - low) / 2)],
                                   [str(middle + share * (high - low) / 2), str(high)]])  # fmt: skip


def moved(certified, draw):
    point, k = _moving(certified, draw)
    low, high = map(Fraction, point["box"][k])
    point["box"][k] = [str(low + 3 * (high - low)), str(high + 3 * (high - low))]


def widened(certified, draw):
    point, k = _moving(certified, draw)
    low, high = map(Fraction, point["box"][k])
    point["box"][k] = [str(low - draw.choice([0, 1, 10**4]) * (high - low)), str(high + (high - low))]


def _moving(certified, draw):
    every = [(p, k) for f in certified["faces"] for p in f["points"] for k, (a, b) in enumerate(p["box"]) if a != b]
    return draw.choice(every)


def value(certified, draw):
    point = draw.choice([point for face in certified["faces"] for point in face["points"]])
    low, high = point["value"]
    width = high - low
    point["value"] = draw.choice([[low + 2 * width, high + 2 * width], [low - width, high + width], [low, low],
                                  [low - 1e-9, high + 1e-9], [high + width * 1e-3, high + width], [high, low],
                                  [low, high, high], [str(low), str(high)], [-1e300, 1e300]])  # fmt: skip


def least(certified, draw):
    """Another least value, place, or boxes where it may be taken, which lie in `least`, all or one."""
    told = certified["least"]
    low, high = told["value"]
    step = draw.choice([1e-12, 1e-9, 1e-3, 1.0])
    way = draw.randrange(5)
    if way < 2:
        up, down = [high + step / 2, high + step], [low - step, low - step / 2]
        told["value"] = draw.choice([[low + step, high + step], [low - step, high - step], up, down, [high, low], [low],
                                     [low, high, high]])  # fmt: skip
    elif way == 2:
        told["place"] = [str(Fraction(c) + Fraction(step) * draw.choice([-1, 0, 1])) for c in told["place"]]
    elif way == 3:
        del told["at"][draw.randrange(len(told["at"]))]
    else:
        side = draw.choice(draw.choice(told["at"]))
        side[draw.randrange(2)] = side[draw.randrange(2)]


def bare(certified, draw):
    """A cell that says that f is not lower, in place of another reason."""
    cells = [c for f in certified["faces"] for c in f["cells"] if c and "cut" not in c and "point" not in c]
    draw.choice(cells).clear()
    if draw.random() < 0.5:
        certified["complete"] = False


def claimed(certified, draw):
    """That there is no other point, or perhaps."""
    certified["complete"] = not certified["complete"]


def cut(certified, draw):
    """A cut more with one reason for both halves, one less, or across another side."""
    cells = draw.choice([face["cells"] for face in certified["faces"] if len(face["cells"]) > 1])
    k = draw.randrange(len(cells))
    if "cut" not in cells[k]:
        cells[k : k + 1] = [{"cut": draw.randrange(-1, 3)}, cells[k], copy.deepcopy(cells[k])]
    elif draw.random() < 0.5:
        cells[k]["cut"] = draw.randrange(-1, 3)
    else:
        del cells[k : k + 2]


def kind(certified, draw):
    points = [point for face in certified["faces"] for point in face["points"]]
    point = draw.choice(points)
    point["kind"] = draw.choice([kind for kind in KINDS if kind != point["kind"]])
    settled(certified)


def removed(certified, draw):
    """A point away, and all its cells said to have none."""
    face = draw.choice([face for face in certified["faces"] if face["points"] and face["cells"]])
    gone = draw.randrange(len(face["points"]))
    del face["points"][gone]
    free = [k for k, (low, high) in enumerate(face["box"]) if low != high]
    for cell in face["cells"]:
        if cell.get("point") == gone:
            row = draw.choice(cell["inverse"])
            for name in ("region", "inverse", "point"):
                del cell[name]
            cell.update({"mean": [float(c) for c in row]} if draw.random() < 0.7 else {"side": draw.choice(free)})
            cell.clear() if draw.random() < 0.2 else None
        elif cell.get("point", -1) > gone:
            cell["point"] -= 1
    settled(certified)


def added(certified, draw):
    """A point more: another one's twin, or at some place."""
    face = draw.choice([face for face in certified["faces"] if face["points"] and face["cells"]])
    point = copy.deepcopy(draw.choice(face["points"]))
    if draw.random() < 0.7:
        for side in point["box"]:
            low, high = map(Fraction, side)
            side[:] = [str(end + (high - low) * 5) for end in (low, high)]
    face["points"].append(point)
    cells = [cell for cell in face["cells"] if "point" in cell]
    draw.choice(cells)["point"] = len(face["points"]) - 1
    settled(certified)


def merged(certified, draw):
    """A cell with the reason of another one."""
    every = [[k for k, cell in enumerate(face["cells"]) if "cut" not in cell] for face in certified["faces"]]
    face, ks = draw.choice([(f, ks) for f, ks in zip(certified["faces"], every, strict=True) if len(ks) > 1])
    one, two = draw.sample(ks, 2)
    face["cells"][one] = copy.deepcopy(face["cells"][two])


def loss(certified, draw):
    text = certified["loss"]
    certified["loss"] = draw.choice([
        text + " + 1/1000", text + " - x/50", f"({text})*2", f"-({text})", text + " + 0*log(x)", text + " + sin(1/x)*0",
        text.replace("x", "(x+1e-9)"), text.replace("2", "2.0000000000000000001"), text.replace("abs(", "abs(1e-20 + "),
        text.replace("x", "x*1.0000000001"), text + "+(1/x)**0-1",
    ])  # fmt: skip


def monsters(text):
    """Losses that would take a reader without limits hours, or its stack."""
    yield from (
        f"({text} + 1)*10**10**10",
        "+".join(["1e999*1e-999"] * 900) + f"+({text})",
        "(" * 90 + text + ")**2" * 90,
    )
    yield from (
        "(" * 400 + text + ")" * 400,
        "-" * 3000 + text,
        text + "+x" * 3000,
        "x**" * 99 + "9",
        text + "+1e999999999",
    )
    yield from (
        text + "+abs(x,y=1)",
        text + "+sin(x,1)",
        text + "+__import__('os').getpid()",
        text + "+(lambda: 1)()",
        "x" * 10**6,
    )
    yield " + ".join([text, *(f"abs(x - {k})" for k in range(40))])


def window(certified, draw):
    """Another window on all faces, as one who hides a part would write it."""
    k, end = draw.randrange(len(certified["window"])), draw.randrange(2)
    old = certified["window"][k][end]
    step = Fraction(draw.choice(["1/2", "-1/2", "1", "-1", "1/1000000000"]))
    new = str(Fraction(old) + step)
    certified["window"][k][end] = new
    for face in certified["faces"]:
        for part in (face, *face["points"]) if draw.random() < 0.9 else (face,):
            part["box"][k] = [new if Fraction(each) == Fraction(old) else each for each in part["box"][k]]


def names(certified, draw):
    names = certified["variables"]
    certified["variables"] = draw.choice([[*names, "q"], names[:-1], names[::-1], [*names[:-1], names[0]],
                                          ["pi"] * len(names), "".join(names), [*names, names[0]]])  # fmt: skip


def said(certified, draw):
    """A word that nothing shows."""
    name, word = draw.choice([("status", "COMPLETE"), ("status", "incomplete"), ("convex", True), ("L", 2.0),
                              ("", None), ("safe_lr", 0.5), ("mu", 0), ("least_value", [0.0, 0.0])])  # fmt: skip
    certified[name] = word


WAYS = (
    shaved, moved, widened, value, least, bare, claimed, cut, kind, removed, added, merged, loss, window, names, said
)  # fmt: skip


def broken(text, draw):
    """Texts that are no certificate at all, or say a thing twice."""
    yield from (
        "",
        "{",
        "[]",
        "null",
        "3",
        text[:-2],
        text[: len(text) // 2],
        text + "}",
        "[" * 100_000,
        "{" + '"a":{' * 50_000,
    )
    yield text.replace('"counts"', '"counts": {"minimum": 99}, "counts"', 1)
    yield text.replace('"value": [', '"value": [0.0, 0.0], "value": [', 1)
    yield text.replace('"loss"', '"loss": "x", "loss"', 1)
    yield text.replace('"value": [', '"value": [NaN, ', 1)
    yield text.replace('"value": [', '"value": [-Infinity, ', 1)
    yield text.replace('"value": [', '"value": [1e999, ', 1)
    yield text.replace('"window"', '"window": ' + "9" * 6000 + ', "window"', 1)
    for end in HUGE:
        yield text.replace('"window": [["', f'"window": [["{end}", "', 1)
        yield json.dumps({**json.loads(text), "window": [[end, "9"]]})
    for _ in range(20):
        k = draw.randrange(len(text))
        yield text[:k] + draw.choice('{}[],:"0-.xe\0') + text[k + 1 :]

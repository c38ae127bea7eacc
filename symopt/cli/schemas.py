"""What `--json` prints, as JSON Schema (draft 2020-12): one schema for each name that stands in `schema`."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
Fields = dict[str, tuple[Schema, str]]

TEXT: Schema = {"type": "string"}
REAL: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
YES: Schema = {"type": "boolean"}


def maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: Schema, least: int = 0, most: int | None = None) -> Schema:
    return {"type": "array", "items": schema, **({"minItems": least} if least else {}),
            **({} if most is None else {"maxItems": most})}  # fmt: skip


def words(*known: str | None) -> Schema:
    return {"enum": list(known)}


def each(schema: Schema) -> Schema:
    """An object whose names are not known beforehand."""
    return {"type": "object", "additionalProperties": schema}


def thing(fields: Fields, now_and_then: Fields | None = None) -> Schema:
    """An object of these fields and no others. now_and_then: those that it may lack."""
    both = {**fields, **(now_and_then or {})}
    told = {name: {**schema, "description": meaning} for name, (schema, meaning) in both.items()}
    return {"type": "object", "properties": told, "required": list(fields), "additionalProperties": False}


POINT, ENDS = many(maybe(REAL)), many(maybe(REAL), 2, 2)
MATRIX = many(many(maybe(REAL)))
NOTES: Fields = {"warnings": (many(TEXT), "Notes of the report.")}
STATUS = words("complete", "incomplete", "estimated")


def named(name: str, about: str, fields: Fields, now_and_then: Fields | None = None) -> Schema:
    """The schema that is called by a name."""
    whole = {"schema": ({"const": name}, "The name of this schema."), **fields}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, "description": about,
            **thing(whole, now_and_then)}  # fmt: skip


def schemas() -> dict[str, Schema]:
    """Every schema by its name."""
    made = [run(), derive(), check(), *analyze(), *sweep()]
    return {schema["title"]: schema for schema in made}


def run() -> Schema:
    from symopt.judge import Outcome

    calls = thing(
        {"f": (REAL, "Values of f."), "g": (REAL, "Gradients."), "h": (REAL, "Hessians.")},
        {"hv": (REAL, "Products of the Hessian with a vector.")},
    )
    best = thing({"step": (WHOLE, "Its number."), "x": (maybe(POINT), "The point; null if it was dropped."),
                  "f": (maybe(REAL), "The value there.")})  # fmt: skip
    walk = thing(
        {
            "method": (TEXT, "The name of the method."),
            "spec": (maybe(TEXT), "What -m takes to walk so again; null for points of --path."),
            "formula": (maybe(TEXT), "The formula of a step; null for points of --path."),
            "parameters": (each({}), "The parameters, those chosen by rule too."),
            "start": (POINT, "The first point."),
            "outcome": (words(*(outcome.name.lower() for outcome in Outcome)), "How the walk ended."),
            "kind": (maybe(TEXT), "What its flat point is; null where it ended otherwise."),
            "message": (TEXT, "The verdict in words."),
            "period": (maybe(WHOLE), "Of a cycle."),
            "steps": (WHOLE, "How many were walked."),
            "x": (POINT, "The last point."),
            "f": (maybe(REAL), "The value at the last point."),
            "calls": (maybe(calls), "Evaluations; null where they are not known."),
            "path": (maybe(MATRIX), "All points; null for more than 1,000 variables."),
            "values": (POINT, "f at each of the points that were kept."),
            "gradients": (maybe(MATRIX), "∇f at each of them; null for more than 1,000 variables."),
        },
        {
            "slopes": (POINT, "Of more than 1,000 variables: ‖∇f‖ at each of them."),
            "best": (best, "Of points of --path: where f was least."),
            "notes": (many(TEXT), "Of points of --path: what was left aside while reading."),
            "evaluated": (maybe(many(TEXT)), "Of points of --path: what was asked at each, letters of f, g, h."),
        },
    )
    return named("symopt.run/1", "What `symopt run --json` prints. Numbers that are not finite are null.", {
        "loss": (TEXT, "The loss as typed."),
        "variables": (maybe(many(TEXT)), "Their names; null for more than 1,000."),
        "gradient": (maybe(many(TEXT)), "∇f as text; null for more than ten variables, or if too long to be read."),
        "hessian": (maybe(many(many(TEXT))), "∇²f as text, by rows; null as above."),
        "window": (maybe(many(ENDS)), "LOW and HIGH of each variable; null for more than 1,000."),
        "runs": (many(walk), "The walks, in the order in which they were asked for."),
    })  # fmt: skip


def derive() -> Schema:
    line = thing({
        "by": (many(TEXT), "The variables of the derivative, with letters for their places."),
        "is": (maybe(TEXT), "The entry."),
        "where": (each(many({}, 2, 2)), "First and last value of each letter."),
        "conditions": (many(TEXT), "What holds besides."),
    })  # fmt: skip
    return named(
        "symopt.derive/1",
        "What `symopt derive --json` prints.",
        {
            "loss": (TEXT, "The loss as typed."),
            "variables": (many(TEXT), "Their names."),
            "constants": (each(TEXT), "The letters set by --set."),
            "f": (maybe(TEXT), "The loss, put in order; null if too long to be read."),
            "gradient": (
                maybe(many({"anyOf": [maybe(TEXT), line]})),
                "∇f: texts, or of a sum that stays a sum its general entries; null if too long to be read.",
            ),
            "hessian": (
                maybe(many({"anyOf": [many(maybe(TEXT)), line]})),
                "∇²f: rows of texts, or general entries; null if too long, or of too many variables.",
            ),
        },
        {
            "left_out": (WHOLE, "General entries that are not listed."),
            "otherwise": (maybe(REAL), "What entries are that no general one covers: 0; null where not all are told."),
        },
    )


def check() -> Schema:
    from symopt.checking.verdict import AGREES, DIFFERENT, PARTIAL, PROVED, UNDECIDED

    known = words(PROVED, PARTIAL, DIFFERENT, UNDECIDED, AGREES)
    witness = thing(
        {"x": (POINT, "The point."), "given": (maybe(REAL), "The given derivative there."),
         "expected": (maybe(REAL), "The derivative of the loss there.")},
        {"data": (each({}), "Values of the data there.")},
    )  # fmt: skip
    component = thing(
        {
            "of": (words("gradient", "hessian"), "The derivative."),
            "index": (many(WHOLE), "Which entry, from 0."),
            "verdict": (known, "The word for this entry."),
            "given": (maybe(TEXT), "What was given."),
            "expected": (maybe(TEXT), "What it should be."),
            "difference": (maybe(TEXT), "expected − given."),
            "witness": (maybe(witness), "A point at which they differ."),
            "hidden_at": (
                many({"anyOf": [REAL, TEXT]}),
                "Where they agree: points, or texts such as x = 0.",
            ),
            "diagnosis": (maybe(TEXT), "The slip, where one was found."),
            "note": (maybe(TEXT), "What is not settled."),
        },
        {
            "function": (TEXT, "The loss it belongs to, of a file with several."),
            "place": (TEXT, "The entry as the file names it."),
            "file": (TEXT, "The file."),
            "cell": (WHOLE, "The cell of a notebook."),
            "line": (WHOLE, "The line."),
            "code": (TEXT, "What stands there."),
        },
    )
    return named(
        "symopt.check/1",
        "What `symopt check --json` prints, for each file on a line of its own.",
        {
            "loss": (TEXT, "The loss."),
            "variables": (many(TEXT), "Their names."),
            "verdict": (words("equal", PARTIAL, DIFFERENT, UNDECIDED), "equal, or the worst word of the entries."),
            "components": (many(component), "The entries."),
            "notes": (many(TEXT), "Notes of the report."),
        },
        {
            "data": (each(many({})), "Arrays taken as letters, with their shapes."),
            "lengths": (TEXT, "The lengths for which it holds."),
            "unchecked": (many(TEXT), "Functions named as derivatives are, of which nothing is known."),
        },
    )


def analyze() -> list[Schema]:
    from symopt.analysis.along.report import HAPPENS
    from symopt.analysis.words import KINDS

    kind = (words(*KINDS), "What it is.")
    proved = (YES, "Whether all this is proved.")
    shared: Fields = {
        "L": (maybe(ENDS), "An enclosure of sup|f″| on the window (or of the largest eigenvalue in size)."),
        "mu": (maybe(ENDS), "An enclosure of inf f″ on the window (of the least eigenvalue)."),
        "safe_lr": (maybe(REAL), "2/L, rounded down."),
        "best_lr": (maybe(REAL), "2/(L + mu)."),
        "direction_alpha": (maybe(REAL), "max(0, −mu)."),
        "descent_alpha": (maybe(REAL), "max(0, sup f″/2 − mu)."),
    }
    point: Fields = {
        "x": (POINT, "The point."), "enclosure": (many(ENDS), "It lies in this box."), "f": (maybe(REAL), "f there."),
    }  # fmt: skip
    rate = thing({
        "x": (POINT, "The minimum."), "method": (TEXT, "The method."), "law": (TEXT, "How the error shrinks."),
        "factor": (maybe(ENDS), "An enclosure of the factor."), "statement": (TEXT, "The law in words."),
        "predicted_steps": (maybe(WHOLE), "Steps by the law."), "observed_steps": (maybe(WHOLE), "Steps of a walk."),
        "proved": proved,
    })  # fmt: skip
    one = named("symopt.analyze/1", "What `symopt analyze --json` prints of a loss of one variable.", {
        "window": (many(ENDS), "LOW and HIGH."),
        "status": (STATUS, "Whether all critical points are listed."),
        "critical_points": (many(thing({
            **point, "kind": kind, "kink": (maybe(YES), "Whether f′ does not exist there; null if not shown."),
            "edge": (YES, "Whether it is an end of the window."), "exact": (maybe(TEXT), "A closed form."),
            "proved": proved,
        })), "The critical points, from left to right."),
        "global_minimum": (thing({"f": (maybe(ENDS), "An enclosure of the least value."),
                                  "at": (POINT, "Where it may be taken.")}), "The least value on the closed window."),
        **shared,
        "convex": (many(ENDS), "Intervals on which f″ > 0."),
        "concave": (many(ENDS), "Intervals on which f″ < 0."),
        "rates": (many(rate), "How methods come nearer at each minimum."),
        **NOTES,
    })  # fmt: skip
    place = thing({"x": (POINT, "The point."), "enclosure": (many(ENDS), "It lies in this box."),
                   "where": (TEXT, "inside, or which part of the border.")})  # fmt: skip
    several = named("symopt.analyze-n/1", "What `symopt analyze --json` prints of two and three variables.", {
        "variables": (many(TEXT), "Their names."),
        "window": (many(ENDS), "LOW and HIGH of each."),
        "status": (STATUS, "Whether all critical points are listed."),
        "critical_points": (many(thing({
            **point, "kind": kind,
            "turn": (TEXT, "What a degenerate one is, minimum, maximum or saddle; empty if not shown."),
            "index": (maybe(WHOLE), "In how many directions f falls."),
            "eigenvalues": (many(ENDS), "Enclosures of those of the Hessian."), "kink": (YES, "Whether it is a kink."),
            "edge": (YES, "Whether it is on the window's border."), "proved": proved,
        })), "The critical points."),
        "counts": (each(WHOLE), "How many there are of each kind."),
        "global_minimum": (thing({"f": (maybe(ENDS), "An enclosure of the least value."),
                                  "at": (many(place), "Where it may be taken.")}), "The least value on the window."),
        "convex": (maybe(YES), "Whether f is convex on the window; null if not shown."),
        "largest_eigenvalue": (maybe(ENDS), "An enclosure of the sup of the eigenvalues of the Hessian."),
        **shared,
        "left": (many(many(ENDS)), "Boxes in which there may be more."),
        "sets": (many(thing({
            "equations": (many(TEXT), "Where they hold, and inequalities beside them, every point is critical."),
            "dimension": (WHOLE, "1: a curve, 2: a surface; as many as variables: a region."),
            "x": (POINT, "One such point."), "enclosure": (many(ENDS), "It lies in this box."),
            "level": (maybe(TEXT), "f on all of it; null if not shown."),
        })), "Curves, surfaces and regions of critical points."),
        "boxes": (WHOLE, "How many boxes the search took."),
        **NOTES,
    })  # fmt: skip
    event = thing({
        "kind": (words(*HAPPENS), "What happens there."), "a": (maybe(REAL), "The letter's value."),
        "x": (maybe(REAL), "The point."), "opens": (WHOLE, "Where there are more points: 1 above, −1 below."),
        "enclosure": (thing({"a": (ENDS, "Of the letter."), "x": (ENDS, "Of the point.")}), "It lies in this box."),
        "why": (TEXT, "What shows it."), "edge": (YES, "Whether it is on the border of the range."),
    })  # fmt: skip
    stretch = thing({
        "from": (ENDS, "Where it begins."), "to": (ENDS, "Where it ends."), "at": (maybe(REAL), "The letter's value "
        "of the points below."), "proved": proved, "counts": (maybe(each(WHOLE)), "How many points of each kind."),
        "points": (many(thing({"x": (maybe(REAL), "The point."), "enclosure": (ENDS, "It lies there."), "kind": kind,
                               "slope": (maybe(REAL), "dx*/da."),
                               "kink": (YES, "Whether it is on a kink.")})), "The critical points at one value."),
    })  # fmt: skip
    along = named("symopt.analyze-along/1", "What `symopt analyze --set a=LO:HI --json` prints.", {
        "variable": (TEXT, "Its name."), "letter": (TEXT, "The letter."), "window": (ENDS, "Of the variable."),
        "range": (ENDS, "Of the letter."), "status": (STATUS, "Whether all such values are listed."),
        "bifurcations": (many(event), "Where critical points begin, end or meet."),
        "counts": (each(WHOLE), "How many there are of each kind."),
        "stretches": (many(stretch), "What holds between them."),
        "sensitivity": (maybe(TEXT), "dx*/da as a formula."),
        "left": (many(thing({"x": (ENDS, "Of the variable."), "a": (ENDS, "Of the letter.")})),
                 "Rectangles in which there may be more."),
        "boxes": (WHOLE, "How many boxes the search took."), **NOTES,
    })  # fmt: skip
    fixed = thing({
        "x": (POINT, "The point."), "enclosure": (many(ENDS), "It lies in this box."), "kind": kind, "proved": proved,
        "curvature": (maybe(ENDS), "An enclosure of f″ there."),
        "lr": (maybe(ENDS), "An enclosure of 2/f″, where it ceases to attract."),
        "two_cycle": (words("stable above", "unstable below", None), "The 2-cycle that splits off there."),
    })  # fmt: skip
    steps = named("symopt.analyze-lr/1", "What `symopt analyze --lr LO:HI --json` prints.", {
        "variable": (TEXT, "Its name."), "window": (many(ENDS), "LOW and HIGH."), "range": (ENDS, "Of lr."),
        "status": (STATUS, "Whether all fixed points are listed."),
        "fixed_points": (many(fixed), "The fixed points of gradient descent."), **NOTES,
    })  # fmt: skip
    return [one, several, along, steps]


def sweep() -> list[Schema]:
    from symopt.sweep.labels import WORDS

    axis: Fields = {
        "name": (TEXT, "What is swept."), "role": (TEXT, "A start, a parameter of the method, or a letter."),
        "low": (REAL, "Its first value."), "high": (REAL, "Its last."), "count": (WHOLE, "How many values."),
        "log": (YES, "Whether they are spaced by even factors."),
    }  # fmt: skip
    plan: Fields = {
        "version": (TEXT, "That of symopt."), "command": (TEXT, "What walks it again, with all that was chosen."),
        "loss": (TEXT, "The loss as typed."),
        "variables": (many(TEXT), "Their names."), "method": (TEXT, "The method with its parameters."),
        "over": (many(thing(axis)), "The axes."), "start": (POINT, "The start, where it is not swept."),
        "window": (many(ENDS), "LOW and HIGH of each variable."), "steps": (WHOLE, "At most so many a walk."),
        "gtol": (REAL, "When a walk is flat."),
    }  # fmt: skip
    ending: Fields = {
        "ending": (TEXT, "As it is shown."), "word": (words(*WORDS), "How a walk ended."),
        "period": (maybe(WHOLE), "Of a cycle."),
    }  # fmt: skip
    quantiles = thing({name: (maybe(REAL), f"The {name[1:]}% quantile.") for name in ("q10", "q50", "q90")})
    tick = thing({
        "over": (TEXT, "The axis."), "value": (REAL, "Where."), "what": (TEXT, "What is there."),
        "known": (words("proved", "solved", "estimated"), "How it is known."),
    })  # fmt: skip
    still = named("symopt.sweep/1", "What `symopt sweep --json` prints.", {
        **plan,
        "pixels": (WHOLE, "How many walks."),
        "endings": (many(thing({
            **ending, "at": (maybe(POINT), "The critical point."), "proved": (YES, "Whether it is proved to be there."),
            "share": (REAL, "Its part of the pixels."), "pixels": (WHOLE, "How many end so."),
            "steps": (quantiles, "How many steps they took."),
        })), "The endings."),
        "ticks": (many(tick), "What theory says along the axes."),
        "basin_entropy": (maybe(REAL), "S_b."), "boundary_basin_entropy": (maybe(REAL), "Over boxes with a border."),
        "uncertainty_exponent": (maybe(REAL), "α."), "uncertainty_exponent_error": (maybe(REAL), "Its standard error."),
    })  # fmt: skip
    moving = thing({**axis, "at": (maybe(POINT), "Where a zoom goes.")})
    movie = named("symopt.sweep.frames/1", "What `symopt sweep --animate … --json` prints.", {
        **plan,
        "animate": (moving, "What changes from frame to frame."),
        "endings": (many(thing(ending)), "The endings of all frames."),
        "frames": (many({"type": "object", "required": ["shares"], "additionalProperties": REAL,
                         "properties": {"shares": {**many(REAL), "description": "The part of each ending."}}}),
                   "The value of each frame, and the shares of the endings."),
    })  # fmt: skip
    return [still, movie]

"""What the words of verdicts and tables mean, each in a sentence or two."""

ENDS = {
    "minimum": "f is least here among all points near by: the gradient is zero and the Hessian positive definite, or "
    "f rises on both sides of a kink.",
    "maximum": "f is greatest here among all points near by. A method that only looks for a zero of the gradient, as "
    "Newton's does, may climb to it.",
    "saddle": "The gradient is zero, f is least along some directions and greatest along others.",
    "inflection": "f′ and f″ are zero, and f goes on falling behind the point: no minimum.",
    "degenerate": "The gradient is zero and so is an eigenvalue of the Hessian, as x**4 has it at 0: second "
    "derivatives cannot tell what the point is. Where higher ones or values of f can, it is called a degenerate "
    "minimum, maximum or saddle.",
    "plateau": "The slope is no longer than --gtol, but no point with slope zero is confirmed near by.",
    "kink": "f is continuous and its slope jumps, as |x| at 0. It is a minimum there if f falls towards it and rises "
    "behind it.",
    "jump": "f itself jumps; slopes tell nothing of what it is there.",
    "constant": "f has one and the same value around the point.",
    "cycle": "The points repeat with this period to rounding: the walk would never converge.",
    "stalled": "The steps are below rounding although the gradient is longer than --gtol: x cannot get nearer in "
    "floating point. Or a method that only goes down finds no lower point, as beside a kink.",
    "exhausted": "All steps (-n) were used; a remark says what the walk was doing.",
    "ran away": "The points went far beyond the window, without an end in sight.",
    "left the domain": "f is not defined at the next point, or is too large for a number there.",
    "no next point": "The method's formula gives no finite number: it divides by zero, or the slope is none.",
}
"""Words for the ends of walks."""

DOING = {
    "still descending": "in nearly every step f falls, and the walk had not come to rest.",
    "creeping": "step by step f falls, but all the walk is shorter than a hundredth of the window: the steps are too "
    "short.",
    "climbing": "in nearly every step f rises, and the steps lead uphill.",
    "descending in waves": "between falls and rises the peaks of f get lower, from quarter to quarter of the walk.",
    "closing in": "the steps get shorter and ‖∇f‖ smaller, fast enough for a limit; `by 0.9 a step` where each step "
    "is 0.9 times the one before.",
    "oscillating and closing in": "the walk goes to and fro, or round about, in swings that get narrower, fast enough "
    "for a limit.",
    "closing in on a cycle": "the points come back, ever more exactly, to where they were a period before, and do not "
    "come together: in a 2-cycle they jump between two places.",
    "oscillating": "nearly every step turns back on the one before, and whether the swings narrow cannot be told yet.",
    "oscillating without closing in": "the walk goes to and fro in swings that stay equally wide.",
    "oscillating ever wider": "the swings get wider, each time by as large a factor or a larger one.",
    "bounded, no limit seen (chaos)": "the points stay in a region without settling on a point or a cycle, and "
    "neighbours part: the Lyapunov exponent, measured along the walk, is above 0.15.",
    "hovering": "batches or noise keep the walk about a place: in the last half of the walk neither x nor f is on its "
    "way anywhere, and f stays between the heights that are told. Smaller or shrinking steps bring it lower.",
    "moving off": "the point is far outside the window and gets further with steps that do not get shorter.",
    "no trend seen": "nothing of this can be said safely: the walk is too short, driven by chance, or without order.",
}
"""Words for what a walk was doing that is not at its end."""

HEADINGS = {
    "k": "The number of a step; 0 is the start.",
    "digits": "How many digits of x are right, where a minimum is known: −log₁₀ of the distance to the nearest one, "
    "relative to max(1, |x*|), at most 16.",
    "rank": "The order of the walks of a table: what ended at a minimum first, by the evaluations it needed; then flat "
    "points that may be none. What stopped elsewhere has no rank (–).",
    "end": "What a walk ended at: the kind of its flat point, or how it stopped otherwise.",
    "evaluations": "How often the method asked for f, for the gradient g and for the Hessian h.",
    "given path": "Points that somebody brought by --path: f and its derivatives are evaluated there; how the points "
    "were made is not known.",
    "best point": "The step at which f was least, told where that is elsewhere than the last point.",
    "f rose": "In how many steps f rose by more than rounding can make it seem so. In a walk's table ▲ marks them, ▼ "
    "the steps in which f fell.",
    "‖∇f‖": "The length of the gradient; where it is no more than --gtol, the point is flat and the walk ends.",
    "f′": "The slope: the first derivative. f″ is the curvature, the second.",
    "lr": "The learning rate: by how much of the gradient gd moves.",
    "alpha": "What a regularised method adds to the Hessian: the larger, the shorter and the safer are its steps.",
    "auto": "A parameter chosen by rule from the curvature; what was chosen is printed.",
    "proved": "A theorem in exact arithmetic, not an observation in floating point.",
    "not yet": "Of a pixel of a sweep: the walk used all its steps, and is neither flat nor in a cycle nor in chaos; "
    "symopt run tells what such a walk was doing.",
    "share": "Of an ending of a sweep: its part of the pixels.",
    "basin entropy": "The mean over boxes of 5 × 5 pixels of −Σ p·log p, p the shares of the endings in a box: 0 where "
    "every box has one ending; above log 2 over boxes with a border the border is fractal.",
    "uncertainty exponent": "α in f(ε) ~ ε^α, with f the part of the pixels that have another ending at distance ε: 1 "
    "at a smooth border, below 1 at a fractal one, where nearer starts help little.",
    "undecided": "Neither shown to be true nor shown to be false.",
}
"""Words of tables and notes."""

GLOSSARY = {**ENDS, **DOING, **HEADINGS}
"""Every word with what it means."""

ALSO = {
    "flat": "minimum", "no step": "no next point", "left domain": "left the domain", "climbed": "f rose",
    "gradient": "‖∇f‖", "f″": "f′", "▲": "f rose", "▼": "f rose", "estimated": "proved",
    "solved": "proved", "chaos": "bounded, no limit seen (chaos)", "undefined at the start": "left the domain",
    "no numbers": "given path", "no numbers follow": "given path",
}  # fmt: skip
"""Words that are explained with another."""


def sentence(meaning: str) -> str:
    """A meaning with a capital letter, unless it begins with the letter of a quantity."""
    return meaning if meaning.startswith(("f ", "f′", "α")) else meaning[0].upper() + meaning[1:]

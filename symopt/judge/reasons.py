"""Why a walk ended as it did, in one short line: where the mathematics of its method says so, and never by guess.

Each row is a statement that was found true of the walk: of f″ or the eigenvalues λ of H at its points, of the slopes on
both sides of a corner, of lr·f″ at the minimum that it steps across.
"""

from __future__ import annotations

import numpy as np

from symopt.judge.causes import Causes
from symopt.judge.ending import Judgement
from symopt.judge.sentences import remark
from symopt.judge.spectra import MANY
from symopt.judge.thinned import Thinned
from symopt.language import language as spoken
from symopt.loss import Loss
from symopt.methods import Method

REASONS = {
    "still": "{slope} = 0 at the start: no step",
    "no value": "f has no value at {at}",
    "divides": "the step divides by {bend}",
    "corner": "corner at {at}: f′ jumps from {left} to {right}",
    "corner between": "corner at {at}: f′ jumps from {left} to {right}, so steps stay long",
    "overshoots": "lr·f″ = {q} > 2 at the minimum {at}: beside it steps grow",
    "mirrors": "lr·f″ = 2 at the minimum {at}: each step lands as far on its other side",
    "overshoots far": "lr·λ = {q} > 2 at the start: steps overshoot",
    "shrinks": "lr·f″ = {q} there, between 0 and 2: steps shrink",
    "shrinks all": "lr·λ is {q} at most there, below 2: steps shrink",
    "shrink": "lr·λ lies between {low} and {q} there, below 2: along every direction steps shrink",
    "short": "lr·f″ = {q} at the end: a step is {share} as long as Newton's",
    "valley": "H has λ = {least} and {most} there: a narrow valley",
    "followed": "a narrow valley, λ from {least} to {most} there: a way of {way}, half of the steps below {step}",
    "along": "lr·λ = {low} along the last step: it is {share} as long as Newton's",
    "along valley": "a narrow valley: lr·λ = {q} across it, {low} along it, "
    "where a step is {share} as long as Newton's",
    "along down": "f bends down along the last step, λ = {least}: it is {share} longer than the one before",
    "along valley down": "a narrow valley: lr·λ = {q} across it; along it λ = {least}, steps grow by only {share} each",
    "drawn": "a step sees {batch} of {count} terms of f: "
    "the slope to ±{off}, where ‖∇f‖ = {slope} and lr·‖∇f‖ = {step}",
    "drowned": "a step sees {batch} of {count} terms of f: "
    "the slope to ±{off}, where ‖∇f‖ = {slope}: chance outweighs it",
    "crawls": "the first step was {first} long, the last {step}",
    "crawls by slope": "a step is lr·{slope} long: the first was {first}, the last {step}",
    "slow": "in the last {steps} steps f fell by {fall}, {share} of its whole fall",
    "slow valley": "a narrow valley, λ from {least} to {most} there: the last {steps} steps took {share} of f's fall",
    "fell": "f fell at every step: downhill all the way",
    "down": "f″ < 0 at the start: the model opens downwards",
    "down later": "f″ < 0 at step {k}: there the model opens downwards",
    "up": "f″ > 0 at every step: each model opens upwards",
    "bent": "H has λ = {least} at the start: the model has no lowest point",
    "bent later": "H has λ = {least} at step {k}: that model has no lowest point",
    "bent longest": "H has λ = {least} at step {k}: that model has no lowest point, its step is the longest, {step}",
    "seeks": "the step seeks ∇f = 0, be it a minimum or not: H has λ = {least} and {most} there",
    "bowls": "H is pos. def. at every step: each model is a bowl",
    "turned": "H has λ = {least} at the start: divided by |λ|, the step goes downhill along it, too",
    "turned later": "H has λ = {least} at step {k}: divided by |λ|, that step goes downhill along it, too",
    "flattens": "f″ shrinks from {first} to {last} on the way: steps grow",
    "multiple": "{bend} = 0 there: each step leaves {rate} of the way",
    "swings": "β = {beta}: a step keeps that share of the one before, uphill, too",
    "convex": "f″ = {least} > 0 there",
    "concave": "f″ = {least} < 0 there",
    "falls": "no step raises f, and H has λ = {least} and {most} there: a bowl",
    "bowl": "H has λ = {least} and {most} there: a bowl",
    "dome": "H has λ = {least} and {most} there: a dome",
    "pass": "H has λ = {least} and {most} there: f falls along the first",
    "trough": "H has λ = {least} and {most} there: along the first f stays the same",
}
"""What may be said; x stands for the point in {at}, and `there` for the end."""


@np.errstate(all="ignore")
def because(
    loss: Loss, method: Method, judged: Judgement, window: np.ndarray, xs: np.ndarray, grads: np.ndarray,
    directions: np.ndarray, thinned: Thinned | None = None, end: str = "", language: str | None = None,
) -> str:  # fmt: skip
    """A line in the language spoken, or in another; empty where nothing is known for certain.

    xs, grads: (M, n), all the points of a walk unless it is `thinned`. directions: (K,), what each step did to f.
    end: the point that the verdict names, as text.
    """
    if thinned is not None or (loss.unwritten and (loss.n <= MANY or loss.data is not None)):
        return ""
    found = next(Causes(loss, method, judged, window, xs, grads, directions, end).said(), None)
    return remark(REASONS[found[0]], found[1], language or spoken()) if found else ""

"""Colours that everyone can tell apart (Okabe and Ito 2008), each with a marker of its own."""

from __future__ import annotations

from symopt.judge import Outcome
from symopt.trajectory import Trajectory

BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY, BLACK = "#CC79A7", "#56B4E9", "#23262E"
IDENTITIES = (
    (BLUE, "o"), (VERMILLION, "^"), (GREEN, "s"), (ORANGE, "D"), (PURPLE, "v"), (SKY, "P"), ("#6B5B00", "X"),
)  # fmt: skip
INK, GREY, PALE, TINT, HATCH = "#23262E", "#5B616B", "#9AA0A8", "#FBF5E6", "#E0A32E"
HINT = "#A66300"
GOOD, BAD, OPEN = "#00734F", "#C8321A", "#565B64"
MINIMUM_MARKER, MAXIMUM_MARKER = "v", "^"


def identity(index: int) -> tuple[str, str]:
    """Colour and marker of the index-th method; a colour comes back with another marker only after 49."""
    return IDENTITIES[index % len(IDENTITIES)][0], IDENTITIES[(index + index // 7) % len(IDENTITIES)][1]


def verdict_colour(trajectory: Trajectory) -> str:
    """Green for a minimum, red for a maximum or a runaway, grey for what is not settled."""
    if trajectory.outcome is Outcome.RAN_AWAY or trajectory.highest:
        return BAD
    return GOOD if trajectory.lowest else OPEN


def verdict_marker(trajectory: Trajectory, otherwise: str = "o") -> str:
    """▲ on a maximum, ▼ in a minimum, ◆ on a saddle: the verdict without its colour."""
    if trajectory.lowest or trajectory.highest:
        return MINIMUM_MARKER if trajectory.lowest else MAXIMUM_MARKER
    return "D" if trajectory.kind == "saddle" else otherwise

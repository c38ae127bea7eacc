"""Who has which colour and marker, and what a verdict looks like."""

from __future__ import annotations

from symopt.judge import Outcome
from symopt.trajectory import Trajectory
from symopt.views.sheet.theme import theme

MARKERS = "o^sDvPX"
MINIMUM_MARKER, MAXIMUM_MARKER = "v", "^"


def identity(index: int) -> tuple[str, str]:
    """Colour and marker of the index-th method; with seven colours a pair comes back only after 49."""
    colours = theme().identities
    return colours[index % len(colours)], MARKERS[(index + index // len(colours)) % len(MARKERS)]


def verdict_colour(trajectory: Trajectory) -> str:
    """Green for a minimum, red for a maximum or a runaway, grey for what is not settled."""
    if trajectory.outcome is Outcome.RAN_AWAY or trajectory.highest:
        return theme().bad
    return theme().good if trajectory.lowest else theme().open


def end_colour(trajectory: Trajectory, own: str, alone: bool) -> str:
    """Of the point where a walk ended that is judged: an unsettled one that is alone keeps the colour of its name."""
    colour = verdict_colour(trajectory)
    return own if alone and colour == theme().open else colour


def verdict_marker(trajectory: Trajectory, otherwise: str = "o") -> str:
    """▲ on a maximum, ▼ in a minimum, ◆ on a saddle: the verdict without its colour."""
    if trajectory.lowest or trajectory.highest:
        return MINIMUM_MARKER if trajectory.lowest else MAXIMUM_MARKER
    return "D" if trajectory.kind == "saddle" else otherwise

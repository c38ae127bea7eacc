"""Every bifurcation of a loss that is made of smooth pieces: those of each piece where it holds, and those at kinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sympy import Expr

from symopt.analysis.along.bifurcations import Bifurcations, Hunt, bifurcations
from symopt.analysis.along.family import Family
from symopt.analysis.along.pieces import Kink, Piece, Pieces
from symopt.analysis.along.records import Bifurcation
from symopt.analysis.boxes.enclose import Ball, hull, signed
from symopt.analysis.boxes.equations import Equations
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.exact import guesses, placed
from symopt.analysis.window import Side
from symopt.balls.series import working
from symopt.errors import StartError


def everywhere(pieces: Pieces, window: Side, letter: Side, most: int) -> Bifurcations:
    """All bifurcations for x in a closed window and a in a closed range; at most so many boxes are looked at.

    Raises StartError where the loss is constant.
    """
    found = Bifurcations()
    within = [piece for piece in pieces.pieces if piece.region.reaches((window.ends, letter.ends))]
    made = []
    for piece in within:
        if piece.family.slope == 0:
            _constant(pieces, piece)
        one = bifurcations(piece.family, window, letter, max(1, most - found.boxes))
        found.boxes += one.boxes
        made.append((piece, one))
    for piece, one in made:
        found.left += [box for box in one.left if piece.region.reaches(box)]
        found.rough += [box for box in one.rough if piece.region.reaches(box)]
        found.fixed += [c for c in one.fixed if c not in found.fixed]
        for event in one.events:
            _keep(found, event, piece, made, window)
    for kink in pieces.kinks:
        _AtKink(kink, found, window, letter, most).run()
    for one_kink, other in pieces.pairs():
        _AtKink(one_kink, found, window, letter, most).crossing(other)
    for end in pieces.ends:
        hunt = Hunt(within[0].family, window, letter, max(1, most - found.boxes))
        a = hunt.family.a
        found.marks += [ball for (ball,), _ in hunt.solve(Equations(end, [end], (a,), (a,)), [letter])]
        found.left += hunt.found.left
        found.boxes += hunt.found.boxes
    return found


def _constant(pieces: Pieces, piece: Piece) -> None:
    x = piece.family.x.name
    if len(pieces.pieces) == 1:
        raise StartError(f"the loss does not depend on {x}", "every point is critical")
    where = " and ".join(f"{s} > 0" for s in piece.region.positive).replace("-", "−")
    raise StartError(f"the loss does not depend on {x} where {where}", "every point there is critical")


def _keep(
    found: Bifurcations, event: Bifurcation, piece: Piece, made: Sequence[tuple[Piece, Bifurcations]], window: Side
) -> None:
    """Takes an event of a piece where the piece holds; one that may lie on its border is left undecided."""
    a, x = event.balls
    whole = hull(*window.ends)
    holds = piece.region.holds(whole if x is None else x, a)
    if event.kind == "flat" and holds is None:
        others = [one for other, one in made if other is not piece and other.region.holds(whole, a) is not False]
        if all(any(e.kind == "flat" and e.balls[0].overlaps(a) for e in one.events) for one in others):
            if not any(e.kind == "flat" and e.balls[0].overlaps(a) for e in found.events):
                found.events.append(event)
            return
    if holds:
        found.events.append(event)
    elif holds is None:
        found.events.append(replace(event, kind="kink", opens=0, why=""))
        found.tentative.append(found.events[-1])


class _AtKink:
    """What happens on a kink s = 0."""

    def __init__(self, kink: Kink, found: Bifurcations, window: Side, letter: Side, most: int) -> None:
        self.kink, self.found, self.window, self.letter = kink, found, window, letter
        self.hunt = Hunt(kink.above, window, letter, max(1, most - found.boxes))

    def run(self) -> None:
        kink, by_x = self.kink, self.kink.turns[0]
        for family in (kink.above, kink.below):
            if not family.v.is_number and not (kink.joined and family is kink.below):
                for x, a, edge in self.zeros(kink.s, family.v):
                    self.touch(family, x, a, edge)
        if not by_x.is_number:
            for x, a, edge in self.zeros(kink.s, by_x):
                self.tentative("kink", x, a, edge)
        for end in (self.window.low, self.window.high):
            system = Equations(kink.above.f, [kink.s], (kink.above.x, kink.above.a), (kink.above.a,))
            for (a,), edge in self.hunt.solve(system.pinned(kink.above.x, end), [self.letter], end):
                with working(FINE, 1):
                    x = hull(*Side(end, end).ends)
                if kink.region.holds(x, a) is not False:
                    self.tentative("exit", x, a, edge)
        self.close()

    def crossing(self, other: Kink) -> None:
        for x, a, edge in self.zeros(self.kink.s, other.s):
            self.tentative("kink", x, a, edge)
        self.close()

    def close(self) -> None:
        self.found.left += [box for box in self.hunt.found.left if self.kink.region.reaches(box)]
        self.found.boxes += self.hunt.found.boxes

    def zeros(self, *lefts: Expr) -> list[tuple[Ball, Ball, bool]]:
        family = self.kink.above
        system = Equations(family.f, lefts, (family.x, family.a), (family.x, family.a))
        return [(x, a, edge) for (x, a), edge in self.hunt.solve(system, [self.window, self.letter])]

    def touch(self, family: Family, x: Ball, a: Ball, edge: bool) -> None:
        """The slope of a piece vanishes on its border."""
        holds = self.kink.region.holds(x, a)
        if holds is False or any(_same(event, x, a) for event in self.found.events):
            return
        told = self.told(family, x, a) if holds else None
        if told is None:
            self.tentative("kink", x, a, edge)
        elif told[0]:
            self.add(told[0], x, a, edge, told[1], told[2])
        else:
            self.found.marks.append(a)

    def told(self, family: Family, x: Ball, a: Ball) -> tuple[str, int, str] | None:
        """(kind, on which side of a there are more points, what the proof rests on); None where it is not shown.

        The kind is empty where a critical point passes the kink.
        """
        found = self.kink.at(x, a)
        if found is None:
            return None
        by_x, by_a, left, right = found
        with working(FINE, 1):
            moves = [signed(side.moved - side.bend * by_a / by_x) for side in (left, right)]
        bends = [signed(side.bend) for side in (left, right)]
        at_right = (family is self.kink.above) == (signed(by_x) > 0)
        other = signed((left if at_right else right).slope)
        if self.kink.joined or not other:
            # both slopes vanish: the left piece has a point where its slope and bend agree in sign, the right one else
            why = "" if self.kink.joined else self.together(x, a)
            if (not self.kink.joined and not why) or not all((*moves, *bends)):
                return None
            sides = bends[0] * moves[0], -bends[1] * moves[1]
            if moves[0] != moves[1]:  # the kink is critical before and after
                return ("pitchfork", sides[0], why) if sides[0] == sides[1] else ("transcritical", 0, why)
            return ("nonsmooth fold", sides[0], why) if sides[0] == sides[1] else ("", 0, why)
        bend, move = bends[at_right], moves[at_right]
        if not (bend and move):
            return None
        fold = bend == (other if at_right else -other)
        return ("nonsmooth fold", -other * move, "") if fold else ("persistence", 0, "")

    def together(self, x: Ball, a: Ball) -> str:
        """Why both slopes vanish at one point of the kink; empty where that is not shown."""
        kink = self.kink
        near = {kink.above.x: list(guesses(x, short=True)), kink.above.a: list(guesses(a, short=True))}
        at = placed([kink.s, kink.above.slope, kink.below.slope], near)
        return "" if at is None else f"by algebra at {kink.above.a} = {at[kink.above.a]}".replace("-", "−")

    def tentative(self, kind: str, x: Ball, a: Ball, edge: bool) -> None:
        """An event that is one only if critical points change there."""
        if not any(_same(event, x, a) for event in self.found.events):
            self.add(kind, x, a, edge, only_if=True)

    def add(
        self, kind: str, x: Ball, a: Ball, edge: bool, opens: int = 0, why: str = "", only_if: bool = False
    ) -> None:
        self.hunt.event(kind, x, a, opens, why, edge)
        event = self.hunt.found.events.pop()
        self.found.events.append(event)
        if only_if:
            self.found.tentative.append(event)


def _same(event: Bifurcation, x: Ball, a: Ball) -> bool:
    return bool(event.balls[1] is not None and event.balls[0].overlaps(a) and event.balls[1].overlaps(x))

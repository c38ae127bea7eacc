"""Where a loss as typed has values: what sympy's constructors cancel is asked for all the same.

x**2/x is built as x and exp(log(x)) as x; as typed the one has no value at 0 and the other none below.
"""

from __future__ import annotations

from typing import Any

import sympy

from symopt.analysis.kinks import Switch, guard
from symopt.balls.tape import Refused
from symopt.expression.guards import parts
from symopt.forms import Asked
from symopt.functions import row


def guards(loss: Any) -> list[Switch]:
    """What must hold where a loss has a value, besides what its expression shows. Raises Refused."""
    found: dict[Asked, Switch] = {}
    for part, path in parts(loss.typed):
        if isinstance(part, Asked):
            known = row(part)
            assert known is not None
            assert known.domain is not None
            (gap,) = part.args
            kinks = any((inner := row(node)) is not None and inner.kink for node in sympy.preorder_traversal(gap))
            if path or kinks or not gap.free_symbols:
                raise Refused(f"the domain of {loss.text}")
            found[part] = guard(gap, known.domain[1])
    return list(found.values())

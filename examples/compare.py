"""Four methods on the banana valley, in one movie and one list: python examples/compare.py [FILE]"""

import sys

from symopt import Loss, Stop, animate, descend

loss = Loss.parse("(1 - x)**2 + 100*(y - x**2)**2")
window = [[-2, 2], [-1, 3]]
methods = ["gd:lr=1/1000", "momentum:lr=1/1000", "adam:lr=1/20", "newton"]
walks = [descend(loss, method, [-1.5, 2], Stop(steps=200), window) for method in methods]

for walk in sorted(walks, key=lambda walk: walk.fs[-1]):
    print(f"{walk.method.name:<10} f = {walk.fs[-1]:.3g} after {walk.calls.total} evaluations: {walk.verdict}")
animate(walks, sys.argv[1] if len(sys.argv) > 1 else "banana.gif")

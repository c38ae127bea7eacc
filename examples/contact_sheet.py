"""A sheet of pictures to choose from, one still for each idea: python examples/contact_sheet.py [FOLDER]"""

import sys
from pathlib import Path

from symopt import Stop, animate, descend

BANANA = "(1 - x)**2 + 100*(y - x**2)**2"
HIMMELBLAU = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"
CAMEL = "(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (-4 + 4*y**2)*y**2"
VALLEY = [[-2, 2], [-1.2, 3]]

SHEET = {  # name: (loss, [(method, start), …], window, steps, options)
    "01-newton-climbs": ("-cos(pi*x/20)", [("newton", -15)], None, 100, {}),
    "02-newton-lands": ("-cos(pi*x/20) + x**2", [("newton", -20)], None, 100, {}),
    "03-cycle": ("x**2", [("gd:lr=1", -20)], None, 100, {}),
    "04-divergence": ("x**2", [("gd:lr=1.05", -20)], None, 30, {}),
    "05-runaway": ("x**3 - 3*x", [("gd:lr=1/12", -2.2)], [[-2, 2]], 100, {}),
    "06-left-the-domain": ("x - log(x)", [("newton", 2.5)], [[0, 4]], 100, {}),
    "07-rates": ("x**2", [("gd:lr=1/64", -20), ("gd:lr=1/8", -20), ("gd:lr=1", -20)], None, 20, {}),
    "08-three-methods": ("x**4 - 3*x**2 + x", [("gd", -2), ("newton", -2), ("momentum", -2)], None, 100, {}),
    "09-slope": ("-cos(pi*x/20)", [("newton", -15)], None, 100, {"panels": ["slope"]}),
    "10-cobweb-cycle": ("x**2", [("gd:lr=1", -20)], None, 100, {"panels": ["cobweb"]}),
    "11-cobweb-spiral": ("x**2", [("gd:lr=1.05", -10)], None, 12, {"panels": ["cobweb"]}),
    "12-banana": (BANANA, [("gd:lr=1/1000", (-1.5, 2)), ("momentum:lr=1/1000", (-1.5, 2)), ("newton", (-1.5, 2))],
                  VALLEY, 100, {}),
    "13-newton-ellipse": (HIMMELBLAU, [("newton", (4, 3))], None, 100, {"at": [0]}),
    "14-saddle": (CAMEL, [("newton", (0.3, 0.2)), ("saddle-free-newton", (0.3, 0.2))], [[-2, 2], [-1, 1]], 100, {}),
    "15-surface": (HIMMELBLAU, [("momentum:lr=1/200", (-1, -1))], None, 100, {"surface": True}),
    "16-decay": ("sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, i, 0, 8)",
                 [("newton", [-1.2] * 10), ("bfgs", [-1.2] * 10), ("gd:lr=1/1500", [-1.2] * 10)], None, 300, {}),
    "17-filmstrip": ("-cos(pi*x/20)", [("newton", -15)], None, 100, {"at": [0, 1, 2, 3]}),
    "18-plain-style": ("-cos(pi*x/20) + x**2", [("gd:lr=1/64", -20)], None, 60, {"style": "plain"}),
    "19-decay-panel": ("x**4 + x**2", [("gd", 2), ("newton", 2)], None, 100, {"panels": ["decay"]}),
    "20-kink": ("abs(x) + x**2/20", [("gd:lr=1/2", -9)], None, 60, {}),
}  # fmt: skip


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (loss, starts, window, steps, options) in SHEET.items():
        walks = [descend(loss, method, start, Stop(steps), window) for method, start in starts]
        animate(walks, folder / f"{name}.png", **options)
        print(f"{name}: " + "; ".join(f"{walk.method.name}: {walk.verdict}" for walk in walks))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "sheet"))

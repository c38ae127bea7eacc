"""A gallery of pages to play with, each one file: python examples/pages.py [FOLDER]"""

import sys
from html import escape
from pathlib import Path

from symopt import explore

PAGES = {
    "article": ("-cos(pi*x/20)", {"methods": ["newton", "regularized-newton"], "start": -15}),
    "waves": ("x**2/50 - cos(x)", {"methods": ["newton"], "start": 10.87}),
    "shapes": (
        "a*x**2 - cos(b*x)",
        {"ranges": {"a": (0.001, 0.1), "b": (0.2, 4)}, "methods": ["gd", "momentum"], "start": -18},
    ),
    "two-wells": ("x**4 - 2*x**2 + x/2", {"methods": ["gd:lr=0.02", "adam", "saddle-free-newton"], "start": 0.1}),
    "kink": ("(x - 1)**2/2 + 2*abs(x)", {"methods": ["gd:lr=0.3", "sign-gd"], "start": 3, "window": [-2, 4]}),
    "own-formula": (
        "x*atan(x) - log(1 + x**2)/2",
        {"methods": ["newton", "x - g/(abs(h) + c*abs(g)):c=0.5"], "start": 1.5, "window": [-6, 6]},
    ),
    "himmelblau": (
        "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
        {"methods": ["gd:lr=0.01", "momentum:beta=0.8,lr=0.004", "newton"], "start": (1, -1), "window": [[-6, 6]] * 2},
    ),
    "banana": (
        "(1 - x)**2 + c*(y - x**2)**2",
        {"ranges": {"c": (1, 100)}, "methods": ["gd", "newton"], "start": (-1.5, 2), "window": [[-2, 2], [-1, 3]]},
    ),
    "saddle": ("x**2/2 - y**2/4 + y**4/4", {"methods": ["newton", "saddle-free-newton"], "start": (1, 0.2)}),
}  # fmt: skip


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, (text, options) in PAGES.items():
        path = folder / f"{name}.html"
        explore(text, **options).save(path)
        print(path)
    links = "".join(
        f'<li><a href="{name}.html">{name}</a>: <code>{escape(text)}</code>' for name, (text, _) in PAGES.items()
    )
    (folder / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>Pages</title><ul>{links}</ul>\n', "utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "pages"))

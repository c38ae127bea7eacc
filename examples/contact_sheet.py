"""A sheet of pictures to choose from: python examples/contact_sheet.py [FOLDER] [WORD …]

Each command below writes one still into the folder. `index.html` shows them all with their commands and the words for
those who cannot see them, and what their readers can say; `sheet.png` is one picture of all. With words only pictures
whose names hold one are made.
"""

import contextlib
import html
import io
import shlex
import sys
from pathlib import Path

from PIL import Image

from symopt.cli.app import command_line

HERE = Path(__file__).parent
BANANA = '"(1-x)**2 + 100*(y-x**2)**2"'
HIMMELBLAU = '"(x**2+y-11)**2 + (x+y**2-7)**2"'
CAMEL = '"(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (-4 + 4*y**2)*y**2"'
DECAY = f'"mean((y - a*exp(-b*t))**2)" --data {shlex.quote(str(HERE / "decay.csv"))}'
CHAIN = "rosenbrock-chain"

SHEET = {
    # one variable: what a step sees, and each ending
    "newton-climbs": 'animate "-cos(pi*x/20)" -m newton -s -15',
    "newton-lands": 'animate "-cos(pi*x/20) + x**2" -m newton -s -20',
    "gd-settles": 'animate "x**4 - 3*x**2 + x" -m gd -s -2',
    "two-cycle": 'animate "x**2" -m gd --lr 1 -s -20',
    "divergence": 'animate "x**2" -m gd --lr 1.05 -s -20 --steps 30',
    "runaway": 'animate "x**3 - 3*x" -m gd --lr 1/12 -s -2.2 -w -2,2',
    "left-the-domain": 'animate "x - log(x)" -m newton -s 2.5 -w 0,4',
    "inflection": 'animate "x**3" -m newton -s -2',
    "no-next-point": 'animate "x" -m newton',
    "flat": 'animate "max(x, 0)" -m gd -s -3',
    "kink": 'animate "abs(x) + x**2/20" -m gd --lr 1/2 -s -9 --steps 60',
    "poles": 'animate "gamma(x)" -m newton',
    "over-a-pole": 'animate "1/x + x" -m newton -s -2',
    "finer-than-pixels": 'animate "sin(1000*x) + x**2" -m newton',
    "chaos": 'animate "x**4 - 3*x**2 + x" -m gd --lr 0.2 -s 0.1',
    "plain-style": 'animate "-cos(pi*x/20) + x**2" -m gd --lr 1/64 -s -20 --steps 60 --style plain',
    # several walks on one curve
    "rates": 'animate "x**2" -m gd --lr 1/64,1/8,1 -s -20 --steps 20',
    "three-methods": 'animate "x**4 - 3*x**2 + x" -m gd,newton,momentum -s -2',
    "many-starts": 'animate "-cos(pi*x/20)" -m newton -s -19:19:13',
    # panels
    "slope": 'animate "-cos(pi*x/20)" -m newton -s -15 --panel slope',
    "cobweb": 'animate "x**2" -m gd --lr 1.05 -s -10 --steps 12 --panel cobweb',
    "slope-cobweb-decay": 'animate "x**4 - 3*x**2 + x" -m gd -s -2 --panel slope --panel cobweb --panel decay',
    "filmstrip": 'animate "-cos(pi*x/20)" -m newton -s -15 --at 0,1,2,3',
    # two variables
    "banana": f"animate {BANANA} -m gd,momentum,newton -s -1.5,2 -w x=-2,2 -w y=-1,3",
    "newtons-ellipse": f"animate {HIMMELBLAU} -m newton -s 4,3 --at 0",
    "himmelblau-marked": f"animate {HIMMELBLAU} -m newton -m trust-region -s 0.3,-1 --marks",
    "saddle": f"animate {CAMEL} -m newton,saddle-free-newton -s 0.3,0.2 -w x=-2,2 -w y=-1,1",
    "surface": f"animate {HIMMELBLAU} -m momentum -s -1,-1 --surface",
    "valley": 'animate "(x*y-1)**2" -m gd -s 2,2',
    # more variables
    "chain": f"animate {CHAIN} -m newton,bfgs,gd --steps 300",
    "chain-coordinates-distance": f"animate {CHAIN} -m newton --panel coordinates --panel distance",
    "chain-spectrum": f"animate {CHAIN} -m newton,adam --panel spectrum",
    "chain-slices": f"animate {CHAIN} -m newton,bfgs --panel line --panel plane",
    "chain-parallel": f"animate {CHAIN} -m gd --panel parallel",
    "hundred-thousand": 'animate "sum((x[i]-1)**2*(1+i/10**5), i, 0, 99999)" -m gd --lr 0.3 -s "0,…" --steps 40 '
    "--panel coordinates --panel plane",
    "quadratic-spectrum": 'animate "x**2/2 + 5*y**2 - z**2 + z**4/9" -m gd -s 1,1,0.01 --panel spectrum',
    # data
    "fit": f"animate {DECAY} -m gd,bfgs -s 0.5,3 -w 0,4 --panel fit",
    "batches": f"animate {DECAY} -m sgd:batch=8 -s 0.5,3 -w 0,4 --steps 60",
    "another-optimiser": f"animate {BANANA} --path {shlex.quote(str(HERE / 'paths' / 'bfgs.csv'))} -m newton",
    # what is proved
    "proved": 'analyze "x**4 - 3*x**2 + x"',
    "proved-in-the-plane": f"analyze {HIMMELBLAU}",
    "basins": f"analyze {HIMMELBLAU} --basins newton",
    "along-a-letter": 'analyze "x**4/4 - x**2/2 + a*x" --set a=-1:1',
    "along-the-rate": 'analyze "x**4 - 3*x**2 + x" --lr 0.01:0.3',
    # sweeps
    "sweep-of-starts": f"sweep {HIMMELBLAU} -m newton --size 160",
    "sweep-of-rates": 'sweep "x**4 - 3*x**2 + x" -m gd --over lr=0.01:0.4:160 --over x=-2:2:160',
    # on dark paper
    "dark-curve": 'animate "x**4 - 3*x**2 + x" -m gd,newton -s -2 --dark',
    "dark-plane": f"animate {HIMMELBLAU} -m gd,newton -s -1,-1 --dark",
    "dark-many": f"animate {CHAIN} -m newton,bfgs --panel spectrum --panel plane --dark",
    # in Chinese
    "chinese-curve": 'animate "-cos(pi*x/20)" -m newton -s -15 --lang zh',
    "chinese-plane": f"animate {HIMMELBLAU} -m gd,newton -s -1,-1 --lang zh",
    "chinese-many": f"animate {CHAIN} -m newton --panel coordinates --panel distance --lang zh",
}

TOLD = {
    "newton-climbs": "Newton goes up to a maximum, since f″ < 0 at its start: the model of its step opens downwards.",
    "newton-lands": "Newton is at the minimum in 3 steps: the model of its step is nearly the curve.",
    "gd-settles": "Gradient descent slides from −2 into the lower of two minima, in 42 steps.",
    "two-cycle": "It hops between −20 and 20 for ever: the model's lowest point is far below the curve.",
    "divergence": "Each step overshoots more: it leaves the picture on the left, at −349.",
    "runaway": "It starts left of the hill, where f falls without end, and runs away.",
    "left-the-domain": "Newton's model sends it to −1.25, where log has no value.",
    "inflection": "It creeps to 0, which is no minimum: f falls on the left; f″ is 0 there: half of the way each step.",
    "no-next-point": "Newton divides by f″, which is 0 on a straight line: no step at all.",
    "flat": "It starts where f is constant, and stays.",
    "kink": "Near the kink it hops from side to side, by less and less, and does not come to rest.",
    "poles": "Newton goes down the right branch to a minimum, since f″ > 0 all the way.",
    "over-a-pole": "The step goes over a pole to another branch: so the minimum is higher than the start.",
    "finer-than-pixels": "Between waves a thousandth wide it goes down into the next hollow, and stays.",
    "chaos": "It wanders in the left valley, bounded, without a limit: lr is too large for it.",
    "plain-style": "A red point goes down in steps far shorter than Newton's; after 60 it is still closing in.",
    "rates": "Three rates: one creeps, one arrives, one hops between the sides for ever.",
    "three-methods": "Newton is first, gd later; momentum still swings about the same minimum.",
    "many-starts": "8 of 13 starts of Newton end at maxima, 5 at the minimum; the colour of a start tells which.",
    "slope": "Newton follows the tangent of f′ to zero, and zero is a maximum here.",
    "cobweb": "The path of the next x against x is a spiral that goes outwards: divergence.",
    "slope-cobweb-decay": "A minimum after 42 steps, at a constant rate: straight lines of f − min f and ‖∇f‖.",
    "filmstrip": "Four moments: over the top with the first step, then back to it.",
    "banana": "Newton needs 7 steps with one detour, momentum follows the valley, gd has hardly begun.",
    "newtons-ellipse": "The next point is the middle of the dashed ellipse, a level of the model; it is step 0.",
    "himmelblau-marked": "Newton climbs to the maximum, H is not pos. def. there; the trust region finds a minimum.",
    "saddle": "Newton ends at a saddle; the saddle-free one goes far up and comes back to a minimum.",
    "surface": "Momentum swings into one of four wells. How high it is has to be read off the column.",
    "valley": "It reaches a curved valley along which f does not change: degenerate.",
    "chain": "Newton and bfgs arrive, gd stays at a plateau of f with a small slope.",
    "chain-coordinates-distance": "One coordinate after the other comes to 1; the distance falls only then.",
    "chain-spectrum": "An eigenvalue of H is below zero on the way of both: f curves down there.",
    "chain-slices": "Both go from start to end by a detour, along the bottom of a bent valley.",
    "chain-parallel": "Most coordinates go to 0, not to 1 where the minimum is: still on the way.",
    "hundred-thousand": "All of 100,000 coordinates arrive within ten steps, some with an overshoot.",
    "quadratic-spectrum": "It leaves a saddle about step 40, where the least eigenvalue changes its sign.",
    "fit": "The curve bends to the data; bfgs has it in 14 steps, gd is near it after 1,000.",
    "batches": "Small noisy steps from the start; it is still descending.",
    "another-optimiser": "A path from a file follows the valley to the minimum in 38 steps, Newton in 7.",
    "proved": "All 3 critical points, and for three methods which start ends where: Newton's at the maximum too.",
    "proved-in-the-plane": "All 9 critical points by kind, and where H is positive definite.",
    "basins": "Where Newton's starts end: plain near the minima, torn between them; pale starts end elsewhere.",
    "along-a-letter": "Two minima and a maximum meet and vanish in folds at a = ±0.385.",
    "along-the-rate": "With lr the end changes: one minimum, the other, chaos, ran away.",
    "sweep-of-starts": "Which start of Newton ends at which of 9 points.",
    "sweep-of-rates": "With larger lr minima become cycles, then chaos, and all runs away; lines: what theory says.",
    "dark-curve": "Two methods in one minimum.",
    "dark-plane": "gd finds a minimum, Newton climbs to the maximum close by.",
    "dark-many": "As chain-slices and chain-spectrum, on dark paper.",
    "chinese-curve": "As newton-climbs.",
    "chinese-plane": "As dark-plane.",
    "chinese-many": "As chain-coordinates-distance.",
}
"""What somebody can say who sees only the picture: what happens, how it ends and why; or what it leaves open."""


def made(folder: Path, name: str, command: str) -> str:
    """Runs a command that writes NAME.png; its words on both streams."""
    option = {"animate": "-o", "analyze": "--plot", "sweep": "-o"}[command.split()[0]]
    sys.argv = ["symopt", *shlex.split(command), option, str(folder / f"{name}.png")]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            command_line()
        except SystemExit as end:
            if end.code:
                raise SystemExit(f"{name}: {said.getvalue()}") from None
    return said.getvalue()


def page(folder: Path, names: list[str]) -> str:
    """The pictures with their commands and their words."""
    parts = []
    for name in names:
        with Image.open(folder / f"{name}.png") as picture:
            words = html.escape(picture.info.get("Description", ""), quote=True)
        told = html.escape(TOLD[name])
        command = html.escape(f"symopt {SHEET[name]}".replace(f"{HERE}/", "examples/"))
        below = f"<code>{command}</code><p>{told}</p><p>{words}</p>"
        parts.append(f'<figure><img src="{name}.png" alt="{words}"><figcaption>{below}</figcaption></figure>')
    style = "figure{display:inline-block;width:30em;margin:1em;vertical-align:top}img{width:100%}code{font-size:80%}"
    return f'<!doctype html><meta charset="utf-8"><title>symopt</title><style>{style}</style>{"".join(parts)}'


def montage(folder: Path, names: list[str], columns: int = 6, width: int = 480, height: int = 330) -> Image.Image:
    """All pictures in rows, each as large as fits into its cell."""
    sheet = Image.new("RGB", (columns * width, -(-len(names) // columns) * height), "white")
    for index, name in enumerate(names):
        with Image.open(folder / f"{name}.png") as opened:
            picture = opened.convert("RGB")
        picture.thumbnail((width - 16, height - 16))
        sheet.paste(picture, (index % columns * width + 8, index // columns * height + 8))
    return sheet


def main(folder: Path, words: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in SHEET if not words or any(word in name for word in words)]
    for name in names:
        last = [line for line in made(folder, name, SHEET[name]).splitlines() if line.strip()][-1]
        print(f"{name}: {last}", flush=True)
    (folder / "index.html").write_text(page(folder, names), encoding="utf-8")
    montage(folder, names).save(folder / "sheet.png")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "sheet"), sys.argv[2:])

"""A sheet of pictures to choose from: python examples/contact_sheet.py [FOLDER] [WORD …]

Each command below writes one still into the folder. `index.html` shows them all with their commands and the words for
those who cannot see them, `sheet.png` is one picture of all. With words only pictures whose names hold one are made.
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
        command = html.escape(f"symopt {SHEET[name]}".replace(f"{HERE}/", "examples/"))
        parts.append(f'<figure><img src="{name}.png" alt="{words}"><figcaption><code>{command}</code><p>{words}</p>'
                     "</figcaption></figure>")  # fmt: skip
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

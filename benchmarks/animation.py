"""What a movie costs, against the same movie written by hand: run `python benchmarks/animation.py`.

CPU time (user and system, ffmpeg's included), medians of interleaved pairs, as ratios: only they mean
anything on another machine. `render` is a movie's drawing and encoding alone, all imports set aside
on both sides. Needs ffmpeg on the PATH; takes some minutes, nearly all of it in the baseline.

usage: python benchmarks/animation.py [PAIRS]      (5 unless told)
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from cpu import HERE, cpu, run

LOSS = "-cos(pi*x/20)+x**2"
BANANA = "(1-x)**2 + 100*(y-x**2)**2"
GOALS = {"pillow-gif": 7, "ffmpeg-gif": 6, "ffmpeg-mp4": 5, "render": 15}


def scene(frames: int, style: str = "article") -> list[str]:
    """The article's third scene for the command line."""
    steps = ["-n", str(frames - 1), "--gtol", "0"]
    return ["-m", "symopt", "animate", LOSS, "-m", "gd:lr=1/64", "-s", "-20", *steps, "--style", style, "-q"]


def render(frames: int, path: str) -> None:
    """Print the CPU seconds of drawing and encoding the article's scene, and nothing else of the process."""
    pictures = walks("article", (LOSS, "gd:lr=1/64", -20, frames - 1))
    import matplotlib.figure  # noqa: F401

    import symopt.views.compose
    import symopt.views.formats.gif
    import symopt.views.movie
    import symopt.views.pacing

    begun = cpu()
    symopt.views.animate(pictures, path, style="article")
    print(cpu() - begun)


def walks(style: str, *requests: tuple) -> list:
    """Trajectories as they are drawn."""
    from symopt.descent import Stop, descend

    return [descend(loss, method, start, Stop(steps, gtol=0)) for loss, method, start, steps in requests]


def quality(trajectories: list, path: str, style: str = "full") -> tuple[int, int, float, int]:
    """Frames, those that differ from a full redraw before encoding, the file's PSNR in dB, and its bytes."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image, ImageSequence

    from symopt.views.compose import Request, compose
    from symopt.views.movie import Film, save
    from symopt.views.pacing import pace

    frames = pace(trajectories, style)
    picture = compose(trajectories, Request(style))
    size = save(picture, frames, path).bytes
    differ, errors = 0, []
    with Image.open(path) as file:
        for image, decoded in zip(Film(picture, frames), ImageSequence.Iterator(file), strict=True):
            canvas = FigureCanvasAgg(picture.figure)
            canvas.draw()
            full = np.asarray(canvas.buffer_rgba())
            differ += not np.array_equal(image, full)
            errors.append(((full[..., :3].astype(float) - np.asarray(decoded.convert("RGB"))) ** 2).mean())
    return len(frames), differ, float(10 * np.log10(255**2 / np.mean(errors))), size


def main(pairs: int = 5) -> None:
    by_hand, here = HERE / "handwritten.py", HERE / "animation.py"
    with TemporaryDirectory() as folder:

        def out(name: str) -> str:
            return str(Path(folder) / name)

        jobs = {
            "pillow-gif": (by_hand, "pillow-gif", out("pillow.gif"), "100"),
            "ffmpeg-gif": (by_hand, "ffmpeg-gif", out("ffmpeg.gif"), "100"),
            "ffmpeg-mp4": (by_hand, "ffmpeg-mp4", out("ffmpeg.mp4"), "100"),
            "gif": (*scene(100), "-o", out("a.gif")),
            "mp4": (*scene(100), "-o", out("a.mp4")),
            "webp": (*scene(100), "-o", out("a.webp")),
            "apng": (*scene(100), "-o", out("a.apng")),
            "full gif": (*scene(100, "full"), "-o", out("full.gif")),
            "1000 frames": (*scene(1000), "-o", out("long.gif")),
            "render": (here, "--render", "100", out("b.gif")),
            "imports": (
                "-c",
                "import sympy, lark, typer, matplotlib.figure, matplotlib.backends.backend_agg, PIL.Image",
            ),
        }
        runs = {name: [] for name in jobs}
        for pair in range(pairs):
            for name, arguments in jobs.items():
                print(f"\rpair {pair + 1} of {pairs}: {name:12}", end="", file=sys.stderr, flush=True)
                runs[name].append(run(*arguments))
        print("\r" + 40 * " " + "\r", end="", file=sys.stderr)

        def ratio(slow: str, fast: str) -> float:
            return median(a.seconds / b.seconds for a, b in zip(runs[slow], runs[fast], strict=True))

        def alone(slow: str) -> float:
            pairs_of = zip(runs[slow], runs["render"], strict=True)
            return median(float(a.said.split()[-1]) / float(b.said.split()[-1]) for a, b in pairs_of)

        def size(name: str) -> int:
            return Path(out(name)).stat().st_size

        rows = [
            ("whole process, GIF, against pillow-gif", ratio("pillow-gif", "gif"), "≥ 7"),
            ("whole process, GIF, against ffmpeg-gif", ratio("ffmpeg-gif", "gif"), "≥ 6"),
            ("whole process, MP4, against ffmpeg-mp4", ratio("ffmpeg-mp4", "mp4"), "≥ 5"),
            ("whole process, WebP, against pillow-gif", ratio("pillow-gif", "webp"), ""),
            ("whole process, APNG, against pillow-gif", ratio("pillow-gif", "apng"), ""),
            ("render and encode, GIF, against pillow-gif", alone("pillow-gif"), "≥ 15"),
            ("render and encode, GIF, against ffmpeg-gif", alone("ffmpeg-gif"), "≥ 15"),
            ("full picture over plain one", ratio("full gif", "gif"), "≤ 2.5"),
            ("1,000 frames over 100", ratio("1000 frames", "gif"), "≤ 2.5"),
            ("peak memory, 1,000 frames over 100", median(r.memory for r in runs["1000 frames"]) /
             median(r.memory for r in runs["gif"]), "≈ 1"),
            ("the imports' share of our whole process", ratio("imports", "gif"), ""),
            ("GIF bytes over ffmpeg-gif's", size("a.gif") / size("ffmpeg.gif"), "≤ 1.5"),
            ("MP4 bytes over ffmpeg-mp4's", size("a.mp4") / size("ffmpeg.mp4"), ""),
        ]  # fmt: skip
        print(f"{'':46} {'ratio':>7}  goal")
        for name, value, goal in rows:
            print(f"{name:46} {value:7.2f}  {goal}")
        print(f"\n{'GIF':32} {'frames':>7} {'not as redrawn':>15} {'PSNR, dB':>9} {'bytes':>8}")
        for name, style, requests in (
            ("one variable, article (≥ 60 dB)", "article", [(LOSS, "gd:lr=1/64", -20, 99)]),
            ("one variable, full (≥ 60 dB)", "full", [(LOSS, "gd:lr=1/64", -20, 99)]),
            ("one variable, two methods", "full", [(LOSS, "gd", -20, 99), (LOSS, "newton", -20, 99)]),
            ("two variables (≥ 44 dB)", "full", [(BANANA, "gd", [-1.5, 2], 300), (BANANA, "newton", [-1.5, 2], 300)]),
        ):
            frames, differ, decibel, count = quality(walks(style, *requests), out("q.gif"), style)
            print(f"{name:32} {frames:7} {differ:15} {decibel:9.1f} {count:8}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--render"]:
        render(int(sys.argv[2]), sys.argv[3])
    else:
        main(*map(int, sys.argv[1:2]))

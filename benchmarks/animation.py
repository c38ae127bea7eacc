"""What a movie costs, against the same movie written by hand, and how true its pictures are.

`render` is a movie's drawing and encoding alone, all imports set aside on both sides. The baselines by ffmpeg need it
on the PATH; nearly all of the time goes into the baselines.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image, ImageSequence

from benchmarks.measure import ROOT, Row, Run, launch, progress, spent
from symopt import Stop, descend
from symopt.views.compose import Request, compose
from symopt.views.film.movie import Film, save
from symopt.views.film.pacing import pace

LOSS = "-cos(pi*x/20)+x**2"
BANANA = "(1-x)**2 + 100*(y-x**2)**2"
IMPORTS = "import sympy, typer, matplotlib.figure, matplotlib.backends.backend_agg, PIL.Image"


def scene(frames: int, style: str = "plain") -> list[str]:
    """The article's third scene for the command line."""
    steps = ["-n", str(frames - 1), "--gtol", "0"]
    return ["-m", "symopt", "animate", LOSS, "-m", "gd:lr=1/64", "-s", "-20", *steps, "--style", style, "-q"]


def render(frames: int, path: str) -> None:
    """Print the CPU seconds of drawing and encoding the article's scene, and nothing else of the process."""
    pictures = walks((LOSS, "gd:lr=1/64", -20, frames - 1))
    import symopt.views.film.formats.gif

    begun = spent()
    symopt.views.animate(pictures, path, style="plain")
    print(spent() - begun)


def walks(*requests: tuple) -> list:
    """Trajectories as they are drawn."""
    return [descend(loss, method, start, Stop(steps, gtol=0)) for loss, method, start, steps in requests]


def quality(trajectories: list, path: str, style: str = "full") -> tuple[int, int, float, int]:
    """Frames, those that differ from a full redraw before encoding, the file's PSNR in dB, and its bytes."""
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


class Runs:
    """Processes in rounds, each job once a round, and the files that they wrote."""

    def __init__(self, jobs: dict[str, list[str]], pairs: int) -> None:
        self.runs: dict[str, list[Run]] = {name: [] for name in jobs}
        for pair in range(pairs):
            for name, arguments in jobs.items():
                progress(f"pair {pair + 1} of {pairs}: {name}")
                self.runs[name].append(launch(*arguments, env=ROOT))
        progress("")

    def __contains__(self, name: str) -> bool:
        return name in self.runs

    def ratio(self, slow: str, fast: str) -> float:
        return median(a.seconds / b.seconds for a, b in zip(self.runs[slow], self.runs[fast], strict=True))

    def alone(self, slow: str) -> float:
        """Without imports: the seconds that the processes say themselves."""
        rounds = zip(self.runs[slow], self.runs["render"], strict=True)
        return median(float(a.said.split()[-1]) / float(b.said.split()[-1]) for a, b in rounds)

    def memory(self, large: str, small: str) -> float:
        return median(run.memory for run in self.runs[large]) / median(run.memory for run in self.runs[small])


def run(pairs: int = 5, quick: bool = False) -> list[Row]:
    """The rows of the table."""
    frames, many = 3 if quick else 100, 1000
    with TemporaryDirectory() as folder:

        def out(name: str) -> str:
            return str(Path(folder) / name)

        def by_hand(writer: str) -> list[str]:
            return ["-m", "benchmarks.handwritten", writer, out(writer.replace("-", ".")), str(frames)]

        def size(name: str) -> int:
            return Path(out(name)).stat().st_size

        jobs = {
            "pillow-gif": by_hand("pillow-gif"),
            "gif": [*scene(frames), "-o", out("a.gif")],
            "render": ["-c", f"from benchmarks.animation import render; render({frames}, {out('b.gif')!r})"],
        }
        if not quick:
            jobs |= {
                "long gif": [*scene(many), "-o", out("long.gif")],
                "webp": [*scene(frames), "-o", out("a.webp")],
                "apng": [*scene(frames), "-o", out("a.apng")],
                "full gif": [*scene(frames, "full"), "-o", out("full.gif")],
                "imports": ["-c", IMPORTS],
            }
            if shutil.which("ffmpeg"):
                jobs |= {"ffmpeg-gif": by_hand("ffmpeg-gif"), "ffmpeg-mp4": by_hand("ffmpeg-mp4")}
                jobs["mp4"] = [*scene(frames), "-o", out("a.mp4")]
        runs = Runs(jobs, pairs)
        ratios = (
            ("a GIF by hand (FuncAnimation, Pillow) over ours", "pillow-gif", "gif", "≥ 7"),
            ("a GIF by hand (FuncAnimation, ffmpeg) over ours", "ffmpeg-gif", "gif", "≥ 6"),
            ("an MP4 by hand (FuncAnimation, ffmpeg) over ours", "ffmpeg-mp4", "mp4", "≥ 5"),
            ("a GIF by hand (FuncAnimation, Pillow) over our WebP", "pillow-gif", "webp", ""),
            ("a GIF by hand (FuncAnimation, Pillow) over our APNG", "pillow-gif", "apng", ""),
            ("full picture over plain one", "full gif", "gif", "≤ 2.5"),
            (f"{many:,} frames over {frames:,}", "long gif", "gif", "≤ 2.5"),
            ("the imports' share of our whole process", "imports", "gif", ""),
        )
        rows = [Row(name, runs.ratio(a, b), goal) for name, a, b, goal in ratios if a in runs and b in runs]
        if "long gif" in runs:
            rows.append(Row(f"peak memory, {many:,} frames over {frames:,}", runs.memory("long gif", "gif"), "≤ 1.2"))
        rows += [Row(f"drawing and encoding alone, {name} over ours", runs.alone(name), "≥ 15")
                 for name in ("pillow-gif", "ffmpeg-gif") if name in runs]  # fmt: skip
        if "ffmpeg-gif" in runs:
            rows.append(Row("bytes of our GIF over ffmpeg's", size("a.gif") / size("ffmpeg.gif"), "≤ 1.5"))
            rows.append(Row("bytes of our MP4 over ffmpeg's", size("a.mp4") / size("ffmpeg.mp4")))
        for name, goal, style, requests in (
            ("one variable, plain", "≥ 60", "plain", [(LOSS, "gd:lr=1/64", -20, frames - 1)]),
            ("one variable, full", "≥ 60", "full", [(LOSS, "gd:lr=1/64", -20, 99)]),
            ("two variables", "≥ 44", "full", [(BANANA, "gd", [-1.5, 2], 300), (BANANA, "newton", [-1.5, 2], 300)]),
        )[: 1 if quick else None]:
            shown, differ, decibel, _ = quality(walks(*requests), out("q.gif"), style)
            rows.append(Row(f"{name}: of {shown} frames, not as a full redraw", differ, "≤ 0"))
            rows.append(Row(f"{name}: PSNR of the GIF, dB", decibel, goal))
    return rows

"""The baseline of `animation.py`: the movie as one writes it by hand today, with pyplot and FuncAnimation.

usage: python -m benchmarks.handwritten {pillow-gif,ffmpeg-gif,ffmpeg-mp4} OUT [FRAMES]

The last line that it prints is the CPU time in seconds that it took without its imports.
"""

import sys

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FFMpegWriter, FuncAnimation, PillowWriter

from benchmarks.measure import spent

WRITERS = {"pillow-gif": PillowWriter, "ffmpeg-gif": FFMpegWriter, "ffmpeg-mp4": FFMpegWriter}


def loss(x):
    return -np.cos(np.pi * x / 20) + x**2


def slope(x):
    return np.pi / 20 * np.sin(np.pi * x / 20) + 2 * x


def movie(writer: str, out: str, frames: int = 100, lr: float = 1 / 64) -> None:
    xs = [-20.0]
    for _ in range(frames):
        xs.append(xs[-1] - lr * slope(xs[-1]))

    plt.style.use("seaborn-v0_8-darkgrid")
    figure, ax = plt.subplots(layout="tight")
    grid = np.linspace(-20, 20, 1000)
    ax.plot(grid, loss(grid), color="k", alpha=0.9)
    (point,) = ax.plot(xs[0], loss(xs[0]), "or")

    def update(k):
        point.set_data([xs[k]], [loss(xs[k])])
        ax.set_xlabel(f"timestep {k}")
        return point, ax

    animation = FuncAnimation(figure, update, frames=np.arange(frames), interval=200)
    animation.save(out, writer=WRITERS[writer]())


if __name__ == "__main__":
    begun = spent()
    movie(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))
    print(spent() - begun)

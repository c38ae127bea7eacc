"""Video: raw frames through a pipe to ffmpeg, from the PATH or from the `mp4` extra."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache
from math import gcd, lcm
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from symopt.errors import RenderError
from symopt.files import temporary_folder
from symopt.views.film.changes import delays
from symopt.views.film.formats import Frames

FASTEST = 60
"""Frames a second; a rhythm that would need more is rounded to it."""


def write(film: Frames, file: IO[bytes], suffix: str, encoding: Sequence[str]) -> None:
    """Encode with 4:2:0 colours, which every player knows; it blurs the edges of colours a little.

    suffix: of the file that ffmpeg writes; encoding: what it is told of its codec. Durations become repeated frames at
    a constant rate. Raises RenderError without ffmpeg, or with ffmpeg's own last words.
    """
    program = ffmpeg(suffix)
    told = ["-metadata", f"comment={film.made}"] if film.made else []
    rate = rate_of(film.seconds)
    times = [max(count, 1) for count in delays(film.seconds, float(rate))]
    # What lets a video start early comes first: ffmpeg needs a file that it can seek in.
    with temporary_folder() as folder, TemporaryFile() as words:
        target = folder / f"movie{suffix}"
        command = [program, *arguments(film.width, film.height, rate), *encoding, *told, str(target)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=words) as process:
            assert process.stdin
            try:
                for image, count in zip(film, times, strict=True):
                    raw = even(image).tobytes()
                    for _ in range(count):
                        process.stdin.write(raw)
            except BrokenPipeError:
                pass  # ffmpeg gave up; its words say why
            except BaseException:
                process.kill()
                raise
            finally:
                with suppress(BrokenPipeError):
                    process.stdin.close()
        if process.returncode:
            words.seek(0)
            lines = words.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
            raise RenderError(f"ffmpeg could not encode the movie: {lines[-1]}", "a GIF needs no ffmpeg", exit_code=3)
        with target.open("rb") as encoded:
            shutil.copyfileobj(encoded, file)


def lasts(seconds: Sequence[float]) -> float:
    """Seconds of one round, in whole frames of its rate."""
    rate = rate_of(seconds)
    return float(sum(max(count, 1) for count in delays(seconds, float(rate))) / rate)


def ffmpeg(suffix: str) -> str:
    """The path of an ffmpeg. Raises RenderError that names the ways to get one."""
    if program := shutil.which("ffmpeg"):
        return program
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        hint = 'install ffmpeg, or the extra with: pip install ".[mp4]"; a GIF needs neither'
        raise RenderError(f"a {suffix} needs ffmpeg, and there is none", hint, exit_code=3) from None


@cache
def encoders(program: str) -> str:
    """What an ffmpeg says that it can encode."""
    listed = subprocess.run([program, "-hide_banner", "-encoders"], capture_output=True, text=True, check=False)
    return listed.stdout


def rate_of(seconds: Sequence[float]) -> Fraction:
    """The lowest rate at which every duration is a whole number of frames; `FASTEST` if that is faster."""
    durations = [Fraction(duration).limit_denominator(1000) for duration in seconds]
    unit = Fraction(gcd(*(d.numerator for d in durations)), lcm(*(d.denominator for d in durations)))
    return min(1 / unit, Fraction(FASTEST)) if unit else Fraction(FASTEST)


def arguments(width: int, height: int, rate: Fraction) -> list[str]:
    """What ffmpeg is told of the frames and of their colours."""
    size = f"{width + width % 2}x{height + height % 2}"
    reading = ["-f", "rawvideo", "-pix_fmt", "rgb0", "-s", size, "-r", str(rate), "-i", "pipe:0", "-an"]
    colours = ["-vf", "scale=out_color_matrix=bt709:out_range=tv"]
    colours += ["-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    return ["-loglevel", "error", "-y", *reading, *colours, "-threads", "1"]


def even(image: np.ndarray) -> np.ndarray:
    """The image with even sides, which 4:2:0 needs: the last row or column once more where one is odd."""
    height, width = image.shape[:2]
    if height % 2 or width % 2:
        return np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return image

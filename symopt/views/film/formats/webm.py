"""WebM: AV1, which browsers play and which is smaller where much moves, by an ffmpeg that has an encoder of it."""

from __future__ import annotations

from typing import IO

from symopt.errors import RenderError
from symopt.views.film import ffmpeg
from symopt.views.film.ffmpeg import lasts
from symopt.views.film.formats import Frames

MIME = "video/webm"
ALPHA = False
AV1 = {
    "libsvtav1": ["-preset", "8", "-crf", "38", "-svtav1-params", "lp=1:scm=1"],
    "libaom-av1": ["-cpu-used", "8", "-crf", "38", "-b:v", "0"],
}
"""The encoders, the faster first, and what each is told."""


def write(film: Frames, file: IO[bytes]) -> None:
    """Encode the frames. Raises RenderError as `ffmpeg.write`, and where no encoder of AV1 is there."""
    known = ffmpeg.encoders(ffmpeg.ffmpeg(".webm"))
    codec = next((name for name in AV1 if name in known), None)
    if codec is None:
        raise RenderError(
            "this ffmpeg cannot encode AV1, which a .webm needs",
            "write an .mp4, or install another ffmpeg",
            exit_code=3,
        )
    ffmpeg.write(film, file, ".webm", ["-c:v", codec, *AV1[codec]])


__all__ = ["ALPHA", "AV1", "MIME", "lasts", "write"]

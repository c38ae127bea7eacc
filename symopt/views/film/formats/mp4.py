"""MP4: H.264, which every player knows, by ffmpeg."""

from __future__ import annotations

from typing import IO

from symopt.views.film import ffmpeg
from symopt.views.film.ffmpeg import lasts
from symopt.views.film.formats import Frames

MIME = "video/mp4"
ALPHA = False
# Slower presets cost half as much again and save no bytes on pictures that hardly change.
H264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-movflags", "+faststart"]


def write(film: Frames, file: IO[bytes]) -> None:
    """Encode the frames. Raises RenderError as `ffmpeg.write`."""
    ffmpeg.write(film, file, ".mp4", H264)


__all__ = ["ALPHA", "MIME", "lasts", "write"]

"""A page in a frame of its own, for notebooks."""

from html import escape

HEIGHT = 820


def framed(html: str) -> str:
    """A page in a frame of its own that may run its script and save its pictures, and nothing else."""
    return (
        f'<iframe sandbox="allow-scripts allow-downloads" srcdoc="{escape(html)}" title="symopt explore" '
        f'width="100%" height="{HEIGHT}" frameborder="0"></iframe>'
    )

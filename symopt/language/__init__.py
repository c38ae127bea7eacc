"""The language in which people are spoken to: English, as the source has it, or Chinese by a catalogue of phrases.

What is printed for programs (JSON, CSV, NPZ) and what Python raises stays English.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from symopt.current import Current

if TYPE_CHECKING:
    from symopt.language.catalogue import Catalogue

__all__ = ["LANGUAGES", "chinese", "language", "preferred", "speaking", "told"]

LANGUAGES = ("en", "zh")
language = Current("language", "en")
"""`language()` is the language of today's words, `en` or `zh`."""
speaking = language.being
"""`with speaking("zh"):` people are spoken to in that language."""


def preferred(environment: Mapping[str, str] | None = None) -> str:
    """The language of the locale: of LC_ALL, LC_MESSAGES or LANG, the first that is set; else of Windows' windows."""
    variables = os.environ if environment is None else environment
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := variables.get(name):
            return _known(value)
    if os.name == "nt" and environment is None:
        try:
            import ctypes
            import locale

            number = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined]
            return _known(locale.windows_locale.get(number, ""))
        except Exception:  # whatever a locked-down system says
            return "en"
    return "en"


def _known(value: str) -> str:
    return "zh" if re.match(r"zh(?![a-z])", value.lower()) else "en"


def told(text: str) -> str:
    """A finished text in the language that is spoken: by its phrase, or part by part; what has no phrase stays."""
    return text if language() == "en" or not text else _catalogue().said(text)


def chinese(template: str) -> str:
    """The Chinese of a phrase whose {names} are still to be filled; itself where mathematics is all there is in it."""
    return _catalogue().phrases.get(template, template)


@cache
def _catalogue() -> Catalogue:
    from symopt.language.catalogue import Catalogue

    return Catalogue.of("zh")

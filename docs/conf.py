"""Sphinx reads this: the site in English, and with `-t zh` in Chinese."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from symopt import __version__  # noqa: E402

chinese = tags.has("zh")  # type: ignore[name-defined] # noqa: F821
project, release, copyright, author = "symopt", __version__, "", ""
extensions = ["myst_parser", "docs.directives"]
exclude_patterns = [] if chinese else ["zh", "_made/*.md"]
language = "zh_CN" if chinese else "en"
html_search_language = "zh" if chinese else "en"
myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 3
myst_links_external_new_tab = True
nitpicky = True
smartquotes = False  # which makes one dash of the two of --json
suppress_warnings = ["misc.highlighting_failure"]
html_theme = "furo"
html_title = "symopt"
html_static_path = [str(ROOT / "docs" / "_static")]
templates_path = [str(ROOT / "docs" / "_templates")]
html_css_files = ["site.css"]
html_show_sphinx = html_show_copyright = False
html_copy_source = html_show_sourcelink = False
html_sidebars = {"**": ["sidebar/brand.html", "language.html", "sidebar/search.html", "sidebar/scroll-start.html",
                        "sidebar/navigation.html", "sidebar/scroll-end.html"]}  # fmt: skip
html_context = {"chinese": chinese}
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {"font-stack": "system-ui, -apple-system, 'Segoe UI', 'Noto Sans CJK SC', sans-serif"},
    "dark_css_variables": {"font-stack": "system-ui, -apple-system, 'Segoe UI', 'Noto Sans CJK SC', sans-serif"},
}
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"

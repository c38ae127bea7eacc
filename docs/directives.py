"""Sphinx's side of `blocks`: a block as its text, what it printed, and the pictures and pages that it made."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from docs.blocks import SHOWN, Block, Outcome, found, home, outcomes

MOST = 40  # lines of output that are shown unfolded


class Executed(SphinxDirective):
    """```{symopt}, ```{python}, ```{file}."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "exit": directives.nonnegative_int,  # how the last line ends, where that is not 0
        "show": lambda word: directives.choice(word, ("all", "picture", "output", "nothing")),
        "alt": directives.unchanged_required,
        "rich": directives.flag,  # the last value as a notebook shows it
        "height": directives.nonnegative_int,  # of an embedded page, in pixels
    }

    def run(self) -> list[nodes.Node]:
        blocks, ended = self.page()
        place = self.env.temp_data["place"]
        self.env.temp_data["place"] = place + 1
        block = blocks[place]
        if block.kind == "file":
            title = nodes.caption("", block.argument)
            literal = nodes.literal_block(block.text, block.text, language=_language(block.argument))
            return [nodes.container("", title, literal, literal_block=True, classes=["literal-block-wrapper"])]
        outcome = ended[place]
        shown = self.options.get("show", "all")
        text = block.text.rstrip("\n")
        made: list[nodes.Node] = [
            nodes.literal_block(text, text, language="sh" if block.kind == "symopt" else "python")
        ]
        if "rich" in self.options and outcome.html:
            return [*made, nodes.raw("", f'<div class="rich" tabindex="0">{outcome.html}</div>', format="html")]
        if shown in ("all", "output") and outcome.printed.strip():
            made.append(self.output(outcome.printed.rstrip()))
        if shown in ("all", "picture"):
            made += [
                self.picture(block, outcome, Path(name), home(blocks, self.language) / "work" / name)
                for name in outcome.files
            ]
        return made

    @property
    def language(self) -> str:
        return "zh" if self.config.language == "zh_CN" else "en"

    def page(self) -> tuple[list[Block], list[Outcome]]:
        """The blocks of the page and what came of them, looked up at its first one."""
        if "page" not in self.env.temp_data:
            blocks = found(Path(self.env.doc2path(self.env.docname)).read_text(encoding="utf-8"))
            self.env.temp_data["page"] = blocks, outcomes(blocks, self.env.docname, self.language)
            self.env.temp_data["place"] = 0
        return self.env.temp_data["page"]  # type: ignore[no-any-return]

    def output(self, printed: str) -> nodes.Node:
        literal = nodes.literal_block(printed, printed, language="text", classes=["output"])
        if printed.count("\n") < MOST:
            return literal
        opened = f"<details><summary>{printed.count(chr(10)) + 1} …</summary>"
        return nodes.container("", nodes.raw("", opened, format="html"), literal,
                               nodes.raw("", "</details>", format="html"))  # fmt: skip

    def picture(self, block: Block, outcome: Outcome, name: Path, made: Path) -> nodes.Node:
        """A picture, a movie or a page, with the last line that the block printed as its description."""
        flat = f"{self.env.docname.replace('/', '-')}-{name.name}"
        lines = [line for line in outcome.printed.strip().splitlines() if line.strip()]
        alt = self.options.get("alt") or (lines[-1].strip() if lines else block.text.strip())
        if name.suffix not in SHOWN[:5]:
            target = Path(self.env.app.outdir) / "_pages" / flat
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, target)
            source = "../" * self.env.docname.count("/") + f"_pages/{flat}"
            label = nodes.make_id(alt) and alt.replace('"', "&quot;").replace("<", "&lt;")
            if name.suffix == ".mp4":
                html = f'<video controls loop muted src="{source}" aria-label="{label}"></video>'
            else:
                height = self.options.get("height", 620)
                html = (f'<iframe class="page" loading="lazy" src="{source}" title="{label}" height="{height}">'
                        "</iframe>"
                        f'<p class="page"><a href="{source}">↗ {flat.rpartition("-")[2]}</a></p>')  # fmt: skip
            return nodes.raw("", html, format="html")
        target = Path(self.env.srcdir) / "_made" / flat
        target.parent.mkdir(exist_ok=True)
        if not target.exists() or target.read_bytes() != made.read_bytes():
            shutil.copyfile(made, target)
        return nodes.image(uri=f"/_made/{flat}", alt=alt, candidates={"*": f"_made/{flat}"}, loading="lazy")


def _language(name: str) -> str:
    return {"py": "python", "csv": "text", "md": "markdown", "yml": "yaml"}.get(name.rpartition(".")[2], "text")


HAN, SIGN = r"[\u3400-\u9fff]", r"[\u3000-\u303f\uff00-\uffef“”…—]"
BREAK = re.compile(rf"(?<={HAN})\n(?={HAN})|(?<={SIGN})\n|\n(?={SIGN})")


class Joined(SphinxTransform):
    """Lines of Chinese that a page has broken go on without the blank that a browser would set there."""

    default_priority = 500

    def apply(self, **_: Any) -> None:
        for block in list(self.document.findall(nodes.TextElement)):
            if not isinstance(block, nodes.literal_block | nodes.raw | nodes.Inline):
                join(list(block.findall(nodes.Text)))


def join(texts: list[nodes.Text]) -> None:
    """Takes the breaks out that stand between signs of Chinese; a break may be a text of its own."""
    whole, begin = "".join(texts), 0
    breaks = {match.start() for match in BREAK.finditer(whole)}
    for text in texts:
        kept = "".join(sign for k, sign in enumerate(text, begin) if k not in breaks)
        begin += len(text)
        if len(kept) < len(text):
            text.parent.replace(text, nodes.Text(kept))


THEME = {  # what the theme says in English only
    ">Next<": ">下一页<", ">Previous<": ">上一页<", ">Home<": ">首页<", ">Back to top<": ">回到顶部<",
    ">Contents<": ">目录<", ">Menu<": ">菜单<", ">Expand<": ">展开<", ">Light mode<": ">浅色<", ">Dark mode<": ">深色<",
    "On this page\n": "本页内容\n", "Made with ": "主题：", '"Toggle navigation of ': '"展开或收起：',
    '"Toggle Light / Dark / Auto color theme"': '"浅色、深色或自动"', '"Toggle site navigation sidebar"': '"各页"',
    '"Toggle table of contents sidebar"': '"本页内容"',
}  # fmt: skip
SIDES = {"sidebar-drawer": ("Pages", "各页"), "toc-drawer": ("On this page", "本页")}


def accessible(html: str, chinese: bool) -> str:
    """What the theme leaves out: levels of headings, names of landmarks, scrolling by the keyboard, Chinese."""
    for english, other in THEME.items() if chinese else ():
        html = html.replace(english, other)
    html = html.replace('role="heading">', 'role="heading" aria-level="2">')
    for name, labels in SIDES.items():
        html = html.replace(f'<aside class="{name}', f'<aside aria-label="{labels[chinese]}" class="{name}')
    html = html.replace('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper')
    return re.sub(r"<pre>(?!\s*</pre>)", '<pre tabindex="0">', html)


def finish(app: Sphinx, trouble: Exception | None) -> None:
    for path in [] if trouble else Path(app.outdir).rglob("*.html"):
        if "_pages" not in path.parts and path.is_relative_to(app.outdir):
            text = path.read_text(encoding="utf-8")
            if (told := accessible(text, app.config.language == "zh_CN")) != text:
                path.write_text(told, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    for kind in ("symopt", "python", "file"):
        app.add_directive(kind, Executed)
    app.add_transform(Joined)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The pages of the site: both languages alike, every block one that the build runs, and the runner of the blocks."""

import ast
import re
import shlex
from pathlib import Path

import pytest

import symopt
from docs import blocks, generated, translated
from docs.__main__ import tongue
from docs.links import broken
from symopt.cli.glossary import GLOSSARY
from symopt.cli.schemas import schemas

DOCS = Path(__file__).parent.parent / "docs"
EXAMPLES = DOCS.parent / "examples"
FOLDERS = ("guide", "lessons")
HERE = [str(path.relative_to(DOCS)) for folder in FOLDERS for path in sorted((DOCS / folder).glob("*.md"))]
PAGES = ["index.md", "start.md", *HERE, "reference/grammar.md"]
MEASURED = [f"{name}.md" for name in generated.MEASURED]  # written by programs of ours
BACKGROUND = [  # no block need be run
    path.name for path in sorted(DOCS.glob("*.md")) if path.name not in {*PAGES, *MEASURED}
]
FENCES = re.compile(r"^(?P<ticks>```+)(.*?)$(.*?)^(?P=ticks)$", re.DOTALL | re.MULTILINE)


def text_of(name, language="en"):
    return (DOCS / ("" if language == "en" else language) / name).read_text(encoding="utf-8")


def outline(text):
    """Headings by level, fences whole, links and pictures by their files, as both languages have them."""
    prose = FENCES.sub("", text)
    links = re.findall(r"\]\(([^)]+)\)", prose)
    caption = re.compile(r"^:caption: .*$", re.MULTILINE)
    return {
        "headings": [len(level) for level in re.findall(r"^(#+) ", prose, re.MULTILINE)],
        "fences": [(kind, caption.sub("", body)) for _, kind, body in FENCES.findall(text)],
        "links": [link.rpartition("/")[2] for link in links],
        "rows": len(re.findall(r"^\|", prose, re.MULTILINE)),
    }


@pytest.mark.parametrize("page", [*PAGES, *BACKGROUND])
def test_both_languages_have_the_same_parts(page):
    assert outline(text_of(page, "zh")) == outline(text_of(page))


@pytest.mark.parametrize("page", MEASURED)
def test_pages_that_programs_write_are_translated_with_all_that_they_say(page):
    there = translated.translated(page.removesuffix(".md"), "zh")
    assert outline(there) == outline(text_of(page))
    prose = re.sub(r"`[^`]*`|\(.*?\)|^( {4}|\|).*$", "", FENCES.sub("", there), flags=re.MULTILINE)
    assert not re.search(r"\b(the|is|are|with|which)\b", prose)


def test_pages_measured_anew_keep_their_translation(tmp_path, monkeypatch):
    monkeypatch.setattr(translated, "DOCS", tmp_path)
    (tmp_path / "xx" / "phrases").mkdir(parents=True)
    pairs = "Takes 1.5 s, 20% of 3e-7 by {a}\n20% de 3e-7 par {a}: 1.5 s\n\nfast\nvite\n\nhere, twice\nici"
    (tmp_path / "xx" / "phrases" / "page.txt").write_text(pairs, encoding="utf-8")
    text = "Takes 2.25 s, 7% of 4e-9\nby gd.\n\n| fast | here, twice: fast |\n|---|---|\n| `fast` | 12 |\n\n- fast\n"
    (tmp_path / "page.md").write_text(text.replace("by gd.", "by gd"), encoding="utf-8")
    told = translated.translated("page", "xx")
    assert told == "7% de 4e-9 par gd: 2.25 s\n\n| vite | here, twice：vite |\n|---|---|\n| `fast` | 12 |\n\n- vite\n"
    (tmp_path / "page.md").write_text(text, encoding="utf-8")  # `gd.` still fits the gap
    assert "par gd.:" in translated.translated("page", "xx")
    (tmp_path / "page.md").write_text("Slow.\n", encoding="utf-8")
    with pytest.raises(translated.Untranslated, match=r"Slow\."):
        translated.translated("page", "xx")


def test_every_loss_and_method_is_told_in_chinese():
    for entry in symopt.losses():
        assert re.search("[\u4e00-\u9fff]", generated.told(entry.about, "gallery", "zh"))
    for method in symopt.methods():
        for text in (method.about, method.pro, method.contra):
            assert re.search("[\u4e00-\u9fff]", generated.told(text, "methods", "zh"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_word_and_every_field_of_json_is_told(language):
    words = generated.WORDS[language]
    assert all(f"| `{word}` | " in generated.glossary(words, language) for word in GLOSSARY)
    told = generated.formats(words, language)
    for name, schema in schemas().items():
        part = told.partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert f"<../_made/{generated.file(name)}>" in part
        assert all(f"| `{field}` | " in part for field in schema["required"])


SAID = {  # what a notebook promises in words
    "newton": ["MAXIMUM x = −20, climbed in 3 steps", "0.02467401100273", "0.078125 minimum x = 0 in 75", "x = 280"],
    "check": ["hidden at x = -20, x = 0, x = 20", "missing factor pi/20", "all 2 proved", "WrongDerivative"],
    "fit": ["levenberg-marquardt ", "[2.016", "fit.gif"],
    "rates": ["lr < 1.9230769", "period 2 becomes 4 (solved)", "37\nendings", "minimum x = 6.0392"],
}


@pytest.mark.parametrize("name", SAID)
def test_a_notebook_does_what_it_tells(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for cell in generated.notebook(name, "en")["cells"]:
        if cell["cell_type"] == "code":
            body = ast.parse("".join(cell["source"])).body
            shown = body.pop() if isinstance(body[-1], ast.Expr) else ast.parse("None").body[0]
            exec(compile(ast.Module(body, []), name, "exec"), names)
            print(eval(compile(ast.Expression(shown.value), name, "eval"), names) or "")
    told = capsys.readouterr().out
    assert [words for words in SAID[name] if words not in told] == []


def test_notebooks_are_pages_in_both_languages_and_keep_their_code():
    assert {*generated.NOTEBOOKS} == {"first_minute", *SAID} == {path.stem for path in EXAMPLES.glob("*.ipynb")}
    pages = {language: generated.notebooks(language) for language in ("en", "zh")}
    for name, page in pages["en"].items():
        assert outline(pages["zh"][name]) == outline(page)
        assert page.count("```{python}") == len(blocks.found(page))
    shown = blocks.found(pages["en"]["notebooks/first_minute.md"])
    assert {block.option("exit", "0") for block in shown} == {"0", "1"}
    assert all(block.option("rich", "no") == "" for block in shown)


def test_broken_lines_of_chinese_go_on_without_a_blank():
    nodes = pytest.importorskip("docutils.nodes")
    directives = pytest.importorskip("docs.directives")
    parts = ["轨迹", "\n", "走到 f，\nx 和", "\n", "numpy", "\n", "的「一\n」"]
    block = nodes.paragraph("", "", *(nodes.Text(part) for part in parts[:4]), nodes.literal("", parts[4]))
    block += [nodes.Text(part) for part in parts[5:]]
    directives.join(list(block.findall(nodes.Text)))
    assert block.astext() == "轨迹走到 f，x 和\nnumpy\n的「一」"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_is_in_one_language_only(language):
    here = DOCS / ("" if language == "en" else language)
    found = {str(p.relative_to(here)) for f in FOLDERS for p in (here / f).glob("*.md")}
    assert found == {*HERE}


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_run(page):
    kinds = {kind.split()[0] for _, kind, _ in FENCES.findall(text_of(page))}
    assert kinds <= {"{symopt}", "{python}", "{file}", "{toctree}", "text"}
    assert ("text" in kinds) <= (page == "reference/grammar.md")


@pytest.mark.parametrize(("page", "language"), [(p, lang) for p in [*PAGES, *BACKGROUND] for lang in ("en", "zh")])
def test_links_lead_to_pages_that_are_there_or_are_made(page, language):
    here = (DOCS / ("" if language == "en" else language) / page).parent
    for link in re.findall(r"\]\(([^)]+)\)", text_of(page, language)):
        made = re.search(r"(gallery|methods)/index\.md$|reference/(commands|python|words|schemas)\.md$", link)
        target = (here / link).resolve()
        if not (made or link.startswith("http")):
            assert target.exists() or (DOCS / target.name).exists(), link


def test_a_page_is_run_in_order_once_and_a_block_that_ends_otherwise_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "KEPT", tmp_path)
    page = (
        "```{file} two.txt\n1\n2\n```\n\n```{symopt}\n:exit: 3\nwc -l < two.txt; exit 3\n```\n\n"
        "```{python}\na = 20\na + 1\n```\n\n"
        "```{python}\nfrom pathlib import Path\nPath('made.svg').write_text('<svg/>')\nprint(a * 2)\n```\n"
    )
    found = blocks.found(page)
    assert [(block.kind, block.argument) for block in found] == [
        ("file", "two.txt"), ("symopt", ""), ("python", ""), ("python", ""),
    ]  # fmt: skip
    first = blocks.outcomes(found, "page")
    assert [o.printed.split() for o in first] == [[], ["2"], ["21"], ["40"]]
    assert first[3].files == ("made.svg",)
    assert blocks.outcomes(found, "page") == first  # kept, seconds and all
    with pytest.raises(blocks.Failed, match="block 1 ended with 1 and not 0"):
        blocks.outcomes(blocks.found("```{python}\n1/0\n```\n"), "page")


def test_blocks_are_run_in_the_language_of_their_page(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "KEPT", tmp_path)
    found = blocks.found('```{symopt}\necho $LC_ALL\n```\n\n```{python}\nimport os; os.environ["LC_ALL"]\n```\n')
    told = {code: [o.printed.strip("'\n") for o in blocks.outcomes(found, "page", code)] for code in ("en", "zh")}
    assert told == {"en": ["C.UTF-8"] * 2, "zh": ["zh_CN.UTF-8"] * 2}
    assert tongue(DOCS / "start.md") == "en"
    assert tongue(DOCS / "zh" / "guide" / "check.md") == "zh"


def test_what_a_block_shows_of_itself_in_a_notebook_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "KEPT", tmp_path)
    code = "class A:\n    def _repr_html_(self):\n        return '<b>a</b>'\n\nA()"
    page = f"```{{python}}\n:rich:\n{code}\n```\n\n```{{python}}\n:exit: 1\n1/0\n```\n"
    first, second = blocks.outcomes(blocks.found(page), "page")
    assert (first.html, second.html) == ("<b>a</b>", "")
    assert "ZeroDivisionError" in second.printed


def test_links_of_a_built_site_that_lead_nowhere_are_found(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="#here"><a href="sub/b.html#there"><img src="https://x/y.png">'
    )
    (tmp_path / "sub" / "b.html").write_text(
        '<a href="../a.html#gone"><a href="c.html"><img src="d.png"><a href="../a.html">'
    )
    assert list(broken(tmp_path)) == [
        "a.html: sub/b.html#there", "sub/b.html: ../a.html#gone", "sub/b.html: c.html", "sub/b.html: d.png",
    ]  # fmt: skip


def test_what_the_theme_leaves_out_is_added_once():
    directives = pytest.importorskip("docs.directives")
    html = '<p role="heading">A</p><aside class="toc-drawer"><div class="table-wrapper x"><pre>x</pre><b>Next</b>'
    told = directives.accessible(html, True)
    assert told == (
        '<p role="heading" aria-level="2">A</p><aside aria-label="本页" class="toc-drawer">'
        '<div tabindex="0" class="table-wrapper x"><pre tabindex="0">x</pre><b>下一页</b>'
    )
    assert directives.accessible(told, False) == told


def test_a_docstring_is_shown_as_it_is_meant():
    shown = generated.markdown("A *sentence* of `x**2` <b>.\n\nloss: what it is, no unit.\nlr: a rate.", named=True)
    assert generated.markdown("Says:\n\n>>> 1 + 1\n2") == "Says:\n\n```pycon\n>>> 1 + 1\n2\n```"
    assert shown == "A \\*sentence\\* of `x**2` \\<b\\>.\n\n**loss**: what it is, no unit.\n**lr**: a rate."


def test_every_public_name_command_loss_and_method_has_its_place():
    words = generated.WORDS["en"]
    told = generated.python(words)
    assert all(f"## `{name}`" in told for name in symopt.__all__)
    pages = generated.gallery(words, "en")
    assert sum(page.count("```{symopt}") for page in pages.values()) == len(symopt.losses()) > 80


def test_a_newcomer_gets_from_the_first_page_to_one_that_can_be_mailed(cli):
    page = text_of("start.md")
    install = re.findall(r"^    (\S*(?:python3|pip) .*)$", page, re.MULTILINE)
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert [
        re.sub(r" -q", "", part) for part in re.search(r"^python3 -m venv.*", readme, re.M)[0].split(" && ")[:2]
    ] == install
    told = []
    for block in blocks.found(page):
        if block.kind == "file":
            Path(block.argument).write_text(block.text, encoding="utf-8")
            continue
        program, *arguments = shlex.split(block.text)
        done = cli(*arguments)
        assert program == "symopt"
        assert done.code == int(block.option("exit", "0")), done.err
        told.append(done.out + done.err)
    promised = ["a minimum at x = ", "newton: a minimum at (1, 1)", "∂²f/∂x∂y = -20*x", "missing factor 2", "mine.html"]
    assert [words for words, said in zip(promised, told, strict=True) if words not in said] == []
    mailed = Path("mine.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=[\"']https?:", mailed)
    assert {"first.gif", "mine.gif", "mine.html", "mine.py"} <= {path.name for path in Path().iterdir()}


BOOK = [  # A. Zhang, Z. Lipton, M. Li, A. Smola, Dive into Deep Learning, 2023, sections 12.3 and 12.6, as printed
    ("x**2", {}, "gd:lr=0.2", (10,), 10, ["0.060466"]),
    ("x**2", {}, "gd:lr=0.05", (10,), 10, ["3.486784"]),
    ("x**2", {}, "gd:lr=1.1", (10,), 10, ["61.917364"]),
    ("x*cos(c*x)", {"c": "0.15*pi"}, "gd:lr=2", (10,), 10, ["-1.528166"]),
    ("x**2 + 2*y**2", {}, "gd:lr=0.1", (-5, -2), 20, ["-0.057646", "-0.000073"]),
    ("cosh(c*x)", {"c": "0.5"}, "newton", (10,), 10, ["0.000000"]),
    ("x*cos(c*x)", {"c": "0.15*pi"}, "newton", (10,), 10, ["26.834133"]),
    ("x*cos(c*x)", {"c": "0.15*pi"}, "x - lr*g/abs(h):lr=0.5", (10,), 10, ["7.269860"]),
    ("0.1*x**2 + 2*y**2", {}, "gd:lr=0.4", (-5, -2), 20, ["-0.943467", "-0.000073"]),
    ("0.1*x**2 + 2*y**2", {}, "gd:lr=0.6", (-5, -2), 20, ["-0.387814", "-1673.365109"]),
    ("0.1*x**2 + 2*y**2", {}, "momentum:lr=0.6,beta=0.5", (-5, -2), 20, ["0.007188", "0.002553"]),
    ("0.1*x**2 + 2*y**2", {}, "momentum:lr=0.6,beta=0.25", (-5, -2), 20, ["-0.126340", "-0.186632"]),
]


@pytest.mark.parametrize(("text", "constants", "rule", "start", "steps", "printed"), BOOK)
def test_the_numbers_of_the_book(text, constants, rule, start, steps, printed):
    loss = symopt.Loss.parse(text, constants=constants)
    walk = symopt.descend(loss, rule, start=start, steps=steps, gtol=0)
    assert [f"{value:.6f}" for value in walk.xs[-1]] == printed
    page = text_of("lessons/d2l.md").replace("−", "-")
    assert all(number in page for number in printed)

"""Pages that are made from the program: what every public name, command, loss and method says of itself."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import symopt
from docs.translated import Untranslated, phrase, translated
from docs.words import WORDS
from symopt.cli.commands import COMMANDS
from symopt.cli.glossary import DOING, ENDS, HEADINGS, sentence
from symopt.cli.schemas import Schema, schemas

DOCS = Path(__file__).parent
THREE = ("cosine", "rosenbrock", "himmelblau")  # the losses on which every method is seen
MEASURED = ("defaults", "functions", "minima", "scaling")  # pages that other programs of ours write, in English
NOTEBOOKS = ("first_minute", "newton", "check", "fit", "rates")  # of examples/
HEAD = "<!-- Made by docs/generated.py. -->\n"
PER_PAGE = 13  # losses on a page of the gallery, so that pages run side by side


def write(language: str) -> list[Path]:
    """Writes the made pages of a language, those that changed; returns all."""
    source = DOCS if language == "en" else DOCS / language
    words = WORDS[language]
    pages = {"reference/python.md": python(words), "reference/commands.md": commands(words),
             "reference/words.md": glossary(words, language), "reference/schemas.md": formats(words, language),
             **notebooks(language), **gallery(words, language), **methods(words)}  # fmt: skip
    if language != "en":
        pages |= {f"{page}.md": translated(page, language) for page in MEASURED}
    files = {name: HEAD + text for name, text in pages.items()}
    files |= {f"_made/{name}.ipynb": json.dumps(book, indent=1, ensure_ascii=False) + "\n"
              for name in NOTEBOOKS for book in [notebook(name, language)]}  # fmt: skip
    files |= {f"_made/{file(name)}": json.dumps(schema, indent=2) + "\n" for name, schema in schemas().items()}
    for name, text in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    return [source / name for name in pages]


def write_built(language: str, pictures: list[tuple[str, str, float]], blocks: int, seconds: float) -> None:
    """Writes the page of what the site took to build: (page, picture, seconds) each, the dearest first."""
    words = WORDS[language]
    about = words["built about"].format(blocks=blocks, pictures=len(pictures), seconds=round(seconds))
    rows = [f"| {page.removesuffix('.md')} | {name} | {took:.1f} |"
            for page, name, took in sorted(pictures, key=lambda entry: -entry[2])]  # fmt: skip
    head = f"| {words['page']} | {words['picture']} | {words['seconds']} |\n|---|---|---|\n"
    text = f"{HEAD}# {words['built']}\n\n{about}\n\n{head}" + "\n".join(rows) + "\n"
    (DOCS / ("" if language == "en" else language) / "reference" / "built.md").write_text(text, encoding="utf-8")


def told(text: str, page: str, language: str) -> str:
    """A text of the program in the language of the page."""
    line = " ".join(text.split("\n\n")[0].split())
    if language == "en":
        return line
    other = phrase(line, page, language)
    if other is None:
        raise Untranslated(f"{language}/phrases/{page}.txt lacks\n\n{line}")
    return other


def python(words: dict[str, str]) -> str:
    """Every public name with its signature and its docstring."""
    parts = [f"# {words['python']}\n\n{words['python about']}\n"]
    for name in symopt.__all__:
        parts.append("\n".join(documented(name, getattr(symopt, name))))
    return "\n".join(parts)


def documented(name: str, thing: Any) -> Iterator[str]:
    if inspect.ismodule(thing):  # a package that may be called
        thing = getattr(thing, "methods", None) or getattr(thing, name, thing)
    yield f"## `{name}`\n"
    yield from described(name, thing)
    if not inspect.isclass(thing):
        return
    for member, value in vars(thing).items():
        if member.startswith("_"):
            continue
        plain = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        told = inspect.getdoc(plain.fget if isinstance(plain, property) else plain)
        if told and (inspect.isfunction(plain) or isinstance(plain, property) or hasattr(plain, "func")):
            yield f"### `{name}.{member}`\n"
            yield from described(f"{name}.{member}", plain)


def described(name: str, thing: Any) -> Iterator[str]:
    if inspect.isfunction(thing) or inspect.ismethod(thing):
        yield f"```python\n{name}{signature(thing)}\n```\n"
    text = inspect.getdoc(thing)
    if text and not (is_dataclass(thing) and text.startswith(f"{thing.__name__}(")):  # type: ignore[union-attr]
        yield markdown(text, named=True) + "\n"


def signature(thing: Any) -> str:
    """The parameters on one line where they fit, else one to a line; without `self`."""
    whole = inspect.signature(thing)
    names = [str(p).replace("'", "") for p in whole.parameters.values() if p.name not in ("self", "cls")]
    names = [re.sub(r"\b[a-z_]+\.(?:\w+\.)*(\w+)", r"\1", name) for name in names]
    back = "" if whole.return_annotation in (whole.empty, "None") else f" -> {whole.return_annotation}".replace("'", "")
    line = f"({', '.join(names)}){back}"
    return line if len(line) < 100 else "(\n    " + ",\n    ".join(names) + f",\n){back}"


def markdown(docstring: str, named: bool = False) -> str:
    """A docstring as Markdown: indented parts are code, the rest keeps its lines; nothing in it is a link or HTML.

    named: whether `name:` at the beginning of a line tells of a parameter.
    """
    parts = []
    for part in docstring.split("\n\n"):
        if all(line.startswith("    ") for line in part.splitlines()):
            parts.append("```text\n" + inspect.cleandoc(part) + "\n```")
        elif part.startswith(">>> "):
            parts.append(f"```pycon\n{part}\n```")
        else:
            escaped = re.sub(r"(`[^`]*`)|([\\*<>\[\]{}|#$])", lambda m: m.group(1) or "\\" + m.group(2), part)
            names = r"((?:^|(?<=\. ))[a-zA-Z_]\w*(?:, \w+)*):(?= )"
            parts.append(re.sub(names, r"**\1**:", escaped, flags=re.MULTILINE) if named else escaped)
    return "\n\n".join(parts)


def commands(words: dict[str, str]) -> str:
    """The help of every command, as it is printed."""
    parts = [f"# {words['commands']}\n\n{words['commands about']}\n\n```{{symopt}}\nsymopt --help\n```\n"]
    parts += [f"## {name}\n\n```{{symopt}}\nsymopt {name} --help\n```\n" for name in COMMANDS]
    return "\n".join(parts)


def glossary(words: dict[str, str], language: str) -> str:
    """Every word of `symopt words`, as the program prints it and what it means."""
    parts = [f"# {words['words']}\n\n{words['words about']}\n"]
    for title, entries in (("words ends", ENDS), ("words doing", DOING), ("words others", HEADINGS)):
        rows = [f"| {words['word']} | {words['meaning']} |", "|---|---|"]
        for word, text in entries.items():
            meaning = sentence(text) if language == "en" else told(text, "glossary", language)
            rows.append(f"| `{word}` | {cell(meaning)} |")
        parts.append(f"## {words[title]}\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def cell(text: str) -> str:
    """Text of the program for a cell of a table."""
    return markdown(text).replace("\n", " ")


def file(name: str) -> str:
    """The file of a schema: that of symopt.run/1 is run-1.json."""
    return name.removeprefix("symopt.").replace("/", "-") + ".json"


def formats(words: dict[str, str], language: str) -> str:
    """Every schema of --json: its fields, and the schema itself to be fetched."""
    parts = [f"# {words['schemas']}\n\n{words['schemas about']}\n"]
    for name, schema in schemas().items():
        rows = [f"| `{path}` | {kind.replace(' or ', words['or'])} | {cell(told(meaning, 'schemas', language))} |"
                for path, kind, meaning in fields(schema)]  # fmt: skip
        parts.append(f"## {name}\n\n{markdown(told(schema['description'], 'schemas', language))} "
                     f"{{download}}`{file(name)} <../_made/{file(name)}>`\n\n"
                     f"| {words['field']} | {words['type']} | {words['meaning']} |\n|---|---|---|\n"
                     + "\n".join(rows) + "\n")  # fmt: skip
    return "\n".join(parts)


def fields(schema: Schema, above: str = "") -> Iterator[tuple[str, str, str]]:
    """(path, type, meaning) of each field of an object, those of objects within it behind it."""
    for name, inner in schema.get("properties", {}).items():
        path = f"{above}{name}" if name in schema["required"] else f"{above}{name}?"
        kind, object_ = kind_of(inner)
        yield path, kind, inner["description"]
        if object_ is not None:
            yield from fields(object_, above + name + "[]." * kind.startswith("[") + "." * (not kind.startswith("[")))


def kind_of(schema: Schema) -> tuple[str, Schema | None]:
    """The type of a value in a word, `[…]` for a list, and the object with fields that is in it."""
    if "anyOf" in schema:
        kinds = [kind_of(inner) for inner in schema["anyOf"]]
        return " or ".join(dict.fromkeys(kind for kind, _ in kinds)), next((o for _, o in kinds if o), None)
    if "enum" in schema:
        return " or ".join("null" if word is None else f"`{word}`" for word in schema["enum"]), None
    if "const" in schema:
        return f"`{schema['const']}`", None
    if schema.get("type") == "array":
        kind, object_ = kind_of(schema["items"])
        return f"[{kind}]", object_
    return schema.get("type", "any"), schema if "properties" in schema else None


def notebook(name: str, language: str) -> dict[str, Any]:
    """A notebook of examples/ in the language: its code stays as it is."""
    book: dict[str, Any] = json.loads((DOCS.parent / "examples" / f"{name}.ipynb").read_text(encoding="utf-8"))
    for part in book["cells"]:
        if part["cell_type"] == "markdown":
            mark, text = re.fullmatch(r"(#* ?)(.*)", "".join(part["source"])).groups()  # type: ignore[union-attr]
            part["source"] = [mark + told(text, "notebooks", language)]
    return book


def notebooks(language: str) -> dict[str, str]:
    """Every notebook as a page: its cells are blocks, shown as Jupyter shows them; and an index of them."""
    found, names = {}, "\n".join(NOTEBOOKS)
    for name in NOTEBOOKS:
        parts = []
        for part in notebook(name, language)["cells"]:
            text, shows = "".join(part["source"]), part["metadata"].get("shows", "")
            wrong = ":exit: 1\n" if shows.endswith("Error") else ""
            parts.append(text if part["cell_type"] == "markdown" else f"```{{python}}\n{wrong}:rich:\n{text}\n```")
        parts.insert(1, f"{{download}}`{name}.ipynb <../_made/{name}.ipynb>`")
        found[f"notebooks/{name}.md"] = "\n\n".join(parts) + "\n"
    about = "Five notebooks, run here as in Jupyter; each can be fetched, and is run by the tests."
    title, about = told("Notebooks", "notebooks", language), told(about, "notebooks", language)
    found["notebooks/index.md"] = f"# {title}\n\n{about}\n\n```{{toctree}}\n{names}\n```\n"
    return found


def pages(entries: Iterable[Any]) -> Iterator[tuple[int, list[Any]]]:
    entries = list(entries)
    for k in range(0, len(entries), PER_PAGE):
        yield k // PER_PAGE + 1, entries[k : k + PER_PAGE]


def gallery(words: dict[str, str], language: str) -> dict[str, str]:
    """Every loss of the gallery: what it teaches, its landscape with the points that are proved, or a walk."""
    losses = symopt.losses()
    kinds = {
        "one": [e for e in losses if e.n == 1],
        "two": [e for e in losses if e.n == 2],
        "many": [e for e in losses if e.n > 2],
    }
    found: dict[str, str] = {}
    for kind, entries in kinds.items():
        for number, some in pages(entries):
            parts = [f"# {words[kind].format(number)}\n"]
            for entry in some:
                about = markdown(told(entry.about, "gallery", language))
                parts.append(f"## {entry.name}\n\n`{entry.text}`\n\n{about}\n\n"
                             f"{words['source']}{markdown(entry.reference)}\n\n"
                             f"```{{symopt}}\n{shown(entry)}\n```\n")  # fmt: skip
            found[f"gallery/{kind}-{number}.md"] = "\n".join(parts)
    names = "\n".join(name.removeprefix("gallery/").removesuffix(".md") for name in found)
    found["gallery/index.md"] = f"# {words['gallery']}\n\n{words['gallery about']}\n\n```{{toctree}}\n{names}\n```\n"
    return found


def shown(entry: Any) -> str:
    if entry.n == 1:
        return f"symopt analyze {entry.name} --plot {entry.name}.png"
    if entry.n == 2:
        return f"symopt animate {entry.name} -m gd -m bfgs --marks -o {entry.name}.png"
    return f"symopt animate {entry.name} -m gd -m bfgs -o {entry.name}.png"


def refused(loss: str, method: str) -> str:
    """The option of a block that shows how a method refuses a loss; nothing where it walks."""
    try:
        symopt.descend(loss, method, steps=1)
    except symopt.MethodError:
        return ":exit: 2\n"
    return ""


def methods(words: dict[str, str]) -> dict[str, str]:
    """A page for every method: its formula, its parameters, and how it walks on the same three losses."""
    found: dict[str, str] = {}
    for method in symopt.methods():
        movies = "\n".join(
            f"```{{symopt}}\n{refused(loss, method.name)}symopt animate {loss} -m {method.name} -o {loss}.webp\n```\n"
            for loss in THREE
        )
        found[f"methods/{method.name}.md"] = (
            f"# {method.name}\n\n```{{symopt}}\nsymopt methods {method.name}\n```\n\n{movies}"
        )
    names = "\n".join(name.removeprefix("methods/").removesuffix(".md") for name in found)
    found["methods/index.md"] = f"# {words['methods']}\n\n{words['methods about']}\n\n```{{toctree}}\n{names}\n```\n"
    return found

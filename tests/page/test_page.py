"""The file: its parts, its policy, its size; the object that Python users hold."""

import gzip
import json
import re
import subprocess
from base64 import b64encode
from hashlib import sha256
from html import unescape
from importlib.resources import files
from pathlib import Path

import pytest

import symopt
from symopt import Loss, MethodError, RenderError, StartError, method
from symopt.judge.sentences import fill
from symopt.methods import Rule
from symopt.methods.registry import registered
from symopt.page import explore, typable, words
from symopt.page.bundle import read, script
from symopt.page.facts import facts
from symopt.page.page import LIMIT, build
from symopt.problem import Problem
from tests.kit.node import node, run

MODULES = sorted(path.name for path in Path(str(files("symopt.page"))).glob("*.js"))
HIMMELBLAU = "(x**2 + y - 11)**2 + (x + y**2 - 7)**2"
PAGES = {
    "1-D": ("-cos(pi*x/20) + x**2", {}),
    "2-D": ("(1 - x)**2 + 100*(y - x**2)**2", {}),
    "letters": ("a*x**2 - cos(b*x)", {"ranges": {"a": (0.1, 2), "b": (1, 4)}}),
    "surface": (HIMMELBLAU, {"surface": True}),
    "own": ("x**4 - x", {"methods": ["x - 0.1*g", "adam", "newton"]}),
}


def told(page):
    """What the page was told."""
    return json.loads(re.search(r'<script type="application/json" id="facts">(.*?)</script>', page.html, re.S)[1])


@pytest.mark.parametrize("name", PAGES)
def test_small_and_complete(name):
    text, options = PAGES[name]
    page = explore(text, **options)
    assert len(gzip.compress(page.html.encode())) < LIMIT
    assert not re.search(r"""(src|href)=(?!["']data:)""", page.html.split("<script")[0])
    assert "http://" not in page.html.replace("http://www.w3.org/", "")
    assert "https://" not in page.html


def test_every_method_fits():
    """A page brings every formula, and of the methods that are code those that it was asked for.

    Of two variables: those of one are smaller, by a contour map.
    """
    asked = ["gd", *(name for name in registered() if not isinstance(method(name), Rule))]
    sizes = {}
    for name in asked:
        sizes[name] = len(gzip.compress(explore(HIMMELBLAU, [name]).html.encode()))
    assert len(sizes) > 10
    assert {key: size for key, size in sizes.items() if size >= LIMIT} == {}


def test_a_page_leaves_out_what_does_not_fit():
    """One thing after the other, as little as is needed; nothing where that is not enough."""
    signs = ["softmax", "function makeFormulas(", "function textOf(", 'T("csc",(']
    code = ["bfgs", "trust-region", "gauss-newton"]
    for text, methods, surface, left in (
        ("x**2", ["bfgs"], False, 0),
        ("x**2", ["gd"], False, 0),
        (HIMMELBLAU, ["gd"], True, 2),
        (HIMMELBLAU, ["bfgs"], True, 3),
        (HIMMELBLAU, ["gauss-newton"], True, 4),
        (HIMMELBLAU, code, True, 0),
    ):
        page = explore(text, methods, surface=surface)
        own = [sign != signs[1] or methods == ["gd"] for sign in signs]  # code takes no typed formula
        assert [sign in page.html for sign in signs] == [mine and k >= left for k, mine in enumerate(own)]
        assert (page.zipped < LIMIT) == (methods != code)


def test_an_article_stands_before_a_number_as_in_python(tmp_path):
    text, given = "closing in on a {period}-cycle", ["2", "8", "11", "18", "19", "80", "110", "8.5"]
    body = f"GIVEN.map((period) => put({json.dumps(text)}, {{ period }}))"
    told = run(tmp_path, body, given, modules=("words.js",), functions=words.declared())
    assert told == [fill(text, {"period": period}) for period in given]


def test_the_policy_lets_only_its_own_script_run():
    html = explore("x**2").html
    policy = unescape(re.search(r'Content-Security-Policy" content="(.*?)"', html)[1])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", html, re.S)
    styles = re.findall(r"<style>(.*?)</style>", html, re.S)
    for kind, (text,) in (("script-src", scripts), ("style-src", styles)):
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy
    assert "eval(" not in scripts[0]
    assert "Function(" not in scripts[0]
    assert "innerHTML" not in scripts[0]


def test_text_is_never_markup():
    data, functions = facts(Problem.of("x**2"), None, 1e-8)
    places = "".join(sorted(set(re.findall(r"\{\{\w+\}\}", read("template.html")))))
    hostile = f"</script><script>alert(1)</script>{places}<!--\u2028"
    html = build({**data, "text": hostile, "written": hostile}, functions)
    assert html.count("<script") == 2
    assert "alert(1)</script>" not in html
    assert unescape(re.search(r'<h1 id="formula">(.*?)</h1>', html, re.S)[1]) == hostile
    assert unescape(re.search(r"<title>(.*?)</title>", html, re.S)[1]).startswith(hostile)
    given = json.loads(re.search(r'id="facts">(.*?)</script>', html, re.S)[1])
    assert given["text"] == given["written"] == hostile


@pytest.mark.parametrize("n", [1, 2])
def test_the_script_is_javascript(tmp_path, n):
    path = tmp_path / "page.js"
    path.write_text(f'"use strict";{script(n, "const PROGRAM={},RULES=[];")}', encoding="utf-8")
    subprocess.run([node(), "--check", str(path)], check=True, capture_output=True)


def test_every_word_is_said_in_both_languages_and_used():
    told = {**words.rows(), **dict(words.sentences())}
    assert len(words.rows()) > 90
    chinese = re.compile("[\u4e00-\u9fff]")
    gaps = re.compile(r"\{\w+\}")
    for name, (english, other) in told.items():
        assert english, name
        assert other, name
        assert chinese.search(other) or not re.search("[a-z]{4}", gaps.sub("", english)), name
        assert sorted(gaps.findall(english)) == sorted(gaps.findall(other)), name
        assert not set("|`\\$") & set(english + other), name
    used = typable.declared() + "".join(map(read, MODULES))
    assert [name for name in words.rows() if not re.search(rf"\.{name}\b|\b{name}: |[\"|¦]{name}[\"|]", used)] == []


def test_a_script_says_nothing_past_the_table():
    scripts = "".join(re.sub(r"^\s*//.*| // .*", "", read(name), flags=re.M) for name in MODULES)
    texts = {text for _, text in re.findall(r"""(["'`])((?:(?!\1).)*?)\1""", scripts)}
    remarks = {name.partition(" ")[2] for name, _ in words.sentences()}
    said = {text for text in texts if re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}|[\u4e00-\u9fff]", text)}
    assert {text for text in said - remarks if not re.search("allow-scripts|^alpha|alpha beta", text)} == set()
    phrases = set(re.findall(r"(?:fail\(\[?|Unread\(\[)\"(\w+)\"", scripts))
    assert len(phrases) > 20
    assert phrases <= words.rows().keys()


def test_save_is_whole_or_not_at_all(tmp_path):
    page = explore("x**2")
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == page.html.encode()
    assert list(tmp_path.iterdir()) == [tmp_path / "page.html"]
    with pytest.raises(RenderError, match="pdf"):
        page.save(tmp_path / "page.pdf")
    with pytest.raises(RenderError):
        page.save(tmp_path / "nowhere" / "page.html")


def test_it_shows_itself_in_a_frame():
    page = symopt.explore("x**2")
    html = page._repr_html_()
    assert 'sandbox="allow-scripts allow-downloads"' in html
    assert unescape(re.search(r'srcdoc="(.*?)"', html, re.S)[1]) == page.html


def test_methods_and_their_values():
    own = "x - c*g"
    data = told(explore("x**4", ["gd:lr=1/64", f"{own}:c=0.3", method("adam")]))
    listed = [each["name"] for each in data["methods"]]
    assert [listed[each["method"]] for each in data["shown"]] == ["gd", own, "adam"]
    assert [each["values"][0] for each in data["shown"]] == [0.015625, 0.3, 0.9]
    assert "gd" in listed
    assert "noisy-gd" not in listed
    assert all(p["low"] <= p["value"] <= p["high"] for each in data["methods"] for p in each["parameters"])


def test_methods_of_code_come_where_they_are_named():
    page, without = explore("x**4 - x", ["gd", "l-bfgs"]), explore("x**4 - x")
    assert told(page)["methods"][-1]["name"] == "l-bfgs"
    assert "function lBfgs(" in page.html
    assert "function trustRegion(" not in page.html
    assert "function wolfe(" not in without.html


def test_letters_begin_inside_their_range():
    data = told(explore("a*x**2 + b*x", ranges={"a": (0.1, 2), "b": ("1/4", "pi/4")}))
    assert data["names"] == ["x"]
    assert [(each["value"], each["low"]) for each in data["letters"]] == [(1.0, 0.1), (0.5177, 0.25)]
    known = told(explore(Loss.parse("a*x**2", None, {"a": "1/8"}), ranges={"a": (0.1, 2)}))
    assert known["letters"][0]["value"] == 0.125


@pytest.mark.parametrize(
    ("call", "error", "word"),
    [
        (lambda: explore("x + y + z"), RenderError, "one or two variables"),
        (lambda: explore("erf(x)"), RenderError, "erf"),
        (lambda: explore("x**2", surface=True), RenderError, "two variables"),
        (lambda: explore("x**2*cos(x)", ["sgd:batch=2"]), MethodError, "one term"),
        (lambda: explore("x**2", ["gd"] * 4), MethodError, "at most 3"),
        (lambda: explore("x**2 + x", ["gauss-newton"]), MethodError, "sums of squares"),
        (lambda: explore("log(x)", start=-1), StartError, "not defined"),
        (lambda: explore("x**2", start=[1, 2]), StartError, "coordinates"),
        (lambda: explore("a*x", ranges={"a": (2, 1)}), StartError, "must lie below"),
        (lambda: explore("x**2 + a - a", ranges={"a": (1, 2)}), StartError, "does not depend"),
        (lambda: explore("x**2 + y**2", ["x - sign(g)/h"]), MethodError, "eigenvectors"),
    ],
)
def test_refusals(call, error, word):
    with pytest.raises(error, match=word) as caught:
        call()
    assert caught.value.hint

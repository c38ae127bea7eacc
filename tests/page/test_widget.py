"""The page as a widget: its traits in Python, and in a browser a model that follows the page and is followed."""

import base64
import json
import sys

import pytest
import traitlets

from symopt import Loss, RenderError, Stop, descend
from symopt.page import explore
from symopt.page.bundle import read
from tests.kit.browser import Screen, start

COSINE = "x**2/50 - cos(x)"
HOST = """<!doctype html><meta charset=utf-8><body><div id=here></div><script type=module>
const module = await import("data:text/javascript;base64,MODULE");
const values = VALUES;
const listeners = {};
window.saved = 0;
window.model = {
  get: (name) => values[name],
  set(name, value) {
    const same = JSON.stringify(values[name]) === JSON.stringify(value);
    values[name] = value;
    if (!same) (listeners[`change:${name}`] ?? []).forEach((each) => each());
  },
  save_changes: () => (window.saved += 1),
  on: (event, each) => (listeners[event] ??= []).push(each),
  off: (event, each) => (listeners[event] = listeners[event].filter((other) => other !== each)),
};
window.away = module.default.render({ model: window.model, el: document.getElementById("here") });
</script>"""


def test_traits():
    widget = explore(COSINE, ["newton"], 10.87).widget()
    page = explore(COSINE, ["newton"], 10.87)
    assert widget.html == page.widget().html
    assert "postMessage({symopt:" in widget.html
    assert "postMessage" not in page.html
    assert widget._repr_mimebundle_()[0]["text/html"].startswith('<iframe sandbox="allow-scripts allow-downloads"')
    widget.start = [1]
    assert widget.start == [1.0]
    with pytest.raises(traitlets.TraitError):
        widget.start = "here"
    with pytest.raises(traitlets.TraitError):
        widget.steps = "many"


def test_without_anywidget_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "symopt.page.widget", raising=False)
    with pytest.raises(RenderError, match="anywidget") as caught:
        explore(COSINE).widget()
    assert "pip install anywidget" in caught.value.hint


@pytest.mark.flaky(reruns=2)
def test_the_page_and_its_model_follow_each_other(tmp_path):
    page = explore("a*x**2 - cos(x)", ["gd:lr=0.5"], -6, window=[-20, 20], ranges={"a": (0.01, 1)})
    module = base64.b64encode(read("widget.js").encode()).decode()
    values = json.dumps({"html": page.widget().html, "height": 800, "start": [-5.5]}).replace("</", "<\\/")
    (tmp_path / "host.html").write_text(HOST.replace("MODULE", module).replace("VALUES", values), encoding="utf-8")
    driver = start(tmp_path)
    try:
        screen = Screen(driver)
        driver.get(f"file://{tmp_path}/host.html")

        def value(name):
            return screen.js(f"window.model.get('{name}')")

        def verdict(text, spec, x, a):
            return descend(Loss.parse(text, ["x"], {"a": a}), spec, x, Stop(steps=100), [[-20, 20]]).verdict

        screen.wait(lambda: value("verdicts"))
        assert value("start") == [-5.5]  # chosen before the page was shown
        assert value("methods") == ["gd:lr=0.5"]
        assert value("letters") == {"a": 1}
        assert value("verdicts") == [verdict("a*x**2 - cos(x)", "gd:lr=0.5", -5.5, 1)]
        # Python to page
        screen.js("window.model.set('start', [3.5])")
        screen.js("window.model.set('letters', { a: 0.02 })")
        screen.js("window.model.set('methods', ['newton', 'gd:lr=0.25'])")
        wanted = [verdict("a*x**2 - cos(x)", spec, 3.5, 0.02) for spec in ("newton", "gd:lr=0.25")]
        screen.wait(lambda: value("verdicts") == wanted)
        screen.js("window.model.set('typed', 'a*x^4 - x^2')")
        screen.wait(lambda: value("verdicts")[0] == verdict("a*x^4 - x^2", "newton", 3.5, 0.02))
        for bad in ("'typed', 'erf(x)'", "'start', ['x']", "'methods', ['none']", "'letters', { q: 1 }", "'steps', -3"):
            screen.js(f"window.model.set({bad})")
        # page to Python
        driver.switch_to.frame(screen.find("iframe"))
        assert screen.text("#trouble") == ""
        screen.paste("input[type=text][aria-label='start']", "7.25")
        driver.switch_to.default_content()
        screen.wait(lambda: value("start") == [7.25])
        assert value("typed") == "a*x^4 - x^2"
        screen.js("window.away()")
    finally:
        driver.quit()

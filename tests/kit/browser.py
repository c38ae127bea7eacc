"""Chromium without a window, for the pages; skipped with a message where there is none, but never in CI."""

import json
import os
import shutil
import tempfile
import time
from importlib.util import find_spec

import pytest

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --force-device-scale-factor=1 --lang=en-US"
).split()
NUMBERS = """(() => {
  const plot = document.querySelector("svg.plot");
  const [edge, ink] = [plot.getBoundingClientRect(), (t) => {
    const { left, right } = t.getBoundingClientRect();
    const [size, base] = [parseFloat(getComputedStyle(t).fontSize), edge.top + t.y.baseVal[0].value];
    return { left, right, top: base - 0.75 * size, bottom: base + 0.2 * size };
  }];
  const boxes = [...plot.querySelectorAll("text")]
    .filter((t) => t.textContent && t.checkVisibility({ visibilityProperty: true }))
    .map((t) => [t.textContent, ink(t)]);
  const outside = (a) => a.left < edge.left - 1 || a.right > edge.right + 1 || a.bottom > edge.bottom + 1;
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.flatMap(([text, a], i) => [
    ...(outside(a) ? [`${text} is cut`] : []),
    ...boxes.slice(i + 1).filter(([, b]) => over(a, b)).map(([other]) => `${text} over ${other}`),
  ]);
})()"""
"""Numbers of the picture that are cut, or lie on one another."""


def found():
    """(Chromium, its driver), or None where one of them, or selenium, is missing."""
    names = ("chromium", "chromium-browser", "google-chrome")
    binary = next((path for name in names if (path := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    return (binary, driver) if binary and driver and find_spec("selenium") else None


def start(folder):
    """A browser whose downloads go into a folder."""
    if not (here := found()):
        message = "needs selenium, chromium and chromedriver: apt-get install chromium chromium-driver"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI {message}")
        pytest.skip(message)
    from selenium import webdriver

    binary, driver = here
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tempfile.mkdtemp(dir=folder)}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(folder)})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))


class Screen:
    """One page in the browser, with the few things that tests do to it."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, path, address="", width=1240, height=1000, dark=False):
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.get("about:blank")
        self.messages(), self.requests()
        self.driver.get(f"file://{path}{address}")
        self.settle()
        return self

    def settle(self):
        """Waits for two repaints."""
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));"
        )

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def text(self, selector):
        return self.find(selector).text

    def click(self, selector):
        self.find(selector).click()
        self.settle()

    def choose(self, selector, name):
        """Takes an entry of a list by its name; typed letters would count as two words on a slow machine."""
        from selenium.webdriver.support.select import Select

        Select(self.find(selector)).select_by_visible_text(name)
        self.settle()

    def type(self, selector, text):
        field = self.find(selector)
        field.send_keys("\ue009a")  # control-a
        field.send_keys(text or "\ue017")
        self.settle()

    def paste(self, selector, text):
        """Puts the whole text into a field at once."""
        self.js("arguments[0].value = arguments[1]", self.find(selector), text)
        self.js("arguments[0].dispatchEvent(new Event('input'))", self.find(selector))
        self.settle()

    def js(self, script, *arguments):
        return self.driver.execute_script(f"return {script}", *arguments)

    def command(self):
        return self.js("document.querySelector('code').textContent")

    def row(self, k=None):
        """The numbers of the step shown, or of step k if it is in sight, to the last digit."""
        which = "[aria-current]" if k is None else f'[data-k="{k}"]'
        return [float(t) for t in self.js(f"[...document.querySelectorAll('tr{which} td')].map((cell) => cell.title)")]

    def messages(self):
        """What the console was told since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """Addresses asked for since last time, the page itself and what it holds left out."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = message["params"]["request"]["url"]
                if not address.startswith(("data:", "blob:", "about:")):
                    found.append(address)
        return found

    def wait(self, holds, seconds=30.0):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := holds():
                return found
            time.sleep(0.05)
        raise AssertionError("waited in vain")

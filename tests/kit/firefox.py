"""Firefox without a window and without geckodriver: WebDriver BiDi, spoken over the port that Firefox opens itself."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import websocket

PREFERENCES = {
    "app.update.auto": False, "browser.shell.checkDefaultBrowser": False, "dom.w3c_touch_events.enabled": 1,
    "datareporting.policy.dataSubmissionEnabled": False, "intl.accept_languages": "en-US",
    "network.captive-portal-service.enabled": False, "toolkit.telemetry.enabled": False,
}  # fmt: skip


def found() -> str | None:
    """Its path, or None."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """One page, with what selenium's drivers call so; in the dark or in the light from the beginning."""

    def __init__(self, folder: Path, dark: bool = False) -> None:
        profile = Path(tempfile.mkdtemp(dir=folder))
        wanted = {**PREFERENCES, "layout.css.prefers-color-scheme.content-override": 0 if dark else 1}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wanted.items())
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        binary = found()
        assert binary, "needs Firefox: apt-get install firefox-esr"
        log = profile / "log"  # a file, since a pipe that nobody empties stops Firefox
        with log.open("w") as told:
            self.process = subprocess.Popen(
                [binary, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(profile)],
                stdout=subprocess.DEVNULL, stderr=told,
            )  # fmt: skip
        for _ in range(600):
            if address := re.search(r"ws://\S+(?=\n)", log.read_text(encoding="utf-8", errors="replace")):
                break
            time.sleep(0.1)
        assert address, "Firefox opened no port"
        self.socket = websocket.create_connection(f"{address[0]}/session", timeout=120, suppress_origin=True)
        self.count = itertools.count(1)
        self.said: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])
        self.page = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **parameters: Any) -> Any:
        """What Firefox answers; what the page tells its console meanwhile is kept."""
        number = next(self.count)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (told := json.loads(self.socket.recv())).get("id") != number:
            if told.get("method") == "log.entryAdded" and told["params"]["level"] in ("warn", "error"):
                self.said.append(told["params"]["text"])
        if told["type"] == "error":
            raise RuntimeError(f"{method}: {told['message']}")
        return told["result"]

    def sized(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self.ask("browsingContext.setViewport", context=self.page, viewport=size, devicePixelRatio=1)

    def get(self, address: str) -> None:
        """Goes there, and asks until the page stands: Firefox's own word of it is lost now and then."""
        self.ask("browsingContext.navigate", context=self.page, url=address, wait="none")
        for _ in range(600):
            with suppress(RuntimeError):  # between two pages there is none to ask
                here, state = self.execute_script("return [location.href, document.readyState]")
                if state == "complete" and here.partition("#")[0] == address.partition("#")[0]:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{address} does not open")

    def _called(self, body: str, arguments: tuple[Any, ...]) -> Any:
        told = self.ask(
            "script.callFunction", functionDeclaration=body, awaitPromise=True, target={"context": self.page},
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
        )  # fmt: skip
        if told["type"] == "exception":
            raise RuntimeError(told["exceptionDetails"]["text"])
        return json.loads(told["result"].get("value", "null"))

    def execute_script(self, script: str, *arguments: Any) -> Any:
        return self._called(
            f"(text) => JSON.stringify((function () {{ {script}\n }}).apply(null, JSON.parse(text)))", arguments
        )

    def execute_async_script(self, script: str, *arguments: Any) -> Any:
        return self._called(
            "(text) => new Promise((done) => (function () { "
            f"{script}\n }}).apply(null, [...JSON.parse(text), (value) => done(JSON.stringify(value))]))",
            arguments,
        )

    def perform(self, *sources: dict[str, Any]) -> None:
        """Keys, pointers and wheels, as WebDriver writes actions."""
        self.ask("input.performActions", context=self.page, actions=sources)

    def messages(self) -> list[str]:
        """What the console was told since it was last asked."""
        self.execute_script("")
        told, self.said = self.said, []
        return told

    def picture(self, path: Path) -> None:
        from base64 import b64decode

        path.write_bytes(b64decode(self.ask("browsingContext.captureScreenshot", context=self.page)["data"]))

    def quit(self) -> None:
        try:
            self.ask("browser.close")
            self.process.wait(20)
        finally:
            self.process.kill()
            self.socket.close()

"""A server as the README starts it, and pages of a real browser that watch themselves."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = (
    os.environ.get("DLVIZ_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
expect.set_options(timeout=20_000)  # two cores, shared with a server that trains
# A deep link makes Streamlit look for its own server below the page's path first.
PROBES = ("_stcore/health", "_stcore/host-config")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path).replace(os.sep, "/"):
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """A running dlviz."""

    process: subprocess.Popen[str]
    url: str

    def stop(self) -> float:
        """SIGTERM; the seconds until it has ended."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return time.monotonic() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def start_server(app: str = "app.py", **environment: str) -> Server:
    """``streamlit run`` on a free port; returns when it answers."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", app),
            *("--server.headless", "true", "--server.port", str(port)),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server(process, f"http://localhost:{port}")
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2):
                return server
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    server.stop()
    assert process.stdout is not None
    raise RuntimeError(f"The server did not start:\n{process.stdout.read()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        sentence = "Browser tests need Chromium: on Debian or Ubuntu, `apt-get install chromium`."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def new_server() -> Iterator[Callable[..., Server]]:
    """Start servers with an environment of their own; all are stopped at the end."""
    started: list[Server] = []

    def start(**environment: str) -> Server:
        started.append(start_server(**environment))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def server(new_server: Callable[..., Server]) -> Server:
    """The server that most tests share."""
    return new_server()


class Watch:
    """What a page must not do: console errors, requests to other hosts, uncaught exceptions."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.host = urlparse(url).netloc
        self.complaints: list[str] = []
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))

    def _request(self, request: Any) -> None:
        target = urlparse(request.url)
        if target.scheme in ("http", "https", "ws", "wss") and target.netloc != self.host:
            self.complaints.append(f"request to another host: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and not response.url.endswith(PROBES):
            self.complaints.append(f"{response.status} {response.url}")

    def _console(self, message: Any) -> None:
        probe = "status of 404" in message.text and message.location.get("url", "").endswith(PROBES)
        if message.type == "error" and not probe:
            self.complaints.append(f"console: {message.text}")


@pytest.fixture
def new_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """A page of a new visitor: ``new_page(width=390, height=844, dark=True, url=…)``."""
    contexts: list[tuple[BrowserContext, Watch]] = []

    def make(*, width: int = 1280, height: int = 720, dark: bool = False, url: str = "") -> Page:
        base = url or server.url
        context = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        context.set_default_timeout(30_000)
        contexts.append((context, Watch(context, base)))
        return context.new_page()

    yield make
    complaints = [text for _, watch in contexts for text in watch.complaints]
    for context, _ in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page at 1280×720, light."""
    return new_page()

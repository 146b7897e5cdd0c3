"""Live training with a connected page against the same loop bare.

    .venv/bin/python -m tests.benchmarks.live_training [rounds]

Each round runs, in this order: the bare loop (``dlviz.core.training.Run`` in a fresh process), the
same run in the server with a WebSocket client on the live channel, and the same run with Chromium
on the page, on the same cores. Printed are medians over the rounds and ratios to the bare loop, the
frames that arrived, and how long Stop took.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.browser.conftest import CHROMIUM, FLAGS, Server, start_server
from tests.browser.driver import visit

BARE = """
import os, time
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
import torch
torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
from dlviz.core.specs import RunSpec, TrainSpec
from dlviz.core.training import Run, Step
from dlviz.io.datasets import load_data
data = load_data("mnist")
seen, began = 0, None
for event in Run(RunSpec(train=TrainSpec(epochs=4)), data):
    began = began or time.monotonic()
    if isinstance(event, Step):
        seen += event.count
print(seen / (time.monotonic() - began))
"""
DONE = ("done", "stopped", "failed")


def bare() -> float:
    """Images per second of the loop alone."""
    ran = subprocess.run([sys.executable, "-c", BARE], check=True, capture_output=True, text=True)
    return float(ran.stdout)


@contextmanager
def browsing(server: Server) -> Iterator[Page]:
    """A page of a new visitor."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_context(base_url=server.url).new_page()
        yield page
        chromium.close()


def frames_of(address: str, jar: str, origin: str) -> tuple[float, float]:
    """Listen until the run ends: (images per second of training, frames per second)."""
    with connect(address, origin=Origin(origin), additional_headers={"Cookie": jar}) as socket:
        count, first, frame = 0, None, {"state": "", "step": 0}
        while frame["state"] not in DONE:
            frame = json.loads(socket.recv(timeout=60))
            count += frame["state"] == "running"
            first = first or (time.monotonic() if frame["state"] == "running" else None)
        seconds = time.monotonic() - (first or time.monotonic())
        images = 8000 * frame["epochs"]
        return images / frame["elapsed"], count / seconds


def with_socket(server: Server) -> tuple[float, float]:
    """The run with a WebSocket client only: the browser starts it and closes its page."""
    with browsing(server) as page:
        addresses: list[str] = []
        page.on("websocket", lambda socket: addresses.append(socket.url))
        visit(page, "/training")
        page.get_by_role("button", name="Start").click()
        page.locator('.live[data-state="running"]').wait_for()
        jar = "; ".join(f"{item['name']}={item['value']}" for item in page.context.cookies())
        page.goto("about:blank")
        live = next(url for url in addresses if "/dlviz/live" in url)
        return frames_of(live, jar, server.url)


def with_chromium(server: Server) -> tuple[float, float, float, float]:
    """(images/s, frames/s shown, animation frames/s, seconds until Stop took effect)."""
    with browsing(server) as page:
        visit(page, "/training")
        page.evaluate(
            "() => { window.ticks = 0; const tick = () => { window.ticks += 1; "
            "requestAnimationFrame(tick); }; tick(); }"
        )
        page.get_by_role("button", name="Start").click()
        live = page.locator(".live")
        page.locator('.live[data-state="running"]').wait_for()
        before = int(live.get_attribute("data-frames") or 0), page.evaluate("window.ticks")
        began = time.monotonic()
        page.wait_for_timeout(2500)
        seconds = time.monotonic() - began
        shown = (int(live.get_attribute("data-frames") or 0) - before[0]) / seconds
        animated = (page.evaluate("window.ticks") - before[1]) / seconds
        page.locator('.live[data-state="done"]').wait_for(timeout=120_000)
        speed = 8000 * 4 / float(live.get_attribute("data-elapsed") or "nan")
        page.get_by_role("button", name="Start").click()
        page.locator('.live[data-state="running"]').wait_for()
        began = time.monotonic()
        page.get_by_role("button", name="Stop").click()
        page.locator('.live[data-state="stopped"]').wait_for()
        return speed, shown, animated, time.monotonic() - began


def main() -> None:
    """Rounds of bare, socket, Chromium; medians and ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    server = start_server()
    results: dict[str, list[tuple[float, ...]]] = {"bare": [], "socket": [], "chromium": []}
    try:
        for number in range(rounds):
            results["bare"].append((bare(),))
            results["socket"].append(with_socket(server))
            results["chromium"].append(with_chromium(server))
            print(f"round {number + 1}:", {key: values[-1] for key, values in results.items()})
    finally:
        server.stop()
    alone = statistics.median(value[0] for value in results["bare"])
    print(f"{'':28}{'images/s':>10}{'ratio':>8}{'frames/s':>10}")
    for key, title in (
        ("bare", "bare loop"),
        ("socket", "with a WebSocket client"),
        ("chromium", "with Chromium on the page"),
    ):
        speed = statistics.median(value[0] for value in results[key])
        frames = [value[1] for value in results[key] if len(value) > 1]
        shown = f"{statistics.median(frames):10.1f}" if frames else ""
        print(f"{title:28}{speed:10.0f}{speed / alone:8.2f}{shown}")
    pages = results["chromium"]
    print(f"animation frames/s: {statistics.median(value[2] for value in pages):.1f}")
    print(f"seconds from the click on Stop: {statistics.median(value[3] for value in pages):.2f}")


if __name__ == "__main__":
    main()

"""A network on points that learns before one's eyes: what is drawn, and what it costs the training.

    .venv/bin/python -m tests.benchmarks.points_live [rounds]

The network, points and updates of ``points_training``, as fast as it goes: 2-8-8-1, 350 points to
train on, batches of 10. Each round trains twice in turn bare and in the server with Chromium on
/points, on the same cores. Printed are medians of epochs per second and their ratio, how many
different networks a second were drawn, and animation frames a second. It fails where the picture's
canvas was not the same node throughout, or the run ended before it was measured.
"""

from __future__ import annotations

import re
import statistics
import sys

from playwright.sync_api import Page, expect

from dlviz.ui.points_address import address_of
from tests.benchmarks.live_training import browsing
from tests.benchmarks.points_training import SPEC, ours
from tests.browser.conftest import Server, start_server
from tests.browser.driver import visit

BATCH, BARE_EPOCHS = 10, 120
SECONDS = 3.0
STEPS = 35  # of an epoch
SETTINGS = {**address_of(SPEC), "batch": str(BATCH), "epochs": "5000", "pace": "0"}
PATH = "/points?" + "&".join(f"{key}={value}" for key, value in SETTINGS.items())

# Counts drawn networks, each once however often it was drawn, and animation frames.
COUNT = """root => {
  const found = { began: performance.now(), step: Number(root.dataset.step), drawn: 0, ticks: 0 };
  let last = root.dataset.shown;
  new MutationObserver(() => {
    found.drawn += root.dataset.shown !== last;
    last = root.dataset.shown;
  }).observe(root, { attributes: true, attributeFilter: ["data-shown"] });
  const tick = () => { found.ticks += 1; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  root.counted = found;
}"""
COUNTED = """root => {
  const { began, step, drawn, ticks } = root.counted;
  const seconds = (performance.now() - began) / 1000;
  return [(Number(root.dataset.step) - step) / seconds, drawn / seconds, ticks / seconds];
}"""


def watched(page: Page) -> tuple[float, float, float]:
    """(epochs, networks drawn, animation frames) a second while it trains."""
    visit(page, PATH)
    page.get_by_role("button", name=re.compile("^Start")).click()
    view, canvas = page.locator("div.points"), page.locator('div.points [data-part="picture"]')
    expect(view).to_have_attribute("data-state", "running")
    canvas.evaluate("node => { node.kept = true; }")
    page.wait_for_timeout(1000)  # the answer to the click is drawn by then
    view.evaluate(COUNT)
    page.wait_for_timeout(1000 * SECONDS)
    steps, drawn, animated = view.evaluate(COUNTED)
    assert view.get_attribute("data-state") == "running", "it ended before it was measured"
    assert canvas.evaluate("node => node.kept"), "the canvas was replaced"
    page.get_by_role("button", name=re.compile("^Stop")).click()
    expect(view).to_have_attribute("data-state", "stopped")
    return steps / STEPS, drawn, animated


def with_chromium(server: Server) -> tuple[float, float, float]:
    """The same for a new visitor."""
    with browsing(server) as page:
        return watched(page)


def main() -> None:
    """Rounds of bare, Chromium, bare, Chromium; medians and the ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    alone: list[float] = []
    seen: list[tuple[float, float, float]] = []
    server = start_server()
    try:
        for _ in range(2 * rounds):
            alone.append(ours(BATCH, BARE_EPOCHS)[0])
            seen.append(with_chromium(server))
    finally:
        server.stop()
    bare = statistics.median(alone)
    epochs, drawn, animated = (statistics.median(column) for column in zip(*seen, strict=True))
    print(f"{'2-8-8-1, 350 points, batches of 10':40}{'a second':>10}{'wanted':>8}{'ratio':>8}")
    print(f"{'epochs, the bare engine':40}{bare:10.0f}")
    print(f"{'epochs, with Chromium on the page':40}{epochs:10.0f}{60:7}+{epochs / bare:8.2f}")
    print(f"{'networks drawn':40}{drawn:10.1f}{20:7}+")
    print(f"{'animation frames':40}{animated:10.1f}{45:7}+")
    print("the canvas's node was kept")


if __name__ == "__main__":
    main()

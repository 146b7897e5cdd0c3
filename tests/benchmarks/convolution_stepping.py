"""One step of a convolution in the browser against the same step by Streamlit and Plotly.

    .venv/bin/python -m tests.benchmarks.convolution_stepping [rounds]

Each round steps through the lecture's 25 places by key: on dlviz's page, in ``plotly_stepper`` as
a rerun of the whole script, and in the same as an ``st.fragment``; one after the other, round after
round, both servers with the same settings. A step lasts from the key's own time stamp to the second
animation frame after the page has changed, so the first has drawn it. dlviz is asked for reduced
motion: the whole step is then drawn at once, as Plotly draws it. Printed are medians over all steps
and ratios to dlviz.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, Server, free_port, start_server
from tests.browser.driver import visit

STEPS = 24  # from the first place to the last
WARM = 4  # the first steps of a page are not counted
REST = 0.35  # seconds between keys: what a step sets off must not slow down the next
RIVAL = "tests/benchmarks/plotly_stepper.py"

# ``shown`` tells the page's present state; ``event`` starts the clock. ``window.measured`` becomes
# the milliseconds from that event to the second animation frame after the state has changed.
CLOCK = """
(root, [shown, event]) => {
  const state = new Function("root", `return ${shown}`);
  const watch = (began) => new Promise((resolve, reject) => {
    const before = state(root);
    const look = () => {
      const changed = state(root) !== before;
      if (changed) requestAnimationFrame(() => resolve(performance.now() - began));
      else if (performance.now() - began > 15000) reject(new Error("Nothing changed."));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  window.addEventListener(event, ({ timeStamp }) => { window.measured = watch(timeStamp); }, true);
}
"""
TITLE = "document.querySelector('.js-plotly-plot .gtitle')?.textContent ?? ''"


def start_rival() -> Server:
    """The Plotly app on a free port, with the project's own Streamlit settings."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", RIVAL),
            *("--server.headless", "true", "--server.port", str(port)),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server(process, f"http://localhost:{port}")
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2):
                return server
        except OSError:
            time.sleep(0.1)
    server.stop()
    raise RuntimeError("The Plotly app did not start.")


@contextmanager
def browsing(browser: Browser, server: Server) -> Iterator[Page]:
    """A page of a new visitor who wants no motion."""
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1280, "height": 720}, reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def timed(page: Page, act: Callable[[], None]) -> float:
    """Milliseconds of what the clock measures while ``act`` happens."""
    page.evaluate("window.measured = undefined")
    act()
    milliseconds = page.evaluate("window.measured")
    assert milliseconds is not None, "the event did not reach the page"
    time.sleep(REST)
    return float(milliseconds)


def stepped(page: Page) -> list[float]:
    """Every step forward by key, without the first few."""
    taken = [timed(page, lambda: page.keyboard.press("ArrowRight")) for _ in range(STEPS)]
    return taken[WARM:]


def dlviz_steps(browser: Browser, server: Server) -> list[float]:
    with browsing(browser, server) as page:
        visit(page, "/convolution?step=1")
        stepper = page.locator('.stepper[data-step="0"]')
        stepper.evaluate(CLOCK, ["root.dataset.step", "keydown"])
        stepper.get_by_role("application").focus()
        taken = stepped(page)
        page.locator(f'.stepper[data-step="{STEPS}"]').wait_for()
        return taken


def plotly_steps(browser: Browser, server: Server, path: str) -> list[float]:
    with browsing(browser, server) as page:
        page.goto(path)
        page.get_by_text("step 1 of 25").wait_for()
        page.locator("body").evaluate(CLOCK, [TITLE, "keydown"])
        taken = stepped(page)
        page.get_by_text("step 25 of 25").wait_for()
        return taken


def table(results: dict[str, list[float]]) -> None:
    """Medians, the slowest tenth and the ratio to the first row."""
    alone = statistics.median(next(iter(results.values())))
    print(f"{'':44}{'median ms':>10}{'90 % ms':>9}{'ratio':>7}")
    for title, taken in results.items():
        median, tenth = statistics.median(taken), statistics.quantiles(taken, n=10)[-1]
        print(f"{title:44}{median:10.1f}{tenth:9.1f}{median / alone:7.1f}")


def main() -> None:
    """Rounds of dlviz, Plotly with reruns, Plotly in a fragment."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    steps: dict[str, list[float]] = {}
    server, rival = start_server(), start_rival()
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for number in range(rounds):
                for title, taken in (
                    ("dlviz", dlviz_steps(chromium, server)),
                    ("Plotly, rerun", plotly_steps(chromium, rival, "/")),
                    ("Plotly, st.fragment", plotly_steps(chromium, rival, "/?fragment=1")),
                ):
                    steps.setdefault(title, []).extend(taken)
                    print(f"round {number + 1}, {title}: {statistics.median(taken):.1f} ms")
            chromium.close()
    finally:
        server.stop()
        rival.stop()
    print(f"\nFrom key to drawn step; {rounds} × {STEPS - WARM} steps, {os.cpu_count()} cores")
    table(steps)


if __name__ == "__main__":
    main()

"""One step of a convolution in the browser against the same step by Streamlit and Plotly.

    .venv/bin/python -m tests.benchmarks.convolution_stepping [rounds]

Each round steps through the lecture's 25 places by key: on dlviz's page, in ``plotly_stepper`` as
a rerun of the whole script, and in the same as an ``st.fragment``; one after the other, round after
round, both servers with the same settings. A step lasts from the key's own time stamp to the second
animation frame after the page has changed, so the first has drawn it. dlviz is asked for reduced
motion: the whole step is then drawn at once, as Plotly draws it. Then numbers are typed into a cell
of dlviz: from Enter to the new output, and until the server's rerun has ended, its comparison with
torch included. Printed are medians, and ratios to dlviz's steps.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, Server, free_port, start_server
from tests.browser.driver import visit

STEPS = 24  # from the first place to the last
EDITS = 10
WARM = 4  # the first steps and edits of a page are not counted
REST = 0.35  # seconds between keys: what a step sets off must not slow down the next
RIVAL = "tests/benchmarks/plotly_stepper.py"

# Each of ``states`` is an expression of something on the page. ``window.measured`` becomes the
# milliseconds from the awaited key to the second animation frame after each of them has changed.
CLOCK = """
(root, states) => {
  const watch = (state, began) => new Promise((resolve, reject) => {
    const before = state(root);
    const look = () => {
      const changed = state(root) !== before;
      if (changed) requestAnimationFrame(() => resolve(performance.now() - began));
      else if (performance.now() - began > 15000) reject(new Error("Nothing changed."));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const functions = states.map((text) => new Function("root", `return ${text}`));
  window.addEventListener("keydown", ({ key, timeStamp }) => {
    if (key !== window.awaited) return;
    window.awaited = null;
    window.measured = Promise.all(functions.map((state) => watch(state, timeStamp)));
  }, true);
  const run = document.querySelector("[data-test-script-state]");
  window.runs = 0; // how often a script has ended
  new MutationObserver(() => { window.runs += run.dataset.testScriptState === "notRunning"; })
    .observe(run, { attributeFilter: ["data-test-script-state"] });
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


def timed(page: Page, key: str) -> list[float]:
    """Press a key; the milliseconds until each of the watched states has changed."""
    page.evaluate("(key) => { window.awaited = key; window.measured = null; }", key)
    page.keyboard.press(key)
    milliseconds = page.evaluate("window.measured")
    assert milliseconds is not None, "the key did not reach the page"
    time.sleep(REST)
    return [float(value) for value in milliseconds]


def stepped(page: Page) -> list[float]:
    """Every step forward by key, without the first few."""
    return [timed(page, "ArrowRight")[0] for _ in range(STEPS)][WARM:]


def dlviz_steps(browser: Browser, server: Server) -> list[float]:
    with browsing(browser, server) as page:
        visit(page, "/convolution?step=1")
        stepper = page.locator('.stepper[data-step="0"]')
        stepper.evaluate(CLOCK, ["root.dataset.step"])
        stepper.get_by_role("application").focus()
        taken = stepped(page)
        page.locator(f'.stepper[data-step="{STEPS}"]').wait_for()
        return taken


def plotly_steps(browser: Browser, server: Server, path: str) -> list[float]:
    with browsing(browser, server) as page:
        page.goto(path)
        page.get_by_text("step 1 of 25").wait_for()
        page.locator("body").evaluate(CLOCK, [TITLE])
        taken = stepped(page)
        page.get_by_text("step 25 of 25").wait_for()
        return taken


def dlviz_edits(browser: Browser, server: Server) -> tuple[list[float], list[float]]:
    """Type numbers into the corner; until the output has followed, and until the page has."""
    with browsing(browser, server) as page:
        visit(page, "/convolution?step=1")
        stepper = page.locator(".stepper[data-output]")
        stepper.evaluate(CLOCK, ["root.dataset.output", "window.runs"])
        taken = []
        for number in range(2, 2 + WARM + EDITS):
            stepper.get_by_role("application").focus()
            page.keyboard.press("Enter")
            stepper.locator('[data-part="editor"]').fill(str(number))
            taken.append(timed(page, "Enter"))
            page.keyboard.press("Escape")
        first = (stepper.get_attribute("data-output") or "").split()[0]
        assert first == str(1 + number), "the corner's 0 became the number; the sum was 1"
        page.get_by_text("Equal to torch.nn.functional.conv2d").wait_for()
        output, settled = zip(*taken[WARM:], strict=True)
        return list(output), list(settled)


def table(results: dict[str, list[float]], *, ratios: bool) -> None:
    """Medians, the slowest tenth, and how many times the first line's median."""
    alone = statistics.median(next(iter(results.values())))
    print(f"{'':32}{'median ms':>10}{'90 % ms':>9}{'ratio' if ratios else '':>7}")
    for title, taken in results.items():
        median, tenth = statistics.median(taken), statistics.quantiles(taken, n=10)[-1]
        ratio = f"{median / alone:7.1f}" if ratios else ""
        print(f"{title:32}{median:10.1f}{tenth:9.1f}{ratio}")


def main() -> None:
    """Rounds of dlviz, Plotly with reruns, Plotly in a fragment, and dlviz's edits."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    steps: dict[str, list[float]] = {}
    edits: dict[str, list[float]] = {}
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
                output, settled = dlviz_edits(chromium, server)
                edits.setdefault("the output", []).extend(output)
                edits.setdefault("the page, with torch's verdict", []).extend(settled)
            chromium.close()
    finally:
        server.stop()
        rival.stop()
    print(f"\nFrom key to drawn step; {rounds} × {STEPS - WARM} steps, {os.cpu_count()} cores")
    table(steps, ratios=True)
    print(f"\nFrom Enter in a cell of dlviz to what follows it; {rounds} × {EDITS} edits")
    table(edits, ratios=False)


if __name__ == "__main__":
    main()

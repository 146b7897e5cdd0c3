"""The points page in a real browser: a network learns under the hand, live, and is found again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import visit
from tests.browser.points.conftest import part

LONG = "/points?epochs=5000"
RUNS = """() => {
  const node = document.querySelector("[data-test-script-state]");
  window.runs = 0;
  new MutationObserver(() => { window.runs += node.dataset.testScriptState === "running"; })
    .observe(node, { attributes: true, attributeFilter: ["data-test-script-state"] });
}"""


def view(page: Page) -> Locator:
    return page.locator("div.points")


def number(page: Page, name: str) -> int:
    return int(view(page).get_attribute(f"data-{name}") or -1)


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=re.compile(f"^{name}"))
    expect(button).to_be_enabled()
    button.click()


def await_state(page: Page, state: str) -> None:
    expect(view(page)).to_have_attribute("data-state", state)


def await_step(page: Page, step: int) -> None:
    """Until the run has come further than this."""
    page.wait_for_function(
        """(step) => {
          const roots = [document];
          for (const root of roots) for (const node of root.querySelectorAll("*")) {
            if (node.shadowRoot) roots.push(node.shadowRoot);
            if (node.matches("div.points") && Number(node.dataset.step) > step) return true;
          }
          return false;
        }""",
        arg=step,
    )


def seen(page: Page, name: str = "picture") -> str:
    """A canvas, byte for byte."""
    return str(part(page, name).evaluate("node => node.toDataURL()"))


@pytest.fixture
def lab(new_page: Callable[..., Page]) -> Iterator[Callable[..., Page]]:
    """The page of a new visitor; runs that still go are ended, for others wait for their slots."""
    opened: list[Page] = []

    def open_page(path: str, **how: Any) -> Page:
        opened.append(visit(new_page(**how), path))
        return opened[-1]

    yield open_page
    for page in opened:
        stop = page.get_by_role("button", name=re.compile("^Stop"))
        if stop.is_enabled():
            stop.click()
            expect(stop).to_be_disabled()


def rested(page: Page, state: str) -> None:
    """The state, and the newest network drawn."""
    await_state(page, state)
    expect(view(page)).to_have_attribute("data-shown", str(number(page, "step")))
    page.wait_for_timeout(150)


def read_first_unit(page: Page) -> None:
    """By keys: the first unit of the first hidden layer, with its bias."""
    part(page, "network").focus()
    for _ in range(3):
        page.wait_for_timeout(100)
        if "unit 1 of layer 1:" in part(page, "message").inner_text():
            break
        page.keyboard.press("ArrowRight")
    expect(part(page, "message")).to_contain_text("unit 1 of layer 1:")


def edit(page: Page, value: str) -> None:
    """Set the bias of that unit."""
    read_first_unit(page)
    page.keyboard.press("Enter")
    expect(part(page, "number")).to_be_focused()
    page.keyboard.type(value)
    page.keyboard.press("Enter")


def test_it_opens_on_a_run_and_trains_live_without_a_rerun(lab: Callable[..., Page]) -> None:
    page = lab("/points")
    await_state(page, "recorded")
    part(page, "picture").evaluate("node => { node.kept = true; }")
    press(page, "Start")
    await_state(page, "running")
    expect(page.get_by_role("button", name=re.compile("^Pause"))).to_be_enabled()
    page.evaluate(RUNS)
    before = number(page, "frames")
    page.wait_for_timeout(1200)
    assert number(page, "frames") - before > 10
    assert page.evaluate("() => window.runs") <= 1  # that of a run that ended meanwhile
    expect(view(page)).to_have_attribute("data-state", "done", timeout=60_000)
    assert part(page, "picture").evaluate("node => node.kept")
    expect(part(page, "accuracy")).to_have_text(re.compile(r"accuracy (9\d|100)\.\d %"))
    expect(page.get_by_text("1: Circle – 4 tanh, seed 0").first).to_be_visible()


@pytest.mark.acceptance
def test_pause_step_and_rewind_come_to_the_same_network_again(lab: Callable[..., Page]) -> None:
    page = lab(LONG)
    press(page, "Start")
    await_step(page, 20)
    press(page, "Pause")
    rested(page, "paused")
    step = number(page, "step")
    press(page, "One step")
    expect(view(page)).to_have_attribute("data-step", str(step + 1))
    press(page, "Rewind")
    expect(view(page)).to_have_attribute("data-step", "0")
    start, pictures = seen(page, "network"), []
    for _ in range(2):
        for taken in (1, 2):
            press(page, "One step")
            expect(view(page)).to_have_attribute("data-step", str(taken))
        rested(page, "paused")
        pictures.append((seen(page), part(page, "loss").inner_text()))
        press(page, "Rewind")
        expect(view(page)).to_have_attribute("data-step", "0")
        rested(page, "paused")
    assert pictures[0] == pictures[1]
    assert seen(page, "network") == start


@pytest.mark.acceptance
def test_an_edited_weight_changes_the_surface_and_the_run(lab: Callable[..., Page]) -> None:
    page = lab("/points?seed=3")  # not trained yet
    expect(view(page)).to_have_attribute("data-shown", "0")
    page.wait_for_timeout(300)
    before = seen(page)
    edit(page, "2.5")
    await_state(page, "paused")
    expect(part(page, "badge")).to_have_text("paused")
    part(page, "network").blur()
    page.mouse.move(1, 1)
    rested(page, "paused")
    assert seen(page) != before
    expect(page.get_by_role("button", name=re.compile("^Resume"))).to_be_enabled()
    page.reload()
    await_state(page, "paused")
    read_first_unit(page)
    expect(part(page, "message")).to_contain_text("bias 2.5")
    page.keyboard.press("Escape")
    press(page, "Resume")
    await_step(page, 20)


@pytest.mark.acceptance
def test_an_edit_of_what_is_shown_first_goes_on_from_there(
    lab: Callable[..., Page],
) -> None:
    page = lab("/points")
    await_state(page, "recorded")
    edit(page, "0.5")
    await_state(page, "paused")
    expect(view(page)).to_have_attribute("data-step", "2100")
    press(page, "Resume")
    await_step(page, 2150)


@pytest.mark.acceptance
def test_a_layer_that_is_added_while_it_runs_is_there_at_once(lab: Callable[..., Page]) -> None:
    page = lab(LONG)
    press(page, "Start")
    await_step(page, 20)
    part(page, "more").click()
    expect(part(page, "layersText")).to_have_text("2 hidden layers")
    page.wait_for_url("**hidden=*")
    expect(view(page)).to_have_attribute("data-shown", "0")
    press(page, "Start")
    await_step(page, 20)


@pytest.mark.acceptance
def test_a_reload_finds_the_run_and_another_visitor_does_not(lab: Callable[..., Page]) -> None:
    page = lab(LONG)
    press(page, "Start")
    await_step(page, 100)
    page.reload()
    await_state(page, "running")
    await_step(page, 100)
    other = lab(LONG)
    expect(part(other, "badge")).to_have_text("ready")
    press(other, "Start")
    await_state(other, "running")
    press(other, "Stop")
    await_state(other, "stopped")
    await_state(page, "running")


@pytest.mark.acceptance
def test_the_learning_rate_acts_on_the_run_at_once(lab: Callable[..., Page]) -> None:
    page = lab(LONG)
    press(page, "Start")
    await_step(page, 20)
    slider = page.get_by_role("slider", name="Learning rate")
    for rate in ("0.05", "0.02"):
        slider.press("ArrowLeft")
        page.wait_for_url(f"**rate={rate}*")
    await_state(page, "running")
    step = number(page, "step")
    await_step(page, step + 100)
    expect(view(page)).to_have_attribute("data-state", "running")


@pytest.mark.acceptance
def test_a_phone_shows_it_all_without_scrolling_sideways(lab: Callable[..., Page]) -> None:
    page = lab("/points", width=390, height=844, dark=True)
    await_state(page, "recorded")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = map(Locator.bounding_box, page.locator(".katex-display .base").all())
    assert all(box["x"] + box["width"] <= 374 for box in boxes if box)
    press(page, "Start")
    await_state(page, "running")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("Data", "Network", "Training"):
        page.get_by_role("radio", name=name).click()
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.acceptance
def test_points_of_three_classes_are_painted_and_learnt(lab: Callable[..., Page]) -> None:
    page = lab("/points?data=painted&hidden=6tanh&batch=0&rate=1&epochs=400&pace=0&share=0.3")
    expect(page.get_by_text("Paint some points of two classes")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Start"))).to_be_disabled()
    picture = part(page, "picture")
    for name, x, y in (("A", 0.2, 0.2), ("B", 0.8, 0.25), ("C", 0.5, 0.8)):
        page.get_by_role("radio", name=f"Class {name}").click()
        box = picture.bounding_box()
        assert box is not None
        left, top, side = box["x"] + x * box["width"], box["y"] + y * box["height"], box["width"]
        page.mouse.move(left, top)
        page.mouse.down()
        page.mouse.move(left + side * 0.12, top, steps=8)
        page.mouse.move(left, top + side * 0.12, steps=8)
        page.mouse.up()
    page.wait_for_url("**painted=*")
    press(page, "Start")
    await_state(page, "done")
    expect(part(page, "accuracy")).to_have_text(re.compile(r"accuracy (9\d|100)\.\d %"))
    expect(part(page, "layersText")).to_have_text("1 hidden layer")
    page.reload()
    await_state(page, "done")

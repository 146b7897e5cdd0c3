"""The training page in a real browser: live frames, controls, and whose run it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.browser.conftest import Server
from tests.browser.driver import settle, visit

LONG = "/training?epochs=200"


def start(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Start")).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def await_state(page: Page, state: str, timeout: float = 60_000) -> None:
    expect(page.locator(".live")).to_have_attribute("data-state", state, timeout=timeout)


def step_of(page: Page) -> int:
    return int(page.locator(".live").get_attribute("data-step") or -1)


def batch_loss(page: Page) -> str:
    loss = page.locator('.live [data-part="loss"]')
    expect(loss).to_contain_text("batch")
    return loss.inner_text().split("·")[0]


def await_step(page: Page, least: int) -> None:
    page.wait_for_function(
        "least => [...document.querySelectorAll('*')].some(node => {"
        "  const live = node.shadowRoot?.querySelector('.live');"
        "  return live && live.dataset.state !== 'recorded' && Number(live.dataset.step) >= least;"
        "})",
        arg=least,
    )


@pytest.mark.acceptance
def test_a_recorded_run_is_there_before_any_click(page: Page) -> None:
    visit(page, "/training")
    expect(page.locator('.live [data-part="badge"]')).to_have_text("recorded")
    expect(page.locator('.live [data-part="accuracy"]')).to_contain_text("held-out 9")


@pytest.mark.acceptance
def test_the_picture_is_saved_as_a_png_with_the_curves_in_it(page: Page) -> None:
    visit(page, "/training")
    expect(page.locator('.live [data-part="badge"]')).to_have_text("recorded")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "training-step-500.png"
    with Image.open(download.value.path()) as picture:
        assert picture.format == "PNG"
        assert picture.height > 500
        pixels = np.asarray(picture.convert("RGB"))
    held_out = (pixels == (196, 74, 4)).all(axis=2)
    assert held_out.sum() > 200


def test_it_learns_live_without_a_rerun_and_on_the_same_canvas(page: Page) -> None:
    visit(page, "/training")
    start(page)
    await_state(page, "running")
    expect(page.get_by_role("button", name="Pause")).to_be_enabled()
    settle(page)
    canvas = page.locator('canvas[data-part="lossCanvas"]').element_handle()
    reruns = page.evaluate(
        """() => {
          window.reruns = 0;
          const app = document.querySelector('[data-test-script-state]');
          new MutationObserver(() => { window.reruns += 1; }).observe(app, {attributes: true});
          return window.reruns;
        }"""
    )
    frames = int(page.locator(".live").get_attribute("data-frames") or 0)
    await_step(page, step_of(page) + 100)
    assert int(page.locator(".live").get_attribute("data-frames") or 0) > frames + 5
    assert page.evaluate("() => window.reruns") == reruns
    await_state(page, "done")
    assert canvas is not None
    assert canvas.evaluate("node => node.isConnected")
    expect(page.get_by_text("on your shelf below")).to_be_visible()
    expect(page.get_by_text("of held-out pictures right")).to_be_visible()


def test_pause_one_step_resume_stop_rewind(page: Page) -> None:
    visit(page, LONG)
    start(page)
    await_step(page, 20)
    press(page, "Pause")
    await_state(page, "paused")
    paused_at = step_of(page)
    press(page, "One step")
    expect(page.locator(".live")).to_have_attribute("data-step", str(paused_at + 1))
    press(page, "Resume")
    await_step(page, paused_at + 20)
    press(page, "Stop")
    await_state(page, "stopped", timeout=2000)
    expect(page.get_by_text("Stopped: the model as it is now")).to_be_visible()
    firsts = []
    for _ in range(2):
        press(page, "Rewind")
        await_state(page, "paused")
        expect(page.locator(".live")).to_have_attribute("data-step", "0")
        press(page, "One step")
        expect(page.locator(".live")).to_have_attribute("data-step", "1")
        firsts.append(batch_loss(page))
    assert firsts[0] == firsts[1]
    assert firsts[0].startswith("batch 2.30")  # ln 10: the untrained net knows nothing
    press(page, "Stop")


@pytest.mark.acceptance
def test_keys_pause_and_resume(page: Page) -> None:
    visit(page, LONG)
    expect(page.get_by_role("button", name="Start")).to_be_enabled()
    page.keyboard.press("s")
    await_step(page, 5)
    expect(page.get_by_role("button", name="Pause")).to_be_enabled()
    page.keyboard.press("Space")
    await_state(page, "paused")
    page.keyboard.press("x")
    await_state(page, "stopped")


@pytest.mark.acceptance
def test_a_reload_finds_the_run_a_second_tab_shares_it_another_visitor_does_not(
    new_page: Callable[..., Page],
) -> None:
    page = new_page()
    visit(page, LONG)
    start(page)
    await_step(page, 10)
    page.reload()
    await_state(page, "running")
    assert "epochs=200" in page.url
    assert step_of(page) >= 10
    tab = page.context.new_page()
    visit(tab, "/training")
    await_state(tab, "running")
    other = new_page()
    visit(other, "/training")
    expect(other.locator('.live [data-part="badge"]')).to_have_text("recorded")
    expect(other.get_by_text("Empty. A model lands here")).to_be_visible()
    press(tab, "Stop")
    await_state(page, "stopped")
    expect(page.get_by_text("My digits net 1").first).to_be_visible()
    other.reload()
    expect(other.get_by_text("Empty. A model lands here")).to_be_visible()


def hears(address: str, visitor: Page, origin: str) -> bool:
    """Whether a client with this visitor's cookies gets a frame."""
    jar = "; ".join(f"{item['name']}={item['value']}" for item in visitor.context.cookies())
    try:
        with connect(address, origin=Origin(origin), additional_headers={"Cookie": jar}) as socket:
            return '"steps"' in str(socket.recv(timeout=10))
    except (InvalidStatus, ConnectionClosed):
        return False


@pytest.mark.acceptance
def test_another_visitors_channel_is_refused(server: Server, new_page: Callable[..., Page]) -> None:
    page, other = new_page(), new_page()
    addresses: list[str] = []
    page.on("websocket", lambda socket: addresses.append(socket.url))
    visit(page, LONG)
    start(page)
    await_step(page, 5)
    live = next(url for url in addresses if "/dlviz/live" in url)
    visit(other, "/training")
    assert hears(live, page, server.url)
    assert not hears(live, other, server.url)
    assert not hears(live, page, "http://elsewhere.example")
    assert not hears(live.replace("token=", "token=0"), page, server.url)
    press(page, "Stop")
    await_state(page, "stopped")


@pytest.mark.acceptance
def test_a_full_house_tells_the_place_in_the_queue(
    new_page: Callable[..., Page], new_server: Callable[..., Server]
) -> None:
    small = new_server(DLVIZ_SLOTS="1", DLVIZ_LEASE_SECONDS="1")
    first, second = new_page(url=small.url), new_page(url=small.url)
    visit(first, LONG)
    start(first)
    await_step(first, 5)
    visit(second, LONG)
    start(second)
    expect(second.get_by_text("you are number 1 in the queue")).to_be_visible()
    first.close()  # the last tab: after the lease its run is freed and the next one goes on
    await_step(second, 5)
    assert small.stop() < 3.0  # SIGTERM with a viewer open


@pytest.mark.acceptance
def test_where_the_channel_is_blocked_reruns_bring_the_picture(
    new_page: Callable[..., Page],
) -> None:
    page = new_page()
    page.route_web_socket(re.compile("/dlviz/live"), lambda socket: socket.close())
    visit(page, LONG)
    start(page)
    expect(page.get_by_text("The live channel is blocked")).to_be_visible()
    await_state(page, "running")
    await_step(page, step_of(page) + 20)
    press(page, "Stop")
    await_state(page, "stopped")


@pytest.mark.acceptance
def test_a_run_started_in_another_tab_replaces_the_one_shown(new_page: Callable[..., Page]) -> None:
    page = new_page()
    visit(page, LONG)
    start(page)
    await_step(page, 5)
    press(page, "Stop")
    await_state(page, "stopped")
    tab = page.context.new_page()
    visit(tab, LONG)
    await_state(tab, "stopped")
    start(tab)
    await_state(page, "running")
    expect(page.get_by_text("The live channel is blocked")).to_have_count(0)
    press(tab, "Stop")
    await_state(page, "stopped")


@pytest.mark.acceptance
def test_a_link_to_my_model_lets_another_visitor_train_the_same_one(
    new_page: Callable[..., Page],
) -> None:
    page, other = new_page(), new_page()
    visit(page, "/training?rate=0.002&epochs=1&seed=3")
    start(page)
    await_state(page, "done")
    page.get_by_role("link", name="Fool it").first.wait_for()
    mine = page.locator('.live [data-part="loss"]').inner_text()
    page.get_by_role("link", name="Fool it").first.click()
    page.wait_for_url(re.compile(r"/adversarial\?model=my-[0-9a-f]+\."))
    visit(other, page.url)
    expect(other.get_by_text("a model that is not on your shelf")).to_be_visible()
    expect(
        other.get_by_text("learning rate 0.002, batches of 64, 1 epochs, seed 3")
    ).to_be_visible()
    other.get_by_role("link", name="Train the same one").click()
    expect(other.get_by_label("Learning rate")).to_have_value("0.002")
    start(other)
    await_state(other, "done")
    expect(other.locator('.live [data-part="loss"]')).to_have_text(mine)


@pytest.mark.acceptance
def test_a_link_with_a_broken_spec_gets_a_sentence(page: Page) -> None:
    visit(page, "/training?spec=AAAA")
    expect(page.get_by_text("The link's spec is damaged.")).to_be_visible()
    expect(page.locator('.live [data-part="badge"]')).to_have_text("recorded")

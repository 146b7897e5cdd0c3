"""FGSM opened in a real browser: it follows the finger, and the saved file fools as well."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.figures.colours import SIGNED
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit, read_picture
from tests.browser.driver import visit

# From the slider's event to the frame in which pictures and answer have been painted, in ms.
MOVE = """node => new Promise(done => {
  const began = performance.now();
  node.value = Number(node.value) + 1;
  node.dispatchEvent(new Event("input", {bubbles: true}));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""


def view(page: Page):
    return page.locator(".fgsm")


def part(page: Page, name: str):
    return page.locator(f'.fgsm [data-part="{name}"]')


def slider(page: Page):
    return page.get_by_role("slider", name=re.compile("^ε"))


def opened(page: Page, address: str = "") -> Page:
    visit(page, f"/adversarial{address}")
    expect(view(page)).to_have_attribute("data-kind", re.compile("."))
    return page


def canvas(page: Page, name: str) -> np.ndarray:
    """A picture as it is drawn, H×W×3."""
    height, width, values = page.locator(f'.fgsm [data-picture="{name}"]').evaluate(
        """canvas => [canvas.height, canvas.width, [...canvas.getContext("2d")
          .getImageData(0, 0, canvas.width, canvas.height).data]]"""
    )
    return np.array(values, np.uint8).reshape(height, width, 4)[..., :3]


def saved(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def smallest_text(page: Page) -> float:
    """Font size in px of the smallest text that is to be seen, on the page and in the view."""
    return page.evaluate(
        """() => {
          let least = 99;
          const look = (root) => {
            const walk = document.createTreeWalker(root, 1 | 4); // elements and texts
            while (walk.nextNode()) {
              const node = walk.currentNode;
              if (node.shadowRoot) look(node.shadowRoot);
              const at = node.parentElement;
              if (node.nodeType !== Node.TEXT_NODE || !node.data.trim() || !at) continue;
              // An index is smaller than what it belongs to.
              if (at.closest('.katex, style, sub')) continue;
              const box = at.getBoundingClientRect();
              if (box.width > 2 && box.height > 2)
                least = Math.min(least, parseFloat(getComputedStyle(at).fontSize));
            }
          };
          look(document.querySelector('[data-testid=stMain]'));
          return least;
        }"""
    )


def test_one_step_fools_it_noise_does_not_and_so_does_the_saved_file(page):
    opened(page)
    expect(part(page, "verdict")).to_contain_text("Fooled: espresso has become consomme")
    expect(page.get_by_role("button", name="Can you see the difference?")).to_be_visible()
    facts = part(page, "facts").bounding_box()
    assert facts["y"] + facts["height"] <= 720, "the whole story on one projected screen"
    assert smallest_text(page) >= 14
    assert "?" not in page.url
    expect(part(page, "facts")).to_contain_text("1/255 is the smallest", timeout=60_000)

    slider(page).press("Home")
    expect(part(page, "verdict")).to_contain_text("Nothing is added yet: espresso, 98.9 %")
    slider(page).press("ArrowRight")
    expect(view(page)).to_have_attribute("data-kind", "fooled")
    expect(page).to_have_url(re.compile("eps=1$"))
    said = part(page, "answer").inner_text()
    assert said.startswith("consomme")
    page.get_by_role("button", name="Swap in random signs").click()
    expect(part(page, "verdict")).to_contain_text("Random signs. Resisted: still espresso")
    page.get_by_role("button", name="Back to the gradient").click()

    name, file = saved(page, "Save x′ as PNG")
    assert name == "coffee-fgsm-1.png"
    held = np.asarray(read_picture(file))
    clean = fit(load_photograph("coffee"), 224).permute(1, 2, 0).numpy()
    assert np.abs(held.astype(int) - clean).max() == 1
    np.testing.assert_array_equal(held, canvas(page, "result"))

    opened(page, "?picture=own")
    chooser = page.locator("input[type=file]")
    chooser.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": file})
    expect(part(page, "clean")).to_have_text(re.compile("^consomme"))
    assert part(page, "clean").inner_text().split()[:2] == said.split()[:2]
    chooser.set_input_files({"name": "y.png", "mimeType": "image/png", "buffer": file[:9000]})
    expect(page.get_by_text("The picture is damaged or cut off.")).to_be_visible()
    expect(part(page, "clean")).to_contain_text("espresso")


@pytest.mark.acceptance
def test_it_follows_the_finger_within_100_ms_and_nothing_jumps(page):
    opened(page)
    expect(view(page)).to_have_attribute("data-known", "33", timeout=60_000)
    boxes = "nodes => nodes.map(n => { const b = n.getBoundingClientRect(); "
    boxes += "return [b.x, b.y, b.width, b.height].map(Math.round); })"
    still = page.locator(".fgsm .picture, .fgsm .hand, .fgsm .chart, .fgsm .buttons")
    before = still.evaluate_all(boxes)
    took = [slider(page).evaluate(MOVE) for _ in range(9)]
    print("slider to painted frame, ms:", [round(one) for one in took])
    assert sorted(took)[len(took) // 2] <= 100
    expect(part(page, "verdict")).to_contain_text("more than 11 of 255 steps")
    assert still.evaluate_all(boxes) == before
    # The address follows when the finger rests, and a reload or a way back restores it.
    expect(page).to_have_url(re.compile("eps=11$"))
    page.reload()
    expect(view(page)).to_have_attribute("data-eps", "11")
    page.get_by_role("radio", name="What it means").click()
    expect(view(page)).to_have_count(0)
    page.get_by_role("radio", name="FGSM opened").click()
    expect(view(page)).to_have_attribute("data-eps", "11")


@pytest.mark.acceptance
def test_a_long_scan_is_stopped_and_what_is_looked_at_is_asked_about_all_the_same(page):
    page.goto("/adversarial?whole=1&picture=camera")
    page.get_by_role("button", name="Stop", exact=True).click(timeout=60_000)
    told = page.get_by_text("Stopped after")
    expect(told).to_be_visible()
    known = int(re.search(r"after (\d+) of 256", told.inner_text())[1])
    assert known < 256
    expect(view(page)).to_have_attribute("data-known", str(known))
    slider(page).press("End")
    expect(view(page)).to_have_attribute("data-eps", "255")
    expect(view(page)).to_have_attribute("data-kind", re.compile("."))  # once it has rested
    expect(view(page)).to_have_attribute("data-known", re.compile(rf"^({known + 1}|{known + 2})$"))
    page.get_by_role("button", name="Go on").click()
    expect(part(page, "facts")).to_contain_text("Every ε up to 255/255 was tried", timeout=120_000)


@pytest.mark.acceptance
def test_the_chart_and_the_pixels_are_touched(page):
    opened(page, "?model=creatures_cnn")
    expect(view(page)).to_have_attribute("data-known", "41", timeout=60_000)
    box = part(page, "chart").bounding_box()
    part(page, "chart").click(position={"x": 40 + (box["width"] - 52) / 2, "y": 50})
    expect(view(page)).to_have_attribute("data-eps", "20")
    expect(page).to_have_url(re.compile("eps=20$"))
    page.locator('.fgsm [data-picture="x"]').click(position={"x": 3, "y": 3})
    expect(part(page, "pixel")).to_contain_text("Pixel 0 across, 0 down")
    page.mouse.move(0, 0)
    expect(part(page, "pixel")).to_contain_text("Pixel 0 across, 0 down")

    blink = part(page, "blink")
    blink.click()
    np.testing.assert_array_equal(canvas(page, "result"), canvas(page, "x"))
    expect(blink).to_have_attribute("aria-pressed", "true")
    blink.click()
    assert (canvas(page, "result") != canvas(page, "x")).any()

    name, file = saved(page, "Save film")
    assert name.endswith("-fgsm.gif")
    with Image.open(BytesIO(file)) as film:
        assert film.n_frames == 41
    name, file = saved(page, "Save picture")
    assert name.endswith("-fgsm-20-picture.png")
    assert Image.open(BytesIO(file)).width == 2 * 1248


@pytest.mark.acceptance
def test_an_aim_is_searched_for_and_missed_or_hit(page):
    opened(page, "?model=creatures_cnn&eps=40")
    aim = page.get_by_role("combobox", name=re.compile("Aim"))
    aim.click()
    aim.fill("least")
    page.get_by_role("option", name=re.compile("least likely")).click()
    expect(page).to_have_url(re.compile("target=least"))
    expect(part(page, "verdict")).to_contain_text(
        re.compile("Resisted|Changed, but not to the target|Fooled, as aimed")
    )
    expect(page.get_by_text("One straight step often misses")).to_be_visible()


@pytest.mark.acceptance
@pytest.mark.parametrize("path", ["", "?model=fashion_cnn"])
def test_it_fits_a_telephone_in_the_dark(new_page, path):
    page = opened(new_page(width=390, height=844, dark=True), path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.locator(".fgsm *").evaluate_all(
        "nodes => Math.max(...nodes.map(n => n.getBoundingClientRect().right))"
    )
    assert wide <= 390
    assert smallest_text(page) >= 14
    # The perturbation is drawn on the dark scale.
    colours = {tuple(colour) for colour in canvas(page, "magnified").reshape(-1, 3).tolist()}
    assert tuple(SIGNED["dark"][0].tolist()) in colours
    assert tuple(SIGNED["light"][0].tolist()) not in colours

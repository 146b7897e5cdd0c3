"""The adversarial page in a real browser: nothing jumps, and the saved file fools as well."""

import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.figures.colours import SIGNED
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit
from tests.browser.driver import visit

MARK = "nodes => nodes.forEach((node, index) => { node.marked = index; })"
MARKS = "nodes => nodes.map(node => node.marked)"
# What moves with ε and must not be replaced by new elements.
MOVING = ".verdict, .probabilities, .probabilities .fill, [data-testid=stImage] img"


def verdict(page: Page):
    return page.locator(".verdict")


def pictures(page: Page):
    """The three pictures, once all of them are decoded."""
    found = page.locator("[data-testid=stImage] img")
    expect(found).to_have_count(3)
    done = "nodes => nodes.every(node => node.complete && node.naturalWidth === 448)"
    page.wait_for_function(f"({done})([...document.querySelectorAll('[data-testid=stImage] img')])")
    return found


def boxes(page: Page):
    """Place and size of everything that must stay."""
    found = page.locator(f"{MOVING}, [data-testid=stSlider], [data-testid=stDownloadButton]")
    where = "nodes => nodes.map(n => { const b = n.getBoundingClientRect(); return "
    still = found.evaluate_all(
        where + "n.className === 'fill' ? 0 : [b.x, b.y, b.width, b.height].map(Math.round); })"
    )
    return [box for box in still if box and any(box)]  # Streamlit hides an old button for a while


def saved(page: Page) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save x′ as PNG").click()
    assert re.fullmatch(r"coffee-fgsm-\d+\.png", download.value.suggested_filename)
    return download.value.path().read_bytes()


def smallest_text(page: Page) -> float:
    """Font size in px of the smallest text of the page that is to be seen."""
    return page.evaluate(
        """() => {
          const main = document.querySelector('[data-testid=stMain]');
          const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
          let least = 99;
          while (walk.nextNode()) {
            const at = walk.currentNode.parentElement;
            // KaTeX sets an index smaller, and repeats itself for screen readers.
            if (at.closest('.katex, style') || !walk.currentNode.data.trim()) continue;
            const box = at.getBoundingClientRect();
            if (box.width > 2 && box.height > 2)
              least = Math.min(least, parseFloat(getComputedStyle(at).fontSize));
          }
          return least;
        }"""
    )


def test_it_opens_fooled_with_the_whole_story_on_one_projected_screen(page):
    visit(page, "/adversarial")
    expect(verdict(page)).to_contain_text("Fooled: espresso has become consomme")
    sizes = pictures(page).evaluate_all("nodes => nodes.map(n => [n.width, n.height, n.y])")
    assert len({tuple(size) for size in sizes}) == 1, "one size, one line"
    expect(page.locator(".probabilities .bar")).to_have_count(10)
    control = page.get_by_text("with random signs: still espresso")
    box = control.bounding_box()
    assert box["y"] + box["height"] <= 720
    assert smallest_text(page) >= 14
    assert "?" not in page.url


@pytest.mark.acceptance
def test_arrows_move_eps_and_nothing_jumps_or_is_replaced(page):
    visit(page, "/adversarial")
    pictures(page)
    page.locator(MOVING).evaluate_all(MARK)
    marks, before = page.locator(MOVING).evaluate_all(MARKS), boxes(page)
    assert len(marks) == 1 + 2 + 10 + 3
    slider = page.get_by_role("slider", name="ε")
    slider.focus()
    for eps in (3, 4):
        page.keyboard.press("ArrowRight")
        expect(page).to_have_url(re.compile(f"eps={eps}$"))
        expect(verdict(page)).to_contain_text(f"more than {eps} of 255 steps")
    pictures(page)
    assert page.locator(MOVING).evaluate_all(MARKS) == marks
    assert boxes(page) == before
    slider.focus()
    page.keyboard.press("Home")
    expect(verdict(page)).to_contain_text("Nothing is added yet")
    expect(page.get_by_text("ε is 0: nothing is added.")).to_be_visible()
    page.reload()
    expect(verdict(page)).to_contain_text("Nothing is added yet")


def test_the_saved_file_holds_the_attack_and_fools_again_when_uploaded(page):
    visit(page, "/adversarial")
    answer = page.locator(".probabilities .answer").nth(1)
    expect(answer).to_contain_text("consomme")
    said, file = answer.inner_text(), saved(page)

    with Image.open(BytesIO(file)) as picture:
        pixels = np.asarray(picture.convert("RGB")).astype(int)
    clean = fit(load_photograph("coffee"), 224).permute(1, 2, 0).numpy().astype(int)
    assert np.abs(pixels - clean).max() == 2

    visit(page, "/adversarial?picture=own")
    chooser = page.locator("input[type=file]")
    chooser.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": file})
    expect(page.locator(".probabilities .answer").first).to_have_text(said.replace("\n", ""))

    chooser.set_input_files({"name": "y.png", "mimeType": "image/png", "buffer": file[:9000]})
    expect(page.get_by_text("The picture is damaged or cut off.")).to_be_visible()
    expect(verdict(page)).to_contain_text("espresso")


@pytest.mark.acceptance
def test_a_net_with_held_out_images_is_stepped_through_and_left_again(page):
    visit(page, "/adversarial?model=creatures_cnn")
    expect(verdict(page)).not_to_contain_text("Not a fair test")
    number = page.get_by_role("spinbutton", name="Image")
    before = int(number.input_value())
    page.get_by_test_id("stNumberInputStepUp").click()
    expect(page).to_have_url(re.compile(f"image={before + 1}"))
    page.get_by_role("button", name="Random").click()
    expect(page).not_to_have_url(re.compile(f"image={before + 1}(&|$)"))
    expect(verdict(page)).not_to_contain_text("Not a fair test")

    page.get_by_role("combobox", name=re.compile("Model")).click()
    page.get_by_role("option", name=re.compile("MobileNetV2")).click()
    expect(verdict(page)).to_contain_text("espresso has become consomme")
    expect(page).not_to_have_url(re.compile("image=|eps="))


@pytest.mark.acceptance
@pytest.mark.parametrize("path", ["/adversarial", "/adversarial?model=fashion_cnn"])
def test_it_fits_a_telephone_in_the_dark(new_page, path):
    page = visit(new_page(width=390, height=844, dark=True), path)
    between = pictures(page).nth(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.locator(MOVING).evaluate_all(
        "nodes => Math.max(...nodes.map(n => n.getBoundingClientRect().right))"
    )
    assert wide <= 390
    # The perturbation is drawn on the dark scale, and losslessly: its own blue is in it.
    kind, data = between.get_attribute("src").split(",")
    assert kind == "data:image/png;base64"
    with Image.open(BytesIO(b64decode(data))) as picture:
        assert picture.format == "PNG"
        colours = {colour for _, colour in picture.convert("RGB").getcolors(maxcolors=1 << 20)}
    assert tuple(SIGNED["dark"][0].tolist()) in colours
    assert tuple(SIGNED["light"][0].tolist()) not in colours

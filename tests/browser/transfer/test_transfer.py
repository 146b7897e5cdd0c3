"""Transfer learning in a browser: a head learns before one's eyes, on shipped and own pictures."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dlviz.io.photographs import load_photograph
from tests.browser.driver import settle, visit
from tests.io.zips import zipped

PATIENT = 60_000


def test_start_teaches_a_head_and_the_verdict_is_of_this_run(page: Page) -> None:
    visit(page, "/transfer?head=2&tuned=1")
    expect(page.get_by_text("Recorded (Cat or fox, learnt from 20 pictures).")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    verdict = page.get_by_text("Your last run (Cat or fox, learnt from 20 pictures).")
    expect(verdict).to_be_visible(timeout=PATIENT)
    expect(verdict).to_contain_text(re.compile(r"\d+ of 200: \d+\.\d %"))
    expect(page.locator("[data-part=lines]")).to_contain_text("Epoch 3/3 2/2 [========]")
    expect(page.locator("[data-part=pictures] canvas")).to_have_count(4)


@pytest.mark.acceptance
def test_what_was_learnt_goes_onto_the_shelf_and_is_fooled(page: Page) -> None:
    visit(page, "/transfer?head=4&tuned=1")
    expect(page.get_by_role("button", name="Put it on your shelf")).to_have_count(0)  # recorded
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Put it on your shelf").click(timeout=PATIENT)
    expect(page.get_by_text("It is on your shelf.")).to_be_visible()
    page.get_by_role("link", name="Look inside").click()
    expect(page.get_by_role("combobox", name=re.compile("Model"))).to_have_value(
        "My transfer net: cat or fox", timeout=PATIENT
    )
    settle(page)
    page.go_back()
    page.get_by_role("link", name="Fool it").click()
    expect(page.locator(".fgsm [data-part=verdict]")).not_to_be_empty(timeout=PATIENT)
    visit(page, "/training")
    expect(page.get_by_text("My transfer net: cat or fox").first).to_be_visible()


def crops() -> bytes:
    """Ten squares of two photographs each, in folders."""
    files = {}
    draw = np.random.default_rng(0)
    for name in ("cat", "coffee"):
        photograph = load_photograph(name)
        for number in range(10):
            top, left = draw.integers(0, np.array(photograph.shape[:2]) - 150)
            out = BytesIO()
            Image.fromarray(photograph[top : top + 150, left : left + 150]).save(out, "PNG")
            files[f"{name}/{number}.png"] = out.getvalue()
    return zipped(files)


@pytest.mark.acceptance
def test_a_zip_of_two_folders_is_learnt_and_its_interval_is_wide(page: Page) -> None:
    visit(page, "/transfer?pictures=zip&head=2&tuned=1")
    upload = page.locator("input[type=file]")
    upload.set_input_files({"name": "a.zip", "mimeType": "application/zip", "buffer": b"no zip"})
    expect(page.get_by_text("The zip is damaged or cut off.")).to_be_visible(timeout=PATIENT)
    upload.set_input_files({"name": "b.zip", "mimeType": "application/zip", "buffer": crops()})
    own = page.get_by_text("Your own pictures, 128×128 colour: 16 to train on, 4 held out.")
    expect(own).to_be_visible(timeout=PATIENT)
    page.get_by_role("button", name="Start").click()
    verdict = page.get_by_text("Your last run (your own pictures, learnt from 16 pictures).")
    expect(verdict).to_contain_text("4 held-out pictures are few", timeout=PATIENT)
    page.get_by_text("Try it on another picture").click()
    one = BytesIO()
    Image.fromarray(load_photograph("coffee")).save(one, "PNG")
    given = {"name": "c.png", "mimeType": "image/png", "buffer": one.getvalue()}
    page.locator("input[type=file]").set_input_files(given)
    expect(page.locator(".probabilities .answer")).to_contain_text("coffee", timeout=PATIENT)


@pytest.mark.acceptance
def test_the_comparison_is_repeated_and_stopped(page: Page) -> None:
    visit(page, "/transfer?step=scratch&seconds=1&seeds=2")
    expect(page.get_by_text("Recorded: 10 pictures of each class.")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    lines = page.locator("[data-part=lines]")
    # The recorded comparison had ten seconds each.
    first = re.compile(r"Seed 0: transfer \S+ % after 1\.\d s, from scratch")
    expect(lines).to_contain_text(first, timeout=PATIENT)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Recorded: ")).to_be_hidden(timeout=PATIENT)
    expect(page.locator(".overlay .runs")).to_contain_text("from scratch")

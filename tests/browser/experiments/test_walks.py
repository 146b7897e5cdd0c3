"""Experiments and glossary in a real browser, as a student walks through them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dlviz.core.glossary import BLOCKS
from tests.browser.driver import visit


def test_a_prediction_is_locked_judged_and_found_again(page: Page) -> None:
    visit(page, "/experiments?study=notebook&trial=large_steps")
    page.get_by_role("radiogroup").get_by_text("batch norm", exact=True).click()
    page.get_by_placeholder("Because …").fill("It keeps *values* in range.")
    page.get_by_role("button", name="Lock the prediction").click()
    page.get_by_role("button", name="Open the recorded runs").click()
    verdict = page.get_by_text("It wins, but by 84.1 points, not 2.0: why?")
    expect(verdict).to_be_visible()
    page.reload()
    expect(verdict).to_be_visible()
    expect(page.get_by_text("It keeps *values* in range.")).to_be_visible()


def test_a_tile_opens_its_block_and_the_address_has_it(page: Page) -> None:
    visit(page, "/glossary?block=relu")
    expect(page.get_by_alt_text("ReLU: what it does to a small input")).to_be_visible()
    page.get_by_role("button", name="Dropout: for calmer learning").click()
    expect(page.get_by_alt_text("Dropout: what it does to a small input")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?block=dropout$"))


@pytest.mark.acceptance
def test_a_phone_shows_at_once_that_there_are_blocks_to_choose(
    new_page: Callable[..., Page],
) -> None:
    page = visit(new_page(width=390, height=844), "/glossary")
    picture = page.get_by_alt_text("Convolution: what it does to a small input")
    tiles = page.locator(".tiles").get_by_role("button")
    expect(tiles).to_have_count(len(BLOCKS))
    expect(page.get_by_text(f"Search the {len(BLOCKS)} blocks")).to_be_in_viewport()
    for tile in tiles.all()[:2]:
        expect(tile).to_be_in_viewport(ratio=1)
    expect(picture).to_be_in_viewport(ratio=0.5)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    tiles.last.click()
    chosen = page.locator(".tile[aria-current=true]")
    expect(chosen).to_have_text(list(BLOCKS.values())[-1].short)
    expect(chosen).to_be_in_viewport(ratio=1)
    expect(picture).to_have_count(0)


@pytest.mark.acceptance
def test_both_are_run_live_and_the_checklist_takes_one_of_them(page: Page) -> None:
    visit(page, "/experiments?study=batch_norm&speed=norm_small")
    page.get_by_role("button", name="Run both live").click()
    expect(page.get_by_text(re.compile(r"Run \d+ of 10: "))).to_be_visible()
    expect(page.get_by_text("Batch norm against no batch norm")).to_be_visible()
    expect(page.get_by_role("button", name="Run both live")).to_be_visible(timeout=90_000)
    expect(page.get_by_text("No pair of yours")).to_have_count(0)
    expect(page.get_by_text(", 5 seeds: held-out accuracy")).to_be_visible()
    page.get_by_role("radio", name="Checklist").click()
    page.get_by_role("combobox", name=re.compile("Which run")).click()
    page.get_by_role("option", name=re.compile("^Yours, 10:")).click()
    expect(page.get_by_text("Does the loss begin where guessing would?")).to_be_visible()
    expect(page.get_by_text("was not kept")).to_have_count(0)


@pytest.mark.acceptance
def test_the_notebook_is_downloaded(page: Page) -> None:
    visit(page, "/experiments?study=notebook")
    page.get_by_role("radiogroup").get_by_text("No difference that the seeds can tell").click()
    page.get_by_role("button", name="Lock the prediction").click()
    page.get_by_role("button", name="Open the recorded runs").click()
    expect(page.get_by_text("Nothing to tell, as you said.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="As JSON").click()
    (entry,) = json.loads(download.value.path().read_text("utf-8"))
    assert entry["judgement"] == "right"
    assert len(entry["found"]) == 2

"""The learning step under the microscope, in a real browser: stages, units, numbers, heights."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import visit

LINK = "/points?microscope=1&update=30&hidden=4tanh-3relu"
KINDS = ["batch", *["forward"] * 3, "loss", *["backward"] * 3, *["update"] * 3, "after"]


def scope_of(page: Page) -> Locator:
    return page.locator(".scope")


def opened(page: Page, link: str = LINK) -> Locator:
    visit(page, link)
    scope = scope_of(page)
    expect(scope).to_have_attribute("data-place", re.compile(r"\d"))
    return scope


def button(scope: Locator, name: str) -> Locator:
    return scope.get_by_role("button", name=name, exact=True)


def equation(scope: Locator) -> list[str]:
    return scope.locator(".equation p").all_inner_texts()


def boxes(scope: Locator) -> list[list[float]]:
    """Where in the microscope the parts stand that must not move from stage to stage."""
    names = ["strip", "body", "pane", "equation", "numbers", "foot", "point", "where"]
    return list(
        scope.evaluate(
            """(scope, names) => names.map((name) => {
              const [own, box] = [scope, scope.querySelector(`[data-part="${name}"]`)]
                .map((node) => node.getBoundingClientRect());
              return [box.x - own.x, box.y - own.y, box.width, box.height];
            })""",
            names,
        )
    )


@pytest.mark.acceptance
def test_a_mini_batch_is_stepped_through_forwards_and_backwards(page: Page) -> None:
    messages: list[object] = []

    def hear(sent: object) -> None:
        messages.append(sent)

    page.on("websocket", lambda socket: socket.on("framesent", hear))
    scope = opened(page)
    assert messages
    messages.clear()
    said, places = [], [boxes(scope)]
    for place, kind in enumerate(KINDS):
        expect(scope).to_have_attribute("data-place", str(place))
        expect(scope).to_have_attribute("data-kind", kind)
        said.append((scope.locator("h4").inner_text(), equation(scope)))
        places.append(boxes(scope))
        if place < len(KINDS) - 1:
            button(scope, "Next stage").click()
    assert places == [places[0]] * len(places)
    assert len({title for title, _ in said}) == len(KINDS)
    expect(button(scope, "Next stage")).to_be_disabled()
    for place in range(len(KINDS) - 2, -1, -1):
        button(scope, "Previous stage").click()
        expect(scope).to_have_attribute("data-place", str(place))
        assert (scope.locator("h4").inner_text(), equation(scope)) == said[place]
    expect(button(scope, "Previous stage")).to_be_disabled()
    assert messages == []


@pytest.mark.acceptance
def test_gradients_stand_beside_their_finite_differences(page: Page) -> None:
    scope = opened(page)
    button(scope, "Backward, layer 2").click()
    head = scope.locator("th").all_inner_texts()
    gradient, check = head.index("∂J/∂w"), head.index("finite difference")
    rows = scope.locator("tbody tr")
    assert rows.count() == 3 * (4 + 1)
    for at in range(rows.count()):
        cells = rows.nth(at).locator("td").all_inner_texts()
        assert cells[gradient] == cells[check]
    foot = scope.locator(".foot").inner_text()
    assert re.match(r"Largest difference in the whole network: [^.]*10⁻(¹.|[789])[,.]", foot)


@pytest.mark.acceptance
def test_keys_step_choose_and_play(page: Page) -> None:
    scope = opened(page)
    body = scope.locator('[data-part="body"]')
    body.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    expect(scope).to_have_attribute("data-kind", "forward")
    unit = scope.locator('[data-part="unit"]')
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(unit).to_have_value("0")
    first = equation(scope)
    page.keyboard.press("ArrowDown")
    expect(unit).to_have_value("1")
    assert equation(scope) != first
    assert equation(scope)[0].startswith("z₂ = ")
    page.keyboard.press("End")
    expect(scope).to_have_attribute("data-kind", "after")
    page.keyboard.press("Home")
    expect(scope).to_have_attribute("data-kind", "batch")
    page.keyboard.press("Space")
    expect(button(scope, "Pause")).to_be_visible()
    expect(scope).to_have_attribute("data-place", "1")
    page.keyboard.press("Space")
    expect(button(scope, "Play")).to_be_visible()


@pytest.mark.acceptance
def test_units_are_read_by_hovering_and_taken_by_clicking(page: Page) -> None:
    scope = opened(page)
    button(scope, "Forward, layer 1").click()
    units = scope.locator('[data-column="1"]')
    chosen = int(scope.locator('[data-part="unit"]').input_value())
    other = (chosen + 1) % 4
    before = equation(scope)
    units.nth(other).hover()
    expect(scope.locator(".equation p").first).to_contain_text(f"z{'₁₂₃₄'[other]} = ")
    scope.locator("h4").hover()
    expect(scope.locator(".equation p").first).to_have_text(before[0])
    units.nth(other).click()
    scope.locator("h4").hover()
    expect(scope.locator(".equation p").first).to_contain_text(f"z{'₁₂₃₄'[other]} = ")
    row = scope.locator("tbody tr.chosen td").first
    expect(row).to_have_text(str(other + 1))
    # A unit of another layer leads to the stage of that layer.
    scope.locator('[data-column="2"]').nth(1).click()
    expect(scope.locator("h4")).to_have_text("Forward, layer 2")
    expect(scope.locator('[data-part="unit"]')).to_have_value("1")


@pytest.mark.acceptance
def test_another_point_of_the_batch_has_other_numbers_and_the_same_means(page: Page) -> None:
    scope = opened(page)
    button(scope, "Backward, output").click()
    picker = scope.locator('[data-part="point"]')
    losses = [float(text.split("loss ")[1]) for text in picker.locator("option").all_inner_texts()]
    assert len(losses) == 10
    chosen = int(picker.input_value())
    assert losses[chosen] == max(losses)
    before = equation(scope)
    picker.select_option(str((chosen + 1) % 10))
    after = equation(scope)
    assert before[0] != after[0]
    assert before[2:] == after[2:]


@pytest.mark.acceptance
def test_a_link_opens_its_stage_and_a_screen_reader_hears_the_equation(page: Page) -> None:
    scope = opened(page, f"{LINK}&stage=6")
    expect(scope.locator("h4")).to_have_text("Backward, output")
    spoken = scope.locator(".spoken")
    expect(spoken).to_contain_text("Backward, output. δ = ∂Jᵢ/∂z = ŷ − y = ")
    button(scope, "Next stage").click()
    expect(page).to_have_url(re.compile(r"stage=7"))
    expect(spoken).to_contain_text("Backward, layer 2. ")
    scope.locator('[data-part="point"]').select_option("3")
    chosen = int(scope.locator('[data-part="unit"]').input_value())
    scope.locator('[data-part="unit"]').select_option(str((chosen + 2) % 3))
    expect(page).to_have_url(re.compile(f"sample=4.*unit={(chosen + 2) % 3 + 1}"))
    usual = equation(scope)
    row = scope.locator("tbody tr.own:not(.chosen)").first
    place = int(row.get_attribute("data-input") or "")
    row.click()
    expect(page).to_have_url(re.compile(f"weight={place + 1}"))
    before = equation(scope)
    assert before != usual
    page.reload()
    expect(scope.locator("h4")).to_have_text("Backward, layer 2")
    assert equation(scope) == before
    button(scope, "After").click()
    expect(page).not_to_have_url(re.compile("weight="))


@pytest.mark.acceptance
def test_the_next_step_of_a_run_is_what_the_microscope_foretold(page: Page) -> None:
    """One step further the batch is another, and the weights are the new ones."""
    scope = opened(page, "/points?microscope=1&epochs=50&hidden=2tanh&update=1")
    button(scope, "Update, layer 1").click()
    new = [row.split("\t") for row in scope.locator("tbody").inner_text().splitlines()]
    page.get_by_label("Update", exact=True).fill("2")
    page.get_by_label("Update", exact=True).press("Enter")
    expect(scope.locator("h4")).to_have_text("Update, layer 1")
    expect(scope.locator("tbody tr").first.locator("td").nth(1)).to_have_text(new[0][-1])
    old = [row.split("\t") for row in scope.locator("tbody").inner_text().splitlines()]
    assert [row[1] for row in old] == [row[-1] for row in new]


@pytest.mark.acceptance
def test_a_long_way_shows_progress_and_can_be_stopped(page: Page) -> None:
    """Nobody has trained this: 50 000 updates have to be made."""
    deep = "-".join(["8elu"] * 6)
    page.goto(f"/points?microscope=1&hidden={deep}&optimiser=adamw&epochs=3000&update=50000")
    stop = page.locator(".st-key-stop-walk-49999 button")
    stop.wait_for()
    bar = page.locator('[data-testid="stProgress"]', has_text="of 49 999 updates")
    expect(bar).to_contain_text(re.compile(r"[1-9].* of .*, about \d+ s left"))
    stop.click()
    expect(page.get_by_text("Stopped after")).to_be_visible()
    title = scope_of(page).locator("h4")
    expect(title).to_have_text(re.compile(r"^The mini-batch of update \d*001$"))
    page.locator(".st-key-go-on-walk-49999 button").click()
    expect(title).to_have_text("The mini-batch of update 50000", timeout=60_000)
    page.get_by_label("Update", exact=True).fill("49000")
    page.get_by_label("Update", exact=True).press("Enter")
    expect(title).to_have_text("The mini-batch of update 49000", timeout=2_000)


@pytest.mark.acceptance
def test_it_follows_a_paused_run_and_its_keys_do_not_press_the_runs_buttons(page: Page) -> None:
    scope = opened(page, "/points?microscope=1&hidden=3tanh&pace=10&epochs=300")
    page.get_by_role("button", name="Start").first.click()
    page.get_by_role("button", name="Pause").first.click()
    resume = page.get_by_role("button", name="Resume").first
    expect(resume).to_be_visible()
    page.get_by_role("button", name="One step").click()
    title = scope.locator("h4")
    expect(title).not_to_have_text("The mini-batch of update 1")
    page.wait_for_timeout(1000)
    at = int(title.inner_text().split()[-1])
    for more in (1, 2):
        page.get_by_role("button", name="One step").click()
        expect(title).to_have_text(f"The mini-batch of update {at + more}")
    scope.locator('[data-part="body"]').focus()
    for key in ("ArrowRight", "ArrowLeft", "End", "Space", "Space", "Home"):
        page.keyboard.press(key)
    page.wait_for_timeout(1000)
    expect(title).to_have_text(f"The mini-batch of update {at + 2}")
    expect(resume).to_be_visible()


@pytest.mark.acceptance
def test_a_stage_can_be_saved_as_a_picture(page: Page) -> None:
    scope = opened(page, f"{LINK}&stage=8")
    with page.expect_download() as download:
        button(scope, "Save picture").click()
    assert download.value.suggested_filename == "step-30-stage-8.png"
    image = Image.open(io.BytesIO(download.value.path().read_bytes())).convert("RGB")
    assert image.width > 900
    assert len(image.getcolors(1 << 24) or []) > 200


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.acceptance)])
def test_a_large_network_stays_within_its_box_on_a_phone(
    new_page: Callable[..., Page], dark: bool
) -> None:
    page = new_page(width=390, height=844, dark=dark)
    eights = "-".join(["8relu"] * 6)
    scope = opened(page, f"/points?microscope=1&update=5&hidden={eights}")
    for name in ("Forward, layer 6", "Backward, layer 3", "Update, layer 1", "After"):
        button(scope, name).click()
        box = scope.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        sizes = scope.evaluate(
            """node => [...node.querySelectorAll("*")].filter((one) => one.textContent.trim())
              .map((one) => parseFloat(getComputedStyle(one).fontSize))"""
        )
        assert min(sizes) >= 14
    # The stage's layer was scrolled into sight.
    button(scope, "Backward, layer 5").click()
    pane, unit = (
        scope.locator(part).bounding_box()
        for part in ('[data-part="pane"]', '[data-column="5"][data-unit="0"]')
    )
    assert pane is not None
    assert unit is not None
    assert pane["x"] <= unit["x"]
    assert unit["x"] + unit["width"] <= pane["x"] + pane["width"]


@pytest.mark.acceptance
def test_the_perceptron_has_its_own_short_dissection(page: Page) -> None:
    scope = opened(page, "/points?microscope=1&data=gaussians&rule=perceptron&hidden=&update=3")
    expect(scope.locator('[data-part="where"]')).to_have_text("stage 1 of 5")
    button(scope, "Mistake?").click()
    assert re.match(r"A mistake:|Right:", equation(scope)[2])
    assert scope.locator("th").all_inner_texts() == ["point", "class", "t", "z", "t z"]

"""The strongest nine in a real browser: what is picked is seen ahead of the rerun, and stays."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_filters import WALL, answered, grid, opened, pixels

# Clicks tiles 40 ms after each other; what each frame shows of the three grids, until it is told
# to stop.
WATCH = """([grids, numbers]) => {
  const shown = () => grids.slice(0, 3).map(g => g.querySelector("canvas").toDataURL()).join("|");
  const frames = window.frames_seen = [shown()];
  const look = () => {
    if (frames.at(-1) !== shown()) frames.push(shown());
    if (!window.frames_stop) requestAnimationFrame(look);
  };
  look();
  const tiles = grids[3].querySelectorAll("button.tile");
  numbers.forEach((number, at) => setTimeout(() => tiles[number].click(), 40 * at));
}"""


def shown(page):
    return "|".join(pixels(page, place)[0] for place in range(3))


@pytest.mark.acceptance
def test_fast_clicks_show_one_channel_after_the_other_and_never_an_earlier_one_again(page):
    opened(page, "/filters?layer=relu2&channel=3")
    numbers = [8, 20, 33]
    looks = {shown(page): 3}
    for number in numbers:
        grid(page, WALL).locator("button.tile").nth(number).click()
        answered(page, number)
        looks[shown(page)] = number
    assert len(looks) == 4
    grid(page, WALL).locator("button.tile").nth(3).click()
    answered(page, 3)
    page.evaluate(WATCH, [page.locator(".tiles").element_handles(), numbers])
    answered(page, 33)
    page.evaluate("() => { window.frames_stop = true; }")
    seen = [looks[frame] for frame in page.evaluate("window.frames_seen")]  # never a mixture
    assert seen == sorted(set(seen))
    assert seen[0] == 3
    assert seen[-1] == 33
    expect(page).to_have_url(re.compile("channel=33"))


@pytest.mark.acceptance
def test_where_nothing_can_be_asked_ahead_the_rerun_brings_it(page):
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(status=204)

    page.route("**/dlviz/ahead*", refuse)
    opened(page, "/filters?layer=relu2&channel=3")
    before = [pixels(page, place) for place in range(3)]
    grid(page, WALL).locator("button.tile").nth(8).click()
    answered(page, 8)
    assert len(asked) == 1
    for place in range(3):
        page.wait_for_function(
            "([root, old]) => [...root.querySelectorAll('canvas')].every("
            "(canvas, at) => canvas.toDataURL() !== old[at])",
            arg=[grid(page, place).element_handle(), before[place]],
        )


# Shows a channel as a click ahead does, in the frame after another click's pictures have come and
# long before the page answers that one.
OVERTAKE = """async ([grids, address, clicked, number]) => {
  const url = new URL(address);
  const token = url.searchParams.get("token");
  url.searchParams.set("number", number);
  const pictures = await (await fetch(url)).json();
  const first = () => grids[0].querySelector("canvas").toDataURL();
  const old = first();
  grids[3].querySelectorAll("button.tile")[clicked].click();
  while (first() === old) await new Promise(done => setTimeout(done, 4));
  const detail = { token, number, grids: pictures, draws: [] };
  window.dispatchEvent(new CustomEvent("dlviz-tiles-ahead", { detail }));
  (await Promise.all(detail.draws)).forEach(draw => draw());
}"""


@pytest.mark.acceptance
def test_the_answer_to_an_earlier_click_is_held_back(page):
    opened(page, "/filters?layer=relu2&channel=3")
    tile = grid(page, WALL).locator("button.tile")
    with page.expect_request("**/dlviz/ahead*") as asked:
        tile.nth(8).click()
    answered(page, 8)
    grids = page.locator(".tiles").element_handles()
    page.evaluate(OVERTAKE, [grids, asked.value.url, 20, 33])
    newest = shown(page)
    expect(tile.nth(33)).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile("channel=20"))  # the page is through with the click before
    assert shown(page) == newest
    # Had no answer to the newest click come, the page would be believed after all.
    expect(tile.nth(20)).to_have_attribute("aria-current", "true")
    assert shown(page) != newest

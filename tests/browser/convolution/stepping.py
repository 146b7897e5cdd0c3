"""The stepper in a browser test: what it shows, and where its cells are."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from dlviz.core.kernels import KERNELS
from dlviz.core.mixes import MIXES
from dlviz.io.grids import GRIDS
from tests.browser.driver import settle, visit

LECTURE = [1, 4, 3, 4, 1, 1, 2, 4, 3, 3, 1, 2, 3, 4, 1, 1, 3, 3, 1, 1, 3, 3, 1, 1, 0]
EQUAL = "Equal to torch.nn.functional."


def by_torch(settings: dict[str, str]) -> np.ndarray:
    """What torch makes of a link's settings, its edits left out: maps×rows×columns."""
    grid = GRIDS[settings.get("grid", "lecture")]
    planes = 3 if settings.get("channels") == "rgb" else 1
    size, seed = int(settings.get("size", grid.fixed or grid.natural)), int(settings.get("seed", 0))
    image = torch.tensor(grid.at(size, seed=seed, channels=planes))[None]
    stride, op = int(settings.get("stride", 1)), settings.get("op", "convolution")
    if op.endswith("_pool"):
        pool = F.max_pool2d if op == "max_pool" else F.avg_pool2d
        return np.asarray(pool(image, int(settings["window"]), stride)[0])
    names = [settings.get("kernel", "x"), *filter(None, settings.get("more", "").split(","))]
    side = int(settings.get("ksize", KERNELS[names[0]].natural))
    shares = MIXES[settings.get("mix", "all")].weights[:planes] if planes > 1 else (1.0,)
    bank = torch.tensor(
        np.array([[share * KERNELS[name].at(side) for share in shares] for name in names])
    )
    if settings.get("turned"):
        bank = bank.rot90(2, (2, 3))
    dilation = int(settings.get("dilation", 1))
    if op == "transposed":
        return np.asarray(F.conv_transpose2d(image, bank.swapaxes(0, 1), stride=stride)[0])
    span = dilation * (side - 1)
    padding = settings.get("padding", "valid")
    amount = {"valid": 0, "amount": int(settings.get("amount", 1)), "full": span}.get(padding)
    around = 4 * [amount] if amount is not None else 2 * [span // 2, span - span // 2]
    border = settings.get("border", "constant")
    padded = F.pad(image, around, mode=border) if any(around) else image
    bias = torch.full((len(bank),), float(settings.get("bias", 0)), dtype=torch.float64)
    maps = F.conv2d(padded, bank, bias, stride=stride, dilation=dilation)
    return np.asarray((maps.relu() if settings.get("relu") else maps)[0])


def stepper(page: Page) -> Locator:
    return page.locator(".stepper")


def canvas(page: Page) -> Locator:
    return stepper(page).locator("canvas")


def stage(page: Page) -> Locator:
    """What has the keyboard."""
    return stepper(page).get_by_role("application")


def field(page: Page) -> Locator:
    """The field over the cell that is being typed into."""
    return stepper(page).locator('[data-part="editor"]')


def open_lab(page: Page, query: str = "", *, still: bool = True) -> Page:
    """Open the convolution page and wait for all of it; ``still``: animations are off."""
    if still:
        page.emulate_media(reduced_motion="reduce")
    visit(page, f"/convolution?{query}")
    stepper(page).and_(page.locator("[data-step]")).wait_for()
    page.get_by_text(EQUAL).wait_for()
    return page


def agrees(page: Page) -> None:
    """Wait until the page has run, and torch says the same."""
    settle(page)
    verdict = rf"^✓ {re.escape(EQUAL)}\w+: max \|difference\| = (0|\de-1\d)$"
    expect(page.get_by_text(re.compile(verdict)).last).to_be_visible()


def at_step(page: Page, step: int) -> None:
    """Wait for a step, counted from 0."""
    expect(stepper(page)).to_have_attribute("data-step", str(step))


def says(page: Page, text: Any) -> None:
    """Wait until a screen reader hears this text somewhere in the sentence."""
    expect(stepper(page).locator("[aria-live]")).to_contain_text(text)


def shows(page: Page, numbers: Any) -> None:
    """Wait until the output in focus is these whole numbers."""
    values = np.asarray(numbers).ravel()
    assert (values == values.round()).all()
    text = " ".join(str(int(value)).replace("-", "−") for value in values)
    expect(stepper(page)).to_have_attribute("data-output", text)


def shows_about(page: Page, numbers: Any) -> None:
    """The same for numbers with fractions, which are written with two digits."""
    values = np.asarray(numbers).ravel().tolist()
    page.wait_for_function(
        """([root, values]) => {
          const said = root.dataset.output.replaceAll("−", "-").split(" ").map((word) => {
            const [above, below] = word.split("/");
            return Number(above) / Number(below ?? 1);
          });
          return said.length === values.length
            && said.every((value, at) => Math.abs(value - values[at]) < 0.006);
        }""",
        arg=[stepper(page).element_handle(), values],
    )


def output(page: Page) -> list[float]:
    """The output in focus as it is written there: fractions, or two digits."""
    text = stepper(page).get_attribute("data-output") or ""
    return [float(Fraction(word.replace("−", "-"))) for word in text.split()]


def parameters(page: Page) -> dict[str, str]:
    """What the address says."""
    return dict(page.evaluate("() => [...new URLSearchParams(window.location.search)]"))


def addressed(page: Page, **wanted: str | None) -> None:
    """Wait until the address has these parameters; None: it must not have it."""
    page.wait_for_function(
        """(wanted) => {
          const said = new URLSearchParams(window.location.search);
          return Object.entries(wanted).every(([name, value]) => said.get(name) === value);
        }""",
        arg=wanted,
    )


def unfold(page: Page) -> None:
    """Show the further settings."""
    page.get_by_text("More settings", exact=True).click()
    expect(page.get_by_role("spinbutton", name="Bias")).to_be_visible()


def pixels(page: Page) -> np.ndarray:
    """The canvas as it is, one pixel a CSS pixel: rows×columns×3."""
    text = canvas(page).evaluate("(node) => node.toDataURL()").split(",")[1]
    return np.asarray(Image.open(BytesIO(base64.b64decode(text))).convert("RGB")).astype(int)


# Point everywhere and listen to the hint: nothing is known here of how things are laid out.
FIND_GRIDS = """(root) => {
  const canvas = root.querySelector("canvas");
  const hint = root.querySelector("[data-part=hint]");
  const area = canvas.getBoundingClientRect();
  const point = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
    clientX: area.left + x, clientY: area.top + y, pointerType: "mouse", bubbles: true,
  }));
  const heard = (x, y) => { point("pointermove", x, y); return hint.textContent; };
  const usual = heard(-9, -9);
  const parts = { Input: "inputs", Output: "outputs", Weight: "kernels" };
  const grids = [];
  const inside = (x, y) => grids.find((grid) =>
    x >= grid.x && x < grid.x + grid.width && y >= grid.y && y < grid.y + grid.height);
  const reach = (x, y, dx, dy, same) => {
    let far = 0;
    while (same(heard(x + (far + 1) * dx, y + (far + 1) * dy))) far += 1;
    return far;
  };
  for (let y = 5; y < area.height; y += 12) {
    for (let x = 5; x < area.width; x += 12) {
      if (inside(x, y)) continue;
      const part = parts[heard(x, y).split(" ")[0]];
      if (!part) continue;
      const here = hint.textContent;
      const any = (text) => text !== usual;
      const own = (text) => text === here;
      const [left, right] = [reach(x, y, -1, 0, any), reach(x, y, 1, 0, any)];
      const [up, down] = [reach(x, y, 0, -1, any), reach(x, y, 0, 1, any)];
      const cell = reach(x, y, -1, 0, own) + reach(x, y, 1, 0, own) + 1;
      const [width, height] = [left + right + 1, up + down + 1];
      grids.push({ part, x: x - left, y: y - up, width, height, cell });
    }
  }
  point("pointerleave", -9, -9);
  return grids;
}"""


@dataclass(frozen=True)
class Cells:
    """Where the cells stand on the canvas, as pointing at them tells.

    Parts are "inputs", "kernels" and "outputs", each a list of grids, from the left and then from
    above; numbers are CSS pixels of the canvas, or cells counted from 0, the border's included.
    """

    page: Page
    grids: dict[str, list[dict[str, int]]]

    def box(self, part: str, row: int, column: int, index: int = 0) -> tuple[int, int, int]:
        """Left, top and side of a cell."""
        grid = self.grids[part][index]
        side = grid["cell"]
        return grid["x"] + column * side, grid["y"] + row * side, side

    def side(self, part: str, index: int = 0) -> int:
        """How many cells a grid has in a row."""
        grid = self.grids[part][index]
        assert grid["width"] == grid["height"], grid
        count, rest = divmod(grid["width"], grid["cell"])
        assert rest == 0, grid
        return count

    def middle(self, part: str, row: int, column: int, index: int = 0) -> dict[str, float]:
        x, y, side = self.box(part, row, column, index)
        return {"x": x + side / 2, "y": y + side / 2}

    def on_page(self, part: str, row: int, column: int, index: int = 0) -> tuple[float, float]:
        """The middle of a cell as the mouse needs it."""
        canvas(self.page).scroll_into_view_if_needed()
        corner = canvas(self.page).bounding_box()
        middle = self.middle(part, row, column, index)
        return corner["x"] + middle["x"], corner["y"] + middle["y"]

    def hover(self, part: str, row: int, column: int, index: int = 0) -> None:
        canvas(self.page).hover(position=self.middle(part, row, column, index))

    def click(self, part: str, row: int, column: int, index: int = 0) -> None:
        canvas(self.page).click(position=self.middle(part, row, column, index))

    def drag(self, part: str, *places: tuple[int, int]) -> None:
        """From cell to cell with the button held down, without a stop between them."""
        page = self.page
        page.mouse.move(*self.on_page(part, *places[0]))
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*self.on_page(part, *place))
        page.mouse.up()

    def open(self, part: str, row: int, column: int, index: int = 0) -> Locator:
        """Click a cell and wait for its field."""
        self.click(part, row, column, index)
        what = "Input" if part == "inputs" else "Kernel"
        name = re.compile(rf"^{what}\b.* row {row + 1}, column {column + 1}$")
        expect(field(self.page)).to_have_attribute("aria-label", name)
        expect(field(self.page)).to_be_focused()
        return field(self.page)

    def cut(self, picture: Any, part: str, row: int, column: int, index: int = 0) -> Any:
        """A cell's pixels out of ``pixels``."""
        x, y, side = self.box(part, row, column, index)
        return picture[y : y + side, x : x + side]


def cells(page: Page) -> Cells:
    """The cells of what the stepper shows now."""
    found = stepper(page).evaluate(FIND_GRIDS)
    grids: dict[str, list[dict[str, int]]] = {"inputs": [], "kernels": [], "outputs": []}
    for grid in sorted(found, key=lambda grid: (grid["y"], grid["x"])):
        grids[grid["part"]].append(grid)
    return Cells(page, grids)

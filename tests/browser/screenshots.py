"""The README's screenshots: ``python -m tests.browser.screenshots``.

Starts the app, opens each lab at 1280×720 as a student would, trains the digits preset on the
training page, and writes ``assets/screenshots/<lab>.png``.
"""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from dlviz.io.assets import ASSETS, record
from tests.browser.conftest import CHROMIUM, FLAGS, start_server
from tests.browser.driver import visit

COMMAND = "python -m tests.browser.screenshots"
LABS = ("convolution", "points", "training", "filters", "adversarial")


def prepare(page: Page, lab: str) -> None:
    """What a student has done when the picture is taken."""
    visit(page, f"/{lab}")
    if lab == "points":
        page.locator("div.points[data-shown]").wait_for()
    if lab == "training":
        page.get_by_role("button", name="Start").click()
        page.locator('.live[data-state="done"]').wait_for(timeout=120_000)
        page.get_by_text("Look inside it").first.wait_for()
        page.mouse.move(1, 1)  # else the button looks as if it were about to be pressed
    if lab == "filters":
        page.get_by_text("Save picture").first.wait_for(timeout=120_000)
    if lab == "adversarial":
        page.locator('.fgsm[data-known="33"]').wait_for(timeout=120_000)  # every ε is scanned
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)


def main() -> None:
    """Take one of each lab."""
    folder = ASSETS / "screenshots"
    folder.mkdir(exist_ok=True)
    server = start_server()
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            view = chromium.new_context(
                base_url=server.url, viewport={"width": 1280, "height": 720}, color_scheme="light"
            )
            for lab in LABS:
                page = view.new_page()
                prepare(page, lab)
                picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                # 256 colours without dithering: a third of the bytes, and text stays sharp.
                few = picture.quantize(256, dither=Image.Dither.NONE)
                few.save(folder / f"{lab}.png", optimize=True)
                record(
                    f"screenshots/{lab}.png",
                    what=f"The README's picture of the lab “{lab}”",
                    source="a screenshot of dlviz",
                    licence="MIT; photographs as above",
                    command=COMMAND,
                )
                page.close()
            chromium.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main()

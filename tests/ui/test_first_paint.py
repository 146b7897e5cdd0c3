"""Every page paints something true before torch is there: a subprocess runs the main script.

Not ``app.py``: on that AppTest would pass whatever the pages do (DESIGN 4.14).
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dlviz.io.assets import ASSETS
from dlviz.io.lesson_map import lectures
from dlviz.ui.pages import EVERY, LABS

ROOT = Path(__file__).resolve().parents[2]
TORCHLESS = ("convolution", "points")

# The import is held back for good: what is painted here was painted without torch.
PAINT = """
import json, sys
from dlviz.ui import engine
from streamlit.testing.v1 import AppTest

engine.DELAY_SECONDS = 3600
found = {}
for page in json.load(sys.stdin):
    test = AppTest.from_file("dlviz/ui/main.py", default_timeout=60)
    if page != "home":
        test.switch_page(f"../../pages/{page}.py")
    test.run()
    found[page] = {
        "exceptions": [item.value for item in test.exception],
        "title": [item.value for item in test.title],
        "html": [item.proto.body for item in test.get("html")],
        "kinds": sorted({item.type for item in test.main}),
        "texts": [item.value for item in (*test.caption, *test.markdown, *test.warning)],
        "torch": sorted(name for name in ("torch", "torchvision") if name in sys.modules),
    }
json.dump(found, sys.stdout)
"""


@pytest.fixture(scope="module")
def painted() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", PAINT],
        input=json.dumps(["home", *EVERY]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("page", ["home", *EVERY])
def test_no_page_imports_torch_to_paint(painted: dict[str, Any], page: str) -> None:
    assert painted[page]["torch"] == []
    assert painted[page]["exceptions"] == []


@pytest.mark.parametrize("page", EVERY)
def test_the_page_asked_for_is_the_one_painted(painted: dict[str, Any], page: str) -> None:
    assert painted[page]["title"] == [EVERY[page].question]


def pictures(found: dict[str, Any]) -> list[bytes]:
    """The pictures that travel inside the page's own HTML."""
    mark = 'src="data:image/webp;base64,'
    return [
        base64.b64decode(part.split('"')[0])
        for body in found["html"]
        for part in body.split(mark)[1:]
    ]


def test_home_shows_one_shipped_picture_for_each_part_of_the_lecture(
    painted: dict[str, Any],
) -> None:
    found = painted["home"]
    assert len(found["title"]) == 1
    labs = [part.lab for part in lectures()["101"].parts]
    shipped = [(ASSETS / "heroes" / f"{lab}-light.webp").read_bytes() for lab in labs]
    assert sorted(pictures(found)) == sorted(shipped)
    assert all(any(EVERY[lab].does in text for text in found["texts"]) for lab in labs)


@pytest.mark.parametrize("page", [lab for lab in LABS if lab not in TORCHLESS])
def test_a_lab_shows_its_shipped_picture_first(painted: dict[str, Any], page: str) -> None:
    shipped = (ASSETS / "heroes" / f"{page}-light.webp").read_bytes()
    assert pictures(painted[page]) == [shipped]
    assert "progress" in painted[page]["kinds"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lab", EVERY)
def test_the_shipped_pictures_are_pictures_of_something(lab: str, theme: str) -> None:
    with Image.open(BytesIO((ASSETS / "heroes" / f"{lab}-{theme}.webp").read_bytes())) as picture:
        width, height = picture.size
        assert width >= 480
        assert 0.2 < height / width < 1.5
        colours = picture.convert("RGB").getcolors(maxcolors=1 << 24)
        assert colours is not None
        assert len(colours) > 30
        pixels = width * height
        background = max(colours)[1]
        assert max(colours)[0] < 0.97 * pixels
        assert (sum(background) > 3 * 128) == (theme == "light")


@pytest.mark.parametrize("page", TORCHLESS)
def test_a_lab_that_needs_no_torch_is_there_at_once(painted: dict[str, Any], page: str) -> None:
    found = painted[page]
    assert {"bidi_component", "selectbox"} <= set(found["kinds"])
    shipped = (ASSETS / "heroes" / f"{page}-light.webp").read_bytes()
    assert shipped not in pictures(found), "the real thing, not a picture of it"


def test_the_photograph_below_the_convolution_lab_waits_for_torch(painted: dict[str, Any]) -> None:
    assert "progress" in painted["convolution"]["kinds"]
    assert "progress" not in painted["points"]["kinds"]

"""What several modules of the pages need stands in one of them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

UI = Path(__file__).resolve().parents[2] / "dlviz" / "ui"
TEXTS = {path.name: path.read_text("utf-8") for path in UI.glob("*.py")}


def test_the_browsers_theme_is_asked_for_in_one_place() -> None:
    assert [name for name, text in TEXTS.items() if "context.theme" in text] == ["theme.py"]


def test_no_class_is_written_twice() -> None:
    classes = Counter(
        name for text in TEXTS.values() for name in re.findall(r"^class (\w+)", text, re.M)
    )
    assert [name for name, count in classes.items() if count > 1] == []


def test_an_entry_that_is_nothing_but_its_title_is_named() -> None:
    only_title = re.compile(r'^class (\w+):\n    """.*"""\n\n    title: str\n(?!    \w)', re.M)
    assert [name for text in TEXTS.values() for name in only_title.findall(text)] == ["Named"]


def test_a_plain_file_to_save_is_offered_in_one_way() -> None:
    own = 'icon=icon, on_click="ignore"'
    assert [name for name, text in TEXTS.items() if own in text] == ["controls.py"]

"""The lesson registry: whole, short, in the lectures' order, and refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlviz.io import assets
from dlviz.io.assets import AssetError
from dlviz.io.lesson_map import lectures
from dlviz.ui.pages import EVERY, LABS

LINES = [line for lecture in lectures().values() for line in lecture.lines]


def test_both_lectures_are_there_in_order_of_their_dates() -> None:
    found = list(lectures().values())
    assert [(item.by, item.date[-4:]) for item in found] == [
        ("Andrew Beam", "2017"),
        ("Justin Ellis", "2019"),
    ]
    assert all(item.outside for item in found)


def test_every_page_is_reached_and_every_part_has_a_lab() -> None:
    assert {line.page for line in LINES} == set(EVERY)
    shown = [part.lab for part in lectures()["101"].parts]
    assert len(set(shown)) == len(shown)
    assert set(LABS) < set(shown)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.slide)
def test_a_line_is_short_and_says_what_must_be_seen(line) -> None:
    assert 0 < len(line.slide) <= 44
    assert 0 < len(line.claim) <= 90
    assert len(line.shows) >= 5
    assert line.claim.endswith((".", "?"))
    assert line.heading.rstrip("?.") == line.slide.rstrip("?")
    assert line.heading.endswith(("?", "."))
    assert "?." not in line.heading


def test_a_damaged_registry_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    for text in (None, "{", '{"101": {"title": 1}}'):
        if text is not None:
            (tmp_path / "lessons.json").write_text(text)
        lectures.cache_clear()
        with pytest.raises(AssetError, match=r"lessons\.json is (missing|damaged)"):
            lectures()
    lectures.cache_clear()

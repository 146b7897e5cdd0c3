"""The lesson registry: what the two lectures claim, slide by slide, and where to try each claim.

``assets/lessons.json`` is edited by hand: lectures in order of date, their parts in the lectures'
order. ``shows`` is a text that the page shows only once it has computed, after the button
``press``, if there is one to be pressed: a test opens every line and looks for it. ``outside`` are
the slides that nothing here answers, with the reason. After an edit
``python -m dlviz.io.lesson_map`` enters the file in the table of assets.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dlviz.io.assets import AssetError, asset_path, record

FILE = "lessons.json"


@dataclass(frozen=True)
class LessonLine:
    """One claim: its ``slide``, the claim in our words, and the prepared view, a page's address."""

    slide: str
    claim: str
    page: str
    settings: Mapping[str, str]
    shows: str
    press: str

    @property
    def heading(self) -> str:
        """The slide's title as a sentence of its own."""
        return self.slide if self.slide.endswith("?") else f"{self.slide}."


@dataclass(frozen=True)
class LessonPart:
    """A part of a lecture; ``lab`` is the page that most of its lines lead to."""

    title: str
    lab: str
    lines: tuple[LessonLine, ...]


@dataclass(frozen=True)
class Lecture:
    """A lecture, part by part. ``outside``: slide → why it is not to be tried here."""

    title: str
    by: str
    date: str
    parts: tuple[LessonPart, ...]
    outside: Mapping[str, str]

    @property
    def lines(self) -> tuple[LessonLine, ...]:
        """All of its claims."""
        return tuple(line for part in self.parts for line in part.lines)


@cache
def lectures() -> dict[str, Lecture]:
    """Name → lecture. Raises ``AssetError`` if the file is missing or damaged."""
    try:
        raw = json.loads(asset_path(FILE).read_text("utf-8"))
        return {
            name: Lecture(
                item["title"],
                item["by"],
                item["date"],
                tuple(
                    LessonPart(
                        part["title"],
                        part["lab"],
                        tuple(LessonLine(**line) for line in part["lines"]),
                    )
                    for part in item["parts"]
                ),
                item["outside"],
            )
            for name, item in raw.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssetError(f"assets/{FILE} is damaged.") from error


if __name__ == "__main__":
    record(
        FILE,
        what="The lesson registry: what the two lectures claim, and where each claim is tried",
        source="written for dlviz, after the slides of Beam (2017) and Ellis (2019)",
        licence="MIT",
        command="python -m dlviz.io.lesson_map",
    )

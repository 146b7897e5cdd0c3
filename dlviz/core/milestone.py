"""What an entry of the timeline is. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Way:
    """Where dlviz lets one try it: a page, what its address says, and the words of the link."""

    page: str
    label: str
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Milestone:
    """One thing that happened.

    ``when`` is its year and, by its fraction, its place within the year. It is shown by a
    ``picture`` (a name that ``dlviz.figures.milestone_pictures`` knows), by ``bars`` (words, value,
    what is written beside), or else by one ``number`` with its ``unit``.
    """

    name: str
    when: float
    title: str
    who: str
    text: str
    source: str
    number: str = ""
    unit: str = ""
    picture: str = ""
    bars: tuple[tuple[str, float, str], ...] = ()
    ways: tuple[Way, ...] = ()

    @property
    def year(self) -> int:
        """Without its fraction."""
        return int(self.when)

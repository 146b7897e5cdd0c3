"""A visitor's models: what was trained, kept while the visitor is here."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dlviz.core.specs import RunSpec

if TYPE_CHECKING:
    from dlviz.core.classifier import Classifier
    from dlviz.core.snapshots import Snapshot

MAX_MODELS = 8
MAX_MEGABYTES = 128
MAX_TITLE = 60


class ShelfError(ValueError):
    """A network that the shelf does not take; the message is one sentence for its owner."""


@dataclass(frozen=True)
class Series:
    """Runs that differ in nothing but their ``seeds``: the best of them has a place.

    ``title`` is that of the best one alone.
    """

    name: str
    title: str
    seeds: frozenset[int]

    @property
    def words(self) -> str:
        """What its model is called unless its owner calls it something else."""
        count = len(self.seeds)
        return self.title if count == 1 else f"{self.title}, best of {count} seeds"


@dataclass(frozen=True, eq=False)
class Entry:
    """One model on the shelf: its snapshots, the last of which is the model."""

    key: str
    title: str
    spec: RunSpec
    snapshots: tuple[Snapshot, ...]
    classifier: Classifier
    series: Series | None = None

    @property
    def bytes(self) -> int:
        """Memory of the snapshots and of the model."""
        return sum(item.bytes for item in self.snapshots) + self.snapshots[-1].bytes

    @property
    def is_head(self) -> bool:
        """Whether it was learnt on top of a trained base: ``spec.net`` is a head."""
        return self.snapshots[-1].on_base

    @property
    def accuracy(self) -> float | None:
        """Held-out accuracy, where the run came to its end."""
        score = self.snapshots[-1].held_out
        return score.accuracy if score else None


def _noun(spec: RunSpec) -> str:
    from dlviz.io.datasets import noun_of

    return noun_of(spec.data.key)


def _entry(spec: RunSpec, snapshots: Sequence[Snapshot]) -> Entry:
    if not snapshots[-1].is_finite:
        raise ShelfError(
            "Some of its weights are no numbers any more, or its held-out loss is none: the shelf "
            "takes no such model."
        )
    key = f"my-{secrets.token_hex(4)}"
    return Entry(key, "", spec, tuple(snapshots), snapshots[-1].classifier)


class Shelf:
    """At most ``MAX_MODELS`` models and ``MAX_MEGABYTES``; the oldest makes room, and is named.

    A model whose weights or held-out loss are no numbers is refused with a ``ShelfError``.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._evicted: list[str] = []
        self._made = 0
        self._lock = threading.Lock()

    def add(
        self, spec: RunSpec, snapshots: Sequence[Snapshot], title: str = "", *, number: int = 0
    ) -> Entry:
        """Keep a run's result, by default under the run's ``number``; returns its entry."""
        made = _entry(spec, snapshots)
        with self._lock:
            return self._put(replace(made, title=title or self._numbered(spec, number)))

    def add_best(
        self, series: str, spec: RunSpec, snapshots: Sequence[Snapshot], *, number: int = 0
    ) -> Entry:
        """Keep the result of one of a series' runs, or the earlier one that was better.

        Judged by held-out accuracy, so a run that was stopped is kept beside. Returns the entry
        that stays.
        """
        made = _entry(spec, snapshots)
        with self._lock:
            title = self._numbered(spec, number)
            if made.accuracy is None:
                return self._put(replace(made, title=title))
            for old in self._entries.values():
                if old.series and old.series.name == series:
                    break
            else:
                first = Series(series, title, frozenset({spec.train.seed}))
                return self._put(replace(made, title=title, series=first))
            best = old if (old.accuracy or 0.0) >= made.accuracy else made
            seeds = old.series.seeds | {spec.train.seed}
            now = Series(series, old.series.title if best is old else title, seeds)
            named = now.words if old.title == old.series.words else old.title
            del self._entries[old.key]
            return self._put(replace(best, title=named, series=now))

    def entries(self) -> list[Entry]:
        """Oldest first."""
        with self._lock:
            return list(self._entries.values())

    def get(self, key: str) -> Entry | None:
        """The entry, or None if it is no longer there."""
        with self._lock:
            return self._entries.get(key)

    def rename(self, key: str, title: str) -> None:
        """A new title, cut to ``MAX_TITLE`` characters; an empty one is ignored."""
        cleaned = " ".join(title.split())[:MAX_TITLE]
        with self._lock:
            if cleaned and key in self._entries:
                self._entries[key] = replace(self._entries[key], title=cleaned)

    def remove(self, key: str) -> None:
        """Take one model off the shelf."""
        with self._lock:
            self._entries.pop(key, None)

    def clear(self) -> None:
        """Empty the shelf."""
        with self._lock:
            self._entries.clear()

    def take_evicted(self) -> list[str]:
        """Titles of models that had to make room since the last time somebody asked."""
        with self._lock:
            titles, self._evicted = self._evicted, []
            return titles

    def _numbered(self, spec: RunSpec, number: int) -> str:
        self._made = number or self._made + 1
        return f"My {_noun(spec)} net {self._made}"

    def _put(self, entry: Entry) -> Entry:
        """As the newest; the oldest make room."""
        self._entries[entry.key] = entry
        while len(self._entries) > 1 and (
            len(self._entries) > MAX_MODELS or self._bytes() > MAX_MEGABYTES * 2**20
        ):
            oldest = self._entries.pop(next(iter(self._entries)))
            self._evicted.append(oldest.title)
        return entry

    def _bytes(self) -> int:
        return sum(entry.bytes for entry in self._entries.values())

"""Several runs beside one another: the settings that differ, and bands over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from dlviz.core.points.specs import PointsSpec
from dlviz.core.specs import AdversarialSpec, AugmentSpec, LayerSpec, RunSpec, TrainSpec
from dlviz.core.words import written
from dlviz.runs.points_words import change_in_words, settings_of
from dlviz.runs.records import Record
from dlviz.runs.spec import Spec, with_seed


@dataclass(frozen=True)
class Difference:
    """One setting that is not the same in all runs, and its value in each, as texts."""

    setting: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class BandPoint:
    """Lowest, mean and highest of the ``count`` runs that have a value at ``step``."""

    step: int
    low: float
    mean: float
    high: float
    count: int


@dataclass(frozen=True)
class Band:
    """Runs that are equal but for their seed. ``loss`` and ``accuracy`` are the held-out ones'."""

    records: tuple[Record, ...]
    loss: tuple[BandPoint, ...]
    accuracy: tuple[BandPoint, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        """In the order of the records."""
        return tuple(record.spec.train.seed for record in self.records)


def differing(records: Sequence[Record]) -> list[Difference]:
    """The settings in which the runs differ, in the order of a spec; the device at the end."""
    tables = [_settings(record) for record in records]
    names = list(dict.fromkeys(name for table in tables for name in table))
    rows = [Difference(name, tuple(table.get(name, "–") for table in tables)) for name in names]
    return [row for row in rows if len(set(row.values)) > 1]


def bands(records: Sequence[Record]) -> list[Band]:
    """The runs grouped by all that they are but for their seed; groups as their first run comes."""
    groups: dict[Spec, list[Record]] = {}
    for record in records:
        groups.setdefault(_family(record.spec), []).append(record)
    return [Band(tuple(group), _band(group, 1), _band(group, 2)) for group in groups.values()]


def _family(spec: Spec) -> Spec:
    """What is the same for all runs that differ in nothing but their seed."""
    if isinstance(spec, RunSpec):
        from dlviz.core.layers import completed

        spec = replace(spec, net=completed(spec.net))
    return with_seed(spec, 0)


def _band(records: Sequence[Record], column: int) -> tuple[BandPoint, ...]:
    at: dict[int, list[float]] = {}
    for record in records:
        for point in record.scores:
            at.setdefault(point[0], []).append(point[column])
    return tuple(
        BandPoint(step, min(values), sum(values) / len(values), max(values), len(values))
        for step, values in sorted(at.items())
    )


def _settings(record: Record) -> dict[str, str]:
    """Every setting of a run by its name, for people."""
    spec = record.spec
    if isinstance(spec, PointsSpec):
        by_hand = "; ".join(map(change_in_words, spec.interventions))
        return settings_of(spec) | {"by hand": by_hand}
    assert isinstance(spec, RunSpec)
    table = _of_pictures(spec)
    table["by hand"] = "; ".join(
        f"{item.name.replace('_', ' ')} {_text(item.value)} after step {item.step}"
        for item in spec.interventions
    )
    return table | {"device": record.device}


def _of_pictures(spec: RunSpec) -> dict[str, str]:
    from dlviz.core.layers import completed

    train = spec.train
    layers = completed(spec.net).layers
    table = {f"layer {n}": _words(layer) for n, layer in enumerate(layers, start=1)}
    table |= {"data set": spec.data.name, "pixels shuffled": _text(spec.data.shuffled)}
    table["share of the pictures"] = _text(spec.data.share)
    for item in fields(TrainSpec):
        if item.name not in ("augment", "adversarial"):
            table[item.name.replace("_", " ")] = _text(getattr(train, item.name))
    for item in fields(AugmentSpec):
        table[f"augmentation: {item.name}"] = _text(getattr(train.augment, item.name))
    for item in fields(AdversarialSpec):
        table[f"adversarial training: {item.name}"] = _text(getattr(train.adversarial, item.name))
    return table


def _words(layer: LayerSpec) -> str:
    """conv, channels 8, kernel 5; an option that is None is not in use."""
    used = {name: value for name, value in layer.options.items() if value is not None}
    options = (f"{name.replace('_', ' ')} {_text(value)}" for name, value in used.items())
    return ", ".join((layer.kind.replace("_", " "), *options))


def _text(value: object) -> str:
    """All digits: what makes two runs different must be seen. 1.0 is 1."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return written(value) if isinstance(value, float) else str(value)

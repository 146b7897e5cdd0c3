"""What a run is called: by the preset that it is, or was before something was changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from dlviz.core.networks import OFFERED
from dlviz.core.points.specs import PointsSpec
from dlviz.core.specs import RunSpec, TrainSpec
from dlviz.core.words import written
from dlviz.runs.points_words import name_of_points
from dlviz.runs.spec import Spec

SHOWN = 2  # changes that are named; of more, only how many there are
_SHORT = {
    "learning_rate": "rate",
    "batch_size": "batch",
    "weight_decay": "decay",
    "filter_rms": "filter RMS",
}


def name_of_run(spec: Spec) -> str:
    """ "Digits – a small CNN, rate 0.01": the preset with the same network, and what is changed."""
    if isinstance(spec, PointsSpec):
        return name_of_points(spec)
    assert isinstance(spec, RunSpec)
    candidates = [preset for preset in OFFERED.values() if preset.spec.net == spec.net]
    changed = {
        preset.title: list(changes(preset.spec, spec))
        for preset in candidates
        if preset.spec.data.name == spec.data.name
    }
    if not changed:
        return f"{_noun(spec)} – a network of one's own, {len(spec.net.layers)} layers"
    title = min(changed, key=lambda name: len(changed[name]))
    listed = changed[title]
    if len(listed) > SHOWN:
        listed = [f"{len(listed)} settings changed"]
    return ", ".join((title.replace(": ", " – "), *listed))


def changes(before: RunSpec, after: RunSpec) -> Iterator[str]:
    """What is set otherwise, but for network, data set and seed, a few words each."""
    if after.data.shuffled != before.data.shuffled:
        yield "pixels shuffled" if after.data.shuffled else "pixels in order"
    if after.data.share != before.data.share:
        yield f"{written(100 * after.data.share, 3)} % of the labels"
    plain = replace(
        after.train,
        seed=before.train.seed,
        augment=before.train.augment,
        adversarial=before.train.adversarial,
    )
    for item in fields(TrainSpec):
        value = getattr(plain, item.name)
        if value != getattr(before.train, item.name):
            shown = written(value, 6) if isinstance(value, float) else str(value).replace("_", " ")
            yield f"{_SHORT.get(item.name, item.name)} {shown}"
    if after.train.augment != before.train.augment:
        yield "other augmentation"
    if after.train.adversarial != before.train.adversarial:
        hostile = after.train.adversarial.words
        yield f"trained against {hostile}" if hostile else "no adversarial training"
    if after.interventions != before.interventions:
        yield "changed by hand"


def _noun(spec: RunSpec) -> str:
    from dlviz.io.datasets import noun_of

    return noun_of(spec.data.key).capitalize()

"""Any specs, and texts that are none."""

from __future__ import annotations

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from dlviz.core.specs import (
    ADVERSARIES,
    MAX_ATTACK_STEPS,
    MAX_BATCH,
    MAX_EPOCHS,
    SCHEDULES,
    AdversarialSpec,
    AugmentSpec,
    DataSpec,
    Intervention,
    LayerSpec,
    NetSpec,
    RunSpec,
    SpecError,
    TrainSpec,
)

FAST = settings(derandomize=True, deadline=None, max_examples=50)

NAMES = st.text(st.characters(codec="utf-8"), max_size=8)
OPTIONS = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    NAMES,
    st.none(),
)
LAYER_SPECS = st.builds(LayerSpec, NAMES, st.dictionaries(NAMES, OPTIONS, max_size=4))
TRAIN_SPECS = st.builds(
    TrainSpec,
    optimiser=st.sampled_from(["adam", "adamw", "sgd"]),
    learning_rate=st.floats(0, 100),
    momentum=st.floats(0, 0.999),
    weight_decay=st.floats(0, 10),
    batch_size=st.integers(1, MAX_BATCH),
    epochs=st.integers(1, MAX_EPOCHS),
    seed=st.integers(0, 2**31 - 1),
    schedule=st.sampled_from(SCHEDULES),
    patience=st.integers(0, MAX_EPOCHS),
    filter_rms=st.floats(0, 1000),
    augment=st.builds(
        AugmentSpec,
        shift=st.integers(0, 16),
        rotate=st.floats(0, 180),
        flip=st.booleans(),
        scale=st.floats(0, 0.5),
        contrast=st.floats(0, 0.9),
        noise=st.floats(0, 0.5),
        erase=st.floats(0, 0.8),
    ),
    adversarial=st.builds(
        AdversarialSpec,
        attack=st.sampled_from(ADVERSARIES),
        eps=st.integers(1, 255),
        steps=st.integers(1, MAX_ATTACK_STEPS),
    ),
)
DATA_SPECS = st.builds(DataSpec, NAMES, shuffled=st.booleans(), share=st.floats(0.001, 1))
CHANGES = st.builds(
    Intervention,
    step=st.integers(0, 10**9),
    name=st.just("learning_rate"),
    value=st.floats(0, 100),
)
RUN_SPECS = st.builds(
    RunSpec,
    net=st.lists(LAYER_SPECS, min_size=1, max_size=12).map(lambda items: NetSpec(tuple(items))),
    data=DATA_SPECS,
    train=TRAIN_SPECS,
    interventions=st.lists(CHANGES, max_size=3).map(
        lambda items: tuple(sorted(items, key=lambda item: item.step))
    ),
)


def refusal(text: str) -> str:
    """The one sentence that says why not."""
    with pytest.raises(SpecError) as refused:
        RunSpec.from_json(text)
    return one_sentence(refused.value)


def one_sentence(error: SpecError) -> str:
    sentence = str(error)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) <= 200
    sentence.encode()  # can be sent to a browser
    return sentence


def train_json(**fields: object) -> str:
    return json.dumps({"train": fields})


def layers_json(*layers: object) -> str:
    return json.dumps({"net": {"layers": layers}})

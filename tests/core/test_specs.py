"""Specs survive JSON; a stranger's JSON is refused in one sentence."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import zlib
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.core.networks import PRESETS
from dlviz.core.specs import (
    MAX_BATCH,
    MAX_EPOCHS,
    MAX_INTERVENTIONS,
    MAX_LAYERS,
    MAX_SPEC_CHARS,
    SCHEDULES,
    AugmentSpec,
    DataSpec,
    Intervention,
    LayerSpec,
    NetSpec,
    RunSpec,
    SpecError,
    TrainSpec,
    layer,
    small_cnn,
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


# -- round trip ---------------------------------------------------------------------------------


@FAST
@given(spec=RUN_SPECS)
def test_a_spec_survives_json(spec: RunSpec) -> None:
    back = RunSpec.from_json(spec.to_json())
    assert back == spec
    assert hash(back) == hash(spec)
    assert back.to_json() == spec.to_json()
    json.loads(spec.to_json(), parse_constant=pytest.fail)


def test_left_out_parts_have_their_defaults() -> None:
    assert RunSpec.from_json("{}") == RunSpec()
    assert RunSpec.from_json(train_json(epochs=2)).train == replace(TrainSpec(), epochs=2)
    found = RunSpec.from_json(layers_json({"kind": "flatten"}))
    assert found.net == NetSpec((layer("flatten"),))
    assert found.data == DataSpec()


def test_the_order_of_options_does_not_matter() -> None:
    one = RunSpec(NetSpec((layer("conv", channels=8, kernel=5),)))
    other = RunSpec(NetSpec((layer("conv", kernel=5, channels=8),)))
    assert one == other
    assert hash(one) == hash(other)
    assert one.to_json() == other.to_json()


def test_the_default_is_the_small_network_on_digits() -> None:
    assert RunSpec().net == small_cnn()
    assert RunSpec().data.name == "mnist"
    assert [item.kind for item in small_cnn().layers].count("conv") == 2


@pytest.mark.parametrize(
    ("spec", "name"),
    [(RunSpec(), "net"), (TrainSpec(), "seed"), (DataSpec(), "name"), (layer("relu"), "kind")],
)
def test_specs_are_frozen(spec: object, name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(spec, name, getattr(spec, name))


# -- hostile JSON -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "{", "nonsense", "[" * 9_000, '{"a":' * 3_000, "{'net': 1}", '{"net":', "\x00", "{} {}"],
)
def test_what_is_not_json_is_refused(text: str) -> None:
    assert "JSON" in refusal(text)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_have_are_refused_anywhere(value: str) -> None:
    refusal(f'{{"net":{{"layers":[{{"kind":"dropout","options":{{"p":{value}}}}}]}}}}')
    refusal(f'{{"train":{{"weight_decay":{value}}}}}')


@pytest.mark.parametrize("text", ["null", "[]", "1", '"text"', "true", "NaN", "-Infinity"])
def test_what_is_no_object_is_refused(text: str) -> None:
    refusal(text)


def test_too_long_a_text_is_refused_before_it_is_read() -> None:
    assert str(MAX_SPEC_CHARS) in refusal("[" * (MAX_SPEC_CHARS + 1))
    assert str(MAX_SPEC_CHARS) in refusal(" " * 10**7 + "{}")


@pytest.mark.parametrize(
    "value",
    [
        {"extra": 1},
        {"__class__": "x"},
        {"net": {"layers": [{"kind": "relu"}], "more": 1}},
        {"data": {"name": "mnist", "path": "/etc/passwd"}},
        {"train": {"learning_rat": 1}},
        {"net": {"layers": [{"kind": "relu", "module": "os"}]}},
        {"x" * 15_000: 1},
        {"train": {"\ud800": 1}},
        {"train": {"two\nlines": 1}},
    ],
)
def test_unknown_fields_are_refused(value: object) -> None:
    refusal(json.dumps(value))


@pytest.mark.parametrize(
    "value",
    [
        {"net": None},
        {"net": []},
        {"net": {}},
        {"net": {"layers": None}},
        {"net": {"layers": {}}},
        {"net": {"layers": "conv"}},
        {"net": {"layers": [None]}},
        {"net": {"layers": ["relu"]}},
        {"net": {"layers": [{}]}},
        {"net": {"layers": [{"kind": 1}]}},
        {"net": {"layers": [{"kind": None}]}},
        {"net": {"layers": [{"kind": ["conv"]}]}},
        {"net": {"layers": [{"kind": "conv", "options": []}]}},
        {"net": {"layers": [{"kind": "conv", "options": None}]}},
        {"net": {"layers": [{"kind": "conv", "options": {"channels": [1]}}]}},
        {"net": {"layers": [{"kind": "conv", "options": {"channels": {"a": 1}}}]}},
        {"data": None},
        {"data": "mnist"},
        {"data": {"name": 1}},
        {"data": {"name": None}},
        {"data": {"name": ["mnist"]}},
        {"data": {"shuffled": 1}},
        {"data": {"share": 0}},
        {"data": {"share": 1.1}},
        {"train": {"schedule": "slowly"}},
        {"train": {"schedule": ["step"]}},
        {"train": {"augment": None}},
        {"train": {"augment": {"flip": 1}}},
        {"train": {"augment": {"shift": 1.5}}},
        {"train": {"augment": {"shift": 17}}},
        {"train": {"augment": {"turn": 1}}},
        {"interventions": None},
        {"interventions": {}},
        {"interventions": [3]},
        {"interventions": [{"step": 1, "name": "learning_rate"}]},
        {"interventions": [{"step": 1, "name": "seed", "value": 1}]},
        {"interventions": [{"step": -1, "name": "learning_rate", "value": 1}]},
        {"interventions": [{"step": 1, "name": "learning_rate", "value": 101}]},
        {"train": None},
        {"train": []},
        {"train": 3},
    ],
)
def test_wrong_shapes_are_refused(value: object) -> None:
    refusal(json.dumps(value))


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "text",
    [
        nested(400),
        f'{{"net":{nested(400)}}}',
        f'{{"train":{{"seed":{nested(400)}}}}}',
        f'{{"net":{{"layers":[{{"kind":"conv","options":{{"channels":{nested(400)}}}}}]}}}}',
        f'{{"data":{{"name":{nested(400)}}}}}',
        f'{{"train":{{"optimiser":{nested(400)}}}}}',
    ],
)
def test_deep_nesting_is_refused(text: str) -> None:
    refusal(text)


NUMBERS = (
    *("learning_rate", "momentum", "weight_decay", "filter_rms"),
    *("batch_size", "epochs", "seed", "patience"),
)


WRONG_NUMBERS = (
    *(True, False, "1", "", None, [], {}, -1, -1e-9, 1e308, 10**12, 10**400),
    *(float("nan"), float("inf"), float("-inf")),
)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", WRONG_NUMBERS)
def test_a_number_must_be_a_number_within_its_limits(name: str, value: object) -> None:
    assert name in refusal(train_json(**{name: value}))


@pytest.mark.parametrize("name", NUMBERS[4:])
@pytest.mark.parametrize("value", [1.5, 2.0, "2"])
def test_a_count_must_be_whole(name: str, value: object) -> None:
    assert "whole" in refusal(train_json(**{name: value}))


@pytest.mark.parametrize(
    ("field", "limit"),
    [("batch_size", MAX_BATCH), ("epochs", MAX_EPOCHS), ("seed", 2**31 - 1)],
)
def test_a_limit_is_allowed_and_one_more_is_not(field: str, limit: int) -> None:
    assert getattr(RunSpec.from_json(train_json(**{field: limit})).train, field) == limit
    refusal(train_json(**{field: limit + 1}))


@pytest.mark.parametrize("field", ["batch_size", "epochs"])
def test_none_at_all_is_refused(field: str) -> None:
    refusal(train_json(**{field: 0}))


@pytest.mark.parametrize("value", ["", "Adam", "lbfgs", 1, None, ["adam"], {"adam": 1}, True])
def test_unknown_optimisers_are_refused_by_naming_the_known(value: object) -> None:
    sentence = refusal(train_json(optimiser=value))
    assert "adam" in sentence
    assert "sgd" in sentence


def test_the_number_of_layers_is_limited() -> None:
    relu = {"kind": "relu"}
    RunSpec.from_json(layers_json(*[relu] * MAX_LAYERS))
    assert str(MAX_LAYERS) in refusal(layers_json(*[relu] * (MAX_LAYERS + 1)))
    assert str(MAX_LAYERS) in refusal(layers_json())


def test_interventions_stand_in_order_and_are_limited() -> None:
    early, late = ({"step": step, "name": "learning_rate", "value": 0.1} for step in (3, 9))
    spec = RunSpec.from_json(json.dumps({"interventions": [early, late]}))
    assert spec.interventions == (
        Intervention(3, "learning_rate", 0.1),
        Intervention(9, "learning_rate", 0.1),
    )
    assert "order" in refusal(json.dumps({"interventions": [late, early]}))
    many = [early] * (MAX_INTERVENTIONS + 1)
    assert str(MAX_INTERVENTIONS) in refusal(json.dumps({"interventions": many}))


def test_the_key_of_data_tells_shuffled_pixels_but_not_how_many_labels() -> None:
    assert DataSpec("mnist").key == DataSpec("mnist", share=0.1).key == "mnist"
    assert DataSpec("mnist", shuffled=True).key == "mnist+shuffled"


KEYS = st.sampled_from(
    ["net", "data", "train", "layers", "kind", "options", "name", "seed", "epochs", "optimiser"]
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@settings(FAST, max_examples=200)
@given(value=st.dictionaries(KEYS, JSON_VALUES, max_size=3))
def test_any_json_is_a_spec_or_a_sentence(value: object) -> None:
    try:
        spec = RunSpec.from_json(json.dumps(value))
    except SpecError as error:
        one_sentence(error)
    else:
        assert RunSpec.from_json(spec.to_json()) == spec


def test_specs_need_no_torch() -> None:
    code = "import sys, dlviz.core.specs; sys.exit('torch' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


@pytest.mark.parametrize("preset", PRESETS)
def test_a_spec_survives_an_address(preset: str) -> None:
    spec = PRESETS[preset].spec
    link = spec.to_link()
    assert RunSpec.from_link(link) == spec
    assert re.fullmatch(r"[\w-]{1,1000}", link)


def test_a_strangers_link_is_refused_in_one_sentence() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 10**8, 9)).decode()
    for text in ("", "x", "ä", "=" * 9, "A" * 10**6, bomb[:4000], RunSpec().to_link()[:-9]):
        with pytest.raises(SpecError) as refused:
            RunSpec.from_link(text)
        assert len(str(refused.value)) < 200

"""A stranger's JSON is refused in one sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlviz.core.specs import (
    MAX_BATCH,
    MAX_EPOCHS,
    MAX_INTERVENTIONS,
    MAX_LAYERS,
    MAX_SPEC_CHARS,
    Intervention,
    RunSpec,
    SpecError,
)
from tests.core.written_specs import FAST, layers_json, one_sentence, refusal, train_json

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
        {"train": {"adversarial": None}},
        {"train": {"adversarial": "pgd"}},
        {"train": {"adversarial": {"attack": "deepfool"}}},
        {"train": {"adversarial": {"attack": ["pgd"]}}},
        {"train": {"adversarial": {"eps": 0.1}}},
        {"train": {"adversarial": {"eps": 0}}},
        {"train": {"adversarial": {"eps": 256}}},
        {"train": {"adversarial": {"steps": 41}}},
        {"train": {"adversarial": {"steps": True}}},
        {"train": {"adversarial": {"alpha": 0.5}}},
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

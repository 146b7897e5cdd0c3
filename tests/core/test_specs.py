"""Specs survive JSON and addresses."""

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
from hypothesis import given

from dlviz.core.networks import PRESETS
from dlviz.core.specs import (
    AdversarialSpec,
    DataSpec,
    NetSpec,
    RunSpec,
    SpecError,
    TrainSpec,
    layer,
    small_cnn,
)
from tests.core.written_specs import FAST, RUN_SPECS, layers_json, train_json

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


def test_what_was_written_before_adversarial_training_is_the_same_today() -> None:
    """Links, digests of specs and checkpoints: their JSON had no such field."""
    fields = {"augment", "batch_size", "epochs", "filter_rms", "learning_rate", "momentum"}
    fields |= {"optimiser", "patience", "schedule", "seed", "weight_decay"}
    assert set(json.loads(RunSpec().to_json())["train"]) == fields
    hostile = replace(TrainSpec(), adversarial=AdversarialSpec("fgsm", eps=8))
    written = json.loads(RunSpec(train=hostile).to_json())["train"]
    assert written.pop("adversarial") == {"attack": "fgsm", "eps": 8, "steps": 7}
    assert set(written) == fields
    assert RunSpec.from_json(train_json(adversarial={"attack": "pgd"})).train.adversarial == (
        AdversarialSpec("pgd", eps=26, steps=7)
    )


def test_adversarial_training_is_said() -> None:
    plain = RunSpec()
    assert "adversarial" not in plain.words
    for spec, words in (
        (AdversarialSpec("fgsm", 8), "adversarial training (FGSM, ε 8/255)"),
        (AdversarialSpec("pgd", 26, 10), "adversarial training (10-step PGD, ε 26/255)"),
    ):
        said = replace(plain, train=replace(plain.train, adversarial=spec)).words
        assert said == f"{plain.words}, {words}"


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


def test_the_key_of_data_tells_shuffled_pixels_but_not_how_many_labels() -> None:
    assert DataSpec("mnist").key == DataSpec("mnist", share=0.1).key == "mnist"
    assert DataSpec("mnist", shuffled=True).key == "mnist+shuffled"


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

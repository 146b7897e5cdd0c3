"""The training page under AppTest: controls and addresses."""

from __future__ import annotations

import pytest

from dlviz.core.networks import OFFERED, PRESETS, TROUBLE
from dlviz.core.specs import MAX_BATCH, MAX_EPOCHS
from dlviz.ui.server import Server
from tests.ui.training.page import DEFAULT, SEEDS, Open, button, enabled, live, numbers, sound


def test_it_opens_on_the_default_preset_with_its_limits_stated(open_page: Open) -> None:
    test = open_page()
    assert [item.value for item in test.title] == ["How does a network learn?"]
    assert test.selectbox(key="preset").value == next(iter(PRESETS)) == "digits"
    train = PRESETS["digits"].spec.train
    assert numbers(test) == DEFAULT
    assert numbers(test) == {
        "rate": train.learning_rate,
        "batch": train.batch_size,
        "epochs": train.epochs,
        "seed": train.seed,
    }
    labels = {str(item.key): item.label for item in test.number_input}
    assert str(MAX_BATCH) in labels["batch"]
    assert str(MAX_EPOCHS) in labels["epochs"]
    assert not test.query_params
    assert enabled(test) == {"Start", SEEDS}
    assert "Your model shelf" in [item.value for item in test.subheader]
    assert any("pictures that are never trained on" in item.value for item in test.caption)
    assert PRESETS["digits"].expect in [item.value for item in test.caption]


@pytest.mark.parametrize("name", OFFERED)
def test_every_preset_opens_with_a_recorded_run_of_its_own(open_page: Open, name: str) -> None:
    test = open_page(preset=name)
    assert test.selectbox(key="preset").value == name
    shown = live(test)
    assert shown["job"] is None
    assert shown["recorded"]["state"] == "done"
    assert OFFERED[name].expect in [item.value for item in test.caption]
    assert not any("updates**" in item.value for item in test.markdown)  # none is too short
    assert "recorded" in shown["hint"]
    found = [finding["name"] for finding in shown["recorded"]["findings"]]
    if name.startswith(TROUBLE):
        assert name.removeprefix(TROUBLE) in found
    elif name == "bad":
        assert found == ["underfitting"]
    else:
        assert not found
        assert shown["recorded"]["scores"][-1][2] > 0.8


def test_a_link_brings_all_controls_back(open_page: Open, server: Server) -> None:
    test = open_page(preset="clothes", rate="0.01", batch="128", epochs="2", seed="7")
    assert numbers(test) == {"rate": 0.01, "batch": 128, "epochs": 2, "seed": 7}
    sound(button(test, "Start").click().run())
    spec = next(iter(server.executor._jobs.values())).spec
    train = spec.train
    assert (train.learning_rate, train.batch_size, train.epochs, train.seed) == (0.01, 128, 2, 7)
    assert spec.net == PRESETS["clothes"].spec.net
    assert spec.data == PRESETS["clothes"].spec.data


BAD = {
    "rate": ("abc", "-1", "101", "nan", "inf", "-inf", "1e999", "", "0x10", "<script>", "9" * 500),
    "batch": ("-5", "0", "1025", "1e9", "inf", "1e999", "NaN", "", "٣٢٣٢٣", "9" * 500, "🦉"),
    "epochs": ("1e9", "201", "0", "-1", "Infinity", "nan", "9" * 5000, "' OR 1=1"),
    "seed": ("-1", str(2**31), "1e400", "x", "9" * 400),
    "preset": ("<script>alert(1)</script>", "../../etc", "", "DIGITS", "x" * 5000, "\u202e"),
    "edit": ("<script>", "", "Data", "x" * 5000),
}


@pytest.mark.parametrize(
    ("name", "value"),
    [pytest.param(name, value, id=f"{name}={value[:20]}") for name in BAD for value in BAD[name]],
)
def test_a_bad_value_in_the_address_is_the_default_and_the_page_goes_on(
    open_page: Open, name: str, value: str
) -> None:
    test = open_page(**{name: value})
    assert numbers(test) == DEFAULT
    assert test.selectbox(key="preset").value == "digits"
    assert enabled(test) == {"Start", SEEDS}
    assert live(test)["recorded"]
    (sentence,) = [item.value for item in test.info]
    assert sentence.startswith("The link asks for what is not there")


def test_many_bad_values_at_once(open_page: Open, server: Server) -> None:
    test = open_page(rate="abc", batch="-5", epochs="1e9", preset="<script>", seed=["1", "x"])
    assert {**numbers(test), "seed": 0} == DEFAULT
    sound(button(test, "Start").click().run())
    assert len(server.executor._jobs) == 1


def test_the_chosen_preset_is_in_the_address_and_the_default_is_not(open_page: Open) -> None:
    """Numbers are written there by the browser: tests/browser/test_addresses.py."""
    test = open_page()
    sound(test.selectbox(key="preset").set_value("logistic").run())
    assert test.query_params == {"preset": "logistic"}
    sound(test.selectbox(key="preset").set_value("digits").run())
    assert not test.query_params

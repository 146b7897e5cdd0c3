"""The view of gates: what it hands its component, and what it says of XOR."""

from __future__ import annotations

import pytest

from dlviz.core.neurons.gates import GATES
from dlviz.figures.neurons_gates import NO_WEIGHTS, code


def test_it_opens_on_and(run_page):
    page = run_page("neurons")
    assert page.session_state["gate"] == "and"
    assert not any(NO_WEIGHTS in item.value for item in page.markdown)


def test_xor_is_refused_with_its_reason_and_a_way_on(run_page):
    page = run_page("neurons", gate="xor")
    assert any(NO_WEIGHTS in item.value for item in page.markdown)
    page.button(key="to xor").click().run()
    assert not page.exception
    assert page.query_params["stage"] == "xor"


def test_a_gate_that_is_not_there_is_told(run_page):
    page = run_page("neurons", gate="nonsense")
    assert any("nonsense" in item.value for item in page.info)


@pytest.mark.parametrize("name", ["two_of_three", "xor"])
def test_the_program_prints_the_table(name, capsys):
    exec(code(GATES[name]), {})
    printed = [int(line.split()[-1]) for line in capsys.readouterr().out.splitlines()]
    wanted = GATES[name].wanted
    right = sum(a == b for a, b in zip(printed, wanted, strict=True))
    assert right == (3 if name == "xor" else len(wanted))


def test_a_lesson_that_asks_the_same_again_is_news(run_page):
    page = run_page("neurons", **{"try": "threshold"})
    page.button(key="try_answer").click().run()
    turns = []
    for _ in range(2):
        page.button(key="try_then").click().run()
        assert page.query_params["weights"] == "1_1_0.5"
        turns.append(page.session_state["weights turn"][1])
    page.button(key="try_answer").click().run()
    turns.append(page.session_state["weights turn"][1])
    assert turns == [2, 3, 3]


@pytest.mark.parametrize("text", ["", "1_1", "1_1_1_1", "9_1_1", "1_1_x", "1_1_1.55", "🦉" * 50])
def test_weights_that_are_none_are_told_once_and_leave_the_address(run_page, text):
    page = run_page("neurons", weights=text)
    (told,) = [item.value for item in page.info]
    assert told == (
        "The link asks for what is not there: weights are 3 numbers from −3 to 3, "
        "the threshold last, such as 1_1_1.5."
    )
    assert "weights" not in page.query_params
    page.run()
    assert not page.info


def test_another_gates_weights_are_no_mistake_of_the_visitors(run_page):
    page = run_page("neurons", weights="1_1_0.5")
    assert not page.info
    assert page.query_params["weights"] == "1_1_0.5"
    page.segmented_control(key="gate").set_value("two_of_three").run()
    assert not page.info
    assert "weights" not in page.query_params


@pytest.mark.parametrize("text", ["", "9", "-6.1", "nan", "1.234", "1e3", "٣"])
def test_a_z_that_is_none_is_told_once_and_leaves_the_address(run_page, text):
    page = run_page("neurons", stage="activations", z=text)
    (told,) = [item.value for item in page.info]
    assert told == "The link asks for what is not there: z is a number from −6 to 6."
    assert "z" not in page.query_params
    page.run()
    assert not page.info


@pytest.mark.parametrize("text", ["6", "-6", "0.25", "-1.5"])
def test_a_z_of_the_browsers_is_kept(run_page, text):
    page = run_page("neurons", stage="activations", z=text)
    assert not page.info
    assert page.query_params["z"] == text


def test_a_lesson_brings_another_gate_with_weights_of_its_own(run_page):
    page = run_page("neurons", gate="not", weights="-1_0")
    page.query_params["gate"], page.query_params["weights"] = "two_of_three", "1_1_1_2.5"
    page.run()
    assert not page.info
    assert page.query_params["weights"] == "1_1_1_2.5"

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

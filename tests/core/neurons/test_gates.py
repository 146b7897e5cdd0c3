"""Gates against Boolean operators, and what one unit can do against linear programming."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from dlviz.core.neurons.gates import (
    GATES,
    answers,
    corners,
    most_right,
    name_of,
    separable,
    sums,
)

TRUE = {
    "and": all,
    "or": any,
    "not": lambda at: not at[0],
    "nand": lambda at: not all(at),
    "nor": lambda at: not any(at),
    "two_of_three": lambda at: sum(at) >= 2,
    "xor": lambda at: at[0] != at[1],
}


@pytest.mark.parametrize("name", GATES)
def test_a_gate_wants_what_its_name_says_and_its_weights_do_it_where_any_do(name):
    gate = GATES[name]
    assert gate.wanted == tuple(int(TRUE[name](at)) for at in corners(gate.inputs))
    assert gate.possible is (name != "xor")
    assert (answers(gate.weights, gate.threshold) == gate.wanted) is gate.possible


@pytest.mark.parametrize(("inputs", "count"), [(1, 4), (2, 14), (3, 104)])
def test_one_unit_computes_exactly_what_linear_programming_finds(inputs, count):
    at = np.array(corners(inputs), dtype=float)
    for wanted in product((0, 1), repeat=2**inputs):
        signs = 2 * np.array(wanted) - 1
        # signs · (w·x − θ) ≥ 1: any plane that parts them can be stretched to that.
        rows = -signs[:, None] * np.column_stack([at, -np.ones(len(at))])
        found = linprog(
            np.zeros(inputs + 1), rows, -np.ones(len(at)), bounds=[(None, None)] * (inputs + 1)
        )
        assert (wanted in separable(inputs)) is (found.status == 0), wanted
    assert len(separable(inputs)) == count


def test_of_xor_three_of_four_is_the_best():
    assert most_right(GATES["xor"].wanted) == most_right((1, 0, 0, 1)) == 3
    assert most_right(GATES["nand"].wanted) == 4


def test_names_are_unique_and_those_of_the_gates():
    assert len({name_of(found) for found in product((0, 1), repeat=4)}) == 16
    for name in ("and", "or", "not", "nand", "nor", "xor"):
        assert name_of(GATES[name].wanted) == GATES[name].title
    assert name_of(GATES["two_of_three"].wanted) == "at least 2 of 3"
    assert name_of((0, 0, 0, 0, 0, 0, 0, 1)) == "AND of three"
    assert name_of((0, 1, 0, 0, 0, 0, 0, 0)) == "a gate without a name"


def test_a_sum_takes_the_inputs_that_are_on():
    assert sums((2.0, -0.5, 7.0), (1, 1, 0)) == 1.5
    assert answers((1.0, 1.0), 1.0) == (0, 1, 1, 1)  # just reached is reached
    with pytest.raises(ValueError, match="1 to 3"):
        separable(4)

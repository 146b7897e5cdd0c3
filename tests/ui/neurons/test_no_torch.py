"""No view of the page waits for PyTorch: all that they show is computed without it."""

from __future__ import annotations

from dlviz.ui.neurons.views import NEURONS_VIEWS
from tests.test_architecture import fail_without_torch

SHOWN = (
    "from dlviz.figures.neurons_gates import scene; scene('xor')",
    "from dlviz.figures.neurons_bends import scene; scene('gelu', 'light')",
    "from dlviz.figures.neurons_perceptron import scene, school, verdict\n"
    "from dlviz.io.perceptron_pairs import digit_pair\n"
    "found = school(digit_pair('0', '1', each=10, seed=0)); scene(found, file='x'); verdict(found)",
    "from dlviz.core.points.restarts import from_start\n"
    "from dlviz.core.points.data import points_of\n"
    "from dlviz.core.neurons.xor import best_line, xor_spec\n"
    "from dlviz.figures.neurons_xor import hidden_space\n"
    "from dlviz.ui.neurons import xor\n"
    "spec = xor_spec('two_tanh')\n"
    "hidden_space(from_start(spec, 0).network, points_of(spec.data), colours=('#000000',) * 2,"
    " theme='dark', title='')",
    "from dlviz.core.neurons.depth import band\n"
    "from dlviz.figures.neurons_depth import chart\n"
    "chart({'a': band('relu', 'he', layers=3, width=10, seeds=2)}, 'a', back=True)",
)


def test_all_five_views_are_drawn_without_torch():
    assert fail_without_torch(list(SHOWN)) == {}
    assert len(SHOWN) == len(NEURONS_VIEWS)
    assert not any(view.torch for view in NEURONS_VIEWS.values())

"""From one view of the adversarial lab to another: what both may hold, and what only one has."""

from functools import partial

import pytest

from dlviz.ui.adversarial import crowd, family, many, opened, studies
from dlviz.ui.filters import memory
from dlviz.ui.newest import Newest

EVERYWHERE = ("opened", "family", "inside", "file", "meaning")


@pytest.fixture
def open_view(run_page, monkeypatch):
    """The page on a small network, with nothing kept and few pictures."""
    monkeypatch.setattr(memory, "SHARED", memory.Memory(Newest(8), Newest(32)))
    monkeypatch.setattr(studies, "SHARED", Newest(8))
    monkeypatch.setattr(family, "SHARED", Newest(24))
    monkeypatch.setattr(family, "PATHS", Newest(24))
    monkeypatch.setattr(many, "_going", Newest(8))
    monkeypatch.setattr(opened, "run", lambda task, **_options: task.result)
    monkeypatch.setattr(crowd, "COUNTS", {"10": crowd.Named("10")})
    return partial(run_page, "adversarial", model="fashion_cnn")


@pytest.mark.parametrize(
    ("scene", "attack"),
    [("many", "pgd"), ("transfer", "deepfool"), ("inside", "deepfool"), ("file", "pgd")],
)
def test_what_another_view_had_is_not_called_a_broken_link(open_view, scene, attack):
    """The row of views keeps ε and attack: the visitor has opened no link."""
    net = "creatures_cnn" if scene == "transfer" else "fashion_cnn"  # it takes a second one
    test = open_view(scene=scene, model=net, attack=attack, eps="100")
    assert not test.exception, test.exception
    assert "The link asks" not in " ".join(item.value for item in test.info)


@pytest.mark.parametrize("net", ["fashion_cnn", "creatures_cnn"])
def test_an_epsilon_that_nobody_has_set_is_the_same_in_every_view(open_view, net):
    """It is left out of the address, so views that differ would change it unasked."""
    said = {}
    for scene in EVERYWHERE:
        test = open_view(scene=scene, model=net)
        assert not test.exception, test.exception
        said[scene] = int(test.session_state["eps"])
    assert len(set(said.values())) == 1, said

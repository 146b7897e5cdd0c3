"""The programs of a run on points are executed, and say what the run said."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlviz.core.points.activations import ACTIVATIONS
from dlviz.core.points.data import PAINTED, POINT_DATA, points_of
from dlviz.core.points.features import FEATURES
from dlviz.core.points.initialisations import INITIALISATIONS
from dlviz.core.points.losses import LOSSES
from dlviz.core.points.optimisers import OPTIMISERS
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import (
    Hidden,
    PointsChange,
    PointsData,
    PointsNet,
    PointsSpec,
    PointsTrain,
)
from dlviz.core.training import DivergedError, Score, Step
from dlviz.figures.points_code import points_code
from dlviz.figures.points_data_code import DRAWN_CODE, FEATURE_CODE, data_code
from dlviz.figures.points_equations import ACCURACY_CODE, ACTIVATION_CODE, LOSS_CODE, UPDATE_CODE
from dlviz.figures.points_parts import START_CODE
from dlviz.figures.points_torch_code import MODULES, OPTIMISER_CODE, points_torch_code

DATA = PointsData("circle", count=60)
TRAIN = PointsTrain(epochs=4, seed=3)
PAINTED_POINTS = tuple((x / 10, 1.5 - x / 9, x % 3) for x in range(-12, 13))


def spec_of(
    hidden: str = "4tanh", data: PointsData = DATA, *, net: Mapping[str, Any] = {}, **train: Any
) -> PointsSpec:
    made = PointsNet(hidden=PointsNet.hidden_from(hidden), **net)
    return PointsSpec(data, made, replace(TRAIN, **train))


SPECS = {
    **{f"{name}_step": spec_of(optimiser=name, learning_rate=0.02) for name in OPTIMISERS},
    **{
        f"{name}_decays": spec_of(optimiser=name, learning_rate=0.02, l1=0.003, l2=0.1)
        for name in OPTIMISERS
    },
    **{f"{name}_layer": spec_of(f"3{name}-2{name}") for name in ACTIVATIONS},
    **{
        f"{name}_points": spec_of("5relu-4tanh", PointsData(name, count=50))
        for name in POINT_DATA
        if name != "painted"
    },
    **{
        f"{name}_start": spec_of("3sigmoid", net={"initialisation": name})
        for name in INITIALISATIONS
    },
    "painted": spec_of("3elu", PointsData("painted", painted=PAINTED_POINTS)),
    "features": spec_of("3leaky_relu", net={"features": tuple(FEATURES)}),
    "some_features": spec_of("", net={"features": ("x1x2", "sin_x2")}),
    "line": spec_of(""),
    "three_lines": spec_of("", PointsData("three", count=50), l2=0.01),
    "full_batch": spec_of(batch_size=0, momentum=0.5, optimiser="nesterov"),
    "one_large_batch": spec_of(batch_size=42, l2=0.1),
    "all_but_one": spec_of(batch_size=41),
    "deep": spec_of("8tanh-7relu-6sigmoid-5elu-4linear-3leaky_relu", batch_size=7),
    "perceptron": spec_of("", PointsData("xor", count=60), rule="perceptron"),
    "perceptron_done": spec_of(
        "", PointsData("gaussians", count=60), rule="perceptron", epochs=50, seed=1
    ),
    "perceptron_zero": spec_of("", net={"initialisation": "zeros"}, rule="perceptron"),
    "only_l2": spec_of("4relu", l2=0.2),
    "only_l1": spec_of("", l1=0.02, optimiser="adamw", learning_rate=0.01),
}
DROPPED = {
    "dropout_all": spec_of("5tanh", net={"dropout": 0.2}, batch_size=0),
    "dropout": spec_of("6tanh-4relu", net={"dropout": 0.3}, l2=0.01),
    "dropout_adam": spec_of("6sigmoid", net={"dropout": 0.5}, optimiser="adam"),
}
HAND = (
    PointsChange(0, "bias:1:0", 0.25),
    PointsChange(5, "learning_rate", 0.4),
    PointsChange(5, "weight:0:3:1", -2.5),
    PointsChange(9, "learning_rate", 0.05),
    PointsChange(13, "bias:0:2", 1.0),
)
BY_HAND = {
    "by_hand": replace(spec_of(), interventions=HAND),
    "weights_only": replace(spec_of(optimiser="momentum"), interventions=HAND[2:3]),
    "perceptron_by_hand": replace(
        SPECS["perceptron_done"], interventions=(PointsChange(150, "weight:0:0:1", -9.0),)
    ),
}
ALL = {**SPECS, **DROPPED, **BY_HAND}


def curves(spec: PointsSpec) -> tuple[list[float], list[tuple[int, float, float]]]:
    events = list(PointsRun(spec))
    scores = [item for item in events if isinstance(item, Score)]
    return (
        [item.loss for item in events if isinstance(item, Step)],
        [(item.step, item.loss, item.accuracy) for item in scores],
    )


def executed(code: str) -> dict[str, Any]:
    """The names of a script after it has run, in an empty namespace."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(code, "script", "exec"), names)
    return names


@pytest.mark.parametrize("name", ALL)
def test_the_numpy_script_says_what_the_run_said_to_the_last_digit(name: str, capsys) -> None:
    losses, scores = curves(ALL[name])
    names = executed(points_code(ALL[name]))
    assert [float(loss) for loss in names["losses"]] == losses
    assert [(step, float(loss), float(share)) for step, loss, share in names["scores"]] == scores
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"update {scores[-1][0]}: held-out loss {scores[-1][1]}, ")


@pytest.mark.parametrize("name", {**SPECS, **BY_HAND})
def test_autograd_agrees_over_the_first_updates(name: str) -> None:
    spec = ALL[name]
    losses, _ = curves(spec)
    first = min(len(losses), 20)
    found = executed(points_torch_code(spec))["losses"]
    assert np.allclose(found[:first], losses[:first], rtol=1e-6, atol=1e-6)
    assert len(found) >= len(losses)  # a perceptron that is done goes on there


def test_the_perceptron_rests_in_one_script_and_not_in_the_other() -> None:
    steps = {name: len(curves(ALL[name])[0]) for name in ("perceptron", "perceptron_done")}
    assert steps["perceptron_done"] < 50 * 42
    assert steps["perceptron"] == 4 * 42
    assert len(curves(BY_HAND["perceptron_by_hand"])[0]) > 150


@pytest.mark.parametrize("name", DROPPED)
def test_dropout_in_torch_draws_its_own_units_and_says_so(name: str) -> None:
    code = points_torch_code(DROPPED[name])
    assert "draws other units" in code
    assert np.isfinite(executed(code)["losses"]).all()


ALONE = """
import json, runpy, sys

told = {}
for name in sys.argv[1:]:
    names = runpy.run_path(f"{name}.py", run_name="__main__")
    told[name] = [[float(loss) for loss in names["losses"]], names.get("scores", [])]
told["modules"] = [name for name in sys.modules if name.startswith(("dlviz", "torch"))]
print(json.dumps(told, default=float))
"""


def alone(folder: Path, codes: Mapping[str, str]) -> dict[str, Any]:
    """{name: (losses, scores)} of scripts in a process that has no dlviz to import."""
    for name, code in codes.items():
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, *codes],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


HOME = {name: ALL[name] for name in ALL if name.endswith("_points")}
HOME |= {name: ALL[name] for name in ("painted", "features", "by_hand", "perceptron", "dropout")}


def test_every_data_sets_script_runs_where_there_is_no_dlviz(tmp_path) -> None:
    assert {spec.data.name for spec in HOME.values()} == set(POINT_DATA)
    told = alone(tmp_path, {name: points_code(spec) for name, spec in HOME.items()})
    assert told.pop("modules") == []
    for name, (losses, scores) in told.items():
        wanted = curves(HOME[name])
        assert losses == wanted[0]
        assert [tuple(score) for score in scores] == wanted[1]


@pytest.mark.acceptance
def test_so_does_every_data_sets_script_for_torch(tmp_path) -> None:
    told = alone(tmp_path, {name: points_torch_code(spec) for name, spec in HOME.items()})
    modules = told.pop("modules")
    assert "torch" in modules
    assert not any(name.startswith("dlviz") for name in modules)
    del told["dropout"]
    for name, (losses, _) in told.items():
        wanted = curves(HOME[name])[0]
        assert np.allclose(losses[:20], wanted[:20], rtol=1e-6, atol=1e-6)


KINDS = [name for name in POINT_DATA if name != PAINTED]
OTHERS = [
    PointsData(name, noise=noise, count=count, share=share, seed=seed)
    for name in KINDS
    for noise, count, share, seed in ((0.0, 20, 0.9, 5), (1.0, 301, 0.1, 2**31 - 1))
]
OTHERS += [PointsData(PAINTED, share=share, painted=PAINTED_POINTS, seed=7) for share in (0.1, 0.9)]


@pytest.mark.parametrize("data", OTHERS, ids=lambda data: f"{data.name} {data.share}")
def test_a_script_draws_the_points_to_the_last_bit(data: PointsData) -> None:
    points = points_of(data)
    code = data_code(PointsSpec(data))
    names: dict[str, Any] = {"np": np}
    exec(code, names)
    for name, wanted in (
        ("x", points.train_x),
        ("y", points.train_y),
        ("held_x", points.test_x),
        ("held_y", points.test_y),
    ):
        assert names[name].tobytes() == wanted.tobytes()
        assert names[name].dtype == wanted.dtype
        assert names[name].shape == wanted.shape


def test_a_run_that_diverges_ends_in_a_sentence() -> None:
    spec = spec_of("4linear", PointsData("plane", count=60), learning_rate=9.0, epochs=300)
    with pytest.raises(DivergedError):
        curves(spec)
    with pytest.raises(SystemExit, match="too high"), np.errstate(all="ignore"):
        executed(points_code(spec))


NEEDLESS = {
    "line": ("slope", "keep", "velocity", "tanh_", "by_hand", "features(", "sign(", "dropping"),
    "perceptron": ("backward", "sigmoid", "dw", "\ng = ", "dropping", "update(dw"),
    "tanh_layer": ("relu", "squares", "sign(", "dropping", "means"),
    "zeros_start": ("default_rng([3, layer])", "bound"),
}


@pytest.mark.parametrize("name", NEEDLESS)
def test_a_script_has_only_what_its_spec_needs(name: str) -> None:
    code = points_code(ALL[name])
    assert [word for word in NEEDLESS[name] if word in code] == []


@pytest.mark.parametrize("name", ALL)
def test_a_script_is_tidy(name: str) -> None:
    for code in (points_code(ALL[name]), points_torch_code(ALL[name])):
        assert max(map(len, code.splitlines())) <= 100
        assert "\n\n\n\n" not in code
        tree = ast.parse(code)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert {alias.asname or alias.name for alias in node.names} <= used
                of = getattr(node, "module", None) or node.names[0].name
                assert of.partition(".")[0] in ("numpy", "torch")
            if isinstance(node, ast.FunctionDef):
                assert node.name in used


def test_every_entry_of_a_registry_can_be_written() -> None:
    assert set(ACTIVATION_CODE) == set(MODULES) == set(ACTIVATIONS)
    assert set(UPDATE_CODE) == set(OPTIMISER_CODE) == set(OPTIMISERS)
    assert set(LOSS_CODE) == set(ACCURACY_CODE) == set(LOSSES)
    assert set(FEATURE_CODE) == set(FEATURES)
    assert set(START_CODE) == set(INITIALISATIONS)
    assert set(DRAWN_CODE) == set(POINT_DATA) - {PAINTED}


def test_four_hundred_painted_points_fit_into_a_script() -> None:
    points = tuple((x / 100, -x / 100, x % 4) for x in range(-200, 200))
    spec = PointsSpec(PointsData("painted", painted=points), PointsNet(hidden=(Hidden(2),)))
    assert max(map(len, points_code(spec).splitlines())) <= 100

"""The PyTorch script is executed, and prints what the run said, to the last digit."""

from __future__ import annotations

import ast
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
import torch

from dlviz.core.data import ImageData
from dlviz.core.layers import LAYERS, plan
from dlviz.core.networks import PRESETS
from dlviz.core.schedules import rate_at
from dlviz.core.specs import (
    SCHEDULES,
    AdversarialSpec,
    AugmentSpec,
    DataSpec,
    Intervention,
    NetSpec,
    RunSpec,
    TrainSpec,
    layer,
)
from dlviz.core.training import OPTIMISERS
from dlviz.figures.loop_code import schedule_code
from dlviz.figures.network_code import TORCH
from dlviz.figures.training_code import training_code
from dlviz.io.datasets import data_for, entry_of
from dlviz.io.own_pictures import read_zip, write_zip
from tests.figures.scripts import curves, curves_of, printed


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def noise(shape: tuple[int, int, int], classes: int, train: int, test: int) -> ImageData:
    """Pictures that nobody has drawn, of any number, that some brightness tells apart."""
    generator = torch.Generator().manual_seed(train)

    def part(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        labels = torch.arange(count) % classes
        pixels = torch.randint(0, 256, (count, *shape), generator=generator)
        return (pixels * (labels + 1).view(-1, 1, 1, 1) // classes).to(torch.uint8), labels

    names = tuple(f"class{label:02d}" for label in range(classes))
    return ImageData.of("noise", names, part(train), part(test))


def repacked(data: ImageData) -> ImageData:
    """The pictures in the order in which a zip gives them back."""
    return read_zip(write_zip(data), side=data.shape[1])


def code_of(spec: RunSpec, data: ImageData, **options: bool) -> str:
    count = len(data.train_labels)
    return training_code(spec, data.shape, len(data.classes), pictures=count, **options)


EVERYTHING = RunSpec(
    NetSpec(
        (
            layer(
                "conv", channels=4, kernel=5, stride=2, padding=1, init_std=0.3, weight_decay=0.1
            ),
            layer("batch_norm"),
            layer("leaky_relu", slope=0.2),
            layer("avg_pool", size=2, stride=1),
            layer("residual", channels=6, stride=2),
            layer("residual", channels=6),
            layer("tanh"),
            layer("max_pool", size=3, stride=1),
            layer("global_average"),
            layer("dropout", p=0.3),
            layer("dense", units=9),
            layer("elu"),
            layer("batch_norm"),
            layer("gelu"),
            layer("sigmoid"),
            layer("flatten"),
            layer("dropout", p=0.1),
            layer("relu"),
            layer("dense"),
        )
    ),
    train=TrainSpec(
        optimiser="adamw",
        learning_rate=0.01,
        weight_decay=0.02,
        batch_size=8,
        epochs=12,
        seed=5,
        schedule="one_cycle",
        patience=3,
        filter_rms=0.25,
        augment=AugmentSpec(2, 20.0, True, 0.1, 0.3, 0.05, 0.2),
        adversarial=AdversarialSpec("pgd", 3, 2),
    ),
    interventions=(
        Intervention(3, "learning_rate", 0.02),
        Intervention(3, "learning_rate", 0.03),
        Intervention(20, "learning_rate", 2.0),
    ),
)
SHORT = TrainSpec(batch_size=16, epochs=2)
HOSTILE = {
    "fgsm": AdversarialSpec("fgsm", 20),
    "pgd": AdversarialSpec("pgd", 20, 3),
}
CNN = NetSpec(
    (layer("conv", channels=3), layer("relu"), layer("flatten"), layer("dropout"), layer("dense"))
)
LINEAR = NetSpec((layer("flatten"), layer("dense")))
# What the script asks for is what the run gets: these read the shipped digits.
REAL = {
    "whole": RunSpec(LINEAR, DataSpec("mnist"), TrainSpec(batch_size=1024, epochs=1)),
    "share": RunSpec(LINEAR, DataSpec("mnist", share=0.01), replace(SHORT, batch_size=1)),
    "shuffled": RunSpec(LINEAR, DataSpec("mnist", shuffled=True), TrainSpec(epochs=1)),
    "both": RunSpec(LINEAR, DataSpec("fashion_mnist", shuffled=True, share=0.01), SHORT),
}
DIVERGING = RunSpec(
    NetSpec((layer("flatten"), *[layer("dense", units=64)] * 2, layer("dense"))),
    train=TrainSpec("sgd", learning_rate=100.0, batch_size=8),
)
OWN = RunSpec(
    NetSpec((layer("flatten"), layer("dense", units=4), layer("batch_norm"), layer("dense"))),
    DataSpec("own-0123", share=0.5),
    TrainSpec(batch_size=19, epochs=2),
)
AUGMENTS = {
    "shift": AugmentSpec(shift=1),
    "rotate": AugmentSpec(rotate=90.0),
    "flip": AugmentSpec(flip=True),
    "scale": AugmentSpec(scale=0.3),
    "contrast": AugmentSpec(contrast=0.5),
    "noise": AugmentSpec(noise=0.3),
    "erase": AugmentSpec(erase=0.5),
}


def small() -> dict[str, tuple[RunSpec, ImageData]]:
    """Every preset's net, optimiser, schedule and kind of augmentation, on pictures of noise."""
    found = {}
    for name, preset in PRESETS.items():
        entry = entry_of(preset.spec.data.key)
        data = noise(entry.shape, len(entry.classes), 40, 20)
        train = replace(preset.spec.train, batch_size=16, epochs=1)
        found[f"preset {name}"] = (replace(preset.spec, train=train, data=DataSpec()), data)
    grey = noise((1, 28, 28), 3, 60, 12)
    for name in OPTIMISERS:
        train = replace(SHORT, optimiser=name, weight_decay=0.01, learning_rate=0.01)
        found[f"optimiser {name}"] = (RunSpec(CNN, train=train), grey)
        train = replace(train, weight_decay=0.0)
        found[f"optimiser {name} plain"] = (RunSpec(CNN, train=train), grey)
    for name in SCHEDULES:
        found[f"schedule {name}"] = (RunSpec(CNN, train=replace(SHORT, schedule=name)), grey)
    # A patience that lets it come to its last step, which is judged once.
    found["patience"] = (RunSpec(CNN, train=replace(SHORT, patience=9)), grey)
    for name, augment in AUGMENTS.items():
        found[f"augment {name}"] = (RunSpec(CNN, train=replace(SHORT, augment=augment)), grey)
    for name, adversarial in HOSTILE.items():
        train = replace(SHORT, adversarial=adversarial)
        found[f"adversarial {name}"] = (RunSpec(CNN, train=train), grey)
    return found


@pytest.fixture(scope="module")
def runs() -> dict[str, tuple[RunSpec, ImageData]]:
    real = {name: (spec, data_for(spec.data)) for name, spec in REAL.items()}
    own = repacked(noise((3, 32, 32), 2, 40, 10))
    part = data_for(OWN.data, {"own-0123": own})
    grey = noise((1, 28, 28), 10, 41, 20)  # the last batch of an epoch is one picture
    some = {"everything": (EVERYTHING, grey), "diverging": (DIVERGING, grey)}
    return {**real, **small(), **some, "own": (OWN, part)}


@pytest.fixture(scope="module")
def found(runs, tmp_path_factory) -> dict[str, str]:
    """What every script prints."""
    folder = tmp_path_factory.mktemp("scripts")
    packed = write_zip(noise((3, 32, 32), 2, 40, 10))
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        archive.extractall(folder / "own" / "pictures")
    codes = {name: code_of(*pair, own=name == "own") for name, pair in runs.items()}
    assert "own-0123" not in codes["own"]
    given = {name: data for name, (_, data) in runs.items() if name not in (*REAL, "own")}
    return printed(codes, folder, given)


@pytest.mark.parametrize("name", [*REAL, *small(), "everything", "own"])
def test_a_script_prints_the_numbers_of_the_run_to_the_last_digit(name, runs, found) -> None:
    expected = curves(*runs[name])
    assert curves_of(found[name]) == expected
    assert len(expected.losses) >= 2
    assert len(expected.scores) >= 2


def test_a_script_says_where_the_loss_stops_being_a_number(runs, found) -> None:
    losses = curves(*runs["diverging"]).losses
    assert curves_of(found["diverging"]).losses == losses
    assert found["diverging"].splitlines()[-1].startswith(f"Step {len(losses) + 1}: the loss is no")


def test_the_run_of_everything_uses_everything(runs, found) -> None:
    spec, data = runs["everything"]
    losses = curves_of(found["everything"]).losses
    assert 3 * 6 < len(losses) < spec.train.epochs * 6  # patience ended it
    assert len(data.train_labels) % spec.train.batch_size == 1
    for other in (
        replace(spec, interventions=()),
        replace(spec, train=replace(spec.train, filter_rms=0.0)),
    ):
        assert curves(other, data).losses[:20] != losses[:20]


def test_pictures_of_ones_own_are_held_out_alike(runs) -> None:
    _, data = runs["own"]
    assert len(data.train_labels) % OWN.train.batch_size == 1


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("total", [1, 2, 3, 7, 100, 999])
def test_a_script_has_the_rate_of_the_schedule(name: str, total: int) -> None:
    spec = RunSpec(train=TrainSpec(schedule=name))
    scope: dict = {"factor": lambda *_: 1.0}
    exec("import math\n" + "".join(schedule_code(spec)), scope)
    for step in range(total):
        assert 0.003 * scope["factor"](step, total) == rate_at(name, 0.003, step, total)


def test_a_script_has_only_what_its_spec_needs() -> None:
    code = training_code(RunSpec(), (1, 28, 28), 10)
    assert 'data = load_data("mnist")' in code
    needless = (
        "augment",
        "climb",
        "Dropout",
        "Residual",
        "limit_filters",
        "factor",
        "by_hand",
        "patience",
    )
    assert [word for word in needless if word in code] == []
    full = training_code(EVERYTHING, (1, 28, 28), 10)
    assert [word for word in needless if word not in full] == []
    for text in (code, full):
        assert max(map(len, text.splitlines())) <= 100
        used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
        assert imported(text) <= used


def imported(text: str) -> set[str]:
    found = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return {alias.asname or alias.name for node in found for alias in node.names}


def test_every_kind_of_layer_can_be_written() -> None:
    assert set(TORCH) == set(LAYERS) == {item.kind for item in EVERYTHING.net.layers}
    assert len(plan(EVERYTHING.net, (1, 28, 28), 10)) == len(EVERYTHING.net.layers)


def test_a_strangers_words_stay_words() -> None:
    spec = RunSpec(data=DataSpec('x"); import os; """#\n'))
    tree = ast.parse(training_code(spec, (1, 28, 28), 10))
    names = [node.args[0].value for node in ast.walk(tree) if calls(node, "load_data")]
    assert names == [spec.data.name]
    assert "os" not in imported(training_code(spec, (1, 28, 28), 10))


def calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == name

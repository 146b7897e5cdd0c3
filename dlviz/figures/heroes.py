"""The labs' shipped pictures: ``python -m dlviz.figures.heroes [lab …]``.

One real result per lab and theme, computed by the code that the lab itself uses, and written to
``assets/heroes/<lab>-<theme>.webp``. Home shows them, and a lab shows its own while PyTorch loads.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from dlviz.core.convolution import trace_convolution
from dlviz.core.events import Score
from dlviz.core.kernels import KERNELS
from dlviz.core.patches import top_patches
from dlviz.core.points.data import DOMAIN
from dlviz.core.points.features import features_of
from dlviz.core.points.run import PointsRun
from dlviz.core.points.specs import PointsData, PointsNet, PointsSpec, PointsTrain
from dlviz.core.words import percent
from dlviz.figures import (
    hero_architectures,
    hero_experiments,
    hero_glossary,
    hero_medical,
    hero_neurons,
    hero_tasks,
    hero_transfer,
)
from dlviz.figures.attack import attacked, study
from dlviz.figures.board import Board
from dlviz.figures.colours import SIGNED, signed_colours
from dlviz.figures.filtering import filter_photograph
from dlviz.figures.triptych import added, plain
from dlviz.figures.walls import drivers
from dlviz.io.assets import ASSETS, asset_path, record
from dlviz.io.datasets import held_out
from dlviz.io.grids import GRIDS
from dlviz.io.models import load_model
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit

COMMAND = "python -m dlviz.figures.heroes"
QUALITY = 80  # a third of what a PNG needs, and no eye finds the difference
LAYER = "relu4"
CHANNELS = (12, 21, 6)  # chosen by eye: a cat's eye and whiskers, long ears, a round ear
EPS = 2


def convolution(board: Board) -> None:
    """The lecture's X kernel on the lecture's grid, and Sobel's on a photograph."""
    grid, kernel = GRIDS["lecture"].at(7)[0], KERNELS["x"].at(3)
    output = trace_convolution(torch.from_numpy(grid), torch.from_numpy(kernel)).output
    board.grid(20, 60, grid, cell=46, window=(1, 2, 3))
    board.text(366, 200, "*", size=48)
    board.grid(410, 150, kernel, cell=46)
    board.text(572, 200, "=", size=40)
    board.grid(620, 104, output.numpy(), cell=46, window=(1, 2, 1))
    sobel = KERNELS["sobel_x"].at(3)[None]
    photo = filter_photograph(load_photograph("camera"), sobel, theme=board.theme)
    board.picture(890, 16, photo.before, side=190)
    board.picture(890, 218, photo.after, side=190)


def points(board: Board) -> None:
    """A spiral learnt by one neuron, by one layer of eight, and by two layers of eight."""
    data = PointsData("spiral", noise=0.02, count=600)
    train = PointsTrain(optimiser="adam", learning_rate=0.01, batch_size=30, epochs=500)
    titles = {"": "one neuron", "8tanh": "8 hidden units", "8tanh-8tanh": "8 and 8 units"}
    centres = np.linspace(-DOMAIN, DOMAIN, 176)
    grid = np.stack(np.meshgrid(centres, -centres), axis=-1).reshape(-1, 2)
    for column, (text, title) in enumerate(titles.items()):
        net = PointsNet(hidden=PointsNet.hidden_from(text))
        run = PointsRun(PointsSpec(data, net, train))
        *_, last = (event for event in run if isinstance(event, Score))
        said = np.tanh(run.network.forward(features_of(grid, net.features)).outputs[:, 0] / 2)
        left = 12 + column * 372
        pixels = signed_colours(said.reshape(176, 176), 1.5, board.theme)
        board.picture(left, 6, pixels, side=352)
        places = (run.points.test_x / DOMAIN + 1) / 2
        board.marks(left, 6, 352, places, run.points.test_y.astype(int).tolist())
        board.text(left, 372, f"{title}: {percent(last.accuracy)}", size=30)


def training(board: Board) -> None:
    """A recorded run of the default preset: accuracy, and the filters at its end."""
    frame = json.loads(asset_path("runs/digits.json").read_text("utf-8"))
    total = frame["total"]
    board.axes(60, 30, 640, 340, total)
    for which, curve in enumerate(("steps", "scores")):
        points = [(step / total, right) for step, _, right, *_ in frame[curve]]
        board.curve(60, 30, 640, 340, points=points, which=which)
    board.text(60, 384, f"accuracy: held-out {frame['scores'][-1][2]:.1%} after {total} steps")
    filters = unpack(frame["filters"])
    for index, values in enumerate(filters[:12]):
        picture = signed_colours(values, 1.0, board.theme)
        board.picture(744 + index % 3 * 122, 12 + index // 3 * 100, picture, side=92)


def unpack(filters: dict[str, object]) -> NDArray[np.float64]:
    """Filters of a frame as K×h×w numbers between −1 and 1."""
    raw = np.frombuffer(base64.b64decode(str(filters["data"])), np.uint8).astype(np.float64)
    shape = [int(str(filters[name])) for name in ("count", "height", "width")]
    values: NDArray[np.float64] = ((raw - 128) / 127).reshape(shape)
    return values


def filters(board: Board) -> None:
    """Three channels of creatures_cnn: four strongest patches and what drove them."""
    model = load_model("creatures_cnn")
    pixels, _ = held_out("creatures")
    top = top_patches(model, pixels, layer=LAYER, k=4)
    for row, channel in enumerate(CHANNELS):
        found = drivers(model, pixels, top, layer=LAYER, channel=channel, theme=board.theme)
        assert found.projections is not None  # it has max pools and ReLUs
        for column in range(4):
            board.picture(12 + column * 134, 12 + row * 136, found.patches[column], side=126)
            board.picture(572 + column * 134, 12 + row * 136, found.projections[column], side=126)


def adversarial(board: Board) -> None:
    """FGSM on the coffee photograph with MobileNetV2."""
    model = load_model("mobilenet_v2")
    pixels = fit(Image.fromarray(load_photograph("coffee")), 224)
    subject = study(model, pixels)
    outcome = attacked(model, subject, EPS)
    change = added(pixels, outcome.pixels, limit=EPS / 255, theme=board.theme)
    after = int(outcome.probabilities.argmax())
    says = (
        (plain(pixels), f"{model.classes[subject.label]} {float(subject.clean.max()):.0%}"),
        (change, f"± {EPS}/255, magnified"),
        (
            plain(outcome.pixels),
            f"{model.classes[after]} {float(outcome.probabilities[after]):.0%}",
        ),
    )
    for column, (picture, words) in enumerate(says):
        board.picture(12 + column * 372, 6, picture, side=352)
        board.text(12 + column * 372, 372, words, size=30)


HEROES: dict[str, Callable[[Board], None]] = {
    "convolution": convolution,
    "points": points,
    "training": training,
    "filters": filters,
    "adversarial": adversarial,
    "neurons": hero_neurons.draw,
    "architectures": hero_architectures.draw,
    "transfer": hero_transfer.draw,
    "medical": hero_medical.draw,
    "experiments": hero_experiments.draw,
    "tasks": hero_tasks.draw,
    "glossary": hero_glossary.draw,
}


def main() -> None:
    """Draw all heroes in both themes, or those named on the command line, and the page's icon."""
    icon = signed_colours(KERNELS["laplacian"].at(3), 4.0).repeat(20, 0).repeat(20, 1)
    Image.fromarray(np.pad(icon, ((2, 2), (2, 2), (0, 0)))).save(ASSETS / "icon.png", optimize=True)
    record(
        "icon.png",
        what="The page's icon: the lecture's Laplacian kernel",
        source="drawn by dlviz",
        licence="MIT",
        command=COMMAND,
    )
    (ASSETS / "heroes").mkdir(exist_ok=True)
    for name in sys.argv[1:] or HEROES:
        for theme in SIGNED:
            board = Board(theme)
            HEROES[name](board)
            file = f"heroes/{name}-{theme}.webp"
            board.image.save(ASSETS / file, quality=QUALITY, method=6)
            record(
                file,
                what=f"Home's picture of the lab “{name}”, {theme}",
                source="computed by dlviz from the files above",
                licence="MIT; photographs as above",
                command=COMMAND,
            )


if __name__ == "__main__":
    main()

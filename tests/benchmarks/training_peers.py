"""The training loop against its peers: ConvNetJS under Node, and DataLoader with PIL pictures.

    .venv/bin/python -m tests.benchmarks.training_peers [rounds]

The same small CNN (12 and 16 filters of 5×5, ReLU, 2×2 max pooling, ten classes) learns from the
same digits in batches of 64, by SGD with momentum, on the CPU. Each round runs ours, ConvNetJS,
ours, DataLoader; printed are medians and ratios. ConvNetJS comes from npm into a temporary folder.
"""

from __future__ import annotations

import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2

from dlviz.core.data import ImageData
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.core.training import Run, Step
from dlviz.io.datasets import load_data

BATCH = 64
IMAGES_OF_CONVNETJS = 1500  # it is slow, and its speed steady
PEER = Path(__file__).with_name("peers") / "convnetjs_cnn.js"
SPEC = RunSpec(
    NetSpec(
        (
            layer("conv", channels=12, kernel=5),
            layer("relu"),
            layer("max_pool", size=2),
            layer("conv", channels=16, kernel=5),
            layer("relu"),
            layer("max_pool", size=2),
            layer("flatten"),
            layer("dense"),
        )
    ),
    DataSpec("mnist"),
    TrainSpec(optimiser="sgd", learning_rate=0.01, momentum=0.9, batch_size=BATCH, epochs=1),
)


def ours(data: ImageData) -> float:
    """Images per second of dlviz' updates; its peers evaluate nothing, so neither counts here."""
    seconds, seen, began = 0.0, 0, time.monotonic()
    for event in Run(SPEC, data):
        if isinstance(event, Step):
            seconds += time.monotonic() - began
            seen += event.count
        began = time.monotonic()
    return seen / seconds


def convnetjs(data: ImageData, folder: Path) -> float:
    """Images per second of ConvNetJS under Node."""
    pixels = data.train_pixels[:IMAGES_OF_CONVNETJS].flatten(1).tolist()
    labels = data.train_labels[:IMAGES_OF_CONVNETJS].tolist()
    file = folder / "pixels.json"
    file.write_text(json.dumps({"pixels": pixels, "labels": labels, "batch": BATCH}), "utf-8")
    ran = subprocess.run(
        ["node", str(PEER), str(folder / "package"), str(file)],
        check=True,
        capture_output=True,
        text=True,
    )
    said = json.loads(ran.stdout)
    guessing = math.log(10)  # its initial weights are drawn anew each time, so its loss varies
    assert said["loss"] < 0.9 * guessing, "ConvNetJS did not learn: this would compare nothing"
    return float(said["speed"])


class Pictures(Dataset[tuple[Tensor, int]]):
    """What tutorials write: PIL pictures, decoded and normalised one by one."""

    def __init__(self, data: ImageData) -> None:
        self.pictures = [Image.fromarray(pixels[0].numpy()) for pixels in data.train_pixels]
        self.labels = data.train_labels.tolist()
        self.prepare = v2.Compose(
            [v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(data.mean, data.std)]
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.prepare(self.pictures[index]), self.labels[index]


def dataloader(data: ImageData, workers: int) -> float:
    """Images per second of the same network behind a DataLoader; pictures made beforehand."""
    pictures = Pictures(data)
    net = Run(SPEC, data).module
    optimiser = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
    began = time.monotonic()
    for images, labels in DataLoader(pictures, BATCH, shuffle=True, num_workers=workers):
        loss: Tensor = F.cross_entropy(net(images), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return len(pictures) / (time.monotonic() - began)


def feeding(data: ImageData) -> dict[str, float]:
    """Images per second without any network, from a uint8 tensor and from a DataLoader."""
    mean, std = (torch.tensor(value).view(1, -1, 1, 1) for value in (data.mean, data.std))
    normal = nn.Identity()
    began = time.monotonic()
    for batch in torch.split(torch.randperm(len(data.train_labels)), BATCH):
        normal((data.train_pixels[batch].float().div_(255) - mean) / std)
    tensor = len(data.train_labels) / (time.monotonic() - began)
    pictures = Pictures(data)
    began = time.monotonic()
    for images, _ in DataLoader(pictures, BATCH, shuffle=True):
        normal(images)
    loader = len(pictures) / (time.monotonic() - began)
    return {"only feeding: uint8 tensor": tensor, "only feeding: DataLoader": loader}


def fetch_convnetjs(folder: Path) -> bool:
    """npm's convnetjs below the folder; False where there is no npm or no network."""
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    packed = subprocess.run(
        ["npm", "pack", "convnetjs@0.3.0"], cwd=folder, capture_output=True, check=False
    )
    if packed.returncode:
        return False
    subprocess.run(["tar", "xzf", "convnetjs-0.3.0.tgz"], cwd=folder, check=True)
    return True


def measure(rounds: int, folder: Path) -> dict[str, list[float]]:
    """Speeds of everybody, a list per name."""
    data = load_data("mnist")
    found: dict[str, list[float]] = {}

    def note(name: str, run: Callable[[], float]) -> None:
        found.setdefault(name, []).append(run())

    known = fetch_convnetjs(folder)
    for number in range(rounds):
        note("ours", lambda: ours(data))
        if known:
            note("ConvNetJS", lambda: convnetjs(data, folder))
            note("ours", lambda: ours(data))
        note("DataLoader, no workers", lambda: dataloader(data, 0))
        note("ours", lambda: ours(data))
        note("DataLoader, 2 workers", lambda: dataloader(data, 2))
        for name, speed in feeding(data).items():
            found.setdefault(name, []).append(speed)
        print(f"round {number + 1}:", {name: round(values[-1]) for name, values in found.items()})
    return found


def main() -> None:
    """Medians and ratios."""
    torch.set_num_threads(1)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        found = measure(rounds, Path(folder))
    middle = {name: statistics.median(values) for name, values in found.items()}
    print(f"{'':32}{'images/s':>10}{'ours is':>12}")
    for name, speed in middle.items():
        against = middle["only feeding: uint8 tensor" if name.startswith("only") else "ours"]
        print(f"{name:32}{speed:10.0f}{against / speed:10.1f} ×")
    if "ConvNetJS" not in middle:
        print("ConvNetJS could not be fetched: npm or the network is missing.")


if __name__ == "__main__":
    main()

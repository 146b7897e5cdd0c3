"""Runs generated scripts as a student would: in another process, by their files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlviz.core.data import ImageData
from dlviz.core.specs import RunSpec
from dlviz.core.training import DivergedError, Run, Score, Step

ROOT = Path(__file__).resolve().parents[2]

# One process for all of them: importing torch takes longer than they do. A script finds the
# pictures of a data set in a file beside it, where there is one.
DRIVER = """
import contextlib, io, json, pathlib, runpy, sys
from dlviz.core.data import ImageData
from dlviz.io import datasets
import numpy, torch
given, found, real = json.load(sys.stdin), {}, datasets.load_data
for name, path in given.items():
    packed = pathlib.Path(path).parent / "data.npz"
    datasets.load_data = real
    if packed.exists():
        arrays = numpy.load(packed)
        parts = [torch.from_numpy(arrays[name]) for name in arrays]
        classes = tuple(str(label) for label in range(int(parts[1].max()) + 1))
        pictures = ImageData.of("data", classes, tuple(parts[:2]), tuple(parts[2:]))
        datasets.load_data = lambda key: pictures
    sys.modules["dlviz"].__dict__.pop("load_data", None)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as end:
            print(end)
    found[name] = out.getvalue()
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True)
class Curves:
    """The losses of the steps, and the held-out (step, loss, accuracy)."""

    losses: list[float]
    scores: list[tuple[int, float, float]]


def printed(
    codes: Mapping[str, str], folder: Path, data: Mapping[str, ImageData] | None = None
) -> dict[str, str]:
    """What the scripts print, by name; ``data`` takes the place of a script's data set."""
    paths = {}
    for name, code in codes.items():
        home = folder / name
        home.mkdir(exist_ok=True)
        (home / "train.py").write_text(code)
        if data and name in data:
            np.savez(home / "data.npz", *_arrays(data[name]))
        paths[name] = str(home / "train.py")
    command = [sys.executable, "-c", DRIVER]
    done = subprocess.run(
        command, input=json.dumps(paths), capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def _arrays(data: ImageData) -> list[np.ndarray]:
    parts = (data.train_pixels, data.train_labels, data.test_pixels, data.test_labels)
    return [part.numpy() for part in parts]


def curves_of(text: str) -> Curves:
    """The numbers that a script printed."""
    losses = re.findall(r"^step \d+: loss (\S+)$", text, re.MULTILINE)
    scores = re.findall(r"^step (\d+): held-out loss (\S+), accuracy (\S+)$", text, re.MULTILINE)
    return Curves(
        [float(loss) for loss in losses],
        [(int(step), float(loss), float(accuracy)) for step, loss, accuracy in scores],
    )


def curves(spec: RunSpec, data: ImageData) -> Curves:
    """The same numbers of a run."""
    events = []
    try:
        for event in Run(spec, data):
            events.append(event)
    except DivergedError:
        pass
    scores = [item for item in events if isinstance(item, Score)]
    return Curves(
        [item.loss for item in events if isinstance(item, Step)],
        [(item.step, item.loss, item.accuracy) for item in scores],
    )

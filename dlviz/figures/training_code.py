"""The PyTorch program of a run: a script that a student takes home and that runs as it stands.

It is a plain loop over plain torch modules and has only what the spec needs. Same draws in the same
order: on a CPU with the same number of threads it prints the run's losses to the last digit.
"""

from __future__ import annotations

import inspect
import json
import re

from dlviz.core.layers import plan
from dlviz.core.specs import DataSpec, RunSpec
from dlviz.core.training import limit_filters
from dlviz.figures.loop_code import (
    augment_code,
    hardening_code,
    judge_code,
    loop_code,
    schedule_code,
)
from dlviz.figures.network_code import (
    class_code,
    module_code,
    net_code,
    optimiser_code,
    start_code,
)

OWN_FOLDER = "pictures"


def training_code(
    spec: RunSpec,
    shape: tuple[int, int, int],
    classes: int,
    *,
    own: bool = False,
    pictures: int | None = None,
    threads: int = 1,
) -> str:
    """A script that trains ``spec`` and prints every step's loss and the held-out scores.

    ``shape`` and ``classes`` are those of the data, ``pictures`` how many it trains on, if that is
    known; ``own`` data is read from a folder beside the script. ``threads`` is what torch is to
    use. Raises ``SpecError`` where the net does not fit the data.
    """
    rows = plan(spec.net, shape, classes)
    lonely = pictures is None or pictures % spec.train.batch_size == 1 or spec.train.batch_size == 1
    modules = [module_code(row, lonely) for row in rows]
    blocks = [
        f"# The number of threads decides the order of sums, hence the last digit of a loss.\n"
        f"torch.set_num_threads({threads})",
        _data(spec.data, shape[1] if own else None),
        *class_code(rows, modules, lonely),
        net_code(rows, modules, spec.train.seed),
        start_code(rows),
        optimiser_code(spec, rows),
        *augment_code(spec.train, shape),
        *schedule_code(spec),
        *([inspect.getsource(limit_filters).strip()] if spec.train.filter_rms else []),
        judge_code(),
        *hardening_code(spec.train),
        *loop_code(spec),
    ]
    body = _spaced(blocks)
    return f"{_head(spec, threads)}\n{_imports(body, own)}\n\n{body}\n"


def _head(spec: RunSpec, threads: int) -> str:
    """The docstring. Nothing of a stranger's text stands in it."""
    train, several = spec.train, "" if threads == 1 else "s"
    return "\n".join(
        (
            f'"""Train a network of {len(spec.net.layers)} layers with {train.optimiser}, seed '
            f"{train.seed}, as dlviz does.",
            "",
            "Run it in dlviz's folder: the pictures come from there, everything else is torch.",
            f"With {threads} thread{several} on a CPU the losses are dlviz's to the last digit.",
            '"""',
            "",
        )
    )


def _imports(body: str, own: bool) -> str:
    """Only what the body uses, in the usual order."""
    plain = [name for name in ("io", "math", "zipfile") if re.search(rf"\b{name}\.", body)]
    lines = [f"import {name}" for name in plain]
    lines += ["from collections.abc import Callable"] if "Callable[" in body else []
    lines += ["from pathlib import Path"] if own else []
    names = [name for name in ("Generator", "Tensor") if re.search(rf"(?<!\.)\b{name}\b", body)]
    lines += ["", "import torch", f"from torch import {', '.join([*names, 'nn'])}"]
    lines += ["from torch.nn import functional as F", ""]
    ours = {
        "dlviz": [name for name in ("DataSpec", "load_data") if f"{name}(" in body],
        "dlviz.core.residual": [name for name in ("MapNorm", "VectorNorm") if f"{name}(" in body],
        "dlviz.io.datasets": ["data_for"] if "data_for(" in body else [],
        "dlviz.io.own_pictures": ["read_zip"] if own else [],
    }
    lines += [f"from {home} import {', '.join(used)}" for home, used in ours.items() if used]
    return "\n".join(lines).lstrip("\n")


def _spaced(blocks: list[str]) -> str:
    """Two empty lines around what defines something, one elsewhere."""
    defines = [bool(re.search(r"^(def|class) ", block, re.MULTILINE)) for block in blocks]
    text = blocks[0]
    for before, after, block in zip(defines, defines[1:], blocks[1:], strict=False):
        text += ("\n\n\n" if before or after else "\n\n") + block
    return text


# -- data -----------------------------------------------------------------------------------------


def _data(spec: DataSpec, own_side: int | None) -> str:
    lines = _own_pictures(spec, own_side) if own_side else [f"data = {_registered(spec)}"]
    return "\n".join(
        (
            "# Pictures: whole numbers 0…255, N×C×H×W; labels: whole numbers from 0.",
            *lines,
            "mean = torch.tensor(data.mean).view(1, -1, 1, 1)  # over the training pictures",
            "std = torch.tensor(data.std).view(1, -1, 1, 1)",
        )
    )


def _registered(spec: DataSpec) -> str:
    return (
        f"load_data({json.dumps(spec.key)})" if spec.share == 1 else f"data_for({_data_spec(spec)})"
    )


def _data_spec(spec: DataSpec, name: str = "") -> str:
    parts = [json.dumps(name or spec.name)]
    parts += ["shuffled=True"] if spec.shuffled else []
    parts += [f"share={spec.share!r}"] if spec.share != 1 else []
    return f"DataSpec({', '.join(parts)})"


def _own_pictures(spec: DataSpec, side: int) -> list[str]:
    return [
        f"# Your own pictures: put them into a folder “{OWN_FOLDER}” beside this script, with one",
        f"# folder in it for each class: {OWN_FOLDER}/cat/1.png, {OWN_FOLDER}/dog/1.png, … Every",
        "# fifth of a class, in the order of their names, is held out. What dlviz's “Save as zip”",
        "# saved, unpacked, is such a folder.",
        "packed = io.BytesIO()",
        f'folder = Path(__file__).parent / "{OWN_FOLDER}"',
        'with zipfile.ZipFile(packed, "w") as archive:',
        '    for file in sorted(folder.glob("*/*")):',
        "        archive.write(file, file.relative_to(folder))",
        f'own = {{"own": read_zip(packed.getvalue(), side={side})}}',
        f"data = data_for({_data_spec(spec, 'own')}, own)",
    ]

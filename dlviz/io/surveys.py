"""Recorded surveys: what the shipped twins say under attack, so that their curves open at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from dlviz.core.robustness import Survey
from dlviz.io.assets import ASSETS, read_arrays, write_arrays

FILE = "robustness/digits.npz"
TWINS = ("digits_plain", "digits_robust")
ATTACKS = ("fgsm", "pgd", "noise")
PICTURES = 1000
EPSILONS = (0, 4, 8, 16, 24, 32, 40, 56, 64, 80)
Key = tuple[str, str]  # a twin's name, an attack's


def write_surveys(surveys: Mapping[Key, Survey]) -> None:
    """Write the surveys of all twins and attacks, over the same pictures and ε."""
    first = next(iter(surveys.values()))
    arrays = {
        "epsilons": np.array(first.epsilons, np.uint8),
        "labels": first.labels.numpy().astype(np.uint8),
        **{
            f"{net}_{attack}": found.answers.numpy().astype(np.uint8)
            for (net, attack), found in surveys.items()
        },
    }
    write_arrays(ASSETS / FILE, arrays)


def read_surveys(count: int) -> dict[Key, Survey]:
    """The surveys of the first ``count`` pictures, by twin and attack.

    Raises ``AssetError`` if the file is missing or damaged.
    """
    names = [(net, attack) for net in TWINS for attack in ATTACKS]
    epsilons, labels, *answers = read_arrays(
        FILE, "epsilons", "labels", *(f"{net}_{attack}" for net, attack in names)
    )
    steps = tuple(int(eps) for eps in epsilons)
    truth = torch.from_numpy(labels[:count].astype(np.int64))
    return {
        name: Survey(steps, truth, torch.from_numpy(found[:, :count].astype(np.int64)))
        for name, found in zip(names, answers, strict=True)
    }

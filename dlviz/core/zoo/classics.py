"""LeNet-5 and ZFNet as modules; torchvision has the other networks of the zoo."""

from __future__ import annotations

from torch import nn


def lenet5() -> nn.Module:
    """LeNet-5 (LeCun et al. 1998, figure 2) for 1×32×32 pictures, as it is usually taught.

    The paper's has a sparse table in front of its third layer, two numbers to learn per pooled
    map and an output of radial basis functions: about 60 000 numbers. This one has 61 706.
    """
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()),
        nn.Linear(84, 10),
    )


def zfnet() -> nn.Module:
    """Zeiler and Fergus' net (arXiv:1311.2901, figure 3) for 3×224×224 pictures, 1000 classes."""
    relu = nn.ReLU()
    return nn.Sequential(
        *(nn.Conv2d(3, 96, 7, stride=2, padding=1), relu, nn.MaxPool2d(3, 2, padding=1)),
        nn.LocalResponseNorm(5),
        *(nn.Conv2d(96, 256, 5, stride=2), relu, nn.MaxPool2d(3, 2, padding=1)),
        nn.LocalResponseNorm(5),
        *(nn.Conv2d(256, 384, 3, padding=1), relu),
        *(nn.Conv2d(384, 384, 3, padding=1), relu),
        *(nn.Conv2d(384, 256, 3, padding=1), relu, nn.MaxPool2d(3, 2)),
        *(nn.Flatten(), nn.Linear(9216, 4096), relu, nn.Dropout()),
        *(nn.Linear(4096, 4096), relu, nn.Dropout(), nn.Linear(4096, 1000)),
    )

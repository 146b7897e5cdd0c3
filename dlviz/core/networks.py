"""The presets: networks that are known to be worth training. Plain data, imports no torch.

To add one, write its RunSpec and enter it in ``PRESETS``.
"""

from __future__ import annotations

from dataclasses import dataclass

from dlviz.core.specs import DataSpec, LayerSpec, NetSpec, RunSpec, TrainSpec, layer


@dataclass(frozen=True)
class Preset:
    """A run worth starting, with one sentence on what to expect."""

    title: str
    expect: str
    spec: RunSpec


def _zfnet(channels: tuple[int, int, int, int]) -> NetSpec:
    """Zeiler and Fergus' net (arXiv:1311.2901, fig. 3) scaled to 64×64 pictures.

    7×7 filters at stride 2, overlapping 3×3/2 max pools. The first layer starts small and decays
    strongly: with He's start its filters stay noise. The later ones decay too: without, the net is
    as accurate, but its projections are full of what was never unlearnt.
    """
    first, second, third, fourth = channels
    relu, pool = layer("relu"), layer("max_pool", size=3, stride=2)
    return NetSpec(
        (
            layer(
                "conv",
                channels=first,
                kernel=7,
                stride=2,
                padding=3,
                init_std=0.01,
                weight_decay=2e-2,
            ),
            *(relu, pool),
            layer("conv", channels=second, kernel=5, padding=2, weight_decay=2e-3),
            *(relu, pool),
            layer("conv", channels=third, kernel=3, padding=1, weight_decay=2e-3),
            relu,
            layer("conv", channels=fourth, kernel=3, padding=1, weight_decay=2e-3),
            *(relu, pool),
            layer("flatten"),
            layer("dense"),
        )
    )


def _cnn(first: int, second: int) -> tuple[LayerSpec, ...]:
    return (
        layer("conv", channels=first, kernel=5, init_std=0.01, weight_decay=1e-2),
        layer("relu"),
        layer("max_pool", size=2),
        layer("conv", channels=second, kernel=5),
        layer("relu"),
        layer("max_pool", size=2),
        layer("flatten"),
    )


PRESETS: dict[str, Preset] = {
    "digits": Preset(
        "Digits: a small CNN",
        "About 97 % of held-out digits right after a few seconds; watch strokes appear in the "
        "first layer.",
        RunSpec(),
    ),
    "clothes": Preset(
        "Clothes: a wider CNN",
        "Harder than digits: about 85 % after a few epochs. Shirts, coats and pullovers are "
        "mistaken for one another.",
        RunSpec(
            NetSpec((*_cnn(16, 32), layer("dense"))),
            DataSpec("fashion_mnist"),
            TrainSpec(epochs=4),
        ),
    ),
    "logistic": Preset(
        "Digits: logistic regression",
        "No hidden layer: about 90 %. Each of the ten outputs is one template laid over the "
        "picture.",
        RunSpec(NetSpec((layer("flatten"), layer("dense")))),
    ),
}

SHIPPED: dict[str, Preset] = {
    "creatures_cnn": Preset(
        "Creatures",
        "A small Zeiler–Fergus net that tells eight drawn animal faces apart by their parts.",
        RunSpec(
            _zfnet((48, 96, 128, 128)),
            DataSpec("creatures"),
            TrainSpec(learning_rate=1e-3, epochs=6),
        ),
    ),
    "photo_cnn": Preset(
        "Photographs",
        "A small Zeiler–Fergus net that says which photograph a crop was cut from.",
        RunSpec(
            _zfnet((48, 64, 96, 96)),
            DataSpec("photo_crops"),
            TrainSpec(learning_rate=1e-3, epochs=6),
        ),
    ),
    "fashion_cnn": Preset(
        "Clothes",
        "Two convolutions with max pooling that name ten kinds of clothes.",
        RunSpec(
            NetSpec(
                (
                    *_cnn(16, 32),
                    layer("dense", units=128),
                    layer("relu"),
                    layer("dropout", p=0.3),
                    layer("dense"),
                )
            ),
            DataSpec("fashion_mnist"),
            TrainSpec(learning_rate=1e-3, epochs=12),
        ),
    ),
}

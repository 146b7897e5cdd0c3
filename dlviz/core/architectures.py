"""Well-known networks, scaled to small pictures. Plain data, imports no torch."""

from __future__ import annotations

from dlviz.core.specs import LayerSpec, NetSpec, layer

RELU = layer("relu")
FLATTEN = layer("flatten")
OUTPUT = layer("dense")


def mlp(*units: int, activation: str = "relu", init_std: float | None = None) -> NetSpec:
    """Dense layers of ``units``, each with its activation, and the output."""
    start = {} if init_std is None else {"init_std": init_std}
    hidden: list[LayerSpec] = []
    for count in units:
        hidden += [layer("dense", units=count, **start), layer(activation)]
    return NetSpec((FLATTEN, *hidden, OUTPUT))


def lecture_mlp() -> NetSpec:
    """The lecture's "MLP in 8 lines": 128 ReLUs, half of them dropped while training."""
    return NetSpec((FLATTEN, layer("dense", units=128), RELU, layer("dropout", p=0.5), OUTPUT))


def lecture_cnn() -> NetSpec:
    """The lecture's "CNN in 12 lines": four 5×5 convolutions of 32 filters, 1024 dense units.

    It needs no padding on 28×28 pictures, but only just: 24, 20, pooled 10, 6, 2, pooled 1.
    """
    conv = layer("conv", channels=32, kernel=5)
    pair = (conv, RELU, conv, RELU, layer("max_pool", size=2))
    return NetSpec((*pair, *pair, FLATTEN, layer("dense", units=1024), RELU, OUTPUT))


def lenet5() -> NetSpec:
    """LeNet-5 (LeCun et al. 1998) as it is usually taught: average pools, tanh, softmax.

    The paper pads its digits to 32×32; here the first convolution does. Left out are the learnt
    scale of its pools, the sparse table of connections in front of its second 16 maps and its
    output of radial basis functions.
    """
    tanh, pool = layer("tanh"), layer("avg_pool", size=2)
    return NetSpec(
        (
            *(layer("conv", channels=6, kernel=5, padding=2), tanh, pool),
            *(layer("conv", channels=16, kernel=5), tanh, pool),
            *(FLATTEN, layer("dense", units=120), tanh, layer("dense", units=84), tanh, OUTPUT),
        )
    )


def strided_cnn() -> NetSpec:
    """Quick to attack: the first convolution keeps every second pixel; 7 698 numbers."""
    first = layer("conv", channels=12, kernel=5, stride=2)
    second = layer("conv", channels=16, kernel=5)
    return NetSpec((first, RELU, second, RELU, layer("max_pool"), FLATTEN, OUTPUT))


def small_resnet() -> NetSpec:
    """Three residual blocks behind one convolution (He et al. 2015, arXiv:1512.03385, sec. 4.2)."""
    return NetSpec(
        (
            *(layer("conv", channels=16, padding=1), layer("batch_norm"), RELU),
            layer("residual", channels=16),
            layer("residual", channels=32, stride=2),
            layer("residual", channels=64, stride=2),
            *(layer("global_average"), OUTPUT),
        )
    )


ZF_FIRST = layer("conv", channels=32, kernel=7, stride=2, padding=3, init_std=0.01)
ALEX_FIRST = layer("conv", channels=32, kernel=11, stride=4, padding=5, init_std=0.01)


def zfnet(channels: tuple[int, int, int, int], first: LayerSpec | None = None) -> NetSpec:
    """Zeiler and Fergus' net (arXiv:1311.2901, fig. 3) scaled to 64×64 pictures.

    7×7 filters at stride 2, overlapping 3×3/2 max pools. The first layer starts small and decays
    strongly: with He's start its filters stay noise. The later ones decay too: without, the net is
    as accurate, but its projections are full of what was never unlearnt. ``first``: another first
    layer instead, such as ``ZF_FIRST`` or ``ALEX_FIRST``, which start small and do not decay.
    """
    one, two, three, four = channels
    pool = layer("max_pool", size=3, stride=2)
    start = first or layer(
        "conv", channels=one, kernel=7, stride=2, padding=3, init_std=0.01, weight_decay=2e-2
    )
    return NetSpec(
        (
            *(start, RELU, pool),
            layer("conv", channels=two, kernel=5, padding=2, weight_decay=2e-3),
            *(RELU, pool),
            *(layer("conv", channels=three, kernel=3, padding=1, weight_decay=2e-3), RELU),
            *(layer("conv", channels=four, kernel=3, padding=1, weight_decay=2e-3), RELU, pool),
            *(FLATTEN, OUTPUT),
        )
    )


def small_filters_cnn(first: int, second: int) -> tuple[LayerSpec, ...]:
    """Two 5×5 convolutions with max pooling, the first as in ``small_cnn``; flat at the end."""
    start = layer("conv", channels=first, kernel=5, init_std=0.01, weight_decay=1e-2)
    return (
        *(start, RELU, layer("max_pool", size=2)),
        *(layer("conv", channels=second, kernel=5), RELU, layer("max_pool", size=2)),
        FLATTEN,
    )


def normed_cnn(first: int, second: int, units: int) -> NetSpec:
    """Two padded 5×5 convolutions, each with batch norm and pooling, and dropout: for accuracy."""
    norm, pool = layer("batch_norm"), layer("max_pool", size=2)
    return NetSpec(
        (
            *(layer("conv", channels=first, kernel=5, padding=2), norm, RELU, pool),
            *(layer("conv", channels=second, kernel=5, padding=2), norm, RELU, pool),
            *(FLATTEN, layer("dense", units=units), RELU, layer("dropout", p=0.3), OUTPUT),
        )
    )


def bad_net() -> NetSpec:
    """Three mistakes in one net: a pool that throws nearly all pixels away before anything has
    looked at them, two layers with nothing bent between them, and dropout before the output that
    leaves one value in twenty."""
    return NetSpec(
        (
            *(layer("max_pool", size=7), FLATTEN),
            *(layer("dense", units=64), layer("dense", units=64)),
            *(layer("dropout", p=0.95), OUTPUT),
        )
    )

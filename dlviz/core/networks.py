"""The presets: runs that are known to be worth starting. Plain data, imports no torch.

To add one, write its RunSpec and enter it in ``PRESETS``, or in ``PROVOKING`` if it shows what goes
wrong. What ``expect`` says was measured at seed 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dlviz.core.architectures import (
    ALEX_FIRST,
    FLATTEN,
    OUTPUT,
    RELU,
    ZF_FIRST,
    bad_net,
    lecture_cnn,
    lecture_mlp,
    lenet5,
    mlp,
    normed_cnn,
    small_filters_cnn,
    small_resnet,
    strided_cnn,
    zfnet,
)
from dlviz.core.specs import (
    AdversarialSpec,
    AugmentSpec,
    DataSpec,
    NetSpec,
    RunSpec,
    TrainSpec,
    layer,
)

CLOTHES = DataSpec("fashion_mnist")


@dataclass(frozen=True)
class Preset:
    """A run worth starting, with one sentence on what to expect."""

    title: str
    expect: str
    spec: RunSpec


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
        RunSpec(NetSpec((*small_filters_cnn(16, 32), OUTPUT)), CLOTHES, TrainSpec(epochs=4)),
    ),
    "logistic": Preset(
        "Digits: logistic regression",
        "No hidden layer: about 90 %. Each of the ten outputs is one template laid over the "
        "picture.",
        RunSpec(NetSpec((layer("flatten"), layer("dense")))),
    ),
    "lecture_mlp": Preset(
        "Digits: the lecture’s MLP in 8 lines",
        "Half of the units are dropped at every step, so training digits (95 %) look harder than "
        "they are: held-out ones reach about 95 % as well.",
        RunSpec(lecture_mlp(), train=TrainSpec(learning_rate=1e-3, batch_size=32, epochs=10)),
    ),
    "deep_mlp": Preset(
        "Digits: the lecture’s deep MLP, 64-128-512-512-128-64",
        "About 94 % after five epochs: four and a half times the weights of the MLP in 8 lines, "
        "and no better. Depth alone is no gain.",
        RunSpec(
            mlp(64, 128, 512, 512, 128, 64),
            train=TrainSpec(learning_rate=1e-3, batch_size=32, epochs=5),
        ),
    ),
    "lecture_cnn": Preset(
        "Digits: the lecture’s CNN in 12 lines",
        "About 97 % after three epochs, in half a minute: 12 million multiply-adds a digit, over a "
        "hundred times as many as the MLP in 8 lines.",
        RunSpec(lecture_cnn(), train=TrainSpec(learning_rate=1e-3, epochs=3)),
    ),
    "lenet5": Preset(
        "Digits: LeNet-5",
        "About 97 % right after six epochs with 62 000 weights and 0.4 million multiply-adds, a "
        "28th of the lecture’s CNN.",
        RunSpec(lenet5(), train=TrainSpec(learning_rate=2e-3, epochs=6)),
    ),
    "zfnet": Preset(
        "Creatures: a small ZFNet",
        "Over 98 % after three epochs, in 20 s: eight drawn animal faces, told apart by their "
        "parts. Put it on the shelf and look into it in the filters lab.",
        RunSpec(
            zfnet((16, 32, 48, 48)), DataSpec("creatures"), TrainSpec(learning_rate=2e-3, epochs=3)
        ),
    ),
    "resnet": Preset(
        "Clothes: a small ResNet",
        "About 87 % after four epochs, in a minute; it may stumble in the second, where the "
        "learning rate is at its height.",
        RunSpec(
            small_resnet(), CLOTHES, TrainSpec(learning_rate=1e-2, epochs=4, schedule="one_cycle")
        ),
    ),
    "digits_best": Preset(
        "Digits: as good as it gets here",
        "About 99 % of held-out digits: training ones are shifted, turned and scaled anew whenever "
        "they are seen, and the learning rate rises once and falls to nothing. Takes about 80 s.",
        RunSpec(
            normed_cnn(16, 32, 128),
            train=TrainSpec(
                epochs=20,
                schedule="one_cycle",
                augment=AugmentSpec(shift=2, rotate=10.0, scale=0.1),
            ),
        ),
    ),
    "clothes_best": Preset(
        "Clothes: as good as it gets here",
        "About 90 % of held-out clothes after 20 epochs, in 100 s: training ones are flipped and "
        "shifted anew whenever they are seen, and the learning rate goes through one cycle.",
        RunSpec(
            normed_cnn(16, 32, 128),
            CLOTHES,
            TrainSpec(epochs=20, schedule="one_cycle", augment=AugmentSpec(shift=1, flip=True)),
        ),
    ),
    "bad": Preset(
        "Digits: a bad net, find its three mistakes",
        "About 49 % of held-out digits, and 27 % of training ones because of the dropout. Mend one "
        "mistake at a time and see what each was worth.",
        RunSpec(bad_net(), train=TrainSpec(epochs=4)),
    ),
}

# One for every diagnosis of the babysitter, under the diagnosis' name. Each takes a few seconds.
PROVOKING: dict[str, Preset] = {
    "diverging": Preset(
        "Trouble: diverging",
        "A learning rate of 2: the loss leaps from 2.3 to over 300 within four steps, then the net "
        "is dead and guesses (10 %).",
        RunSpec(mlp(128), train=TrainSpec("sgd", 2.0, epochs=2)),
    ),
    "slow": Preset(
        "Trouble: learning too slowly",
        "A learning rate of 0.0001 without momentum: after four epochs the loss has come from 2.32 "
        "to 2.25, and 25 % are right.",
        RunSpec(mlp(128), train=TrainSpec("sgd", 1e-4, 0.0, epochs=4)),
    ),
    "overfitting": Preset(
        "Trouble: overfitting",
        "200 pictures learnt by heart: all of them right, but 75 % of the held-out ones, and their "
        "loss rises from 0.8 to 1.2.",
        RunSpec(
            mlp(256),
            DataSpec("fashion_mnist", share=0.02),
            TrainSpec(batch_size=16, epochs=30),
        ),
    ),
    "underfitting": Preset(
        "Trouble: underfitting",
        "Four brightnesses are all that it sees of a digit: training and held-out accuracy both "
        "stop at 46 %, however long it trains.",
        RunSpec(
            NetSpec((layer("avg_pool", size=14), FLATTEN, OUTPUT)),
            train=TrainSpec(learning_rate=3e-2, epochs=10),
        ),
    ),
    "dead_relus": Preset(
        "Trouble: dead ReLUs",
        "A learning rate that throws units out of reach in the first steps: 89 % of the first "
        "layer's ReLUs answer 0 to every picture; the rest still get to about 85 %.",
        RunSpec(mlp(128, 64), train=TrainSpec(learning_rate=0.05, epochs=3)),
    ),
    "vanishing": Preset(
        "Trouble: vanishing gradients",
        "Six layers of sigmoids: the first one's gradient is a thousandth of the last one's, and "
        "three epochs later the net still guesses (10 %).",
        RunSpec(mlp(*[64] * 6, activation="sigmoid"), train=TrainSpec("sgd", 0.1, epochs=3)),
    ),
    "exploding": Preset(
        "Trouble: exploding gradients",
        "Initial weights several times too large in six layers: the loss begins at 700 instead of "
        "2.3, with gradients of norm 180 to 29 000; about 50 % after two epochs.",
        RunSpec(mlp(*[64] * 6, init_std=0.6), train=TrainSpec(learning_rate=1e-3, epochs=2)),
    ),
    "silent_class": Preset(
        "Trouble: a class that is never said",
        "A ReLU behind the output: an output that falls to 0 for every picture gets no gradient. "
        "It stops at 67 %, and never says 2, 8 or 9.",
        RunSpec(
            NetSpec((*mlp(64).layers[:-1], layer("dense", units=10), RELU)),
            train=TrainSpec(learning_rate=1e-2, epochs=3),
        ),
    ),
}

TROUBLE = "trouble-"
OFFERED: dict[str, Preset] = {  # what the training lab offers, by the names in its addresses
    **PRESETS,
    **{f"{TROUBLE}{name}": preset for name, preset in PROVOKING.items()},
}

# Three nets for figure 6 of Zeiler and Fergus: they differ in the first layer alone.
_FIRST_LAYERS = (32, 24, 32, 32)
_LIMITED = TrainSpec(learning_rate=2e-3, epochs=6, filter_rms=0.03)

# Two nets for the adversarial lab: they differ in what their training pictures are attacked with.
_DIGITS = TrainSpec(learning_rate=8e-3, epochs=15, schedule="one_cycle")


SHIPPED: dict[str, Preset] = {
    "creatures_cnn": Preset(
        "Creatures",
        "A small Zeiler–Fergus net that tells eight drawn animal faces apart by their parts.",
        RunSpec(
            zfnet((48, 96, 128, 128)),
            DataSpec("creatures"),
            TrainSpec(learning_rate=1e-3, epochs=6),
        ),
    ),
    "photo_cnn": Preset(
        "Photographs",
        "A small Zeiler–Fergus net that says which photograph a crop was cut from.",
        RunSpec(
            zfnet((48, 64, 96, 96)),
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
                    *small_filters_cnn(16, 32),
                    layer("dense", units=128),
                    RELU,
                    layer("dropout", p=0.3),
                    OUTPUT,
                )
            ),
            CLOTHES,
            TrainSpec(learning_rate=1e-3, epochs=12),
        ),
    ),
    "creatures_11x11": Preset(
        "Creatures, 11×11 at stride 4",
        "Figure 6: first filters as in Krizhevsky’s net, large and at every fourth pixel.",
        RunSpec(zfnet(_FIRST_LAYERS, ALEX_FIRST), DataSpec("creatures"), _LIMITED),
    ),
    "creatures_7x7": Preset(
        "Creatures, 7×7 at stride 2",
        "Figure 6: smaller first filters at every second pixel, as Zeiler and Fergus chose them.",
        RunSpec(zfnet(_FIRST_LAYERS, ZF_FIRST), DataSpec("creatures"), _LIMITED),
    ),
    "creatures_unlimited": Preset(
        "Creatures, filters without a limit",
        "Figure 6: the same as 7×7 at stride 2, but no filter is scaled back when it grows.",
        RunSpec(
            zfnet(_FIRST_LAYERS, ZF_FIRST),
            DataSpec("creatures"),
            replace(_LIMITED, filter_rms=0.0),
        ),
    ),
    "digits_plain": Preset(
        "Digits, trained plainly",
        "A small net for digits that has never seen an attack.",
        RunSpec(strided_cnn(), train=_DIGITS),
    ),
    "digits_robust": Preset(
        "Digits, trained against PGD",
        "Its twin: every training picture was attacked by PGD in five steps with ε = 32/255.",
        RunSpec(strided_cnn(), train=replace(_DIGITS, adversarial=AdversarialSpec("pgd", 32, 5))),
    ),
}

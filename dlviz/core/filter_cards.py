"""The filters lab's lesson cards: settings, a question to predict from, and the answer. Plain data.

One entry in ``FILTER_CARDS`` each, in the order of the paper's story: what units see, how far that
can be trusted, how it came about, what it is worth. A test works out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_CARDS = (
    card(
        "whiskers",
        "The whisker detector",
        "Nine pictures excite channel 89 of the third convolution most. Nobody told it what to look"
        " for. Predict from the patches: which animals are they, and what do they share?",
        "6 mice and 3 cats, and whiskers in every patch: the projections are little else. The"
        " network needed them to tell its eight species apart.",
        then=("An ear detector", {"layer": "relu2", "channel": "14"}),
        layer="relu3",
        channel="89",
    ),
    card(
        "picture",
        "The network or the picture?",
        "The same nine pictures, projected through the same network before its first step."
        " Predict: will whiskers be seen in the projections of random weights?",
        "Yes, traces of them: on average the cosine to the trained channel’s projections is 0.39."
        " Where maxima sat is the picture’s doing. Only what goes beyond this control was learnt.",
        then=("The trained channel", {"through": "own"}),
        layer="relu3",
        channel="89",
        through="random",
    ),
    card(
        "negative",
        "A signal that is cut away",
        "On the way down every ReLU keeps the positive part of the signal. Step through it, then"
        " predict: what would change if it kept what was positive on the way up instead?",
        "That is the plain gradient: it lets negative signals through, so it also shows what"
        " speaks against the unit, and looks noisier. Guided backpropagation asks for both.",
        view="deconvnet",
    ),
    card(
        "first_layers",
        "What every first layer finds",
        "This network learnt to tell photographs apart, the shipped one creatures. Predict: will"
        " their first layers look for different things?",
        "For much the same: edges in many directions, and colours against other colours. Digits,"
        " clothes, creatures or ImageNet: the first layer’s lesson is the same.",
        then=("The creatures’", {"model": "creatures_cnn"}),
        view="first",
        model="photo_cnn",
    ),
    card(
        "dead",
        "A dead filter",
        "MobileNetV2’s 32 first filters, each on a scale of its own: all look vivid. Predict: how"
        " many of them would be seen on one scale for all?",
        "6 are dead: below 2 % of the strongest one’s size. A scale of its own blows up what is"
        " left of them. Always ask what the colours of a picture mean.",
        then=("One scale for all", {"scale": "shared"}),
        view="first",
        model="mobilenet_v2",
        scale="own",
    ),
    card(
        "settling",
        "When was it found?",
        "The top row is the whisker channel, from the untrained network to the last step. A frame"
        " says that another picture excites it most now. Predict: when did it change last?",
        "At step 128 of 564, after 5 changes. By then the network knew what it was looking for; the"
        " rest of the training made the answer stronger.",
        view="evolution",
        layer="relu3",
    ),
    card(
        "rotation",
        "First layer against last",
        "Five creatures are turned. Predict: at 15°, which has moved further from what it was, the"
        " first hidden layer or the last? And upside down, at 180°?",
        "At 15° the first: 0.48 of the distance between two pictures, the last 0.29, and 5 of 5 are"
        " still named rightly. At 180° the first has moved 0.69, the last 1.01: 0 of 5 are right.",
        then=("The photographs’ network", {"model": "photo_cnn"}),
        view="invariance",
        change="turn",
    ),
    card(
        "owl",
        "Cover an owl’s eyes",
        "The network is sure that this is an owl. Predict: which part must be covered so that it"
        " says something else? Drag the square there.",
        "The eyes and the beak: with the square in the middle of the face, “owl” falls from 1.00 to"
        " 0.01. Ears and background may be covered without harm.",
        view="occlusion",
    ),
    card(
        "eye",
        "Is an eye an eye?",
        "The left eye of five owls is covered. If the network knows eyes, its features change alike"
        " in all five: Δ, the share that does not, is small. Predict: smaller than for random"
        " places?",
        "Yes: 0.23 against 0.40 at the last pool. But one place for all five gives 0.28, for"
        " features know where they look. The eye is tighter than both.",
        view="parts",
    ),
    card(
        "layers",
        "How deep must one read?",
        "A linear classifier learns from 100 creatures, once from raw pixels, once from what each"
        " layer answers. Predict: how much better is the last layer? And a network of random"
        " weights?",
        "Raw pixels: 58.6 % of 500 others are right; the last pool: 99.3 %. Random weights help,"
        " too: up to 80.9 %, since convolution and pooling alone make pictures comparable.",
        view="features",
    ),
    card(
        "missed",
        "Which layers are missed?",
        "A small net on creatures, trained again without some of its layers. Predict: what happens"
        " to the held-out error without layers 3, 4 and 5?",
        "It falls, from 1.7 % to 0.6 %: with few training pictures the smaller net generalises"
        " better. In the paper, on ImageNet, depth was missed. One finding does not fit all data.",
        view="ablation",
    ),
    card(
        "dream",
        "More whisker than any mouse",
        "From almost grey, a picture is changed step by step so that the whisker channel answers"
        " more. Predict: will it exceed the strongest real picture, and will it look like a mouse?",
        "It soon exceeds every real picture, and shows dark strokes that meet in a point, several"
        " times over. What excites a unit most need not look like anything that exists.",
        view="maximise",
    ),
)

FILTER_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}

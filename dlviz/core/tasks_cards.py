"""Lesson cards of the page “tasks”: settings, a question to predict from, and the answer.

One entry in ``TASKS_CARDS`` each, in the order in which a student asks. Plain data;
a test works out every number of every answer.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_STYLE = (
    card(
        "cup",
        "Where is the cup?",
        "The cat is to look like a photograph of a cup of coffee. Predict: where in the cat’s face"
        " will the cup, the saucer or the spoon be?",
        "Nowhere: its reds and browns, its gloss and its smooth curves came over, no cup did, and"
        " 3.4 % of the style loss is left. A Gram matrix adds up over all places, so it keeps which"
        " features go together and forgets where they were.",
        then=("Look like galaxies", {"manner": "stars"}),
        task="style",
        manner="coffee",
    ),
    card(
        "random_style",
        "A network that never saw a picture",
        "The same cat, wall and descent, but the network’s weights are random. Predict: is more or"
        " less of the style loss left than the trained network’s 2.9 %? And are there bricks?",
        "Less: 0.2 %. And no bricks, only grain. The loss counts what the network can tell apart,"
        " and a random one hardly tells a wall from noise: a small loss is worth as much as the"
        " network that measures it.",
        then=("The trained network", {"through": "mobilenet_v2"}),
        task="style",
        through="random",
    ),
    card(
        "texture",
        "Style alone",
        "It begins as grey noise and the content weight is 0: only the Gram matrices of the brick"
        " wall pull. Predict: will the photograph of the wall come back?",
        "No: a wall that nobody has built, with 0.7 % of the style loss left. Bricks, joints and"
        " grey are in the Gram matrices, the arrangement is not. As a model of texture they came a"
        " few months before the paper on style.",
        then=("Another seed", {"grain": "1"}),
        task="style",
        keep="0",
        begin="noise",
    ),
)
_BOXES = (
    card(
        "ten_pixels",
        "The same ten pixels",
        "This box has the rocket’s own size and lies 10 pixels to its right. Predict: what is its"
        " IoU, and what would the same shift cost the cup’s box?",
        "0.44: not found. The rocket is 26 pixels wide, so 16 of 36 are shared. The cup is 203"
        " wide: 0.91. The same mistake costs a thin thing far more.",
        then=("Shift the cup’s box", {"framed": "cup", "at": "157.15.360.262"}),
        task="iou",
        framed="rocket",
    ),
    card(
        "one_each",
        "One box each",
        "21 boxes, proposed by a trained detector for five forms. Predict: how many steps does it"
        " take until one box is left for each form? Then step.",
        "5: each step keeps the surest box that is left and drops all of its form that overlap it"
        " by more than 0.5. At 0.9 hardly any is dropped, and 17 stay.",
        then=("Drop above 0.9", {"most": "0.9"}),
        task="nms",
    ),
    card(
        "eaten",
        "Too near to live",
        "Three forms, and boxes are dropped from an IoU of 0.1 on. Predict: how many of the three"
        " will be found? Step to the end.",
        "2: the third one’s right box overlaps a surer one of its form, and is taken for its"
        " double. At 0.5 all 3 are found. NMS knows boxes, not things.",
        then=("Drop above 0.5", {"most": "0.5"}),
        task="nms",
        scene="41",
        most="0.1",
    ),
    card(
        "strict",
        "How exact is exact?",
        "Average precision of the form star is 0.924 if an IoU of 0.5 is enough. Predict: what is"
        " left of it at 0.75, and at 0.9?",
        "0.731, and 0.107: the same detector, the same boxes. Who quotes an AP has to say at which"
        " IoU; COCO takes the mean of ten, from 0.5 to 0.95.",
        then=("From IoU 0.9", {"least": "0.9"}),
        task="precision",
    ),
    card(
        "one_day",
        "One day of one camera",
        "A good detector: 270 of 288 forms found, 18 boxes wrong in 100 scenes. One camera takes a"
        " picture a second. Predict: how many wrong boxes a day?",
        "15 552. From a score of 0.9 on it is 1 728, and 54 forms are missed instead of 18. No"
        " threshold rids you of both.",
        then=("A day of it", {"task": "care", "alarm": "0.9"}),
        task="detect",
        sure="0.5",
    ),
)
_SEGMENTS = (
    card(
        "no_threshold",
        "One threshold for all cells",
        "Of all thresholds of brightness, on either side, one is the best for the 60 held-out"
        " pictures. Predict: what is its IoU, and what does it mark?",
        "0.254: it marks every pixel. A quarter of the pictures is cell, and no brightness sets it"
        " apart. Even a threshold chosen anew for each picture, knowing the truth, has 0.272 in the"
        " mean. The net has 0.892: it looks at the grains around a pixel, not at the pixel.",
        then=("Every pixel", {"level": "0"}),
        task="segment",
        level="128",
    ),
    card(
        "be_sure",
        "Only when it is sure",
        "The net gives each pixel a chance of being cell, and from 50 % on it counts as one. Now it"
        " has to be 99 % sure. Predict: does the IoU rise?",
        "It falls from 0.892 to 0.676: too much is down from 4 047 pixels to 228, but missed is up"
        " from 3 143 to 20 075. Each pixel of either kind costs the same; asking for 10 % only"
        " gives 0.860, the mistake the other way round.",
        then=("From 10 % on", {"chance": "10"}),
        task="segment",
        chance="99",
    ),
    card(
        "no_bridges",
        "Without skip connections",
        "Without its two bridges the net has to press a mask through 16×16 places. Predict: what"
        " suffers more from that, large round cells or a creature’s ears, eyes and horns?",
        "The parts: mean IoU 0.663 instead of 0.769; cells have 0.865 instead of 0.898 (three seeds"
        " each, every one lower without). A round edge can be guessed from coarse maps, an eye of a"
        " few pixels cannot. Start trains this net; a table below has all twelve runs.",
        then=("Creatures’ parts", {"marked": "parts"}),
        task="segment",
        without="1",
    ),
    card(
        "never_told",
        "Never told where",
        "MobileNetV2 learnt from whole pictures with one name each. Its last layer is applied at"
        " each of 150 places of the cat. Predict: at how many is “Egyptian cat” the likeliest, and"
        " will the nose be one of them?",
        "At 75, most of the face. At the nose it says tiger cat and tabby: cats too, but they are"
        " outvoted, for the mean over all places names the whole. Of the coffee 67 of 150 say"
        " espresso. Nobody told it where; a name for every pixel has to be taught.",
        then=("The cup of coffee", {"scene": "coffee"}),
        task="masks",
    ),
)
_CARDS: tuple[Card, ...] = (*_SEGMENTS, *_BOXES, *_STYLE)

TASKS_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}

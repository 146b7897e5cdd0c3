"""Milestones of neural networks from 1943 to 2017, as the lectures tell them. Plain data.

One entry in ``MILESTONES`` each, in the order of time. ``source`` names the paper or page that a
number was read in. The lecture "Deep Learning 101" gives the years 1943, 1957, 1969, 1986, 2006,
2010 and 2012; "Introduction to Deep Learning" names Zeiler and Fergus, GoogLeNet and CheXNet.
"""

from __future__ import annotations

from dlviz.core.milestone import Milestone, Way
from dlviz.core.milestones_early import BEFORE_2009
from dlviz.core.zoo.ilsvrc import PEOPLE, SECOND_2012, WINNERS

FIRST_WINTER = (1969.0, 1986.0)  # the lecture: "the next 15-20 years"


def _error(year: int) -> tuple[float, str]:
    error = WINNERS[year].error
    return error, f"{error:g} %"


_2009_TO_2013 = (
    Milestone(
        "imagenet",
        2010.2,
        "ImageNet",
        "Fei-Fei Li, Jia Deng, Olga Russakovsky and others",
        "A contest a year on 1000 categories, with 1.2 million labelled pictures to learn from. "
        "Five guesses a picture are allowed; in the first year the best entry is wrong for 28.2 %.",
        "Russakovsky et al., “ImageNet Large Scale Visual Recognition Challenge”, 2015",
        bars=(
            ("zip codes, 1989", 7291, "7 291"),
            ("MNIST, 1998", 60_000, "60 000"),
            ("ImageNet challenge, 2010", 1_200_000, "1.2 million training pictures"),
        ),
        ways=(Way("architectures", "The error, year by year", {"part": "imagenet"}),),
    ),
    Milestone(
        "alexnet",
        2012.7,
        "AlexNet",
        "Alex Krizhevsky, Ilya Sutskever and Geoffrey Hinton",
        "Many pictures, two graphics cards, and ReLU, dropout and augmentation come together: "
        "eight layers are wrong for 16.4 % (the lecture’s 16 %), with further pictures 15.3 %; the "
        "best without a deep net for 26.2 %. From 2013 on nearly all entries are deep.",
        "“ImageNet classification with deep convolutional neural networks”, 2012",
        bars=(
            ("second, no deep net", SECOND_2012, f"{SECOND_2012:g} %"),
            ("AlexNet", *_error(2012)),
            ("… with further pictures", WINNERS[2012].extra or 0.0, f"{WINNERS[2012].extra:g} %"),
        ),
        ways=(
            Way("architectures", "Look at it, layer by layer", {"part": "net", "zoo": "alexnet"}),
            Way("architectures", "The error, year by year", {"part": "imagenet"}),
        ),
    ),
    Milestone(
        "zfnet",
        2013.86,
        "ZFNet",
        "Matthew Zeiler and Rob Fergus",
        "What does a convolutional net see? They project a unit’s activity back to the pixels, "
        "find some of AlexNet’s first filters dead and its second maps aliased, and mend both with "
        "smaller, denser filters.",
        "“Visualizing and understanding convolutional networks”, arXiv:1311.2901",
        picture="filters",
        ways=(
            Way("filters", "Look into a net as they did"),
            Way("architectures", "Look at it, layer by layer", {"part": "net", "zoo": "zfnet"}),
        ),
    ),
    Milestone(
        "adversarial",
        2013.96,
        "Fooled nets",
        "Christian Szegedy and others",
        "A change too small to see makes a good network say something else, and the same picture "
        "often fools another network, too.",
        "“Intriguing properties of neural networks”, arXiv:1312.6199",
        picture="adversarial",
        ways=(Way("adversarial", "Fool a network"),),
    ),
)

_2014_TO_2015 = (
    Milestone(
        "dropout",
        2014.45,
        "Dropout",
        "Nitish Srivastava, Geoffrey Hinton and others",
        "While it learns, every hidden unit is absent half of the time, so that none can rely on "
        "another. In the lecture’s Keras code it is one line.",
        "Journal of Machine Learning Research 15, 2014; arXiv:1207.0580, 2012",
        number="½",
        unit="the usual share of hidden units that sit a step out",
        ways=(Way("experiments", "With and without, side by side", {"study": "dropout"}),),
    ),
    Milestone(
        "vgg_googlenet",
        2014.7,
        "VGG, Inception",
        "Karen Simonyan and Andrew Zisserman; Christian Szegedy and others",
        "Two ways to be deeper. VGG stacks 3×3 convolutions and ends in three dense layers, up to "
        "19 layers in all; GoogLeNet’s 22 try several kernel sizes at once in Inception blocks, "
        "with a twentieth of VGG16’s weights.",
        "arXiv:1409.1556 and arXiv:1409.4842; weights as in torchvision’s versions",
        bars=(
            ("VGG16’s weights", 138_357_544, "138 million"),
            ("GoogLeNet’s", 6_624_904, "6.6 million"),
        ),
        ways=(
            Way(
                "architectures",
                "Side by side",
                {"part": "pair", "left": "vgg16", "right": "googlenet"},
            ),
        ),
    ),
    Milestone(
        "fgsm",
        2014.97,
        "FGSM",
        "Ian Goodfellow, Jonathon Shlens and Christian Szegedy",
        "One step along the sign of the gradient is enough: a panda named with 57.7 % becomes a "
        "gibbon with 99.3 %, at ε = 0.007. They blame how linear networks are.",
        "“Explaining and harnessing adversarial examples”, arXiv:1412.6572",
        number="0.007",
        unit="is ε there: about one step of an 8-bit picture",
        ways=(Way("adversarial", "Take FGSM apart"),),
    ),
    Milestone(
        "batch_norm",
        2015.1,
        "Batch norm",
        "Sergey Ioffe and Christian Szegedy",
        "Each channel is centred and scaled over the batch, then given a scale and shift to learn. "
        "Their Inception net got as far as before with 14 times fewer steps.",
        "“Batch normalization”, arXiv:1502.03167",
        number="14 ×",
        unit="fewer steps to the same accuracy, in their experiment",
        ways=(Way("experiments", "With and without, side by side", {"study": "batch_norm"}),),
    ),
    Milestone(
        "unet",
        2015.38,
        "U-Net",
        "Olaf Ronneberger, Philipp Fischer and Thomas Brox",
        "Down to see what it is, up again to say where, with bridges across: a class for every "
        "pixel of a microscope’s picture, learnt from 30 labelled pictures.",
        "“U-Net: convolutional networks for biomedical image segmentation”, arXiv:1505.04597",
        number="30",
        unit="labelled pictures were enough, bent and shifted many times",
        ways=(Way("tasks", "Train one on cells", {"task": "segment"}),),
    ),
    Milestone(
        "style",
        2015.64,
        "Style",
        "Leon Gatys, Alexander Ecker and Matthias Bethge",
        "Deep maps hold what is in a picture, products of maps how it is painted: a photograph is "
        "changed until both match, one from each of two pictures.",
        "“A neural algorithm of artistic style”, arXiv:1508.06576",
        number="2",
        unit="pictures: the content of one, the style of the other",
        ways=(Way("tasks", "Paint one picture like another", {"task": "style"}),),
    ),
    Milestone(
        "resnet",
        2015.95,
        "ResNet",
        "Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun",
        "Each block only learns what to add to its input. So a net can be 152 layers deep and "
        "still learn; six residual nets of several depths together are wrong for 3.57 % of "
        "ImageNet’s test pictures.",
        "“Deep residual learning for image recognition”, arXiv:1512.03385",
        bars=tuple(
            (
                f"{WINNERS[year].title}, {year}",
                WINNERS[year].layers,
                f"{WINNERS[year].layers} layers",
            )
            for year in (2012, 2014, 2015)
        ),
        ways=(
            Way("architectures", "Look at it, layer by layer", {"part": "net", "zoo": "resnet50"}),
            Way("training", "Train a small one", {"preset": "resnet"}),
        ),
    ),
)

_FROM_2016 = (
    Milestone(
        "alphago",
        2016.2,
        "AlphaGo",
        "David Silver, Aja Huang and others, DeepMind",
        "Convolutional nets say which moves are worth a look and who stands better; tree search "
        "does the rest. In March 2016 it beats Lee Sedol in four of five games.",
        "“Mastering the game of Go with deep neural networks and tree search”, Nature 529, January "
        "2016; the match came after it",
        number="4 : 1",
        unit="against Lee Sedol",
    ),
    Milestone(
        "skin",
        2017.1,
        "Skin",
        "Andre Esteva and others, Stanford",
        "A net trained on ImageNet, taken off the shelf and trained on with 129 450 pictures of "
        "skin, does as well as 21 dermatologists on two questions. The lecture’s example of 2017.",
        "“Dermatologist-level classification of skin cancer …”, Nature 542, 2017",
        number="129 450",
        unit="pictures of skin, on top of ImageNet’s",
        ways=(Way("transfer", "Teach a trained net something new", {"step": "slide"}),),
    ),
    Milestone(
        "last_ilsvrc",
        2017.55,
        "The end",
        "Jie Hu, Li Shen and Gang Sun (SENet)",
        "The challenge’s last year: the best entry is wrong for 2.25 %. A person who had practised "
        "for it was wrong for 5.1 %, on a sample of 1500 test pictures.",
        "“Squeeze-and-excitation networks”, arXiv:1709.01507; Russakovsky et al. 2015",
        bars=(
            ("2010", *_error(2010)),
            ("a trained person", PEOPLE, f"{PEOPLE:g} %"),
            ("2017", *_error(2017)),
        ),
        ways=(Way("architectures", "The error, year by year", {"part": "imagenet"}),),
    ),
    Milestone(
        "chexnet",
        2017.87,
        "CheXNet",
        "Pranav Rajpurkar, Jeremy Irvin and others, Stanford",
        "A DenseNet from ImageNet’s shelf, trained on with chest X-rays, finds pneumonia with F1 "
        "0.435; four radiologists average 0.387. One of the four is above it: read the intervals.",
        "“CheXNet: radiologist-level pneumonia detection …”, arXiv:1711.05225",
        bars=(
            ("four radiologists, mean F1", 0.387, "0.387"),
            ("CheXNet", 0.435, "0.435"),
            ("the best of the four", 0.442, "0.442"),
        ),
        ways=(Way("medical", "Read its table as intervals", {"chapter": "chexnet"}),),
    ),
)

MILESTONES: dict[str, Milestone] = {
    item.name: item for item in (*BEFORE_2009, *_2009_TO_2013, *_2014_TO_2015, *_FROM_2016)
}

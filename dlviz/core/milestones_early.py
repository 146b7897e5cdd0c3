"""Milestones from 1943 to 2006; see ``dlviz.core.milestones``. Plain data."""

from __future__ import annotations

from dlviz.core.milestone import Milestone, Way

BEFORE_2009: tuple[Milestone, ...] = (
    Milestone(
        "mcculloch_pitts",
        1943.0,
        "Logic neuron",
        "Warren McCulloch and Walter Pitts",
        "A unit adds up its inputs and fires at a threshold. The weights are set by hand; nothing "
        "is learnt. Units like these, wired together, can compute any formula of logic.",
        "“A logical calculus of the ideas immanent in nervous activity”, 1943",
        picture="gate",
        ways=(Way("neurons", "Set the weights of a gate", {"stage": "gates"}),),
    ),
    Milestone(
        "perceptron",
        1957.0,
        "Perceptron",
        "Frank Rosenblatt",
        "Now the weights are learnt: after each mistake they move by that example. If any line "
        "separates the classes, the rule finds one after finitely many mistakes. Here it did.",
        "Cornell Aeronautical Laboratory report, 1957; Psychological Review 65, 1958",
        picture="perceptron",
        ways=(Way("neurons", "Let it learn letters", {"stage": "perceptron"}),),
    ),
    Milestone(
        "minsky_papert",
        1969.0,
        "XOR",
        "Marvin Minsky and Seymour Papert",
        "One such unit cannot compute XOR: of the four cases every line gets at least one wrong. "
        "The book “Perceptrons” says what else is out of reach. Money for neural nets is scarce in "
        "the years after; how much of that is the book’s doing is disputed. Histories put the "
        "first “AI winter” later, at about 1974 to 1980.",
        "“Perceptrons: an introduction to computational geometry”, 1969",
        picture="xor",
        ways=(Way("neurons", "See it fail", {"stage": "xor"}),),
    ),
    Milestone(
        "backpropagation",
        1986.0,
        "Backprop",
        "David Rumelhart, Geoffrey Hinton and Ronald Williams",
        "The chain rule, applied from the output back, tells every hidden weight which way to go. "
        "A hidden layer now learns its own two lines, and XOR falls. The rule itself is older "
        "(Linnainmaa 1970, Werbos 1974); now it is used.",
        "“Learning representations by back-propagating errors”, Nature 323, 1986",
        picture="two_lines",
        ways=(
            Way("points", "Train a hidden layer yourself"),
            Way("neurons", "XOR with a hidden layer", {"stage": "xor"}),
        ),
    ),
    Milestone(
        "zip_codes",
        1989.0,
        "Zip codes",
        "Yann LeCun and others at Bell Labs",
        "A network of convolutions reads the digits of handwritten zip codes. Since every place "
        "shares its kernels, it makes do with 9 760 numbers to learn for 64 660 connections, and "
        "gets 5.0 % of the test digits wrong.",
        "“Backpropagation applied to handwritten zip code recognition”, Neural Computation 1, 1989",
        number="9 760",
        unit="numbers to learn, for 64 660 connections",
        ways=(Way("convolution", "Step through a convolution"),),
    ),
    Milestone(
        "lenet5",
        1998.0,
        "LeNet-5",
        "Yann LeCun, Léon Bottou, Yoshua Bengio and Patrick Haffner",
        "Convolve, pool, convolve, pool, then dense layers: the pattern that has stayed. On "
        "MNIST’s 10 000 test digits it makes 0.95 % mistakes, with training digits that are bent "
        "and shifted 0.8 %.",
        "“Gradient-based learning applied to document recognition”, 1998",
        number="0.95 %",
        unit="of MNIST’s test digits wrong",
        ways=(
            Way("architectures", "Look at it, layer by layer", {"part": "net", "zoo": "lenet5"}),
            Way("training", "Train it on digits", {"preset": "lenet5"}),
        ),
    ),
    Milestone(
        "deep_belief_nets",
        2006.4,
        "Deep belief nets",
        "Geoffrey Hinton, Simon Osindero and Yee-Whye Teh",
        "One layer after the other is trained, the lower ones without labels, then all are "
        "fine-tuned: 1.25 % of MNIST’s test digits wrong, below a support vector machine’s 1.4 %. "
        "“Deep” becomes the word. Later, better starts and ReLUs mostly replace the pre-training.",
        "“A fast learning algorithm for deep belief nets”, Neural Computation 18, 2006",
        number="1.25 %",
        unit="of MNIST’s test digits wrong",
        ways=(Way("neurons", "Send a signal through ten layers", {"stage": "depth"}),),
    ),
)

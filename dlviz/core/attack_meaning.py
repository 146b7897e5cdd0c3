"""What adversarial pictures mean for safety and what they do not: sentences for use in class.

One entry in ``CLAIMS`` each, in the order in which a class asks. Every claim says where it comes
from and, where this lab shows it, which view to try.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Claim:
    """One plain sentence or two. ``holds``: it is so; else it is what people wrongly conclude.

    ``text`` is Markdown without links. ``source`` and ``address``: the paper and where it can be
    read. ``view``: the view of the adversarial lab that shows it, or "", with these ``settings``.
    """

    name: str
    title: str
    text: str
    source: str
    address: str
    holds: bool
    view: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


_CLAIMS = (
    Claim(
        "blind",
        "Accuracy says nothing about it",
        "A network that is right on nearly every photograph of a test set can be wrong on nearly"
        " all of them once each pixel has moved a little. A test set holds pictures as they come;"
        " an attacker does not choose as chance does.",
        "Szegedy et al. (2014), Intriguing properties of neural networks",
        "https://arxiv.org/abs/1312.6199",
        holds=True,
        view="many",
    ),
    Claim(
        "linear",
        "It is no accident of one network",
        "Many tiny changes, all in the worst direction, add up: with 150 528 inputs even steps of"
        " 1/255 move a sum far. Pictures made for one network often fool another one too.",
        "Goodfellow, Shlens and Szegedy (2015), Explaining and harnessing adversarial examples",
        "https://arxiv.org/abs/1412.6572",
        holds=True,
        view="transfer",
    ),
    Claim(
        "physical",
        "It survives the printer",
        "Printed attacks still fooled a classifier through a telephone’s camera, and stickers on a"
        " stop sign changed what a network read. Such changes are larger than the ones here, and"
        " made to survive angle and light.",
        "Kurakin et al. (2017), Adversarial examples in the physical world; Eykholt et al. (2018)",
        "https://arxiv.org/abs/1607.02533",
        holds=True,
    ),
    Claim(
        "defences",
        "Most simple defences only hide the gradient",
        "Of nine defences accepted at one conference, seven relied on hiding it, and six of those"
        " fell completely to attacks that went around that. A defence is judged by an attacker who"
        " knows it.",
        "Athalye, Carlini and Wagner (2018), Obfuscated gradients give a false sense of security",
        "https://arxiv.org/abs/1802.00420",
        holds=True,
        view="defences",
        settings={"model": "digits_plain", "defence": "blur"},
    ),
    Claim(
        "noise",
        "“Networks break at any noise”",
        "No. Random steps of the same size hardly ever change the answer: the direction does it,"
        " and finding it takes the network’s gradient, a stand-in network, or many questions.",
        "Fawzi et al. (2016), Robustness of classifiers: from adversarial to random noise",
        "https://arxiv.org/abs/1608.08967",
        holds=False,
        view="plane",
    ),
    Claim(
        "attackers",
        "“So this is how systems are attacked”",
        "Seldom. Who wants a car to miss a stop sign can knock it over, and no rule keeps an"
        " attacker to small steps. A small ε is a way to *measure* how far a network’s decision"
        " agrees with ours, not a list of what attackers do.",
        "Gilmer et al. (2018), Motivating the rules of the game for adversarial example research",
        "https://arxiv.org/abs/1807.06732",
        holds=False,
    ),
    Claim(
        "robust",
        "“Adversarial training solves it”",
        "It helps, against the attack and the ε that it was trained for. On CIFAR-10 it cost"
        " accuracy on clean pictures, 95.2 → 87.3 %, and strong attacks still got through; on MNIST"
        " it can gain some.",
        "Madry et al. (2018), Towards deep learning models resistant to adversarial attacks",
        "https://arxiv.org/abs/1706.06083",
        holds=False,
        view="defences",
    ),
    Claim(
        "stupid",
        "“The network has learnt nothing real”",
        "Not so: part of what it uses does predict the class on new pictures, only not in a way"
        " that people see. Networks trained to be robust use features that look more like ours.",
        "Ilyas et al. (2019), Adversarial examples are not bugs, they are features",
        "https://arxiv.org/abs/1905.02175",
        holds=False,
        view="inside",
    ),
)

CLAIMS: dict[str, Claim] = {claim.name: claim for claim in _CLAIMS}

"""The adversarial lab's lesson cards: settings, a question to predict from, and the answer.

One entry in ``ATTACK_CARDS`` each, in the order in which a student asks. Plain data; a test works
out every number of every answer. Where a view shows the answer at once, the card opens another one
that does not, and leads there when the answer is told.
"""

from __future__ import annotations

from dlviz.core.lessons import Card, card

_CARDS = (
    card(
        "pixel",
        "How little is enough?",
        "Nothing is added yet: espresso, and the network is sure. Predict: how many of 255 steps"
        " must every pixel move until it sees something else? Then raise ε.",
        "1 step, which nobody sees: consomme, 30.3 %. Each of 150\u202f528 numbers hardly moves,"
        " but all in the worst direction, and that adds up.",
        then=("One step", {"scene": "opened", "eps": "1"}),
        scene="family",
        attack="fgsm",
        eps="0",
    ),
    card(
        "noise",
        "Noise of the same size",
        "Every pixel has moved by 2 of 255 steps, and the espresso is gone. Predict: what would"
        " the same steps do, each up or down by chance?",
        "Nothing: still espresso, 99.2 %. It is the direction that does it, not the size. Random"
        " signs are the control: without them one could not tell.",
        then=("Random signs", {"scene": "opened", "signs": "noise"}),
        scene="family",
        attack="fgsm",
        eps="2",
    ),
    card(
        "panda",
        "The panda’s three pictures",
        "A photograph, what is added (magnified), the result: so the famous panda became a gibbon,"
        " at ε = 0.007. Predict: how many of 255 steps is that?",
        "One, not 0.007 · 255 = 1.8: it is the smallest of 8 bits in that net’s own scaling. One is"
        " enough here, too: the tripod is a harmonica, 48.3 %.",
        then=("One step", {"eps": "1"}),
        picture="camera",
        eps="2",
    ),
    card(
        "more",
        "Is more always more?",
        "At ε = 8/255 the tripod has become binoculars. Predict: with every pixel twice as far"
        " off, is the network fooled all the more?",
        "No: from 13/255 on it says tripod again, 74.6 % at 16. The slope was measured at the"
        " picture, and one long straight step leaves it behind.",
        then=("Twice as far", {"scene": "opened", "eps": "16"}),
        scene="family",
        attack="fgsm",
        picture="camera",
        eps="8",
    ),
    card(
        "unknown",
        "A picture that it does not know",
        "A brick wall, for which ImageNet has no class. Predict: would random signs of the same ε"
        " = 8/255 change the answer, too?",
        "Yes: window screen. It was at a loss to begin with, spider web at 14.0 %, so anything"
        " changes its mind. Only what was right and sure can be fooled.",
        then=("Random signs", {"scene": "opened", "signs": "noise"}),
        scene="family",
        attack="fgsm",
        picture="brick",
        eps="8",
    ),
    card(
        "cat",
        "Another answer, but right",
        "One step, and the Egyptian cat is a tiger cat, 82.7 %. The page does not say “fooled”."
        " Predict: from which ε on does it see no cat at all?",
        "From 14/255 on: window screen. Up to there it only wavers between names that are all"
        " true. Who counts every changed answer flatters the attack.",
        then=("No cat", {"scene": "opened", "eps": "14"}),
        scene="family",
        attack="fgsm",
        picture="cat",
        eps="1",
    ),
    card(
        "target",
        "A coffee that is a panda",
        "Aimed at “giant panda”, one step misses: 0.6 %. Predict: ten small steps, none further"
        " than the same ε, will they get there?",
        "Yes: giant panda, 99.2 %. The slope at the picture does not know where pandas begin. Ten"
        " steps ask ten times, and the change is no larger.",
        then=("Ten small steps", {"attack": "pgd"}),
        scene="family",
        attack="fgsm",
        target="388",
        eps="2",
    ),
    card(
        "inside",
        "Where does it grow?",
        "Nothing is added yet. At ε = 1/255 attack and random signs are equally long, 0.8 % of the"
        " picture. Predict: and in the last layers?",
        "In layer 19 the attack has moved the answers by 48 %, random signs by 10 %: grown ×58"
        " against ×12. In one direction all layers add up, in others little does.",
        then=("One step", {"eps": "1"}),
        scene="inside",
        eps="0",
    ),
    card(
        "plane",
        "Is the boundary near?",
        "Two random directions: 64 of 255 steps along any of them, and it is still a pig. Predict:"
        " what if one of the two is the gradient’s sign?",
        "Along it the pig is an owl from ε = 32/255 on; of this plane 76 % is still pig. The"
        " boundary is near, but hardly any direction leads there.",
        then=("The gradient’s sign", {"span": "gradient"}),
        scene="plane",
        model="creatures_cnn",
        image="0",
        span="random",
    ),
    card(
        "anecdote",
        "One picture is an anecdote",
        "At ε = 8/255 this pig is still a pig. The network names 199 of 200 such pictures rightly."
        " Predict: of how many is that true under the same attack?",
        "Of 162, with random signs of 199. At 32/255 the attack leaves 10. Accuracy over ε says"
        " how robust a network is; one picture says little.",
        then=("200 pictures", {"scene": "many"}),
        model="creatures_cnn",
        image="0",
        eps="8",
    ),
    card(
        "judge",
        "One step is a mild judge",
        "Accuracy of a net for digits, over the ε of FGSM. Predict: PGD takes ten small steps, none"
        " further than ε. Will its curve lie above or below?",
        "Below: at ε = 32/255 FGSM leaves 48.0 % right, PGD 11.0 %. Who judges by one step thinks a"
        " network safer than it is, and ten steps may flatter it, too.",
        then=("Add PGD", {"attacks": "pgd"}),
        scene="many",
        model="digits_plain",
        at="32",
    ),
    card(
        "transfer",
        "Without the network",
        "Four networks for creatures; nearly nobody is fooled at ε = 1/255. Predict: at 12/255, do"
        " pictures made to fool one of them fool another one?",
        "Some do: those made for the first fool it in 52 %, the 7×7 one in 22 %, random signs in"
        " 1 %. An attacker may train a net of his own and attack that.",
        then=("At 12/255", {"eps": "12"}),
        scene="transfer",
        count="100",
        eps="1",
    ),
    card(
        "file",
        "Lost by rounding",
        "DeepFool has no ε: it seeks the nearest boundary, with a change 13 times shorter than"
        " this one. Predict: saved as a PNG and read again, does it still fool?",
        "No. In memory it is consomme, 44.3 %. A file holds whole steps of 1/255, and so it is"
        " espresso again, 90.5 %. FGSM’s ε is a whole step: its file fools.",
        then=("Save and read", {"scene": "file", "attack": "deepfool"}),
        scene="family",
        attack="fgsm",
        eps="2",
    ),
    card(
        "jpeg",
        "Does a JPEG wash it off?",
        "Ten steps have made the tripod something else. Predict: is it a tripod again if the"
        " network sees a JPEG of it? And if the attacker knows?",
        "It is gone: tripod, 93 %. But ten steps through the JPEG end at binoculars, 94 %. A"
        " defence is judged by an attacker who knows it.",
        then=("Behind a JPEG", {"scene": "defences", "defence": "jpeg"}),
        scene="family",
        model="mobilenet_v2",
        picture="camera",
        attack="pgd",
        eps="2",
    ),
    card(
        "robust",
        "A perturbation with a face",
        "Two nets for digits; one was attacked all through its training. Below, the slope of both"
        " losses for one digit. Predict: will both look like noise?",
        "Only the plain net’s. The other’s follows the strokes: the strongest 5 % of the pixels"
        " carry 66 % of it, of the plain net’s 26 %. It leans on what we see, too.",
        scene="defences",
        image="0",
    ),
)

ATTACK_CARDS: dict[str, Card] = {item.name: item for item in _CARDS}

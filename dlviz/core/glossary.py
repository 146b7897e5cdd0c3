"""The blocks that the lectures’ networks are made of ("Lego blocks"). Imports no torch.

To add one, enter it in ``BLOCKS`` with its rule (``glossary_rules.py``), and draw its picture in
``dlviz/figures/glossary_pictures.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from dlviz.core import glossary_rules as rules
from dlviz.core.glossary_block import BEND, CALM, END, SIZE, WEIGHTS, Block, Setting

_CHANNELS = Setting("Channels out", 1, 512, 16)
_STRIDE = Setting("Stride", 1, 8, 1)
_SLIDING = {
    "channels": _CHANNELS,
    "kernel": Setting("Kernel", 1, 15, 3),
    "stride": _STRIDE,
    "padding": Setting("Padding", 0, 7, 1),
}
_UP = {
    "channels": _CHANNELS,
    "kernel": Setting("Kernel", 1, 15, 2),
    "stride": Setting("Stride", 1, 8, 2),
    "padding": Setting("Padding", 0, 7, 0),
}
_POOL = {"window": Setting("Window", 1, 16, 2), "stride": Setting("Stride", 1, 16, 2)}
Link = tuple[str, str, Mapping[str, str]]
_TRAIN: Link = ("training", "Put it into a network", {"edit": "network"})


def _activation(title: str, short: str, what: str, formula: str, code: str) -> Block:
    links: tuple[Link, ...] = (("points", "See what units with it draw", {}), _TRAIN)
    return Block(title, short, BEND, what, formula, "vector", rules.same, code, links=links)


BLOCKS: dict[str, Block] = {
    "conv": Block(
        "Convolution",
        "Convolution",
        WEIGHTS,
        "A small kernel slides over the picture; at every place it multiplies what lies under it "
        "and adds up. The same few weights everywhere: what it can find, it finds wherever it is.",
        r"$y_{k,i,j} = b_k + \sum_{c,u,v} w_{k,c,u,v}\, x_{c,\,si+u,\,sj+v}$",
        "maps",
        rules.conv,
        "nn.Conv2d({given}, {channels}, {kernel}, stride={stride}, padding={padding})",
        _SLIDING,
        (("convolution", "Step through one", {}), _TRAIN),
    ),
    "dense": Block(
        "Dense",
        "Dense",
        WEIGHTS,
        "Fully connected: every unit weighs every value and adds a bias. It knows nothing of "
        "neighbours, and a picture gives it very many weights: 224×224×3 pixels and 100 units "
        "take over 15 million.",
        r"$y = Wx + b$",
        "vector",
        rules.dense,
        "nn.Linear({given}, {units})",
        {"units": Setting("Units", 1, 4096, 100)},
        (("training", "Train the lecture’s MLP", {"preset": "lecture_mlp"}),),
    ),
    "neuron": Block(
        "Neuron",
        "Neuron",
        WEIGHTS,
        "The smallest block: weigh the inputs, add a bias, bend. With a sigmoid it is logistic "
        "regression, and draws one straight line.",
        r"$a = g(w \cdot x + b)$",
        "vector",
        rules.neuron,
        "nn.Sequential(nn.Linear({given}, 1), nn.Sigmoid())",
        {},
        (("points", "Set its weights by hand", {"hidden": "none"}),),
    ),
    "residual": Block(
        "Residual block",
        "Residual",
        WEIGHTS,
        "Two convolutions learn only what is to be added to their input; the input itself goes "
        "past them. Signal and gradient always have a short way, so a hundred layers can learn.",
        r"$y = \mathrm{ReLU}(F(x) + x)$",
        "maps",
        rules.residual,
        "dlviz.core.residual.ResidualBlock({given}, {channels}, {stride}, torch.Generator())",
        {"channels": _CHANNELS, "stride": _STRIDE},
        (("training", "Train a small ResNet", {"preset": "resnet"}),),
    ),
    "max_pool": Block(
        "Max pooling",
        "Max pooling",
        SIZE,
        "Of each window only the largest value stays: the map is smaller, and a small shift "
        "changes it less. It does not stay the same.",
        r"$y_{c,i,j} = \max_{u,v}\, x_{c,\,si+u,\,sj+v}$",
        "maps",
        rules.pool,
        "nn.MaxPool2d({window}, {stride})",
        _POOL,
        (("convolution", "Step through it", {"op": "max_pool", "grid": "lecture"}),),
    ),
    "avg_pool": Block(
        "Average pooling",
        "Average pooling",
        SIZE,
        "The mean of each window: every value counts, the strongest has no say of its own.",
        r"$y_{c,i,j} = \frac{1}{n^2} \sum_{u,v} x_{c,\,si+u,\,sj+v}$",
        "maps",
        rules.pool,
        "nn.AvgPool2d({window}, {stride})",
        _POOL,
        (("convolution", "Step through it", {"op": "average_pool", "grid": "lecture"}),),
    ),
    "global_average": Block(
        "Global average",
        "Global average",
        SIZE,
        "Each map becomes its mean: one value a channel, wherever in the picture it was. The only "
        "pooling that a shift does not change, but for what enters or leaves at the borders.",
        r"$y_c = \frac{1}{HW} \sum_{i,j} x_{c,i,j}$",
        "maps",
        rules.global_average,
        "nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())",
        {},
        (("training", "Train a net that ends with it", {"preset": "resnet"}),),
    ),
    "flatten": Block(
        "Flatten",
        "Flatten",
        SIZE,
        "All values of all maps in one row, so that a dense layer can take them. Who was whose "
        "neighbour is lost.",
        r"$y_{cHW + iW + j} = x_{c,i,j}$",
        "maps",
        rules.flatten,
        "nn.Flatten()",
        {},
        (_TRAIN,),
    ),
    "transposed_conv": Block(
        "Transposed convolution",
        "Transposed conv",
        SIZE,
        "A convolution backwards: every value stamps the kernel, times itself, onto the output, "
        "and stamps add up where they overlap. So maps grow, as a segmentation’s have to.",
        r"$y_{k,\,si+u,\,sj+v} \mathrel{+}= w_{c,k,u,v}\, x_{c,i,j}$",
        "maps",
        rules.transposed,
        "nn.ConvTranspose2d({given}, {channels}, {kernel}, stride={stride}, padding={padding})",
        _UP,
        (("convolution", "Step through one", {"op": "transposed"}),),
    ),
    "batch_norm": Block(
        "Batch norm",
        "Batch norm",
        CALM,
        "Brings every channel to mean 0 and deviation 1 over the mini-batch, then scales and "
        "shifts it by two learnt numbers. Large learning rates become possible.",
        r"$y = \gamma\, \dfrac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta$",
        "maps",
        rules.batch_norm,
        "nn.BatchNorm2d({given})",
        {},
        (("experiments", "With and without it, five seeds", {"study": "batch_norm"}), _TRAIN),
    ),
    "dropout": Block(
        "Dropout",
        "Dropout",
        CALM,
        "While training, a random share of the values is 0 and the rest is scaled up, anew at "
        "every step; afterwards it does nothing. No unit can rely on a particular other one.",
        r"$y = \dfrac{m \odot x}{1 - p}, \quad m_i \in \{0, 1\}$",
        "vector",
        rules.same,
        "nn.Dropout(0.5)",
        {},
        (("experiments", "With and without it, five seeds", {"study": "dropout"}), _TRAIN),
    ),
    "relu": _activation(
        "ReLU",
        "ReLU",
        "What is negative becomes 0, the rest stays. Its slope is 1 wherever it is on, so "
        "gradients pass undiminished; a unit that is never on does not learn.",
        r"$g(z) = \max(0, z)$",
        "nn.ReLU()",
    ),
    "leaky_relu": _activation(
        "Leaky ReLU",
        "Leaky ReLU",
        "A ReLU with a small slope below 0: a unit that never fires still learns.",
        r"$g(z) = \max(0.01\,z, z)$",
        "nn.LeakyReLU(0.01)",
    ),
    "elu": _activation(
        "ELU",
        "ELU",
        "Like a ReLU above 0; below it bends smoothly towards −1.",
        r"$g(z) = z \text{ for } z > 0, \text{ else } e^z - 1$",
        "nn.ELU()",
    ),
    "gelu": _activation(
        "GELU",
        "GELU",
        "A smooth ReLU that dips a little below 0; usual in today’s language models.",
        r"$g(z) = z\,\Phi(z)$",
        "nn.GELU()",
    ),
    "tanh": _activation(
        "Tanh",
        "Tanh",
        "Between −1 and 1: flat, with next to no gradient, where |z| is large.",
        r"$g(z) = \tanh z$",
        "nn.Tanh()",
    ),
    "sigmoid": _activation(
        "Sigmoid",
        "Sigmoid",
        "Between 0 and 1, a probability. Its slope is at most ¼: through many layers gradients "
        "vanish.",
        r"$g(z) = \dfrac{1}{1 + e^{-z}}$",
        "nn.Sigmoid()",
    ),
    "softmax": Block(
        "Softmax",
        "Softmax",
        END,
        "Makes probabilities of any numbers: positive, adding up to 1, the largest one favoured. "
        "Adding the same to all outputs changes nothing.",
        r"$p_k = \dfrac{e^{z_k}}{\sum_j e^{z_j}}$",
        "vector",
        rules.same,
        "nn.Softmax(dim=1)",
        {},
        (("training", "See it learn to be sure", {"preset": "digits"}),),
    ),
    "cross_entropy": Block(
        "Cross-entropy",
        "Cross-entropy",
        END,
        "What is learnt from: minus the logarithm of the probability that the right class got. "
        "Guessing among ten classes costs ln 10 = 2.30; being sure and wrong costs most.",
        r"$J = -\ln p_{\text{right}}$",
        "vector",
        rules.one_number,
        "lambda x: nn.functional.cross_entropy(x, torch.zeros(1, dtype=torch.long))",
        {},
        (("experiments", "Is a run’s first loss ln K?", {"study": "checklist"}),),
    ),
    "gradient_step": Block(
        "Gradient step",
        "Gradient step",
        END,
        "How all weights learn: find out how the loss would change with each of them, and move "
        "each a little the other way. The learning rate λ says how far.",
        r"$w \leftarrow w - \lambda\, \nabla J(w)$",
        "vector",
        rules.update,
        "lambda w: w - 0.1 * torch.autograd.functional.jacobian(lambda v: (v**2).sum(), w)",
        {},
        (("points", "One step under the microscope", {"microscope": "1"}),),
    ),
}


def search(words: str) -> list[str]:
    """The blocks whose title or description has all of these words; all of them for none."""
    wanted = words.lower().split()
    return [
        name
        for name, block in BLOCKS.items()
        if all(
            word in f"{name} {block.title} {block.group} {block.what}".lower() for word in wanted
        )
    ]

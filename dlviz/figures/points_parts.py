"""The lines that the NumPy program and the PyTorch program of a run on points have in common."""

from __future__ import annotations

from dlviz.core.points.initialisations import LARGE
from dlviz.core.points.network import WEIGHTS
from dlviz.core.points.specs import PERCEPTRON, RATE, PointsChange, PointsSpec

MOST_COLUMNS = 100

START_CODE = {
    "xavier": (
        "uniform, with variance 2 / (inputs + outputs)",
        "bound = np.sqrt(6 / (inputs + outputs))",
        "draw.uniform(-bound, bound, (outputs, inputs))",
    ),
    "he": (
        "normal, with variance 2 / inputs",
        "",
        "draw.normal(0, np.sqrt(2 / inputs), (outputs, inputs))",
    ),
    "normal": ("normal, with deviation 1", "", "draw.normal(0, 1, (outputs, inputs))"),
    "zeros": ("all zero", "", "np.zeros((outputs, inputs))"),
    "large": (
        f"normal, with deviation {LARGE:g}",
        "",
        f"draw.normal(0, {LARGE:g}, (outputs, inputs))",
    ),
}


def net_words(spec: PointsSpec) -> str:
    """What is trained, on what and how, without a stranger's words; at most 86 columns."""
    train = spec.train
    how = "the perceptron’s rule" if train.rule == PERCEPTRON else train.optimiser
    shape = "-".join(str(size) for size in spec.shape)
    return f"Train a {shape} network on “{spec.data.name}” with {how}, seed {train.seed}"


def start_code(spec: PointsSpec) -> str:
    """``start(layer, outputs, inputs)``: a layer's initial weights."""
    about, before, value = START_CODE[spec.net.initialisation]
    return "\n".join(
        [
            "def start(layer, outputs, inputs):",
            f'    """A layer\'s initial weights: {about}."""',
            *(
                [f"    draw = np.random.default_rng([{spec.train.seed}, layer, {WEIGHTS}])"]
                * ("draw" in value)
            ),
            *([f"    {before}"] if before else []),
            f"    return {value}",
        ]
    )


def streams_code(spec: PointsSpec, *, shuffling: bool = True, dropping: bool = True) -> str:
    """The generators of the training."""
    seed, lines = spec.train.seed, []
    if shuffling:
        lines.append(f"shuffling = np.random.default_rng([{seed}, 0, 1])")
    if dropping and drops(spec):
        lines.append(f"dropping = np.random.default_rng([{seed}, 0, 2])")
    return "\n".join(lines)


def drops(spec: PointsSpec) -> bool:
    """Whether dropout leaves anything out."""
    return bool(spec.net.dropout and spec.net.hidden)


def hand_code(spec: PointsSpec, *, rate: list[str], weight: str, bias: str) -> list[str]:
    """The function that makes the changes that were made by hand; [] if there are none.

    ``rate``: lines with ``{value}``; ``weight`` and ``bias``: the array of a ``{layer}``.
    """
    if not spec.interventions:
        return []
    rates = any(change.name == RATE for change in spec.interventions)
    lines = [
        "def by_hand(step):",
        '    """What was changed while it ran, before the update after this step."""',
        *(["    global rate"] if rates and any("rate =" in line for line in rate) else []),
    ]
    seen = -1
    for change in spec.interventions:
        if change.step != seen:
            lines.append(f"    if step == {change.step}:")
            seen = change.step
        lines += _changed(change, rate, weight, bias)
    return ["\n".join(lines)]


def _changed(change: PointsChange, rate: list[str], weight: str, bias: str) -> list[str]:
    if change.name == RATE:
        return [f"        {line.format(value=repr(change.value))}" for line in rate]
    layer, *place = change.place
    array = (weight if len(place) == 2 else bias).format(layer=layer)
    at = ", ".join(str(number) for number in place)
    return [f"        {array}[{at}] = {change.value!r}"]


def listed(name: str, items: list[str]) -> str:
    """``name = [items]``, in several lines where one would be too long."""
    line = f"{name} = [{', '.join(items)}]"
    if len(line) <= MOST_COLUMNS:
        return line
    return "\n".join([f"{name} = [", *(f"    {item}," for item in items), "]"])


def spaced(blocks: list[str]) -> str:
    """Two empty lines around what defines something, one elsewhere."""
    defines = ["def " in block for block in blocks]
    text = blocks[0]
    for before, after, block in zip(defines, defines[1:], blocks[1:], strict=False):
        text += ("\n\n\n" if before or after else "\n\n") + block
    return text

"""The lines that the NumPy program and the PyTorch program of a run on points have in common."""

from __future__ import annotations

from dlviz.core.points.data import PAINTED
from dlviz.core.points.initialisations import LARGE
from dlviz.core.points.specs import PERCEPTRON, RATE, PointsChange, PointsData, PointsSpec

FEATURE_CODE = {
    "x1": "x1",
    "x2": "x2",
    "x1_squared": "x1 * x1",
    "x2_squared": "x2 * x2",
    "x1x2": "x1 * x2",
    "sin_x1": "np.sin(x1)",
    "sin_x2": "np.sin(x2)",
}
PLAIN = ("x1", "x2")
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
IMPORTS = (
    "from dlviz.core.points.data import points_of\nfrom dlviz.core.points.specs import PointsData"
)


def net_words(spec: PointsSpec) -> str:
    """What is trained, on what and how, without a stranger's words; at most 86 columns."""
    train = spec.train
    how = "the perceptron’s rule" if train.rule == PERCEPTRON else train.optimiser
    shape = "-".join(str(size) for size in spec.shape)
    return f"Train a {shape} network on “{spec.data.name}” with {how}, seed {train.seed}"


def data_code(spec: PointsSpec, *, wrap: str = "{}") -> str:
    """x, y and what is held out; ``wrap`` is put around each array."""
    names = (("x", "train_x"), ("y", "train_y"), ("held_x", "test_x"), ("held_y", "test_y"))
    rows = []
    lines = [f"points = points_of({_data(spec.data)})"]
    for name, source in names:
        array = f"points.{source}"
        if name.endswith("x") and spec.net.features != PLAIN:
            array = f"features({array})"
        rows.append(f"{name} = {wrap.format(array)}")
    return "\n".join([*_features(spec.net.features), *lines, *rows])


def _data(data: PointsData) -> str:
    if data.name != PAINTED:
        parts = [f"noise={data.noise!r}", f"count={data.count}"]
        return ", ".join(
            [f"PointsData({data.name!r}", *parts, f"share={data.share!r}", f"seed={data.seed})"]
        ).replace("'", '"')
    rows = [repr(point) for point in data.painted]
    lines = ["        " + ", ".join(rows[at : at + 4]) + "," for at in range(0, len(rows), 4)]
    head = f'PointsData(\n    "{PAINTED}",\n    share={data.share!r},\n    seed={data.seed},'
    return "\n".join([head, "    painted=(", *lines, "    ),", ")"])


def _features(names: tuple[str, ...]) -> list[str]:
    if names == PLAIN:
        return []
    used = ", ".join(FEATURE_CODE[name] for name in names)
    return [
        "",
        "def features(points):",
        '    """What the network is told of each point."""',
        "    x1, x2 = points[:, 0], points[:, 1]",
        f"    return np.stack([{used}], axis=1)",
        "",
        "",
    ]


def start_code(spec: PointsSpec) -> str:
    """``start(layer, outputs, inputs)``: a layer's initial weights."""
    about, before, value = START_CODE[spec.net.initialisation]
    return "\n".join(
        [
            "def start(layer, outputs, inputs):",
            f'    """A layer\'s initial weights: {about}."""',
            *(
                [f"    draw = np.random.default_rng([{spec.train.seed}, layer])"]
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

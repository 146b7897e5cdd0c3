"""The deconvnet's way down in words, with the numbers of this picture and this unit."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from dlviz.core.deconv_stages import Descent, Stage
from dlviz.core.words import grouped

RULES: dict[str, str] = {
    "deconvnet": "Deconvnet",
    "guided": "Guided backpropagation",
    "plain": "Plain gradient",
}
# Above the arrow of a stage, and in its button.
OPERATIONS: dict[str, str] = {
    "conv": "filters",
    "relu": "ReLU",
    "max_pool": "unpool",
    "average_pool": "spread",
    "norm": "scale",
    "bend": "slope",
    "nothing": "nothing",
    "block": "block",
}


def numbers(values: Tensor) -> str:
    """Shape and values of maps C×H×W: "7×7×96, 31 % positive, 4 % negative, max 4.2"."""
    channels, rows, columns = values.shape
    shares = [(values > 0).float().mean(), (values < 0).float().mean()]
    positive, negative = (percent(float(share)) for share in shares)
    largest = float(values.abs().max())
    return (
        f"{rows}×{columns}×{channels}, {positive} positive, {negative} negative, "
        f"{'max' if bool((values >= 0).all()) else 'max |value|'} {digits(largest)}"
    )


def percent(share: float) -> str:
    """A share in [0, 1]; what is there but tiny is not called 0 %."""
    if 0 < share < 0.005:
        return "under 1 %"
    return "over 99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def digits(value: float) -> str:
    """Two digits at least, never as a power of ten where it can be read."""
    return f"{value:.2f}" if 0.1 <= abs(value) < 1000 or value == 0 else f"{value:.2g}"


def start_words(found: Descent) -> str:
    """The first step: one unit speaks, all others are silent."""
    unit, top = found.unit, found.stages[-1].up
    where = f"channel {unit.channel}, row {unit.row}, column {unit.column}"
    if found.value == 0:
        return (
            f"This unit ({where}) is silent in this picture: its activation is 0, so there is "
            "nothing to project. Choose another place of the map (at the first step), another "
            "channel or another picture."
        )
    if found.value < 0:
        return (
            f"Only one unit may speak: {where}. Its activation is negative, {digits(found.value)}: "
            "the signal starts below 0, and what comes down is what spoke against the unit."
        )
    return (
        f"Only one unit may speak: {where}, at its own activation {digits(found.value)}. The other "
        f"{grouped(top.numel() - 1)} values of the layer are set to 0."
    )


def step_words(found: Descent, place: int) -> str:
    """What stage ``place`` of a descent does to the signal on its way down."""
    if found.value == 0:
        return start_words(found)
    stage = found.stages[place]
    leaving = found.stages[place - 1].down if place else found.signal
    before = found.stages[place - 1].up if place else found.pixels
    words = _WORDS[stage.kind](found.rule, stage, before, leaving)
    if place == 0:
        words += (
            " The network’s own normalisation comes last, a division by its deviation: these are "
            "pixels."
        )
    return words


def _conv(_rule: str, stage: Stage, _before: Tensor, leaving: Tensor) -> str:
    size = stage.window[0]
    return (
        f"Transposed filters: each value lays down its own {size}×{size} filter, multiplied by the "
        f"value; where they overlap they add up. {stage.down.shape[0]} channels of signal become "
        f"{leaving.shape[0]}. The bias plays no part."
    )


def _relu(rule: str, stage: Stage, before: Tensor, leaving: Tensor) -> str:
    arriving = stage.down
    told = int((arriving != 0).sum())
    negative = arriving < 0
    size = float(arriving.abs().sum()) or 1.0
    cut = float((arriving - leaving).abs().sum()) / size
    if told == 1 and not cut:
        return (
            "The unit’s own ReLU: one positive value arrives and passes. Further down, where a "
            "signal has both signs, the rule at the ReLUs decides what is left of it."
        )
    if rule == "deconvnet":
        return (
            f"ReLU, on the signal itself: of {grouped(told)} values that arrive, "
            f"{grouped(int(negative.sum()))} are negative and are cut away, {percent(cut)} of the "
            "signal’s size. Whether the unit was active in the picture does not matter here."
        )
    closed = before <= 0
    if rule == "plain":
        lost = int((closed & (arriving != 0)).sum())
        return (
            f"The gradient keeps the sign: it passes where the ReLU was open in this picture. "
            f"{grouped(lost)} of {grouped(told)} values arrive where it was closed and are cut "
            f"away, {percent(cut)} of the signal’s size; negative ones go on."
        )
    lost = int((closed & (arriving > 0)).sum())
    return (
        f"Both rules at once: of {grouped(told)} values that arrive, "
        f"{grouped(int(negative.sum()))} are negative and {grouped(lost)} arrive where the ReLU "
        f"was closed in this picture; all of them are cut away, {percent(cut)} of the signal’s "
        "size."
    )


def _max_pool(_rule: str, stage: Stage, _before: Tensor, leaving: Tensor) -> str:
    size, stride = stage.window
    arriving, landed = int((stage.down != 0).sum()), int((leaving != 0).sum())
    words = (
        "Unpool with the switches: each value goes back to where its window had its maximum (a "
        f"ring; bold, where a signal goes), the rest stays empty. {_values(arriving)} of "
        f"{grouped(stage.down.numel())} go to {grouped(landed)} of {grouped(leaving.numel())} "
        "places"
    )
    if size > stride:
        return (
            f"{words}. The windows overlap ({size}×{size}, stride {stride}): a maximum that won "
            "several of them gets the sum, as in the gradient."
        )
    return f"{words}: the windows do not overlap, so each has a place of its own."


def _average_pool(_rule: str, stage: Stage, _before: Tensor, _leaving: Tensor) -> str:
    size = stage.window[0]
    return f"An average has no switches: each value is spread evenly over its {size}×{size} window."


def _norm(*_of: object) -> str:
    return (
        "Batch norm: coming down, each channel is multiplied by its γ/√(σ² + ε) as it was going "
        "up; the shift drops out."
    )


def _bend(*_of: object) -> str:
    return (
        "No ReLU, so no rule of its own: the signal is multiplied by the slope that the curve "
        "had at each place going up."
    )


def _nothing(*_of: object) -> str:
    return "Once the network is trained, nothing happens here: the signal passes as it is."


def _block(rule: str, _stage: Stage, _before: Tensor, _leaving: Tensor) -> str:
    return (
        "Several layers taken as one: the signal goes back through their transposed filters and "
        f"their ReLUs by the same rule ({RULES[rule].lower()}), and around them where there is a "
        "shortcut; both ways add up."
    )


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{grouped(count)} values"


_WORDS: dict[str, Callable[[str, Stage, Tensor, Tensor], str]] = {
    "conv": _conv,
    "relu": _relu,
    "max_pool": _max_pool,
    "average_pool": _average_pool,
    "norm": _norm,
    "bend": _bend,
    "nothing": _nothing,
    "block": _block,
}


def template_words(cosine: float, *, first: bool) -> str:
    """Why one projection stands for all pictures; ``cosine`` to that of another picture.

    ``first``: whether the unit's layer is the first that is rectified.
    """
    more = (
        "It is the unit’s own filter, laid down at its place."
        if first
        else "Guided backpropagation, a rule to choose beside the steps, does look at the picture."
    )
    return (
        "No max pool lies between this layer and the pixels, so there are no switches: under the "
        "deconvnet’s rule nothing on the way down depends on the picture. This is the place’s one "
        "template, the same for every picture (cosine with that of the mirrored picture: "
        f"{cosine:.3f}). {more}"
    )

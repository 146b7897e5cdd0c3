"""The NumPy program of a run on points: a script that a student takes home, and that runs as it is.

It reads like the lecture's equations and has only what the spec needs. Same draws, same sums in the
same order: its losses are the run's to the last digit.
"""

from __future__ import annotations

from dlviz.core.points.data import points_of, task_of
from dlviz.core.points.losses import LOSS_OF_TASK
from dlviz.core.points.optimisers import ADAM_MEMORIES, EPSILON, RMS_MEMORY
from dlviz.core.points.specs import PERCEPTRON, PointsSpec
from dlviz.figures.points_data_code import data_code
from dlviz.figures.points_equations import (
    ACCURACY_CODE,
    ACTIVATION_CODE,
    LOSS_CODE,
    STATES,
    UPDATE_CODE,
)
from dlviz.figures.points_parts import (
    drops,
    hand_code,
    listed,
    net_words,
    spaced,
    start_code,
    streams_code,
)


def points_code(spec: PointsSpec) -> str:
    """A script that trains ``spec`` as ``PointsRun`` does and prints the scores of every epoch.

    Its ``losses`` (one per update) and ``scores`` (step, held-out loss, accuracy) are the run's.
    """
    perceptron = spec.train.rule == PERCEPTRON
    loss = PERCEPTRON if perceptron else LOSS_OF_TASK[task_of(spec.data)]
    blocks = [
        data_code(spec),
        start_code(spec),
        _network(spec),
        *([] if perceptron else _activations(spec)),
        _forward(spec),
        LOSS_CODE[loss],
        *([] if perceptron else [_backward(spec)]),
        *hand_code(spec, rate=["rate = {value}"], weight="w[{layer}]", bias="b[{layer}]"),
        *([] if perceptron else [_update(spec)]),
        _judge(spec, loss),
        _rule(spec) if perceptron else _descent(spec),
    ]
    return f"{_head(spec)}\n{spaced(blocks)}\n"


def _head(spec: PointsSpec) -> str:
    words = (
        f'"""{net_words(spec)}, as dlviz does.',
        "",
        "It needs NumPy and nothing else; the points come with it.",
        "Its losses are dlviz's to the last digit.",
        '"""',
        "",
        "import numpy as np",
        "",
    )
    return "\n".join(words)


def _network(spec: PointsSpec) -> str:
    return "\n".join(
        (
            f"sizes = {list(spec.shape)}  # of the input and of each layer",
            "shapes = list(zip(sizes[1:], sizes[:-1]))",
            "w = [start(layer, *shape) for layer, shape in enumerate(shapes)]",
            "b = [np.zeros(outputs) for outputs, inputs in shapes]",
            f"rate = {spec.train.learning_rate!r}  # λ",
        )
    )


def _activations(spec: PointsSpec) -> list[str]:
    """g and g′ of every activation in use, and the lists of each layer's."""
    hidden = [layer.activation for layer in spec.net.hidden]
    used = list(dict.fromkeys(hidden))
    blocks = []
    for name in used:
        value, slope = ACTIVATION_CODE[name]
        blocks.append(f"def {name}(z):\n    return {value}")
        blocks.append(f"def {name}_slope(z):\n    return {slope}")
    if hidden:
        about = "# Of the hidden layers; the output layer has none."
        slopes = [f"{name}_slope" for name in hidden]
        blocks.append("\n".join((about, listed("g", hidden), listed("slope", slopes))))
    return blocks


def _forward(spec: PointsSpec) -> str:
    if not spec.net.hidden:
        return "\n".join(
            ("def forward(x):", '    """z = w x + b."""', "    return np.dot(x, w[0].T) + b[0]")
        )
    dropout, p = drops(spec), repr(spec.net.dropout)
    dropped = [
        "        keep.append(np.ones_like(a[-1]))",
        f"        if training:  # leaves units out; what is left gets larger: 1 / (1 − {p})",
        f"            keep[-1] = (dropping.random(a[-1].shape) >= {p}) / (1 - {p})",
        "            a[-1] = a[-1] * keep[-1]",
    ]
    return "\n".join(
        (
            f"def forward(x{', training=False' if dropout else ''}):",
            '    """zₗ = wₗ aₗ₋₁ + bₗ and aₗ = g(zₗ), a₀ is x, for all points at once."""',
            f"    z, a{', keep' if dropout else ''} = [], [x]{', []' if dropout else ''}",
            "    for layer in range(len(g)):",
            "        z.append(np.dot(a[-1], w[layer].T) + b[layer])",
            "        a.append(g[layer](z[-1]))",
            *(dropped if dropout else []),
            "    z.append(np.dot(a[-1], w[-1].T) + b[-1])",
            f"    return z, a{', keep' if dropout else ''}",
        )
    )


def _backward(spec: PointsSpec) -> str:
    if not spec.net.hidden:
        lines = (
            "def backward(x, delta):",
            '    """From δ = ∂J/∂z: ∂J/∂w = δᵀ x and ∂J/∂b = Σ δ."""',
            "    return [np.dot(delta.T, x)], [np.dot(np.ones(len(x)), delta)]",
        )
        return "\n".join(lines)
    dropout = drops(spec)
    kept = "            da = da * keep[layer - 1]\n" if dropout else ""
    return f'''\
def backward(z, a, {"keep, " if dropout else ""}delta):
    """From δ = ∂J/∂z of the output: ∂J/∂w = δᵀ a and ∂J/∂b = Σ δ, layer by layer."""
    dw, db = [], []
    for layer in reversed(range(len(w))):
        dw.insert(0, np.dot(delta.T, a[layer]))
        db.insert(0, np.dot(np.ones(len(delta)), delta))  # the sum over the points
        if layer:  # on to the layer below: δ ← (δ w) g′(z)
            da = np.dot(delta, w[layer])
{kept}            delta = da * slope[layer - 1](z[layer - 1])
    return dw, db'''


def _update(spec: PointsSpec) -> str:
    train = spec.train
    numbers = {
        "memory": train.momentum,
        "rms": RMS_MEMORY,
        "first": ADAM_MEMORIES[0],
        "second": ADAM_MEMORIES[1],
        "epsilon": f"{EPSILON:g}",
    }
    rule = "\n".join(UPDATE_CODE[train.optimiser]).format(**numbers)
    states = [name for name in STATES if name in rule]
    lines = [f"{name} = [np.zeros_like(w_or_b) for w_or_b in [*w, *b]]" for name in states]
    if "decays" in rule:
        lines.append(f"decays = [{train.l2!r}] * len(w) + [0] * len(b)  # biases do not decay")
    step = ", step" if "step" in rule else ""
    lines += ["", ""] * bool(lines) + [f"def update(dw, db{step}):", *_penalty(spec), rule]
    return "\n".join(lines)


def _penalty(spec: PointsSpec) -> list[str]:
    """What L1 and L2 add to the gradient, for weights, not for biases."""
    l1, l2 = spec.train.l1, 0.0 if spec.train.optimiser == "adamw" else spec.train.l2
    parts = [f"{l1!r} * np.sign(w[layer])"] * bool(l1) + [f"{l2!r} * w[layer]"] * bool(l2)
    if not parts:
        return []
    named = " + ".join(["l1 Σ|w|"] * bool(l1) + ["½ l2 Σw²"] * bool(l2))
    return [
        f"    for layer in range(len(w)):  # the gradient of {named}",
        f"        dw[layer] += {' + '.join(parts)}",
    ]


def _judge(spec: PointsSpec, loss: str) -> str:
    output = "forward(held_x)[0][-1]" if spec.net.hidden else "forward(held_x)"
    named = "R²" if loss == "squared" else "accuracy"
    return "\n".join(
        (
            "def judge():",
            f'    """Loss and {named} on the held-out points, which are never trained on."""',
            f"    z = {output}",
            f"    J = loss(z, held_y){'' if loss == PERCEPTRON else '[0]'}",
            f"    accuracy = {ACCURACY_CODE[loss]}",
            "    scores.append((len(losses), J, accuracy))",
            f'    print(f"update {{len(losses)}}: held-out loss {{J}}, {named} {{accuracy}}")',
        )
    )


def _descent(spec: PointsSpec) -> str:
    """Epochs of mini-batches, or of all points at once, whose order means nothing."""
    train, whole = spec.train, _is_whole(spec)
    adam = train.optimiser in ("adam", "adamw")
    update = [
        *(["by_hand(len(losses))"] if spec.interventions else []),
        *_pass(spec, *(("x", "y") if whole else ("x[batch]", "y[batch]"))),
        "losses.append(J)",
        f"update(dw, db{', len(losses)' if adam else ''})",
    ]
    if not whole:
        size = train.batch_size
        update = [
            "order = shuffling.permutation(len(x))",
            f"for first in range(0, len(x), {size}):",
            *(f"    {line}" for line in (f"batch = order[first : first + {size}]", *update)),
        ]
    lines = [
        *([] if whole and not drops(spec) else [streams_code(spec, shuffling=not whole)]),
        "losses, scores = [], []",
        "judge()",
        f"for epoch in range({train.epochs}):",
        *(f"    {line}" for line in (*update, "judge()")),
    ]
    return "\n".join(lines)


def _is_whole(spec: PointsSpec) -> bool:
    count = len(points_of(spec.data).train_x)
    return not 0 < spec.train.batch_size < count


def _pass(spec: PointsSpec, x: str, y: str) -> list[str]:
    """Forward, the loss, backward."""
    ended = [
        "if not np.isfinite(J):",
        '    raise SystemExit("The loss is no number: the learning rate is too high.")',
    ]
    if not spec.net.hidden:
        return [
            f"J, delta = loss(forward({x}), {y})",
            *ended,
            f"dw, db = backward({x}, delta)",
        ]
    keep, training = (", keep", ", training=True") if drops(spec) else ("", "")
    return [
        f"z, a{keep} = forward({x}{training})",
        f"J, delta = loss(z[-1], {y})",
        *ended,
        f"dw, db = backward(z, a{keep}, delta)",
    ]


def _rule(spec: PointsSpec) -> str:
    """Rosenblatt's: one point at a time, until an epoch passes without a mistake."""
    last = max((item.step for item in spec.interventions), default=-1)
    calm = "mistakes == 0"
    calm += f" and len(losses) > {last}" if spec.interventions else ""
    lines = [
        streams_code(spec),
        "losses, scores = [], []",
        "judge()",
        f"for epoch in range({spec.train.epochs}):",
        "    mistakes = 0",
        "    for i in shuffling.permutation(len(x)):",
        *(["        by_hand(len(losses))"] if spec.interventions else []),
        "        z, t = forward(x[[i]]), 2 * y[i] - 1",
        "        losses.append(loss(z, y[[i]]))",
        "        if t * z[0, 0] <= 0:  # wrong, or on the line: w ← w + λ t x",
        "            w[0] += rate * t * x[i]",
        "            b[0] += rate * t",
        "            mistakes += 1",
        "    judge()",
        f"    if {calm}:  # nothing would change any more",
        "        break",
    ]
    return "\n".join(lines)

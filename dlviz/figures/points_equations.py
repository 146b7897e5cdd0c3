"""The equations of a run on points as lines of NumPy: activations, losses, updates."""

from __future__ import annotations

from dlviz.core.points.activations import LEAK

# g(z) and g′(z); σ as ½(1 + tanh(z/2)) overflows nowhere.
ACTIVATION_CODE = {
    "relu": ("np.maximum(0, z)", "z > 0"),
    "leaky_relu": (f"np.maximum(z, {LEAK} * z)", f"np.where(z > 0, 1, {LEAK})"),
    "elu": ("np.where(z > 0, z, np.expm1(np.minimum(z, 0)))", "np.where(z > 0, 1, elu(z) + 1)"),
    "tanh": ("np.tanh(z)", "1 - np.tanh(z) ** 2"),
    "sigmoid": ("0.5 * (1 + np.tanh(0.5 * z))", "sigmoid(z) * (1 - sigmoid(z))"),
    "linear": ("z", "1"),
}

LOSS_CODE = {
    "logistic": '''\
def loss(z, y):
    """J = −mean of y log ŷ + (1 − y) log(1 − ŷ) with ŷ = σ(z), and ∂J/∂z = (ŷ − y) / N."""
    z = z[:, 0]
    s = np.logaddexp(0, z)  # log(1 + eᶻ): log ŷ = z − s and log(1 − ŷ) = −s
    J = (s.sum() - y.dot(z)) / len(y)
    return J, ((np.exp(z - s) - y) / len(y))[:, None]''',
    "softmax": '''\
def loss(z, y):
    """J = −mean of log ŷ of the right class with ŷ = softmax(z), and ∂J/∂z = (ŷ − y) / N."""
    z = z - z.max(axis=1, keepdims=True)  # changes no ŷ, and overflows nowhere
    sums = np.exp(z).sum(axis=1, keepdims=True)
    right = np.eye(z.shape[1])[y]  # y as one-hot vectors
    J = (np.log(sums[:, 0]) - z[np.arange(len(y)), y]).sum() / len(y)
    return J, (np.exp(z) / sums - right) / len(y)''',
    "squared": '''\
def loss(z, y):
    """J = ½ mean of (y − ŷ)² with ŷ = z, and ∂J/∂z = (ŷ − y) / N."""
    error = z[:, 0] - y
    return 0.5 * np.dot(error, error) / len(y), error[:, None] / len(y)''',
    "perceptron": '''\
def loss(z, y):
    """J = mean of max(0, −t z) with t = ±1: what points on the wrong side cost."""
    t = 2 * y - 1
    return np.maximum(-t * z[:, 0], 0).sum() / len(y)''',
}
ACCURACY_CODE = {
    "logistic": "np.mean((z[:, 0] > 0) == held_y)",
    "softmax": "np.mean(z.argmax(axis=1) == held_y)",
    "squared": "max(0.0, 1 - 2 * J / y.var())",
    "perceptron": "np.mean((z[:, 0] > 0) == held_y)",
}

_SGD = """\
    for layer in range(len(w)):  # w ← w − λ∇J
        w[layer] -= rate * dw[layer]
        b[layer] -= rate * db[layer]"""
_LOOP = "    for w_or_b, gradient, {state} in zip([*w, *b], [*dw, *db], {states}):"
_VELOCITY = [
    _LOOP.format(state="v", states="velocity"),
    "        v *= {memory!r}  # v ← μv + ∇J",
    "        v += gradient",
]
_ADAM = [
    "        m *= {first}  # the gradient's mean",
    "        m += (1 - {first}) * gradient",
    "        s *= {second}  # the mean of its square",
    "        s += (1 - {second}) * gradient**2",
    "        root = np.sqrt(s * (1 / (1 - {second}**step)))  # both means began at 0",
    "        move = rate / (1 - {first}**step) * (m / (root + {epsilon}))",
]
UPDATE_CODE = {
    "sgd": [_SGD],
    "momentum": [*_VELOCITY, "        w_or_b -= rate * v"],
    "nesterov": [*_VELOCITY, "        w_or_b -= rate * (gradient + {memory!r} * v)"],
    "rmsprop": [
        _LOOP.format(state="s", states="squares"),
        "        s *= {rms}  # the mean of ∇J²",
        "        s += (1 - {rms}) * gradient**2",
        "        w_or_b -= rate * (gradient / (np.sqrt(s) + {epsilon}))",
    ],
    "adam": [
        _LOOP.format(state="m, s", states="means, squares"),
        *_ADAM,
        "        w_or_b -= move",
    ],
    "adamw": [
        _LOOP.format(state="m, s, decay", states="means, squares, decays"),
        *_ADAM,
        "        w_or_b -= move + rate * decay * w_or_b",
    ],
}
STATES = ("velocity", "means", "squares")

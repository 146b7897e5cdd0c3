"""The points of a run as lines of NumPy: a script draws them itself and needs no dlviz.

Same draws in the same order as ``dlviz.core.points.data``: they are that module's to the last bit.
"""

from __future__ import annotations

from dlviz.core.points.data import DOMAIN, PAINTED, REGRESSION, points_of, task_of
from dlviz.core.points.specs import PointsData, PointsSpec

PLAIN = ("x1", "x2")
FEATURE_CODE = {
    "x1": "x1",
    "x2": "x2",
    "x1_squared": "x1 * x1",
    "x2_squared": "x2 * x2",
    "x1x2": "x1 * x2",
    "sin_x1": "np.sin(x1)",
    "sin_x2": "np.sin(x2)",
}

_BLOBS = '''\
    """Normal clouds, one for each class."""
    centres = np.array({centres})
    y = np.arange(count) % {classes}
    return centres[y] + chance.normal(0, 0.5, (count, 2)), y'''
_SPIRAL = '''\
    """{arms} arms that wind outwards."""
    y = np.arange(count) % {classes}
    along = chance.uniform(0.05, 1, count)
    radius, angle = 2.8 * along, 2 * np.pi * ({turns} * along + y / {classes})
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), y'''
# What ``drawn(count)`` does, with the generator ``chance``: x and y, without noise.
DRAWN_CODE = {
    "gaussians": _BLOBS.format(centres="[[1.5, 1.5], [-1.5, -1.5]]", classes=2),
    "circle": '''\
    """A ring, and in it a disc, evenly over their areas."""
    y = np.arange(count) % 2
    inner, outer = np.array([1.8, 0.0])[y], np.array([2.7, 1.2])[y]
    radius = np.sqrt(chance.uniform(inner**2, outer**2))
    angle = chance.uniform(0, 2 * np.pi, count)
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), y''',
    "xor": '''\
    """Four normal clouds; class 1 lies where the signs of x₁ and x₂ differ."""
    y = np.arange(count) % 2
    side = chance.choice([-1.5, 1.5], count)
    middles = np.stack([side, side * np.where(y == 1, -1, 1)], axis=1)
    return middles + chance.normal(0, 0.3, (count, 2)), y''',
    "spiral": _SPIRAL.format(arms="Two", classes=2, turns=1.75),
    "moons": '''\
    """Two half circles, hooked into each other."""
    y = np.arange(count) % 2
    angle = chance.uniform(0, np.pi, count)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    return 1.6 * np.where(y[:, None] == 1, -upper, upper), y''',
    "checkerboard": '''\
    """Four by four cells, the classes in turn."""
    x = chance.uniform(-3, 3, (count, 2))
    return x, np.floor(x / 1.5).astype(int).sum(axis=1) % 2''',
    "three": _BLOBS.format(centres="[[0.0, 1.7], [1.5, -0.9], [-1.5, -0.9]]", classes=3),
    "four": _SPIRAL.format(arms="Four", classes=4, turns=0.6),
    "plane": '''\
    """A number for each point: the height of a plane."""
    x = chance.uniform(-3, 3, (count, 2))
    return x, x.sum(axis=1) / 6''',
    "bumps": '''\
    """A number for each point: the height of three hills and three hollows in turn."""
    x = chance.uniform(-3, 3, (count, 2))
    y = np.zeros(count)
    for column, middle in enumerate([-2, 0, 2]):
        for row, level in enumerate([-1.5, 1.5]):
            distance = ((x - [middle, level]) ** 2).sum(axis=1)
            y += (-1) ** (column + row) * np.exp(-distance / (2 * 0.6**2))
    return x, np.clip(y, -1, 1)''',
}


def data_code(spec: PointsSpec, *, wrap: str = "{}") -> str:
    """x, y and what is held out; ``wrap`` is put around each array."""
    data, plain = spec.data, spec.net.features == PLAIN
    defined = [*([] if plain else [_features(spec.net.features)])]
    if data.name != PAINTED:
        defined.append(f"def drawn(count):\n{DRAWN_CODE[data.name]}")
    x = wrap.format("x[{}]" if plain else "features(x[{}])")
    y = wrap.format("y[{}]")
    lines = [
        *(_painted(data) if data.name == PAINTED else _drawn(data)),
        *(
            f"{of}x, {of}y = {x.format(part)}, {y.format(part)}"
            for of, part in (("held_", "held"), ("", "train"))
        ),
    ]
    before = "\n" if defined else ""  # two empty lines above a function
    return before + "\n\n\n".join([*defined, "\n".join(lines)])


def _features(names: tuple[str, ...]) -> str:
    used = ", ".join(FEATURE_CODE[name] for name in names)
    lines = (
        "def features(points):",
        '    """What the network is told of each point."""',
        "    x1, x2 = points[:, 0], points[:, 1]",
        f"    return np.stack([{used}], axis=1)",
    )
    return "\n".join(lines)


def _drawn(data: PointsData) -> list[str]:
    limit, scale = f"{DOMAIN:g}", repr(data.noise)
    noise = f"x = x + chance.normal(0, {scale}, x.shape)"
    if task_of(data) == REGRESSION:
        noise = f"y = np.clip(y + chance.normal(0, {scale}, y.shape), -1, 1)"
    return [
        f"chance = np.random.default_rng({data.seed})  # of the points",
        f"x, y = drawn({data.count})",
        f"{noise}  # noise",
        f"x = np.clip(x, -{limit}, {limit})",
        f"held, train = np.split(chance.permutation(len(x)), [{len(points_of(data).test_x)}])",
    ]


def _painted(data: PointsData) -> list[str]:
    """Points of a hand have no formula: their numbers stand there, what is held out first."""
    points = points_of(data)
    rows = [
        repr([x1, x2, label])
        for x, y in ((points.test_x, points.test_y), (points.train_x, points.train_y))
        for (x1, x2), label in zip(x.tolist(), y.tolist(), strict=True)
    ]
    return [
        "painted = [  # x₁, x₂ and the class of every point; first those that are held out",
        *("    " + ", ".join(rows[at : at + 4]) + "," for at in range(0, len(rows), 4)),
        "]",
        "x = np.array([[x1, x2] for x1, x2, label in painted])",
        "y = np.array([label for x1, x2, label in painted])",
        f"held, train = np.split(np.arange(len(x)), [{len(points.test_x)}])",
    ]

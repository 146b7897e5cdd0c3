"""Which torch function does what to receptive fields: one table, by the functions' names.

A rule takes the call's arguments, in which a map is a ``Seen``, and gives the ``Sight`` of the
result: None for a result without places, such as a vector.
"""

# A rule has the signature of the function that it is for.
# ruff: noqa: ARG001, PLR0917

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from dlviz.core.sight import Axis, Geometry, join, mix, pad, resample, share_out, slide


class Unfollowed(ValueError):  # noqa: N818 - it says what a walk came upon
    """A function that no rule covers; the message is what to call it."""


@dataclass(frozen=True, eq=False)
class Sight:
    """What a tensor's places see: ``rows`` and ``columns``, and which dimensions these are."""

    rows: Axis
    columns: Axis
    dims: tuple[int, int] = (2, 3)

    def on(self, change: Callable[[Axis, int], Axis]) -> Sight:
        """The same change on both axes; it is told which one (0 down, 1 across)."""
        return Sight(change(self.rows, 0), change(self.columns, 1), self.dims)


@dataclass(frozen=True, eq=False)
class Seen:
    """An argument that depends on the picture: its tensor (without numbers), and its sight."""

    tensor: Tensor
    sight: Sight | None

    def ndim(self) -> int:
        return self.tensor.ndim

    def dim(self, dim: int) -> int:
        """A dimension counted from the front."""
        return dim % self.tensor.ndim

    def need(self) -> Sight:
        """Its sight. Raises Unfollowed where all places have been mixed into vectors."""
        if self.sight is None:
            raise Unfollowed("vectors made of all places")
        return self.sight


Rule = Callable[..., Sight | None]


def _each(value: Any, axis: int) -> int:
    """One number for both axes, or one each."""
    if isinstance(value, int):
        return value
    return int(value[axis] if len(value) > 1 else value[0])


def _conv(
    input: Seen,
    weight: Tensor,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Sight:
    def window(axis: Axis, at: int) -> Axis:
        size, gap = int(weight.shape[2 + at]), _each(dilation, at)
        before = after = 0
        if padding == "same":
            total = gap * (size - 1)
            before, after = total // 2, total - total // 2
        elif padding != "valid":
            before = after = _each(padding, at)
        return slide(axis, Geometry(size, _each(stride, at), gap, before, after))

    return input.need().on(window)


def _max_pool(
    input: Seen,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Sight:
    def window(axis: Axis, at: int) -> Axis:
        size, edge = _each(kernel_size, at), _each(padding, at)
        step = _each(stride, at) if stride else size
        return slide(axis, Geometry(size, step, _each(dilation, at), edge, edge, ceil_mode))

    return input.need().on(window)


def _avg_pool(
    input: Seen,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Sight:
    return _max_pool(input, kernel_size, stride, padding, 1, ceil_mode)


def _adaptive(input: Seen, output_size: Any, return_indices: bool = False) -> Sight:
    def parts(axis: Axis, at: int) -> Axis:
        wanted = output_size if isinstance(output_size, int) else output_size[at]
        return axis if wanted is None else share_out(axis, wanted)

    return input.need().on(parts)


def _pad(
    input: Seen, pad_: Sequence[int], mode: str = "constant", value: float | None = None
) -> Sight:
    sight = input.need()
    if mode != "constant" or value or len(pad_) > 4 or sight.dims[1] != input.ndim() - 1:
        raise Unfollowed(f"{mode} padding")
    left, right, up, down = [*pad_, 0, 0][:4]
    return Sight(pad(sight.rows, up, down), pad(sight.columns, left, right), sight.dims)


def _seen_in(values: Any) -> list[Seen]:
    if isinstance(values, Seen):
        return [values]
    if isinstance(values, dict):
        values = list(values.values())
    if isinstance(values, list | tuple):
        return [seen for value in values for seen in _seen_in(value)]
    return []


def _point_by_point(*arguments: Any, **options: Any) -> Sight | None:
    """A result at a place depends on the arguments at that place; a single place is everywhere."""
    every = _seen_in([arguments, options])
    with_places = [seen for seen in every if seen.sight]
    if not with_places:
        return None
    sight = max(with_places, key=lambda seen: seen.ndim()).need()
    for seen in every:
        other = seen.sight
        if other is None:  # a vector of the whole picture goes into every place
            sight = sight.on(lambda axis, _: mix(axis))
        elif other.dims != sight.dims:
            raise Unfollowed("maps of another layout")
        else:
            sight = Sight(
                join(sight.rows, other.rows), join(sight.columns, other.columns), sight.dims
            )
    return sight


def _pile(tensors: Sequence[Seen | Tensor], dim: int = 0, **options: Any) -> Sight | None:
    sight = _point_by_point(*tensors)
    if sight and any(seen.dim(dim) in sight.dims for seen in _seen_in(tensors)):
        raise Unfollowed("maps put beside each other")
    return sight


def _over_places(*arguments: Any, **options: Any) -> Sight | None:
    """A norm over whole maps: each place depends on all."""
    sight = _point_by_point(*arguments, **options)
    return sight and sight.on(lambda axis, _: mix(axis))


def _layer_norm(
    input: Seen, normalized_shape: Sequence[int], *others: Any, **options: Any
) -> Sight | None:
    within = input.ndim() - len(normalized_shape)
    sight = input.sight
    if sight and max(sight.dims) >= within:
        return sight.on(lambda axis, _: mix(axis))
    return sight


def _linear(input: Seen, *others: Any, **options: Any) -> Sight | None:
    if input.sight and input.ndim() - 1 in input.sight.dims:
        raise Unfollowed("a linear layer along rows")
    return input.sight


def _softmax(input: Seen, dim: int | None = None, *others: Any, **options: Any) -> Sight | None:
    sight = input.sight
    return sight if sight and dim is not None and input.dim(dim) not in sight.dims else None


def _split(input: Seen, sizes: Any, dim: int = 0) -> Sight | None:
    if input.sight and input.dim(dim) in input.sight.dims:
        raise Unfollowed("maps cut apart")
    return input.sight


def _index(input: Seen, index: Any) -> Sight | None:
    """Batch and channels may be picked; places must stay as they are."""
    sight, parts = input.sight, index if isinstance(index, tuple) else (index,)
    if sight is None:
        return None
    dims, gone, made = [], 0, 0
    if Ellipsis in parts or len(parts) > input.ndim():
        raise Unfollowed("places picked out")
    for at, part in enumerate([*parts, *[slice(None)] * (input.ndim() - len(parts))]):
        if at in sight.dims:
            if part != slice(None):
                raise Unfollowed("places picked out")
            dims.append(at - gone + made)
        elif isinstance(part, int):
            gone += 1
        elif not isinstance(part, slice):
            raise Unfollowed("places picked out")
    return Sight(sight.rows, sight.columns, (dims[0], dims[1]))


def _view(input: Seen, *shape: Any, **options: Any) -> Sight | None:
    """Channels may be regrouped before the rows and columns; else they become a vector."""
    sight = input.sight
    sizes = list(shape[0] if shape and isinstance(shape[0], list | tuple) else shape)
    if sight is None or sight.dims != (input.ndim() - 2, input.ndim() - 1):
        return None
    kept = tuple(sizes[-2:]) == tuple(input.tensor.shape[-2:])
    return Sight(sight.rows, sight.columns, (len(sizes) - 2, len(sizes) - 1)) if kept else None


def _permute(input: Seen, *order: Any, **options: Any) -> Sight | None:
    dims = order[0] if order and isinstance(order[0], list | tuple) else order or options["dims"]
    where = [input.dim(dim) for dim in dims]
    sight = input.sight
    return sight and Sight(
        sight.rows, sight.columns, (where.index(sight.dims[0]), where.index(sight.dims[1]))
    )


def _transpose(input: Seen, one: int, other: int) -> Sight | None:
    order = list(range(input.ndim()))
    one, other = input.dim(one), input.dim(other)
    order[one], order[other] = order[other], order[one]
    return _permute(input, order)


def _unsqueeze(input: Seen, dim: int) -> Sight | None:
    sight, at = input.sight, dim % (input.ndim() + 1)
    if sight is None:
        return None
    dims = [place + (place >= at) for place in sight.dims]
    return Sight(sight.rows, sight.columns, (dims[0], dims[1]))


def _mean(input: Seen, dim: Any = None, keepdim: bool = False, **options: Any) -> Sight | None:
    sight = input.sight
    over = [dim] if isinstance(dim, int) else list(dim or [])
    if sight and {input.dim(one) for one in over} == set(sight.dims) and keepdim:
        return sight.on(lambda axis, _: share_out(axis, 1))
    if sight and over and not {input.dim(one) for one in over} & set(sight.dims):
        raise Unfollowed("a mean over channels")
    return None


def _resize(
    input: Seen, size: Any = None, scale_factor: Any = None, mode: str = "nearest", **options: Any
) -> Sight:
    if size is None or mode != "bilinear" or not options.get("antialias"):
        raise Unfollowed("interpolate")
    return input.need().on(lambda axis, at: resample(axis, _each(size, at)))


def _flatten(input: Seen, *others: Any, **options: Any) -> None:
    if input.sight:
        raise Unfollowed("all places become one vector")


def _table(rules: dict[str, Rule]) -> dict[str, Rule]:
    return {name: rule for names, rule in rules.items() for name in names.split()}


# By name without underscores at the ends: ``relu_`` and ``__add__`` are relu and add.
RULES: dict[str, Rule] = _table(
    {
        "conv2d": _conv,
        "max_pool2d max_pool2d_with_indices": _max_pool,
        "avg_pool2d": _avg_pool,
        "adaptive_avg_pool2d adaptive_max_pool2d adaptive_max_pool2d_with_indices": _adaptive,
        "pad": _pad,
        "relu relu6 leaky_relu prelu elu celu selu gelu silu mish tanh sigmoid hardtanh hardswish "
        "hardsigmoid softplus softsign logsigmoid threshold clamp clamp_min clamp_max clip "
        "exp log sqrt rsqrt square abs neg pow batch_norm local_response_norm dropout dropout1d "
        "dropout2d alpha_dropout feature_alpha_dropout clone contiguous detach float to "
        "add sub mul div truediv iadd isub imul itruediv radd rsub rmul maximum minimum "
        "requires_grad": _point_by_point,
        "cat concat concatenate": _pile,
        "group_norm instance_norm": _over_places,
        "layer_norm": _layer_norm,
        "linear": _linear,
        "softmax log_softmax": _softmax,
        "chunk split tensor_split": _split,
        "getitem": _index,
        "view reshape": _view,
        "permute": _permute,
        "transpose swapaxes": _transpose,
        "unsqueeze": _unsqueeze,
        "mean sum": _mean,
        "flatten": _flatten,
        "interpolate": _resize,
    }
)

"""Receptive fields: which pixels can a unit see?

Rows and columns are independent, so each is a walk of intervals along one axis: every place of
a map keeps the half-open interval of input pixels that it sees. The walk is a forward pass of
tensors without numbers, in which every torch function is watched, so that branches, sums,
concatenations and shuffled channels need no list of architectures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from dlviz.core.classifier import Classifier
from dlviz.core.probe import check_layer, inside, shadow
from dlviz.core.sight import Axis
from dlviz.core.sight_rules import RULES, Seen, Sight, Unfollowed

_SIGHT = "_dlviz_sight"


@dataclass(frozen=True, eq=False)
class ReceptiveField:
    """What each place of a map sees: ``rows`` H_map×2 and ``columns`` W_map×2, int64.

    Each pair is a half-open interval [lo, hi) of input pixels, cut off at the picture's border;
    [0, 0) for a place that sees nothing but padding. ``centres``: of rows and of columns, where
    the middle of the first place's uncut field lies, and how far it is to the next, in pixels.
    """

    rows: Tensor
    columns: Tensor
    centres: tuple[tuple[float, float], tuple[float, float]]

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(x0, y0, x1, y1) in pixels, half-open, of what the unit at (row, column) sees."""
        (y0, y1), (x0, x1) = self.rows[row].tolist(), self.columns[column].tolist()
        return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else (0, 0, 0, 0)


def receptive_field(model: nn.Module, layer: str, height: int, width: int) -> ReceptiveField:
    """The exact receptive fields of ``layer``'s maps for pictures of ``height``×``width`` pixels.

    The smallest box around the pixels that can move a unit, borders and ceil_mode included;
    where branches are piled up, that of the channel that sees most. ``layer`` is a dotted path as
    in ``activations``. Follows any network of convolutions, pools, sums, products, piles and
    functions that work place by place; what squeezes all places into one number each and
    multiplies by that (squeeze-and-excitation) makes every unit see the whole picture.

    Raises ValueError for an unknown layer, a module that it cannot follow exactly (named), or
    a picture that is too small for the network.
    Source: Araujo, Norris and Sim (2019), "Computing receptive fields of convolutional networks".
    """
    found, refused = receptive_fields(model, [layer], height, width)
    if layer not in found:
        raise ValueError(refused)
    return found[layer]


def receptive_fields(
    model: nn.Module, layers: Sequence[str], height: int, width: int
) -> tuple[dict[str, ReceptiveField], str]:
    """``receptive_field`` of several layers in one walk, as far as it can be followed.

    Returns (layer → field, why those that are missing are: empty if none is). Raises ValueError
    for an unknown layer only.
    """
    if min(height, width) < 1:
        raise ValueError("Height and width must be at least 1 pixel.")
    for layer in layers:
        check_layer(model, layer)
    walk = _Walk(inside(model), layers)
    refused = walk.through(_channels(model), height, width)
    fields = {
        name: ReceptiveField(
            sight.rows.clean,
            sight.columns.clean,
            ((sight.rows.first, sight.rows.step), (sight.columns.first, sight.columns.step)),
        )
        for name, sight in walk.found.items()
    }
    return fields, refused


def _channels(model: nn.Module) -> int:
    """Of the pictures that the network takes."""
    if isinstance(model, Classifier):
        return model.input_shape[0]
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            return module.in_channels
        if isinstance(module, nn.BatchNorm2d):
            return module.num_features
    return 1


class _Arrived(Exception):  # noqa: N818 - it is no error, only the way out of a forward pass
    """The last wanted layer has run."""


class _Walk:
    """One forward pass through a shadow of the network, which knows where it is."""

    def __init__(self, network: nn.Module, layers: Sequence[str]) -> None:
        self.twin = shadow(network)
        self.waiting = set(layers)
        self.found: dict[str, Sight] = {}
        self.path: list[str] = []  # the classes of the modules that it is in, outermost first
        for name, module in self.twin.named_modules():
            module.register_forward_pre_hook(self._enter)
            module.register_forward_hook(self._leave_as(name))

    def through(self, channels: int, height: int, width: int) -> str:
        """Walk; returns why it could go no further, or an empty text."""
        picture = torch.empty(1, channels, height, width, device="meta")
        setattr(picture, _SIGHT, Sight(Axis.pixels(height), Axis.pixels(width)))
        try:
            with torch.no_grad(), _Watch():
                self.twin(picture)
        except _Arrived:
            return ""
        except Unfollowed as error:
            where = self.path[-1] if self.path else "this network"
            return f"Receptive fields cannot be followed through {where} ({error})."
        except ValueError as error:
            return str(error)
        except RuntimeError as error:  # torch: the network does not take such a picture
            where = self.path[-1] if self.path else "this network"
            return f"Receptive fields cannot be followed through {where} ({str(error)[:120]})."
        return (
            f"Layer {min(self.waiting)!r} does not run, or has no places." if self.waiting else ""
        )

    def _enter(self, module: nn.Module, _inputs: Any) -> None:
        self.path.append(type(module).__name__)

    def _leave_as(self, name: str) -> Callable[[nn.Module, Any, Any], None]:
        def leave(_module: nn.Module, _inputs: Any, output: Any) -> None:
            self.path.pop()
            if name not in self.waiting:
                return
            sight = getattr(output, _SIGHT, None)
            if sight is None or sight.dims != (2, 3):
                raise ValueError(f"Layer {name!r} has no rows and columns of its own.")
            self.waiting.remove(name)
            self.found[name] = sight
            if not self.waiting:
                raise _Arrived

        return leave


class _Watch(TorchFunctionMode):
    """Sees every torch function that is called with a tensor that depends on the picture."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        if not _depends([args, kwargs]):
            return func(*args, **kwargs)
        name = func.__name__.strip("_")
        rule = RULES.get(name)
        sight = None
        if rule is not None:
            # First the rule: where a picture is too small it says so, torch says something else.
            sight = rule(*_told(args), **_told(kwargs))
        result = func(*_on_meta(args), **_on_meta(kwargs))
        parts = result if isinstance(result, tuple | list) else [result]
        tensors = [part for part in parts if isinstance(part, Tensor)]
        if rule is None and tensors and _depends([args, kwargs], with_places=True):
            raise Unfollowed(name)
        for tensor in tensors:
            setattr(tensor, _SIGHT, sight)
        return result


def _each(values: Any, change: Callable[[Tensor], Any]) -> Any:
    """``change`` on every tensor in a structure of lists, tuples and dicts."""
    if isinstance(values, Tensor):
        return change(values)
    if isinstance(values, dict):
        return {key: _each(value, change) for key, value in values.items()}
    if type(values) in (list, tuple):
        return type(values)(_each(value, change) for value in values)
    return values


def _told(values: Any) -> Any:
    """Tensors that depend on the picture as ``Seen``."""

    def tell(tensor: Tensor) -> Any:
        return Seen(tensor, getattr(tensor, _SIGHT)) if hasattr(tensor, _SIGHT) else tensor

    return _each(values, tell)


def _on_meta(values: Any) -> Any:
    """Tensors without numbers, all of one precision: only shapes matter."""

    def empty(tensor: Tensor) -> Tensor:
        return tensor.to("meta", torch.float32 if tensor.is_floating_point() else tensor.dtype)

    return _each(values, empty)


def _depends(values: Any, *, with_places: bool = False) -> bool:
    """Whether any tensor depends on the picture, ``with_places``: and has rows and columns."""
    found: list[bool] = []

    def look(tensor: Tensor) -> None:
        found.append(
            getattr(tensor, _SIGHT, None) is not None if with_places else hasattr(tensor, _SIGHT)
        )

    _each(values, look)
    return any(found)

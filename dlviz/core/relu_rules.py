"""Other ways to send a signal back through a ReLU, without touching the network.

Hooks on modules miss functional ReLUs, crash on in-place ones and are seen by other threads.
A ``TorchFunctionMode`` stands between Python and torch instead: in this thread it sees every
call, whoever makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

# Backward rules: (incoming signal, where the ReLU let its input through) → outgoing signal.
# None of them is written with a clamp, which would be taken for one more ReLU.
_Rule = Callable[[Tensor, Tensor], Tensor]


def _plain(signal: Tensor, passed: Tensor) -> Tensor:
    return torch.where(passed, signal, 0)


def _deconvnet(signal: Tensor, passed: Tensor) -> Tensor:  # noqa: ARG001 - that is its point
    return torch.maximum(signal, signal.new_zeros(()))  # many times as fast as ``where``


def _guided(signal: Tensor, passed: Tensor) -> Tensor:
    return torch.where(passed & (signal > 0), signal, 0)


RULES: Mapping[str, _Rule] = {"plain": _plain, "deconvnet": _deconvnet, "guided": _guided}


class _Rectify(torch.autograd.Function):
    """max(0, x), at most ``upper``, with a backward rule of our own."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, upper: float | None, rule: _Rule) -> Tensor:
        ctx.rule = rule
        if rule is _deconvnet:  # it does not ask where the input passed
            passed = x.new_empty(0, dtype=torch.bool)
        else:
            passed = (x > 0) if upper is None else (x > 0) & (x < upper)
        ctx.save_for_backward(passed)
        return x.clamp(0, upper)

    @staticmethod
    def backward(ctx: Any, *signals: Tensor) -> tuple[Tensor, None, None]:
        return ctx.rule(signals[0], ctx.saved_tensors[0]), None, None


class ReluRule(TorchFunctionMode):
    """Inside ``with ReluRule("deconvnet") as seen:`` every ReLU goes backward by that rule.

    "plain": the gradient, where the input was positive. "deconvnet": the positive part of the
    signal, whatever the input was (Zeiler and Fergus 2014). "guided": both (Springenberg et al.
    2015, arXiv:1412.6806). Values forward stay the same. ReLU, ReLU6, hardtanh and clamp from 0,
    as modules, functions and methods, in-place or not, in this thread only. ``count`` says how
    many ran: a rule that met no ReLU is nothing but the gradient.

    Raises ValueError for an unknown rule.
    """

    def __init__(self, rule: str) -> None:
        if rule not in RULES:
            raise ValueError(f"No rule {str(rule)[:60]!r}; there are {', '.join(RULES)}.")
        super().__init__()
        self.count = 0
        self._rule = RULES[rule]

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        read = _RELUS.get(func)
        bounds = read(*args, **kwargs) if read else None
        if bounds is None:
            return func(*args, **kwargs)
        self.count += 1
        x, upper, inplace = bounds
        rectified = _Rectify.apply(x, upper, self._rule)
        return x.copy_(rectified) if inplace else rectified


# How each function's arguments are read: (input, upper bound, in place), or None if this call
# is no ReLU.
_Read = tuple[Tensor, float | None, bool] | None


def _relu(input: Tensor, inplace: bool = False) -> _Read:
    return input, None, inplace


def _relu6(input: Tensor, inplace: bool = False) -> _Read:
    return input, 6.0, inplace


def _hardtanh(
    input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> _Read:
    return (input, max_val, inplace) if min_val == 0 else None


def _threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> _Read:
    return (input, None, inplace) if threshold == 0 and value == 0 else None


def _clamp(input: Tensor, min: Any = None, max: Any = None, **other: Any) -> _Read:
    plain = isinstance(min, int | float) and (max is None or isinstance(max, int | float))
    return (input, max, False) if plain and min == 0 and not other else None


def _in_place(read: Callable[..., _Read]) -> Callable[..., _Read]:
    def reader(*args: Any, **kwargs: Any) -> _Read:
        found = read(*args, **kwargs)
        return found and (*found[:2], True)

    return reader


_RELUS: dict[Callable[..., Any], Callable[..., _Read]] = {
    **dict.fromkeys((F.relu, torch.relu, Tensor.relu), _relu),
    **dict.fromkeys((F.relu_, torch.relu_, Tensor.relu_), _in_place(_relu)),
    F.relu6: _relu6,
    F.hardtanh: _hardtanh,
    F.hardtanh_: _in_place(_hardtanh),
    F.threshold: _threshold,
    torch.threshold: _threshold,
    torch.threshold_: _in_place(_threshold),
    **dict.fromkeys((torch.clamp, Tensor.clamp, torch.clip, Tensor.clip), _clamp),
    **dict.fromkeys((torch.clamp_, Tensor.clamp_, torch.clip_, Tensor.clip_), _in_place(_clamp)),
    **dict.fromkeys((torch.clamp_min, Tensor.clamp_min), _clamp),
    **dict.fromkeys((torch.clamp_min_, Tensor.clamp_min_), _in_place(_clamp)),
}

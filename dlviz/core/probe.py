"""Looking into a network without touching it.

A hook on a shared model is seen by every thread that uses the model. So the hooks go on a
*shadow*: a second tree of modules that runs the same code on the very same weights.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor, nn

from dlviz.core.classifier import Classifier

Seen = Callable[[str, Tensor], Tensor | None]


class _Enough(Exception):  # noqa: N818 - it is no error, only the way out of a forward pass
    """The last wanted layer has run."""


def shadow(module: nn.Module) -> nn.Module:
    """A tree of module objects of its own over the same parameters and buffers.

    Hooks and modes set on the shadow are not seen by ``module``. It is in evaluation mode, so a
    look neither draws random numbers nor moves running averages. A module that sits at two
    places of the tree gets two shadows: a name then means one place.
    """
    twin: nn.Module = object.__new__(type(module))
    for key, value in vars(module).items():
        # The dicts of parameters, buffers, children and hooks must not be shared.
        twin.__dict__[key] = copy.copy(value) if isinstance(value, dict) else value
    twin.__dict__["training"] = False
    children = {name: child and shadow(child) for name, child in module._modules.items()}
    twin.__dict__["_modules"] = children
    return twin


def evaluating(model: nn.Module) -> nn.Module:
    """``model`` itself where all of it is in evaluation mode, else its shadow, which is."""
    return shadow(model) if any(module.training for module in model.modules()) else model


def activations(
    model: nn.Module, images: Tensor, layers: Sequence[str], *, stop: bool = True
) -> dict[str, Tensor]:
    """What the named layers answer to ``images`` (N×C×H×W in [0, 1]): name → tensor.

    A name is a dotted path inside ``Classifier.module`` ("conv1", "features.3"), or inside the
    model where that is a bare module. With ``stop`` nothing behind the last wanted layer runs.
    Where gradients are enabled the graph is kept. A layer that runs several times counts the
    first time. The model stays as it was: evaluation mode, no hooks, safe with threads.

    Raises ValueError for an unknown layer, and one that does not run or gives no tensor.
    """
    kept: dict[str, Tensor] = {}

    def keep(name: str, output: Tensor) -> Tensor:
        kept[name] = output
        return output.clone()  # what goes on is a copy: the next layer may work in place

    watch(model, images, layers, keep, stop=stop)
    return {name: kept[name] for name in layers}


def watch(
    model: nn.Module, images: Tensor, layers: Sequence[str], see: Seen, *, stop: bool = True
) -> Tensor | None:
    """Run ``model`` and call ``see(layer, output)`` for each wanted layer as soon as it has run.

    The form for a reader who keeps less than the whole output. What ``see`` returns, if
    anything, goes on to the next layer. Returns what the model answers, None where it stopped.
    Names, ``stop`` and errors are those of ``activations``.
    """
    places = _places(model, layers)
    twin = shadow(model)
    waiting = set(layers)

    def hook_for(name: str) -> Callable[[nn.Module, Any, Any], Tensor | None]:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> Tensor | None:
            if name not in waiting:
                return None
            if not isinstance(output, Tensor):
                raise ValueError(f"Layer {name!r} gives no tensor.")
            waiting.remove(name)
            changed = see(name, output)
            if stop and not waiting:
                raise _Enough
            return changed

        return hook

    for name, place in places.items():
        twin.get_submodule(place).register_forward_hook(hook_for(name))
    try:
        answer: Tensor = twin(images)
    except _Enough:
        return None
    if waiting:
        raise ValueError(f"Layer {min(waiting)!r} did not run for these images.")
    return answer


def inside(model: nn.Module) -> nn.Module:
    """The network that layer names refer to: behind a Classifier's normalisation."""
    return model.module if isinstance(model, Classifier) else model


def check_layer(model: nn.Module, layer: str) -> None:
    """ValueError naming the known layers if ``model`` has none called ``layer``."""
    paths = [name for name, _ in inside(model).named_modules(remove_duplicate=False) if name]
    if layer not in paths:
        known = model.layers if isinstance(model, Classifier) and model.layers else paths
        raise ValueError(f"No layer {str(layer)[:60]!r} here; there are {', '.join(known)}.")


def _places(model: nn.Module, layers: Sequence[str]) -> dict[str, str]:
    """Layer name → path from the model's root."""
    if isinstance(layers, str):
        raise ValueError("Give a list of layer names, not one text.")
    if not layers:
        raise ValueError("Name at least one layer.")
    for layer in layers:
        check_layer(model, layer)
    prefix = "module." if isinstance(model, Classifier) else ""
    return {layer: prefix + layer for layer in layers}

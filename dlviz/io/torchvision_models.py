"""torchvision's ImageNet networks, fetched when somebody asks for it, and only then.

Address and checksum come from torchvision's own list: a file's name ends with how its SHA-256
begins. Any other classification network of torchvision can be looked into with weights of one's
own (``as_classifier``), or is refused by name (``refusal``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models import WeightsEnum

from dlviz.core.classifier import Classifier
from dlviz.core.probe import shadow
from dlviz.io.downloads import DownloadError, cache_folder, fetch_into
from dlviz.io.mobilenet import IMAGENET_MEAN, IMAGENET_STD, imagenet_categories

FOLDER = "torchvision"
INSTEAD = "MobileNetV2 is here and knows the same 1000 categories."
_MEBIBYTE = 2**20
_PIECE = 2**22


@dataclass(frozen=True)
class Fetched:
    """A network to download; ``build`` makes it without numbers, as its publisher's file needs it.

    ``finish``: what is done once the weights are in. ``pooled``: it has max pooling.
    """

    name: str
    title: str
    what: str
    weights: WeightsEnum
    build: Callable[[], nn.Module]
    finish: Callable[[nn.Module], None] | None = None
    pooled: bool = True

    @property
    def url(self) -> str:
        """Where its publisher keeps it."""
        return str(self.weights.url)

    @property
    def sha256(self) -> str:
        """How the checksum begins: alexnet-owt-7be5be79.pth → 7be5be79."""
        return Path(self.url).stem.rpartition("-")[2]

    @property
    def bytes(self) -> int:
        """About: torchvision gives the size to a thousandth of a MiB."""
        return ceil(float(self.weights.meta["_file_size"]) * _MEBIBYTE)

    @property
    def path(self) -> Path:
        """Where it lies once it has been fetched."""
        return cache_folder() / FOLDER / Path(self.url).name


def is_fetched(name: str) -> bool:
    """Whether the file is here; a file under its own name came whole."""
    return FETCHED[name].path.is_file()


def fetch_network(name: str) -> Iterator[int]:
    """Fetch a network's weights piece by piece; yields how many bytes are there.

    Whoever stops asking for the next piece ends it. Raises ``DownloadError`` as ``fetch_into``.
    """
    wanted = FETCHED[name]
    limit = wanted.bytes + _MEBIBYTE
    yield from fetch_into(
        wanted.path, wanted.url, limit, wanted.sha256, title=wanted.title, instead=INSTEAD
    )


def load_fetched(name: str) -> Classifier:
    """A network that has been fetched: 3×224×224 pixels in [0, 1] → logits of 1000 categories.

    Raises ``DownloadError``, one sentence, if it is not here, or damaged: then it is removed.
    """
    wanted = FETCHED[name]
    if not is_fetched(name):
        raise DownloadError(
            f"{wanted.title} has to be downloaded first ({wanted.bytes / 1e6:.0f} MB, button"
            f" “Download” beside the model). {INSTEAD}"
        )
    with torch.device("meta"):  # nothing is drawn, see mobilenet.py
        module = wanted.build()
    try:
        module.load_state_dict(_weights(wanted), assign=True)
    except (RuntimeError, UnpicklingError, EOFError, ValueError, OSError) as error:
        wanted.path.unlink(missing_ok=True)
        raise DownloadError(f"{wanted.title} is damaged on disk: download it again.") from error
    if wanted.finish:
        wanted.finish(module)
    return as_classifier(module, name)


def _weights(wanted: Fetched) -> dict[str, Tensor]:
    """The publisher's own format is a pickle of tensors.

    Everywhere else a pickle is refused, because a stranger's can run anything. This one is not a
    stranger's: its checksum is torchvision's, looked at before a byte is read, and what is read is
    tensors only (``weights_only``).
    """
    digest = hashlib.sha256()
    with wanted.path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    if not digest.hexdigest().startswith(wanted.sha256):
        raise ValueError("The checksum is another one.")
    found: dict[str, Tensor] = torch.load(wanted.path, map_location="cpu", weights_only=True)
    return found


# -- any network of torchvision -------------------------------------------------------------------

_REFUSED = {
    "VisionTransformer": (
        "Vision transformers (ViT) are not looked into: their layers are lists of tokens instead "
        "of maps, and each token sees the whole picture after the first attention."
    ),
    "SwinTransformer": (
        "Swin transformers are not looked into: attention within shifted windows mixes places by "
        "what is in them, so a unit has no receptive field that could be drawn, and no ReLU runs."
    ),
    "MaxVit": (
        "MaxViT is not looked into: its attention over blocks and grids mixes places by what is in "
        "them, so every unit sees the whole picture after the first block, and no ReLU runs."
    ),
}


def refusal(module: nn.Module) -> str:
    """Why a network of this family is not looked into, by name, in one sentence; else empty."""
    return _REFUSED.get(type(module).__name__, "")


def as_classifier(
    module: nn.Module, name: str, *, size: tuple[int, int] = (224, 224)
) -> Classifier:
    """A torchvision classification network as a Classifier of ImageNet's categories.

    Raises ValueError with one sentence for a family that is refused.
    """
    if sentence := refusal(module):
        raise ValueError(sentence)
    module = module.eval()
    return Classifier(
        module,
        imagenet_categories(),
        IMAGENET_MEAN,
        IMAGENET_STD,
        layers=layers_with_maps(module, size),
        input_shape=(3, *size),
        name=name,
        data="imagenet",
    )


def layers_with_maps(module: nn.Module, size: tuple[int, int]) -> tuple[str, ...]:
    """Names of the layers whose output is maps, as they run.

    Blocks (modules of several others that are no plain chain) count as a whole.
    """
    twin, found = shadow(module), list[str]()

    def seen(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            is_maps = isinstance(output, Tensor) and output.ndim == 4
            if is_maps and min(output.shape[2:]) > 1 and name not in found:
                found.append(name)

        return hook

    for name, part in _stations(twin, ""):
        part.register_forward_hook(seen(name))
    with torch.no_grad():
        twin(torch.zeros(1, 3, *size))
    return tuple(found)


def _stations(module: nn.Module, path: str) -> Iterator[tuple[str, nn.Module]]:
    plain = type(module) in (nn.Sequential, nn.ModuleList, nn.ModuleDict)
    if path and not plain:
        if not isinstance(module, nn.Identity | nn.Dropout):
            yield path, module
        return
    for name, child in module.named_children():
        yield from _stations(child, f"{path}.{name}" if path else name)


def _googlenet() -> nn.Module:
    """With its two side outputs, which the file holds, and the input scaling that it was given."""
    module: nn.Module = models.GoogLeNet(aux_logits=True, transform_input=True, init_weights=False)
    return module


def _without_side_outputs(module: nn.Module) -> None:
    # nn.Module's own types say that every attribute is a tensor or a module.
    module.aux_logits = False  # type: ignore[assignment]
    module.aux1 = module.aux2 = None  # type: ignore[assignment]


FETCHED: dict[str, Fetched] = {
    entry.name: entry
    for entry in (
        Fetched(
            "alexnet",
            "AlexNet",
            "Krizhevsky (2014): one stream, a close relative of Zeiler and Fergus’ net.",
            models.AlexNet_Weights.IMAGENET1K_V1,
            models.alexnet,
        ),
        Fetched(
            "vgg16",
            "VGG16",
            "Simonyan and Zisserman (2014): thirteen 3×3 convolutions.",
            models.VGG16_Weights.IMAGENET1K_V1,
            models.vgg16,
        ),
        Fetched(
            "googlenet",
            "GoogLeNet",
            "Szegedy et al. (2014): nine Inception blocks of four branches.",
            models.GoogLeNet_Weights.IMAGENET1K_V1,
            _googlenet,
            _without_side_outputs,
        ),
        Fetched(
            "resnet18",
            "ResNet-18",
            "He et al. (2015): eight residual blocks.",
            models.ResNet18_Weights.IMAGENET1K_V1,
            models.resnet18,
        ),
        Fetched(
            "resnet50",
            "ResNet-50",
            "He et al. (2015): sixteen residual blocks with bottlenecks.",
            models.ResNet50_Weights.IMAGENET1K_V1,
            models.resnet50,
        ),
        Fetched(
            "efficientnet_b0",
            "EfficientNet-B0",
            "Tan and Le (2019): found by a search; SiLU instead of ReLU.",
            models.EfficientNet_B0_Weights.IMAGENET1K_V1,
            models.efficientnet_b0,
            pooled=False,
        ),
        Fetched(
            "convnext_tiny",
            "ConvNeXt-Tiny",
            "Liu et al. (2022): 7×7 depthwise convolutions; GELU instead of ReLU.",
            models.ConvNeXt_Tiny_Weights.IMAGENET1K_V1,
            models.convnext_tiny,
            pooled=False,
        ),
    )
}

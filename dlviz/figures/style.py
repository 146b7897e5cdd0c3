"""An imitation as a film with its losses, what it says in words, and the program for it."""

from __future__ import annotations

import base64
from typing import Any

from torch import Tensor

from dlviz.core.style import NOISE, PICTURE, STYLE_NETS, StyleLoss, StyleRecipe, StyleWish
from dlviz.core.words import percent
from dlviz.io.style_films import StyleFilm, webp

_SHORTEST = 5e-4  # a share below is told as “under 0.05 %”


def style_scene(
    film: StyleFilm,
    wish: StyleWish,
    pair: tuple[Tensor, Tensor],
    titles: tuple[str, str],
) -> dict[str, Any]:
    """What the browser draws. ``pair``: content and style, uint8 3×S×S; ``titles``: theirs."""
    recipe = wish.recipe
    return {
        "steps": list(film.steps),
        "planned": recipe.steps,
        "frames": [_text(frame) for frame in film.frames],
        "pair": [_text(webp(picture)) for picture in pair],
        "titles": list(titles),
        "losses": [_rounded(loss) for loss in film.losses],
        "weights": [recipe.content_weight, recipe.style_weight, recipe.smooth_weight],
        "side": wish.size,
        "file": f"{wish.content}-as-{wish.style}-{wish.net}",
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _rounded(loss: StyleLoss) -> list[float]:
    return [float(f"{part:.4g}") for part in (loss.content, loss.style, loss.smooth)]


def style_words(film: StyleFilm, wish: StyleWish) -> str:
    """What became of the two losses from the first picture to the last."""
    first, last = film.losses[0], film.losses[-1]
    style = (
        f"After {film.done} steps **{_left(first.style, last.style)}** of the style loss is left"
    )
    if wish.recipe.start == NOISE:
        fall = "fell" if last.content < first.content else "rose"
        return f"{style}; the content loss {fall} from {first.content:.2f} to {last.content:.2f}."
    return f"{style}, at the price of a content loss of **{last.content:.2f}**, which was 0."


def _left(first: float, last: float) -> str:
    share = last / first if first else 0.0
    return "under 0.05 %" if share < _SHORTEST else percent(share, 1)


def style_net_words(name: str) -> str:
    """Which layers are compared, and how that differs from the paper."""
    net = STYLE_NETS[name]
    style = ", ".join(layer for layer in net.layers.style if layer != PICTURE)
    said = (
        f"**{net.title}**: content is compared in {', '.join(net.layers.content)}, style in "
        f"{style} and in the picture’s own colours."
    )
    return f"{said} {_NET_WORDS[name]}"


_SEEN_LARGE = "The network sees the picture twice as large: its first layer skips every other pixel"
_NET_WORDS = {
    "mobilenet_v2": (
        f"{_SEEN_LARGE} and would leave a grid. The paper’s VGG19 takes no such steps, and its "
        "pictures are about 512 pixels wide. MobileNetV2 is here without a download of half a "
        "gigabyte and takes a fortieth of VGG19’s multiply-adds: expect lines, grain and colours, "
        "hardly a painter’s brush."
    ),
    "random": (
        "The control: the same layers and the same descent, but a network that has never seen a "
        "picture. What it takes over as well needed no learning."
    ),
    "photo_cnn": (
        f"{_SEEN_LARGE}. It was trained on crops of these very photographs, and has four layers: "
        "more colour, less line."
    ),
    "creatures_cnn": (
        f"{_SEEN_LARGE}. It knows drawn animal faces only: few of its channels tell apart what a "
        "photograph’s texture is made of."
    ),
    "vgg16": (
        "VGG19’s smaller sister, with the layers that the paper names (conv4_2 for content, "
        "conv1_1 to conv5_1 for style). A step takes 32 times MobileNetV2’s multiply-adds, though "
        "far less than 32 times its time."
    ),
}

_CODE = """\
{imports}

{pictures}
content, style = (picture[None].float() / 255 for picture in (content, style))
model = {load}  # pixels in [0, 1] → logits
content_layers = {content_layers}
style_layers = {style_layers}


def maps_of(picture):
    maps, hooks = {{}}, []
    for name in {{*content_layers, *style_layers}}:
        layer = model.module.get_submodule(name)
        keep = lambda module, inputs, output, name=name: maps.update({{name: output.clone()}})
        hooks.append(layer.register_forward_hook(keep))
    model({seen})
    for hook in hooks:
        hook.remove()
    return {{**maps, "picture": picture}}


def gram(maps):  # which channels answer together, whatever the place
    flat = maps.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def off(found, wanted):
    return (found - wanted).square().sum() / wanted.square().sum().clamp(min=1e-8)


with torch.no_grad():
    kept = maps_of(content)
    wanted = {{name: gram(maps) for name, maps in maps_of(style).items()}}
{start}
picture.requires_grad_()
adam = torch.optim.Adam([picture], lr={rate})
for step in range({steps}):
    maps = maps_of(picture)
    content_loss = sum(off(maps[name], kept[name]) for name in content_layers)
    pairs = [(gram(maps[name]), wanted[name]) for name in [*style_layers, "picture"]]
    style_loss = sum(off(*pair) for pair in pairs) / len(pairs)
    down, across = picture.diff(dim=2).square().mean(), picture.diff(dim=3).square().mean()
    loss = {content_weight:g} * content_loss + {style_weight:g} * style_loss \\
        + {smooth_weight:g} * (down + across)
    adam.param_groups[0]["lr"] = {rate} * (1 - step / {steps}) ** 0.5
    adam.zero_grad()
    loss.backward()  # the network's weights want no gradient: only the picture learns
    adam.step()
    with torch.no_grad():
        picture.clamp_(0, 1)
    if step % 10 == 0:
        print(step, content_loss.item(), style_loss.item())
pixels = (picture.detach()[0] * 255).round().byte()  # 3×{size}×{size}
print(pixels.shape)
"""
_LOAD = {
    False: ("from dlviz.io.models import load_model", 'load_model("{model}")'),
    True: (
        "from dlviz.core.untrained import untrained\nfrom dlviz.io.models import load_model",
        'untrained(load_model("{model}"))',
    ),
}


def style_code(wish: StyleWish, sources: tuple[str, str]) -> str:
    """A plain PyTorch program that grows the same picture and runs as it stands in the project.

    ``sources``: Python expressions of the content's and the style's picture, uint8 3×S×S.
    """
    net, recipe = STYLE_NETS[wish.net], wish.recipe
    imports, load = _LOAD[net.untrained]
    lines = {*imports.splitlines(), "from dlviz.io.pictures import fit", "import torch"}
    joined = " ".join(sources)
    if "load_photograph" in joined:
        lines.add("from dlviz.io.photographs import load_photograph")
    if "read_picture" in joined:
        lines -= {"from dlviz.io.pictures import fit"}
        lines |= {"from pathlib import Path", "from dlviz.io.pictures import fit, read_picture"}
    seen = "picture"
    if net.layers.zoom > 1:
        lines.add("from torch.nn import functional as F")
        seen = f'F.interpolate(picture, scale_factor={net.layers.zoom}, mode="bilinear")'
    return _CODE.format(
        imports="\n".join(sorted(lines, key=_order)),
        pictures=f"content = {sources[0]}\nstyle = {sources[1]}",
        load=load.format(model=net.model),
        content_layers=list(net.layers.content),
        style_layers=[layer for layer in net.layers.style if layer != PICTURE],
        seen=seen,
        start=_start(recipe),
        rate=recipe.rate,
        steps=recipe.steps,
        content_weight=recipe.content_weight,
        style_weight=recipe.style_weight,
        smooth_weight=recipe.smooth_weight,
        size=wish.size,
    )


def _order(line: str) -> tuple[bool, bool, str]:
    """The library first, then torch, then dlviz."""
    return "pathlib" not in line, "torch" not in line, line


def _start(recipe: StyleRecipe) -> str:
    if recipe.start != NOISE:
        return "picture = content.clone()"
    return (
        f"generator = torch.Generator().manual_seed({recipe.seed})\n"
        "picture = 0.4 + 0.2 * torch.rand(content.shape, generator=generator)"
    )

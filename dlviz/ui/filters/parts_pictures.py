"""Choosing pictures of one kind and the part in each: known, or framed by the visitor."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.address import follow, write
from dlviz.ui.controls import Named, choice, number
from dlviz.ui.data import held_out_of, is_own

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from torch import Tensor

    from dlviz.core.classifier import Classifier
    from dlviz.core.correspondence import Box
    from dlviz.figures.parts import Group

KNOWN, DRAWN, OWN = "known", "drawn", "own"
BOXES = "boxes"
MOST_SET = 20
MAX_UPLOAD_MB = 10
_TITLES = {
    KNOWN: Named("Known parts"),
    DRAWN: Named("Boxes you draw"),
    OWN: Named("Your own pictures …"),
}


def choose_group(model: Classifier, told: DeltaGenerator) -> Group:
    """Controls for the pictures; the address has ``of``, ``species``, ``five`` and ``boxes``.

    Raises ValueError with one sentence where the pictures are gone or fewer than two.
    """
    from dlviz.io.datasets import OWN as OWN_DATA
    from dlviz.io.datasets import is_known

    has_data = is_known(model.data) or model.data.startswith(OWN_DATA)
    modes = [*([KNOWN] if model.data == "creatures" else []), DRAWN, OWN]
    of = choice(
        "Covered", {name: _TITLES[name] for name in modes}, key="of", context=model.data, width=170
    )
    if of == OWN:
        given = _uploaded(model, told)
        if given is not None:
            return _framed(*given, "pictures of yours", own=True)
    if not has_data:
        return _framed(*_photographs(model), "photographs", own=False)
    return _held_out(model, known=of == KNOWN)


def _held_out(model: Classifier, *, known: bool) -> Group:
    from dlviz.figures.data_code import held_out_code
    from dlviz.figures.parts import COUNT, Group, creature_parts

    pixels, labels = held_out_of(model.data)
    names = {str(index): Named(name) for index, name in enumerate(model.classes)}
    label = int(choice("Class", names, key="species", context=model.data, width=130))
    numbers = (labels == label).nonzero().flatten().tolist()
    sets = max(0, min(MOST_SET, len(numbers) // COUNT - 1))
    which = number(f"Set (0 to {sets})", 0, sets, 0, key="five", context=model.data, width=120)
    chosen = numbers[COUNT * which : COUNT * (which + 1)]
    if len(chosen) < 2:
        raise ValueError("There are fewer than two held-out pictures of this class to compare.")
    source = (
        f"{held_out_code(model.data, model.input_shape[-1])}\npixels = pixels[{chosen}]  # numbers"
    )
    noun, own = f"pictures of “{model.classes[label]}”", is_own(model.data)
    if known:
        parts = creature_parts(chosen)
        key = f"creatures {chosen}"
        return Group(pixels[chosen], parts, noun, False, own, source, key)
    return _framed(pixels[chosen], source, noun, own=own)


def _photographs(model: Classifier) -> tuple[Tensor, str]:
    import torch

    from dlviz.figures.parts import COUNT
    from dlviz.io.pictures import fit

    names, size = list(PHOTOGRAPHS)[:COUNT], model.input_shape[-1]
    pixels = torch.stack([fit(load_photograph(name), size) for name in names])
    source = (
        "import torch\n\nfrom dlviz.io.photographs import load_photograph\n"
        f"from dlviz.io.pictures import fit\n\nnames = {names}\n"
        f"pixels = torch.stack([fit(load_photograph(name), {size}) for name in names])"
    )
    return _as_seen(pixels, source, model)


def _as_seen(pixels: Tensor, source: str, model: Classifier) -> tuple[Tensor, str]:
    """In grey where the network sees grey: the mean of the three colours."""
    if model.input_shape[0] == pixels.shape[1]:
        return pixels, source
    grey = pixels.float().mean(dim=1, keepdim=True).round().byte()
    return grey, f"{source}\npixels = pixels.float().mean(dim=1, keepdim=True).round().byte()"


def _uploaded(model: Classifier, told: DeltaGenerator) -> tuple[Tensor, str] | None:
    """Two to five pictures of the visitor's; None, with a sentence, until they are there."""
    import torch

    from dlviz.core.correspondence import FEWEST, MOST
    from dlviz.io.pictures import PictureError, fit, read_picture

    size = model.input_shape[-1]
    with told:
        files = st.file_uploader(
            "Your pictures",
            type=["png", "jpg", "jpeg", "webp"],
            accept_multiple_files=True,
            max_upload_size=MAX_UPLOAD_MB,
            label_visibility="collapsed",
        )
        if len(files) > MOST:
            st.caption(f"The first {MOST} of them are taken.")
        try:
            pictures = [fit(read_picture(file.getvalue()), size) for file in files[:MOST]]
        except PictureError as error:
            st.error(str(error))
            return None
        if len(pictures) < FEWEST:
            st.caption(
                f"{FEWEST} to {MOST} pictures of the same kind of thing; until then, others."
            )
            return None
    names = [f"my-picture-{place + 1}.png" for place in range(len(pictures))]
    source = (
        "from pathlib import Path\n\nimport torch\n\n"
        "from dlviz.io.pictures import fit, read_picture\n\n"
        f"names = {names}\n"
        f"pictures = [fit(read_picture(Path(name).read_bytes()), {size}) for name in names]\n"
        "pixels = torch.stack(pictures)"
    )
    return _as_seen(torch.stack(pictures), source, model)


def _framed(pixels: Tensor, source: str, noun: str, *, own: bool) -> Group:
    """With the visitor's boxes, or one in the middle of each picture until they are drawn."""
    from dlviz.figures.parts import DRAWN as NAME
    from dlviz.figures.parts import Group

    digest = sha256(pixels.numpy().tobytes()).hexdigest()[:24]
    count, (height, width) = len(pixels), pixels.shape[2:]

    def read(text: str) -> list[Box]:
        found = boxes_in(text, count, width, height)
        if found is None:
            raise ValueError("boxes that do not fit these pictures")
        return found

    if sentence := follow(BOXES, read, None, context=digest, widget=False):
        st.info(sentence)
    chosen: list[Box] | None = st.session_state[BOXES]
    middle = (3 * width // 8, 3 * height // 8, 5 * width // 8, 5 * height // 8)
    boxes = chosen or [middle] * count
    write(BOXES, chosen and boxes_text(chosen), None, context=digest)
    return Group(pixels, {NAME: boxes}, noun, True, own, source, digest)


def boxes_in(text: str, count: int, width: int, height: int) -> list[Box] | None:
    """ "x0.y0.x1.y1_…" → a box for each of ``count`` pictures; None for anything else."""
    if len(text) > 24 * count:
        return None
    found = []
    for part in text.split("_"):
        numbers = part.split(".")
        if len(numbers) != 4 or not all(one.isascii() and one.isdigit() for one in numbers):
            return None
        x0, y0, x1, y1 = (int(one) for one in numbers)
        if not (x0 < x1 <= width and y0 < y1 <= height):
            return None
        found.append((x0, y0, x1, y1))
    return found if len(found) == count else None


def boxes_text(boxes: list[Box]) -> str:
    """The boxes as the address has them."""
    return "_".join(".".join(str(edge) for edge in box) for box in boxes)

"""What views of downloaded networks share: the picture, the network, and what it found, once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from dlviz.io.photographs import PHOTOGRAPHS, load_photograph
from dlviz.ui.address import rerun
from dlviz.ui.controls import Named, choice
from dlviz.ui.fetching import MEGABYTE, fetch_button
from dlviz.ui.newest import Newest
from dlviz.ui.tasks.views import TASKS, TASKS_VIEWS

if TYPE_CHECKING:
    from PIL import Image

    from dlviz.io.torchvision_models import Fetched
    from dlviz.ui.views import Spot

Found = TypeVar("Found")

OWN = "own"
LARGEST = 1280  # pixels of the longer side: more changes nothing that a network finds
LEAST_SIDE, LONGEST = 16, 20
WIDE = 640  # pixels, of the screen too, where there is room
KEPT = 4


@dataclass(frozen=True)
class Family:
    """Networks that one view offers, how they come, what they are, and which view has another."""

    entries: Mapping[str, Fetched]
    fetch: Callable[[str], Iterator[int]]
    what: str
    instead: str


def chosen_net(label: str, family: Family, *, key: str) -> str:
    """A network's name; the list is short of what a telephone has no room for."""
    shown = {
        name: Named(entry.title.split(" MobileNet")[0]) for name, entry in family.entries.items()
    }
    return choice(label, shown, key=key, width=170)


def chosen_scene(scenes: tuple[str, ...], *, key: str) -> str:
    """A shipped photograph's name, or ``OWN``."""
    offered = {name: Named(PHOTOGRAPHS[name].title) for name in scenes}
    return choice("Picture", offered | {OWN: Named("Your own picture …")}, key=key, width=190)


def chosen_picture(scene: str, spot: Spot) -> Image.Image:
    """The photograph, or the visitor's own: it stays in the session."""
    from PIL import Image

    from dlviz.io.pictures import PictureError

    if scene == OWN:
        with spot.status:
            file = st.file_uploader(
                "Your picture", type=["png", "jpg", "jpeg", "webp"], max_upload_size=10
            )
            if file is not None:
                try:
                    return own_photograph(file.getvalue())
                except PictureError as error:
                    st.error(str(error))
            st.caption("Until then: the cat.")
        scene = "cat"
    return Image.fromarray(load_photograph(scene)).convert("RGB")


def own_photograph(data: bytes) -> Image.Image:
    """A stranger's picture, at most 1280 pixels long. Raises ``PictureError``, one sentence."""
    from dlviz.io.pictures import PictureError, read_picture

    own = read_picture(data)
    short, long = sorted(own.size)
    if short < LEAST_SIDE or long > LONGEST * short:
        raise PictureError(
            f"A picture has at least {LEAST_SIDE} pixels to a side and is at most {LONGEST} times"
            f" as long as wide; yours is {own.width}×{own.height}."
        )
    own.thumbnail((LARGEST, LARGEST))
    return own


def at_its_size(picture: Image.Image) -> Image.Image:
    """The picture as large as it is shown, so that what is written on it can be read."""
    from PIL import ImageOps

    return ImageOps.contain(picture, (WIDE, WIDE))


def is_here(net: str, family: Family, spot: Spot) -> bool:
    """Whether the network is here; if not, a sentence, what is here instead, and the button."""
    wanted = family.entries[net]
    before = wanted.path.is_file()
    with spot.status:
        if not before:
            st.info(
                f"{wanted.title} is not here yet ({wanted.bytes / MEGABYTE:.0f} MB, needs a"
                " network)."
            )
        with st.container(horizontal=True):
            here = _button(net, family)
            if not here:
                title = TASKS_VIEWS[family.instead].title
                TASKS.link_to(family.instead, f"{title}: {family.what} that is here")
    if here and not before:
        rerun()  # the sentence above says that it is not here
    return here


def _button(net: str, family: Family) -> bool:
    wanted = family.entries[net]
    return fetch_button(
        net, wanted.bytes, is_here=wanted.path.is_file, download=lambda: family.fetch(net)
    )


def once(
    net: str, family: Family, picture: Image.Image, look: Callable[[], Found], spot: Spot
) -> Found | None:
    """What ``look`` finds, kept in this session; None where the file is damaged, which is told."""
    from dlviz.io.downloads import DownloadError

    kept: Newest[Any] = st.session_state.setdefault("photographs looked at", Newest(KEPT))
    digest = hashlib.sha256(picture.tobytes()).hexdigest()
    key = f"{net} {family.entries[net].sha256} {picture.size} {digest}"
    try:
        found: Found = kept.get(key, look)
    except DownloadError as error:
        with spot.status:
            st.error(str(error))
            _button(net, family)
        return None
    return found

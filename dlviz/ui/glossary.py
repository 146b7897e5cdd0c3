"""The glossary: a wall of blocks, and one of them with its picture, rule and numbers."""

from __future__ import annotations

import base64
from functools import cache, partial
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from dlviz.core.glossary import BLOCKS, search
from dlviz.core.glossary_block import Block
from dlviz.core.glossary_rules import in_shape
from dlviz.core.words import grouped
from dlviz.ui.address import plain
from dlviz.ui.components.tiles import tiles
from dlviz.ui.controls import choice, number, save_button
from dlviz.ui.pages import EVERY, page_file
from dlviz.ui.theme import theme

if TYPE_CHECKING:
    from dlviz.figures.sheets import Sheet

KEY = "block"  # the address's parameter
_WALL, _WORDS, _PICKED = "blocks", "blocks searched", "block picked"
SMALLEST = 150
# An index is 0.7 of it: 14 pixels. KaTeX brings its own style, sooner or later than this one.
_LETTERS = ".katex { font-size: 1.27em !important; }"
_GAP = 6  # pixels between two tiles
# On a phone the wall comes first, as two rows that are pushed sideways; the block is seen below.
PHONE = """
@media (max-width: 640px) {
  [data-testid="stHorizontalBlock"]:has(.st-key-wall) { gap: 0.5rem; }
  [data-testid="stColumn"]:has(.st-key-wall) { order: -1; }
  .st-key-wall { overflow-x: auto; padding: 0.3rem; }
  .st-key-wall > * { min-width: WIDTHpx; }
}
"""
LABEL = 34  # pixels below a tile's picture, where its name lies


def glossary_link(block: str, label: str = "") -> None:
    """A small link to a block, for any page. Raises KeyError for a block that is not there."""
    title = label or f"What is {BLOCKS[block].title}?"
    st.page_link(
        page_file("glossary"), label=title, icon=":material/menu_book:", query_params={KEY: block}
    )


def glossary() -> None:
    """The chosen block on the left, the wall of all on the right."""
    if picked := st.session_state.pop(_PICKED, None):
        st.session_state[KEY] = picked
    st.html(f"<style>{_LETTERS}</style>")
    shown, wall = st.columns([10, 9], gap="large")
    with wall:
        label = f"Search the {len(BLOCKS)} blocks"
        words = st.text_input(label, key=_WORDS, placeholder="pool, shift, probability …")
    with shown:
        name = choice("Block", BLOCKS, key=KEY)
        _one(name, BLOCKS[name])
    with wall:
        _wall(name, search(words), words)


def _wall(chosen: str, found: list[str], words: str) -> None:
    """All blocks that were searched for, to pick one from."""
    if not found:
        st.info(f"No block has “{plain(words)}” in its words.")
        return

    def pick() -> None:
        at = (st.session_state.get(_WALL) or {}).get("pick")
        if isinstance(at, int) and 0 <= at < len(found):
            st.session_state[_PICKED] = found[at]

    blocks = [BLOCKS[name] for name in found]
    wide = (len(found) + 1) // 2 * (SMALLEST + _GAP)
    st.html(f"<style>{PHONE.replace('WIDTH', str(wide))}</style>")
    with st.container(key="wall"):
        tiles(
            _sheet(tuple(found), theme()),
            [f"{block.title}: {block.group.lower()}" for block in blocks],
            key=_WALL,
            texts=[block.short for block in blocks],
            smallest=SMALLEST,
            selected=found.index(chosen) if chosen in found else None,
            on_pick=pick,
        )


def _one(name: str, block: Block) -> None:
    words = f"{block.title}: what it does to a small input"
    st.html(
        f'<img src="{_picture(name, theme())}" alt="{words}" '
        'style="display:block;width:100%;max-width:450px;border-radius:6px">'
    )
    st.markdown(f"{block.what}  \n{block.formula}")
    _worked(name, block)
    with st.container(horizontal=True, vertical_alignment="center"):
        save_button("Save picture", partial(_png, name, theme()), f"{name}.png", "image/png")
        for page, label, address in block.links:
            st.page_link(
                page_file(page),
                label=label,
                icon=EVERY[page].icon,
                query_params=dict(address),
            )


def _worked(name: str, block: Block) -> None:
    """The rule with the reader's numbers in it."""
    result = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        numbers = {
            key: number(
                item.title, item.low, item.high, item.usual, key=key, context=name, width=116
            )
            for key, item in {**block.inputs(), **block.settings}.items()
        }
    try:
        worked = block.worked(numbers)
    except ValueError as error:
        result.warning(str(error))
        return
    after = in_shape(worked.after) or "1 number"
    result.markdown(
        f"**{in_shape(worked.before)} → {after}**, {grouped(worked.parameters)} weights  \n"
        + "  \n".join(worked.lines)
    )
    with st.expander("Show the code"):
        from dlviz.figures.glossary_code import code

        st.code(code(block, numbers), language="python")


@cache
def _picture(name: str, shown: str) -> str:
    """As an address that holds the picture itself."""
    return "data:image/png;base64," + base64.b64encode(_png(name, shown)).decode()


def _png(name: str, shown: str) -> bytes:
    from PIL import Image

    from dlviz.figures.glossary_pictures import picture

    buffer = BytesIO()
    Image.fromarray(picture(name, shown, large=True)).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


@st.cache_data(max_entries=16, show_spinner=False)
def _sheet(names: tuple[str, ...], shown: str) -> Sheet:
    from dlviz.figures.board import PAPER
    from dlviz.figures.glossary_pictures import picture
    from dlviz.figures.sheets import sheet_of

    room = np.full((LABEL, 320, 3), PAPER[shown], np.uint8)
    pictures = [np.concatenate([picture(name, shown), room]) for name in names]
    return sheet_of(np.stack(pictures))

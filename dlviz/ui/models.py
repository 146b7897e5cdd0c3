"""Choosing a model: the shipped ones and those on the visitor's shelf, in one list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dlviz.core.networks import SHIPPED
from dlviz.core.specs import NetSpec, RunSpec, SpecError
from dlviz.io.assets import AssetError
from dlviz.ui.address import plain, rerun
from dlviz.ui.controls import choice
from dlviz.ui.fetching import MEGABYTE, fetch_button
from dlviz.ui.pages import page_file
from dlviz.ui.visitor import visitor

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dlviz.core.classifier import Classifier
    from dlviz.core.snapshots import Snapshot
    from dlviz.runs.shelf import Entry

SPEC = "spec"


@dataclass(frozen=True)
class Offer:
    """One model that can be chosen, not yet loaded.

    ``own`` models are the visitor's: never cache their results where others could see them.
    ``pooled``: it has max pooling, so that projections depend on the picture. ``address`` is what
    a link says: the key, and for an own model how it was trained, since nobody else has it.
    ``fetched``: it is one to download, in ``FETCHED``.
    """

    key: str
    title: str
    own: bool
    pooled: bool
    load: Callable[[], Classifier]
    address: str
    fetched: bool = False


def _explain_missing(link: str) -> None:
    """A model that is not on this shelf: how it was trained, and the way to train it oneself."""
    st.info(
        "This link names a model that is not on your shelf: models belong to the visitor who "
        "trained them. Meanwhile, this is a shipped one."
    )
    try:
        spec = RunSpec.from_link(link)
    except SpecError:
        return
    st.markdown(f"It was trained so: {plain(spec.words, 200)}.")
    st.page_link(
        page_file("training"),
        label="**Train the same one**",
        icon=":material/play_arrow:",
        query_params={SPEC: link},
    )


def _is_pooled(net: NetSpec) -> bool:
    return any(layer.kind == "max_pool" for layer in net.layers)


def _own(entry: Entry) -> Offer:
    pooled = _is_pooled(entry.spec.net)
    return Offer(entry.key, entry.title, True, pooled, lambda: entry.classifier, address_of(entry))


def address_of(entry: Entry) -> str:
    """How a link names a model of one's own: its key, a dot and its spec.

    The key alone where the spec is of a head only: nobody could train that one by itself.
    """
    if entry.is_head:
        return entry.key
    return f"{entry.key}.{entry.spec.to_link()}"


def offers() -> dict[str, Offer]:
    """The visitor's own models, newest first, the registered ones, and those to download."""
    from dlviz.io.models import MODELS, load_model
    from dlviz.io.torchvision_models import FETCHED, is_fetched

    found = [_own(entry) for entry in reversed(visitor().shelf.entries())]
    for name, model in MODELS.items():
        pooled = name in SHIPPED and _is_pooled(SHIPPED[name].spec.net)
        found.append(
            Offer(name, f"{model.title} (shipped)", False, pooled, partial(load_model, name), name)
        )
    for name, net in FETCHED.items():
        size = "downloaded" if is_fetched(name) else f"download {net.bytes / MEGABYTE:.0f} MB"
        load = partial(load_model, name)
        title = f"{net.title} ({size})"
        found.append(Offer(name, title, False, net.pooled, load, name, fetched=True))
    return {offer.address: offer for offer in found}


def _fetched(offer: Offer, instead: Offer) -> tuple[Offer, Classifier]:
    """A model to download; until it is here, a button and another one. A link fetches nothing."""
    from dlviz.io.downloads import DownloadError
    from dlviz.io.torchvision_models import FETCHED, fetch_network, is_fetched

    net = FETCHED[offer.key]
    before = is_fetched(offer.key)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not before:
            st.markdown(f"{net.what} Until it is here, this is **{instead.title}**.")
        here = fetch_button(
            offer.key,
            net.bytes,
            is_here=lambda: is_fetched(offer.key),
            download=lambda: fetch_network(offer.key),
        )
    if here and not before:
        rerun()  # the list of models stands above, and says that it has to be downloaded
    try:
        if here:
            return offer, offer.load()
    except DownloadError as error:
        st.error(f"{error} Until then, this is {instead.title}.")
    return instead, instead.load()


def snapshots_of(offer: Offer) -> Sequence[Snapshot]:
    """The snapshots of its training, the untrained network first; none of other people's."""
    from dlviz.io.models import MODELS

    if offer.own:
        entry = visitor().shelf.get(offer.key)
        return entry.snapshots if entry and not entry.is_head else ()
    known = MODELS.get(offer.key)
    return known.snapshots() if known and known.snapshots else ()


def choose_model(
    label: str,
    *,
    key: str,
    default: str,
    pooled: bool = False,
    told: DeltaGenerator | None = None,
) -> tuple[Offer, Classifier]:
    """Let the visitor choose a model; with ``pooled`` only among those with max pooling.

    ``default`` is a registered name. A link to a model that is not (or no longer) on this
    visitor's shelf shows the default and says so in ``told`` (or here) until another is chosen.
    So does a model that has to be downloaded first. Where a shipped file is missing, the page
    says so in one sentence and ends there.
    """
    found = {name: offer for name, offer in offers().items() if offer.pooled or not pooled}
    ordered = {default: found[default], **found}  # the default comes first: not in the address
    missing = f"{key} missing"
    asked = st.query_params.get(key, default)
    if asked not in ordered:
        short = {item.key: item.address for item in ordered.values()}
        if asked in short:
            st.query_params[key] = short[asked]
        else:
            st.session_state[missing] = asked.partition(".")[2]
    offer = ordered[choice(label, ordered, key=key, explained=True)]
    if offer.key != default:
        st.session_state.pop(missing, None)
    if missing in st.session_state:
        with told or st.container():
            _explain_missing(str(st.session_state[missing]))
    try:
        if offer.fetched:
            with told or st.container():
                return _fetched(offer, found[default])
        return offer, offer.load()
    except AssetError as error:
        st.error(str(error))
        st.stop()

"""Accuracy against cost: torchvision's published figures on one chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.controls import Named, choice, several

if TYPE_CHECKING:
    from dlviz.ui.views import Spot

AXES = {"billions": Named("Multiply-adds"), "millions": Named("Parameters")}
RECIPES = {"both": Named("Both"), "first": Named("The first"), "later": Named("The later")}


def show(spot: Spot) -> None:
    """The chart; families and recipes can be picked out."""
    from dlviz.figures.zoo_cost import chart, sentence
    from dlviz.io.published import FAMILIES, published

    with spot.controls:
        cost = choice("Cost", AXES, key="axis", width=170)
        recipe = choice("Way to train", RECIPES, key="recipe", width=150)
        chosen = several("Only these families", FAMILIES, key="family", most=6, placeholder="all")
    every = published()
    wanted = {"both": (1, 2), "first": (1,), "later": (2,)}[recipe]
    points = [p for p in every if p.recipe in wanted and (not chosen or p.family in chosen)]
    if not points:
        raise ValueError("None of these families has weights of that recipe: choose another one.")
    st.markdown(sentence(every))
    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
    save["toImageButtonOptions"] = {"filename": f"accuracy-by-{cost}"}
    st.plotly_chart(chart(points, cost), key="cost_chart", config=save)
    st.caption(
        f"{len(points)} of torchvision’s {len(every)} sets of weights of these families, trained "
        "on ImageNet’s 1.28 million pictures alone and judged on its 50 000 validation pictures, "
        "each net at its own size. Open marks: a later recipe (longer, with more augmentation). "
        "One number each: runs of the same net differ by some tenths. Years are the papers’."
    )

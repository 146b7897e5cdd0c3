"""Two networks of the zoo side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dlviz.ui.controls import choice

if TYPE_CHECKING:
    from dlviz.ui.views import Spot


def show(spot: Spot) -> None:
    """Totals on the same rows, and where the costs are by the side of the maps."""
    from dlviz.figures.zoo_code import pair_code
    from dlviz.figures.zoo_pair import chart, rows, sentence
    from dlviz.io.zoo import ZOO, anatomy_of

    with spot.controls:
        left = choice("One network", {"vgg16": ZOO["vgg16"], **ZOO}, key="left", width=220)
        right = choice(
            "Other network", {"resnet50": ZOO["resnet50"], **ZOO}, key="right", width=220
        )
    if left == right:
        raise ValueError("Choose two different networks.")
    nets = [ZOO[left], ZOO[right]]
    pair = [(net.title, anatomy_of(net.name)) for net in nets]
    st.markdown(sentence(pair))
    table, drawn = st.columns([5, 7], gap="large")
    top1 = [
        net.weights.meta["_metrics"]["ImageNet-1K"]["acc@1"] if net.weights else None
        for net in nets
    ]
    table.markdown(rows(pair, [net.year for net in nets], top1))
    save = {"displaylogo": False, "modeBarButtons": [["toImage"]], "displayModeBar": True}
    save["toImageButtonOptions"] = {"filename": f"{left}-and-{right}"}
    drawn.plotly_chart(chart(pair), key="pair_chart", config=save)
    st.caption(
        "Multiply-adds are those of convolutions and dense layers, as torchvision counts them; "
        "accuracies are torchvision’s for its first weights. Kernels that look at large maps cost "
        "multiply-adds, those that mix many channels cost parameters."
    )
    with st.expander("Show the code"):
        one, other = ((net.title, net.source, net.picture) for net in nets)
        st.code(pair_code(one, other), language="python")

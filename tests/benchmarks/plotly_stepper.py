"""The lecture's convolution, step by step, as Streamlit and Plotly do it by themselves.

    streamlit run tests/benchmarks/plotly_stepper.py

The peer of ``convolution_stepping``, and no weak one: the four grids are one Plotly figure (four
charts would be drawn four times), NumPy computes, and every step is a rerun of what is written
here. ``?fragment=1`` in the address wraps it in ``st.fragment``, Streamlit's own remedy.
"""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

ROWS = ("0111000", "0011100", "0001110", "0001100", "0011000", "0110000", "1100000")
IMAGE = np.array([[float(digit) for digit in row] for row in ROWS])
KERNEL = np.array([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])
WINDOWS = np.lib.stride_tricks.sliding_window_view(IMAGE, KERNEL.shape)
PRODUCTS = WINDOWS * KERNEL
OUTPUT = PRODUCTS.sum((2, 3))
SIDE, COUNT = len(OUTPUT), OUTPUT.size
WIDTHS = (0.34, 0.14, 0.14, 0.26)  # of input, kernel, products and output
GAP = 0.04
BLUE_WHITE_ORANGE = [[0, "#2166ac"], [0.5, "#ffffff"], [1, "#e66101"]]


def heatmap(values, place):
    """One grid with its numbers; NaN is a cell that waits for its number."""
    shown = np.where(np.isnan(values), "", np.nan_to_num(values).astype(int).astype(str))
    return go.Heatmap(
        z=values,
        text=shown,
        texttemplate="%{text}",
        colorscale=BLUE_WHITE_ORANGE,
        zmid=0,
        showscale=False,
        xgap=1,
        ygap=1,
        hoverinfo="skip",
        xaxis=f"x{place}",
        yaxis=f"y{place}",
    )


def figure(step):
    """Window outlined on the input, kernel, products, the output up to here, and the sum."""
    row, column = divmod(step, SIDE)
    output = OUTPUT.copy()
    output.flat[step + 1 :] = np.nan
    window, products = WINDOWS[row, column], PRODUCTS[row, column]
    grids = (IMAGE, KERNEL, products, output)
    chart = go.Figure([heatmap(values, place) for place, values in enumerate(grids, 1)])
    left = 0.0
    for place, (width, grid) in enumerate(zip(WIDTHS, grids, strict=True), 1):
        down, across = grid.shape
        chart.layout[f"xaxis{place}"] = {
            "domain": [left, left + width],
            "range": [-0.5, across - 0.5],
            "visible": False,
        }
        chart.layout[f"yaxis{place}"] = {
            "range": [down - 0.5, -0.5],
            "scaleanchor": f"x{place}",
            "visible": False,
        }
        left += width + GAP
    for place, (top, start, size) in ((1, (row, column, 3)), (4, (row, column, 1))):
        chart.add_shape(
            type="rect",
            x0=start - 0.5,
            x1=start + size - 0.5,
            y0=top - 0.5,
            y1=top + size - 0.5,
            xref=f"x{place}",
            yref=f"y{place}",
            line={"width": 3, "color": "#008a65"},
        )
    terms = zip(window.flat, KERNEL.flat, strict=True)
    written = " + ".join(f"{pixel:.0f}·{weight:.0f}" for pixel, weight in terms)
    chart.update_layout(
        title=f"step {step + 1} of {COUNT}: {written} = {products.sum():.0f}",
        height=420,
        margin={"l": 0, "r": 0, "t": 60, "b": 0},
    )
    return chart


def move(by):
    st.session_state.step = min(max(st.session_state.step + by, 0), COUNT - 1)


def view():
    """Two buttons with keys, and the picture of the step."""
    st.session_state.setdefault("step", 0)
    st.button("Back", shortcut="Left", on_click=move, args=(-1,))
    st.button("Forward", shortcut="Right", on_click=move, args=(1,))
    still = {"displayModeBar": False}
    st.plotly_chart(figure(st.session_state.step), key="steps", theme=None, config=still)


st.title("Convolution")
(st.fragment(view) if st.query_params.get("fragment") else view)()

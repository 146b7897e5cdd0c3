"""What stands beside the stepper: the output's size with the current numbers, and what is odd."""

from __future__ import annotations

from dlviz.core.sliding import Axis, Sliding


def size_formula(sliding: Sliding, length: int) -> str:
    """The output's side as LaTeX: in words, then with the current numbers and the result.

    ``length``: the input's side. Raises SlidingError where the window does not fit.
    """
    axis = sliding.axis(length)
    if sliding.op == "transposed":
        words, numbers = _transposed(sliding, length)
    else:
        words, numbers = _forward(sliding, length, axis)
    result = len(axis.starts)
    name = r"\text{output} = \;"
    return rf"\begin{{aligned}} {name} &{words} \\[2ex] = \; &{numbers} = {result} \end{{aligned}}"


def _forward(sliding: Sliding, length: int, axis: Axis) -> tuple[str, str]:
    words, numbers = r"\text{input}", f"{length}"
    if not sliding.pools:
        if axis.before == axis.after:
            words, numbers = words + r" + 2\,\text{padding}", numbers + rf" + 2\cdot{axis.before}"
        else:
            words, numbers = (
                words + r" + \text{before} + \text{after}",
                numbers + f" + {axis.before} + {axis.after}",
            )
    if sliding.dilation > 1 and not sliding.pools:
        words += r" - \text{dilation}\,(\text{kernel} - 1) - 1"
        numbers += rf" - {sliding.dilation}\cdot({sliding.size} - 1) - 1"
    else:
        words += r" - \text{window}" if sliding.pools else r" - \text{kernel}"
        numbers += f" - {sliding.size}"
    return _stepped(words, r"\text{stride}"), _stepped(numbers, f"{sliding.stride}")


def _stepped(above: str, below: str) -> str:
    return rf"\left\lfloor \dfrac{{{above}}}{{{below}}} \right\rfloor + 1"


def _transposed(sliding: Sliding, length: int) -> tuple[str, str]:
    padding = sliding.amount if sliding.padding == "amount" else 0
    words = r"(\text{input} - 1)\,\text{stride} - 2\,\text{padding} + "
    numbers = rf"({length} - 1)\cdot{sliding.stride} - 2\cdot{padding} + "
    if sliding.dilation == 1:
        return words + r"\text{kernel}", numbers + f"{sliding.size}"
    return (
        words + r"\text{dilation}\,(\text{kernel} - 1) + 1",
        numbers + rf"{sliding.dilation}\cdot({sliding.size} - 1) + 1",
    )


def oddities(sliding: Sliding, length: int) -> list[str]:
    """Sentences on what surprises about this sliding: cells never covered, lopsided padding."""
    axis = sliding.axis(length)
    told = []
    if sliding.op == "transposed":
        told.append(_stamps(sliding, axis))
    if sliding.padding == "same" and axis.before != axis.after and not sliding.pools:
        told.append(
            f"The window spans {sliding.reach} cells, an even number, so it has no middle: “same” "
            f"pads {axis.before} at the left and top, {axis.after} at the right and bottom."
        )
    # A mirrored or circular border may show a window what stands under none itself.
    seen = {axis.drawn[place] for place in axis.places.ravel().tolist()}
    never = sorted(set(range(length)) - seen) if axis.uncovered else []
    if never:
        which = ", ".join(str(cell + 1) for cell in never)
        noun = "Row and column" if len(never) == 1 else "Rows and columns"
        told.append(
            f"{noun} {which} (hatched) are under no window: what stands there never counts."
        )
    elif axis.uncovered:
        told.append("The hatched places are under no window.")
    if min(axis.before, axis.after) < 0:
        told.append(f"So much padding cuts {-axis.before} off the stretched input on every side.")
    return told


def _stamps(sliding: Sliding, axis: Axis) -> str:
    between = f"{_zeros(sliding.stride - 1)} between its cells and " if sliding.stride > 1 else ""
    turned = ", turned by 180°," if sliding.half_turn else ""
    return (
        f"The input is stretched by {between}{_zeros(max(0, axis.before))} around it; the "
        f"kernel{turned} slides over that. So every input cell stamps the kernel, times its own "
        "number, onto the output."
    )


def _zeros(count: int) -> str:
    return "1 zero" if count == 1 else f"{count} zeros"

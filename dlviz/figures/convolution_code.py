"""The PyTorch program for exactly what the stepper shows."""

from __future__ import annotations

from dlviz.core.sliding import Numbers, Sliding
from dlviz.figures.stepping import Scene


def code(scene: Scene) -> str:
    """A program that computes the same numbers, prints them, and runs as it stands."""
    sliding = scene.sliding
    lines = [
        "import torch",
        "from torch.nn import functional as F",
        "",
        "# channels × height × width",
        f"image = torch.tensor({_table(scene.image)}, dtype=torch.float64)",
    ]
    if sliding.pools:
        pool = "max_pool2d" if sliding.op == "max_pool" else "avg_pool2d"
        call = f"F.{pool}(image[None], kernel_size={sliding.size}, stride={sliding.stride})[0]"
        lines += ["", f"output = {call}"]
    elif scene.kernels is not None:
        lines += _kernels(scene.kernels, sliding)
        lines += ["", *_convolution(sliding, len(scene.image))]
        if sliding.bias:
            lines.append(f"output = output + {sliding.bias!r}  # the bias")
    if sliding.relu:
        lines.append("output = output.relu()")
    return "\n".join([*lines, "print(output)", ""])


def _kernels(kernels: Numbers, sliding: Sliding) -> list[str]:
    shape = "channels × 1" if sliding.depthwise else "filters × channels"
    lines = [
        f"# {shape} × height × width",
        f"kernels = torch.tensor({_table(kernels)}, dtype=torch.float64)",
    ]
    if sliding.turned:
        lines.append("kernels = kernels.flip(2, 3)  # turned by 180°")
    return lines


def _convolution(sliding: Sliding, channels: int) -> list[str]:
    options = [f"stride={sliding.stride}"] if sliding.stride > 1 else []
    if sliding.dilation > 1:
        options.append(f"dilation={sliding.dilation}")
    if sliding.depthwise:
        options.append(f"groups={channels}")
    if sliding.op == "transposed":
        cut = sliding.amount if sliding.padding == "amount" else 0
        weights = "kernels" if sliding.depthwise else "kernels.transpose(0, 1)"
        wants = [] if sliding.depthwise else ["# conv_transpose2d wants channels × filters."]
        arguments = ", ".join(["image[None]", weights, *options, f"padding={cut}"])
        return [*wants, f"output = F.conv_transpose2d({arguments})[0]"]

    before, after = sliding.margins()
    padded = []
    if sliding.padding == "same" and sliding.border == "zeros":
        options.append('padding="same"')
    elif sliding.border == "zeros" and before == after:
        options += [f"padding={before}"] if before else []
    else:
        mode = "constant" if sliding.border == "zeros" else sliding.border
        around = f"({before}, {after}, {before}, {after})"
        padded.append(f'image = F.pad(image[None], {around}, mode="{mode}")[0]')
    arguments = ", ".join(["image[None]", "kernels", *options])
    note = "# conv2d does not turn the kernel round: it computes cross-correlation."
    return [*padded, note, f"output = F.conv2d({arguments})[0]"]


def _table(numbers: Numbers, indent: str = "") -> str:
    """Nested lists, a row to a line."""
    deeper = indent + "    "
    if numbers.ndim == 1:
        return f"[{', '.join(_number(value) for value in numbers)}]"
    inner = ",\n".join(f"{deeper}{_table(part, deeper)}" for part in numbers)
    return f"[\n{inner},\n{indent}]"


def _number(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else repr(float(value))

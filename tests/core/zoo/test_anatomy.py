"""Every network of the zoo against torchvision's published counts and the papers' own numbers."""

from __future__ import annotations

import pytest
import torch

from dlviz.core.zoo.anatomy import WHOLE, Fork, Op, ops
from dlviz.core.zoo.trace import anatomy
from dlviz.io.zoo import ZOO, anatomy_of

PUBLISHED = [name for name, net in ZOO.items() if net.weights]


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameters_and_multiply_adds_are_torchvisions(name):
    found, meta = anatomy_of(name), ZOO[name].weights.meta
    assert found.parameters == meta["num_params"]
    assert found.multiply_adds / 1e9 == pytest.approx(meta["_ops"], abs=5.1e-4)


@pytest.mark.parametrize("name", ZOO)
def test_no_number_to_learn_is_lost_or_counted_twice(name):
    with torch.device("meta"):
        module = ZOO[name].build()
    assert anatomy_of(name).parameters == sum(p.numel() for p in module.parameters())
    assert anatomy_of(name).stations[-1].shape == ((10,) if name == "lenet5" else (1000,))


def test_the_classics_have_the_numbers_of_their_papers():
    """LeNet-5 layer by layer by hand; ZFNet's maps as its figure 3 writes them."""
    assert anatomy_of("lenet5").parameters == 156 + 2416 + 48_120 + 10_164 + 850 == 61_706
    maps = [station.shape for station in anatomy_of("zfnet").stations if len(station.shape) == 3]
    assert [shape[1] for shape in maps] == [110, 55, 26, 13, 13, 13, 13, 6]
    assert [shape[0] for shape in maps] == [96, 96, 256, 256, 384, 384, 256, 256]
    assert anatomy_of("zfnet").parameters == 62_357_608


def test_depth_is_what_the_names_and_papers_say():
    found = {name: anatomy_of(name).depth for name in ZOO}
    assert found["lenet5"] == 5
    assert (found["alexnet"], found["zfnet"]) == (8, 8)
    assert (found["vgg16"], found["googlenet"]) == (16, 22)
    assert (found["resnet18"], found["resnet50"]) == (18, 50)


def test_receptive_fields_are_those_of_the_literature():
    """Araujo et al. (2019): AlexNet 195, VGG16 212 at their last pools; others by hand below."""
    last_pool = {
        name: [s.sight for s in anatomy_of(name).stations if s.kind == "pool" and s.sight < WHOLE]
        for name in ("alexnet", "vgg16")
    }
    assert max(last_pool["alexnet"]) == 195
    assert max(last_pool["vgg16"]) == 212
    assert anatomy_of("resnet18").sight == 435
    assert anatomy_of("mobilenet_v2").sight == 491


def by_hand(kernels):
    """Kernel and stride of a chain → the side of the last receptive field."""
    side, jump = 1, 1
    for kernel, stride in kernels:
        side, jump = side + (kernel - 1) * jump, jump * stride
    return side


def test_resnets_fields_follow_from_their_kernels():
    basic = [(7, 2), (3, 2)] + [(3, 1)] * 4 + ([(3, 2)] + [(3, 1)] * 3) * 3
    assert anatomy_of("resnet18").sight == by_hand(basic)
    counts = (3, 4, 6, 3)
    deep = [(7, 2), (3, 2)]
    for stage, count in enumerate(counts):
        deep += [(3, 2 if stage else 1)] + [(3, 1)] * (count - 1)
    assert anatomy_of("resnet50").sight == by_hand(deep) == 427


def test_branches_are_found():
    block = next(s for s in anatomy_of("googlenet").stations if s.kind == "inception")
    (fork,) = block.items
    assert isinstance(fork, Fork)
    assert fork.join.title == "pile up"
    assert [[op.title for op in branch] for branch in fork.branches] == [
        ["1×1 conv"],
        ["1×1 conv", "3×3 conv"],
        ["1×1 conv", "3×3 conv"],  # 5×5 in the paper; torchvision's says why
        ["3×3 max pool", "1×1 conv"],
    ]
    assert block.shape == (256, 28, 28)
    first, changed = [s for s in anatomy_of("resnet18").stations if s.kind == "residual"][1:3]
    assert [len(branch) for branch in first.items[0].branches] == [2, 0]
    assert [len(branch) for branch in changed.items[0].branches] == [2, 1]
    assert first.items[0].join.title == "+"
    assert "ReLU" in first.items[0].join.extras


def test_weighing_channels_is_a_product_inside_a_block():
    block = [s for s in anatomy_of("efficientnet_b0").stations if s.kind == "residual"][1]
    product = next(item for item in block.items if isinstance(item, Fork))
    assert product.join.title == "×" or any(
        isinstance(item, Fork) and item.join.title == "×"
        for branch in product.branches
        for item in branch
    )


def test_what_has_no_chain_is_refused():
    class Odd(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two = torch.nn.Conv2d(3, 4, 1), torch.nn.Conv2d(3, 4, 1)

        def forward(self, x):
            return self.one(x) + self.two(x)

    with pytest.raises(ValueError, match="no chain"):
        anatomy(Odd(), (3, 8, 8))


def test_costs_by_scale_add_up():
    for name in ("vgg16", "resnet50"):
        found = anatomy_of(name)
        scales = found.at_scale()
        assert sum(parameters for parameters, _ in scales.values()) == found.parameters
        assert sum(adds for _, adds in scales.values()) == found.multiply_adds
    assert anatomy_of("vgg16").at_scale()[-1][0] == 102_764_544 + 16_781_312 + 4_097_000
    assert all(isinstance(op, Op) for s in anatomy_of("vgg16").stations for op in ops(s.items))

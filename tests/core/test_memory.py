"""The memory estimate against what torch really keeps during one training step."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from dlviz.core.layers import build, plan
from dlviz.core.memory import EVALUATION_SLICE, LIMIT, require_memory, training_bytes
from dlviz.core.specs import LayerSpec, NetSpec, SpecError, layer, small_cnn

END = (layer("flatten"), layer("dense"))


def conv(channels: int, **options: int) -> LayerSpec:
    return layer("conv", channels=channels, padding=1, **options)


NETS = {
    "small": (small_cnn(), (1, 28, 28)),
    "wide": (NetSpec((conv(32), layer("relu"), conv(32), layer("relu"), *END)), (3, 32, 32)),
    "dense": (
        NetSpec((layer("flatten"), layer("dense", units=512), layer("relu"), layer("dense"))),
        (3, 32, 32),
    ),
    "residual": (
        NetSpec(
            (
                layer("residual", channels=16),
                layer("residual", channels=16),
                layer("residual", channels=32, stride=2),
                layer("global_average"),
                layer("dense"),
            )
        ),
        (3, 32, 32),
    ),
    "norms": (
        NetSpec((conv(16), layer("batch_norm"), layer("gelu"), layer("avg_pool"), *END)),
        (1, 28, 28),
    ),
    "dropout": (NetSpec((conv(16), layer("dropout"), layer("max_pool"), *END)), (1, 28, 28)),
}


def bytes_kept(net: NetSpec, shape: tuple[int, ...], batch: int) -> int:
    """Weights, gradients and Adam's moments, and every tensor autograd saves, counted once."""
    module, _ = build(net, shape, 10, torch.Generator().manual_seed(0))
    saved: dict[int, int] = {}

    def note(value: torch.Tensor) -> torch.Tensor:
        storage = value.untyped_storage()
        saved[storage.data_ptr()] = storage.nbytes()
        return value

    optimiser = torch.optim.Adam(module.parameters())
    with torch.autograd.graph.saved_tensors_hooks(note, lambda value: value):
        loss = F.cross_entropy(module(torch.zeros(batch, *shape)), torch.zeros(batch).long())
    weights = {value.data_ptr(): value.nbytes for value in module.parameters()}
    loss.backward()
    optimiser.step()
    state = [value for entry in optimiser.state.values() for value in entry.values()]
    grads = sum(value.grad.nbytes for value in module.parameters() if value.grad is not None)
    return sum({**saved, **weights}.values()) + grads + sum(value.nbytes for value in state)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("batch", [16, 256])
def test_the_estimate_covers_what_torch_keeps_without_wild_excess(name: str, batch: int) -> None:
    net, shape = NETS[name]
    estimate = training_bytes(plan(net, shape, 10), batch)
    kept = bytes_kept(net, shape, batch)
    assert kept <= estimate <= 16 * kept


def test_a_larger_batch_needs_more() -> None:
    rows = plan(small_cnn(), (1, 28, 28), 10)
    sizes = [training_bytes(rows, batch) for batch in (1, 64, 1024)]
    assert sizes == sorted(set(sizes))


def test_the_default_fits_and_a_monster_is_refused_by_naming_the_limit() -> None:
    require_memory(plan(small_cnn(), (1, 28, 28), 10), 64)
    rows = plan(NetSpec((conv(512), layer("relu"), layer("max_pool"), *END)), (3, 64, 64), 2)
    with pytest.raises(SpecError) as refused:
        require_memory(rows, 1024)
    sentence = str(refused.value)
    assert f"{LIMIT // 2**30} GB" in sentence
    assert sentence.endswith(".")


def test_the_held_out_evaluation_counts_too() -> None:
    """A batch of one is small, but a slice of the evaluation is not: nothing else is refused."""
    wide = [conv(512), layer("relu"), layer("max_pool", size=16), *END]
    rows = plan(NetSpec(tuple(wide)), (3, 64, 64), 2)
    before_and_after_relu = 2 * 4 * EVALUATION_SLICE * 512 * 64 * 64
    assert before_and_after_relu > LIMIT
    with pytest.raises(SpecError):
        require_memory(rows, 1)

"""Figure 8: Δ against a naive double loop, the rule for 0, and what it says of creatures."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from dlviz.core.correspondence import (
    ROUNDING,
    correspondence,
    covered,
    coverings,
    random_boxes,
    same_place,
    signs_of,
    spread_of,
    stream,
)


def pictures(count=3):
    return torch.rand(count, 3, 12, 10, generator=torch.Generator().manual_seed(1))


def net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)).eval()


def naive(signs):
    """The paper's sum over i ≠ j of Hamming distances, normalised by pairs and dimension."""
    count, size = signs.shape
    total = 0
    for i in range(count):
        for j in range(count):
            if i != j:
                total += sum(int(signs[i][k] != signs[j][k]) for k in range(size))
    return total / (count * (count - 1)) / size


def test_delta_is_a_naive_double_loop():
    signs = torch.randint(-1, 2, (5, 17), generator=torch.Generator().manual_seed(2))
    found = spread_of([signs.to(torch.int8)])
    assert found.mean == pytest.approx(naive(signs.numpy()), abs=1e-6)
    by_pair = [
        np.mean(signs[i].numpy() != signs[j].numpy()) for i in range(5) for j in range(i + 1, 5)
    ]
    assert found.deviation == pytest.approx(np.std(by_pair, ddof=1), abs=1e-6)
    assert found.pairs == 10
    assert found.zeros == pytest.approx(float((signs == 0).float().mean()))
    neither = [
        np.mean((a != b)[(a != 0) & (b != 0)])
        for i in range(5)
        for j in range(i + 1, 5)
        for a, b in [(signs[i].numpy(), signs[j].numpy())]
    ]
    assert found.without_zeros == pytest.approx(np.mean(neither), abs=1e-6)


def test_zero_agrees_with_zero_and_with_nothing_else():
    signs = torch.tensor([[0, 0, 1, -1, 1], [0, 1, 1, 0, -1]], dtype=torch.int8)
    found = spread_of([signs])
    assert found.mean == pytest.approx(3 / 5)  # 0 against 1, −1 against 0, 1 against −1
    assert found.without_zeros == pytest.approx(1 / 2)
    assert (found.pairs, found.deviation) == (1, 0)
    assert spread_of([torch.zeros(2, 4, dtype=torch.int8)]).mean == 0


def test_the_order_of_pictures_and_of_features_does_not_matter():
    signs = torch.randint(-1, 2, (4, 30), generator=torch.Generator().manual_seed(3))
    other = signs[[2, 0, 3, 1]][:, torch.randperm(30)]
    first, second = spread_of([signs]), spread_of([other])
    assert first.mean == pytest.approx(second.mean)
    assert first.deviation == pytest.approx(second.deviation)


def test_several_draws_are_pooled_pair_by_pair():
    groups = list(torch.randint(-1, 2, (3, 4, 9), generator=torch.Generator().manual_seed(4)))
    found = spread_of(groups)
    assert found.pairs == 18
    assert found.mean == pytest.approx(np.mean([naive(group.numpy()) for group in groups]))


def test_rounding_is_no_sign():
    before = torch.tensor([[1.0, 0.5, 0.25, 0.0]])
    after = before - torch.tensor([[0.5 * ROUNDING, -0.5 * ROUNDING, 0.1, -0.1]])
    assert signs_of(before, after).tolist() == [[0, 0, 1, -1]]


def test_a_box_is_covered_and_nothing_else():
    images = pictures(2)
    found = covered(images, [(1, 2, 4, 7), (0, 0, 10, 12)])
    assert (found[0, :, 2:7, 1:4] == 0.5).all()
    assert int((found[0] != images[0]).sum()) == 3 * 5 * 3
    assert (found[1] == 0.5).all()
    for bad in ((3, 3, 3, 5), (-1, 0, 2, 2), (0, 0, 11, 2), (5, 5, 4, 8)):
        with pytest.raises(ValueError, match="inside the picture of 10×12"):
            covered(images, [bad, (0, 0, 1, 1)])


def test_random_boxes_keep_their_sizes_and_reach_every_place():
    generator = torch.Generator().manual_seed(0)
    seen = set()
    for _ in range(600):
        ((x0, y0, x1, y1),) = random_boxes([(0, 0, 8, 9)], 12, 10, generator)
        assert (x1 - x0, y1 - y0) == (8, 9)
        assert x1 <= 10
        assert y1 <= 12
        seen.add((x0, y0))
    assert len(seen) == 12  # 3 columns, 4 rows


def test_one_place_is_the_same_in_all_pictures():
    generator = torch.Generator().manual_seed(0)
    seen = set()
    for _ in range(600):
        first, second, whole = same_place(
            [(1, 1, 9, 10), (0, 0, 8, 9), (0, 0, 10, 12)], 12, 10, generator
        )
        assert first == second
        assert whole == (0, 0, 10, 12)
        assert (first[2] - first[0], first[3] - first[1]) == (8, 9)
        seen.add(first[:2])
    assert len(seen) == 12


def test_it_all_by_hand():
    model, images = net(), pictures()
    boxes = [(1, 1, 4, 5), (2, 6, 6, 9), (0, 0, 3, 3)]
    found = correspondence(model, images, {"eye": boxes}, ["1", "2"], draws=2, seed=7)
    generator = torch.Generator().manual_seed(7000)
    draws = [random_boxes(boxes, 12, 10, generator) for _ in range(2)]
    draws += [same_place(boxes, 12, 10, generator) for _ in range(2)]
    for layer, depth in (("1", 2), ("2", 3)):
        with torch.no_grad():
            groups = []
            for places in (boxes, *draws):
                hidden = images.clone()
                for one, (x0, y0, x1, y1) in zip(hidden, places, strict=True):
                    one[:, y0:y1, x0:x1] = 0.5
                gap = (model[:depth](images) - model[:depth](hidden)).flatten(1)
                groups.append(torch.sign(gap * (gap.abs() > 1e-5)).numpy())
        assert found["eye"][layer].part.mean == pytest.approx(naive(groups[0]), abs=1e-6)
        wanted = np.mean([naive(group) for group in groups[1:3]])
        assert found["eye"][layer].random.mean == pytest.approx(wanted, abs=1e-6)
        wanted = np.mean([naive(group) for group in groups[3:]])
        assert found["eye"][layer].place.mean == pytest.approx(wanted, abs=1e-6)


def test_a_part_does_not_hang_on_what_else_is_asked_later_and_a_seed_says_all():
    model, images = net(), pictures()
    eye, ear = [(1, 1, 4, 4)] * 3, [(2, 2, 8, 8)] * 3
    alone = correspondence(model, images, {"eye": eye}, ["2"])
    both = correspondence(model, images, {"eye": eye, "ear": ear}, ["2"])
    assert alone["eye"] == both["eye"]
    other = correspondence(model, images, {"eye": eye}, ["2"], seed=1)
    assert other["eye"]["2"].part == alone["eye"]["2"].part
    assert other["eye"]["2"].random != alone["eye"]["2"].random
    parts = list(stream(model, images, {"eye": eye, "ear": ear}, ["2"]))
    assert [done for done, _ in parts] == [21, 42] == [coverings(1), coverings(2)]


def test_of_large_pictures_few_are_covered_at_a_time():
    images = torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(5))
    boxes = {"eye": [(1, 1, 30, 30)] * 2}
    steps = [(done, len(found)) for done, found in stream(net(), images, boxes, ["2"], draws=10)]
    assert steps == [(7, 0), (14, 0), (21, 1)]


def test_what_makes_no_sense_is_refused_in_a_sentence():
    model, images = net(), pictures()
    for some, count in ((images[:1], 1), (pictures(6), 6)):
        with pytest.raises(ValueError, match="From 2 to 5 pictures"):
            correspondence(model, some, {"eye": [(0, 0, 2, 2)] * count}, ["1"])
    with pytest.raises(ValueError, match="One box for each picture"):
        correspondence(model, images, {"eye": [(0, 0, 2, 2)]}, ["1"])
    with torch.no_grad():
        model[0].weight[:] = float("inf")
    with pytest.raises(ValueError, match="not finite"):
        correspondence(model, images, {"eye": [(0, 0, 2, 2)] * 3}, ["1"])

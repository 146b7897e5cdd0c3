"""The table of published figures against torchvision's own metadata; the front by brute force."""

from __future__ import annotations

from operator import attrgetter

import pytest
from torchvision.models import get_model_weights

from dlviz.core.zoo.published import DRAWN, PRICED, ZOO_FAMILIES, PricedNet, cheapest, front
from dlviz.io.zoo import ZOO


@pytest.mark.parametrize("name", PRICED)
def test_every_row_is_what_torchvision_publishes(name: str) -> None:
    net, weights = PRICED[name], get_model_weights(name)
    found = weights["IMAGENET1K_V1"]
    assert net.parameters == found.meta["num_params"]
    assert net.billions == found.meta["_ops"]
    assert net.first == found.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    assert net.side == found.transforms.keywords["crop_size"]
    if net.again is None:
        assert "IMAGENET1K_V2" not in weights.__members__
    else:
        later = weights["IMAGENET1K_V2"].meta
        assert net.again == later["_metrics"]["ImageNet-1K"]["acc@1"]
        # One point of the chart stands for both: the same network, the same cost.
        assert (later["num_params"], later["_ops"]) == (net.parameters, net.billions)
    assert 2012 <= net.year <= 2022
    assert net.family in ZOO_FAMILIES


@pytest.mark.parametrize("cost", ["billions", "millions"])
@pytest.mark.parametrize("later", [False, True])
def test_the_front_is_what_nothing_beats(cost: str, later: bool) -> None:
    price = attrgetter(cost)

    def beaten(net: PricedNet) -> bool:
        return any(
            price(other) <= price(net)
            and other.accuracy(later=later) >= net.accuracy(later=later)
            and other != net
            for other in PRICED.values()
        )

    found = front(PRICED.values(), price, later=later)
    assert {net.name for net in found} == {n.name for n in PRICED.values() if not beaten(n)}
    assert [price(net) for net in found] == sorted(price(net) for net in found)
    for net in found:
        least = net.accuracy(later=later)
        assert cheapest(PRICED.values(), price, least, later=later) == net


def test_equally_cheap_or_equally_right_is_no_step_of_the_front() -> None:
    nets = [
        PricedNet("a", "A", "chain", 2014, 1, 1.0, 50.0),
        PricedNet("b", "B", "chain", 2014, 1, 1.0, 60.0),
        PricedNet("c", "C", "chain", 2014, 1, 2.0, 60.0),
        PricedNet("d", "D", "chain", 2014, 1, 3.0, 61.0, again=40.0),
    ]
    price = attrgetter("billions")
    assert [net.name for net in front(nets, price, later=False)] == ["b", "d"]
    assert [net.name for net in front(nets, price, later=True)] == ["b"]
    with pytest.raises(ValueError, match="None of these"):
        cheapest(nets, price, 99.0, later=False)


def test_what_can_be_looked_at_is_the_zoos() -> None:
    assert set(DRAWN) == set(ZOO) & set(PRICED)
    assert {ZOO[name].year for name in DRAWN} <= {net.year for net in PRICED.values()}
    assert all(ZOO[name].year == PRICED[name].year for name in DRAWN)

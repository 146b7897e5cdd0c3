"""Attacks on another device, what they refuse, and the sweep over ε."""

from __future__ import annotations

import pytest
import torch

from dlviz.core.attacks import ATTACKS, fgsm, fgsm_answers, fgsm_sweep
from tests.core.attack_nets import EPS, cnn, mlp, pictures

SIZES = {"linf": EPS, "l2": 0.5}


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("where", ["cpu", "cuda"])
def test_the_model_may_live_on_another_device(name, where) -> None:
    model = cnn().double()
    images, labels = pictures(model)
    expected = ATTACKS[name].run(model, images, labels, SIZES[ATTACKS[name].norm])
    mask = torch.ones(12, 12)
    found = ATTACKS[name].run(
        model.to("cuda"), images.to(where), labels, SIZES[ATTACKS[name].norm], mask=mask
    )
    assert found.device.type == where
    torch.testing.assert_close(found.cpu(), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"images": float("nan")}, r"in \[0, 1\]"),
        ({"images": 1.5}, r"in \[0, 1\]"),
        ({"mask": torch.ones(5, 5)}, "mask must fit images of 3×3×12×12"),
        ({"mask": torch.ones(1, 3, 3, 12, 12)}, "mask must fit"),
        ({"mask": [1, 0]}, "mask must be a tensor"),
        ({"colour": 3}, "no setting 'colour'"),
    ],
)
@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_refuses_before_the_first_step(name, change, words) -> None:
    model = mlp()
    images, labels = pictures(model)
    options = dict(change)
    images[1, 2, 3, 4] = options.pop("images", 0.5)
    with pytest.raises(ValueError, match=words) as caught:
        ATTACKS[name].path(model, images, labels, EPS, **options)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("name", ATTACKS)
def test_settings_have_limits_that_a_refusal_names(name) -> None:
    model, attack = mlp(), ATTACKS[name]
    images, labels = pictures(model)
    for key, setting in attack.settings.items():
        assert setting.low <= setting.default <= setting.high
        assert setting.title
        assert setting.what.endswith(".")
        for bad in (setting.high + 1, setting.low - 1, "1", True, None, float("nan")):
            with pytest.raises(ValueError, match=f"from {setting.low} to {setting.high}"):
                attack.path(model, images, labels, EPS, **{key: bad})
        attack.path(model, images, labels, EPS, **{key: setting.low})
    if not attack.can_target:
        with pytest.raises(ValueError, match="cannot be aimed"):
            attack.path(model, images, labels, EPS, targeted=True)
    if attack.has_eps:
        with pytest.raises(ValueError, match="eps must be"):
            attack.path(model, images, labels)


def test_a_sweep_is_fgsm_for_every_epsilon_with_one_gradient() -> None:
    model = cnn()
    images, labels = pictures(model, 5)
    epsilons = [0.0, 1 / 255, EPS, 0.3]
    seen: list[bool] = []
    model.register_forward_hook(lambda *_: seen.append(torch.is_grad_enabled()))
    right = fgsm_sweep(model, images, labels, epsilons, batch=5)
    assert seen == [True, False, False, False, False]
    for row, eps in zip(right, epsilons, strict=True):
        found = fgsm(model, images, labels, eps)
        assert torch.equal(row, model(found).argmax(dim=1) == labels)
    parts = list(fgsm_answers(model, images, labels, epsilons, batch=2))
    assert [part.shape for part in parts] == [(4, 2), (4, 2), (4, 1)]
    assert torch.equal(torch.cat(parts, dim=1) == labels, right)


@pytest.mark.parametrize(
    ("epsilons", "batch", "words"),
    [([], 5, "at least one eps"), ([0.1, -1], 5, "eps must be"), ([0.1], 0, "images in a batch")],
)
def test_a_sweep_refuses(epsilons, batch, words) -> None:
    model = mlp()
    with pytest.raises(ValueError, match=words):
        fgsm_sweep(model, *pictures(model), epsilons, batch=batch)

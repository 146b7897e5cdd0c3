"""The loop's part of a PyTorch script: augmentation, attacks, schedule, scores, the steps."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from dlviz.core import augment, hardening, schedules
from dlviz.core.augment import is_empty
from dlviz.core.memory import EVALUATION_SLICE
from dlviz.core.specs import AugmentSpec, RunSpec, TrainSpec
from dlviz.core.training import AUGMENT_SEEDS, EVALUATIONS_PER_EPOCH

_RATES = {
    "warm_up": f"""\
    \"\"\"From {schedules.WARM_UP_START} up to 1, then flat.\"\"\"
    rise = max(1, round({schedules.WARM_UP_SHARE} * total))
    return min(1.0, {schedules.WARM_UP_START} + {1 - schedules.WARM_UP_START} * (done / rise))""",
    "step": f"""\
    \"\"\"1, then {schedules.STEP_FACTOR}, then that squared.\"\"\"
    drops = sum(done >= max(1, round(share * total)) for share in {schedules.STEP_SHARES})
    return {schedules.STEP_FACTOR}**drops""",
    "cosine": """\
    \"\"\"Half a cosine from 1 down to 0.\"\"\"
    return (1 + math.cos(math.pi * done / total)) / 2""",
    "one_cycle": f"""\
    \"\"\"Half a cosine up to 1, another one down to almost 0.\"\"\"
    top = {schedules.CYCLE_RISE} * total - 1
    start, end, part = {schedules.CYCLE_START!r}, 1.0, done / top if top > 0 else 0.0
    if top <= 0 or done > top:
        top = max(top, 0.0)
        start, end, part = 1.0, {schedules.CYCLE_END!r}, (done - top) / max(total - 1 - top, 1)
    return end + (start - end) * (1 + math.cos(math.pi * part)) / 2""",
}


def augment_code(train: TrainSpec, shape: tuple[int, int, int]) -> list[str]:
    """The generator, the functions that change pictures, and what draws for them; [] if none."""
    spec = train.augment
    if is_empty(spec):
        return []
    used: list[Callable[..., Any]] = [
        *([augment.flip] if spec.flip else []),
        *([augment.turn] if spec.rotate or spec.scale else []),
        *([augment.shift] if spec.shift else []),
        *([augment.contrast] if spec.contrast else []),
        *([augment.erase] if spec.erase else []),
        *([augment._per_picture] if spec.flip or spec.contrast else []),
    ]
    return [
        f"# A stream of its own: no other run begins with the numbers that augment this one.\n"
        f"augmenting = torch.Generator().manual_seed({train.seed + AUGMENT_SEEDS})",
        *(inspect.getsource(each).strip() for each in used),
        *_either_way(spec),
        _augment(spec, shape),
    ]


def _either_way(spec: AugmentSpec) -> list[str]:
    if not (spec.rotate or spec.scale or spec.contrast):
        return []
    lines = (
        "def either_way(limit, count):",
        '    """One number per picture, from −limit to limit."""',
        "    return (2 * torch.rand(count, generator=augmenting) - 1) * limit",
    )
    return ["\n".join(lines)]


def _augment(spec: AugmentSpec, shape: tuple[int, int, int]) -> str:
    _, height, width = shape
    side = max(1, round(spec.erase * min(height, width)))
    lines = [
        "def augment(images):",
        '    """Every picture, in [0, 1], changed at random, anew each time it is seen."""',
        "    count = len(images)",
    ]
    if spec.flip:
        lines.append("    images = flip(images, torch.rand(count, generator=augmenting) < 0.5)")
    if spec.rotate or spec.scale:
        drawn = f"either_way({spec.rotate!r}, count), 1 + either_way({spec.scale!r}, count)"
        lines.append(f"    images = turn(images, {drawn})")
    if spec.shift:
        lines += _drawn("down", -spec.shift, spec.shift) + _drawn("right", -spec.shift, spec.shift)
        lines.append("    images = shift(images, down, right)")
    if spec.contrast:
        lines.append(f"    images = contrast(images, 1 + either_way({spec.contrast!r}, count))")
    if spec.noise:
        lines.append("    noise = torch.randn(images.shape, generator=augmenting)")
        lines.append(f"    images = (images + {spec.noise!r} * noise).clamp(0, 1)")
    if spec.erase:
        lines += _drawn("top", 0, height - side) + _drawn("left", 0, width - side)
        lines.append(f"    images = erase(images, top, left, {side})")
    return "\n".join([*lines, "    return images"])


def _drawn(name: str, low: int, high: int) -> list[str]:
    """One whole number per picture."""
    return [f"    {name} = torch.randint({low}, {high + 1}, (count,), generator=augmenting)"]


def hardening_code(train: TrainSpec) -> list[str]:
    """What replaces a batch's pictures by adversarial ones; [] where nothing does."""
    spec = train.adversarial
    if spec.attack == "off":
        return []
    drawn = spec.attack == "pgd"
    step = f"{hardening.REACH} * eps / {spec.steps}" if drawn else "eps"
    start = "random_start(images, eps, attacking)" if drawn else "images"
    seed = (
        f"# Random starts have a stream of their own.\n"
        f"attacking = torch.Generator().manual_seed({train.seed + hardening.ATTACK_SEEDS})"
    )
    return [
        *([seed, inspect.getsource(hardening.random_start).strip()] if drawn else []),
        inspect.getsource(hardening.climb).strip(),
        f"""\
def worst(images, labels):
    \"\"\"The same pictures as they are worst for the net as it is now, up to ε a pixel.\"\"\"
    net.eval()  # running averages stay as they are, nothing is dropped
    eps = {spec.eps} / {hardening.LEVELS}
    start = {start}
    sizes = dict(eps=eps, step={step}, steps={spec.steps if drawn else 1})
    images = climb(lambda x: net(prepared(x)), images, start, labels, **sizes)
    net.train()
    return images""",
    ]


def schedule_code(spec: RunSpec) -> list[str]:
    """What the rate is multiplied by; [] where it is constant."""
    rule = _RATES.get(spec.train.schedule)
    return [f"def factor(done, total):\n{rule}"] if rule else []


def judge_code() -> str:
    """Normalisation, and the held-out scores in the slices that a run takes them in."""
    return f'''\
def prepared(images):
    """Pictures in [0, 1] → mean 0 and deviation 1 over the training pictures."""
    return (images - mean) / std


@torch.no_grad()
def judge(step):
    """Mean loss on the held-out pictures, which are never trained on."""
    net.eval()
    loss, right = 0.0, 0
    size = {EVALUATION_SLICE}
    for pixels, labels in zip(data.test_pixels.split(size), data.test_labels.split(size)):
        logits = net(prepared(pixels / 255))
        loss += F.cross_entropy(logits, labels, reduction="sum").item()
        right += (logits.argmax(dim=1) == labels).sum().item()
    net.train()
    loss, accuracy = loss / len(data.test_labels), right / len(data.test_labels)
    print(f"step {{step}}: held-out loss {{loss}}, accuracy {{accuracy}}")
    return loss'''


def loop_code(spec: RunSpec) -> list[str]:
    """Batches, and the loop over them."""
    train = spec.train
    moves = bool(spec.interventions) or train.schedule != "constant"
    batches = f'''\
def batches():
    """Every epoch all pictures, in a new order."""
    order = torch.Generator().manual_seed({train.seed + 1})
    size = {train.batch_size}
    for _ in range({train.epochs}):
        yield from torch.randperm(len(data.train_labels), generator=order).split(size)'''
    setting = [
        f"per_epoch = math.ceil(len(data.train_labels) / {train.batch_size})",
        f"total = {train.epochs} * per_epoch",
        f"every = max(1, per_epoch // {EVALUATIONS_PER_EPOCH})  # steps between held-out scores",
        *([f"base = {train.learning_rate!r}"] if moves else []),
        *_hand(spec),
        *_waiting(train),
    ]
    images = "data.train_pixels[batch] / 255"
    images = images if is_empty(train.augment) else f"augment({images})"
    steps = [
        "for done, batch in enumerate(batches()):  # done: the steps before this one",
        *(_rate(spec) if moves else []),
        f"    images, labels = {images}, data.train_labels[batch]",
        *(["    images = worst(images, labels)"] if train.adversarial.attack != "off" else []),
        "    loss = F.cross_entropy(net(prepared(images)), labels)",
        "    optimiser.zero_grad()",
        "    loss.backward()",
        "    optimiser.step()",
        *([f"    limit_filters(net, {train.filter_rms!r})"] if train.filter_rms else []),
        "    step = done + 1",
        "    if not loss.isfinite():",
        '        raise SystemExit(f"Step {step}: the loss is no number: the rate is too high.")',
        '    print(f"step {step}: loss {loss.item()}")',
        *_looking(train),
        "",
        "judge(step)",
    ]
    return [batches, "\n".join(setting), "\n".join(steps)]


def _hand(spec: RunSpec) -> list[str]:
    """The table of the changes that were made by hand; of several at one step the last counts."""
    changes = {item.step: item.value for item in spec.interventions}
    if not changes:
        return []
    rows = [f"    {step}: {value!r}," for step, value in changes.items()]
    about = (
        "# Changed by hand while it ran: from the update after this step on, this learning rate."
    )
    return [about, "by_hand = {", *rows, "}"]


def _rate(spec: RunSpec) -> list[str]:
    lines = ["    base = by_hand.get(done, base)"] if spec.interventions else []
    rate = "base" if spec.train.schedule == "constant" else "base * factor(done, total)"
    return [*lines, "    for group in optimiser.param_groups:", f'        group["lr"] = {rate}']


def _waiting(train: TrainSpec) -> list[str]:
    if not train.patience:
        return ["judge(0)"]
    return [
        f"patience = {train.patience} * per_epoch  # steps to wait for a lower held-out loss",
        "# dlviz judges a copy of the net slice by slice beside the training: it knows this later.",
        f"later = min(every, math.ceil(len(data.test_labels) / {EVALUATION_SLICE}))",
        "lowest, best, stop = judge(0), 0, total",
    ]


def _looking(train: TrainSpec) -> list[str]:
    if not train.patience:
        return ["    if step % every == 0 and step < total:", "        judge(step)"]
    return [
        "    if step == stop:",
        "        break",
        "    if step % every == 0:",
        "        found = judge(step)",
        "        if found < lowest:",
        "            lowest, best = found, step",
        "        elif step - best >= patience:",
        "            stop = min(stop, step + later)",
    ]

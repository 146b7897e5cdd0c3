"""Attacks against Foolbox's and torchattacks': the same network, pictures, labels and numbers.

    .venv/bin/python -m tests.benchmarks.attacks [rounds]

On one thread, in batches of 100 for all three: FGSM and PGD (10 steps, from the picture itself)
for 200 held-out clothes and 40 creatures; the adversarial pictures of ten ε for 1000 clothes; and
the same with the network's answer to each of those 10 000 pictures, as accuracy over ε is made.
Each round runs all in turn; printed are medians of processor seconds and how many times as long
each peer takes. The accuracies must be the same for all three and every ε.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable

import torch
from torch import Tensor

from dlviz.core.attacks import apply, fgsm, fgsm_direction, fgsm_sweep, pgd
from dlviz.core.classifier import Classifier
from dlviz.core.data import to_unit
from dlviz.io.datasets import held_out
from dlviz.io.models import load_model

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # both libraries use names that SciPy and Python retire
    import foolbox
    import torchattacks

BATCH = 100
EPS, STEP, STEPS = 8 / 255, 2 / 255, 10
EPSILONS = [step / 255 for step in range(1, 11)]
SLOWEST, LEAST_SWEEP = 1.05, 8.0
Attack = Callable[[Tensor, Tensor], Tensor]
Jobs = dict[str, Callable[[], object]]
Batches = list[tuple[Tensor, Tensor]]


def batches(model: Classifier, count: int) -> Batches:
    pixels, labels = held_out(model.data)
    return list(zip(to_unit(pixels[:count]).split(BATCH), labels[:count].split(BATCH), strict=True))


def every(attack: Attack, work: Batches) -> Callable[[], object]:
    return lambda: [attack(images, labels) for images, labels in work]


def in_foolbox(model: Classifier, attack: foolbox.attacks.base.Attack, eps: float) -> Attack:
    judged = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")

    def run(images: Tensor, labels: Tensor) -> Tensor:
        return attack.run(judged, images, foolbox.criteria.Misclassification(labels), epsilon=eps)

    return run


def one_step(model: Classifier, work: Batches) -> Jobs:
    fast = foolbox.attacks.LinfFastGradientAttack()
    return {
        "dlviz": every(lambda images, labels: fgsm(model, images, labels, EPS), work),
        "Foolbox": every(in_foolbox(model, fast, EPS), work),
        "torchattacks": every(torchattacks.FGSM(model, eps=EPS), work),
    }


def ten_steps(model: Classifier, work: Batches) -> Jobs:
    options = {"step": STEP, "steps": STEPS, "random_start": False}
    theirs = foolbox.attacks.LinfProjectedGradientDescentAttack(
        abs_stepsize=STEP, steps=STEPS, random_start=False
    )
    other = torchattacks.PGD(model, eps=EPS, alpha=STEP, steps=STEPS, random_start=False)
    return {
        "dlviz": every(lambda images, labels: pgd(model, images, labels, EPS, **options), work),
        "Foolbox": every(in_foolbox(model, theirs, EPS), work),
        "torchattacks": every(other, work),
    }


def ten_epsilons(model: Classifier, work: Batches) -> Jobs:
    """The pictures alone, which all three make with an attack."""

    def ours(images: Tensor, labels: Tensor) -> Tensor:
        direction = fgsm_direction(model, images, labels)
        return torch.stack([apply(images, direction, eps) for eps in EPSILONS])

    fast = foolbox.attacks.LinfFastGradientAttack()
    foolboxs = [in_foolbox(model, fast, eps) for eps in EPSILONS]
    others = [torchattacks.FGSM(model, eps=eps) for eps in EPSILONS]

    def each(attacks: list[Attack]) -> Attack:
        return lambda images, labels: torch.stack([attack(images, labels) for attack in attacks])

    return {
        "dlviz": every(ours, work),
        "Foolbox": every(each(foolboxs), work),
        "torchattacks": every(each(others), work),
    }


def ten_accuracies(model: Classifier, work: Batches) -> Jobs:
    """Pictures and answers: the accuracy for every ε, as the libraries' own manuals get it."""
    judged = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")
    fast = foolbox.attacks.LinfFastGradientAttack()

    def foolboxs() -> Tensor:
        fooled = [fast(judged, *pair, epsilons=EPSILONS)[2] for pair in work]
        return (~torch.cat(fooled, dim=1)).sum(dim=1)

    def others() -> Tensor:
        right = torch.zeros(len(EPSILONS), dtype=torch.int64)
        for index, eps in enumerate(EPSILONS):
            attack = torchattacks.FGSM(model, eps=eps)
            for images, labels in work:
                found = attack(images, labels)
                with torch.no_grad():
                    answers = model(found).argmax(dim=1)
                right[index] += (answers == labels).sum()
        return right

    images, labels = (torch.cat(parts) for parts in zip(*work, strict=True))
    return {
        "dlviz": lambda: fgsm_sweep(model, images, labels, EPSILONS).sum(dim=1),
        "Foolbox": foolboxs,
        "torchattacks": others,
    }


def seconds(action: Callable[[], object]) -> float:
    """Processor time, which neighbours on the same machine change less than the clock's."""
    began = time.process_time()
    action()
    return time.process_time() - began


def compare(title: str, jobs: Jobs, rounds: int) -> float:
    """Print medians; returns how many times as long the faster peer takes."""
    for job in jobs.values():
        job()  # what is made once is made here
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            times[name].append(seconds(job))
    ours = statistics.median(times["dlviz"])
    print(f"\n{title}")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:14} {1000 * median:9.1f} ms {median / ours:8.2f} ×")
    return min(statistics.median(times[name]) / ours for name in jobs if name != "dlviz")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    torch.set_num_threads(1)
    missed = []
    for name, count in (("fashion_cnn", 200), ("creatures_cnn", 40)):
        model = load_model(name)
        work = batches(model, count)
        for title, jobs in (
            (f"FGSM, {name}, {count} pictures", one_step(model, work)),
            (f"PGD-10, {name}, {count} pictures", ten_steps(model, work)),
        ):
            if 1 / compare(title, jobs, rounds) > SLOWEST:
                missed.append(title)
    model = load_model("fashion_cnn")
    work = batches(model, 1000)
    title = "FGSM's pictures for ten ε, fashion_cnn, 1000 pictures"
    if compare(title, ten_epsilons(model, work), max(3, rounds // 3)) < LEAST_SWEEP:
        missed.append(title)
    jobs = ten_accuracies(model, work)
    compare("the same with the answers: accuracy over ε", jobs, max(3, rounds // 3))
    right = {name: job().tolist() for name, job in jobs.items()}
    print(f"right of 1000 for each ε: {right['dlviz']}")
    if any(found != right["dlviz"] for found in right.values()):
        missed.append(f"the same accuracies: {right}")
    for title in missed:
        print(f"missed: {title}")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()

"""Train the ablation's rows: ``python -m dlviz.runs.record_ablations [name …]``.

Every row of table 3 for each base, from three seeds, on one thread; some minutes each. Writes
``assets/ablations/<name>.json``, with which the filters lab's view opens. What is there already is
not trained again: delete the file first.
"""

from __future__ import annotations

import sys

import torch

from dlviz.core.ablation import BASES, Outcome, seeded, train, variants
from dlviz.core.specs import RunSpec
from dlviz.io.ablations import KeptAblation, ablation_file, digest_of, read_ablation, write_ablation
from dlviz.io.assets import AssetError, record
from dlviz.io.datasets import data_for

COMMAND = "python -m dlviz.runs.record_ablations"
SEEDS = (0, 1, 2)


def outcome(spec: RunSpec) -> Outcome:
    """Train to the end."""
    *_, (_, last) = train(spec, data_for(spec.data))
    assert last is not None
    return last


def record_base(name: str) -> None:
    """Train what is missing; the file grows run by run."""
    base = BASES[name]
    try:
        errors = dict(read_ablation(name).errors)
    except AssetError:
        errors = {}
    for seed in SEEDS:
        for row, variant in variants(base.spec.net).items():
            spec = seeded(base.spec, variant.net, seed)
            if digest_of(spec) in errors:
                continue
            found = outcome(spec)
            errors[digest_of(spec)] = found.training, found.held_out
            write_ablation(name, KeptAblation(errors, torch.get_num_threads(), torch.__version__))
            print(f"{name}, {row}, seed {seed}: {found.held_out:.4f} wrong", flush=True)
    record(
        ablation_file(name),
        what=f"errors of every row of the ablation “{base.title}”, {len(SEEDS)} seeds",
        source="trained by dlviz on one thread",
        licence="MIT",
        command=f"{COMMAND} {name}",
    )


def main() -> None:
    """Record those named on the command line, or all."""
    torch.set_num_threads(1)  # the thread count is part of what decides the last bit
    for name in sys.argv[1:] or BASES:
        record_base(name)


if __name__ == "__main__":
    main()

"""Where a run may compute: the CPU, an Nvidia GPU (CUDA), an Apple GPU (MPS)."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

import torch

from dlviz.runs.jobs import DeviceError

_LOG = logging.getLogger(__name__)

AUTO = "auto"
KEYS = ("cuda", "mps", "cpu")  # as automatic choice prefers them
SHARE = 0.9  # of a device's memory that a run may take: the rest is the driver's and others'


@dataclass(frozen=True)
class Device:
    """``key`` is torch's name for it; ``memory_bytes`` is all it has, 0 if not known."""

    key: str
    title: str
    memory_bytes: int

    @property
    def words(self) -> str:
        """Name and memory in one line."""
        memory = f", {self.memory_bytes / 2**30:.0f} GB" if self.memory_bytes else ""
        return f"{self.title}{memory}"


def devices() -> list[Device]:
    """What this machine has, as automatic choice prefers it; the CPU, always there, is last.

    An accelerator that fails when it is asked is none: pages ask for the list, so nothing raises.
    """
    found = []
    for look in (_cuda, _mps):
        try:
            found += look()
        except Exception:
            _LOG.exception("An accelerator does not answer")
    cores = os.cpu_count() or 1
    return [*found, Device("cpu", f"CPU, {cores} core{'s' * (cores > 1)}", _machine_bytes())]


def _cuda() -> list[Device]:
    if not torch.cuda.is_available():
        return []
    facts = torch.cuda.get_device_properties(0)
    return [Device("cuda", facts.name, facts.total_memory)]


def _mps() -> list[Device]:
    if not torch.backends.mps.is_available():
        return []
    return [Device("mps", "Apple GPU", torch.mps.recommended_max_memory())]


def choose(wanted: str, need: int = 0) -> Device:
    """The device for "auto" or a key, with ``need`` bytes free on it.

    Raises ``DeviceError`` with one sentence if it is not there or too full, ``ValueError`` for a
    name that is none.
    """
    if wanted not in (AUTO, *KEYS):
        raise ValueError(f"A device is one of auto, {', '.join(KEYS)}, not {wanted[:20]!r}.")
    there = {device.key: device for device in devices()}
    if wanted == AUTO:
        wanted = next(iter(there))
    if wanted not in there:
        raise DeviceError(f"There is no {wanted.upper()} device here: this run is on the CPU.")
    chosen = there[wanted]
    try:
        enough = fits(chosen, need)
    except RuntimeError as error:  # one that was lost or is full may not even tell its memory
        failure = device_failure(error, chosen.title, "this run is")
        if failure is None:
            raise
        raise failure from error
    if not enough:
        raise DeviceError(
            f"This run needs about {need / 2**30:.1f} GB, more than {chosen.title} has free: it is "
            "on the CPU."
        )
    return chosen


def fits(device: Device, need: int) -> bool:
    """Whether a run of ``need`` bytes may begin there now. The CPU's limit is ``core.memory``'s."""
    return device.key == "cpu" or need <= SHARE * free_bytes(device)


def free_bytes(device: Device) -> int:
    """What nobody uses at this moment of an accelerator's memory."""
    if device.key == "cuda":
        return int(torch.cuda.mem_get_info()[0]) + _kept_by_torch()
    return device.memory_bytes - int(torch.mps.driver_allocated_memory())


def used_bytes(key: str) -> int:
    """Memory in use now: what torch has allocated on an accelerator, or this whole process."""
    if key == "cuda":
        return int(torch.cuda.memory_allocated())
    if key == "mps":
        return int(torch.mps.current_allocated_memory())
    try:  # only Linux tells the present size; elsewhere it is not known
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def device_failure(
    error: Exception, title: str, now: str = "the run began again"
) -> DeviceError | None:
    """A full or lost accelerator in one sentence, None if the error is another."""
    if isinstance(error, torch.OutOfMemoryError):
        return DeviceError(f"The memory of {title} was full: {now} on the CPU.")
    lost = isinstance(error, torch.AcceleratorError) or (
        isinstance(error, RuntimeError) and any(sign in str(error) for sign in _SIGNS)
    )
    if lost:
        return DeviceError(f"{title} was lost: {now} on the CPU.")
    return None


_SIGNS = ("CUDA error", "CUDA driver", "cuDNN error", "CUBLAS_STATUS", "MPS backend")


def _kept_by_torch() -> int:
    """torch keeps what it has freed; the next run may have it."""
    return int(torch.cuda.memory_reserved() - torch.cuda.memory_allocated())


def _machine_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return 0

"""A visitor's own pictures: a zip with one folder per class, or drawings → a data set.

Archives are a stranger's: they are read member by member in memory, never extracted, and
everything that could grow has a limit that its refusal names.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import PurePosixPath

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from dlviz.core.data import ImageData
from dlviz.core.words import grouped
from dlviz.io.pictures import MAX_BYTES, PictureError, UnreadableError, fit, read_picture

SIDES = (28, 32, 64, 128)
MAX_ZIP_BYTES = 40 * 2**20
MAX_MEMBERS = 10_000
MAX_PICTURES = 3_000
MAX_RATIO = 200  # unpacked to packed: PNG and JPEG are packed already
MAX_TOTAL_PIXELS = 1_000_000_000  # what is decoded in all: about a quarter of a minute
MIN_CLASSES, MAX_CLASSES = 2, 20
MIN_PER_CLASS = 2
MAX_CLASS_NAME = 30
MAX_FILE_NAME = 60  # of a longer one that is told the middle is left out
NAMED = 3  # pictures that were left out; of more, only how many there are
EVERY = 5  # of so many pictures of a class one is held out
ENDINGS = (".png", ".jpg", ".jpeg", ".webp")

_STORED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PACKERS_OWN = ("__MACOSX", ".")  # folders and files that a packer or a desktop adds
_ENCRYPTED = 0x1
_ASK = "Put each class's pictures into a folder that bears its name, and zip these folders."
_DAMAGED = "The zip is damaged or cut off."

Told = Callable[[float], None]
Missed = Callable[[str], None]


class ArchiveError(ValueError):
    """Own pictures that are refused; the message is one sentence for their owner."""


def read_zip(
    data: bytes,
    *,
    side: int = 32,
    most: int | None = None,
    told: Told = lambda _share: None,
    missed: Missed = lambda _name: None,
) -> ImageData:
    """Pictures of a stranger's zip as centre squares of ``side`` pixels: a data set.

    A picture's class is the folder that it lies in; outer folders do not count. Of every class,
    each fifth picture in the order of their names is held out, at least one. If no picture has any
    colour they are grey. ``most``: how many it may hold. ``told`` hears the share that
    has been read; what it raises ends it.
    Pictures that cannot be read are left out if enough others are there: ``missed`` hears of each.
    Files are told by their owner's names for them, in which anything visible may stand.

    Raises ``ArchiveError``: one sentence that names the limit; ``ValueError`` for another side.
    """
    if side not in SIDES:
        raise ValueError(f"side must be one of {', '.join(map(str, SIDES))}.")
    _need(
        len(data) <= MAX_ZIP_BYTES,
        f"A zip has at most {MAX_ZIP_BYTES // 2**20} MB: make its pictures smaller.",
    )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            found = _sorted_into_classes(archive, most)
            return _of(dict(_decoded(archive, found, side, told, missed)))
    except ArchiveError:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise ArchiveError(_DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:  # a version or a key that zipfile lacks
        raise ArchiveError("The zip is packed in a way that cannot be read here.") from error


def from_drawings(drawings: Mapping[str, Sequence[NDArray[np.uint8]]]) -> ImageData:
    """Drawings, uint8 28×28 each (0 is paper, 255 ink), by class name: a grey data set.

    Raises ``ArchiveError``, one sentence, where there are too few or too many.
    """
    _require_classes({name: len(sheets) for name, sheets in drawings.items()})
    stacks = {}
    for name, sheets in drawings.items():
        _need(all(sheet.shape == (28, 28) for sheet in sheets), "A drawing has 28×28 pixels.")
        stacks[clean(name)] = torch.from_numpy(np.stack(sheets).astype(np.uint8)).unsqueeze(1)
    return _of(stacks)


def from_photographs(squares: Mapping[str, Sequence[Tensor]], *, most: int) -> ImageData:
    """Squares, uint8 3×S×S of one size each, by class name: a data set of ``most`` at most.

    Split as ``read_zip`` does. Raises ``ArchiveError``, one sentence, for too few or too many.
    """
    _require_classes({name: len(items) for name, items in squares.items()}, most)
    return _of({clean(name): torch.stack(list(items)) for name, items in squares.items()})


def write_zip(data: ImageData) -> bytes:
    """Own pictures as a zip that ``read_zip`` (with their side) turns into the same data set."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for label, name in enumerate(data.classes):
            train = data.train_pixels[data.train_labels == label]
            test = data.test_pixels[data.test_labels == label]
            parts = {True: iter(test), False: iter(train)}
            for number, held_out in enumerate(_is_held_out(len(train) + len(test))):
                pixels = next(parts[held_out]).permute(1, 2, 0).squeeze(2).numpy()
                picture = BytesIO()
                Image.fromarray(pixels).save(picture, "PNG")
                info = zipfile.ZipInfo(f"{name}/{number:04d}.png")  # without a date: same bytes
                archive.writestr(info, picture.getvalue())
    return packed.getvalue()


def left_out(names: Sequence[str], total: int) -> str:
    """One sentence about the pictures that ``missed`` heard of, of ``total`` in the zip."""
    was = "was" if len(names) == 1 else "were"
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    listed = f"{', '.join(names[:NAMED])}{more}"
    return f"{len(names)} of {total} pictures could not be read and {was} left out: {listed}."


def clean(name: str) -> str:
    """A class name as it can stand anywhere: letters, digits, spaces, dots, hyphens; short."""
    kept = "".join(sign if sign.isalnum() or sign in "-." else " " for sign in name)
    return " ".join(kept.split())[:MAX_CLASS_NAME].strip(" -.")


def _shown(file: str) -> str:
    """A file's name as its owner knows it, without what cannot be seen; a long one's middle."""
    seen = "".join(sign for sign in file if sign.isprintable())
    return seen if len(seen) <= MAX_FILE_NAME else f"{seen[: MAX_FILE_NAME - 16]}…{seen[-15:]}"


def _need(condition: bool, sentence: str) -> None:
    if not condition:
        raise ArchiveError(sentence)


def _sorted_into_classes(
    archive: zipfile.ZipFile, most: int | None
) -> dict[str, list[zipfile.ZipInfo]]:
    """Class name → its pictures' entries, in the order of their names. Nothing is unpacked yet."""
    members = archive.infolist()
    _need(
        len(members) <= MAX_MEMBERS, f"A zip has at most {grouped(MAX_MEMBERS)} files and folders."
    )
    found: dict[str, list[zipfile.ZipInfo]] = {}
    folders: dict[str, str] = {}
    named = [info for info in members if info.filename]  # is_dir looks at the last letter
    for info in sorted(named, key=lambda item: item.filename):
        path = PurePosixPath(info.filename.replace("\\", "/"))
        hidden = any(part.startswith(_PACKERS_OWN) and part != ".." for part in path.parts)
        if info.is_dir() or hidden or path.suffix.lower() not in ENDINGS:
            continue
        folder = path.parent.name
        name = clean(folder)
        _need(name != "", f"“{_shown(path.name)}” lies in no folder with a name. {_ASK}")
        _need(
            folders.setdefault(name, folder) == folder,
            f"Two folders would both be the class “{name}”: rename one.",
        )
        _require_harmless(info, path)
        found.setdefault(name, []).append(info)
    _need(bool(found), f"The zip holds no PNG, JPEG or WEBP picture in a folder. {_ASK}")
    _require_classes({name: len(infos) for name, infos in found.items()}, most)
    return found


def _require_classes(counts: Mapping[str, int], most: int | None = None) -> None:
    most = MAX_PICTURES if most is None else most
    classes = len({clean(name) for name in counts} - {""})
    _need(classes == len(counts), "Every class needs a name of its own, of letters or digits.")
    _need(
        MIN_CLASSES <= classes <= MAX_CLASSES,
        f"A data set has {MIN_CLASSES} to {MAX_CLASSES} classes, this one has {classes}.",
    )
    for name, count in counts.items():
        _need(
            count >= MIN_PER_CLASS,
            f"“{clean(name)}” has {count} picture{'' if count == 1 else 's'}: a class needs at "
            f"least {MIN_PER_CLASS}, one to train on and one to be held out.",
        )
    total = sum(counts.values())
    _need(
        total <= most,
        f"A data set of your own has at most {grouped(most)} pictures, this one has "
        f"{grouped(total)}.",
    )


def _require_harmless(info: zipfile.ZipInfo, path: PurePosixPath) -> None:
    name = _shown(path.name)
    _need(not info.flag_bits & _ENCRYPTED, "The zip is locked with a password.")
    _need(
        info.compress_type in _STORED,
        f"“{name}” is packed in an unusual way: make a plain zip (deflated).",
    )
    _need(
        info.file_size <= MAX_BYTES,
        f"“{name}” is too large: a picture file has at most {MAX_BYTES // 10**6} MB.",
    )
    _need(
        info.file_size <= MAX_RATIO * max(1, info.compress_size),
        f"“{name}” unpacks to more than {MAX_RATIO} times its size: that is no picture.",
    )


def _decoded(
    archive: zipfile.ZipFile,
    found: Mapping[str, Sequence[zipfile.ZipInfo]],
    side: int,
    told: Told,
    missed: Missed,
) -> Iterator[tuple[str, Tensor]]:
    """Class by class: its name and those of its pictures that can be read, uint8 N×3×side×side."""
    total = sum(len(infos) for infos in found.values())
    done = pixels = 0
    for name, infos in found.items():
        squares = torch.empty(len(infos), 3, side, side, dtype=torch.uint8)
        kept = 0
        for index, info in enumerate(infos):
            try:
                picture = read_picture(_content(archive, info))
            except PictureError as error:
                file = _shown(PurePosixPath(info.filename.replace("\\", "/")).name)
                enough = kept + len(infos) - index - 1 >= MIN_PER_CLASS
                if not (isinstance(error, UnreadableError) and enough):
                    raise ArchiveError(f"“{file}” in “{name}”: {error}") from error
                pixels += error.pixels
                missed(f"{name}/{file}")
            else:
                pixels += picture.width * picture.height
                squares[kept] = fit(picture, side)
                kept += 1
            _need(
                pixels <= MAX_TOTAL_PIXELS,
                f"The pictures of a zip have at most {grouped(MAX_TOTAL_PIXELS // 10**6)} "
                "megapixels together: make them smaller.",
            )
            done += 1
            told(done / total)
        yield name, squares[:kept]


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A member's bytes. Raises ``UnreadableError`` where this one is damaged, others may not be."""
    try:
        with archive.open(info) as member:
            return member.read(MAX_BYTES + 1)  # whatever the header says
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableError("The picture is damaged in the zip.") from error


def _is_held_out(count: int) -> list[bool]:
    """Which of a class's pictures are held out: each ``EVERY``-th and at least one, the last."""
    return [(count - 1 - index) % EVERY == 0 and (index > 0) for index in range(count)]


def _of(stacks: Mapping[str, Tensor]) -> ImageData:
    """Split every class; the classes take turns, so that every piece of the set is mixed."""
    stacks = dict(sorted(stacks.items()))
    if all(bool((stack == stack[:, :1]).all()) for stack in stacks.values()):
        stacks = {name: stack[:, :1] for name, stack in stacks.items()}
    parts: dict[bool, list[tuple[int, int, Tensor]]] = {False: [], True: []}
    for label, stack in enumerate(stacks.values()):
        turns = {False: 0, True: 0}
        for held_out, picture in zip(_is_held_out(len(stack)), stack, strict=True):
            parts[held_out].append((turns[held_out], label, picture))
            turns[held_out] += 1
    pairs = []
    for held_out in (False, True):
        rows = sorted(parts[held_out], key=lambda row: row[:2])
        labels = torch.tensor([label for _, label, _ in rows])
        pairs.append((torch.stack([picture for *_, picture in rows]), labels))
    return ImageData.of("own", tuple(stacks), pairs[0], pairs[1])

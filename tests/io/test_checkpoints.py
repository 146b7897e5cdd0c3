"""Checkpoints: what was saved comes back, and whatever else is sent is refused in one sentence."""

from __future__ import annotations

import json
import math
import pickle
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safetensors.torch import load, save

from dlviz.core.layers import build
from dlviz.core.snapshots import DataFacts, Score, Snapshot
from dlviz.core.specs import DataSpec, NetSpec, RunSpec, TrainSpec, layer
from dlviz.io.checkpoints import MAX_BYTES, CheckpointError, read_checkpoint, write_checkpoint

FACTS = DataFacts(("round", "square", "flat"), (1, 8, 8), (0.4,), (0.3,))
SPEC = RunSpec(
    NetSpec(
        (
            layer("conv", channels=3, kernel=3, padding=1, init_std=0.02),
            layer("relu"),
            layer("max_pool", size=2),
            layer("flatten"),
            layer("dropout", p=0.25),
            layer("dense"),
        )
    ),
    DataSpec("shapes"),
    TrainSpec("sgd", 0.02, 0.5, 1e-4, 32, 7, 5),
)


def shot(step: int, score: Score | None = None) -> Snapshot:
    """A snapshot whose weights depend on its step."""
    generator = torch.Generator().manual_seed(step)
    module, _ = build(SPEC.net, FACTS.shape, 3, generator)
    return Snapshot(step, step / 8, module.state_dict(), SPEC, FACTS, score)


SHOTS = [shot(0), shot(8), shot(21, Score(21, 0.75, 0.875, 160))]
VALID = write_checkpoint(SHOTS)


def taken_apart(data: bytes = VALID) -> tuple[dict[str, Any], bytes]:
    """(header, body) of a file in the safetensors format."""
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def packed(header: object, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


class Description:
    """What the valid file says of itself, to be changed."""

    def __init__(self) -> None:
        self.header, self.body = taken_apart()
        self.texts = self.header["__metadata__"]
        self.spec, self.about = json.loads(self.texts["spec"]), json.loads(self.texts["about"])

    @property
    def layers(self) -> list[dict[str, Any]]:
        return self.spec["net"]["layers"]

    def say(self, **texts: object) -> None:
        """Replace the metadata altogether."""
        self.header["__metadata__"] = {"format": "dlviz-1", **texts}

    def file(self) -> bytes:
        if self.header.get("__metadata__") is self.texts:
            self.texts.update(spec=json.dumps(self.spec), about=json.dumps(self.about))
        return packed(self.header, self.body)


Change = Callable[[Description], object]


def changed(change: Change) -> bytes:
    """The valid file with another description."""
    description = Description()
    change(description)
    return description.file()


def with_weights(change: Callable[[dict[str, torch.Tensor]], object]) -> bytes:
    """The valid file with other tensors."""
    tensors = load(VALID)
    change(tensors)
    return save(tensors, metadata=taken_apart()[0]["__metadata__"])


def refusal(data: bytes) -> str:
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(data)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert ". " not in sentence
    assert len(sentence) <= 250
    assert sentence.encode()  # it can be shown
    return sentence


# -- there and back -------------------------------------------------------------------------------


def test_everything_comes_back_to_the_bit() -> None:
    back = read_checkpoint(VALID)
    assert len(back) == len(SHOTS)
    for one, other in zip(SHOTS, back, strict=True):
        assert replace(one, weights={}).__dict__ == replace(other, weights={}).__dict__
        assert list(one.weights) == list(other.weights)
        for name, value in one.weights.items():
            assert other.weights[name].dtype == torch.float32
            assert torch.equal(value, other.weights[name])


def test_the_classifier_answers_the_same() -> None:
    images = torch.rand(4, 1, 8, 8, generator=torch.Generator().manual_seed(2))
    for one, other in zip(SHOTS, read_checkpoint(VALID), strict=True):
        assert torch.equal(one.classifier(images), other.classifier(images))
        assert other.classifier.classes == FACTS.classes
        assert other.classifier.data == "shapes"


def test_half_the_size_is_a_thousandth_off_at_most() -> None:
    halved = write_checkpoint(SHOTS, half=True)
    body, half_body = taken_apart()[1], taken_apart(halved)[1]
    assert len(half_body) == len(body) // 2
    for one, other in zip(SHOTS, read_checkpoint(halved), strict=True):
        for name, value in one.weights.items():
            assert other.weights[name].dtype == torch.float32
            off = (value - other.weights[name]).abs()
            # Below 16-bit's smallest normal number only the absolute error is bounded.
            assert bool((off <= (value.abs() * 1e-3).clamp_min(2.0**-24)).all())


def test_the_same_snapshots_say_the_same() -> None:
    assert taken_apart(write_checkpoint(SHOTS)) == taken_apart()


def test_it_is_the_published_format_and_holds_no_pickle() -> None:
    tensors = load(VALID)
    assert set(tensors) == {f"{one.step}/{name}" for one in SHOTS for name in one.weights}
    assert b"torch" not in VALID.split(b"__metadata__")[0]
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(VALID[8:])


def test_loading_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    read_checkpoint(VALID)[-1].classifier  # noqa: B018
    assert torch.equal(before, torch.random.get_rng_state())


# -- what is refused ------------------------------------------------------------------------------


def zipped() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"conv1.weight": [0.0]}))
    return file.getvalue()


def pickled() -> bytes:
    file = BytesIO()
    torch.save(SHOTS[0].weights, file)
    return file.getvalue()


def deep(levels: int) -> bytes:
    return packed(b'{"__metadata__":' + b"[" * levels + b"]" * levels + b"}")


NO_FORMAT = {
    "nothing": b"",
    "seven bytes": VALID[:7],
    "a length alone": VALID[:8],
    "half a header": VALID[:100],
    "noise": torch.randint(0, 256, (5000,), generator=torch.Generator().manual_seed(0))
    .byte()
    .numpy()
    .tobytes(),
    "a pickle": pickle.dumps({"a": 1}),
    "torch.save": pickled(),
    "a zip": zipped(),
    "a header of 2**63": struct.pack("<Q", 2**63) + VALID[8:],
    "a header longer than the file": struct.pack("<Q", len(VALID)) + VALID[8:],
    "a header of 2 MB": packed(b" " * 2_000_000),
    "no JSON": packed(b"{'single': quotes}"),
    "a list": packed([1, 2]),
    "a text": packed("text"),
    "null": packed(None),
    "not UTF-8": packed(b'{"\xff\xfe": 1}'),
    "deep JSON": deep(100_000),
    "a number of many digits": packed(b'{"a":' + b"9" * 100_000 + b"}"),
}


@pytest.mark.parametrize("name", NO_FORMAT)
def test_what_is_no_safetensors_file_is_refused(name: str) -> None:
    assert "format" in refusal(NO_FORMAT[name]) or "short" in refusal(NO_FORMAT[name])


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"__metadata__": None},
        {"__metadata__": []},
        {"__metadata__": {}},
        {"__metadata__": {"format": "pt"}},
        {"__metadata__": {"format": 1}},
        {"__metadata__": "dlviz-1"},
    ],
)
def test_safetensors_of_somebody_else_are_refused(header: object) -> None:
    assert "not a checkpoint saved by dlviz" in refusal(packed(header))
    assert "not a checkpoint saved by dlviz" in refusal(save({"weight": torch.zeros(2)}))


def test_too_big_is_refused_by_its_length_and_the_limit_is_named() -> None:
    assert "40 MB" in refusal(VALID + bytes(MAX_BYTES + 1 - len(VALID)))


def _many(d: Description) -> None:
    d.about["snapshots"] = [{"step": n, "epoch": 0, "held_out": None} for n in range(33)]


def _dense(**options: object) -> dict[str, object]:
    return {"kind": "dense", "options": options}


DESCRIPTIONS: dict[str, tuple[str, Change]] = {
    "10**9 channels": ("512", lambda d: d.layers[0]["options"].update(channels=10**9)),
    "unknown kind": ("'eval'", lambda d: d.layers[0].update(kind="eval")),
    "unknown option": ("option", lambda d: d.layers[0]["options"].update(shell="rm")),
    "41 layers": ("40", lambda d: d.spec["net"].update(layers=[d.layers[1]] * 41)),
    "no layers": ("1 to 40", lambda d: d.spec["net"].update(layers=[])),
    "20 million weights": (
        "20\u202f000\u202f000",
        lambda d: d.spec["net"].update(layers=[d.layers[3], *[_dense(units=4096)] * 5, _dense()]),
    ),
    "wrong start": (
        "",
        lambda d: d.layers.insert(5, _dense(units=4, init_std="wide")),
    ),
    "negative start": ("", lambda d: d.layers.insert(5, _dense(units=4, init_std=-1))),
    "maps for 30 GB": (
        "GB",
        lambda d: (
            d.about.update(shape=[1, 512, 512]),
            d.spec["net"].update(
                layers=[
                    {"kind": "conv", "options": {"channels": 512, "kernel": 1}},
                    {"kind": "max_pool", "options": {"size": 16, "stride": 16}},
                    {"kind": "max_pool", "options": {"size": 16, "stride": 16}},
                    *d.layers[3:],
                ]
            ),
        ),
    ),
    "10**6 epochs": ("200", lambda d: d.spec["train"].update(epochs=10**6)),
    "a million classes": ("1000", lambda d: d.about.update(classes=[0] * 10**5)),
    "one class": ("2 to 1000", lambda d: d.about.update(classes=["only"])),
    "classes are a number": ("", lambda d: d.about.update(classes=10**6)),
    "33 snapshots": ("32", _many),
    "no snapshots": ("1 to 32", lambda d: d.about.update(snapshots=[])),
    "snapshots twice": ("", lambda d: d.about.update(snapshots=d.about["snapshots"][:1] * 2)),
    "std 0": ("normalisation", lambda d: d.about.update(std=[0.0])),
    "std NaN": ("normalisation", lambda d: d.about.update(std=[math.nan])),
    "mean NaN": ("normalisation", lambda d: d.about.update(mean=[math.nan])),
    "mean infinite": ("normalisation", lambda d: d.about.update(mean=[math.inf])),
    "two means": ("normalisation", lambda d: d.about.update(mean=[0.5, 0.5])),
    "5 channels": ("grey or RGB", lambda d: d.about.update(shape=[5, 8, 8])),
    "4096 pixels": ("512", lambda d: d.about.update(shape=[1, 4096, 8])),
    "infinite pixels": ("", lambda d: d.about.update(shape=[1, math.inf, 8])),
    "infinite step": ("", lambda d: d.about["snapshots"][0].update(step=math.inf)),
    "no step": ("", lambda d: d.about["snapshots"][0].pop("step")),
    "a snapshot is a text": ("", lambda d: d.about["snapshots"].__setitem__(0, "8")),
    "no shape": ("", lambda d: d.about.pop("shape")),
    "metadata are not texts": (
        "",
        lambda d: d.say(spec=5, about={}),
    ),
    "no spec": ("", lambda d: d.say(about="{}")),
    "about is a list": (
        "",
        lambda d: d.say(spec=SPEC.to_json(), about="[1]"),
    ),
    "about is deep": (
        "",
        lambda d: d.say(spec=SPEC.to_json(), about="[" * 90_000),
    ),
    "spec is long": (
        "20000",
        lambda d: d.say(spec=" " * 20_001, about="{}"),
    ),
}


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_description_that_lies_is_refused_and_the_limit_is_named(name: str) -> None:
    limit, change = DESCRIPTIONS[name]
    data = changed(change)
    began = time.process_time()
    assert limit in refusal(data)
    assert time.process_time() - began < 1.0


def _move(d: Description, name: str, offsets: list[int]) -> None:
    d.header[name]["data_offsets"] = offsets


WEIGHTS: dict[str, Callable[[], bytes]] = {
    "one is missing": lambda: with_weights(lambda t: t.pop("8/conv1.weight")),
    "one too many": lambda: with_weights(lambda t: t.update({"8/extra": torch.zeros(2)})),
    "another step's": lambda: with_weights(lambda t: t.update({"9/dense1.bias": torch.ones(3)})),
    "another shape": lambda: with_weights(lambda t: t.update({"8/dense1.bias": torch.ones(4)})),
    "transposed": lambda: with_weights(
        lambda t: t.update({"8/dense1.weight": t["8/dense1.weight"].T.contiguous()})
    ),
    "64 bits": lambda: with_weights(
        lambda t: t.update({"8/dense1.bias": torch.ones(3, dtype=torch.float64)})
    ),
    "whole numbers": lambda: with_weights(
        lambda t: t.update({"8/dense1.bias": torch.ones(3, dtype=torch.int32)})
    ),
    "not a number": lambda: with_weights(lambda t: t["8/dense1.bias"].fill_(math.nan)),
    "infinite": lambda: with_weights(lambda t: t["0/conv1.weight"][0, 0, 0, 0].fill_(math.inf)),
    "the end is cut off": lambda: VALID[:-1],
    "all is cut off": lambda: packed(taken_apart()[0]),
    "too much at the end": lambda: VALID + b"0000",
    "an offset behind the end": lambda: changed(
        lambda d: _move(d, "8/dense1.bias", [10**6, 10**6 + 12])
    ),
    "an offset turned round": lambda: changed(lambda d: _move(d, "8/dense1.bias", [12, 0])),
    "a negative offset": lambda: changed(lambda d: _move(d, "8/dense1.bias", [-12, 0])),
    "two at one place": lambda: changed(
        lambda d: _move(d, "8/dense1.bias", d.header["0/dense1.bias"]["data_offsets"])
    ),
    "an entry that is a number": lambda: changed(lambda d: d.header.update({"8/dense1.bias": 3})),
    "a shape that is a text": lambda: changed(
        lambda d: d.header["8/dense1.bias"].update(shape="[3]")
    ),
    "a dtype nobody knows": lambda: changed(lambda d: d.header["8/dense1.bias"].update(dtype="X")),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_that_are_not_the_networks_are_refused(name: str) -> None:
    data = WEIGHTS[name]()
    began = time.process_time()
    refusal(data)
    assert time.process_time() - began < 1.0


LIMITED = """
import resource, sys
from dlviz.io.checkpoints import CheckpointError, read_checkpoint
from pathlib import Path
files = [path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())]
pages = int(Path("/proc/self/statm").read_text().split()[0])
allowed = pages * resource.getpagesize() + 64 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
for data in files:
    try:
        read_checkpoint(data)
    except CheckpointError as error:
        print(error)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits memory as Linux does")
def test_a_small_file_cannot_ask_for_much_memory(tmp_path: Path) -> None:
    """A process that may take 64 MB more refuses them all, for what they say, not for want."""
    wide = [{"kind": "flatten", "options": {}}, _dense(units=4000), _dense(units=4000), _dense()]

    def huge(d: Description) -> None:
        d.spec["net"]["layers"] = wide
        d.about["shape"] = [1, 20, 20]
        _many(d)
        d.about["snapshots"].pop()

    def lies(d: Description) -> None:
        huge(d)
        d.header["0/dense1.weight"] = {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}

    for name in ("10**9 channels", "20 million weights", "maps for 30 GB", "a million classes"):
        (tmp_path / name[:9].replace("*", "")).write_bytes(changed(DESCRIPTIONS[name][1]))
    (tmp_path / "huge").write_bytes(changed(huge))
    (tmp_path / "lies").write_bytes(changed(lies))
    (tmp_path / "too long").write_bytes(bytes(MAX_BYTES + 1))
    (tmp_path / "deep").write_bytes(deep(200_000))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(list(tmp_path.iterdir())) == 8
    assert "cannot be built" not in done.stdout


# -- whatever is sent -----------------------------------------------------------------------------


def sound_or_refused(data: bytes) -> bool:
    """Whether the file is read; what is read must be a network that works and can be saved."""
    try:
        shots = read_checkpoint(data)
    except CheckpointError as error:
        sentence = str(error)
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert len(sentence) <= 250
        sentence.encode()
        return False
    for one in shots:
        facts = one.facts
        assert math.isfinite(one.epoch)
        module, _ = build(one.spec.net, facts.shape, len(facts.classes), torch.Generator())
        expected = {name: value.shape for name, value in module.state_dict().items()}
        assert {name: value.shape for name, value in one.weights.items()} == expected
        " ".join([*facts.classes, one.spec.data.name]).encode()  # a browser can be told
        score = one.held_out
        assert score is None or (0 <= score.accuracy <= 1 and math.isfinite(score.loss))
    logits = shots[-1].classifier(torch.zeros(1, *shots[-1].facts.shape))
    assert logits.shape == (1, len(shots[-1].facts.classes))
    assert len(read_checkpoint(write_checkpoint(shots))) == len(shots)
    return True


ODD = (
    *(None, True, -1, 0, 1, 2, 10**30, 10**400, 0.5, 1e999, math.nan, ""),
    *("x", "\ud800", "<script>", "9" * 5000, [], {}, [[]], [None], [10**400]),
)


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a JSON tree."""
    yield path
    if isinstance(tree, dict | list):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from leaves(tree[key], (*path, key))


def put(tree: Any, path: tuple[Any, ...], value: object) -> None:
    for key in path[:-1]:
        tree = tree[key]
    tree[path[-1]] = value


@pytest.mark.parametrize("part", ["spec", "about"])
def test_an_odd_value_anywhere_is_refused_or_harmless(part: str) -> None:
    texts = taken_apart()[0]["__metadata__"]
    read = []
    for path in leaves(json.loads(texts[part])):
        for value in ODD if path else ():
            data = changed(lambda d: put(getattr(d, part), path, value))  # noqa: B023
            try:
                read.append(sound_or_refused(data))
            except Exception as error:
                error.add_note(f"{part}: {path} = {str(value)[:50]}")
                raise
    assert any(read)
    assert not all(read)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    flips=st.lists(
        st.tuples(st.integers(0, len(VALID) - 1), st.integers(1, 255)), min_size=1, max_size=4
    )
)
@example(flips=[(7, 128)])
@example(flips=[(len(VALID) - 1, 255)])
def test_flipped_bytes_are_refused_or_harmless(flips: list[tuple[int, int]]) -> None:
    data = bytearray(VALID)
    for place, mask in flips:
        data[place] ^= mask
    sound_or_refused(bytes(data))


HEADER = 8 + struct.unpack("<Q", VALID[:8])[0]


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    place=st.integers(8, HEADER - 1),
    old=st.integers(0, 6),
    new=st.binary(max_size=6) | st.sampled_from([b'"', b"{", b"]", b"-", b"1e999", b"\\ud800"]),
)
def test_a_header_that_was_typed_over_is_refused_or_harmless(
    place: int, old: int, new: bytes
) -> None:
    header = VALID[8:HEADER]
    start = place - 8
    sound_or_refused(packed(header[:start] + new + header[start + old :], VALID[HEADER:]))


@pytest.mark.parametrize("first", [b'"shape":[1]', b'"dtype":"I64"'])
def test_a_name_that_stands_twice_is_refused_or_harmless(first: bytes) -> None:
    """Which of two entries counts is up to the reader of JSON: both readers must agree."""
    header = VALID[8:HEADER]
    real = header.index(b'"0/dense1.bias":')
    entry = header[real : header.index(b"}", real) + 1]
    other = entry.replace(entry[entry.index(first[:8]) :].split(b",")[0].rstrip(b"}"), first)
    assert other != entry
    for data in (other + b"," + entry, entry + b"," + other):
        sound_or_refused(packed(header.replace(entry, data), VALID[HEADER:]))

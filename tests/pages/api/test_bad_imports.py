"""Files that are broken, odd, or not what they say, through the routes a page uses.

What each parser makes of them is proved beside it (tests/ml/intake); here that each ends in
samples and a list, or in one sentence, and that the app takes no harm.
"""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import soundfile
from PIL import Image

from tests.pages.api.test_imports import begin, put, ready
from tests.pages.web import Browser, Served, serve


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("bad")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(served: Served) -> Browser:
    browser = served.browser()
    browser.get("/api/session")
    return browser


def png(seed: int, side: int = 12) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (side, side), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def wav(
    rate: int = 8000, seconds: float = 0.3, channels: int = 1, subtype: str = "PCM_16"
) -> bytes:
    time = np.arange(round(rate * seconds)) / rate
    tone = 0.3 * np.sin(2 * np.pi * (400 + channels + rate % 97) * time)
    stream = io.BytesIO()
    many = np.repeat(tone[:, None], channels, axis=1)
    soundfile.write(stream, many, rate, subtype=subtype, format="WAV")
    return stream.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def npz(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def parquet(**columns: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def many_classes() -> bytes:
    values = np.arange(640_000, dtype=np.uint32).view(np.uint8)
    names = np.array([f"word {n}" for n in range(10_000)])
    return npz(images=values.reshape(10_000, 16, 16), labels=names)


def idx(claimed: int, held: int) -> bytes:
    header = b"\0\0\x08\x03" + struct.pack(">III", claimed, 4, 4)
    return gzip.compress(header + bytes(range(16)) * held)


def line(n: int) -> str:
    return json.dumps({"word": "apple", "drawing": [[[0, 9 * n, 255], [n, 200, 30]]]})


def sounds() -> bytes:
    return zipped({
        "a/plain.wav": wav(), "a/wide.wav": wav(subtype="PCM_24"), "a/fast.wav": wav(192_000),
        "b/stereo.wav": wav(channels=2), "b/none.wav": wav(seconds=0), "b/picture.wav": png(1),
    })  # fmt: skip


KEPT: dict[str, tuple[str, Callable[[], bytes], dict[str, Any]]] = {
    "wavs of 0 samples, 24 bit, 192 kHz, stereo, and a png named wav": (
        "sounds.zip", sounds, {"num_samples": 4, "num_rejected": 2}),
    "ndjson with broken lines": (
        "apple.ndjson", lambda: "\n".join([line(1), "{", line(2), "[]", line(3)]).encode(),
        {"num_samples": 3, "num_rejected": 2}),
    "pictures of many sizes, one torn": (
        "many.zip",
        lambda: zipped({"x/1.png": png(1), "x/2.png": png(2, 70), "y/3.png": png(3, 9),
                        "y/torn.png": png(4)[:50]}),
        {"num_samples": 3, "num_rejected": 1}),
    "one class": (
        "one.zip", lambda: zipped({f"set/cat/{n}.png": png(n) for n in range(4)}),
        {"num_samples": 4, "classes": ["cat"]}),
    "one sample": ("one.png", lambda: png(5), {"num_samples": 1}),
    "10,000 classes": (
        "words.npz",
        many_classes,
        {"num_samples": 10_000, "num_classes": 10_000}),
    "names in any script": (
        "世界.zip", lambda: zipped({"日本/ひ.png": png(1), "فارسی/الف.png": png(2),
                                  "emoji 🐦/a'b\"c.png": png(3)}),
        {"num_samples": 3, "classes": ["emoji 🐦", "فارسی", "日本"]}),
    "nested columns": (
        "n.parquet", lambda: parquet(x=[1.0, 2.0], y=[3.0, 4.0], meta=[{"a": [1]}, {"a": [2]}]),
        {"num_samples": 2}),
    "a table with values that are none": (
        "t.csv", lambda: b"id,x,y\na,1,2\nb,nan,3\nc,4,inf\nd,5,6\n",
        {"num_samples": 2, "num_rejected": 2}),
}  # fmt: skip

REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an IDX header that lies": ("train-images-idx3-ubyte.gz", lambda: idx(9000, 2), "truncated"),
    "a web page saved as an array": (
        "ant.npy",
        lambda: b"<!DOCTYPE html><p>404",
        "format_not_allowed",
    ),
    "a pickle": ("model.pt", lambda: b"\x80\x02}q\x00.", "pickle_refused"),
    "a path that leads elsewhere": (
        "z.zip",
        lambda: zipped({"../../evil.png": png(1)}),
        "unsafe_path",
    ),
    "half a zip": ("h.zip", lambda: sounds()[:900], "corrupt_archive"),
    "nothing but a broken picture": ("torn.png", lambda: png(9)[:40], "corrupt"),
    "a table without numbers": ("t.csv", lambda: b"a,b\nx,y\n", "no_numbers"),
}


ALWAYS = ("wavs", "ndjson", "pictures of many", "10,000", "an IDX", "nothing but")
"""How those begin that are walked each time; the parsers' own tests know all."""


def each_of(names: Iterable[str]) -> list[Any]:
    return [
        pytest.param(name, marks=() if name.startswith(ALWAYS) else pytest.mark.wide)
        for name in names
    ]


def brought(browser: Browser, name: str, data: bytes) -> Any:
    place = begin(browser, len(data), name)
    put(browser, place, 0, data)
    found = ready(browser, place)
    if found["state"] == "ready":
        listed = browser.get(f"{place}/rejected.csv").body.decode("utf-8-sig").splitlines()
        summary = found["summary"]
        assert len(listed) >= 1 + summary["num_rejected"], "what is left out can be downloaded"
    browser.ask("DELETE", place)
    return found


@pytest.mark.parametrize("what", each_of(KEPT))
def test_odd_files__give_samples_and_a_list_of_the_others(browser: Browser, what: str) -> None:
    name, make, expected = KEPT[what]
    found = brought(browser, name, make())
    assert found["error"] is None
    summary = found["summary"]
    classes = [each["name"] for each in summary["classes"]]
    told = {**summary, "classes": sorted(classes), "num_classes": len(classes)}
    wanted = {
        **expected,
        **({"classes": sorted(expected["classes"])} if "classes" in expected else {}),
    }
    assert {key: told[key] for key in wanted} == wanted


@pytest.mark.parametrize("what", each_of(REFUSED))
def test_files_that_cannot_be_read__are_one_sentence(browser: Browser, what: str) -> None:
    name, make, code = REFUSED[what]
    found = brought(browser, name, make())
    assert (found["state"], found["error"]["code"]) == ("failed", code)
    message = found["error"]["message"]
    assert message.endswith(".")
    assert "Traceback" not in message
    assert "/tmp" not in message

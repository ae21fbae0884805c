"""Archives taken apart, changed and put together again, for tests of what is refused."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from store.opening import Store

Files = dict[str, bytes]


def files_of(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Files) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file


def signed(files: Files) -> io.BytesIO:
    """An archive whose manifest agrees with what was changed, as a clever forger would write it."""
    manifest = json.loads(files["manifest.json"])
    manifest["members"] = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
        if name != "manifest.json"
    }
    return zipped({**files, "manifest.json": json.dumps(manifest).encode()})


def flip_bit(store: Store, name: str, bit: int) -> None:
    """Damage a file as a disk may: one bit of it, counted from its beginning."""
    data = bytearray(store.artifacts.read(name))
    data[bit // 8] ^= 1 << bit % 8
    store.artifacts.write(name, bytes(data), durable=False)


def changed_rows(data: bytes, change: Callable[[dict[str, Any]], object], at: int = 0) -> bytes:
    lines = data.splitlines()
    row = json.loads(lines[at])
    change(row)
    lines[at] = json.dumps(row).encode()
    return b"\n".join(lines) + b"\n"


def put(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda row: row.update(values)

"""Fetching a public data set: file by file, resumed where it broke off, checked at the end."""

import hashlib
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import requests

from ml.intake.errors import IntakeError
from ml.intake.idx import CLASS_NAMES
from store.files.disk import disk_errors
from tasks.public_sets import DRAWING_BYTES, NPY_HEADER_BYTES, Part, PublicSet

PIECE: Final = 2**18
TIMEOUT_S: Final = (10, 30)
"""To connect, and between two pieces."""
NUM_TRIES: Final = 4


def fetch(wanted: PublicSet, folder: Path, tell: Callable[[int], None]) -> None:
    """Fetch every file of a data set into a folder; what is there already is not fetched again.

    Args:
        wanted: the data set.
        folder: where its files go; the folder around it is there.
        tell: called with the bytes that are here before any more are written; may raise to end it.

    Raises:
        IntakeError: there is no connection, or what came is not what was expected.
        DiskFullError: no room.
    """
    folder.mkdir(exist_ok=True)
    done = 0
    for part in wanted.parts:
        with disk_errors("The import"):
            fetch_part(part, folder, partial(tell_all, tell, done))
        done += part.size
    tell(done)
    if wanted.class_names:
        with disk_errors("The import"):
            names = "\n".join(wanted.class_names) + "\n"
            (folder / CLASS_NAMES).write_text(names, "utf-8")


def tell_all(tell: Callable[[int], None], before: int, here: int) -> None:
    """Tell the bytes of all files: those of the files before, and of the one at hand."""
    tell(before + here)


def fetch_part(part: Part, folder: Path, tell: Callable[[int], None]) -> None:
    """Fetch one file; a draft beside it holds what came before a break.

    Raises:
        IntakeError: see `fetch`.
    """
    path, draft = folder / part.name, folder / f".{part.name}.draft"
    if path.exists():
        return
    for tries in range(NUM_TRIES):
        tell(draft.stat().st_size if draft.exists() else 0)  # which may end it
        try:
            _go_on(part, draft, tell)
            break
        except requests.RequestException as error:
            if tries == NUM_TRIES - 1 or getattr(error, "response", None) is not None:
                raise _told(part, error) from None
    _check(part, draft)
    if part.num_drawings is None:
        draft.replace(path)
    else:
        _write_drawings(part.num_drawings, draft, path)


def _go_on(part: Part, draft: Path, tell: Callable[[int], None]) -> None:
    here = draft.stat().st_size if draft.exists() else 0
    if here >= part.size:
        return
    wanted = {"Range": f"bytes={here}-{part.size - 1}", "Accept-Encoding": "identity"}
    with requests.get(
        part.url, headers=wanted, stream=True, timeout=TIMEOUT_S, allow_redirects=False
    ) as answer:
        if answer.status_code not in (requests.codes.ok, requests.codes.partial_content):
            raise requests.HTTPError(response=answer)
        if answer.status_code != requests.codes.partial_content:
            here = 0  # it sends the whole file, whatever was asked for
        with draft.open("r+b" if here else "wb") as file:
            file.seek(here)
            for piece in answer.iter_content(PIECE):
                tell(here)  # before it writes: whoever ended it may write by now
                file.write(piece[: part.size - here])
                here = min(part.size, here + len(piece))
                if here == part.size:
                    break
        tell(here)
    if here < part.size:
        raise requests.ConnectionError("the connection ended early")


def _check(part: Part, draft: Path) -> None:
    if part.md5 and hashlib.md5(draft.read_bytes(), usedforsecurity=False).hexdigest() != part.md5:
        draft.unlink()
        raise IntakeError(
            "checksum_mismatch",
            f"{part.name} came, but is not the file its authors published; try again, or download "
            "it elsewhere and bring it in.",
        )


def _write_drawings(count: int, draft: Path, path: Path) -> None:
    """Make a whole .npy file of the beginning of a longer one; the draft goes."""
    data = draft.read_bytes()
    whole = draft.with_suffix(".whole")
    try:
        stream = io.BytesIO(data)
        np.lib.format.read_magic(stream)
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        is_ours = stream.tell() == NPY_HEADER_BYTES and dtype == np.uint8
        if not is_ours or shape[1:] != (DRAWING_BYTES,):
            raise ValueError("another form")
    except ValueError:
        draft.unlink()
        raise IntakeError("bad_file", "The drawings came in a form that is not known.") from None
    rows = np.frombuffer(data, np.uint8, count * DRAWING_BYTES, NPY_HEADER_BYTES)
    with whole.open("wb") as file:
        np.save(file, rows.reshape(count, DRAWING_BYTES), allow_pickle=False)
    whole.replace(path)
    draft.unlink()


def _told(part: Part, error: requests.RequestException) -> IntakeError:
    host = part.url.split("/")[2]
    if error.response is not None:
        what = f"{host} answered {error.response.status_code} for {part.name}"
        why = "check its name" if error.response.status_code == 404 else "try again later"
        return IntakeError("not_fetched", f"{what}; {why}.")
    return IntakeError(
        "no_network",
        f"{host} cannot be reached from here; download {part.url} elsewhere, with the others of "
        "its set, and bring them in together.",
    )

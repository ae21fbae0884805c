"""What a data set is known by: everything its samples have, and old ids as they were."""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from store.datasets.content import digest_more, with_more
from store.datasets.files import PICTURES, SOUND_ENDS, SOUNDS, TABLE, make_table


def table(path: Path, step: int, **texts: list[str | None]) -> dict[str, Path]:
    ids = [str(n) for n in range(6)]
    whole = make_table(ids, texts)  # type: ignore[arg-type]
    with pa.ipc.new_file(str(path), whole.schema) as file:
        for start in range(0, 6, step):
            file.write_table(whole.slice(start, step))
    return {TABLE: path}


def array(path: Path, values: object) -> Path:
    np.save(path, np.asarray(values))
    return path.with_suffix(".npy")


WORDS: list[str | None] = ["ana", "ben", "", None, "ä", "ana"]


def test_digest_more__is_empty_where_there_is_nothing_more(tmp_path: Path) -> None:
    assert digest_more({}) == digest_more(table(tmp_path / "a", 6)) == ""
    content = hashlib.sha256(b"x").hexdigest()
    assert with_more(content, "") == content, "old ids stay valid"


def test_digest_more__knows_texts_by_column_however_they_were_cut(tmp_path: Path) -> None:
    digests = {
        "whole": digest_more(table(tmp_path / "a", 6, who=WORDS)),
        "cut": digest_more(table(tmp_path / "b", 4, who=WORDS)),
        "empty": digest_more(table(tmp_path / "c", 6, who=[word or "" for word in WORDS])),
    }
    assert len(set(digests.values())) == 1
    others = [
        digest_more(table(tmp_path / "d", 6, whom=WORDS)),
        digest_more(table(tmp_path / "e", 6, who=WORDS, where=WORDS)),
        digest_more(table(tmp_path / "f", 6, who=[*WORDS[:5], "anna"])),
        digest_more(table(tmp_path / "g", 6, who=["an", "aben", "", None, "ä", "ana"])),
        "",
    ]
    assert len({*others, digests["whole"]}) == 6


@pytest.mark.parametrize("file", [PICTURES, SOUNDS, SOUND_ENDS])
def test_digest_more__knows_pictures_and_sounds(tmp_path: Path, file: str) -> None:
    values = np.arange(24, dtype=np.int16).reshape(6, 4)
    same = [digest_more({file: array(tmp_path / str(n), values)}) for n in range(2)]
    assert same[0] == same[1] != ""
    others = [values + 1, values.reshape(4, 6), values.astype(np.int32), values[:5]]
    digests = {digest_more({file: array(tmp_path / "x", other)}) for other in others}
    assert len(digests | set(same)) == 5

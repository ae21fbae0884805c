"""Tables beside pictures and sounds that say what they are."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ml.intake.errors import IntakeError
from tests.ml.intake.brought import bring, make_folder, make_zip, png, refused
from tests.ml.intake.heard import encoded, tone


def pictures(*names: str) -> dict[str, bytes]:
    """Files of pictures, each another one."""
    return {name: png(10 + 5 * i) for i, name in enumerate(names)}


def lines(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def table(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


METADATA = {
    "metadata.csv": b"file_name,label,caption\n1.png,cat,on a mat\n2.png,dog,\n3.png,cat,asleep\n",
    "metadata.jsonl": lines(
        {"file_name": "1.png", "label": "cat", "caption": "on a mat"},
        {"file_name": "2.png", "label": "dog", "caption": None},
        {"file_name": "3.png", "label": "cat", "caption": "asleep"},
    ),
    "metadata.parquet": table(
        file_name=["1.png", "2.png", "3.png"], label=["cat", "dog", "cat"],
        caption=["on a mat", None, "asleep"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", METADATA)
@pytest.mark.parametrize("make", [make_folder, make_zip])
def test_metadata__names_classes_and_texts(tmp_path: Path, name: str, make: Any) -> None:
    files = {name: METADATA[name], **pictures("1.png", "2.png", "3.png")}
    taken = bring(make(tmp_path / "set.zip", files))
    assert (taken.outline.kind, taken.ids) == ("image", ["1.png", "2.png", "3.png"])
    assert taken.class_names == ["cat", "dog", "cat"]
    assert not taken.rejections
    assert [column.name for column in taken.outline.columns] == ["file_name", "label", "caption"]
    chosen = taken.outline.chosen
    assert (chosen["id_column"], chosen["label_column"]) == ("file_name", "label")
    assert chosen["text_columns"] == ["caption"]
    assert "the column 'label' of " + name in taken.outline.treatment[-1]


def test_metadata__lies_in_each_part_of_a_split(tmp_path: Path) -> None:
    files = pictures("set/train/1.png", "set/train/2.png", "set/test/1.png")
    files["set/train/metadata.csv"] = b"file_name,label\n1.png,a\n2.png,b\n"
    files["set/test/metadata.csv"] = b"file_name,label\n1.png,c\n"
    taken = bring(make_folder(tmp_path, files))
    assert dict(zip(taken.ids, taken.class_names, strict=True)) == {
        "test/1.png": "c", "train/1.png": "a", "train/2.png": "b",
    }  # fmt: skip
    assert taken.is_held_out == [True, False, False]


@pytest.mark.parametrize("start", ["", "/home/ada/set/"])
def test_row_of_a_missing_file__gives_nothing_to_another_with_its_name(
    tmp_path: Path, start: str
) -> None:
    files = pictures(*(f"test/{n}.png" for n in range(3)))
    rows = [f"{start}{part}/{n}.png,{name}\n"
            for part, name in (("train", "cat"), ("test", "dog")) for n in range(3)]  # fmt: skip
    files["metadata.csv"] = ("file_name,label\n" + "".join(rows)).encode()
    taken = bring(make_folder(tmp_path, files))
    assert taken.class_names == ["dog"] * 3
    assert taken.codes == {f"{start}train/{n}.png": "no_file" for n in range(3)}
    assert "Rows that name no file: 3, left out." in taken.outline.treatment
    last, *_, first = rows
    files["metadata.csv"] = "".join(["file_name,label\n", last, *rows[1:-1], first]).encode()
    assert bring(make_folder(tmp_path, files)).class_names == ["dog"] * 3, "whatever the order"


def test_row_of_a_missing_file__brings_nothing_of_the_test_into_the_training(
    tmp_path: Path,
) -> None:
    files = pictures("train/1.png", "test/1.png", "test/2.png")
    files["train/metadata.csv"] = b"file_name,label\n1.png,cat\n2.png,cat\n"
    files["test/metadata.csv"] = b"file_name,label\n1.png,dog\n"
    taken = bring(make_zip(tmp_path / "set.zip", files))
    assert taken.ids == ["test/1.png", "test/2.png", "train/1.png"]
    assert taken.class_names == ["dog", None, "cat"]
    assert taken.codes == {"2.png": "no_file"}
    files["test/metadata.csv"] += b"2.png,dog\n"
    taken = bring(make_zip(tmp_path / "set.zip", files))
    assert taken.class_names == ["dog", "dog", "cat"]
    assert taken.is_held_out == [True, True, False]


def test_columns__of_numbers_are_told_as_left_out(tmp_path: Path) -> None:
    files = pictures("1.png", "2.png") | {"labels.csv": b"file,cat,dog\n1.png,1,0\n2.png,0,1\n"}
    taken = bring(make_folder(tmp_path, files))
    assert "Left out: 'cat', 'dog'." in taken.outline.treatment


def test_rows_and_files__that_lack_each_other_are_counted(tmp_path: Path) -> None:
    files = pictures("pics/a.png", "pics/b.png", "pics/c.png")
    files["labels.csv"] = b"image,breed\na.png,pug\nz.png,pug\nb.png,pug\na.png,hound\n,hound\n"
    taken = bring(make_folder(tmp_path, files))
    assert taken.class_names == ["pug", "pug", None]
    assert taken.codes == {"z.png": "no_file", "row 5": "no_file"}
    told = " ".join(taken.outline.treatment)
    assert "Rows that name no file: 2, left out." in told
    assert "Files without a row: 1, kept" in told
    assert "Rows that name a file again: 1;" in told


FOUR = pictures("train/1.png", "train/2.png", "test/1.png", "test/2.png")


@pytest.mark.parametrize(
    "tables",
    [
        {"train/metadata.csv": b"file_name,label\n1.png,a\n2.png,b\n",
         "test/metadata.csv": b"file_name,label\n1.png,a\n"},
        {"metadata.csv": b"file_name,label,split\ntrain/1.png,a,train\ntest/1.png,b,test\n"},
        {"metadata.csv": b"file_name,label,split\ntrain/1.png,a,train\ntest/1.png,b,test\n"
                         b"test/2.png,b,\n"},
    ],
)  # fmt: skip
def test_files__no_row_tells_the_split_of_are_held_out_as_their_folder_says(
    tmp_path: Path, tables: dict[str, bytes]
) -> None:
    taken = bring(make_folder(tmp_path, {**FOUR, **tables}))
    assert taken.ids == ["test/1.png", "test/2.png", "train/1.png", "train/2.png"]
    assert taken.is_held_out == [True, True, False, False]


def test_split_and_ids_without_endings(tmp_path: Path) -> None:
    files = pictures("p/0001.png", "p/0002.png", "p/0003.png")
    files["set.csv"] = b"id,target,category,split\n0001,0,hen,train\n0002,1,fox,test\n0003,0,hen,\n"
    taken = bring(make_folder(tmp_path, files))
    assert taken.class_names == ["hen", "fox", "hen"]
    assert taken.is_held_out == [False, True, False]


def test_label__is_whichever_column_was_chosen(tmp_path: Path) -> None:
    files = pictures("1.png", "2.png")
    files["metadata.csv"] = b"file_name,label,site\n1.png,cat,hill\n2.png,dog,lake\n"
    chosen = {"id_column": "file_name", "text_columns": ("label",), "value_columns": ()}
    taken = bring(make_folder(tmp_path, files), label_column="site", **chosen)
    assert taken.class_names == ["hill", "lake"]
    assert "label_column" not in taken.outline.chosen
    none = bring(tmp_path, label_column="")
    assert none.class_names == [None, None]
    with pytest.raises(IntakeError, match="no column 'colour'") as error:
        bring(tmp_path, label_column="colour")
    assert refused(error)[0] == "no_such_column"


def test_tables__that_name_no_file_are_told_and_folders_count(tmp_path: Path) -> None:
    files = pictures("cat/1.png", "dog/2.png")
    files["prices.csv"] = b"article,price\nmilk,1.5\n"
    taken = bring(make_folder(tmp_path, files))
    assert taken.class_names == ["cat", "dog"]
    assert taken.codes == {"prices.csv": "other_kind"}


def test_broken_metadata__is_no_set_without_labels(tmp_path: Path) -> None:
    files = {"metadata.jsonl": b'{"file_name": "1.png"\n', **pictures("1.png")}
    with pytest.raises(IntakeError, match="JSON lines") as error:
        bring(make_folder(tmp_path, files))
    assert refused(error) == ("bad_json", 422)


def sounds(*names: str) -> dict[str, bytes]:
    """Recordings of a quarter of a second, each of another pitch."""
    return {
        name: encoded(tone(300 + 40 * i, 0.25, 8000), 8000) for i, name in enumerate(names)
    }  # fmt: skip


def test_esc_50__comes_in_as_it_is(tmp_path: Path) -> None:
    """Piczak, "ESC: Dataset for Environmental Sound Classification", 2015."""
    names = [f"{fold}-{k}-A-{target}.wav" for fold, k, target in
             ((1, 100032, 0), (1, 100038, 14), (2, 100210, 36), (2, 101296, 0))]  # fmt: skip
    words = ("dog", "chirping_birds", "vacuum_cleaner", "dog")
    rows = ["filename,fold,target,category,esc10,src_file,take"]
    rows += [f"{name},{name[0]},{name.split('-')[3][:-4]},{word},True,{name.split('-')[1]},A"
             for name, word in zip(names, words, strict=True)]  # fmt: skip
    files = sounds(*(f"ESC-50-master/audio/{name}" for name in names))
    files["ESC-50-master/meta/esc50.csv"] = "\n".join(rows).encode()
    files["ESC-50-master/README.md"] = b"# ESC-50"
    files["ESC-50-master/requirements.txt"] = b"numpy"
    taken = bring(make_zip(tmp_path / "ESC-50-master.zip", files))
    assert taken.outline.kind == "spectrogram"
    assert taken.ids == names
    assert taken.class_names == list(words)
    assert not taken.rejections


def test_speech_commands__come_in_with_their_lists(tmp_path: Path) -> None:
    """Warden, "Speech Commands", 2018: a folder a word, and lists of who is held out."""
    names = [f"{word}/{who}_nohash_{n}.wav" for word in ("yes", "no") for who in ("ab", "cd")
             for n in (0, 1)]  # fmt: skip
    files = sounds(*names)
    files["_background_noise_/hum.wav"] = encoded(
        np.random.default_rng(0).normal(0, 0.1, 4000).astype(np.float32), 8000
    )
    files["testing_list.txt"] = b"yes/ab_nohash_0.wav\nno/ab_nohash_1.wav\n"
    files["validation_list.txt"] = b"yes/cd_nohash_0.wav\n"
    files["README.md"] = files["LICENSE"] = b"words"
    taken = bring(make_folder(tmp_path, files))
    assert not taken.rejections
    assert {"yes", "no"} <= set(taken.class_names)
    held_out = {name for name, is_held in zip(taken.ids, taken.is_held_out or [], strict=True)
                if is_held}  # fmt: skip
    assert held_out == {"yes/ab_nohash_0.wav", "no/ab_nohash_1.wav", "yes/cd_nohash_0.wav"}
    told = " ".join(taken.outline.treatment)
    assert "Held out are the files that testing_list.txt and validation_list.txt list." in told


def test_one_recording_and_its_table(tmp_path: Path) -> None:
    files = sounds("a.wav") | {"metadata.csv": b"file_name,label\na.wav,owl\n"}
    taken = bring(make_folder(tmp_path, files))
    assert taken.class_names == ["owl"]

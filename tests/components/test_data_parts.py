"""What the other cards of the Data page say and lead to."""

import pytest

from components import data_check, data_exports, data_guide, data_names, data_set, data_settings
from components.project_dialog import PRESET_WORDS
from ml.intake.recordings import FORMATS
from ml.records import PRESETS
from tasks.keeping import MOST_PROJECT_CLASSES
from tests.components.tree import nodes, of_type, props, text_of

PROJECT = "0b0f7a52-3c0e-4b57-9a3f-1d7e2f9a6c11"


def test_exports__each_has_a_sentence_and_links_that_download() -> None:
    tree = data_exports.layout(PROJECT)
    links = [props(each) for each in of_type(tree, "A")]
    prefix = f"/api/projects/{PROJECT}/exports/"
    files = [link["href"].removeprefix(prefix) for link in links]
    assert files == [
        "annotations.csv", "annotations.parquet", "annotations.jsonl", "history.csv",
        "history.parquet", "history.jsonl", "predictions.csv", "predictions.parquet",
        "embedding.csv",
        "embedding.parquet", "embedding.npy", "network.zip", "project.lodemap?data=1",
        "project.lodemap?data=0", "project.lodemap?data=1&networks=every",
        "project.lodemap?data=0&networks=every",
    ]  # fmt: skip
    assert all(link["download"] == "" for link in links)
    labels = [link["aria-label"] for link in links]
    assert len(set(labels)) == len(labels), "a screen reader tells them apart"
    assert all(each.words.endswith(".") for each in data_exports.EXPORTS)


def test_guides__one_for_each_kind_the_first_one_open() -> None:
    guides = [
        props(n) for n in nodes(data_guide.layout(is_hidden=False)) if "data-guide" in props(n)
    ]
    assert [g["data-guide"] for g in guides] == ["image", "spectrogram", "vector"]
    assert [g["hidden"] for g in guides] == [False, True, True]


def test_guides__name_every_kind_of_sound_there_is() -> None:
    (words,) = [text for what, text in data_guide.GUIDES[1].points if what == "Files"]
    kinds_of_wav = {"WAVEX", "RF64", "W64"}
    assert [form for form in FORMATS - kinds_of_wav if form not in words] == []


def test_settings__know_how_many_classes_a_project_takes() -> None:
    (most,) = [
        props(n)["data-most"] for n in nodes(data_settings.layout()) if "data-most" in props(n)
    ]
    assert most == MOST_PROJECT_CLASSES


def test_settings__offer_every_preset_in_plain_words() -> None:
    select = props(of_type(data_settings.layout(), "Select")[0])
    assert [option["value"] for option in select["options"]] == list(PRESETS)
    assert all(PRESET_WORDS[o["value"]] in o["label"] for o in select["options"])


def test_settings__hold_out_at_most_half() -> None:
    slider = next(
        props(each)
        for each in of_type(data_settings.layout(), "Input")
        if props(each)["id"] == data_settings.ids.held
    )
    assert (slider["min"], slider["max"], slider["value"]) == (0, 50, 20)


def test_segment__its_first_choice_is_chosen_and_the_only_one_in_the_tab_order() -> None:
    tree = data_settings.segment("x", "Axes", (("2", "2D"), ("3", "3D")))
    buttons = [props(each) for each in of_type(tree, "Button")]
    assert [b["aria-checked"] for b in buttons] == ["true", "false"]
    assert [b["tabIndex"] for b in buttons] == [0, -1]


@pytest.mark.parametrize("scope", ["data", "set"])
def test_check__ids_of_an_import_and_of_a_data_set_differ(scope: str) -> None:
    tree = [data_check.preview(scope), data_check.balance(scope, "a", "b")]
    names = [props(node)["id"] for node in nodes(tree) if "id" in props(node)]
    assert names
    assert all(name.startswith(f"{scope}-") for name in names)


def test_names__say_which_columns_a_table_needs() -> None:
    assert "sample_id" in text_of(data_names.layout())
    assert "class_name" in text_of(data_names.layout())


def test_set__leads_to_another_data_set_and_to_an_archive_of_this_one() -> None:
    tree = data_set.layout(PROJECT, "Round things", is_hidden=False)
    assert text_of(of_type(tree, "H1")[0]) == "Round things"
    assert props(of_type(tree, "Link")[0])["href"] == f"/data?project={PROJECT}&new=1"

"""The samples themselves: what they are called, and their pictures."""

from fastapi import APIRouter, Response

from pages.answers import JsonAnswer
from pages.api.frames import IMMUTABLE, binary
from pages.api.parsing import DatasetId, Parts, count
from pages.api.sounds import wav
from pages.auth.declared import requires
from store.errors import NotFoundError
from store.opening import Store

router = APIRouter()


@router.get("/api/datasets/{d}")
@requires("viewer")
def read_dataset(dataset: DatasetId, parts: Parts) -> Response:
    """Describe a data set and how its thumbnails lie on their sheets."""
    return JsonAnswer(to_json(parts.store, dataset))


@router.get("/api/datasets/{d}/samples")
@requires("viewer")
def read_samples(dataset: DatasetId, parts: Parts) -> Response:
    """Return label int16, then is_held_out uint8, one of each per sample."""
    samples = parts.store.datasets.samples(dataset)
    return binary(samples.label.astype("<i2").tobytes() + samples.is_held_out.tobytes())


@router.get("/api/datasets/{d}/sheets/{k}.png")
@requires("viewer")
def read_sheet(dataset: DatasetId, k: str, parts: Parts) -> Response:
    """Return a sheet of thumbnails."""
    return binary(parts.store.thumbnails.sheet(dataset, count(k, "sheet")), "image/png")


@router.get("/api/datasets/{d}/samples/{n}")
@requires("viewer")
def read_sample(dataset: DatasetId, n: str, parts: Parts) -> Response:
    """Return the id and the texts of one sample, by column."""
    texts = parts.store.datasets.texts(dataset, count(n, "sample"))
    return JsonAnswer(texts, headers=IMMUTABLE)


@router.get("/api/datasets/{d}/sounds/{n}.wav")
@requires("viewer")
def read_sound(dataset: DatasetId, n: str, parts: Parts) -> Response:
    """Return what a sample sounds like."""
    rate = parts.store.datasets.get(dataset).about.sound_rate
    if rate is None:
        raise NotFoundError("These samples have no sound.")
    sound = parts.store.datasets.files.sound(dataset, count(n, "sample"))
    return binary(wav(sound, rate), "audio/wav")


def to_json(store: Store, dataset_id: str) -> dict[str, object]:
    """Return what a page needs to know before it asks for bytes."""
    dataset, plan = store.datasets.get(dataset_id), store.thumbnails.plan(dataset_id)
    return {
        "dataset_id": dataset_id,
        "name": dataset.name,
        "num_samples": dataset.num_samples,
        "sample_shape": dataset.sample_shape,
        "kind": dataset.kind,
        "source": dataset.about.source,
        "text_columns": dataset.about.text_columns,
        "sound_rate": dataset.about.sound_rate,
        "class_names": dataset.class_names,
        "sheet": {
            "tile": plan.tile,
            "columns": plan.columns,
            "per_sheet": plan.per_sheet,
            "num_sheets": plan.num_sheets,
            "ink": plan.is_ink,
        },
    }

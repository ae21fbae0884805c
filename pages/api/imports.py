"""Bring in samples: send a file, look at what it holds, keep it as a project."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

from ml.errors import InvalidInputError
from ml.intake.records import Options
from pages.answers import JsonAnswer, RefusedError
from pages.api.import_view import split_of, staged_of, to_json
from pages.api.parsing import Asker, JsonBody, Parts, count, intake_id
from pages.api.sample_sets import bring_digits, bring_public, describe
from pages.api.sounds import wav
from pages.auth.declared import requires
from pages.services import Services
from store.intake.records import Intake
from store.intake.staging import EMPTY, HELD_OUT
from tasks.keeping import Choices
from tasks.public_sets import DIGITS, MOST_PER_CLASS, SETS

PART_BYTES: Final = 2**16
"""Of a listing, read and sent at once."""
router = APIRouter()
MOST_PIECE: int = 8 * 2**20
"""Bytes of one piece of an upload."""


async def _own_intake(request: Request, parts: Parts, asker: Asker) -> Intake:
    found = await intake_id(request.path_params["i"])
    return await asyncio.to_thread(parts.store.intakes.get, found, asker.author_id)


Own = Annotated[Intake, Depends(_own_intake)]


@router.post("/api/imports")
@requires("admin")
def begin(body: JsonBody, parts: Parts, asker: Asker) -> Response:
    """Announce a file; its bytes come in pieces."""
    name = body.get("name")
    if not isinstance(name, str):
        raise InvalidInputError("An import needs the name of its file.")
    intake = parts.store.intakes.create(name, body.get("size", 0), asker.author, asker.author_id)
    return JsonAnswer(to_json(parts, intake), 201)


@router.get("/api/imports/sets")
@requires("viewer")
def list_sets() -> Response:
    """List the data sets that can be had by name."""
    sets = [describe(each) for each in (DIGITS, *SETS)]
    return JsonAnswer({"sets": sets, "most_per_class": MOST_PER_CLASS})


@router.post("/api/imports/sample")
@requires("admin")
def begin_sample(body: JsonBody, parts: Parts, asker: Asker) -> Response:
    """Bring in the demo's data set, or fetch a public one."""
    is_demo = body.get("set") == DIGITS.key
    intake = bring_digits(parts, asker) if is_demo else bring_public(parts, asker, body)
    return JsonAnswer(to_json(parts, intake), 201)


@router.get("/api/imports")
@requires("viewer")
def list_own(parts: Parts, asker: Asker) -> Response:
    """List the asker's imports that are neither kept nor cancelled."""
    intakes = parts.store.intakes.of_author(asker.author_id)
    return JsonAnswer({"imports": [to_json(parts, intake) for intake in intakes]})


@router.get("/api/imports/{i}")
@requires("admin")
def read_import(intake: Own, parts: Parts) -> Response:
    """Say how far an import is."""
    return JsonAnswer(to_json(parts, intake))


@router.put("/api/imports/{i}/bytes")
@requires("admin")
async def add_bytes(request: Request, intake: Own, parts: Parts, at: str = "") -> Response:
    """Add a piece; after the last one the reading begins."""
    piece = await request.body()
    if len(piece) > MOST_PIECE:
        raise RefusedError(413, "body_too_large", "Send at most 8 MB at once.")
    return await asyncio.to_thread(receive, parts, intake, count(at, "place"), piece)


@router.get("/api/imports/{i}/bytes")
@requires("admin")
def sum_bytes(intake: Own, parts: Parts, at: str = "", length: str = "") -> Response:
    """Say what received bytes add up to: another browser may have another file of the same name."""
    most = min(count(length, "length"), MOST_PIECE)
    crc32, found = parts.store.intakes.checksum(intake, count(at, "place"), most)
    return JsonAnswer({"crc32": crc32, "length": found})


def receive(parts: Services, intake: Intake, at: int, piece: bytes) -> Response:
    """Save a piece, and begin to read once all are here."""
    intake = parts.store.intakes.append(intake.intake_id, intake.author_id, at, piece)
    if intake.received == intake.size and intake.state == "receiving":
        intake = parts.backend.desk.complete(intake)
    return JsonAnswer(to_json(parts, intake))


@router.post("/api/imports/{i}/read")
@requires("admin")
def read_again(intake: Own, body: JsonBody, parts: Parts) -> Response:
    """Read the files again, with other options."""
    options = Options.from_json(body.get("options", {}))
    return JsonAnswer(to_json(parts, parts.backend.desk.read(intake, options)), 202)


@router.delete("/api/imports/{i}")
@requires("admin")
def cancel(intake: Own, parts: Parts) -> Response:
    """Discard an import and what was sent."""
    return JsonAnswer(to_json(parts, parts.backend.desk.cancel(intake)))


@router.get("/api/imports/{i}/samples")
@requires("admin")
def read_samples(intake: Own) -> Response:
    """Return label int16, then flags uint8, one of each per sample."""
    staged = staged_of(intake)
    flags = staged.flags() & (EMPTY | HELD_OUT)
    return passing(staged.label().astype("<i2").tobytes() + flags.tobytes())


@router.get("/api/imports/{i}/split")
@requires("admin")
def read_split(intake: Own, held_out: str = "") -> Response:
    """Say how many samples a share, or the files, would hold out."""
    return JsonAnswer(split_of(intake, held_out))


@router.get("/api/imports/{i}/sheets/{k}.png")
@requires("admin")
def read_sheet(intake: Own, k: str) -> Response:
    """Return a sheet of thumbnails of what was read so far."""
    return passing(staged_of(intake).sheet(count(k, "sheet")), "image/png")


@router.get("/api/imports/{i}/sounds/{n}.wav")
@requires("admin")
def read_sound(intake: Own, n: str) -> Response:
    """Return what a sample sounds like."""
    staged = staged_of(intake)
    data = wav(staged.sound(count(n, "sample")), staged.outline.sound_rate)
    return passing(data, "audio/wav")


@router.get("/api/imports/{i}/rejected.csv")
@requires("admin")
def read_rejected(intake: Own) -> Response:
    """Return what was left out, and why."""
    return listing(staged_of(intake).rejected())


@router.get("/api/imports/{i}/warnings.csv")
@requires("admin")
def read_warnings(intake: Own) -> Response:
    """Return what is kept with less than was said of it, and why."""
    return listing(staged_of(intake).warnings())


def listing(file: Path) -> Response:
    """Return a CSV file, read as it is sent; it may still be growing."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    stream = file.open("rb")
    parts = iter(partial(stream.read, PART_BYTES), b"")
    closing = BackgroundTask(stream.close)
    return StreamingResponse(parts, media_type="text/csv", headers=headers, background=closing)


@router.post("/api/imports/{i}/keep")
@requires("admin")
def keep(intake: Own, body: JsonBody, parts: Parts) -> Response:
    """Make a project of what was read; asked again, it is the same one."""
    if intake.state in ("keeping", "kept"):
        return JsonAnswer(to_json(parts, intake), 202)
    # a key is of pages from before; the import's own id makes it one project
    choices: dict[str, Any] = {name: value for name, value in body.items() if name != "key"}
    kept = parts.backend.desk.keep(intake, Choices.from_json(choices))
    return JsonAnswer(to_json(parts, kept), 202)


def passing(data: bytes, media_type: str = "application/octet-stream") -> Response:
    """Return bytes of something that may be read anew, so that no browser keeps them."""
    return Response(data, media_type=media_type, headers={"Cache-Control": "no-store"})

"""Everything a project gives away, as files that a browser saves."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Response
from starlette.responses import StreamingResponse

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer
from pages.api.parsing import JsonBody, Parts, ProjectId, base64_of, count
from pages.auth.declared import requires
from store.archives.packing import pack_project
from store.archives.sizes import archive_sizes
from store.exports.catalogue import Download, Wanted, file_name, open_table, snapshot_file
from store.snapshots.seen import see
from tasks.network_export import network_zip

router = APIRouter()
NEWEST: Final = "newest"
EVERY: Final = "every"


@router.get("/api/projects/{p}/exports/network.zip")
@requires("viewer")
def export_network(
    project: ProjectId, parts: Parts, run: str | None = None, epoch: str | None = None
) -> Response:
    """Return the network of a snapshot: weights, ONNX, source and card."""
    seen = see(parts.store, project, run, epoch_of(epoch))
    name = snapshot_file(seen, "network", "zip")
    return attachment(Download(name, "application/zip", network_zip(parts.settings, seen)))


@router.get("/api/projects/{p}/exports/project.lodemap")
@requires("viewer")
def export_archive(
    project: ProjectId, parts: Parts, data: str = "0", networks: str = NEWEST
) -> Response:
    """Return the whole project; with `data=1` its data set, with `networks=every` all networks."""
    is_every = networks_of(networks) == EVERY
    name = file_name(parts.store.projects.get(project).name, "lodemap")
    chunks = pack_project(parts.store, project, data == "1", is_every)
    return attachment(Download(name, "application/zip", chunks))


@router.get("/api/projects/{p}/exports/{what}.{form}")
@requires("viewer")
def export_table(
    project: ProjectId,
    what: str,
    form: str,
    parts: Parts,
    run: str | None = None,
    epoch: str | None = None,
) -> Response:
    """Return annotations, their history, predictions or places of all samples."""
    wanted = Wanted(what, form, None, run, epoch_of(epoch))
    return attachment(open_table(parts.store, project, wanted))


@router.post("/api/projects/{p}/exports/{what}.{form}")
@requires("viewer")
def export_selection(
    project: ProjectId,
    what: str,
    form: str,
    body: JsonBody,
    parts: Parts,
    run: str | None = None,
    epoch: str | None = None,
) -> Response:
    """Return the same of the samples in the body."""
    wanted = Wanted(what, form, base64_of(body, "samples"), run, epoch_of(epoch))
    return attachment(open_table(parts.store, project, wanted))


@router.get("/api/projects/{p}/exports/sizes")
@requires("viewer")
def export_sizes(project: ProjectId, parts: Parts) -> Response:
    """Return about how many bytes the project's archives have."""
    return JsonAnswer(asdict(archive_sizes(parts.store, project)))


def networks_of(text: str) -> str:
    """Read which networks an archive is to hold, or refuse it."""
    if text not in (NEWEST, EVERY):
        raise InvalidInputError(f"networks must be {NEWEST} or {EVERY}.")
    return text


def epoch_of(text: str | None) -> int | None:
    """Read an epoch from an address, or refuse it."""
    return None if text is None else count(text, "snapshot")


def attachment(download: Download) -> Response:
    """Return a file as it is made; what goes wrong before its first bytes is told as ever."""
    first = next(download.chunks, b"")
    parts: Iterator[bytes] = chain([first], download.chunks)
    headers = {"Content-Disposition": disposition(download.name), "Cache-Control": "no-store"}
    return StreamingResponse(parts, media_type=download.media_type, headers=headers)


def disposition(name: str) -> str:
    """Return the header that names a download, for browsers of any age (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

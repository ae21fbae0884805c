"""Everything a project gives away, as files that a browser saves."""

from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

from fastapi import APIRouter, Response
from starlette.responses import StreamingResponse

from pages.api.parsing import JsonBody, Parts, ProjectId, base64_of, count
from store.exports.catalogue import Download, Wanted, describe_snapshot, file_name, open_table
from store.exports.opinions import see
from store.exports.packing import pack_project
from tasks.network_export import network_zip

router = APIRouter()


@router.get("/api/projects/{p}/exports/network.zip")
def export_network(
    project: ProjectId, parts: Parts, run: str | None = None, epoch: str | None = None
) -> Response:
    """Return the network of a snapshot: weights, ONNX, source and card."""
    sight = see(parts.store, project, run, epoch_of(epoch))
    name = file_name(describe_snapshot(sight, "network"), "zip")
    return attachment(Download(name, "application/zip", network_zip(parts.settings, sight)))


@router.get("/api/projects/{p}/exports/project.lodemap")
def export_archive(project: ProjectId, parts: Parts, data: str = "0") -> Response:
    """Return the whole project; with `data=1` its data set as well."""
    name = file_name(parts.store.projects.get(project).name, "lodemap")
    chunks = pack_project(parts.store, project, with_data=data == "1")
    return attachment(Download(name, "application/zip", chunks))


@router.get("/api/projects/{p}/exports/{what}.{form}")
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

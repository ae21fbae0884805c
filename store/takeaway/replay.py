"""A session as one HTML file that replays it from disk, without a network.

Everything is inside: frames, names, gestures, pictures, and the map's own modules as one script. A
policy in its head allows that script and that style sheet by their hashes and nothing else, so no
name of a class or a person can become code. All that people typed stands in blocks of base64 and is
only ever put into the page as text; the title alone is text of the page, and escaped.
"""

import base64
import hashlib
import html
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from string import Template
from typing import Any, Final

import numpy as np
import orjson

from ml.wording import many
from store.datasets.tiles import TILE
from store.opening import Store
from store.takeaway.bundle import ASSETS, bundle
from store.takeaway.errors import TooLargeToTakeError
from store.takeaway.session import Session, annotations
from store.takeaway.shots import frame_bytes
from store.version import lodemap_version

PAGE: Final = Path(__file__).resolve().parent / "page"
MOST_SHOTS: Final = 200
MOST_BYTES: Final = 40_000_000
"""Of the frames, as base64: the whole file stays well below what mail and browsers take."""
LIMIT_BYTES: Final = 400_000_000
"""A page with fewer than two frames replays nothing; two of this size are too many."""
SHEET_BYTES: Final = 8_000_000
"""Of the pictures of samples; a larger set goes without."""
ID_BYTES: Final = 2_000_000
"""Of the names of samples."""
MOST_PEOPLE: Final = 5
"""People a subtitle names; of more the last ones are counted."""
STYLES: Final = ("10_tokens.css", "map.css")
_DOTS: Final = re.compile(r"^(?:\.dot|\.slot-).*$", re.MULTILINE)
Tell = Callable[[float], None]
"""Hears how much is done, 0 to 1; it may raise, and then nothing more is made."""


def shots_in_budget(num_samples: int, latent_dim: int) -> int:
    """Return how many frames a file holds.

    Raises:
        TooLargeToTakeError: not even two.
    """
    each = frame_bytes(num_samples, latent_dim) * 4 / 3
    if 2 * each > LIMIT_BYTES:
        raise TooLargeToTakeError(
            f"A frame of {num_samples:,} samples takes {each / 1e6:,.0f} MB, too much for a page; "
            "make a film instead."
        )
    return max(2, min(MOST_SHOTS, int(MOST_BYTES / each)))


def write_replay(store: Store, session: Session, tell: Tell) -> Iterator[str]:
    """Yield the page piece by piece; memory holds one frame at a time.

    Args:
        store: Where the session is from.
        session: What is replayed.
        tell: Hears how much is done.

    Raises:
        ArtifactMissingError: a frame's file is gone.
    """
    script = bundle(ASSETS / "takeaway" / "replay.mjs")
    style = page_style()
    about = describe(store, session)
    head, tail = (PAGE / "replay.html").read_text(encoding="utf-8").split("$data\n")
    yield Template(head).substitute(
        policy=policy(script, style),
        title=html.escape(session.project.name),
        subtitle=html.escape(subtitle(session)),
        version=html.escape(lodemap_version()),
        style=style,
    )
    for nth, (name, data) in enumerate(_blocks(store, session, about)):
        tell(min(1.0, nth / (len(session.shots) + 3)))
        text = base64.b64encode(data).decode("ascii")
        yield f'<script type="text/plain" id="data-{name}">{text}</script>\n'
    yield Template(tail).substitute(script=script)


def policy(script: str, style: str) -> str:
    """Return the page's own Content-Security-Policy: this script, this style, and no address."""
    hashes = (
        base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in (script, style)
    )
    of_script, of_style = hashes
    return (
        f"default-src 'none'; script-src 'sha256-{of_script}'; style-src 'sha256-{of_style}'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def page_style() -> str:
    """Return the style sheet: the app's tokens, its map and its dots, and the page's own."""
    shared = [(ASSETS / name).read_text(encoding="utf-8") for name in STYLES]
    dots = "\n".join(_DOTS.findall((ASSETS / "20_shell.css").read_text(encoding="utf-8")))
    return "\n".join([*shared, dots, (PAGE / "replay.css").read_text(encoding="utf-8")])


def subtitle(session: Session) -> str:
    """Return "3,600 samples of Drawings, 24 Nov 2026, by Ada and Ben"."""
    dataset = session.dataset
    words = f"{many(dataset.num_samples, 'sample')} of {dataset.name}"
    if not session.gestures:
        return words
    when = [each.at for each in session.gestures]
    days = dict.fromkeys([day_of(min(when)), day_of(max(when))])
    people = list(dict.fromkeys(each.author for each in session.gestures))
    if len(people) > MOST_PEOPLE:
        rest = people[MOST_PEOPLE - 1 :]
        people = [*people[: MOST_PEOPLE - 1], f"{len(rest)} others"]
    who = " and ".join(filter(None, [", ".join(people[:-1]), people[-1]]))
    return f"{words}, {' to '.join(days)}, by {who}"


def day_of(at: datetime) -> str:
    """Return "24 Nov 2026"."""
    return f"{at.day} {at:%b %Y}"


def notes(session: Session, *, has_pictures: bool) -> list[str]:
    """Return what a reader should know of what is not here."""
    said = [
        "Space plays, arrows step, Home and End jump, + and - zoom, F fits, T changes the theme."
    ]
    if len(session.shots) < session.num_shots:
        said.append(
            f"{len(session.shots):,} of {session.num_shots:,} frames are kept, so that the file "
            "opens well; points move evenly between them."
        )
    if not has_pictures:
        said.append("The samples' pictures are left out: they are too many for one file.")
    return said


def describe(store: Store, session: Session) -> dict[str, Any]:
    """Return what `assets/takeaway/recording.mjs` reads beside the arrays."""
    dataset, state = session.dataset, session.told.state
    sheet = sheet_plan(store, session)
    ids = store.datasets.sample_ids(dataset.dataset_id)
    is_told = sum(len(each) for each in ids) <= ID_BYTES and list(ids[:1]) != ["0"]
    runs = {block.run.run_id: nth for nth, block in enumerate(session.blocks)}
    return {
        "num_samples": dataset.num_samples,
        "latent_dim": session.project.latent_dim,
        "label_names": list(dataset.class_names),
        "classes": [
            {"class_index": c.class_index, "name": c.name, "color": c.color,
             "merged_into": c.merged_into}
            for c in state.classes
        ],
        "runs": [{"title": block.title} for block in session.blocks],
        "shots": [
            {"run": runs[shot.block.run.run_id], "epoch": shot.row.epoch,
             "is_snapshot": shot.row.is_snapshot}
            for shot in session.shots
        ],
        "beats": [[beat.at_s, beat.shot, beat.caption] for beat in session.beats],
        "captions": [{"text": c.text, "when": f"{c.at.day} {c.at:%b, %H:%M} UTC"}
                     for c in session.captions],
        "length_s": session.length_s,
        "sheet": sheet,
        "sample_ids": list(ids) if is_told else None,
        "notes": notes(session, has_pictures=sheet is not None),
    }  # fmt: skip


def sheet_plan(store: Store, session: Session) -> dict[str, Any] | None:
    """Return how the pictures of samples lie; None where they are too many."""
    plan = store.thumbnails.plan(session.dataset.dataset_id)
    channels = 1 if plan.is_ink else 3
    if session.dataset.num_samples * TILE * TILE * channels > 4 * SHEET_BYTES:
        return None
    return {"tile": plan.tile, "columns": plan.columns, "per_sheet": plan.per_sheet,
            "num_sheets": plan.num_sheets, "ink": plan.is_ink}  # fmt: skip


def _blocks(store: Store, session: Session, about: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield the data blocks of a page by their names."""
    samples = store.datasets.samples(session.dataset.dataset_id)
    counts, changes = pack_changes(store, session)
    yield "about", orjson.dumps({**about, "changes": counts})
    yield "samples", samples.label.astype("<i2").tobytes() + samples.is_held_out.tobytes()
    yield "changes", changes
    for nth, shot in enumerate(session.shots):
        yield f"frame-{nth}", store.artifacts.read(shot.row.artifact)
    for k in range(about["sheet"]["num_sheets"] if about["sheet"] else 0):
        yield f"sheet-{k}", store.thumbnails.sheet(session.dataset.dataset_id, k)


def pack_changes(store: Store, session: Session) -> tuple[list[int], bytes]:
    """Return what was named when, as counts a caption, and all ids (uint32) before all classes.

    The first entry is what was named before any caption.
    """
    before = np.full(session.dataset.num_samples, -1, np.int16)
    ids, values = [], []
    for named in annotations(store, session):
        changed = np.flatnonzero(named != before)
        ids.append(changed.astype("<u4"))
        values.append(named[changed].astype("<i2"))
        before = named.copy()
    data = b"".join(each.tobytes() for each in (*ids, *values))
    return [len(each) for each in ids], data

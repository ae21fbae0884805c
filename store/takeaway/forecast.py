"""What a wish would come to, said before anything is made."""

from dataclasses import dataclass
from typing import Final

from store.exports.catalogue import file_name
from store.opening import Store
from store.records import Project
from store.takeaway.replay import notes, sheet_plan, shots_in_budget
from store.takeaway.scenes import MOST_FRAMES, film_notes, pace
from store.takeaway.session import Session, read_session
from store.takeaway.shots import frame_bytes
from store.takeaway.wish import Wish

PAGE_BYTES: Final = 250_000
"""Of a page without its frames: script and style."""
SHEET_SHARE: Final = 0.4
"""Bytes of a sheet of pictures for each pixel, as PNG."""
REPORT_BYTES: Final = 30_000
"""Of a report without its maps: style and text."""
MAP_BYTES: Final = 300_000
"""Of one map of a report, were it full of points."""
HALF_FULL: Final = 2_600
"""Points that fill half of it; further ones lie more and more on others."""
FILM_SHARE: Final = {"mp4": (0.002, 0.0015), "gif": (0.01, 0.011)}
"""Bytes of a film for each pixel of each picture: of its paper, and of each thousand points."""
MOST_PER_S: Final = 1_500_000
"""Bytes a second that an MP4 is held to (`film.QUALITY`)."""
MOST_COUNTED: Final = 12
"""Thousands of points; more lie too dense to cost anything more."""


@dataclass(frozen=True)
class Forecast:
    """What a wish would come to."""

    num_frames: int
    """Frames that the range has."""
    num_kept: int
    """And that are kept."""
    length_s: float
    """How long it plays; 0 for a report."""
    num_bytes: int
    """About how large it is."""
    notes: list[str]
    """What whoever gets it should know."""


def read(store: Store, project_id: str, wish: Wish) -> Session:
    """Read what a wish is about; errors are those of `read_session` and `shots_in_budget`."""
    most = MOST_FRAMES
    if wish.kind == "replay":
        project = store.projects.get(project_id)
        num_samples = store.datasets.get(project.dataset_id).num_samples
        most = shots_in_budget(num_samples, project.latent_dim)
    return read_session(store, project_id, wish, most)


def forecast(store: Store, project_id: str, wish: Wish) -> Forecast:
    """Say what a wish would come to, without making it; errors are those of `read`."""
    session = read(store, project_id, wish)
    num_frames, num_kept = session.num_shots, len(session.shots)
    if wish.kind == "film":
        pacing = pace(session, wish)
        num_pixels = wish.size[0] * wish.size[1] * pacing.num_pictures
        paper, thousand = FILM_SHARE[wish.form]
        crowd = min(MOST_COUNTED, session.dataset.num_samples / 1000)
        num_bytes = int(num_pixels * (paper + thousand * crowd))
        if wish.form == "mp4":
            num_bytes = min(num_bytes, int(MOST_PER_S * pacing.length_s))
        said = film_notes(session, wish, set())
        return Forecast(num_frames, num_kept, pacing.length_s, num_bytes, said)
    if wish.kind == "report":
        num_bytes = REPORT_BYTES + 2 * _map_bytes(session.dataset.num_samples)
        return Forecast(num_frames, num_kept, 0.0, num_bytes, [])
    sheet = sheet_plan(store, session)
    num_samples = session.dataset.num_samples
    frames = num_kept * frame_bytes(num_samples, session.project.latent_dim)
    pictures = int(num_samples * sheet["tile"] ** 2 * SHEET_SHARE) if sheet else 0
    num_bytes = PAGE_BYTES + (frames + pictures + 3 * num_samples) * 4 // 3
    said = notes(session, has_pictures=sheet is not None)[1:]
    return Forecast(num_frames, num_kept, session.length_s, num_bytes, said)


def _map_bytes(num_points: int) -> int:
    """Return about how large a map of a report is, as base64."""
    return MAP_BYTES * num_points // (num_points + HALF_FULL)


def name_of(project: Project, wish: Wish) -> str:
    """Return what the file of a wish is called: "Round things - replay.html"."""
    return file_name(project.name, wish.suffix, wish.kind)

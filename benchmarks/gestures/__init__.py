"""How many gestures reach which held-out accuracy: ours, a strong control, and the usual way.

The same simulated annotator works in front of every contender, on the same splits and seeds
(docs/learning.md). Each course is kept under bench-out/gestures as soon as it is done, so that a
rerun goes on where it stopped; two processes may take different parts at once.
"""

import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Final

from benchmarks.gestures.contenders import mark_of, name_of, take, why_absent
from benchmarks.gestures.course import Course
from benchmarks.gestures.layout import check_umap
from benchmarks.gestures.plan import CONTENDERS, NEEDS_UMAP, Request, request_of
from benchmarks.gestures.report import put_set
from benchmarks.gestures.scene import Scene, scene_of
from benchmarks.records import Report
from benchmarks.sheet import Sheet

FOLDER: Final = Path("bench-out") / "gestures"
QUICK: Final = "quick"
"""Folder in it for --quick, whose --fresh must not discard hours of the other's work."""


def take_missing(scenes: Sequence[Scene], wanted: tuple[str, ...]) -> None:
    """Run every course that is not kept yet, the first seed of all before the second of any.

    So an hour of it tells something about each set and contender.
    """
    present = [contender for contender in wanted if why_absent(contender) is None]
    most = max((len(scenes[0].plan.seeds_of(each)) for each in present), default=0)
    for seed, scene, contender in product(range(most), scenes, present):
        seeds = scene.plan.seeds_of(contender)
        if seed in seeds:
            take_course(scene, contender, seed, len(seeds))


def take_course(scene: Scene, contender: str, seed: int, num_seeds: int) -> None:
    """Run a course and keep it, unless it is kept."""
    name = name_of(contender, seed, mark_of(scene, contender))
    if scene.keep.find_course(name) is not None:
        return
    course = take(scene, contender, seed)
    scene.keep.write_course(name, course)
    done = f"{scene.name}, {contender}: {seed + 1} of {num_seeds} seeds"
    sys.stderr.write(f"{done}, {course.cpu_s:.0f} s of a core\n")


def kept_courses(scene: Scene, contender: str) -> dict[int, Course]:
    """Return the courses that are kept and not stale, by seed."""
    if why_absent(contender) or not any(scene.keep.folder.glob(f"{contender}_*.json")):
        return {}
    mark = mark_of(scene, contender)
    found = {
        seed: scene.keep.find_course(name_of(contender, seed, mark))
        for seed in scene.plan.seeds_of(contender)
    }
    return {seed: course for seed, course in found.items() if course is not None}


def discard(scene: Scene, request: Request) -> None:
    """Forget what is kept of the contenders asked for; of all of them, pretrainings and maps too.

    Another process may be at work on the others.
    """
    for contender in request.contenders:
        scene.keep.discard(f"{contender}_*.json")
    if request.contenders == CONTENDERS:
        for ending in ("npy", "safetensors"):
            scene.keep.discard(f"*.{ending}")


def run(
    is_quick: bool, data: Path | None = None, part: str | None = None, is_fresh: bool = False
) -> Report:
    """Take the figures, going on from the courses that are kept.

    Args:
        is_quick: One set, one seed, ten gestures and few epochs; what was left out is None.
        data: Another data set in place of the usual three; keys then end in its file's stem.
        part: One contender or one set; figures of others are shown where they are kept.
        is_fresh: Whether kept results are discarded first.

    Raises:
        MissingPartError: when a data set is missing or lacks an array, or umap-learn is missing.
    """
    request = request_of(is_quick, data, part)
    folder = FOLDER / QUICK if is_quick else FOLDER
    scenes = [scene_of(each, request.plan, folder) for each in request.sets]
    if NEEDS_UMAP.intersection(request.contenders):
        check_umap()  # what is missing is said before anything is trained
    sheet = Sheet()
    for scene in scenes if is_fresh else ():
        discard(scene, request)
    take_missing(scenes, request.contenders)
    for scene in scenes:
        found = {contender: kept_courses(scene, contender) for contender in CONTENDERS}
        put_set(sheet, scene.name, found, request.plan.num_gestures)
    absent = {each: reason for each in CONTENDERS if (reason := why_absent(each)) is not None}
    sheet.notes |= {contender: f"not run: {reason}" for contender, reason in absent.items()}
    if is_quick:
        sheet.notes["quick"] = "one seed, few samples and epochs: not the figures of the docs"
    return sheet.report("gestures")

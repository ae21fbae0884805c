"""A session as a report for a meeting's minutes: one HTML page that prints well on A4.

It holds no script and fetches nothing: a browser makes the PDF of it.
"""

import base64
import hashlib
import html
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import numpy as np
from PIL import Image

from ml.wording import many, noun
from store.opening import Store
from store.takeaway.eye import Eye, frame_points
from store.takeaway.inks import NUM_COLORS, Inks, read_inks
from store.takeaway.looks import marks_of, shown_class, speakers
from store.takeaway.markup import Html, join, put, tag
from store.takeaway.minutes import End, Minutes, gather
from store.takeaway.picture import Painter
from store.takeaway.reel import Reel
from store.takeaway.replay import PAGE, Tell, day_of
from store.takeaway.report_confusion import confusions
from store.takeaway.report_parts import (
    data_part,
    gestures_part,
    metrics_part,
    open_part,
    reproduce_part,
    settings_part,
)  # fmt: skip
from store.takeaway.session import Session
from store.takeaway.verdicts import (
    by_hand_words,
    by_label_words,
    percent,
    percent_of,
    points,
    renamed_words,
)
from store.version import lodemap_version

MAP_SIZE: Final = (1080, 810)
"""Pixels of a map: sharp on paper at half the page's width."""
MAP_WIDTH: Final = 600
"""Width for which its points and names are large enough there."""


def write_report(store: Store, session: Session, tell: Tell) -> Iterator[str]:
    """Yield the page piece by piece.

    Args:
        store: Where the session is from.
        session: What it is about.
        tell: Hears how much is done.

    Raises:
        ArtifactMissingError: a frame's file is gone.
    """
    tell(0.0)
    minutes, inks = gather(store, session), read_inks("light")
    style = _style(inks)
    yield _head(session, style)
    yield _opening(minutes)
    tell(0.3)
    yield tag("section", tag("h2", "Before and after"), _maps(store, minutes, inks))
    tell(0.8)
    parts = (metrics_part, confusions, gestures_part, open_part, data_part, settings_part,
             reproduce_part)  # fmt: skip
    for part in parts:
        yield part(store, minutes, inks)
    made = f"Made by Lodemap {lodemap_version()} on {datetime.now(UTC):%d %b %Y, %H:%M} UTC."
    yield tag("footer", made)
    yield "</body>\n</html>\n"


def _style(inks: Inks) -> str:
    colors = "".join(f"--{name}: {inks.hex(name)}; "
                     for name in ("ink", "ink2", "ink3", "line", "line2"))  # fmt: skip
    slots = "".join(f".c{n} {{ background: {inks.hex(f'class-{n}')}; }}\n"
                    for n in range(NUM_COLORS))  # fmt: skip
    paper = f":root {{ {colors}--paper: {inks.hex('surface')}; --desk: {inks.hex('hover')}; }}\n"
    shades = "".join(f".s{n} {{ background: {inks.hex('accent')}{n * 10:02x}; }}\n"
                     for n in range(1, 11))  # fmt: skip
    return paper + slots + shades + (PAGE / "report.css").read_text(encoding="utf-8")


def _head(session: Session, style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
              "base-uri 'none'; form-action 'none'")  # fmt: skip
    title = html.escape(session.project.name)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: report</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


def _opening(minutes: Minutes) -> Html:
    session = minutes.session
    people = [person.author for person in minutes.people]
    when = [each.at for each in session.gestures] or [session.passed[0].run.created_at]
    days = list(dict.fromkeys([day_of(min(when)), day_of(max(when))]))
    who = f", {', '.join(people)}" if people else ""
    part = "" if session.is_whole else f" · {_range(minutes)}"
    return join(
        (
            tag("p", f"Session report{part} · {' to '.join(days)}{who}", class_="kicker"),
            tag("h1", session.project.name),
            tag("p", _lead(minutes), class_="lead"),
            _key(minutes),
        )
    )


def _range(minutes: Minutes) -> str:
    """Return "from Run 1 to the end of Run 3", or where it is one run "Run 1"."""
    session, end = minutes.session, minutes.after.words
    first = session.passed[0].title
    if len(session.passed) == 1 and end.startswith("the end"):
        return first
    first = first.replace("Pretraining", "the pretraining")
    return f"from {first} to {'now' if session.is_to_end else end}"


def _lead(minutes: Minutes) -> str:
    """Return what happened in a few sentences."""
    words = _said(minutes) if minutes.session.is_from_start else _said_in_part(minutes)
    share = minutes.after.accuracy
    if share is not None:
        num_known, by_hand = minutes.after.confusion.num_known, minutes.after.num_by_hand
        told = percent(share) if by_hand else percent_of(share, num_known)
        which = by_hand_words(by_hand, num_known) if by_hand else "of the held-out samples"
        is_to_end = minutes.session.is_to_end
        then = "" if is_to_end else f" {minutes.until}"
        words += f" It {'is' if is_to_end else 'was'} right about {told} {which}{then}."
    labels = minutes.after.labels
    words = f"{words} {by_label_words(labels.accuracies[0], labels.num_contradicted)}".strip()
    if minutes.comparison is None:
        return words
    gain, renamed = minutes.comparison.gain, renamed_words(minutes.comparison, minutes.since)
    if renamed:
        words = f"{words} {renamed}, and the accuracy then is by the new names."
    if gain.mean is not None:
        change = f"{'Apart from those, the change' if renamed else 'That'} is {points(gain.mean)}"
        words = f"{words} {change} points against {minutes.since}: {gain.verdict}."
    return words.strip()


def _said(minutes: Minutes) -> str:
    """Return who named how many since the beginning."""
    samples = many(minutes.session.dataset.num_samples, "sample")
    updates = many(minutes.num_updates, "Update")
    if not minutes.people:
        nobody = "Nobody has named any of {} yet" if minutes.session.is_to_end else (
            "Nobody had named any of {} by then")  # fmt: skip
        left = "the map is as the pretraining left it"
        learned = f"there {'was' if minutes.num_updates == 1 else 'were'} {updates}"
        return f"{nobody.format(samples)}; {learned if minutes.num_updates else left}."
    named = f"{_who(minutes)} named {minutes.num_named:,} of {samples}"
    if not minutes.num_updates:
        has = "has learned from them yet" if minutes.session.is_to_end else (
            "had learned from them by then")  # fmt: skip
        return f"{named}; no Update {has}."
    return f"{named}, and the network learned from them in {updates}."


def _said_in_part(minutes: Minutes) -> str:
    """Return who did something in a range that begins later, and how many are named at its end."""
    number = minutes.num_named
    are = "is" if number == 1 else "are"
    when = "now" if minutes.session.is_to_end else "at its end"
    samples = many(minutes.session.dataset.num_samples, "sample")
    return (
        f"{_who(minutes)} named or moved samples in this range; {number:,} of {samples} {are} "
        f"named {when}. The network learned in {many(minutes.num_updates, 'Update')}."
    )


def _who(minutes: Minutes) -> str:
    people, few = len(minutes.people), ("Nobody", "One person", "Two people", "Three people")
    return few[people] if people < len(few) else f"{people} people"


def _key(minutes: Minutes) -> Html:
    measured = minutes.measured
    num_named = minutes.num_named
    num_open = len(minutes.comments) + len(minutes.judged.differing)
    earlier = percent(measured.accuracy) if measured else "–"
    since = f"at {minutes.since}" if measured else minutes.since
    by_hand, num_known = minutes.after.num_by_hand, minutes.after.confusion.num_known
    some = "" if by_hand == num_known else f", {by_hand:,} of {num_known:,}"
    held_out = "held-out samples" + (f"{some} named by hand" if by_hand else "")
    figures = (
        (f"{num_named:,}", f"{noun(num_named, 'sample')} named"),
        (earlier, f"right on {held_out}, {since}"),
        (percent(minutes.after.accuracy), f"right on {held_out}, {minutes.until}"),
        (f"{num_open:,}", f"{noun(num_open, 'question')} still open"),
    )
    return tag("div", *(tag("div", tag("b", f), tag("span", w)) for f, w in figures), class_="key")


def _maps(store: Store, minutes: Minutes, inks: Inks) -> Html:
    ends = ((minutes.before, "Before"), (minutes.after, "After"))
    return tag("div", *(_map(store, minutes, end, word, inks) for end, word in ends), class_="maps")


def _map(store: Store, minutes: Minutes, end: End, word: str, inks: Inks) -> Html:
    data = base64.b64encode(draw_map(store, minutes, end, inks)).decode("ascii")
    alt = f"Map {word.lower()}: {end.title}"
    image = Html(f'<img alt="{put(alt)}" src="data:image/png;base64,{data}">')
    caption = tag("figcaption", tag("span", word, class_="figure-title"), f" {end.title}")
    return tag("figure", image, caption)


def draw_map(store: Store, minutes: Minutes, end: End, inks: Inks) -> bytes:
    """Return the map at one end of the range as PNG, points and names alone."""
    session = minutes.session
    painter = Painter(MAP_SIZE, inks, MAP_WIDTH)
    width, height = MAP_SIZE
    picture = np.full((height, width, 3), inks.of["map"], np.uint8)
    frame = Reel(store, session).frame(session.shots.index(end.shot))
    named = minutes.named_before if end is minutes.before else minutes.named
    class_of = shown_class(named, end.evidence.prediction)
    classes = session.told.state.classes
    names = {info.class_index: info.name for info in classes}
    room = painter.whole
    eye = Eye(frame_points(frame.embedding, room), room)
    marks = marks_of(class_of, end.evidence.is_held_out, classes, inks, named >= 0)
    painter.points(picture, eye, frame.embedding, marks)
    spoken = [(each, names.get(each.class_index, "")) for each in speakers(class_of, named)]
    painter.names(picture, eye, frame.embedding, [pair for pair in spoken if pair[1]])
    file = io.BytesIO()
    Image.fromarray(picture).quantize(256, dither=Image.Dither.NONE).save(
        file, "PNG", optimize=True
    )
    return file.getvalue()

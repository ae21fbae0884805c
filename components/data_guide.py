"""What files should look like, for whoever brings some for the first time."""

from dataclasses import dataclass
from typing import Final

from dash import html

from components.attributes import attributes


@dataclass(frozen=True)
class Guide:
    """One kind of data in a few sentences."""

    kind: str
    title: str
    points: tuple[tuple[str, str], ...]
    """What, and how."""
    example: str
    """A small tree of files, or the head of a table."""


GUIDES: Final = (
    Guide(
        "image",
        "Images",
        (
            ("Files", "A folder or ZIP of PNG, JPEG or WebP; NPY, NPZ or IDX arrays; Parquet with "
             "pictures; Quick, Draw! drawings in all of their forms."),
            ("Labels", "A folder for each class gives its pictures that label; or a table beside "
             "them, such as metadata.csv with file_name and label."),
            ("Held out", "Folders named train and test are taken as that."),
        ),
        "shapes/\n  circle/001.png\n  circle/002.png\n  square/001.png",
    ),
    Guide(
        "spectrogram",
        "Sound",
        (
            ("Files", "A folder or ZIP of WAV, FLAC, OGG, MP3 or AIFF recordings, long or short."),
            ("Spectrograms", "Each recording becomes one that you see and hear; long ones become "
             "several."),
            ("Labels", "A folder for each class gives its recordings that label; or a table beside "
             "them with file_name and label."),
        ),
        "birds/\n  robin/a.wav\n  robin/b.wav\n  wren/a.flac",
    ),
    Guide(
        "vector",
        "Vectors",
        (
            ("Files", "One CSV or Parquet table, or an NPY or NPZ array of rows and columns."),
            ("Columns", "Numbers become the vector. A column named label, class or target gives "
             "labels; you may choose others."),
            ("Beside them", "Text columns are shown with each sample, and pictures if a column "
             "has some."),
        ),
        "id,label,x1,x2,x3\n7,robin,0.12,1.5,0.3\n8,wren,0.40,1.1,0.9",
    ),
)  # fmt: skip


def layout(*, is_hidden: bool) -> html.Section:
    """Return the guides; the chosen source's is shown."""
    return html.Section(
        [
            html.H2("What you can bring"),
            *[guide_part(each, is_hidden=each.kind != "image") for each in GUIDES],
            html.P(
                "A project saved by Lodemap (.lodemap) opens the same way, with its names, runs "
                "and map.",
                className="cap guide-foot",
            ),
        ],
        id="data-guide",
        className="guide",
        hidden=is_hidden,
        **attributes({"aria-label": "What you can bring"}),
    )


def guide_part(guide: Guide, *, is_hidden: bool) -> html.Div:
    """Return one kind's sentences and example."""
    rows = [part for word, sentence in guide.points for part in (html.Dt(word), html.Dd(sentence))]
    return html.Div(
        [html.Dl(rows), html.Pre(guide.example, className="guide-example")],
        hidden=is_hidden,
        **attributes({"data-guide": guide.kind}),
    )

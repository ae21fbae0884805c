"""Everything a project can be taken away as: one line each, with its formats as links."""

from dataclasses import dataclass
from typing import Final

from dash import html

from components.attributes import attributes
from components.icons import icon


@dataclass(frozen=True)
class Export:
    """One thing to download."""

    icon: str
    title: str
    words: str
    """One sentence: what is in it."""
    files: tuple[tuple[str, str], ...]
    """Word on the link, and what follows /exports/ in its address."""
    needs_map: bool = False
    """Whether there is nothing in it before the network has drawn a map."""


WORD_OF: Final = {"parquet": "Parquet", "jsonl": "JSON lines"}
"""Formats that are not called by their suffix."""


def formats(stem: str, *suffixes: str) -> tuple[tuple[str, str], ...]:
    """Return links to one export in several formats."""
    return tuple((WORD_OF.get(suffix, suffix.upper()), f"{stem}.{suffix}") for suffix in suffixes)


EXPORTS: Final = (
    Export(
        "pencil", "Annotations", "Every name given by someone: which sample, which class, when.",
        formats("annotations", "csv", "parquet", "jsonl"),
    ),
    Export(
        "review", "History",
        "Every change of a name that stands: which sample, from what to what, by whom, when.",
        formats("history", "csv", "parquet", "jsonl"),
    ),
    Export(
        "eye", "Predictions", "What the network thinks of each sample, and how sure it is.",
        formats("predictions", "csv", "parquet"), needs_map=True,
    ),
    Export(
        "map", "Map", "Where each sample lies, as numbers.",
        formats("embedding", "csv", "parquet", "npy"), needs_map=True,
    ),
    Export(
        "update", "Network", "The fine-tuned network with its weights, to run elsewhere.",
        (("ZIP", "network.zip"),), needs_map=True,
    ),
    Export(
        "archive", "Project",
        "All of it in one file that Lodemap opens again, with the newest network of each run.",
        (("With data", "project.lodemap?data=1"), ("Without", "project.lodemap?data=0")),
    ),
    Export(
        "archive", "Project, every epoch",
        "The same with the network of every epoch: much larger, and rarely needed.",
        (
            ("With data", "project.lodemap?data=1&networks=every"),
            ("Without", "project.lodemap?data=0&networks=every"),
        ),
    ),
)  # fmt: skip


def layout(project_id: str) -> html.Section:
    """Return the card of all exports."""
    return html.Section(
        [
            html.Div([html.H2("Take with you")], className="head"),
            html.Ul([export_row(project_id, each) for each in EXPORTS], className="exports"),
        ],
        className="card data-card",
        **attributes({"aria-label": "Exports"}),
    )


def export_row(project_id: str, export: Export) -> html.Li:
    """Return one line."""
    return html.Li(
        [
            html.Span(icon(export.icon), className="source-icon small"),
            html.Div(
                [
                    html.Div(export.title, className="strong"),
                    html.Div(export.words, className="cap"),
                ],
                className="export-words",
            ),
            html.Div(
                [export_link(project_id, export.title, *each) for each in export.files],
                className="export-files",
            ),
        ],
        className="export",
        **attributes({"data-needs-map": "true"} if export.needs_map else {}),
    )


def export_link(project_id: str, title: str, word: str, file: str) -> html.A:
    """Return a link that downloads; the scripts add how large an archive is."""
    return html.A(
        word,
        href=f"/api/projects/{project_id}/exports/{file}",
        download="",
        className="btn btn-sm",
        **attributes({"aria-label": f"Download {title.lower()}, {word}", **size_of(file)}),
    )


def size_of(file: str) -> dict[str, str]:
    """Return which sizes a link's file adds up, of those that `/exports/sizes` tells."""
    if not file.startswith("project.lodemap"):
        return {}
    networks = "every" if "networks=every" in file else "newest"
    return {"data-size": f"{networks} data" if "data=1" in file else networks}

"""The data set of the project that is open: what it is, its classes, what to take away."""

from dash import dcc, html

from components import data_check, data_exports
from components.attributes import attributes
from components.icons import icon

FACTS = (
    ("samples", "samples"),
    ("named", "named by people"),
    ("held", "held out"),
    ("classes", "classes"),
)
"""Name in the scripts, and word, of each figure at the head."""


def layout(project_id: str, dataset_name: str, *, is_hidden: bool) -> html.Section:
    """Return the view; the scripts fill its figures and pictures."""
    return html.Section(
        [
            head(project_id, dataset_name),
            html.Dl([fact(*each) for each in FACTS], className="facts"),
            html.Div(
                [
                    data_check.preview("set", (("class", "By class"), ("random", "Random"))),
                    data_check.balance("set", "named", "not yet"),
                ],
                className="two",
            ),
            data_exports.layout(project_id),
        ],
        id="data-set",
        hidden=is_hidden,
        **attributes({"aria-labelledby": "data-set-title"}),
    )


def head(project_id: str, dataset_name: str) -> html.Div:
    """Return the title, and the two things one comes here for."""
    return html.Div(
        [
            html.Div(
                [
                    html.H1(
                        dataset_name, id="data-set-title", className="clip", title=dataset_name
                    ),
                    html.P("A data set never changes. Your names do.", className="sec"),
                ],
                className="data-title",
            ),
            html.A(
                [icon("download"), "Export all"],
                href=f"/api/projects/{project_id}/exports/project.lodemap?data=1",
                download="",
                className="btn",
                **attributes({"data-tip": "The project with its data, in one file"}),
            ),
            dcc.Link(
                [icon("plus"), "Bring in another data set"],
                href=f"/data?project={project_id}&new=1",
                className="btn btn-primary",
            ),
        ],
        className="data-head",
    )


def fact(name: str, word: str) -> html.Div:
    """Return one figure."""
    return html.Div(
        [html.Dt(word, className="cap"), html.Dd("–", className="figure", id=f"set-{name}")],
        className="card fact",
    )

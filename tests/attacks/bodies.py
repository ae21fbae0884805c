"""A body that each writing route takes, and all that somebody can put in the place of its texts."""

import base64
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from tests.pages.web import packed

SAMPLES: Final = packed([9], 40)
TARGETS: Final = base64.b64encode(bytes(8)).decode()
KEY: Final = {"key": "t"}
RUN: Final = {**KEY, "kind": "fine_tune", "config": {"preset": "lodemap"}, "auto_of": None}
VIEW: Final = {"run_id": "{r}", "stance": "2d", "color_mode": "class"}


def gesture(verb: str, **values: Any) -> dict[str, Any]:
    return {**KEY, "verb": verb, **values}


BODIES: Final[dict[str, list[dict[str, Any]]]] = {
    "/_dash-update-component": [{
        "output": "_pages_content.children", "changedPropIds": ["_pages_location.pathname"],
        "outputs": {"id": "_pages_content", "property": "children"}, "state": [],
        "inputs": [{"id": "_pages_location", "property": "pathname", "value": "/"}],
    }],
    "/api/session": [{"name": "x"}],
    "/api/login": [{"name": "x", "password": "x"}],
    "/api/logout": [{}],
    "/api/invite": [{"secret": "x", "name": "x"}],
    "/api/invite/read": [{"secret": "x"}],
    "/api/invites": [{"role": "viewer", "days": 1, "project_id": "{p}"}],
    "/api/invites/{v}": [],
    "/api/people/{u}": [],
    "/api/people/{u}/role": [{"role": "annotator", "was": "viewer"}],
    "/api/projects/{p}/members": [
        {"version": "x", "is_closed": False, "add": ["x"], "remove": ["x"]}
    ],
    "/api/projects/{p}/gestures": [
        gesture("annotate", samples=SAMPLES, new_class={"name": "x", "color": 3}),
        gesture("annotate", samples=SAMPLES, class_index=0, file={"name": "x", "num_classes": 1}),
        gesture("add_class", name="x", color=3),
        gesture("rename_class", class_index=0, name="x"),
        gesture("recolor_class", class_index=0, color="#123456"),
        gesture("move", samples=SAMPLES, targets=TARGETS, snapshot={"run_id": "{r}", "epoch": 1}),
        gesture("checkout", to=1, expected=1, name="x"),
        gesture("undo", expected=1),
    ],
    "/api/projects/{p}/runs": [RUN],
    "/api/projects/{p}/variants": [{**KEY, "configs": [{"preset": "lodemap"}]}],
    "/api/projects/{p}/variants/stop": [{}],
    "/api/projects/{p}/device": [{"device": "any"}],
    "/api/projects/{p}/comments": [
        {**KEY, "text": "x", "kind": "point", "samples": SAMPLES, "run_id": "{r}"}
    ],
    "/api/projects/{p}/comments/{c}": [{"text": "x", "version": 1}],
    "/api/projects/{p}/comments/{c}/resolve": [{"resolved": True}],
    "/api/projects/{p}/bookmarks": [{**KEY, "name": "x", "view": VIEW, "samples": SAMPLES}],
    "/api/projects/{p}/bookmarks/{b}": [],
    "/api/projects/{p}/steps/{seq}/name": [{"name": "x"}],
    "/api/projects/{p}/annotation-files": [],
    "/api/projects/{p}/annotation-files/apply": [],
    "/api/projects/{p}/exports/{what}.{form}": [{"samples": SAMPLES}],
    "/api/projects/{p}/takeaways": [
        {**KEY, "wish": {"kind": "film", "form": "mp4", "theme": "dark", "since": {"run": 1}}}
    ],
    "/api/projects/{p}/takeaways/forecast": [{"wish": {"kind": "report", "theme": "dark"}}],
    "/api/takeaways/{t}": [],
    "/api/runs/{r}/stop": [{}],
    "/api/runs/{r}/go_on": [{}],
    "/api/runs/{r}/adopt": [KEY],
    "/api/imports": [{"name": "x", "size": 10}],
    "/api/imports/sample": [{"set": "quickdraw", "words": ["cat", "x"], "num_per_class": 10}],
    "/api/imports/{i}": [],
    "/api/imports/{i}/bytes": [],
    "/api/imports/{i}/read": [
        {"options": {"id_column": "x", "label_column": "x", "text_columns": ["x"]}}
    ],
    "/api/imports/{i}/keep": [
        {**KEY, "name": "x", "held_out": "given", "preset": "lodemap", "latent_dim": 2}
    ],
}  # fmt: skip
"""By the route's path; none where it takes no JSON."""


def places_of(body: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each text in a body."""
    if isinstance(body, str):
        yield way
    elif isinstance(body, dict | list):
        for key, value in body.items() if isinstance(body, dict) else enumerate(body):
            yield from places_of(value, (*way, key))


def names_of(body: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each object in a body, whose fields have names."""
    if isinstance(body, dict):
        yield ()
        for key, value in body.items():
            yield from ((key, *way) for way in names_of(value))


def with_text(body: dict[str, Any], way: tuple[Any, ...], text: str) -> dict[str, Any]:
    """Return a body with another text at the end of a way."""
    changed: Any = deepcopy(body)
    place = changed
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = text
    return dict(changed)


def variations(body: dict[str, Any], text: str) -> Iterator[dict[str, Any]]:
    """Yield a body with a text in the place of each of its texts, and as the name of a field."""
    for way in places_of(body):
        yield with_text(body, way, text)
    for way in names_of(body):
        yield with_text(body, (*way, text), text)

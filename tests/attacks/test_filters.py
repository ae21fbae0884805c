"""T7: what people search and filter by is a value, never a field or a piece of a query."""

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attacks.target import WRITING, Target
from tests.pages.web import Answer, Browser

JSON = {"Content-Type": "application/json"}
FIELDS = (
    "author_id", "project__owner__password", "__class__", "body_sha256", "key", "1=1",
    "verb; DROP TABLE event", "verb' OR '1'='1", "values_json->>'x'", "*", "",
)  # fmt: skip
VALUES = ("' OR 1=1 --", "%", "_", "\\", "x'; DELETE FROM event; --", "\x00", "\udcff", "a" * 5000)


def asked(target: Target, query: dict[str, str]) -> list[Answer]:
    """Ask everything that filters."""
    visitor, project = target.served.browser(), f"/api/projects/{target.values['p']}"
    text = urlencode(query, errors="surrogatepass")
    paths = (f"{project}/log?{text}", f"{project}/find?{text}", f"{project}/alike?{text}",
             f"{project}/state?{text}", f"{project}/comments?{text}")  # fmt: skip
    answers = [visitor.get(path) for path in paths]
    for answer in answers:
        assert b"sqlite" not in answer.body.lower()
        assert b"Traceback" not in answer.body
    return answers


@pytest.mark.parametrize("field", FIELDS)
def test_unknown_fields__are_refused(target: Target, field: str) -> None:
    """Not passed over: who misspells a filter would take everything for its answer."""
    before = target.rows()
    for answer in asked(target, {field: "x"}) + asked(target, {field: "x", "digest": "y"}):
        assert (answer.status, answer.code) == (400, "unknown_field"), answer.body
    assert target.rows() == before


def test_unknown_fields__are_refused_by_every_address(target: Target, visitor: Browser) -> None:
    """Of the interface, with any method, whether it filters or not."""
    before, refused = target.rows(), 0
    for method, path in target.addresses("GET", *WRITING):
        if not path.startswith("/api/"):
            continue
        body = None if method == "GET" else b"{}"
        answer = visitor.ask(method, f"{path}?author_id=x", body, JSON if body else None)
        assert (answer.status, answer.code) == (400, "unknown_field"), (method, path)
        refused += 1
    assert refused > 70
    assert target.rows() == before


def test_known_fields__filter(target: Target) -> None:
    """The log has fewer lines by each of its fields, and the same ones by an empty one."""
    visitor, log = target.served.browser(), f"/api/projects/{target.values['p']}/log"
    every = visitor.get(log).json["lines"]
    assert visitor.get(f"{log}?q=").json["lines"] == every
    sample = next(line["samples"][0] for line in every if line["samples"])
    middle = every[len(every) // 2]["seq"]
    for query, fits in (
        ("q=named", lambda line: line["verb"] == "annotate"),
        (f"before={middle}", lambda line: line["seq"] < middle),
        (f"sample={sample}", lambda line: sample in line["samples"]),
    ):
        found = visitor.get(f"{log}?{query}").json["lines"]
        assert found == [line for line in every if fits(line)], query
        assert 0 < len(found) < len(every), query


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("field", ["q", "text", "verb", "author", "class", "sample", "after"])
def test_values__are_bound_and_never_a_piece_of_a_query(
    target: Target, field: str, value: str
) -> None:
    before = target.rows()
    answers = asked(target, {field: value})
    assert all(answer.status < 500 for answer in answers)
    assert target.rows() == before
    for answer in answers:
        if answer.status == 200:  # what is nowhere is found nowhere: no sign of it is a joker
            told = answer.json
            assert not told.get("lines"), told
            assert not any(column["count"] for column in told.get("columns", ())), told


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(field=st.text(min_size=1, max_size=20), value=st.text(max_size=40))
def test_anything__is_answered(target: Target, field: str, value: str) -> None:
    assert all(answer.status < 500 for answer in asked(target, {field: value}))

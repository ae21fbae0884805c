"""T7: what people search and filter by is a value, never a field or a piece of a query."""

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attacks.target import Target

FIELDS = (
    "author_id", "project__owner__password", "__class__", "body_sha256", "key", "1=1",
    "verb; DROP TABLE event", "verb' OR '1'='1", "values_json->>'x'", "*", "",
)  # fmt: skip
VALUES = ("' OR 1=1 --", "%", "_", "\\", "x'; DELETE FROM event; --", "\x00", "\udcff", "a" * 5000)


def asked(target: Target, query: dict[str, str]) -> list[int]:
    """Ask everything that filters; return the statuses."""
    visitor, project = target.served.browser(), f"/api/projects/{target.values['p']}"
    text = urlencode(query, errors="surrogatepass")
    paths = (f"{project}/log?{text}", f"{project}/find?{text}", f"{project}/alike?{text}",
             f"{project}/state?{text}", f"{project}/comments?{text}")  # fmt: skip
    answers = [visitor.get(path) for path in paths]
    for answer in answers:
        assert b"sqlite" not in answer.body.lower()
        assert b"Traceback" not in answer.body
    return [answer.status for answer in answers]


@pytest.mark.parametrize("field", FIELDS)
def test_unknown_fields__filter_nothing(target: Target, field: str) -> None:
    before = target.rows()
    plain, with_field = asked(target, {}), asked(target, {field: "x"})
    assert with_field == plain
    assert target.rows() == before


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("field", ["q", "text", "verb", "author", "class", "sample", "after"])
def test_values__are_bound_and_never_a_piece_of_a_query(
    target: Target, field: str, value: str
) -> None:
    before = target.rows()
    assert all(status < 500 for status in asked(target, {field: value}))
    assert target.rows() == before


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(field=st.text(min_size=1, max_size=20), value=st.text(max_size=40))
def test_anything__is_answered(target: Target, field: str, value: str) -> None:
    assert all(status < 500 for status in asked(target, {field: value}))

"""Whatever stands where an id should: 404 in our form, and nothing is looked up."""

from urllib.parse import quote

import pytest

from tests.pages.web import VALUES, Served, every_address

UNKNOWN = "00000000-0000-4000-8000-000000000000"
BAD_IDS = [
    "..", "../", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e", "..\\..\\windows",
    "/etc/passwd", "//evil.example", "....//....//etc/passwd", "%00", "\x00", "a\x00b",
    "x" * 300, "9" * 300, "-1", "1e9", "0x10", "NaN", "null", "None", "CON", "nul.txt", "a.", " ",
    "%20", "~root", "$HOME", "${jndi:x}", "{p}", "'; DROP TABLE run; --", '"', "<script>", "é",
    "\u202e", "😀", "file:///etc/passwd", UNKNOWN.upper() + "x", f"{UNKNOWN}/../{UNKNOWN}",
    UNKNOWN[:-1], f" {UNKNOWN}", f"{UNKNOWN}\n", UNKNOWN.replace("-", ""), "A" * 64, "g" * 64,
]  # fmt: skip
ID_ADDRESSES = ("/api/projects/", "/api/runs/", "/api/datasets/", "/_dash-component-suites/")


@pytest.mark.parametrize("bad", BAD_IDS, ids=[repr(bad)[:24] for bad in BAD_IDS])
def test_ids__of_another_form_find_nothing(served: Served, bad: str) -> None:
    visitor = served.browser()
    asked = 0
    for name in VALUES:
        for text in (quote(bad, safe=""), quote(bad, safe="%/")):
            values = {**VALUES, name: text}
            for path in every_address(served, values):
                if not path.startswith(ID_ADDRESSES) or text not in path:
                    continue
                asked += 1
                answer = visitor.get(path)
                assert answer.status in (400, 404, 405), (path, answer.status)
                assert answer.json["message"].endswith(".")
                assert b"Traceback" not in answer.body
    assert asked > 20


@pytest.mark.parametrize(
    "path",
    [
        f"/api/projects/{UNKNOWN}/state",
        f"/api/projects/{UNKNOWN}/annotation/0",
        f"/api/runs/{UNKNOWN}/frames",
        f"/api/runs/{UNKNOWN}/frames/1-1",
        f"/api/runs/{UNKNOWN}/fields/1-1",
        f"/api/datasets/{'0' * 64}",
        f"/api/datasets/{'0' * 64}/samples",
        f"/api/datasets/{'0' * 64}/sheets/0.png",
    ],
)
def test_ids__that_nothing_has(served: Served, path: str) -> None:
    answer = served.browser().get(path)
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize("path", ["gestures", "runs"])
def test_ids__posting_to_a_project_that_is_not_there(served: Served, path: str) -> None:
    body = {"key": "k", "verb": "reset", "kind": "pretrain"}
    for project in (UNKNOWN, "x" * 300):
        answer = served.browser().post(f"/api/projects/{project}/{path}", body)
        assert answer.status == 404


def test_frames__an_after_that_is_no_number(served: Served) -> None:
    for after in ("-1", "x", "1e9", "9" * 30, ""):
        answer = served.browser().get(f"/api/runs/{UNKNOWN}/frames?after={after}")
        assert (answer.status, answer.code) == (404, "bad_id")


def test_ids__of_another_project_do_not_mix(served: Served) -> None:
    """A run belongs to one project; a frame to one run."""
    visitor = served.browser()
    run_ids = []
    for _ in range(2):
        project = served.project()
        body = {"key": "k", "kind": "pretrain", "config": {}}
        answer = visitor.post(f"/api/projects/{project.project_id}/runs", body)
        run_ids.append(answer.json["run_id"])
        state = visitor.get(f"/api/projects/{project.project_id}/state").json
        assert [run["run_id"] for run in state["runs"]] == run_ids[-1:]
    as_project = visitor.get(f"/api/projects/{run_ids[0]}/state")
    assert (as_project.status, as_project.code) == (404, "not_found")
    as_run = visitor.get(f"/api/runs/{project.project_id}/frames")
    assert (as_run.status, as_run.code) == (404, "not_found")

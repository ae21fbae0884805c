"""T9: what people brought is never served as something a browser would run."""

from tests.attacks.target import Target
from tests.pages.web import Browser

HARMLESS = (
    "application/json", "application/octet-stream", "image/png", "audio/wav", "text/csv",
    "application/zip", "application/x-ndjson", "application/vnd.apache.parquet", "video/mp4",
)  # fmt: skip
RUNNABLE = ("html", "svg", "xml", "javascript", "ecmascript", "xhtml", "pdf", "css")


def test_every_address_of_the_interface__has_a_type_no_browser_runs(
    whole: Target, admin: Browser
) -> None:
    found = 0
    for method, path in whole.addresses("GET"):
        if not path.startswith("/api/"):
            continue
        answer = admin.ask(method, path)
        kind = answer.headers.get("content-type", "").split(";")[0]
        assert kind.startswith(HARMLESS), (path, answer.status, kind)
        assert not any(word in kind for word in RUNNABLE), (path, kind)
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert "object-src 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["cross-origin-resource-policy"] == "same-origin", path
        found += answer.status == 200
    assert found > 15, "most of them are there"


def test_files_to_take_away__are_attachments(whole: Target, admin: Browser) -> None:
    """A report and a replay are pages: a browser that showed them here would run them as us."""
    project = f"/api/projects/{whole.values['p']}"
    exports = [p for _, p in whole.addresses("GET") if "/exports/" in p or p.endswith(".lodemap")]
    for path in (*exports, f"{project}/exports/annotations.csv"):
        answer = admin.get(path)
        if answer.status == 200 and answer.headers["content-type"] != "application/json":
            assert answer.headers["content-disposition"].startswith("attachment"), path
            assert answer.headers["x-content-type-options"] == "nosniff", path


def test_an_svg_or_a_page_sent_as_a_picture__is_never_given_back(admin: Browser) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>window.__xss = 1</script></svg>'
    begun = admin.post("/api/imports", {"name": "evil.svg", "size": len(svg)}).json
    octets = {"Content-Type": "application/octet-stream"}
    where = f"/api/imports/{begun['import_id']}"
    assert admin.ask("PUT", f"{where}/bytes?at=0", svg, octets).status == 200
    for path in ("upload", "bytes", "sheets/0.png", "samples", "files/evil.svg", "evil.svg"):
        answer = admin.get(f"{where}/{path}")
        assert answer.status >= 400, path
        assert b"<script>" not in answer.body
    assert admin.ask("DELETE", where).status == 200

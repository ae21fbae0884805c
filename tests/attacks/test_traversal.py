"""T10: forty names that lead elsewhere, in addresses of files; the rest: test_named_paths.py."""

import http.client
from urllib.parse import quote

import pytest

from tests.attacks.strings import TRAVERSALS
from tests.attacks.target import Target
from tests.pages.web import Answer, Browser

STATIC = ("/assets/", "/bootstrap/", "/_dash-component-suites/dash/", "/_favicon.ico/", "/")
SECRETS = (b"root:x:", b"[fonts]", b"SQLite format 3", b"PRIVATE KEY", b"Lodemap's command line")


def forms(name: str) -> list[str]:
    """A name as an address carries it: as it is, and each sign encoded."""
    return sorted({quote(name, safe="/%;\\"), quote(name, safe="")})


def raw(visitor: Browser, path: str) -> Answer:
    """Ask without a client that tidies the address."""
    connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=20)
    try:
        connection.putrequest("GET", path, skip_host=False)
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def test_strings__are_forty_and_more() -> None:
    assert len(set(TRAVERSALS)) >= 40


@pytest.mark.parametrize("name", TRAVERSALS, ids=[repr(t)[:24] for t in TRAVERSALS])
def test_static_files__none_outside(target: Target, visitor: Browser, name: str) -> None:
    data = target.served.store.settings.data_dir
    secrets = [*SECRETS, *((data / n).read_bytes() for n in ("secret_key", "metrics_token"))]
    for start in STATIC:
        for form in forms(name):
            answer = raw(visitor, start + form)
            assert answer.status in (200, 307, 400, 404), (start, form, answer.status)
            if answer.status == 200:  # a page that is there, such as / itself
                assert b"<title>" in answer.body, (start, form)
            assert not any(secret in answer.body for secret in secrets), (start, form)

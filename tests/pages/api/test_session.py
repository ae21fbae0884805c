from tests.pages.web import Browser, Served


def test_read_session__keeps_one_author(visitor: Browser) -> None:
    first = visitor.get("/api/session").json
    assert first["name"] is None
    assert visitor.get("/api/session").json == first
    assert visitor.cookie.startswith(f"lodemap-{visitor.port}=")


def test_set_name__is_remembered_and_keeps_the_author(visitor: Browser) -> None:
    before = visitor.get("/api/session").json
    assert visitor.post("/api/session", {"name": "  Ana "}).json["name"] == "Ana"
    assert visitor.get("/api/session").json == {**before, "name": "Ana"}


def test_set_name__refuses_what_is_no_name(visitor: Browser) -> None:
    for name in ("", "   ", "x" * 61, "a\x00b", "a\u202eb", 5, None):
        answer = visitor.post("/api/session", {"name": name})
        assert answer.status == 422
        assert answer.json["message"].endswith(".")


def test_cookie__is_closed_to_scripts_and_to_other_sites(served: Served) -> None:
    given = served.browser().get("/").headers["set-cookie"]
    assert "HttpOnly" in given
    assert "SameSite=strict" in given
    assert "Path=/" in given


def test_cookie__a_forged_one_is_a_stranger(visitor: Browser) -> None:
    mine = visitor.get("/api/session").json
    visitor.cookie = visitor.cookie[:-3] + ("AAA" if not visitor.cookie.endswith("AAA") else "BBB")
    assert visitor.get("/api/session").json["author_id"] != mine["author_id"]


def test_cookie__a_visit_from_another_site_does_not_replace_it(served: Served) -> None:
    answer = served.browser().get("/", Sec_Fetch_Site="cross-site")
    assert answer.status == 200
    assert "set-cookie" not in answer.headers


def test_health__is_open_and_starts_no_session(visitor: Browser) -> None:
    answer = visitor.get("/healthz")
    assert answer.json == {"status": "ok"}
    assert "set-cookie" not in answer.headers

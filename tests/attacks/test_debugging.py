"""T18 and T16: no debugger, no developers' doors, no class named from outside."""

import pytest

import app
from ml.records import RunConfig
from tests.attacks.target import Target
from tests.pages.web import Browser


@pytest.mark.parametrize(
    "flags", [["--debug"], ["--debug", "--host", "0.0.0.0"], ["--dev-tools"], ["--reload"]]
)
def test_debugging__is_no_flag(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app.parse_arguments(flags)
    assert left.value.code == 2
    assert "unrecognized" in capsys.readouterr().err


def test_debugging__is_off_in_the_app(target: Target, visitor: Browser) -> None:
    dash_app = target.served.dash_app
    assert not dash_app._dev_tools.ui
    assert not dash_app._dev_tools.hot_reload
    assert not dash_app.server.debug
    assert visitor.get("/_reload-hash").json["reloadHash"] is None
    for path in ("/_alive_1", "/_mcp", "/mcp", "/console", "/?__debugger__=yes",
                 "/docs", "/redoc", "/openapi.json", "/_dash-ws-callback"):  # fmt: skip
        answer = visitor.get(path)
        assert answer.status == 404 or (answer.status == 200 and "?" in path), path
        assert b"Traceback" not in answer.body


@pytest.mark.parametrize(
    "config",
    [
        {"preset": "os.system"},
        {"preset": "../../evil"},
        {"preset": "torch.nn.Linear"},
        {"encoder": "builtins.eval"},
        {"__class__": "x"},
        {"num_epochs": 10**9},
        {"learning_rate": "1e9; import os"},
        {"batch_size": {"__reduce__": []}},
        {"seed": True},
        {"num_epochs": float("1e400")},
    ],
)
def test_config__names_no_class_and_stays_in_its_bounds(
    target: Target, visitor: Browser, config: dict[str, object]
) -> None:
    before = target.rows()
    body = {"key": "evil", "kind": "fine_tune", "config": config}
    answer = visitor.post(f"/api/projects/{target.values['p']}/runs", body)
    assert 400 <= answer.status < 500, answer.body
    assert answer.json["message"].endswith(".")
    assert target.rows() == before


def test_config__holds_numbers_and_one_name_of_a_list() -> None:
    kinds = {
        type(getattr(RunConfig("annotate-vae"), name)) for name in RunConfig.__dataclass_fields__
    }
    assert kinds <= {int, float, str, bool}

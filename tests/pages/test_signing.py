"""One key for the apps of one address."""

from pathlib import Path

import pytest

from pages.signing import signing_key
from store.errors import SettingsError
from store.settings import Settings


def settings(folder: Path, **more: str) -> Settings:
    folder.mkdir()
    return Settings.from_env({}, {"data_dir": folder, **more})


def test_signing_key__is_each_apps_own_or_the_shared_one(tmp_path: Path) -> None:
    shared = tmp_path / "key"
    shared.write_text("ab" * 32 + "\n")
    own = [signing_key(settings(tmp_path / name)) for name in "ab"]
    given = [signing_key(settings(tmp_path / n, secret_key_file=str(shared))) for n in "cd"]
    assert own[0] != own[1]
    assert given == [bytes.fromhex("ab" * 32)] * 2
    assert not (tmp_path / "c" / "secret_key").exists()


@pytest.mark.parametrize("text", [None, "", "ab" * 31, "xy" * 32, "ab" * 33])
def test_signing_key__what_is_no_key_is_refused(tmp_path: Path, text: str | None) -> None:
    shared = tmp_path / "key"
    if text is not None:
        shared.write_text(text)
    with pytest.raises(SettingsError, match="openssl rand -hex 32") as caught:
        signing_key(settings(tmp_path / "data", secret_key_file=str(shared)))
    assert text is None or not text or text not in caught.value.sentence

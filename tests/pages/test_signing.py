"""One key for the apps of one address."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import pages.signing
from pages.metrics import load_token
from pages.signing import load_secret_key, signing_key
from store.errors import DiskFullError, SettingsError, StartError
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


def test_secret_key__is_random_private_and_kept(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    key = load_secret_key(first)
    assert len(key) == 32
    assert load_secret_key(first) == key
    assert load_secret_key(second) != key
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    first.write_bytes(b"short")
    with pytest.raises(StartError, match="delete it"):
        load_secret_key(first)
    (tmp_path / "folder").mkdir()
    for load in (load_secret_key, load_token):
        with pytest.raises(StartError, match="cannot be read"):
            load(tmp_path / "folder")


def test_own_secrets__are_whole_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", cut_off)
        for load in (load_secret_key, load_token):
            with pytest.raises(DiskFullError):
                load(tmp_path / load.__name__)
    assert list(tmp_path.iterdir()) == []
    assert len(load_secret_key(tmp_path / "load_secret_key")) == 32


@pytest.mark.parametrize("text", [None, "", "ab" * 31, "xy" * 32, "ab" * 33])
def test_signing_key__what_is_no_key_is_refused(tmp_path: Path, text: str | None) -> None:
    shared = tmp_path / "key"
    if text is not None:
        shared.write_text(text)
    with pytest.raises(SettingsError, match="openssl rand -hex 32") as caught:
        signing_key(settings(tmp_path / "data", secret_key_file=str(shared)))
    assert text is None or not text or text not in caught.value.sentence


@pytest.fixture
def shared() -> Iterator[Path]:
    """A key in a folder that every user of the machine reaches, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        if os.name != "posix" or not all(each.stat().st_mode & 1 for each in folder.parents):
            pytest.skip("nobody else reaches temporary files here")
        (folder / "key").write_text("ab" * 32)
        yield folder / "key"


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o666, 0o660, 0o622, 0o602])
def test_signing_key__that_others_may_read_is_refused(shared: Path, mode: int) -> None:
    shared.chmod(mode)
    with pytest.raises(SettingsError, match=r"\(umask 077; openssl rand -hex 32 > "):
        signing_key(settings(shared.parent / "data", secret_key_file=str(shared)))


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440, 0o640])
def test_signing_key__of_owner_and_group_is_fine(shared: Path, mode: int) -> None:
    shared.chmod(mode)
    assert len(signing_key(settings(shared.parent / "data", secret_key_file=str(shared)))) == 32


@pytest.mark.parametrize("kept_by", ["its folder", "its container"])
def test_signing_key__that_nobody_else_reaches_is_fine(
    shared: Path, kept_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.chmod(0o644)
    if kept_by == "its folder":
        shared.parent.chmod(0o700)
    else:
        monkeypatch.setattr(pages.signing, "MOUNTED", shared.parent)
    assert len(signing_key(settings(shared.parent / "data", secret_key_file=str(shared)))) == 32

"""The file of accounts: since when a password holds."""

import json
import math
import os
import stat
import time
import unicodedata
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from store.errors import DiskFullError, StartError
from store.people.password_file import PasswordFile
from tests.small_disk import files_up_to


@pytest.fixture
def file(tmp_path: Path) -> PasswordFile:
    found = PasswordFile(tmp_path)
    found.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return found


def test_changed_at__is_of_the_password_and_not_of_the_role(file: PasswordFile) -> None:
    before = time.time()
    added = file.add("Ada", "viewer", "correct horse")
    assert before <= added.changed_at <= math.ceil(time.time() * 1000) / 1000
    assert file.change("ada", role="admin").changed_at == added.changed_at
    changed = file.change("ada", password="another horse")
    assert changed.changed_at >= added.changed_at
    assert PasswordFile(file.path.parent).find("ada") == changed
    assert file.has_still(changed)
    assert not file.has_still(added)


def test_name__is_found_however_its_accents_are_written(file: PasswordFile) -> None:
    added = file.add("Zoë", "viewer", "correct horse")
    assert file.find(unicodedata.normalize("NFD", "zoë")) == added


def test_file__of_before_is_read_and_holds_from_the_beginning(file: PasswordFile) -> None:
    file.add("Ada", "viewer", "correct horse")
    rows = json.loads(file.path.read_text())
    del rows[0]["changed_at"]
    file.path.write_text(json.dumps(rows))
    account = file.check("Ada", "correct horse")
    assert account is not None
    assert account.changed_at == 0


@pytest.mark.parametrize("value", ["soon", [], None])
def test_file__with_a_moment_that_is_none_is_refused(file: PasswordFile, value: object) -> None:
    file.add("Ada", "viewer", "correct horse")
    rows = json.loads(file.path.read_text())
    rows[0]["changed_at"] = value
    file.path.write_text(json.dumps(rows))
    with pytest.raises(StartError):
        file.accounts()


def test_file__on_a_full_disk_stays_as_it_was(file: PasswordFile) -> None:
    file.add("Ada", "viewer", "correct horse")
    before = file.path.read_bytes()
    with files_up_to(10), pytest.raises(DiskFullError):
        file.add("Ben", "viewer", "correct horse")
    assert file.path.read_bytes() == before
    assert sorted(each.name for each in file.path.parent.iterdir()) == [
        "people.json", "people.lock",
    ]  # fmt: skip


def test_file__is_its_owners_alone_and_takes_away_what_was_left(
    file: PasswordFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = list[int]()
    fsync = os.fsync
    left = file.path.with_name(".people.json.0123.tmp")
    left.write_text("[]")

    def noted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_mode)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    file.add("Ada", "viewer", "correct horse")
    assert not left.exists()
    assert [stat.S_ISDIR(mode) for mode in synced] == [False, True]
    assert stat.S_IMODE(synced[0]) == stat.S_IMODE(file.path.stat().st_mode) == 0o600

"""`app.py user`: one line for each mistake, and no password on a command line."""

import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from store.errors import StoreUnavailableError
from store.opening import Store, open_store
from store.people.password_file import PasswordFile
from store.people.people import People
from store.settings import Settings


def run(folder: Path, *words: str, typed: str = "") -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(typed))
        return app.main(["user", *words, "--data-dir", str(folder)])


def test_user__is_added_changed_listed_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "add", "Ada Lovelace", "--role", "trainer", typed="correct horse\n") == 0
    file = PasswordFile(tmp_path)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert "correct horse" not in file.path.read_text()
    assert "$argon2id$" in file.path.read_text()
    account = file.check("ada lovelace", "correct horse")
    assert account is not None
    assert account.role == "trainer"
    assert run(tmp_path, "role", "ada lovelace", "--role", "admin") == 0
    assert run(tmp_path, "passwd", "Ada Lovelace", typed="another horse\n") == 0
    assert file.check("Ada Lovelace", "correct horse") is None
    assert file.check("Ada Lovelace", "another horse") is not None
    capsys.readouterr()
    assert run(tmp_path, "list") == 0
    assert capsys.readouterr().out == "admin      Ada Lovelace\n"
    assert run(tmp_path, "remove", "Ada Lovelace") == 0
    assert file.accounts() == {}


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("add", "Ada"), "short\n", "8 to 200 characters"),
        (("add", "Ben"), "correct horse\n", "already"),
        (("add", " "), "correct horse\n", "empty"),
        (("add", "x" * 61), "correct horse\n", "the limit is 60"),
        (("passwd", "Nobody"), "correct horse\n", "nobody named"),
        (("role", "Nobody", "--role", "admin"), "", "nobody named"),
        (("role", "Ben"), "", "Say which"),
        (("remove", "Nobody"), "", "nobody named"),
        (("add",), "", "Say whom"),
    ],
)
def test_user__mistakes_are_one_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    typed: str,
    said: str,
) -> None:
    PasswordFile(tmp_path).add("Ben", "viewer", "correct horse")
    assert run(tmp_path, *words, typed=typed) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.count("\n") == 1


def test_passwd__signs_out_everywhere(tmp_path: Path) -> None:
    PasswordFile(tmp_path).add("Ada", "viewer", "correct horse")
    settings = Settings.from_env({}, {"data_dir": str(tmp_path)})
    with open_store(settings) as store:
        person = store.people.meet("password", "ada", "Ada", "viewer")
        token = store.people.sign_in(person.person_id)
        assert run(tmp_path, "passwd", "ADA", typed="another horse\n") == 0
        assert store.people.signed_in(token) is None


@pytest.fixture
def ada(tmp_path: Path) -> Iterator[Store]:
    """A store that knows Ada, who may sign in."""
    PasswordFile(tmp_path).add("Ada", "viewer", "correct horse")
    with open_store(Settings.from_env({}, {"data_dir": str(tmp_path)})) as store:
        store.people.meet("password", "ada", "Ada", "viewer")
        yield store


def break_off(*_: object) -> bool:
    raise StoreUnavailableError("The database does not answer; nothing was saved. Try again.")


@pytest.mark.parametrize(
    ("broken", "num_well"), [(People, 0), (PasswordFile, 0), (People, 1)], ids=str
)
def test_remove__that_broke_off_is_finished_by_another(
    ada: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: type, num_well: int
) -> None:
    """In the database, in the file, or in the database again: nobody is left behind."""
    name = "forgetting" if broken is People else "_becoming"
    usual, calls = getattr(broken, name), list[str]()

    def act(*arguments: object) -> object:
        calls.append(name)
        return (usual if len(calls) <= num_well else break_off)(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(broken, name, act)
        assert run(tmp_path, "remove", "Ada") == 2
    assert run(tmp_path, "remove", "Ada") in (0, 2)
    assert ada.people.list() == []
    assert PasswordFile(tmp_path).accounts() == {}


def test_remove__of_who_is_in_the_database_alone(
    ada: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an earlier release left it: whoever gets the name later must not be taken for them."""
    PasswordFile(tmp_path).path.write_text("[]")
    assert run(tmp_path, "remove", " ADA ") == 0
    assert capsys.readouterr().out.startswith("ADA may sign in no more")
    assert ada.people.list() == []
    assert run(tmp_path, "remove", "Ada") == 2


def test_remove__while_the_database_is_away_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = PasswordFile(tmp_path)
    file.add("Ada", "viewer", "correct horse")
    monkeypatch.setattr("pages.commands.user.open_store", break_off)
    assert run(tmp_path, "remove", "Ada") == 2
    assert file.find("Ada") is not None


def test_file__that_others_can_read_is_refused(tmp_path: Path) -> None:
    PasswordFile(tmp_path).add("Ada", "viewer", "correct horse")
    (tmp_path / "people.json").chmod(0o644)
    assert run(tmp_path, "list") == 2

"""What people typed is text to a spreadsheet."""

from store.spreadsheets import harmless


def test_harmless__keeps_spreadsheets_from_running_it() -> None:
    assert [harmless(t) for t in ("=1+1", "@x", "-3", "a=1", "")] == [
        "'=1+1",
        "'@x",
        "'-3",
        "a=1",
        "",
    ]

"""Names people type: what hides or shows nothing is refused; what looks the same is the same."""

import pytest

from ml.errors import InvalidInputError
from store.names import clean_name, looks_of, present_name, present_names


@pytest.mark.parametrize(
    "name",
    ["a\u202eb", "a\u200bb", "a\u2066b", "a\ufeffb", "\u3164", "\u2800", "\u200d\u200d",
     "a\x00b", "a\ud800b", "a\u2028b"],
    ids=ascii,
)  # fmt: skip
def test_clean_name__refuses_what_reorders_hides_or_shows_nothing(name: str) -> None:
    with pytest.raises(InvalidInputError):
        clean_name(name, "name")


@pytest.mark.parametrize("mark", ["\u0301", "\u0489", "\u20dd"], ids=ascii)
def test_clean_name__refuses_a_pile_of_marks_that_would_cover_its_neighbours(mark: str) -> None:
    assert clean_name("x" + 8 * mark, "name")
    with pytest.raises(InvalidInputError, match="more than 8 marks on one letter"):
        clean_name("x" + 190 * mark, "name")


@pytest.mark.parametrize(
    "name", ["Ada", "Ana Müller", "नमस्ते", "می‌خواهم", "👩‍🔬", "李", "❤️", "⠓⠊⠀⠽⠕⠥"]
)
def test_clean_name__takes_what_scripts_and_emoji_need(name: str) -> None:
    assert clean_name(name, "name") == name


@pytest.mark.parametrize(
    "other", ["ADA L", " ada  l", "A\u200dda L", "\uff21da L", "Ada\ufe0f L", "Ada\u115f L"]
)
def test_looks_of__what_people_cannot_tell_apart_is_one(other: str) -> None:
    assert looks_of(other) == looks_of("Ada L")
    assert looks_of("Ada M") != looks_of("Ada L")
    assert looks_of("José") != looks_of("Jose")


def test_present_name__only_a_guest_has_another_and_only_where_it_is_sure() -> None:
    said = [("a", "Guest"), ("a", "Ada"), ("a", "Ada L."), (None, "Ben"), ("b", "Guest")]
    names = present_names(said)
    assert present_name("Guest", "a", names) == "Ada L."
    assert present_name("Ada", "a", names) == "Ada", "what was said under a name stays under it"
    assert [present_name("Guest", who, names) for who in ("b", "c", None)] == ["Guest"] * 3

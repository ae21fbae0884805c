"""Comments in a report speak of classes and samples as the page does."""

import pytest

from store.takeaway.mentions import with_mentions

NAMES = ["dog", "dog & cat", "1"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Is @12 a #dog?", "Is <em>sample 12</em> a <em>dog</em>?"),
        ("@Sample 3702, #DOG & Cat.", "<em>sample 3,702</em>, <em>DOG &amp; Cat</em>."),
        ("#1 and @0", "<em>1</em> and <em>sample 0</em>"),
        ("#dogs a#dog @9999 @12x me@12 #", "#dogs a#dog @9999 @12x me@12 #"),
        ("<b>#dog</b>", "&lt;b&gt;<em>dog</em>&lt;/b&gt;"),
        ("", ""),
    ],
)
def test_mentions__stand_out_and_all_else_is_text(text: str, shown: str) -> None:
    assert with_mentions(text, NAMES, 5000) == shown

"""HTML put together from values: text only ever becomes text."""

import html
from collections.abc import Iterable, Sequence


class Html(str):
    """Markup that is safe as it stands; any other text is escaped where it is put in."""

    __slots__ = ()


def put(value: object) -> Html:
    """Return a value as markup, escaped unless it is markup already."""
    return value if isinstance(value, Html) else Html(html.escape(str(value)))


def tag(name: str, *children: object, **attributes: str) -> Html:
    """Return an element; `class_` stands for `class`."""
    given = "".join(f' {key.rstrip("_")}="{put(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{given}>{join(children)}</{name}>")


def join(children: Iterable[object]) -> Html:
    """Return markup one after the other."""
    return Html("".join(put(child) for child in children))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], numbers: Sequence[int]) -> Html:
    """Return a table.

    Args:
        heads: Titles of the columns.
        rows: Cells.
        numbers: Which columns hold numbers, which stand right.
    """

    def cell(name: str, at: int, value: object) -> Html:
        return tag(name, value, class_="n") if at in numbers else tag(name, value)

    head = tag("tr", *(cell("th", at, each) for at, each in enumerate(heads)))
    body = (tag("tr", *(cell("td", at, each) for at, each in enumerate(row))) for row in rows)
    return tag("table", tag("thead", head), tag("tbody", *body))

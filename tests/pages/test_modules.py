"""A page names the modules it needs, all of them and no other page's."""

from pathlib import Path

from pages.modules import ENTRIES, MAIN, imported_by, module_links, modules_of

ASSETS = Path(__file__).parents[2] / "assets"
LATER = ("auth/people.mjs", "auth/login.mjs")
"""A dialog that is fetched when it is first opened, and the page before anybody is let in."""


def linked(path: str) -> set[str]:
    links = module_links(ASSETS, path, "/assets/v1")
    return {part.split('"')[0] for part in links.split('href="/assets/v1/')[1:]}


def test_links__of_the_map_are_the_maps_and_no_other_pages() -> None:
    names = linked("/")
    assert {"mappage/page.mjs", "map/index.mjs", "shell/shell.mjs", "map/space/lens.mjs"} <= names
    assert MAIN not in names
    assert not [
        name for name in names if name.startswith(("projects/", "data/", "runs/", "review/"))
    ]


def test_links__elsewhere_are_the_shells() -> None:
    assert linked("/nowhere") == modules_of(ASSETS, MAIN) - {MAIN}
    assert linked("/nowhere") < linked("/data")


def test_modules__every_file_is_some_pages() -> None:
    """A module nobody imports is one nobody needs, or one this reading overlooks."""
    needed = modules_of(ASSETS, MAIN).union(
        *(modules_of(ASSETS, each) for each in (*ENTRIES.values(), *LATER))
    )
    there = {path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*.mjs")}
    # those of the page that replays a session from disk are written into that page
    assert needed == {name for name in there if not name.startswith("takeaway/")}


def test_imports__over_several_lines_and_of_what_is_handed_on(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/one.mjs").write_text(
        'import { a,\n  b,\n} from "../two.mjs";\nexport { c } from "./three.mjs";\n'
        'const words = "taken from \\"./four.mjs\\";";\n'
    )
    assert imported_by(tmp_path, "deep/one.mjs") == {"two.mjs", "deep/three.mjs"}

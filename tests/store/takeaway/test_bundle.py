"""Our modules as one script, and what the bundler refuses."""

import subprocess
from pathlib import Path

import pytest

from store.takeaway.bundle import ASSETS, BundleError, bundle


def write(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.mjs").write_text(text, encoding="utf-8")
    return folder / "entry.mjs"


def test_bundle__says_what_its_modules_say(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        entry='import { twice as doubled } from "./sum.mjs";\n'
        'import {\n  NAME,\n} from "./sum.mjs";\n'
        "console.log(NAME, doubled(21));\n",
        sum='// a comment\nimport { add } from "./add.mjs";\nexport const NAME = "sum";\n'
        "export function twice(x) {\n  return add(x, x);\n}\n",
        add="export async function later() {}\nexport class Empty {}\n"
        "export const add = (a, b) => a + b;\n",
    )
    script = tmp_path / "out.mjs"
    script.write_text(bundle(entry), encoding="utf-8")
    said = subprocess.run(["node", script], capture_output=True, text=True, check=True).stdout
    assert said == "sum 42\n"
    assert bundle(entry) == bundle(entry)


def test_bundle__keeps_what_stands_behind_a_comment(tmp_path: Path) -> None:
    """A type before a value, in its line, ends where it ends: not at the next comment."""
    entry = write(
        tmp_path,
        entry="/** @type {number} */ const x = 1;\n\n/** How much. */\nconsole.log(x);\n",
    )
    assert bundle(entry).count("const x = 1;") == 1
    assert "How much" not in bundle(entry)


def test_replay__bundles_and_is_a_script(tmp_path: Path) -> None:
    script = tmp_path / "replay.mjs"
    script.write_text(bundle(ASSETS / "takeaway" / "replay.mjs"), encoding="utf-8")
    subprocess.run(["node", "--check", script], check=True)
    assert "fetch(" not in script.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("modules", "sentence"),
    [
        ({"entry": "export default 1;\n"}, "does not know: export default 1"),
        ({"entry": 'import x from "./x.mjs";\n'}, "does not know: import x"),
        ({"entry": "const x = import.meta.url;\n"}, "does not know: import.meta"),
        ({"entry": "export let x = 1;\n"}, "does not know: export let"),
        ({"entry": 'const x = "</SCRIPT>";\n'}, "would end the script"),
        (
            {"entry": 'import { a } from "./b.mjs";\n', "b": 'import { c } from "./entry.mjs";\n'},
            "imports itself",
        ),
    ],
)
def test_bundle__refuses_what_it_does_not_know(
    tmp_path: Path, modules: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BundleError, match=sentence):
        bundle(write(tmp_path, **modules))

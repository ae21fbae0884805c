"""The documents say what is true: words, packages, versions, figures and links."""

import json
import re
import tomllib
from typing import Any

from scripts.lock import canonical
from tests.source import LAYERS, ROOT, modules, texts

DOCUMENTS = ("*.md", "docs/**/*.md", "assets/**/*.md")
CODE = (
    "*.py", "ml/**/*.py", "store/**/*.py", "tasks/**/*.py", "components/**/*.py",
    "pages/**/*.py", "assets/**/*.mjs", "assets/*.js",
)  # fmt: skip
BESIDE = (
    "assets/*.css", "benchmarks/**/*.py", "benchmarks/*.mjs", "scripts/**/*.py", "deploy/**/*.*",
    "tests/**/*.py", "tests/**/*.mjs", "tests/**/*.html",
)  # fmt: skip
REFERENCE = re.compile(
    r"""(?:(?<![\w"'/.-])|(?<="{3}))(?!bench-out/)((?:[\w-]+/)*[\w-]+\.md\b)"""
    r"""((?:(?:, | to | and )(?:sections? )?(?:"[^"]+"|\*[^*]+\*|T?\d+|\w+(?=\))))*)"""
)
"""A document that code speaks of, and places in it: `docs/learning.md, sections 9 to 11`."""


def pyproject() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project


def npm_packages() -> dict[str, str]:
    """Packages and versions of package.json, which has none but for development."""
    package: dict[str, Any] = json.loads(document("package.json"))
    assert package["private"] is True
    assert package.keys() == {"name", "private", "scripts", "devDependencies"}
    packages: dict[str, str] = package["devDependencies"]
    return packages


def document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def rows(text: str) -> list[list[str]]:
    """The cells of every table row of a document, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def section(text: str, title: str) -> str:
    """The part of a document below one second-level heading."""
    return text.split(f"\n## {title}", 1)[1].split("\n## ", 1)[0]


def package_names(requirements: list[str]) -> list[str]:
    return [re.split(r"[\[=<>~]", requirement)[0] for requirement in requirements]


def test_glossary__its_identifiers_are_in_the_code() -> None:
    code = "\n".join(text for _, text in texts(*CODE))
    words = set(re.findall(r"\w+", code))
    absent = [
        f"{row[0]}: {identifier}"
        for row in rows(document("docs/glossary.md"))[1:]
        for identifier in re.findall(r"`(\w+)`", row[2])
        if identifier not in words
    ]
    assert absent == []


def test_glossary__says_each_word_once() -> None:
    words = [row[0] for row in rows(document("docs/glossary.md"))[1:]]
    assert len(words) == len(set(words)) >= 30


def test_changelog__newest_version_is_the_packages() -> None:
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", document("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == pyproject()["version"]


def test_dependencies__each_named_with_its_reason() -> None:
    text = document("docs/dependencies.md")
    extras = pyproject()["optional-dependencies"]
    declared = {
        "The app": package_names(pyproject()["dependencies"]),
        "The checks": package_names(extras["dev"]),
        "Artifacts in a bucket": package_names(extras["s3"]),
        "One benchmark": package_names(extras["gestures"]),
        "The types of the scripts": list(npm_packages()),
    }
    for title, names in declared.items():
        reasons = {row[0]: row[1] for row in rows(section(text, title))[1:]}
        assert list(reasons) == sorted(names), title
        assert all(len(reason) > 10 for reason in reasons.values()), title


def test_locks__pin_every_package_exactly() -> None:
    """A lock names versions only: no range, no address of an index."""
    for name in ("requirements.lock", "requirements-s3.lock", "requirements-dev.lock"):
        lines = [line for line in document(name).splitlines() if not line.startswith(("#", "-r"))]
        assert [x for x in lines if not re.fullmatch(r"[\w.-]+==[\w.!-]+", x)] == [], name


def test_locks__of_npm_pins_exactly_and_names_no_address() -> None:
    lock = json.loads(document("package-lock.json"))["packages"]
    for name, version in npm_packages().items():
        assert lock[f"node_modules/{name}"]["version"] == version
    assert [name for name, each in lock.items() if "resolved" in each or "://" in str(each)] == []
    assert [name for name, each in lock.items() if name and "integrity" not in each] == []


def test_locks__hold_what_pyproject_declares() -> None:
    project = pyproject()
    for lock, declared in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-s3.lock", project["optional-dependencies"]["s3"]),
        ("requirements-dev.lock", project["optional-dependencies"]["dev"]),
    ):
        pinned = set(document(lock).splitlines())
        wanted = {canonical(re.sub(r"\[.*\]", "", requirement)) for requirement in declared}
        assert wanted - pinned == set(), f"run make lock: {lock}"


def test_readme__names_the_commands_of_the_makefile() -> None:
    text = document("README.md")
    targets = set(re.findall(r"^([\w-]+):", document("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|    )make ([a-z][\w-]+)", text + document("CONTRIBUTING.md")))
    assert {"demo", "test", "team", "setup", "test-all"} <= named <= targets


def test_benchmarks__every_key_is_in_the_code() -> None:
    """A key may have parts that vary, written {n} in the document and in an f-string."""
    code = "\n".join(module.path.read_text() for module in modules("benchmarks"))
    keys = [
        key
        for row in rows(document("docs/benchmarks.md"))
        for key in re.findall(r"`([^`]+)`", row[0])
    ]
    assert len(keys) > 12
    literals = set(re.findall(r"[\"']([\w{}.\[\]]+)[\"']", code))
    assert [key for key in keys if not is_written(key, literals)] == []


def is_written(key: str, literals: set[str]) -> bool:
    """Whether a key stands in the code: whole, as its stem, or as an f-string it fits."""
    if key in literals or key.split("_{")[0] in literals:
        return True
    templates = [text for text in literals if "{" in text and not text.startswith("{")]
    patterns = [r"[\w{}]+".join(map(re.escape, re.split(r"\{[^}]*\}", t))) for t in templates]
    return any(re.fullmatch(pattern, key) for pattern in patterns)


def test_links__lead_somewhere() -> None:
    broken = [
        f"{name}: {target}"
        for name, text in texts(*DOCUMENTS)
        for target in re.findall(r"\]\(([^)#\s]+)", text)
        if "://" not in target and not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_references__of_code_lead_to_a_document_and_a_place_in_it() -> None:
    """A place is the beginning of a heading or of a row: `11`, `T4`, "Presets"."""
    found = [
        (name, *reference)
        for name, text in texts(*CODE, *BESIDE)
        for reference in REFERENCE.findall(re.sub(r"\n\s*(?:#|//|\* )?\s*", " ", text))
    ]
    assert len(found) > 50
    assert [each for each in found if not is_there(*each[1:])] == []


def is_there(path: str, places: str) -> bool:
    """Whether there is a document with all these places."""
    words = set(re.findall(r"(?<=[\"*])[^\"*,]+(?=[\"*])|\w+", places))
    wanted = words - {"section", "sections", "to", "and"}
    return (ROOT / path).is_file() and all(
        re.search(rf"^(?:#+|\|) {re.escape(place)}(?!\w)", document(path), re.MULTILINE)
        for place in wanted
    )


def test_architecture__names_files_that_exist() -> None:
    """Each path written in backticks with its suffix is a file, here or below `assets`."""
    paths = re.findall(
        r"`(\w[\w/.-]+/[\w.-]*\.(?:py|mjs|js|md|css))`", document("docs/architecture.md")
    )
    homes = (ROOT, ROOT / "assets")
    assert [each for each in paths if not any((home / each).exists() for home in homes)] == []


def test_architecture__names_every_module_where_its_layer_is() -> None:
    files = document("docs/architecture.md").split("\n## Presets")[0]
    absent = []
    for layer in LAYERS:
        part = files.split(f"\n### `{layer}/`\n", 1)[1].split("\n### ", 1)[0]
        named = set(re.findall(r"`(\w+)(?:\.py)?`", part))
        absent += [
            module.name
            for module in modules(layer)
            if module.path.stem not in named | {"__init__", "_shell"}
            and not {"migrations", "takeaway"} & set(module.path.parent.parts)
        ]
    assert absent == [], "say in docs/architecture.md what they are for"

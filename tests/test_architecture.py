"""The rules of docs/architecture.md, proved on the code itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.source import ROOT, Module, dotted_name, modules, product, texts

FORBIDDEN_CALLS = {
    "eval", "exec", "print", "breakpoint", "__import__", "os.system", "torch.load", "joblib.load",
    "yaml.load", "marshal.loads", "shelve.open", "logging.basicConfig",
}  # fmt: skip
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
WEB_CLIENTS = {
    "requests", "httpx", "aiohttp", "urllib.request", "urllib3", "http.client",
    "authlib.integrations",
}  # fmt: skip
BAD_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
NAMESPACES = ("http://www.w3.org/", "https://www.w3.org/")
"""Addresses that name an XML vocabulary and are never fetched."""


def imported(module: Module) -> Iterator[tuple[str, int]]:
    """Yield (dotted name, line) of everything a module imports."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def is_within(name: str, packages: set[str]) -> bool:
    """Whether a dotted name is one of the packages or lies inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def listed(offenders: list[str]) -> str:
    return "\n  ".join(["", *offenders])


def test_import_contracts__hold() -> None:
    """The contracts of pyproject.toml: imports point one way, ml never saves."""
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()",
         "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def test_rooms_of_store__form_no_ring() -> None:
    """Each room can be read, and tested, without those that are built on it."""
    rooms = {path.name for path in (ROOT / "store").iterdir() if (path / "__init__.py").is_file()}
    known: dict[str, set[str]] = {room: set() for room in rooms}
    for module in modules("store"):
        room = next((each for each in module.dotted.split(".")[1:2] if each in rooms), "")
        for name, _ in imported(module) if room else ():
            parts = name.split(".")
            if parts[0] == "store" and len(parts) > 1 and parts[1] in rooms - {room}:
                known[room].add(parts[1])
    assert "queue" in known["journal"], "or this test sees nothing"
    while free := {room for room, others in known.items() if not others & known.keys()}:
        known = {room: others for room, others in known.items() if room not in free}
    assert known == {}


def test_layers_above_the_store__reach_past_none_of_its_parts() -> None:
    """What needs the database is a part of `Store`, so that each rule of it is in one layer."""
    offenders = [
        f"{module.name}:{node.lineno} {dotted_name(node)}"
        for module in modules("tasks", "components", "pages")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "database"
    ]
    assert not offenders, listed(offenders)


def test_web_process__imports_no_torch() -> None:
    """Importing all the web process is made of leaves torch unloaded."""
    layers = modules("store", "components", "pages/api")
    names = [module.dotted for module in layers if "migrations" not in module.dotted]
    code = (
        "import importlib, sys\n"
        f"for name in {['app', *names]!r}: importlib.import_module(name)\n"
        "print('torch' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "False", "the web process would load torch"


def test_clientside_functions__exist_in_the_scripts() -> None:
    """A name Dash calls in the browser is defined by a classic script Dash loads."""
    scripts = "\n".join(text for _, text in texts("assets/*.js", "assets/**/*.mjs"))
    missing = [
        f"{module.name}:{node.lineno} {function}"
        for module in modules("components", "pages")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and dotted_name(node.func).endswith("ClientsideFunction")
        for function in strings_of(node)
        if not re.search(rf"\b{re.escape(function)}\b", scripts)
    ]
    assert not missing, listed(missing)


def strings_of(call: ast.Call) -> list[str]:
    """The literal strings given to a call, by place or by name."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)]


FETCHES_BY_NAME = {"tasks/fetching.py", "pages/auth/provider.py"}
"""Addresses of the one are a table of the program's own, of the other those of the provider that
whoever started the app named; they follow nobody elsewhere."""


def test_calls__none_that_run_or_unpickle_data() -> None:
    """docs/security.md, T11: nothing read from disk or network can become code."""
    offenders = [
        f"{module.name}:{node.lineno} {dotted_name(node.func)}"
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and is_forbidden(node)
    ]
    assert not offenders, listed(offenders)


def is_forbidden(call: ast.Call) -> bool:
    allows_pickle = any(
        keyword.arg == "allow_pickle"
        and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
        for keyword in call.keywords
    )
    return allows_pickle or dotted_name(call.func) in FORBIDDEN_CALLS


def test_loading_arrays__says_that_pickle_is_refused() -> None:
    """numpy's default is safe today; the code says so anyway, so that no default can undo it."""
    offenders = [
        f"{module.name}:{node.lineno}"
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and dotted_name(node.func) in {"np.load", "numpy.load"}
        and "allow_pickle" not in {keyword.arg for keyword in node.keywords}
    ]
    assert not offenders, listed(offenders)


@pytest.mark.parametrize("banned", [FORBIDDEN_IMPORTS, WEB_CLIENTS], ids=["pickles", "web clients"])
def test_imports__none_that_unpickle_or_fetch(banned: set[str]) -> None:
    """docs/security.md, T11 and T13: no pickle in any clothes, and two modules that fetch."""
    offenders = [
        f"{module.name}:{line} {name}"
        for module in product()
        if module.name not in FETCHES_BY_NAME or banned is FORBIDDEN_IMPORTS
        for name, line in imported(module)
        if is_within(name, banned)
    ]
    assert not offenders, listed(offenders)


def test_imports__stand_at_the_top() -> None:
    """An import inside a function hides an edge from the reader and from the contracts."""
    offenders = [
        f"{module.name}:{node.lineno}"
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and node.col_offset > 0
        if not is_type_checking(module, node)
    ]
    assert not offenders, listed(offenders)


def is_type_checking(module: Module, node: ast.stmt) -> bool:
    """Whether an import only serves the type checker."""
    return any(
        node in ast.walk(guard)
        for guard in module.tree.body
        if isinstance(guard, ast.If) and "TYPE_CHECKING" in ast.unparse(guard.test)
    )


def test_files__are_named_after_what_they_hold() -> None:
    names = [module.path for module in [*product(), *modules("benchmarks", "scripts", "tests")]]
    scripts = [path for path in (ROOT / "assets").rglob("*") if path.suffix in {".js", ".mjs"}]
    assert [path for path in [*names, *scripts] if path.stem in BAD_NAMES] == []


def test_addresses__nothing_is_fetched_from_elsewhere() -> None:
    """The app works offline: no CDN, no font service, no address but names of XML vocabularies."""
    sources = texts(
        "assets/**/*.css", "assets/**/*.js", "assets/**/*.mjs", "assets/**/*.svg",
        "components/**/*.py", "pages/**/*.py", "app.py",
    )  # fmt: skip
    offenders = [
        f"{name}: {address}"
        for name, text in sources
        for address in re.findall(r"https?://[^\s\"'`)>{}]+", text)
        if not address.startswith((*NAMESPACES, "http://127.0.0.1", "http://localhost"))
        and not is_comment_about_a_source(text, address)
    ]
    assert not offenders, listed(offenders)


def is_comment_about_a_source(text: str, address: str) -> bool:
    """Whether the address only stands in comments (a link to where a fact comes from)."""
    lines = [line.strip() for line in text.splitlines() if address in line]
    return all(line.startswith(("#", "//", "*", "/*")) for line in lines)


def test_python__holds_no_script() -> None:
    """Scripts live in assets/, where node tests them; Python names them only."""
    offenders = [
        f"{module.name}:{node.lineno}"
        for module in modules("components", "pages")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"function\s*\(|=>\s*[{(]|dangerously_allow_html", node.value)
    ]
    assert not offenders, listed(offenders)

"""Sizes the code keeps to, so that every part can be read in one sitting."""

import ast
import statistics
from collections.abc import Iterable

import pytest

from tests.source import ROOT, Module, dotted_name, functions, modules, product

FILE_LINES = {".py": 300, ".js": 300, ".mjs": 300, ".css": 400}
TEST_FILE_LINES = 250
BODY_LINES = 40
CALLBACK_LINES = 12
NUM_PARAMETERS = 7
MEDIAN_FILE_LINES = 120
MEDIAN_BODY_LINES = 7

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> list[Module]:
    return [*product(), *modules("benchmarks", "scripts")]


def body_lines(function: Function) -> int:
    """Lines of the body without its docstring."""
    body = function.body
    is_documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    body = body[1:] if is_documented else body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def num_parameters(function: Function) -> int:
    """Parameters a caller has to think of; self and cls are not among them."""
    given = function.args
    names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def is_callback(function: Function) -> bool:
    """Whether Dash calls it, or a route answers with it."""
    return any(
        dotted_name(d.func if isinstance(d, ast.Call) else d).split(".")[-1]
        in {"callback", "get", "post", "put", "patch", "delete"}
        for d in function.decorator_list
    )


def over(sizes: Iterable[tuple[str, int]], limit: int) -> str:
    """List what is above the limit, largest first; empty when all is well."""
    found = sorted(((name, size) for name, size in sizes if size > limit), key=lambda x: -x[1])
    return "".join(f"\n  {name}: {size}, at most {limit}" for name, size in found)


@pytest.mark.parametrize("suffix", FILE_LINES)
def test_files__stay_short(suffix: str) -> None:
    paths = [m.path for m in sources()] if suffix == ".py" else ROOT.glob(f"assets/**/*{suffix}")
    sizes = [(str(p.relative_to(ROOT)), len(p.read_text().splitlines())) for p in paths]
    assert not (found := over(sizes, FILE_LINES[suffix])), found


def test_test_files__stay_short() -> None:
    paths = [p for p in (ROOT / "tests").rglob("*") if p.suffix in {".py", ".mjs"}]
    sizes = [(str(p.relative_to(ROOT)), len(p.read_text().splitlines())) for p in paths]
    assert not (found := over(sizes, TEST_FILE_LINES)), found


def test_functions__stay_short() -> None:
    sizes = [
        (f"{m.name}:{f.lineno} {f.name}", body_lines(f)) for m in sources() for f in functions(m)
    ]
    assert not (found := over(sizes, BODY_LINES)), found


def test_callbacks__only_adapt() -> None:
    sizes = [
        (f"{m.name}:{f.lineno} {f.name}", body_lines(f))
        for m in [*modules("components", "pages"), *product()[-1:]]
        for f in functions(m)
        if is_callback(f)
    ]
    assert not (found := over(sizes, CALLBACK_LINES)), found


def test_parameters__stay_few() -> None:
    sizes = [
        (f"{m.name}:{f.lineno} {f.name}", num_parameters(f))
        for m in sources()
        for f in functions(m)
    ]
    assert not (found := over(sizes, NUM_PARAMETERS)), found


def test_medians__are_those_of_small_parts() -> None:
    """Not only no giants: the usual file and the usual function are small."""
    file_median = statistics.median(m.num_lines for m in sources())
    body_median = statistics.median(body_lines(f) for m in sources() for f in functions(m))
    assert file_median <= MEDIAN_FILE_LINES, f"median file {file_median} lines"
    assert body_median <= MEDIAN_BODY_LINES, f"median body {body_median} lines"

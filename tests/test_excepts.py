"""No error is caught but by its name."""

import ast
from collections.abc import Iterator

import pytest

from tests.source import dotted_name, modules, product

MAY_CATCH_ALL = {"store/endurance.py", "store/sql/migration.py", "tasks/turn_ends.py"}
"""What looks after others must outlive every error: there it is said in the log. Whatever stops
a migration, people are told in one line, with the error behind it, that nothing was changed; and
whatever ends an import stands in its row, and in the log where nobody foresaw it."""


def test_excepts__name_what_they_mend() -> None:
    """A broad except hides the next bug, by whatever words it is written."""
    offenders = [
        f"{module.name}:{line}"
        for module in [*product(), *modules("benchmarks", "scripts")]
        if module.name not in MAY_CATCH_ALL
        for line in broad_catches(module.tree)
    ]
    assert not offenders, "\n".join(offenders)


@pytest.mark.parametrize(
    "code",
    [
        "try: f()\nexcept: g()",
        "try: f()\nexcept Exception: g()",
        "try: f()\nexcept (ValueError, BaseException): g()",
        "with contextlib.suppress(OSError, Exception): f()",
        "class A:\n def __exit__(self, *_) -> bool: return True",
    ],
)
def test_broad_catches__are_seen_in_each_of_their_forms(code: str) -> None:
    assert list(broad_catches(ast.parse(code)))


def broad_catches(tree: ast.AST) -> Iterator[int]:
    """Yield the lines at which errors of every kind may end."""
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler(type=None):
                yield node.lineno
            case ast.ExceptHandler(type=ast.expr() as kind) if is_all(kind):
                yield node.lineno
            case ast.Call(func=func, args=kinds) if dotted_name(func).endswith("suppress"):
                yield from (node.lineno for kind in kinds if is_all(kind))
            case ast.FunctionDef(name="__exit__", returns=ast.Name(id="bool")):
                yield node.lineno


def is_all(kind: ast.expr) -> bool:
    """Whether what an except names holds every error, alone or among others."""
    named = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(dotted_name(each) in {"Exception", "BaseException"} for each in named)

"""docs/security.md, T3: no key, password or token stands in the code, as a default or otherwise."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.source import modules, product

SECRET = re.compile(r"secret|passw|token|credential|api_?key|signing_?key|private_?key", re.I)
"""What a name says that holds one."""
NAMES = {"secret_key", "people.json", "metrics_token", "LODEMAP_OIDC_CLIENT_SECRET"}
"""What may stand beside such a name: where a secret is kept."""
LOOKS_RANDOM = re.compile(r"[0-9a-fA-F]{32,}|(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+/-]{32,}=*")
IN_A_URL = re.compile(r"://[^\s/:@{}]*:[^\s/@{}]+@")
SUMS = "tasks/public_sets.py"
"""The MD5 sums of public data sets look random, and are told to everybody."""


def given(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield what a node gives to which name, or compares with it."""
    if isinstance(node, ast.Assign):
        yield from ((ast.unparse(target), node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
        yield ast.unparse(node.target), node.value
    elif isinstance(node, ast.keyword):
        yield node.arg or "", node.value
    elif isinstance(node, ast.Dict):
        yield from (
            (ast.unparse(k), v)
            for k, v in zip(node.keys, node.values, strict=True)
            if k is not None
        )
    elif isinstance(node, ast.Compare):
        yield from ((ast.unparse(node.left), value) for value in node.comparators)
    elif isinstance(node, ast.arguments):
        from_the_end = [a.arg for a in reversed([*node.posonlyargs, *node.args])]
        yield from zip(from_the_end, reversed(node.defaults), strict=False)
        yield from zip((a.arg for a in node.kwonlyargs), node.kw_defaults, strict=True)


def text_of(node: ast.AST | None) -> str:
    """Return a literal's text, of bytes too; nothing of any other node."""
    value = node.value if isinstance(node, ast.Constant) else ""
    value = value.decode("latin-1") if isinstance(value, bytes) else value
    return value if isinstance(value, str) else ""


def keys_in(tree: ast.AST, are_sums_told: bool = False) -> list[int]:
    """Return the lines in which a literal is, or looks like, a key."""
    found = set()
    for node in ast.walk(tree):
        for name, value in given(node):
            text = text_of(value)
            if SECRET.search(name) and re.fullmatch(r"\S+", text) and text not in NAMES:
                found.add(value.lineno if value else 0)
        text = text_of(node)
        if IN_A_URL.search(text) or (LOOKS_RANDOM.fullmatch(text) and not are_sums_told):
            found.add(node.lineno)  # type: ignore[attr-defined]
    return sorted(found)


def test_keys__none_stands_in_the_code() -> None:
    offenders = [
        f"{module.name}:{line}"
        for module in [*product(), *modules("benchmarks", "scripts")]
        for line in keys_in(module.tree, module.name == SUMS)
    ]
    assert offenders == []


@pytest.mark.parametrize(
    "code",
    [
        'SECRET_KEY = "let-me-in"',
        'settings: Settings = open(secret_key="let-me-in")',
        'def sign(data, key, token="let-me-in"): ...',
        'def sign(*, password: str = "let-me-in"): ...',
        '{"api_key": b"let-me-in"}',
        'is_let_in = password == "let-me-in"',
        'KEY = bytes.fromhex("9fb629c4189551a2d022fa330f9573f39fb629c4189551a2d022fa330f9573f3")',
        'sign("dGhpcyBpcyBhIHNlY3JldCBvZiAzMiBieXRlcw==")',
        'URL = "redis://lodemap:let-me-in@db:6379"',
    ],
)
def test_keys__are_found_wherever_they_stand(code: str) -> None:
    assert keys_in(ast.parse(code)) == [1]


@pytest.mark.parametrize("code", ['token = ""', 'PASSWORD_FILE = "people.json"', "key = 'asked'"])
def test_keys__are_not_seen_where_there_is_none(code: str) -> None:
    assert keys_in(ast.parse(code)) == []
